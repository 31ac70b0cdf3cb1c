"""Sections on what a plan must keep: chances of gaps, who may move money, limits that bind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    heading,
    paragraph,
    plain,
    runs,
    table,
)
from model.report.numerals import NOTHING, error_cell, fine_chance, money_cell, number
from model.report.record import Record
from model.report.sentences import is_even
from model.report.wording import Wording

Entry = Mapping[str, Any]


def chance_blocks(record: Record, words: Wording) -> list[Block]:
    """The limits on chances of gaps, what the plan reaches, and what fresh years say."""
    if not record.chances:
        return []
    columns = [
        Column(head=words("plan.limit"), share=5),
        Column(head=words("plan.chance_limit"), share=1.3, figures=True),
        Column(head=words("plan.chance_reached"), share=1.8, figures=True),
        Column(head=words("plan.chance_fresh"), share=1.8, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            words.of(row, "says"),
            f"{number(100 * row['limit_probability'])}%",
            _fine(row, "reached_probability", words),
            _fine(row, "fresh_probability", words),
        ]
        for row in record.chances
    ]
    return [
        heading(2, words("plan.chances_title")),
        paragraph(plain(words("plan.chances_intro"))),
        table(words("plan.chances_caption"), columns, rows),
    ]


def _fine(row: Entry, field: str, words: Wording) -> Cell:
    """A chance to a tenth of a percent with its error; none where only a bound is printed."""
    text, error = fine_chance(row[field], words.language), error_cell(row, field, words.language)
    sure = not 0.01 <= row[field] <= 0.99 or error.strip("0.") in {"", NOTHING}
    return text if sure else {"text": text, "beside": f"±{error}"}


def may_move_blocks(record: Record, words: Wording) -> list[Block]:
    """Which accounts may give or receive, and why; accounts with one answer share a row."""
    alike: dict[tuple[str, str], list[str]] = {}
    for account in record.plan["accounts"]:
        answer = (words(f"plan.{_may(account)}"), words.told(account, "reason"))
        alike.setdefault(answer, []).append(words.of(account, "name"))
    if not alike:
        return []
    reasons = any(reason for _, reason in alike)
    rows: list[list[Cell]] = [
        [words.join(names), may, *([reason] if reasons else [])]
        for (may, reason), names in alike.items()
    ]
    columns = [
        Column(head=words("plan.account"), share=7),
        Column(head=words("plan.may"), share=2.5),
        *([Column(head=words("plan.reason"), share=6)] if reasons else []),
    ]
    return [
        heading(2, words("plan.may_title")),
        table(words("plan.may_caption"), columns, rows),
    ]


def _may(row: Entry) -> str:
    allowed = (bool(row.get("may_give")), bool(row.get("may_receive")))
    names = {(True, True): "both", (True, False): "give", (False, True): "receive"}
    return names.get(allowed, "neither")


def limit_blocks(record: Record, words: Wording) -> list[Block]:
    """The limits that are used up; their prices only where the aim of the plan has any."""
    limits = record.plan.get("limits") or ()
    binding = [limit for limit in limits if limit.get("binding")]
    if not limits:
        return []
    opening = [
        heading(2, words("plan.limits_title")),
        paragraph(runs(words, "plan.limits_intro", n=str(len(limits)), binding=str(len(binding)))),
        *_rules(record, words),
    ]
    if not binding:
        return opening
    shown = {"bound": "amount_yuan", "used": "used_yuan"}
    if not is_even(record):
        shown["price"] = "price"
    columns = [
        Column(head=words("plan.limit"), share=5),
        *(Column(head=words(f"plan.{key}"), share=1.5, figures=True) for key in shown),
    ]
    rows: list[list[Cell]] = [
        [
            words.of(limit, "says"),
            *(money_cell(limit.get(field), words.language) for field in shown.values()),
        ]
        for limit in binding
    ]
    caption = words("plan.limits_caption", unit=words("unit.table"))
    return [*opening, *_worth_easing(record, binding, words), table(caption, columns, rows)]


def _rules(record: Record, words: Wording) -> list[Block]:
    """The two rules behind most limits, in words."""
    settings = record.manifest["settings"]
    shares = {key: settings.get(key) for key in ("movable_share", "domains_may_rise")}
    if not all(isinstance(share, float) for share in shares.values()):
        return []
    told = {key: f"{number(100 * (share or 0))}%" for key, share in shares.items()}
    return [paragraph(plain(words("plan.limits_rules", **told)))]


def _worth_easing(record: Record, binding: Sequence[Entry], words: Wording) -> list[Block]:
    """Which of the limits that are used up would give a better plan if they were eased."""
    if is_even(record):
        return []
    worth = [words.of(limit, "says") for limit in binding if (limit.get("price") or 0) > 0]
    if not worth:
        return [paragraph(plain(words("plan.limits_worthless")))]
    if len(worth) == len(binding):
        return [paragraph(plain(words("plan.limits_all_worth")))]
    text = words("plan.limits_worth", n=str(len(worth)), list=words("list.semicolon").join(worth))
    return [paragraph(plain(text))]
