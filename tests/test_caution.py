"""What one wrong assumption does to those who give, what they can safely give, and the choice."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import exp, factorial

import numpy as np
import pytest
from demand_sample import ENGINES, FLAT, SURE, book, engine, pool, question, real, span
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cities import arc, tied, toy, wan

from model.allocation.cuts import solve
from model.allocation.plan import check_plan
from model.allocation.problem import Caution, Problem
from model.demand.caution import STEP_YUAN, Giving, find_givings
from model.demand.exact import make_exact_engine
from model.demand.ranges import find_worst_gaps
from model.errors import InputError
from model.giving import cautions
from model.money import WAN
from model.outcome import Outcome
from model.pipeline import make_question, run
from model.scenario import Scenario

MILLION = 1_000_000
TIGHT = 0.05


def above(mean: float, claims: int) -> float:
    """The chance of more claims than so many, when they come by Poisson's law."""
    return 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(claims + 1))


@cache
def giving(name: str, most: int) -> Giving:
    """An account of 20 million for awards of 1 million: 4 expected, or 2, or 9."""
    of = book({"p": pool((2.0, 4.0, 9.0), {"X": SURE})})
    asked = question(of, {"X": FLAT}, 20 * MILLION, span(4_000))
    return find_givings(asked, engine(name, asked), {"account": most}, TIGHT)["account"]


def test_what_is_safe_is_the_least_money_whose_chance_at_the_worst_end_is_below_the_bound() -> None:
    """Of nine expected, more than 14 come in 4.1 % of years, more than 13 in 7.4 %."""
    assert above(9, 14) < TIGHT < above(9, 13)
    safe = giving("exact", 15 * MILLION).safe_yuan
    assert 14 * MILLION <= safe <= 14 * MILLION + STEP_YUAN
    assert safe % STEP_YUAN == 0


@pytest.mark.parametrize("name", ENGINES)
def test_an_account_that_stays_safe_may_give_all_that_may_leave_it(name: str) -> None:
    assert giving(name, 3 * MILLION).safe_yuan == 17 * MILLION


@pytest.mark.parametrize("name", ENGINES)
def test_an_account_that_is_not_safe_to_begin_with_gives_nothing(name: str) -> None:
    of = book({"p": pool((2.0, 4.0, 9.0), {"X": SURE})})
    asked = question(of, {"X": FLAT}, 10 * MILLION, span(4_000))
    found = find_givings(asked, engine(name, asked), {"account": MILLION}, TIGHT)
    assert found["account"].safe_yuan == 10 * MILLION


@pytest.mark.parametrize("name", ENGINES)
def test_what_is_owed_more_is_the_excess_over_the_money_left_at_the_worst_end(name: str) -> None:
    """From 20 million to 4: E max(N - 4, 0) of nine expected, less what is owed at 20."""
    found = giving(name, 16 * MILLION)
    assert found.money_yuan[0] == 20 * MILLION
    assert found.money_yuan[-1] == 4 * MILLION
    weights = [exp(-9) * 9**k / factorial(k) for k in range(80)]

    def excess(money: int) -> float:
        return sum(p * max(k - money, 0) for k, p in enumerate(weights))

    for money, owed in zip(found.money_yuan, found.owed_yuan, strict=True):
        true = excess(money // MILLION) - excess(20)
        # Whole claims: the chance falls in steps, which the curve takes half before, half after.
        assert owed / MILLION == pytest.approx(true, abs=0.55)
    assert found.owed_yuan[0] == 0


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("most", [MILLION, 7 * MILLION, 20 * MILLION])
def test_what_is_owed_rises_ever_faster(name: str, most: int) -> None:
    found = giving(name, most)
    slopes = -np.diff(found.owed_yuan) / np.diff(found.money_yuan)
    assert (slopes >= 0).all()
    assert (slopes <= 1 + 1e-9).all()
    assert (np.diff(slopes) >= -1e-9).all()


# --- the choice among equally good plans ---


def caution(account: str, free: float, most: float = 50.0) -> Caution:
    """Nothing is owed up to some money given (in 万元), then every yuan."""
    sums = dict.fromkeys([0.0, free, most])
    return Caution(
        account=account,
        money_yuan=tuple(wan(*(500 - each for each in sums)).tolist()),
        harm_yuan=tuple(max(each - free, 0.0) * WAN for each in sums),
    )


def gives(problem: Problem) -> dict[str, int]:
    """What leaves each giver, in 万元."""
    plan = solve(problem)
    assert not check_plan(problem, plan)
    return {transfer.giver: transfer.amount_yuan // WAN for transfer in plan.transfers}


def test_of_equal_plans_the_one_whose_giver_is_safe_is_taken() -> None:
    assert gives(tied()) == {"a": 40}
    assert gives(tied(cautions=(caution("a", 0), caution("c", 0)))) == {"d": 40}


def test_each_giver_gives_first_what_is_safe_for_it() -> None:
    cautions = (caution("a", 10), caution("c", 25), caution("d", 5))
    assert gives(tied(cautions=cautions)) == {"a": 10, "c": 25, "d": 5}


def test_a_heavier_approval_is_taken_where_more_would_be_owed_than_it_costs() -> None:
    arcs = (arc("a", "b", 0.001), arc("d", "b", 0.5))
    assert gives(tied(arcs=arcs)) == {"a": 40}
    assert gives(tied(arcs=arcs, cautions=(caution("a", 30),))) == {"a": 30, "d": 10}


def test_caution_never_makes_a_plan_cost_more_than_its_tolerance() -> None:
    """c can only be helped by a and b, however much these may owe."""
    cautions = tuple(
        Caution(account=key, money_yuan=tuple(wan(*money).tolist()), harm_yuan=(0.0, 80.0 * WAN))
        for key, money in (("a", (1000, 900)), ("b", (800, 720)))
    )
    plain, careful = solve(toy()), solve(toy(cautions=cautions))
    assert careful.objective_after <= plain.objective_after + 10_000
    assert careful.objective_lower_bound == pytest.approx(plain.objective_lower_bound, abs=1)


@settings(max_examples=15)
@given(st.permutations(["a", "c", "d"]), st.integers(15, 40))
def test_who_is_safest_gives_whatever_it_is_called(order: list[str], free: int) -> None:
    cautions = tuple(caution(key, free if key == order[0] else 0) for key in order)
    found = gives(tied(cautions=cautions))
    rest = {order[0]: free} | ({"a": found.get("a", 0)} if free < 40 else {})
    assert found == rest  # beyond what is safe, all would owe alike and the first id gives
    assert found[order[0]] >= free
    assert sum(found.values()) == 40


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(caution("a", 10), account="z"), "'z'"),
        (replace(caution("a", 10), harm_yuan=(0.0, 5.0)), "no curve"),
        (replace(caution("a", 10), money_yuan=(1, 2, 3)), "no curve"),
        (replace(caution("a", 10), harm_yuan=(0.0, 9e5, 9.5e5)), "not convex"),
    ],
)
def test_a_caution_that_is_no_convex_curve_of_an_account_is_refused(
    wrong: Caution, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        tied(cautions=(wrong,))


def like(owed: tuple[float, ...], safe: int) -> Giving:
    """An account of 500 that may give 50, in 万元: what is owed after 0, 25 and 50."""
    return Giving(
        account="a",
        money_yuan=tuple(wan(500, 475, 450).tolist()),
        owed_yuan=tuple(each * WAN for each in owed),
        safe_yuan=safe * WAN,
    )


def test_what_puts_a_safe_giver_at_risk_counts_more_than_anything_it_may_owe() -> None:
    """Of 25 given, 10 leave it safe: 15 beyond count ten times, and 2 are owed on the way."""
    (found,) = cautions({"a": like((0.0, 5.0, 30.0), 490)})
    assert [yuan // WAN for yuan in found.money_yuan] == [500, 490, 475, 450]
    assert [yuan / WAN for yuan in found.harm_yuan] == pytest.approx([0, 2, 5 + 150, 30 + 400])


def test_who_is_at_risk_already_counts_by_what_it_may_owe_alone() -> None:
    (found,) = cautions({"a": like((0.0, 20.0, 45.0), 500)})
    assert [yuan / WAN for yuan in found.harm_yuan] == [0, 20, 45]


def test_nobody_is_put_at_risk_while_others_can_give_who_are_at_risk_already() -> None:
    safe, risky = like((0.0, 0.0, 5.0), 475), replace(like((0.0, 24.0, 49.0), 500), account="d")
    two = cautions({"a": safe, "c": replace(safe, account="c"), "d": risky})
    assert gives(tied(cautions=two)) == {"a": 25, "c": 15}
    both = cautions({"a": safe, "c": replace(safe, account="c", safe_yuan=490 * WAN), "d": risky})
    assert gives(tied(cautions=both)) == {"a": 25, "c": 10, "d": 5}


# --- the safe plan of the first paper ---


def scenario() -> Scenario:
    found = real()
    return replace(found, settings=found.settings.model_copy(update={"draws": 2_000}))


@cache
def outcome() -> Outcome:
    return run(scenario())


def test_in_the_safe_plan_no_giver_is_at_risk_whichever_assumption_is_wrong() -> None:
    found = outcome().reallocation
    safe = found.safe
    assert safe is not None
    assert safe.plan.transfers
    assert not check_plan(found.problem, safe.plan)
    given: dict[str, int] = {}
    for transfer in safe.plan.transfers:
        given[transfer.giver] = given.get(transfer.giver, 0) + transfer.amount_yuan
    asked = make_question(scenario())
    budgets = {
        account: [int(found.problem.budget_yuan[found.problem.index[account]]) - yuan]
        for account, yuan in given.items()
    }
    worst = find_worst_gaps(asked, make_exact_engine(asked), budgets)
    assert {account for account, _ in worst} == set(given)
    assert max(each.gap_probability for each in worst.values()) < safe.tight
    assert all(yuan <= safe.may_leave_yuan[account] for account, yuan in given.items())
    assert found.plan.objective_after <= safe.plan.objective_after
    assert safe.plan.objective_after < safe.plan.objective_before
