"""Chapter: what should move, what it mends, what more money would be worth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    bullets,
    heading,
    paragraph,
    picture,
    plain,
    runs,
    table,
)
from model.report.charts import as_svg, plan_change
from model.report.numerals import NOTHING, chance, money_cell, money_change, percent
from model.report.record import Record
from model.report.sentences import (
    clash_sentences,
    effect_phrases,
    judging_sentence,
    unjudged,
)
from model.report.wording import Wording

Entry = Mapping[str, Any]
_SIDES = ("before", "after")
_MEASURES = {
    "unpaid": "expected_unpaid_yuan",
    "worst": "worst_share_unpaid_yuan",
    "idle": "expected_idle_yuan",
}


def plan_chapter(record: Record, words: Wording) -> list[Block]:
    """The transfers, every account before and after, worth of more money, limits that bind."""
    opening = [heading(1, words("plan.title"))]
    if record.plan["status"] == "infeasible":
        opening += [
            heading(2, words("plan.clash_title")),
            bullets(clash_sentences(record, words)),
        ]
    return [
        *opening,
        paragraph(judging_sentence(record, words)),
        *_transfers(record, words),
        *_before_after(record, words),
        *_values(record, words),
        *_limits(record, words),
    ]


def _transfers(record: Record, words: Wording) -> list[Block]:
    transfers = record.plan["transfers"]
    if not transfers:
        return [paragraph(plain(words("plan.none")))]
    names = {account["id"]: words.of(account, "name") for account in record.accounts}
    columns = [
        Column(head=words("plan.giver"), share=2.6),
        Column(head=words("plan.receiver"), share=2.6),
        Column(head=words("plan.amount"), share=1.2, figures=True),
        Column(head=words("plan.approval"), share=2.2),
        Column(head=words("plan.basis"), share=3),
    ]
    rows: list[list[Cell]] = [
        [
            names.get(transfer["from"], transfer["from"]),
            names.get(transfer["to"], transfer["to"]),
            money_cell(transfer["amount_yuan"], words.language),
            words.of(transfer, "approval"),
            words.of(transfer, "basis"),
        ]
        for transfer in transfers
    ]
    caption = words("plan.transfers_caption", unit=words("unit.table"))
    effects = effect_phrases(record, words)
    blocks = [heading(2, words("plan.transfers_title")), table(caption, columns, rows)]
    if effects:
        blocks.append(paragraph(runs(words, "plan.effect", effects=words.join(effects))))
    return blocks


def _before_after(record: Record, words: Wording) -> list[Block]:
    known = {account["id"] for account in unjudged(record.accounts)}
    moved = [row for row in record.plan["accounts"] if row["before_yuan"] != row["after_yuan"]]
    shown = [
        row
        for row in record.plan["accounts"]
        if row["id"] not in known or row["before_yuan"] != row["after_yuan"]
    ]
    if not shown:
        return []
    blocks = [heading(2, words("plan.accounts_title"))]
    if moved:
        blocks.append(_chart(moved, words))
    return [*blocks, _before_after_table(record, shown, words)]


def _chart(moved: list[Entry], words: Wording) -> Block:
    moved.sort(key=lambda row: row["before_yuan"] - row["after_yuan"])
    rows = [
        words(
            "plan.change_row",
            account=words.of(row, "name"),
            money=money_change(row["after_yuan"] - row["before_yuan"], words.language)
            + words("unit.table"),
            before=chance(row["before"].get("gap_probability"), words.language),
            after=chance(row["after"].get("gap_probability"), words.language),
        )
        for row in moved
    ]
    alt = words("plan.change_alt", rows=words("list.semicolon").join(rows))
    return picture(as_svg(plan_change(moved, words)), (words("plan.change_caption"), ""), alt)


def _before_after_table(record: Record, shown: list[Entry], words: Wording) -> Block:
    columns = [
        Column(head=words("plan.account"), share=46),
        Column(head=words("plan.money"), share=19, figures=True),
        Column(head=words("plan.chance"), share=19, figures=True),
        *(Column(head=words(f"plan.{key}"), share=21, figures=True) for key in _MEASURES),
        Column(head=words("plan.rate"), share=24, figures=True),
    ]
    rows = [
        [
            words.of(row, "name"),
            _pair([money_cell(row[f"{side}_yuan"], words.language) for side in _SIDES]),
            *_measures(row, words),
        ]
        for row in shown
    ]
    totals = {side: record.plan.get(side) or {} for side in _SIDES}
    if totals["before"]:
        total: Cell = {"text": words("plan.totals"), "weight": "bold"}
        rows.append([total, NOTHING, *_measures(totals, words)])
    return table(words("plan.accounts_caption", unit=words("unit.table")), columns, rows)


def _measures(row: Entry, words: Wording) -> list[Cell]:
    sides = [row[side] for side in _SIDES]
    return [
        _pair([chance(side.get("gap_probability"), words.language) for side in sides]),
        *(
            _pair([money_cell(side.get(field), words.language) for side in sides])
            for field in _MEASURES.values()
        ),
        _pair([percent(side.get("execution_rate_p50")) for side in sides]),
    ]


def _pair(texts: list[str]) -> Cell:
    """Before above after; one line where nothing changes."""
    before, after = texts
    return before if before == after else {"text": before, "below": after}


def _values(record: Record, words: Wording) -> list[Block]:
    rows: list[list[Cell]] = []
    for row in record.plan["accounts"]:
        values = [row.get(f"value_{side}") for side in _SIDES]
        rows.append(
            [
                words.of(row, "name"),
                *(money_cell(value, words.language) for value in values),
                words(f"plan.{_may(row)}"),
                words.of(row, "reason"),
            ]
        )
    if not rows:
        return []
    columns = [
        Column(head=words("plan.account"), share=3),
        Column(head=words("plan.value_before"), share=1.2, figures=True),
        Column(head=words("plan.value_after"), share=1.2, figures=True),
        Column(head=words("plan.may"), share=2),
        Column(head=words("plan.reason"), share=3.6),
    ]
    return [
        heading(2, words("plan.value_title")),
        paragraph(plain(words("plan.value_intro"))),
        table(words("plan.value_caption", unit=words("unit.table")), columns, rows),
    ]


def _may(row: Entry) -> str:
    allowed = (bool(row.get("may_give")), bool(row.get("may_receive")))
    names = {(True, True): "both", (True, False): "give", (False, True): "receive"}
    return names.get(allowed, "neither")


def _limits(record: Record, words: Wording) -> list[Block]:
    limits = record.plan.get("limits") or ()
    binding = [limit for limit in limits if limit.get("binding")]
    if not limits:
        return []
    opening = [
        heading(2, words("plan.limits_title")),
        paragraph(runs(words, "plan.limits_intro", n=str(len(limits)), binding=str(len(binding)))),
    ]
    if not binding:
        return opening
    columns = [
        Column(head=words("plan.limit"), share=5),
        *(
            Column(head=words(f"plan.{key}"), share=1.5, figures=True)
            for key in ("bound", "used", "price")
        ),
    ]
    rows: list[list[Cell]] = [
        [
            words.of(limit, "says"),
            *(
                money_cell(limit.get(field), words.language)
                for field in ("amount_yuan", "used_yuan", "price")
            ),
        ]
        for limit in binding
    ]
    caption = words("plan.limits_caption", unit=words("unit.table"))
    return [*opening, table(caption, columns, rows)]
