"""The charts of worth: what more money is worth, and what it matters how a clause is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model.report.canvas import (
    AFTER,
    BEFORE,
    BLUE,
    INK,
    MID,
    PALE,
    RULE,
    SETTINGS,
    axes_at,
    canvas,
    in_lines,
    money_ticks,
)
from model.report.numerals import money_cell
from model.report.wording import Wording

Entry = Mapping[str, Any]
Readings = Sequence[tuple[str, Sequence[Entry]]]
_ROW_MM = 6.4
# Where the figures beside the bars end, in widths of the axes.
_WORTH_COLUMNS = {"before": 1.17, "after": 1.34}


def more_money(rows: Sequence[Entry], words: Wording) -> Figure:
    """How much less is owed when an account gets so much more, before and after the transfers.

    Args:
        rows: points of value curves of a record, one for each account, all of the same sum.
        words: the language of the labels.
    """
    given = rows[0]["more_yuan"]
    worth = [row[f"value_{at}_yuan"] for row in rows for at in _WORTH_COLUMNS]
    with rc_context(SETTINGS):
        high = _ROW_MM * len(rows)
        figure = canvas(high + 16)
        axes = axes_at(figure, (46, 8.5, 90, high))
        for place, row in enumerate(rows):
            _worth_row(axes, place, (row, words))
        axes.axvline(given, color=INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
        axes.set_xlim(0, 1.06 * max([*worth, given]))
        _finish(axes, len(rows), (words, "chart.worth_axis"))
        top = 1.0 + 1.4 / high
        where = axes.get_xaxis_transform()
        axes.text(given, top, words("chart.worth_given"), transform=where, ha="center", size=7)
        for key, at in _WORTH_COLUMNS.items():
            text = words(f"chart.worth_{key}")
            axes.text(at, top, text, transform=axes.transAxes, ha="right", size=7)
    return figure


def _worth_row(axes: Axes, place: int, row: tuple[Entry, Wording]) -> None:
    entry, words = row
    where = axes.get_yaxis_transform()
    before, after = (entry[f"value_{at}_yuan"] for at in _WORTH_COLUMNS)
    axes.axhline(place, color=PALE, linewidth=0.8, zorder=0)
    axes.plot([before, after], [place] * 2, color=RULE, linewidth=2.2, zorder=2)
    axes.plot(before, place, **BEFORE, zorder=3, clip_on=False)
    axes.plot(after, place, **AFTER, zorder=4, clip_on=False)
    name = in_lines(words.label(entry, "account"), 43, 8, most=1)
    axes.text(-0.03, place, name, transform=where, ha="right", va="center")
    for key, at in _WORTH_COLUMNS.items():
        text = money_cell(entry[f"value_{key}_yuan"], words.language)
        axes.text(at, place, text, transform=where, ha="right", va="center", size=7)


def reading_ranges(awards: Readings, words: Wording) -> Figure:
    """How far the money asked for moves when an award is read otherwise, from the reading used.

    Args:
        awards: how each award is called, and its readings, of which one is chosen.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        names = [in_lines(name, 63, 7) for name, _ in awards]
        high = (7.4 if any("\n" in name for name in names) else _ROW_MM) * len(awards)
        figure = canvas(high + 15)
        axes = axes_at(figure, (66, 9, 58, high))
        for place, (_, readings) in enumerate(awards):
            _reading_row(axes, place, (readings, words))
            where = axes.get_yaxis_transform()
            look: Any = {"ha": "right", "va": "center", "size": 7, "linespacing": 1.1}
            axes.text(-0.03, place, names[place], transform=where, **look)
        axes.axvline(0, color=INK, linewidth=0.9, zorder=2)
        moves = [m for _, readings in awards for m in _against_used(readings)]
        margin = 0.06 * max(max(moves) - min(moves), 1.0)
        axes.set_xlim(min(moves) - margin, max(moves) + margin)
        _finish(axes, len(awards), (words, "chart.reading_axis"))
        top = 1.0 + 1.6 / high
        said = words("chart.reading_used")
        axes.text(0, top, said, transform=axes.get_xaxis_transform(), ha="center", size=7)
        head = words("chart.reading_each")
        axes.text(1.04, top, head, transform=axes.transAxes, ha="left", size=7)
    return figure


def _reading_row(axes: Axes, place: int, row: tuple[Sequence[Entry], Wording]) -> None:
    readings, words = row
    moves = _against_used(readings)
    axes.axhline(place, color=PALE, linewidth=0.8, zorder=0)
    low, high = min(moves), max(moves)
    axes.barh(place, high - low, left=low, height=0.42, color=MID, zorder=3)
    for reading, moved in zip(readings, moves, strict=True):
        face = BLUE if reading["chosen"] else "white"
        axes.plot(moved, place, "o", ms=4.4, mfc=face, mec=INK, mew=0.9, zorder=4)
    each = [f"{r['letter']} {money_cell(r['demand_mean_yuan'], words.language)}" for r in readings]
    where = axes.get_yaxis_transform()
    axes.text(1.04, place, "   ".join(each), transform=where, ha="left", va="center", size=7)


def _against_used(readings: Sequence[Entry]) -> list[float]:
    """The mean money asked for under each reading, less that under the one used, in yuan."""
    used = next(reading["demand_mean_yuan"] for reading in readings if reading["chosen"])
    return [float(reading["demand_mean_yuan"] - used) for reading in readings]


def _finish(axes: Axes, n_rows: int, label: tuple[Wording, str]) -> None:
    words, key = label
    axes.set_ylim(n_rows - 0.4, -0.6)
    axes.set_yticks([])
    money_ticks(axes.xaxis, axes.get_xlim(), 5, words.language)
    axes.set_xlabel(words(key), size=7, labelpad=2)
