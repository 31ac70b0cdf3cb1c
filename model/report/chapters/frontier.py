"""Section on the frontier: how much money moved leaves how much less unpaid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.blocks import Block, Cell, Column, heading, paragraph, picture, plain, table
from model.report.charts import as_svg, frontier_curve
from model.report.numerals import money_cell, money_phrase
from model.report.record import Record
from model.report.wording import Wording

Entry = Mapping[str, Any]
_FIELDS = {"unpaid": "expected_unpaid_yuan", "sum": "objective_yuan"}


def frontier_blocks(
    record: Record, options: Sequence[tuple[str, Entry]], words: Wording
) -> list[Block]:
    """The curve and its points; options in whole steps are marked on it."""
    points = (record.options or {"frontier": ()})["frontier"]
    if len(points) < 2:
        return []
    first, last = (_said(point, words) for point in (points[0], points[-1]))
    alt = words("options.frontier_alt", first=first, last=last)
    marked = [(str(n), option) for n, (_, option) in enumerate(options, 1)]
    caption = (words("options.frontier_chart"), words("options.frontier_note"))
    return [
        heading(2, words("options.frontier_title")),
        paragraph(plain(_intro(record, points[0], words))),
        picture(as_svg(frontier_curve(points, marked, words)), caption, alt),
        _table(points, words),
    ]


def _intro(record: Record, nothing_moved: Entry, words: Wording) -> str:
    """What the curve rests on, and how far that is from the tables of accounts."""
    said = words("options.frontier_intro")
    there = (record.plan.get("before") or record.totals).get("expected_unpaid_yuan")
    if there is None:
        return said
    here = nothing_moved["expected_unpaid_yuan"]
    amounts = (money_phrase(yuan, words.language) for yuan in (here, there))
    return said + words(
        "options.frontier_apart", **dict(zip(("here", "there"), amounts, strict=True))
    )


def _said(point: Entry, words: Wording) -> str:
    return words(
        "options.frontier_row",
        moved=money_phrase(point["moved_yuan"], words.language),
        unpaid=money_phrase(point["expected_unpaid_yuan"], words.language),
    )


def _table(points: Sequence[Entry], words: Wording) -> Block:
    heads = [money_cell(point["moved_yuan"], words.language) for point in points]
    columns = [
        Column(head=words("options.at_most"), share=34),
        *(Column(head=head, share=17, figures=True) for head in heads),
    ]
    rows: list[list[Cell]] = [
        [words(f"options.{key}"), *(money_cell(point[field], words.language) for point in points)]
        for key, field in _FIELDS.items()
    ]
    return table(words("options.frontier_caption", unit=words("unit.table")), columns, rows)
