"""Money, rates and counts as people print them, and back; exact, never by way of a float."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

UNITS = {"亿元": 100_000_000, "亿": 100_000_000, "万元": 10_000, "万": 10_000, "元": 1}
YI = 100_000_000
WAN = 10_000

_MONEY = re.compile(r"^([+-]?\d[\d,]*(?:\.\d+)?)\s*(亿元|亿|万元|万|元)$")
_RATE = re.compile(r"^([+-]?\d+(?:\.\d+)?)\s*%$")
_RATIO = re.compile(r"^(\d+(?:\.\d+)?)\s*/\s*(\d+(?:\.\d+)?)$")


def parse_money(text: str) -> int:
    """Whole yuan of an amount printed with its unit, for example ``64.96亿元``.

    Raises:
        ValueError: no unit, not a number, or not a whole number of yuan.
    """
    match = _MONEY.match(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"'{text}' is not an amount of money with a unit")
    yuan = Fraction(match.group(1).replace(",", "")) * UNITS[match.group(2)]
    if yuan.denominator != 1:
        raise ValueError(f"'{text}' is not a whole number of yuan")
    return int(yuan)


def parse_rate(text: str) -> Fraction:
    """The exact fraction of a percentage or a quotient: ``10%`` is 1/10, ``2/3`` is 2/3.

    Raises:
        ValueError: neither a percentage nor a quotient.
    """
    clean = unicodedata.normalize("NFKC", text).strip()
    if match := _RATE.match(clean):
        return Fraction(match.group(1)) / 100
    if (match := _RATIO.match(clean)) and Fraction(match.group(2)):
        return Fraction(match.group(1)) / Fraction(match.group(2))
    raise ValueError(f"'{text}' is neither a percentage nor a quotient")


def format_money(yuan: int, unit: str | None = None) -> str:
    """The amount with the unit a budget table would use, exact: 亿元, 万元 or 元.

    Args:
        yuan: whole yuan, any sign.
        unit: ``亿元``, ``万元`` or ``元``; the largest that needs at most two decimals if None.
    """
    if unit is None:
        unit = next((u for u in ("亿元", "万元") if _fits(yuan, UNITS[u])), "元")
    value = Decimal(yuan) / UNITS[unit]
    digits = f"{value:,.2f}".rstrip("0").rstrip(".") if unit != "元" else f"{yuan:,}"
    return digits + unit


def _fits(yuan: int, size: int) -> bool:
    return abs(yuan) >= size and yuan % (size // 100) == 0


def format_rate(rate: Fraction) -> str:
    """A fraction as a percentage, or as a quotient where the percentage does not end."""
    percent = rate * 100
    if (percent * 10_000).denominator == 1:
        return f"{float(percent):.4f}".rstrip("0").rstrip(".") + "%"
    return f"{rate.numerator}/{rate.denominator}"
