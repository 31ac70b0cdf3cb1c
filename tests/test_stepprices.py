"""The next printable step of a figure costs what the plan then costs more: never less than 0."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from functools import cache

import numpy as np
import pytest
from award_sample import EVERY_KIND
from demand_sample import ENGINES, engine, tiny

from model.allocation.prices import optimum_for_demand
from model.allocation.problem import Kind, Payments
from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.readings import with_award
from model.ladder import next_printed
from model.pipeline import make_question
from model.printed_figures import printed_figures
from model.scenario import Scenario
from model.stepprices import PRICED, StepPrice, find_step_prices, higher_figures
from model.transfer_rules import make_problem

N = 200

Asked = tuple[Scenario, Question, Engine]
Prices = dict[tuple[str, str], StepPrice]


def _prices(scenario: Scenario, asked: Question, found: Engine) -> Prices:
    problem = make_problem(scenario, asked, found)
    least = optimum_for_demand(problem, problem.demand[:])
    prices = find_step_prices(problem, asked, scenario.account_of_award(), found, least)
    return {(price.award, ".".join(map(str, price.figure.path))): price for price in prices}


@cache
def _tight(name: str) -> Asked:
    """The invented paper with half the caps and a tenth less money, so that higher figures hurt."""
    scenario = tiny("smaller")
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=N))
    return scenario, asked, engine(name, asked)


@cache
def _tight_prices(name: str) -> Prices:
    return _prices(*_tight(name))


@pytest.mark.parametrize("name", ENGINES)
def test_every_figure_of_an_award_that_a_weighed_account_pays_has_a_price(name: str) -> None:
    """The caps are half of those printed; the grades of B2a are not below theirs already."""
    figures = _tight_prices(name)
    assert {key: (one.figure.value, one.next_value) for key, one in figures.items()} == {
        ("B2a", "uplift"): (Fraction(1, 10), Fraction(15, 100)),
        ("B2a", "cap"): (1_000_000, 1_100_000),
        ("B3a", "cap"): (300_000, 400_000),
        ("B5a", "amount"): (500_000, 600_000),
        ("B5b", "ratio"): (Fraction(1, 2), Fraction(55, 100)),
        ("B5b", "cap"): (500_000, 600_000),
        ("B7a", "units.places"): (3_000, 4_000),
    }
    assert [award for award, _ in figures] == sorted(award for award, _ in figures)


@pytest.mark.parametrize("name", ENGINES)
def test_a_price_is_the_difference_of_two_optima_on_the_same_years(name: str) -> None:
    scenario, asked, found = _tight(name)
    price = _tight_prices(name)["B2a", "cap"]
    assert price.next_value == next_printed(price.figure.value)
    raised = with_award(asked, "B2a", {"cap": f"{price.next_value}元"})
    problem = make_problem(scenario, asked, found)
    moved = np.array(problem.demand[:])
    moved[:, [problem.index["building"]]] = found.years(raised, ("building",))[:]
    costs = [optimum_for_demand(problem, array) for array in (problem.demand[:], moved)]
    assert price.objective_change_yuan == pytest.approx(costs[1] - costs[0], abs=200)
    change = found.look_at_award(raised, "B2a") - found.look_at_award(asked, "B2a")
    assert price.demand_change_yuan == pytest.approx(change)


@pytest.mark.parametrize("name", ENGINES)
def test_a_binding_cap_costs_something_and_no_figure_pays_when_raised(name: str) -> None:
    found = _tight_prices(name)
    assert found["B2a", "cap"].demand_change_yuan > 0
    assert found["B2a", "cap"].objective_change_yuan > 10_000
    for price in found.values():
        assert price.demand_change_yuan >= 0
        assert price.objective_change_yuan >= -200  # two optima, each proven to 100 yuan


@pytest.mark.parametrize("name", ENGINES)
def test_a_cap_that_never_binds_has_price_zero(name: str) -> None:
    scenario, asked, _ = _tight(name)
    for key in ("B2a", "B3a", "B5b"):
        asked = with_award(asked, key, {"cap": "9000万元"})
    found = _prices(scenario, asked, engine(name, asked))
    caps = [price for key, price in found.items() if key[1] == "cap"]
    assert len(caps) == 3
    for price in caps:
        assert price.objective_change_yuan == pytest.approx(0, abs=1e-6)
        assert price.demand_change_yuan == pytest.approx(0, abs=1e-6)


def test_an_award_of_an_account_that_is_not_weighed_has_no_price() -> None:
    scenario, asked, found = _tight("applicants")
    problem = make_problem(scenario, asked, found)
    paying = scenario.account_of_award() | {"B2a": None, "B3a": "parks", "B7a": None}
    prices = find_step_prices(problem, asked, paying, found, 0.0)
    assert {price.award for price in prices} == {"B5a", "B5b"}


def test_where_accounts_pay_by_rules_there_are_no_prices() -> None:
    scenario, asked, found = _tight("exact")
    problem = make_problem(scenario, asked, found)
    kind = Kind(id="B3a", account="skills")
    rules = Payments(kinds=(kind,), demand=problem.demand[:][:, [problem.index["skills"]]])
    problem = replace(problem, payments=rules)
    assert find_step_prices(problem, asked, scenario.account_of_award(), found, 0.0) == ()


def test_the_problem_that_is_priced_stays_as_it_was() -> None:
    scenario, asked, found = _tight("applicants")
    problem = make_problem(scenario, asked, found)
    before = np.array(problem.demand[:])
    find_step_prices(problem, asked, scenario.account_of_award(), found, 0.0)
    assert np.array_equal(problem.demand[:], before)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_only_figures_that_let_more_be_asked_for_when_they_rise_are_priced(kind: str) -> None:
    award = EVERY_KIND[kind]
    higher = list(higher_figures(award))
    assert {figure.kind for figure, _ in higher} <= set(PRICED)
    assert "threshold" not in PRICED
    for figure, other in higher:
        raised = {each.path: each.value for each in printed_figures(other)}
        assert raised[figure.path] == next_printed(figure.value)
        same = {each.path: each.value for each in printed_figures(award)}
        assert {path: raised[path] for path in same if path != figure.path} == {
            path: value for path, value in same.items() if path != figure.path
        }
