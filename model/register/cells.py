"""The cells of a register as exact whole numbers: money in fen, numbers in millionths, yes or no.

Full-width digits, thousands separators, a unit and hidden characters are read; nothing is guessed.
A cell that cannot be read raises ValueError with the fact and, after a full stop, the way out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from model.money import UNITS
from model.policy.exact import FEN, MILLIONTHS

MOST_FEN = 10**13 * FEN
MOST_NUMBER = 10**12 * MILLIONTHS
YES = frozenset({"true", "1", "是", "√", "✓", "✔"})
NO = frozenset({"false", "0", "否", "×", "✗", "✘"})
YEARS = range(1990, 2100)  # of a filing date
BLANKS = frozenset({"", "-", "--", "—", "——", "–", "/", "无"})

# What a cell may hold and nobody sees: joiners, marks of direction, soft hyphens, byte order marks.
_HIDDEN = dict.fromkeys(
    list(map(ord, "\u00ad\u034f\u061c\u180e\ufeff"))
    + list(range(0x200B, 0x2010))
    + list(range(0x202A, 0x202F))
    + list(range(0x2060, 0x2070))
    + list(range(0xFE00, 0xFE10))
)
_QUOTES = dict.fromkeys(map(ord, "\"'“”‘’「」『』《》 "))
_PLAIN = re.compile(
    r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?)(?:\.([0-9]+))?\s*(亿元|亿|万元|万|元|%)?"
)
_DATE = re.compile(
    r"(?:([0-9]{4})([0-9]{2})([0-9]{2})"
    r"|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"
    r"|([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2}))"
    r"(?:[ T][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?)?"
)
_SCIENTIFIC = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")
_ERROR_VALUE = re.compile(r"#[A-Z0-9/_]+[!?]?")
# A spreadsheet counts days from here; the numbers of the years 2000 to 2099 have five digits.
_DAY_ZERO, _SERIALS = date(1899, 12, 30), range(36526, 73051)


def clean(text: str) -> str:
    """The text as people see it: full-width forms plain, no hidden signs, no space around it."""
    if text.isascii():
        return text.strip()
    return unicodedata.normalize("NFKC", text.translate(_HIDDEN)).strip()


def visible(text: str) -> str:
    """The text without hidden signs and space around it, its forms as they are."""
    return text.strip() if text.isascii() else text.translate(_HIDDEN).strip()


def shown(text: str) -> str:
    """The text as a message quotes it: hidden characters visible, long ones cut."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


def check_result(text: str) -> None:
    """Refuses what stands in a cell whose formula has failed, or has never been worked out."""
    if _ERROR_VALUE.fullmatch(text):
        raise ValueError(f"{shown(text)} is an error value. Mend the formula or write the result")
    if text.startswith("="):
        raise ValueError(f"{shown(text)} is a formula without its result. Write the result")


def parse_money(text: str, unit: str = "元") -> int:
    """An amount in fen: ``1,234.56``, ``123.45万元``, ``１２３元``.

    Args:
        text: the cell.
        unit: the unit of a number that has none of its own.
    """
    what = "an amount of money. Write for example 1234567.89 or 123.45万元"
    fen = _exact(text, FEN, {"": UNITS[unit], **UNITS}, what)
    if fen is None:
        raise ValueError(f"{shown(text)} is not a whole number of fen. Round it to two decimals")
    if fen > MOST_FEN:
        raise ValueError(f"{shown(text)} is above {MOST_FEN // FEN:,} yuan. Check the unit")
    return fen


def parse_number(text: str) -> int:
    """A number in millionths."""
    return _number(text, MILLIONTHS, {"": 1})


def parse_rate(text: str, unit: str = "") -> int:
    """A rate in millionths: ``0.015`` or ``1.5%``.

    Args:
        text: the cell.
        unit: ``%`` where a number without a sign counts in percent.
    """
    return _number(text, MILLIONTHS // 100, {"": 1 if unit == "%" else 100, "%": 1})


def _number(text: str, scale: int, units: Mapping[str, int]) -> int:
    what = "a number. Write for example 1234.5, without a unit"
    millionths = _exact(text, scale, units, what)
    if millionths is None:
        raise ValueError(f"{shown(text)} has more than six decimals. Round it to six")
    if millionths > MOST_NUMBER:
        raise ValueError(f"{shown(text)} is above {MOST_NUMBER // MILLIONTHS:,}. Check it")
    return millionths


def _exact(text: str, scale: int, units: Mapping[str, int], what: str) -> int | None:
    """The number times `scale` and its unit; None if that is not whole."""
    plain = clean(text)
    match = _PLAIN.fullmatch(plain) if len(plain) <= 40 else None
    if match is None or not (match[2] or match[3]) or (match[4] or "") not in units:
        check_result(plain)
        if _SCIENTIFIC.fullmatch(plain):
            raise ValueError(f"{shown(text)} is in scientific notation. Write all its digits")
        raise ValueError(f"{shown(text)} is not {what}")
    decimals = match[3] or ""
    digits = int(match[2].replace(",", "") + decimals)
    if match[1] == "-" and digits:
        raise ValueError(f"{shown(text)} is negative. Write an amount of zero or more")
    scaled = digits * scale * units[match[4] or ""]
    whole, rest = divmod(scaled, 10 ** len(decimals))
    return None if rest else whole


def parse_yes_no(text: str) -> int:
    """1 of yes, 0 of no."""
    word = text if text in YES or text in NO else clean(text).casefold()
    if word in YES:
        return 1
    if word in NO:
        return 0
    check_result(clean(text))
    raise ValueError(f"{shown(text)} is neither yes nor no. Write 是 or 否, true or false, 1 or 0")


def parse_text(text: str) -> int:
    """0: a text is kept as it is, but for one whose formula has failed."""
    if _ERROR_VALUE.fullmatch(clean(text)):
        check_result(clean(text))
    return 0


def parse_day(text: str) -> int:
    """The days since 1970-01-01 of a date.

    Read are ``2024-03-05``, ``2024/3/5``, ``2024.3.5``, ``2024年3月5日``, ``20240305``, with or
    without a time, and the number by which a spreadsheet counts days.
    """
    plain = clean(text)
    if plain.isdecimal() and len(plain) == 5 and int(plain) in _SERIALS:
        return (_DAY_ZERO + timedelta(days=int(plain)) - date(1970, 1, 1)).days
    match = _DATE.fullmatch(plain)
    if match is None:
        check_result(plain)
        raise ValueError(f"{shown(text)} is not a date. Write for example 2024-03-05")
    year, month, day = (int(part) for part in match.groups() if part)
    if year not in YEARS:
        years = f"{YEARS.start} to {YEARS.stop - 1}"
        raise ValueError(f"{shown(text)} is no day of the years {years}. Check the year")
    try:
        return (date(year, month, day) - date(1970, 1, 1)).days
    except ValueError:
        raise ValueError(f"{shown(text)} is no day of the calendar. Check it") from None


def grade_parser(grades: Sequence[str]) -> Callable[[str], int]:
    """A parser of grades to their position in the list; quotation marks and spaces do not count."""

    def bare(text: str) -> str:
        return clean(text).translate(_QUOTES)

    codes = {bare(grade): code for code, grade in enumerate(grades)}
    if len(codes) < len(grades):
        codes = {clean(grade): code for code, grade in enumerate(grades)}

    def parse_grade(text: str) -> int:
        code = codes.get(clean(text), codes.get(bare(text)))
        if code is None:
            check_result(clean(text))
            raise ValueError(f"unknown grade {shown(text)}. The grades are: {', '.join(grades)}")
        return code

    return parse_grade
