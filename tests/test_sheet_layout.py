"""Widths and heights: what a text or a number needs is what it gets."""

from __future__ import annotations

import doctest

import pytest

from model import sheet_layout
from model.sheet_layout import (
    HIGHEST_ROW,
    head_in_lines,
    height_of,
    n_lines,
    width_of_number,
    width_of_text,
)


def test_the_examples_hold() -> None:
    found = doctest.testmod(sheet_layout)
    assert (found.failed, found.attempted > 2) == (0, True)


@pytest.mark.parametrize("text", ["预算", "base", "预算（万元）", "", "一\n二二二", "🙂"])
def test_a_text_needs_no_further_line_in_the_width_it_asks_for(text: str) -> None:
    width = width_of_text(text)
    assert n_lines(text, width) == 1 + text.count("\n")
    if len(text) > 3 and "\n" not in text:
        assert n_lines(text, width / 2) > 1


def test_a_row_is_as_high_as_its_lines_and_never_higher_than_a_spreadsheet_allows() -> None:
    assert height_of(0) is None
    assert height_of(1) is None
    assert [height_of(lines) for lines in (2, 3)] == [30.0, 44.0]
    assert height_of(10_000) == HIGHEST_ROW


def test_a_number_in_bold_is_wider_than_its_digits() -> None:
    assert width_of_number("1,124,200.00") > 12 * 1.1


@pytest.mark.parametrize(
    ("head", "written"),
    [
        ("平均应兑现额（万元）", "平均应兑现额\n（万元）"),
        ("mean entitlements (million yuan)", "mean entitlements\n(million yuan)"),
        ("平均应兑现额合计数", "平均应兑现额合计数"),
        ("应兑（元）", "应兑（元）"),
    ],
)
def test_only_a_head_that_is_too_long_has_its_unit_below(head: str, written: str) -> None:
    assert head_in_lines(head, 13) == written
