"""What is asked of laws of totals, and their sums and mixtures, against small cases by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.demand.checked import Expected, TotalLaw, checked_law
from model.demand.compound import Grid, total_law
from model.demand.counts import fixed, negative_binomial, poisson
from model.demand.moments import Moments, mix_moments
from model.demand.payouts import payout_law
from model.demand.totals import (
    convolve,
    exceedance,
    expected_below,
    expected_excess,
    invert,
    mix,
    quantile,
    quantile_table,
    round_step,
    shift,
    worst_share_mean,
)
from model.errors import InputError


def law_of(values: list[int], weights: list[float]) -> TotalLaw:
    """The law of one payout, as a total."""
    return total_law(fixed(1), payout_law(np.array(values), np.array(weights)))


def mass_at(law: TotalLaw, yuan: int) -> float:
    return exceedance(law, yuan - 1) - exceedance(law, yuan)


STEPS = law_of([1, 3, 4], [0.75, 0.20, 0.05])

totals = st.builds(
    lambda mean, spread, values: total_law(
        negative_binomial(mean, spread), payout_law(np.array(values))
    ),
    st.floats(0.1, 20),
    st.sampled_from([0.0, 0.3, 1.0]),
    st.lists(st.integers(0, 40), min_size=1, max_size=6),
)


# --- questions ---


@pytest.mark.parametrize(
    ("share", "expected"), [(0.6, 1), (0.75, 1), (0.9, 3), (0.95, 3), (0.95001, 4), (0.999, 4)]
)
def test_a_quantile_at_a_reached_share_is_the_smaller_total(share: float, expected: int) -> None:
    assert quantile(STEPS, share) == expected


def test_exceeding_is_more_than_reaching() -> None:
    assert exceedance(STEPS, 3) == pytest.approx(0.05, rel=1e-12)
    assert exceedance(STEPS, 2) == pytest.approx(0.25, rel=1e-12)
    assert exceedance(STEPS, 4) < 1e-15
    assert exceedance(STEPS, -5) == pytest.approx(1, rel=1e-12)


def test_excess_and_shortfall_by_hand() -> None:
    assert expected_excess(STEPS, 2) == pytest.approx(0.2 * 1 + 0.05 * 2, rel=1e-12)
    assert expected_below(STEPS, 2) == pytest.approx(0.75, rel=1e-12)
    assert expected_excess(STEPS, -1) == pytest.approx(STEPS.mean_yuan + 1, rel=1e-12)
    assert expected_excess(STEPS, 9) < 1e-14
    assert expected_below(STEPS, 9) == pytest.approx(9 - STEPS.mean_yuan, rel=1e-12)


@pytest.mark.parametrize(
    ("worst_share", "expected"),
    [
        (0.05, 4.0),
        (0.01, 4.0),
        (0.1, (0.05 * 4 + 0.05 * 3) / 0.1),  # half of it from the total on the boundary
        (0.25, (0.05 * 4 + 0.2 * 3) / 0.25),
        (1.0, 1.55),
    ],
)
def test_the_mean_of_the_worst_share_takes_part_of_the_boundary(
    worst_share: float, expected: float
) -> None:
    assert worst_share_mean(STEPS, worst_share) == pytest.approx(expected, rel=1e-12)


@given(law=totals, yuan=st.integers(-10, 900))
@settings(deadline=None, max_examples=60)
def test_excess_minus_shortfall_is_mean_minus_money(law: TotalLaw, yuan: int) -> None:
    found = expected_excess(law, yuan) - expected_below(law, yuan)
    assert found == pytest.approx(law.mean_yuan - yuan, abs=1e-9)


@given(law=totals, shares=st.tuples(st.floats(0.001, 0.999), st.floats(0.001, 0.999)))
@settings(deadline=None, max_examples=60)
def test_quantiles_and_worst_shares_are_in_order(
    law: TotalLaw, shares: tuple[float, float]
) -> None:
    low, high = sorted(shares)
    assert quantile(law, low) <= quantile(law, high)
    assert exceedance(law, quantile(law, high)) <= 1 - high + 2e-12
    worst, worse = worst_share_mean(law, high), worst_share_mean(law, low)
    assert law.mean_yuan - 1e-9 <= worst <= worse + 1e-9
    assert worse >= quantile(law, 1 - low) - 1e-9


# --- sums, mixtures, shifts ---


def test_a_sum_of_two_dice() -> None:
    die = law_of([1, 2, 3, 4, 5, 6], [1 / 6] * 6)
    both = convolve([die, die])
    assert [round(36 * mass_at(both, total)) for total in range(2, 13)] == [
        *(1, 2, 3, 4, 5, 6, 5, 4, 3, 2, 1)
    ]
    assert both.check.verdict == "exact"
    assert both.theory == Moments(7.0, 2 * die.theory.variance, 2 * die.theory.third)


def test_steps_that_divide_each_other_and_steps_that_do_not() -> None:
    """Steps of 10, 4 and 6 share the step 2; nothing is moved."""
    parts = [law_of([0, step, 3 * step], [0.5, 0.3, 0.2]) for step in (10, 4, 6)]
    assert [law.step_yuan for law in parts] == [10, 4, 6]
    whole = convolve(parts)
    assert (whole.step_yuan, whole.check.verdict) == (2, "exact")
    assert mass_at(whole, 10 + 4 + 18) == pytest.approx(0.3 * 0.3 * 0.2 + 0.0, rel=1e-12)
    assert mass_at(whole, 0) == pytest.approx(0.125, rel=1e-12)


def test_a_coarser_common_grid_keeps_the_mean_and_nearly_the_rest() -> None:
    parts = [
        total_law(poisson(200.0), payout_law(np.array([700 + step, 1_900 + 3 * step])))
        for step in (0, 1, 7)
    ]
    fine, coarse = convolve(parts), convolve(parts, most_cells=1 << 13)
    assert (fine.step_yuan, coarse.step_yuan) == (50, 200)
    assert len(coarse.mass) <= 1 << 13
    assert coarse.check.verdict == "close"
    assert coarse.theory == fine.theory
    assert abs(coarse.check.mean_error) < 1e-12
    assert 0 < coarse.check.sd_error < 1e-3
    assert quantile(coarse, 0.95) == pytest.approx(quantile(fine, 0.95), abs=200)


@given(laws=st.lists(totals, min_size=2, max_size=4), seed=st.integers(0, 99))
@settings(deadline=None, max_examples=30)
def test_the_order_of_a_sum_or_a_mixture_changes_nothing(laws: list[TotalLaw], seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(laws))
    weights = (np.arange(len(laws)) + 1.0) / sum(range(1, len(laws) + 1))
    turned = [laws[place] for place in order]
    for one, other in (
        (convolve(laws), convolve(turned)),
        (mix(laws, list(weights)), mix(turned, list(weights[order]))),
    ):
        assert (one.start_yuan, one.step_yuan) == (other.start_yuan, other.step_yuan)
        n = min(len(one.mass), len(other.mass))
        np.testing.assert_allclose(one.mass[:n], other.mass[:n], atol=1e-12)
        assert one.mass[n:].sum() + other.mass[n:].sum() < 1e-12


@given(laws=st.lists(totals, min_size=1, max_size=4))
@settings(deadline=None, max_examples=30)
def test_moments_of_sums_and_mixtures(laws: list[TotalLaw]) -> None:
    """Of a sum all three add up; of a mixture the second and third moments about 0 are mixed."""
    whole = convolve(laws).found
    assert whole.mean == pytest.approx(sum(law.mean_yuan for law in laws), rel=1e-9)
    assert whole.variance == pytest.approx(sum(law.theory.variance for law in laws), rel=1e-8)
    assert whole.third == pytest.approx(sum(law.theory.third for law in laws), rel=1e-6, abs=1e-6)
    equal = [1 / len(laws)] * len(laws)
    mixed = mix(laws, equal)
    raw = [float(np.dot(law.mass, law.yuan.astype(float) ** 3)) for law in laws]
    found = float(np.dot(mixed.mass, mixed.yuan.astype(float) ** 3))
    assert found == pytest.approx(sum(raw) / len(laws), rel=1e-9)
    assert mixed.found.variance == pytest.approx(
        mix_moments([law.theory for law in laws], equal).variance, rel=1e-8
    )


def test_a_mixture_by_hand() -> None:
    """A year of 0 or 30, or one of 20 or 50: the grids start apart and have different steps."""
    law = mix([law_of([0, 30], [0.5, 0.5]), law_of([20, 50], [0.25, 0.75])], [0.4, 0.6])
    assert [round(mass_at(law, yuan), 12) for yuan in (0, 20, 30, 50)] == [0.2, 0.15, 0.2, 0.45]
    assert law.check.verdict == "exact"
    assert law.mean_yuan == pytest.approx(0.4 * 15 + 0.6 * 42.5, rel=1e-12)


def test_a_shift_moves_every_total() -> None:
    moved = shift(STEPS, 1_000_001)
    assert quantile(moved, 0.9) == 1_000_004
    assert moved.mean_yuan == pytest.approx(1_000_002.55, rel=1e-15)
    assert moved.sd_yuan == STEPS.sd_yuan
    assert exceedance(shift(STEPS, -10), -7) == pytest.approx(0.05, rel=1e-12)


@pytest.mark.parametrize(
    ("least", "step"), [(0.2, 1), (1, 1), (1.01, 2), (3, 5), (10, 10), (501, 1_000)]
)
def test_round_steps(least: float, step: int) -> None:
    assert round_step(least) == step


# --- the quantile transform ---


def by_definition(law: TotalLaw, uniforms: np.ndarray) -> np.ndarray:
    """The smallest total with a probability of not being exceeded above the number."""
    reached = np.cumsum(law.mass)
    reached /= reached[-1]
    cells = np.array([int(np.argmax(reached > number)) for number in uniforms.ravel()])
    return law.yuan[cells].reshape(uniforms.shape)


@given(law=totals, seed=st.integers(0, 10_000))
@settings(deadline=None, max_examples=30)
def test_the_quantile_transform_is_its_definition(law: TotalLaw, seed: int) -> None:
    uniforms = np.random.default_rng(seed).random((40, 5)) ** 3
    uniforms[0] = [0.0, np.nextafter(1.0, 0.0), 0.5, 1 / 65_536, np.nextafter(1 / 65_536, 0)]
    found = invert(quantile_table(law), uniforms)
    assert found.dtype == np.int64
    np.testing.assert_array_equal(found, by_definition(law, uniforms))


def test_blocks_of_numbers_give_what_all_together_give() -> None:
    law = total_law(negative_binomial(40.0, 0.3), payout_law(np.arange(100) ** 2))
    uniforms = np.random.default_rng(1).random(100_000)
    prepared = quantile_table(law)
    whole = invert(prepared, uniforms)
    for size in (1, 7, 40_000, 65_536):
        parts = np.array_split(uniforms[: 50 * size], 50)
        np.testing.assert_array_equal(
            np.concatenate([invert(prepared, part) for part in parts]), whole[: 50 * size]
        )
    assert len(invert(prepared, np.empty(0))) == 0


def test_a_million_draws_have_the_moments_of_the_law() -> None:
    """The mean within five standard errors; the shares of years below quantiles likewise."""
    law = shift(total_law(poisson(6.0), payout_law(np.array([100, 250, 1_000]))), 5)
    drawn = invert(quantile_table(law), np.random.default_rng(2).random(1_000_000))
    assert abs(drawn.mean() - law.mean_yuan) < 5e-3 * law.sd_yuan
    assert drawn.std() == pytest.approx(law.sd_yuan, rel=5e-3)
    for share in (0.5, 0.95, 0.99):
        money = quantile(law, share)
        assert np.mean(drawn > money) == pytest.approx(exceedance(law, money), abs=2.5e-3)


# --- the check, and what is refused ---


def test_records_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        STEPS.step_yuan = 2  # type: ignore[misc]
    with pytest.raises(ValueError, match="read-only"):
        STEPS.mass[0] = 1.0
    with pytest.raises(ValueError, match="read-only"):
        quantile_table(STEPS).reached[0] = 1.0


DIE = Expected(
    theory=Moments(3.5, 35 / 12, 0.0),
    on_grid=Moments(3.5, 35 / 12, 0.0),
    mass_beyond=0.0,
    exact=True,
    cells=6,
)
FAIR = np.full(6, 1 / 6)
REMEDY = "Leave the grid out, or give more cells or a smaller step."


def test_cells_that_agree_pass_and_noise_is_set_to_zero() -> None:
    noisy = np.concatenate([FAIR, [2e-17, -3e-17, 1e-17]])
    law = checked_law("die", (1, 1), noisy, replace(DIE, cells=9))
    np.testing.assert_array_equal(law.mass, FAIR)
    assert law.check.negative_cells == 1
    assert law.check.verdict == "exact"


@pytest.mark.parametrize(
    ("raw", "expected", "fact"),
    [
        (
            FAIR,
            replace(DIE, mass_beyond=2e-3),
            "the chance of a total outside the grid may be 0.002",
        ),
        (
            FAIR,
            replace(DIE, mass_beyond=np.nan),
            "the chance of a total outside the grid may be nan",
        ),
        (FAIR - 0.2 * np.eye(6)[2], DIE, "a cell holds the probability -0.033"),
        (FAIR * np.nan, DIE, "a cell holds the probability nan"),
        (FAIR * 1.1, DIE, "the probabilities sum to 1 + 0.1"),
        (
            FAIR * [1, 1, 1, 1.5, 0.5, 1],
            DIE,
            "the mean of the cells is 3.41666667, by theory 3.5",
        ),
        (
            np.array([0, 0.25, 0.25, 0.25, 0.25, 0]),
            DIE,
            "the variance of the cells is 1.25, by theory 2.91666667",
        ),
        (
            FAIR + np.array([-5, 7, 4, -4, -7, 5]) / 200,  # moves neither mean nor variance
            DIE,
            "the third moment of the cells is 0.54, by theory 0",
        ),
        (
            FAIR,
            replace(DIE, theory=Moments(3.5, 2.9, 0.0)),
            "the standard deviation of the cells is 1.70782513, by theory 1.70293864",
        ),
    ],
)
def test_cells_that_do_not_agree_are_refused(
    raw: np.ndarray, expected: Expected, fact: str
) -> None:
    with pytest.raises(InputError) as caught:
        checked_law("die", (1, 1), raw, expected)
    assert str(caught.value) == f"die: {fact}. {REMEDY}"


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: quantile(STEPS, 1.0), "quantile: 1.0 is not a share. Give 0 < share < 1."),
        (
            lambda: worst_share_mean(STEPS, 0.0),
            "worst_share: 0.0 is not a share. Give 0 < worst_share <= 1.",
        ),
        (lambda: convolve([]), "convolve: there are no laws. Give at least one."),
        (lambda: mix([], []), "mix: there are no laws. Give at least one."),
        (
            lambda: mix([STEPS], [0.5, 0.5]),
            "mixture weights: 1 laws have 2 weights. Give one weight for each law.",
        ),
        (
            lambda: mix([STEPS, STEPS], [0.5, 0.4]),
            "mixture weights: the weights sum to 0.9. Give weights of zero or more that sum to 1.",
        ),
        (
            lambda: invert(quantile_table(STEPS), np.array([0.5, 1.0])),
            "uniforms: a number is outside [0, 1). Give 0 <= number < 1.",
        ),
        (
            lambda: invert(quantile_table(STEPS), np.array([np.nan])),
            "uniforms: a number is outside [0, 1). Give 0 <= number < 1.",
        ),
        (
            lambda: Grid(step_yuan=0, cells=8),
            "grid step_yuan: a step of 0 yuan is no step. Give a whole number of yuan, at least 1.",
        ),
        (
            lambda: Grid(step_yuan=5, cells=100),
            "grid cells: 100 cells are not a power of two. Give 2, 4, 8, ... cells.",
        ),
    ],
)
def test_questions_that_cannot_be_answered_are_refused(ask: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        ask()
    assert str(caught.value) == message
