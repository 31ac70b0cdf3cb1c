"""The surface every chart is drawn on: its width, colours, type, and how it becomes a file."""

from __future__ import annotations

import io
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import fontManager

from model.report.fonts import FAMILY, font_folder

# Lightness falls from PALE to INK in even steps, so that print in black and white keeps the order;
# blue against orange is told apart by every common kind of colour blindness.
INK, BLUE, MID, ORANGE, PALE, RULE = (
    "#1f2a37",
    "#1f4e79",
    "#6f9ac0",
    "#d9822b",
    "#dde5ec",
    "#9aa5b1",
)
WIDTH_MM = 170.0
_INCH = 25.4
# Any: the type that matplotlib declares lists its settings by name.
SETTINGS: Any = {
    "font.family": FAMILY,
    "font.size": 8,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.6,
    "xtick.color": INK,
    "ytick.color": INK,
    "hatch.linewidth": 0.6,
    "svg.fonttype": "none",
    "svg.hashsalt": "record",
}


def as_svg(figure: Figure) -> str:
    """The figure as SVG text: equal figures give equal text, letters stay letters."""
    stream = io.StringIO()
    with rc_context(SETTINGS):
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return stream.getvalue()


def as_png(figure: Figure, dots_per_inch: int = 200) -> bytes:
    """The figure as a picture on white."""
    stream = io.BytesIO()
    with rc_context(SETTINGS):
        figure.savefig(
            stream,
            format="png",
            dpi=dots_per_inch,
            facecolor="white",
            metadata={"Software": None},
        )
    return stream.getvalue()


def canvas(height_mm: float) -> Figure:
    """An empty figure of the width of the text, with the report's font known to matplotlib."""
    for weight in ("Regular", "Bold"):
        path = str(font_folder() / f"NotoSansCJKsc-{weight}.otf")
        if path not in {font.fname for font in fontManager.ttflist}:
            fontManager.addfont(path)
    return Figure(figsize=(WIDTH_MM / _INCH, height_mm / _INCH), facecolor="none")


def axes_at(figure: Figure, box_mm: tuple[float, float, float, float]) -> Axes:
    """Axes whose left, bottom, width and height are given in millimetres."""
    width, height = figure.get_size_inches() * _INCH
    left, bottom, wide, high = box_mm
    axes = figure.add_axes((left / width, bottom / height, wide / width, high / height))
    axes.set_facecolor("none")
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.tick_params(axis="x", length=2, width=0.6, labelsize=7)
    return axes
