"""The plan looked at again on other draws, its prices on few of them, and what has none."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from demand_sample import ENGINES, REAL, TINY, engine

from model import reallocating
from model.allocation.plan import check_plan, cost
from model.allocation.prices import values_before
from model.allocation.search import Search
from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.ranges import find_effects
from model.outcome import Reallocation
from model.pipeline import make_question
from model.reallocating import STEPS_YUAN, find_prices, look_again, reallocate
from model.risk import Estimate
from model.scenario import Scenario, load_scenario
from model.transfer_rules import RESERVE, judged_accounts, make_problem

N = 200
WITH_RESERVE = {"amount": "1000万元", "at_most": "300万元", "each_at_most": "200万元"}

World = tuple[Scenario, Question, Engine]


def world(name: str = "exact", **changes: Any) -> World:
    """The invented paper with a tenth less money and other rules, on few draws."""
    changes = {"robust.at_once": 0} | changes
    under = {f"allocation.{key}": value for key, value in changes.items()}
    scenario = load_scenario(TINY / "smaller.yaml", under)
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=N))
    return scenario, asked, engine(name, asked)


@cache
def plain(name: str = "exact") -> tuple[World, Reallocation]:
    """All that is around the plan, with what is assumed about skills."""
    made = world(name)
    effects = [e for e in find_effects(made[1], made[2]) if e.account == "skills"]
    return made, reallocate(*made, tuple(effects))


@cache
def reserved() -> Reallocation:
    """With a reserve, for the most even plan: nothing else is worked out around it."""
    return reallocate(*world(reserve=WITH_RESERVE, objective="even_payout"), ())


@cache
def even() -> Reallocation:
    return reallocate(*world(objective="even_payout"), ())


# --- fresh draws ---


@pytest.mark.parametrize("name", ENGINES)
def test_the_plan_is_looked_at_on_as_many_draws_that_chose_nothing(name: str) -> None:
    (scenario, asked, found), made = plain(name)
    assert made.fresh is not None
    assert made.fresh.draws == N
    span = replace(asked.span, first=N, count=N)
    other = found.years(asked, judged_accounts(scenario), span)[:]
    both = found.years(asked, judged_accounts(scenario), replace(asked.span, count=2 * N))[:]
    assert np.array_equal(other, both[N:])  # the draws that follow
    assert not np.array_equal(other, made.problem.demand[:])
    problem = replace(made.problem, demand=other)
    assert made.fresh.objective_before == cost(problem, made.problem.budget_yuan)
    assert made.fresh.objective_after == cost(problem, made.plan.budget_after_yuan)


def test_fresh_draws_are_random_where_the_plan_was_made_on_even_points() -> None:
    scenario, asked, found = world()
    asked = replace(asked, span=replace(asked.span, points="sobol"))
    made = plain()[1]
    assert made.fresh == look_again(scenario, asked, found, made.plan)


# --- prices ---


@pytest.mark.parametrize("name", ENGINES)
def test_prices_are_found_on_the_draws_of_the_plan_where_these_are_few(name: str) -> None:
    made = plain(name)[1]
    assert made.prices is not None
    assert made.prices.draws == N
    assert made.prices.search.problem.accounts == made.problem.accounts


def test_of_many_draws_prices_are_found_on_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """With at most 48 priced draws of 200: the same as on a scenario of 48 draws."""
    (scenario, asked, found), made = plain()
    monkeypatch.setattr(reallocating, "PRICED_DRAWS", 48)
    assert made.prices is not None
    few = find_prices(scenario, asked, found, made.prices.search)
    assert few.draws == 48
    assert np.array_equal(few.search.problem.demand[:], made.problem.demand[:48])
    first = replace(made.problem, demand=made.problem.demand[:48])
    before = [curve.before_yuan for curve in few.values]
    assert [row[0] for row in before] == pytest.approx(values_before(first).tolist())
    assert before != [curve.before_yuan for curve in made.prices.values]


def test_every_account_has_a_curve_that_never_falls_with_the_sum_given() -> None:
    made = plain()[1]
    assert made.prices is not None
    assert [curve.account for curve in made.prices.values] == list(made.problem.accounts)
    for curve in made.prices.values:
        assert curve.steps_yuan == STEPS_YUAN
        assert np.all(np.diff(curve.before_yuan) >= 0)
        assert np.all(np.diff(curve.after_yuan) >= -200)  # optima proven to 100 yuan


def test_every_limit_has_a_price_of_at_least_nothing() -> None:
    made = plain()[1]
    assert made.prices is not None
    assert min(made.prices.limit_prices.values()) >= 0
    assert {name.split("__")[0] for name in made.prices.limit_prices} == {
        "movable_share",
        "domain_line",
    }


def test_what_is_worth_finding_out_and_options_are_beside_the_prices() -> None:
    made = plain()[1]
    assert made.knowing is not None
    assert made.robust is not None
    assert made.options is not None
    assert made.knowing.findings


# --- where there are none ---


def test_the_most_even_plan_has_no_prices_and_is_looked_at_again_all_the_same() -> None:
    made = even()
    assert (made.prices, made.options, made.knowing, made.robust) == (None, None, None, None)
    assert made.plan.status == "optimal"
    assert check_plan(made.problem, made.plan) == []
    assert made.fresh is not None
    assert made.fresh.draws == N


def test_the_most_even_plan_raises_the_smallest_payout_ratio_of_the_draws() -> None:
    """To 99.4 % from 98.9 % on the draws that it was made on."""
    smallest = []
    for made in (even(), plain()[1]):
        problem, money = made.problem, made.plan.budget_after_yuan
        unpaid = np.maximum(problem.demand[:] + problem.committed_yuan - money, 0).mean(axis=0)
        smallest.append(min(1 - unpaid / problem.demand[:].mean(axis=0)))
    assert smallest[0] > smallest[1] + 1e-3


def test_where_limits_clash_nothing_is_looked_at_again_and_nothing_has_a_price() -> None:
    """The five floors of the scenario come to 1.3 million more than the accounts have."""
    scenario = load_scenario(REAL / "impossible.yaml")
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=N))
    made = reallocate(scenario, asked, engine("exact", asked), ())
    assert made.plan.status == "infeasible"
    assert [clash.short_yuan for clash in made.plan.clashes] == [1_300_000]
    assert (made.fresh, made.prices, made.chances) == (None, None, ())
    assert (made.options, made.knowing, made.robust) == (None, None, None)
    assert made.after == made.before


# --- risk ---


@pytest.mark.parametrize("name", ENGINES)
def test_each_account_is_judged_by_the_engine_before_and_after(name: str) -> None:
    (_, _, found), made = plain(name)
    share = made.problem.worst_share
    for which, budgets in (
        (made.before, made.problem.budget_yuan),
        (made.after, made.plan.budget_after_yuan),
    ):
        for account, risk, yuan in zip(made.problem.accounts, which[0], budgets, strict=True):
            assert risk == found.risk(account, int(yuan), share)


def test_all_together_is_the_sum_of_the_accounts_where_sums_are_known() -> None:
    made = plain()[1]
    for each, whole in (made.before, made.after):
        for field in ("demand_mean_yuan", "expected_unpaid_yuan", "expected_idle_yuan"):
            parts = [getattr(risk, field).value for risk in each]
            assert getattr(whole, field).value == pytest.approx(sum(parts))
        assert whole.gap_probability.value >= max(risk.gap_probability.value for risk in each)


def test_the_reserve_is_never_short_and_what_is_left_of_it_lies_idle() -> None:
    made = reserved()
    place = made.problem.index[RESERVE]
    for which, budgets in (
        (made.before, made.problem.budget_yuan),
        (made.after, made.plan.budget_after_yuan),
    ):
        risk = which[0][place]
        assert risk.gap_probability == Estimate(0.0, 0.0)
        assert risk.expected_unpaid_yuan == Estimate(0.0, 0.0)
        assert risk.demand_mean_yuan == Estimate(0.0, 0.0)
        assert risk.expected_idle_yuan.value == budgets[place]


def test_the_reserve_does_not_change_the_chance_that_any_account_is_short_before() -> None:
    assert reserved().before[1].gap_probability == plain()[1].before[1].gap_probability


def test_what_is_kept_of_the_reserve_is_no_idle_money_of_all_together() -> None:
    made = reserved()
    for each, together in (made.before, made.after):
        claimed = [risk.expected_idle_yuan.value for risk in each[:-1]]
        assert together.expected_idle_yuan.value == pytest.approx(sum(claimed))
        assert each[-1].expected_idle_yuan.value > 0
    assert made.before[1].expected_idle_yuan == plain()[1].before[1].expected_idle_yuan


def test_the_reserve_has_no_curve_of_its_own() -> None:
    made = world(reserve=WITH_RESERVE)
    found = find_prices(*made, Search(reserved().problem))
    assert [curve.account for curve in found.values] == list(reserved().problem.accounts[:-1])
    assert "movable_share__reserve" in found.limit_prices


# --- chances ---


def test_every_limit_on_a_chance_comes_with_what_the_plan_reaches() -> None:
    made = reallocate(
        *world(**{"chance_limits.accounts": {"health": "20%"}, "objective": "even_payout"}), ()
    )
    (reached,) = made.chances
    assert (reached.limit.id, reached.limit.chance) == ("health", 0.2)
    assert reached.reached.value <= 0.2
    assert plain()[1].chances == ()


def test_what_is_worked_out_once_is_the_same_when_it_is_worked_out_again() -> None:
    made = plain()[1]
    again = make_problem(*plain()[0])
    assert np.array_equal(again.demand[:], made.problem.demand[:])
    assert again.arcs == made.problem.arcs
