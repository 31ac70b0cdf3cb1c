"""The risk functions against numbers worked by hand, published ones and laws that always hold."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model import risk
from model.errors import InputError

YUAN = st.integers(0, 10**11)


def draws(least: int = 2) -> st.SearchStrategy[np.ndarray]:
    return arrays(np.int64, st.integers(least, 40), elements=YUAN)


def test_the_examples_in_the_docstrings_hold() -> None:
    failed, tried = doctest.testmod(risk)
    assert tried > 15
    assert failed == 0


# --- the mean of the worst share: tiny vectors, exact ---


@pytest.mark.parametrize(
    ("share", "expected"),
    [
        (0.25, 4.0),
        (0.5, 3.5),
        (0.375, (4 + 3 / 2) / 1.5),  # the second worst counts half
        (0.1, 4.0),  # less than one draw
        (1.0, 2.5),  # everything: the mean
    ],
)
def test_worst_share_mean_of_four_numbers(share: float, expected: float) -> None:
    values = np.array([2.0, 4.0, 1.0, 3.0])
    assert risk.worst_share_mean(values, share).value == pytest.approx(expected, rel=1e-15)


def test_worst_share_mean_splits_the_atom_as_uryasev_does() -> None:
    """Six equal draws: worst 1/3 is (f5 + f6)/2, worst 5/12 is f4/5 + 2 f5/5 + 2 f6/5."""
    six = np.array([1.0, 2.0, 4.0, 8.0, 16.0, 32.0])
    assert risk.worst_share_mean(six, 1 / 3).value == pytest.approx(24.0, rel=1e-14)
    expected = 8 / 5 + 2 * 16 / 5 + 2 * 32 / 5
    assert risk.worst_share_mean(six, 5 / 12).value == pytest.approx(expected, rel=1e-14)
    four = np.array([1.0, 2.0, 4.0, 8.0])
    assert risk.worst_share_mean(four, 1 / 8).value == 8.0


def test_worst_share_mean_with_many_equal_draws_takes_part_of_them() -> None:
    values = np.array([0] * 90 + [7] * 9 + [100])
    assert risk.worst_share_mean(values, 0.05).value == pytest.approx((100 + 4 * 7) / 5)


def test_a_round_share_of_a_round_number_of_draws_is_whole() -> None:
    """0.07 x 100 is 7.000000000000001 in floats; still seven draws count and no eighth."""
    values = np.arange(100)
    assert risk.worst_share_mean(values, 0.07).value == pytest.approx(np.mean(values[-7:]))


@given(values=draws(), share=st.floats(0.001, 1.0))
def test_worst_share_mean_lies_between_mean_and_maximum(values: np.ndarray, share: float) -> None:
    tail = risk.worst_share_mean(values, share).value
    assert tail >= np.mean(values) * (1 - 1e-12)
    assert tail <= values.max() * (1 + 1e-12)


@given(values=draws(), share=st.floats(0.001, 1.0))
def test_worst_share_mean_is_the_least_of_rockafellar_and_uryasev(
    values: np.ndarray, share: float
) -> None:
    """min over t of t + E(x - t)+ / share, attained at one of the draws: another formula."""
    bounds = [t + np.mean(np.maximum(values - t, 0)) / share for t in values.tolist()]
    assert risk.worst_share_mean(values, share).value == pytest.approx(min(bounds), rel=1e-9)


@pytest.mark.parametrize("share", [0.0, -0.1, 1.5])
def test_a_worst_share_outside_0_1_is_refused(share: float) -> None:
    with pytest.raises(InputError, match=r"is not a share. Give 0 < worst_share <= 1."):
        risk.worst_share_mean(np.array([1, 2]), share)


# --- probabilities ---


def test_equal_is_enough() -> None:
    assert risk.gap_probability(np.array([9, 10, 11, 12]), 10).value == 0.5


def test_money_below_zero_is_short_even_of_no_claim() -> None:
    assert risk.gap_probability(np.array([0, 0]), -1).value == 1.0


@pytest.mark.parametrize("hits", [0, 1000])
def test_never_and_always_keep_an_error(hits: int) -> None:
    """Two standard errors reach 3/n, the 95 % bound of the rule of three."""
    happens = np.arange(1000) < hits
    estimate = risk.probability(happens)
    assert 2 * estimate.se == pytest.approx(3 / 1000)


def test_the_error_of_a_probability_is_the_spread_of_repeated_estimates() -> None:
    rng = np.random.default_rng(5)
    estimates = [risk.probability(rng.random(400) < 0.2) for _ in range(2000)]
    spread = np.std([estimate.value for estimate in estimates])
    assert np.mean([e.se for e in estimates]) == pytest.approx(spread, rel=0.06)


def test_pooled_and_any_short_differ() -> None:
    demand = np.array([[30, 0], [10, 10], [30, 30]])
    money = np.array([20, 20])
    assert risk.pooled_gap_probability(demand, money).value == pytest.approx(1 / 3)
    assert risk.any_short_probability(demand, money).value == pytest.approx(2 / 3)


@given(arrays(np.int64, (7, 3), elements=YUAN), arrays(np.int64, 3, elements=YUAN))
def test_a_pool_is_short_only_if_some_account_is(demand: np.ndarray, money: np.ndarray) -> None:
    pooled = risk.pooled_gap_probability(demand, money).value
    assert pooled <= risk.any_short_probability(demand, money).value


# --- quantiles, means, ratios ---


@given(values=draws(), share=st.floats(0.01, 0.99))
def test_a_quantile_is_the_smallest_value_that_enough_draws_keep(
    values: np.ndarray, share: float
) -> None:
    value = risk.quantile(values, share).value
    reached = [x for x in values.tolist() if np.mean(values <= x) >= share - 1e-9]
    assert value == min(reached)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_the_error_of_a_quantile_is_the_spread_of_repeated_estimates(share: float) -> None:
    rng = np.random.default_rng(6)
    estimates = [risk.quantile(rng.exponential(1.0, 400), share) for _ in range(2000)]
    spread = np.std([estimate.value for estimate in estimates])
    assert np.mean([e.se for e in estimates]) == pytest.approx(spread, rel=0.1)


@pytest.mark.parametrize(
    "estimator",
    [
        risk.standard_deviation,
        lambda values: risk.worst_share_mean(values, 0.1),
        lambda values: risk.payout_ratio(np.minimum(values, 2.0), values),
    ],
)
def test_the_error_of_other_estimates_is_their_spread(estimator) -> None:
    rng = np.random.default_rng(7)
    estimates = [estimator(rng.gamma(4.0, 1.0, 1000)) for _ in range(1500)]
    spread = np.std([estimate.value for estimate in estimates])
    assert np.mean([e.se for e in estimates]) == pytest.approx(spread, rel=0.1)


@given(demand=draws(), money=YUAN)
def test_demand_is_paid_or_unpaid_and_money_is_paid_or_idle(demand: np.ndarray, money: int) -> None:
    unpaid = risk.expected_unpaid(demand, money).value
    idle = risk.expected_idle(demand, money).value
    assert np.mean(demand) - unpaid == pytest.approx(money - idle, abs=1e-2)


def test_nothing_asked_is_paid_in_full() -> None:
    nothing = np.zeros(3, dtype=np.int64)
    assert risk.payout_ratio(nothing, nothing) == risk.Estimate(1.0, 0.0)


def test_an_account_without_money_leaves_none_unspent() -> None:
    assert risk.execution_rate(np.zeros(3, dtype=np.int64), 0) == risk.Estimate(1.0, 0.0)


def test_one_draw_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"1 draws have no sampling error\. Give at least 2 draws."
    ):
        risk.mean(np.array([1]))


# --- accounts ---


def test_an_account_by_hand() -> None:
    """Budget 100, committed 40: 60 are available for claims of 30, 60, 70 and 100."""
    account = risk.assess_account(np.array([30, 60, 70, 100]), 40, 100, 0.25)
    assert account.available_yuan == 60
    assert account.demand_mean_yuan.value == 65.0
    assert account.demand_p50_yuan.value == 60.0
    assert account.demand_p99_yuan.value == 100.0
    assert account.gap_probability.value == 0.5
    assert account.expected_unpaid_yuan.value == 12.5  # (10 + 40) / 4
    assert account.expected_idle_yuan.value == 7.5  # 30 / 4
    assert account.execution_rate_p50.value == 1.0  # 0.7, 1, 1, 1
    assert account.worst_share_unpaid_yuan.value == 40.0
    assert account.payout_ratio.value == pytest.approx(210 / 260)


def test_committed_beyond_the_budget_is_unpaid_too() -> None:
    account = risk.assess_account(np.array([0, 10]), 120, 100, 0.5)
    assert account.available_yuan == 0
    assert account.gap_probability.value == 1.0
    assert account.expected_unpaid_yuan.value == 25.0  # 20 and 30
    assert account.expected_idle_yuan.value == 0.0
    assert account.execution_rate_p50.value == 1.0
    assert account.payout_ratio.value == 0.0


@given(
    demand=arrays(np.int64, (6, 3), elements=YUAN),
    committed=arrays(np.int64, 3, elements=YUAN),
    budget=arrays(np.int64, 3, elements=YUAN),
)
def test_the_parts_add_up_to_the_total(
    demand: np.ndarray, committed: np.ndarray, budget: np.ndarray
) -> None:
    total = risk.assess_accounts(demand, committed, budget, 0.3)
    parts = [
        risk.assess_account(demand[:, i], int(committed[i]), int(budget[i]), 0.3) for i in range(3)
    ]
    for name in ("expected_unpaid_yuan", "expected_idle_yuan", "demand_mean_yuan"):
        assert getattr(total, name).value == pytest.approx(
            sum(getattr(part, name).value for part in parts), rel=1e-9
        )
    assert total.budget_yuan == sum(part.budget_yuan for part in parts)
    assert total.gap_probability.value >= max(part.gap_probability.value for part in parts)
    worst = sum(part.worst_share_unpaid_yuan.value for part in parts)
    assert total.worst_share_unpaid_yuan.value <= worst * (1 + 1e-9)


@given(demand=draws(), committed=YUAN, budget=YUAN, more=YUAN)
def test_more_budget_never_makes_an_account_worse(
    demand: np.ndarray, committed: int, budget: int, more: int
) -> None:
    before = risk.assess_account(demand, committed, budget, 0.2)
    after = risk.assess_account(demand, committed, budget + more, 0.2)
    assert after.gap_probability.value <= before.gap_probability.value
    assert after.expected_unpaid_yuan.value <= before.expected_unpaid_yuan.value
    assert after.worst_share_unpaid_yuan.value <= before.worst_share_unpaid_yuan.value
    assert after.payout_ratio.value >= before.payout_ratio.value - 1e-12


def test_many_draws_are_handled_in_blocks_without_a_seam() -> None:
    demand = np.random.default_rng(3).integers(0, 1000, (40_000, 2))
    money = np.array([400, 700])
    total = risk.assess_accounts(demand, np.array([0, 0]), money, 0.05)
    assert total.expected_unpaid_yuan.value == np.maximum(demand - money, 0).sum(axis=1).mean()
