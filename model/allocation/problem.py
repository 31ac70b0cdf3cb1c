"""What the reallocation must decide on: money, claims, arcs and limits as one checked record."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.errors import InputError, did_you_mean
from model.errors import Problem as Fault
from model.money import format_money
from model.risk import FloatArray, IntArray

PLACE = "allocation"

Item = TypeVar("Item", bound=Hashable)
Facts = Iterator[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """Leave to move money from one account to another, who must agree, and its price.

    The price, per yuan moved, only chooses among plans that are equally good for applicants.
    """

    giver: str
    receiver: str
    approval: str
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """An account keeps at least this money (its budget after the moves)."""

    account: str
    minimum_yuan: int
    says_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLimit:
    """The accounts of a domain together hold at most this money after the moves."""

    id: str
    accounts: tuple[str, ...]
    maximum_yuan: int
    says_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit on the moves: unique ASCII name, family, whom it binds, amount, words."""

    name: str
    family: str
    subject: str
    amount_yuan: int
    says_zh: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Accounts, their claims in every draw, and what may be moved; all money in whole yuan.

    `demand` is int64[draw, account]; `committed_yuan` is paid before any claim and may exceed
    the budget. In a draw an account leaves max(demand + committed - money, 0) unpaid; U is the
    sum over accounts of weight x unpaid. The plan minimises E[U] + worst_weight x the mean of U
    over the worst `worst_share` of the draws. Arrays are read-only.

    Raises:
        InputError: all faults of the record at once.
    """

    accounts: tuple[str, ...]
    names: tuple[str, ...]
    budget_yuan: IntArray
    committed_yuan: IntArray
    demand: IntArray
    weights: FloatArray
    may_leave_yuan: IntArray
    arcs: tuple[Arc, ...] = ()
    floors: tuple[Floor, ...] = ()
    domain_limits: tuple[DomainLimit, ...] = ()
    worst_share: float = 0.05
    worst_weight: float = 1.0

    def __post_init__(self) -> None:
        for field in ("budget_yuan", "committed_yuan", "demand", "weights", "may_leave_yuan"):
            # A view, not a copy: demand can be large, and its owner keeps the right to write.
            view = np.asarray(getattr(self, field)).view()
            view.setflags(write=False)
            object.__setattr__(self, field, view)
        # Shapes first: the other checks may then rely on them.
        faults = list(_shape_faults(self)) or [*_value_faults(self), *_link_faults(self)]
        if faults:
            raise InputError(Fault(place=PLACE, fact=f, remedy=r) for f, r in faults)

    @property
    def available_yuan(self) -> IntArray:
        """Budget minus committed; negative where committed money is itself not covered."""
        return self.budget_yuan - self.committed_yuan

    @property
    def index(self) -> dict[str, int]:
        """The column of each account."""
        return {account: column for column, account in enumerate(self.accounts)}


def limits(problem: Problem) -> tuple[Limit, ...]:
    """Every limit on the moves, by family and then by id."""
    givers = {arc.giver for arc in problem.arcs}
    ids = safe_ids(problem.accounts)
    words = dict(zip(problem.accounts, problem.names, strict=True))
    column = problem.index
    found = []
    for giver in sorted(givers):
        amount = int(problem.may_leave_yuan[column[giver]])
        says = f"{words[giver]}最多调出{format_money(amount)}"
        found.append(_limit("movable_share", ids[giver], giver, amount, says))
    for floor in sorted(problem.floors, key=lambda floor: floor.account):
        amount = int(floor.minimum_yuan)
        says = floor.says_zh or f"{words[floor.account]}调剂后不少于{format_money(amount)}"
        found.append(_limit("floor", ids[floor.account], floor.account, amount, says))
    domain_ids = safe_ids(domain.id for domain in problem.domain_limits)
    for domain in sorted(problem.domain_limits, key=lambda domain: domain.id):
        amount = int(domain.maximum_yuan)
        says = domain.says_zh or f"{domain.id}各支出账户合计不超过{format_money(amount)}"
        found.append(_limit("domain_line", domain_ids[domain.id], domain.id, amount, says))
    return tuple(found)


def limit_rows(problem: Problem) -> tuple[tuple[Limit, int, dict[int, int]], ...]:
    """Every limit with what it counts: yuan before any move, and +1 or -1 for arcs by position."""
    leaving: dict[str, list[int]] = {}
    arriving: dict[str, list[int]] = {}
    for i, arc in enumerate(problem.arcs):
        leaving.setdefault(arc.giver, []).append(i)
        arriving.setdefault(arc.receiver, []).append(i)
    column = problem.index
    members = {domain.id: domain.accounts for domain in problem.domain_limits}
    rows = []
    for limit in limits(problem):
        if limit.family == "movable_share":
            rows.append((limit, 0, dict.fromkeys(leaving[limit.subject], 1)))
            continue
        inside = members[limit.subject] if limit.family == "domain_line" else (limit.subject,)
        start = sum(int(problem.budget_yuan[column[account]]) for account in inside)
        signs = Counter(i for account in inside for i in arriving.get(account, ()))
        signs.subtract(i for account in inside for i in leaving.get(account, ()))
        rows.append((limit, start, {i: sign for i, sign in sorted(signs.items()) if sign}))
    return tuple(rows)


def keeps(limit: Limit, used_yuan: int) -> bool:
    """Whether the limit holds: a floor from below, every other limit from above."""
    if limit.family == "floor":
        return used_yuan >= limit.amount_yuan
    return used_yuan <= limit.amount_yuan


def _limit(family: str, safe_id: str, subject: str, amount: int, says: str) -> Limit:
    return Limit(
        name=f"{family}__{safe_id}",
        family=family,
        subject=subject,
        amount_yuan=amount,
        says_zh=says,
    )


def safe_ids(ids: Iterable[str]) -> dict[str, str]:
    """An ASCII name for each id, unique: a solver's file would merge `a-b` and `a_b`."""
    safe: dict[str, str] = {}
    taken: set[str] = set()
    for identity in sorted(ids):
        plain = re.sub(r"[^A-Za-z0-9]", "_", identity)
        name, n = plain, 1
        while name in taken:
            n += 1
            name = f"{plain}_{n}"
        taken.add(name)
        safe[identity] = name
    return safe


def _shape_faults(problem: Problem) -> Facts:
    n = len(problem.accounts)
    if len(problem.names) != n:
        yield f"{n} accounts but {len(problem.names)} names", "Give one name for each account."
    for field in ("budget_yuan", "committed_yuan", "may_leave_yuan", "demand"):
        array: NDArray[np.generic] = getattr(problem, field)
        if array.dtype != np.int64:
            yield f"{field} is {array.dtype}, not whole yuan", "Give an int64 array."
        if field != "demand" and array.shape != (n,):
            yield f"{field} has shape {array.shape}, not ({n},)", "Give one for each account."
    if problem.weights.shape != (n,):
        yield f"weights has shape {problem.weights.shape}, not ({n},)", "Give one for each account."
    shape = problem.demand.shape
    if len(shape) != 2 or shape[1] != n or shape[0] < 2:
        yield (
            f"demand has shape {shape}, not (draws, {n}) with at least 2 draws",
            "Give one row for each draw and one column for each account.",
        )


def _value_faults(problem: Problem) -> Facts:
    for field in ("budget_yuan", "committed_yuan", "may_leave_yuan"):
        for column in np.flatnonzero(getattr(problem, field) < 0):
            amount = int(getattr(problem, field)[column])
            account = problem.accounts[column]
            yield f"{field} of '{account}' is {amount:,} yuan", "Money here is never negative."
    if problem.demand.min() < 0:
        row, column = np.argwhere(problem.demand < 0)[0]
        yield (
            f"demand of '{problem.accounts[column]}' in draw {row} is "
            f"{problem.demand[row, column]:,} yuan",
            "Demand is never negative.",
        )
    for column in np.flatnonzero(problem.may_leave_yuan > problem.budget_yuan):
        yield (
            f"more may leave '{problem.accounts[column]}' than its budget",
            "Give may_leave_yuan <= budget_yuan.",
        )
    for column in np.flatnonzero(~(np.isfinite(problem.weights) & (problem.weights >= 0))):
        yield (
            f"the weight of '{problem.accounts[column]}' is {problem.weights[column]}",
            "Give a number that is not negative.",
        )
    if not 0 < problem.worst_share <= 1:
        yield f"worst_share is {problem.worst_share}", "Give 0 < worst_share <= 1."
    if not 0 <= problem.worst_weight < np.inf:
        yield f"worst_weight is {problem.worst_weight}", "Give a number that is not negative."


def _link_faults(problem: Problem) -> Facts:
    known = set(problem.accounts)
    for account in _repeated(problem.accounts):
        yield f"account '{account}' is given twice", "Give each account once."
    for arc in problem.arcs:
        title = f"the arc from '{arc.giver}' to '{arc.receiver}'"
        yield from _unknown(title, (arc.giver, arc.receiver), known)
        if arc.giver == arc.receiver:
            yield f"{title} leads back to its giver", "Leave it out."
        if not 0 <= arc.price < np.inf:
            yield f"{title} has price {arc.price}", "Give a number that is not negative."
    for giver, receiver in _repeated((arc.giver, arc.receiver) for arc in problem.arcs):
        yield f"the arc from '{giver}' to '{receiver}' is given twice", "Give each arc once."
    yield from _limit_faults(problem, known)


def _limit_faults(problem: Problem, known: set[str]) -> Facts:
    for floor in problem.floors:
        yield from _unknown(f"the floor of '{floor.account}'", (floor.account,), known)
        if floor.minimum_yuan < 0:
            yield f"the floor of '{floor.account}' is negative", "Give 0 or more."
    for account in _repeated(floor.account for floor in problem.floors):
        yield f"'{account}' has two floors", "Give the higher one."
    for domain in problem.domain_limits:
        yield from _unknown(f"domain limit '{domain.id}'", domain.accounts, known)
        for account in _repeated(domain.accounts):
            yield f"domain limit '{domain.id}' counts '{account}' twice", "Give it once."
        if domain.maximum_yuan < 0:
            yield f"domain limit '{domain.id}' is negative", "Give 0 or more."
    for identity in _repeated(domain.id for domain in problem.domain_limits):
        yield f"domain limit '{identity}' is given twice", "Give each domain once."


def _unknown(title: str, accounts: tuple[str, ...], known: set[str]) -> Facts:
    for account in accounts:
        if account not in known:
            yield f"{title} names no account '{account}'", did_you_mean(account, known)


def _repeated(items: Iterable[Item]) -> list[Item]:
    return [item for item, times in Counter(items).items() if times > 1]
