"""A CSV file is cut into cells as the csv module cuts it, with the line of every row."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import InputError
from model.register.csv_file import is_utf8, read_csv
from model.register.grid import Grid
from model.register.store import padded, rare_bytes

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
    return read_csv(Path("claims.csv"), padded(text.encode()))


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


@pytest.mark.parametrize(
    "text",
    [b"\xe4\xb8", b"\xb8\xad", b"\xe4\xb8\xad\xad", b"\xe4\xb8a\xad", b"\xed\xa0\x80", b"\xc2\xb7",
     b"\xe0\x80\x80", "中·（é）𠮷".encode(), "中".encode() * 30_000 + b"\xe4"],
)  # fmt: skip
@pytest.mark.parametrize("before", [0, (1 << 16) - 2, (1 << 16) - 1])
def test_what_is_utf8_is_known_as_python_knows_it(text, before):
    data = padded(b"a" * before + text)
    try:
        expected = bool((b"a" * before + text).decode())
    except UnicodeDecodeError:
        expected = False
    assert is_utf8(data, rare_bytes(data)) == expected


def test_rows_of_different_width_and_quotes_over_several_parts_of_a_file():
    """What is inside quotes separates nothing, also where a part of the file ends inside them."""
    long = "长\n,".encode() * 30_000
    rows = b'a,"' + long + b'",b\nc\nd,e\n'
    grid = read_csv(Path("claims.csv"), padded(rows))
    assert [grid.row(at) for at in range(len(grid))] == [
        ["a", long.decode(), "b"],
        ["c"],
        ["d", "e"],
    ]
