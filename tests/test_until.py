"""A register as it stood on a day: later claims do not count, nor take from earlier ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
from demand_sample import real

from model.forecasting import filed_in
from model.register.register import read_register
from model.register.until import register_until

HEADER = "claim,applicant,award,filed,equipment_investment_yuan,energy_tce,co2_t,water_t,certified"
ROWS = (
    "late,甲公司,A20a,2024-09-01,60000000,2000,0,0,是",
    "undated,甲公司,A20a,,60000000,2000,0,0,是",
    "early,甲公司,A20a,2024-03-01,60000000,2000,0,0,是",
)


def register_file(folder: Path) -> Path:
    path = folder / "claims.csv"
    path.write_text("\n".join([HEADER, *ROWS]) + "\n", encoding="utf-8")
    return path


def test_only_the_rows_filed_until_the_day_are_left_in_their_order(tmp_path: Path) -> None:
    whole = read_register(register_file(tmp_path), real().document.awards)
    for day, claims in (
        (date(2024, 2, 29), []),
        (date(2024, 3, 1), ["early"]),
        (date(2024, 12, 31), ["late", "early"]),
    ):
        part = register_until(whole, day)
        assert list(part.claim) == claims
        assert len(part.rows) == len(part.places) == len(part.filed) == len(claims)
        assert [rows.rows.tolist() for rows in part.parts.values()] == (
            [list(range(len(claims)))] if claims else []
        )
    assert len(whole.rows) == 3


def test_a_later_claim_uses_up_no_ceiling_of_an_earlier_one(tmp_path: Path) -> None:
    """The ceiling of an applicant is 4 million; in file order the late claim would have it all."""
    scenario = real()
    claims = read_register(register_file(tmp_path), scenario.document.awards)
    full = 4_000_000
    assert filed_in(claims, scenario).city_yuan.tolist() == [full, 0, 0]
    assert filed_in(claims, scenario, date(2024, 6, 30)).city_yuan.tolist() == [0, 0, full]
    assert np.isnat(filed_in(claims, scenario).day[1])
