"""The charts of options: both sides before and after, and money moved against money unpaid."""

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
    ORANGE,
    PALE,
    RULE,
    SETTINGS,
    SMALL,
    axes_at,
    canvas,
    in_lines,
    money_ticks,
    round_limit,
    sheet,
    write,
)
from model.report.numerals import NOTHING, chance, money_cell, money_change, percent
from model.report.wording import Wording

Entry = Mapping[str, Any]
Numbered = Sequence[tuple[str, Entry]]
_ROW_MM, _TOP_MM = 5.5, 10.0
# Millimetres from the left: number, where names and amounts end, the track, the last columns.
_NUMBER, _NAME, _MOVED, _TRACK = 1.0, 48.0, 63.0, (67.0, 42.0)
_MONEY, _REGRET = 143.0, 169.0


def option_effects(options: Numbered, words: Wording) -> Figure:
    """What each option does to those who give and receive: chance of a gap, money, regret.

    Args:
        options: how each option is called, and its entry in the menu of a record; all have sides.
        words: the language of the labels.
    """
    rows = [
        (name if place == 0 else "", side)
        for name, option in options
        for place, side in enumerate(option["sides"])
    ]
    chances = [side[f"gap_{at}_probability"] for _, side in rows for at in ("before", "after")]
    end = round_limit(max(chances))
    with rc_context(SETTINGS):
        figure, axes = sheet(_TOP_MM + _ROW_MM * len(rows) + 6)
        _effect_heads(axes, (len(rows), end), words)
        for place, (name, side) in enumerate(rows):
            top = _TOP_MM + _ROW_MM * place
            if name and place:
                axes.plot([0, _REGRET], [top, top], color=RULE, linewidth=0.4)
            write(axes, (_NUMBER, top + _ROW_MM / 2), name, ha="left", size=8, weight="bold")
            _effect_row(axes, (top + _ROW_MM / 2, end), (side, words))
    return figure


def _effect_heads(axes: Axes, size: tuple[int, float], words: Wording) -> None:
    n_rows, end = size
    bottom = _TOP_MM + _ROW_MM * n_rows
    centre = _TRACK[0] + _TRACK[1] / 2
    heads = {
        "effect_moved": (_MOVED, "right"),
        "effect_chance": (centre, "center"),
        "effect_money": (_MONEY, "right"),
        "effect_regret": (_REGRET, "right"),
    }
    for key, (at, side) in heads.items():
        text = words(f"chart.{key}")
        write(axes, (at, _TOP_MM - 2), text, ha=side, va="bottom", size=SMALL, weight="bold")
    for share in (0.0, end / 2, end):
        x = _TRACK[0] + _TRACK[1] * share / end
        axes.plot([x, x], [_TOP_MM, bottom], color=RULE, linewidth=0.4, zorder=1)
        write(axes, (x, bottom + 2.6), percent(share), ha="center", size=SMALL)


def _effect_row(axes: Axes, at: tuple[float, float], row: tuple[Entry, Wording]) -> None:
    (middle, end), (side, words) = at, row
    gives = side["regret_probability"] is not None
    name = in_lines(words.label(side, "account"), _NAME - 6, 7.5, most=1)
    write(axes, (_NAME, middle), name, size=7.5)
    write(axes, (_MOVED, middle), money_change(side["moved_yuan"], words.language), size=7)
    x = [_TRACK[0] + _TRACK[1] * side[f"gap_{at}_probability"] / end for at in ("before", "after")]
    axes.plot([_TRACK[0], sum(_TRACK)], [middle] * 2, color=PALE, linewidth=0.8, zorder=1)
    axes.plot(x, [middle] * 2, color=RULE, linewidth=2.2, zorder=2)
    axes.plot(x[0], middle, **BEFORE, zorder=3)
    axes.plot(x[1], middle, **AFTER | {"color": ORANGE if gives else BLUE}, zorder=4)
    kind = "idle" if gives else "unpaid"
    money = [money_cell(side[f"{kind}_{at}_yuan"], words.language) for at in ("before", "after")]
    text = words(f"chart.effect_{kind}", before=money[0], after=money[1])
    write(axes, (_MONEY, middle), text, size=7)
    regret = chance(side["regret_probability"], words.language) if gives else NOTHING
    write(axes, (_REGRET, middle), regret, size=7)


def frontier_curve(points: Sequence[Entry], options: Numbered, words: Wording) -> Figure:
    """Money moved against what is left unpaid, and against the sum by which plans are judged.

    Args:
        points: of the frontier, by money moved.
        options: how an option is called, and its entry in the menu: a mark in the right panel.
        words: the language of the labels.
    """
    fields = {"unpaid": "expected_unpaid_yuan", "sum": "objective_yuan"}
    moved = [point["moved_yuan"] for point in points]
    reach = max([*moved, *(option["moved_yuan"] for _, option in options)])
    with rc_context(SETTINGS):
        figure = canvas(54)
        for place, (key, field) in enumerate(fields.items()):
            axes = axes_at(figure, (17 + 86 * place, 10, 64, 36))
            axes.plot(moved, [point[field] for point in points], "o-", color=BLUE, ms=3, lw=1.3)
            axes.set_title(words(f"chart.frontier_{key}"), size=7.5, pad=5, loc="left")
            axes.set_xlabel(words("chart.frontier_moved"), size=7, labelpad=2)
            axes.set_xlim(-0.03 * reach, 1.1 * reach)
            axes.grid(axis="y", color=PALE, linewidth=0.6)
            axes.tick_params(axis="y", labelsize=7)
            money_ticks(axes.xaxis, axes.get_xlim(), 4, words.language)
            if key == "sum":
                _option_marks(axes, options)
            money_ticks(axes.yaxis, axes.get_ylim(), 4, words.language)
    return figure


def _option_marks(axes: Axes, options: Numbered) -> None:
    """Options in whole steps lie on or above the curve: what whole amounts cost."""
    for name, option in options:
        at = (option["moved_yuan"], option["objective_yuan"])
        axes.plot(*at, "D", ms=4.6, mfc="white", mec=ORANGE, mew=1.2, zorder=4)
        axes.annotate(name, at, (4, 3), textcoords="offset points", size=7, weight="bold")
