"""Section: how much years vary by chance in the model, and what another spread would mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.report.blocks import Block, Cell, Column, heading, paragraph, plain, runs, table
from model.report.numerals import chance, number
from model.report.record import Record
from model.report.wording import Wording

Entry = Mapping[str, Any]
KINDS = ("progress", "count", "size")


def spread_blocks(record: Record, words: Wording) -> list[Block]:
    """Every spread, those alike in one row; and the chance of a gap if a payment's were another."""
    if not record.spreads:
        return []
    columns = [
        Column(head=words("spreads.kind"), share=30),
        Column(head=words("spreads.value"), share=18, figures=True),
        Column(head=words("spreads.of"), share=132),
    ]
    rows: list[list[Cell]] = []
    for kind in KINDS:
        for place, (value, names) in enumerate(_alike(record, kind, words)):
            head = words(f"spreads.{kind}") if place == 0 else ""
            rows.append([head, _percent(value), words.join(names)])
    varied = [_varied(row, record, words) for row in record.spreads if row["others"]]
    return [
        heading(2, words("spreads.title")),
        paragraph(plain(words("spreads.intro"))),
        *(paragraph(runs(words, "spreads.varied", **said)) for said in varied),
        table(words("spreads.caption"), columns, rows),
    ]


def _alike(record: Record, kind: str, words: Wording) -> list[tuple[float, list[str]]]:
    """The spreads of one kind, the smallest first, each with the names of what has it."""
    names: dict[float, dict[str, None]] = {}
    for row in record.spreads:
        if row["kind"] == kind:
            name = words.label(row, "name")
            if kind == "size":
                name = words("spreads.named", name=name, awards=words.join(list(row["awards"])))
            names.setdefault(row["value"], {})[name] = None
    return [(value, list(names[value])) for value in sorted(names)]


def _varied(row: Entry, record: Record, words: Wording) -> dict[str, str]:
    account = str(row["id"]).split(".")[1]
    central = next(a["gap_probability"] for a in record.accounts if a["id"] == account)
    others = [
        words(
            "spreads.other",
            spread=_percent(other["spread"]),
            chance=chance(other["gap_probability"], words.language),
        )
        for other in row["others"]
    ]
    return {
        "account": words.label(row, "name"),
        "spread": _percent(row["value"]),
        "chance": chance(central, words.language),
        "others": words("list.semicolon").join(others),
    }


def _percent(value: float) -> str:
    return f"{number(round(100 * value, 4))}%"
