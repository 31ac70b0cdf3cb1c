"""The way a column is drawn must fit the column: its type, its unit, and what it multiplies."""

from __future__ import annotations

from typing import Any

import pytest
from demand_sample import figure, size

from model.demand.attributes import Attribute, Size, misfits
from model.policy.awards import Column

EARLIER = {
    "base_yuan": Column(type="money", label_zh="基数"),
    "places": Column(type="number", label_zh="个数"),
}
RATE, MONEY, NUMBER = figure("30%"), figure("3万元"), figure(3)


def _said(kind: str, way: dict[str, Any]) -> list[str]:
    column = Column.model_validate({"type": kind, "label_zh": "列"})
    told = misfits(Attribute.model_validate(way), column, EARLIER)
    return [f"{fact}. {remedy}" for fact, remedy in told]


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        ("bool", {"yes": RATE}),
        ("bool", {"fixed": False}),
        ("choice", {"mix": figure({"甲": 1.0})}),
        ("number", {"fixed": 0}),
        ("number", size(3, 0.5)),
        ("number", size("30%", 0.5, times="places")),
        ("money", size("3万元", 0.5)),
        ("money", size("30%", 0.5, times="base_yuan", plus_one=True)),
        ("money", size("3万元", 0.5, times="places")),
    ],
)
def test_a_way_that_fits_is_accepted(kind: str, way: dict[str, Any]) -> None:
    assert _said(kind, way) == []


@pytest.mark.parametrize(
    ("kind", "way", "said"),
    [
        ("choice", {"yes": RATE}, "'yes' cannot draw a choice column. Use 'mix'."),
        ("bool", size(3, 0.5), "'size' cannot draw a bool column. Use 'yes' or 'fixed'."),
        (
            "number",
            {"mix": figure({"甲": 1.0})},
            "'mix' cannot draw a number column. Use 'size' or 'fixed'.",
        ),
        ("money", {"fixed": 500}, "'fixed' cannot draw a money column. Use 'size'."),
        ("bool", {"fixed": 1}, "1 does not fit a bool column. Write true or false."),
        ("number", {"fixed": True}, "True does not fit a number column. Write a number."),
        (
            "money",
            size(180, 0.5),
            "the column is money, but the mean has no unit."
            " Write for example 50万元, or name a money column in 'times'.",
        ),
        (
            "money",
            size("30%", 0.5, times="places"),
            "the column is money, but the mean has no unit."
            " Write for example 50万元, or name a money column in 'times'.",
        ),
        (
            "money",
            size("3万元", 0.5, times="base_yuan"),
            "money cannot multiply the money of 'base_yuan'. Write a number or a rate.",
        ),
        (
            "number",
            size("3万元", 0.5),
            "the column is a number, but the size is an amount of money. Leave the unit out.",
        ),
        (
            "number",
            size(3, 0.5, times="base_yuan"),
            "the column is a number, but the size is an amount of money. Leave the unit out.",
        ),
        (
            "number",
            size(3, 0.5, times="place"),
            "no column 'place' is drawn before this one. Did you mean 'places'?",
        ),
    ],
)
def test_a_way_that_does_not_fit_is_told(kind: str, way: dict[str, Any], said: str) -> None:
    assert _said(kind, way) == [said]


@pytest.mark.parametrize("given", [{}, {"fixed": 0, "yes": RATE}, {"mix": None}])
def test_an_attribute_is_drawn_in_exactly_one_way(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="give exactly one of 'yes', 'mix', 'size', 'fixed'"):
        Attribute.model_validate(given)


def test_a_size_has_bounds_that_hold_together_and_no_negative_mean() -> None:
    with pytest.raises(ValueError, match="'at_least' is above 'at_most'"):
        Size.model_validate({"mean": NUMBER, "cv": 1, "at_least": 3, "at_most": 2})
    with pytest.raises(ValueError, match="the mean of a size is zero or more"):
        Size.model_validate({"mean": figure(-5), "cv": 1})
    falling = {"mean": figure("-5%"), "cv": 1, "times": "base_yuan", "plus_one": True}
    assert Size.model_validate(falling).plus_one
