"""The map of the money: printed lines on the left flow into money counted once on the right."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline

from model.report.canvas import (
    INK,
    ORANGE,
    SETTINGS,
    SMALL,
    WIDTH_MM,
    axes_at,
    canvas,
    in_lines,
    letters_wide,
)
from model.report.flow import Band, Flow, Node
from model.report.numerals import large_money_cell
from model.report.wording import Wording

# Millimetres: where the bars of lines and of funds begin, and their width.
_LINES, _FUNDS, _BAR = 62.0, 108.0, 2.4


def money_map(flow: Flow, names: Mapping[str, str], words: Wording) -> Figure:
    """Printed lines, by domain, flowing into the money they are made of.

    Args:
        flow: from `lay_out_flow`.
        names: of domains, lines and funds, by id.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        height = flow.height + 14
        figure = canvas(height)
        axes = axes_at(figure, (0, 0, WIDTH_MM, height))
        axes.set_axis_off()
        axes.set_xlim(0, WIDTH_MM)
        axes.set_ylim(flow.height + 7, -7)
        for band in sorted(flow.bands, key=lambda band: band.times_printed):
            axes.add_patch(_ribbon(band))
        most = _lines_of_names(flow)
        for node in flow.domains:
            _label(axes, (_LINES - 1.8, node.top + 2.8, "right"), node, (names, words, "bold"), 1)
        for node in flow.lines:
            axes.add_patch(Rectangle((_LINES, node.top), _BAR, node.height, color=INK, linewidth=0))
            _label(
                axes,
                (_LINES - 1.8, node.top + node.height / 2, "right"),
                node,
                (names, words, "normal"),
                1,
            )
        for node in flow.funds:
            look = _look_of(node.times_printed)
            axes.add_patch(Rectangle((_FUNDS, node.top), _BAR, node.height, **look))
            weight = "bold" if node.times_printed > 1 else "normal"
            _label(
                axes,
                (_FUNDS + 4.2, node.top + node.height / 2, "left"),
                node,
                (names, words, weight),
                most,
            )
        _map_key(axes, flow, words)
    return figure


def _colour_of(times: int) -> str:
    """Each time printed is a clear step darker, also in print without colours."""
    return {1: "#b9cfe2", 2: ORANGE}.get(times, "#5c1f0a")


def _look_of(times: int) -> dict[str, Any]:
    """What is printed twice is hatched as well."""
    hatch = "////" if times == 2 else ""
    return {
        "facecolor": _colour_of(times),
        "hatch": hatch,
        "edgecolor": "white",
        "linewidth": 0,
    }


def _ribbon(band: Band) -> PathPatch:
    start, end = _LINES + _BAR, _FUNDS
    middle = (start + end) / 2
    points = [
        (start, band.left),
        (middle, band.left),
        (middle, band.right),
        (end, band.right),
        (end, band.right + band.height),
        (middle, band.right + band.height),
        (middle, band.left + band.height),
        (start, band.left + band.height),
        (start, band.left),
    ]
    curve = Outline.CURVE4
    codes = [Outline.MOVETO, curve, curve, curve, Outline.LINETO, curve, curve, curve]
    outline = Outline(points, [*codes, Outline.CLOSEPOLY])
    alpha = 0.6 if band.times_printed == 1 else 0.62
    return PathPatch(
        outline, facecolor=_colour_of(band.times_printed), alpha=alpha, linewidth=0.3, edgecolor="w"
    )


def _lines_of_names(flow: Flow) -> int:
    """Two where the names of all funds lie far enough apart for it."""
    middles = [node.top + node.height / 2 for node in flow.funds]
    return 2 if all(b - a >= 6.2 for a, b in pairwise(middles)) else 1


def _label(
    axes: Axes,
    at: tuple[float, float, str],
    node: Node,
    text: tuple[Mapping[str, str], Wording, str],
    most: int,
) -> None:
    names, words, weight = text
    amount = large_money_cell(node.yuan, words.language)
    times = words("chart.times", n=str(node.times_printed)) if node.times_printed > 1 else ""
    after = "  ".join(["", amount, times] if times else ["", amount])
    wide = (at[0] if at[2] == "right" else WIDTH_MM - at[0]) - 0.8
    room = wide - letters_wide(after, SMALL, weight)
    # Bold letters are a little wider than those that are measured.
    name = in_lines(names[node.id], room * (0.95 if weight == "bold" else 1.0), SMALL, most)
    look: dict[str, Any] = {"size": SMALL, "weight": weight, "linespacing": 1.1}
    axes.text(at[0], at[1], name + after, ha=at[2], va="center", **look)


def _map_key(axes: Axes, flow: Flow, words: Wording) -> None:
    """Headings over the two sides, and what the shades mean below."""
    axes.text(
        _LINES + _BAR, -4, words("chart.lines"), ha="right", va="center", size=7.5, weight="bold"
    )
    axes.text(_FUNDS, -4, words("chart.funds"), ha="left", va="center", size=7.5, weight="bold")
    shown = sorted({min(node.times_printed, 3) for node in flow.funds})
    for place, times in enumerate(shown):
        left = 35 + 40 * place
        axes.add_patch(Rectangle((left, flow.height + 2.5), 5, 2.6, **_look_of(times)))
        text = words(f"chart.printed_{times}")
        axes.text(left + 6.5, flow.height + 3.8, text, ha="left", va="center", size=7)
