"""What a policy document says: domains, clauses, lines, overlaps, targets and awards."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

from model.errors import InputError, Problem, did_you_mean
from model.money import format_money
from model.policy.awards import KINDS, Award, CostedAward, NotCosted
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

    Raises:
        InputError: every problem of form and of sense, each with its place.
    """
    problems = _unknown_sections(tree)
    title, found = read_model(Title, tree.values.get("document"), tree, ("document",))
    problems += found
    parts: dict[str, dict[Any, Any]] = {}
    for section, model in SECTIONS.items():
        parts[section], found = _read_section(tree, section, model)
        problems += found
    awards, found = _read_awards(tree)
    problems += found
    if problems or title is None:
        raise InputError(problems)
    clauses = {int(number): clause for number, clause in parts.pop("clauses").items()}
    document = Document(title=title, clauses=clauses, awards=awards, **parts)
    if sense := check_document(document, tree):
        raise InputError(sense)
    return document


def _unknown_sections(tree: Tree) -> list[Problem]:
    known = ["document", *SECTIONS, "awards"]
    problems = [
        Problem(
            place=tree.place((key,)), fact=f"unknown key '{key}'", remedy=did_you_mean(key, known)
        )
        for key in tree.values
        if key not in known
    ]
    missing = [key for key in known if not isinstance(tree.values.get(key), dict)]
    return problems + [
        Problem(place=tree.place((key,)), fact=f"the section '{key}' is missing or empty")
        for key in missing
    ]


def _read_section(
    tree: Tree, section: str, model: type[StrictModel]
) -> tuple[dict[str, Any], list[Problem]]:
    entries: dict[str, Any] = {}
    problems: list[Problem] = []
    for key, values in (tree.values.get(section) or {}).items():
        entry, found = read_model(model, values, tree, (section, key))
        problems += found
        entries[key] = entry
    return entries, problems


def _read_awards(tree: Tree) -> tuple[dict[str, Award], list[Problem]]:
    awards: dict[str, Award] = {}
    problems: list[Problem] = []
    for key, values in (tree.values.get("awards") or {}).items():
        kind = values.get("kind") if isinstance(values, dict) else None
        if kind not in KINDS:
            problems.append(
                Problem(
                    place=tree.place(("awards", key, "kind")),
                    fact=f"awards.{key}: unknown kind {kind!r}",
                    remedy=did_you_mean(str(kind), KINDS),
                )
            )
            continue
        award, found = read_model(KINDS[kind], values, tree, ("awards", key))
        problems += found
        if award is not None:
            awards[key] = award
    return awards, problems


def check_document(document: Document, tree: Tree) -> list[Problem]:
    """Every contradiction inside the document: sums, references, statuses, readings."""
    return [
        *_check_clauses(document, tree),
        *_check_lines(document, tree),
        *_check_links(document, tree),
        *_check_awards(document, tree),
    ]


def _unknown(tree: Tree, path: tuple[str | int, ...], what: str, known: Any) -> Problem:
    dotted = ".".join(str(part) for part in path)
    wrong = what.rsplit(" ", 1)[-1]
    return Problem(
        place=tree.place(path),
        fact=f"{dotted}: there is no {what}",
        remedy=did_you_mean(wrong, [str(key) for key in known]),
    )


def _check_clauses(document: Document, tree: Tree) -> list[Problem]:
    problems = [
        _unknown(tree, ("clauses", str(n), "domain"), f"domain {c.domain}", document.domains)
        for n, c in document.clauses.items()
        if c.domain not in document.domains
    ]
    expected = set(range(1, document.title.n_clauses + 1))
    if missing := sorted(expected ^ set(document.clauses)):
        problems.append(
            Problem(
                place=tree.place(("clauses",)),
                fact=f"clauses: the paper has {document.title.n_clauses} numbered clauses;"
                f" missing or beyond them: {', '.join(map(str, missing))}",
            )
        )
    return problems


def _check_lines(document: Document, tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    for key, line in document.lines.items():
        subs = document.sub_lines(key)
        total = sum(document.lines[sub].amount for sub in subs)
        if subs and total != line.amount:
            problems.append(
                Problem(
                    place=tree.place(("lines", key, "amount")),
                    fact=f"lines.{key}: its sub-lines add up to {format_money(total)},"
                    f" the line prints {format_money(line.amount)}",
                    remedy="Correct the line or a sub-line against the paper.",
                )
            )
        if line.parent is not None and line.parent not in document.lines:
            path = ("lines", key, "parent")
            problems.append(_unknown(tree, path, f"line {line.parent}", document.lines))
        if bool(subs) == (line.fund is not None):
            fact = (
                "has sub-lines, so it names no fund" if subs else "has no sub-lines: name its fund"
            )
            problems.append(Problem(place=tree.place(("lines", key)), fact=f"lines.{key}: {fact}"))
        for field, known in (("domain", document.domains), ("clause", document.clauses)):
            if getattr(line, field) not in known:
                what = f"{field} {getattr(line, field)}"
                problems.append(_unknown(tree, ("lines", key, field), what, known))
    return problems


def _check_links(document: Document, tree: Tree) -> list[Problem]:
    problems = [
        _unknown(tree, ("links", key, field), f"line {getattr(link, field)}", document.lines)
        for key, link in document.links.items()
        for field in ("line", "other")
        if getattr(link, field) not in document.lines
    ]
    return problems + [
        _unknown(tree, ("explanations", key, "links"), f"link {link}", document.links)
        for key, explanation in document.explanations.items()
        for link in explanation.links
        if link not in document.links
    ]


def _check_awards(document: Document, tree: Tree) -> list[Problem]:
    problems: list[Problem] = []
    for key, award in document.awards.items():
        lines = [line for line in (award.line, *award.line_alternatives) if line is not None]
        problems += [
            _unknown(tree, ("awards", key, "line"), f"line {line}", document.lines)
            for line in lines
            if line not in document.lines
        ]
        if award.clause not in document.clauses:
            path = ("awards", key, "clause")
            problems.append(_unknown(tree, path, f"clause {award.clause}", document.clauses))
        problems += [
            Problem(place=tree.place(("awards", key)), fact=f"awards.{key}: {fact}", remedy=remedy)
            for fact, remedy in _contradictions(key, award, document)
        ]
    for key, target in document.targets.items():
        if target.award is not None and target.award not in document.awards:
            path = ("targets", key, "award")
            problems.append(_unknown(tree, path, f"award {target.award}", document.awards))
    return problems


def _contradictions(key: str, award: Award, document: Document) -> Iterator[tuple[str, str]]:
    costed = isinstance(award, CostedAward)
    if costed != (award.cost_status == "costed") or costed == isinstance(award, NotCosted):
        yield (
            f"kind '{award.kind}' contradicts cost_status '{award.cost_status}'",
            "Awards with a rule are costed; the others have kind not_costed.",
        )
    if costed and award.line is None:
        yield "a costed award must name the line that pays it", "Add for example 'line: D1'."
    defaults = [letter for letter, reading in award.readings.items() if reading.default]
    if award.readings and len(defaults) != 1:
        yield "exactly one reading must be the default", "Mark one with 'default: true'."
    for letter, reading in award.readings.items():
        for field in reading.sets:
            if field not in type(award).model_fields:
                known = type(award).model_fields
                yield f"reading {letter} sets the unknown key '{field}'", did_you_mean(field, known)
    for other in getattr(award, "once_with", ()):
        if other not in document.awards:
            yield f"once_with names no award: {other}", did_you_mean(other, document.awards)
