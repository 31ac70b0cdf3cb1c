"""The figures that a policy paper would print, as a ladder: the next one up, the next one down."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Literal

Value = int | Fraction  # whole yuan or whole units; rates are fractions
Way = Literal["up", "down"]

FINE_POINTS = 10  # up to 10 % a rate is printed in whole points ...
COARSE_STEP = 5  # ... and above it in steps of 5


def next_printed(value: Value) -> Value:
    """The least printable figure above a value, of the same kind.

    Amounts and quantities have one digit, or two where the first is 1; rates are whole percents up
    to 10 %, multiples of 5 % above.

    >>> [next_printed(wan * 10_000) // 10_000 for wan in (500, 1500, 190, 45, 1234)]
    [600, 1600, 200, 50, 1300]
    >>> [str(next_printed(Fraction(points, 100)) * 100) for points in (8, 10, 65, 12)]
    ['9', '15', '70', '15']
    """
    if isinstance(value, int):
        unit = _unit(value)
        return value - value % unit + unit
    points = value * 100
    step = 1 if points < FINE_POINTS else COARSE_STEP
    return Fraction((points // step + 1) * step, 100)


def previous_printed(value: Value) -> Value | None:
    """The largest printable figure below a value; None where only zero would be left.

    >>> [previous_printed(wan * 10_000) // 10_000 for wan in (500, 1000, 200, 45, 1234)]
    [400, 900, 190, 40, 1200]
    >>> [str(previous_printed(Fraction(points, 100)) * 100) for points in (8, 10, 65, 12)]
    ['7', '9', '60', '10']
    >>> previous_printed(1), previous_printed(Fraction(1, 100))
    (None, None)
    """
    if isinstance(value, int):
        unit = _unit(value - 1)
        below: Value = (value - 1) // unit * unit
    else:
        points = value * 100
        step = 1 if points <= FINE_POINTS else COARSE_STEP
        below = Fraction((-(-points // step) - 1) * step, 100)
    return below if below > 0 else None


def printed_from(value: Value, way: Way, most: int) -> list[Value]:
    """Up to `most` printable figures beyond a value, the nearest first.

    >>> printed_from(18, "up", 4), printed_from(2, "down", 4)
    ([19, 20, 30, 40], [1])
    """
    return list(islice(_walk(value, way), most))


def _walk(value: Value, way: Way) -> Iterator[Value]:
    step = next_printed if way == "up" else previous_printed
    beyond = step(value)
    while beyond is not None:
        yield beyond
        beyond = step(beyond)


def _unit(amount: int) -> int:
    """What one more is worth in the first digit, or in the second where the first digit is 1."""
    unit = 1
    while unit * 20 <= amount:
        unit *= 10
    return unit
