"""One YAML file -> one frozen Scenario: a base spelled out, and named changes to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.changes import Change, apply_changes
from model.demand.pools import PoolBook, read_pools
from model.errors import InputError, Problem, did_you_mean, refuse
from model.inputs import SETTING_PARTS, Header, beside, combine, read_chain
from model.money import format_money
from model.policy.consistency import read_checked
from model.policy.document import SECTIONS, Document
from model.policy.funds import Fund, OverlapError, derive_funds, join_accounts, line_funds
from model.settings import Settings, TransferWish
from model.strict import Money, StrictModel, read_model
from model.yamlfile import Tree, read_yaml

POLICY_PARTS = ("document", *SECTIONS, "awards")
POOL_PARTS = ("sources", "assumptions", "factors", "pools", "accounts")
FIXED_PARTS = ("document", "domains", "clauses", "lines", "links", "explanations", "targets")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Every input of a run, checked; nothing else decides a number.

    Attributes:
        funds: the funds under the chosen explanation of the overlap.
        budgets: adopted money of each fund in yuan, after changes and decided transfers.
        accounts: account id -> ids of its funds.
        changes: every value that differs from the base, old and new.
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
    chain = read_chain(path)
    base_header, base = chain[0]
    header = chain[-1][0]
    files = [file for _, file in chain]
    if extra:
        given = Tree(name="command line", values={}, places={})
        chain.append((header.model_copy(update={"changes": dict(extra)}), given))
    policy = read_yaml(beside(base, base_header, "policy"))
    pools = read_yaml(beside(base, base_header, "pools"))
    tree = combine(policy, pools, base)
    log: list[Change] = []
    tree = _change(tree, chain, log, lambda path: path.startswith("readings"))
    tree = _apply_readings(tree)
    tree = _change(tree, chain, log, lambda path: not path.startswith(("readings", "funds")))
    document = read_checked(_part(tree, POLICY_PARTS))
    settings = _read_settings(tree, document)
    funds = _derive(document, settings, tree)
    budget_tree = _with_budgets(tree, funds)
    budget_tree = _change(budget_tree, chain, log, lambda path: path.startswith("funds"))
    accounts = join_accounts(document, funds, settings.paid_from)
    budgets = _read_budgets(budget_tree)
    _check_groups(settings, document, tree)
    book = read_pools(_part(tree, POOL_PARTS), document)
    _check_accounts(book, accounts, tree)
    return Scenario(
        name=path.stem,
        header=header,
        document=document,
        book=book,
        settings=settings,
        funds=funds,
        budgets=_apply_transfers(budgets, accounts, settings.transfers, tree),
        accounts=accounts,
        changes=tuple(log),
        inputs=_hashes([policy, pools, *files]),
    )


def _change(tree: Tree, chain: list[tuple[Header, Tree]], log: list[Change], wanted: Any) -> Tree:
    for header, source in chain:
        chosen = {path: new for path, new in header.changes.items() if wanted(path)}
        fixed = [path for path in chosen if path.split(".")[0] in FIXED_PARTS]
        if fixed:
            fact = f"{fixed[0]}: what the paper prints does not change"
            remedy = "Change funds.<id>.budget for the adopted money, awards.<id> for a figure."
            raise refuse(source.place(("changes", fixed[0])), fact, remedy)
        tree, made = apply_changes(tree, chosen, source)
        log += made
    return tree


def _apply_readings(tree: Tree) -> Tree:
    """The awards with the fields that the chosen readings set."""
    values = dict(tree.values)
    awards = dict(values["awards"])
    problems: list[Problem] = []
    for key, letter in values["readings"].items():
        readings = (awards.get(key) or {}).get("readings") or {}
        if letter not in readings:
            fact = f"readings.{key}: there is no reading '{letter}'"
            remedy = did_you_mean(str(letter), readings or awards)
            place = tree.place(("readings", key))
            problems.append(Problem(place=place, fact=fact, remedy=remedy))
        elif isinstance(readings[letter], dict):
            awards[key] = awards[key] | dict(readings[letter].get("sets") or {})
    if problems:
        raise InputError(problems)
    values["awards"] = awards
    return Tree(name=tree.name, values=values, places=tree.places)


def _part(tree: Tree, keys: tuple[str, ...]) -> Tree:
    chosen = {key: tree.values[key] for key in keys if key in tree.values}
    return Tree(name=tree.name, values=chosen, places=tree.places)


def _read_settings(tree: Tree, document: Document) -> Settings:
    chosen = {key: tree.values[key] for key in SETTING_PARTS if key in tree.values}
    settings, problems = read_model(Settings, chosen, tree, ())
    if settings is None:
        raise InputError(problems)
    known = {"paid_from": document.awards, "readings": document.awards}
    for section, keys in known.items():
        for key in getattr(settings, section):
            if key not in keys:
                place = tree.place((section, key))
                fact = f"{section}.{key}: there is no award '{key}'"
                problems.append(Problem(place=place, fact=fact, remedy=did_you_mean(key, keys)))
    for award, line in settings.paid_from.items():
        if line not in document.lines:
            place = tree.place(("paid_from", award))
            fact = f"paid_from.{award}: there is no line '{line}'"
            remedy = did_you_mean(line, document.lines)
            problems.append(Problem(place=place, fact=fact, remedy=remedy))
    if problems:
        raise InputError(problems)
    return settings


def _derive(document: Document, settings: Settings, tree: Tree) -> tuple[Fund, ...]:
    place = tree.place(("overlap",))
    if settings.overlap not in document.explanations:
        known = did_you_mean(settings.overlap, document.explanations)
        raise refuse(place, f"overlap: there is no explanation '{settings.overlap}'", known)
    try:
        funds = derive_funds(document, document.explanations[settings.overlap].links)
    except OverlapError as error:
        raise refuse(place, f"overlap: {settings.overlap} cannot hold: {error}") from None
    net, printed = sum(fund.printed_yuan for fund in funds), document.title.net_total
    if net != printed:
        fact = (
            f"overlap: {settings.overlap} leaves {format_money(net)},"
            f" the paper prints {format_money(printed)}"
        )
        raise refuse(place, fact, "Correct a line, a link or the explanation.")
    return funds


def _with_budgets(tree: Tree, funds: tuple[Fund, ...]) -> Tree:
    values = dict(tree.values)
    values["funds"] = {fund.id: {"budget": format_money(fund.printed_yuan)} for fund in funds}
    return Tree(name=tree.name, values=values, places=tree.places)


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
        if sum(after[fund] for fund in giving) < wish.amount:
            held = format_money(sum(after[fund] for fund in giving))
            fact = f"transfers: '{wish.source}' has {held}, less than {format_money(wish.amount)}"
            raise refuse(place, fact, "Move less, or from elsewhere.")
        left = wish.amount
        for fund in sorted(giving, key=lambda fund: -after[fund]):
            taken = min(left, after[fund])
            after[fund] -= taken
            left -= taken
        after[accounts.get(wish.target, (wish.target,))[0]] += wish.amount
    return after


def _check_accounts(book: PoolBook, accounts: Mapping[str, object], tree: Tree) -> None:
    missing = [account for account in accounts if account not in book.accounts]
    if missing:
        raise InputError(
            Problem(
                place=tree.place(("accounts",)),
                fact=f"accounts: nothing is said about the demand on '{account}'",
                remedy="Add it with evidence: assumed and a reason.",
            )
            for account in missing
        )


def _check_groups(settings: Settings, document: Document, tree: Tree) -> None:
    """Every account named in the rules of moving money must be one that the lines can make."""
    known = [line.fund.id for line in document.lines.values() if line.fund is not None]
    rules = settings.allocation
    named: dict[tuple[str, ...], tuple[str, ...]] = {
        ("groups", key, "accounts"): group.accounts for key, group in rules.groups.items()
    }
    named |= {("weights",): tuple(rules.weights), ("floors",): tuple(rules.floors)}
    named |= {("key_spending",): rules.key_spending}
    problems = [
        Problem(
            place=tree.place(("allocation", *path)),
            fact=f"allocation.{'.'.join(path)}: there is no account '{account}'",
            remedy=did_you_mean(account, known),
        )
        for path, accounts in named.items()
        for account in accounts
        if account not in known
    ]
    if problems:
        raise InputError(problems)


def _hashes(trees: list[Tree]) -> tuple[tuple[str, str], ...]:
    """The name and sha256 of every file read, in order, without its folder."""
    paths = dict.fromkeys(Path(tree.name) for tree in trees)
    return tuple((path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in paths)
