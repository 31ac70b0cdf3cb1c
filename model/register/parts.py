"""The claims of one award as columns of whole numbers, and all that is wrong with single cells."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import Problem
from model.money import UNITS, format_rate
from model.policy.awards import Award, CostedAward, Grades, InsuredPremium, RateOfIncrease, RateUpTo
from model.policy.exact import FEN, MILLIONTHS, Bools, Ints
from model.register.cells import (
    MOST_FEN,
    MOST_NUMBER,
    clean,
    grade_parser,
    parse_money,
    parse_number,
    parse_rate,
    parse_text,
    parse_yes_no,
    shown,
)
from model.register.columns import Cells, Parser, numbers, read_column
from model.register.headers import GRADE_NAMES, SHARES, award_names, known_names, plain
from model.register.sections import Section, similar

IN_YUAN = "{place}：列“{column}”未注明单位，按元读取"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """The claims of one award.

    Attributes:
        rows: their positions in the register, ascending.
        has_product: whether the award asks for the product, so that products are compared.
        columns: what `entitle` takes.
    """

    rows: Ints
    has_product: bool
    columns: Mapping[str, npt.NDArray[Any]]


@dataclass(slots=True)
class Findings:
    """What is found wrong while a register is read; filled by the functions here.

    Attributes:
        by_row: by position of the claim in the register, the problems of its row.
        of_headers: the problems of whole columns.
        missing: by section and column, the awards that need a column that is not there.
        notes_zh: what to tell of whole columns.
    """

    by_row: dict[int, list[Problem]] = field(default_factory=dict)
    of_headers: list[Problem] = field(default_factory=list)
    missing: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    notes_zh: dict[str, None] = field(default_factory=dict)


class PartReader:
    """Reads the claims of one award in one sheet.

    Attributes:
        rows: the positions of the claims in the register.
        at: their rows in the sheet.
    """

    def __init__(
        self, section: Section, key: str, award: CostedAward, rows: Ints, at: Ints
    ) -> None:
        self.section = section
        self.key = key
        self.award = award
        self.rows = rows
        self.at = at
        self.found = Findings()

    def read(self, found: Findings) -> dict[str, npt.NDArray[Any]]:
        """The columns that `entitle` takes; what is wrong is added to `found`."""
        self.found = found
        columns: dict[str, npt.NDArray[Any]] = {"claim?given": np.ones(len(self.rows), np.bool_)}
        for name, column in self.award.columns.items():
            position = self.position(name)
            if position is None:
                if not column.optional:
                    self.lacks(name)
                continue
            cells = self.cells(name, position)
            self.check_cells(name, position, cells)
            if column.type != "text":
                values = cells.values.astype(np.bool_) if column.type == "bool" else cells.values
                columns[name], columns[f"{name}?given"] = values, cells.given
        self.check_together(columns)
        return columns

    def position(self, name: str) -> int | None:
        """Where the column stands in the sheet."""
        heading = self.section.heading
        names = award_names(self.award, name)
        own = heading.positions(set(names) - set(GRADE_NAMES))
        found = own or heading.positions(names)
        titles = list(dict.fromkeys(self.title(at) for at in found))
        if len(titles) > 1:
            both = " and ".join(f"'{title}'" for title in titles)
            fact = f"the columns {both} both give the {name} of {self.key}"
            self.of_header(fact, "Keep one of them.")
        elif len(found) > 1:
            fact = f"the column '{titles[0]}' occurs {len(found)} times"
            self.of_header(fact, "Keep one of them.")
        return found[0] if found else None

    def of_header(self, fact: str, remedy: str) -> None:
        problem = Problem(place=self.section.header_place, fact=fact, remedy=remedy)
        if problem not in self.found.of_headers:
            self.found.of_headers.append(problem)

    def lacks(self, name: str) -> None:
        keys = self.found.missing.setdefault((self.section.header_place, name), [])
        if self.key not in keys:
            keys.append(self.key)

    def report(self, row: int, position: int | None, fact: str, remedy: str = "") -> None:
        """One problem of the claim at a position among `rows`."""
        grid, at = self.section.grid, int(self.at[row])
        place = grid.place(at) if position is None else grid.cell_place(at, position)
        problem = Problem(place=place, fact=fact, remedy=remedy)
        self.found.by_row.setdefault(int(self.rows[row]), []).append(problem)

    def title(self, position: int) -> str:
        return "".join(clean(self.section.heading.cells[position]).split())

    def cells(self, name: str, position: int) -> Cells:
        """The cells of one column."""
        texts = self.section.grid.column(position, self.at)
        cells = read_column(texts, self.parser(name, position))
        for (top, left), (bottom, right) in self.section.grid.merged:
            if bottom > top and left <= position <= right:
                joined = np.flatnonzero((self.at >= top) & (self.at <= bottom)).tolist()
                told = "the cell is merged over several rows. Unmerge it and fill each row"
                cells = Cells(
                    values=cells.values,
                    given=cells.given,
                    wrong={**cells.wrong, **dict.fromkeys(joined, told)},
                )
        return cells

    def parser(self, name: str, position: int) -> Parser:
        """How the cells of a column are read, with the unit that its header states."""
        column = self.award.columns[name]
        if isinstance(self.award, Grades) and name == self.award.grade_column:
            return Parser(parse=grade_parser(tuple(self.award.grades)))
        if column.type == "money":
            unit = self.unit_of_money(name, position)
            plain_cells = numbers(UNITS[unit] * FEN, MOST_FEN)
            return Parser(parse=lambda text: parse_money(text, unit), plain=plain_cells)
        if column.type == "number":
            return self.number_parser(name, position)
        if column.type == "bool":
            return Parser(parse=parse_yes_no)
        return Parser(parse=parse_text, free=True)

    def unit_of_money(self, name: str, position: int) -> str:
        """The unit of a number without one: of the header, else of the title, else the yuan."""
        heading = self.section.heading
        stated = [unit for unit in heading.units[position].split("|") if unit]
        of_yuan = heading.names[position].endswith("_yuan")
        units = stated or [*heading.title_units]
        if of_yuan and units:
            units = list(dict.fromkeys(["元", *units]))
        if not units:
            if not of_yuan:
                grid = self.section.grid
                place = grid.name if grid.is_sheet else "文件"
                note = IN_YUAN.format(place=place, column=self.title(position))
                self.found.notes_zh[note] = None
            return "元"
        if len(units) > 1 or units[0] not in UNITS:
            said = " and ".join(f"'{unit}'" for unit in units)
            fact = f"the unit of the column '{self.title(position)}' is stated as {said}"
            self.of_header(fact, "Write one of 元, 万元, 亿元 in the header.")
            return "元"
        return units[0]

    def number_parser(self, name: str, position: int) -> Parser:
        """How quantities and rates are read; a unit in the header must be that of the award."""
        unit = self.section.heading.units[position]
        if name in greatest_rates(self.award):
            if unit in ("", *SHARES):
                share = SHARES.get(unit, "")
                one = MILLIONTHS // 100 if share else MILLIONTHS
                plain_cells = numbers(one, MOST_NUMBER)
                return Parser(parse=lambda text: parse_rate(text, share), plain=plain_cells)
        elif unit in ("", plain(self.award.columns[name].unit_zh)):
            return Parser(parse=parse_number, plain=numbers(MILLIONTHS, MOST_NUMBER))
        fact = f"the unit of the column '{self.title(position)}' is stated as '{unit}'"
        remedy = f"Write the figures in {self.award.columns[name].unit_zh or 'plain numbers'}."
        self.of_header(fact, remedy)
        return Parser(parse=parse_number)

    def check_cells(self, name: str, position: int, cells: Cells) -> None:
        title = self.title(position)
        for row, message in cells.wrong.items():
            fact, _, remedy = message.rpartition(". ")
            self.report(row, position, f"column '{title}': {fact}", f"{remedy}.")
        if not self.award.columns[name].optional:
            for row in np.flatnonzero(~cells.given).tolist():
                if row not in cells.wrong:
                    fact = f"column '{title}' is empty; award {self.key} needs it"
                    self.report(row, position, fact)

    def check_together(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        """What the cells of one claim must be to each other."""
        if isinstance(self.award, RateOfIncrease):
            self.check_intensities(self.award, columns)
        for name, most in greatest_rates(self.award).items():
            bound = most.numerator * MILLIONTHS // most.denominator
            position = self.position(name)
            if position is None or name not in columns:
                continue
            above = np.flatnonzero(columns[name] > bound)
            texts = self.section.grid.column(position, self.at[above])
            for row, text in zip(above.tolist(), texts, strict=True):
                what = f"{shown(text)} is above the greatest rate, {format_rate(most)}"
                fact = f"column '{self.title(position)}': {what}"
                self.report(row, position, fact, "Write for example 0.015 or 1.5%.")

    def check_intensities(
        self, award: RateOfIncrease, columns: Mapping[str, npt.NDArray[Any]]
    ) -> None:
        """A blank optional column that a ratio is measured against, for claims it applies to."""
        blank = np.zeros(len(self.rows), np.bool_)
        for name in dict.fromkeys(test.of for test in award.intensities):
            marks = [test.when for test in award.intensities if test.of == name]
            marked = [columns[when] for when in marks if when in columns]
            needed: Bools = np.logical_or.reduce(marked) if marked else blank
            given = columns.get(f"{name}?given", blank)
            short = np.flatnonzero(needed & ~given).tolist() if award.columns[name].optional else []
            position = self.position(name)
            if short and position is None:
                self.lacks(name)
                continue
            for row in short:
                assert position is not None
                fact = f"column '{self.title(position)}' is empty; award {self.key} needs it where"
                self.report(row, position, f"{fact} {' or '.join(marks)} is yes")


def missing_columns(
    sections: Sequence[Section], awards: Mapping[str, Award], found: Findings
) -> list[Problem]:
    """A problem for each column that some award needs and a header lacks."""
    known = known_names(awards.values())
    headings = {section.header_place: section.heading for section in sections}
    problems = []
    for (place, name), keys in found.missing.items():
        who = ", ".join(keys[:6]) + (f" and {len(keys) - 6} more" if len(keys) > 6 else "")
        columns = [award.columns for key in keys if isinstance(award := awards[key], CostedAward)]
        labels = list(dict.fromkeys(each[name].label_zh for each in columns))
        several = len(labels) > 1 or labels[0] == name
        fact = f"the column '{name}'{'' if several else f' ({labels[0]})'} is missing"
        spare = [other for other in headings[place].names if other not in known]
        remedy = similar([plain(name), *map(plain, labels)], spare)
        problems.append(Problem(place=place, fact=f"{fact}; needed by {who}", remedy=remedy))
    return problems


def greatest_rates(award: Award) -> dict[str, Fraction]:
    """The columns that hold a rate, and the greatest that makes sense in each."""
    if isinstance(award, RateUpTo):
        # Above the clause's maximum a granted rate counts as the maximum, and the reason says so.
        return {award.rate_column: Fraction(1)}
    if isinstance(award, InsuredPremium):
        return {award.premium_rate_column: Fraction(1)}
    return {}
