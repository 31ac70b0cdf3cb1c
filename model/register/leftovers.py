"""The rows of a register that are not assessed: those refused, and those that are no claims."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.errors import Problem
from model.register.cells import clean
from model.register.grid import Grid, Rows
from model.register.sections import Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that could not be read, with everything that is wrong with it.

    Attributes:
        place: where the row stands, like ``申报表!A7`` or ``claims.csv:7``.
        cells: its cells as they are in the file, below the header of the register.
        problems: at least one, each with the place of the cell where it is known.
    """

    place: str
    cells: Sequence[str]
    problems: Sequence[Problem]


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A row that is no claim: a title, a subtotal, the example row; and how one knows, in Chinese.

    Attributes:
        place: where the row stands.
        cells: its cells as they are in the file.
        reason_zh: why it is none.
    """

    place: str
    cells: Sequence[str]
    reason_zh: str


def refused_rows(
    sections: Sequence[Section], rows: Rows, by_row: Mapping[int, Sequence[Problem]]
) -> list[Refused]:
    """The rows with problems, and those that do not fit below the header, in file order."""
    found = []
    places = rows.places
    for row in by_row:
        number, at = rows.of_file(row)
        refused = Refused(place=places[row], cells=rows[row], problems=tuple(by_row[row]))
        found.append((number, at, refused))
    for number, section in enumerate(sections):
        for at in section.uneven:
            cells, place = section.grid.row(at), section.grid.place(at)
            fact = f"the row has {len(cells)} cells, the header has {len(section.heading.cells)}"
            remedy = "Quote cells that hold a comma; add the cells that are missing."
            problem = Problem(place=place, fact=fact, remedy=remedy)
            found.append((number, at, Refused(place=place, cells=cells, problems=(problem,))))
    return [refused for _, _, refused in sorted(found, key=lambda entry: entry[:2])]


def rows_aside(
    grids: Sequence[Grid], sections: Sequence[Section], others: Sequence[tuple[Grid, str]]
) -> list[Aside]:
    """The rows that are no claims, in the order of the file."""
    reasons = {id(section.grid): section.aside for section in sections}
    for grid, reason in others:
        rows = np.arange(len(grid))
        filled = rows[~grid.hollow(rows)].tolist()
        reasons[id(grid)] = {at: reason for at in filled if any(map(clean, grid.row(at)))}
    return [
        Aside(place=grid.place(at), cells=grid.row(at), reason_zh=reason)
        for grid in grids
        for at, reason in sorted(reasons[id(grid)].items())
    ]
