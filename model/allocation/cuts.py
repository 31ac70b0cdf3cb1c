"""The plan: least cost over any number of draws, then the cheapest moves, then round amounts."""

from __future__ import annotations

from model.allocation.clash import find_clashes
from model.allocation.limits import limits
from model.allocation.plan import Plan, Transfer, budgets_after, cost
from model.allocation.problem import Problem
from model.allocation.rounding import round_moves
from model.allocation.search import Optimum, Search

__all__ = ["GAP_YUAN", "RELATIVE_GAP", "Search", "solve"]

RELATIVE_GAP = 1e-6
GAP_YUAN = 10_000.0

# Parts of the tolerance. Little of it buys cheaper moves, or they would stop short of the round
# amounts where limits and claims are met; what is left is for the rounding.
_HELD = 0.02
_ACCEPTED = 0.3


def solve(problem: Problem, search: Search | None = None) -> Plan:
    """The plan of least cost; within the tolerance cheap to approve, first ids first, and round.

    The tolerance is max(1e-6 of the cost, 1 万元) above the proven lower bound. Where no plan
    meets the limits, nothing moves and the clashes say why.

    A search made for a like problem can be handed in; its planes are used again, and may lead
    to another of the plans within the tolerance. A new search always leads to the same one.
    """
    search = search or Search(problem)
    search.adapt(problem)
    started, before = search.iterations, cost(problem, problem.budget_yuan)
    gap_yuan = max(min(RELATIVE_GAP * before, GAP_YUAN) / 4, 1.0)
    optimum = search.least_cost(gap_yuan, RELATIVE_GAP / 4)
    if optimum is None:
        return _no_plan(problem, before)
    multipliers = {limit.name: search.live.multiplier(limit.name) for limit in limits(problem)}
    transfers = _cheapest_moves(search, optimum)
    after = budgets_after(problem, transfers)
    return Plan(
        status="optimal",
        transfers=transfers,
        budget_after_yuan=after,
        objective_before=before,
        objective_after=cost(problem, after),
        objective_lower_bound=optimum.lower_yuan,
        objective_upper_bound=optimum.upper_yuan,
        gap=optimum.gap,
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
        clashes=find_clashes(problem),
    )


def _cheapest_moves(search: Search, optimum: Optimum) -> tuple[Transfer, ...]:
    """The moves that are cheapest to approve, then in round amounts, all within the tolerance."""
    tolerance = max(RELATIVE_GAP * optimum.lower_yuan, GAP_YUAN)
    upper = optimum.upper_yuan
    moved = search.cheapest_moves(upper + _HELD * tolerance, upper + _ACCEPTED * tolerance)
    return round_moves(search.problem, moved, optimum.lower_yuan + tolerance)
