"""A register of claims: rows as they were written, and for each award its columns as numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.claims.cells import (
    Cells,
    clean,
    grade_parser,
    parse_date,
    parse_money,
    parse_number,
    parse_rate,
    parse_text,
    parse_yes_no,
    read_cells,
    shown,
)
from model.claims.table import Table, gather, read_table, split_rows
from model.errors import Problem, did_you_mean
from model.money import format_rate
from model.policy.awards import (
    Award,
    Column,
    CostedAward,
    Grades,
    InsuredPremium,
    RateOfIncrease,
    RateUpTo,
)
from model.policy.exact import MILLIONTHS, Ints

NAMING = ("claim", "applicant", "award")
PRODUCT = "product"
FILED = "filed"
WRITTEN = ("entitlement_yuan", "city_yuan", "reason")
Found = list[tuple[int, Problem]]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A row that could not be read, with everything that is wrong with it.

    Attributes:
        place: where the row stands, like ``A11a!7`` or ``claims.csv:7``.
        cells: its cells as they are in the file.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """A checked register of claims: every row of the file is in `rows`, `refused` or `set_aside`.

    Attributes:
        name: what messages call the file.
        header, rows: the cells as they are in the file, the rows that can be assessed.
        claim, applicant, award: one text for each row; the award's id as the policy has it.
        product: one text for each row, empty where blank.
        filed: the day each claim was filed, `datetime64[D]`; NaT where blank.
        places: where each row stands, like ``A11a!7`` or ``claims.csv:7``.
        parts: the claims of each costed award that occurs, in the order of first occurrence.
        refused: the rows that could not be read.
        set_aside: the rows that are no claims.
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


def read_register(path: Path, awards: Mapping[str, Award]) -> Register:
    """The claims in a UTF-8 CSV file, every cell that a rule needs checked.

    Rows that cannot be read are among the refused ones, with every problem.

    Raises:
        InputError: what is wrong with the file as a whole: no CSV, columns missing.
    """
    table = read_table(path)
    header = _check_header(table)
    even, found = split_rows(table)
    if header:
        raise gather(table, header + found)
    reader = _Reader(even, awards)
    register = reader.read()
    lacking = [entry for entry in reader.found if entry[0] == table.header_line]
    if lacking:
        raise gather(table, found + reader.found)
    return _without(register, table, found + reader.found)


def _without(register: Register, table: Table, found: Found) -> Register:
    """The register without the rows that have problems; those are refused."""
    problems: dict[int, list[Problem]] = {}
    for line, problem in sorted(found, key=lambda entry: entry[0]):
        problems.setdefault(line, []).append(problem)
    refused = [
        Refused(place=f"{table.name}:{line}", cells=row, problems=problems[line])
        for row, line in zip(table.rows, table.lines, strict=True)
        if line in problems
    ]
    good = np.array([place not in {r.place for r in refused} for place in register.places], bool)
    return replace(_kept(register, good), refused=refused) if refused else register


def _kept(register: Register, good: npt.NDArray[np.bool_]) -> Register:
    """The rows that are good, the others gone."""
    rows = np.flatnonzero(good)
    new = np.cumsum(good) - 1
    parts = {}
    for key, part in register.parts.items():
        stay = good[part.rows]
        if stay.any():
            columns = {name: values[stay] for name, values in part.columns.items()}
            parts[key] = replace(part, rows=new[part.rows[stay]], columns=columns)

    def some(texts: Sequence[Any]) -> Sequence[Any]:
        return [texts[row] for row in rows.tolist()]

    return replace(
        register,
        rows=some(register.rows),
        claim=some(register.claim),
        applicant=some(register.applicant),
        award=some(register.award),
        product=some(register.product),
        filed=register.filed[rows],
        places=some(register.places),
        parts=parts,
    )


def _check_header(table: Table) -> Found:
    names = [clean(cell) for cell in table.header]
    facts = [
        (f"the column '{name}' occurs {names.count(name)} times", "Keep one of them.")
        for name in dict.fromkeys(names)
        if name and names.count(name) > 1
    ]
    facts += [
        (f"the column '{name}' is one that the assessment writes", "Remove or rename it.")
        for name in WRITTEN
        if name in names
    ]
    facts += [
        (f"the column '{name}' is missing", _rename(name, names))
        for name in NAMING
        if name not in names
    ]
    line = table.header_line
    place = f"{table.name}:{line}"
    return [(line, Problem(place=place, fact=fact, remedy=remedy)) for fact, remedy in facts]


def _rename(name: str, names: Sequence[str]) -> str:
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        return "Separate the columns by commas."
    near = get_close_matches(name, [other for other in names if other], n=1)
    return f"Is it the column '{near[0]}'? Rename that one." if near else "Add it to the first row."


class _Reader:
    """Reads the rows of a table, all as long as the header; gathers the problems by line."""

    def __init__(self, table: Table, awards: Mapping[str, Award]) -> None:
        self.table = table
        self.awards = awards
        self.names = [clean(cell) for cell in table.header]
        cells = list(zip(*table.rows, strict=True)) or [()] * len(self.names)
        self.cells: dict[str, Sequence[str]] = dict(zip(self.names, cells, strict=True))
        self.missing: dict[str, list[str]] = {}
        self.found: Found = []

    def report(self, row: int, fact: str, remedy: str = "") -> None:
        line = self.table.lines[row]
        place = f"{self.table.name}:{line}"
        self.found.append((line, Problem(place=place, fact=fact, remedy=remedy)))

    def read(self) -> Register:
        claim, applicant, award = ([clean(c) for c in self.cells[name]] for name in NAMING)
        self.check_claims(claim)
        for row, text in enumerate(applicant):
            if not text:
                self.report(row, "column 'applicant' is empty", "Name the applicant.")
        parts = {key: self.part(key, rows) for key, rows in self.rows_by_award(award).items()}
        self.report_missing()
        product = [clean(cell) for cell in self.cells.get(PRODUCT, [""] * len(claim))]
        return Register(
            name=self.table.name,
            header=self.table.header,
            rows=self.table.rows,
            claim=claim,
            applicant=applicant,
            award=award,
            product=product,
            filed=self.filed(),
            places=[f"{self.table.name}:{line}" for line in self.table.lines],
            parts=parts,
        )

    def filed(self) -> npt.NDArray[np.datetime64]:
        """The filing dates; a blank one is NaT, one that cannot be read is reported."""
        days = np.full(len(self.table.rows), "NaT", "datetime64[D]")
        for row, text in enumerate(self.cells.get(FILED, ())):
            plain = clean(text)
            try:
                days[row] = parse_date(plain) if plain else days[row]
            except ValueError as error:
                fact, _, remedy = str(error).rpartition(". ")
                self.report(row, f"column '{FILED}': {fact}", f"{remedy}.")
        return days

    def check_claims(self, claim: Sequence[str]) -> None:
        first: dict[str, int] = {}
        for row, text in enumerate(claim):
            if not text:
                self.report(row, "column 'claim' is empty", "Give every claim a number or name.")
            elif (earlier := first.setdefault(text, row)) != row:
                line = self.table.lines[earlier]
                fact = f"column 'claim': {shown(text)} is already the claim of line {line}"
                self.report(row, fact, "Every claim needs a number or name of its own.")

    def rows_by_award(self, award: Sequence[str]) -> dict[str, Ints]:
        """The rows of each costed award; the others are reported."""
        grouped: dict[str, list[int]] = {}
        for row, key in enumerate(award):
            grouped.setdefault(key, []).append(row)
        for key in [key for key in grouped if not isinstance(self.awards.get(key), CostedAward)]:
            for row in grouped.pop(key):
                self.report(row, *_not_assessed(key, self.awards))
        return {key: np.array(rows, np.int64) for key, rows in grouped.items()}

    def part(self, key: str, rows: Ints) -> Part:
        award = self.awards[key]
        assert isinstance(award, CostedAward)
        columns: dict[str, npt.NDArray[Any]] = {"claim?given": np.ones(len(rows), np.bool_)}
        for name, column in award.columns.items():
            if name not in self.cells:
                if not column.optional:
                    self.missing.setdefault(name, []).append(key)
                continue
            texts = [self.cells[name][row] for row in rows.tolist()]
            cells = read_cells(texts, column, _parser(award, name, column))
            self.check_cells(key, name, rows, cells)
            if column.type != "text":
                columns[name], columns[f"{name}?given"] = cells.values, cells.given
        self.check_together(key, rows, columns)
        return Part(rows=rows, has_product=PRODUCT in award.columns, columns=columns)

    def check_cells(self, key: str, name: str, rows: Ints, cells: Cells) -> None:
        award = self.awards[key]
        assert isinstance(award, CostedAward)
        for position, message in cells.wrong.items():
            fact, _, remedy = message.rpartition(". ")
            self.report(int(rows[position]), f"column '{name}': {fact}", f"{remedy}.")
        if not award.columns[name].optional:
            for row in rows[~cells.given].tolist():
                self.report(row, f"column '{name}' is empty; award {key} needs it")

    def check_together(self, key: str, rows: Ints, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        """What the cells of one claim must be to each other."""
        award = self.awards[key]
        if isinstance(award, RateOfIncrease):
            self.check_intensities(key, award, rows, columns)
        for name, most in _greatest_rates(award).items():
            bound = most.numerator * MILLIONTHS // most.denominator
            above = columns.get(name, rows[:0]) > bound
            for row in rows[np.flatnonzero(above)].tolist():
                rate = shown(self.cells[name][row])
                fact = f"column '{name}': {rate} is above the greatest rate, {format_rate(most)}"
                self.report(row, fact, "Write for example 0.015 or 1.5%.")

    def check_intensities(
        self, key: str, award: RateOfIncrease, rows: Ints, columns: Mapping[str, npt.NDArray[Any]]
    ) -> None:
        """A blank optional column that a ratio is measured against, for claims it applies to."""
        blank = np.zeros(len(rows), np.bool_)
        for name in dict.fromkeys(test.of for test in award.intensities):
            marks = [test.when for test in award.intensities if test.of == name]
            marked = [columns[when] for when in marks if when in columns]
            needed = np.logical_or.reduce(marked) if marked else blank
            given = columns.get(f"{name}?given", blank)
            short = rows[needed & ~given].tolist() if award.columns[name].optional else []
            if short and name not in self.cells:
                self.missing.setdefault(name, []).append(key)
                continue
            for row in short:
                fact = f"column '{name}' is empty; award {key} needs it where"
                self.report(row, f"{fact} {' or '.join(marks)} is yes")

    def report_missing(self) -> None:
        line = self.table.header_line
        needed = {name for award in self.awards.values() for name in getattr(award, "columns", ())}
        spare = [name for name in self.names if name not in needed and name not in NAMING]
        for name, keys in self.missing.items():
            who = ", ".join(keys[:6]) + (f" and {len(keys) - 6} more" if len(keys) > 6 else "")
            fact = f"the column '{name}' is missing; needed by {who}"
            place = f"{self.table.name}:{line}"
            problem = Problem(place=place, fact=fact, remedy=_rename(name, spare))
            self.found.append((line, problem))


def _not_assessed(key: str, awards: Mapping[str, Award]) -> tuple[str, str]:
    """Why an award cannot be assessed, and the way out."""
    if not key:
        return "column 'award' is empty", "Name the award, for example by its id."
    award = awards.get(key)
    if award is None:
        return f"column 'award': there is no award {shown(key)}", did_you_mean(key, awards)
    what = "has no printed amount" + (
        " that the city pays" if award.cost_status == "other_payer" else ""
    )
    fact = f"column 'award': {key} ({award.name_zh}) {what}, so there is nothing to assess"
    return fact, "Remove the row."


def _parser(award: CostedAward, name: str, column: Column) -> Callable[[str], int]:
    if isinstance(award, Grades) and name == award.grade_column:
        return grade_parser(tuple(award.grades))
    if name in _greatest_rates(award):
        return parse_rate
    return {
        "money": parse_money,
        "number": parse_number,
        "bool": parse_yes_no,
        "choice": parse_text,
        "text": parse_text,
    }[column.type]


def _greatest_rates(award: Award) -> dict[str, Fraction]:
    """The columns that hold a rate, and the greatest that makes sense in each."""
    if isinstance(award, RateUpTo):
        # Above the clause's maximum a granted rate counts as the maximum, and the reason says so.
        return {award.rate_column: Fraction(1)}
    if isinstance(award, InsuredPremium):
        return {award.premium_rate_column: Fraction(1)}
    return {}
