"""The pieces a report is made of, as plain data that the page style knows how to set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

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
