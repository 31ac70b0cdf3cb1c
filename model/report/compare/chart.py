"""The chart of a comparison: from one total to another, cause by cause."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from model.report.canvas import BLUE, INK, MID, ORANGE, RULE, SETTINGS, axes_at, canvas
from model.report.numerals import money_cell, money_change
from model.report.wording import Wording

_LABEL, _RIGHT, _ROW, _TOP, _BOTTOM = 62.0, 16.0, 6.2, 2.0, 8.0
Step = tuple[str, int, bool]  # its name, its yuan, whether it is what the changes do together


def cause_steps(ends: tuple[tuple[str, int], ...], steps: Sequence[Step], words: Wording) -> Figure:
    """A bar for each end, and between them a floating bar for each cause.

    Args:
        ends: the name and the yuan of the scenario compared with, and of the other one.
        steps: the causes, in order; they lead from the first end to the last.
        words: the language of the figures.
    """
    with rc_context(SETTINGS):
        n = len(steps) + 2
        height = n * _ROW + _TOP + _BOTTOM
        figure = canvas(height)
        axes = axes_at(figure, (_LABEL, _BOTTOM, 170 - _LABEL - _RIGHT, n * _ROW))
        (first, start), (last, end) = ends
        _bar(axes, 0, (0, start), INK)
        reached = start
        marks = [money_cell(start, words.language)]
        for place, (_, yuan, together) in enumerate(steps, start=1):
            colour = ORANGE if yuan > 0 else MID
            _bar(axes, place, (reached, yuan), colour, hatch="////" if together else "")
            axes.plot([reached] * 2, [place - 1.36, place + 0.36], color=RULE, linewidth=0.6)
            reached += yuan
            marks.append(money_change(yuan, words.language))
        axes.plot([reached] * 2, [n - 2.36, n - 0.64], color=RULE, linewidth=0.6)
        _bar(axes, n - 1, (0, end), BLUE)
        marks.append(money_cell(end, words.language))
        _finish(axes, [first, *(name for name, *_ in steps), last], marks, words)
    return figure


def _bar(axes: Axes, place: int, span: tuple[int, int], colour: str, hatch: str = "") -> None:
    start, width = span
    axes.barh(
        place, width, left=start, height=0.62, color=colour, hatch=hatch,
        edgecolor="white" if hatch else colour, linewidth=0.4, zorder=2,
    )  # fmt: skip


def _finish(axes: Axes, names: Sequence[str], marks: Sequence[str], words: Wording) -> None:
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_yticks(range(len(names)))
    axes.set_yticklabels([_shortened(name) for name in names], size=7.5)
    axes.xaxis.set_major_formatter(lambda yuan, _: money_cell(round(yuan), words.language))
    axes.locator_params(axis="x", nbins=6)
    axes.axvline(0, color=RULE, linewidth=0.6, zorder=1)
    for place, mark in enumerate(marks):
        bold = "bold" if place in (0, len(marks) - 1) else "normal"
        axes.text(
            1.02, place, mark, transform=axes.get_yaxis_transform(), va="center", size=7.5,
            weight=bold,
        )  # fmt: skip


def _shortened(name: str) -> str:
    """A name that fits beside the bars; a Chinese letter is as wide as two Latin ones."""
    width, kept = 0, ""
    for letter in name:
        width += 2 if ord(letter) > 0x2E80 else 1
        if width > 42:
            return kept.rstrip() + "…"
        kept += letter
    return kept
