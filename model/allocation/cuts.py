"""The least cost over any number of draws, by cutting planes over a small master programme.

The master knows the limits on the moves and planes below the cost; it never has a row per draw.
Each round it proposes moves (its cost is a proven lower bound), the draws say what those moves
really cost (an upper bound) and give new planes that touch the cost there. The two bounds meet.

Payments need no variables of their own. Given the money, the best payment in a draw pays each
account's claims until they are met or its money is gone, because no account's payment touches
another's limits: unpaid = max(demand + committed - money, 0), account by account. A test holds
this against the programme that has a payment for each account and draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pulp

from model.allocation import lp
from model.allocation.plan import Plan, Transfer, budgets_after, cost
from model.allocation.problem import Problem, limits
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray, IntArray

RELATIVE_GAP = 1e-6
GAP_YUAN = 10_000.0
_BLOCK = 1 << 13
_GRID = 12  # planes for each account's expected unpaid before the first round
_ROUNDS = 2_000
_HOLD = "hold_cost__optimum"


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The weighted expected unpaid of one account as a function of its money in [low, high].

    Exact: `inside` are the sorted amounts owed between low and high, `beyond` sums them from
    the top down; draws that owe more than high are only counted and summed.
    """

    weight: float
    n: int
    inside: IntArray
    beyond: IntArray
    n_above: int

    def plane(self, money: float) -> tuple[float, float]:
        """Value and slope at this money."""
        place = int(np.searchsorted(self.inside, money, side="right"))
        count = len(self.inside) - place + self.n_above
        scale = self.weight / self.n
        return scale * (float(self.beyond[place]) - count * money), -scale * count


def make_curve(owed: IntArray, weight: float, low: float, high: float) -> Curve:
    """The curve of one account from what it owes in every draw, for money in [low, high]."""
    inside = np.sort(owed[(owed > low) & (owed <= high)])
    above = owed[owed > high]
    beyond = np.append(np.cumsum(inside[::-1])[::-1], 0) + above.sum()
    return Curve(weight=weight, n=len(owed), inside=inside, beyond=beyond, n_above=len(above))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What the draws say about any money after in the box [low, high], ready to be asked.

    `owed` [account, draw] keeps only the draws that can be among the worst for some money in
    the box: those that are at least as bad at their worst corner as enough others are at
    their best one.
    """

    problem: Problem
    low: FloatArray
    high: FloatArray
    curves: tuple[Curve, ...]
    owed: FloatArray

    def covers(self, low: FloatArray, high: FloatArray) -> bool:
        """Whether the box contains another."""
        return bool(np.all(self.low <= low) and np.all(high <= self.high))

    def mean_cuts(self, money: FloatArray) -> tuple[float, list[lp.MeanCut]]:
        """The weighted expected unpaid, and a plane for each account, at this money."""
        total, cuts = 0.0, []
        rows = zip(self.problem.accounts, self.curves, money.tolist(), strict=True)
        for account, curve, yuan in rows:
            value, slope = curve.plane(yuan)
            total += value
            cuts.append(lp.MeanCut(account=account, slope=slope, level_yuan=value - slope * yuan))
        return total, cuts

    def tail_cut(self, money: FloatArray) -> tuple[float, lp.TailCut]:
        """The worst-share mean of U, and a plane that touches it, at this money."""
        weights = self.problem.weights
        unpaid = np.empty(self.owed.shape[1])
        for start in range(0, len(unpaid), _BLOCK):
            here = slice(start, start + _BLOCK)
            unpaid[here] = weights @ np.maximum(self.owed[:, here] - money[:, None], 0.0)
        size = self.problem.worst_share * len(self.problem.demand)
        boundary = _boundary(unpaid, size)
        worse, level = unpaid > boundary, unpaid == boundary
        # The atom at the boundary counts in part, shared evenly, as in risk.worst_share_mean.
        n_worse, n_level = np.count_nonzero(worse), np.count_nonzero(level)
        part = (size - n_worse) / n_level
        short_worse = np.count_nonzero(self.owed[:, worse] > money[:, None], axis=1)
        short_level = np.count_nonzero(self.owed[:, level] > money[:, None], axis=1)
        slopes = -weights * (short_worse + part * short_level) / size
        value = boundary + float(np.sum(unpaid[worse] - boundary)) / size
        return value, lp.TailCut(slopes=slopes, level_yuan=value - slopes @ money)


def _boundary(unpaid: FloatArray, size: float) -> float:
    rank = min(max(int(np.ceil(size - 1e-9)), 1), len(unpaid))
    return float(np.partition(unpaid, len(unpaid) - rank)[len(unpaid) - rank])


def make_surface(problem: Problem, low: FloatArray, high: FloatArray) -> Surface:
    """Sort the draws of each account and set aside those that can never be among the worst."""
    curves = tuple(
        make_curve(problem.demand[:, i] + committed, float(problem.weights[i]), low[i], high[i])
        for i, committed in enumerate(problem.committed_yuan.tolist())
    )
    return Surface(
        problem=problem, low=low, high=high, curves=curves, owed=_tail_draws(problem, low, high)
    )


def _tail_draws(problem: Problem, low: FloatArray, high: FloatArray) -> FloatArray:
    n = len(problem.demand)
    worst, best = np.empty(n), np.empty(n)
    for start in range(0, n, _BLOCK):
        here = slice(start, start + _BLOCK)
        owed = problem.demand[here] + problem.committed_yuan
        worst[here] = np.maximum(owed - low, 0) @ problem.weights
        best[here] = np.maximum(owed - high, 0) @ problem.weights
    # A thousandth of a yuan lower: sums of floats may differ by their order.
    enough = _boundary(best, problem.worst_share * n) - 1e-3
    rows = np.flatnonzero(worst >= enough)
    owed = problem.demand[rows] + problem.committed_yuan
    return np.ascontiguousarray(owed.T, dtype=np.float64)


def money_box(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """The least and the most money that the moves can leave each account with."""
    low = problem.budget_yuan.astype(np.float64)
    high = low.copy()
    column = problem.index
    givers: dict[str, set[str]] = {}
    for arc in problem.arcs:
        givers.setdefault(arc.receiver, set()).add(arc.giver)
    for account in {arc.giver for arc in problem.arcs}:
        low[column[account]] -= problem.may_leave_yuan[column[account]]
    for receiver, its_givers in givers.items():
        high[column[receiver]] += sum(int(problem.may_leave_yuan[column[g]]) for g in its_givers)
    return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """The least cost between two proven bounds, and money that reaches the upper one."""

    lower_yuan: float
    upper_yuan: float
    money_yuan: FloatArray


@dataclass(slots=True)
class Search:
    """The master programme, its planes and the draws: solves again and again for one city.

    Budgets and amounts of limits may change between solves (`adapt`); accounts, arcs, claims
    and the weights of the objective may not, because the planes speak of them.
    """

    problem: Problem
    surface: Surface = field(init=False)
    live: lp.Live = field(init=False)
    iterations: int = field(init=False, default=0)
    _n_tails: int = field(init=False, default=0)
    _slopes: dict[str, set[float]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        low, high = money_box(self.problem)
        self.surface = make_surface(self.problem, low, high)
        self.live = lp.Live(lp.master_model(self.problem))
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
        self.problem = self.live.model.problem = problem
        low, high = money_box(problem)
        if not self.surface.covers(low, high):
            # With room on both sides: the next account's question is usually of the same size.
            room = max(
                float((self.surface.low - low).max()), float((high - self.surface.high).max())
            )
            low, high = np.minimum(low, self.surface.low), np.maximum(high, self.surface.high)
            self.surface = make_surface(problem, low - room, high + room)
        for account, i in problem.index.items():
            name = f"money_after__{self.live.model.ids[account]}"
            self.live.set_right_side(name, int(problem.budget_yuan[i]) / WAN)
        for limit in limits(problem):
            self.live.set_right_side(limit.name, limit.amount_yuan / WAN)

    def ask(self, money: FloatArray) -> float:
        """The true cost at this money in yuan; its planes join the master."""
        value, cuts = self.surface.mean_cuts(money)
        self._add(cuts)
        if self.problem.worst_weight > 0:
            tail, cut = self.surface.tail_cut(money)
            value += self.problem.worst_weight * tail
            self._n_tails += 1
            self.live.add(lp.tail_cut(self.live.model, cut), f"tail_cut__{self._n_tails}")
        return value

    def _add(self, cuts: list[lp.MeanCut]) -> None:
        for cut in cuts:
            # A convex curve has one supporting plane of each slope: known slope, known plane.
            known = self._slopes.setdefault(cut.account, set())
            if cut.slope not in known:
                known.add(cut.slope)
                name = f"mean_cut__{self.live.model.ids[cut.account]}__{len(known)}"
                self.live.add(lp.mean_cut(self.live.model, cut), name)

    def money(self) -> FloatArray:
        """The money after of the last solve in yuan, in the order of the problem's accounts."""
        variables = [self.live.model.money[account] for account in self.problem.accounts]
        return self.live.values(variables) * WAN

    def least_cost(self, gap_yuan: float) -> Optimum | None:
        """The optimum with both bounds at most `gap_yuan` apart; None if no plan is allowed."""
        self.live.minimise(lp.master_cost(self.live.model))
        best = np.inf
        best_money = self.problem.budget_yuan.astype(np.float64)
        for _ in range(_ROUNDS):
            self.iterations += 1
            if not self.live.solve():
                return None
            lower, money = self.live.objective() * WAN, self.money()
            value = self.ask(money)
            if value < best:
                best, best_money = value, money
            if best - lower <= gap_yuan:
                return Optimum(lower_yuan=lower, upper_yuan=best, money_yuan=best_money)
        raise BudgetError(f"{_ROUNDS} rounds left a gap of {best - lower:,.0f} yuan")

    def least_moves(self, objective: pulp.LpAffineExpression, maximum_yuan: float) -> None:
        """Minimise an objective on the moves until the true cost is at most the maximum."""
        self.live.minimise(objective)
        for _ in range(_ROUNDS):
            self.iterations += 1
            if not self.live.solve():
                raise BudgetError("the optimum that was found can not be held")
            if self.ask(self.money()) <= maximum_yuan:
                return
        raise BudgetError(f"{_ROUNDS} rounds did not hold the optimum")

    def hold_cost(self, maximum_yuan: float) -> None:
        """Hold the cost at a maximum; infinity sets it free."""
        if self.live.model.lp.get_constraint_by_name(_HOLD) is None:
            self.live.add(lp.hold_cost(self.live.model, maximum_yuan), _HOLD)
        else:
            self.live.set_right_side(_HOLD, maximum_yuan / WAN)


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


def solve(problem: Problem, search: Search | None = None) -> Plan:
    """The plan of least cost; within the tolerance the cheapest to approve; then by id.

    The tolerance is max(1e-6 of the cost, 1 万元): `objective_after` exceeds the proven lower
    bound by no more, but for the yuan of rounding.

    Where no plan meets the limits, the plan moves nothing and its clashes say why.

    A search made for a like problem can be handed in; its planes are used again, and may lead
    to another of the plans within the tolerance. A new search always leads to the same one.
    """
    search = search or Search(problem)
    search.adapt(problem)
    started = search.iterations
    before = cost(problem, problem.budget_yuan)
    optimum = search.least_cost(max(min(RELATIVE_GAP * before, GAP_YUAN) / 4, 1.0))
    if optimum is None:
        return _no_plan(problem, before)
    multipliers = {limit.name: search.live.multiplier(limit.name) for limit in limits(problem)}
    transfers = _cheapest_moves(search, optimum)
    after = budgets_after(problem, transfers)
    lower, upper = optimum.lower_yuan, optimum.upper_yuan
    return Plan(
        status="optimal",
        transfers=transfers,
        budget_after_yuan=after,
        objective_before=before,
        objective_after=cost(problem, after),
        objective_lower_bound=lower,
        objective_upper_bound=upper,
        gap=max(upper - lower, 0.0) / max(upper, 1.0),
        iterations=search.iterations - started,
        multipliers=multipliers,
    )


def _no_plan(problem: Problem, before: float) -> Plan:
    return Plan(
        status="infeasible",
        transfers=(),
        budget_after_yuan=problem.budget_yuan,
        objective_before=before,
        objective_after=before,
        objective_lower_bound=None,
        objective_upper_bound=None,
        gap=None,
        iterations=0,
        clashes=lp.find_clashes(problem),
    )


def _cheapest_moves(search: Search, optimum: Optimum) -> tuple[Transfer, ...]:
    """Hold the optimum within its tolerance and minimise the approval price, then the ids.

    The master holds a little less than the tolerance, so that the true cost, which lies above
    the master's, comes within it.
    """
    live, model = search.live, search.live.model
    tolerance = max(RELATIVE_GAP * optimum.lower_yuan, GAP_YUAN)
    search.hold_cost(optimum.lower_yuan + 0.5 * tolerance)
    search.least_moves(lp.moves_price(model), optimum.lower_yuan + 0.9 * tolerance)
    search.hold_cost(np.inf)
    moved = live.values([model.moved[arc] for arc in model.arcs]) * WAN
    whole = lp.whole_yuan(search.problem, dict(zip(model.arcs, moved.tolist(), strict=True)))
    return tuple(
        Transfer(
            giver=arc.giver, receiver=arc.receiver, amount_yuan=whole[arc], approval=arc.approval
        )
        for arc in model.arcs
        if arc in whole
    )
