"""Plans that people can carry out: whole steps, few transfers, light approvals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from model.allocation.cuts import GAP_YUAN
from model.allocation.limits import keeps
from model.allocation.plan import Transfer, budgets_after, cost, limits_used
from model.allocation.problem import Arc
from model.allocation.promise import Promise
from model.allocation.search import Search
from model.allocation.steps import StepProgramme, least_in_steps, tolerance
from model.errors import BudgetError

MOST_MOVES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """The best plan in whole steps with at most so many transfers and only some approvals.

    No such plan costs less than `lower_bound_yuan`; this one costs `objective_yuan`: at most
    max(1e-6, 1万元) more than the best, for which it is the cheapest to approve. Where more than
    `promise.MOST_ARCS` arcs could help, only the most promising were tried together, again and
    again from the best plan known; the bound is then that of all plans, with any transfers.

    Attributes:
        approvals: those allowed, from the lightest on.
        saved_yuan: how much less it costs than with one transfer less; 0 without any.
    """

    most_moves: int
    approvals: tuple[str, ...]
    transfers: tuple[Transfer, ...]
    objective_yuan: float
    lower_bound_yuan: float
    saved_yuan: float

    @property
    def gap(self) -> float:
        """The distance of the cost from the bound, relative to the cost."""
        apart = max(self.objective_yuan - self.lower_bound_yuan, 0.0)
        return apart / max(self.objective_yuan, 1.0)

    @property
    def moved_yuan(self) -> int:
        """The money moved in all."""
        return sum(transfer.amount_yuan for transfer in self.transfers)


def option_menu(
    search: Search, approvals: tuple[str, ...], most_moves: int = MOST_MOVES
) -> tuple[Option, ...]:
    """The best option for every number of transfers and every weight of approval.

    Args:
        approvals: from the lightest to the heaviest; each set of them holds all that are lighter.

    Options that no plan in whole steps within the limits can have are left out.
    """
    maker = _Maker(search)
    occurring = {arc.approval for arc in search.problem.arcs}
    used = [approval for approval in approvals if approval in occurring]
    found: list[Option] = []
    lighter: dict[int, Option] = {}
    for n in range(1, len(used) + 1):
        options = _one_weight(maker, tuple(used[:n]), lighter, most_moves)
        lighter = {option.most_moves: option for option in options}
        found += options
    return tuple(found)


def _one_weight(
    maker: _Maker, approvals: tuple[str, ...], lighter: Mapping[int, Option], most: int
) -> list[Option]:
    """The options of one set of approvals, for each number of transfers up to the most.

    What any number of transfers can reach is found first: where fewer or lighter ones come as
    close as the tolerance, no more is looked for. That a further one does not help says nothing
    of two further ones: one may make room for the other.
    """
    last = maker.best(most, approvals, lighter.get(most))
    if last is None:
        return []
    found: list[Option] = []
    for k in range(most + 1):
        known = [*found[-1:], *([lighter[k]] if k in lighter else [])]
        option = _as_good(known, last) or (last if k == most else None)
        if option is None:
            option = maker.best(k, approvals, _cheapest(known))
            if option is None:
                continue
            option = _as_good(known, option) or option
        saved = found[-1].objective_yuan - option.objective_yuan if found else 0.0
        found.append(replace(option, most_moves=k, approvals=approvals, saved_yuan=saved))
    return found


def _cheapest(known: list[Option]) -> Option | None:
    return min(known, key=lambda each: each.objective_yuan, default=None)


def _as_good(known: list[Option], option: Option) -> Option | None:
    """The best of those known, if the option saves no more than noise; with the option's bound.

    An option is at most three quarters of the tolerance above the best, so this one keeps it, too.
    """
    best = _cheapest(known)
    if best is None:
        return None
    saved = best.objective_yuan - option.objective_yuan
    if saved > tolerance(option.objective_yuan) / 4:
        return None
    return replace(best, lower_bound_yuan=option.lower_bound_yuan)


@dataclass(slots=True)
class _Maker:
    """Makes options of one search.

    Attributes:
        bound_yuan: no plan of the problem costs less; only where not all arcs are tried together.
    """

    search: Search
    programme: StepProgramme = field(init=False)
    promise: Promise = field(init=False)
    bound_yuan: float | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.promise = Promise(self.search)
        if not self.promise.few:
            least = self.search.least_cost(GAP_YUAN / 4)
            self.bound_yuan = None if least is None else least.lower_yuan
        self.programme = StepProgramme(self.search)

    def best(
        self, most_moves: int, approvals: tuple[str, ...], known: Option | None
    ) -> Option | None:
        """The best plan in whole steps with so many transfers; None if none is within the limits.

        Args:
            known: a plan from which the search begins where not all arcs are tried together.
        """
        start = () if known is None else known.transfers
        option = self._along(most_moves, approvals, self.promise.tried(approvals, start))
        while option is not None and not self.promise.few:
            arcs = self.promise.tried(approvals, option.transfers)
            other = self._along(most_moves, approvals, arcs)
            if other is None or option.objective_yuan - other.objective_yuan < GAP_YUAN:
                break
            option = other
        return option

    def _along(
        self, most_moves: int, approvals: tuple[str, ...], arcs: frozenset[Arc]
    ) -> Option | None:
        problem = self.search.problem
        self.programme.allow(most_moves, arcs)
        found = least_in_steps(self.programme)
        if found is None:
            return None
        lower, _, transfers = found
        if any(not keeps(limit, used) for limit, used in limits_used(problem, transfers)):
            raise BudgetError("an option breaks its own limits")
        return Option(
            most_moves=most_moves,
            approvals=approvals,
            transfers=transfers,
            objective_yuan=cost(problem, budgets_after(problem, transfers)),
            lower_bound_yuan=lower if self.bound_yuan is None else self.bound_yuan,
            saved_yuan=0.0,
        )
