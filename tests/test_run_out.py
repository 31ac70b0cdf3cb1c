"""The month in which the money runs out: by hand, from laws and from draws of every claim."""

from __future__ import annotations

import doctest
from dataclasses import replace
from fractions import Fraction
from math import exp, factorial

import numpy as np
import pytest
from demand_sample import (
    ENGINES,
    FLAT,
    SURE,
    UP_TO,
    account,
    book,
    engine,
    figure,
    load,
    pool,
    question,
    real,
    size,
    span,
    tiny,
)

from model.demand import run_out
from model.demand.calendar import Calendar
from model.demand.compound import total_law
from model.demand.counts import poisson
from model.demand.draws import draw_demand, draw_months
from model.demand.exact import make_exact_engine
from model.demand.payouts import payout_law
from model.demand.question import Question
from model.demand.run_out import Paying, chance_short, run_out_month, settled
from model.demand.totals import exceedance
from model.pipeline import make_question

WAN = 10_000
LEVEL = 6  # standard errors between the engines


def calendar(*shares: str) -> Calendar:
    words = {"name_zh": "批", "name_en": "batches", "mark": "assumed", "why": "假设"}
    return Calendar.model_validate(words | {"shares": shares})


HALVES = calendar(*["0%"] * 5, "50%", *["0%"] * 5, "50%")
SPRING = calendar("0%", "25%", "25%", "50%", *["0%"] * 8)


def asked_of(money: int, **more: object) -> Question:
    """Ten flat claims of 100 wan a year on average, half in June and half in December."""
    claims = {"A1": {"columns": SURE, "calendar": "halves"}}
    made = book({"p": pool(10, claims)}, **more)
    return question(replace(made, calendars={"halves": HALVES}), {"A1": FLAT}, money, span(4_000))


def test_the_examples_hold() -> None:
    assert doctest.testmod(run_out).failed == 0


def test_the_chance_of_each_month_is_that_of_a_thinned_count() -> None:
    """Of Poisson claims with mean 10 a Poisson count with mean 5 has come in by June."""
    asked = asked_of(600 * WAN)
    chances = make_exact_engine(asked).run_out("account", 600 * WAN)
    assert chances[:5] == (0.0,) * 5

    def above(mean: float) -> float:
        return 1 - sum(exp(-mean) * mean**k / factorial(k) for k in range(7))

    assert chances[5:11] == pytest.approx([above(5)] * 6, abs=1e-12)
    assert chances[11] == pytest.approx(above(10), abs=1e-12)
    assert run_out_month(chances, 0.1) == 6
    assert run_out_month(chances, 0.5) == 12
    assert run_out_month(chances, 0.99) is None


@pytest.mark.parametrize("name", ENGINES)
def test_the_twelfth_is_exactly_the_chance_of_a_gap_and_none_falls(name: str) -> None:
    asked = replace(make_question(tiny()), span=span(400))
    found = engine(name, asked)
    for key, money in asked.budgets.items():
        chances = found.run_out(key, money)
        assert chances[11] == found.risk(key, money, 0.05).gap_probability.value
        assert list(chances) == sorted(chances)
        assert len(chances) == 12


@pytest.mark.parametrize("name", ENGINES)
def test_more_bound_than_there_is_has_run_out_in_january(name: str) -> None:
    bound = {"earlier_years": figure("700万元"), "reserve": figure("0万元")}
    asked = asked_of(600 * WAN, accounts={"account": account(committed=bound)})
    chances = engine(name, asked).run_out("account", 600 * WAN)
    assert chances == pytest.approx([1.0] * 12)


@pytest.mark.parametrize("name", ENGINES)
def test_an_appropriation_is_paid_as_its_calendar_goes(name: str) -> None:
    """Paid for certain and in full: 25, 50, 100 % by February, March and April."""
    pays = {"progress": figure("100%"), "spread": 0.0, "calendar": "spring"}
    made = book({}, accounts={"account": account(payment=pays)})
    made = replace(made, calendars={"spring": SPRING})
    asked = question(made, {}, 400 * WAN, span(400), appropriation_yuan=1_000 * WAN)
    found = engine(name, asked)
    assert found.run_out("account", 400 * WAN) == (0.0,) * 2 + (1.0,) * 10
    assert found.run_out("account", 500 * WAN) == (0.0,) * 3 + (1.0,) * 9
    assert found.run_out("account", 1_000 * WAN) == (0.0,) * 12


def test_claims_and_payment_together_are_their_sum() -> None:
    """Against the sum over every count, with half of the payment reached and a tenth paid later."""
    claims = total_law(poisson(3.0), payout_law(np.array([7])))
    yearly = total_law(poisson(2.0), payout_law(np.array([13])))
    paying = Paying(stays=Fraction(9, 10), payment=yearly, reached=Fraction(1, 2))
    for money in (-1, 0, 20, 21, 40):
        by_hand = sum(
            float(claims.mass[i] * yearly.mass[j])
            for i, one in enumerate(claims.yuan.tolist())
            for j, other in enumerate(yearly.yuan.tolist())
            if one * 9 // 10 + other // 2 > money
        )
        assert chance_short(claims, paying, money) == pytest.approx(by_hand, abs=1e-14)
    alone = Paying(stays=Fraction(9, 10), payment=None, reached=Fraction(0))
    assert chance_short(claims, alone, 12) == exceedance(claims, 14)  # 14 stays 12, 21 stays 18
    nothing = Paying(stays=Fraction(0), payment=None, reached=Fraction(0))
    assert chance_short(claims, nothing, 0) == 0.0
    assert chance_short(claims, nothing, -1) == pytest.approx(1.0)


def test_noise_between_points_never_lets_a_month_fall_or_pass_the_year() -> None:
    raw = (0.0, 1e-17, -1e-17, 0.2, 0.1, 0.3, 0.41, 0.4, 0.4, 0.4, 0.42, 0.9)
    assert settled(raw, 0.4) == (0.0, 1e-17, 1e-17, 0.2, 0.2, 0.3) + (0.4,) * 6


def _assert_engines_agree(asked: Question, accounts: tuple[str, ...]) -> None:
    exact, drawn = make_exact_engine(asked), engine("applicants", asked)
    for key in accounts:
        budget = asked.budgets[key]
        n = asked.span.count
        for one, other in zip(exact.run_out(key, budget), drawn.run_out(key, budget), strict=True):
            error = max(one * (1 - one) / n, 1 / n**2) ** 0.5
            assert abs(one - other) <= LEVEL * error + 1e-3, (key, one, other)


def test_the_engines_agree_month_by_month() -> None:
    """Also where the same applicants claim two awards with calendars of their own."""
    scenario = tiny()
    made = scenario.book
    names = {"B2a": "two_halves", "B5a": "early", "B7a": "two_halves"}
    pools = {
        key: entry.model_copy(
            update={
                "claims": {
                    award: spec.model_copy(update={"calendar": names.get(award)})
                    for award, spec in entry.claims.items()
                }
            }
        )
        for key, entry in made.pools.items()
    }
    asked = make_question(replace(scenario, book=replace(made, pools=pools)))
    asked = replace(asked, span=span(4_000), budgets={key: 0 for key in asked.budgets})
    laws = make_exact_engine(asked)
    middling = {
        key: int(laws.risk(key, 0, 0.05).demand_p50_yuan.value * 0.8) + asked.left(key, 0) * -1
        for key in asked.budgets
    }
    _assert_engines_agree(replace(asked, budgets=middling), ("building", "skills", "research"))


@pytest.mark.soak
def test_the_engines_agree_on_the_real_paper() -> None:
    asked = make_question(real("whole-city"))
    asked = replace(asked, span=replace(asked.span, count=10_000))
    _assert_engines_agree(asked, ("science", "industry", "services", "opening_up", "agriculture"))


def test_the_last_row_of_the_months_is_the_year() -> None:
    asked = replace(make_question(tiny()), span=span(2_200))
    for each in asked.loads:
        year = draw_demand(asked.book, asked.awards, (each,), asked.span).column(each.account)
        months = draw_months(asked.book, asked.awards, each, asked.span)
        assert np.array_equal(months[11], year)
        assert np.all(np.diff(months, axis=0) >= 0)


def test_a_claim_keeps_its_month_whatever_else_changes() -> None:
    """Numbers with an address: another size of payout moves no claim to another month."""
    claims = {"A1": {"columns": {"approved_yuan": size("30万元", 0.0)}, "calendar": "halves"}}
    made = replace(book({"p": pool(5, claims)}), calendars={"halves": HALVES})
    doubled = {"A1": {"columns": {"approved_yuan": size("60万元", 0.0)}, "calendar": "halves"}}
    other = replace(book({"p": pool(5, doubled)}), calendars={"halves": HALVES})
    one, two = (draw_months(b, {"A1": UP_TO}, load("A1"), span(200)) for b in (made, other))
    assert np.array_equal(2 * one, two)
    assert one[5].sum() == one[10].sum() > 0
