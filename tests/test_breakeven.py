"""A break-even is what its words say: plugged back in, the chance of a gap is 5 % or 50 %."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from demand_sample import (
    ENGINES,
    FLAT,
    MATCH,
    SURE,
    account,
    award,
    book,
    draw,
    engine,
    figure,
    pool,
    question,
    real,
    size,
    span,
    tiny,
)

from model.demand.breakeven import BreakEven, find_break_evens
from model.demand.levels import with_value
from model.demand.pools import Pool, PoolBook
from model.demand.question import Question
from model.pipeline import make_question
from model.policy.awards import CostedAward
from model.scenario import Scenario

GRADES = {"甲": "300万元", "乙": "100万元"}
MIX = {"grade": {"mix": figure({"甲": 1.0, "乙": 3.0})}}


def _find(asked: Question, name: str = "exact", key: str = "account") -> tuple[BreakEven, ...]:
    return find_break_evens(asked, key, engine(name, asked))


def _all(of: Pool, rule: CostedAward, money: int, **spec: Any) -> Question:
    """One account pays one award to one pool."""
    pools = book({"p": of}, accounts={"account": account(**spec)})
    return question(pools, {"X": rule}, money, span(1_000))


def _one(of: Pool, rule: CostedAward, money: int, **spec: Any) -> BreakEven:
    (found,) = _find(_all(of, rule, money, **spec))
    return found


# --- what the money pays by itself --------------------------------------------------------------


@pytest.mark.parametrize(
    ("money", "pays", "part", "unit"),
    [
        (10_000_000, 10, "100%", 1_000_000),
        (9_999_999, 9, "100%", 1_000_000),
        (10_000_000, 30, "1/3", 333_333),
        (0, 0, "100%", 1_000_000),
    ],
)
def test_a_flat_amount_is_counted_by_hand(money: int, pays: int, part: str, unit: int) -> None:
    found = _one(pool(4.0, {"X": SURE}, city_pays=figure(part)), FLAT, money)
    assert (found.money_pays, found.unit_yuan, found.unit_is_printed) == (pays, unit, True)
    assert (found.award, found.grade) == ("X", None)


def test_committed_money_is_taken_off_first() -> None:
    bound = {"earlier_years": figure("250万元"), "reserve": figure("100万元")}
    assert _one(pool(4.0, {"X": SURE}), FLAT, 10_000_000, committed=bound).money_pays == 6
    assert _one(pool(4.0, {"X": SURE}), FLAT, 3_000_000, committed=bound).money_pays == 0


@pytest.mark.parametrize(("cap", "unit", "pays"), [(None, 3_000_000, 3), ("250万元", 2_500_000, 4)])
def test_the_dearest_grade_is_counted_apart_at_its_printed_amount_within_the_cap(
    cap: str | None, unit: int, pays: int
) -> None:
    rule = award("grades", {"grade": "choice"}, grades=GRADES, cap=cap)
    mixed, top = _find(_all(pool(4.0, {"X": MIX}), rule, 10_000_000))
    assert (top.grade, top.unit_yuan, top.money_pays) == ("甲", unit, pays)
    assert (top.unit_is_printed, mixed.unit_is_printed) == (True, False)
    assert top.count_central == pytest.approx(1.0)  # one in four
    assert (top.count_at_5, top.count_at_50, top.searched_to) == (None, None, None)
    assert mixed.grade is None
    assert mixed.unit_yuan == pytest.approx((unit + 3 * 1_000_000) / 4, abs=1)
    assert mixed.money_pays == 10_000_000 // mixed.unit_yuan


def test_other_awards_are_counted_by_their_simulated_mean() -> None:
    found = _one(pool(4.0, {"X": {"base_yuan": size("7万元", 0.0)}}), MATCH, 1_000_000)
    assert (found.unit_yuan, found.unit_is_printed, found.money_pays) == (70_000, False, 14)


def test_an_award_that_nobody_claims_pays_no_claim() -> None:
    found = _one(pool(0.0, {"X": {"base_yuan": size("7万元", 0.0)}}), MATCH, 1_000_000)
    assert (found.unit_yuan, found.money_pays, found.count_central) == (0, 0, 0.0)
    assert (found.count_at_5, found.count_at_50) == (None, None)


# --- where the chance of a gap turns ------------------------------------------------------------


@pytest.mark.parametrize(
    ("world", "key"), [(tiny, "building"), (real, "opening_up"), (real, "industry")]
)
def test_the_counts_plugged_back_in_give_5_and_50_percent(
    world: Callable[[], Scenario], key: str
) -> None:
    """In the law itself, and among applicants drawn one by one within sampling error."""
    asked = make_question(world())
    asked = replace(asked, loads=(asked.load(key),), span=replace(asked.span, count=1_000))
    checked = 0
    for found in _find(asked, key=key):
        pool_id = asked.book.pool_of()[found.award or ""]
        entry = asked.book.pools[pool_id].count
        if found.grade is not None or entry.floor is not None or entry.ceiling is not None:
            continue  # the mean count is then not in proportion to the mean of the file
        path, mean = f"pools.{pool_id}.count.mean", float(entry.mean.at("central"))
        for share, count in ((0.05, found.count_at_5), (0.5, found.count_at_50)):
            if not count:
                continue
            times = count / found.count_central
            moved = replace(asked, book=with_value(asked.book, path, mean * times))
            exact = engine("exact", moved).look(moved, key).gap(moved.money(key))
            assert exact == pytest.approx(share, abs=0.002), found.award
            drawn = draw(moved.book, moved.awards, moved.span, *moved.loads).column(key)
            error = 5 * (share * (1 - share) / 1_000) ** 0.5
            assert abs(np.mean(drawn > moved.money(key)) - share) < error, found.award
            checked += 1
    assert checked >= 2


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("lag", [None, "40%"])
def test_the_turning_points_of_a_poisson_count_are_its_quantiles(
    name: str, lag: str | None
) -> None:
    """Flat claims of 1 million: a gap when more than 12 come, here or after the lag."""
    spec = {} if lag is None else {"payment_lag": figure(lag)}
    money = 12_500_000 if lag is None else 7_500_000
    (found,) = _find(_all(pool(6.0, {"X": SURE}), FLAT, money, **spec), name)
    rough = 0.002 if name == "exact" else 0.06
    assert found.count_at_5 == pytest.approx(7.690, rel=rough)  # P(Poisson(7.690) > 12) = 0.05
    assert found.count_at_50 == pytest.approx(12.668, rel=rough)  # P(Poisson(12.668) > 12) = 0.5
    assert found.count_central == pytest.approx(6.0, rel=rough)
    assert found.searched_to == pytest.approx(48.0, rel=rough)


@pytest.mark.parametrize("name", ENGINES)
def test_a_gap_that_the_other_claims_make_is_there_without_any_claim(name: str) -> None:
    of = book({"p": pool(4.0, {"X": SURE}), "q": pool(30.0, {"Y": SURE})})
    asked = question(of, {"X": FLAT, "Y": FLAT}, 30_000_000, span(400))
    found = {each.award: each for each in _find(asked, name)}
    assert found["X"].count_at_5 == 0.0
    assert list(found) == ["Y", "X"]  # the larger demand first


def test_money_that_no_tried_count_exhausts_has_no_turning_point() -> None:
    found = _one(pool(4.0, {"X": SURE}), FLAT, 1_000_000_000)
    assert (found.count_at_5, found.count_at_50) == (None, None)
    assert found.searched_to == pytest.approx(32.0)


@pytest.mark.parametrize("name", ENGINES)
def test_a_count_that_never_changes_is_no_assumption(name: str) -> None:
    still = pool(4.0, {"X": SURE}, count={"certain": True})
    (found,) = _find(_all(still, FLAT, 3_000_000), name)
    assert (found.count_at_5, found.count_at_50, found.searched_to) == (None, None, None)
    assert (found.count_central, found.money_pays) == (4.0, 3)


@pytest.mark.parametrize("name", ENGINES)
def test_the_largest_count_tried_respects_the_ceiling(name: str) -> None:
    """With 10 at most in the whole area and half of them the city's, 5 is all that can come."""
    bounded = pool(8.0, {"X": SURE}, count={"ceiling": 10}, covered=figure("50%"))
    (found,) = _find(_all(bounded, FLAT, 1_000_000_000), name)
    assert found.searched_to == pytest.approx(5.0, abs=0.3)
    (tight,) = _find(_all(bounded, FLAT, 6_500_000), name)
    assert tight.count_at_5 is not None
    assert tight.searched_to is not None
    assert tight.count_at_5 < tight.searched_to
    assert tight.count_at_50 is None


def test_at_most_three_awards_are_shown_the_largest_first() -> None:
    means = {"A": 2.0, "B": 8.0, "C": 1.0, "D": 4.0}
    pools = {key: pool(mean, {key: SURE}) for key, mean in means.items()}
    asked = question(book(pools), dict.fromkeys(pools, FLAT), 20_000_000, span(400))
    assert [each.award for each in _find(asked)] == ["B", "D", "A"]


# --- payments -----------------------------------------------------------------------------------


def _paying(spread: float, money: int, of: PoolBook | None = None) -> Question:
    """An account whose appropriation of a billion is paid by progress, 93 % in the mean."""
    spec = account(payment={"progress": figure("93%"), "spread": spread})
    parts = of.pools if of is not None else {}
    return question(
        book(parts, accounts={"account": spec}),
        {"X": FLAT} if parts else {},
        money,
        span(4_000),
        appropriation_yuan=1_000_000_000,
    )


@pytest.mark.parametrize("name", ENGINES)
def test_a_progress_turns_where_its_normal_distribution_says(name: str) -> None:
    (found,) = _find(_paying(0.05, 1_000_000_000), name)
    assert (found.award, found.count_central, found.money_pays) == (None, 0.93, 0)
    rough = 0.001 if name == "exact" else 0.01
    assert found.count_at_50 == pytest.approx(1.0, abs=rough)
    assert found.count_at_5 == pytest.approx(1 - 1.645 * 0.05, abs=rough)


@pytest.mark.parametrize("name", ENGINES)
def test_a_progress_plugged_back_in_gives_5_and_50_percent(name: str) -> None:
    asked = _paying(0.05, 980_000_000, book({"p": pool(20.0, {"X": SURE})}))
    found = _find(asked, name)
    assert [each.award for each in found] == [None, "X"]
    for share, progress in ((0.05, found[0].count_at_5), (0.5, found[0].count_at_50)):
        assert progress is not None
        spec = account(payment={"progress": figure(f"{progress:.10%}"), "spread": 0.05})
        moved = replace(asked, book=replace(asked.book, accounts={"account": spec}))
        chance = engine(name, moved).look(moved, "account").gap(980_000_000)
        assert chance == pytest.approx(share, abs=0.002)
