"""The quantile transform: uniform numbers into totals, millions at a time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.demand.checked import IntArray, TotalLaw
from model.demand.moments import FloatArray
from model.errors import refuse

BUCKETS = 1 << 16
_CHUNK = 1 << 15  # numbers worked on at a time, so that they stay in the cache


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileTable:
    """A law prepared for the quantile transform.

    Attributes:
        start_yuan, step_yuan: the grid of the law.
        reached: float64[cells], the probability of at most each cell; the last is 1.
        guide: int32[2**16], for each equal part of [0, 1) the cell that all its numbers lead to,
            or -1 where they lead to several.
    """

    start_yuan: int
    step_yuan: int
    reached: FloatArray
    guide: NDArray[np.int32]


def quantile_table(law: TotalLaw) -> QuantileTable:
    """The table with which `invert` turns uniform numbers into totals."""
    reached = np.cumsum(law.mass)
    reached /= reached[-1]
    edges = np.arange(BUCKETS + 1) / BUCKETS
    low = np.searchsorted(reached, edges[:-1], side="right")
    high = np.searchsorted(reached, np.nextafter(edges[1:], 0), side="right")
    guide = np.where(low == high, low, -1).astype(np.int32)
    for array in (reached, guide):
        array.setflags(write=False)
    return QuantileTable(
        start_yuan=law.start_yuan, step_yuan=law.step_yuan, reached=reached, guide=guide
    )


def invert(table: QuantileTable, uniforms: FloatArray) -> IntArray:
    """The total of each uniform number in [0, 1): int64 yuan in the same shape.

    It is the smallest total whose probability of not being exceeded is above the number, each
    number for itself: blocks of numbers give what all together give.
    """
    numbers = np.ascontiguousarray(uniforms, dtype=np.float64).reshape(-1)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < 1):
        raise refuse("uniforms", "a number is outside [0, 1)", "Give 0 <= number < 1.")
    cells = np.empty(len(numbers), dtype=np.int64)
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        found = table.guide.take((part * BUCKETS).astype(np.int64))
        unsure = np.flatnonzero(found < 0)
        found[unsure] = np.searchsorted(table.reached, part[unsure], side="right")
        cells[start : start + _CHUNK] = found
    cells *= table.step_yuan
    cells += table.start_yuan
    return cells.reshape(uniforms.shape)
