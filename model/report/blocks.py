"""The pieces a report is made of, as plain data that the page style knows how to set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from model.report.numerals import NOTHING, chance, error_cell, money_cell, not_quite_whole
from model.report.wording import Wording

Block = dict[str, Any]
Run = dict[str, Any]
Cell = str | dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column of a table: its heading, its share of the width, and whether it holds figures."""

    head: str
    share: float
    figures: bool = False


def runs(words: Wording, key: str, **values: str) -> list[Run]:
    """The text under `key` in pieces, what stands between ** in bold.

    The pattern is cut before it is filled: a ** inside a value stays as it is.
    """
    words(key, **values)
    pieces = words.texts[key].split("**")
    return [
        {"text": piece.format_map(values), "bold": place % 2 == 1}
        for place, piece in enumerate(pieces)
        if piece
    ]


def plain(text: str) -> list[Run]:
    """The text as one piece that is not bold."""
    return [{"text": text, "bold": False}]


def heading(level: int, text: str) -> Block:
    """A heading; level 1 opens a chapter."""
    return {"kind": "heading", "level": level, "text": text}


def paragraph(content: list[Run], style: str = "body") -> Block:
    """A paragraph; its style is body, note or warning."""
    return {"kind": "paragraph", "runs": content, "style": style}


def bullets(items: Sequence[list[Run]]) -> Block:
    """A list of sentences."""
    return {"kind": "bullets", "items": list(items)}


def table(caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Block:
    """A table; units stand in the caption or in the headings, never in the cells."""
    return {
        "kind": "table",
        "caption": caption,
        "heads": [column.head for column in columns],
        "shares": [column.share for column in columns],
        "aligns": ["right" if column.figures else "left" for column in columns],
        "rows": [list(row) for row in rows],
    }


def picture(svg: str, caption: tuple[str, str], alt: str) -> Block:
    """A chart as SVG text, its title and a note on how to read it, and words for who cannot see."""
    return {"kind": "figure", "svg": svg, "caption": caption[0], "note": caption[1], "alt": alt}


def two_lines(text: str, small: str) -> Cell:
    """A cell with a second, smaller line; just the text where there is nothing small to say."""
    return {"text": text, "small": small} if small else text


def pair(texts: Sequence[str]) -> Cell:
    """Before above after; one line where nothing changes."""
    before, after = texts
    return before if before == after else {"text": before, "below": after}


def text_width(text: str, size: float) -> float:
    """About how wide the text is in millimetres, rather more than less; size in points."""
    return size * 0.3528 * sum(1.0 if ord(letter) > 0x2E80 else 0.58 for letter in text)


def shortened(text: str, width_mm: float, size: float) -> str:
    """The text, cut with … where it would be wider than the room for it."""
    if text_width(text, size) <= width_mm:
        return text
    while text and text_width(text + "…", size) > width_mm:
        text = text[:-1]
    return text.rstrip() + "…"


def with_error(entry: Mapping[str, Any], field: str, words: Wording, where: str = "small") -> Cell:
    """An estimate of money or of a share with its sampling error, below it or `beside` it.

    A chance that is printed only as below 1 % or above 99 % claims no more than that.
    """
    value = entry.get(field)
    if value is None:
        return NOTHING
    error = error_cell(entry, field, words.language)
    if field.endswith("_yuan"):
        text = money_cell(value, words.language)
    elif "probability" in field:
        text = chance(value, words.language)
        error = error if 0.01 <= value <= 0.99 else NOTHING
    else:
        text = not_quite_whole(value)
    return text if error.strip("0.") in {"", NOTHING} else {"text": text, where: f"±{error}"}
