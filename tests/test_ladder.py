"""The ladder of printable figures: no rung is skipped, and none is a figure nobody would print."""

from __future__ import annotations

import doctest
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import ladder
from model.ladder import next_printed, previous_printed, printed_from

AMOUNTS = st.integers(1, 10**12)
RATES = st.integers(1, 40_000).map(lambda part: Fraction(part, 10_000))
VALUES = AMOUNTS | RATES


def percents(*points: int) -> list[Fraction]:
    return [Fraction(point, 100) for point in points]


def is_printable(value: int | Fraction) -> bool:
    """One digit, or two where the first is 1; whole points up to 10 %, fives above."""
    if isinstance(value, int):
        digits = str(value).rstrip("0")
        return len(digits) == 1 or (len(digits) == 2 and digits[0] == "1")
    points = value * 100
    return points.denominator == 1 and (points <= 10 or points % 5 == 0)


def test_the_examples_of_the_docstrings_hold() -> None:
    found = doctest.testmod(ladder)
    assert found.attempted >= 5
    assert found.failed == 0


def test_amounts_climb_by_the_first_digit_and_by_the_second_where_the_first_is_1() -> None:
    assert printed_from(800, "up", 5) == [900, 1000, 1100, 1200, 1300]
    assert printed_from(12, "down", 5) == [11, 10, 9, 8, 7]
    assert printed_from(210, "down", 4) == [200, 190, 180, 170]


def test_rates_climb_by_points_and_from_10_percent_by_fives() -> None:
    assert printed_from(Fraction(7, 100), "up", 6) == percents(8, 9, 10, 15, 20, 25)
    assert printed_from(Fraction(1, 5), "down", 5) == percents(15, 10, 9, 8, 7)
    assert printed_from(Fraction(1, 5), "down", 99)[-1] == Fraction(1, 100)
    assert printed_from(Fraction(2, 3), "up", 2) == percents(70, 75)
    assert printed_from(Fraction(2, 3), "down", 2) == percents(65, 60)


@given(VALUES)
def test_the_next_figure_is_higher_and_printable_and_the_one_before_lower(value) -> None:
    above, below = next_printed(value), previous_printed(value)
    assert above > value
    assert is_printable(above)
    assert type(above) is type(value)
    if below is not None:
        assert 0 < below < value
        assert is_printable(below)


@given(VALUES)
def test_up_and_down_again_leads_back_and_lands_below_what_nobody_prints(value) -> None:
    back = previous_printed(next_printed(value))
    if is_printable(value):
        assert back == value
    else:
        assert back is None or back < value
        assert back == previous_printed(value)


@given(AMOUNTS)
def test_nothing_printable_lies_between_an_amount_and_the_next(amount: int) -> None:
    above = next_printed(amount)
    unit = 10 ** max(len(str(amount)) - 2, 0)
    between = range(amount - amount % unit + unit, int(above), unit)
    assert [value for value in between if is_printable(value)] == []


@pytest.mark.parametrize("value", [1, Fraction(1, 100), Fraction(1, 200)])
def test_below_the_least_figure_there_is_none(value: int | Fraction) -> None:
    assert previous_printed(value) is None
    assert printed_from(value, "down", 3) == []
