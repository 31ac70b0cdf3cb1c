"""What one wrong assumption does to those who give money, and what they can safely give."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.money import WAN
from model.report.blocks import Block, Run, heading, paragraph, runs
from model.report.numerals import chance, money_phrase, percent
from model.report.record import Record
from model.report.sentences import moves_phrase
from model.report.wording import Wording

Entry = Mapping[str, Any]


def giver_warning(record: Record, words: Wording) -> list[list[Run]]:
    """That those who give are safe at central assumptions only, where that is so; else nothing."""
    said = [_said(row, _before_giving(record, row), words) for row in _unsafe(record)]
    if not said:
        return []
    return [runs(words, "answer.givers_wrong", list=words("list.semicolon").join(said))]


def riskiest_giver(record: Record, words: Wording, step: Entry | None = None) -> list[list[Run]]:
    """The same for page one, where one giver stands for all.

    Args:
        step: an option named beside the plan; where it takes no less from the giver, the chance
            of a gap is no lower with it, and that is said.
    """
    givers = _unsafe(record)
    if not givers:
        return []
    taken = sum(
        move["amount_yuan"]
        for move in (step or {"transfers": ()})["transfers"]
        if move["from"] == givers[0]["id"]
    )
    no_less = step is not None and taken >= givers[0]["gives_yuan"]
    also = words("answer.giver_also", n=str(step["moves"])) if step and no_less else ""
    most = _said(givers[0], _before_giving(record, givers[0]), words, also)
    key = "answer.riskiest_giver" if len(givers) > 1 else "answer.givers_wrong"
    n = {"n": str(len(givers))} if len(givers) > 1 else {}
    return [runs(words, key, list=most, **n)]


def _unsafe(record: Record) -> list[Entry]:
    """Those who give and are safe at central assumptions only, the most endangered first."""
    givers = [row for row in record.plan.get("givers") or () if row["safe_at_central_only"]]
    return sorted(givers, key=lambda row: -row["worst_gap_probability"])


def _said(row: Entry, before: float | None, words: Wording, also: str = "") -> str:
    return words(
        "answer.giver_wrong",
        account=words.of(row, "name"),
        assumption=words.of(row, "worst_gap"),
        value=words.value_in_full(row["worst_gap_value"]),
        chance=chance(row["worst_gap_probability"], words.language),
        before=words("answer.giver_before", before=chance(before, words.language), also=also)
        if before is not None
        else "",
    )


def _before_giving(record: Record, row: Entry) -> float | None:
    """The chance of a gap under the same wrong assumption with nothing moved, where it is known."""
    account: Entry = next((a for a in record.accounts if a["id"] == row["id"]), {})
    same = (row["worst_gap_assumption"], row["worst_gap_value"])
    return next(
        (
            float(case["gap_probability"])
            for case in account.get("sensitivity") or ()
            if (case["assumption"], case["value"]) == same
        ),
        None,
    )


def safe_blocks(record: Record, words: Wording) -> list[Block]:
    """What can be moved so that no giver misses it, whichever one assumption is wrong."""
    safe = _safe(record)
    if safe is None:
        return []
    blocks = [heading(2, words("safe.title")), paragraph(_safe_saved(record, safe, words))]
    able = [row for row in safe["givers"] if row["may_leave_yuan"] >= WAN]
    unable = [row for row in safe["givers"] if row["may_leave_yuan"] < WAN]
    said = [
        words(
            "safe.may_leave",
            account=words.of(row, "name"),
            money=money_phrase(row["may_leave_yuan"], words.language),
        )
        for row in sorted(able, key=lambda row: -row["may_leave_yuan"])
    ]
    rooms = runs(words, "safe.rooms", list=words.join(said)) if said else []
    if unable:
        names = words.join([words.of(row, "name") for row in unable])
        rooms += runs(words, "safe.nothing", list=names)
    return [*blocks, paragraph(rooms)]


def safe_answer(record: Record, words: Wording) -> list[list[Run]]:
    """The same for page one, in one sentence."""
    safe = _safe(record)
    if safe is None:
        return []
    tight = percent(safe["tight_probability"])
    if not safe["transfers"]:
        return [runs(words, "safe.answer_none", tight=tight)]
    money = {
        "tight": tight,
        "moved": money_phrase(safe["moved_yuan"], words.language),
        "saved": money_phrase(_less_unpaid(record, safe), words.language),
    }
    return [runs(words, "safe.answer", **money)]


def _safe(record: Record) -> Entry | None:
    """The plan that leaves every giver safe, where the plan itself does not."""
    known = _unsafe(record) and record.plan.get("before")
    return record.plan.get("givers_safe") if known else None


def _safe_saved(record: Record, safe: Entry, words: Wording) -> list[Run]:
    tight = percent(safe["tight_probability"])
    if not safe["transfers"]:
        return runs(words, "safe.none", tight=tight)
    whole = record.plan["objective_before"] - record.plan["objective_after"]
    return runs(
        words,
        "safe.saved",
        tight=tight,
        moves=moves_phrase(safe["transfers"], record, words),
        total=money_phrase(safe["moved_yuan"], words.language),
        saved=money_phrase(safe["saved_yuan"], words.language),
        unpaid=money_phrase(_less_unpaid(record, safe), words.language),
        share=percent(safe["saved_yuan"] / whole if whole > 0 else None),
    )


def _less_unpaid(record: Record, safe: Entry) -> int:
    """By how much the plan that is safe for the givers lowers the mean unpaid money."""
    return int(record.plan["before"]["expected_unpaid_yuan"] - safe["expected_unpaid_yuan"])
