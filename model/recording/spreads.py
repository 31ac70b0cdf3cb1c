"""The record of what years vary by, and of what another spread of a payment would mean."""

from __future__ import annotations

from model.demand.spreads import find_spreads
from model.outcome import Outcome
from model.recording.estimates import Entry


def record_spreads(outcome: Outcome) -> list[Entry]:
    """Every spread that the demand of the run was drawn with; all of them are assumed."""
    scenario = outcome.scenario
    rows = []
    for spread in find_spreads(scenario.book, scenario.accounts):
        account = spread.path.split(".")[1] if spread.kind == "progress" else ""
        rows.append(
            {
                "id": spread.path,
                "name_zh": spread.name_zh,
                "name_en": spread.name_en,
                "kind": spread.kind,
                "value": spread.value,
                "mark": "assumed",
                "awards": list(spread.awards),
                "others": [
                    {"spread": each.spread, "gap_probability": round(each.gap_probability, 6)}
                    for each in outcome.spread_gaps.get(account, ())
                ],
            }
        )
    return rows
