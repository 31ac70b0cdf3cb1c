"""Whether a scenario's settings, its pools and the paper speak of the same awards and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from model.demand.pools import PoolBook
from model.errors import InputError, Problem, did_you_mean
from model.money import format_money
from model.policy.document import Document
from model.settings import Settings
from model.strict import read_model
from model.yamlfile import Path_, Tree


def read_settings(tree: Tree, document: Document) -> Settings:
    """The settings in the values of a base, naming only what the paper has.

    Raises:
        InputError: every problem of form, or else every unknown name, each with its place.
    """
    chosen = {key: tree.values[key] for key in Settings.model_fields if key in tree.values}
    settings, problems = read_model(Settings, chosen, tree, ())
    if settings is None:
        raise InputError(problems)
    problems += _unknown(tree, ("paid_from",), "award", settings.paid_from, document.awards)
    for award, line in settings.paid_from.items():
        problems += _unknown(tree, ("paid_from", award), "line", [line], document.lines)
    overlap = [settings.overlap]
    problems += _unknown(tree, ("overlap",), "explanation", overlap, document.explanations)
    if problems:
        raise InputError(problems)
    return settings


def check_groups(
    settings: Settings,
    document: Document,
    accounts: Mapping[str, tuple[str, ...]],
    tree: Tree,
) -> None:
    """Holds the rules of moving money to accounts that there are.

    Groups and key spending may name any account that some explanation of the overlap makes;
    weights and floors, which ask for something, only accounts that there are under this one.

    Raises:
        InputError: every account that is unknown.
    """
    rules, possible = settings.allocation, _possible_accounts(document)
    problems = _unknown(
        tree, ("allocation", "key_spending"), "account", rules.key_spending, possible
    )
    for key, group in rules.groups.items():
        path = ("allocation", "groups", key, "accounts")
        problems += _unknown(tree, path, "account", group.accounts, possible)
    for field in ("weights", "floors"):
        named = getattr(rules, field)
        problems += _unknown(tree, ("allocation", field), "account", named, accounts)
    if problems:
        raise InputError(problems)


def check_accounts(
    book: PoolBook,
    document: Document,
    accounts: Mapping[str, tuple[str, ...]],
    tree: Tree,
) -> None:
    """Holds what the pools file says of accounts to those that there are.

    Raises:
        InputError: every account without a demand, and every demand on an unknown account.
    """
    problems = _unknown(tree, ("accounts",), "account", book.accounts, _possible_accounts(document))
    problems += [
        Problem(
            place=tree.place(("accounts",)),
            fact=f"accounts: nothing is said about the demand on '{account}'",
            remedy="Add it with 'evidence: assumed' and a reason.",
        )
        for account in accounts
        if account not in book.accounts
    ]
    if problems:
        raise InputError(problems)


def check_floors(settings: Settings, held: Mapping[str, int], book: PoolBook, tree: Tree) -> None:
    """Refuses a floor above the money of an account that keeps what it has.

    Args:
        held: the money of each account in yuan.

    Raises:
        InputError: every such floor.
    """
    rules, problems = settings.allocation, []
    for account, floor in rules.floors.items():
        keeps = book.accounts[account].evidence == "assumed" and not rules.assumed_may_move
        if keeps and floor > held[account]:
            amounts = f"{format_money(held[account])}, less than {format_money(floor)}"
            path = ("allocation", "floors", account)
            fact = f"{'.'.join(path)}: this account keeps its {amounts}: its demand is assumed"
            remedy = "Lower the floor, or set 'allocation.assumed_may_move: true'."
            problems.append(Problem(place=tree.place(path), fact=fact, remedy=remedy))
    if problems:
        raise InputError(problems)


def _possible_accounts(document: Document) -> list[str]:
    """An account is called after a fund, and every line without sub-lines may hold one."""
    return [line.fund.id for line in document.lines.values() if line.fund is not None]


def _unknown(
    tree: Tree, path: Path_, what: str, named: Iterable[str], known: Iterable[str]
) -> list[Problem]:
    """A problem for every name that is not known, at its own place where it has one."""
    words = list(known)
    dotted = ".".join(str(part) for part in path)
    return [
        Problem(
            place=tree.place((*path, name)),
            fact=f"{dotted}: there is no {what} '{name}'",
            remedy=did_you_mean(name, words),
        )
        for name in named
        if name not in words
    ]
