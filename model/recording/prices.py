"""The record's prices and chances around the plan: what more money is worth, what is promised."""

from __future__ import annotations

from model.outcome import Outcome
from model.recording.estimates import Entry, estimate
from model.transfer_rules import names_of


def record_value_curves(outcome: Outcome) -> list[Entry]:
    """What several sums more in each account are worth, before and after the plan."""
    prices = outcome.reallocation.prices
    return [
        {
            "account": curve.account,
            "account_zh": names_of(outcome.scenario, curve.account)[0],
            "account_en": names_of(outcome.scenario, curve.account)[1],
            "more_yuan": step,
            "value_before_yuan": round(before),
            "value_after_yuan": round(after),
        }
        for curve in (() if prices is None else prices.values)
        for step, before, after in zip(
            curve.steps_yuan, curve.before_yuan, curve.after_yuan, strict=True
        )
    ]


def record_chances(outcome: Outcome) -> list[Entry]:
    """Every limit on a chance of a gap, and the chance that the plan reaches."""
    return [
        {
            "id": reached.limit.id,
            "of": reached.limit.of,
            "says_zh": reached.limit.says_zh,
            "says_en": reached.limit.says_en,
            "limit_probability": round(reached.limit.chance, 6),
            **estimate("reached_probability", reached.reached),
            **estimate("fresh_probability", reached.on_fresh_draws),
        }
        for reached in outcome.reallocation.chances
    ]
