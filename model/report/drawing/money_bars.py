"""The chart of page one: what each account is asked for against the money that it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model.report.canvas import BLUE, INK, ORANGE, PALE, SETTINGS, axes_at, canvas, in_lines
from model.report.numerals import chance, chance_range
from model.report.wording import Wording

Entry = Mapping[str, Any]
_ROW_MM = 5.2


def money_bars(accounts: Sequence[Entry], words: Wording) -> Figure:
    """Each account's claims in ordinary and heavy years against its available money (= 100).

    Only accounts with available money can be drawn; the caller chooses which and in which order.
    """
    rows = [account for account in accounts if account["available_yuan"] > 0]
    with rc_context(SETTINGS):
        figure = canvas(_ROW_MM * len(rows) + 13)
        axes = axes_at(figure, (44, 8.5, 78, _ROW_MM * len(rows)))
        widest = max([_of_available(row, "demand_p95_yuan") for row in rows] + [110.0])
        end = min(200.0, widest * 1.04)
        for place, row in enumerate(rows):
            _money_bar(axes, place, row, end)
            axes.text(
                -0.02,
                place,
                in_lines(words.label(row, "name"), 42, 8, most=1),
                transform=axes.get_yaxis_transform(),
                ha="right",
                va="center",
            )
            _chance_label(axes, place, row, words)
        _finish_money_bars(axes, len(rows), end, words)
    return figure


def _of_available(row: Entry, field: str) -> float:
    return 100.0 * float(row[field]) / float(row["available_yuan"])


def _money_bar(axes: Axes, place: int, row: Entry, end: float) -> None:
    low, high = (_of_available(row, f"demand_{level}_yuan") for level in ("p50", "p95"))
    axes.barh(place, 100, height=0.62, color=PALE, zorder=1)
    if low < 100:
        axes.barh(place, min(high, 100) - low, left=low, height=0.46, color=BLUE, zorder=3)
    if high > 100:
        # Where even half of the years lie beyond the axis, a stump with an arrow stands at its end.
        over = min(max(low, 100), 0.94 * end)
        axes.barh(
            place,
            min(high, end) - over,
            left=over,
            height=0.46,
            color=ORANGE,
            hatch="////",
            edgecolor="white",
            linewidth=0,
            zorder=3,
        )
    mean = _of_available(row, "demand_mean_yuan")
    if mean <= end:
        axes.plot(mean, place, "o", ms=3.6, mfc="white", mec=INK, mew=0.8, zorder=4)
    if high > end:
        axes.plot(end, place, ">", ms=4, color=ORANGE, zorder=5, clip_on=False)


def _chance_label(axes: Axes, place: int, row: Entry, words: Wording) -> None:
    where = axes.get_yaxis_transform()
    low, high = row.get("gap_probability_low"), row.get("gap_probability_high")
    central = chance(row["gap_probability"], words.language)
    axes.text(1.225, place, central, transform=where, ha="right", va="center", weight="bold")
    span = chance_range(low, high, words.language)
    axes.text(1.245, place, span, transform=where, ha="left", va="center", size=7)


def _finish_money_bars(axes: Axes, n_rows: int, end: float, words: Wording) -> None:
    axes.axvline(100, color=INK, linewidth=1.0, zorder=2)
    axes.set_xlim(0, end)
    axes.set_ylim(n_rows - 0.4, -0.6)
    axes.set_yticks([])
    axes.set_xticks(range(0, int(end) + 1, 25 if end <= 150 else 50))
    axes.set_xlabel(words("chart.of_available"), size=7, labelpad=2)
    where = axes.get_xaxis_transform()
    top = 1.0 + 1.4 / (_ROW_MM * n_rows)
    axes.text(100, top, words("chart.available"), transform=where, ha="center", size=7)
    axes.text(1.225, top, words("chart.chance"), transform=axes.transAxes, ha="right", size=7)
    axes.text(1.245, top, words("chart.range"), transform=axes.transAxes, ha="left", size=7)
