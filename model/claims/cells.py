"""The cells of a register as exact whole numbers: money in fen, numbers in millionths, yes or no.

Full-width digits, thousands separators and a unit are read; nothing is guessed. A cell that
cannot be read raises ValueError with the fact and, after a full stop, the way out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt

from model.money import UNITS
from model.policy.awards import Column
from model.policy.exact import FEN, MILLIONTHS

MOST_FEN = 10**13 * FEN
MOST_NUMBER = 10**12 * MILLIONTHS
YES = frozenset({"true", "1", "是"})
NO = frozenset({"false", "0", "否"})

_PLAIN = re.compile(
    r"([+-]?)((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?)(?:\.([0-9]+))?\s*(亿元|亿|万元|万|元|%)?"
)
_DATE = re.compile(
    r"([0-9]{4})([0-9]{2})([0-9]{2})"
    r"|([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"
    r"|([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})"
)
_SCIENTIFIC = re.compile(r"[+-]?[0-9.]+[eE][+-]?[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One column of cells.

    Attributes:
        values: 0 or no where the cell is blank or wrong.
        given: where the cell is not blank.
        wrong: by position, what is wrong with a cell.
    """

    values: npt.NDArray[Any]
    given: npt.NDArray[np.bool_]
    wrong: Mapping[int, str]


def clean(text: str) -> str:
    """The text without surrounding space, full-width forms made plain."""
    return text.strip() if text.isascii() else unicodedata.normalize("NFKC", text).strip()


def shown(text: str) -> str:
    """The text as a message quotes it: hidden characters visible, long ones cut."""
    return repr(text if len(text) <= 40 else text[:40] + "…")


def read_cells(texts: Sequence[str], column: Column, parse: Callable[[str], int]) -> Cells:
    """Every cell of a column, read by `parse`; blank cells are not given."""
    values, given, wrong = [0] * len(texts), [True] * len(texts), {}
    for position, text in enumerate(texts):
        if not text:
            given[position] = False
            continue
        try:
            values[position] = parse(text)
        except ValueError as error:
            if clean(text):
                wrong[position] = str(error)
            else:
                given[position] = False
    dtype = np.bool_ if column.type == "bool" else np.int64
    return Cells(values=np.array(values, dtype), given=np.array(given, np.bool_), wrong=wrong)


def parse_money(text: str) -> int:
    """An amount in fen: ``1,234.56``, ``123.45万元``, ``１２３元``; without a unit, yuan."""
    if text.isascii() and text.isdigit() and len(text) <= 13:
        return int(text) * FEN
    fen = _exact(text, FEN, UNITS, "an amount of money. Write for example 1234567.89 or 123.45万元")
    if fen is None:
        raise ValueError(f"{shown(text)} is not a whole number of fen. Round it to two decimals")
    if fen > MOST_FEN:
        raise ValueError(f"{shown(text)} is above {MOST_FEN // FEN:,} yuan. Check the unit")
    return fen


def parse_number(text: str) -> int:
    """A number in millionths."""
    return _number(text, {})


def parse_rate(text: str) -> int:
    """A rate in millionths: ``0.015`` or ``1.5%``."""
    return _number(text, {"%": 1})


def _number(text: str, units: Mapping[str, int]) -> int:
    if text.isascii() and text.isdigit() and len(text) <= 12:
        return int(text) * MILLIONTHS
    scale = MILLIONTHS // 100 if units and clean(text).endswith("%") else MILLIONTHS
    millionths = _exact(text, scale, units, "a number. Write for example 1234.5, without a unit")
    if millionths is None:
        raise ValueError(f"{shown(text)} has more than six decimals. Round it to six")
    if millionths > MOST_NUMBER:
        raise ValueError(f"{shown(text)} is above {MOST_NUMBER // MILLIONTHS:,}. Check it")
    return millionths


def _exact(text: str, scale: int, units: Mapping[str, int], what: str) -> int | None:
    """The number times `scale`; None if that is not whole."""
    plain = clean(text)
    match = _PLAIN.fullmatch(plain) if len(plain) <= 40 else None
    if match is None or not (match[2] or match[3]) or (match[4] and match[4] not in units):
        if _SCIENTIFIC.fullmatch(plain):
            raise ValueError(f"{shown(text)} is in scientific notation. Write all its digits")
        raise ValueError(f"{shown(text)} is not {what}")
    decimals = match[3] or ""
    digits = int(match[2].replace(",", "") + decimals)
    if match[1] == "-" and digits:
        raise ValueError(f"{shown(text)} is negative. Write an amount of zero or more")
    scaled = digits * scale * units.get(match[4] or "", 1)
    whole, rest = divmod(scaled, 10 ** len(decimals))
    return None if rest else whole


def parse_yes_no(text: str) -> int:
    """1 of yes, 0 of no."""
    word = text if text in YES or text in NO else clean(text).casefold()
    if word in YES:
        return 1
    if word in NO:
        return 0
    raise ValueError(f"{shown(text)} is neither yes nor no. Write 是 or 否, true or false, 1 or 0")


def parse_text(text: str) -> int:
    """0: a text is kept as it is; only a blank one counts as not given."""
    if not clean(text):
        raise ValueError("blank")
    return 0


def parse_date(text: str) -> date:
    """A day: ``2024-03-05``, ``2024/3/5``, ``2024.3.5``, ``2024年3月5日`` or ``20240305``."""
    match = _DATE.fullmatch(clean(text))
    if match is None:
        raise ValueError(f"{shown(text)} is not a date. Write for example 2024-03-05")
    year, month, day = (int(part) for part in match.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        raise ValueError(f"{shown(text)} is no day of the calendar. Check it") from None


def grade_parser(grades: Sequence[str]) -> Callable[[str], int]:
    """A parser of grades to their position in the list."""
    codes = {clean(grade): code for code, grade in enumerate(grades)}

    def parse_grade(text: str) -> int:
        code = codes.get(text)
        if code is None:
            code = codes.get(clean(text))
        if code is None:
            raise ValueError(f"unknown grade {shown(text)}. The grades are: {', '.join(grades)}")
        return code

    return parse_grade
