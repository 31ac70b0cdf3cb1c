"""The sheets of a file as rows of untouched cells, each row with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, overload

import numpy as np
import numpy.typing as npt

from model.policy.exact import Bools, Ints
from model.register.store import LINE_FEED, RETURN, Store, padded
from model.register.texts import Texts

Area = tuple[tuple[int, int], tuple[int, int]]
SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cuts:
    """Where cells begin and end in a store: behind the sign before them, at the sign after them.

    Attributes:
        ends: for each cell the position of the sign after it, ascending.
        start: where the first cell begins.
        returns: whether a carriage return before a line feed belongs to the sign.
        moved: cells that lie elsewhere, ascending, and where each begins and ends.
        sign: the sign between the cells of a row, where no cell can hold it.
    """

    store: Store
    ends: npt.NDArray[Any]
    start: int = 0
    returns: bool = False
    moved: tuple[Ints, Ints, Ints] | None = None
    sign: str = ""

    def texts(self, cells: Ints) -> Texts:
        """The texts of some cells."""
        end = self.ends[cells].astype(np.int64)
        begin = self.ends[cells - 1] + np.int64(1)
        begin[cells == 0] = self.start
        if self.returns:
            last = np.flatnonzero((self.store.bytes[end] == LINE_FEED) & (end > begin))
            end[last] -= self.store.bytes[end[last] - 1] == RETURN
        if self.moved is not None:
            there, begins, ends = self.moved
            at = np.minimum(np.searchsorted(there, cells), len(there) - 1)
            moved = there[at] == cells
            begin[moved], end[moved] = begins[at[moved]], ends[at[moved]]
        return Texts(self.store, begin, end)

    def narrow(self, first: Ints, last: Ints) -> Bools:
        """Which stretches of cells may have no room for anything but signs: quick, and too many."""
        if self.moved is not None:
            return np.ones(len(first), np.bool_)
        narrow: Bools = self.ends[last] - self.ends[first] <= last - first + self.returns
        return narrow


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet, or the whole of a CSV file.

    Attributes:
        name: what messages call it: the path of a CSV file, the name of a sheet; neither where
            names are to be hidden.
        title: the name of the sheet in the file, by which its award is known.
        is_sheet: whether places are cells (``申报表!C7``) or lines (``claims.csv:7``).
        cuts: where the cells lie, row by row.
        first: for each row its first cell, and the number of cells at the end.
        lines: the line or the number of each row in the file, counted from 1.
        left: how many columns of the sheet lie left of the first cell.
        merged: areas of merged cells, as first and last row and column in this grid.
        notes_zh: what a reader should know of it, in Chinese.
    """

    name: str
    is_sheet: bool
    cuts: Cuts
    first: Ints
    lines: Ints
    left: int = 0
    merged: Sequence[Area] = ()
    notes_zh: Sequence[str] = ()
    title: str = ""

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def widths(self) -> Ints:
        """The number of cells in each row."""
        return np.diff(self.first)

    def row(self, at: int) -> list[str]:
        """The cells of a row."""
        return list(self.cuts.texts(np.arange(self.first[at], self.first[at + 1])))

    def each(self, rows: Ints) -> Iterator[list[str]]:
        """The cells of some rows, one row after another; faster than `row` for each."""
        if self.cuts.moved is not None or not self.cuts.sign:
            yield from map(self.row, rows.tolist())
            return
        text, sign = self.cuts.store.text, self.cuts.sign
        begins = self.cuts.texts(self.first[rows]).begin.tolist()
        ends = self.cuts.texts(self.first[rows + 1] - 1).end.tolist()
        for begin, end in zip(begins, ends, strict=True):
            yield text(begin, end).split(sign)

    def hollow(self, rows: Ints) -> Bools:
        """Which rows hold nothing but the signs between their cells."""
        first, last = self.first[rows], self.first[rows + 1] - 1
        hollow = np.zeros(len(rows), np.bool_)
        near = np.flatnonzero(self.cuts.narrow(first, last))
        begins, ends = self.cuts.texts(first[near]), self.cuts.texts(last[near])
        empty = (begins.end == begins.begin) & (ends.end == ends.begin)
        hollow[near] = empty & (ends.end - begins.begin == (last - first)[near])
        return hollow

    def column(self, position: int, rows: Ints) -> Texts:
        """The cells of some rows in one column; every row must have it."""
        return self.cuts.texts(self.first[rows] + position)

    def place(self, at: int) -> str:
        """Where a row stands."""
        line = int(self.lines[at])
        return f"{self.name}!A{line}" if self.is_sheet else f"{self.name}:{line}"

    def cell_place(self, at: int, position: int) -> str:
        """Where a cell stands: the cell of a sheet, the line of a CSV file."""
        line = int(self.lines[at])
        if not self.is_sheet:
            return f"{self.name}:{line}"
        return f"{self.name}!{column_letters(self.left + position)}{line}"


class Rows(Sequence[Sequence[str]]):
    """Rows of several grids under one header, put together when somebody looks at them.

    Attributes:
        header: the joined header.
    """

    def __init__(
        self, grids: Sequence[Grid], header: Sequence[str], moved: Sequence[Sequence[int] | None]
    ) -> None:
        """`moved` says for each grid where its columns stand in the header; None: as they are."""
        self.grids = grids
        self.header = header
        self._moved = moved
        self._grid = self._row = np.zeros(0, np.int64)

    def of(self, grid: Ints, row: Ints) -> Rows:
        """Some rows, by the number of their grid and their position in it."""
        chosen = Rows(self.grids, self.header, self._moved)
        chosen._grid, chosen._row = grid, row
        return chosen

    def take(self, rows: npt.NDArray[Any]) -> Rows:
        """The rows at some positions, or where a mask says yes."""
        if rows.dtype == np.bool_ and rows.all():
            return self
        return self.of(self._grid[rows], self._row[rows])

    def of_file(self, at: int) -> tuple[int, int]:
        """The number of a row's grid, and its position in it."""
        return int(self._grid[at]), int(self._row[at])

    def __len__(self) -> int:
        return len(self._row)

    @overload
    def __getitem__(self, at: int) -> list[str]: ...
    @overload
    def __getitem__(self, at: slice) -> list[list[str]]: ...
    def __getitem__(self, at: int | slice) -> list[str] | list[list[str]]:
        if isinstance(at, slice):
            return [self[row] for row in range(len(self))[at]]
        number = int(self._grid[at])
        return self._joined(number, self.grids[number].row(int(self._row[at])))

    def __iter__(self) -> Iterator[list[str]]:
        begins = [0, *(np.flatnonzero(np.diff(self._grid)) + 1).tolist(), len(self)]
        for begin, end in pairwise(begins):
            if begin < end:
                number = int(self._grid[begin])
                for cells in self.grids[number].each(self._row[begin:end]):
                    yield self._joined(number, cells)

    def _joined(self, number: int, cells: list[str]) -> list[str]:
        """The cells of a row below the joined header."""
        moved = self._moved[number]
        if moved is None:
            return cells
        joined = [""] * len(self.header)
        for position, cell in zip(moved, cells, strict=False):
            joined[position] = cell
        return joined

    @property
    def places(self) -> Places:
        """Where the rows stand."""
        return Places(self.grids, self._grid, self._row)


class Places(Sequence[str]):
    """Where rows stand, written out when somebody looks at them."""

    def __init__(self, grids: Sequence[Grid], grid: Ints, row: Ints) -> None:
        self._grids, self._grid, self._row = grids, grid, row

    def __len__(self) -> int:
        return len(self._row)

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> list[str]: ...
    def __getitem__(self, at: int | slice) -> str | list[str]:
        if isinstance(at, slice):
            return [self[row] for row in range(len(self))[at]]
        return self._grids[int(self._grid[at])].place(int(self._row[at]))


def packed(rows: Sequence[Sequence[str]]) -> tuple[Cuts, Ints]:
    """Rows of texts in a store of their own, and the first cell of each row."""
    parts = [cell.replace("\0", "\ufffd").encode(errors="replace") for row in rows for cell in row]
    sizes = np.fromiter(map(len, parts), np.int64, len(parts))
    first = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    store = Store(padded(SEPARATOR.encode().join(parts)))
    return Cuts(store=store, ends=np.cumsum(sizes + 1) - 1), first.astype(np.int64)


def column_letters(position: int) -> str:
    """The letters of a column counted from 0: A, B, ..., Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
