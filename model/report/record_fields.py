"""Which fields a record must hold and of which kind: the check before writing and after reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.errors import Problem, did_you_mean
from model.report.record_kinds import KINDS

RECORD_VERSION = 3

# A kind with a question mark may be null; a field that may be missing altogether is not listed.
_RISK = {
    "gap_probability": "chance",
    "expected_unpaid_yuan": "money",
    "expected_idle_yuan": "money",
}
_LINE_RISK = {
    "pooled_gap_probability": "chance?",
    "any_short_probability": "chance?",
    "expected_unpaid_yuan": "money?",
}
GROUPS: dict[str, dict[str, str]] = {
    "manifest": {
        "scenario": "text",
        "question": "text",
        "seed": "count",
        "draws": "count",
        "versions": "map",
        "inputs": "list",
        "changes": "list",
        "settings": "map",
        "document": "map",
    },
    "totals": {"printed_yuan": "money", "net_yuan": "money", "overlap_yuan": "money"},
    "overlap": {"links": "list", "alternatives": "list"},
    "plan": {
        "status": "text",
        "clashes": "list",
        "transfers": "list",
        "accounts": "list",
        "givers": "list",
        "givers_safe": "map?",
    },
}
# Groups that may be null: there is no plan, or its aim is no cost.
OPTIONAL: dict[str, dict[str, str]] = {
    "options": {"menu": "list", "frontier": "list", "different": "list"},
    "knowing": {
        "perfect_information_yuan": "money",
        "stochastic_solution_yuan": "money",
        "first_zh": "text",
        "first_en": "text",
        "values": "list",
        "tornado": "list",
    },
    "robust": {
        "at_once": "count",
        "among": "list",
        "same_as_usual": "yes",
        "worth_changing": "yes",
        "says_zh": "text",
        "says_en": "text",
        "transfers": "list",
        "price_yuan": "money",
        "gain_yuan": "money",
    },
}
ROWS: dict[str, dict[str, str]] = {
    "lines": {"id": "text", "name_zh": "text", "printed_yuan": "money", "funds": "list"}
    | _LINE_RISK,
    "domains": {"id": "text", "name_zh": "text", "printed_yuan": "money", "funds": "list"}
    | _LINE_RISK,
    "funds": {
        "id": "text",
        "name_zh": "text",
        "lines": "list",
        "account": "text?",
        "budget_yuan": "money",
    },
    "accounts": {
        "id": "text",
        "name_zh": "text",
        "evidence": "text",
        "verdict": "text",
        "budget_yuan": "money",
        "committed_yuan": "money",
        "available_yuan": "money",
        "demand_mean_yuan": "money",
        "demand_p50_yuan": "money",
        "demand_p95_yuan": "money",
        "used_share_p50": "chance",
        "run_out_probability_by_month": "months",
        "exceedance": "curve",
        **{f"run_out_month_p{p}": "month?" for p in (10, 50, 90)},
        "gap_probability_low": "chance?",
        "gap_probability_high": "chance?",
        "break_evens": "list",
        "warnings": "list",
    }
    | _RISK,
    "awards": {
        "id": "text",
        "clause": "count",
        "clause_zh": "text",
        "name_zh": "text",
        "kind": "text?",
        "cost_status": "text",
        "account": "text?",
    },
    "readings": {"award": "text", "letter": "text", "says_zh": "text", "chosen": "yes"}
    | {f"{of}_yuan": "money?" for of in ("demand_mean", "whole_mean", "whole_low", "whole_high")},
    "levers": {
        "account": "text",
        "award": "text",
        "clause_zh": "text",
        "path": "text",
        "kind": "text",
        "name_zh": "text",
        "name_en": "text",
        "present": "map",
        "tighter": "map?",
        "looser": "map?",
        "target_probability": "chance",
        "reached": "yes",
        "fitting": "map?",
        "searched_to_zh": "text",
        "searched_to_en": "text",
    },
    "promised_ratios": {
        "account": "text",
        "available_yuan": "money",
        "demand_p95_yuan": "money",
        "ratio": "chance",
        "percent": "count",
    },
    "chances": {
        "id": "text",
        "of": "text",
        "says_zh": "text",
        "says_en": "text",
        "limit_probability": "chance",
        "reached_probability": "chance",
        "fresh_probability": "chance",
    },
    "value_curves": {
        "account": "text",
        "more_yuan": "money",
        "value_before_yuan": "money",
        "value_after_yuan": "money",
    },
    "step_prices": {
        "award": "text",
        "clause_zh": "text",
        "path": "text",
        "name_zh": "text",
        "value_zh": "text",
        "next_zh": "text",
        "objective_change_yuan": "money",
        "demand_change_yuan": "money",
    },
    "assumptions": {"id": "text", "name_zh": "text", "mark": "text?"},
    "figures": {"id": "text", "name_zh": "text", "mark": "text?"},
    "factors": {"id": "text", "name_zh": "text", "levels": "list"},
    "spreads": {
        "id": "text",
        "name_zh": "text",
        "kind": "text",
        "value": "number",
        "mark": "text",
        "awards": "list",
        "others": "list",
    },
    "calendars": {"id": "text", "name_zh": "text", "shares": "list", "mark": "text"},
    "reconciliation": {"label_zh": "text", "amount_yuan": "money"},
}
NESTED_ROWS: dict[tuple[str, str], dict[str, str]] = {
    ("manifest", "inputs"): {"name": "text", "sha256": "text"},
    ("manifest", "changes"): {"path": "text"},
    ("overlap", "links"): {"sub_line": "text", "other": "text", "amount_yuan": "money?"},
    ("overlap", "alternatives"): {"links": "list", "total_yuan": "money?"},
    ("plan", "clashes"): {"limits": "list", "short_yuan": "money", "remedies": "list"},
    ("plan", "transfers"): {"from": "text", "to": "text", "amount_yuan": "money"},
    ("plan", "givers"): {
        "id": "text",
        "gives_yuan": "money",
        "gap_probability": "chance",
        "safe_at_central_only": "yes",
        "worst_gap_probability": "chance",
        "worst_gap_assumption": "text",
    },
    ("plan", "accounts"): {
        "id": "text",
        "before_yuan": "money",
        "after_yuan": "money",
        "before": "map",
        "after": "map",
    },
}
_WORDS_OF = {
    ("accounts", "evidence"): ("rules", "figures", "assumed"),
    ("accounts", "verdict"): ("short", "tight", "ample", "idle", "unknown"),
    ("awards", "cost_status"): ("costed", "no_amount", "other_payer"),
    ("levers", "kind"): ("cap", "amount", "rate", "threshold"),
    ("chances", "of"): ("account", "pooled", "any_short"),
}


def record_problems(data: Mapping[str, Any], place: str) -> list[Problem]:
    """Everything that is missing from a record or has the wrong kind, in the order of its fields.

    Args:
        data: what record.json holds.
        place: the file, as it should be named in a message.
    """
    problems: list[Problem] = []
    for name in [*GROUPS, *OPTIONAL, *ROWS]:
        value: Any = data.get(name)
        if name in OPTIONAL and name in data and value is None:
            continue
        kind, holds = KINDS["list" if name in ROWS else "map"]
        if not holds(value):
            fact = f"'{name}' is {'missing' if name not in data else f'not {kind}'}"
            problems.append(Problem(place=place, fact=fact, remedy=_again()))
        elif name not in ROWS:
            fields = GROUPS.get(name) or OPTIONAL[name]
            problems += _field_problems(value, fields, f"{place}, {name}")
        else:
            problems += _row_problems(value, (name, ROWS[name]), f"{place}, {name}")
    for (group, name), fields in NESTED_ROWS.items():
        rows = data[group].get(name) if isinstance(data.get(group), Mapping) else None
        if isinstance(rows, list | tuple):
            problems += _row_problems(rows, (name, fields), f"{place}, {group}.{name}")
    return problems


def _row_problems(
    rows: list[Any] | tuple[Any, ...], shape: tuple[str, dict[str, str]], place: str
) -> list[Problem]:
    name, fields = shape
    problems: list[Problem] = []
    for number, row in enumerate(rows):
        where = f"{place}[{number}]"
        if not isinstance(row, Mapping):
            problems.append(Problem(place=where, fact="not a group of named values"))
            continue
        problems += _field_problems(row, fields, where)
        problems += _word_problems(row, name, where)
    return problems


def _word_problems(row: Mapping[str, Any], section: str, place: str) -> list[Problem]:
    """Fields that take one of a few words and hold another."""
    return [
        Problem(
            place=f"{place}.{field}",
            fact=f"'{row[field]}' is not one of its words",
            remedy=did_you_mean(str(row[field]), words),
        )
        for (of, field), words in _WORDS_OF.items()
        if of == section and isinstance(row.get(field), str) and row[field] not in words
    ]


def _field_problems(values: Mapping[str, Any], fields: dict[str, str], place: str) -> list[Problem]:
    problems = []
    for name, kind in fields.items():
        words, holds = KINDS[kind.rstrip("?")]
        if name not in values:
            fact = "missing"
        elif (values[name] is None and kind.endswith("?")) or holds(values[name]):
            continue
        else:
            fact = f"holds {values[name]!r}"
        problems.append(
            Problem(place=f"{place}.{name}", fact=fact, remedy=f"It must hold {words}.")
        )
    return problems


def _again() -> str:
    return "Run the scenario again to write a complete record."
