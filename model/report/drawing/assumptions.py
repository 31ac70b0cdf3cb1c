"""The charts of what rests on assumptions: chances of a gap, and the cost, one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle

from model.report.canvas import (
    INK,
    MID,
    ORANGE,
    PALE,
    SETTINGS,
    axes_at,
    canvas,
    in_lines,
    money_ticks,
)
from model.report.numerals import chance, money_cell
from model.report.wording import Wording

Entry = Mapping[str, Any]
# Of a name beside its bar.
_LABEL: Any = {"ha": "right", "va": "center", "size": 7.5, "linespacing": 1.1}
# Where the figures of `cost_swings` end, in widths of its axes.
_COST_COLUMNS = (("low", 1.32), ("high", 1.64))


def sensitivity_strips(
    account: Entry, strips: Sequence[tuple[str, float, float]], words: Wording
) -> Figure:
    """How far each assumption alone moves an account's chance of a gap.

    Args:
        account: an entry of a record's accounts.
        strips: name of the assumption, and the chance at its low and at its high value.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        names = [in_lines(name, 72, 7.5) for name, _, _ in strips]
        high = _row_mm(names) * len(strips)
        figure = canvas(high + 13)
        axes = axes_at(figure, (76, 8.5, 84, high))
        centre = 100 * float(account["gap_probability"])
        for place, (_, low, top) in enumerate(strips):
            axes.plot([0, 100], [place, place], color=PALE, linewidth=0.8, zorder=1)
            _strip(axes, place, (100 * low, 100 * top), centre)
            axes.text(-0.03, place, names[place], transform=axes.get_yaxis_transform(), **_LABEL)
        axes.axvline(centre, color=INK, linewidth=0.9, zorder=2)
        label = words("chart.central", chance=chance(account["gap_probability"], words.language))
        axes.text(centre, -0.75, label, ha="center", va="bottom", size=7)
        axes.set_xlim(-2, 102)
        axes.set_xticks(range(0, 101, 20))
        axes.set_ylim(len(strips) - 0.4, -0.6)
        axes.set_yticks([])
        axes.set_xlabel(words("chart.chance_percent"), size=7, labelpad=2)
    return figure


def _row_mm(names: Sequence[str]) -> float:
    """The height of a row: more where any name takes two lines."""
    return 7.6 if any("\n" in name for name in names) else 6.0


def _strip(
    axes: Axes,
    place: int,
    ends: tuple[float, float],
    centre: float,
    shapes: tuple[str, str] = ("o", "o"),
) -> None:
    """The low value ends in a hollow mark, the high value in a full one."""
    sides = ((MID, "", "white"), (ORANGE, "////", INK))
    for end, shape, (colour, hatch, face) in zip(ends, shapes, sides, strict=True):
        axes.barh(
            place,
            end - centre,
            left=centre,
            height=0.46,
            color=colour,
            hatch=hatch,
            edgecolor="white",
            linewidth=0,
            zorder=3,
        )
        (mark,) = axes.plot(end, place, mfc=face, mec=INK, mew=0.9, zorder=4, clip_on=False)
        mark.set_marker(MarkerStyle(shape))
        mark.set_markersize(4.0 if shape == "o" else 5.5)


def cost_swings(rows: Sequence[tuple[str, str, Entry]], words: Wording) -> Figure:
    """The cost of the adopted budget when one assumption takes its low or its high value.

    Bars far wider than most would leave no room for the others: they are cut, with an arrow.

    Args:
        rows: name and mark of an assumption, and its entry in the tornado of a record.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        names = [in_lines(name + mark, 77, 7.5) for name, mark, _ in rows]
        high = _row_mm(names) * len(rows)
        figure = canvas(high + 14)
        axes = axes_at(figure, (80, 8.5, 54, high))
        centre = float(rows[0][2]["cost_central_yuan"])
        room = _room_of([row for _, _, row in rows], centre)
        for place, (_, _, row) in enumerate(rows):
            axes.axhline(place, color=PALE, linewidth=0.8, zorder=1)
            _swing(axes, place, (row, centre, room))
            where = axes.get_yaxis_transform()
            axes.text(-0.02, place, names[place], transform=where, **_LABEL)
            for end, at in _COST_COLUMNS:
                cost = money_cell(row[f"cost_{end}_yuan"], words.language)
                axes.text(at, place, cost, transform=where, ha="right", va="center", size=7)
        _finish_swings(axes, (high, len(rows), centre, room), words)
    return figure


def _room_of(rows: Sequence[Entry], centre: float) -> tuple[float, float]:
    """The ends of the axis: no farther from the centre than six bars of middling width."""
    apart = [[float(row[f"cost_{end}_yuan"]) - centre for end in ("low", "high")] for row in rows]
    reach = max(6 * median(max(abs(low), abs(high)) for low, high in apart), 1.0)
    ends = [end for pair in apart for end in pair]
    return centre + max(min(*ends, 0.0), -reach), centre + min(max(*ends, 0.0), reach)


def _swing(axes: Axes, place: int, swing: tuple[Entry, float, tuple[float, float]]) -> None:
    """One assumption's bar around the centre; an arrow stands where it was cut."""
    row, centre, (left, right) = swing
    ends = [float(row[f"cost_{end}_yuan"]) for end in ("low", "high")]
    held = (min(max(ends[0], left), right), min(max(ends[1], left), right))
    low, high = (
        ">" if end > kept else "<" if end < kept else "o"
        for end, kept in zip(ends, held, strict=True)
    )
    _strip(axes, place, held, centre, (low, high))


def _finish_swings(
    axes: Axes, size: tuple[float, int, float, tuple[float, float]], words: Wording
) -> None:
    high, n_rows, centre, (left, right) = size
    margin = max(0.03 * (right - left), 1.0)
    axes.axvline(centre, color=INK, linewidth=0.9, zorder=2)
    axes.set_xlim(left - margin, right + margin)
    axes.set_ylim(n_rows - 0.4, -0.6)
    axes.set_yticks([])
    money_ticks(axes.xaxis, axes.get_xlim(), 4, words.language)
    axes.set_xlabel(words("chart.cost"), size=7, labelpad=2)
    top = 1.0 + 1.4 / high
    label = words("chart.central_cost", cost=money_cell(round(centre), words.language))
    where = axes.get_xaxis_transform()
    axes.text(centre, top, label, transform=where, ha="center", size=7)
    for end, at in _COST_COLUMNS:
        text = words(f"chart.at_{end}")
        axes.text(at, top, text, transform=axes.transAxes, ha="right", size=7)
