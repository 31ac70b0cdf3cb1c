"""Equal keys as equal numbers, counted in the order in which they first occur."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from model.policy.exact import Ints

Words = npt.NDArray[np.uint64]
_FEW = 256


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
    """The codes where the keys are few kinds: found without sorting them all."""
    kinds = np.unique(keys[:: max(1, len(keys) // 4096)])
    for _ in range(8):
        if len(kinds) > _FEW:
            return None
        codes = np.minimum(np.searchsorted(kinds, keys), len(kinds) - 1)
        missing = keys[kinds[codes] != keys]
        if not len(missing):
            return _dense(codes)
        kinds = np.union1d(kinds, np.unique(missing[: _FEW + 1]))
    return None


def _dense(codes: Ints) -> Ints:
    """Codes without gaps."""
    used = np.zeros(int(codes.max()) + 1, np.bool_)
    used[codes] = True
    dense: Ints = (np.cumsum(used) - 1)[codes]
    return dense
