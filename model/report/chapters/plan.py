"""Chapter: what should move, what it mends, which smaller steps there are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.money import WAN
from model.report.blocks import (
    Block,
    Cell,
    Column,
    bullets,
    heading,
    pair,
    paragraph,
    picture,
    plain,
    runs,
    table,
)
from model.report.chapters.limits import chance_blocks, limit_blocks, may_move_blocks
from model.report.chapters.options import option_blocks
from model.report.charts import as_svg, plan_change
from model.report.givers import giver_warning, safe_blocks
from model.report.numerals import (
    NOTHING,
    chance,
    error_cell,
    money_cell,
    money_change,
    money_phrase,
    percent,
)
from model.report.record import Record
from model.report.sentences import (
    clash_sentences,
    effect_phrases,
    end_of,
    is_even,
    judging_sentence,
    unjudged,
)
from model.report.wording import Wording

Entry = Mapping[str, Any]
_SIDES = ("before", "after")
# The worst years bear a sampling error beside the money.
_SHARES = {"unpaid": 20, "worst": 27, "idle": 20}
_MEASURES = {
    "unpaid": "expected_unpaid_yuan",
    "worst": "worst_share_unpaid_yuan",
    "idle": "expected_idle_yuan",
}


def plan_chapter(record: Record, words: Wording) -> list[Block]:
    """The transfers, every account before and after, the options, who may move, the limits."""
    opening = [heading(1, words("plan.title"))]
    if record.plan["status"] == "infeasible":
        opening += [
            heading(2, words("plan.clash_title")),
            bullets(clash_sentences(record, words)),
        ]
    return [
        *opening,
        paragraph(runs(words, "plan.even") if is_even(record) else judging_sentence(record, words)),
        *_transfers(record, words),
        *_fresh(record, words),
        *chance_blocks(record, words),
        *_before_after(record, words),
        *safe_blocks(record, words),
        *option_blocks(record, words),
        *may_move_blocks(record, words),
        *limit_blocks(record, words),
    ]


def _transfers(record: Record, words: Wording) -> list[Block]:
    transfers = record.plan["transfers"]
    if not transfers:
        return [paragraph(plain(words("plan.none")))]
    columns = [
        Column(head=words("plan.giver"), share=2.2),
        Column(head=words("plan.receiver"), share=2.2),
        Column(head=words("plan.amount"), share=1.1, figures=True),
        Column(head=words("plan.approval"), share=3.2),
        Column(head=words("plan.basis"), share=2.9),
    ]
    rows: list[list[Cell]] = [
        [
            end_of(transfer, "from", (record, words)),
            end_of(transfer, "to", (record, words)),
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
    return [*blocks, *(paragraph(each) for each in giver_warning(record, words))]


def _fresh(record: Record, words: Wording) -> list[Block]:
    """The plan on years that did not choose it: what its choice promised too much."""
    fresh = record.plan.get("fresh")
    if not fresh or not record.plan["transfers"] or is_even(record):
        return []
    optimism = fresh["optimism_yuan"]
    key = "none" if abs(optimism) < WAN else "less" if optimism > 0 else "more"
    money = {name: money_phrase(fresh[f"objective_{name}"], words.language) for name in _SIDES}
    saved = fresh["objective_before"] - fresh["objective_after"]
    difference = words(
        f"plan.fresh_{key}",
        saved=money_phrase(saved, words.language),
        money=money_phrase(abs(optimism), words.language),
    )
    draws = f"{fresh['draws']:,}"
    return [paragraph(runs(words, "plan.fresh", draws=draws, difference=difference, **money))]


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
        blocks.append(_chart(record, moved, words))
    note = paragraph(plain(words("plan.accounts_note")), "note")
    return [*blocks, _before_after_table(record, shown, words), note]


def _chart(record: Record, moved: list[Entry], words: Wording) -> Block:
    """What moves; of the general reserve, which nobody claims, only the money."""
    accounts = {account["id"] for account in record.accounts}
    moved = [
        row if row["id"] in accounts else {**row, "before": {}, "after": {}}
        for row in sorted(moved, key=lambda row: row["before_yuan"] - row["after_yuan"])
    ]
    rows = [
        words(
            "plan.change_row",
            account=words.label(row, "name"),
            money=money_change(row["after_yuan"] - row["before_yuan"], words.language)
            + words("unit.table"),
            before=chance(row["before"].get("gap_probability"), words.language),
            after=chance(row["after"].get("gap_probability"), words.language),
        )
        for row in moved
    ]
    alt = words("plan.change_alt", rows=words("list.semicolon").join(rows))
    return picture(
        as_svg(plan_change(moved, words)),
        (words("plan.change_caption"), words("plan.change_note")),
        alt,
    )


def _before_after_table(record: Record, shown: list[Entry], words: Wording) -> Block:
    columns = [
        Column(head=words("plan.account"), share=42),
        Column(head=words("plan.money"), share=19, figures=True),
        Column(head=words("plan.chance"), share=19, figures=True),
        *(Column(head=words(f"plan.{key}"), share=_SHARES[key], figures=True) for key in _MEASURES),
        Column(head=words("plan.rate"), share=24, figures=True),
    ]
    accounts = {account["id"] for account in record.accounts}
    nobody = {side: dict.fromkeys(_MEASURES.values()) for side in _SIDES}
    rows = [
        [
            words.label(row, "name"),
            pair([money_cell(row[f"{side}_yuan"], words.language) for side in _SIDES]),
            *_measures(row if row["id"] in accounts else nobody, words),
        ]
        for row in shown
    ]
    totals = {side: record.plan.get(side) or {} for side in _SIDES}
    if totals["before"]:
        total: Cell = {"text": words("plan.totals"), "weight": "bold"}
        rows.append([total, NOTHING, *_measures(totals, words)])
    return table(words("plan.accounts_caption", unit=words("unit.table")), columns, rows)


def _with_error(side: Entry, field: str, words: Wording) -> str:
    """Money; with its sampling error beside it where that is a fiftieth of it or more."""
    money, error = money_cell(side.get(field), words.language), side.get(f"{field}_se") or 0
    if error < WAN or error < 0.02 * abs(side[field]):
        return money
    return f"{money} ±{error_cell(side, field, words.language)}"


def _measures(row: Entry, words: Wording) -> list[Cell]:
    sides = [row[side] for side in _SIDES]
    return [
        pair([chance(side.get("gap_probability"), words.language) for side in sides]),
        *(
            pair([_with_error(side, field, words) for side in sides])
            for field in _MEASURES.values()
        ),
        pair([percent(side.get("execution_rate_p50")) for side in sides]),
    ]
