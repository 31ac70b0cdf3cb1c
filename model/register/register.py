"""A register of claims: what was read, what was refused and what was set aside, row by row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import InputError, Problem, refuse
from model.policy.awards import Award, CostedAward
from model.policy.exact import Bools, Ints
from model.register.csv_file import read_csv
from model.register.grid import Grid, Rows
from model.register.headers import PRODUCT, plain
from model.register.leftovers import Aside, Refused, refused_rows, rows_aside
from model.register.naming import Naming, read_naming
from model.register.numbering import rows_of_each
from model.register.old_workbook import MAGIC as OLD_WORKBOOK
from model.register.parts import Findings, Part, PartReader, missing_columns
from model.register.sections import WRITTEN, Section, find_sections
from model.register.sheets import ZIP, read_sheets
from model.register.store import PADDING, Bytes, read_padded
from model.register.subtotals import subtotal_notes

__all__ = ["NAMING", "WRITTEN", "Aside", "Part", "Refused", "Register", "read_register"]

_SAVE = "Save it in Excel as .xlsx or as CSV UTF-8."
_FOREIGN = {
    b"%pdf": "a PDF",
    b"<html": "a web page",
    b"<!doctype": "a web page",
    b"<?xml": "an XML file",
    b"{\\rtf": "a text document",
    b"\x89png": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"rar!": "a compressed file",
    b"7z\xbc": "a compressed file",
    b"\x1f\x8b": "a compressed file",
}
Tell = Callable[[int, int], None]
NAMING = ("claim", "applicant", "award")
UNNAMED_ZH = "登记表"
MOST_LISTED = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A checked register of claims: every row of the file is in `rows`, `refused` or `set_aside`.

    Sequences of texts decode a text when it is looked at; a list of a million is made at leisure.

    Attributes:
        name: what messages call the file.
        header, rows: the cells as they are in the file, the rows that can be assessed. Of several
            sheets the header holds the columns of all.
        claim, applicant, award: one text for each row; the award's id as the policy has it.
        product: one text for each row, empty where blank.
        filed: the day each claim was filed, `datetime64[D]`; NaT where blank.
        places: where each row stands, like ``申报表!A7`` or ``claims.csv:7``.
        parts: the claims of each costed award that occurs, in the order of first occurrence.
        refused: the rows that could not be read, in the order of the file.
        set_aside: the rows that are no claims. The header and empty rows at the end do not count.
        notes_zh: what a reader should know of the file as a whole, in Chinese.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    claim: Sequence[str]
    applicant: Sequence[str]
    award: Sequence[str]
    product: Sequence[str]
    filed: npt.NDArray[np.datetime64]
    places: Sequence[str]
    parts: Mapping[str, Part]
    refused: Sequence[Refused] = ()
    set_aside: Sequence[Aside] = ()
    notes_zh: Sequence[str] = ()

    @property
    def problems(self) -> Sequence[Problem]:
        """What is wrong with the refused rows, in the order of the file."""
        return [problem for row in self.refused for problem in row.problems]

    @property
    def n_read(self) -> int:
        """How many rows the file has: those to be assessed, the refused and those set aside."""
        return len(self.rows) + len(self.refused) + len(self.set_aside)


def read_register(
    path: Path, awards: Mapping[str, Award], tell: Tell | None = None, *, named: bool = True
) -> Register:
    """The claims in a CSV file or a workbook (.xlsx, .xls), every cell that a rule needs checked.

    Rows that cannot be read are among the refused ones, with every problem.

    Args:
        path: the file; what it holds decides how it is read, not its name alone.
        awards: the awards with the readings and figures that hold.
        tell: told now and then how many rows are done, and of how many.
        named: whether what was read calls the file and its sheets by their names; they may hold
            the name of an applicant. Else it calls them 登记表 and 表1, 表2.

    Raises:
        InputError: what is wrong with the file as a whole: no register, damaged, columns missing.
    """
    tell = tell or (lambda done, total: None)
    name = str(path) if named else UNNAMED_ZH
    grids = _grids(path, tell, named=named)
    sections, others, notes = find_sections(name, grids, awards)
    rows = _rows(sections)
    naming = read_naming(sections, rows.places, awards)
    found = Findings(by_row=naming.problems)
    parts = _parts(sections, naming, found, awards, tell)
    refused = refused_rows(sections, rows, found.by_row)
    if problems := [*found.of_headers, *missing_columns(sections, awards, found)]:
        problems += [problem for row in refused for problem in row.problems]
        raise InputError(_first(name, problems))
    good = np.ones(len(rows), np.bool_)
    good[list(found.by_row)] = False
    rows = rows.take(good)
    told = [note for grid in grids for note in grid.notes_zh]
    notes += [*found.notes_zh, *subtotal_notes(sections, awards)]
    return Register(
        name=name,
        header=rows.header,
        rows=rows,
        claim=naming.claim.take(good),
        applicant=naming.applicant.take(good),
        award=naming.award.take(good),
        product=naming.product.take(good),
        filed=naming.filed[good],
        places=rows.places,
        parts=_kept(parts, good),
        refused=refused,
        set_aside=rows_aside(grids, sections, others),
        notes_zh=[*told, *notes],
    )


def _grids(path: Path, tell: Tell, *, named: bool) -> list[Grid]:
    """The sheets of a file, whatever kind of file it is."""
    name, data = str(path), _bytes(path)
    start = data[:256].tobytes()
    if start.startswith((ZIP, OLD_WORKBOOK)):
        return read_sheets(path, data[: -len(PADDING)].tobytes(), tell, named=named)
    for mark, kind in _FOREIGN.items():
        if start.lstrip().lower().startswith(mark):
            raise refuse(name, f"this is {kind}, not a register", _SAVE)
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsm"):
        fact = f"this is no workbook, though its name ends in {path.suffix}"
        raise refuse(name, fact, _SAVE)
    grid = read_csv(path, data)
    return [grid if named else replace(grid, name=UNNAMED_ZH)]


def _bytes(path: Path) -> Bytes:
    """What a file holds, padded."""
    name = str(path)
    try:
        if path.exists() and not (path.is_file() or path.is_dir() or path.is_fifo()):
            raise refuse(name, "this is no file")
        return read_padded(path)
    except FileNotFoundError:
        raise refuse(name, "there is no such file", "Give the path of a register.") from None
    except IsADirectoryError:
        raise refuse(name, "this is a folder, not a file") from None
    except OSError as error:
        raise refuse(name, f"cannot be read ({error.strerror})") from None


def _rows(sections: Sequence[Section]) -> Rows:
    """The rows to be read of all sheets, below one header."""
    headers = [list(section.heading.cells) for section in sections]
    header, moved = joined_header(headers)
    rows = Rows([section.grid for section in sections], header, moved)
    sizes = [len(section.rows) for section in sections]
    numbers = np.repeat(np.arange(len(sections)), sizes)
    return rows.of(numbers, np.concatenate([section.rows for section in sections]))


def joined_header(
    headers: Sequence[Sequence[str]],
) -> tuple[Sequence[str], list[Sequence[int] | None]]:
    """One header for several, and where the columns of each stand in it; None: as they are."""
    if all(header == headers[0] for header in headers):
        return headers[0], [None] * len(headers)
    places: dict[str, int] = {}
    joined: list[str] = []
    moved: list[Sequence[int] | None] = []
    for header in headers:
        own = []
        for position, cell in enumerate(header):
            key = plain(cell) or f"#{position}"
            key = key if places.get(key, -1) not in own else f"{key}#{position}"
            if places.setdefault(key, len(joined)) == len(joined):
                joined.append(cell)
            own.append(places[key])
        moved.append(own)
    return joined, moved


def _parts(
    sections: Sequence[Section],
    naming: Naming,
    found: Findings,
    awards: Mapping[str, Award],
    tell: Tell,
) -> dict[str, Part]:
    """The claims of each costed award, by the first occurrence of the award."""
    begins = np.concatenate([[0], np.cumsum([len(section.rows) for section in sections])])
    parts, done = {}, 0
    rows_of = rows_of_each(naming.award.codes, len(naming.award.kinds))
    for key, rows in zip(naming.award.kinds, rows_of, strict=True):
        award = awards.get(key)
        if not isinstance(award, CostedAward):
            continue
        pieces = []
        for number, section in enumerate(sections):
            own = rows[(rows >= begins[number]) & (rows < begins[number + 1])]
            if len(own):
                at = section.rows[own - begins[number]]
                pieces.append(PartReader(section, key, award, own, at).read(found))
                done += len(own)
                tell(done, int(begins[-1]))
        if pieces:
            parts[key] = Part(
                rows=rows, has_product=PRODUCT in award.columns, columns=joined_columns(pieces)
            )
    return parts


def joined_columns(pieces: Sequence[Mapping[str, npt.NDArray[Any]]]) -> dict[str, npt.NDArray[Any]]:
    """The columns of several sheets one below the other; what a sheet lacks is not given there."""
    if len(pieces) == 1:
        return dict(pieces[0])
    kinds = {name: values.dtype for piece in pieces for name, values in piece.items()}
    return {
        name: np.concatenate(
            [piece.get(name, np.zeros(len(piece["claim?given"]), kind)) for piece in pieces]
        )
        for name, kind in kinds.items()
    }


def _kept(parts: Mapping[str, Part], good: Bools) -> dict[str, Part]:
    """The claims whose rows are good, by their position among the good ones."""
    if good.all():
        return dict(parts)
    new = np.cumsum(good) - 1
    kept = {}
    for key, part in parts.items():
        stay = good[part.rows]
        if stay.any():
            columns = {name: values[stay] for name, values in part.columns.items()}
            rows: Ints = new[part.rows[stay]]
            kept[key] = replace(part, rows=rows, columns=columns)
    return kept


def _first(name: str, problems: Sequence[Problem]) -> list[Problem]:
    """The problems, of many the first and how many more there are."""
    listed = list(problems[:MOST_LISTED])
    if rest := len(problems) - len(listed):
        remedy = "Mend the ones above and run again."
        listed.append(Problem(place=name, fact=f"and {rest:,} more problems", remedy=remedy))
    return listed
