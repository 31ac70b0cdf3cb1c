"""The plan that is best against the worst of many worlds, found by a few of them.

A world is the same problem with other claims and money bound before. Each round looks for the
world that is worst for the plan so far and adds it to those that the plan is made for. The rounds
end when no world is worse than those: the plan's proven lower bound then holds for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from model.allocation.cuts import GAP_YUAN, RELATIVE_GAP, solve
from model.allocation.limits import keeps
from model.allocation.plan import Plan, Transfer, budgets_after, cost, limits_used
from model.allocation.problem import Arc, Problem
from model.allocation.rounding import UNITS_YUAN, in_units
from model.allocation.search import Optimum, Search
from model.errors import BudgetError, refuse
from model.risk import IntArray, NumberArray

NameT = TypeVar("NameT", bound=Hashable)

PROVEN_YUAN = 100.0

# Parts of the tolerance, as for the usual plan: little buys cheaper moves, the rest the rounding.
_HELD = 0.02
_ACCEPTED = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Worst(Generic[NameT]):
    """The world that is worst for a plan, and what the plan costs there in yuan."""

    world: NameT
    cost_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RobustPlan(Generic[NameT]):
    """The plan whose worst cost over the worlds is least; money in yuan.

    No plan within the limits has a worst cost below `lower_bound_yuan`. The plan itself may cost
    up to max(1e-6, 1 万元) more in its worst world, for moves that are cheaper to approve and
    amounts that are round.

    Attributes:
        usual: the plan for the central world alone, which is what the product proposes.
        central_cost_yuan: of this plan in the central world.
        met: the worlds that the plan was made for, in the order in which they were found.
    """

    usual: Plan
    usual_worst: Worst[NameT]
    transfers: tuple[Transfer, ...]
    budget_after_yuan: IntArray
    central_cost_yuan: float
    worst: Worst[NameT]
    lower_bound_yuan: float
    met: tuple[NameT, ...]

    @property
    def price_yuan(self) -> float:
        """What being safe costs if the central world is the true one."""
        return max(self.central_cost_yuan - self.usual.objective_after, 0.0)

    @property
    def gain_yuan(self) -> float:
        """What being safe saves in the worst world."""
        return max(self.usual_worst.cost_yuan - self.worst.cost_yuan, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Worlds(Generic[NameT]):
    """Worlds by name; the first is the central one. A world is made anew whenever it is asked."""

    names: Sequence[NameT]
    world: Callable[[NameT], Problem]

    def worst(self, money: NumberArray) -> Worst[NameT]:
        """The world in which this money costs most; of equally bad ones the first."""
        costs = [cost(self.world(name), money) for name in self.names]
        place = max(range(len(costs)), key=costs.__getitem__)
        return Worst(world=self.names[place], cost_yuan=costs[place])


def find_robust(worlds: Worlds[NameT]) -> RobustPlan[NameT]:
    """The plan of least worst cost over the worlds.

    Where the usual plan has it, within the tolerance, that is the plan.

    Raises:
        InputError: no plan meets the limits.
    """
    central = worlds.world(worlds.names[0])
    usual = solve(central)
    if usual.objective_lower_bound is None:
        raise refuse("allocation", "no plan meets the limits, so none is robust")
    after, transfers, lower = usual.budget_after_yuan, usual.transfers, usual.objective_lower_bound
    usual_worst = worst = worlds.worst(after)
    met = [worlds.names[0]]
    while worst.world not in met and worst.cost_yuan > lower + tolerance(lower):
        met.append(worst.world)
        transfers, lower = _best_against(central, tuple(worlds.world(name) for name in met[1:]))
        after = budgets_after(central, transfers)
        worst = worlds.worst(after)
    return RobustPlan(
        usual=usual,
        usual_worst=usual_worst,
        transfers=transfers,
        budget_after_yuan=after,
        central_cost_yuan=cost(central, after),
        worst=worst,
        lower_bound_yuan=lower,
        met=tuple(met),
    )


def tolerance(lower_yuan: float) -> float:
    """What a plan may cost above the least cost: max(1e-6 of it, 1 万元), as the usual plan."""
    return max(RELATIVE_GAP * lower_yuan, GAP_YUAN)


def _best_against(
    central: Problem, others: tuple[Problem, ...]
) -> tuple[tuple[Transfer, ...], float]:
    """The moves of least worst cost over some worlds, cheap to approve and round, and its bound."""
    search = Search(central, others)
    optimum: Optimum | None = search.least_cost(PROVEN_YUAN)
    assert optimum is not None  # the limits are those of the central world, which has a plan
    room, upper = tolerance(optimum.lower_yuan), optimum.upper_yuan
    moved = search.cheapest_moves(upper + _HELD * room, upper + _ACCEPTED * room)
    most = optimum.lower_yuan + room
    return _round(central, others, moved, most), optimum.lower_yuan


def _round(
    central: Problem, others: tuple[Problem, ...], moved_yuan: dict[Arc, float], most_yuan: float
) -> tuple[Transfer, ...]:
    """The moves in round amounts whose worst cost is at most this; nothing where that suffices."""

    def worst_cost(transfers: tuple[Transfer, ...]) -> float:
        after = budgets_after(central, transfers)
        return max(cost(world, after) for world in (central, *others))

    allowed = all(keeps(limit, used) for limit, used in limits_used(central, ()))
    if allowed and worst_cost(()) <= most_yuan:
        return ()
    for unit in UNITS_YUAN:
        transfers = in_units(central, moved_yuan, unit)
        if transfers is not None and (unit == 1 or worst_cost(transfers) <= most_yuan):
            return transfers
    raise BudgetError("no plan in whole yuan meets the limits, though one in fractions does")
