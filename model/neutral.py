"""The rule that no text of a register runs as a formula, wherever it is written."""

from __future__ import annotations

from collections.abc import Iterable

# What Excel and its kin may take for the beginning of a formula, in half and in full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_STARTS = frozenset(FORMULA_STARTS)


def neutral(text: str) -> str:
    """The text, with an apostrophe before one that a spreadsheet might take for a formula.

    >>> neutral("=1+1"), neutral("甲公司"), neutral("-3")
    ("'=1+1", '甲公司', "'-3")
    """
    return f"'{text}" if text[:1] in _STARTS else text


def neutral_row(cells: Iterable[str]) -> list[str]:
    """A row of such texts; a million rows have tens of millions of them."""
    return [f"'{cell}" if cell[:1] in _STARTS else cell for cell in cells]
