"""The first sheet: the money of the paper, before and after the plan, the moves, the run."""

from __future__ import annotations

from typing import Any

from model.report.book.cells import column_sum, columns, large, less, money, points
from model.report.record import Record
from model.report.wording import Wording
from model.workbook import Cell, Sheet, Table

_WIDTHS = (40, 18, 18, 36, 44)
_EFFECTS = {
    "demand": "demand_mean_yuan",
    "unpaid": "expected_unpaid_yuan",
    "worst": "worst_share_unpaid_yuan",
    "idle": "expected_idle_yuan",
}


def summary_sheet(record: Record, words: Wording) -> Sheet:
    """What a reader looks for first; the differences are formulas."""
    tables = [_money(record, words, 5 + 1)]
    row = 5 + 1 + len(list(tables[0].rows))
    for make in (_effects, _chance):
        tables.append(make(record, words, row + 3))
        row += 3 + len(list(tables[-1].rows))
    tables.append(_transfers(record, words, row + 3))
    tables.append(_made(record, words))
    document = words.of(record.manifest["document"], "title")
    title = words("title.summary", document=document, scenario=str(record.manifest["scenario"]))
    return Sheet(
        name=words("sheet.summary"),
        title=title,
        tables=tables,
        notes=[words("note.made")],
        widths=_WIDTHS,
        one_page=True,
    )


def _money(record: Record, words: Wording, first: int) -> Table:
    totals = record.totals
    printed, overlap = (large(totals[key], words) for key in ("printed_yuan", "overlap_yuan"))
    net = less((f"B{first}", printed), (f"B{first + 1}", overlap))
    adopted = large(totals.get("adopted_yuan"), words)
    rows: list[list[Cell]] = [
        [words("row.printed"), printed],
        [words("row.overlap"), overlap],
        [words("row.net"), net],
        [words("row.adopted"), adopted],
    ]
    heads = columns(words, "item:1: money:1:large")
    return Table(title=words("table.money"), columns=heads, rows=rows)


def _effects(record: Record, words: Wording, first: int) -> Table:
    before, after = _before(record), record.plan.get("after") or {}
    pairs = {key: (before.get(field), after.get(field)) for key, field in _EFFECTS.items()}
    pairs["cost"] = (record.plan.get("objective_before"), record.plan.get("objective_after"))
    rows: list[list[Cell]] = []
    for row, (key, (old, new)) in enumerate(pairs.items(), start=first):
        was, now = money(old, words), money(new, words)
        rows.append([words(f"row.{key}"), was, now, less((f"C{row}", now), (f"B{row}", was))])
    return Table(
        title=words("table.change"),
        columns=columns(words, "item:1: before:1:money after:1:money change:1:change"),
        rows=rows,
    )


def _before(record: Record) -> Any:
    """The judged accounts together before the plan, also where there is no plan."""
    return record.plan.get("before") or record.totals


def _chance(record: Record, words: Wording, first: int) -> Table:
    old = _before(record).get("gap_probability")
    new = (record.plan.get("after") or {}).get("gap_probability")
    change = points((f"C{first}", new), (f"B{first}", old))
    return Table(
        title=words("table.chance"),
        columns=columns(words, "item:1: before:1:chance after:1:chance change_points:1:points"),
        rows=[[words("row.chance"), old, new, change]],
    )


def _transfers(record: Record, words: Wording, first: int) -> Table:
    rows: list[list[Cell]] = [
        [
            words.of(move, "from"),
            words.of(move, "to"),
            money(move["amount_yuan"], words),
            words.of(move, "approval"),
            words.of(move, "basis"),
        ]
        for move in record.plan["transfers"]
    ]
    amounts = [money(move["amount_yuan"], words) for move in record.plan["transfers"]]
    last = first + len(rows) - 1
    total = column_sum("C", (first, last), amounts) if rows else None
    return Table(
        title=words("table.transfers"),
        columns=columns(words, "from:1: to:1: money:1:money approval:1: basis:1:"),
        rows=rows,
        total=[words("total"), "", total, "", ""],
    )


def _made(record: Record, words: Wording) -> Table:
    manifest = record.manifest
    facts = {
        "scenario": manifest["scenario"],
        "question": words.of(manifest, "question"),
        "draws": manifest["draws"],
        "seed": manifest["seed"],
        "version": manifest.get("product_version", ""),
        "command": manifest.get("run_command", ""),
    }
    return Table(
        title=words("table.made"),
        columns=columns(words, "item:1: value:1:verbatim"),
        rows=[[words(f"row.{key}"), str(value)] for key, value in facts.items()],
    )
