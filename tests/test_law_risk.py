"""The risk read from a law is the risk of draws that follow it to the letter."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.demand.compound import total_law
from model.demand.counts import fixed
from model.demand.law_risk import assess_law, combine
from model.demand.payouts import payout_law
from model.risk import AccountRisk, Estimate, assess_account

# A deviation of draws divides by n - 1, one of a law by n; all else is the same number.
SKIPPED = {"demand_sd_yuan"}


def _law(draws: np.ndarray):  # type: ignore[no-untyped-def]
    """The law of one payout that takes each draw with equal chance."""
    return total_law(fixed(1), payout_law(draws))


def _assert_same(risk: AccountRisk, other: AccountRisk) -> None:
    for field in fields(AccountRisk):
        left, right = getattr(risk, field.name), getattr(other, field.name)
        if field.name in SKIPPED:
            continue
        if isinstance(left, Estimate):
            assert left.value == pytest.approx(right.value, abs=1e-6), field.name
        else:
            assert left == right, field.name


@given(
    draws=st.lists(st.integers(0, 50), min_size=2, max_size=30),
    committed=st.integers(0, 40),
    budget=st.integers(1, 60),
    worst=st.sampled_from([0.05, 0.25, 0.6, 1.0]),
)
def test_a_law_is_judged_like_the_draws_it_describes(
    draws: list[int], committed: int, budget: int, worst: float
) -> None:
    asked = np.array(draws, dtype=np.int64) * 1_000
    found = assess_law(_law(asked), committed * 1_000, budget * 1_000, worst)
    _assert_same(found, assess_account(asked, committed * 1_000, budget * 1_000, worst))


def test_laws_on_two_sets_of_points_are_averaged_and_half_their_distance_is_the_error() -> None:
    low = assess_law(_law(np.array([10, 10])), 0, 20, 0.5)
    high = assess_law(_law(np.array([14, 14])), 0, 20, 0.5)
    both = combine((low, high))
    assert both.demand_mean_yuan == Estimate(12.0, 2.0)
    assert both.expected_idle_yuan == Estimate(8.0, 2.0)
    assert both.budget_yuan == 20
