"""The next step of a cap costs what the plan of the higher cap costs more: never less than 0."""

from __future__ import annotations

import doctest
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import ENGINES, engine, tiny

from model import capprices
from model.allocation.prices import optimum_for_demand
from model.capprices import CapPrice, find_cap_prices, next_step
from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.readings import with_award
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


Asked = tuple[Scenario, Question, Engine]


def _prices(scenario: Scenario, asked: Question, found: Engine) -> dict[str, CapPrice]:
    problem = make_problem(scenario, asked, found)
    least = optimum_for_demand(problem, problem.demand)
    prices = find_cap_prices(problem, asked, scenario.account_of_award(), found, least)
    return {price.award: price for price in prices}


@cache
def _tight(name: str) -> Asked:
    """The invented paper with a tenth less money, so that higher caps hurt."""
    scenario = tiny("smaller")
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=N))
    return scenario, asked, engine(name, asked)


@pytest.mark.parametrize("name", ENGINES)
def test_every_capped_award_that_a_weighed_account_pays_has_a_price(name: str) -> None:
    found = _prices(*_tight(name))
    assert list(found) == ["B2a", "B3a", "B5b"]
    caps = {key: price.cap_yuan for key, price in found.items()}
    assert caps == {"B2a": 1_000_000, "B3a": 300_000, "B5b": 500_000}


@pytest.mark.parametrize("name", ENGINES)
def test_a_price_is_the_difference_of_two_optima_on_the_same_years(name: str) -> None:
    scenario, asked, found = _tight(name)
    price = _prices(scenario, asked, found)["B2a"]
    assert price.next_yuan == next_step(price.cap_yuan)
    raised = with_award(asked, "B2a", {"cap": f"{price.next_yuan}元"})
    problem = make_problem(scenario, asked, found)
    moved = np.array(problem.demand)
    moved[:, [problem.index["building"]]] = found.years(raised, ("building",))
    costs = [optimum_for_demand(problem, array) for array in (problem.demand, moved)]
    assert price.objective_change_yuan == pytest.approx(costs[1] - costs[0], abs=200)
    change = found.look_at_award(raised, "B2a") - found.look_at_award(asked, "B2a")
    assert price.demand_change_yuan == pytest.approx(change)


@pytest.mark.parametrize("name", ENGINES)
def test_a_binding_cap_costs_something_and_no_cap_pays_when_raised(name: str) -> None:
    found = _prices(*_tight(name))
    assert found["B2a"].demand_change_yuan > 0
    assert found["B2a"].objective_change_yuan > 10_000
    for price in found.values():
        assert price.demand_change_yuan >= 0
        assert price.objective_change_yuan >= -100  # each optimum is proven to 100 yuan


@pytest.mark.parametrize("name", ENGINES)
def test_a_cap_that_never_binds_has_price_zero(name: str) -> None:
    scenario, asked, _ = _tight(name)
    for key in ("B2a", "B3a", "B5b"):
        asked = with_award(asked, key, {"cap": "9000万元"})
    for price in _prices(scenario, asked, engine(name, asked)).values():
        assert price.objective_change_yuan == pytest.approx(0, abs=1e-6)
        assert price.demand_change_yuan == pytest.approx(0, abs=1e-6)


def test_an_award_of_an_account_that_is_not_weighed_has_no_price() -> None:
    scenario, asked, found = _tight("applicants")
    problem = make_problem(scenario, asked, found)
    paying = scenario.account_of_award() | {"B2a": None, "B3a": "parks"}
    least = optimum_for_demand(problem, problem.demand)
    prices = find_cap_prices(problem, asked, paying, found, least)
    assert [price.award for price in prices] == ["B5b"]
