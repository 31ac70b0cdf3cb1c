"""A CSV file is cut into cells as the csv module cuts it, with the line of every row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.claims.csv_file import read_csv
from model.claims.grid import Grid
from model.errors import InputError

STEADY = settings(deadline=None, derandomize=True, max_examples=400)
PIECES = ["a", "中", ",", ",", "\n", "\r\n", " ", '"x"', '"a,b"', '"a\nb"', '"a""b"', '""']
WILD = [*PIECES, '"', "\r", "\x01", "\ufeff"]


def by_the_module(text: str) -> tuple[list[list[str]], list[int]] | None:
    """The rows up to the last that is not empty, with their lines; None where it is no CSV."""
    rows, lines, begin = [], [], 1
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            rows.append(row or [""])
            lines.append(begin)
            begin = reader.line_num + 1
    except csv.Error:
        return None
    while rows and not any(cell.strip() for cell in rows[-1]):
        del rows[-1], lines[-1]
    return rows, lines


def cut(text: str) -> Grid:
    return read_csv(Path("claims.csv"), text.encode())


@pytest.mark.parametrize("pieces", [PIECES, WILD])
@STEADY
@given(data=st.data())
def test_cells_and_lines_are_those_of_the_csv_module(pieces, data):
    text = "".join(data.draw(st.lists(st.sampled_from(pieces), min_size=1, max_size=18)))
    text = text.lstrip("\ufeff")
    expected = by_the_module(text)
    if expected in (None, ([], [])):
        with pytest.raises(InputError, match=r"not valid CSV|the file is empty"):
            cut(text)
        return
    grid = cut(text)
    assert expected is not None
    assert [grid.row(at) for at in range(len(grid))] == expected[0]
    assert grid.lines.tolist() == expected[1]


def test_a_file_in_parts_larger_than_are_cut_at_once():
    text = "\n".join(f"{row},{'中' * (row % 7)},{row * row}" for row in range(40_000))
    grid = cut(text)
    assert len(text.encode()) > 1 << 18
    assert len(grid) == 40_000
    assert grid.row(39_999) == text.splitlines()[-1].split(",")
    assert grid.lines[-1] == 40_000
