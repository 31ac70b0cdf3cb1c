"""Whether a policy document contradicts itself: sums, references, statuses, readings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace

from model.errors import InputError, Problem, did_you_mean
from model.money import format_money, parse_money
from model.policy.awards import Award, CostedAward, NotCosted
from model.policy.document import Document, read_document
from model.policy.funds import OverlapError, derive_funds
from model.strict import read_model
from model.yamlfile import Path_, Tree

_SOURCE = re.compile(r"(clause|annex|domain) ([1-9][0-9]*)")


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
    """Every contradiction inside the document: sums, references, statuses, readings.

    Whether the explanations of the overlap hold is asked only of lines and links that do.
    """
    problems = [
        *_check_clauses(document, tree),
        *_check_lines(document, tree),
        *_check_printed(document, tree),
        *_check_links(document, tree),
        *_check_awards(document, tree),
        *_check_targets(document, tree),
    ]
    return problems or list(_check_explanations(document, tree))


def _problem(tree: Tree, path: Path_, fact: str, remedy: str) -> Problem:
    dotted = ".".join(str(part) for part in path)
    return Problem(place=tree.place(path), fact=f"{dotted}: {fact}", remedy=remedy)


def _unknown(
    tree: Tree, path: Path_, what: str, named: Iterable[object], known: Iterable[object]
) -> Iterator[Problem]:
    """A problem for every name, or number, at the path that is not known."""
    words = [str(word) for word in known]
    for name in named:
        if str(name) not in words:
            remedy = did_you_mean(str(name), words)
            yield _problem(tree, path, f"there is no {what} {name}", remedy)


def _check_clauses(document: Document, tree: Tree) -> Iterator[Problem]:
    for number, clause in document.clauses.items():
        path = ("clauses", str(number), "domain")
        yield from _unknown(tree, path, "domain", [clause.domain], document.domains)
    expected = set(range(1, document.title.n_clauses + 1))
    if odd := sorted(expected ^ set(document.clauses)):
        numbers = ", ".join(map(str, odd))
        fact = f"the paper has {len(expected)} clauses; missing or beyond them: {numbers}"
        yield _problem(tree, ("clauses",), fact, "Correct the numbers, or document.n_clauses.")


def _check_lines(document: Document, tree: Tree) -> Iterator[Problem]:
    names = Counter(line.fund.id for line in document.lines.values() if line.fund is not None)
    for key, line in document.lines.items():
        path, parent = ("lines", key), [] if line.parent is None else [line.parent]
        yield from _unknown(tree, (*path, "parent"), "line", parent, document.lines)
        yield from _unknown(tree, (*path, "domain"), "domain", [line.domain], document.domains)
        yield from _unknown(tree, (*path, "clause"), "clause", [line.clause], document.clauses)
        yield from _check_family(document, tree, key)
        if line.fund is not None and names[line.fund.id] > 1:
            fact = f"another line names the fund '{line.fund.id}' too"
            yield _problem(tree, (*path, "fund", "id"), fact, "Give each line's fund its own id.")


def _check_family(document: Document, tree: Tree, key: str) -> Iterator[Problem]:
    """A line equals its sub-lines, lies in one domain with its parent, and in no circle."""
    line, subs, path = document.lines[key], document.sub_lines(key), ("lines", key)
    total = sum(document.lines[sub].amount for sub in subs)
    if subs and total != line.amount:
        amounts = f"{format_money(total)}, the line prints {format_money(line.amount)}"
        remedy = "Correct the line or a sub-line against the paper."
        yield _problem(tree, (*path, "amount"), f"its sub-lines add up to {amounts}", remedy)
    if subs and line.fund is not None:
        yield _problem(
            tree, (*path, "fund"), "it has sub-lines, so it names no fund", "Take it out."
        )
    if not subs and line.fund is None:
        yield _problem(tree, path, "it has no sub-lines", "Name its fund: 'fund: {id: ...}'.")
    above = document.lines.get(line.parent or "")
    if above is None:
        return
    if above.domain != line.domain:
        fact = f"it lies in domain {line.domain}, its parent {line.parent} in {above.domain}"
        yield _problem(tree, (*path, "domain"), fact, "Correct one of the two.")
    if above.parent is not None:
        fact = f"its parent {line.parent} is a sub-line itself"
        yield _problem(tree, (*path, "parent"), fact, "Name the domain's line.")


def _check_printed(document: Document, tree: Tree) -> Iterator[Problem]:
    """An amount is what its printed form says."""
    printed = {("lines", key): (line.amount, line.printed) for key, line in document.lines.items()}
    for path, (amount, text) in printed.items():
        if _amount(text) != amount:
            fact = f"the paper prints {text}, the amount is {format_money(amount)}"
            yield _problem(tree, (*path, "printed"), fact, "Correct one of the two.")
    title = document.title
    if _amount(title.net_total_printed) != title.net_total:
        fact = f"the paper prints {title.net_total_printed}"
        fact += f", the net total is {format_money(title.net_total)}"
        yield _problem(tree, ("document", "net_total_printed"), fact, "Correct one of the two.")


def _amount(text: str) -> int | None:
    try:
        return parse_money(text)
    except ValueError:
        return None


def _check_links(document: Document, tree: Tree) -> Iterator[Problem]:
    for key, link in document.links.items():
        yield from _unknown(tree, ("links", key, "line"), "line", [link.line], document.lines)
        yield from _unknown(tree, ("links", key, "other"), "line", [link.other], document.lines)
    for key, explanation in document.explanations.items():
        path = ("explanations", key, "links")
        yield from _unknown(tree, path, "link", explanation.links, document.links)


def _check_explanations(document: Document, tree: Tree) -> Iterator[Problem]:
    """Every explanation holds, and leaves exactly the net total that the paper prints."""
    for key, explanation in document.explanations.items():
        path = ("explanations", key, "links")
        try:
            funds = derive_funds(document, explanation.links)
        except OverlapError as error:
            yield _problem(tree, path, f"these links cannot hold together: {error}", "Correct one.")
            continue
        net = sum(fund.printed_yuan for fund in funds)
        if net != document.title.net_total:
            amounts = (
                f"{format_money(net)}, the paper prints {format_money(document.title.net_total)}"
            )
            remedy = "Correct a line, a link or the explanation."
            yield _problem(tree, path, f"these links leave {amounts}", remedy)


def _check_awards(document: Document, tree: Tree) -> Iterator[Problem]:
    for key, award in document.awards.items():
        path, lines = ("awards", key), [] if award.line is None else [award.line]
        others, once = award.line_alternatives, getattr(award, "once_with", ())
        yield from _unknown(tree, (*path, "clause"), "clause", [award.clause], document.clauses)
        yield from _unknown(tree, (*path, "line"), "line", lines, document.lines)
        yield from _unknown(tree, (*path, "line_alternatives"), "line", others, document.lines)
        yield from _unknown(tree, (*path, "once_with"), "award", once, document.awards)
        yield from _check_status(key, award, tree)
        yield from _check_readings(key, award, tree)


def _check_status(key: str, award: Award, tree: Tree) -> Iterator[Problem]:
    costed = isinstance(award, CostedAward)
    if costed != (award.cost_status == "costed") or costed == isinstance(award, NotCosted):
        fact = f"kind '{award.kind}' contradicts cost_status '{award.cost_status}'"
        remedy = "Awards with a rule are costed; the others have kind not_costed."
        yield _problem(tree, ("awards", key, "cost_status"), fact, remedy)
    if costed and award.line is None:
        fact = "a costed award must name the line that pays it"
        yield _problem(tree, ("awards", key), fact, "Add for example 'line: L1'.")


def _check_readings(key: str, award: Award, tree: Tree) -> Iterator[Problem]:
    """One reading is the default, and the award is sound under every one of them."""
    path = ("awards", key, "readings")
    defaults = [letter for letter, reading in award.readings.items() if reading.default]
    if award.readings and len(defaults) != 1:
        yield _problem(tree, path, "exactly one must be the default", "Mark one 'default: true'.")
    for letter in award.readings:
        yield from _check_reading(key, letter, award, tree)


def _check_reading(key: str, letter: str, award: Award, tree: Tree) -> Iterator[Problem]:
    """What is wrong with the award if this reading is chosen, told where the reading stands."""
    whole, sets = ("awards", key), ("awards", key, "readings", letter, "sets")
    fields = dict(award.readings[letter].sets)
    if odd := [field for field in fields if field in Award.model_fields]:
        for field in odd:
            fact = "a reading sets figures of the award; this is what the paper prints"
            yield _problem(tree, (*sets, field), fact, "Take it out.")
        return
    places = dict(tree.places) | {(*whole, field): tree.place((*sets, field)) for field in fields}
    places[whole] = tree.place(sets)
    values = tree.values["awards"][key] | fields
    variant = Tree(name=tree.name, values={"awards": {key: values}}, places=places)
    for problem in read_model(type(award), values, variant, whole)[1]:
        fact = problem.fact.replace(".".join(whole), ".".join(sets), 1)
        yield replace(problem, fact=fact)


def _check_targets(document: Document, tree: Tree) -> Iterator[Problem]:
    parts: dict[str, Iterable[object]] = {"clause": document.clauses, "domain": document.domains}
    for key, target in document.targets.items():
        path, awards = ("targets", key), [] if target.award is None else [target.award]
        yield from _unknown(tree, (*path, "award"), "award", awards, document.awards)
        source = _SOURCE.fullmatch(target.source)
        if source is None:
            fact = f"'{target.source}' is no part of a paper"
            remedy = "Write 'clause 47', 'annex 14' or 'domain 2'."
            yield _problem(tree, (*path, "source"), fact, remedy)
        elif (what := source.group(1)) in parts:
            yield from _unknown(tree, (*path, "source"), what, [source.group(2)], parts[what])
