"""Whether a scenario's settings, its pools and the paper speak of the same awards and accounts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from model.allocation_settings import PaymentRule
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
    for index, group in enumerate(settings.claims.groups):
        path = ("claims", "groups", index)
        problems += _unknown(tree, path, "award with a rule", group, document.costed())
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
    limits = rules.chance_limits
    named: dict[Path_, Iterable[str]] = {
        ("weights",): rules.weights,
        ("floors",): rules.floors,
        ("payment",): rules.payment,
        ("chance_limits", "accounts"): limits.accounts,
        ("chance_limits", "together", "accounts"): limits.together.accounts,
    }
    for place, ids in named.items():
        problems += _unknown(tree, ("allocation", *place), "account", ids, accounts)
    lines, place = document.domain_lines(), ("allocation", "chance_limits", "domains")
    problems += _unknown(tree, place, "domain line", limits.domains, lines)
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


def check_payment(
    settings: Settings, paying: Mapping[str, str | None], costed: Iterable[str], tree: Tree
) -> None:
    """Holds the rules of paying to the awards that each account pays.

    Args:
        paying: the account that pays each award, if any.
        costed: the awards with a rule, which alone can be weighed or limited.

    Raises:
        InputError: every award that is unknown, or that another account pays.
    """
    rules, known = settings.allocation, list(costed)
    problems: list[Problem] = []
    for field in ("award_weights", "award_ceilings"):
        path: Path_ = ("allocation", field)
        problems += _unknown(tree, path, "award with a rule", getattr(rules, field), known)
    for account, rule in rules.payment.items():
        own = [award for award in known if paying[award] == account]
        path = ("allocation", "payment", account, "order")
        wrong = _not_own(tree, path, account, rule.order, own)
        if not own:
            wrong = [_nothing_to_pay(tree, account)]
        weights = {award: rules.award_weights.get(award, 1.0) for award in own}
        problems += wrong or _wrong_order(tree, account, rule, weights)
    problems += _wrong_allotment(settings, paying, known, tree)
    if problems:
        raise InputError(problems)


def _not_own(
    tree: Tree, path: Path_, account: str, named: Iterable[str], own: list[str]
) -> list[Problem]:
    """A problem for every award named that another account pays, or none."""
    return _strangers(tree, path, f"'{account}' pays no award", named, own)


def _nothing_to_pay(tree: Tree, account: str) -> Problem:
    path: Path_ = ("allocation", "payment", account)
    fact = f"{_dotted(path)}: '{account}' pays no award with a rule, so nothing is paid by turns"
    return Problem(place=tree.place(path), fact=fact, remedy="Take it out.")


def _wrong_allotment(
    settings: Settings, paying: Mapping[str, str | None], known: list[str], tree: Tree
) -> list[Problem]:
    """Rules of paying single claims that name what there is not, or promise what cannot be."""
    rules = settings.allotment
    whole, place = rules.indivisible, ("allotment", "indivisible")
    problems = _unknown(tree, place, "award with a rule", whole, known)
    accounts = sorted({account for account in paying.values() if account is not None})
    problems += _unknown(tree, ("allotment", "rules"), "account", rules.rules, accounts)
    for account, rule in rules.rules.items():
        own = [award for award in known if paying[award] == account]
        for field in ("order", "weights"):
            path: Path_ = ("allotment", "rules", account, field)
            named = getattr(rule, field)
            problems += _not_own(tree, path, account, named, own)
    names: dict[str, str] = {key: rule.rule for key, rule in settings.allocation.payment.items()}
    names |= {key: rule.rule for key, rule in rules.rules.items()}
    for award in whole:
        account = paying.get(award) or ""
        if names.get(account) == "guaranteed":
            fact = f"'{account}' guarantees a part to '{award}', which is paid whole or not at all"
            remedy = f"Take it out, or give '{account}' another rule under 'allotment.rules'."
            fact = f"allotment.indivisible: {fact}"
            problems.append(Problem(place=tree.place(place), fact=fact, remedy=remedy))
    return problems


def _wrong_order(
    tree: Tree, account: str, rule: PaymentRule, weights: Mapping[str, float]
) -> list[Problem]:
    """What counts more must not be paid later, or no plan could be proven to be the best."""
    place = tree.place(("allocation", "payment", account))
    turns = rule.turns(list(weights))
    facts = []
    for one, other in product(weights, weights):
        if turns[one] < turns[other] and weights[one] < weights[other]:
            fact = f"'{one}' (weight {weights[one]:g}) is paid before '{other}'"
            facts.append(f"{fact} (weight {weights[other]:g})")
    if rule.at_least and len(set(weights.values())) > 1:
        facts.append("a part is guaranteed to awards whose weights differ")
    remedy = "Pay what counts more first, or give these awards one weight."
    return [
        Problem(place=place, fact=f"allocation.payment.{account}: {fact}", remedy=remedy)
        for fact in facts
    ]


def check_unweighed(
    settings: Settings, held: Mapping[str, int], book: PoolBook, tree: Tree
) -> None:
    """Refuses what is asked of accounts that keep their money, because their demand is assumed.

    A floor above what such an account has, and a limit on its chance of a gap.

    Args:
        held: the money of each account in yuan.

    Raises:
        InputError: every such wish.
    """
    rules = settings.allocation
    limits, way_out = rules.chance_limits, "or set 'allocation.assumed_may_move: true'."
    keep = (
        set()
        if rules.assumed_may_move
        else {account for account in held if book.accounts[account].evidence == "assumed"}
    )
    problems = []
    for account, floor in rules.floors.items():
        if account in keep and floor > held[account]:
            amounts = f"{format_money(held[account])}, less than {format_money(floor)}"
            path: Path_ = ("allocation", "floors", account)
            fact = f"{_dotted(path)}: this account keeps its {amounts}: its demand is assumed"
            remedy = f"Lower the floor, {way_out}"
            problems.append(Problem(place=tree.place(path), fact=fact, remedy=remedy))
    named = {("accounts",): limits.accounts, ("together", "accounts"): limits.together.accounts}
    for place, accounts in named.items():
        for account in (each for each in accounts if each in keep):
            path = ("allocation", "chance_limits", *place)
            problems.append(
                Problem(
                    place=tree.place((*path, account)),
                    fact=f"{_dotted(path)}: the demand on '{account}' is only assumed",
                    remedy=f"Take it out, {way_out}",
                )
            )
    if problems:
        raise InputError(problems)


def _possible_accounts(document: Document) -> list[str]:
    """An account is called after a fund, and every line without sub-lines may hold one."""
    return [line.fund.id for line in document.lines.values() if line.fund is not None]


def _unknown(
    tree: Tree, path: Path_, what: str, named: Iterable[str], known: Iterable[str]
) -> list[Problem]:
    """A problem for every name that is not known, at its own place where it has one."""
    return _strangers(tree, path, f"there is no {what}", named, known)


def _strangers(
    tree: Tree, path: Path_, says: str, named: Iterable[str], known: Iterable[str]
) -> list[Problem]:
    words = list(known)
    return [
        Problem(
            place=tree.place((*path, name)),
            fact=f"{_dotted(path)}: {says} '{name}'",
            remedy=did_you_mean(name, words),
        )
        for name in named
        if name not in words
    ]


def _dotted(path: Path_) -> str:
    return ".".join(str(part) for part in path)
