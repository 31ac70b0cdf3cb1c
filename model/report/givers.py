"""What one wrong assumption does to the accounts that give money, in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.report.blocks import Run, runs
from model.report.numerals import chance
from model.report.record import Record
from model.report.wording import Wording

Entry = Mapping[str, Any]


def giver_warning(record: Record, words: Wording) -> list[list[Run]]:
    """That those who give are safe at central assumptions only, where that is so; else nothing."""
    givers: list[Entry] = [
        row for row in record.plan.get("givers") or () if row["safe_at_central_only"]
    ]
    if not givers:
        return []
    said = [
        words(
            "answer.giver_wrong",
            account=words.of(row, "name"),
            assumption=words.of(row, "worst_gap"),
            value=words.value(row["worst_gap_value"]),
            chance=chance(row["worst_gap_probability"], words.language),
        )
        for row in sorted(givers, key=lambda row: -row["worst_gap_probability"])
    ]
    return [runs(words, "answer.givers_wrong", list=words("list.semicolon").join(said))]
