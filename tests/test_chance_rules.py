"""Limits on chances of gaps become money: exactly as much as keeps them, and no cell less."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from demand_sample import ENGINES, ERRORS, TINY, engine

from model.allocation.cuts import solve
from model.allocation.plan import Plan
from model.allocation.problem import Problem
from model.chance_rules import (
    ChanceLimit,
    chance_floors,
    chance_groups,
    chance_limits,
    reached_chances,
)
from model.demand.engine import Engine
from model.demand.question import Question
from model.pipeline import make_question
from model.scenario import Scenario, load_scenario
from model.transfer_rules import judged_accounts, make_problem

N = 1_000
PAIR = ("building", "health")
L3 = ("building", "skills", "health")

World = tuple[Scenario, Question, Engine]
Changes = dict[str, Any]


def scenario_of(changes: Changes) -> Scenario:
    """The invented paper with such limits on chances, and other rules of moving money."""
    return load_scenario(
        TINY / "base.yaml", {f"allocation.{key}": value for key, value in changes.items()}
    )


def accounts(**chances: str) -> Changes:
    return {"chance_limits.accounts": chances}


def domain(line: str, chance: str, of: str) -> Changes:
    return {"chance_limits.domains": {line: {"chance": chance, "of": of}}}


def together(chance: str, *names: str) -> Changes:
    return {"chance_limits.together": {"chance": chance, "accounts": names}}


@cache
def plain_engine(name: str) -> Engine:
    """Limits on chances change no demand: one engine answers for all these scenarios."""
    asked = make_question(scenario_of({}))
    return engine(name, replace(asked, span=replace(asked.span, count=N)))


def world(changes: Changes, name: str = "exact") -> World:
    found = plain_engine(name)
    return scenario_of(changes), found.central, found


def limits_of(changes: Changes) -> dict[str, ChanceLimit]:
    scenario = scenario_of(changes)
    return {limit.id: limit for limit in chance_limits(scenario, judged_accounts(scenario))}


def problem_of(changes: Changes, name: str = "exact") -> Problem:
    return make_problem(*world(changes, name))


def floors_of(problem: Problem) -> dict[str, int]:
    return {floor.account: floor.minimum_yuan for floor in problem.floors if floor.chance}


def after(problem: Problem, plan: Plan) -> dict[str, int]:
    return dict(zip(problem.accounts, plan.budget_after_yuan.tolist(), strict=True))


def gap(name: str, account: str, budget: int) -> float:
    return plain_engine(name).together({account: budget}).any_short_probability.value


# --- what a scenario limits ---


def test_a_scenario_without_limits_on_chances_has_none() -> None:
    assert limits_of({}) == {}
    assert (problem_of({}).floors, problem_of({}).group_floors) == ((), ())


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            accounts(building="5%"),
            ("建设的缺口可能性不超过5%", "the chance of a gap of building is at most 5%"),
        ),
        (
            domain("L3", "2.5%", "pooled"),
            (
                "学校和医疗领域合计资金的缺口可能性不超过2.5%",
                "the chance of a gap of all its money of Schools and health is at most 2.5%",
            ),
        ),
        (
            domain("L3", "20%", "any_short"),
            (
                "学校和医疗领域任一账户的缺口可能性不超过20%",
                "the chance of a gap of any account of Schools and health is at most 20%",
            ),
        ),
        (
            together("20%", *PAIR),
            (
                "建设、医疗任一不够的可能性不超过20%",
                "the chance that any of building, health is short is at most 20%",
            ),
        ),
    ],
)
def test_a_limit_is_told_in_both_languages(changes: Changes, words: tuple[str, str]) -> None:
    (limit,) = limits_of(changes).values()
    assert (limit.says_zh, limit.says_en) == words


def test_a_limit_of_a_domain_is_on_its_accounts_with_grounds() -> None:
    """Parks lie in L2 and are assumed; L3 holds schools, which building pays, and skills."""
    assert limits_of(domain("L2", "5%", "pooled"))["L2"].accounts == ("research",)
    assert set(limits_of(domain("L3", "5%", "any_short"))["L3"].accounts) == set(L3)
    lifted = domain("L2", "5%", "pooled") | {"assumed_may_move": True}
    assert limits_of(lifted)["L2"].accounts == ("research", "parks")


def test_all_accounts_with_grounds_are_meant_where_none_is_named() -> None:
    everybody = ("building", "skills", "research", "health")
    assert limits_of(together("50%"))["together"].accounts == everybody


@pytest.mark.parametrize(
    "changes",
    [
        accounts(building="100%"),
        domain("L3", "100%", "pooled"),
        domain("L3", "100%", "any_short"),
        together("100%", *PAIR),
    ],
)
def test_a_chance_of_all_limits_nothing(changes: Changes) -> None:
    assert limits_of(changes) == {}


# --- one account, and money pooled: exact quantiles ---


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("account", ["building", "skills", "research", "health"])
@pytest.mark.parametrize("percent", [20, 5, 1])
def test_an_account_holds_what_keeps_its_chance_and_a_yuan_less_does_not(
    name: str, account: str, percent: int
) -> None:
    changes = accounts(**{account: f"{percent}%"})
    scenario, _, found = world(changes, name)
    limits = chance_limits(scenario, judged_accounts(scenario))
    (floor,) = chance_floors(scenario, limits, found, problem_of({}, name))
    assert floor.chance
    assert gap(name, account, floor.minimum_yuan) <= percent / 100
    assert gap(name, account, floor.minimum_yuan - 1) > percent / 100


def test_money_bound_before_comes_on_top_of_the_quantile_and_the_words_tell_the_sum() -> None:
    """50万元 of building are bound."""
    (floor,) = problem_of(accounts(building="5%")).floors
    money = plain_engine("exact").money_for(("building",), 0.05)
    assert floor.minimum_yuan == money + 500_000
    wan = floor.minimum_yuan / 10_000
    assert floor.says_zh == f"建设的缺口可能性不超过5%（建设不少于{wan:,g}万元）"


@pytest.mark.parametrize("name", ENGINES)
def test_the_pooled_money_of_a_domain_keeps_its_chance_and_a_yuan_less_does_not(name: str) -> None:
    scenario, _, found = world(domain("L3", "5%", "pooled"), name)
    limits = chance_limits(scenario, judged_accounts(scenario))
    (group,) = chance_groups(scenario, limits, found)
    assert chance_floors(scenario, limits, found, problem_of({}, name)) == ()
    assert set(group.accounts) == set(L3)

    def pooled(yuan: int) -> float:
        held = {account: yuan if account == "skills" else 0 for account in group.accounts}
        return found.together(held).pooled_gap_probability.value

    assert pooled(group.minimum_yuan) <= 0.05
    assert pooled(group.minimum_yuan - 1) > 0.05


def test_pooled_money_needs_less_than_each_account_alone() -> None:
    (group,) = problem_of(domain("L3", "5%", "pooled")).group_floors
    alone = floors_of(problem_of(accounts(building="5%", skills="5%", health="5%")))
    assert group.minimum_yuan < sum(alone.values())


def test_a_floor_of_the_scenario_and_one_of_a_chance_stand_beside_each_other() -> None:
    problem = problem_of(accounts(building="5%") | {"floors": {"building": "1700万元"}})
    assert [(floor.account, floor.chance) for floor in problem.floors] == [
        ("building", False),
        ("building", True),
    ]


# --- any of several accounts: a chance of all of them together ---


@cache
def joint(name: str) -> tuple[Problem, Plan]:
    """At most 10 % that any account of L3 is short; without the limit it is 33 %."""
    problem = problem_of(domain("L3", "10%", "any_short"), name)
    return problem, solve(problem)


@pytest.mark.parametrize("name", ENGINES)
def test_with_the_money_that_each_account_must_hold_the_joint_chance_is_kept(name: str) -> None:
    problem, plan = joint(name)
    floors = floors_of(problem)
    assert set(floors) == set(L3)
    found = plain_engine(name)
    assert 0.098 <= found.together(floors).any_short_probability.value <= 0.1
    assert plan.status == "optimal"
    held = {account: after(problem, plan)[account] for account in L3}
    assert found.together(held).any_short_probability.value <= 0.1


def test_the_joint_limit_costs_something_and_is_used() -> None:
    problem, plan = joint("exact")
    free = solve(problem_of({}))
    assert plan.objective_after > free.objective_after + 10_000
    held = {account: after(problem, plan)[account] for account in L3}
    assert plain_engine("exact").together(held).any_short_probability.value > 0.09


def test_what_is_reached_holds_on_draws_never_used_before_within_binomial_error() -> None:
    problem, plan = joint("exact")
    scenario, asked, found = world(domain("L3", "10%", "any_short"))
    limits = chance_limits(scenario, judged_accounts(scenario))
    many = replace(asked, span=replace(asked.span, count=4_000))
    (reached,) = reached_chances(many, limits, after(problem, plan), found)
    assert reached.limit == limits[0]
    assert reached.reached.value <= 0.1
    fresh = reached.on_fresh_draws
    years = found.years(asked, L3, replace(asked.span, first=4_000, count=4_000))[:]
    money = np.array([asked.left(account, after(problem, plan)[account]) for account in L3])
    assert fresh.value == np.mean(np.any(years > money, axis=1))
    assert fresh.se == pytest.approx((fresh.value * (1 - fresh.value) / 4_000) ** 0.5)
    assert abs(fresh.value - reached.reached.value) <= ERRORS * fresh.se


def test_what_is_reached_is_of_the_gap_that_is_limited() -> None:
    """Pooled and any short of the same accounts at the same money are two chances."""
    budgets = after(problem_of({}), solve(problem_of({})))
    values = []
    for of in ("pooled", "any_short"):
        scenario, asked, found = world(domain("L3", "20%", of))
        limits = chance_limits(scenario, judged_accounts(scenario))
        (reached,) = reached_chances(asked, limits, budgets, found)
        assert abs(reached.on_fresh_draws.value - reached.reached.value) < 0.05
        values.append(reached.reached.value)
    risk = plain_engine("exact").together({account: budgets[account] for account in L3})
    expected = [risk.pooled_gap_probability.value, risk.any_short_probability.value]
    assert values == pytest.approx(expected, rel=1e-9)  # sums in another order


@pytest.mark.parametrize("name", ENGINES)
def test_a_joint_limit_that_already_holds_leaves_the_plan_as_it_is(name: str) -> None:
    """With the plan of least cost 33 % of the years leave an account of L3 short."""
    limited = problem_of(domain("L3", "50%", "any_short"), name)
    assert set(floors_of(limited)) == set(L3)  # it stands, for whoever moves money otherwise
    free, plan = solve(problem_of({}, name)), solve(limited)
    assert plan.transfers == free.transfers
    assert all(after(limited, plan)[a] > yuan for a, yuan in floors_of(limited).items())


@pytest.mark.parametrize("name", ENGINES)
def test_where_no_plan_keeps_the_joint_limit_the_clash_is_of_chances_that_would_keep_it(
    name: str,
) -> None:
    problem = problem_of(together("1%", "building", "research"), name)
    plan = solve(problem)
    assert plan.status == "infeasible"
    named = {limit.name for clash in plan.clashes for limit in clash.limits}
    assert named & {"chance__building", "chance__research"}
    assert all(clash.short_yuan > 0 for clash in plan.clashes)
    found = plain_engine(name).together(floors_of(problem)).any_short_probability.value
    assert found <= 0.01


def test_of_several_limits_on_an_account_the_strictest_is_held_and_told() -> None:
    loose = joint("exact")[0]
    strict = problem_of(domain("L3", "10%", "any_short") | accounts(health="0.5%"))
    words = {floor.account: floor.says_zh for floor in strict.floors}
    assert words["health"].startswith("医疗的缺口可能性不超过0.5%（")
    assert words["building"].startswith("学校和医疗领域任一账户的缺口可能性不超过10%（")
    assert floors_of(strict)["health"] > floors_of(loose)["health"]


def test_the_chance_of_one_account_alone_is_that_of_any_of_one() -> None:
    """The same money is asked for, whichever way the limit is written."""
    one = floors_of(problem_of(accounts(health="5%")))
    several = floors_of(problem_of(together("5%", "health")))
    assert several["health"] == pytest.approx(one["health"], abs=1_000)  # a cell of the law
