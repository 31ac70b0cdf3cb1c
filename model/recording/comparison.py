"""A comparison in fixed names: scenarios, accounts with their differences, causes that add up."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.metadata import version
from typing import Any

from model.comparison import MILLION, NOTHING, Cause, Compared, Comparison, Measures
from model.differences import Difference
from model.recording.estimates import Entry
from model.recording.transfers import record_transfer

COMPARISON_VERSION = 1


def make_comparison(comparison: Comparison) -> Entry:
    """Everything that was compared, in the fixed names that other programs read."""
    labels = _labels(comparison)
    first = comparison.scenarios[0]
    others = list(zip(labels, comparison.scenarios, strict=True))
    return {
        "comparison_version": COMPARISON_VERSION,
        "manifest": _manifest(comparison, labels),
        "scenarios": [_scenario(label, one, first) for label, one in others],
        "accounts": [
            _account(comparison, label, one, account)
            for label, one in others
            for account in comparison.accounts
        ],
        "causes": [
            _cause(comparison, label, cause) for label, one in others for cause in one.causes
        ],
    }


def _labels(comparison: Comparison) -> tuple[str, ...]:
    """What the scenarios are called: their names, numbered where one is compared with itself."""
    labels: list[str] = []
    for one in comparison.scenarios:
        name = one.source.scenario.name
        times = sum(label.split(" #")[0] == name for label in labels)
        labels.append(f"{name} #{times + 1}" if times else name)
    return tuple(labels)


def _manifest(comparison: Comparison, labels: tuple[str, ...]) -> Entry:
    scenario = comparison.scenarios[0].source.scenario
    settings, title = scenario.settings, scenario.document.title
    files = " ".join(one.source.path.name for one in comparison.scenarios)
    hashes = dict(pair for one in comparison.scenarios for pair in one.source.scenario.inputs)
    return {
        "product_version": version("policy-budget"),
        "first": labels[0],
        "scenarios": list(labels),
        "judged_accounts": list(comparison.judged),
        "seed": settings.seed,
        "draws": settings.draws,
        "points": settings.points,
        "inputs": [{"name": name, "sha256": digest} for name, digest in hashes.items()],
        "document": {
            "id": title.id,
            "title_zh": title.title_zh,
            "title_en": title.title_en,
            "date": title.issued,
            "short_zh": title.short_zh,
            "short_en": title.short_en,
        },
        "run_command": f"budget compare {files} --draws {settings.draws}",
    }


def _scenario(label: str, one: Compared, first: Compared) -> Entry:
    scenario = one.source.scenario
    return {
        "scenario": label,
        "question": scenario.header.question,
        "question_en": scenario.header.question_en,
        "based_on": scenario.header.based_on,
        "n_changes": len(scenario.changes),
        **record_measures(one.found.total),
        "change": record_measures(one.found.total - first.found.total),
        "plan": _plan(one),
    }


def _plan(one: Compared) -> Entry | None:
    if one.plan is None:
        return None
    even = one.source.scenario.settings.allocation.objective == "even_payout"
    costed = not even and one.plan.status == "optimal"
    return {
        "status": one.plan.status,
        "objective": one.source.scenario.settings.allocation.objective,
        "objective_before_yuan": None if even else round(one.plan.objective_before),
        "objective_after_yuan": round(one.plan.objective_after) if costed else None,
        "transfers": [record_transfer(one.source.scenario, each) for each in one.plan.transfers],
    }


def record_measures(measures: Measures) -> Entry:
    """What is compared: money in whole yuan, the chance to six decimals."""
    return {
        "available_yuan": measures.available_yuan,
        "demand_mean_yuan": measures.demand_mean_yuan,
        "gap_probability": round(measures.gap_millionths / MILLION, 6),
        "expected_unpaid_yuan": measures.expected_unpaid_yuan,
        "expected_idle_yuan": measures.expected_idle_yuan,
    }


def _names(comparison: Comparison, account: str) -> Mapping[str, Any]:
    """What an account is called in the first scenario that has it."""
    having = next(
        one.source.scenario
        for one in comparison.scenarios
        if account in one.source.scenario.accounts
    )
    spec = having.book.accounts[account]
    return {"id": account, "name_zh": spec.name_zh, "name_en": spec.name_en}


def _account(comparison: Comparison, label: str, one: Compared, account: str) -> Entry:
    change = one.found.of(account) - comparison.scenarios[0].found.of(account)
    return {
        "scenario": label,
        **_names(comparison, account),
        "present": account in one.found.accounts,
        "judged": account in comparison.judged,
        **record_measures(one.found.of(account)),
        "change": record_measures(change),
    }


def _values(change: Difference | None) -> Entry:
    """What a change makes of what, in both languages."""
    (old_zh, old_en), (new_zh, new_en) = (
        (("", ""), ("", "")) if change is None else (change.old, change.new)
    )
    return {"old_zh": old_zh, "old_en": old_en, "new_zh": new_zh, "new_en": new_en}


def _cause(comparison: Comparison, label: str, cause: Cause) -> Entry:
    change = cause.difference
    named = {
        "key": "" if change is None else change.key,
        "name_zh": "共同作用" if change is None else change.name_zh,
        "name_en": "together" if change is None else change.name_en,
        **_values(change),
    }
    return {
        "scenario": label,
        "kind": "together" if change is None else "change",
        **named,
        "alone": cause.alone,
        "total": record_measures(cause.total),
        "accounts": [
            {"id": account, **record_measures(cause.effect.get(account, NOTHING))}
            for account in comparison.accounts
            if account in cause.effect
        ],
    }
