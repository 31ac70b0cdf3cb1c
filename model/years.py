"""Joint years as a table: held in memory, or worked out only while it is read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
BLOCK = 1 << 14  # years read at a time, so that the work stays in the processor's cache


class Years(Protocol):
    """What every column (an account, an award) is asked for in every year: int64[year, column].

    An array is such a table. A table that is worked out while it is read gives the same numbers
    for a year whatever slice the year is read in.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        """Years and columns."""

    def __len__(self) -> int:
        """The number of years."""

    def __getitem__(self, years: slice, /) -> IntArray:
        """The rows of some years; a slice begins at a multiple of 4 and has no step."""


def blocks(n_years: int, size: int = BLOCK) -> Iterator[slice]:
    """The years in slices of at most `size`.

    >>> [(part.start, part.stop) for part in blocks(10, 4)]
    [(0, 4), (4, 8), (8, 10)]
    """
    for start in range(0, n_years, size):
        yield slice(start, min(start + size, n_years))


def same_years(one: Years, other: Years) -> bool:
    """Whether two tables are one: the same object, or the same memory in the same shape.

    Equal numbers are not looked for: comparing millions of years would cost more than using them.
    """
    if isinstance(one, np.ndarray) and isinstance(other, np.ndarray):
        return one.shape == other.shape and np.may_share_memory(one, other)
    return one is other


class _Widened:
    """A table with columns of nothing after its own."""

    def __init__(self, years: Years, more: int) -> None:
        self.years, self.more = years, more

    @property
    def shape(self) -> tuple[int, ...]:
        """Years and columns."""
        return len(self.years), self.years.shape[1] + self.more

    def __len__(self) -> int:
        return len(self.years)

    def __getitem__(self, years: slice, /) -> IntArray:
        rows = self.years[years]
        return np.pad(rows, ((0, 0), (0, self.more)))


def widened(years: Years, more: int) -> Years:
    """The table with so many columns more, in which nobody asks for anything.

    >>> widened(np.array([[1, 2], [3, 4]]), 1)[0:2]
    array([[1, 2, 0],
           [3, 4, 0]])
    """
    if not more:
        return years
    wider = _Widened(years, more)
    return wider[:] if isinstance(years, np.ndarray) else wider
