"""The record's levers: what moving a figure of an award does, and what can be promised for sure."""

from __future__ import annotations

from collections.abc import Iterable

from model.levers import Lever, PromisedRatio, Trial
from model.printed_figures import say_figure
from model.recording.estimates import Entry
from model.scenario import Scenario

MILLION = 1_000_000


def record_levers(scenario: Scenario, levers: Iterable[Lever]) -> list[Entry]:
    """Every figure with its present value, its next ones, and the one that fits the money."""
    return [_lever(scenario, lever) for lever in levers]


def _lever(scenario: Scenario, lever: Lever) -> Entry:
    award = scenario.document.awards[lever.award]
    figure, present = lever.figure, lever.present
    end_zh, end_en = say_figure(figure, lever.searched_to)
    return {
        **_account(scenario, lever.account),
        "award": lever.award,
        "award_name_zh": award.name_zh,
        "award_name_en": award.name_en,
        "clause": award.clause,
        "clause_zh": scenario.document.clauses[award.clause].numeral_zh,
        "path": ".".join(str(part) for part in figure.path),
        "kind": figure.kind,
        "name_zh": figure.name_zh,
        "name_en": figure.name_en,
        "present": _trial(lever, present),
        "tighter": None if lever.tighter is None else _trial(lever, lever.tighter),
        "looser": None if lever.looser is None else _trial(lever, lever.looser),
        "target_probability": round(lever.target, 6),
        "reached": lever.reached,
        "fitting": None if lever.fitting is None else _trial(lever, lever.fitting),
        "searched_to_zh": end_zh,
        "searched_to_en": end_en,
    }


def _trial(lever: Lever, trial: Trial) -> Entry:
    """A value of the figure, and what it does; rates as numbers are rounded, their texts exact."""
    value, (text_zh, text_en) = trial.value, say_figure(lever.figure, trial.value)
    return {
        "value": value if isinstance(value, int) else round(float(value), 6),
        "value_zh": text_zh,
        "value_en": text_en,
        "demand_mean_yuan": round(trial.demand_mean_yuan),
        "demand_change_yuan": round(trial.demand_mean_yuan - lever.present.demand_mean_yuan),
        "gap_probability": chance(trial.gap_probability),
    }


def chance(value: float) -> float:
    """A chance to six decimals; what rounding in a sum of laws left beyond 0 or 1 is cut off.

    >>> chance(-1e-17), chance(1.0000000001), chance(0.0491234567)
    (0.0, 1.0, 0.049123)
    """
    return round(min(max(value, 0.0), 1.0), 6)


def record_promised_ratios(scenario: Scenario, ratios: Iterable[PromisedRatio]) -> list[Entry]:
    """What part of every claim each account can promise; rounded down, so that it can be kept."""
    return [
        {
            **_account(scenario, promise.account),
            "available_yuan": promise.available_yuan,
            "demand_p95_yuan": promise.demand_p95_yuan,
            "ratio": promise.ratio * MILLION // 1 / MILLION,
            "percent": promise.percent,
        }
        for promise in ratios
    ]


def _account(scenario: Scenario, account: str) -> Entry:
    spec = scenario.book.accounts[account]
    return {"account": account, "account_zh": spec.name_zh, "account_en": spec.name_en}
