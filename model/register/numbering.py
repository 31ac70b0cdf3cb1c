"""Equal keys as equal numbers, counted in the order in which they first occur; which keys recur."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt

from model.policy.exact import Bools, Ints

Words = npt.NDArray[np.uint64]
MIX = np.uint64(0x9E3779B97F4A7C15)  # odd: a product with it tells all keys apart
_FEW = 256
_SLOTS = 16  # as a power of two, how many the few have


def numbered(keys: Words) -> tuple[Ints, Ints]:
    """Equal keys as equal codes by first occurrence, and for each code its first row."""
    if not len(keys):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    codes = _few(keys)
    if codes is None:
        order = np.argsort(keys, kind="stable")
        new = np.diff(keys[order], prepend=~keys[order[:1]]) != 0
        codes = np.empty(len(keys), np.int64)
        codes[order] = np.cumsum(new) - 1
    rows = np.arange(len(keys), dtype=np.int64)
    first = np.zeros(int(codes.max()) + 1, np.int64)
    first[codes[::-1]] = rows[::-1]  # of rows with one code the first is written last
    by_first = np.argsort(first)
    rank = np.empty_like(by_first)
    rank[by_first] = np.arange(len(by_first))
    return rank[codes], first[by_first]


def _few(keys: Words) -> Ints | None:
    """The codes where the keys are few kinds, without gaps: found without sorting them all."""
    kinds = np.unique(keys[:: max(1, len(keys) // 4096)])
    for _ in range(8):
        if len(kinds) > _FEW:
            return None
        codes = _places(kinds, keys)
        missing = keys[kinds[codes] != keys]
        if not len(missing):
            return codes
        kinds = np.union1d(kinds, np.unique(missing[: _FEW + 1]))
    return None


def _places(kinds: Words, keys: Words) -> Ints:
    """Where each key stands among ascending kinds; anywhere if it is none of them."""
    slots = _slots(kinds, _SLOTS)
    if len(np.unique(slots)) < len(kinds):
        return np.minimum(np.searchsorted(kinds, keys), len(kinds) - 1)
    table = np.zeros(1 << _SLOTS, np.int64)
    table[slots] = np.arange(len(kinds))
    places: Ints = table[_slots(keys, _SLOTS)]
    return places


def recurring(keys: Words) -> Bools:
    """Which keys may occur more than once: all that do, and a few of the others."""
    power = len(keys).bit_length() + 3
    slots = _slots(keys, power)
    rows = np.arange(len(keys), dtype=np.int32)
    last = np.empty(1 << power, np.int32)
    last[slots] = rows
    shared = np.zeros(1 << power, np.bool_)
    shared[slots[last[slots] != rows]] = True
    found: Bools = shared[slots]
    return found


def rows_of_each(codes: Ints, number: int) -> list[Ints]:
    """For each code below `number` its rows, ascending."""
    small = codes.astype(np.uint16) if number <= 1 << 16 else codes  # few are sorted by counting
    order = np.argsort(small, kind="stable")
    ends = np.cumsum(np.bincount(codes, minlength=number)).tolist()
    return [order[begin:end] for begin, end in pairwise([0, *ends])]


def _slots(keys: Words, power: int) -> Ints:
    """A number below a power of two for each key, the same for equal ones."""
    return (keys * MIX >> np.uint64(64 - power)).astype(np.int64)
