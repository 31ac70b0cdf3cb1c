"""Plans that people can carry out: whole steps, few transfers, light approvals; and other plans.

An integer programme over the planes of the search: it proposes whole steps (its cost is a proven
lower bound), the draws say what they cost, and the new planes go to both programmes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pulp

from model.allocation import lp, lp_options, lp_planes
from model.allocation.cuts import GAP_YUAN, RELATIVE_GAP
from model.allocation.limits import keeps
from model.allocation.plan import Transfer, budgets_after, cost, limits_used
from model.allocation.problem import Arc, Problem
from model.allocation.search import Search, add_plane, money_in
from model.allocation.solver import Live
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray

MOST_MOVES = 5
N_DIFFERENT = 3
N_POINTS = 8
MOST_ARCS = 24  # of more arcs that can help ...
CHOSEN_ARCS = 8  # ... only the most promising are looked at
TRIED_PARTS = (0.1, 0.3, 0.6, 1.0)
_ROUNDS = 1_000
_HOLD = "hold_cost__option"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """The best plan in whole steps with at most so many transfers and only some approvals.

    No such plan costs less than `lower_bound_yuan`; this one costs `objective_yuan`: at most
    max(1e-6, 1万元) more than the best, for which it is the cheapest to approve. Where more than
    `MOST_ARCS` arcs could help, only the most promising were tried, and the bound is that of all
    plans, with any number of transfers.

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
        nearest: the distance from the nearest of them.
        promise: what each arc that can help saves by itself, in yuan; 0 for all where there are
            few enough to be looked at together.
        bound_yuan: no plan of the problem costs less; only where there are more.
        allowed: how many transfers, and of which approvals.
    """

    search: Search
    others: list[tuple[Transfer, ...]] = field(default_factory=list)
    rows: lp_options.Steps = field(init=False)
    live: Live = field(init=False)
    nearest: pulp.LpVariable | None = field(init=False, default=None)
    promise: dict[Arc, float] = field(init=False)
    bound_yuan: float | None = field(init=False, default=None)
    allowed: tuple[int, tuple[str, ...]] = field(init=False, default=(MOST_MOVES, ()))
    known: int = 0

    def __post_init__(self) -> None:
        self.promise = promise_of_arcs(self.search)
        if len(self.promise) > MOST_ARCS:
            least = self.search.least_cost(GAP_YUAN / 4)
            self.bound_yuan = None if least is None else least.lower_yuan
        self.rows = lp_options.new_steps(lp_planes.master_model(self.search.problem))
        lp_options.add_whole_steps(self.rows)
        lp_options.tighten_limits(self.rows)
        lp_options.add_used_arc(self.rows)
        lp_options.add_few_transfers(self.rows, MOST_MOVES)
        row = lp_planes.hold_cost(self.rows.master, 0.0)
        self.rows.lp.addConstraint(row, _HOLD)
        if self.others:
            after = [budgets_after(self.search.problem, other) for other in self.others]
            self.nearest = lp_options.add_distance(self.rows, after)
        self.live = Live(self.rows.lp)
        self.live.leave_gap(0.0)
        self.hold(np.inf)

    def hold(self, maximum_yuan: float) -> None:
        """Hold the cost as the master sees it to a maximum."""
        self.live.set_right_side(_HOLD, maximum_yuan / WAN)

    def allow(self, most_moves: int, approvals: tuple[str, ...]) -> None:
        """Allow so many transfers, of these approvals only, along the most promising arcs."""
        self.allowed = most_moves, approvals
        self.live.set_right_side(lp_options.FEW, most_moves)
        arcs = [arc for arc in self.promise if arc.approval in approvals]
        if len(self.promise) > MOST_ARCS:
            arcs = [arc for arc in arcs if self.promise[arc] > 0][:CHOSEN_ARCS]
        chosen = set(arcs)
        for arc, used in self.rows.used.items():
            self.live.set_bounds(used, 0.0, float(arc in chosen))

    def take_planes(self) -> None:
        """Take over the planes that the search has found since the last time."""
        for number in range(self.known, len(self.search.planes)):
            add_plane(self.live, self.rows.master, number, self.search.planes[number])
        self.known = len(self.search.planes)

    def solve(self) -> tuple[Transfer, ...] | None:
        """The steps of the best solution by the planes known, as transfers; None without any."""
        self.take_planes()
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
    lighter: dict[int, Option] = {}
    for n in range(1, len(used) + 1):
        options = _one_weight(programme, tuple(used[:n]), lighter, most_moves)
        lighter = {option.most_moves: option for option in options}
        found += options
    return tuple(found)


def _one_weight(
    programme: _Programme, approvals: tuple[str, ...], lighter: Mapping[int, Option], most: int
) -> list[Option]:
    """The options of one set of approvals, for each number of transfers up to the most.

    What any number of transfers can reach is found first: where fewer or lighter ones come as
    close as the tolerance, no more is looked for. That a further one does not help says nothing
    of two further ones: one may make room for the other.
    """
    last = best_option(programme, most, approvals)
    if last is None:
        return []
    found: list[Option] = []
    for k in range(most + 1):
        known = [*found[-1:], *([lighter[k]] if k in lighter else [])]
        option = _as_good(known, last) or (last if k == most else None)
        if option is None:
            option = best_option(programme, k, approvals)
            if option is None:
                continue
            option = _as_good(known, option) or option
        saved = found[-1].objective_yuan - option.objective_yuan if found else 0.0
        found.append(replace(option, most_moves=k, approvals=approvals, saved_yuan=saved))
    return found


def _as_good(known: list[Option], option: Option) -> Option | None:
    """The best of those known, if the option saves no more than noise; with the option's bound.

    An option is at most three quarters of the tolerance above the best, so this one keeps it, too.
    """
    best = min(known, key=lambda each: each.objective_yuan, default=None)
    if best is None:
        return None
    saved = best.objective_yuan - option.objective_yuan
    if saved > tolerance(option.objective_yuan) / 4:
        return None
    return replace(best, lower_bound_yuan=option.lower_bound_yuan)


def idle_arcs(search: Search) -> set[tuple[str, str]]:
    """The arcs, as giver and receiver, by which no plan gets better: they only add ways to search.

    Their receiver is never short, whatever it gives, and needs nothing for a limit; and no domain
    is relieved by them: one that the giver lies in holds the receiver, too.
    """
    problem, surface = search.problem, search.surfaces[0]
    needs = {floor.account for floor in problem.floors}
    needs |= {account for group in problem.group_floors for account in group.accounts}
    for account, curve in zip(problem.accounts, surface.curves, strict=True):
        if curve.slope[0] < 0:
            needs.add(account)
    domains = [set(limit.accounts) for limit in problem.domain_limits]

    def relieves(giver: str, receiver: str) -> bool:
        return any(giver in domain and receiver not in domain for domain in domains)

    arcs = {(arc.giver, arc.receiver) for arc in problem.arcs}
    return {arc for arc in arcs if arc[1] not in needs and not relieves(*arc)}


def promise_of_arcs(search: Search) -> dict[Arc, float]:
    """The arcs that can help; of more than `MOST_ARCS` what each saves alone, the most first."""
    idle = idle_arcs(search)
    arcs = [arc for arc in search.problem.arcs if (arc.giver, arc.receiver) not in idle]
    if len(arcs) <= MOST_ARCS:
        return dict.fromkeys(arcs, 0.0)
    falls = {arc: _fall_alone(search, arc) for arc in arcs}
    arcs.sort(key=lambda arc: (-falls[arc], arc.price, arc.giver, arc.receiver))
    return {arc: falls[arc] for arc in arcs}


def _fall_alone(search: Search, arc: Arc) -> float:
    """How far the cost falls by one transfer along an arc, of parts of what may leave its giver."""
    problem, surface = search.problem, search.surfaces[0]

    def cost_at(yuan: float) -> float:
        money = problem.budget_yuan.astype(np.float64)
        money[problem.index[arc.giver]] -= yuan
        money[problem.index[arc.receiver]] += yuan
        return surface.mean_cuts(money)[0] + problem.worst_weight * surface.tail_cut(money)[0]

    most = float(problem.may_leave_yuan[problem.index[arc.giver]])
    return round(cost_at(0.0) - min(cost_at(part * most) for part in TRIED_PARTS))


def tolerance(cost_yuan: float) -> float:
    """What is given up of a cost for moves that are cheaper to approve, in yuan."""
    return max(RELATIVE_GAP * cost_yuan, GAP_YUAN)


def best_option(
    programme: _Programme, most_moves: int, approvals: tuple[str, ...]
) -> Option | None:
    """The best plan in whole steps with so many transfers; None if none is within the limits."""
    problem = programme.search.problem
    programme.allow(most_moves, approvals)
    found = _least(programme)
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
        lower_bound_yuan=lower if programme.bound_yuan is None else programme.bound_yuan,
        saved_yuan=0.0,
    )


def _least(programme: _Programme) -> tuple[float, float, tuple[Transfer, ...]] | None:
    """The least cost between two bounds, and transfers that reach the upper one.

    Parts of steps and of arcs are allowed first: their planes cost milliseconds, and few rounds in
    whole steps are left.
    """
    least = _learn_in_parts(programme)
    if least is None:
        return None
    off = tolerance(least) / 2
    best = np.inf
    kept: tuple[Transfer, ...] = ()
    for _ in range(_ROUNDS):
        _minimise_cost_then_price(programme, off)
        transfers = programme.solve()
        if transfers is None:
            return None
        lower = max(programme.live.objective() * WAN - off, least)
        value = programme.ask(transfers)
        if value < best:
            best, kept = value, transfers
        if best - lower <= off + tolerance(best) / 4:
            return lower, best, kept
        _learn_around(programme, transfers)
    raise BudgetError(f"{_ROUNDS} rounds left a gap of {best - lower:,.0f} yuan")


def _learn_around(programme: _Programme, transfers: tuple[Transfer, ...]) -> None:
    """Find the planes around the best plan along the same arcs, before others are tried."""
    used = {(transfer.giver, transfer.receiver) for transfer in transfers}
    for arc, variable in programme.rows.used.items():
        programme.live.set_bounds(variable, 0.0, float((arc.giver, arc.receiver) in used))
    try:
        _learn_in_parts(programme)
    finally:
        programme.allow(*programme.allowed)


def _minimise_cost_then_price(programme: _Programme, off: float) -> None:
    """Minimise the cost, and among all but equal plans the price of the moves.

    Args:
        off: the yuan that the price can add to the cost at most.
    """
    master = programme.rows.master
    price = lp.moves_price(master.model)
    most = sum(
        weight * programme.rows.most[arc] * programme.rows.unit_yuan[arc] / WAN
        for arc, weight in zip(master.model.arcs, price.values(), strict=True)
    )
    terms = dict(lp_planes.master_cost(master))
    terms |= {variable: weight * off / WAN / max(most, 1.0) for variable, weight in price.items()}
    programme.live.minimise(terms)


def _learn_in_parts(programme: _Programme) -> float | None:
    """The least cost in parts of steps, from below, and its planes; None if there is no plan."""
    whole = [*programme.rows.steps.values(), *programme.rows.used.values()]
    programme.live.minimise(lp_planes.master_cost(programme.rows.master))
    programme.live.relax(whole, whole=False)
    try:
        best = np.inf
        for _ in range(_ROUNDS):
            programme.take_planes()
            if not programme.live.solve():
                return None
            lower = programme.live.objective() * WAN
            best = min(best, programme.search.ask(money_in(programme.live, programme.rows.master)))
            if best - lower <= tolerance(best) / 4:
                return lower
        raise BudgetError(f"{_ROUNDS} rounds left a gap of {best - lower:,.0f} yuan")
    finally:
        programme.live.relax(whole, whole=True)


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
        for moved in sorted({most * i / (n_points - 1) for i in range(n_points)}):
            search.live.set_right_side(lp_options.MOST, moved / WAN)
            optimum = search.least_cost(GAP_YUAN / 4)
            if optimum is not None:
                found.append(_point(search, moved, optimum.upper_yuan, optimum.money_yuan))
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

    The difference of two plans is the sum over the accounts of how far their money lies apart;
    each plan is as far as can be from the nearest of those before it. They have at most
    `MOST_MOVES` transfers, none of them idle. Fewer than `n` where the slack leaves no other
    plan, and none where more than `MOST_ARCS` arcs could help.
    """
    problem = search.problem
    if len(promise_of_arcs(search)) > MOST_ARCS:
        return ()  # how far plans can lie apart takes minutes to prove there
    maximum = best.objective_yuan + slack_yuan(best.objective_yuan, unpaid_before_yuan)
    known = [best.transfers]
    found: list[DifferentPlan] = []
    for _ in range(n):
        transfers = _farthest(search, known, maximum)
        if transfers is None or min(_apart(problem, transfers, other) for other in known) == 0:
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
    """Transfers within the maximum whose money is the farthest from the nearest of plans known."""
    programme = _Programme(search, known)
    programme.allow(MOST_MOVES, tuple({arc.approval for arc in search.problem.arcs}))
    programme.hold(maximum_yuan)
    assert programme.nearest is not None
    programme.live.minimise({programme.nearest: -1.0})
    transfers = _within(programme, maximum_yuan)
    return None if transfers is None else _as_light(programme, transfers)


def _as_light(programme: _Programme, transfers: tuple[Transfer, ...]) -> tuple[Transfer, ...]:
    """The transfers that are the cheapest to approve and leave every account the same money."""
    problem, model = programme.search.problem, programme.rows.master.model
    after = budgets_after(problem, transfers) / WAN
    for account, money in model.money.items():
        held = float(after[problem.index[account]])
        programme.live.set_bounds(money, held, held)
    programme.live.minimise(lp.moves_price(model))
    return programme.solve() or transfers


def _apart(problem: Problem, one: tuple[Transfer, ...], other: tuple[Transfer, ...]) -> int:
    return int(np.abs(budgets_after(problem, one) - budgets_after(problem, other)).sum())
