"""The cutting planes: against the full model, enumeration and published answers, and by law."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cities import arc, city, renamed, toy, wan

from model.allocation.cuts import solve
from model.allocation.plan import check_plan, cost
from model.allocation.problem import Floor, Problem
from model.allocation.search import Search
from model.allocation.solver import full_cost
from model.errors import BudgetError
from model.money import WAN

# --- against the programme with a row for each account and draw ---


@pytest.mark.parametrize("seed", range(12))
def test_the_least_cost_is_that_of_the_full_model_on_both_solvers(seed: int) -> None:
    """The full model has a payment for each account and draw: payments need none here."""
    problem = city(seed)
    optimum = Search(problem).least_cost(1.0)
    assert optimum is not None
    for solver in ("HiGHS", "CBC"):
        expected = full_cost(problem, solver)
        assert optimum.lower_yuan == pytest.approx(expected, rel=1e-6)
        assert optimum.upper_yuan == pytest.approx(expected, rel=1e-6)
    assert cost(problem, optimum.money_yuan) == pytest.approx(optimum.upper_yuan, rel=1e-9)


# --- against enumeration and published answers ---


@given(
    demand=st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=2, max_size=6),
    share=st.sampled_from([0.2, 0.5, 0.7, 1.0]),
    tail=st.sampled_from([0.0, 1.0, 3.0]),
)
@settings(max_examples=40)
def test_no_split_on_a_grid_is_cheaper_and_one_is_as_good(
    demand: list[tuple[int, int, int]], share: float, tail: float
) -> None:
    """Two arcs a to b and a to c, in steps of one unit of 10 万元: every split is tried.

    A tail share that splits draws can put the optimum between the steps, so the grid is only
    an upper bound there; with whole draws in the tail the kinks of the cost lie on the grid.
    """
    unit = 10 * WAN
    problem = Problem(
        accounts=("a", "b", "c"),
        names=("a", "b", "c"),
        budget_yuan=np.array([30, 20, 20]) * unit,
        committed_yuan=np.zeros(3, dtype=np.int64),
        demand=np.array(demand) * unit,
        weights=np.array([1.0, 1.0, 2.0]),
        may_leave_yuan=np.array([10, 0, 0]) * unit,
        arcs=(arc("a", "b"), arc("a", "c")),
        worst_share=share,
        worst_weight=tail,
    )
    splits = [(b, c) for b, c in product(range(11), repeat=2) if b + c <= 10]
    best = min(
        cost(problem, problem.budget_yuan + np.array([-b - c, b, c]) * unit) for b, c in splits
    )
    optimum = Search(problem).least_cost(1.0)
    assert optimum.upper_yuan <= best + 2.0
    if tail == 0.0 or share == 1.0:
        assert optimum.lower_yuan == pytest.approx(best, rel=1e-9, abs=2.0)


def newsvendor(demand: np.ndarray, buy: float, short: float) -> Problem:
    """A shop that buys with the money of a purse: each yuan taken from the purse costs `buy`."""
    purse = np.full(len(demand), 200 * WAN)
    return Problem(
        accounts=("purse", "shop"),
        names=("purse", "shop"),
        budget_yuan=wan(200, 0),
        committed_yuan=wan(0, 0),
        demand=np.stack([purse, np.round(demand * WAN).astype(np.int64)], axis=1),
        weights=np.array([buy, short]),
        may_leave_yuan=wan(200, 0),
        arcs=(arc("purse", "shop"),),
        worst_weight=0.0,
    )


def test_the_newsvendor_of_the_l_shaped_suite() -> None:
    """Buy 5, sell 12, salvage 2; demand 10, 20, 30, 40 w.p. .15, .35, .35, .15: x 30, -145.

    A unit costs 5 - 2 more than its salvage, a missed sale 12 - 2; every sale would earn 10.
    """
    demand = np.repeat([10.0, 20.0, 30.0, 40.0], [3, 7, 7, 3])
    optimum = Search(newsvendor(demand, buy=3.0, short=10.0)).least_cost(1.0)
    assert optimum.money_yuan[1] / WAN == pytest.approx(30.0)
    assert optimum.lower_yuan / WAN - 10 * demand.mean() == pytest.approx(-145.0)


def test_the_newsvendor_of_shapiro_and_philpott() -> None:
    """Order 1, back-order 1.5, holding 0.1, demand uniform on 0 to 100: x = 31.25."""
    demand = (np.arange(1600) + 0.5) / 16
    optimum = Search(newsvendor(demand, buy=1.1, short=1.6)).least_cost(1.0)
    assert optimum.money_yuan[1] / WAN == pytest.approx(31.25, abs=1 / 16)


# --- laws, and a search used again ---


@pytest.mark.parametrize("seed", range(4))
def test_the_names_of_accounts_do_not_change_the_cost(seed: int) -> None:
    problem = city(seed, n_draws=200)
    one, other = Search(problem).least_cost(1.0), Search(renamed(problem)).least_cost(1.0)
    assert one.upper_yuan == pytest.approx(other.upper_yuan, rel=1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_more_money_or_leave_never_costs_more(seed: int) -> None:
    problem = city(seed, n_draws=100)
    least = Search(problem).least_cost(1.0).upper_yuan
    more_leave = replace(problem, may_leave_yuan=problem.may_leave_yuan * 2)
    assert Search(more_leave).least_cost(1.0).lower_yuan <= least + 1.0
    more_money = replace(problem, budget_yuan=problem.budget_yuan + 100 * WAN, domain_limits=())
    assert Search(more_money).least_cost(1.0).lower_yuan <= least + 1.0


@pytest.mark.parametrize("seed", range(4))
def test_a_search_used_again_finds_what_a_new_one_finds(seed: int) -> None:
    problem = city(seed, n_draws=200)
    search = Search(problem)
    solve(problem, search)
    richer = replace(problem, budget_yuan=problem.budget_yuan + 300 * WAN)
    search.adapt(richer)
    again, new = search.least_cost(1.0), Search(richer).least_cost(1.0)
    assert again.upper_yuan == pytest.approx(new.upper_yuan, rel=1e-9)
    plan, fresh = solve(problem, search), solve(problem)
    assert check_plan(problem, plan) == []
    assert abs(plan.objective_after - fresh.objective_after) <= 10_000


def test_planes_of_other_claims_are_refused() -> None:
    search = Search(toy())
    with pytest.raises(ValueError, match="planes of other accounts, arcs, claims or weights"):
        search.adapt(toy(demand=np.array(toy().demand)))


def test_cheapest_moves_cost_at_most_the_maximum_and_leave_the_search_as_it_was() -> None:
    problem = city(2, n_draws=200)
    search = Search(problem)
    least = search.least_cost(1.0)
    moved = search.cheapest_moves(least.upper_yuan + 5_000, least.upper_yuan + 9_000)
    after = problem.budget_yuan.astype(float)
    for arc_, yuan in moved.items():
        after[problem.index[arc_.giver]] -= yuan
        after[problem.index[arc_.receiver]] += yuan
    assert least.lower_yuan - 1 <= cost(problem, after) <= least.upper_yuan + 9_001
    assert search.least_cost(1.0).upper_yuan == pytest.approx(least.upper_yuan, abs=2.0)


def test_a_search_that_cannot_hold_its_optimum_says_so() -> None:
    search = Search(toy())
    with pytest.raises(BudgetError, match="the optimum that was found can not be held"):
        search.cheapest_moves(1.0, 1.0)


def test_budgets_outside_the_limits_are_no_upper_bound() -> None:
    """a must keep what it has and c must get 40, which only b can give and then lacks.

    Half-way between the budgets and a plan no plan need lie.
    """
    problem = toy(
        demand=np.tile(wan(900, 800, 500), (4, 1)),
        floors=(
            Floor(account="a", minimum_yuan=1000 * WAN),
            Floor(account="c", minimum_yuan=540 * WAN),
        ),
    )
    assert cost(problem, problem.budget_yuan) == 0.0
    optimum = Search(problem).least_cost(1.0)
    assert optimum.lower_yuan == pytest.approx(2 * 40 * WAN)
    assert optimum.upper_yuan == pytest.approx(2 * 40 * WAN)


# --- several worlds ---


def worlds(seed: int) -> tuple[Problem, Problem, Problem]:
    """One city in three worlds of claims."""
    first = replace(city(seed, n_draws=60), worst_share=0.13, worst_weight=1.0)
    rng = np.random.default_rng(seed)
    scales = [(first.demand * rng.uniform(0.5, 1.6, len(first.accounts))) for _ in range(2)]
    second, third = (replace(first, demand=scale.astype(np.int64)) for scale in scales)
    return first, second, replace(third, committed_yuan=third.committed_yuan // 2)


@pytest.mark.parametrize("seed", range(4))
def test_the_mean_of_worlds_is_the_cost_where_draws_are_pooled_without_a_tail(seed: int) -> None:
    """Without a tail three worlds of equal draws are one world of three times as many."""
    first, second, _ = worlds(seed)
    first, second = (replace(each, worst_weight=0.0) for each in (first, second))
    both = replace(first, demand=np.concatenate([first.demand, second.demand]))
    apart = Search(first, (second,), (0.5, 0.5)).least_cost(1.0)
    assert apart.upper_yuan == pytest.approx(Search(both).least_cost(1.0).upper_yuan, abs=2.0)


@pytest.mark.parametrize("seed", range(4))
def test_no_plan_has_a_better_mean_or_a_better_worst_world(seed: int) -> None:
    trio = worlds(seed)
    mean = Search(trio[0], trio[1:], (0.2, 0.5, 0.3)).least_cost(1.0)
    worst = Search(trio[0], trio[1:]).least_cost(1.0)
    for plan, value, shares in ((mean, mean.upper_yuan, (0.2, 0.5, 0.3)), (worst, None, None)):
        costs = [cost(world, plan.money_yuan) for world in trio]
        if shares is not None:
            assert np.dot(shares, costs) == pytest.approx(value, rel=1e-9)
        assert max(costs) >= worst.lower_yuan - 1.0
        assert np.dot((0.2, 0.5, 0.3), costs) >= mean.lower_yuan - 1.0
    assert max(cost(world, worst.money_yuan) for world in trio) == pytest.approx(
        worst.upper_yuan, rel=1e-9
    )
