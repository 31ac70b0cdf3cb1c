"""Which moves can make a plan better, and what each would save from where the money is."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from model.allocation.plan import Transfer, budgets_after
from model.allocation.problem import Arc
from model.allocation.search import Search
from model.risk import FloatArray

MOST_ARCS = 24  # of more arcs that can help ...
CHOSEN_ARCS = 10  # ... only so many are tried together
TRIED_PARTS = (0.1, 0.3, 0.6, 1.0)


def in_need(search: Search, money: FloatArray) -> set[str]:
    """The accounts that are short in some draw with this money, or need some for a limit."""
    problem, curves = search.problem, search.surfaces[0].curves
    needs = {floor.account for floor in problem.floors}
    needs |= {account for group in problem.group_floors for account in group.accounts}
    rows = zip(problem.accounts, curves, money.tolist(), strict=True)
    return needs | {account for account, curve, yuan in rows if curve.is_short(yuan)}


def idle_arcs(search: Search) -> set[tuple[str, str]]:
    """The arcs, as giver and receiver, by which no plan gets better: they only add ways to search.

    Their receiver is never short, whatever it gives, and needs nothing for a limit; and no domain
    is relieved by them: one that the giver lies in holds the receiver, too.
    """
    problem = search.problem
    needs = in_need(search, search.surfaces[0].low)
    domains = [set(limit.accounts) for limit in problem.domain_limits]

    def relieves(giver: str, receiver: str) -> bool:
        return any(giver in domain and receiver not in domain for domain in domains)

    arcs = {(arc.giver, arc.receiver) for arc in problem.arcs}
    return {arc for arc in arcs if arc[1] not in needs and not relieves(*arc)}


@dataclass(slots=True)
class Promise:
    """The arcs of a search that can help, and which of them are tried together.

    Attributes:
        arcs: all that can make a plan better.
    """

    search: Search
    arcs: tuple[Arc, ...] = field(init=False)

    def __post_init__(self) -> None:
        idle = idle_arcs(self.search)
        arcs = self.search.problem.arcs
        self.arcs = tuple(arc for arc in arcs if (arc.giver, arc.receiver) not in idle)

    @property
    def few(self) -> bool:
        """Whether all of them are tried together."""
        return len(self.arcs) <= MOST_ARCS

    def tried(self, approvals: tuple[str, ...], start: tuple[Transfer, ...]) -> frozenset[Arc]:
        """Arcs of these approvals: all, or those of a plan and the most promising from there on.

        Args:
            start: a plan already known; none of its arcs is left out.
        """
        arcs = [arc for arc in self.arcs if arc.approval in approvals]
        if self.few:
            return frozenset(arcs)
        used = {(each.giver, each.receiver) for each in start}
        kept = [arc for arc in arcs if (arc.giver, arc.receiver) in used]
        falls = self._falls([arc for arc in arcs if arc not in kept], start)
        best = sorted(falls, key=lambda arc: (-falls[arc], arc.price, arc.giver, arc.receiver))
        return frozenset([*kept, *best][:CHOSEN_ARCS])

    def _falls(self, arcs: list[Arc], start: tuple[Transfer, ...]) -> dict[Arc, float]:
        """The arcs by which one more transfer saves anything, with what it saves in yuan."""
        problem = self.search.problem
        money = budgets_after(problem, start).astype(np.float64)
        leave = problem.may_leave_yuan.astype(np.float64)
        for each in start:
            leave[problem.index[each.giver]] -= each.amount_yuan
        cost_yuan = _cost_at(self.search, money)
        falls = {arc: round(cost_yuan - self._least_along(arc, money, leave)) for arc in arcs}
        return {arc: fall for arc, fall in falls.items() if fall > 0}

    def _least_along(self, arc: Arc, money: FloatArray, leave: FloatArray) -> float:
        """The least cost by one transfer along an arc, of parts of what may leave its giver."""
        giver, receiver = (self.search.problem.index[one] for one in (arc.giver, arc.receiver))
        costs = []
        for part in TRIED_PARTS:
            after = money.copy()
            after[giver] -= part * leave[giver]
            after[receiver] += part * leave[giver]
            costs.append(_cost_at(self.search, after))
        return min(costs)


def _cost_at(search: Search, money: FloatArray) -> float:
    surface = search.surfaces[0]
    tail, _ = surface.tail_cut(money)
    return surface.mean_cuts(money)[0] + search.problem.worst_weight * tail
