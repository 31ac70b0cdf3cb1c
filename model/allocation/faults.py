"""What is wrong with an allocation problem: all faults at once, each with its way out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from model.allocation.parts import (
    Arc,
    ArcLimit,
    Caution,
    DomainLimit,
    Floor,
    GroupFloor,
    Kind,
    Payments,
)
from model.errors import InputError, did_you_mean
from model.errors import Problem as Fault
from model.risk import FloatArray, IntArray
from model.years import Years

PLACE = "allocation"
_ROUNDED = 1e-9  # of a slope

Item = TypeVar("Item", bound=Hashable)
Facts = Iterator[tuple[str, str]]


class Fields(Protocol):
    """The fields of a problem that are checked."""

    @property
    def accounts(self) -> tuple[str, ...]: ...
    @property
    def names(self) -> tuple[str, ...]: ...
    @property
    def budget_yuan(self) -> IntArray: ...
    @property
    def committed_yuan(self) -> IntArray: ...
    @property
    def demand(self) -> Years: ...
    @property
    def weights(self) -> FloatArray: ...
    @property
    def may_leave_yuan(self) -> IntArray: ...
    @property
    def arcs(self) -> tuple[Arc, ...]: ...
    @property
    def arc_limits(self) -> tuple[ArcLimit, ...]: ...
    @property
    def floors(self) -> tuple[Floor, ...]: ...
    @property
    def group_floors(self) -> tuple[GroupFloor, ...]: ...
    @property
    def domain_limits(self) -> tuple[DomainLimit, ...]: ...
    @property
    def payments(self) -> Payments | None: ...
    @property
    def cautions(self) -> tuple[Caution, ...]: ...
    @property
    def worst_share(self) -> float: ...
    @property
    def worst_weight(self) -> float: ...


def refuse_faults(problem: Fields) -> None:
    """Nothing, or an error with every fault.

    Raises:
        InputError: all faults of the record at once.
    """
    # Shapes first: the other checks may then rely on them.
    faults = list(_shape_faults(problem)) or [*_value_faults(problem), *_link_faults(problem)]
    if faults:
        raise InputError(Fault(place=PLACE, fact=f, remedy=r) for f, r in faults)


def _shape_faults(problem: Fields) -> Facts:
    n = len(problem.accounts)
    if len(problem.names) != n:
        yield f"{n} accounts but {len(problem.names)} names", "Give one name for each account."
    for field in ("budget_yuan", "committed_yuan", "may_leave_yuan"):
        array: NDArray[np.generic] = getattr(problem, field)
        yield from _not_yuan(field, array)
        if array.shape != (n,):
            yield f"{field} has shape {array.shape}, not ({n},)", "Give one for each account."
    if isinstance(problem.demand, np.ndarray):
        yield from _not_yuan("demand", problem.demand)
    if problem.weights.shape != (n,):
        yield f"weights has shape {problem.weights.shape}, not ({n},)", "Give one for each account."
    shape = problem.demand.shape
    if len(shape) != 2 or shape[1] != n or shape[0] < 2:
        yield (
            f"demand has shape {shape}, not (draws, {n}) with at least 2 draws",
            "Give one row for each draw and one column for each account.",
        )
    if problem.payments is not None:
        yield from _payment_shape_faults(problem.payments, shape[0])


def _not_yuan(field: str, array: NDArray[np.generic]) -> Facts:
    if array.dtype != np.int64:
        yield f"{field} is {array.dtype}, not whole yuan", "Give an int64 array."


def _payment_shape_faults(payments: Payments, n_draws: int) -> Facts:
    wanted = (n_draws, len(payments.kinds))
    if payments.demand.shape != wanted:
        yield (
            f"the demand of kinds has shape {payments.demand.shape}, not {wanted}",
            "Give one row for each draw and one column for each kind.",
        )


def _value_faults(problem: Fields) -> Facts:
    for field in ("budget_yuan", "committed_yuan", "may_leave_yuan"):
        for column in np.flatnonzero(getattr(problem, field) < 0):
            amount = int(getattr(problem, field)[column])
            account = problem.accounts[column]
            yield f"{field} of '{account}' is {amount:,} yuan", "Money here is never negative."
    # Years worked out from laws are never negative; only an array can be wrong.
    if isinstance(problem.demand, np.ndarray) and problem.demand.min() < 0:
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


def _link_faults(problem: Fields) -> Facts:
    known = set(problem.accounts)
    for account in _repeated(problem.accounts):
        yield f"account '{account}' is given twice", "Give each account once."
    yield from _arc_faults(problem, known)
    yield from _floor_faults(problem.floors, known)
    yield from _group_faults("domain limit", problem.domain_limits, known)
    yield from _group_faults("group", problem.group_floors, known)
    if problem.payments is not None:
        yield from _payment_faults(problem.payments, known)
    yield from _caution_faults(problem.cautions, known)


def _arc_faults(problem: Fields, known: set[str]) -> Facts:
    for arc in problem.arcs:
        title = f"the arc from '{arc.giver}' to '{arc.receiver}'"
        yield from _unknown(title, (arc.giver, arc.receiver), known)
        if arc.giver == arc.receiver:
            yield f"{title} leads back to its giver", "Leave it out."
        if not 0 <= arc.price < np.inf:
            yield f"{title} has price {arc.price}", "Give a number that is not negative."
    arcs = [(arc.giver, arc.receiver) for arc in problem.arcs]
    for giver, receiver in _repeated(arcs):
        yield f"the arc from '{giver}' to '{receiver}' is given twice", "Give each arc once."
    for one in problem.arc_limits:
        if (one.giver, one.receiver) not in arcs:
            title = f"from '{one.giver}' to '{one.receiver}'"
            yield f"a limit {title} limits no arc", "Leave it out, or give the arc."


def _caution_faults(cautions: tuple[Caution, ...], known: set[str]) -> Facts:
    for caution in cautions:
        title = f"the caution of '{caution.account}'"
        yield from _unknown(title, (caution.account,), known)
        falls = -np.diff(caution.money_yuan)
        if len(caution.money_yuan) != len(caution.harm_yuan) or not np.all(falls > 0):
            yield f"{title} is no curve", "Give one sum for each money, the money falling."
        elif np.any(np.diff(np.diff(caution.harm_yuan) / falls, prepend=0.0) < -_ROUNDED):
            yield f"{title} is not convex", "What is owed must rise ever faster."
    for account in _repeated(caution.account for caution in cautions):
        yield f"'{account}' has two cautions", "Give one."


def _floor_faults(floors: tuple[Floor, ...], known: set[str]) -> Facts:
    for floor in floors:
        yield from _unknown(f"the floor of '{floor.account}'", (floor.account,), known)
        if floor.minimum_yuan < 0:
            yield f"the floor of '{floor.account}' is negative", "Give 0 or more."
    for account, _ in _repeated((floor.account, floor.chance) for floor in floors):
        yield f"'{account}' has two floors", "Give the higher one."


def _group_faults(
    word: str, groups: tuple[DomainLimit, ...] | tuple[GroupFloor, ...], known: set[str]
) -> Facts:
    for group in groups:
        yield from _unknown(f"{word} '{group.id}'", group.accounts, known)
        for account in _repeated(group.accounts):
            yield f"{word} '{group.id}' counts '{account}' twice", "Give it once."
        amount = group.maximum_yuan if isinstance(group, DomainLimit) else group.minimum_yuan
        if amount < 0:
            yield f"{word} '{group.id}' is negative", "Give 0 or more."
    of_what = "domain" if word == "domain limit" else word
    for identity in _repeated(group.id for group in groups):
        yield f"{word} '{identity}' is given twice", f"Give each {of_what} once."


def _payment_faults(payments: Payments, known: set[str]) -> Facts:
    for kind in payments.kinds:
        yield from _unknown(f"the kind '{kind.id}'", (kind.account,), known)
        if not 0 <= kind.weight < np.inf:
            yield f"the weight of '{kind.id}' is {kind.weight}", "Give a number not negative."
        if kind.ceiling_yuan is not None and kind.ceiling_yuan < 0:
            yield f"the ceiling of '{kind.id}' is negative", "Give 0 or more."
    for identity in _repeated(kind.id for kind in payments.kinds):
        yield f"kind '{identity}' is given twice", "Give each kind once."
    for account in sorted({kind.account for kind in payments.kinds}):
        own = [kind for kind in payments.kinds if kind.account == account]
        yield from _order_faults(account, own, payments.guaranteed.get(account, 0.0))


def _order_faults(account: str, kinds: list[Kind], guaranteed: float) -> Facts:
    """Money that counts more must not be paid later: more money could then cost more elsewhere.

    The cost of an account would no longer fall ever more slowly with its money, and no search
    by planes could prove an optimum.
    """
    if not 0 <= guaranteed <= 1:
        yield f"'{account}' guarantees {guaranteed}", "Give a part from 0 to 1."
    for one in kinds:
        for other in kinds:
            if one.turn < other.turn and one.weight < other.weight:
                yield (
                    f"'{account}' pays '{one.id}' (weight {one.weight:g}) before '{other.id}' "
                    f"(weight {other.weight:g})",
                    "Pay what counts more first, or give both one weight.",
                )
    if guaranteed and len({kind.weight for kind in kinds}) > 1:
        yield (
            f"'{account}' guarantees a part to all its kinds, whose weights differ",
            "Give all kinds of the account one weight.",
        )


def _unknown(title: str, accounts: tuple[str, ...], known: set[str]) -> Facts:
    for account in accounts:
        if account not in known:
            yield f"{title} names no account '{account}'", did_you_mean(account, known)


def _repeated(items: Iterable[Item]) -> list[Item]:
    return [item for item, times in Counter(items).items() if times > 1]
