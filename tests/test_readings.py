"""A reading changes the rule and nothing else: same applicants, same years, another amount."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import (
    MATCH,
    account,
    award,
    book,
    draw,
    figure,
    pool,
    question,
    real,
    size,
    span,
    tiny,
)

from model.demand.draws import Demand
from model.demand.ranges import Question
from model.demand.readings import ReadingEffect, award_with, demand_with, find_reading_effects
from model.pipeline import make_question
from model.risk import gap_probability
from model.scenario import Scenario

N = 400


def _asked(scenario: Scenario, count: int) -> tuple[Question, Demand]:
    """The question on the first draws of a longer run."""
    asked = make_question(scenario)
    longer = replace(asked.span, count=count + 40)
    central = draw(asked.book, asked.awards, longer, *asked.loads)
    return replace(asked, span=replace(asked.span, count=count)), central


@cache
def _effects(name: str) -> dict[tuple[str, str], ReadingEffect]:
    asked, central = _asked(tiny(name), N)
    found = find_reading_effects(asked, tiny(name).account_of_award(), central)
    return {(each.award, each.letter): each for each in found}


def test_every_reading_of_every_costed_award_has_an_effect() -> None:
    assert sorted(_effects("base")) == [("B2a", "A"), ("B2a", "B"), ("B5b", "A"), ("B5b", "B")]


def test_the_chosen_reading_is_the_central_run_to_the_yuan() -> None:
    asked, central = _asked(tiny(), N)
    paying = tiny().account_of_award()
    for award_id, letter in tiny().settings.readings.items():
        found = _effects("base")[award_id, letter]
        assert found.demand_mean_yuan == central.award_yuan[award_id][:N].mean()
        key = paying[award_id]
        assert key is not None
        here = central.column(key)[:N]
        money = asked.budgets[key] - (500_000 if key == "building" else 0)
        assert found.gap_probability == gap_probability(here, money).value


def test_a_match_of_two_to_one_pays_four_times_a_match_of_one_to_two_up_to_the_cap() -> None:
    one, four = (_effects("base")["B5b", letter] for letter in "AB")
    assert 1 < four.demand_mean_yuan / one.demand_mean_yuan < 4
    assert four.gap_probability >= one.gap_probability
    for letter in "AB":
        _, central = _asked(tiny(), N)
        most = 1_000_000 * central.award_claims["B5b"][:N].mean()
        assert _effects("base")["B5b", letter].demand_mean_yuan <= most


def test_the_effects_do_not_depend_on_the_reading_in_force() -> None:
    """Reading A of B2a is the same whether the scenario chose A or B, all caps being equal."""
    asked, central = _asked(tiny("smaller"), N)
    assert tiny("smaller").settings.readings["B2a"] == "B"
    paying = tiny("smaller").account_of_award()
    found = {
        (each.award, each.letter): each.demand_mean_yuan
        for each in find_reading_effects(asked, paying, central)
    }
    assert found["B2a", "B"] == central.award_yuan["B2a"][:N].mean()
    assert found["B2a", "A"] < found["B2a", "B"]
    natural = award_with(asked.awards["B2a"], {"uplift_within_cap": True})
    own, _ = demand_with(asked, "building", "B2a", natural, central)
    assert found["B2a", "A"] == own.mean()


def test_an_award_that_no_account_pays_has_no_effect() -> None:
    asked, central = _asked(tiny(), 8)
    paying = tiny().account_of_award() | {"B5b": None}
    found = find_reading_effects(asked, paying, central)
    assert {each.award for each in found} == {"B2a"}


def test_the_real_readings_move_their_award_by_the_printed_ratio() -> None:
    """A47: 1.5, 2/3 and 1/2 yuan of the city for each of the province, on the same projects."""
    asked, central = _asked(real(), 200)
    asked = replace(asked, awards={"A47": asked.awards["A47"]})
    found = find_reading_effects(asked, real().account_of_award(), central)
    means = {each.letter: each.demand_mean_yuan for each in found}
    claims = central.award_claims["A47"][:200].mean()
    for letter, ratio in (("A", 1.5), ("B", 2 / 3), ("C", 0.5)):
        expected = means["A"] * ratio / 1.5
        assert abs(means[letter] - expected) <= 2 * claims  # each payout is rounded down


def test_another_rule_meets_the_same_applicants() -> None:
    of = book({"p": pool(5.0, {"X": {"base_yuan": size("7万元", 1.0)}})})
    asked = question(of, {"X": MATCH}, 1_000_000, span(200))
    central = draw(of, {"X": MATCH}, span(200))
    doubled = award_with(MATCH, {"ratio": "2/1"})
    own, whole = demand_with(asked, "account", "X", doubled, central)
    assert np.array_equal(own, 2 * central.award_yuan["X"])
    assert np.array_equal(whole, own)


def test_the_other_awards_and_the_lag_of_the_account_stay() -> None:
    part = {"base_yuan": size("7万元", 1.0)}
    of = book(
        {"p": pool(5.0, {"X": part, "Y": part}), "q": pool(3.0, {"Z": part})},
        accounts={"account": account(payment_lag=figure("50%"))},
    )
    awards = dict.fromkeys("XYZ", MATCH)
    asked = question(of, awards, 1_000_000, span(200))
    central = draw(of, awards, span(200))
    own, whole = demand_with(asked, "account", "X", award_with(MATCH, {"ratio": "3/1"}), central)
    rest = central.award_yuan["Y"] + central.award_yuan["Z"]
    assert np.array_equal(whole, (own + rest) // 2)


def test_a_changed_award_is_checked_again() -> None:
    assert award_with(MATCH, {"ratio": "1/2"}).model_dump()["ratio"] == "50%"
    with pytest.raises(ValueError, match="no unit on the amount 500"):
        award_with(award("flat", {}, amount="1元"), {"amount": 500})
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        award_with(MATCH, {"rate": "1/2"})
