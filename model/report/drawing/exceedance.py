"""The curves of how likely a year asks an account for more than some money, a panel for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model.report.canvas import (
    BLUE,
    INK,
    ORANGE,
    PALE,
    SETTINGS,
    SMALL,
    axes_at,
    canvas,
    in_lines,
    money_ticks,
)
from model.report.numerals import chance, money_cell
from model.report.wording import Wording

Entry = Mapping[str, Any]
# Millimetres: three panels side by side, their width and height, and the room a panel takes.
_COLUMNS, _WIDE, _HIGH, _STEP, _ROW = 3, 45.0, 25.0, 55.0, 43.0


def exceedance_curves(accounts: Sequence[Entry], words: Wording) -> Figure:
    """For each account the chance that a year asks for more than the sum below.

    Args:
        accounts: accounts whose field `exceedance` holds points.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        n_rows = -(-len(accounts) // _COLUMNS)
        figure = canvas(_ROW * n_rows)
        for place, account in enumerate(accounts):
            row, column = divmod(place, _COLUMNS)
            bottom = _ROW * (n_rows - 1 - row) + 8.5
            axes = axes_at(figure, (10 + _STEP * column, bottom, _WIDE, _HIGH))
            _panel(axes, account, words)
            axes.set_yticks([0, 50, 100])
            axes.tick_params(axis="y", labelsize=SMALL, labelleft=column == 0)
    return figure


def _panel(axes: Axes, account: Entry, words: Wording) -> None:
    points = [(point["amount_yuan"], 100 * point["chance"]) for point in account["exceedance"]]
    money = account["available_yuan"]
    end = max(points[-1][0], money) * 1.04
    sums = [0, *(yuan for yuan, _ in points), end]
    chances = [100, *(percents for _, percents in points), points[-1][1]]
    for share in (0, 50, 100):
        axes.axhline(share, color=PALE, linewidth=0.6, zorder=0)
    axes.fill_between(
        sums,
        chances,
        where=[yuan >= money for yuan in sums],
        facecolor=ORANGE,
        hatch="////",
        edgecolor="white",
        linewidth=0,
        zorder=2,
    )
    axes.plot(sums, chances, color=BLUE, linewidth=1.3, zorder=3)
    axes.axvline(money, color=INK, linewidth=0.9, zorder=2)
    gap = 100 * account["gap_probability"]
    axes.plot(money, gap, "o", ms=4, mfc="white", mec=INK, mew=1.0, zorder=4, clip_on=False)
    axes.set_xlim(0, end)
    axes.set_ylim(0, 104)
    money_ticks(axes.xaxis, (0, 0.98 * end), 3, words.language)
    axes.tick_params(axis="x", labelsize=SMALL)
    name = in_lines(words.label(account, "name"), _WIDE - 3, 8, most=1)
    axes.text(0, 1.2, name, transform=axes.transAxes, size=8, weight="bold", va="bottom")
    said = words(
        "chart.exceeds",
        money=money_cell(money, words.language),
        chance=chance(account["gap_probability"], words.language),
    )
    said = in_lines(said, _STEP - 1, SMALL, most=1)
    axes.text(0, 1.05, said, transform=axes.transAxes, size=SMALL)
