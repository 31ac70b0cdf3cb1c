"""Every family of limits, and every rule of the objective, changes the plan of a real scenario.

A rule that changes no plan would be a rule that nobody has tried. Each case is taken away from the
problem of its scenario, and other budgets must come out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from demand_sample import REAL, engine, real

from model.allocation import lp_draws
from model.allocation.cuts import solve
from model.allocation.even import solve_even
from model.allocation.limits import MOVE_FAMILIES
from model.allocation.plan import Plan, check_plan, limit_uses
from model.allocation.problem import Problem
from model.demand.engine import Engine
from model.money import WAN
from model.pipeline import make_question
from model.scenario import load_scenario
from model.transfer_rules import RESERVE, make_problem

N = 2_000
SEEN = 10 * WAN  # budgets that differ by less may be the same plan, rounded another way

Solve = Callable[[Problem], Plan]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A scenario in which a family shapes the plan, and its problem without the family.

    `changes` stand on top of the scenario's own.
    """

    scenario: str
    without: Callable[[Problem], Problem] = lambda problem: problem
    changes: Mapping[str, Any] = field(default_factory=dict)
    find: Solve = solve
    find_without: Solve = solve


def _all_may_leave(problem: Problem) -> Problem:
    return replace(problem, may_leave_yuan=problem.budget_yuan)


def _no_chances(problem: Problem) -> Problem:
    return replace(problem, floors=tuple(floor for floor in problem.floors if not floor.chance))


def _no_payments(problem: Problem) -> Problem:
    return replace(problem, payments=None)


def _no_reserve(problem: Problem) -> Problem:
    arcs = tuple(arc for arc in problem.arcs if arc.giver != RESERVE)
    return replace(problem, arcs=arcs, arc_limits=())


# Where `changes` are given, no figure of the scenario itself does it yet.
MOVES = {
    "movable_share": Case(scenario="chance-opening-up", without=_all_may_leave),
    "arc_limit": Case(
        scenario="with-reserve", without=lambda problem: replace(problem, arc_limits=())
    ),
    "floor": Case(
        scenario="protect-opening-up",
        without=lambda problem: replace(problem, floors=()),
    ),
    "chance": Case(scenario="chance-opening-up", without=_no_chances),
    "pooled_chance": Case(
        scenario="chance-manufacturing", without=lambda problem: replace(problem, group_floors=())
    ),
    "domain_line": Case(
        scenario="within-domains", without=lambda problem: replace(problem, domain_limits=())
    ),
}
JOINT = Case(scenario="chance-together", without=_no_chances)
OBJECTIVES = {
    "award_ceiling": Case(scenario="ceiling-renovation", without=_no_payments),
    "payment rule and weight": Case(scenario="pay-foreign-capital-first", without=_no_payments),
    "worst share": Case(
        scenario="pay-foreign-capital-first",
        without=lambda problem: replace(problem, worst_weight=0.0),
    ),
    "reserve": Case(scenario="with-reserve", without=_no_reserve),
    "even payout": Case(scenario="even-payout", find=solve_even),
}
CASES = {**MOVES, "joint chance": JOINT, **OBJECTIVES}


@cache
def _engine() -> Engine:
    """Rules of moving and paying change no demand: one engine answers for all."""
    asked = make_question(real())
    return engine("exact", replace(asked, span=replace(asked.span, count=N)))


@cache
def _problem(key: str) -> Problem:
    case = CASES[key]
    scenario = load_scenario(REAL / f"{case.scenario}.yaml", dict(case.changes))
    assert all(change.path.startswith("allocation.") for change in scenario.changes)
    return make_problem(scenario, _engine().central, _engine())


@cache
def _plan(key: str) -> Plan:
    return CASES[key].find(_problem(key))


def _binding(key: str) -> set[str]:
    return {use.family for use in limit_uses(_problem(key), _plan(key)) if use.binding}


def test_every_family_of_limits_on_the_moves_has_a_scenario() -> None:
    assert set(MOVES) == set(MOVE_FAMILIES)


def test_every_limit_on_awards_has_a_scenario() -> None:
    """The other families of a draw say what paying is, and limit nothing that a city could set."""
    assert set(lp_draws.FAMILIES) - {"paid_entitlement", "paid_money", "same_share"} == {
        "award_ceiling",
        "worst_share",
    }
    assert "award_ceiling" in OBJECTIVES


@pytest.mark.parametrize("key", CASES)
def test_the_scenario_of_a_family_has_a_plan_that_keeps_all_limits(key: str) -> None:
    assert _plan(key).status == "optimal"
    assert check_plan(_problem(key), _plan(key)) == []


@pytest.mark.parametrize("family", MOVES)
def test_the_family_binds_in_the_plan(family: str) -> None:
    assert family in _binding(family)


def test_a_joint_chance_binds_by_what_its_accounts_must_hold() -> None:
    assert "chance" in _binding("joint chance")


@pytest.mark.parametrize("key", CASES)
def test_without_the_family_the_budgets_are_others(key: str) -> None:
    case = CASES[key]
    other = case.find_without(case.without(_problem(key)))
    assert other.status == "optimal"
    moved = np.abs(other.budget_after_yuan - _plan(key).budget_after_yuan)
    assert moved.max() >= SEEN


@pytest.mark.parametrize("family", [*MOVES, "joint chance"])
def test_a_limit_on_the_moves_costs_something(family: str) -> None:
    """More than the tolerance of a plan: the other budgets are no matter of rounding."""
    other = solve(CASES[family].without(_problem(family)))
    assert other.objective_upper_bound is not None
    assert _plan(family).objective_after > other.objective_upper_bound + WAN


def test_a_reserve_saves_something() -> None:
    other = solve(_no_reserve(_problem("reserve")))
    assert other.objective_lower_bound is not None
    assert _plan("reserve").objective_after < other.objective_lower_bound - WAN
