"""The fields of comparison.json, forecast.json and backtest.json, group by group, with their kinds.

A kind is one of those of a record; a kind with a question mark may be null. ``[]`` marks a list
of rows. What is written by a small run is held to this table, and the guide is made from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from model.report.record_kinds import KINDS

Fields = dict[str, dict[str, str]]

_MEASURES = {
    "available_yuan": "money",
    "demand_mean_yuan": "money",
    "gap_probability": "chance",
    "expected_unpaid_yuan": "money",
    "expected_idle_yuan": "money",
}
_CHANGES = _MEASURES | {"gap_probability": "number"}
_INPUT = {"name": "text", "sha256": "text"}
_TRANSFER = {
    "from": "text",
    "to": "text",
    "from_zh": "text",
    "from_en": "text",
    "to_zh": "text",
    "to_en": "text",
    "amount_yuan": "money",
    "approval": "text",
    "approval_zh": "text",
    "approval_en": "text",
    "basis_zh": "text",
    "basis_en": "text",
}
_NAMED_AWARD = {"name_zh": "text", "name_en": "text", "pool": "text"}
_SHARES = ("05", "10", "25", "50", "75", "90", "95")

COMPARISON: Fields = {
    "the file": {
        "comparison_version": "count",
        "manifest": "map",
        "scenarios": "list",
        "accounts": "list",
        "causes": "list",
    },
    "manifest": {
        "product_version": "text",
        "first": "text",
        "scenarios": "list",
        "judged_accounts": "list",
        "seed": "count",
        "draws": "count",
        "points": "text",
        "inputs": "list",
        "document": "map",
        "run_command": "text",
    },
    "manifest.inputs[]": _INPUT,
    "manifest.document": {
        "id": "text",
        "title_zh": "text",
        "title_en": "text",
        "date": "text",
        "short_zh": "text",
        "short_en": "text",
    },
    "scenarios[]": {
        "scenario": "text",
        "question": "text",
        "question_en": "text",
        "based_on": "text?",
        "n_changes": "count",
        **_MEASURES,
        "change": "map",
        "plan": "map?",
    },
    "scenarios[].change": _CHANGES,
    "scenarios[].plan": {
        "status": "text",
        "objective": "text",
        "objective_before_yuan": "money?",
        "objective_after_yuan": "money?",
        "transfers": "list",
    },
    "scenarios[].plan.transfers[]": _TRANSFER,
    "accounts[]": {
        "scenario": "text",
        "id": "text",
        "name_zh": "text",
        "name_en": "text",
        "present": "yes",
        "judged": "yes",
        **_MEASURES,
        "change": "map",
    },
    "accounts[].change": _CHANGES,
    "causes[]": {
        "scenario": "text",
        "kind": "text",
        "key": "text",
        "name_zh": "text",
        "name_en": "text",
        "old_zh": "text",
        "old_en": "text",
        "new_zh": "text",
        "new_en": "text",
        "alone": "yes",
        "total": "map",
        "accounts": "list",
    },
    "causes[].total": _CHANGES,
    "causes[].accounts[]": {"id": "text", **_CHANGES},
}

FORECAST: Fields = {
    "the file": {
        "forecast_version": "count",
        "product_version": "text",
        "scenario": "text",
        "inputs": "list",
        "paper_year": "count",
        "as_of": "text",
        "seed": "count",
        "draws": "count",
        "sizes_like": "number",
        "claims": "map",
        "accounts": "list",
        "months": "list",
        "awards": "list",
        "shocks": "list",
        "plan": "map",
        "register": "map",
    },
    "inputs[]": _INPUT,
    "claims": {
        "counted": "count",
        "later": "count",
        "other_year": "count",
        "undated": "count",
    },
    "accounts[]": {
        "id": "text",
        "name_zh": "text",
        "name_en": "text",
        "as_of_month": "number",
        "only_claims": "yes",
        "budget_yuan": "money",
        "committed_yuan": "money",
        "available_yuan": "money",
        "claims": "count",
        "claimed_yuan": "money",
        "due_yuan": "money",
        "year_mean_at_start_yuan": "money",
        "year_sd_at_start_yuan": "money",
        "year_mean_yuan": "money",
        "year_sd_yuan": "money",
        **{f"year_p{share}_yuan": "money" for share in _SHARES},
        "gap_probability_at_start": "chance",
        "gap_probability": "chance",
        "gap_probability_low": "chance",
        "gap_probability_high": "chance",
        "expected_unpaid_yuan": "money",
        "expected_idle_yuan": "money",
        "run_out_probability_by_month": "months",
        "run_out_month_p10": "month?",
        "run_out_month_p50": "month?",
        "run_out_month_p90": "month?",
        "after_plan_yuan": "money",
        "gap_probability_after_plan": "chance",
        "expected_unpaid_after_plan_yuan": "money",
    },
    "months[]": {
        "account": "text",
        "month": "month",
        "known": "yes",
        **{f"p{share}_yuan": "money" for share in _SHARES},
        "run_out_probability": "chance",
    },
    "awards[]": {
        "id": "text",
        "name_zh": "text",
        "name_en": "text",
        "account": "text?",
        "pool": "text",
        "calendar": "text?",
        "claims": "count",
        "claimed_yuan": "money",
        "share_expected_by_now": "chance",
        "claims_expected_by_now": "number",
        "year_claims_at_start": "number",
        "year_claims_now": "number",
        "mean_payout_assumed_yuan": "money",
        "mean_payout_seen_yuan": "money?",
        "size_weight_seen": "chance",
        "year_mean_now_yuan": "money",
        "covered": "yes",
        "beyond_bounds": "yes",
    },
    "shocks[]": {"times": "map", "weight_at_start": "chance", "weight_now": "chance"},
    "plan": {"status": "text", "transfers": "list", "clashes": "list"},
    "plan.transfers[]": _TRANSFER,
    "plan.clashes[]": {"short_yuan": "money", "limits": "list"},
    "register": {
        "name": "text",
        "sha256": "text",
        "rows_assessed": "count",
        "rows_refused": "count",
        "rows_set_aside": "count",
    },
}

BACKTEST: Fields = {
    "the file": {
        "backtest_version": "count",
        "product_version": "text",
        "scenario": "text",
        "inputs": "list",
        "refuted_below": "chance",
        "years": "list",
        "coverage": "list",
        "curve": "list",
        "cases": "list",
        "counts": "list",
        "sizes": "list",
        "months": "list",
        "registers": "list",
    },
    "inputs[]": _INPUT,
    "years[]": {"year": "count", "claims": "count", "city_yuan": "money", "last_day": "text"},
    "coverage[]": {"month": "month?", "stated": "chance", "found": "chance", "found_se": "number"},
    "curve[]": {"stated": "chance", "found": "chance"},
    "cases[]": {
        "year": "count",
        "month": "month",
        "account": "text",
        "fact_yuan": "money",
        "mean_yuan": "money",
        **{
            f"range_{stated}_{end}_yuan": "money"
            for stated in (50, 80, 95)
            for end in ("low", "high")
        },
        "chance_of_less": "chance",
        "chance_of_at_most": "chance",
    },
    "counts[]": {
        "award": "text",
        **_NAMED_AWARD,
        "counts": "list",
        "expected": "number",
        "low": "count",
        "high": "count",
        "p_value": "chance",
        "rejected": "yes",
    },
    "sizes[]": {
        "award": "text",
        **_NAMED_AWARD,
        "claims": "count",
        "city_yuan": "money",
        "expected_yuan": "money",
        "low_yuan": "money",
        "high_yuan": "money",
        "p_value": "chance",
        "rejected": "yes",
    },
    "months[]": {
        "calendar": "text",
        "awards": "list",
        "month": "month",
        "claims": "count",
        "share": "chance",
        "assumed_share": "chance",
    },
    "registers[]": _INPUT,
}


def misfits(written: Mapping[str, Any], listed: Fields) -> list[str]:
    """Where what was written is not what is listed: fields more, fewer, or of another kind."""
    found = []
    for group, values in groups_of(written, listed):
        fields = listed.get(group, {})
        found += [f"{group}: {name} is not listed" for name in values if name not in fields]
        found += [f"{group}: {name} is not written" for name in fields if name not in values]
        found += [
            f"{group}: {name} holds {values[name]!r}"
            for name, kind in fields.items()
            if name in values and not _holds(kind, values[name])
        ]
    return found


def _holds(kind: str, value: Any) -> bool:
    return KINDS[kind.rstrip("?")][1](value) or (value is None and kind.endswith("?"))


def groups_of(
    values: Mapping[str, Any], listed: Fields, group: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every group of fields that occurs, with its name; one with free names is none."""
    yield group or "the file", values
    for name, held in values.items():
        below = f"{group}.{name}".lstrip(".")
        if isinstance(held, Mapping) and below in listed:
            yield from groups_of(held, listed, below)
        for row in held if isinstance(held, list) else ():
            if isinstance(row, Mapping):
                yield from groups_of(row, listed, f"{below}[]")
