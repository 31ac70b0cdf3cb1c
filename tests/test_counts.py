"""Laws of a count against their tables, their closed forms and small cases by hand."""

from __future__ import annotations

import doctest
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model.demand import counts, moments
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
from model.demand.generating import power_series
from model.errors import InputError

ANGLES = np.linspace(0, np.pi, 41)
POINTS = np.concatenate([radius * np.exp(-1j * ANGLES) for radius in (0.0, 0.3, 0.999, 1.0)])

LAWS: dict[str, tuple[CountLaw, Any]] = {
    "poisson": (poisson(7.5), stats.poisson(7.5)),
    "rare poisson": (poisson(0.01), stats.poisson(0.01)),
    "negative binomial": (negative_binomial(20.0, 0.25), stats.nbinom(16, 16 / 36)),
    "over-dispersed": (negative_binomial(3.0, 2.0), stats.nbinom(0.25, 0.25 / 3.25)),
    "binomial": (binomial(30, 0.2), stats.binom(30, 0.2)),
    "one applicant": (binomial(1, 0.5), stats.binom(1, 0.5)),
    "nearly all": (binomial(40, 0.999), stats.binom(40, 0.999)),
}


def probabilities(law: CountLaw, n: int) -> np.ndarray:
    """The probabilities of 0 to n - 1."""
    found = as_table(law)
    whole = np.zeros(max(n, found.last + 1))
    whole[found.first : found.last + 1] = found.pmf
    return whole[:n]


def test_the_examples_in_the_docstrings_hold() -> None:
    for module in (counts, moments):
        failed, tried = doctest.testmod(module)
        assert tried > 0
        assert failed == 0


# --- one law, told in three ways ---


@pytest.mark.parametrize("name", LAWS)
def test_a_table_holds_the_known_probabilities(name: str) -> None:
    law, known = LAWS[name]
    found = as_table(law)
    expected = known.pmf(np.arange(found.first, found.last + 1))
    np.testing.assert_allclose(found.pmf, expected, atol=2e-15, rtol=1e-11)
    assert known.cdf(found.first - 1) + known.sf(found.last) < 2e-18
    assert not found.pmf.flags.writeable


@pytest.mark.parametrize("name", LAWS)
def test_moments_in_closed_form_are_those_of_the_table(name: str) -> None:
    law, _ = LAWS[name]
    closed, listed = law.moments, as_table(law).moments
    assert closed.mean == pytest.approx(listed.mean, rel=1e-13)
    assert closed.variance == pytest.approx(listed.variance, rel=1e-12)
    assert closed.third == pytest.approx(listed.third, rel=1e-10, abs=1e-13)


@pytest.mark.parametrize("name", LAWS)
def test_the_generating_function_is_the_sum_over_the_table(name: str) -> None:
    law, known = LAWS[name]
    n = np.arange(as_table(law).last + 1)
    expected = np.array([np.sum(known.pmf(n) * point**n) for point in POINTS])
    np.testing.assert_allclose(law.pgf(POINTS), expected, atol=1e-14)
    np.testing.assert_allclose(as_table(law).pgf(POINTS), expected, atol=1e-14)


def test_a_wide_table_has_the_generating_function_of_its_law() -> None:
    """Counts by the ten thousand: the table is summed only where the sum can be seen."""
    law = negative_binomial(40_000.0, 0.3)
    points = np.exp(-1j * np.concatenate([np.linspace(0, 1e-3, 50), np.linspace(0.01, 3, 50)]))
    points *= 1 - 1e-5 * np.arange(100) / 100
    np.testing.assert_allclose(as_table(law).pgf(points), law.pgf(points), atol=1e-11)


def test_a_power_series_equals_its_sum_term_by_term() -> None:
    coefficients = np.linspace(-1, 1, 1_000)
    expected = [np.sum(coefficients * point ** np.arange(1_000)) for point in POINTS]
    np.testing.assert_allclose(power_series(coefficients, POINTS), expected, atol=1e-10)


# --- bounds and thinning ---


def test_what_lies_beyond_a_bound_piles_up_there() -> None:
    law = bounded(table(np.array([0.1, 0.2, 0.3, 0.4])), floor=1, ceiling=2)
    np.testing.assert_allclose(probabilities(law, 4), [0, 0.3, 0.7, 0], atol=1e-16)


def test_a_bound_outside_the_law_makes_it_certain() -> None:
    np.testing.assert_array_equal(probabilities(bounded(poisson(900.0), ceiling=3), 5)[3], 1)
    assert bounded(poisson(2.0), floor=400).moments.mean == pytest.approx(400, rel=1e-14)


def test_a_bound_that_is_never_reached_leaves_the_law_as_it_was() -> None:
    law = negative_binomial(20.0, 0.25)
    assert bounded(law, floor=0, ceiling=10_000) is law
    assert bounded(law) is law


def test_thinning_comes_after_bounding_when_written_so() -> None:
    four_of_ten = thinned(bounded(fixed(10), ceiling=4), 0.5)
    np.testing.assert_allclose(
        probabilities(four_of_ten, 5), [1 / 16, 4 / 16, 6 / 16, 4 / 16, 1 / 16], atol=1e-15
    )
    capped = bounded(thinned(fixed(10), 0.5), ceiling=4)
    expected = [1 / 1024, 10 / 1024, 45 / 1024, 120 / 1024, 848 / 1024]
    np.testing.assert_allclose(probabilities(capped, 5), expected, atol=1e-15)


@pytest.mark.parametrize("name", LAWS)
def test_thinning_a_law_is_thinning_its_table(name: str) -> None:
    law, _ = LAWS[name]
    one, other = thinned(law, 0.3), thinned(as_table(law), 0.3)
    np.testing.assert_allclose(one.pgf(POINTS), other.pgf(POINTS), atol=1e-14)
    np.testing.assert_allclose(probabilities(one, 30), probabilities(other, 30), atol=1e-15)
    assert one.moments.third == pytest.approx(other.moments.third, rel=1e-10)


@given(
    mean=st.floats(0.01, 300),
    spread=st.sampled_from([0.0, 0.1, 0.5, 1.5]),
    low=st.integers(0, 50),
    width=st.integers(0, 300),
    keep=st.floats(0, 1),
)
@settings(deadline=None, max_examples=60)
def test_bounded_and_thinned_counts_keep_their_laws(
    mean: float, spread: float, low: int, width: int, keep: float
) -> None:
    """The mean lies within the bounds, thinning multiplies it, P(1) = 1, two ways to the rest."""
    whole = bounded(negative_binomial(mean, spread), floor=low, ceiling=low + width)
    assert low - 1e-9 <= whole.moments.mean <= low + width + 1e-9
    kept = thinned(whole, keep)
    assert kept.moments.mean == pytest.approx(keep * whole.moments.mean, rel=1e-12, abs=1e-300)
    assert kept.pgf(np.ones(1, dtype=complex))[0] == pytest.approx(1, abs=1e-12)
    listed = as_table(kept).moments
    assert kept.moments.variance == pytest.approx(listed.variance, rel=1e-9, abs=1e-9)


@given(mean=st.floats(0.1, 50), cut=st.integers(0, 60), rate=st.floats(0.001, 2))
@settings(deadline=None, max_examples=40)
def test_the_bound_of_the_growth_is_never_below_it(mean: float, cut: int, rate: float) -> None:
    law = as_table(bounded(poisson(mean), ceiling=cut))
    n = np.arange(law.first, law.last + 1)
    for excess in (np.expm1(rate), np.expm1(-rate)):
        expected = np.log(np.sum(law.pmf * (1 + excess) ** n))
        assert law.log_pgf(np.array([excess]))[0] == pytest.approx(expected, abs=1e-10)


# --- what is refused ---


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: poisson(-1.0), "count mean: -1.0 is not zero or more. Give a finite number."),
        (
            lambda: negative_binomial(1.0, float("nan")),
            "count spread: nan is not zero or more. Give a finite number.",
        ),
        (lambda: fixed(-1), "count n: -1 claims are less than none. Give zero or more."),
        (
            lambda: binomial(-3, 0.5),
            "count n: -3 applicants are less than none. Give zero or more.",
        ),
        (
            lambda: binomial(3, 1.5),
            "count chance: 1.5 is not a share. Give a number from 0 to 1.",
        ),
        (
            lambda: thinned(poisson(3.0), -0.1),
            "count keep: -0.1 is not a share. Give a number from 0 to 1.",
        ),
        (
            lambda: bounded(poisson(3.0), floor=5, ceiling=4),
            "count bounds: floor 5 and ceiling 4 leave no count. Give 0 <= floor <= ceiling.",
        ),
        (
            lambda: table(np.ones(1), first=-2),
            "count first: -2 claims are less than none. Give zero or more.",
        ),
        (
            lambda: table(np.array([0.5, 0.4])),
            "count probabilities: the weights sum to 0.9. "
            "Give weights of zero or more that sum to 1.",
        ),
        (
            lambda: table(np.array([0.5, np.nan])),
            "count probabilities: weight 1 is nan, not a number. "
            "Give weights of zero or more that sum to 1.",
        ),
        (
            lambda: table(np.array([1.5, -0.5])),
            "count probabilities: weight 1 is -0.5, below zero. "
            "Give weights of zero or more that sum to 1.",
        ),
        (
            lambda: table(np.array([])),
            "count probabilities: there is no list of weights. "
            "Give weights of zero or more that sum to 1.",
        ),
    ],
)
def test_what_is_no_law_of_a_count_is_refused(make: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        make()
    assert str(caught.value) == message
