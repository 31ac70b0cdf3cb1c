"""One YAML file -> one frozen Scenario: a base spelled out, and named changes to it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.agreement import (
    check_accounts,
    check_groups,
    check_payment,
    check_unweighed,
    read_settings,
)
from model.changes import Change, apply_changes
from model.demand.pools import PoolBook, read_pools
from model.errors import InputError, Problem, did_you_mean, refuse
from model.inputs import POLICY_PARTS, POOL_PARTS, Header, beside, combine, read_chain
from model.money import format_money
from model.policy.awards import Award
from model.policy.consistency import read_checked
from model.policy.document import SECTIONS, Document
from model.policy.funds import Fund, derive_funds, join_accounts, line_funds
from model.settings import Settings, TransferWish
from model.strict import Money, StrictModel, read_model
from model.yamlfile import Tree, read_yaml

PRINTED_PARTS = ("document", *SECTIONS)
PRINTED_FIELDS = tuple(Award.model_fields)  # an award's figures are the fields of its kind
INSTEAD = {
    "line": "Change paid_from.<award>.",
    "readings": "Choose one with readings.<award>.",
}
Chain = list[tuple[Header, Tree]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Every input of a run, checked; nothing else decides a number.

    Attributes:
        funds: the funds under the chosen explanation of the overlap.
        budgets: adopted money of each fund in yuan, after changes and decided transfers.
        accounts: account id -> ids of its funds.
        changes: every value that a file of the chain changed, old and new.
        inputs: (file name, sha256) of every file read.
    """

    name: str
    header: Header
    document: Document
    book: PoolBook
    settings: Settings
    funds: tuple[Fund, ...]
    budgets: Mapping[str, int]
    accounts: Mapping[str, tuple[str, ...]]
    changes: tuple[Change, ...]
    inputs: tuple[tuple[str, str], ...]

    def account_of_fund(self) -> dict[str, str]:
        """The account that each fund belongs to."""
        return {fund: account for account, funds in self.accounts.items() for fund in funds}

    def account_of_award(self) -> dict[str, str | None]:
        """The account that pays each award; None where no line of the city pays it."""
        own = {fund.own_line: fund.id for fund in self.funds}
        of_fund = self.account_of_fund()
        paying: dict[str, str | None] = {}
        for award in self.document.awards:
            line = self.settings.paid_from.get(award)
            inside = line_funds(self.funds, line) if line is not None else ()
            first = own.get(line or "", inside[0] if inside else None)
            paying[award] = of_fund[first] if first is not None else None
        return paying

    def budget_of(self, account: str) -> int:
        """The adopted money of an account."""
        return sum(self.budgets[fund] for fund in self.accounts[account])


def load_scenario(path: Path, extra: Mapping[str, Any] | None = None) -> Scenario:
    """The scenario in a file, with everything it is based on.

    Args:
        extra: further changes, given on the command line.

    Raises:
        InputError: every problem of one stage (form, changes, sense), each with its place.
    """
    files = read_chain(path)
    base_header, base = files[0]
    policy, pools = (read_yaml(beside(base, base_header, key)) for key in ("policy", "pools"))
    chain = _with_extra(files, extra or {})
    log: list[Change] = []
    tree = make_changes(combine(policy, pools, base), chain, log)
    document = read_checked(_part(tree, POLICY_PARTS))
    settings = read_settings(tree, document)
    funds = derive_funds(document, document.explanations[settings.overlap].links)
    accounts = join_accounts(document, funds, settings.paid_from)
    check_groups(settings, document, accounts, tree)
    budgets = _read_budgets(_change(_with_budgets(tree, funds), chain, log, ("funds",)))
    book = read_pools(_part(tree, POOL_PARTS), document)
    check_accounts(book, document, accounts, tree)
    budgets = _apply_transfers(budgets, accounts, settings.transfers, tree)
    held = {account: sum(budgets[fund] for fund in own) for account, own in accounts.items()}
    check_unweighed(settings, held, book, tree)
    scenario = Scenario(
        name=path.stem,
        header=files[-1][0],
        document=document,
        book=book,
        settings=settings,
        funds=funds,
        budgets=budgets,
        accounts=accounts,
        changes=tuple(log),
        inputs=_hashes([policy, pools, *(file for _, file in files)]),
    )
    check_payment(settings, scenario.account_of_award(), document.costed(), tree)
    return scenario


def _with_extra(files: Chain, extra: Mapping[str, Any]) -> Chain:
    """The files, and after them the changes of the command line as if they stood in one more."""
    header = files[-1][0].model_copy(update={"changes": dict(extra)})
    return [*files, (header, Tree(name="command line", values={}, places={}))]


def make_changes(tree: Tree, chain: Chain, log: list[Change]) -> Tree:
    """The tree with the chosen readings applied and then every change but those of the funds.

    Readings come first, so that a change of a figure holds whatever the reading sets.

    Raises:
        InputError: every change that cannot be made, of whatever section.
    """
    first_words = {path.split(".")[0] for header, _ in chain for path in header.changes}
    others = tuple(first_words - {"readings", "funds"})
    steps: list[Callable[[Tree], Tree]] = [
        lambda tree: _apply_readings(_change(tree, chain, log, ("readings",))),
        lambda tree: _change(tree, chain, log, others),
    ]
    problems: list[Problem] = []
    for step in steps:
        try:
            tree = step(tree)
        except InputError as error:
            problems += error.problems
    if problems:
        raise InputError([*problems, *_unknown_funds(tree, chain)])
    return tree


def _unknown_funds(tree: Tree, chain: Chain) -> tuple[Problem, ...]:
    """Changes of funds that no line names: told even where other changes already fail."""
    lines = tree.values["lines"].values()
    funds = [line["fund"]["id"] for line in lines if isinstance(line.get("fund"), Mapping)]
    values = {"funds": {fund: {"budget": "1亿元"} for fund in funds}}
    try:
        _change(Tree(name=tree.name, values=values, places={}), chain, [], ("funds",))
    except InputError as error:
        return tuple(problem for problem in error.problems if "there is no" in problem.fact)
    return ()


def _change(tree: Tree, chain: Chain, log: list[Change], sections: tuple[str, ...]) -> Tree:
    """The tree after every change to the sections, file by file; the changes go to the log."""
    for header, source in chain:
        chosen = {p: new for p, new in header.changes.items() if p.split(".")[0] in sections}
        if chosen:
            tree, made = apply_changes(tree, chosen, source, fixed=_why_fixed)
            log += made
    return tree


def _why_fixed(path: tuple[str, ...]) -> tuple[str, str] | None:
    """Why no change may touch a path, and what to change instead; None where it may."""
    if path[0] == "*":
        return "a * cannot stand for a whole section", "Begin for example with awards.*.cap."
    if path[0] in PRINTED_PARTS:
        instead = "Change funds.<id>.budget for the adopted money, awards.<id> for a figure."
        return "what the paper prints does not change", instead
    if path[0] != "awards":
        return None
    field = path[2] if len(path) > 2 else "*"
    if field == "*":
        return "a change is of one figure of an award", "Write for example awards.*.cap."
    if field in PRINTED_FIELDS:
        instead = "Change a figure of the award, for example awards.<id>.cap."
        return "what the paper prints does not change", INSTEAD.get(field, instead)
    return None


def _apply_readings(tree: Tree) -> Tree:
    """The awards with the fields that the chosen readings set."""
    values, places = dict(tree.values), dict(tree.places)
    awards = dict(values["awards"])
    problems: list[Problem] = []
    chosen = values["readings"] if isinstance(values["readings"], Mapping) else {}
    for key, letter in chosen.items():
        if (problem := _no_reading(tree, key, letter)) is not None:
            problems.append(problem)
            continue
        sets = awards[key]["readings"][letter].get("sets")
        if isinstance(sets, Mapping):
            awards[key] = awards[key] | dict(sets)
            within = ("awards", key, "readings", letter, "sets")
            places |= {("awards", key, field): tree.place((*within, field)) for field in sets}
    if problems:
        raise InputError(problems)
    values["awards"] = awards
    return Tree(name=tree.name, values=values, places=places)


def _no_reading(tree: Tree, key: str, letter: object) -> Problem | None:
    """What is wrong with the choice of a reading, if anything."""
    place, awards = tree.place(("readings", key)), tree.values["awards"]
    if key not in awards:
        fact = f"readings.{key}: there is no award '{key}'"
        return Problem(place=place, fact=fact, remedy=did_you_mean(key, awards))
    award = awards[key] if isinstance(awards[key], Mapping) else {}
    readings = award.get("readings")
    if not isinstance(readings, Mapping) or not readings:
        fact = f"readings.{key}: this award can be understood in one way only"
        return Problem(place=place, fact=fact, remedy="Take the line out.")
    if isinstance(letter, str) and isinstance(readings.get(letter), Mapping):
        return None
    wrong = f"there is no reading '{letter}'" if isinstance(letter, str) else "not one reading"
    fact = f"readings.{key}: {wrong}"
    return Problem(place=place, fact=fact, remedy=did_you_mean(str(letter), readings))


def _part(tree: Tree, keys: tuple[str, ...]) -> Tree:
    chosen = {key: tree.values[key] for key in keys if key in tree.values}
    return Tree(name=tree.name, values=chosen, places=tree.places)


def _with_budgets(tree: Tree, funds: tuple[Fund, ...]) -> Tree:
    printed = {fund.id: {"budget": format_money(fund.printed_yuan)} for fund in funds}
    return Tree(name=tree.name, values={"funds": printed}, places=tree.places)


class Budget(StrictModel):
    """The adopted money of a fund."""

    budget: Money


def _read_budgets(tree: Tree) -> dict[str, int]:
    budgets: dict[str, int] = {}
    problems: list[Problem] = []
    for fund, values in tree.values["funds"].items():
        entry, found = read_model(Budget, values, tree, ("funds", fund))
        problems += found
        if entry is not None:
            budgets[fund] = entry.budget
    if problems:
        raise InputError(problems)
    return budgets


def _apply_transfers(
    budgets: Mapping[str, int],
    accounts: Mapping[str, tuple[str, ...]],
    transfers: tuple[TransferWish, ...],
    tree: Tree,
) -> dict[str, int]:
    """The budgets after the transfers that the scenario has already decided, in order.

    An account's money is taken from its largest fund first and given to its first fund.
    """
    after = dict(budgets)
    for index, wish in enumerate(transfers):
        place = tree.place(("transfers", index))
        for end in (wish.source, wish.target):
            if end not in budgets and end not in accounts:
                known = did_you_mean(end, [*budgets, *accounts])
                raise refuse(place, f"transfers: there is no fund or account '{end}'", known)
        giving = accounts.get(wish.source, (wish.source,))
        held = sum(after[fund] for fund in giving)
        if held < wish.amount:
            amounts = f"{format_money(held)}, less than {format_money(wish.amount)}"
            fact = f"transfers: '{wish.source}' has {amounts}"
            raise refuse(place, fact, "Move less, or from elsewhere.")
        left = wish.amount
        for fund in sorted(giving, key=lambda fund: -after[fund]):
            taken = min(left, after[fund])
            after[fund] -= taken
            left -= taken
        after[accounts.get(wish.target, (wish.target,))[0]] += wish.amount
    return after


def _hashes(trees: list[Tree]) -> tuple[tuple[str, str], ...]:
    """The name and sha256 of every file read, in order, without its folder."""
    paths = dict.fromkeys(Path(tree.name) for tree in trees)
    return tuple((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)
