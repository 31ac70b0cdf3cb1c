"""Plans that people can carry out: whole steps, few transfers, light approvals; and other plans.

An integer programme over the planes of the search: it proposes whole steps (its cost is a proven
lower bound), the draws say what they cost, and the new planes go to both programmes.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pulp

from model.allocation import lp, lp_options, lp_planes
from model.allocation.cuts import GAP_YUAN, RELATIVE_GAP
from model.allocation.limits import keeps
from model.allocation.plan import Transfer, budgets_after, cost, limits_used
from model.allocation.problem import Arc, Problem
from model.allocation.search import Search, add_plane
from model.allocation.solver import Live
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray

MOST_MOVES = 5
N_DIFFERENT = 3
N_POINTS = 8
_ROUNDS = 1_000
_HOLD = "hold_cost__option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """The best plan in whole steps with at most so many transfers and only some approvals.

    No such plan costs less than `lower_bound_yuan`; this one costs `objective_yuan`, at most
    max(1e-6, 1万元) more than the best, for which it is the cheapest to approve.

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


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """The least cost, and the expected unpaid money in it, when at most so much is moved."""

    moved_yuan: float
    objective_yuan: float
    expected_unpaid_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentPlan:
    """A plan almost as good as the best, and how far its money lies from the best plan's."""

    transfers: tuple[Transfer, ...]
    objective_yuan: float
    distance_yuan: int


@dataclass(slots=True)
class _Programme:
    """The integer master beside a search, inside the solver; it takes over the search's planes.

    Attributes:
        others: plans that the distance is measured from.
        distance: the variables whose sum is the distance from all of them.
    """

    search: Search
    others: list[tuple[Transfer, ...]] = field(default_factory=list)
    rows: lp_options.Steps = field(init=False)
    live: Live = field(init=False)
    distance: list[pulp.LpVariable] = field(init=False, default_factory=list)
    known: int = 0

    def __post_init__(self) -> None:
        self.rows = lp_options.new_steps(lp_planes.master_model(self.search.problem))
        lp_options.add_whole_steps(self.rows)
        lp_options.add_used_arc(self.rows)
        lp_options.add_few_transfers(self.rows, MOST_MOVES)
        row = lp_planes.hold_cost(self.rows.master, 0.0)
        self.rows.lp.addConstraint(row, _HOLD)
        problem = self.search.problem
        for number, other in enumerate(self.others):
            after = budgets_after(problem, other).tolist()
            money = dict(zip(problem.accounts, after, strict=True))
            self.distance += lp_options.add_apart(self.rows, number, money)
        self.live = Live(self.rows.lp)
        self.live.be_exact()
        self.hold(np.inf)

    def hold(self, maximum_yuan: float) -> None:
        """Hold the cost as the master sees it to a maximum."""
        self.live.set_right_side(_HOLD, maximum_yuan / WAN)

    def allow(self, most_moves: int, approvals: tuple[str, ...]) -> None:
        """Allow so many transfers, of these approvals only."""
        self.live.set_right_side(lp_options.FEW, most_moves)
        for arc, used in self.rows.used.items():
            self.live.set_bounds(used, 0.0, float(arc.approval in approvals))

    def solve(self) -> tuple[Transfer, ...] | None:
        """The steps of the best solution by the planes known, as transfers; None without any."""
        for number in range(self.known, len(self.search.planes)):
            add_plane(self.live, self.rows.master, number, self.search.planes[number])
        self.known = len(self.search.planes)
        if not self.live.solve():
            return None
        found = self.live.values(list(self.rows.steps.values())).tolist()
        counts = {arc: round(steps) for arc, steps in zip(self.rows.steps, found, strict=True)}
        return tuple(self._transfer(arc, count) for arc, count in counts.items() if count)

    def _transfer(self, arc: Arc, count: int) -> Transfer:
        return Transfer(
            giver=arc.giver,
            receiver=arc.receiver,
            amount_yuan=count * self.rows.unit_yuan[arc],
            approval=arc.approval,
        )

    def ask(self, transfers: tuple[Transfer, ...]) -> float:
        """The true cost of some transfers in yuan; its planes join the search."""
        money = budgets_after(self.search.problem, transfers).astype(np.float64)
        return self.search.ask(money)


def option_menu(
    search: Search, approvals: tuple[str, ...], most_moves: int = MOST_MOVES
) -> tuple[Option, ...]:
    """The best option for every number of transfers and every weight of approval.

    Args:
        approvals: from the lightest to the heaviest; each set of them holds all that are lighter.

    Options that no plan in whole steps within the limits can have are left out.
    """
    programme = _Programme(search)
    occurring = {arc.approval for arc in search.problem.arcs}
    used = [approval for approval in approvals if approval in occurring]
    found: list[Option] = []
    for n in range(1, len(used) + 1):
        found += _one_weight(programme, tuple(used[:n]), most_moves)
    return tuple(found)


def _one_weight(programme: _Programme, approvals: tuple[str, ...], most_moves: int) -> list[Option]:
    """The options of one set of approvals, for each number of transfers."""
    found: list[Option] = []
    for k in range(most_moves + 1):
        if len(found) > 1 and len(found[-1].transfers) < found[-1].most_moves:
            same = found[-1]  # a transfer was left over already: no further one helps
            found.append(_again(same, k))
            continue
        option = best_option(programme, k, approvals)
        if option is None:
            continue
        if found:
            option = _no_worse(option, found[-1])
        found.append(option)
    return found


def _again(option: Option, most_moves: int) -> Option:
    return Option(
        most_moves=most_moves,
        approvals=option.approvals,
        transfers=option.transfers,
        objective_yuan=option.objective_yuan,
        lower_bound_yuan=option.lower_bound_yuan,
        saved_yuan=0.0,
    )


def _no_worse(option: Option, fewer: Option) -> Option:
    """The option; or the one with fewer transfers, where a further one saves no more than noise."""
    saved = fewer.objective_yuan - option.objective_yuan
    if saved <= tolerance(option.objective_yuan):
        return _again(fewer, option.most_moves)
    return Option(
        most_moves=option.most_moves,
        approvals=option.approvals,
        transfers=option.transfers,
        objective_yuan=option.objective_yuan,
        lower_bound_yuan=option.lower_bound_yuan,
        saved_yuan=saved,
    )


def tolerance(cost_yuan: float) -> float:
    """What is given up of a cost for moves that are cheaper to approve, in yuan."""
    return max(RELATIVE_GAP * cost_yuan, GAP_YUAN)


def best_option(
    programme: _Programme, most_moves: int, approvals: tuple[str, ...]
) -> Option | None:
    """The best plan in whole steps with so many transfers; None if none is within the limits."""
    problem = programme.search.problem
    programme.allow(most_moves, approvals)
    programme.live.minimise(lp_planes.master_cost(programme.rows.master))
    found = _least(programme)
    if found is None:
        return None
    lower, upper, transfers = found
    transfers = _cheapest(programme, transfers, upper + tolerance(upper) / 2)
    if any(not keeps(limit, used) for limit, used in limits_used(problem, transfers)):
        raise BudgetError("an option breaks its own limits")
    return Option(
        most_moves=most_moves,
        approvals=approvals,
        transfers=transfers,
        objective_yuan=cost(problem, budgets_after(problem, transfers)),
        lower_bound_yuan=lower,
        saved_yuan=0.0,
    )


def _least(programme: _Programme) -> tuple[float, float, tuple[Transfer, ...]] | None:
    """The least cost between two bounds, and transfers that reach the upper one."""
    best = np.inf
    kept: tuple[Transfer, ...] = ()
    for _ in range(_ROUNDS):
        transfers = programme.solve()
        if transfers is None:
            return None
        lower = programme.live.objective() * WAN
        value = programme.ask(transfers)
        if value < best:
            best, kept = value, transfers
        if best - lower <= tolerance(best) / 4:
            return lower, best, kept
    raise BudgetError(f"{_ROUNDS} rounds left a gap of {best - lower:,.0f} yuan")


def _cheapest(
    programme: _Programme, known: tuple[Transfer, ...], maximum_yuan: float
) -> tuple[Transfer, ...]:
    """The transfers that are cheapest to approve with a true cost of at most the maximum."""
    programme.hold(maximum_yuan)
    programme.live.minimise(lp.moves_price(programme.rows.master.model))
    try:
        return _within(programme, maximum_yuan) or known
    finally:
        programme.hold(np.inf)


def _within(programme: _Programme, maximum_yuan: float) -> tuple[Transfer, ...] | None:
    """The best solution whose true cost is within the maximum; None if there is none."""
    for _ in range(_ROUNDS):
        transfers = programme.solve()
        if transfers is None or programme.ask(transfers) <= maximum_yuan:
            return transfers
    raise BudgetError(f"{_ROUNDS} rounds found no plan within {maximum_yuan:,.0f} yuan")


# --- money moved against money unpaid ---


def frontier(search: Search, n_points: int = N_POINTS) -> tuple[FrontierPoint, ...]:
    """The least cost for several sums that may be moved at most, from nothing to what is best.

    Sums in which no plan is within the limits are left out.
    """
    best = search.least_cost(GAP_YUAN / 4)
    if best is None:
        return ()
    most = sum(search.cheapest_moves(best.upper_yuan + 1.0, best.upper_yuan + GAP_YUAN).values())
    if not search.live.has(lp_options.MOST):
        search.live.add(lp_options.moved_most(search.master, most), lp_options.MOST)
    found = []
    try:
        for share in np.linspace(0.0, 1.0, n_points):
            search.live.set_right_side(lp_options.MOST, share * most / WAN)
            optimum = search.least_cost(GAP_YUAN / 4)
            if optimum is not None:
                money = optimum.money_yuan
                found.append(_point(search, share * most, optimum.upper_yuan, money))
    finally:
        search.live.set_right_side(lp_options.MOST, np.inf)
    return tuple(found)


def _point(search: Search, moved: float, objective: float, money: FloatArray) -> FrontierPoint:
    unpaid, _ = search.surfaces[0].mean_cuts(money)
    return FrontierPoint(moved_yuan=moved, objective_yuan=objective, expected_unpaid_yuan=unpaid)


# --- other plans almost as good ---


def slack_yuan(best_yuan: float, unpaid_before_yuan: float) -> float:
    """How much more a plan may cost to be almost as good, in yuan."""
    return max(0.02 * best_yuan, 0.01 * unpaid_before_yuan, 1_000_000.0)


def different_plans(
    search: Search, best: Option, unpaid_before_yuan: float, n: int = N_DIFFERENT
) -> tuple[DifferentPlan, ...]:
    """Plans almost as good as the best that differ from it, and from each other, the most.

    The difference of two plans is the sum over the accounts of how far their money lies apart.
    They have at most `MOST_MOVES` transfers. Fewer than `n` where the slack leaves no other plan.
    """
    problem = search.problem
    maximum = best.objective_yuan + slack_yuan(best.objective_yuan, unpaid_before_yuan)
    known = [best.transfers]
    found: list[DifferentPlan] = []
    for _ in range(n):
        transfers = _farthest(search, known, maximum)
        if transfers is None or not _apart(problem, transfers, known[0]):
            break
        if min(_apart(problem, transfers, other) for other in known) == 0:
            break
        known.append(transfers)
        found.append(
            DifferentPlan(
                transfers=transfers,
                objective_yuan=cost(problem, budgets_after(problem, transfers)),
                distance_yuan=_apart(problem, transfers, best.transfers),
            )
        )
    return tuple(found)


def _farthest(
    search: Search, known: list[tuple[Transfer, ...]], maximum_yuan: float
) -> tuple[Transfer, ...] | None:
    """Transfers within the maximum whose money lies the farthest from that of all plans known."""
    programme = _Programme(search, known)
    programme.allow(MOST_MOVES, tuple({arc.approval for arc in search.problem.arcs}))
    programme.hold(maximum_yuan)
    programme.live.minimise(dict.fromkeys(programme.distance, -1.0))
    return _within(programme, maximum_yuan)


def _apart(problem: Problem, one: tuple[Transfer, ...], other: tuple[Transfer, ...]) -> int:
    return int(np.abs(budgets_after(problem, one) - budgets_after(problem, other)).sum())
