"""Chapter: what more money is worth, which figures to revise, what can be promised for sure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.money import WAN
from model.report.blocks import (
    Block,
    Cell,
    Column,
    heading,
    pair,
    paragraph,
    picture,
    plain,
    runs,
    table,
)
from model.report.chapters.fitting import fitting_blocks
from model.report.chapters.readings import reading_blocks
from model.report.charts import as_svg, more_money
from model.report.numerals import NOTHING, money_cell, money_change, money_phrase
from model.report.record import Record
from model.report.sentences import is_even
from model.report.wording import Wording

Entry = Mapping[str, Any]
_SIDES = ("before", "after")
# More next steps than this tell nobody anything; the table of the record holds them all.
_DEAREST, _CHEAPEST = 8, 4


def worth_chapter(record: Record, words: Wording) -> list[Block]:
    """More money, the next step of figures, figures that fit the money, and sure promises."""
    opening = [heading(1, words("worth.title"))]
    if is_even(record):
        opening.append(paragraph(plain(words("worth.no_prices"))))
    sections = [
        *_curves(record, words),
        *reading_blocks(record, words),
        *_steps(record, words),
        *fitting_blocks(record, words),
        *_promises(record, words),
    ]
    return [*opening, *sections] if sections else []


def _curves(record: Record, words: Wording) -> list[Block]:
    curves: dict[str, list[Entry]] = {}
    for row in record.value_curves:
        curves.setdefault(row["account"], []).append(row)
    if not curves:
        return []
    sums = [money_phrase(row["more_yuan"], words.language) for row in next(iter(curves.values()))]
    heads = [words(f"worth.{side}", more=more) for side in _SIDES for more in sums]
    columns = [
        Column(head=words("worth.account"), share=34),
        *(Column(head=head, share=17, figures=True) for head in heads),
    ]
    rows: list[list[Cell]] = [
        [
            words.label(curve[0], "account"),
            *(
                money_cell(row[f"value_{side}_yuan"], words.language)
                for side in _SIDES
                for row in curve
            ),
        ]
        for curve in curves.values()
    ]
    return [
        heading(2, words("worth.value_title")),
        paragraph(plain(words("worth.value_intro"))),
        _value_chart([curve[0] for curve in curves.values()], words),
        table(words("worth.value_caption", unit=words("unit.table")), columns, rows),
    ]


def _value_chart(firsts: Sequence[Entry], words: Wording) -> Block:
    """What the smallest sum more is worth in each account, before and after the transfers."""
    ordered = sorted(firsts, key=lambda row: -row["value_before_yuan"])
    more = money_phrase(ordered[0]["more_yuan"], words.language)
    told = [
        words(
            "worth.value_row",
            account=words.label(row, "account"),
            before=money_phrase(row["value_before_yuan"], words.language),
            after=money_phrase(row["value_after_yuan"], words.language),
        )
        for row in ordered
    ]
    alt = words("worth.value_alt", more=more, rows=words("list.semicolon").join(told))
    caption = (words("worth.value_chart", more=more), words("worth.value_note"))
    return picture(as_svg(more_money(ordered, words)), caption, alt)


def _steps(record: Record, words: Wording) -> list[Block]:
    """The figures whose next step is dearest, and the cheapest of those that cost anything."""
    telling = [row for row in record.step_prices if row["objective_change_yuan"] >= WAN]
    telling.sort(key=lambda row: -row["objective_change_yuan"])
    free = len(record.step_prices) - len(telling)
    if not record.step_prices:
        return []
    few = len(telling) <= _DEAREST + _CHEAPEST
    dearest = telling if few else telling[:_DEAREST]
    blocks = [
        heading(2, words("worth.steps_title")),
        paragraph(runs(words, "worth.steps_intro", n=str(len(telling)), free=str(free))),
    ]
    if dearest:
        blocks.append(_step_table(dearest, ("dearest", words)))
    if not few:
        blocks.append(_step_table(telling[-_CHEAPEST:], ("cheapest", words)))
    return blocks


def _step_table(prices: Sequence[Entry], kind: tuple[str, Wording]) -> Block:
    which, words = kind
    columns = [
        Column(head=words("worth.award"), share=43),
        Column(head=words("worth.clause"), share=18),
        Column(head=words("worth.figure"), share=32),
        Column(head=words("worth.step"), share=31, figures=True),
        Column(head=words("worth.step_demand"), share=21, figures=True),
        Column(head=words("worth.step_cost"), share=18, figures=True),
        Column(head=words("worth.tenth_cost"), share=20, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            f"{row['award']} {words.of(row, 'award_name')}",
            words.clause(row),
            words.of(row, "name"),
            pair([words.of(row, "value"), words.of(row, "next")]),
            money_change(row["demand_change_yuan"], words.language),
            money_change(row["objective_change_yuan"], words.language),
            money_change(_for_a_tenth(row), words.language),
        ]
        for row in prices
    ]
    caption = words(f"worth.{which}_caption", unit=words("unit.table"))
    return table(caption, columns, rows)


def _for_a_tenth(price: Entry) -> int | None:
    """What the step costs in proportion to a rise by a tenth: steps are of unequal size."""
    rise = price.get("rise")
    return round(0.1 * price["objective_change_yuan"] / rise) if rise else None


def _promises(record: Record, words: Wording) -> list[Block]:
    """The part of every claim that an account can pay in 95 % of the years, least first."""
    if not record.promised_ratios:
        return []
    columns = [
        Column(head=words("worth.account"), share=3),
        Column(head=words("worth.available"), share=1.5, figures=True),
        Column(head=words("worth.p95"), share=1.9, figures=True),
        Column(head=words("worth.ratio"), share=1.6, figures=True),
        Column(head=words("worth.worst"), share=3),
        Column(head=words("worth.worst_money"), share=2.1, figures=True),
    ]
    accounts = {account["id"]: account for account in record.accounts}
    rows: list[list[Cell]] = [
        [
            words.label(row, "account"),
            money_cell(row["available_yuan"], words.language),
            money_cell(row["demand_p95_yuan"], words.language),
            f"{row['percent']}%",
            *_at_worst(accounts.get(row["account"], {}), words),
        ]
        for row in sorted(record.promised_ratios, key=lambda row: row["ratio"])
    ]
    return [
        heading(2, words("worth.promises_title")),
        paragraph(runs(words, "worth.promises_intro")),
        table(words("worth.promises_caption", unit=words("unit.table")), columns, rows),
    ]


# A promise that holds in 95 % of the years leaves this chance of a gap.
_UNSURE = 0.05


def _at_worst(account: Entry, words: Wording) -> list[Cell]:
    """The one assumption that brings most gaps; the mean entitlements and the money then."""
    cases = account.get("sensitivity") or ()
    case = max(cases, key=lambda row: row["gap_probability"], default=None)
    if case is None or case["gap_probability"] < max(_UNSURE, account["gap_probability"]):
        return [NOTHING, NOTHING]
    name = words.of(case, "name")
    committed = case.get("committed_yuan", account["committed_yuan"])
    money = (case.get("demand_mean_yuan"), account["budget_yuan"] - committed)
    cells = [money_cell(yuan, words.language) for yuan in money]
    said = words("worth.worst_at", name=name, value=words.value_in_full(case.get("value")))
    return [said[:1].upper() + said[1:], {"text": cells[0], "below": cells[1]}]
