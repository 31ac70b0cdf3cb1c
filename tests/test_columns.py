"""Whole columns are read as the careful parser reads each cell, only faster."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.register.cells import (
    BLANKS,
    MOST_FEN,
    MOST_NUMBER,
    clean,
    parse_day,
    parse_money,
    parse_rate,
    parse_text,
)
from model.register.columns import Parser, numbers, plain_days, read_column
from model.register.grid import packed

STEADY = settings(deadline=None, derandomize=True, max_examples=80)
PARSERS = {
    "yuan": Parser(parse=parse_money, plain=numbers(100, MOST_FEN)),
    "wan": Parser(parse=lambda text: parse_money(text, "万元"), plain=numbers(10**6, MOST_FEN)),
    "rate": Parser(parse=parse_rate, plain=numbers(10**6, MOST_NUMBER)),
    "percent": Parser(parse=lambda text: parse_rate(text, "%"), plain=numbers(10**4, MOST_NUMBER)),
    "day": Parser(parse=parse_day, plain=plain_days),
    "text": Parser(parse=parse_text, free=True),
}
DIGITS = st.text("0123456789", max_size=19)
CELLS = st.lists(
    st.one_of(
        DIGITS,
        st.builds("{}.{}".format, DIGITS, st.text("0123456789", max_size=8)),
        st.text("019.,-+万亿元% 　１\u200b/:;?#=!A年月日", max_size=9),
        st.builds(
            "{:04}{}{:02}-{:02}".format,
            st.sampled_from([0, 999, 1989, 1990, 2024, 2031, 2099, 2100, 9999]),
            st.sampled_from(["-", "/", "1"]),
            st.integers(0, 14),
            st.integers(0, 33),
        ),
        st.sampled_from(
            [*BLANKS, "2024-02-29", "2023-02-29", "1969-12-31", "#REF!", "=1", "45356"]
        ),
    ),
    max_size=30,
)


@pytest.mark.parametrize("name", PARSERS)
@STEADY
@given(cells=CELLS)
def test_a_column_is_read_as_its_cells_are(name, cells):
    parser = PARSERS[name]
    cuts, _ = packed([cells])
    found = read_column(cuts.texts(np.arange(len(cells))), parser)
    for at, cell in enumerate(cells):
        value, given, told = 0, clean(cell) not in BLANKS, None
        if given:
            try:
                value = parser.parse(cell)
            except ValueError as error:
                told = str(error)
        assert (int(found.values[at]), bool(found.given[at])) == (value, given), cell
        assert found.wrong.get(at) == told, cell


def test_more_cells_than_are_read_at_once():
    cells = [str(number) for number in range(70_000)] + ["x", "1,000"]
    cuts, _ = packed([cells])
    found = read_column(cuts.texts(np.arange(len(cells))), PARSERS["yuan"])
    assert found.values[:70_000].tolist() == [100 * number for number in range(70_000)]
    assert (list(found.wrong), int(found.values[-1])) == ([70_000], 100_000)
