"""A break-even is what its words say: plugged back in, the chance of a gap is 5 % or 50 %."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from demand_sample import (
    FLAT,
    MATCH,
    SURE,
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

from model.demand.breakeven import BreakEven, find_break_evens
from model.demand.levels import with_value
from model.demand.pools import Pool, PoolBook
from model.demand.ranges import Question
from model.pipeline import make_question
from model.policy.awards import CostedAward
from model.scenario import Scenario

GRADES = {"甲": "300万元", "乙": "100万元"}
MIX = {"grade": {"mix": figure({"甲": 1.0, "乙": 3.0})}}


def _find(asked: Question, key: str = "account") -> tuple[BreakEven, ...]:
    return find_break_evens(asked, key, draw(asked.book, asked.awards, asked.span, *asked.loads))


def _one(of: Pool, rule: CostedAward, money: int, **spec: Any) -> BreakEven:
    asked = question(
        book({"p": of}, accounts={"account": account(**spec)}), {"X": rule}, money, span(1_000)
    )
    (found,) = _find(asked)
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
def test_grades_are_counted_by_their_largest_amount_within_the_cap(
    cap: str | None, unit: int, pays: int
) -> None:
    rule = award("grades", {"grade": "choice"}, grades=GRADES, cap=cap)
    found = _one(pool(4.0, {"X": MIX}), rule, 10_000_000)
    assert (found.grade, found.unit_yuan, found.money_pays) == ("甲", unit, pays)


def test_other_awards_are_counted_by_their_simulated_mean() -> None:
    found = _one(pool(4.0, {"X": {"base_yuan": size("7万元", 0.0)}}), MATCH, 1_000_000)
    assert (found.unit_yuan, found.unit_is_printed, found.money_pays) == (70_000, False, 14)


def test_an_award_that_nobody_claims_pays_no_claim() -> None:
    found = _one(pool(0.0, {"X": {"base_yuan": size("7万元", 0.0)}}), MATCH, 1_000_000)
    assert (found.unit_yuan, found.money_pays, found.count_central) == (0, 0, 0.0)
    assert (found.count_at_5, found.count_at_50) == (None, None)


# --- where the chance of a gap turns ------------------------------------------------------------


def _chance(asked: Question, path: str, value: float, key: str) -> float:
    moved = with_value(asked.book, path, value)
    demand = draw(moved, asked.awards, asked.span, *asked.loads).column(key)
    spec = asked.book.accounts[key].committed
    bound = 0 if spec is None else spec.earlier_years.at("central") + spec.reserve.at("central")
    return float(np.mean(demand > asked.budgets[key] - bound))


@pytest.mark.parametrize(
    ("world", "key"), [(tiny, "building"), (real, "opening_up"), (real, "industry")]
)
def test_the_counts_plugged_back_in_give_5_and_50_percent(
    world: Callable[[], Scenario], key: str
) -> None:
    """On other draws than those of the search: within five standard errors of both samples."""
    asked = _only(make_question(world()), key, 1_000)
    other = replace(asked, span=replace(asked.span, count=2_000, seed=asked.span.seed + 1))
    checked = 0
    for found in _find(asked, key):
        pool_id = asked.book.pool_of()[found.award or ""]
        entry = asked.book.pools[pool_id].count
        if entry.floor is not None or entry.ceiling is not None:
            continue  # the mean count is then not in proportion to the mean of the file
        path, mean = f"pools.{pool_id}.count.mean", float(entry.mean.at("central"))
        for share, count in ((0.05, found.count_at_5), (0.5, found.count_at_50)):
            if count:
                chance = _chance(other, path, mean * count / found.count_central, key)
                error = 5 * (share * (1 - share) * (1 / 1_000 + 1 / 2_000)) ** 0.5
                assert abs(chance - share) < error, (found.award, share, chance)
                checked += 1
    assert checked >= 2


def _only(asked: Question, key: str, count: int) -> Question:
    """The question about one account."""
    here = asked.load(key)
    span_ = replace(asked.span, count=count)
    return replace(asked, loads=(here,), span=span_)


@pytest.mark.parametrize("lag", [None, "40%"])
def test_the_turning_points_of_a_poisson_count_are_its_quantiles(lag: str | None) -> None:
    """Flat claims of 1 million: a gap when more than k claims come; P(N > k) known for Poisson."""
    spec = {} if lag is None else {"payment_lag": figure(lag)}
    money = 12_500_000 if lag is None else 7_500_000  # 12 claims fit, the 13th does not
    found = _one(pool(6.0, {"X": SURE}), FLAT, money, **spec)
    assert found.count_at_5 == pytest.approx(7.690, rel=0.06)  # P(Poisson(7.690) > 12) = 0.05
    assert found.count_at_50 == pytest.approx(12.668, rel=0.03)  # P(Poisson(12.668) > 12) = 0.5
    assert found.searched_to == pytest.approx(8 * found.count_central)


def test_a_gap_that_the_other_claims_make_is_there_without_any_claim() -> None:
    of = book({"p": pool(4.0, {"X": SURE}), "q": pool(30.0, {"Y": SURE})})
    found = {
        each.award: each
        for each in _find(question(of, {"X": FLAT, "Y": FLAT}, 30_000_000, span(400)))
    }
    assert found["X"].count_at_5 == 0.0
    assert list(found) == ["Y", "X"]  # the larger demand first


def test_money_that_no_tried_count_exhausts_has_no_turning_point() -> None:
    found = _one(pool(4.0, {"X": SURE}), FLAT, 1_000_000_000)
    assert (found.count_at_5, found.count_at_50) == (None, None)


def test_a_count_that_never_changes_is_no_assumption() -> None:
    found = _one(pool(4.0, {"X": SURE}, count={"certain": True}), FLAT, 3_000_000)
    assert (found.count_at_5, found.count_at_50, found.searched_to) == (None, None, None)
    assert (found.count_central, found.money_pays) == (4.0, 3)


def test_the_largest_count_tried_respects_the_ceiling() -> None:
    """With 10 at most in the whole area and half of them the city's, 5 is all that can come."""
    bounded = pool(8.0, {"X": SURE}, count={"ceiling": 10}, covered=figure("50%"))
    found = _one(bounded, FLAT, 1_000_000_000)
    assert found.searched_to == pytest.approx(5.0, abs=0.3)
    tight = _one(bounded, FLAT, 6_500_000)
    assert tight.count_at_5 is not None
    assert tight.count_at_5 < tight.searched_to  # type: ignore[operator]
    assert tight.count_at_50 is None


def test_the_search_stops_at_a_bearable_number_of_applicants() -> None:
    found = _one(pool(1_000.0, {"X": SURE}), FLAT, 10_000_000_000_000)
    assert found.searched_to == pytest.approx(2_500, rel=0.01)


def test_at_most_three_awards_are_shown_the_largest_first() -> None:
    pools = {
        key: pool(n, {key: SURE}) for key, n in (("A", 2.0), ("B", 8.0), ("C", 1.0), ("D", 4.0))
    }
    asked = question(book(pools), dict.fromkeys(pools, FLAT), 20_000_000, span(400))
    assert [each.award for each in _find(asked)] == ["B", "D", "A"]


# --- payments -----------------------------------------------------------------------------------


def _paying(progress: str, spread: float, money: int, of: PoolBook | None = None) -> Question:
    spec = account(payment={"progress": figure(progress), "spread": spread})
    parts = of.pools if of is not None else {}
    awards = {"X": FLAT} if parts else {}
    asked = question(
        book(parts, accounts={"account": spec}),
        awards,
        money,
        span(4_000),
        appropriation_yuan=1_000_000_000,
    )
    return asked


def test_a_progress_turns_where_its_normal_distribution_says() -> None:
    (found,) = _find(_paying("93%", 0.05, 1_000_000_000))
    assert (found.award, found.count_central, found.money_pays) == (None, 0.93, 0)
    assert found.count_at_50 == pytest.approx(1.0, abs=0.005)
    assert found.count_at_5 == pytest.approx(1 - 1.645 * 0.05, abs=0.01)


def test_a_progress_plugged_back_in_gives_5_and_50_percent() -> None:
    asked = _paying("93%", 0.05, 980_000_000, book({"p": pool(20.0, {"X": SURE})}))
    found = _find(asked)
    assert [each.award for each in found] == [None, "X"]
    for share, progress in ((0.05, found[0].count_at_5), (0.5, found[0].count_at_50)):
        assert progress is not None
        spec = account(payment={"progress": figure(f"{progress:.10%}"), "spread": 0.05})
        moved = replace(asked, book=replace(asked.book, accounts={"account": spec}))
        demand = draw(moved.book, moved.awards, moved.span, *moved.loads).column("account")
        assert float(np.mean(demand > 980_000_000)) == pytest.approx(share, abs=0.002)
