"""A whole run as the record that is written: record.json, its tables and its draws."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

import numpy as np

from model.outcome import Outcome
from model.recording.accounts import record_accounts
from model.recording.changed import record_changes
from model.recording.estimates import Entry
from model.recording.grounds import (
    record_assumptions,
    record_calendars,
    record_factors,
    record_figures,
)
from model.recording.knowing import record_knowing, record_robust
from model.recording.levers import record_levers, record_promised_ratios
from model.recording.money_map import (
    record_domains,
    record_funds,
    record_lines,
    record_overlap,
    record_reconciliation,
    record_totals,
)
from model.recording.options import record_options
from model.recording.plan import record_plan
from model.recording.prices import record_chances, record_value_curves
from model.recording.promises import record_awards, record_readings, record_step_prices
from model.recording.spreads import record_spreads

PACKAGES = ("numpy", "scipy", "pulp", "highspy", "pydantic")
MOST_DRAWS = 100_000  # of a longer run only so many draws are written; the seed gives the rest
TABLES = (
    "lines",
    "domains",
    "funds",
    "accounts",
    "awards",
    "readings",
    "levers",
    "promised_ratios",
    "assumptions",
    "figures",
    "calendars",
    "spreads",
    "chances",
    "value_curves",
    "step_prices",
)


def make_record(outcome: Outcome) -> Entry:
    """Everything the run found, in the fixed names that other programs read."""
    found, scenario = outcome.reallocation, outcome.scenario
    return {
        "manifest": _manifest(outcome),
        "totals": record_totals(outcome),
        "lines": record_lines(outcome),
        "domains": record_domains(outcome),
        "funds": record_funds(outcome),
        "overlap": record_overlap(outcome),
        "accounts": record_accounts(outcome),
        "awards": record_awards(outcome),
        "readings": record_readings(outcome),
        "levers": record_levers(scenario, outcome.levers),
        "promised_ratios": record_promised_ratios(scenario, outcome.promised_ratios),
        "assumptions": record_assumptions(outcome),
        "figures": record_figures(outcome),
        "factors": record_factors(outcome),
        "calendars": record_calendars(outcome),
        "spreads": record_spreads(outcome),
        "plan": record_plan(outcome),
        "chances": record_chances(outcome),
        "value_curves": record_value_curves(outcome),
        "step_prices": record_step_prices(outcome),
        "options": None
        if found.options is None
        else record_options(scenario, found.options, found.worst_gaps),
        "knowing": None if found.knowing is None else record_knowing(scenario, found.knowing),
        "robust": None if found.robust is None else record_robust(scenario, found.robust),
        "reconciliation": record_reconciliation(outcome),
    }


def _manifest(outcome: Outcome) -> Entry:
    """What made the numbers; nothing in it depends on folder, workers or clock."""
    scenario = outcome.scenario
    settings, title = scenario.settings, scenario.document.title
    rules = settings.allocation
    return {
        "product_version": version("policy-budget"),
        "scenario": scenario.name,
        "question": scenario.header.question,
        "question_en": scenario.header.question_en,
        "based_on": scenario.header.based_on,
        "lang_default": "zh",
        "seed": settings.seed,
        "draws": settings.draws,
        "engine": outcome.engine,
        "versions": {"python": platform.python_version()}
        | {package: version(package) for package in PACKAGES},
        "inputs": [{"name": name, "sha256": digest} for name, digest in scenario.inputs],
        "changes": record_changes(scenario),
        "settings": {
            "objective": rules.objective,
            "worst_share": float(rules.worst_share),
            "worst_weight": float(rules.worst_weight),
            "weights": dict(rules.weights),
            "movable_share": float(rules.movable_share),
            "domains_may_rise": float(rules.domains_may_rise),
            "assumed_may_move": rules.assumed_may_move,
            "overlap": settings.overlap,
            "readings": dict(settings.readings),
            "paid_from": _switched(outcome),
            "verdicts": {name: float(mark) for name, mark in settings.verdicts},
        },
        "document": {
            "id": title.id,
            "title_zh": title.title_zh,
            "title_en": title.title_en,
            "date": title.issued,
            "short_zh": title.short_zh,
            "short_en": title.short_en,
            "glossary_en": dict(title.glossary_en),
        },
        "run_command": f"budget run {scenario.name}.yaml"
        f" --draws {settings.draws} --seed {settings.seed}",
    }


def _switched(outcome: Outcome) -> dict[str, str]:
    """The awards whose paying line is open in the text, with the line chosen."""
    awards = outcome.scenario.document.awards
    chosen = outcome.scenario.settings.paid_from
    return {key: chosen[key] for key, award in awards.items() if award.line_alternatives}


def make_tables(record: Entry) -> dict[str, list[Entry]]:
    """The record's lists as flat tables, plus the accounts of the plan, before and after."""
    tables = {name: [_flat(row) for row in record[name]] for name in TABLES}
    tables["plan_accounts"] = [_flat(row) for row in record["plan"]["accounts"]]
    tables["plan_transfers"] = [_flat(row) for row in record["plan"]["transfers"]]
    tables["plan_limits"] = [_flat(row) for row in record["plan"]["limits"]]
    tables["break_evens"] = [
        {"account": account["id"], **each}
        for account in record["accounts"]
        for each in account["break_evens"]
    ]
    tables["exceedance"] = [
        {"account": account["id"], **each}
        for account in record["accounts"]
        for each in account["exceedance"]
    ]
    tables["sensitivity"] = [
        {"account": account["id"], **each}
        for account in record["accounts"]
        for each in account["sensitivity"]
    ]
    options = record["options"] or {"menu": [], "frontier": [], "different": []}
    tables["options"] = [_flat(row) for row in options["menu"]]
    tables["frontier"] = [_flat(row) for row in options["frontier"]]
    tables["reconciliation"] = [_flat(row) for row in record["reconciliation"]]
    return tables


def _flat(row: Entry) -> Entry:
    """A row whose cells are plain: nested values are named by their path, short lists joined."""
    flat: Entry = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat |= {f"{key}.{inner}": part for inner, part in _flat(value).items()}
        elif isinstance(value, list | tuple):
            if all(not isinstance(part, dict) for part in value):
                flat[key] = "、".join(str(part) for part in value)
        else:
            flat[key] = value
    return flat


def make_draws(outcome: Outcome) -> dict[str, Any]:
    """The first joint draws: demand in yuan, int64[draw, account], and the ids of the accounts."""
    return {
        "demand": outcome.years[:MOST_DRAWS],
        "account_ids": np.array([*outcome.scenario.accounts]),
    }
