"""Chapter: what was promised from which money, and which money is printed twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    heading,
    paragraph,
    picture,
    plain,
    runs,
    table,
    two_lines,
)
from model.report.charts import as_svg, money_map
from model.report.flow import fund_yuan, lay_out_flow, printed_leaves, times_printed
from model.report.numerals import NOTHING, large_money_cell, money_phrase
from model.report.record import Record
from model.report.wording import Wording

Entry = Mapping[str, Any]
_WHOLE = 28


def money_chapter(record: Record, words: Wording) -> list[Block]:
    """The reconciliation, the map of the money, its overlaps with their rivals, lines and funds."""
    return [
        heading(1, words("money.title")),
        *_opening(record, words),
        *_map(record, words),
        *_reconciliation(record, words),
        *_overlaps(record, words),
        _lines(record, words),
        _funds(record, words),
    ]


def _opening(record: Record, words: Wording) -> list[Block]:
    totals = record.totals
    amounts = {
        key: money_phrase(totals[f"{key}_yuan"], words.language)
        for key in ("printed", "overlap", "net")
    }
    blocks = [paragraph(runs(words, "money.intro", **amounts))]
    if name := words.of(record.overlap, "name"):
        key = "money.inferred" if record.overlap.get("inferred", True) else "money.stated"
        blocks.append(paragraph(runs(words, key, name=name)))
    adopted = totals.get("adopted_yuan")
    if adopted is not None and adopted != totals["net_yuan"]:
        text = money_phrase(adopted, words.language)
        blocks.append(paragraph(runs(words, "money.adopted", adopted=text)))
    return blocks


def _reconciliation(record: Record, words: Wording) -> list[Block]:
    if not record.reconciliation:
        return []
    columns = [
        Column(head=words("money.label"), share=4),
        Column(head=words("money.amount"), share=1, figures=True),
    ]
    rows = [
        [words.label(row, "label"), large_money_cell(row["amount_yuan"], words.language)]
        for row in record.reconciliation
    ]
    return [table(words("money.reconciliation", unit=words("unit.large")), columns, rows)]


def _map(record: Record, words: Wording) -> list[Block]:
    if not record.lines or not record.funds:
        return []
    flow = lay_out_flow(record.lines, record.funds)
    entries = (*record.domains, *record.lines, *record.funds)
    names = {node.id: node.id for node in flow.domains}
    names |= {entry["id"]: words.of(entry, "name") for entry in entries}
    repeated = [
        words(
            "money.map_repeated",
            fund=names[node.id],
            amount=money_phrase(node.yuan, words.language),
            n=str(node.times_printed),
        )
        for node in flow.funds
        if node.times_printed > 1
    ]
    alt = words(
        "money.map_alt",
        lines=str(len(flow.lines)),
        funds=str(len(flow.funds)),
        repeated=words.join(repeated) or words("money.none"),
    )
    svg = as_svg(money_map(flow, names, words))
    # It fills most of a page: what follows may fill the rest of the page before.
    map_block = picture(svg, (words("money.map_caption"), words("money.map_note")), alt)
    return [{**map_block, "floats": True}]


def _overlaps(record: Record, words: Wording) -> list[Block]:
    names = {line["id"]: words.of(line, "name") for line in record.lines}
    blocks: list[Block] = []
    if record.overlap["links"]:
        blocks.append(_links(record, names, words))
    if not record.overlap["alternatives"]:
        return [*blocks, paragraph(plain(words("money.alternatives_none")))]
    shown, exact = record.overlap["alternatives"], record.overlap.get("n_exact_alternatives")
    if exact and record.overlap.get("n_alternatives"):
        counts = {"n": record.overlap["n_alternatives"], "exact": exact, "shown": len(shown)}
        told = words("money.alternatives_intro", **{key: str(n) for key, n in counts.items()})
        blocks.append(paragraph(plain(told)))
    columns = [
        Column(head=words("money.changes"), share=8),
        Column(head=words("money.total"), share=1, figures=True),
        Column(head=words("money.difference"), share=1.1, figures=True),
    ]
    rows = [
        [
            two_lines(
                _effect(rival, words),
                words.told(rival, "what_changes") if "accounts" in rival else "",
            ),
            large_money_cell(rival.get("total_yuan"), words.language),
            large_money_cell(rival.get("difference_yuan"), words.language),
        ]
        for rival in shown
    ]
    caption = words("money.alternatives_caption", unit=words("unit.large"))
    return [*blocks, table(caption, columns, rows)]


def _effect(rival: Entry, words: Wording) -> str:
    """What another explanation does to the accounts, the largest change first."""
    if "accounts" not in rival:
        return words.of(rival, "what_changes")
    changes = sorted(rival["accounts"], key=lambda row: -abs(row["change_yuan"]))
    told = [
        words(
            "money.account_gains" if row["change_yuan"] > 0 else "money.account_loses",
            account=words.of(row, "name"),
            amount=money_phrase(abs(row["change_yuan"]), words.language),
        )
        for row in changes
    ]
    text = words.join(told) or words("money.accounts_same")
    return text[:1].upper() + text[1:]


def _links(record: Record, names: Mapping[str, str], words: Wording) -> Block:
    columns = [
        Column(head=words("money.line"), share=3),
        Column(head=words("money.other"), share=3),
        Column(head=words("money.relation"), share=1),
        Column(head=words("money.amount"), share=1.1, figures=True),
        Column(head=words("money.why"), share=4.4),
    ]
    rows = [
        [
            _named(link["sub_line"], names),
            _named(link["other"], names),
            _relation(link, words),
            large_money_cell(link.get("amount_yuan"), words.language),
            words.of(link, "reason"),
        ]
        for link in record.overlap["links"]
    ]
    return table(words("money.overlaps_caption", unit=words("unit.large")), columns, rows)


def _relation(link: Entry, words: Wording) -> str:
    relation = link.get("relation")
    key = f"money.{relation}"
    return words(key) if words.has(key) else str(relation or NOTHING)


def _named(line: str, names: Mapping[str, str]) -> str:
    return f"{line} {names[line]}" if line in names else line


def _lines(record: Record, words: Wording) -> Block:
    funds = {fund["id"]: words.of(fund, "name") for fund in record.funds}
    leaves = {line["id"] for line in printed_leaves(record.lines)}
    columns = [
        Column(head=words("money.line"), share=4.4),
        Column(head=words("money.clause"), share=1.1),
        Column(head=words("money.printed"), share=1.1, figures=True),
        Column(head=words("money.made_of"), share=5),
    ]
    rows: list[list[Cell]] = []
    for line in record.lines:
        title = f"{line['id']} {words.of(line, 'name')}"
        made = [funds.get(fund, fund) for fund in line["funds"]]
        rows.append(
            [
                title if line.get("parent") else {"text": title, "weight": "bold"},
                words.clause(line) or NOTHING,
                large_money_cell(line["printed_yuan"], words.language),
                words.join(made) if line["id"] in leaves else NOTHING,
            ]
        )
    return table(words("money.lines_caption", unit=words("unit.large")), columns, rows)


def _funds(record: Record, words: Wording) -> Block:
    times = times_printed(printed_leaves(record.lines))
    accounts = {account["id"]: words.of(account, "name") for account in record.accounts}
    leaves = {line["id"] for line in printed_leaves(record.lines)}
    columns = [
        Column(head=words("money.fund"), share=4),
        Column(head=words("money.printed"), share=1.2, figures=True),
        Column(head=words("money.budget"), share=1.2, figures=True),
        Column(head=words("money.in_lines"), share=2.6),
        Column(head=words("money.account"), share=3),
    ]
    rows: list[list[Cell]] = [
        [
            {
                "text": words.label(fund, "name"),
                "weight": "bold" if times.get(fund["id"], 0) > 1 else "regular",
            },
            large_money_cell(fund_yuan(fund), words.language),
            large_money_cell(fund["budget_yuan"], words.language),
            words.join([line for line in fund["lines"] if line in leaves]),
            accounts.get(fund.get("account"), words("money.no_account")),
        ]
        for fund in record.funds
    ]
    caption = words("money.funds_caption", unit=words("unit.large"))
    # Rows of one line: a few dozen fit on one page, and should stand there together.
    return {**table(caption, columns, rows), "whole": len(rows) <= _WHOLE}
