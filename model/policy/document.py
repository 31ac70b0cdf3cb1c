"""What a policy document says: domains, clauses, lines, overlaps, targets and awards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from model.errors import InputError, Problem, did_you_mean
from model.policy.awards import KINDS, Award, CostedAward
from model.strict import Money, StrictModel, read_model
from model.yamlfile import Tree


class Title(StrictModel):
    """The paper itself; `net_total` is what it prints as its money without overlaps."""

    id: str
    title_zh: str
    title_en: str
    short_zh: str = Field(description="how reports call it in a running head")
    short_en: str
    issued: str
    year: int
    area_zh: str
    net_total: Money
    net_total_printed: str
    net_total_anchor: str
    n_clauses: int
    glossary_en: dict[str, str] = Field(
        default_factory=dict,
        description="how grades, columns, units, departments and readings read on English pages",
    )


class Domain(StrictModel):
    """One chapter of the paper, with the departments that lead it."""

    name_zh: str
    name_en: str
    lead: tuple[str, ...]


class Clause(StrictModel):
    """One numbered paragraph."""

    numeral_zh: str
    title_zh: str
    domain: str
    departments: tuple[str, ...]


class FundName(StrictModel):
    """The fund that holds a line's own money (what remains after the lines inside it)."""

    id: str
    name_zh: str
    name_en: str


class Line(StrictModel):
    """A budget line or sub-line as printed; only lines without sub-lines name a fund."""

    name_zh: str
    name_en: str
    domain: str
    clause: int
    parent: str | None = None
    printed: str
    amount: Money
    anchor: str
    fund: FundName | None = None


class Link(StrictModel):
    """A declared candidate for money printed twice: `line` is `other`, or lies inside it."""

    line: str
    other: str
    relation: Literal["same", "inside"]
    reason_zh: str
    reason_en: str


class Explanation(StrictModel):
    """A set of links that explains the printed net total."""

    name_zh: str
    name_en: str
    links: tuple[str, ...]
    note_zh: str = ""
    note_en: str = ""


class Target(StrictModel):
    """A number that the paper sets as a goal, with the force of its verb."""

    source: str = Field(description="'clause 47' or 'annex 14'")
    anchor: str
    verb_zh: str
    quantity: float
    unit_zh: str
    award: str | None = None
    effect_zh: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A checked policy paper. Mappings keep the order of the file."""

    title: Title
    domains: Mapping[str, Domain]
    clauses: Mapping[int, Clause]
    lines: Mapping[str, Line]
    links: Mapping[str, Link]
    explanations: Mapping[str, Explanation]
    targets: Mapping[str, Target]
    awards: Mapping[str, Award]

    def sub_lines(self, line: str) -> list[str]:
        """The ids of the lines printed inside `line`, in order."""
        return [key for key, entry in self.lines.items() if entry.parent == line]

    def lines_around(self, line: str) -> Iterator[str]:
        """The ids of the lines that `line` is printed inside, the nearest first."""
        parent = self.lines[line].parent
        while parent is not None:
            yield parent
            parent = self.lines[parent].parent

    def domain_lines(self) -> Iterator[str]:
        """The ids of the lines that belong to no other line: one for each domain."""
        return (key for key, entry in self.lines.items() if entry.parent is None)

    def costed(self) -> dict[str, CostedAward]:
        """The awards with a rule, in order."""
        return {k: a for k, a in self.awards.items() if isinstance(a, CostedAward)}

    @property
    def printed_yuan(self) -> int:
        """The sum of the domains' lines, overlaps counted as often as they are printed."""
        return sum(self.lines[line].amount for line in self.domain_lines())


SECTIONS: dict[str, type[StrictModel]] = {
    "domains": Domain,
    "clauses": Clause,
    "lines": Line,
    "links": Link,
    "explanations": Explanation,
    "targets": Target,
}


def read_document(tree: Tree) -> Document:
    """The document in the values of a policy file.

    Its form only; whether it contradicts itself is `model.policy.consistency`.

    Raises:
        InputError: every problem of form, each with its place.
    """
    problems = _odd_sections(tree)
    title = None
    if words := _section(tree, "document"):
        title, found = read_model(Title, words, tree, ("document",))
        problems += found
    parts: dict[str, dict[Any, Any]] = {}
    for section, model in SECTIONS.items():
        parts[section], found = _read_section(tree, section, model)
        problems += found
    problems += _odd_numbers(tree, parts["clauses"])
    awards, found = _read_awards(tree)
    problems += found
    if problems or title is None:
        raise InputError(problems)
    clauses = {int(number): clause for number, clause in parts.pop("clauses").items()}
    return Document(title=title, clauses=clauses, awards=awards, **parts)


def _odd_sections(tree: Tree) -> list[Problem]:
    known = ["document", *SECTIONS, "awards"]
    problems = [
        Problem(
            place=tree.place((key,)), fact=f"unknown key '{key}'", remedy=did_you_mean(key, known)
        )
        for key in tree.values
        if key not in known
    ]
    missing = [key for key in known if not _section(tree, key)]
    return problems + [
        Problem(
            place=tree.place((key,)),
            fact=f"the section '{key}' is missing or empty",
            remedy="Add it; scenarios/FORMATS.md lists the sections of a policy file.",
        )
        for key in missing
    ]


def _section(tree: Tree, key: str) -> Mapping[str, Any]:
    """The entries of a section; none where it is missing or no mapping."""
    section = tree.values.get(key)
    return section if isinstance(section, Mapping) else {}


def _odd_numbers(tree: Tree, clauses: Mapping[str, object]) -> list[Problem]:
    return [
        Problem(
            place=tree.place(("clauses", key)),
            fact=f"clauses.{key}: a clause is called by its number",
            remedy="Write for example '12:'.",
        )
        for key in clauses
        if not (key.isascii() and key.isdecimal()) or key.startswith("0")
    ]


def _read_section(
    tree: Tree, section: str, model: type[StrictModel]
) -> tuple[dict[str, Any], list[Problem]]:
    entries: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, values in _section(tree, section).items():
        entry, found = read_model(model, values, tree, (section, key))
        problems += found
        entries[key] = entry
    return entries, problems


def _read_awards(tree: Tree) -> tuple[dict[str, Award], list[Problem]]:
    awards: dict[str, Award] = {}
    problems: list[Problem] = []
    for key, values in _section(tree, "awards").items():
        kind = values.get("kind") if isinstance(values, Mapping) else None
        if not isinstance(kind, str) or kind not in KINDS:
            place = tree.place(("awards", key, "kind"))
            wrong = f"unknown kind '{kind}'" if isinstance(kind, str) else "no 'kind' of award"
            fact = f"awards.{key}: {wrong}"
            remedy = did_you_mean(str(kind), KINDS)
            problems.append(Problem(place=place, fact=fact, remedy=remedy))
            continue
        award, found = read_model(KINDS[kind], values, tree, ("awards", key))
        problems += found
        if award is not None:
            awards[key] = award
    return awards, problems
