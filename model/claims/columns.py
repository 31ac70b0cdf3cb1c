"""A column of cells as whole numbers: all plain ones at once, each odd one with care and once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.claims.cells import BLANKS, clean
from model.claims.texts import Texts, Words
from model.policy.exact import Bools, Ints

_LONGEST_BLANK = max(len(sign.encode()) for sign in BLANKS)
POINT = ord(".")
MOST_DECIMALS = 6

_BYTES = np.uint64(0x0101010101010101)
_ZEROS = np.uint64(0x30) * _BYTES
_TOP_BITS = np.uint64(0x80) * _BYTES
_ABOVE_NINE = np.uint64(0x76) * _BYTES


@dataclass(frozen=True, slots=True, kw_only=True)
class Parser:
    """How the cells of a column are read.

    Attributes:
        parse: a cell as a whole number; raises ValueError with the fact and the way out.
        one: what a plain 1 counts, where cells are numbers; else 0.
        most: the greatest that a cell may be, where cells are numbers.
        free: whether any text is right that is plain and neither short nor an error value.
    """

    parse: Callable[[str], int]
    one: int = 0
    most: int = 0
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
    if parser.one and len(left):
        numbers, known = plain_numbers(texts.take(left), parser)
        values[left[known]] = numbers[known]
        left = left[~known]
    if parser.free and len(left):
        some = texts.take(left)
        short = some.end - some.begin <= _LONGEST_BLANK
        left = left[short | some.odd() | (some.store.bytes[some.begin] == ord("#"))]
    if len(left):
        codes, first = texts.take(left).group()
        numbers, known, told = _with_care(list(texts.take(left[first])), parser)
        values[left], given[left] = numbers[codes], known[codes]
        if told:
            bad = np.isin(codes, np.fromiter(told, np.int64))
            rows = zip(left[bad].tolist(), codes[bad].tolist(), strict=True)
            wrong = {row: told[code] for row, code in rows}
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


def plain_numbers(texts: Texts, parser: Parser) -> tuple[Ints, Bools]:
    """The numbers of digits with at most one point, and which texts are such numbers.

    What has more digits than fit, more decimals than count or anything else in it is left to
    the careful parser, which says what is wrong.
    """
    values, known = _digits(texts, texts.begin, texts.end)
    known &= values <= parser.most // parser.one
    values = np.where(known, values, 0) * parser.one
    left = np.flatnonzero(~known)
    for decimals in range(1, MOST_DECIMALS + 1):
        if not len(left):
            break
        point = texts.end[left] - decimals - 1
        here = (point > texts.begin[left]) & (texts.store.bytes[np.maximum(point, 0)] == POINT)
        rows, at = left[here], point[here]
        whole, whole_known = _digits(texts, texts.begin[rows], at)
        part, part_known = _digits(texts, at + 1, texts.end[rows])
        fits = whole_known & part_known & (whole < parser.most // parser.one)
        fits &= part * parser.one % 10**decimals == 0
        rows, whole, part = rows[fits], whole[fits], part[fits]
        values[rows] = whole * parser.one + part * parser.one // 10**decimals
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
