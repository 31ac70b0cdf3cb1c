"""Which sheets hold claims, of which award, which of their rows, and where their columns are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

import numpy as np

from model.errors import InputError, Problem
from model.policy.awards import Award
from model.policy.exact import Ints
from model.register import asides
from model.register.cells import clean
from model.register.grid import Grid
from model.register.headers import (
    ALIASES,
    APPLICANT,
    AWARD,
    CLAIM,
    REMARKS,
    Heading,
    find_heading,
    heading_at,
    known_names,
    plain,
)
from model.register.texts import Texts

WRITTEN = ("entitlement_yuan", "city_yuan", "reason")
NAMING_ZH = {CLAIM: "申报编号", APPLICANT: "申报主体", AWARD: "事项编号"}
TITLED = "文件：没有“事项编号”列，按表头上方的标题认定为 {award} 的申报"
_MARK = re.compile(r"^【[^】]*】")  # what a sample is marked with
UNKNOWN_COLUMNS = "{place}：未识别的列（原样保留，不参与核算）：{names}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A sheet that holds claims.

    Attributes:
        grid, heading: the sheet and its columns.
        award: the id of the award whose claims it holds; None where a column names it.
        rows: the rows to be read as claims.
        aside: by row, why it is no claim, in Chinese.
        uneven: the rows that do not fit below the header.
        kept: by name, the naming columns that have been looked at.
    """

    grid: Grid
    heading: Heading
    award: str | None
    rows: Ints
    aside: Mapping[int, str]
    uneven: Sequence[int]
    kept: dict[str, Texts] = field(default_factory=dict)

    @property
    def header_place(self) -> str:
        """Where the header stands."""
        return self.grid.place(self.heading.begin)

    def column(self, name: str) -> Texts:
        """The cells of the rows to be read in a naming column; blank where there is none.

        What is merged over several rows holds in each of them, but for the claim's number.
        """
        if name not in self.kept:
            self.kept[name] = self._read(name)
        return self.kept[name]

    def _read(self, name: str) -> Texts:
        found = self.heading.naming(name)
        if not found:
            nothing = np.zeros(len(self.rows), np.int64)
            return Texts(self.grid.cuts.store, nothing, nothing)
        rows = self.rows
        for (top, left), (bottom, right) in self.grid.merged if name != CLAIM else ():
            if bottom > top and left <= found[0] <= right:
                rows = np.where((rows > top) & (rows <= bottom), top, rows)
        return self.grid.column(found[0], rows)


def find_sections(
    name: str, grids: Sequence[Grid], awards: Mapping[str, Award]
) -> tuple[list[Section], list[tuple[Grid, str]], list[str]]:
    """The sheets with claims; the other sheets, each with why it has none; what to tell of all.

    Raises:
        InputError: a header lacks or repeats a column; no sheet has claims.
    """
    sections: list[Section] = []
    others: list[tuple[Grid, str]] = []
    problems: list[Problem] = []
    for grid in grids:
        award = award_of(grid.title, awards) if grid.is_sheet else _award_above(grid, awards)
        heading = _heading(grid, award, awards)
        if heading is None and award is None:
            others.append((grid, asides.OTHER_SHEET.format(name=grid.name)))
        elif heading is None:
            fact = f"the sheet is of award {award}, but no row of it names the columns"
            remedy = f"Name them above the claims: {'、'.join(NAMING_ZH.values())}."
            problems.append(Problem(place=grid.place(0), fact=fact, remedy=remedy))
        elif grid.is_sheet and award is None and not heading.naming(AWARD):
            _without_award(grid, heading, awards, others, problems)
        else:
            section = _section(grid, heading, award)
            problems += _header_problems(section)
            sections.append(section)
    if not sections and not problems:
        fact = "no sheet holds claims: no row names the columns"
        remedy = f"Name them above the claims: {'、'.join(NAMING_ZH.values())}."
        problems.append(Problem(place=name, fact=fact, remedy=remedy))
    if problems:
        raise InputError(problems)
    known = known_names(awards.values())
    notes = [note for section in sections for note in _unknown_columns(section, known)]
    notes += [
        TITLED.format(award=one.award) for one in sections if one.award and not one.grid.is_sheet
    ]
    return sections, others, notes


def award_of(text: str, awards: Mapping[str, Award]) -> str | None:
    """The id of the award that a text names: by its id, its Chinese name, or an id and more."""
    seen = clean(text)
    if seen in awards:
        return seen
    named = [key for key, award in awards.items() if plain(award.name_zh) == plain(seen)]
    if len(named) == 1:
        return named[0]
    match = re.match(r"[A-Za-z]+[0-9]*[A-Za-z]*(?![A-Za-z0-9])", seen)
    ids = {key.casefold(): key for key in awards}
    return ids.get(match[0].casefold()) if match else None


def _award_above(grid: Grid, awards: Mapping[str, Award]) -> str | None:
    """The one award that is named above the header of a CSV file: one sheet, saved as such."""
    heading = find_heading(grid, list(awards.values()))
    if heading is None or heading.naming(AWARD):
        return None
    titles = (_MARK.sub("", clean(grid.row(at)[0])) for at in range(heading.begin) if grid.row(at))
    found = {key for title in titles if (key := award_of(title, awards)) is not None}
    return found.pop() if len(found) == 1 else None


def _heading(grid: Grid, award: str | None, awards: Mapping[str, Award]) -> Heading | None:
    """The columns of a sheet; in a CSV file at the latest its first row that is not empty."""
    own = list(awards.values()) if award is None else [awards[award]]
    heading = find_heading(grid, own)
    if heading is not None or grid.is_sheet:
        return heading
    rows = range(len(grid))
    first = next((at for at in rows if any(map(str.strip, grid.row(at)))), 0)
    return heading_at(grid, (first, first), grid.row(first), own)


def _without_award(
    grid: Grid,
    heading: Heading,
    awards: Mapping[str, Award],
    others: list[tuple[Grid, str]],
    problems: list[Problem],
) -> None:
    """A sheet that names claims but no award: a list of firms, or claims that may not be lost."""
    naming = {name for ranks in ALIASES.values() for rank in ranks for name in rank}
    if not set(heading.names) & (known_names(awards.values()) - naming):
        others.append((grid, asides.NO_AWARD.format(name=grid.name)))
        return
    fact = f"the sheet '{grid.name}' has columns of claims but names no award"
    remedy = "Begin its name with the award's id, or add a column '事项编号'."
    problems.append(Problem(place=grid.place(heading.begin), fact=fact, remedy=remedy))


def _section(grid: Grid, heading: Heading, award: str | None) -> Section:
    """The rows of a sheet below its header: claims, no claims, and what does not fit."""
    aside = {at: asides.TITLE for at in range(heading.begin)}
    if heading.units_row is not None:
        aside[heading.units_row] = asides.UNITS
    width = len(heading.cells)
    below = np.arange(heading.body, len(grid), dtype=np.int64)
    hollow = grid.hollow(below)
    aside |= dict.fromkeys(below[hollow].tolist(), asides.EMPTY)
    below = below[~hollow]
    fits = grid.widths[below] == width
    even = below[fits]
    named = {
        name: grid.column(own[0], even)
        for name in (CLAIM, APPLICANT)
        if (own := heading.naming(name))
    }
    uneven: list[int] = []
    for at in _to_be_looked_at(grid, heading, named, (even, below[~fits])):
        if (reason := _reason(grid, heading, at)) is not None:
            aside[at] = reason
        elif len(grid.row(at)) != width:
            uneven.append(at)
    for at in range(len(grid) - 1, heading.body - 1, -1):
        if aside.get(at) != asides.EMPTY:
            break
        del aside[at]  # below the last row that holds anything
    claims = np.ones(len(grid), np.bool_)
    claims[[*aside, *uneven]] = False
    claims = claims[even]
    return Section(
        grid=grid,
        heading=heading,
        award=award,
        rows=even[claims],
        aside=aside,
        uneven=uneven,
        kept={} if grid.merged else {name: texts.take(claims) for name, texts in named.items()},
    )


def _reason(grid: Grid, heading: Heading, at: int) -> str | None:
    """Why a row below the header is no claim; None where it must be read as one."""
    cells = grid.row(at)
    if [clean(cell) for cell in cells] == [clean(cell) for cell in heading.cells]:
        return asides.REPEATED
    if at == heading.body and asides.is_counted(cells):
        return asides.COUNTED
    named = [heading.naming(name) for name in (CLAIM, APPLICANT)]
    seen = [clean(cells[p[0]]) if p and p[0] < len(cells) else "" for p in named]
    return asides.why_no_claim(cells, seen[0], seen[1])


def _to_be_looked_at(
    grid: Grid, heading: Heading, named: Mapping[str, Texts], rows: tuple[Ints, Ints]
) -> list[int]:
    """The rows that may be no claims, among those that fit below the header and those that do not.

    `named` are the naming columns of those that fit.
    """
    even, uneven = rows
    if len(named) < 2:
        return [*even.tolist(), *uneven.tolist()] if grid.is_sheet else uneven.tolist()
    header = [heading.cells[heading.naming(name)[0]] for name in named]
    found = asides.doubtful(
        named[CLAIM], named[APPLICANT], lambda odd: grid.column(0, even[odd]), header
    )
    found |= even == heading.body
    return sorted([*even[found].tolist(), *uneven.tolist()])


def _header_problems(section: Section) -> list[Problem]:
    """What the header lacks, repeats, or may not hold."""
    heading, place = section.heading, section.header_place
    facts = [
        (f"the column '{name}' is one that the assessment writes", "Remove or rename it.")
        for name in WRITTEN
        if name in heading.names
    ]
    for name in ALIASES:
        found = heading.naming(name)
        titles = list(dict.fromkeys(clean(heading.cells[at]) for at in found))
        if len(titles) > 1:
            both = " and ".join(f"'{title}'" for title in titles)
            facts.append((f"the columns {both} both give the {name}", "Keep one of them."))
        elif len(found) > 1:
            fact = f"the column '{titles[0]}' occurs {len(found)} times"
            facts.append((fact, "Keep one of them."))
    needed = [CLAIM, APPLICANT, *([AWARD] if section.award is None else [])]
    for name in needed:
        if not heading.naming(name):
            fact = f"the column '{name}' ({NAMING_ZH[name]}) is missing"
            called = [other for rank in ALIASES[name] for other in rank]
            facts.append((fact, similar(called, heading.names)))
    return [Problem(place=place, fact=fact, remedy=remedy) for fact, remedy in facts]


def similar(called: Sequence[str], names: Sequence[str]) -> str:
    """The way out where a column is missing: the column that may be meant.

    Args:
        called: the names that the column may bear.
        names: those of the columns that are there.
    """
    if len(names) == 1 and (";" in names[0] or "\t" in names[0]):
        return "Separate the columns by commas."
    for name in called:
        if near := get_close_matches(name, [other for other in names if other], n=1):
            return f"Is it the column '{near[0]}'? Rename that one."
    return "Add it to the header."


def _unknown_columns(section: Section, known: frozenset[str]) -> list[str]:
    """A sentence on the columns that no award reads and that are no mere remarks."""
    cells = zip(section.heading.names, section.heading.cells, strict=True)
    names = [clean(cell) for name, cell in cells if name and name not in known | REMARKS]
    if not names:
        return []
    listed = "、".join(names[:12]) + ("……" if len(names) > 12 else "")
    place = section.grid.name if section.grid.is_sheet else "文件"
    return [UNKNOWN_COLUMNS.format(place=place, names=listed)]
