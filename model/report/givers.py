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
    said = [_said(row, words) for row in _unsafe(record)]
    if not said:
        return []
    return [runs(words, "answer.givers_wrong", list=words("list.semicolon").join(said))]


def riskiest_giver(record: Record, words: Wording) -> list[list[Run]]:
    """The same for page one, where one giver stands for all."""
    givers = _unsafe(record)
    key = "answer.givers_wrong" if len(givers) == 1 else "answer.riskiest_giver"
    return [runs(words, key, list=_said(row, words)) for row in givers[:1]]


def _unsafe(record: Record) -> list[Entry]:
    """Those who give and are safe at central assumptions only, the most endangered first."""
    givers = [row for row in record.plan.get("givers") or () if row["safe_at_central_only"]]
    return sorted(givers, key=lambda row: -row["worst_gap_probability"])


def _said(row: Entry, words: Wording) -> str:
    return words(
        "answer.giver_wrong",
        account=words.of(row, "name"),
        assumption=words.of(row, "worst_gap"),
        value=words.value(row["worst_gap_value"]),
        chance=chance(row["worst_gap_probability"], words.language),
    )
