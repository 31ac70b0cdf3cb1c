"""Where the texts of a figure lie, and whether they run off it or over each other."""

from __future__ import annotations

from itertools import combinations
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.text import Text as Label


def boxes_of(figure: Figure) -> list[tuple[str, Any]]:
    """Every visible text with its box."""
    renderer = FigureCanvasAgg(figure).get_renderer()
    figure.draw(renderer)
    labels = [
        label
        for label in figure.findobj(Label)
        if isinstance(label, Label | Annotation) and label.get_text() and label.get_visible()
    ]
    return [(label.get_text(), label.get_window_extent(renderer)) for label in labels]


def off_or_over(figure: Figure) -> list[tuple[str, ...]]:
    """Texts that leave the figure or lie on another text, more than a hair's breadth."""
    boxes, page = boxes_of(figure), figure.bbox
    off = [
        (text,)
        for text, box in boxes
        if box.x0 < -1 or box.y0 < -1 or box.x1 > page.x1 + 1 or box.y1 > page.y1 + 1
    ]
    over = [
        (one, two)
        for (one, a), (two, b) in combinations(boxes, 2)
        if min(a.x1, b.x1) - max(a.x0, b.x0) > 1 and min(a.y1, b.y1) - max(a.y0, b.y0) > 2
    ]
    return [*off, *over]
