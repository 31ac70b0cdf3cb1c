"""The sheet of charts: native ones, drawn by the spreadsheet from a small table above them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.report.book.accounts import account_rows, judged_rows
from model.report.book.cells import columns, first_row, money
from model.report.book.choices import frontier_rows
from model.report.record import Record
from model.report.wording import Wording
from model.table_sheets import write_sheet
from model.workbook import FONT, Cell, Formula, Sheet, Styles, Table

_DARK, _LIGHT, _PALE, _LINE = "#1F5C57", "#D9822B", "#A9C9C5", "#D9D9D9"
_WIDTH, _BAR, _AROUND, _ROW = 800, 40, 110, 20  # pixels
_WIDTHS = (30, 16, 16, 16, 18, 18)  # letters, together as wide as a chart
_LEAST = 2  # points of a line


def add_charts(book: Any, record: Record, words: Wording, out: Path) -> None:
    """The chance of a gap of each judged account, what is left unpaid before and after the plan.

    Where plans of several sizes are known, a third chart shows what moving more money brings.

    Raises:
        InputError: as of `write_sheet`.
    """
    page = book.add_worksheet(words("sheet.charts"))
    table = _table(record, words)
    write_sheet(page, _sheet(table, words), Styles(book), out, words("pages"))
    page.set_portrait()
    n_rows = len(list(table.rows))
    if not n_rows:
        return
    first = first_row(_notes(words))
    rows = (first, first + n_rows - 1)
    charts = [_chances(book, words, rows), _unpaid(book, words, rows)]
    points = frontier_rows(record, words)
    if points and points[1] - points[0] + 1 >= _LEAST:
        charts.append(_frontier(book, words, points))
    height = _AROUND + _BAR * max(n_rows, 4)
    for place, chart in enumerate(charts):
        chart.set_size({"width": _WIDTH, "height": height})
        chart.set_chartarea({"border": {"none": True}})
        page.insert_chart(rows[1] + 1 + place * (height // _ROW + 2), 0, chart)
    page.print_area(0, 0, rows[1] + len(charts) * (height // _ROW + 2), len(table.columns) - 1)


def _sheet(table: Table, words: Wording) -> Sheet:
    name, title = words("sheet.charts"), words("title.charts")
    if not table.rows:
        return Sheet(name=name, title=title, tables=[], notes=[words("none")])
    return Sheet(
        name=name,
        title=title,
        tables=[table],
        notes=_notes(words),
        widths=_WIDTHS,
        one_page=True,
    )


def _notes(words: Wording) -> tuple[str, ...]:
    return (words("note.charts"),)


def _table(record: Record, words: Wording) -> Table:
    """The figures of the charts, taken from the sheet of accounts; bounds as distances."""
    first, last = judged_rows(record, words)
    planned = {row["id"]: row["after"] for row in record.plan["accounts"]}
    rows = [
        _row(account, planned.get(account["id"], {}), row, words)
        for row, account in enumerate(account_rows(record)[: last - first + 1], start=first)
    ]
    specs = """account:30: chance:16:chance below:16:share above:16:share
        before:16:money after:16:money"""
    return Table(columns=columns(words, specs), rows=rows)


def _row(account: Any, after: Any, row: int, words: Wording) -> list[Cell]:
    name = words("sheet.accounts")
    central = account["gap_probability"]
    ends = [account[f"gap_probability_{end}"] for end in ("low", "high")]
    distances: list[Cell] = [0, 0]
    texts = (f"=MAX(0,'{name}'!K{row}-'{name}'!L{row})", f"=MAX(0,'{name}'!M{row}-'{name}'!K{row})")
    for place, (text, end) in enumerate(zip(texts, ends, strict=True)):
        if end is not None:
            gap = central - end if place == 0 else end - central
            distances[place] = Formula(text=text, value=max(0, gap))
    unpaid = money(account["expected_unpaid_yuan"], words)
    left = money(after.get("expected_unpaid_yuan"), words)
    return [
        words.of(account, "name"),
        Formula(text=f"='{name}'!K{row}", value=central),
        *distances,
        Formula(text=f"='{name}'!N{row}", value=unpaid or 0),
        None if left is None else Formula(text=f"='{name}'!T{row}", value=left),
    ]


def _range(words: Wording, sheet: str, letter: str, rows: Sequence[int]) -> str:
    return f"='{words(f'sheet.{sheet}')}'!${letter}${rows[0]}:${letter}${rows[1]}"


def _chances(book: Any, words: Wording, rows: tuple[int, int]) -> Any:
    chart = book.add_chart({"type": "bar"})
    low, high = (_range(words, "charts", letter, rows) for letter in "CD")
    bars = {"type": "custom", "minus_values": low, "plus_values": high, "line": {"width": 1.25}}
    chart.add_series(
        {
            "name": words("col.chance"),
            "categories": _range(words, "charts", "A", rows),
            "values": _range(words, "charts", "B", rows),
            "fill": {"color": _PALE},
            "gap": 60,
            "x_error_bars": bars,
        }
    )
    _finish(chart, words("chart.chance"), {"num_format": "0%", "min": 0, "max": 1})
    chart.set_legend({"none": True})
    return chart


def _unpaid(book: Any, words: Wording, rows: tuple[int, int]) -> Any:
    chart = book.add_chart({"type": "bar"})
    shown = "#,##0;-#,##0;" if words.language == "zh" else "#,##0.0;-#,##0.0;"  # nothing for 0
    labels = {"value": True, "num_format": shown, "font": {"name": FONT}}
    for letter, key, colour in (("E", "before", _DARK), ("F", "after", _LIGHT)):
        chart.add_series(
            {
                "name": words(f"col.{key}"),
                "categories": _range(words, "charts", "A", rows),
                "values": _range(words, "charts", letter, rows),
                "fill": {"color": colour},
                "gap": 60,
                "data_labels": labels,
            }
        )
    _finish(chart, words("chart.unpaid", unit=words("unit.of_money")), {"num_format": "#,##0"})
    chart.set_legend({"none": True})  # programs order it each in its own way; the title says it
    return chart


def _frontier(book: Any, words: Wording, rows: tuple[int, int]) -> Any:
    """What is left by the measure of the plan when more money is moved."""
    chart = book.add_chart({"type": "scatter", "subtype": "straight_with_markers"})
    marker = {"type": "circle", "size": 6, "fill": {"color": _DARK}, "border": {"color": _DARK}}
    chart.add_series(
        {
            "name": words("col.cost"),
            "categories": _range(words, "options", "A", rows),
            "values": _range(words, "options", "B", rows),
            "line": {"color": _DARK, "width": 1.75},
            "marker": marker,
        }
    )
    unit = words("unit.of_money")
    _title(chart, words("chart.frontier", unit=unit))
    axis = {"num_format": "#,##0", "num_font": {"name": FONT}, "major_gridlines": _grid()}
    chart.set_x_axis({**axis, "min": 0, "name": words("col.moved_sum"), "name_font": _small()})
    chart.set_y_axis({**axis, "name": words("col.cost"), "name_font": _small()})
    chart.set_legend({"none": True})
    return chart


def _finish(chart: Any, title: str, values: dict[str, Any]) -> None:
    """The first account stands at the top, as in the table; the figures stay at the foot."""
    _title(chart, title)
    chart.set_y_axis({"reverse": True, "num_font": {"name": FONT}, "line": {"color": _LINE}})
    foot = {"label_position": "high", "major_gridlines": _grid(), "num_font": {"name": FONT}}
    chart.set_x_axis({**foot, **values})


def _title(chart: Any, title: str) -> None:
    chart.set_title({"name": title, "name_font": {"name": FONT, "size": 12}, "overlay": False})


def _grid() -> dict[str, Any]:
    return {"visible": True, "line": {"color": _LINE, "width": 0.75}}


def _small() -> dict[str, Any]:
    return {"name": FONT, "size": 10, "bold": False}
