"""The charts of a report, each a function of rows of a record: one style, Chinese or English.

A figure is 170 mm wide, the width of the text on the page, so that its type keeps its size;
`as_svg` and `as_png` make a file of it.
"""

from __future__ import annotations

from model.report.blocks import shortened
from model.report.canvas import as_png, as_svg
from model.report.drawing.accounts import risk_strip, run_out_strip
from model.report.drawing.assumptions import cost_swings, sensitivity_strips
from model.report.drawing.exceedance import exceedance_curves
from model.report.drawing.money_bars import money_bars
from model.report.drawing.money_map import money_map
from model.report.drawing.moves import plan_change
from model.report.drawing.options import frontier_curve, option_effects
from model.report.drawing.worth import more_money, reading_ranges

__all__ = [
    "as_png",
    "as_svg",
    "cost_swings",
    "exceedance_curves",
    "frontier_curve",
    "money_bars",
    "money_map",
    "more_money",
    "option_effects",
    "plan_change",
    "reading_ranges",
    "risk_strip",
    "run_out_strip",
    "sensitivity_strips",
    "shortened",
]
