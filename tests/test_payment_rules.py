"""How accounts pay by rules: kinds that add up to the account's claims, and turns by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from demand_sample import ENGINES, TINY, engine

from model.allocation.plan import cost, weighted_unpaid
from model.allocation.problem import Payments, Problem
from model.demand.engine import Engine
from model.demand.joint_draws import HELD_YEARS
from model.demand.question import Question
from model.errors import InputError
from model.payment_rules import REST, make_payments
from model.pipeline import make_question
from model.scenario import Scenario, load_scenario
from model.transfer_rules import judged_accounts, make_problem

N = 400
PLENTY = 10**10
RULE = {"research": {"rule": "priority", "order": ("B5a",)}}
WEIGHTS = {"B5a": 3, "B5b": 2}
REST_OF_RESEARCH = f"research/{REST}"


def world(
    changes: dict[str, Any] | None = None, name: str = "exact"
) -> tuple[Scenario, Question, Engine]:
    """The invented paper with other rules of paying, on few draws."""
    under = {f"allocation.{key}": value for key, value in (changes or {}).items()}
    scenario = load_scenario(TINY / "base.yaml", under)
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=N))
    return scenario, asked, engine(name, asked)


def payments_of(changes: dict[str, Any], name: str = "exact") -> Payments | None:
    scenario, asked, found = world(changes, name)
    return make_payments(scenario, asked, judged_accounts(scenario), found)


def problem_of(changes: dict[str, Any]) -> Problem:
    return make_problem(*world(changes))


# --- what the kinds are ---


def test_without_rules_weights_and_ceilings_claims_are_not_told_apart() -> None:
    assert payments_of({}) is None
    assert problem_of({}).payments is None


def test_the_kinds_are_the_awards_of_the_account_and_last_what_is_beside_them() -> None:
    found = payments_of({"payment": RULE, "award_weights": WEIGHTS, "award_ceilings": {}})
    assert found is not None
    kinds = [(kind.id, kind.account, kind.weight, kind.turn) for kind in found.kinds]
    assert kinds == [
        ("B5a", "research", 3.0, 0),
        ("B5b", "research", 2.0, 1),
        (REST_OF_RESEARCH, "research", 2.0, 1),
    ]


def test_a_weight_or_a_ceiling_alone_tells_the_claims_of_its_account_apart() -> None:
    found = payments_of({"award_ceilings": {"B3a": "30万元"}, "award_weights": {"B2a": 2}})
    assert found is not None
    assert [(kind.id, kind.weight, kind.ceiling_yuan) for kind in found.kinds] == [
        ("B2a", 2.0, None),
        ("B7a", 1.0, None),
        (f"building/{REST}", 1.0, None),
        ("B3a", 1.0, 300_000),
        (f"skills/{REST}", 1.0, None),
    ]
    assert {kind.turn for kind in found.kinds} == {0}
    assert found.guaranteed == {}


def test_a_guaranteed_part_is_handed_on_by_account() -> None:
    guaranteed = {"rule": "guaranteed", "at_least": "50%", "order": ("B5b",)}
    found = payments_of({"payment": {"research": guaranteed, "skills": {"rule": "pro_rata"}}})
    assert found is not None
    assert found.guaranteed == {"research": 0.5, "skills": 0.0}


@pytest.mark.parametrize("account", ["health", "parks"])
def test_an_account_without_awards_has_no_turns(account: str) -> None:
    """Health pays by progress only; parks is not judged."""
    with pytest.raises(InputError) as told:
        payments_of({"payment": {account: {"rule": "pro_rata"}}})
    assert str(told.value) == (
        f"command line: allocation.payment.{account}: '{account}' pays no award with a rule, so"
        " nothing is paid by turns. Take it out."
    )


# --- what they ask for ---


@pytest.mark.parametrize("name", ENGINES)
def test_the_kinds_of_an_account_add_up_to_its_claims_in_every_draw(name: str) -> None:
    ruled = {each: {"rule": "pro_rata"} for each in ("building", "skills", "research")}
    scenario, asked, found = world({"payment": ruled}, name)
    payments = make_payments(scenario, asked, judged_accounts(scenario), found)
    assert payments is not None
    whole = found.years(asked, tuple(ruled))[:]
    for column, account in enumerate(ruled):
        own = [i for i, kind in enumerate(payments.kinds) if kind.account == account]
        assert np.array_equal(payments.demand[:][:, own].sum(axis=1), whole[:, column])


@pytest.mark.parametrize("name", ENGINES)
def test_of_every_award_the_lag_leaves_nine_tenths_and_the_rest_is_a_yuan_of_rounding(
    name: str,
) -> None:
    """Research pays a tenth of its claims only next year; two awards lose less than two yuan."""
    scenario, asked, found = world({"payment": RULE}, name)
    payments = make_payments(scenario, asked, judged_accounts(scenario), found)
    assert payments is not None
    table = payments.demand[:]
    awards = found.award_years(asked, ("B5a", "B5b"))[:]
    assert np.array_equal(table[:, :2], awards * 9 // 10)
    assert set(np.unique(table[:, 2])) <= {0, 1}


def test_what_is_paid_by_progress_is_a_kind_of_its_own() -> None:
    """Skills with a payment beside its award: the rest of its 1000万元 is asked for by progress."""
    progress = {
        "progress": {
            **{"name_zh": "进度", "name_en": "progress", "value": "50%"},
            **{"mark": "assumed", "why": "估计"},
        },
        "spread": 0.0,
    }
    scenario, asked, _ = world()
    changes = {
        "accounts.skills.payment": progress,
        "allocation.payment": {"skills": {"rule": "priority", "order": ("B3a",)}},
    }
    scenario = load_scenario(TINY / "base.yaml", changes)
    asked = make_question(scenario)
    found = make_payments(scenario, asked, ("skills",), engine("exact", asked))
    assert found is not None
    assert [(kind.id, kind.turn) for kind in found.kinds] == [("B3a", 0), (f"skills/{REST}", 1)]
    assert set(found.demand[:][:, 1].tolist()) == {5_000_000}


# --- what they leave unpaid, by hand ---


@cache
def hard_year() -> tuple[int, dict[str, int]]:
    """A draw in which research is asked for both its awards, and what each asks for."""
    problem = problem_of({"payment": RULE})
    assert problem.payments is not None
    table = problem.payments.demand[:]
    draw = int(np.argmax(table[:, :2].min(axis=1)))
    first, second, rest = table[draw].tolist()
    assert first > 1_000_000
    assert second > 1_000_000
    return draw, {"B5a": first, "B5b": second, "rest": rest}


def unpaid(changes: dict[str, Any], money: int) -> float:
    """The weighted unpaid money of the hard year when research holds so much, others plenty."""
    problem = problem_of(changes)
    held = np.full(len(problem.accounts), PLENTY)
    held[problem.index["research"]] = money
    return float(weighted_unpaid(problem, held)[hard_year()[0]])


def test_by_priority_the_first_award_is_paid_before_the_others_get_a_yuan() -> None:
    """A million is missing at the first award; nothing comes to the second, nor to the rest."""
    _, asked = hard_year()
    found = unpaid({"payment": RULE, "award_weights": WEIGHTS}, asked["B5a"] - 1_000_000)
    assert found == pytest.approx(3 * 1_000_000 + 2 * (asked["B5b"] + asked["rest"]))


def test_by_priority_what_is_left_goes_to_the_second_award() -> None:
    _, asked = hard_year()
    found = unpaid({"payment": RULE, "award_weights": WEIGHTS}, asked["B5a"] + 400_000)
    assert found == pytest.approx(2 * (asked["B5b"] + asked["rest"] - 400_000))


@pytest.mark.parametrize("rule", ["pro_rata", "first_come"])
def test_pro_rata_and_first_come_pay_every_award_the_same_part(rule: str) -> None:
    """A quarter of all that is asked is missing, so a quarter of each award."""
    _, asked = hard_year()
    whole = sum(asked.values())
    money = whole - whole // 4
    found = unpaid({"payment": {"research": {"rule": rule}}, "award_weights": WEIGHTS}, money)
    weighted = 3 * asked["B5a"] + 2 * (asked["B5b"] + asked["rest"])
    assert found == pytest.approx(weighted * (whole // 4) / whole)


def test_flagships_come_first_together() -> None:
    """Both awards are flagships: half of them is missing, and all of what is beside them."""
    _, asked = hard_year()
    rule = {"research": {"rule": "flagship_first", "order": ("B5a", "B5b")}}
    flagships = asked["B5a"] + asked["B5b"]
    found = unpaid({"payment": rule, "award_weights": WEIGHTS}, flagships // 2)
    missing = flagships - flagships // 2
    weighted = (3 * asked["B5a"] + 2 * asked["B5b"]) * missing / flagships
    assert found == pytest.approx(weighted + 2 * asked["rest"])


def test_a_guarantee_leaves_as_much_unpaid_as_any_rule_where_awards_count_alike() -> None:
    _, asked = hard_year()
    rule = {"research": {"rule": "guaranteed", "at_least": "50%", "order": ("B5b",)}}
    assert unpaid({"payment": rule}, asked["B5a"]) == asked["B5b"] + asked["rest"]


def test_above_its_ceiling_an_award_is_unpaid_whatever_the_money() -> None:
    _, asked = hard_year()
    found = unpaid({"award_ceilings": {"B5a": "100万元"}}, PLENTY)
    assert found == asked["B5a"] - 1_000_000


def test_first_come_costs_what_pro_rata_costs() -> None:
    weights = {"B5a": 3, "B3a": 0.5}
    problems = [
        problem_of({"payment": {"research": {"rule": rule}}, "award_weights": weights})
        for rule in ("pro_rata", "first_come")
    ]
    for part in (1.0, 0.8, 0.5):
        money = [problem.budget_yuan * part for problem in problems]
        assert cost(problems[0], money[0]) == cost(problems[1], money[1])


def test_where_all_awards_count_alike_the_rule_changes_no_cost() -> None:
    ruled, plain = problem_of({"payment": RULE}), problem_of({})
    for part in (1.0, 0.6):
        money = plain.budget_yuan * part
        assert cost(ruled, money) == pytest.approx(cost(plain, money), rel=1e-12)


# --- how many draws ---


def test_too_many_draws_to_tell_awards_apart_are_refused_in_full() -> None:
    scenario, asked, found = world({"payment": RULE})
    asked = replace(asked, span=replace(asked.span, count=HELD_YEARS + 1))
    with pytest.raises(InputError) as error:
        make_payments(scenario, asked, judged_accounts(scenario), found)
    assert str(error.value) == (
        "draws: 1048577 draws are too many for rules of paying award by award. "
        "Ask for at most 1,048,576."
    )


def test_without_rules_there_may_be_any_number_of_draws() -> None:
    scenario, asked, found = world()
    asked = replace(asked, span=replace(asked.span, count=HELD_YEARS + 1))
    assert make_payments(scenario, asked, judged_accounts(scenario), found) is None
