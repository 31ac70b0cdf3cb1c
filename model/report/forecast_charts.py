"""The charts of a forecast: the year's claims month by month, and how often forecasts held."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model.report.canvas import BLUE, INK, MID, ORANGE, PALE, RULE, SETTINGS, axes_at, canvas
from model.report.charts import shortened
from model.report.numerals import chance, money_cell
from model.report.wording import Wording

Entry = Mapping[str, Any]

_PANEL = (67.0, 38.0)  # millimetres: width and height of one account
_LEFT, _GAP, _BELOW, _ABOVE = 13.0, 17.0, 8.0, 9.0
_KEY_MM, _KEY_LINE = 13.0, 9.0


def fan_charts(accounts: Sequence[Entry], months: Sequence[Entry], words: Wording) -> Figure:
    """For each account what is asked for by the end of each month, against its available money.

    Args:
        accounts: entries of a forecast's accounts, in the order of the panels, two in a row.
        months: the forecast's months: for each account twelve entries.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        n_rows = (len(accounts) + 1) // 2
        step = _PANEL[1] + _BELOW + _ABOVE
        height = n_rows * step + _KEY_MM
        figure = canvas(height)
        for place, account in enumerate(accounts):
            left = _LEFT + (place % 2) * (_PANEL[0] + _GAP)
            bottom = height - _KEY_MM - (place // 2 + 1) * step + _BELOW
            axes = axes_at(figure, (left, bottom, *_PANEL))
            rows = [row for row in months if row["account"] == account["id"]]
            _fan(axes, account, rows, words)
        _fan_key(axes_at(figure, (0, height - _KEY_MM, 170, _KEY_MM)), words)
    return figure


def _fan(axes: Axes, account: Entry, rows: Sequence[Entry], words: Wording) -> None:
    """One account: facts as a line, what is to come as two bands and their middle."""
    facts = [_fact(0, 0), *(row for row in rows if row["known"])]
    if account["only_claims"]:
        facts.append(_fact(account["as_of_month"], account["due_yuan"]))
    open_ = [facts[-1], *(row for row in rows if not row["known"])]
    at = [row["month"] for row in open_]

    def line(share: int) -> list[float]:
        return [row[f"p{share:02}_yuan"] for row in open_]

    axes.fill_between(at, line(5), line(95), color=PALE, linewidth=0, zorder=1)
    axes.fill_between(at, line(25), line(75), color=MID, alpha=0.55, linewidth=0, zorder=2)
    axes.plot(at, line(50), color=BLUE, linewidth=1.2, zorder=3)
    axes.plot(
        [row["month"] for row in facts],
        [row["p50_yuan"] for row in facts],
        color=INK,
        linewidth=1.8,
        zorder=4,
    )
    money = account["available_yuan"]
    axes.axhline(money, color=ORANGE, linewidth=1.3, linestyle=(0, (4, 2)), zorder=4)
    axes.axvline(account["as_of_month"], color=RULE, linewidth=0.7, zorder=0)
    _finish_fan(axes, account, max(money, line(95)[-1], 1), words)


def _fact(month: float, yuan: int) -> Entry:
    return {"month": month, **{f"p{share:02}_yuan": yuan for share in (5, 25, 50, 75, 95)}}


def _finish_fan(axes: Axes, account: Entry, most: float, words: Wording) -> None:
    axes.set_xlim(0, 12)
    axes.set_ylim(0, most * 1.08)
    axes.set_xticks(range(1, 13))
    axes.set_xticklabels([words("forecast.month", n=str(month)) for month in range(1, 13)], size=6)
    axes.yaxis.set_major_formatter(lambda yuan, _: money_cell(round(yuan), words.language))
    axes.tick_params(axis="y", labelsize=6.5)
    axes.locator_params(axis="y", nbins=5)
    axes.grid(axis="y", color=PALE, linewidth=0.5)
    axes.set_axisbelow(True)
    said = words("forecast.chance", chance=chance(account["gap_probability"], words.language))
    name = shortened(words.of(account, "name"), _PANEL[0] - 34, 8)
    axes.text(0, 1.05, name, transform=axes.transAxes, ha="left", weight="bold")
    axes.text(1, 1.05, said, transform=axes.transAxes, ha="right", size=7)


def _fan_key(axes: Axes, words: Wording) -> None:
    """What the lines and bands mean, once for all accounts."""
    axes.set_axis_off()
    axes.set_xlim(0, 170)
    axes.set_ylim(0, _KEY_MM)
    keys = ("claimed", "middle", "half", "most", "money")
    for place, key in enumerate(keys):
        left = 2 + place * 34
        _key_mark(axes, key, left)
        text = words(f"forecast.{key}")
        axes.text(left + 8, _KEY_LINE, text, ha="left", va="center", size=7)
    axes.text(2, 3.0, words("forecast.unit"), ha="left", va="center", size=7)


def _key_mark(axes: Axes, key: str, left: float) -> None:
    middle, ends = _KEY_LINE, [left, left + 6.5]
    if key in ("half", "most"):
        colour, alpha = (MID, 0.55) if key == "half" else (PALE, 1.0)
        axes.fill_between(ends, middle - 1.3, middle + 1.3, color=colour, alpha=alpha, linewidth=0)
        return
    style: dict[str, dict[str, Any]] = {
        "claimed": {"color": INK, "linewidth": 1.8},
        "middle": {"color": BLUE, "linewidth": 1.2},
        "money": {"color": ORANGE, "linewidth": 1.3, "linestyle": (0, (4, 2))},
    }
    axes.plot(ends, [middle, middle], **style[key])


def calibration_chart(curve: Sequence[Entry], coverage: Sequence[Entry], words: Wording) -> Figure:
    """How often the facts stayed below what forecasts said, and how often inside their ranges.

    Args:
        curve: `stated` and `found`, shares from 0 to 1, rising.
        coverage: for each stated range its `stated` share, the `found` one and its error.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        figure = canvas(74)
        axes = axes_at(figure, (14, 11, 58, 54))
        axes.plot([0, 100], [0, 100], color=RULE, linewidth=0.8, zorder=1)
        axes.plot(
            [100 * row["stated"] for row in curve],
            [100 * row["found"] for row in curve],
            color=BLUE,
            linewidth=1.6,
            zorder=3,
        )
        _percents(axes, ("forecast.stated", "forecast.found"), words)
        bars = axes_at(figure, (98, 11, 58, 54))
        for row in coverage:
            x, y, error = (100 * row[key] for key in ("stated", "found", "found_se"))
            bars.errorbar(x, y, yerr=2 * error, color=INK, linewidth=1.0, capsize=3, zorder=2)
            bars.plot(x, y, "o", ms=5.5, color=ORANGE, mec=INK, mew=0.8, zorder=3)
            label = f"{y:.0f}%"
            bars.annotate(label, (x, y), (6, -8), textcoords="offset points", size=7)
        bars.plot([0, 100], [0, 100], color=RULE, linewidth=0.8, zorder=1)
        _percents(bars, ("forecast.range_stated", "forecast.range_found"), words)
    return figure


def _percents(axes: Axes, labels: tuple[str, str], words: Wording) -> None:
    """Axes from 0 to 100 %, the vertical one named above its end."""
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 104)
    axes.set_xticks(range(0, 101, 25))
    axes.set_yticks(range(0, 101, 25))
    axes.tick_params(axis="y", labelsize=7)
    axes.set_xlabel(words(labels[0]), size=7, labelpad=2)
    axes.text(-12, 110, words(labels[1]), ha="left", size=7)
    axes.grid(color=PALE, linewidth=0.5)
    axes.set_axisbelow(True)
