"""The charts of what to move: before and after, options with their sides, money moved."""

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
    ORANGE,
    PALE,
    RULE,
    SETTINGS,
    axes_at,
    canvas,
    in_lines,
    round_limit,
)
from model.report.numerals import money_change
from model.report.wording import Wording

Entry = Mapping[str, Any]


def plan_change(rows: Sequence[Entry], words: Wording) -> Figure:
    """What each account gives or receives, and its chance of a gap before and after."""
    with rc_context(SETTINGS):
        high = 7.0 * len(rows)
        figure = canvas(high + 16)
        money = axes_at(figure, (46, 9, 52, high))
        risk = axes_at(figure, (108, 9, 56, high))
        widest = max([abs(_moved(row)) for row in rows] + [1])
        end = 100 * round_limit(max([0.0, *(share for row in rows for share in _chances(row))]))
        for place, row in enumerate(rows):
            _moved_bar(money, place, row, words)
            name = in_lines(words.label(row, "name"), 44, 8)
            where = money.get_yaxis_transform()
            money.text(
                -0.03, place, name, transform=where, ha="right", va="center", linespacing=1.1
            )
            _chance_arrow(risk, place, (row, end))
        money.axvline(0, color=INK, linewidth=0.8)
        money.set_xlim(-1.75 * widest, 1.75 * widest)
        money.set_xticks([])
        money.spines["bottom"].set_visible(False)
        risk.set_xlim(-0.02 * end, 1.02 * end)
        risk.set_xticks([0, end / 4, end / 2, 3 * end / 4, end])
        risk.set_xlabel(words("chart.chance_percent"), size=7, labelpad=2)
        for axes, key in ((money, "chart.moved"), (risk, "chart.before_after")):
            axes.set_ylim(len(rows) - 0.4, -0.6)
            axes.set_yticks([])
            axes.set_title(words(key), size=7.5, pad=4)
    return figure


def _moved(row: Entry) -> int:
    return int(row["after_yuan"]) - int(row["before_yuan"])


def _moved_bar(axes: Axes, place: int, row: Entry, words: Wording) -> None:
    moved = _moved(row)
    colour = BLUE if moved > 0 else ORANGE
    hatch = "" if moved > 0 else "////"
    axes.barh(place, moved, height=0.5, color=colour, hatch=hatch, edgecolor="white", linewidth=0)
    axes.annotate(
        money_change(moved, words.language),
        (moved, place),
        (3 if moved >= 0 else -3, 0),
        textcoords="offset points",
        ha="left" if moved >= 0 else "right",
        va="center",
        size=7,
    )


def _chances(row: Entry) -> list[float]:
    """The chance of a gap before and after; none where nobody claims the money."""
    sides = [row[side].get("gap_probability") for side in ("before", "after")]
    return [] if None in sides else [float(side) for side in sides]


def _chance_arrow(axes: Axes, place: int, line: tuple[Entry, float]) -> None:
    row, end = line
    axes.plot([0, end], [place, place], color=PALE, linewidth=0.8, zorder=1)
    x = [100 * share for share in _chances(row)]
    if not x:
        return
    axes.plot(x, [place, place], color=RULE, linewidth=2.2, zorder=2, solid_capstyle="round")
    axes.plot(x[0], place, **BEFORE, zorder=3, clip_on=False)
    axes.plot(x[1], place, **AFTER, zorder=4, clip_on=False)
