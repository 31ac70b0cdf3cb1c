"""The risk of money against claims: pure functions of arrays, each with its sampling error.

Arrays run over draws: `demand` is int64[draw] (or [draw, account] where said), in yuan. The
money it meets is signed: budget minus committed. Below zero, what is committed is itself not
covered, and that shortfall is unpaid too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.errors import refuse
from model.years import Years, blocks

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
NumberArray = IntArray | FloatArray


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value computed from draws and its sampling error (one standard error, same unit)."""

    value: float
    se: float


def mean(values: NumberArray) -> Estimate:
    """The mean over draws.

    >>> mean(np.array([1, 2, 3, 6]))
    Estimate(value=3.0, se=1.0801234497346435)
    """
    n = _count(values)
    return Estimate(float(np.mean(values)), float(np.std(values, ddof=1) / np.sqrt(n)))


def standard_deviation(values: NumberArray) -> Estimate:
    """The standard deviation over draws; its error is the large-sample one.

    >>> standard_deviation(np.array([0, 0, 3, 3, 9])).value
    3.6742346141747673
    """
    n = _count(values)
    centred = values - np.mean(values)
    square = float(np.sum(centred**2) / (n - 1))
    if square == 0.0:
        return Estimate(0.0, 0.0)
    fourth = float(np.mean(centred**4))
    return Estimate(square**0.5, (max(fourth - square**2, 0.0) / n) ** 0.5 / (2 * square**0.5))


def probability(happens: BoolArray) -> Estimate:
    """The share of draws in which something happens, with its binomial error.

    Where it happens never or always the error is 1.5 / n (at most 0.5), so that two standard
    errors reach the 3 / n of the rule of three; it is never 0.

    >>> probability(np.array([True, False, False, False]))
    Estimate(value=0.25, se=0.21650635094610965)
    >>> probability(np.array([False] * 100))
    Estimate(value=0.0, se=0.015)
    """
    n = _count(happens)
    hits = int(np.count_nonzero(happens))
    share = hits / n
    if hits in (0, n):
        return Estimate(share, min(1.5 / n, 0.5))
    return Estimate(share, (share * (1 - share) / n) ** 0.5)


def quantile(values: NumberArray, share: float) -> Estimate:
    """The smallest value that at least `share` of the draws do not exceed.

    The error is half the distance between the order statistics one binomial standard
    deviation of ranks below and above.

    >>> quantile(np.array([40, 10, 30, 20]), 0.5)
    Estimate(value=20.0, se=10.0)
    """
    return quantiles(values, (share,))[0]


def quantiles(values: NumberArray, shares: tuple[float, ...]) -> tuple[Estimate, ...]:
    """Several quantiles of one array, sorted once; see `quantile`.

    >>> [estimate.value for estimate in quantiles(np.arange(1, 101), (0.5, 0.99))]
    [50.0, 99.0]
    """
    n = _count(values)
    ordered = np.sort(values)
    return tuple(_order_statistic(ordered, n, share) for share in shares)


def _order_statistic(ordered: NDArray[Any], n: int, share: float) -> Estimate:
    rank = np.ceil(n * share - 1e-9)
    spread = (n * share * (1 - share)) ** 0.5
    at, low, high = np.clip([rank, rank - spread, rank + spread], 1, n).round().astype(int) - 1
    return Estimate(float(ordered[at]), float(ordered[high] - ordered[low]) / 2)


def worst_share_mean(values: NumberArray, worst_share: float) -> Estimate:
    """The mean over the worst (largest) `worst_share` of the draws.

    Exact: where the boundary falls inside a draw, that draw counts in part.

    >>> worst_share_mean(np.array([1.0, 2.0, 3.0, 4.0]), 0.375).value  # (4 + 3 / 2) / 1.5
    3.6666666666666665
    """
    n = _count(values)
    if not 0 < worst_share <= 1:
        raise refuse("worst_share", f"{worst_share} is not a share", "Give 0 < worst_share <= 1.")
    size = worst_share * n
    rank = min(max(int(np.ceil(size - 1e-9)), 1), n)
    top = np.partition(values, n - rank)[n - rank :]
    boundary = float(top[0])
    excess = np.maximum(values - boundary, 0.0)
    value = boundary + float(np.sum(excess)) / size
    return Estimate(value, float(np.std(excess, ddof=1)) / (worst_share * n**0.5))


def gap_probability(demand: IntArray, available_yuan: int) -> Estimate:
    """The chance that demand exceeds the money; equal is enough.

    >>> gap_probability(np.array([5, 10, 11, 20]), 10).value
    0.5
    """
    return probability(demand > available_yuan)


def expected_unpaid(demand: IntArray, available_yuan: int) -> Estimate:
    """The mean of what the money does not cover, in yuan.

    >>> expected_unpaid(np.array([5, 10, 11, 20]), 10).value
    2.75
    """
    return mean(np.maximum(demand - available_yuan, 0))


def expected_idle(demand: IntArray, available_yuan: int) -> Estimate:
    """The mean of the money that no claim takes, in yuan.

    >>> expected_idle(np.array([5, 10, 11, 20]), 10).value
    1.25
    """
    return mean(np.maximum(available_yuan - demand, 0))


def execution_rate(idle: IntArray, budget_yuan: int) -> Estimate:
    """The median of paid / budget, where paid is the budget minus what lies idle.

    Committed money counts as paid, so the rate is (committed + min(demand, available)) /
    budget and 1 where more is committed than budgeted. An account without money leaves none
    unspent: 1.

    >>> execution_rate(np.array([0, 20, 40]), 100).value
    0.8
    """
    if budget_yuan == 0:
        return Estimate(1.0, 0.0)
    return quantile(1.0 - idle / budget_yuan, 0.5)


def payout_ratio(paid: IntArray, demand: IntArray) -> Estimate:
    """Expected paid / expected demand, both of this year's claims; error by the delta method.

    Where nothing is ever asked the ratio is 1.

    >>> payout_ratio(np.array([5, 10, 10, 10]), np.array([5, 10, 11, 24])).value
    0.7
    """
    n = _count(demand)
    asked = float(np.mean(demand))
    if asked == 0.0:
        return Estimate(1.0, 0.0)
    ratio = float(np.mean(paid)) / asked
    return Estimate(ratio, float(np.std(paid - ratio * demand, ddof=1)) / (asked * n**0.5))


def pooled_gap_probability(demand: IntArray, available_yuan: IntArray) -> Estimate:
    """The chance of a gap if the accounts' money were one sum; demand is [draw, account].

    >>> pooled_gap_probability(np.array([[5, 1], [9, 9]]), np.array([4, 6])).value
    0.5
    """
    return gap_probability(np.sum(demand, axis=1), int(np.sum(available_yuan)))


def any_short_probability(demand: IntArray, available_yuan: IntArray) -> Estimate:
    """The chance that at least one account is short; demand is [draw, account].

    >>> any_short_probability(np.array([[5, 1], [9, 9]]), np.array([4, 6])).value
    1.0
    """
    return probability(np.any(demand > available_yuan, axis=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountRisk:
    """The risk of one account, or of several together, at given budgets."""

    budget_yuan: int
    committed_yuan: int
    available_yuan: int
    demand_mean_yuan: Estimate
    demand_sd_yuan: Estimate
    demand_p50_yuan: Estimate
    demand_p80_yuan: Estimate
    demand_p90_yuan: Estimate
    demand_p95_yuan: Estimate
    demand_p99_yuan: Estimate
    gap_probability: Estimate
    expected_unpaid_yuan: Estimate
    expected_idle_yuan: Estimate
    execution_rate_p50: Estimate
    worst_share_unpaid_yuan: Estimate
    payout_ratio: Estimate

    @property
    def used_share_p50(self) -> float:
        """The part of the available money that half of the years do not exceed; 1 without money.

        Unlike the execution rate it does not count a reserve as if it were paid.
        """
        if self.available_yuan <= 0:
            return 1.0
        return min(self.demand_p50_yuan.value / self.available_yuan, 1.0)


def assess_account(
    demand: IntArray, committed_yuan: int, budget_yuan: int, worst_share: float
) -> AccountRisk:
    """The risk of one account; committed money is paid first.

    >>> risk = assess_account(np.array([5, 10, 11, 20]), 90, 100, 0.25)
    >>> risk.gap_probability.value, risk.expected_unpaid_yuan.value
    (0.5, 2.75)
    >>> risk.execution_rate_p50.value, risk.worst_share_unpaid_yuan.value
    (1.0, 10.0)
    """
    one = demand.reshape(-1, 1)
    return assess_accounts(one, np.array([committed_yuan]), np.array([budget_yuan]), worst_share)


def assess_accounts(
    demand: Years, committed_yuan: IntArray, budget_yuan: IntArray, worst_share: float
) -> AccountRisk:
    """The risk of several accounts together, each paying from its own money only.

    Unpaid, idle and paid are summed over the accounts in every draw, and the gap probability
    is the chance that any of them is short. Demand is [draw, account].

    >>> both = assess_accounts(
    ...     np.array([[5, 1], [9, 9]]), np.array([0, 0]), np.array([4, 10]), 0.5
    ... )
    >>> both.expected_unpaid_yuan.value, both.expected_idle_yuan.value
    (3.0, 5.0)
    """
    money = budget_yuan - committed_yuan
    asked, unpaid, idle, short = _sums(demand, money)
    budget = int(np.sum(budget_yuan))
    uncovered = int(np.sum(np.maximum(-money, 0)))
    return AccountRisk(
        budget_yuan=budget,
        committed_yuan=int(np.sum(committed_yuan)),
        available_yuan=int(np.sum(np.maximum(money, 0))),
        **_spread(asked),
        gap_probability=probability(short),
        expected_unpaid_yuan=mean(unpaid),
        expected_idle_yuan=mean(idle),
        execution_rate_p50=execution_rate(idle, budget),
        worst_share_unpaid_yuan=worst_share_mean(unpaid, worst_share),
        payout_ratio=payout_ratio(asked + uncovered - unpaid, asked),
    )


def _spread(demand: IntArray) -> dict[str, Estimate]:
    percents = (50, 80, 90, 95, 99)
    levels = quantiles(demand, tuple(percent / 100 for percent in percents))
    found = {f"demand_p{p}_yuan": level for p, level in zip(percents, levels, strict=True)}
    moments = {"demand_mean_yuan": mean(demand), "demand_sd_yuan": standard_deviation(demand)}
    return moments | found


def _sums(demand: Years, money: IntArray) -> tuple[IntArray, IntArray, IntArray, BoolArray]:
    """Demand, unpaid and idle summed over accounts, and whether any account is short."""
    n = len(demand)
    asked, unpaid, idle = (np.empty(n, dtype=np.int64) for _ in range(3))
    short = np.empty(n, dtype=np.bool_)
    for here in blocks(n):
        rows = demand[here]
        over = rows - money
        asked[here] = np.sum(rows, axis=1)
        unpaid[here] = np.sum(np.maximum(over, 0), axis=1)
        idle[here] = np.sum(np.maximum(-over, 0), axis=1)
        short[here] = np.any(over > 0, axis=1)
    return asked, unpaid, idle, short


def _count(values: NDArray[np.generic]) -> int:
    n = len(values)
    if n < 2:
        raise refuse("draws", f"{n} draws have no sampling error", "Give at least 2 draws.")
    return n
