"""The sheets of a file as rows of untouched cells, each row with its place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import overload

import numpy as np

from model.claims.texts import PADDING, Store, Texts
from model.policy.exact import Bools, Ints

Area = tuple[tuple[int, int], tuple[int, int]]
SEPARATOR = "\x1f"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """One sheet, or the whole of a CSV file.

    Attributes:
        name: what messages call it: the path of a CSV file, the name of a sheet.
        is_sheet: whether places are cells (``A11a!C7``) or lines (``claims.csv:7``).
        begin, end: for each cell its stretch of the store, row by row.
        first: for each row its first cell, and the number of cells at the end.
        lines: the line or the number of each row in the file, counted from 1.
        left: how many columns of the sheet lie left of the first cell.
        merged: areas of merged cells, as first and last row and column in this grid.
        notes_zh: what a reader should know of it, in Chinese.
    """

    name: str
    is_sheet: bool
    store: Store
    begin: Ints
    end: Ints
    first: Ints
    lines: Ints
    left: int = 0
    merged: Sequence[Area] = ()
    notes_zh: Sequence[str] = ()

    def __len__(self) -> int:
        return len(self.lines)

    @property
    def widths(self) -> Ints:
        """The number of cells in each row."""
        return np.diff(self.first)

    def row(self, at: int) -> list[str]:
        """The cells of a row."""
        begin, end = int(self.first[at]), int(self.first[at + 1])
        return list(Texts(self.store, self.begin[begin:end], self.end[begin:end]))

    def hollow(self, rows: Ints) -> Bools:
        """Which rows hold nothing but the signs between their cells."""
        if not len(rows):
            return np.zeros(0, np.bool_)
        first, last = self.first[rows], self.first[rows + 1] - 1
        hollow: Bools = self.end[last] - self.begin[first] == last - first
        return hollow & (self.end[first] == self.begin[first])

    def column(self, position: int, rows: Ints) -> Texts:
        """The cells of some rows in one column; every row must have it."""
        cells = self.first[rows] + position
        return Texts(self.store, self.begin[cells], self.end[cells])

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

    def take(self, rows: Ints) -> Rows:
        """Some of these rows."""
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
        cells, moved = self.grids[number].row(int(self._row[at])), self._moved[number]
        if moved is None:
            return cells
        joined = [""] * len(self.header)
        for position, cell in zip(moved, cells, strict=False):
            joined[position] = cell
        return joined

    def __iter__(self) -> Iterator[list[str]]:
        return (self[row] for row in range(len(self)))

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


def packed(rows: Sequence[Sequence[str]]) -> tuple[bytes, Ints, Ints, Ints]:
    """Rows of texts as the bytes of a store, where cells begin and end, each row's first cell."""
    cells = [cell.replace("\0", "�") for row in rows for cell in row]
    parts = [cell.encode(errors="replace") for cell in cells]
    sizes = np.fromiter(map(len, parts), np.int64, len(parts))
    end = np.cumsum(sizes + 1) - 1 if len(parts) else np.zeros(0, np.int64)
    first = np.concatenate([[0], np.cumsum([len(row) for row in rows], dtype=np.int64)])
    return SEPARATOR.encode().join(parts) + PADDING, end - sizes, end, first.astype(np.int64)


def column_letters(position: int) -> str:
    """The letters of a column counted from 0: A, B, ..., Z, AA."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
