"""The law of a total against closed forms, recursion in fractions, and laws that always hold."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import comb, exp
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from model.demand.checked import TotalLaw
from model.demand.compound import Grid, choose_grid, total_law, total_laws
from model.demand.counts import (
    CountLaw,
    as_table,
    binomial,
    bounded,
    fixed,
    negative_binomial,
    poisson,
    table,
    thinned,
)
from model.demand.moments import compound_moments
from model.demand.payouts import (
    PayoutLaw,
    payout_law,
    rounded_payouts,
    smooth_payouts,
    split_payouts,
)
from model.demand.totals import (
    convolve,
    exceedance,
    expected_excess,
    quantile,
    worst_share_mean,
)
from model.errors import InputError


def probabilities(law: TotalLaw, yuan: Sequence[int]) -> np.ndarray:
    return np.array([exceedance(law, x - 1) - exceedance(law, x) for x in yuan])


def capped_lognormal(mean: float, cv: float, cap: int, n: int = 20_000) -> PayoutLaw:
    """Quadrature points at equal steps of probability, rounded down, at most the cap."""
    sigma = np.sqrt(np.log1p(cv**2))
    points = stats.lognorm(sigma, scale=mean * np.exp(-(sigma**2) / 2)).ppf(
        (np.arange(n) + 0.5) / n
    )
    return payout_law(np.minimum(np.floor(points), cap).astype(np.int64))


# --- recursion in fractions: nothing shared with the code under test ---


def panjer(a: Fraction, b: Fraction, at_zero: Fraction, amounts: dict[int, Fraction], n: int):
    """Panjer's recursion for counts with p(k) = (a + b / k) p(k - 1): n + 1 probabilities."""
    found = [at_zero]
    nothing = amounts.get(0, Fraction(0))
    for total in range(1, n + 1):
        terms = (
            (a + b * Fraction(amount, total)) * weight * found[total - amount]
            for amount, weight in amounts.items()
            if 1 <= amount <= total
        )
        found.append(sum(terms, Fraction(0)) / (1 - a * nothing))
    return found


AMOUNTS = {
    0: Fraction(1, 10),
    1: Fraction(2, 5),
    3: Fraction(3, 10),
    4: Fraction(1, 20),
    9: Fraction(3, 20),
}


def amounts_law(unit: int) -> PayoutLaw:
    weights = np.array([float(weight) for weight in AMOUNTS.values()])
    return payout_law(np.array(list(AMOUNTS)) * unit, weights)


@pytest.mark.parametrize("unit", [1, 50_000])
def test_negative_binomial_by_recursion(unit: int) -> None:
    """Size 4, mean 6: beta 3/2."""
    a, beta = Fraction(3, 5), Fraction(3, 2)
    at_zero = (1 + beta * (1 - AMOUNTS[0])) ** -4
    expected = panjer(a, 3 * a, at_zero, AMOUNTS, 80)
    law = total_law(negative_binomial(6.0, 0.5), amounts_law(unit))
    assert law.step_yuan == unit
    found = probabilities(law, [unit * total for total in range(81)])
    np.testing.assert_allclose(found, [float(x) for x in expected], atol=1e-14)


def test_binomial_by_recursion() -> None:
    """12 applicants, each with the chance 1/4."""
    a = Fraction(-1, 3)
    at_zero = (1 - Fraction(1, 4) * (1 - AMOUNTS[0])) ** 12
    expected = panjer(a, -13 * a, at_zero, AMOUNTS, 108)
    found = probabilities(total_law(binomial(12, 0.25), amounts_law(1)), range(109))
    np.testing.assert_allclose(found, [float(x) for x in expected], atol=1e-14)
    assert sum(expected) == 1


def test_poisson_by_recursion() -> None:
    """The common factor exp(-3.6) is left out of the fractions."""
    expected = panjer(Fraction(0), Fraction(4), Fraction(1), AMOUNTS, 90)
    found = probabilities(total_law(poisson(4.0), amounts_law(1)), range(91))
    np.testing.assert_allclose(found, [float(x) * exp(-3.6) for x in expected], atol=1e-14)


def test_bounded_and_thinned_counts_by_enumeration() -> None:
    """A table of counts with a ceiling, each kept with the chance 1/4, convolved in fractions."""
    pmf = [Fraction(1, 8), Fraction(1, 4), Fraction(3, 8), Fraction(1, 8), Fraction(1, 8)]
    piled = [*pmf[:3], pmf[3] + pmf[4]]
    keep = Fraction(1, 4)
    one = {0: 1 - keep + keep * AMOUNTS[0]} | {x: keep * w for x, w in AMOUNTS.items() if x}
    power, expected = {0: Fraction(1)}, dict.fromkeys(range(28), Fraction(0))
    for weight in piled:
        for total, chance in power.items():
            expected[total] += weight * chance
        following: dict[int, Fraction] = {}
        for total, chance in power.items():
            for amount, part in one.items():
                following[total + amount] = following.get(total + amount, 0) + chance * part
        power = following
    count = thinned(bounded(table(np.array([float(p) for p in pmf])), ceiling=3), 0.25)
    found = probabilities(total_law(count, amounts_law(1)), range(28))
    np.testing.assert_allclose(found, [float(x) for x in expected.values()], atol=1e-15)


# --- closed forms ---


def test_flat_awards_are_the_count_times_the_amount() -> None:
    for counts, known in (
        (poisson(7.0), stats.poisson(7.0)),
        (negative_binomial(7.0, 0.5), stats.nbinom(4, 4 / 11)),
        (binomial(20, 0.35), stats.binom(20, 0.35)),
    ):
        law = total_law(counts, payout_law(np.array([500_000])))
        assert (law.step_yuan, law.check.verdict) == (500_000, "exact")
        found = probabilities(law, [500_000 * n for n in range(40)])
        np.testing.assert_allclose(found, known.pmf(np.arange(40)), atol=1e-15)


def test_a_fixed_count_is_a_power_of_the_payout() -> None:
    law = total_law(fixed(9), payout_law(np.array([2, 7]), np.array([0.25, 0.75])))
    found = probabilities(law, [18 + 5 * n for n in range(10)])
    expected = [comb(9, n) * 0.75**n * 0.25 ** (9 - n) for n in range(10)]
    np.testing.assert_allclose(found, expected, atol=1e-15)
    assert quantile(law, 1e-9) == 18


def test_a_certain_year_has_one_total() -> None:
    law = total_law(fixed(30), payout_law(np.array([120_000])))
    assert (law.start_yuan + law.step_yuan * np.argmax(law.mass)) == 3_600_000
    assert quantile(law, 0.5) == 3_600_000
    assert (law.sd_yuan, law.theory.skewness) == (0.0, 0.0)


@pytest.mark.parametrize("counts", [poisson(0.0), poisson(3.0), fixed(0), fixed(5)])
@pytest.mark.parametrize("payout", [0, 700])
def test_years_without_money(counts: CountLaw, payout: int) -> None:
    law = total_law(counts, payout_law(np.array([payout])))
    assert law.mean_yuan == counts.moments.mean * payout
    assert exceedance(law, 0) == pytest.approx(
        0.0 if payout == 0 else 1 - as_table(counts).pgf(np.zeros(1, complex)).real[0], abs=1e-14
    )


def test_geometric_sums_of_exponentials_converge_to_the_closed_form() -> None:
    """A spread of 1 is a geometric count: P(S > s) = 2/3 exp(-s/3).

    On a grid the total at s itself is half above and half below; the error then falls with the
    square of the step.
    """
    errors = []
    for unit in (10, 40):
        payouts = rounded_payouts(stats.expon(scale=unit).cdf, 40 * unit)
        law = total_law(negative_binomial(2.0, 1.0), payouts)
        at = 3 * unit
        found = (exceedance(law, at) + exceedance(law, at - 1)) / 2
        errors.append(found - 2 / 3 * exp(-1))
    assert abs(errors[1]) < 2e-5
    assert errors[0] / errors[1] == pytest.approx(16, rel=0.1)


# --- grids ---


def test_a_common_step_of_the_payouts_is_kept() -> None:
    grid = choose_grid((poisson(30.0),), payout_law(np.array([300_000, 500_000, 2_000_000])))
    assert grid.step_yuan == 100_000
    assert 30 * 933_333 // 100_000 < grid.cells <= 1 << 12


def test_payouts_without_a_common_step_get_a_round_one() -> None:
    payouts = capped_lognormal(400_000, 1.2, 1_000_000)
    law = total_law(negative_binomial(60.0, 0.3), payouts)
    assert law.step_yuan == 10_000
    assert law.check.verdict == "close"
    assert law.end_yuan > law.mean_yuan + 10 * law.sd_yuan


def test_a_grid_of_large_totals_begins_where_they_do() -> None:
    """A hundred thousand certain claims: ten standard deviations on either side are enough."""
    law = total_law(fixed(100_000), payout_law(np.array([100, 300])))
    assert 0 < law.start_yuan < law.mean_yuan - 9 * law.sd_yuan
    assert len(law.mass) < 1 << 14
    assert law.check.verdict == "exact"
    assert quantile(law, 0.5) == 20_000_000


def test_the_levels_of_a_shock_share_their_grid() -> None:
    payouts = capped_lognormal(50_000, 0.8, 200_000)
    counts = [negative_binomial(20.0 * times, 0.3) for times in (0.75, 1.0, 1.25)]
    together = total_laws(counts, payouts)
    assert len({law.step_yuan for law in together}) == 1
    for counted, law in zip(counts, together, strict=True):
        alone = total_law(counted, payouts, Grid(step_yuan=law.step_yuan, cells=1 << 14))
        np.testing.assert_array_equal(alone.mass, law.mass)


@pytest.mark.parametrize("times", [1, 10, 100, 1_000, 10_000])
@pytest.mark.parametrize("spread", [0.0, 0.25])
def test_a_thousand_times_the_applicants_keep_mean_sd_and_skewness(
    times: int, spread: float
) -> None:
    """Counts from 50 to 500 000: the grid does not grow, nor the error in the first moments."""
    payouts = capped_lognormal(230_000, 1.1, 1_000_000)
    law = total_law(negative_binomial(50.0 * times, spread), payouts)
    assert len(law.mass) <= 1 << 14
    assert abs(law.check.mean_error) < 1e-9
    assert abs(law.check.sd_error) < 1e-6
    assert abs(law.check.skewness_error) < 1e-6


@pytest.mark.parametrize("times", [1, 10, 100])
def test_a_large_uneven_count_takes_more_cells(times: int) -> None:
    """A spread of 0.5 leaves the total too rough for cells wider than a payout: more are taken."""
    payouts = payout_law(np.array([700_000, 1_000_000, 3_000_000]), np.array([0.5, 0.3, 0.2]))
    law = total_law(negative_binomial(2_000.0 * times, 0.5), payouts)
    assert 1 << 14 < len(law.mass) <= 1 << 16
    assert abs(law.check.mean_error) < 1e-9
    assert abs(law.check.sd_error) < 8e-4


def test_a_large_total_has_the_tail_of_a_finer_grid() -> None:
    """2 000 claims on cells wider than most payouts, beside cells a fiftieth as wide."""
    payouts = capped_lognormal(60_000, 1.3, 500_000)
    count = negative_binomial(2_000.0, 0.25)
    coarse, fine = (
        total_law(count, payouts, Grid(step_yuan=step, cells=cells))
        for step, cells in ((50_000, 1 << 14), (1_000, 1 << 20))
    )
    for share in (0.95, 0.99, 0.999):
        money = quantile(coarse, share)
        assert expected_excess(coarse, money) == pytest.approx(
            expected_excess(fine, money), rel=5e-6
        )
        assert abs(quantile(fine, share) - money) <= 50_000


# --- payouts on a grid ---


def test_payouts_are_split_between_their_neighbours() -> None:
    law = payout_law(np.array([0, 5, 12, 20]), np.array([0.1, 0.2, 0.3, 0.4]))
    expected = [0.1 + 0.1, 0.1 + 0.3 * 0.8, 0.3 * 0.2 + 0.4, 0.0]
    np.testing.assert_allclose(split_payouts(law, 10), expected, atol=1e-16)


def test_equal_payouts_are_merged_and_weights_of_zero_left_out() -> None:
    law = payout_law(np.array([7, 3, 7, 9]), np.array([0.25, 0.25, 0.5, 0.0]))
    np.testing.assert_array_equal(law.yuan, [3, 7])
    np.testing.assert_array_equal(law.weights, [0.25, 0.75])
    assert law.moments.mean == 6.0
    assert not law.weights.flags.writeable


@given(
    yuan=st.lists(st.integers(0, 10_000), min_size=1, max_size=300),
    step=st.tuples(st.integers(1, 3_000), st.sampled_from([1, 2, 64])),
)
@settings(deadline=None, max_examples=80)
def test_splitting_between_four_neighbours_keeps_moments(
    yuan: list[int], step: tuple[int, int]
) -> None:
    """All three if weights below zero are allowed; otherwise the mean, and the spread at least."""
    law = payout_law(np.array(yuan))
    raw = [float(np.dot(law.weights, law.yuan.astype(float) ** power)) for power in (1, 2, 3)]
    for positive in (False, True):
        weights = smooth_payouts(law, step, positive)
        at = np.arange(-1, len(weights) - 1) * step[0] / step[1]
        found = [float(np.dot(weights, at**power)) for power in (1, 2, 3)]
        assert weights.sum() == pytest.approx(1, rel=1e-12)
        assert found[0] == pytest.approx(raw[0], rel=1e-11, abs=1e-9)
        if positive:
            assert weights.min() >= 0
            assert found[1] >= raw[1] * (1 - 1e-11) - 1e-9
        else:
            scale = max(at) ** 3
            np.testing.assert_allclose(found[1:], raw[1:], rtol=1e-10, atol=1e-12 * scale)


# --- laws that hold for any award ---

counted = st.one_of(
    st.builds(negative_binomial, st.floats(0.05, 60), st.sampled_from([0.0, 0.25, 0.7, 1.5])),
    st.builds(binomial, st.integers(1, 80), st.floats(0.01, 0.99)),
    st.builds(fixed, st.integers(0, 40)),
    st.builds(
        lambda mean, low, width, keep: thinned(
            bounded(poisson(mean), floor=low, ceiling=low + width), keep
        ),
        st.floats(0.1, 40),
        st.integers(0, 10),
        st.integers(0, 30),
        st.floats(0.05, 1),
    ),
)
graded = st.builds(
    lambda amounts: payout_law(np.array(amounts) * 10_000),
    st.lists(st.integers(0, 60), min_size=1, max_size=8),
)
odd = st.builds(
    lambda amounts: payout_law(np.array(amounts)),
    st.lists(st.integers(1, 2_000_000), min_size=1, max_size=40),
)


@given(counts=counted, payouts=st.one_of(graded, odd))
@example(counts=poisson(36.0), payouts=payout_law(np.array([369, 74_585])))  # many far peaks
@example(counts=fixed(0), payouts=payout_law(np.array([10_000, 530_000])))
@settings(deadline=None, max_examples=80)
def test_the_mean_is_count_times_payout(counts: CountLaw, payouts: PayoutLaw) -> None:
    law = total_law(counts, payouts)
    mean = counts.moments.mean * payouts.moments.mean
    assert law.found.mean == pytest.approx(mean, rel=1e-9, abs=1e-9)
    theory = compound_moments(counts.moments, payouts.moments)
    rounding = 1e-12 * law.step_yuan**2  # of a year without claims, whose variance is 0
    assert law.found.variance == pytest.approx(theory.variance, rel=2e-3, abs=rounding)
    assert (law.check.verdict == "exact") == (not np.any(payouts.yuan % law.step_yuan))


@given(counts=counted, payouts=graded, cap=st.integers(0, 70))
@settings(deadline=None, max_examples=60)
def test_a_lower_cap_never_raises_a_quantile(
    counts: CountLaw, payouts: PayoutLaw, cap: int
) -> None:
    lower = payout_law(np.minimum(payouts.yuan, cap * 10_000), payouts.weights)
    before, after = total_law(counts, payouts), total_law(counts, lower)
    for share in (0.01, 0.3, 0.5, 0.9, 0.95, 0.999):
        assert quantile(after, share) <= quantile(before, share)
        assert worst_share_mean(after, share) <= worst_share_mean(before, share) * (1 + 1e-9)


@given(
    mean=st.floats(0.05, 60),
    more=st.floats(0, 60),
    spread=st.sampled_from([0.0, 0.25, 0.7, 1.5]),
    payouts=graded,
)
@settings(deadline=None, max_examples=60)
def test_more_applicants_never_lower_a_quantile(
    mean: float, more: float, spread: float, payouts: PayoutLaw
) -> None:
    fewer = total_law(negative_binomial(mean, spread), payouts)
    many = total_law(negative_binomial(mean + more, spread), payouts)
    for share in (0.01, 0.3, 0.5, 0.9, 0.95, 0.999):
        assert quantile(many, share) >= quantile(fewer, share)


@given(counts=counted, seed=st.integers(0, 99), payouts=st.one_of(graded, odd))
@settings(deadline=None, max_examples=40)
def test_the_order_of_the_payouts_changes_nothing(
    counts: CountLaw, seed: int, payouts: PayoutLaw
) -> None:
    order = np.random.default_rng(seed).permutation(len(payouts.yuan))
    turned = payout_law(payouts.yuan[order], payouts.weights[order])
    one, other = total_law(counts, payouts), total_law(counts, turned)
    assert one.step_yuan == other.step_yuan
    n = min(len(one.mass), len(other.mass))
    np.testing.assert_allclose(one.mass[:n], other.mass[:n], atol=1e-12)


@given(mean=st.floats(0.5, 30), spread=st.sampled_from([0.0, 0.5]), payouts=graded)
@settings(deadline=None, max_examples=30)
def test_grades_counted_apart_make_the_whole(
    mean: float, spread: float, payouts: PayoutLaw
) -> None:
    """Of a Poisson count the grades are independent: their totals convolved are the whole."""
    parts = [
        total_law(poisson(mean * weight), payout_law(np.array([yuan])))
        for yuan, weight in zip(payouts.yuan, payouts.weights, strict=True)
    ]
    whole, apart = total_law(poisson(mean), payouts), convolve(parts)
    assert apart.theory.mean == pytest.approx(whole.theory.mean, rel=1e-12)
    totals = 10_000 * np.arange(0, 400, 7)
    np.testing.assert_allclose(
        [exceedance(whole, x) for x in totals], [exceedance(apart, x) for x in totals], atol=1e-12
    )


# --- what is refused ---

LAW_REMEDY = "Leave the grid out, or give more cells or a smaller step."
WEIGHTS_REMEDY = "Give weights of zero or more that sum to 1."


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            lambda: total_law(poisson(20.0), amounts_law(1), Grid(step_yuan=1, cells=64)),
            f"total: the chance of a total outside the grid may be 0.93. {LAW_REMEDY}",
        ),
        (
            lambda: total_law(fixed(2), payout_law(np.array([3, 8])), Grid(step_yuan=5, cells=16)),
            "total: the standard deviation of the cells is 4.94974747, by theory 3.53553391. "
            + LAW_REMEDY,
        ),
        (
            lambda: payout_law(np.array([1.5, 2.0])),
            "payouts: they are float64, not whole yuan. Give integers.",
        ),
        (
            lambda: payout_law(np.array([np.nan, 2.0])),
            "payouts: they are float64, not whole yuan. Give integers.",
        ),
        (
            lambda: payout_law(np.array([10, -3])),
            "payouts: -3 yuan is below zero. Give zero or more.",
        ),
        (
            lambda: payout_law(np.array([1, 2]), np.array([0.5, np.nan])),
            f"payout weights: weight 1 is nan, not a number. {WEIGHTS_REMEDY}",
        ),
        (
            lambda: payout_law(np.array([1, 2]), np.array([0.5, 0.4])),
            f"payout weights: the weights sum to 0.9. {WEIGHTS_REMEDY}",
        ),
        (
            lambda: payout_law(np.array([1, 2]), np.array([1.25, -0.25])),
            f"payout weights: weight 1 is -0.25, below zero. {WEIGHTS_REMEDY}",
        ),
        (
            lambda: payout_law(np.array([1, 2, 3]), np.array([0.5, 0.5])),
            "payout weights: 3 payouts have 2 weights. Give one weight for each payout.",
        ),
        (
            lambda: payout_law(np.array([], dtype=np.int64)),
            f"payout weights: there is no list of weights. {WEIGHTS_REMEDY}",
        ),
        (
            lambda: total_laws((), amounts_law(1)),
            "counts: there are none. Give at least one law of a count.",
        ),
    ],
)
def test_what_makes_no_law_of_a_total_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message
