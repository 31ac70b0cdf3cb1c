"""The surface every chart is drawn on: its width, colours, type, and how it becomes a file."""

from __future__ import annotations

import io
import re
from functools import cache
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.axis import XAxis, YAxis
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, fontManager
from matplotlib.patches import Rectangle
from matplotlib.textpath import text_to_path
from matplotlib.ticker import MaxNLocator

from model.report.fonts import FAMILY, font_folder
from model.report.numerals import Language, axis_cell

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
# No letter of a chart is smaller, in points.
SMALL = 7.0
# Before is a ring so wide that the full dot of after lies inside it where nothing has changed.
BEFORE: Any = {"marker": "o", "ms": 6.6, "mfc": "white", "mec": INK, "mew": 0.9}
AFTER: Any = {"marker": "o", "ms": 3.2, "color": BLUE}
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
    _know_font()
    return Figure(figsize=(WIDTH_MM / _INCH, height_mm / _INCH), facecolor="none")


@cache
def _know_font() -> None:
    """Tell matplotlib of the report's font, before anything is drawn or measured in it."""
    for weight in ("Regular", "Bold"):
        path = str(font_folder() / f"NotoSansCJKsc-{weight}.otf")
        if path not in {font.fname for font in fontManager.ttflist}:
            fontManager.addfont(path)


def sheet(height_mm: float) -> tuple[Figure, Axes]:
    """An empty figure whose one pair of axes counts in millimetres from its upper left corner."""
    figure = canvas(height_mm)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH_MM)
    axes.set_ylim(height_mm, 0)
    return figure, axes


def write(axes: Axes, at: tuple[float, float], text: str, **style: Any) -> None:
    """A text on a sheet, by its right end in the middle of its height unless `style` differs.

    Args:
        style: of matplotlib, and `room`: the width in millimetres that each of two lines may take.
    """
    look: dict[str, Any] = {"ha": "right", "va": "center", "size": 7.5, "linespacing": 1.1} | style
    room = look.pop("room", None)
    axes.text(*at, text if room is None else in_lines(text, room, look["size"]), **look)


def letters_wide(text: str, size: float, weight: str = "normal") -> float:
    """The width of a line in millimetres as the report's font sets it; size in points."""
    _know_font()
    font = FontProperties(family=FAMILY, size=size, weight=weight)
    wide, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath=False)
    return float(wide) * _INCH / 72


def in_lines(text: str, room: float, size: float, most: int = 2) -> str:
    """The text in lines no wider than the room in millimetres; what does not fit ends in ….

    Latin words stay whole, Chinese may be broken between any two signs.
    """
    lines, pieces = [""], re.findall(r"[⺀-￿]|[^⺀-￿\s]+\s*|\s+", text)
    for place, piece in enumerate(pieces):
        if letters_wide((lines[-1] + piece).rstrip(), size) <= room:
            lines[-1] += piece
        elif lines[-1] and len(lines) < most:
            lines.append(piece)
        else:
            lines[-1] = _cut(lines[-1] + "".join(pieces[place:]), room, size)
            break
    return "\n".join(line.rstrip() for line in lines)


def _cut(text: str, room: float, size: float) -> str:
    if letters_wide(text, size) <= room:
        return text
    while text and letters_wide(text + "…", size) > room:
        text = text[:-1]
    return text.rstrip() + "…"


def box(axes: Axes, corner: tuple[float, float], size: tuple[float, float], **style: Any) -> None:
    """A filled rectangle on a sheet, by its upper left corner, width and height."""
    axes.add_patch(Rectangle(corner, *size, **{"linewidth": 0.0} | style))


def shade(share: float) -> tuple[str, str]:
    """The fill of a cell that holds a chance, white to dark blue, and the colour of its text."""
    light, dark = (255, 255, 255), (31, 78, 121)
    mixed = [round(a + (b - a) * share**0.6) for a, b in zip(light, dark, strict=True)]
    return "#" + "".join(f"{part:02x}" for part in mixed), "white" if share >= 0.3 else INK


def round_limit(share: float) -> float:
    """A round share just above this one, at which an axis of chances may end.

    >>> round_limit(0.08), round_limit(0.13), round_limit(0.74)
    (0.1, 0.2, 1.0)
    """
    return next((end for end in (0.1, 0.2, 0.5) if share <= 0.95 * end), 1.0)


def money_ticks(axis: XAxis | YAxis, ends: tuple[float, float], n: int, language: Language) -> None:
    """About so many round sums on an axis, none outside its ends, in the unit of tables."""
    sums = [yuan for yuan in MaxNLocator(n).tick_values(*ends) if ends[0] <= yuan <= ends[1]]
    axis.set_ticks(sums, [axis_cell(yuan, language) for yuan in sums])


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
