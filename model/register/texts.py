"""Texts kept as bytes: a million cells held, compared and grouped, decoded only when looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import starmap
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from model.policy.exact import Bools, Ints
from model.register.numbering import MIX, Words, numbered, recurring
from model.register.store import Bytes, Store

# By number of bytes, the part of an eight-byte word that a text of that length fills.
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], np.uint64)
_BYTES = np.uint64(0x0101010101010101)
_TOP_BITS = np.uint64(0x80) * _BYTES
_FROM_A, _PAST_Z = np.uint64(0x80 - 0x41) * _BYTES, np.uint64(0x80 - 0x5B) * _BYTES

# The first bytes of a text that could be blank after all: space, and what hides or is wide space.
_BLANK_STARTS = np.zeros(256, np.bool_)
_BLANK_STARTS[:0x21] = _BLANK_STARTS[[0xC2, 0xCD, 0xE1, 0xE2, 0xE3, 0xEF]] = True


class Texts(Sequence[str]):
    """A column of texts, each a stretch of one store.

    `seen` turns a text as it stands in the file into the text that a reader of the column gets.
    """

    def __init__(
        self, store: Store, begin: Ints, end: Ints, seen: Callable[[str], str] | None = None
    ) -> None:
        self.store = store
        self.begin = begin
        self.end = end
        self.seen = seen
        self._kept_words: dict[int, Words] = {}
        self._kept_odd: Bools | None = None

    def seen_as(self, seen: Callable[[str], str]) -> Texts:
        """The same texts for readers who get them in another way."""
        texts = Texts(self.store, self.begin, self.end, seen)
        texts._kept_words, texts._kept_odd = self._kept_words, self._kept_odd
        return texts

    def __len__(self) -> int:
        return len(self.begin)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Texts: ...
    def __getitem__(self, at: int | slice) -> str | Texts:
        if isinstance(at, slice):
            return Texts(self.store, self.begin[at], self.end[at], self.seen)
        text = self.store.text(int(self.begin[at]), int(self.end[at]))
        return self.seen(text) if self.seen else text

    def __iter__(self) -> Iterator[str]:
        stretches = zip(self.begin.tolist(), self.end.tolist(), strict=True)
        texts = starmap(self.store.text, stretches)
        return map(self.seen, texts) if self.seen else texts

    def take(self, rows: npt.NDArray[Any]) -> Texts:
        """The texts at some positions, or where a mask says yes."""
        if rows.dtype == np.bool_ and rows.all():
            return self
        return Texts(self.store, self.begin[rows], self.end[rows], self.seen)

    def odd(self) -> Bools:
        """Where `seen` may change the text: some of it is not plain, or space begins or ends it."""
        if self._kept_odd is None:
            spaced = (self.starts() <= 0x20) | (self.store.bytes[self.end - 1] <= 0x20)
            odd = (self.store.odd(self.begin, self.end) | spaced) & (self.end > self.begin)
            odd.setflags(write=False)
            self._kept_odd = odd
        return self._kept_odd

    def starts(self) -> Bytes:
        """The first byte of each text; 0 where it is empty."""
        return self.word().astype(np.uint8)

    def capital(self) -> Bools:
        """Where the text holds a capital letter A to Z."""
        found = np.zeros(len(self), np.bool_)
        for rows, words in self._parts(0):
            low = words & ~_TOP_BITS
            found[rows] |= (low + _FROM_A) & ~(low + _PAST_Z) & ~words & _TOP_BITS != 0
        return found

    def _parts(self, position: int) -> Iterator[tuple[Any, Words]]:
        """Eight bytes of the texts that are that long, and the next eight, to the end of all."""
        size = self.end - self.begin
        longest = int(size.max(initial=0))
        for at in range(position, longest, 8):
            rows = np.flatnonzero(size > at)
            if 2 * len(rows) > len(size):
                yield slice(None), self.word(at)  # zero where a text has ended
            else:
                yield rows, self.take(rows).word(at)

    def blank(self, plain: Callable[[str], str]) -> Bools:
        """Where nothing is left of the text when `plain` has stripped it."""
        blank: Bools = self.end == self.begin
        doubtful = ~blank & _BLANK_STARTS[self.starts()]
        for row in np.flatnonzero(doubtful).tolist():
            blank[row] = not plain(self[row])
        return blank

    def word(self, position: int = 0) -> Words:
        """Eight bytes of each text from a position on, zero beyond its end; in file order."""
        if position in self._kept_words:
            return self._kept_words[position]
        size, at = self.end - self.begin, self.begin
        if position:
            size = np.maximum(size - position, 0)
            at = np.minimum(at + position, len(self.store) - 8)
        words: Words = self.store.words(at) & _MASKS[np.minimum(size, 8)]
        words.setflags(write=False)
        self._kept_words[position] = words
        return words

    def group(self) -> tuple[Ints, Ints]:
        """Equal stretches as equal codes, and for each code its first row; by first occurrence."""
        keys, exact = self._keys()
        codes, first = numbered(keys)
        if not exact and not self._alike(first[codes]):
            return self._group_by_text()  # two texts share a key of 64 bits
        return codes, first

    def all_differ(self) -> bool:
        """Whether no two stretches are equal; faster than `group`, and where unsure it says no."""
        keys, _ = self._keys()
        keys = np.sort(keys[recurring(keys)])
        return not (keys[1:] == keys[:-1]).any()

    def recurring(self) -> Bools:
        """Which texts may occur more than once: all that do, and a few of the others."""
        return recurring(self._keys()[0])

    def _keys(self) -> tuple[Words, bool]:
        """One number for each text; whether equal numbers must be equal texts."""
        size = self.end - self.begin
        longest = int(size.max(initial=0))
        keys = self.word()
        if longest <= 8:
            return keys, True
        keys = keys.copy()
        for rows, words in self._parts(8):
            keys[rows] = (keys[rows] ^ (keys[rows] >> np.uint64(29))) * MIX ^ words
        return keys, False

    def _alike(self, other: Ints) -> bool:
        """Whether each text equals the text of the other row."""
        size = self.end - self.begin
        if (size != size[other]).any():
            return False
        for position in range(0, int(size.max()) if len(size) else 0, 8):
            rows = np.flatnonzero((size > position) & (other != np.arange(len(size))))
            here, there = self.take(rows), self.take(other[rows])
            if (here.word(position) != there.word(position)).any():
                return False
        return True

    def _group_by_text(self) -> tuple[Ints, Ints]:
        numbers: dict[str, int] = {}
        first: list[int] = []
        codes: list[int] = []
        for row, text in enumerate(Texts(self.store, self.begin, self.end)):
            code = numbers.setdefault(text, len(numbers))
            if code == len(first):
                first.append(row)
            codes.append(code)
        return np.array(codes, np.int64), np.array(first, np.int64)


class Coded(Sequence[str]):
    """A column of few kinds of text, each row the number of its kind; kinds by first occurrence."""

    def __init__(self, codes: Ints, kinds: Sequence[str]) -> None:
        self.codes = codes
        self.kinds = kinds

    def __len__(self) -> int:
        return len(self.codes)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> Coded: ...
    def __getitem__(self, at: int | slice) -> str | Coded:
        if isinstance(at, slice):
            return Coded(self.codes[at], self.kinds)
        return self.kinds[int(self.codes[at])]

    def __iter__(self) -> Iterator[str]:
        kinds = self.kinds
        return (kinds[code] for code in self.codes.tolist())

    def take(self, rows: npt.NDArray[Any]) -> Coded:
        """The texts at some positions, or where a mask says yes."""
        if rows.dtype == np.bool_ and rows.all():
            return self
        return Coded(self.codes[rows], self.kinds)


def chain(parts: Sequence[Texts]) -> Texts:
    """Columns of one store, one below the other."""
    if len(parts) == 1:
        return parts[0]
    begin = np.concatenate([part.begin for part in parts])
    end = np.concatenate([part.end for part in parts])
    return Texts(parts[0].store, begin, end, parts[0].seen)


def group(texts: Sequence[str], same: Callable[[str], str]) -> tuple[Ints, Sequence[str]]:
    """Each text as the position of its like in a list, by first occurrence; and that list.

    Args:
        texts: any texts; fastest where they are `Texts`.
        same: two texts are alike where this gives one result for both. It must leave plain texts
            without capitals as they are.
    """
    codes, kinds = None, texts
    if isinstance(texts, Texts):
        codes, first = texts.group()
        kinds = texts.take(first)
        if not (kinds.odd() | kinds.capital()).any():
            return codes, kinds
    elif isinstance(texts, Coded):
        used = np.bincount(texts.codes, minlength=len(texts.kinds)) > 0
        codes = (np.cumsum(used) - 1)[texts.codes] if not used.all() else texts.codes
        kinds = [kind for kind, there in zip(texts.kinds, used.tolist(), strict=True) if there]
    numbers: dict[str, int] = {}
    of_text = {kind: numbers.setdefault(same(kind), len(numbers)) for kind in dict.fromkeys(kinds)}
    alike = np.fromiter((of_text[kind] for kind in kinds), np.int64, len(kinds))
    return alike if codes is None else alike[codes], list(numbers)


def chosen(texts: Sequence[str], rows: Ints) -> Sequence[str]:
    """Some of the texts, by position."""
    if isinstance(texts, Texts | Coded):
        return texts.take(rows)
    return [texts[row] for row in rows.tolist()]


def filled(texts: Sequence[str]) -> Bools:
    """Which texts are not blank."""
    if isinstance(texts, Texts):
        return ~texts.blank(str.strip)
    return np.fromiter(map(bool, texts), np.bool_, len(texts))


def only(texts: Sequence[str], rows: Bools) -> Sequence[str]:
    """The texts of some rows; those of the others blank."""
    if isinstance(texts, Texts):
        return Texts(texts.store, texts.begin, np.where(rows, texts.end, texts.begin), texts.seen)
    return [text if row else "" for text, row in zip(texts, rows.tolist(), strict=True)]
