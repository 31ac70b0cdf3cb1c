"""The risk of an account whose demand is known as a law: the fields of `AccountRisk`, no draws."""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise
from typing import Any

from model.demand.totals import (
    TotalLaw,
    exceedance,
    expected_below,
    expected_excess,
    quantile,
    worst_share_mean,
)
from model.risk import AccountRisk, Estimate

QUANTILES = {"p50": 0.5, "p80": 0.8, "p90": 0.9, "p95": 0.95, "p99": 0.99}


def assess_law(
    law: TotalLaw, committed_yuan: int, budget_yuan: int, worst_share: float
) -> AccountRisk:
    """The risk of one account, by the definitions of `model.risk.assess_account`.

    The errors are 0 here: a law has no sampling error. What comes from the points on which
    payouts were worked out is found by `combine`.
    """
    money = budget_yuan - committed_yuan
    available, uncovered = max(money, 0), max(-money, 0)
    unpaid, asked = expected_excess(law, money), law.mean_yuan
    at = {name: quantile(law, share) for name, share in QUANTILES.items()}
    idle_p50 = max(available - at["p50"], 0)
    values = {
        "demand_mean_yuan": asked,
        "demand_sd_yuan": law.sd_yuan,
        **{f"demand_{name}_yuan": float(yuan) for name, yuan in at.items()},
        "gap_probability": exceedance(law, money),
        "expected_unpaid_yuan": unpaid,
        "expected_idle_yuan": expected_below(law, money) if money > 0 else 0.0,
        "execution_rate_p50": 1 - idle_p50 / budget_yuan if budget_yuan else 1.0,
        "worst_share_unpaid_yuan": _worst_unpaid(law, money, worst_share),
        "payout_ratio": (asked + uncovered - unpaid) / asked if asked else 1.0,
    }
    return AccountRisk(
        budget_yuan=budget_yuan,
        committed_yuan=committed_yuan,
        available_yuan=available,
        **{name: Estimate(value, 0.0) for name, value in values.items()},
    )


def _worst_unpaid(law: TotalLaw, money_yuan: int, worst_share: float) -> float:
    """The mean of the unpaid over the worst share of years, the boundary year counted in part."""
    if exceedance(law, money_yuan) >= worst_share:
        return worst_share_mean(law, worst_share) - money_yuan
    return expected_excess(law, money_yuan) / worst_share


def combine(risks: tuple[AccountRisk, ...]) -> AccountRisk:
    """The mean of the same risk worked out on independent sets of points; half their range is
    the error."""
    found: dict[str, Any] = {}
    for field in fields(AccountRisk):
        values = [getattr(risk, field.name) for risk in risks]
        found[field.name] = join(values) if isinstance(values[0], Estimate) else values[0]
    return AccountRisk(**found)


def join(estimates: list[Estimate]) -> Estimate:
    """The mean of estimates of one quantity, with half their range as error."""
    values = sorted(estimate.value for estimate in estimates)
    spread = sum(upper - lower for lower, upper in pairwise(values)) / 2
    return Estimate(sum(values) / len(values), spread)
