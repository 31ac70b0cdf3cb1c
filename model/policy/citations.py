"""Every anchor phrase and printed figure of a policy file, looked up in the text of the paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from model.errors import InputError, Problem
from model.policy.awards import NotCosted
from model.policy.document import Document
from model.yamlfile import Path_, Tree, read_text


def check_citations(document: Document, tree: Tree, source: Path) -> int:
    """The number of citations found, each in the clause it is said to come from.

    White space is ignored on both sides, since a printed paper breaks its lines anywhere. A
    citation of an annex or of a chapter's opening is looked up in the whole text.

    Raises:
        InputError: the text cannot be read, or every clause and citation that does not occur in it.
    """
    text = read_text(source, str(source), "Give the text of the paper.")
    whole, clauses = _bare(text), _split(document, text)
    problems, n_found = list(_lost_clauses(document, tree, source, clauses)), 0
    for path, phrase, clause in _citations(document):
        where = whole if clause is None else clauses.get(clause)
        if where is None:
            continue  # the clause itself is lost, which is told once
        if _bare(phrase) in where:
            n_found += 1
            continue
        inside = source.name if clause is None else f"clause {clause} of {source.name}"
        fact = f"{'.'.join(map(str, path))}: '{phrase}' does not occur in {inside}"
        remedy = "Copy the phrase from the paper, or correct the clause number."
        problems.append(Problem(place=tree.place(path), fact=fact, remedy=remedy))
    if problems:
        raise InputError(problems)
    return n_found


def _lost_clauses(
    document: Document, tree: Tree, source: Path, clauses: dict[int, str]
) -> Iterator[Problem]:
    for number, clause in document.clauses.items():
        if number not in clauses:
            path = ("clauses", str(number), "numeral_zh")
            after = "no line after the clause before it begins with"
            fact = f"{'.'.join(path)}: in {source.name} {after} '{clause.numeral_zh}'"
            yield Problem(place=tree.place(path), fact=fact, remedy="Correct the numeral.")


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _split(document: Document, text: str) -> dict[int, str]:
    """The text of each clause, from its numeral at the start of a line to the next one's."""
    starts: list[tuple[int, int]] = []
    position = 0
    for number, clause in sorted(document.clauses.items()):
        match = re.compile(rf"^\s*{re.escape(clause.numeral_zh)}", re.M).search(text, position)
        if match is not None:
            starts.append((number, match.start()))
            position = match.end()
    ends = [*(start for _, start in starts), len(text)][1:]
    return {
        number: _bare(text[start:end]) for (number, start), end in zip(starts, ends, strict=True)
    }


def _citations(document: Document) -> Iterator[tuple[Path_, str, int | None]]:
    yield ("document", "net_total_anchor"), document.title.net_total_anchor, None
    yield ("document", "net_total_printed"), document.title.net_total_printed, None
    for key, line in document.lines.items():
        yield ("lines", key, "anchor"), line.anchor, line.clause
        yield ("lines", key, "printed"), line.printed, line.clause
    for number, clause in document.clauses.items():
        yield ("clauses", str(number), "title_zh"), clause.title_zh, number
        for department in clause.departments:
            yield ("clauses", str(number), "departments"), department, number
    for key, award in document.awards.items():
        yield ("awards", key, "anchor"), award.anchor, award.clause
        if isinstance(award, NotCosted) and award.printed_figure:
            yield ("awards", key, "printed_figure"), award.printed_figure, award.clause
    for key, target in document.targets.items():
        match = re.fullmatch(r"clause (\d+)", target.source)
        yield ("targets", key, "anchor"), target.anchor, int(match.group(1)) if match else None
