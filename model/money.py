"""Money, rates and counts as people print them, and back; exact, never by way of a float."""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

UNITS = {"亿元": 100_000_000, "亿": 100_000_000, "万元": 10_000, "万": 10_000, "元": 1}
YI = 100_000_000
WAN = 10_000

# Commas only between groups of three, so that a decimal comma is never read as nothing.
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?"
_MONEY = re.compile(rf"([+-]?{_NUMBER})\s*(亿元|亿|万元|万|元)")
_RATE = re.compile(rf"([+-]?{_NUMBER})\s*%")
_RATIO = re.compile(rf"([+-]?{_NUMBER})\s*/\s*({_NUMBER})")


def parse_money(text: str) -> int:
    """Whole yuan of an amount printed with its unit, for example ``64.96亿元``.

    Raises:
        ValueError: no unit, not a number, or not a whole number of yuan.
    """
    match = _MONEY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"'{text}' is not an amount of money with a unit")
    yuan = _fraction(match.group(1)) * UNITS[match.group(2)]
    if yuan.denominator != 1:
        raise ValueError(f"'{text}' is not a whole number of yuan")
    return int(yuan)


def parse_rate(text: str) -> Fraction:
    """The exact fraction of a percentage or a quotient: ``10%`` is 1/10, ``2/3`` is 2/3.

    Raises:
        ValueError: neither a percentage nor a quotient.
    """
    clean = unicodedata.normalize("NFKC", text).strip()
    if match := _RATE.fullmatch(clean):
        return _fraction(match.group(1)) / 100
    if (match := _RATIO.fullmatch(clean)) and _fraction(match.group(2)):
        return _fraction(match.group(1)) / _fraction(match.group(2))
    raise ValueError(f"'{text}' is neither a percentage nor a quotient")


def _fraction(digits: str) -> Fraction:
    return Fraction(digits.replace(",", ""))


def format_money(yuan: int) -> str:
    """The amount, exact, with the unit a budget table would use: 64.96亿元, 500万元, 1,234元.

    Args:
        yuan: whole yuan, any sign. The unit is the largest that needs at most two decimals.
    """
    unit = next((u for u in ("亿元", "万元") if _fits(yuan, UNITS[u])), "元")
    hundredths = yuan * 100 // UNITS[unit]
    whole, part = divmod(abs(hundredths), 100)
    decimals = f".{part:02d}".rstrip("0").rstrip(".")
    return f"{'-' if yuan < 0 else ''}{whole:,}{decimals}{unit}"


def _fits(yuan: int, size: int) -> bool:
    return abs(yuan) >= size and yuan % (size // 100) == 0


def format_rate(rate: Fraction) -> str:
    """A fraction, exact: as a percentage of up to four decimals, or else as a quotient."""
    ten_thousandths = rate * 1_000_000
    if ten_thousandths.denominator != 1:
        return f"{rate.numerator}/{rate.denominator}"
    whole, part = divmod(abs(int(ten_thousandths)), 10_000)
    decimals = f".{part:04d}".rstrip("0").rstrip(".")
    return f"{'-' if rate < 0 else ''}{whole}{decimals}%"


def last_digit(text: str) -> int:
    """What one in the last printed digit of an amount is worth, in yuan; at least 1.

    >>> last_digit("1.25亿元"), last_digit("870万元")
    (1000000, 10000)

    Raises:
        ValueError: not an amount of money with a unit.
    """
    match = _MONEY.match(unicodedata.normalize("NFKC", text).strip())
    if match is None:
        raise ValueError(f"'{text}' is not an amount of money with a unit")
    decimals = len(match.group(1).partition(".")[2])
    return max(UNITS[match.group(2)] // 10**decimals, 1)
