"""Registers of the invented paper as CSV files, filled with synthetic claims."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from demand_sample import span, tiny
from synthetic_years import synthetic_years

from model.demand.seen import Filed
from model.pipeline import make_question

HEADER = (
    "claim,applicant,award,filed,grade,green,invested_yuan,approved_yuan,"
    "newly_recognised,provincial_award_yuan,places"
)
PLACE_YUAN = 3_000


def write_year(path: Path, draw: int = 0, year: int = 2031) -> Filed:
    """A year of claims drawn by the model, as a register; the claims as they were drawn.

    The city pays every claim in full at its central share, so that a claim of so much city money
    is written as one that the rules give as much.
    """
    drawn = synthetic_years(make_question(tiny()), span(1, first=4 * draw))[0]
    shift = np.datetime64(f"{year}-01-01") - np.datetime64("2031-01-01")
    days = drawn.day + shift
    lines = [
        row_of(number, award, str(day), yuan)
        for number, (award, day, yuan) in enumerate(
            zip(drawn.award.tolist(), days, drawn.city_yuan.tolist(), strict=True), 1
        )
    ]
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return Filed(award=drawn.award, day=days, city_yuan=drawn.city_yuan)


def row_of(number: int, award: str, day: str, yuan: int) -> str:
    """One claim that the rules of the paper give about so much."""
    cells = {
        "B2a": ("甲" if yuan > 1_500_000 else "乙", "否", "900万元", "", "", "", ""),
        "B3a": ("", "", "", str(yuan), "", "", ""),
        "B5a": ("", "", "", "", "是", "", ""),
        "B5b": ("", "", "", "", "", str(2 * yuan), ""),
        "B7a": ("", "", "", "", "", "", str(yuan // PLACE_YUAN)),
    }[award]
    return ",".join([f"c{number}", f"虚构企业{number:04}", award, day, *cells])
