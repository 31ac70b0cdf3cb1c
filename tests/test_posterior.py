"""Claims still to come, given those seen: against the same sums done count by count."""

from __future__ import annotations

import doctest
from math import inf, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model.demand import posterior
from model.demand.counts import (
    CountLaw,
    as_table,
    binomial,
    bounded,
    fixed,
    negative_binomial,
    poisson,
    thinned,
)
from model.demand.posterior import applicants_given, still_waiting

LAWS = {
    "varying": negative_binomial(10.0, 0.5),
    "poisson": poisson(7.0),
    "bounded": bounded(negative_binomial(10.0, 0.5), floor=2, ceiling=12),
    "bounded and covered": thinned(bounded(negative_binomial(20.0, 0.5), 2, 25), 0.6),
    "certain and covered": thinned(fixed(8), 0.3),
    "binomial": binomial(9, 0.4),
}


def by_hand(law: CountLaw, seen: int, share: float) -> tuple[np.ndarray, float]:
    """Chances of 0, 1, 2, ... still to come, and of what was seen: Bayes over a table of counts."""
    whole = as_table(law)
    counts = np.arange(whole.first, whole.last + 1)
    told = stats.binom.pmf(seen, counts, share) if share else (counts >= seen)
    joint = np.zeros(whole.last + 1)
    joint[counts] = whole.pmf * told
    return joint[seen:] / joint.sum(), float(joint.sum())


def chances(law: CountLaw, n: int) -> np.ndarray:
    found = as_table(law)
    table = np.zeros(max(found.last + 1, n))
    table[found.first : found.last + 1] = found.pmf
    return table[:n]


def test_the_examples_hold() -> None:
    assert doctest.testmod(posterior).failed == 0


@pytest.mark.parametrize("name", LAWS)
@pytest.mark.parametrize(
    ("seen", "share"), [(0, 0.4), (3, 0.4), (0, 0.0), (3, 0.0), (4, 1.0), (1, 0.99)]
)
def test_every_law_given_what_was_seen_is_the_law_by_hand(
    name: str, seen: int, share: float
) -> None:
    law = LAWS[name]
    expected, chance = by_hand(law, seen, share)
    found = still_waiting(law, seen, share)
    assert found.log_chance == pytest.approx(log(chance), abs=1e-9)
    assert chances(found.rest, len(expected)) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(
    mean=st.floats(0.5, 40),
    spread=st.floats(0.05, 0.9),
    seen=st.integers(0, 30),
    share=st.floats(0.05, 0.95),
)
def test_a_varying_mean_stays_a_gamma_mean(
    mean: float, spread: float, seen: int, share: float
) -> None:
    law = negative_binomial(mean, spread)
    expected, chance = by_hand(law, seen, share)
    found = still_waiting(law, seen, share)
    if chance > 1e-12:
        assert found.log_chance == pytest.approx(log(chance), abs=1e-6)
        at = np.arange(len(expected))
        assert found.rest.moments.mean == pytest.approx(float(at @ expected), rel=1e-4)


def test_at_the_end_of_the_year_nothing_is_to_come() -> None:
    for name in ("varying", "poisson", "bounded"):
        rest = still_waiting(LAWS[name], 5, 1.0).rest
        assert rest.moments.mean == 0
        assert rest.moments.variance == 0


@pytest.mark.parametrize(
    ("law", "seen", "share"),
    [(fixed(2), 3, 0.5), (fixed(2), 3, 0.0), (poisson(0.0), 1, 0.5), (fixed(2), 1, 1.0)],
)
def test_what_cannot_be_is_told_and_leaves_nothing_to_come(
    law: CountLaw, seen: int, share: float
) -> None:
    found = still_waiting(law, seen, share)
    assert found.log_chance == -inf
    assert found.rest.moments.mean == 0


def test_more_claims_than_expected_raise_and_fewer_lower_what_is_to_come() -> None:
    law = negative_binomial(20.0, 0.4)
    few, some, many = (still_waiting(law, n, 0.5).rest.moments.mean for n in (4, 10, 16))
    assert few < some < many
    assert some == pytest.approx(10.0)


def test_applicants_of_two_awards_are_weighed_by_both() -> None:
    """Of N applicants 3 claimed one award by a share of 0.3, 5 another by 0.8."""
    law = negative_binomial(8.0, 0.5)
    whole = as_table(law)
    counts = np.arange(whole.first, whole.last + 1)
    joint = whole.pmf * stats.binom.pmf(3, counts, 0.3) * stats.binom.pmf(5, counts, 0.8)
    found = applicants_given(law, [(3, 0.3), (5, 0.8)])
    assert found.log_chance == pytest.approx(log(joint.sum()), abs=1e-9)
    expected = float(((counts - 5) * joint).sum() / joint.sum())
    assert found.beyond(5).moments.mean == pytest.approx(expected, abs=1e-9)


def test_an_early_claim_of_one_award_counts_as_at_least_one_applicant() -> None:
    found = applicants_given(fixed(4), [(2, 0.0), (0, 0.5)])
    assert found.beyond(2).moments.mean == 2
    assert found.log_chance == pytest.approx(4 * log(0.5))
    assert applicants_given(fixed(1), [(2, 0.0), (0, 0.5)]).log_chance == -inf
