"""The live master programme: proposes moves, learns from the draws what they cost, and again.

The master knows the limits on the moves and planes below the cost; it never has a row per draw.
Each round it proposes moves (its cost is a proven lower bound), the draws say what those moves
really cost (an upper bound) and give new planes that touch the cost there. The two bounds meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from model.allocation import lp, lp_planes
from model.allocation.limits import limits
from model.allocation.problem import Arc, Problem
from model.allocation.solver import Live
from model.allocation.surface import MeanCut, Surface, TailCut, make_surface, money_box
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray
from model.years import same_years

_GRID = 4  # planes for each account's expected unpaid before the first round
_ROUNDS = 2_000
_HOLD = "hold_cost__optimum"
_MOST_HELD = 1e5


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The least cost between two proven bounds, and money that reaches the upper one."""

    lower_yuan: float
    upper_yuan: float
    money_yuan: FloatArray

    @property
    def gap(self) -> float:
        """The distance of the bounds relative to the upper one."""
        return max(self.upper_yuan - self.lower_yuan, 0.0) / max(self.upper_yuan, 1.0)


@dataclass(slots=True)
class Search:
    """The master programme, its planes and the draws: solves again and again for one city.

    Budgets and amounts of limits may change between solves (`adapt`); accounts, arcs, claims
    and the weights of the objective may not, because the planes speak of them.

    Attributes:
        others: problems that differ from the first in their claims and committed money only.
        shares: of the first problem and the others, adding up to 1: the cost is then their mean;
            without shares it is that of the worst of them.
        planes: every plane found, with the world it belongs to.
    """

    problem: Problem
    others: tuple[Problem, ...] = ()
    shares: tuple[float, ...] | None = None
    surfaces: list[Surface] = field(init=False)
    master: lp_planes.Master = field(init=False)
    live: Live = field(init=False)
    iterations: int = field(init=False, default=0)
    planes: list[tuple[int, MeanCut | TailCut]] = field(init=False, default_factory=list)
    _known: set[tuple[int, str, float]] = field(init=False, default_factory=set)
    _held_unit: float = field(init=False, default=WAN)

    def __post_init__(self) -> None:
        low, high = money_box(self.problem)
        worlds = (self.problem, *self.others)
        self.surfaces = [make_surface(world, low, high) for world in worlds]
        self.master = lp_planes.master_model(self.problem, len(worlds), self.shares)
        self.live = Live(self.master.model.lp)
        for share in np.linspace(0.0, 1.0, _GRID):
            for k, surface in enumerate(self.surfaces):
                self._add(k, surface.mean_cuts(low + share * (high - low))[1])
        self.ask(self.problem.budget_yuan.astype(np.float64))

    def adapt(self, problem: Problem) -> None:
        """Take other budgets and amounts; the planes found so far stay.

        Raises:
            ValueError: the planes do not hold for this problem.
        """
        if not _same_claims(problem, self.problem):
            raise ValueError("this search has planes of other accounts, arcs, claims or weights")
        self.problem = self.master.model.problem = problem
        self._widen(problem)
        for account, i in problem.index.items():
            name = f"money_after__{self.master.model.ids[account]}"
            self.live.set_right_side(name, int(problem.budget_yuan[i]) / WAN)
        for limit in limits(problem):
            self.live.set_right_side(limit.name, limit.amount_yuan / WAN)

    def _widen(self, problem: Problem) -> None:
        """Make the draws ready for more money or less, where the box does not hold it."""
        low, high = money_box(problem)
        known = self.surfaces[0]
        if known.covers(low, high):
            return
        # With room on both sides: the next account's question is usually of the same size.
        room = max(float((known.low - low).max()), float((high - known.high).max()))
        low, high = np.minimum(low, known.low) - room, np.maximum(high, known.high) + room
        self.surfaces = [make_surface(world, low, high) for world in (problem, *self.others)]

    def ask(self, money: FloatArray) -> float:
        """The true cost at this money in yuan; its planes join the master."""
        costs = [self._ask_world(k, surface, money) for k, surface in enumerate(self.surfaces)]
        if self.shares is None:
            return max(costs)
        return sum(share * cost for share, cost in zip(self.shares, costs, strict=True))

    def _ask_world(self, world: int, surface: Surface, money: FloatArray) -> float:
        value, cuts = surface.mean_cuts(money)
        self._add(world, cuts)
        if self.problem.worst_weight > 0:
            tail, cut = surface.tail_cut(money)
            value += self.problem.worst_weight * tail
            self._take(world, cut)
        return value

    def _add(self, world: int, cuts: list[MeanCut]) -> None:
        for cut in cuts:
            # A convex curve has one supporting plane of each slope: known slope, known plane.
            key = (world, cut.account, cut.slope)
            if key not in self._known:
                self._known.add(key)
                self._take(world, cut)

    def _take(self, world: int, cut: MeanCut | TailCut) -> None:
        self.planes.append((world, cut))
        add_plane(self.live, self.master, len(self.planes), self.planes[-1])

    def money(self) -> FloatArray:
        """The money after of the last solve in yuan, in the order of the problem's accounts."""
        return money_in(self.live, self.master)

    def moved(self) -> dict[Arc, float]:
        """What the last solve moves on each arc, in yuan."""
        variables = self.master.model.moved
        amounts = self.live.values(list(variables.values())) * WAN
        return dict(zip(variables, amounts.tolist(), strict=True))

    def least_cost(self, gap_yuan: float, relative_gap: float = 0.0) -> Optimum | None:
        """The optimum with its bounds within either gap; None if no plan is allowed."""
        self.live.minimise(lp_planes.master_cost(self.master))
        best, best_money = np.inf, self.problem.budget_yuan.astype(np.float64)
        for _ in range(_ROUNDS):
            self.iterations += 1
            if not self.live.solve():
                return None
            lower, money = self.live.objective() * WAN, self.money()
            # Planes halfway to the best money known halve the rounds of a large city. Not in the
            # first one: the budgets themselves need not be within the limits.
            halfway = (best_money + money) / 2
            for at in (halfway, money) if best < np.inf else (money,):
                value = self.ask(at)
                if value < best:
                    best, best_money = value, at
            if best - lower <= max(gap_yuan, relative_gap * lower):
                return Optimum(lower_yuan=lower, upper_yuan=best, money_yuan=best_money)
        raise BudgetError(f"{_ROUNDS} rounds left a gap of {best - lower:,.0f} yuan")

    def cheapest_moves(self, held_yuan: float, maximum_yuan: float) -> dict[Arc, float]:
        """The moves that are cheapest to approve, with a true cost of at most the maximum, in yuan.

        The master, whose cost lies below the true one, is held to `held_yuan`, a little less
        than the maximum: the true cost then comes within it.
        """
        self._hold_cost(held_yuan)
        self.live.minimise(lp.moves_price(self.master.model))
        try:
            return self._moves_within(maximum_yuan)
        finally:
            self._hold_cost(np.inf)

    def _moves_within(self, maximum_yuan: float) -> dict[Arc, float]:
        for _ in range(_ROUNDS):
            self.iterations += 1
            if not self.live.solve():
                raise BudgetError("the optimum that was found can not be held")
            if self.ask(self.money()) <= maximum_yuan:
                return self.moved()
        raise BudgetError(f"{_ROUNDS} rounds did not hold the optimum")

    def _hold_cost(self, maximum_yuan: float) -> None:
        if self.live.has(_HOLD):
            self.live.set_right_side(_HOLD, maximum_yuan / self._held_unit)
            return
        # A larger unit where 万元 would leave no digits for the solver's tolerance.
        self._held_unit = max(maximum_yuan / _MOST_HELD, WAN)
        cost = lp_planes.master_cost(self.master) * (WAN / self._held_unit)
        self.live.add(cost <= maximum_yuan / self._held_unit, _HOLD)


def add_plane(
    live: Live, master: lp_planes.Master, number: int, plane: tuple[int, MeanCut | TailCut]
) -> None:
    """Give a plane to a master inside a solver."""
    world, cut = plane
    if isinstance(cut, MeanCut):
        name = f"mean_cut__{master.model.ids[cut.account]}__{number}"
        live.add(lp_planes.mean_cut(master, cut, world), name)
    else:
        live.add(lp_planes.tail_cut(master, cut, world), f"tail_cut__{number}")


def money_in(live: Live, master: lp_planes.Master) -> FloatArray:
    """The money after of a master's last solve in yuan, in the order of the accounts."""
    variables = [master.model.money[account] for account in master.problem.accounts]
    return live.values(variables) * WAN


def _same_claims(one: Problem, other: Problem) -> bool:
    return (
        (one.accounts, one.worst_share, one.worst_weight)
        == (other.accounts, other.worst_share, other.worst_weight)
        and set(one.arcs) == set(other.arcs)
        and one.payments is other.payments
        and one.cautions == other.cautions
        and np.array_equal(one.committed_yuan, other.committed_yuan)
        and np.array_equal(one.weights, other.weights)
        and same_years(one.demand, other.demand)
    )
