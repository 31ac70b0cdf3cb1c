"""The integer programme of moves in whole steps: a master inside the solver, and its optimum."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pulp

from model.allocation import lp, lp_options, lp_planes
from model.allocation.cuts import GAP_YUAN, RELATIVE_GAP
from model.allocation.plan import Transfer, budgets_after
from model.allocation.problem import Arc
from model.allocation.search import Search, add_plane, money_in
from model.allocation.solver import Live
from model.errors import BudgetError
from model.money import WAN

_ROUNDS = 1_000
_HOLD = "hold_cost__option"


@dataclass(slots=True)
class StepProgramme:
    """The integer master beside a search, inside the solver; it takes over the search's planes.

    Attributes:
        others: plans that the distance is measured from.
        nearest: the distance from the nearest of them.
        allowed: how many transfers, and along which arcs.
    """

    search: Search
    others: list[tuple[Transfer, ...]] = field(default_factory=list)
    rows: lp_options.Steps = field(init=False)
    live: Live = field(init=False)
    nearest: pulp.LpVariable | None = field(init=False, default=None)
    allowed: tuple[int, frozenset[Arc]] = field(init=False)
    known: int = 0

    def __post_init__(self) -> None:
        self.rows = lp_options.new_steps(lp_planes.master_model(self.search.problem))
        lp_options.add_whole_steps(self.rows)
        lp_options.tighten_limits(self.rows)
        lp_options.add_used_arc(self.rows)
        lp_options.add_few_transfers(self.rows, len(self.rows.used))
        row = lp_planes.hold_cost(self.rows.master, 0.0)
        self.rows.lp.addConstraint(row, _HOLD)
        if self.others:
            after = [budgets_after(self.search.problem, other) for other in self.others]
            self.nearest = lp_options.add_distance(self.rows, after)
        self.live = Live(self.rows.lp)
        self.live.leave_gap(0.0)
        self.hold(np.inf)
        self.allow(len(self.rows.used), frozenset(self.rows.used))

    def hold(self, maximum_yuan: float) -> None:
        """Hold the cost as the master sees it to a maximum."""
        self.live.set_right_side(_HOLD, maximum_yuan / WAN)

    def allow(self, most_moves: int, arcs: frozenset[Arc]) -> None:
        """Allow so many transfers, along these arcs only."""
        self.allowed = most_moves, arcs
        self.live.set_right_side(lp_options.FEW, most_moves)
        for arc, used in self.rows.used.items():
            self.live.set_bounds(used, 0.0, float(arc in arcs))

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


def tolerance(cost_yuan: float) -> float:
    """What is given up of a cost for moves that are cheaper to approve, in yuan."""
    return max(RELATIVE_GAP * cost_yuan, GAP_YUAN)


def least_in_steps(
    programme: StepProgramme,
) -> tuple[float, float, tuple[Transfer, ...]] | None:
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


def _learn_around(programme: StepProgramme, transfers: tuple[Transfer, ...]) -> None:
    """Find the planes around the best plan along the same arcs, before others are tried."""
    used = {(transfer.giver, transfer.receiver) for transfer in transfers}
    for arc, variable in programme.rows.used.items():
        programme.live.set_bounds(variable, 0.0, float((arc.giver, arc.receiver) in used))
    try:
        _learn_in_parts(programme)
    finally:
        programme.allow(*programme.allowed)


def _minimise_cost_then_price(programme: StepProgramme, off: float) -> None:
    """Minimise the cost, and among all but equal plans the price of the moves.

    Args:
        off: the yuan that the price can add to the cost at most.
    """
    master = programme.rows.master
    price = lp.moves_price(master.model)
    highest = {
        master.model.moved[arc]: most * programme.rows.unit_yuan[arc] / WAN
        for arc, most in programme.rows.most.items()
    }
    for caution in master.problem.cautions:
        if caution.account in master.model.harm:
            highest[master.model.harm[caution.account]] = max(caution.harm_yuan) / WAN
    most = sum(weight * highest[variable] for variable, weight in price.items())
    terms = dict(lp_planes.master_cost(master))
    terms |= {variable: weight * off / WAN / max(most, 1.0) for variable, weight in price.items()}
    programme.live.minimise(terms)


def _learn_in_parts(programme: StepProgramme) -> float | None:
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


def within(programme: StepProgramme, maximum_yuan: float) -> tuple[Transfer, ...] | None:
    """The best solution whose true cost is within the maximum; None if there is none."""
    for _ in range(_ROUNDS):
        transfers = programme.solve()
        if transfers is None or programme.ask(transfers) <= maximum_yuan:
            return transfers
    raise BudgetError(f"{_ROUNDS} rounds found no plan within {maximum_yuan:,.0f} yuan")
