"""The next step of a cap costs what the plan of the higher cap costs more: never less than 0."""

from __future__ import annotations

import doctest
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import draw, tiny

from model import capprices
from model.allocation.prices import optimum_for_demand
from model.capprices import CapPrice, find_cap_prices, next_step
from model.demand.draws import Demand
from model.demand.ranges import Question
from model.demand.readings import award_with, demand_with
from model.pipeline import make_question
from model.scenario import Scenario
from model.transfer_rules import make_problem

N = 200
WAN = 10_000


@pytest.mark.parametrize(
    ("cap", "following"),
    [
        (1_500, 1_600),
        (1_000, 1_100),
        (1_900, 2_000),
        (2_000, 3_000),
        (500, 600),
        (100, 110),
        (60, 70),
        (45, 55),
        (20, 30),
    ],
)
def test_the_next_step_is_the_next_amount_a_paper_would_print(cap: int, following: int) -> None:
    assert next_step(cap * WAN) == following * WAN


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(capprices).failed == 0


@pytest.mark.parametrize("cap", [0, 7, 60, 1_999_999, 123_456_789])
def test_the_next_step_is_higher_by_at_most_a_half_or_ten_yuan(cap: int) -> None:
    assert cap < next_step(cap) <= max(cap * 3 // 2, cap + 10)


def _prices(scenario: Scenario, question: Question, demand: Demand) -> dict[str, CapPrice]:
    problem = make_problem(scenario, demand)
    least = optimum_for_demand(problem, problem.demand)
    found = find_cap_prices(problem, question, scenario.account_of_award(), demand, least)
    return {price.award: price for price in found}


@cache
def _tight() -> tuple[Scenario, Question, Demand]:
    """The invented paper with a tenth less money, so that higher caps hurt."""
    scenario = tiny("smaller")
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=N))
    return scenario, asked, draw(asked.book, asked.awards, asked.span, *asked.loads)


def test_every_capped_award_that_a_weighed_account_pays_has_a_price() -> None:
    found = _prices(*_tight())
    assert list(found) == ["B2a", "B3a", "B5b"]
    assert {price.cap_yuan for price in found.values()} == {1_000_000, 300_000, 500_000}


def test_a_price_is_the_difference_of_two_optima_on_the_same_draws() -> None:
    scenario, asked, demand = _tight()
    price = _prices(scenario, asked, demand)["B2a"]
    assert price.next_yuan == next_step(price.cap_yuan)
    raised = award_with(asked.awards["B2a"], {"cap": f"{price.next_yuan}元"})
    own, whole = demand_with(asked, "building", "B2a", raised, demand)
    problem = make_problem(scenario, demand)
    moved = np.array(problem.demand)
    moved[:, problem.index["building"]] = whole
    costs = [optimum_for_demand(problem, array) for array in (problem.demand, moved)]
    assert price.objective_change_yuan == pytest.approx(costs[1] - costs[0], abs=200)
    assert price.demand_change_yuan == own.mean() - demand.award_yuan["B2a"].mean()


def test_a_binding_cap_costs_something_and_no_cap_pays_when_raised() -> None:
    found = _prices(*_tight())
    assert found["B2a"].demand_change_yuan > 0
    assert found["B2a"].objective_change_yuan > 10_000
    for price in found.values():
        assert price.demand_change_yuan >= 0
        assert price.objective_change_yuan >= -100  # each optimum is proven to 100 yuan


def test_a_cap_that_never_binds_has_price_zero() -> None:
    scenario, asked, _ = _tight()
    high = {key: award_with(asked.awards[key], {"cap": "900万元"}) for key in ("B2a", "B3a", "B5b")}
    asked = replace(asked, awards={**asked.awards, **high})
    demand = draw(asked.book, asked.awards, asked.span, *asked.loads)
    for price in _prices(scenario, asked, demand).values():
        assert (price.objective_change_yuan, price.demand_change_yuan) == (0, 0)


def test_an_award_of_an_account_that_is_not_weighed_has_no_price() -> None:
    scenario, asked, demand = _tight()
    problem = make_problem(scenario, demand)
    paying = scenario.account_of_award() | {"B2a": None, "B3a": "parks"}
    least = optimum_for_demand(problem, problem.demand)
    found = find_cap_prices(problem, asked, paying, demand, least)
    assert [price.award for price in found] == ["B5b"]
