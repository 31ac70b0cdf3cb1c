"""The strips of accounts: chance of a gap with its range, idle share, break-evens, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model.report.canvas import (
    INK,
    MID,
    ORANGE,
    PALE,
    RULE,
    SETTINGS,
    SMALL,
    WIDTH_MM,
    box,
    in_lines,
    shade,
    sheet,
    write,
)
from model.report.numerals import NOTHING, chance, counted_cell, percent
from model.report.sentences import unit_word
from model.report.wording import Wording

Entry = Mapping[str, Any]
# A row, and one where what is counted takes two lines; what stands above the rows.
_ROW_MM, _WIDE_ROW_MM, _TOP_MM = 8.6, 11.0, 13.0
# Millimetres from the left: names end, the cell of the chance, its track, the track of idle money,
# the ends of the columns of break-evens.
_NAMES, _CELL, _TRACK, _IDLE = 48.0, (49.5, 13.5), (67.0, 27.0), (103.0, 12.0)
_EVENS = {"count_central": 137.0, "count_at_5": 153.0, "count_at_50": 169.0}


def risk_strip(accounts: Sequence[Entry], words: Wording) -> Figure:
    """Each account: chance of a gap with its range over the assumptions, idle share, break-evens.

    Args:
        accounts: judged accounts, in the order in which they are to be drawn.
        words: the language of the labels.
    """
    with rc_context(SETTINGS):
        counted = [_counted(account, words) for account in accounts]
        high = _WIDE_ROW_MM if any("\n" in text for text in counted) else _ROW_MM
        bottom = _TOP_MM + high * len(accounts)
        figure, axes = sheet(bottom + 5)
        _strip_heads(axes, bottom, words)
        for place, account in enumerate(accounts):
            middle = _TOP_MM + high * (place + 0.5)
            _strip_names(axes, middle, (words.label(account, "name"), counted[place]))
            _strip_row(axes, middle, (account, words))
    return figure


def _counted(account: Entry, words: Wording) -> str:
    """What the first break-even of an account counts, in lines that fit below its name."""
    even = next(iter(account["break_evens"]), None)
    return in_lines(words.of(even, "name"), _NAMES, SMALL) if even else ""


def _strip_names(axes: Axes, middle: float, names: tuple[str, str]) -> None:
    name, counted = names
    up = (1.7, 3.3)[counted.count("\n")] if counted else 0.0
    write(axes, (_NAMES, middle - up), in_lines(name, _NAMES, 8, most=1), size=8)
    write(axes, (_NAMES, middle + 2.0), counted, size=SMALL, color="#5b6673")


def _strip_heads(axes: Axes, bottom: float, words: Wording) -> None:
    heads = {
        "strip_account": (_NAMES, "right"),
        "strip_chance": (_CELL[0] + _CELL[1] / 2, "center"),
        "strip_range": (_TRACK[0] + _TRACK[1] / 2, "center"),
        "strip_idle": (_IDLE[0] + _IDLE[1] / 2, "center"),
        **{f"strip_{name}": (at, "right") for name, at in _EVENS.items()},
    }
    for key, (at, side) in heads.items():
        text = words(f"chart.{key}")
        write(axes, (at, _TOP_MM - 2.4), text, ha=side, va="bottom", size=SMALL, weight="bold")
    for track, shares in ((_TRACK, (0.0, 0.5, 1.0)), (_IDLE, (0.0, 1.0))):
        for share in shares:
            x = track[0] + track[1] * share
            axes.plot([x, x], [_TOP_MM, bottom], color=RULE, linewidth=0.4, zorder=1)
            write(axes, (x, bottom + 2.4), percent(share), ha="center", size=SMALL)


def _strip_row(axes: Axes, middle: float, row: tuple[Entry, Wording]) -> None:
    account, words = row
    even = next(iter(account["break_evens"]), None)
    share = float(account["gap_probability"])
    fill, ink = shade(share)
    corner, size = (_CELL[0], middle - 2.6), (_CELL[1], 5.2)
    box(axes, corner, size, facecolor=fill, edgecolor=RULE, linewidth=0.5)
    at = (_CELL[0] + _CELL[1] / 2, middle)
    text = chance(share, words.language)
    write(axes, at, text, ha="center", size=SMALL, color=ink)
    low, high = account.get("gap_probability_low"), account.get("gap_probability_high")
    ends = [share if end is None else float(end) for end in (low, high)]
    left, right = (_TRACK[0] + _TRACK[1] * end for end in ends)
    axes.plot([_TRACK[0], sum(_TRACK)], [middle] * 2, color=PALE, linewidth=0.8, zorder=1)
    box(axes, (left, middle - 1.1), (right - left, 2.2), facecolor=MID, zorder=2)
    axes.plot(_TRACK[0] + _TRACK[1] * share, middle, "o", ms=4.2, mfc="white", mec=INK, zorder=4)
    _idle_bar(axes, middle, account)
    for field, end in _EVENS.items():
        write(axes, (end, middle), counted_cell(even, field) if even else NOTHING, size=7)
    if even and (unit := unit_word(even, words)):
        text = words("chart.strip_unit", unit=unit)
        write(axes, (_EVENS["count_central"], middle + 2.9), text, size=SMALL, color="#5b6673")


def _idle_bar(axes: Axes, middle: float, account: Entry) -> None:
    """The part of the available money that no claim takes in a mean year."""
    if account["available_yuan"] <= 0:
        return
    share = account["expected_idle_yuan"] / account["available_yuan"]
    size = (_IDLE[1] * share, 3.4)
    style = {"facecolor": ORANGE, "hatch": "////", "edgecolor": "white"}
    box(axes, (_IDLE[0], middle - 1.7), size, zorder=2, **style)
    write(axes, (sum(_IDLE) + 1, middle), percent(share), ha="left", size=7)


_MONTHS, _CELL_MM, _MONTH_ROW = 44.0, 8.3, 6.6
_FIRST = {"p10": 156.0, "p50": 169.0}


def run_out_strip(accounts: Sequence[Entry], words: Wording) -> Figure:
    """For each account the chance, in percent, that its money has run out by the end of a month."""
    with rc_context(SETTINGS):
        figure, axes = sheet(9 + _MONTH_ROW * len(accounts) + 1)
        for month in range(12):
            x = _MONTHS + _CELL_MM * (month + 0.5)
            write(axes, (x, 6), words(f"month.m{month + 1}"), ha="center", size=SMALL)
        for name, end in _FIRST.items():
            text = words(f"chart.run_out_{name}")
            write(axes, (end, 7.6), text, va="bottom", size=SMALL, weight="bold")
        for place, account in enumerate(accounts):
            top = 9 + _MONTH_ROW * place
            middle = top + _MONTH_ROW / 2
            write(
                axes, (_MONTHS - 2, middle), words.label(account, "name"), size=8, room=_MONTHS - 2
            )
            for month, share in enumerate(account["run_out_probability_by_month"]):
                _month_cell(axes, (_MONTHS + _CELL_MM * month, top), share)
            for name, end in _FIRST.items():
                month = account[f"run_out_month_{name}"]
                text = NOTHING if month is None else words(f"month.m{month}")
                write(axes, (end, middle), text)
        axes.set_xlim(0, WIDTH_MM)
    return figure


def _month_cell(axes: Axes, corner: tuple[float, float], share: float) -> None:
    """Below 1 % just a dot: the report claims no more than that."""
    fill, ink = shade(share if share >= 0.01 else 0.0)
    size = (_CELL_MM, _MONTH_ROW - 0.6)
    box(axes, (corner[0], corner[1] + 0.3), size, facecolor=fill, edgecolor=RULE, linewidth=0.4)
    text = "·" if share < 0.01 else ">99" if share > 0.99 else percent(share)[:-1]
    at = (corner[0] + _CELL_MM / 2, corner[1] + _MONTH_ROW / 2)
    write(axes, at, text, ha="center", size=SMALL, color=ink)
