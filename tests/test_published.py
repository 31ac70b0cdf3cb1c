"""Published problems with known answers, each named by its source.

Amounts are whole units here as they are whole yuan elsewhere; a continuous amount is rounded to
the nearest unit, which is chosen small where a published answer is exact.
"""

from __future__ import annotations

from fractions import Fraction
from math import exp

import numpy as np
import pytest
from scipy import special, stats

from model import risk
from model.demand.checked import TotalLaw
from model.demand.compound import Grid, total_law
from model.demand.counts import binomial, fixed, negative_binomial, poisson, table
from model.demand.moments import Moments
from model.demand.payouts import PayoutLaw, payout_law, rounded_payouts
from model.demand.totals import (
    convolve,
    exceedance,
    expected_below,
    expected_excess,
    quantile,
    worst_share_mean,
)
from model.errors import InputError


def amounts(values: list[int], weights: list[float] | None = None) -> PayoutLaw:
    return payout_law(np.array(values), None if weights is None else np.array(weights))


def negative_binomial_of(r: float, beta: float):
    """The textbook's negative binomial: mean r beta, variance r beta (1 + beta)."""
    return negative_binomial(r * beta, r**-0.5)


def probabilities(law: TotalLaw, totals: list[int]) -> np.ndarray:
    return np.array([exceedance(law, x - 1) - exceedance(law, x) for x in totals])


def at_most(law: TotalLaw, total: int) -> float:
    return 1 - exceedance(law, total)


def capped_below(law: TotalLaw, cap: int) -> float:
    """E min(S, cap)."""
    return cap - expected_below(law, cap)


# --- compound sums ---


def test_geometric_count_of_four_equal_amounts() -> None:
    """Loss Data Analytics (OpenActTexts), examples 5.3.3 and 5.4.1."""
    law = total_law(negative_binomial_of(1, 4), amounts([1, 2, 3, 4]))
    found = probabilities(law, [0, 1, 2, 3])
    np.testing.assert_allclose(found, [1 / 5, 1 / 25, 6 / 125, 36 / 625], atol=1e-12)
    assert at_most(law, 3) == pytest.approx(0.3456, abs=1e-12)


def test_a_reserve_of_15() -> None:
    """Loss Data Analytics (OpenActTexts), examples 5.3.6 and 5.3.7."""
    law = total_law(negative_binomial_of(1, 2), amounts([5, 10, 20], [0.2, 0.3, 0.5]))
    assert law.mean_yuan == pytest.approx(28, rel=1e-14)
    found = probabilities(law, [5, 10, 15])
    np.testing.assert_allclose(found, [2 / 45, 49 / 675, 188 / 10_125], atol=1e-13)
    assert exceedance(law, 14) == pytest.approx(0.5496, abs=5e-5)
    assert capped_below(law, 15) == pytest.approx(1241 / 135, rel=1e-12)
    excess = [expected_excess(law, money) for money in (5, 10, 15)]
    assert excess == pytest.approx([74 / 3, 194 / 9, 2539 / 135], rel=1e-12)
    assert capped_below(law, 15) + excess[2] == pytest.approx(28, rel=1e-12)


def test_mean_plus_one_standard_deviation() -> None:
    """Loss Data Analytics (OpenActTexts), examples 5.3.2 and 5.2.6: amounts of zero; few claims."""
    law = total_law(table(np.array([0.0, 0.8, 0.2])), amounts([0, 100, 1000], [0.2, 0.7, 0.1]))
    assert law.found.mean == pytest.approx(204, rel=1e-12)
    assert law.found.variance == pytest.approx(98_344, rel=1e-11)
    assert law.mean_yuan + law.sd_yuan == pytest.approx(517.598469, abs=5e-7)
    one = total_law(negative_binomial_of(1, 1.5), amounts([1]))
    assert at_most(convolve([one] * 4), 3) == pytest.approx(4528 / 15_625, abs=1e-13)


def test_two_groups_of_policies() -> None:
    """Loss Data Analytics (OpenActTexts), examples 5.2.1 and 5.2.3; 100 units to the amount."""
    groups = [(100, 0.05, 40_000), (200, 0.06, 30_000)]
    law = convolve(
        [
            total_law(binomial(n, chance), rounded_payouts(stats.uniform(0, most).cdf, most))
            for n, chance, most in groups
        ]
    )
    assert law.mean_yuan / 100 == pytest.approx(2_800, rel=1e-12)
    assert law.theory.variance / 100**2 == pytest.approx(600_466.667, rel=1e-8)
    normal = stats.norm.sf((3_500 - 2_800) / (law.sd_yuan / 100))
    assert normal == pytest.approx(0.1832, abs=5e-5)
    largest = convolve([total_law(binomial(n, q), amounts([most // 100])) for n, q, most in groups])
    assert largest.found.mean == pytest.approx(5_600, rel=1e-12)
    assert largest.found.variance == pytest.approx(1_775_200, rel=1e-10)


def test_counts_with_a_modified_zero() -> None:
    """Loss Data Analytics (OpenActTexts), example 5.2.2: a count summed over policies."""
    parts = []
    for n, positive, rate in ((40, 0.03, 1.0), (60, 0.05, 2.0)):
        pmf = stats.poisson(rate).pmf(np.arange(40))
        pmf *= positive / (1 - pmf[0])
        pmf[0] = 1 - positive
        parts.append(total_law(fixed(n), payout_law(np.arange(40), pmf)))
    law = convolve(parts)
    assert law.found.mean == pytest.approx(8.837478, abs=5e-7)
    assert law.found.variance == pytest.approx(23.721446, abs=5e-7)


def test_a_normal_tail_is_too_thin() -> None:
    """Loss Data Analytics (OpenActTexts), example 5.3.5; a tenth of the amount is one unit."""
    law = total_law(poisson(25.0), rounded_payouts(stats.uniform(50, 900).cdf, 950))
    assert law.mean_yuan / 10 == pytest.approx(1_250, rel=1e-10)
    assert law.theory.variance / 100 == pytest.approx(79_375, rel=1e-6)
    exact = (exceedance(law, 20_000) + exceedance(law, 19_999)) / 2
    assert exact == pytest.approx(0.0069838, abs=1e-6)
    assert exceedance(law, 20_000) > 1.7 * stats.norm.sf(750 / 79_375**0.5)


def test_geometric_count_of_exponential_amounts() -> None:
    """Loss Data Analytics (OpenActTexts), example 5.3.8: beta 2, theta 1 (here 1 000 units)."""
    payouts = rounded_payouts(stats.expon(scale=1_000).cdf, 30_000)
    law = total_law(negative_binomial_of(1, 2), payouts, Grid(step_yuan=1, cells=1 << 18))
    at_zero = 1 / (1 + 2 * (1 - payouts.weights[0]))  # half a unit and less is rounded to nothing
    assert probabilities(law, [0])[0] == pytest.approx(at_zero, abs=1e-13)
    assert at_zero == pytest.approx(1 / 3, abs=2.5e-4)
    found = (exceedance(law, 3_000) + exceedance(law, 2_999)) / 2
    assert found == pytest.approx(0.2452529608, abs=1e-7)


DENTAL_COUNTS = [0.05, 0.10, 0.15, 0.20, 0.25, 0.15, 0.06, 0.03, 0.01]
DENTAL_AMOUNTS = [0.150, 0.200, 0.250, 0.125, 0.075, 0.050, 0.050, 0.050, 0.025, 0.025]


def dental() -> TotalLaw:
    payouts = amounts([25 * unit for unit in range(1, 11)], DENTAL_AMOUNTS)
    return total_law(table(np.array(DENTAL_COUNTS)), payouts)


def test_group_dental_insurance() -> None:
    """Klugman, Panjer, Willmot, Loss Models, examples 9.5 and 9.6; one unit of 25."""
    law = dental()
    assert (law.step_yuan, law.check.verdict) == (25, "exact")
    assert law.found.mean == pytest.approx(314.5, rel=1e-12)
    assert law.found.variance / 625 == pytest.approx(58.7464, rel=1e-11)
    found = [expected_excess(law, money) for money in (0, 25, 50, 75, 100)]
    assert found == pytest.approx([314.5, 290.75, 267.375, 244.584375, 222.660625], rel=1e-11)
    assert at_most(law, 300) == pytest.approx(0.5257987797, abs=5e-11)
    assert worst_share_mean(law, 0.05) == pytest.approx(759.853799, abs=5e-7)


def test_group_dental_insurance_in_fractions() -> None:
    """The same, every probability by convolving fractions."""
    one = [Fraction(0), *(Fraction(round(1000 * w), 1000) for w in DENTAL_AMOUNTS)]
    power, expected = [Fraction(1)], [Fraction(0)] * 81
    for weight in DENTAL_COUNTS:
        for total, chance in enumerate(power):
            expected[total] += Fraction(round(100 * weight), 100) * chance
        following = [Fraction(0)] * (len(power) + 10)
        for total, chance in enumerate(power):
            for amount, part in enumerate(one):
                following[total + amount] += chance * part
        power = following
    assert expected[:3] == [Fraction(1, 20), Fraction(3, 200), Fraction(187, 8000)]
    found = probabilities(dental(), [25 * total for total in range(81)])
    np.testing.assert_allclose(found, [float(x) for x in expected], atol=1e-15)


def test_two_compound_poissons_merge() -> None:
    """Loss Models, examples 9.9 and 9.10."""
    apart = convolve(
        [
            total_law(poisson(2.0), amounts([1, 2], [0.6, 0.4])),
            total_law(poisson(1.0), amounts([1, 3], [0.7, 0.3])),
        ]
    )
    merged = total_law(poisson(3.0), amounts([1, 2, 3], [1.9 / 3, 0.8 / 3, 0.3 / 3]))
    np.testing.assert_allclose(
        probabilities(apart, list(range(40))), probabilities(merged, list(range(40))), atol=1e-14
    )
    found = probabilities(merged, list(range(6))) * exp(3)
    np.testing.assert_allclose(found, [1, 1.9, 2.605, 2.963167, 2.877004, 2.510375], atol=5e-7)


def test_small_examination_sums() -> None:
    """Loss Models, exercises 9.19, 9.24 and 9.31; the second has a cap on the total."""
    law = total_law(table(np.array([0.5, 0.4, 0.0, 0.1])), amounts([1, 10], [0.9, 0.1]))
    assert law.mean_yuan == pytest.approx(1.33, rel=1e-14)
    assert exceedance(law, 3) == pytest.approx(0.0671, abs=1e-14)  # 3 x 1.33 lies below 4
    drugs = total_law(binomial(4, 0.5), amounts([2_000, 3_000], [0.4, 0.6]))
    assert drugs.mean_yuan == pytest.approx(5_200, rel=1e-14)
    assert capped_below(drugs, 5_000) + 1_472 == pytest.approx(5_499.5, rel=1e-12)
    claim = payout_law(
        np.concatenate([np.arange(2_000) + 0, np.arange(10_000)]),
        np.concatenate([np.full(2_000, 0.6 / 2_000), np.full(10_000, 0.4 / 10_000)]),
    )
    once = total_law(fixed(1), claim)  # U(0, 200) or U(0, 1000), ten units to the amount
    assert expected_excess(once, 1_000) / 10 == pytest.approx(177, abs=0.05)


def test_compound_poisson_tables() -> None:
    """Loss Models, exercises 9.34, 9.45 and 9.47."""
    law = total_law(poisson(5.0), amounts([100, 500, 1000], [0.80, 0.16, 0.04]))
    assert probabilities(law, [600])[0] == pytest.approx(0.0598928622, abs=5e-11)
    law = total_law(poisson(6.0), amounts([1, 2, 4]))
    expected = [0.002479, 0.004958, 0.009915, 0.013220, 0.021483, 0.027101, 0.036575, 0.041045]
    np.testing.assert_allclose(probabilities(law, list(range(8))), expected, atol=5e-7)
    assert probabilities(law, [8])[0] == pytest.approx(0.05003144870, abs=5e-12)
    # Half units: the dividend is what the total stays below 4.5 by.
    law = total_law(poisson(2.0), amounts([2, 4], [0.25, 0.75]))
    assert expected_below(law, 9) / 2 == pytest.approx(1.641117, abs=5e-7)


def test_poisson_beside_negative_binomial() -> None:
    """Loss Models, exercises 9.57 and 9.58: r 6, beta 1/2 has the mean of the Poisson count."""
    payouts = amounts([1, 2, 3, 4], [0.4, 0.3, 0.2, 0.1])
    assert at_most(total_law(poisson(3.0), payouts), 3) == pytest.approx(0.2881675517, abs=5e-11)
    law = total_law(negative_binomial_of(6, 0.5), payouts)
    expected = [64 / 729, 256 / 3_645, 4_672 / 54_675, 236_032 / 2_460_375]
    np.testing.assert_allclose(probabilities(law, [0, 1, 2, 3]), expected, atol=1e-14)
    assert at_most(law, 3) == pytest.approx(835_072 / 2_460_375, abs=1e-14)


def test_a_deductible_and_a_limit() -> None:
    """Loss Models, exercise 9.63: losses gamma(2, 100), 50 deducted, at most 175; r 2, beta 3/2.

    The mean count is r beta = 3; a page that takes 1.4 for it arrives at a mean of 121.
    """
    loss = stats.gamma(2, scale=100)
    paid = float(loss.sf(50))
    assert paid == pytest.approx(0.9097959896, abs=5e-11)
    counts = negative_binomial_of(2, 1.5 * paid)

    def payment(unit: float, most: int) -> PayoutLaw:
        return rounded_payouts(lambda k: (loss.cdf(50 + unit * k) - loss.cdf(50)) / paid, most)

    fine = total_law(counts, payment(0.01, 12_500))
    assert fine.mean_yuan / 100 == pytest.approx(259.402308, rel=1e-7)
    assert fine.theory.variance / 100**2 == pytest.approx(62_616.72, rel=1e-6)
    coarse = rounded_payouts(lambda k: loss.cdf(50 + 40 * k), 3)  # of every loss, paid or not
    np.testing.assert_allclose(coarse.weights, [0.155805, 0.145166, 0.141204, 0.557825], atol=5e-7)
    found = probabilities(total_law(negative_binomial_of(2, 1.5), coarse), [0, 1, 2, 3])
    np.testing.assert_allclose(found, [0.194701, 0.037414, 0.041785, 0.154952], atol=5e-7)


BENEFITS = [15, 16, 20, 28, 31, 18, 26, 24, 60, 14, 17, 19, 30, 55]
DEATHS = [149, 142, 128, 122, 123, 353, 394, 484, 2182, 50, 50, 54, 103, 479]  # per 100 000


def test_fourteen_lives() -> None:
    """Loss Models, examples 9.16 and 9.17: a normal law would say 0.464 instead of 0.047."""
    lives = [
        total_law(binomial(1, deaths / 100_000), amounts([benefit * 1_000]))
        for benefit, deaths in zip(BENEFITS, DEATHS, strict=True)
    ]
    law = convolve(lives)
    assert law.found.mean == pytest.approx(2_054.41, rel=1e-10)
    assert law.found.variance / 1e6 == pytest.approx(102.533562, abs=5e-7)
    premium = 1.45 * law.mean_yuan
    assert premium == pytest.approx(2_978.8945, rel=1e-10)
    survivors = np.prod([1 - Fraction(deaths, 100_000) for deaths in DEATHS])
    assert exceedance(law, int(premium)) == pytest.approx(float(1 - survivors), abs=1e-14)
    assert exceedance(law, int(premium)) == pytest.approx(0.047260950, abs=5e-10)
    normal = stats.norm.sf((premium - law.mean_yuan) / law.sd_yuan)
    assert normal == pytest.approx(0.463627, abs=5e-7)
    assert at_most(law, 60_000) == pytest.approx(0.9993306170, abs=5e-11)
    assert worst_share_mean(law, 0.01) / 1_000 == pytest.approx(61.802741, abs=5e-7)


def test_fourteen_lives_as_a_compound_poisson() -> None:
    """Loss Models, example 9.17, second part."""
    deaths = np.array(DEATHS) / 100_000
    assert deaths.sum() == pytest.approx(0.04813, abs=1e-15)
    law = total_law(poisson(deaths.sum()), payout_law(np.array(BENEFITS), deaths / deaths.sum()))
    found = [at_most(law, total) for total in (0, 14, 15, 60)]
    assert found == pytest.approx(
        [0.9530098877, 0.9534863927, 0.9549063774, 0.9990973774], abs=5e-11
    )


def levy(x: np.ndarray) -> np.ndarray:
    return special.erfc(1 / np.sqrt(2 * x))


def test_the_aliasing_table() -> None:
    """Grubel and Hermesmeier 1999, ASTIN Bulletin 29, table 1, the row of Panjer's recursion.

    Poisson 20 of Levy amounts, rounded to a grid of 1. What lies above 1 024 pays 1 024, which
    leaves every smaller total as it was. The row without tilt (2.064e-4 at 1) shows what wrapping
    around 1 024 cells would do: that grid is refused.
    """
    payouts = rounded_payouts(levy, 1_024)
    law = total_law(poisson(20.0), payouts)
    found = probabilities(law, [1, 10, 100, 1_000])
    np.testing.assert_allclose(found, [2.462e-7, 3.432e-5, 1.156e-3, 2.012e-4], rtol=2.5e-4 * 2)
    with pytest.raises(InputError) as caught:
        total_law(poisson(20.0), payouts, Grid(step_yuan=1, cells=1_024))
    assert str(caught.value) == (
        "total: the chance of a total outside the grid may be 1. "
        "Leave the grid out, or give more cells or a smaller step."
    )


def test_thin_and_thick_tails() -> None:
    """Embrechts and Frei 2009, figure 1: Pareto amounts on a grid of 1/8; exponential amounts."""
    payouts = rounded_payouts(lambda k: 1 - (3 / (3 + k / 8)) ** 4, 4_000)
    law = total_law(poisson(20.0), payouts)
    found = probabilities(law, [0, 80, 160, 240])
    expected = [1.00403929e-8, 3.31193632e-3, 6.62178779e-3, 2.12697735e-3]
    np.testing.assert_allclose(found, expected, rtol=2e-8)
    assert exceedance(law, 255) == pytest.approx(0.0711126, abs=5e-8)
    thin = total_law(poisson(50.0), rounded_payouts(stats.expon(scale=100).cdf, 4_000))
    assert quantile(thin, 0.999) / 100 == pytest.approx(85.105955, abs=0.01)
    assert quantile(thin, 0.999999) / 100 == pytest.approx(108.227486, abs=0.01)


def test_clustered_counts() -> None:
    """Loss Models, exercise 9.60: Poisson 10 of clusters, each of Poisson 4 payments of 5 or 10."""
    cluster = total_law(poisson(4.0), amounts([5, 10], [0.75, 0.25]))
    law = total_law(poisson(10.0), payout_law(cluster.yuan, cluster.mass / cluster.mass.sum()))
    assert law.found.mean == pytest.approx(250, rel=1e-11)
    assert law.found.variance == pytest.approx(8_000, rel=1e-9)
    assert exceedance(law, 400) == pytest.approx(0.0546164560, abs=5e-11)


def test_more_than_and_at_least_differ_at_an_atom() -> None:
    """Loss Models, exercise 9.59: Poisson 5 of gamma(1/2, 2500), a grid of 100; exact 0.0159434."""
    loss = stats.gamma(0.5, scale=25)
    law = total_law(poisson(5.0), rounded_payouts(loss.cdf, 1_500))
    assert exceedance(law, 199) == pytest.approx(0.0161319683, abs=5e-9)
    assert exceedance(law, 200) == pytest.approx(0.0157042291, abs=5e-9)


def test_three_exponential_amounts() -> None:
    """Loss Models, exercise 9.39: binomial(3, 0.4) of amounts with mean 100, at most 300."""
    payouts = rounded_payouts(stats.expon(scale=2_000).cdf, 80_000)
    law = total_law(binomial(3, 0.4), payouts, Grid(step_yuan=1, cells=1 << 18))
    found = (at_most(law, 6_000) + at_most(law, 5_999)) / 2
    assert found == pytest.approx(0.8940531185, abs=1e-8)


def test_a_premium_sufficient_in_19_of_20_years() -> None:
    """Loss Models, exercise 9.35: negative binomial r 16, beta 6, of U(0, 8), a grid of 1/16."""
    payouts = rounded_payouts(stats.uniform(0, 128).cdf, 128)
    law = total_law(negative_binomial_of(16, 6), payouts)
    normal = 384 + 1.645 * 11_264**0.5
    assert normal == pytest.approx(558.587, abs=5e-4)
    assert quantile(law, 0.95) / 16 == 572.375
    assert exceedance(law, round(16 * 558.6)) == pytest.approx(0.0615, abs=5e-5)


def test_how_many_policies() -> None:
    """Loss Models, example 9.1: the normal answer, 2 436, has a chance of 0.0547 and not 0.05."""

    def chance(n: int) -> float:
        return exceedance(total_law(binomial(n, 0.1), amounts([1])), 11 * n // 100)

    assert chance(2_436) == pytest.approx(0.05475, abs=5e-6)
    assert chance(2_390) > 0.05 >= chance(2_391)
    assert chance(2_563) > 0.05 >= chance(2_564)


def test_capped_lognormal_awards_on_a_grid_of_1() -> None:
    """Compound Poisson(180) of a lognormal with mean 90 and cv 1.6, capped at 500.

    The cap comes first, then rounding to the nearest whole: k has the chance F(k + 1/2) -
    F(k - 1/2), 500 all from 499.5 on. The mean beyond the quantile is that of the worst 5 %.
    """
    sigma = np.log1p(1.6**2) ** 0.5
    amount = stats.lognorm(sigma, scale=90 * np.exp(-(sigma**2) / 2))
    law = total_law(poisson(180.0), rounded_payouts(amount.cdf, 500))
    assert (law.step_yuan, law.check.verdict) == (1, "exact")
    assert law.found.mean == pytest.approx(15_130.5, abs=0.05)
    assert quantile(law, 0.95) == 18_107
    assert quantile(law, 0.99) == 19_447
    assert worst_share_mean(law, 0.05) == pytest.approx(18_929.97, abs=0.005)


# --- risk measures ---


def test_weights_of_the_worst_outcomes() -> None:
    """SDDP.jl (odow), test/plugins/risk_measures.jl: outcomes 1 to 4 with chances 0.1 to 0.4."""
    high_is_bad = total_law(fixed(1), amounts([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4]))
    low_is_bad = total_law(fixed(1), amounts([4, 3, 2, 1], [0.1, 0.2, 0.3, 0.4]))  # 5 - outcome
    assert 5 - worst_share_mean(low_is_bad, 0.2) == pytest.approx(1.5, rel=1e-12)
    assert 5 - worst_share_mean(low_is_bad, 1e-3) == pytest.approx(1.0, rel=1e-12)
    assert worst_share_mean(high_is_bad, 1.0) == pytest.approx(3.0, rel=1e-12)
    mixed = 0.25 * 3 + 0.75 * (5 - worst_share_mean(low_is_bad, 0.2))
    assert mixed == pytest.approx(1.875, rel=1e-12)
    assert 0.25 * 3 + 0.75 * worst_share_mean(high_is_bad, 0.2) == pytest.approx(3.75, rel=1e-12)
    assert 0.5 * 3 + 0.5 * (5 - worst_share_mean(low_is_bad, 1e-3)) == pytest.approx(2.0, rel=1e-12)
    without_the_lowest = total_law(fixed(1), amounts([4, 3, 2, 1], [0.0, 0.2, 0.4, 0.4]))
    assert 5 - worst_share_mean(without_the_lowest, 1e-3) == pytest.approx(2.0, rel=1e-12)


def test_weights_of_the_worst_draws() -> None:
    """The same source, as ten draws and the product's functions of draws."""
    draws = np.repeat([1, 2, 3, 4], [1, 2, 3, 4])
    assert risk.worst_share_mean(draws, 0.2).value == 4.0
    assert -risk.worst_share_mean(-draws, 0.2).value == pytest.approx(1.5, rel=1e-14)
    assert risk.worst_share_mean(draws, 1.0).value == pytest.approx(3.0, rel=1e-14)


def test_quantiles_of_a_step_law() -> None:
    """Loss Data Analytics (OpenActTexts), examples 10.3.4, 10.3.5 and 10.3.8.

    Two laws with the same 95 % quantile: the means beyond it are 97.5 and 126.7.
    """
    law = total_law(fixed(1), amounts([1, 3, 4], [0.75, 0.20, 0.05]))
    assert [quantile(law, share) for share in (0.6, 0.9, 0.95, 0.95001)] == [1, 3, 3, 4]
    even = total_law(fixed(1), rounded_payouts(stats.uniform(0, 10_000).cdf, 10_000))
    thick = total_law(fixed(1), rounded_payouts(stats.expon(scale=3_171).cdf, 65_000))
    assert quantile(even, 0.95) / 100 == pytest.approx(95, abs=0.01)
    assert quantile(thick, 0.95) / 100 == pytest.approx(94.994670, abs=0.01)
    assert worst_share_mean(even, 0.05) / 100 == pytest.approx(97.5, abs=1e-3)
    assert worst_share_mean(thick, 0.05) / 100 == pytest.approx(126.704670, abs=1e-3)


@pytest.mark.parametrize(
    ("outcomes", "share", "expected"),
    [
        ([1, 2, 3, 4, 5, 6], 1 / 3, 11 / 2),
        ([1, 2, 3, 4, 5, 6], 5 / 12, 26 / 5),
        ([0, 5, 8, 12, 25, 105], 1 / 3, 65),
        ([0, 5, 8, 12, 25, 105], 5 / 12, 272 / 5),
        ([1, 2, 3, 4], 1 / 8, 4),
    ],
)
def test_atoms_are_split(outcomes: list[int], share: float, expected: float) -> None:
    """Uryasev's lecture slides; Sarykalin, Serraino, Uryasev 2008 (the third and fourth plus 5)."""
    law = total_law(fixed(1), amounts(outcomes))
    assert worst_share_mean(law, share) == pytest.approx(expected, rel=1e-12)


def test_a_poisson_count_of_ones_has_equal_moments() -> None:
    """Every cumulant of a Poisson count is its mean (Loss Models, chapter 6)."""
    law = total_law(poisson(4.0), amounts([1]))
    assert law.theory == Moments(4.0, 4.0, 4.0)
    assert law.found.third == pytest.approx(4.0, rel=1e-10)
