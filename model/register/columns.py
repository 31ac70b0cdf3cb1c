"""A column of cells as whole numbers: all plain ones at once, each odd one with care and once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.policy.exact import Bools, Ints
from model.register.cells import BLANKS, YEARS, clean
from model.register.numbering import Words
from model.register.texts import Texts

_LONGEST_BLANK = max(len(sign.encode()) for sign in BLANKS)
_AT_ONCE = 1 << 15  # cells whose workings the processor can keep at hand
POINT = ord(".")
MOST_DECIMALS = 6

_BYTES = np.uint64(0x0101010101010101)
_ZEROS = np.uint64(0x30) * _BYTES
_TOP_BITS = np.uint64(0x80) * _BYTES
_ABOVE_NINE = np.uint64(0x76) * _BYTES
_STROKES = np.uint64(0xFF << 32 | 0xFF << 56)
# The first day of each month of the years that are read, and of the month after them.
_FIRSTS = (
    np.arange((YEARS.start - 1970) * 12, (YEARS.stop - 1970) * 12 + 1)
    .astype("datetime64[M]")
    .astype("datetime64[D]")
    .astype(np.int64)
)
_DIGITS = (0, 1, 2, 3, 5, 6)  # of a date


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """How the cells of a column are read.

    Attributes:
        parse: a cell as a whole number; raises ValueError with the fact and the way out.
        plain: the same for all plain cells at once, and which ones are plain; None where
            cells are of few kinds.
        free: whether any text is right that is plain and neither short nor an error value.
    """

    parse: Callable[[str], int]
    plain: Callable[[Texts], tuple[Ints, Bools]] | None = None
    free: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One column of cells.

    Attributes:
        values: 0 or no where the cell is blank or wrong.
        given: where the cell is not blank.
        wrong: by position, what is wrong with a cell.
    """

    values: npt.NDArray[Any]
    given: Bools
    wrong: Mapping[int, str]


def read_column(texts: Texts, parser: Parser) -> Cells:
    """Every cell of a column in whole numbers; blank ones and strokes are not given."""
    values = np.zeros(len(texts), np.int64)
    given: Bools = texts.end > texts.begin
    wrong: dict[int, str] = {}
    left = np.flatnonzero(given)
    if parser.plain and len(left):
        parts = []
        for begin in range(0, len(left), _AT_ONCE):
            rows = left[begin : begin + _AT_ONCE]
            found, known = parser.plain(texts.take(rows))
            values[rows[known]] = found[known]
            parts.append(rows[~known])
        left = np.concatenate(parts)
    if parser.free and len(left):
        some = texts.take(left)
        short = some.end - some.begin <= _LONGEST_BLANK
        left = left[short | some.odd() | (some.starts() == ord("#"))]
    if len(left):
        codes, first = texts.take(left).group()
        found, known, told = _with_care(list(texts.take(left[first])), parser)
        values[left], given[left] = found[codes], known[codes]
        if told:
            bad = np.isin(codes, np.fromiter(told, np.int64))
            pairs = zip(left[bad].tolist(), codes[bad].tolist(), strict=True)
            wrong = {row: told[code] for row, code in pairs}
    return Cells(values=values, given=given, wrong=wrong)


def _with_care(texts: list[str], parser: Parser) -> tuple[Ints, Bools, dict[int, str]]:
    """The number of each text, which ones are given, and what is wrong with some."""
    values, given = np.zeros(len(texts), np.int64), np.ones(len(texts), np.bool_)
    wrong: dict[int, str] = {}
    for at, text in enumerate(texts):
        if clean(text) in BLANKS:
            given[at] = False
            continue
        try:
            values[at] = parser.parse(text)
        except ValueError as error:
            wrong[at] = str(error)
    return values, given, wrong


def numbers(one: int, most: int) -> Callable[[Texts], tuple[Ints, Bools]]:
    """Reads plain numbers, each 1 counted as `one`, up to `most`."""
    return lambda texts: plain_numbers(texts, one, most)


def plain_days(texts: Texts) -> tuple[Ints, Bools]:
    """Days since 1970-01-01 of dates like 2024-03-05, and which texts are such dates."""
    known = texts.end - texts.begin == 10
    front = texts.word() ^ np.uint64(int.from_bytes(b"0000-00-", "little"))
    known &= (((front + _ABOVE_NINE) | front) & _TOP_BITS == 0) & (front & _STROKES == 0)
    at = [((front >> np.uint64(8 * place)) & np.uint64(0xF)).astype(np.int64) for place in _DIGITS]
    last = np.minimum(texts.begin + 8, len(texts.store) - 10)
    day, right = _digits(texts, last, last + 2)
    month = at[4] * 10 + at[5]
    known &= right & (month >= 1) & (month <= 12) & (day >= 1)
    year = at[0] * 1000 + at[1] * 100 + at[2] * 10 + at[3]
    known &= (year >= YEARS.start) & (year < YEARS.stop)
    months = np.where(known, (year - YEARS.start) * 12 + month - 1, 0)
    days = _FIRSTS[months] + day - 1
    return days, known & (days < _FIRSTS[months + 1])


def plain_numbers(texts: Texts, one: int, most: int) -> tuple[Ints, Bools]:
    """The numbers of digits with at most one point, and which texts are such numbers.

    What has more digits than fit, more decimals than count or anything else in it is left to
    the careful parser, which says what is wrong.
    """
    values, known = _digits(texts, texts.begin, texts.end)
    known &= values <= most // one
    values = np.where(known, values, 0) * one
    left = np.flatnonzero(~known)
    for decimals in range(1, MOST_DECIMALS + 1):
        if not len(left):
            break
        point = texts.end[left] - decimals - 1
        here = (point > texts.begin[left]) & (texts.store.bytes[np.maximum(point, 0)] == POINT)
        rows, at = left[here], point[here]
        whole, whole_known = _digits(texts, texts.begin[rows], at)
        part, part_known = _digits(texts, at + 1, texts.end[rows])
        fits = whole_known & part_known & (whole < most // one)
        fits &= part * one % 10**decimals == 0
        rows, whole, part = rows[fits], whole[fits], part[fits]
        values[rows] = whole * one + part * one // 10**decimals
        known[rows] = True
        left = left[~here]
    return values, known


def _digits(texts: Texts, begin: Ints, end: Ints) -> tuple[Ints, Bools]:
    """The values of stretches of 1 to 16 digits, and which are such; eight digits at a time."""
    size = end - begin
    known = (size >= 1) & (size <= 16)
    short = np.minimum(size, 8).clip(1)
    tail = texts.store.words(np.maximum(end - short, 0))
    values, right = _eight(tail, short)
    known &= right
    long = np.flatnonzero(known & (size > 8))
    if len(long):
        head, right = _eight(texts.store.words(begin[long]), size[long] - 8)
        values[long] += head * 10**8
        known[long] &= right
    return values, known


def _eight(words: Words, size: Ints) -> tuple[Ints, Bools]:
    """The numbers that the first 1 to 8 bytes of words spell, and whether all are digits."""
    # Moved to the end of the word, with zeros before it, a number is eight digits long.
    shift = (8 * (8 - size)).astype(np.uint64)
    digits = (words << shift) ^ (_ZEROS & (~np.uint64(0) << shift))
    right: Bools = ((digits + _ABOVE_NINE) | digits) & _TOP_BITS == 0
    pairs = (digits * np.uint64(2561)) >> np.uint64(8) & np.uint64(0x00FF00FF00FF00FF)
    fours = (pairs * np.uint64(6553601)) >> np.uint64(16) & np.uint64(0x0000FFFF0000FFFF)
    return ((fours * np.uint64(42949672960001)) >> np.uint64(32)).astype(np.int64), right
