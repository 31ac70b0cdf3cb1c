"""A reading changes the rule and nothing else: same applicants, same years, another amount."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import (
    ENGINES,
    MATCH,
    account,
    award,
    book,
    engine,
    figure,
    pool,
    question,
    real,
    size,
    span,
    tiny,
)

from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.readings import (
    ReadingEffect,
    award_with,
    find_reading_effects,
    with_award,
    with_whole_area,
)
from model.pipeline import make_question

N = 400


@cache
def _asked(name: str, world: str = "base") -> tuple[Question, Engine]:
    asked = make_question(tiny(world))
    asked = replace(asked, span=replace(asked.span, count=N))
    return asked, engine(name, asked)


@cache
def _effects(name: str, world: str = "base") -> dict[tuple[str, str], ReadingEffect]:
    asked, found = _asked(name, world)
    effects = find_reading_effects(asked, tiny(world).account_of_award(), found)
    return {(each.award, each.letter): each for each in effects}


@pytest.mark.parametrize("name", ENGINES)
def test_every_reading_of_every_costed_award_has_an_effect(name: str) -> None:
    expected = [("B2a", "A"), ("B2a", "B"), ("B5b", "A"), ("B5b", "B")]
    assert sorted(_effects(name)) == expected


@pytest.mark.parametrize("name", ENGINES)
def test_the_chosen_reading_is_the_central_run(name: str) -> None:
    asked, found = _asked(name)
    paying = tiny().account_of_award()
    for award_id, letter in tiny().settings.readings.items():
        effect, key = _effects(name)[award_id, letter], paying[award_id]
        assert key is not None
        mean = found.look_at_award(asked, award_id)
        assert effect.demand_mean_yuan == pytest.approx(mean, rel=1e-12)
        chance = found.look(asked, key).gap(asked.money(key))
        assert effect.gap_probability == pytest.approx(chance, abs=1e-9)


@pytest.mark.parametrize("name", ENGINES)
def test_a_match_of_two_to_one_pays_up_to_four_times_a_match_of_one_to_two(name: str) -> None:
    one, four = (_effects(name)["B5b", letter] for letter in "AB")
    assert 1 < four.demand_mean_yuan / one.demand_mean_yuan < 4
    assert four.gap_probability >= one.gap_probability
    asked, found = _asked(name)
    most = 1_000_000 * found.claims_mean(asked, "B5b")  # the cap of every claim
    assert four.demand_mean_yuan <= most


@pytest.mark.parametrize("name", ENGINES)
def test_the_effects_do_not_depend_on_the_reading_in_force(name: str) -> None:
    asked, found = _asked(name, "smaller")
    assert tiny("smaller").settings.readings["B2a"] == "B"
    effects = _effects(name, "smaller")
    natural, other = (effects["B2a", letter].demand_mean_yuan for letter in "AB")
    assert other == pytest.approx(found.look_at_award(asked, "B2a"), rel=1e-12)
    assert natural < other
    back = with_award(asked, "B2a", {"uplift_within_cap": True})
    assert natural == pytest.approx(found.look_at_award(back, "B2a"), rel=1e-12)


def test_an_award_that_no_account_pays_has_no_effect() -> None:
    asked, found = _asked("exact")
    paying = tiny().account_of_award() | {"B5b": None}
    assert {each.award for each in find_reading_effects(asked, paying, found)} == {"B2a"}


@pytest.mark.parametrize("name", ENGINES)
def test_the_real_readings_move_their_award_by_the_printed_ratio(name: str) -> None:
    """A47: 1.5, 2/3 and 1/2 yuan of the city for each of the province, on the same projects."""
    asked = make_question(real())
    asked = replace(
        asked,
        awards={"A47": asked.awards["A47"]},
        loads=(replace(asked.load("opening_up"), awards=("A47",)),),
        span=span(200),
    )
    found = engine(name, asked)
    effects = find_reading_effects(asked, real().account_of_award(), found)
    means = {each.letter: each.demand_mean_yuan for each in effects}
    claims = found.claims_mean(asked, "A47")
    for letter, ratio in (("A", 1.5), ("B", 2 / 3), ("C", 0.5)):
        expected = means["A"] * ratio / 1.5
        assert abs(means[letter] - expected) <= 2 * claims  # each payout is rounded down


def test_a_clause_is_priced_for_the_whole_area_too() -> None:
    """A47: thirty projects, each with 2.75 million of the province at the low and 3.67 at the
    central; half a yuan of the city for each or one and a half: 0.41 to 1.65 亿元.
    """
    asked = make_question(real())
    asked = replace(
        asked,
        awards={"A47": asked.awards["A47"]},
        loads=(replace(asked.load("opening_up"), awards=("A47",)),),
    )
    effects = find_reading_effects(asked, real().account_of_award(), engine("exact", asked))
    found = {each.letter: each for each in effects}
    assert found["C"].whole_low_yuan == pytest.approx(30 * 2_750_000 * 0.5, rel=1e-3)
    assert found["C"].whole_mean_yuan == pytest.approx(30 * 3_670_000 * 0.5, rel=1e-3)
    assert found["A"].whole_mean_yuan == pytest.approx(30 * 3_670_000 * 1.5, rel=1e-3)
    assert found["A"].whole_high_yuan == pytest.approx(30 * 4_000_000 * 1.5, rel=1e-3)


@pytest.mark.parametrize("name", ENGINES)
def test_for_the_whole_area_every_claim_counts_and_is_paid_in_full(name: str) -> None:
    asked, found = _asked(name)
    whole = with_whole_area(asked, "B2a")
    pool = asked.book.pools[asked.book.pool_of()["B2a"]]
    covered = float(asked.book.shared(pool.covered).at("central"))
    counted = found.claims_mean(asked, "B2a"), found.claims_mean(whole, "B2a")
    # Of 400 drawn years the two differ by their chance of being covered.
    assert counted[0] / counted[1] == pytest.approx(covered, rel=0.1)
    effect = _effects(name)["B2a", "A"]
    assert effect.whole_mean_yuan == pytest.approx(found.look_at_award(whole, "B2a"), rel=1e-12)
    assert effect.whole_low_yuan < effect.whole_mean_yuan <= effect.whole_high_yuan


@pytest.mark.parametrize("name", ENGINES)
def test_another_rule_meets_the_same_applicants(name: str) -> None:
    of = book({"p": pool(5.0, {"X": {"base_yuan": size("7万元", 1.0)}})})
    asked = question(of, {"X": MATCH}, 1_000_000, span(200))
    found = engine(name, asked)
    doubled = with_award(asked, "X", {"ratio": "2/1"})
    once = found.award_years(asked, ("X",))[:, 0]
    twice = found.award_years(doubled, ("X",))[:, 0]
    if name == "applicants":
        assert np.array_equal(twice, 2 * once)
    assert np.corrcoef(once, twice)[0, 1] > 0.999
    assert found.look_at_award(doubled, "X") == pytest.approx(
        2 * found.look_at_award(asked, "X"), rel=1e-4
    )


@pytest.mark.parametrize("name", ENGINES)
def test_the_other_awards_and_the_lag_of_the_account_stay(name: str) -> None:
    part = {"base_yuan": size("7万元", 1.0)}
    of = book(
        {"p": pool(5.0, {"X": part, "Y": part}), "q": pool(3.0, {"Z": part})},
        accounts={"account": account(payment_lag=figure("50%"))},
    )
    asked = question(of, dict.fromkeys("XYZ", MATCH), 1_000_000, span(200))
    found = engine(name, asked)
    tripled = with_award(asked, "X", {"ratio": "3/1"})
    own = found.look_at_award(tripled, "X")
    rest = sum(found.look_at_award(asked, key) for key in "YZ")
    assert found.look(tripled, "account").mean_yuan == pytest.approx((own + rest) / 2, rel=1e-3)


def test_a_changed_award_is_checked_again() -> None:
    assert award_with(MATCH, {"ratio": "1/2"}).model_dump()["ratio"] == "50%"
    with pytest.raises(ValueError, match="no unit on the amount 500"):
        award_with(award("flat", {}, amount="1元"), {"amount": 500})
    with pytest.raises(ValueError, match="Extra inputs are not permitted"):
        award_with(MATCH, {"rate": "1/2"})


def test_only_the_named_award_changes() -> None:
    asked = _asked("exact")[0]
    moved = with_award(asked, "B5b", {"ratio": "1/1"})
    assert [key for key in asked.awards if moved.awards[key] is not asked.awards[key]] == ["B5b"]
    assert asked.awards["B5b"].model_dump()["ratio"] == "50%"
