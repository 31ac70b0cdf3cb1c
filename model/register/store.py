"""The bytes of a file that texts point into: found, cut out and looked at, many at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.policy.exact import Bools, Ints
from model.register.numbering import Words

Bytes = npt.NDArray[np.uint8]

# Behind the last byte of a file, so that a last line ends and a word can begin anywhere.
PADDING = b"\n" + bytes(8)
LINE_FEED, TAB, RETURN, SEPARATOR, QUOTE = b'\n\t\r\x1f"'

_AT_ONCE = 1 << 16  # bytes that the processor can keep at hand
_BLOCK = 6  # as a power of two, how many bytes are asked at once whether they are plain


def padded(data: bytes | bytearray) -> Bytes:
    """The bytes with padding behind them."""
    room = np.empty(len(data) + len(PADDING), np.uint8)
    room[: len(data)] = np.frombuffer(data, np.uint8)
    room[len(data) :] = np.frombuffer(PADDING, np.uint8)
    return room


def read_padded(path: Path) -> Bytes:
    """What a file holds with padding behind it; raises OSError."""
    with path.open("rb") as file:
        size = path.stat().st_size
        room = np.empty(size + len(PADDING), np.uint8)
        read = file.readinto(room[:size].data)
        rest = file.read()
    if rest or read < size:  # a pipe, or a file that grows or shrinks meanwhile
        return padded(bytes(room[:read]) + rest)
    room[size:] = np.frombuffer(PADDING, np.uint8)
    return room


def in_parts(data: Bytes) -> Iterator[tuple[int, Bytes]]:
    """The bytes but for the padding in parts that are quick to look at, and where each begins."""
    size = len(data) - len(PADDING)
    for begin in range(0, size, _AT_ONCE):
        yield begin, data[begin : min(begin + _AT_ONCE, size)]


def find_bytes(data: Bytes, wanted: Callable[[Bytes], Bools]) -> Ints:
    """The positions of the bytes of which `wanted` says yes, but for the padding."""
    found = [np.flatnonzero(wanted(part)) + begin for begin, part in in_parts(data)]
    return np.concatenate(found) if found else np.zeros(0, np.int64)


class Store:
    """Bytes that texts point into, and where in them a text may not be plain.

    A text is not plain where folding its width or dropping what is hidden in it could change it.
    """

    def __init__(self, data: Bytes, rare: Ints | None = None) -> None:
        """`data` is UTF-8 and ends with `PADDING`; NUL occurs in the padding only.

        `rare` is what `rare_bytes` says of it.
        """
        self.bytes = data
        self._view = data.data
        self._words: Words = np.ndarray((len(data) - 7,), "<u8", data, strides=(1,))
        rare = rare_bytes(data) if rare is None else rare
        odd = rare[_NOT_PLAIN[data[rare]]]
        self._odd_at = np.append(odd, len(data))
        blocks = np.bincount(odd >> _BLOCK, minlength=(len(data) >> _BLOCK) + 1)
        self._odd_before = np.concatenate([[0], np.cumsum(blocks)])  # each block of bytes

    def __len__(self) -> int:
        return len(self.bytes)

    def text(self, begin: int, end: int) -> str:
        """A stretch as text."""
        return str(self._view[begin:end], "utf-8")

    def words(self, begin: Ints) -> Words:
        """The eight bytes that begin at each position."""
        return self._words[begin]

    def odd(self, begin: Ints, end: Ints) -> Bools:
        """Which stretches hold a byte that is not plain."""
        if len(self._odd_at) == 1:
            return np.zeros(len(begin), np.bool_)
        before, past = self._odd_before, (1 << _BLOCK) - 1
        found: Bools = before[(end + past) >> _BLOCK] > before[begin >> _BLOCK]
        near = np.flatnonzero(found)
        found[near] = self._odd_at[np.searchsorted(self._odd_at, begin[near])] < end[near]
        return found


def rare_bytes(data: Bytes) -> Ints:
    """The positions of control signs but for line feeds, of quotes, and of what is not plain."""
    return find_bytes(data, _rare)


def _rare(part: Bytes) -> Bools:
    rare: Bools = (part - np.uint8(0xC0) < 0x24) | (part >= 0xEA)
    rare |= part == 0x7F
    rare |= part == QUOTE
    rare |= (part < 0x20) ^ (part == LINE_FEED)
    return rare


# Other than ASCII and the common Chinese characters, which look alike in no width.
_NOT_PLAIN = _rare(np.arange(256, dtype=np.uint8))
_NOT_PLAIN[[QUOTE, TAB, RETURN, SEPARATOR]] = False
