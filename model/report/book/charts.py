"""The sheet of charts: native ones, drawn by the spreadsheet from the sheet of accounts."""

from __future__ import annotations

from typing import Any

from model.report.book.accounts import account_rows, judged_rows
from model.report.record import Record
from model.report.wording import Wording
from model.workbook import CHANCE, Styles, print_on_a4

_DARK, _LIGHT, _PALE = "#1F5C57", "#D9822B", "#A9C9C5"
_FONT = "等线"
_WIDTH, _BAR, _AROUND = 900, 46, 130


def add_charts(book: Any, page: Any, record: Record, words: Wording) -> None:
    """The chance of a gap of each judged account, and what is left unpaid before and after."""
    print_on_a4(page, words("pages"))
    page.write_string(0, 0, words("title.charts"), Styles(book).title())
    first, last = judged_rows(record, words)
    if last < first:
        page.write_string(2, 0, words("none"))
        return
    height = _AROUND + _BAR * (last - first + 1)
    for place, chart in enumerate((_chances(book, record, words), _unpaid(book, record, words))):
        chart.set_size({"width": _WIDTH, "height": height})
        chart.set_chartarea({"border": {"none": True}})
        page.insert_chart(2 + place * (height // 20 + 2), 0, chart)


def _range(words: Wording, letter: str, rows: tuple[int, int]) -> str:
    return f"='{words('sheet.accounts')}'!${letter}${rows[0]}:${letter}${rows[1]}"


def _chances(book: Any, record: Record, words: Wording) -> Any:
    chart = book.add_chart({"type": "bar"})
    rows = judged_rows(record, words)
    shown = account_rows(record)[: rows[1] - rows[0] + 1]
    central = [account["gap_probability"] for account in shown]
    low, high = (
        [account[f"gap_probability_{end}"] for account in shown] for end in ("low", "high")
    )
    above = [max(0.0, (h if h is not None else c) - c) for h, c in zip(high, central, strict=True)]
    below = [max(0.0, c - (w if w is not None else c)) for w, c in zip(low, central, strict=True)]
    chart.add_series(
        {
            "name": words("col.chance"),
            "categories": _range(words, "B", rows),
            "values": _range(words, "L", rows),
            "fill": {"color": _PALE},
            "gap": 60,
            "x_error_bars": {"type": "custom", "plus_values": above, "minus_values": below},
            "data_labels": {"value": True, "num_format": CHANCE, "position": "inside_base",
                            "font": {"name": _FONT, "bold": True}},
        }
    )  # fmt: skip
    _finish(chart, words("chart.chance"), {"num_format": "0%", "min": 0, "max": 1})
    chart.set_legend({"none": True})
    return chart


def _unpaid(book: Any, record: Record, words: Wording) -> Any:
    chart = book.add_chart({"type": "bar"})
    rows = judged_rows(record, words)
    for letter, key, colour in (("O", "before", _DARK), ("U", "after", _LIGHT)):
        chart.add_series(
            {
                "name": words(f"col.{key}"),
                "categories": _range(words, "B", rows),
                "values": _range(words, letter, rows),
                "fill": {"color": colour},
                "gap": 60,
            }
        )
    _finish(chart, words("chart.unpaid", unit=words("unit.of_money")), {"num_format": "#,##0"})
    chart.set_legend({"position": "bottom", "font": {"name": _FONT}})
    return chart


def _finish(chart: Any, title: str, values: dict[str, Any]) -> None:
    """The first account stands at the top, as in the table; the figures stay at the foot."""
    chart.set_title({"name": title, "name_font": {"name": _FONT, "size": 12}, "overlay": False})
    chart.set_y_axis({"reverse": True, "num_font": {"name": _FONT}})
    foot = {"label_position": "high", "major_gridlines": {"visible": True}}
    chart.set_x_axis({**foot, **values})
