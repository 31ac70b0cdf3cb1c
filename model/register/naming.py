"""Who claims what and when: the number, applicant, award, product and day of every claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.errors import Problem, did_you_mean
from model.policy.awards import Award, CostedAward
from model.policy.exact import Bools
from model.register.cells import BLANKS, clean, parse_day, parse_text, shown, visible
from model.register.columns import Parser, plain_days, read_column
from model.register.grid import Places
from model.register.headers import (
    APPLICANT,
    AWARD,
    CLAIM,
    FILED,
    NUMBER_IN_SHEET,
    PRODUCT,
)
from model.register.sections import Section, award_of
from model.register.texts import Coded, Texts, chain, group

Problems = dict[int, list[Problem]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What names the claims, one entry for each row that is read.

    Attributes:
        claim, applicant, product: the texts as people see them.
        award: the id of the award, or what stands in its place where it is none.
        filed: the day of filing, NaT where blank or wrong.
        problems: by row, what is wrong.
    """

    claim: Texts | Coded
    applicant: Texts
    award: Coded
    product: Texts
    filed: npt.NDArray[np.datetime64]
    problems: Problems


def read_naming(sections: Sequence[Section], places: Places, awards: Mapping[str, Award]) -> Naming:
    """What names the claims in some sheets, with everything that is wrong with it.

    Args:
        sections: the sheets, in order.
        places: where all their rows stand.
        awards: every award of the policy.
    """
    reader = _Reader(sections, places, awards)
    claim = reader.claims()
    applicant = reader.texts(APPLICANT)
    reader.check_filled(applicant, APPLICANT, "Name the applicant.")
    award = reader.awards_of_rows()
    return Naming(
        claim=claim,
        applicant=applicant,
        award=award,
        product=reader.texts(PRODUCT),
        filed=reader.filed(),
        problems=reader.problems,
    )


class _Reader:
    """Reads the naming columns of some sheets, one below the other; gathers what is wrong."""

    def __init__(
        self, sections: Sequence[Section], places: Places, awards: Mapping[str, Award]
    ) -> None:
        self.sections = sections
        self.places = places
        self.awards = awards
        self.problems: Problems = {}
        sizes = [len(section.rows) for section in sections]
        self.begins = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)

    def report(self, row: int, name: str, fact: str, remedy: str = "") -> None:
        """One problem of a row, with the cell of the naming column where there is one."""
        number = int(np.searchsorted(self.begins, row, "right")) - 1
        section = self.sections[number]
        position = section.heading.naming(name)
        at = int(section.rows[row - self.begins[number]])
        title, place = name, section.grid.place(at)
        if position:
            title = "".join(clean(section.heading.cells[position[0]]).split())
            place = section.grid.cell_place(at, position[0])
        problem = Problem(place=place, fact=f"column '{title}'{fact}", remedy=remedy)
        self.problems.setdefault(row, []).append(problem)

    def texts(self, name: str) -> Texts:
        """A naming column of all sheets."""
        return chain([section.column(name) for section in self.sections]).seen_as(visible)

    def check_filled(self, texts: Texts, name: str, remedy: str) -> Bools:
        """Reports blank cells and failed formulas; where the cells are filled."""
        blank = blanks(texts)
        for row in np.flatnonzero(blank).tolist():
            self.report(row, name, " is empty", remedy)
        starts = texts.starts()
        doubtful = ~blank & ((starts == ord("#")) | (starts == ord("=")))
        for row in np.flatnonzero(doubtful).tolist():
            self.check_result(row, name, texts[row])
        return ~blank

    def check_result(self, row: int, name: str, text: str) -> None:
        number = int(np.searchsorted(self.begins, row, "right")) - 1
        try:
            parse_text(text)
            if text.startswith("=") and self.sections[number].grid.is_sheet:
                what = f"{shown(text)} is a formula without its result"
                raise ValueError(f"{what}. Write the result")
        except ValueError as error:
            fact, _, remedy = str(error).rpartition(". ")
            self.report(row, name, f": {fact}", f"{remedy}.")

    def claims(self) -> Texts | Coded:
        """The numbers of the claims; each must have one of its own."""
        texts = self.texts(CLAIM)
        filled = self.check_filled(texts, CLAIM, "Give every claim a number or name.")
        claim = self.with_award(texts)
        if isinstance(claim, Texts) and not claim.odd().any() and claim.all_differ():
            return claim
        codes, _ = group(claim, clean)
        first = np.full(int(codes.max()) + 1 if len(codes) else 0, -1, np.int64)
        rows = np.flatnonzero(filled)
        first[codes[rows[::-1]]] = rows[::-1]
        for row in rows[first[codes[rows]] != rows].tolist():
            place = self.places[int(first[codes[row]])]
            where = place if "!" in place else f"line {place.rpartition(':')[2]}"
            fact = f": {shown(texts[row])} is already the claim of {where}"
            self.report(row, CLAIM, fact, "Every claim needs a number or name of its own.")
        return claim

    def with_award(self, texts: Texts) -> Texts | Coded:
        """The claims; where they are only counted within a sheet, with the award before them."""
        counted = [
            section.heading.names[section.heading.naming(CLAIM)[0]] == NUMBER_IN_SHEET
            for section in self.sections
        ]
        if not any(counted):
            return texts
        claims: list[str] = []
        for number, section in enumerate(self.sections):
            own = texts[int(self.begins[number]) : int(self.begins[number + 1])]
            if counted[number]:
                keys = self.keys(section)
                claims += [f"{key}-{text}" for key, text in zip(keys, own, strict=True)]
            else:
                claims += own
        return Coded(np.arange(len(claims), dtype=np.int64), claims)

    def keys(self, section: Section) -> Coded:
        """The award that each row of a sheet names; what stands there where it is none."""
        if section.award is not None and not section.heading.naming(AWARD):
            return Coded(np.zeros(len(section.rows), np.int64), [section.award])
        codes, first = section.column(AWARD).group()
        kinds = [clean(text) for text in section.column(AWARD).take(first)]
        named = [award_of(kind, self.awards) or kind for kind in kinds]
        if section.award is not None:
            named = [kind or section.award for kind in named]
        return Coded(codes, named)

    def awards_of_rows(self) -> Coded:
        """The award of every row; what cannot be assessed is reported."""
        numbers: dict[str, int] = {}
        codes = []
        for number, section in enumerate(self.sections):
            own = self.keys(section)
            if section.award is not None:
                self.check_agreement(own, section.award, int(self.begins[number]))
                own = Coded(np.zeros(len(own), np.int64), [section.award])
            table = [numbers.setdefault(kind, len(numbers)) for kind in own.kinds]
            codes.append(np.array(table, np.int64)[own.codes] if len(own) else own.codes)
        award = Coded(np.concatenate(codes), list(numbers))
        for key, code in numbers.items():
            if not isinstance(self.awards.get(key), CostedAward):
                fact, remedy = _not_assessed(key, self.awards)
                for row in np.flatnonzero(award.codes == code).tolist():
                    self.report(row, AWARD, fact, remedy)
        return award

    def check_agreement(self, own: Coded, award: str, begin: int) -> None:
        """Rows of a sheet of one award that name another."""
        for code, key in enumerate(own.kinds):
            if key != award:
                for row in np.flatnonzero(own.codes == code).tolist():
                    fact = f": {shown(key)} is not {award}, the award of the sheet"
                    remedy = "Move the row to the sheet of its award, or correct it."
                    self.report(begin + row, AWARD, fact, remedy)

    def filed(self) -> npt.NDArray[np.datetime64]:
        """The days of filing; one that cannot be read is reported."""
        cells = read_column(self.texts(FILED), Parser(parse=parse_day, plain=plain_days))
        for row, message in cells.wrong.items():
            fact, _, remedy = message.rpartition(". ")
            self.report(row, FILED, f": {fact}", f"{remedy}.")
        days = cells.values.astype("datetime64[D]")
        days[~cells.given] = np.datetime64("NaT")
        days[list(cells.wrong)] = np.datetime64("NaT")
        return days


def blanks(texts: Texts) -> Bools:
    """Where a cell is blank, or holds a stroke or word that means so."""
    blank = texts.blank(clean)
    words, size = texts.word(), texts.end - texts.begin
    for sign in BLANKS:
        part = sign.encode()
        blank |= (size == len(part)) & (words == np.uint64(int.from_bytes(part, "little")))
    return blank


def _not_assessed(key: str, awards: Mapping[str, Award]) -> tuple[str, str]:
    """Why an award cannot be assessed, and the way out."""
    if not key:
        return " is empty", "Name the award, for example by its id."
    award = awards.get(key)
    if award is None:
        return f": there is no award {shown(key)}", did_you_mean(key, awards)
    what = "has no printed amount" + (
        " that the city pays" if award.cost_status == "other_payer" else ""
    )
    return f": {key} ({award.name_zh}) {what}, so there is nothing to assess", "Remove the row."
