"""Whether a policy document contradicts itself: sums, references, statuses, readings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from model.errors import InputError, Problem, did_you_mean
from model.money import format_money
from model.policy.awards import Award, CostedAward, NotCosted
from model.policy.document import Document, read_document
from model.yamlfile import Tree


def read_checked(tree: Tree) -> Document:
    """The document in the values of a policy file, free of contradictions.

    Raises:
        InputError: every problem of form, or else every contradiction, each with its place.
    """
    document = read_document(tree)
    if problems := check_document(document, tree):
        raise InputError(problems)
    return document


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
    yield from _status_contradictions(award)
    yield from _reading_contradictions(award)
    for other in getattr(award, "once_with", ()):
        if other not in document.awards:
            yield f"once_with names no award: {other}", did_you_mean(other, document.awards)


def _status_contradictions(award: Award) -> Iterator[tuple[str, str]]:
    costed = isinstance(award, CostedAward)
    if costed != (award.cost_status == "costed") or costed == isinstance(award, NotCosted):
        yield (
            f"kind '{award.kind}' contradicts cost_status '{award.cost_status}'",
            "Awards with a rule are costed; the others have kind not_costed.",
        )
    if costed and award.line is None:
        yield "a costed award must name the line that pays it", "Add for example 'line: D1'."


def _reading_contradictions(award: Award) -> Iterator[tuple[str, str]]:
    defaults = [letter for letter, reading in award.readings.items() if reading.default]
    if award.readings and len(defaults) != 1:
        yield "exactly one reading must be the default", "Mark one with 'default: true'."
    for letter, reading in award.readings.items():
        for field in reading.sets:
            if field not in type(award).model_fields:
                known = type(award).model_fields
                yield f"reading {letter} sets the unknown key '{field}'", did_you_mean(field, known)
