"""Exact arithmetic on arrays of whole numbers: rates and shares without floats, whatever the size.

Money is counted in fen and quantities in millionths, so that every cell of a register is a whole
number. The functions stay in int64 where the figures allow it and turn to Python's unbounded
integers only where they do not.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd
from typing import Any, overload

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

FEN = 100
MILLIONTHS = 1_000_000
INT64_MAX = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotient:
    """Whole parts of exact quotients, and which of them had no remainder."""

    floor: Ints
    even: Bools


def floor_ratio(
    amount: npt.NDArray[Any], numerator: int | npt.NDArray[Any], denominator: int
) -> Ints:
    """The whole part of ``amount * numerator / denominator``, elementwise and exact.

    Raises:
        OverflowError: a result lies beyond int64.
    """
    return ratio(amount, numerator, denominator).floor


def ratio(
    amount: npt.NDArray[Any], numerator: int | npt.NDArray[Any], denominator: int
) -> Quotient:
    """As `floor_ratio`, and which quotients are whole.

    Args:
        amount: zero or more.
        numerator: zero or more; one for all or one for each amount.
        denominator: more than zero.
    """
    if isinstance(numerator, int):
        common = gcd(numerator, denominator)
        numerator, denominator = numerator // common, denominator // common
    factor, top = largest(numerator), largest(amount)
    if max(top, factor, denominator) > INT64_MAX:
        return _by_integers(amount, numerator, denominator)
    amount, numerator = _as_int64(amount), _as_int64(numerator)
    if top * factor <= INT64_MAX:
        product: Ints = np.multiply(amount, numerator)
        floor: Ints = np.floor_divide(product, denominator)
        return Quotient(floor=floor, even=product == floor * denominator)
    if top * factor // denominator <= INT64_MAX and denominator <= 2**60:
        return _by_digits(amount, numerator, denominator)
    return _by_integers(amount, numerator, denominator)


def _by_digits(amount: Ints, numerator: int | Ints, denominator: int) -> Quotient:
    """Long division: the numerator is taken digit by digit, so that no product leaves int64."""
    whole = amount // denominator
    part = amount - whole * denominator
    bits = (2**62 // denominator).bit_length() - 1
    floor, rest = np.zeros_like(amount), np.zeros_like(amount)
    digits = -(-largest(numerator).bit_length() // bits)
    for shift in range((digits - 1) * bits, -1, -bits):
        # rest and part are below the denominator: both terms stay below 2**62.
        carried = (rest << bits) + part * ((numerator >> shift) & ((1 << bits) - 1))
        step = carried // denominator
        rest = carried - step * denominator
        floor = (floor << bits) + step
    return Quotient(floor=whole * numerator + floor, even=rest == 0)


def _by_integers(
    amount: npt.NDArray[Any], numerator: int | npt.NDArray[Any], denominator: int
) -> Quotient:
    """The same with Python's integers: for figures that no int64 can hold."""
    product = unbounded(amount) * numerator
    whole = product // denominator
    if largest(whole) > INT64_MAX:
        raise OverflowError("a result has more than 18 digits")
    even = np.asarray(product == whole * denominator, np.bool_)
    return Quotient(floor=whole.astype(np.int64), even=even)


def reaches(part: Ints, share: Fraction, whole: Ints) -> Bools:
    """Where ``part >= share * whole``, exactly; equality reaches."""
    if max(largest(part) * share.denominator, largest(whole) * abs(share.numerator)) > INT64_MAX:
        compared = unbounded(part) * share.denominator >= unbounded(whole) * share.numerator
        return np.asarray(compared, np.bool_)
    return np.asarray(part * share.denominator >= whole * share.numerator, np.bool_)


def times(values: npt.NDArray[Any], factor: int) -> npt.NDArray[Any]:
    """The products, in int64 where they fit and else as Python integers."""
    fits = largest(values) * abs(factor) <= INT64_MAX and abs(factor) <= INT64_MAX
    product: npt.NDArray[Any] = (values if fits else unbounded(values)) * factor
    return product


def largest(values: int | npt.NDArray[Any]) -> int:
    """The greatest absolute value, as a Python integer; 0 of none."""
    if isinstance(values, int):
        return abs(values)
    return max(abs(int(values.max())), abs(int(values.min()))) if values.size else 0


def unbounded(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same numbers as Python integers, which cannot overflow."""
    return values.astype(object)


@overload
def _as_int64(values: int) -> int: ...
@overload
def _as_int64(values: npt.NDArray[Any]) -> Ints: ...
def _as_int64(values: int | npt.NDArray[Any]) -> int | Ints:
    return values if isinstance(values, int) else values.astype(np.int64, copy=False)
