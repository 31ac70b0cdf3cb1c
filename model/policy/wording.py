"""Figures as a Chinese reason prints them: exact, with their unit, grouped from five digits on."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from model.policy.awards import Column
from model.policy.exact import FEN, MILLIONTHS

WAN_FEN = 10_000 * FEN
PLACES = 12
DECIMALS = 10**PLACES
CUT_ZH = "（不足1元舍去）"


def money_zh(fen: int) -> str:
    """An amount in 万元 where two decimals hold it exactly, else in 元: 99.99万元, 999,999元."""
    return _in_wan(fen) if _fits_wan((fen,)) else _in_yuan(fen)


def yuan_zh(yuan: int) -> str:
    """As `money_zh`, for whole yuan."""
    return money_zh(yuan * FEN)


def compared_zh(*fen: int) -> tuple[str, ...]:
    """Amounts that stand beside each other, all in the same unit."""
    write = _in_wan if _fits_wan(fen) else _in_yuan
    return tuple(write(amount) for amount in fen)


def quantity_zh(millionths: int, column: Column) -> str:
    """A number with the unit of its column: 49.9亩."""
    return decimal_zh(millionths, 6) + column.unit_zh


def units_zh(units: int, column: Column) -> str:
    """A whole number with the unit of a column."""
    return quantity_zh(units * MILLIONTHS, column)


def percent_zh(millionths: int) -> str:
    """A rate given in millionths as a percentage: 15000 is 1.5%."""
    return decimal_zh(millionths, 4) + "%"


def percent_below_zh(part: int, whole: int) -> str:
    """The share of `part` in `whole` as a percentage of two decimals, rounded down."""
    hundredths = part * 10_000 // whole
    sign = "-" if hundredths < 0 else ""
    return f"{sign}{decimal_zh(abs(hundredths), 2)}%"


def rate_zh(rate: Fraction) -> str:
    """A rate as a percentage where its decimals end, else as a quotient: 8.25%, 2/3."""
    percent = rate * 100
    if DECIMALS % percent.denominator:
        return f"{rate.numerator}/{rate.denominator}"
    return times_zh(percent) + "%"


def times_zh(count: Fraction) -> str:
    """A number as a decimal where its decimals end, else as a quotient: 2, 1.5, 7/3."""
    if DECIMALS % count.denominator:
        return f"{count.numerator}/{count.denominator}"
    return decimal_zh(int(count * DECIMALS), PLACES)


def decimal_zh(value: int, places: int) -> str:
    """``value / 10**places`` without trailing zeros; whole parts from five digits on grouped."""
    sign, value = ("-", -value) if value < 0 else ("", value)
    whole, rest = divmod(value, 10**places)
    text = f"{whole:,}" if whole > 9999 else str(whole)
    if rest:
        text = f"{text}.{rest:0{places}d}".rstrip("0")
    return sign + text


def _fits_wan(amounts: Iterable[int]) -> bool:
    """Whether 万元 suits: two decimals are enough for all, and one of them is 1万元 or more."""
    parts = [abs(fen) for fen in amounts]
    return max(parts) >= WAN_FEN and not any(fen % (WAN_FEN // 100) for fen in parts)


def _in_wan(fen: int) -> str:
    return decimal_zh(fen // (WAN_FEN // 100), 2) + "万元"


def _in_yuan(fen: int) -> str:
    return decimal_zh(fen, 2) + "元"
