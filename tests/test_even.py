"""The most even plan: against every plan of a grid, within all limits, and its odd cases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from small_cities import arc, city, in_order, tied, toy, wan

from model.allocation.cuts import solve
from model.allocation.even import asked_yuan, find_even_ratios, solve_even
from model.allocation.plan import Plan, check_plan, cost
from model.allocation.problem import DomainLimit, Floor, Kind, Payments, Problem
from model.allocation.search import Search
from model.money import WAN

CLOSE = 1e-4
GIVEN_UP = 2e-5  # of a ratio, for round amounts


def ratios(problem: Problem, money: np.ndarray) -> np.ndarray:
    """What each account pays on average of what it is asked for, straight from the draws."""
    unpaid = np.maximum(problem.demand[:] + problem.committed_yuan - money, 0).mean(axis=0)
    return 1 - unpaid / problem.demand[:].mean(axis=0)


def of_plan(problem: Problem, plan: Plan) -> np.ndarray:
    return ratios(problem, plan.budget_after_yuan)


def trio(seed: int) -> Problem:
    """c gives to a and b, which may swap; all are asked for more than they have in some years."""
    rng = np.random.default_rng(seed)
    budget = wan(*rng.integers(50, 100, 3) * 10)
    noise = np.exp(0.4 * rng.normal(size=(30, 3)))
    return Problem(
        accounts=("a", "b", "c"),
        names=("a", "b", "c"),
        budget_yuan=budget,
        committed_yuan=budget // 10,
        demand=(budget * rng.uniform(0.5, 1.1, 3) * noise).astype(np.int64),
        weights=np.array([1.0, 2.0, 0.5]),
        may_leave_yuan=budget // 5,
        arcs=(arc("a", "b"), arc("b", "a"), arc("c", "a"), arc("c", "b")),
        domain_limits=(DomainLimit(id="D", accounts=("b",), maximum_yuan=int(budget[1] * 1.1)),),
    )


def grid_of_trio(problem: Problem, step: int) -> Iterator[np.ndarray]:
    """The money after every plan of whole steps within the limits."""
    budget, most = problem.budget_yuan, problem.may_leave_yuan
    line = problem.domain_limits[0].maximum_yuan
    moves = [np.arange(0, most[giver] + 1, step) for giver in (0, 1, 2, 2)]
    for ab, ba, ca, cb in product(*moves):
        after = budget + np.array([ba + ca - ab, ab + cb - ba, -ca - cb])
        if not (ab and ba) and ca + cb <= most[2] and after[1] <= line:
            yield after


@pytest.mark.parametrize("seed", range(5))
def test_no_plan_of_a_grid_has_a_higher_smallest_ratio(seed: int) -> None:
    problem = trio(seed)
    plan = solve_even(problem)
    assert check_plan(problem, plan) == []
    smallest = max(ratios(problem, money).min() for money in grid_of_trio(problem, 10 * WAN))
    assert of_plan(problem, plan).min() >= smallest - CLOSE
    assert of_plan(problem, plan).min() >= ratios(problem, problem.budget_yuan).min() - GIVEN_UP


def two_tiers() -> Problem:
    """w is the worst and only p helps it, with 50; x and y share what q can give, 64.

    w is short by 400 of 500, x by 100 of 500, y by 60 of 300, in every year.
    """
    ids = ("w", "x", "y", "p", "q")
    return Problem(
        accounts=ids,
        names=ids,
        budget_yuan=wan(100, 400, 240, 300, 300),
        committed_yuan=wan(0, 0, 0, 0, 0),
        demand=np.tile(wan(500, 500, 300, 100, 100), (4, 1)),
        weights=np.ones(5),
        may_leave_yuan=wan(0, 0, 0, 50, 64),
        arcs=(arc("p", "w"), arc("q", "x"), arc("q", "y")),
    )


def test_after_the_worst_the_next_worst_is_raised_and_so_on() -> None:
    """w gets all 50: 150 / 500. x and y then pay one part r: 500 r + 300 r = 640 + 64."""
    ratio = 704 / 800
    found = find_even_ratios(Search(two_tiers()))
    assert found == pytest.approx({"w": 0.3, "x": ratio, "y": ratio, "p": 1.0, "q": 1.0}, abs=1e-6)


def test_no_plan_of_a_grid_is_higher_at_the_second_place_or_the_third() -> None:
    """Among the plans of whole 万元 that give w all it can get."""
    problem = two_tiers()
    plan = solve_even(problem)
    found = np.sort(of_plan(problem, plan))
    best = found[0], -1.0, -1.0
    for to_x in range(65):
        for to_y in range(65 - to_x):
            after = problem.budget_yuan + wan(50, to_x, to_y, -50, -to_x - to_y)
            best = max(best, tuple(np.sort(ratios(problem, after))[:3].tolist()))
    assert best[0] == pytest.approx(0.3)
    assert found[1] >= best[1] - CLOSE
    assert found[2] >= best[2] - CLOSE


@pytest.mark.parametrize("seed", range(8))
def test_the_plan_keeps_all_limits_and_the_ratios_that_were_found(seed: int) -> None:
    problem = city(seed)
    plan = solve_even(problem)
    assert plan.status == "optimal"
    assert check_plan(problem, plan) == []
    found = find_even_ratios(Search(problem))
    assert found is not None
    for account, ratio in zip(problem.accounts, of_plan(problem, plan), strict=True):
        assert ratio >= found[account] - GIVEN_UP


@pytest.mark.parametrize("seed", range(4))
def test_the_smallest_ratio_is_never_below_that_of_the_plan_of_least_cost(seed: int) -> None:
    problem = city(seed)
    even, least = (of_plan(problem, find(problem)).min() for find in (solve_even, solve))
    assert even >= least - GIVEN_UP


@pytest.mark.parametrize("seed", range(4))
def test_the_plan_of_least_cost_never_costs_more(seed: int) -> None:
    problem = city(seed)
    even, least = solve_even(problem), solve(problem)
    assert even.objective_after >= least.objective_lower_bound - 1.0
    assert even.objective_after == cost(problem, even.budget_after_yuan)
    assert even.objective_before == cost(problem, problem.budget_yuan)


def test_no_bound_is_claimed_for_its_cost() -> None:
    plan = solve_even(toy())
    assert (plan.objective_lower_bound, plan.objective_upper_bound, plan.gap) == (None, None, None)


def test_limits_that_clash_are_told_as_in_any_plan() -> None:
    """b keeps 800 and c 600, though their domain holds at most 1340."""
    floors = (
        Floor(account="b", minimum_yuan=800 * WAN),
        Floor(account="c", minimum_yuan=600 * WAN),
    )
    problem = toy(floors=floors)
    plan, usual = solve_even(problem), solve(problem)
    assert plan.status == "infeasible"
    assert plan.transfers == ()
    assert [[one.name for one in clash.limits] for clash in plan.clashes] == [
        ["domain_line__D1", "floor__b", "floor__c"]
    ]
    assert [c.short_yuan for c in plan.clashes] == [c.short_yuan for c in usual.clashes]
    assert plan.clashes[0].short_yuan == 60 * WAN


def test_budgets_that_pay_everything_move_nothing() -> None:
    demand = np.tile(wan(400, 500, 400, 400), (4, 1))
    assert solve_even(tied(demand=demand)).transfers == ()


def test_budgets_that_are_already_even_move_nothing() -> None:
    """Each pays half of what it is asked for, and what one gains another loses."""
    problem = Problem(
        accounts=("a", "b"),
        names=("a", "b"),
        budget_yuan=wan(100, 300),
        committed_yuan=wan(0, 0),
        demand=np.tile(wan(200, 600), (4, 1)),
        weights=np.array([1.0, 5.0]),  # a weight counts in what is asked and in what is unpaid
        may_leave_yuan=wan(50, 50),
        arcs=(arc("a", "b"), arc("b", "a")),
    )
    assert find_even_ratios(Search(problem)) == pytest.approx({"a": 0.5, "b": 0.5}, abs=1e-6)
    assert solve_even(problem).transfers == ()


def test_of_equal_plans_the_one_that_is_cheaper_to_approve_is_taken_in_whole_wan() -> None:
    """b lacks 40, which a, c or d can give; d is the cheapest."""
    arcs = (arc("d", "b", 1.0), arc("a", "b", 2.0), arc("c", "b", 2.0))
    (transfer,) = solve_even(tied(arcs=arcs)).transfers
    assert (transfer.giver, transfer.receiver, transfer.amount_yuan) == ("d", "b", 40 * WAN)


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_accounts_and_arcs_changes_nothing(seed: int) -> None:
    problem = city(seed)
    turned = in_order(problem, [3, 1, 4, 0, 2])
    assert solve_even(problem).transfers == solve_even(turned).transfers


def test_what_was_bound_before_and_is_not_covered_leaves_a_ratio_below_zero() -> None:
    """300 are bound in b, which has 100 and gets 50: 150 and its 100 of claims stay unpaid."""
    problem = Problem(
        accounts=("a", "b"),
        names=("a", "b"),
        budget_yuan=wan(500, 100),
        committed_yuan=wan(0, 300),
        demand=np.tile(wan(100, 100), (4, 1)),
        weights=np.ones(2),
        may_leave_yuan=wan(50, 0),
        arcs=(arc("a", "b"),),
    )
    assert find_even_ratios(Search(problem)) == pytest.approx({"a": 1.0, "b": -1.5}, abs=1e-6)
    plan = solve_even(problem)
    assert [(t.giver, t.receiver, t.amount_yuan) for t in plan.transfers] == [("a", "b", 50 * WAN)]


def test_an_account_that_nobody_asks_has_no_ratio_and_gives() -> None:
    """As the reserve does."""
    problem = tied(demand=np.tile(wan(0, 540, 400, 400), (4, 1)))
    assert "a" not in asked_yuan(problem)
    assert [t.giver for t in solve_even(problem).transfers] == ["a"]


def test_an_account_that_pays_by_rules_counts_each_kind_with_its_weight() -> None:
    """b holds 100 for 100 of x (weight 3), paid first, and 100 of y: it pays 300 of 400."""
    asked = np.tile(wan(100, 100), (4, 1))
    kinds = (Kind(id="x", account="b", weight=3.0), Kind(id="y", account="b", turn=1))
    problem = Problem(
        accounts=("a", "b"),
        names=("a", "b"),
        budget_yuan=wan(100, 100),
        committed_yuan=wan(0, 0),
        demand=np.tile(wan(100, 200), (4, 1)),
        weights=np.array([1.0, 2.0]),
        may_leave_yuan=wan(0, 0),
        payments=Payments(kinds=kinds, demand=asked),
    )
    assert asked_yuan(problem) == {"a": 100 * WAN, "b": 2 * 400 * WAN}
    assert find_even_ratios(Search(problem)) == pytest.approx({"a": 1.0, "b": 0.75}, abs=1e-6)


def test_many_draws_are_read_in_blocks_without_a_seam() -> None:
    demand = np.random.default_rng(3).integers(0, 2000 * WAN, (40_000, 3))
    problem = toy(demand=demand)
    assert list(asked_yuan(problem).values()) == pytest.approx(demand.mean(axis=0).tolist())


def test_a_search_that_was_made_before_leads_to_the_same_plan() -> None:
    problem = replace(trio(1))
    assert solve_even(problem, Search(problem)).transfers == solve_even(problem).transfers
