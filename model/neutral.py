"""The rule that no text of a register runs as a formula, wherever it is written."""

from __future__ import annotations

# What Excel and its kin may take for the beginning of a formula, in half and in full width.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutral(text: str) -> str:
    """The text, with an apostrophe before one that a spreadsheet might take for a formula.

    >>> neutral("=1+1"), neutral("甲公司"), neutral("-3")
    ("'=1+1", '甲公司', "'-3")
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
