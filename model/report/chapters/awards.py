"""Chapter: every award with its clause, the promises that are not costed, and the readings."""

from __future__ import annotations

from collections.abc import Mapping
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
    with_error,
)
from model.report.numerals import NOTHING, chance, money_cell, money_change, number
from model.report.record import Record
from model.report.sentences import mark_word
from model.report.wording import Wording

Entry = Mapping[str, Any]
_STATUSES = ("costed", "no_amount", "other_payer")


def awards_chapter(record: Record, words: Wording) -> list[Block]:
    """The costed awards, the promises left out, and the readings."""
    statuses = [award["cost_status"] for award in record.awards]
    counts = {status: str(statuses.count(status)) for status in _STATUSES}
    return [
        heading(1, words("awards.title")),
        paragraph(runs(words, "awards.intro", **counts)),
        *_costed(record, words),
        *_uncosted(record, words),
        *_readings(record, words),
    ]


def account_names(record: Record, words: Wording) -> dict[str, str]:
    """The names of the accounts by id."""
    return {account["id"]: words.of(account, "name") for account in record.accounts}


def kind_word(kind: str | None, words: Wording) -> str:
    """How an award pays, in words; a kind without words of its own stays as it is."""
    return words(f"kind.{kind}") if words.has(f"kind.{kind}") else kind or NOTHING


def _costed(record: Record, words: Wording) -> list[Block]:
    awards = [award for award in record.awards if award["cost_status"] == "costed"]
    if not awards:
        return []
    accounts = account_names(record, words)
    columns = [
        Column(head=words("awards.award"), share=38),
        Column(head=words("awards.clause"), share=15),
        Column(head=words("awards.anchor"), share=33),
        Column(head=words("awards.kind"), share=19),
        Column(head=words("awards.account"), share=22),
        Column(head=words("awards.reading"), share=10),
        Column(head=words("awards.claims"), share=15, figures=True),
        Column(head=words("awards.demand"), share=18, figures=True),
        Column(head=words("awards.mark"), share=14 if words.language == "zh" else 18),
    ]
    rows: list[list[Cell]] = [
        [
            f"{award['id']} {words.of(award, 'name')}",
            award["clause_zh"],
            str(award.get("anchor") or NOTHING),
            kind_word(award.get("kind"), words),
            accounts.get(award["account"], NOTHING),
            str(award.get("reading") or NOTHING),
            number(award.get("claims_mean")),
            with_error(award, "demand_mean_yuan", words),
            mark_word(award.get("mark"), words),
        ]
        for award in awards
    ]
    caption = words("awards.costed_caption", unit=words("unit.table"))
    return [heading(2, words("awards.costed_title")), table(caption, columns, rows)]


def _uncosted(record: Record, words: Wording) -> list[Block]:
    awards = [award for award in record.awards if award["cost_status"] != "costed"]
    if not awards:
        return []
    accounts = account_names(record, words)
    columns = [
        Column(head=words("awards.award"), share=3.6),
        Column(head=words("awards.clause"), share=1.3),
        Column(head=words("awards.anchor"), share=2),
        Column(head=words("awards.why_not"), share=1.6),
        Column(head=words("awards.account"), share=2.2),
        Column(head=words("awards.departments"), share=3),
    ]
    rows: list[list[Cell]] = [
        [
            f"{award['id']} {words.of(award, 'name')}",
            award["clause_zh"],
            str(award.get("anchor") or NOTHING),
            words(f"awards.{award['cost_status']}"),
            accounts.get(award["account"], NOTHING),
            words.join(list(award.get("departments") or ())),
        ]
        for award in awards
    ]
    return [
        heading(2, words("awards.uncosted_title")),
        paragraph(plain(words("awards.uncosted_intro"))),
        table(words("awards.uncosted_caption"), columns, rows),
    ]


def _readings(record: Record, words: Wording) -> list[Block]:
    if not record.readings:
        return []
    columns = [
        Column(head=words("awards.award"), share=2.6),
        Column(head=words("awards.letter"), share=0.9),
        Column(head=words("awards.says"), share=4.4),
        Column(head=words("awards.chosen"), share=1.2),
        Column(head=words("awards.demand"), share=1.6, figures=True),
        Column(head=words("awards.difference"), share=1.6, figures=True),
        Column(head=words("awards.chance"), share=1.4, figures=True),
    ]
    caption = words("awards.readings_caption", unit=words("unit.table"))
    return [
        heading(2, words("awards.readings_title")),
        paragraph(plain(words("awards.readings_intro"))),
        table(caption, columns, _reading_rows(record, words)),
    ]


def _reading_rows(record: Record, words: Wording) -> list[list[Cell]]:
    """One row for each reading; the award is named in the first of its rows."""
    awards = {award["id"]: words.of(award, "name") for award in record.awards}
    chosen = {row["award"]: row for row in record.readings if row["chosen"]}
    rows: list[list[Cell]] = []
    before = ""
    for row in sorted(record.readings, key=lambda row: (row["award"], row["letter"])):
        award = row["award"]
        rows.append(
            [
                f"{award} {awards.get(award, '')}" if award != before else "",
                row["letter"],
                words.of(row, "says"),
                words("awards.yes_word") if row["chosen"] else "",
                money_cell(row.get("demand_mean_yuan"), words.language),
                _difference(row, chosen.get(award), words),
                chance(row.get("gap_probability"), words.language),
            ]
        )
        before = award
    return rows


def _difference(row: Entry, chosen: Entry | None, words: Wording) -> str:
    mine = row.get("demand_mean_yuan")
    base = chosen.get("demand_mean_yuan") if chosen else None
    if mine is None or base is None or row["chosen"]:
        return NOTHING
    return money_change(mine - base, words.language)
