"""Counts and payouts against closed forms, five standard errors allowed, one fixed seed."""

from __future__ import annotations

from math import erf, exp, lgamma, log, log1p, sqrt
from typing import Any

import numpy as np
import pytest
from demand_sample import (
    ERRORS,
    FLAT,
    MANY,
    MATCH,
    SURE,
    UP_TO,
    assert_mean,
    assert_variance,
    award,
    book,
    factor,
    figure,
    pool,
    size,
    span,
)

from model.demand.microsim import (
    PoolClaims,
    draw_counts,
    factor_levels,
    payout_table,
    simulate_pool,
)
from model.demand.pools import Pool, PoolBook
from model.policy.awards import CostedAward

GRADES = award(
    "grades", {"grade": "choice"}, grades={"甲": "300万元", "乙": "100万元", "丙": "0元"}
)
TWO_MONEY = {"base_yuan": "money", "current_yuan": "money"}


def _counts(of: Pool, count: int = MANY, **parts: Any) -> np.ndarray:
    return draw_counts(book({"p": of}, **parts), "p", span(count))


def _poisson(mean: float, top: int) -> np.ndarray:
    counts = np.arange(top)
    return np.array([exp(k * log(mean) - mean - lgamma(k + 1)) for k in counts])


def _paid(of: Pool, rule: CostedAward, count: int = 2_000, **parts: Any) -> PoolClaims:
    return simulate_pool(book({"p": of}, **parts), "p", {"X": rule}, span(count))["X"]


def _payouts(of: Pool, rule: CostedAward, slots: int = 40, count: int = 500) -> np.ndarray:
    table = payout_table(book({"p": of}), rule, ("p", "X"), slots, span(count))
    return table.ravel()


# --- counts -------------------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [0.3, 4.0, 60.0])
def test_a_count_without_spread_is_poisson(mean: float) -> None:
    counts = _counts(pool(mean, {"X": SURE}))
    assert_mean(counts, mean)
    assert_variance(counts, mean)
    for k in (int(mean), int(mean) + 1):
        assert_mean(counts == k, _poisson(mean, k + 1)[k])


@pytest.mark.parametrize(("mean", "spread"), [(4.0, 0.5), (60.0, 0.35), (700.0, 0.25)])
def test_spread_is_the_coefficient_of_variation_of_the_mean(mean: float, spread: float) -> None:
    counts = _counts(pool(mean, {"X": SURE}, count={"spread": spread}))
    assert_mean(counts, mean)
    assert_variance(counts, mean + (spread * mean) ** 2)


def test_covered_times_take_up_thins_the_count() -> None:
    thinned = pool(40.0, {"X": SURE}, covered=figure("30%"), take_up=figure("50%"))
    counts = _counts(thinned)
    assert_mean(counts, 40 * 0.3 * 0.5)
    assert_variance(counts, 40 * 0.3 * 0.5)  # a thinned Poisson count is Poisson
    wide = pool(40.0, {"X": SURE}, covered=figure("30%"), count={"spread": 0.5})
    assert_mean(_counts(wide), 12)
    assert_variance(_counts(wide), 12 + (0.5 * 12) ** 2)


def test_a_share_of_zero_leaves_no_claim_and_of_one_leaves_all() -> None:
    assert not _counts(pool(40.0, {"X": SURE}, covered=figure("0%"))).any()
    whole = _counts(pool(40.0, {"X": SURE}), 400)
    assert np.array_equal(_counts(pool(40.0, {"X": SURE}, take_up=figure("100%")), 400), whole)


def test_floor_and_ceiling_bound_the_whole_area_before_the_city_takes_its_share() -> None:
    chances = _poisson(10.0, 80)
    counts = np.arange(80)
    bounded = {"floor": 8, "ceiling": 13}
    whole = _counts(pool(10.0, {"X": SURE}, count=bounded))
    assert whole.min() == 8
    assert whole.max() == 13
    expected = float(chances @ np.clip(counts, 8, 13))
    assert_mean(whole, expected)
    half = pool(10.0, {"X": SURE}, count=bounded, covered=figure("50%"))
    city = _counts(half)
    assert city.min() < 8
    assert_mean(city, expected / 2)
    squares = float(chances @ np.clip(counts, 8, 13) ** 2)
    assert_variance(city, expected / 4 + (squares - expected**2) / 4)


def test_a_certain_count_is_the_rounded_mean_in_every_draw() -> None:
    assert set(_counts(pool(3.6, {"X": SURE}, count={"certain": True}), 40)) == {4}


def test_a_mean_of_zero_brings_nobody() -> None:
    assert not _counts(pool(0.0, {"X": SURE}, count={"spread": 0.4})).any()


def test_a_factor_makes_the_count_a_mixture() -> None:
    shock = factor((0.5, 0.25), (1.0, 0.5), (2.0, 0.25))
    of = pool(20.0, {"X": SURE}, count={"spread": 0.2}, factors={"f": "count"})
    counts = _counts(of, factors={"f": shock})
    means, weights = np.array([10.0, 20.0, 40.0]), np.array([0.25, 0.5, 0.25])
    expected = float(weights @ means)
    inside = float(weights @ (means + (0.2 * means) ** 2))
    assert_mean(counts, expected)
    assert_variance(counts, inside + float(weights @ (means - expected) ** 2))


def test_a_factor_takes_its_levels_with_their_weights_and_is_shared() -> None:
    shock = factor((0.5, 0.25), (1.0, 0.5), (2.0, 0.25))
    levels = factor_levels(shock, "f", span(MANY))
    for times, weight in ((0.5, 0.25), (1.0, 0.5), (2.0, 0.25)):
        assert_mean(levels == times, weight)
    pools = {key: pool(500.0, {key: SURE}, factors={"f": "count"}) for key in ("p", "q")}
    shared = book(pools, factors={"f": shock})
    one, other = (draw_counts(shared, key, span(2_000)) for key in pools)
    assert np.corrcoef(one, other)[0, 1] > 0.9
    apart = book({key: pool(500.0, {key: SURE}) for key in ("p", "q")})
    one, other = (draw_counts(apart, key, span(2_000)) for key in pools)
    assert abs(np.corrcoef(one, other)[0, 1]) < ERRORS / 2_000**0.5


# --- payouts ------------------------------------------------------------------------------------


def test_a_flat_amount_is_paid_for_every_claim() -> None:
    found = _paid(pool(5.0, {"X": SURE}), FLAT)
    assert np.array_equal(found.city_yuan, 1_000_000 * found.claims)
    refused = _paid(pool(5.0, {"X": {"ok": {"fixed": False}}}), FLAT)
    assert refused.claims.any()
    assert not refused.city_yuan.any()


def test_a_yes_or_no_column_pays_its_share() -> None:
    payouts = _payouts(pool(5.0, {"X": {"ok": {"yes": figure("37%")}}}), FLAT)
    assert set(payouts) == {0, 1_000_000}
    assert_mean(payouts == 1_000_000, 0.37)


def test_a_mix_gives_every_grade_its_frequency() -> None:
    mix = {"mix": figure({"乙": 3.0, "甲": 1.0, "丙": 6.0})}
    payouts = _payouts(pool(5.0, {"X": {"grade": mix}}), GRADES)
    assert_mean(payouts == 3_000_000, 0.1)
    assert_mean(payouts == 1_000_000, 0.3)
    assert_mean(payouts == 0, 0.6)


def test_a_grade_that_the_mix_leaves_out_is_never_drawn() -> None:
    payouts = _payouts(pool(5.0, {"X": {"grade": {"mix": figure({"乙": 1.0})}}}), GRADES)
    assert set(payouts) == {1_000_000}


def _phi(value: float) -> float:
    return (1 + erf(value / sqrt(2))) / 2


@pytest.mark.parametrize(("mean", "cv"), [(40, 0.5), (60, 0.3), (90, 1.8)])
def test_a_capped_lognormal_grant_has_its_limited_mean(mean: float, cv: float) -> None:
    """E[min(X, c)] = m Phi((ln(c/m) - s2/2) / s) + c (1 - Phi((ln(c/m) + s2/2) / s))."""
    payouts = _payouts(pool(5.0, {"X": {"approved_yuan": size(f"{mean}万元", cv)}}), UP_TO)
    square = log1p(cv**2)
    deviation, ratio = sqrt(square), log(60 / mean)
    limited = mean * _phi((ratio - square / 2) / deviation)
    limited += 60 * (1 - _phi((ratio + square / 2) / deviation))
    assert_mean(payouts, limited * 10_000)
    assert payouts.max() == 600_000


def test_a_size_without_variation_is_its_mean() -> None:
    payouts = _payouts(pool(5.0, {"X": {"base_yuan": size("7万元", 0.0)}}), MATCH)
    assert set(payouts) == {70_000}


def test_a_size_has_its_mean_and_its_coefficient_of_variation() -> None:
    payouts = _payouts(pool(5.0, {"X": {"base_yuan": size("7万元", 0.6)}}), MATCH)
    assert_mean(payouts, 70_000)
    assert_variance(payouts, (0.6 * 70_000) ** 2)


def test_a_size_may_multiply_or_grow_another_column() -> None:
    rule = award("matching", TWO_MONEY, base_column="current_yuan", ratio="1/1")
    base = size("10万元", 0.4)
    for more, expected in (({}, 0.3), ({"plus_one": True}, 1.3)):
        columns = {"base_yuan": base, "current_yuan": size("30%", 0.5, times="base_yuan", **more)}
        payouts = _payouts(pool(5.0, {"X": columns}), rule)
        assert_mean(payouts, 100_000 * expected)
    grown = 0.09 * 0.5**2 + 1.3**2  # E[(1 + g)^2]
    assert_variance(payouts, 1e10 * ((1 + 0.4**2) * grown - 1.3**2))


def test_bounds_clip_a_size() -> None:
    bounds = {"at_least": 50_000, "at_most": 90_000}
    payouts = _payouts(pool(5.0, {"X": {"base_yuan": size("7万元", 0.6, **bounds)}}), MATCH)
    assert payouts.min() == 50_000
    assert payouts.max() == 90_000
    assert 0.1 < np.mean(payouts == 50_000) < 0.9


def test_a_size_factor_multiplies_every_claim_of_a_draw() -> None:
    shock = factor((0.5, 0.5), (2.0, 0.5))
    of = pool(5.0, {"X": {"base_yuan": size("7万元", 0.0)}}, factors={"f": "size"})
    found = _paid(of, MATCH, factors={"f": shock})
    levels = factor_levels(shock, "f", span(2_000))
    assert np.array_equal(found.city_yuan, (found.claims * 70_000 * levels).astype(np.int64))


def test_the_city_pays_its_part_of_each_payout_rounded_down() -> None:
    rule = award("flat", {"ok": "bool"}, requires=("ok",), amount="1000001元")
    whole, part = pool(5.0, {"X": SURE}), pool(5.0, {"X": SURE}, city_pays=figure("1/3"))
    found = _paid(part, rule)
    assert np.array_equal(found.claims, _paid(whole, rule).claims)
    assert np.array_equal(found.city_yuan, 333_333 * found.claims)


@pytest.mark.parametrize(
    ("scope", "once_with", "pays"),
    [("claim", (), 1.0), ("applicant", (), 0.8), ("product", (), 1.0), ("product", ("Y",), 0.8)],
)
def test_repeats_are_turned_away_where_a_once_only_rule_is_in_force(
    scope: str, once_with: tuple[str, ...], pays: float
) -> None:
    rule = award(
        "flat",
        {"ok": "bool", "product": {"type": "text", "optional": True}},
        requires=("ok",),
        amount="100万元",
        cap_scope=scope,
        once_with=once_with,
    )
    of = pool(5.0, {"X": {"columns": SURE, "repeats": figure("20%")}})
    payouts = _payouts(of, rule)
    if pays == 1.0:
        assert set(payouts) == {1_000_000}
    else:
        assert_mean(payouts / 1_000_000, pays)


def test_an_optional_column_that_nothing_draws_counts_as_blank() -> None:
    columns = {
        "grade": "choice",
        "product": {"type": "text", "optional": True},
        "green": {"type": "bool", "optional": True},
    }
    rule = award("grades", columns, grades={"甲": "300万元"}, uplift="10%", uplift_column="green")
    payouts = _payouts(pool(5.0, {"X": {"grade": {"mix": figure({"甲": 1.0})}}}), rule)
    assert set(payouts) == {3_000_000}


# --- the two together ---------------------------------------------------------------------------


def test_a_year_is_the_sum_of_its_first_applicants() -> None:
    of = pool(12.0, {"X": {"base_yuan": size("7万元", 1.2)}}, count={"spread": 0.4})
    found = _paid(of, MATCH, count=400)
    most = int(found.claims.max())
    table = payout_table(book({"p": of}), MATCH, ("p", "X"), most, span(400))
    used = np.arange(most)[:, None] < found.claims
    assert np.array_equal(np.sum(table * used, axis=0), found.city_yuan)


def test_a_larger_pool_keeps_the_applicants_of_the_smaller() -> None:
    of = pool(12.0, {"X": {"base_yuan": size("7万元", 1.2)}})
    small, large = (payout_table(book({"p": of}), MATCH, ("p", "X"), n, span(40)) for n in (3, 9))
    assert np.array_equal(large[:3], small)


def test_a_compound_sum_has_the_mean_and_variance_of_its_parts() -> None:
    """Var(S) = E[N] Var(X) + Var(N) E[X]^2."""
    of = pool(12.0, {"X": {"base_yuan": size("7万元", 0.5)}}, count={"spread": 0.3})
    sums = _paid(of, MATCH, count=4_000).city_yuan / 70_000
    assert_mean(sums, 12)
    assert_variance(sums, 12 * 0.25 + 12 + (0.3 * 12) ** 2)


def test_awards_of_one_pool_are_claimed_by_the_same_applicants() -> None:
    of = pool(9.0, {"X": SURE, "Y": {"base_yuan": size("7万元", 0.5)}})
    found = simulate_pool(book({"p": of}), "p", {"X": FLAT, "Y": MATCH}, span(40))
    assert np.array_equal(found["X"].claims, found["Y"].claims)
    assert list(found) == ["X", "Y"]


def test_awards_of_one_pool_have_attributes_of_their_own() -> None:
    part = {"base_yuan": size("7万元", 0.5)}
    of = book({"p": pool(9.0, {"X": part, "Y": part})})
    one, other = (payout_table(of, MATCH, ("p", key), 40, span(100)).ravel() for key in "XY")
    assert abs(np.corrcoef(one, other)[0, 1]) < ERRORS / 4_000**0.5


def test_a_size_factor_moves_the_payout_once_and_leaves_a_granted_rate_alone() -> None:
    """A rate of a premium: a year with half the premiums has half the payouts, not a quarter."""
    rule = award(
        "rate_up_to",
        {"base_yuan": "money", "rate": {"type": "number", "optional": True}},
        base_column="base_yuan",
        rate_column="rate",
        maximum_rate="65%",
        cap="500万元",
    )
    columns = {"base_yuan": size("10万元", 0.0), "rate": size(0.5, 0.0)}
    of = pool(5.0, {"X": columns}, factors={"f": "size"})
    found = _paid(of, rule, factors={"f": factor((0.5, 1.0))})
    assert np.array_equal(found.city_yuan, 25_000 * found.claims)


def test_a_pool_that_nobody_claims_from_asks_for_nothing() -> None:
    empty: PoolBook = book({"p": pool(0.0, {"X": SURE})})
    found = simulate_pool(empty, "p", {"X": FLAT}, span(8))["X"]
    assert found.city_yuan.tolist() == [0] * 8
    assert payout_table(empty, FLAT, ("p", "X"), 0, span(8)).shape == (0, 8)
