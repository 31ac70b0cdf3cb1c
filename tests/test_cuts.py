"""Plans: within their tolerance of the least cost, cheapest to approve, the same every time."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from small_cities import arc, city, in_order, renamed, tied, toy, wan

from model.allocation.cuts import solve
from model.allocation.plan import check_plan, cost, limit_uses
from model.allocation.problem import DomainLimit, Floor, Problem
from model.allocation.solver import full_cost
from model.money import WAN


@pytest.mark.parametrize("seed", range(12, 24))
def test_a_plan_is_allowed_and_within_its_tolerance_of_the_least_cost(seed: int) -> None:
    problem = city(seed, n_draws=300)
    plan = solve(problem)
    assert check_plan(problem, plan) == []
    assert plan.objective_after == cost(problem, plan.budget_after_yuan)
    assert plan.gap <= 1e-6
    assert plan.objective_lower_bound <= plan.objective_upper_bound + 1.0
    tolerance = max(1e-6 * plan.objective_lower_bound, 10_000)
    assert plan.objective_after <= plan.objective_lower_bound + tolerance
    assert plan.objective_after <= plan.objective_before
    least = full_cost(problem)
    assert plan.objective_lower_bound == pytest.approx(least, rel=1e-6)
    assert plan.objective_upper_bound == pytest.approx(least, rel=1e-6)


# --- ties, prices of approval, order ---


def moves(problem: Problem) -> list[tuple[str, str, int]]:
    plan = solve(problem)
    return [(t.giver, t.receiver, round(t.amount_yuan / WAN)) for t in plan.transfers]


def test_of_equal_plans_the_one_with_the_smaller_ids_is_taken() -> None:
    assert moves(tied()) == [("a", "b", 40)]


def test_of_equal_plans_the_one_that_is_cheaper_to_approve_is_taken() -> None:
    arcs = (arc("d", "b", 1.0, "within"), arc("a", "b", 2.0), arc("c", "b", 2.0))
    (transfer,) = solve(tied(arcs=arcs)).transfers
    assert (transfer.giver, transfer.approval) == ("d", "within")


def test_the_price_counts_before_the_ids_on_every_arc() -> None:
    """Six accounts in a full net: no move of the plan can be had cheaper elsewhere."""
    problem = city(31, n_draws=200, n_accounts=6, n_moving=6)
    price = {(a.giver, a.receiver): a.price for a in problem.arcs}
    pairs = [(t.giver, t.receiver) for t in solve(problem).transfers]
    for (g1, r1), (g2, r2) in combinations(pairs, 2):
        if g1 != r2 and g2 != r1:
            assert price[g1, r1] + price[g2, r2] <= price[g1, r2] + price[g2, r1]


@pytest.mark.parametrize("seed", range(12))
def test_where_budgets_and_limits_are_round_so_are_the_transfers(seed: int) -> None:
    """As in a city's paper: budgets in 100万元, shares and lines in 10万元, all weights 1."""
    problem = city(seed, n_draws=300)
    budget = problem.budget_yuan // (100 * WAN) * (100 * WAN)
    line = int(budget[:3].sum()) + 200 * WAN
    problem = replace(
        problem,
        budget_yuan=budget,
        may_leave_yuan=budget // 10,
        weights=np.ones(5),
        worst_share=0.05,
        worst_weight=1.0,
        floors=(Floor(account="a1", minimum_yuan=int(budget[1]) - 150 * WAN),),
        domain_limits=(DomainLimit(id="D", accounts=("a0", "a1", "a2"), maximum_yuan=line),),
    )
    plan = solve(problem)
    assert check_plan(problem, plan) == []
    assert plan.transfers
    assert all(transfer.amount_yuan % WAN == 0 for transfer in plan.transfers)


def test_the_plan_does_not_stop_short_of_what_a_round_limit_allows() -> None:
    """b and c want everything, and the line of their domain lets 40万元 arrive: 40, not 39.9."""
    demand = np.tile(wan(800, 950, 900), (4, 1))
    plan = solve(toy(demand=demand, arcs=(arc("a", "b"), arc("a", "c"))))
    assert [(t.giver, t.receiver, t.amount_yuan) for t in plan.transfers] == [("a", "b", 40 * WAN)]


def test_a_gain_below_the_tolerance_moves_nothing() -> None:
    demand = np.tile(wan(400, 500.2, 400, 400), (4, 1))
    assert moves(tied(demand=demand)) == []


def test_free_moves_do_not_go_in_circles() -> None:
    arcs = tuple(arc(g, r, 0.0) for g, r in product("abcd", repeat=2) if g != r)
    assert moves(tied(arcs=arcs)) == [("a", "b", 40)]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_accounts_and_arcs_changes_nothing(seed: int) -> None:
    problem = city(seed, n_draws=200)
    assert solve(problem).transfers == solve(in_order(problem, [3, 1, 4, 0, 2])).transfers


@pytest.mark.parametrize("seed", range(12))
def test_the_names_of_accounts_do_not_change_the_cost(seed: int) -> None:
    problem = city(seed, n_draws=200)
    one, other = solve(problem), solve(renamed(problem))
    assert one.objective_upper_bound == pytest.approx(other.objective_upper_bound, rel=1e-6)
    assert abs(one.objective_after - other.objective_after) <= max(
        1e-6 * one.objective_lower_bound, 10_000
    )


def test_two_runs_are_the_same_to_the_yuan() -> None:
    one, other = solve(city(7, n_draws=500)), solve(city(7, n_draws=500))
    assert one.transfers == other.transfers
    assert one.objective_after == other.objective_after


def test_a_limit_that_shapes_the_plan_is_marked_although_round_amounts_stay_short_of_it() -> None:
    """b and c want everything, and the line of their domain lets 40 and a third arrive."""
    line = DomainLimit(id="D1", accounts=("b", "c"), maximum_yuan=1340 * WAN + 3_333)
    problem = toy(
        demand=np.tile(wan(800, 950, 900), (4, 1)),
        arcs=(arc("a", "b"), arc("a", "c")),
        domain_limits=(line,),
    )
    plan = solve(problem)
    (domain,) = (use for use in limit_uses(problem, plan) if use.family == "domain_line")
    assert domain.used_yuan == 1340 * WAN
    assert domain.binding


def test_no_arcs_no_moves() -> None:
    plan = solve(toy(arcs=()))
    assert plan.transfers == ()
    assert plan.objective_after == plan.objective_before == 575 * WAN
    assert plan.gap == 0.0
