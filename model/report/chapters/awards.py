"""Chapter: every award with its clause, and the promises that are not costed."""

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
from model.report.numerals import NOTHING, number
from model.report.record import Record
from model.report.sentences import mark_word
from model.report.wording import Wording

Entry = Mapping[str, Any]
_STATUSES = ("costed", "no_amount", "other_payer")


def awards_chapter(record: Record, words: Wording) -> list[Block]:
    """The costed awards, and the promises left out."""
    statuses = [award["cost_status"] for award in record.awards]
    counts = {status: str(statuses.count(status)) for status in _STATUSES}
    return [
        heading(1, words("awards.title")),
        paragraph(runs(words, "awards.intro", **counts)),
        *_costed(record, words),
        *_uncosted(record, words),
    ]


def account_names(record: Record, words: Wording) -> dict[str, str]:
    """The names of the accounts by id."""
    return {account["id"]: words.of(account, "name") for account in record.accounts}


def kind_word(kind: str | None, words: Wording) -> str:
    """How an award pays, in words; a kind without words of its own stays as it is."""
    return words(f"kind.{kind}") if words.has(f"kind.{kind}") else kind or NOTHING


def _account(award: Entry, accounts: Mapping[str, str]) -> str:
    return accounts.get(award["account"], NOTHING)


def _costed(record: Record, words: Wording) -> list[Block]:
    awards = [award for award in record.awards if award["cost_status"] == "costed"]
    if not awards:
        return []
    accounts = account_names(record, words)
    # The phrase of the paper is Chinese: an English page has the names and clauses only.
    quoted = words.language == "zh"
    columns = [
        Column(head=words("awards.award"), share=38 if quoted else 70),
        Column(head=words("awards.clause"), share=15),
        *([Column(head=words("awards.anchor"), share=33)] if quoted else []),
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
            words.clause(award),
            *([str(award.get("anchor") or NOTHING)] if quoted else []),
            kind_word(award.get("kind"), words),
            _account(award, accounts),
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
    quoted = words.language == "zh"
    columns = [
        Column(head=words("awards.award"), share=3.2 if quoted else 4.3),
        Column(head=words("awards.clause"), share=1.3 if quoted else 1.0),
        *([Column(head=words("awards.anchor"), share=2)] if quoted else []),
        Column(head=words("awards.why_not"), share=1.6),
        Column(head=words("awards.account"), share=1.8),
        Column(head=words("awards.departments"), share=4.1),
    ]
    rows: list[list[Cell]] = [
        [
            f"{award['id']} {words.of(award, 'name')}",
            words.clause(award),
            *([str(award.get("anchor") or NOTHING)] if quoted else []),
            words(f"awards.{award['cost_status']}"),
            # What others pay takes no money of an account here.
            NOTHING if award["cost_status"] == "other_payer" else _account(award, accounts),
            words.join([*map(words.said, award.get("departments") or ())]),
        ]
        for award in awards
    ]
    return [
        heading(2, words("awards.uncosted_title")),
        paragraph(plain(words("awards.uncosted_intro"))),
        table(words("awards.uncosted_caption"), columns, rows),
    ]
