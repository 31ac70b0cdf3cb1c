"""The live master programme: proposes moves, learns from the draws what they cost, and again.

The master knows the limits on the moves and planes below the cost; it never has a row per draw.
Each round it proposes moves (its cost is a proven lower bound), the draws say what those moves
really cost (an upper bound) and give new planes that touch the cost there. The two bounds meet.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from model.allocation import lp
from model.allocation.models import master_model
from model.allocation.problem import Arc, Problem, limits
from model.allocation.solver import Live
from model.allocation.surface import MeanCut, Surface, make_surface, money_box
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray

_GRID = 4  # planes for each account's expected unpaid before the first round
_ROUNDS = 2_000
_HOLD = "hold_cost__optimum"


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
    """

    problem: Problem
    surface: Surface = field(init=False)
    model: lp.Model = field(init=False)
    live: Live = field(init=False)
    iterations: int = field(init=False, default=0)
    _n_tails: int = field(init=False, default=0)
    _slopes: dict[str, set[float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        low, high = money_box(self.problem)
        self.surface = make_surface(self.problem, low, high)
        self.model = master_model(self.problem)
        self.live = Live(self.model.lp)
        for share in np.linspace(0.0, 1.0, _GRID):
            self._add(self.surface.mean_cuts(low + share * (high - low))[1])
        self.ask(self.problem.budget_yuan.astype(np.float64))

    def adapt(self, problem: Problem) -> None:
        """Take other budgets and amounts; the planes found so far stay.

        Raises:
            ValueError: the planes do not hold for this problem.
        """
        if not _same_claims(problem, self.problem):
            raise ValueError("this search has planes of other accounts, arcs, claims or weights")
        self.problem = self.model.problem = problem
        self._widen(problem)
        for account, i in problem.index.items():
            name = f"money_after__{self.model.ids[account]}"
            self.live.set_right_side(name, int(problem.budget_yuan[i]) / WAN)
        for limit in limits(problem):
            self.live.set_right_side(limit.name, limit.amount_yuan / WAN)

    def _widen(self, problem: Problem) -> None:
        """Make the draws ready for more money or less, where the box does not hold it."""
        low, high = money_box(problem)
        if self.surface.covers(low, high):
            return
        # With room on both sides: the next account's question is usually of the same size.
        room = max(float((self.surface.low - low).max()), float((high - self.surface.high).max()))
        low, high = np.minimum(low, self.surface.low), np.maximum(high, self.surface.high)
        self.surface = make_surface(problem, low - room, high + room)

    def ask(self, money: FloatArray) -> float:
        """The true cost at this money in yuan; its planes join the master."""
        value, cuts = self.surface.mean_cuts(money)
        self._add(cuts)
        if self.problem.worst_weight > 0:
            tail, cut = self.surface.tail_cut(money)
            value += self.problem.worst_weight * tail
            self._n_tails += 1
            self.live.add(lp.tail_cut(self.model, cut), f"tail_cut__{self._n_tails}")
        return value

    def _add(self, cuts: list[MeanCut]) -> None:
        for cut in cuts:
            # A convex curve has one supporting plane of each slope: known slope, known plane.
            known = self._slopes.setdefault(cut.account, set())
            if cut.slope not in known:
                known.add(cut.slope)
                name = f"mean_cut__{self.model.ids[cut.account]}__{len(known)}"
                self.live.add(lp.mean_cut(self.model, cut), name)

    def money(self) -> FloatArray:
        """The money after of the last solve in yuan, in the order of the problem's accounts."""
        variables = [self.model.money[account] for account in self.problem.accounts]
        return self.live.values(variables) * WAN

    def moved(self) -> dict[Arc, float]:
        """What the last solve moves on each arc, in yuan."""
        amounts = self.live.values(list(self.model.moved.values())) * WAN
        return dict(zip(self.model.moved, amounts.tolist(), strict=True))

    def least_cost(self, gap_yuan: float) -> Optimum | None:
        """The optimum with both bounds at most `gap_yuan` apart; None if no plan is allowed."""
        self.live.minimise(lp.master_cost(self.model))
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
            if best - lower <= gap_yuan:
                return Optimum(lower_yuan=lower, upper_yuan=best, money_yuan=best_money)
        raise BudgetError(f"{_ROUNDS} rounds left a gap of {best - lower:,.0f} yuan")

    def cheapest_moves(self, held_yuan: float, maximum_yuan: float) -> dict[Arc, float]:
        """The moves that are cheapest to approve, with a true cost of at most the maximum, in yuan.

        The master, whose cost lies below the true one, is held to `held_yuan`, a little less
        than the maximum: the true cost then comes within it.
        """
        self._hold_cost(held_yuan)
        self.live.minimise(lp.moves_price(self.model))
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
            self.live.set_right_side(_HOLD, maximum_yuan / WAN)
        else:
            self.live.add(lp.hold_cost(self.model, maximum_yuan), _HOLD)


def _same_claims(one: Problem, other: Problem) -> bool:
    return (
        (one.accounts, one.worst_share, one.worst_weight)
        == (other.accounts, other.worst_share, other.worst_weight)
        and set(one.arcs) == set(other.arcs)
        and np.array_equal(one.committed_yuan, other.committed_yuan)
        and np.array_equal(one.weights, other.weights)
        # The same memory, not equal numbers: comparing millions of draws each time would cost
        # more than solving.
        and one.demand.shape == other.demand.shape
        and np.may_share_memory(one.demand, other.demand)
    )
