"""The charts of a report, each a function of rows of a record: one style, Chinese or English.

A figure is 170 mm wide, the width of the text on the page, so that its type keeps its size.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.markers import MarkerStyle
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.ticker import MaxNLocator

from model.report.blocks import text_width
from model.report.canvas import (
    BLUE,
    INK,
    MID,
    ORANGE,
    PALE,
    RULE,
    SETTINGS,
    WIDTH_MM,
    as_svg,
    axes_at,
    canvas,
)
from model.report.flow import Band, Flow, Node
from model.report.numerals import (
    chance,
    chance_range,
    large_money_cell,
    money_cell,
    money_change,
)
from model.report.wording import Wording

__all__ = [
    "as_svg",
    "cost_swings",
    "money_bars",
    "money_map",
    "plan_change",
    "sensitivity_strips",
    "shortened",
]

Entry = Mapping[str, Any]

_ROW_MM = 5.9
# Where the figures of `cost_swings` end, in widths of its axes.
_COST_COLUMNS = (("low", 1.32), ("high", 1.64))


def shortened(text: str, width_mm: float, size: float) -> str:
    """The text, cut with … where it would be wider than the room for it."""
    if text_width(text, size) <= width_mm:
        return text
    while text and text_width(text + "…", size) > width_mm:
        text = text[:-1]
    return text.rstrip() + "…"


def money_bars(accounts: Sequence[Entry], words: Wording) -> Figure:
    """Each account's claims in ordinary and heavy years against its available money (= 100).

    Only accounts with available money can be drawn; the caller chooses which and in which order.
    """
    rows = [account for account in accounts if account["available_yuan"] > 0]
    with rc_context(SETTINGS):
        figure = canvas(_ROW_MM * len(rows) + 13)
        axes = axes_at(figure, (44, 8.5, 84, _ROW_MM * len(rows)))
        widest = max([_of_available(row, "demand_p95_yuan") for row in rows] + [110.0])
        end = min(200.0, widest * 1.04)
        for place, row in enumerate(rows):
            _money_bar(axes, place, row, end)
            axes.text(
                -0.02,
                place,
                shortened(words.of(row, "name"), 41, 8),
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
        axes.barh(place, min(high, 100) - low, left=low, height=0.36, color=BLUE, zorder=3)
    if high > 100:
        over = min(max(low, 100), end)
        axes.barh(
            place,
            min(high, end) - over,
            left=over,
            height=0.36,
            color=ORANGE,
            hatch="////",
            edgecolor="white",
            linewidth=0,
            zorder=3,
        )
    mean = min(_of_available(row, "demand_mean_yuan"), end)
    axes.plot(mean, place, "o", ms=4.2, mfc="white", mec=INK, mew=1.0, zorder=4, clip_on=False)
    if high > end:
        axes.plot(end, place, ">", ms=4, color=ORANGE, zorder=5, clip_on=False)


def _chance_label(axes: Axes, place: int, row: Entry, words: Wording) -> None:
    where = axes.get_yaxis_transform()
    low, high = row.get("gap_probability_low"), row.get("gap_probability_high")
    central = chance(row["gap_probability"], words.language)
    axes.text(1.14, place, central, transform=where, ha="right", va="center", weight="bold")
    span = chance_range(low, high, words.language)
    axes.text(1.165, place, span, transform=where, ha="left", va="center", size=7)


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
    axes.text(1.14, top, words("chart.chance"), transform=axes.transAxes, ha="right", size=7)
    axes.text(1.165, top, words("chart.range"), transform=axes.transAxes, ha="left", size=7)


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
        for node in flow.domains:
            _label(axes, (55, node.top + 2.8, "right"), node, (names, words, "bold"))
        for node in flow.lines:
            axes.add_patch(Rectangle((57, node.top), 2.4, node.height, color=INK, linewidth=0))
            _label(axes, (55, node.top + node.height / 2, "right"), node, (names, words, "normal"))
        for node in flow.funds:
            colour = _colour_of(node.times_printed)
            axes.add_patch(Rectangle((112, node.top), 2.4, node.height, color=colour, linewidth=0))
            weight = "bold" if node.times_printed > 1 else "normal"
            _label(axes, (116.5, node.top + node.height / 2, "left"), node, (names, words, weight))
        _map_key(axes, flow, words)
    return figure


def _colour_of(times: int) -> str:
    return {1: MID, 2: ORANGE}.get(times, "#7a2d12")


def _ribbon(band: Band) -> PathPatch:
    start, end, middle = 59.4, 112.0, 85.7
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
    alpha = 0.35 if band.times_printed == 1 else 0.62
    return PathPatch(
        outline, facecolor=_colour_of(band.times_printed), alpha=alpha, linewidth=0.3, edgecolor="w"
    )


def _label(
    axes: Axes,
    at: tuple[float, float, str],
    node: Node,
    text: tuple[Mapping[str, str], Wording, str],
) -> None:
    names, words, weight = text
    amount = large_money_cell(node.yuan, words.language)
    times = words("chart.times", n=str(node.times_printed)) if node.times_printed > 1 else ""
    size = 6.4
    room = 53 - 0.58 * size * 0.3528 * (len(amount) + 2) - size * 0.3528 * len(times) * 0.7
    name = shortened(names[node.id], room, size)
    parts = [name, amount, times] if times else [name, amount]
    axes.text(at[0], at[1], "  ".join(parts), ha=at[2], va="center", size=size, weight=weight)


def _map_key(axes: Axes, flow: Flow, words: Wording) -> None:
    """Headings over the two sides, and what the shades mean below."""
    axes.text(59.4, -4, words("chart.lines"), ha="right", va="center", size=7.5, weight="bold")
    axes.text(112, -4, words("chart.funds"), ha="left", va="center", size=7.5, weight="bold")
    shown = sorted({min(node.times_printed, 3) for node in flow.funds})
    for place, times in enumerate(shown):
        left = 35 + 40 * place
        axes.add_patch(
            Rectangle((left, flow.height + 2.5), 5, 2.6, color=_colour_of(times), linewidth=0)
        )
        text = words(f"chart.printed_{times}")
        axes.text(left + 6.5, flow.height + 3.8, text, ha="left", va="center", size=7)


def plan_change(rows: Sequence[Entry], words: Wording) -> Figure:
    """What each account gives or receives, and its chance of a gap before and after."""
    with rc_context(SETTINGS):
        high = 7.0 * len(rows)
        figure = canvas(high + 16)
        money = axes_at(figure, (46, 9, 52, high))
        risk = axes_at(figure, (108, 9, 56, high))
        widest = max([abs(_moved(row)) for row in rows] + [1])
        for place, row in enumerate(rows):
            _moved_bar(money, place, row, words)
            name = shortened(words.of(row, "name"), 43, 8)
            where = money.get_yaxis_transform()
            money.text(-0.03, place, name, transform=where, ha="right", va="center")
            _chance_arrow(risk, place, row)
        money.axvline(0, color=INK, linewidth=0.8)
        money.set_xlim(-1.75 * widest, 1.75 * widest)
        money.set_xticks([])
        money.spines["bottom"].set_visible(False)
        risk.set_xlim(-2, 102)
        risk.set_xticks(range(0, 101, 25))
        risk.set_xlabel(words("chart.percent"), size=7, labelpad=2)
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


def _chance_arrow(axes: Axes, place: int, row: Entry) -> None:
    before, after = (row[side].get("gap_probability") for side in ("before", "after"))
    axes.plot([0, 100], [place, place], color=PALE, linewidth=0.8, zorder=1)
    if before is None or after is None:
        return
    x = (100 * before, 100 * after)
    axes.plot(x, [place, place], color=RULE, linewidth=2.2, zorder=2, solid_capstyle="round")
    axes.plot(x[0], place, "o", ms=5, mfc="white", mec=INK, mew=1.0, zorder=3, clip_on=False)
    axes.plot(x[1], place, "o", ms=5, color=BLUE, zorder=4, clip_on=False)


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
        high = 6.2 * len(strips)
        figure = canvas(high + 13)
        axes = axes_at(figure, (62, 8.5, 84, high))
        centre = 100 * float(account["gap_probability"])
        for place, (name, low, top) in enumerate(strips):
            axes.plot([0, 100], [place, place], color=PALE, linewidth=0.8, zorder=1)
            _strip(axes, place, (100 * low, 100 * top), centre)
            text = shortened(name, 58, 7.5)
            where = axes.get_yaxis_transform()
            axes.text(-0.03, place, text, transform=where, ha="right", va="center", size=7.5)
        axes.axvline(centre, color=INK, linewidth=0.9, zorder=2)
        label = words("chart.central", chance=chance(account["gap_probability"], words.language))
        axes.text(centre, -0.75, label, ha="center", va="bottom", size=7)
        axes.set_xlim(-2, 102)
        axes.set_ylim(len(strips) - 0.4, -0.6)
        axes.set_yticks([])
        axes.set_xlabel(words("chart.chance_percent"), size=7, labelpad=2)
    return figure


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
        high = _ROW_MM * len(rows)
        figure = canvas(high + 14)
        axes = axes_at(figure, (80, 8.5, 54, high))
        centre = float(rows[0][2]["cost_central_yuan"])
        room = _room_of([row for _, _, row in rows], centre)
        for place, (name, mark, row) in enumerate(rows):
            axes.axhline(place, color=PALE, linewidth=0.8, zorder=1)
            _swing(axes, place, (row, centre, room))
            where = axes.get_yaxis_transform()
            text = shortened(name, 77 - text_width(mark, 7.5), 7.5) + mark
            axes.text(-0.02, place, text, transform=where, ha="right", va="center", size=7.5)
            for end, at in _COST_COLUMNS:
                cost = money_cell(row[f"cost_{end}_yuan"], words.language)
                axes.text(at, place, cost, transform=where, ha="right", va="center", size=7)
        _finish_swings(axes, (len(rows), centre, room), words)
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
    axes: Axes, size: tuple[int, float, tuple[float, float]], words: Wording
) -> None:
    n_rows, centre, (left, right) = size
    margin = max(0.03 * (right - left), 1.0)
    axes.axvline(centre, color=INK, linewidth=0.9, zorder=2)
    axes.set_xlim(left - margin, right + margin)
    axes.set_ylim(n_rows - 0.4, -0.6)
    axes.set_yticks([])
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(lambda yuan, _: money_cell(round(yuan), words.language))
    axes.set_xlabel(words("chart.cost"), size=7, labelpad=2)
    top = 1.0 + 1.4 / (_ROW_MM * n_rows)
    label = words("chart.central_cost", cost=money_cell(round(centre), words.language))
    where = axes.get_xaxis_transform()
    axes.text(centre, top, label, transform=where, ha="center", size=7)
    for end, at in _COST_COLUMNS:
        text = words(f"chart.at_{end}")
        axes.text(at, top, text, transform=axes.transAxes, ha="right", size=7)
