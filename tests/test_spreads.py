"""What years vary by is told whole, and what another spread of a payment would mean."""

from __future__ import annotations

from dataclasses import replace
from math import erfc, sqrt

import pytest
from demand_sample import FLAT, SURE, account, book, pool, question, span, tiny

from model.demand.exact import make_exact_engine
from model.demand.spreads import find_spread_gaps
from model.outcome import Outcome
from model.pipeline import run
from model.recording.spreads import record_spreads
from model.transfer_rules import judged_accounts

MILLION = 1_000_000


def _outcome() -> Outcome:
    scenario = tiny()
    settings = scenario.settings.model_copy(update={"draws": 100})
    return run(replace(scenario, settings=settings))


def test_every_spread_of_the_pools_is_recorded_and_what_another_one_of_a_payment_means() -> None:
    outcome = _outcome()
    rows = record_spreads(outcome)
    whole = outcome.scenario.book
    uncertain = {key: pool for key, pool in whole.pools.items() if not pool.count.certain}
    counts = {row["id"]: row["value"] for row in rows if row["kind"] == "count"}
    assert counts == {
        f"pools.{key}.count.spread": each.count.spread for key, each in uncertain.items()
    }
    paying = [a for a in outcome.scenario.accounts if whole.accounts[a].payment is not None]
    progress = {row["id"].split(".")[1]: row for row in rows if row["kind"] == "progress"}
    assert list(progress) == paying
    sizes = [row for row in rows if row["kind"] == "size"]
    assert {award for row in sizes for award in row["awards"]} <= set(
        outcome.scenario.document.awards
    )
    assert sizes
    for key, row in progress.items():
        spread, others = row["value"], row["others"]
        if key in judged_accounts(outcome.scenario):
            assert [each["spread"] for each in others] == [
                round(0.6 * spread, 6),
                round(1.6 * spread, 6),
            ]
        else:
            assert others == []


def test_more_spread_of_a_payment_that_mostly_suffices_means_more_gaps() -> None:
    """Money for 1.05 of the appropriation, progress 0.9: the normal law beyond 3, 5/3, 1 sd."""
    spec = {
        "progress": {
            "value": "90%",
            "name_zh": "数",
            "name_en": "n",
            "mark": "assumed",
            "why": "假设",
        },
        "spread": 0.09,
    }
    accounts = {"account": account(payment=spec)}
    asked = question(
        book({"p": pool(0.0, {"X": SURE})}, accounts=accounts), {"X": FLAT}, 0, span(40)
    )
    load = replace(asked.loads[0], appropriation_yuan=100 * MILLION)
    asked = replace(asked, loads=(load,), budgets={"account": 105 * MILLION})
    gaps = find_spread_gaps(asked, make_exact_engine(asked), ["account"])["account"]
    for each, beyond in zip(gaps, (0.15 / 0.054, 0.15 / 0.144), strict=True):
        assert each.gap_probability == pytest.approx(0.5 * erfc(beyond / sqrt(2)), abs=3e-4)
