"""Prices by solving again: against direct costs, the full model, and the solver's multipliers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cities import arc, city, toy, wan

from model.allocation import prices
from model.allocation.cuts import Search, solve
from model.allocation.limits import limits
from model.allocation.plan import cost
from model.allocation.problem import DomainLimit, Floor, Problem
from model.allocation.solver import full_cost
from model.errors import InputError
from model.money import WAN

STEP = 100 * WAN


def test_values_before_by_hand() -> None:
    """100 more: b saves 20 of 20 in one draw of four, c 100 in two; the tail adds its part."""
    assert prices.values_before(toy()).tolist() == [
        0.0,
        (20 / 4 + 20) * WAN,
        (200 / 4 + 100) * WAN,
    ]


def test_a_value_is_of_the_money_given_and_may_be_asked_for_other_sums() -> None:
    assert prices.values_before(toy(), 10 * WAN).tolist() == [0.0, 12.5 * WAN, 15 * WAN]


def test_values_after_by_hand() -> None:
    """c is short by 1000 in every draw, and a gives what it does not need, at most 50.

    Each yuan in c saves one in the mean and one in the tail. Money in a is worth nothing: no
    more may leave it. Money in b is worth as much as it can pass on: its 50.
    """
    problem = Problem(
        accounts=("a", "b", "c"),
        names=("a", "b", "c"),
        budget_yuan=wan(500, 500, 500),
        committed_yuan=wan(0, 0, 0),
        demand=np.tile(wan(100, 500, 1500), (4, 1)),
        weights=np.ones(3),
        may_leave_yuan=wan(50, 50, 0),
        arcs=(arc("a", "c"), arc("b", "c")),
    )
    values = prices.values_after(Search(problem), problem)
    assert values == pytest.approx(np.array([0.0, 2 * 50 * WAN, 2 * STEP]), abs=200)


@pytest.mark.parametrize("seed", range(4))
def test_values_after_are_those_of_the_full_model(seed: int) -> None:
    problem = city(seed)
    found = prices.values_after(Search(problem), problem)
    least = full_cost(problem)
    expected = [
        least - full_cost(prices.with_more(problem, account, STEP)) for account in problem.accounts
    ]
    assert found == pytest.approx(expected, abs=201)


@pytest.mark.parametrize("seed", range(4))
def test_the_value_of_more_falls_yuan_by_yuan(seed: int) -> None:
    """The least cost is convex in every budget, so each further step is worth less."""
    problem = city(seed)
    steps = (STEP, 5 * STEP, 10 * STEP, 50 * STEP)
    curve = prices.value_curve(Search(problem), problem, "a0", steps)
    rates = np.array(curve) / np.array(steps)
    assert np.all(np.diff(rates) <= 200 / STEP)
    assert np.all(np.diff(curve) >= -200)


@pytest.mark.parametrize("seed", range(6))
def test_a_multiplier_lies_between_the_quotients_on_either_side(seed: int) -> None:
    problem = city(seed)
    search = Search(problem)
    multipliers = solve(problem, search).multipliers
    for limit in limits(problem):
        looser = prices.limit_price(search, problem, limit.name, WAN) / WAN
        tighter = prices.relaxed(problem, limit.name, -WAN)
        least, dearer = prices.least_cost(search, problem), prices.least_cost(search, tighter)
        assert looser - 0.03 <= multipliers[limit.name] <= (dearer - least) / WAN + 0.03


def test_money_in_a_domain_that_is_full_is_new_money_and_no_transfer() -> None:
    problem = toy(
        domain_limits=(DomainLimit(id="D1", accounts=("b", "c"), maximum_yuan=1300 * WAN),)
    )
    values = prices.values_after(Search(problem), problem)
    assert values[2] > 0
    richer = prices.with_more(problem, "c", STEP)
    assert richer.domain_limits[0].maximum_yuan == 1400 * WAN
    assert richer.may_leave_yuan.tolist() == problem.may_leave_yuan.tolist()


def test_the_price_of_each_family_of_limits_by_hand() -> None:
    """c asks for everything: a yuan more of leave, line or floor saves two (mean and tail)."""
    hungry = np.tile(wan(100, 800, 5000), (4, 1))
    free = toy(demand=hungry, floors=(), domain_limits=())
    assert price(free, "movable_share__a") == pytest.approx(2 * STEP, abs=201)
    assert price(free, "movable_share__b") == pytest.approx(0, abs=201)
    floor = (Floor(account="a", minimum_yuan=1000 * WAN),)
    assert price(replace(free, floors=floor), "floor__a") == pytest.approx(2 * STEP, abs=201)
    line = (DomainLimit(id="D1", accounts=("b", "c"), maximum_yuan=1300 * WAN),)
    assert price(replace(free, domain_limits=line), "domain_line__D1") == pytest.approx(
        2 * STEP, abs=201
    )


def price(problem: Problem, name: str) -> float:
    return prices.limit_price(Search(problem), problem, name)


def test_a_share_is_relaxed_to_the_budget_and_a_floor_to_nothing_at_most() -> None:
    assert prices.relaxed(toy(), "movable_share__c", 900 * WAN).may_leave_yuan[2] == 500 * WAN
    assert prices.relaxed(toy(), "floor__a", 9000 * WAN).floors[0].minimum_yuan == 0


def test_an_unknown_limit_is_refused_with_a_suggestion() -> None:
    with pytest.raises(InputError) as error:
        prices.relaxed(toy(), "floor__aa", 1)
    assert str(error.value) == (
        "allocation: no limit is called 'floor__aa'. Did you mean 'floor__a'?"
    )


def test_where_no_plan_exists_nothing_has_a_price() -> None:
    problem = toy(floors=(Floor(account="a", minimum_yuan=1001 * WAN),))
    with pytest.raises(InputError, match="no plan meets the limits, so nothing has a price"):
        prices.values_after(Search(problem), problem)


def test_other_claims_on_the_same_draws() -> None:
    """A cap that takes a tenth off every claim on c: the fall is that of the full model."""
    problem = city(5)
    demand = np.array(problem.demand)
    demand[:, 2] = demand[:, 2] * 9 // 10
    capped = prices.optimum_for_demand(problem, demand)
    assert capped == pytest.approx(full_cost(replace(problem, demand=demand)), rel=1e-6)
    assert capped < prices.least_cost(Search(problem), problem)
    assert prices.optimum_for_demand(problem, problem.demand) == pytest.approx(
        prices.least_cost(Search(problem), problem), abs=100
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_value_before_is_never_negative_nor_above_the_money_and_its_tail(seed: int) -> None:
    problem = city(seed)
    values = prices.values_before(problem)
    ceiling = STEP * problem.weights * (1 + problem.worst_weight)
    assert np.all(values >= 0)
    assert np.all(values <= ceiling * (1 + 1e-9))
    assert cost(problem, problem.budget_yuan) >= values.max()
