"""A workbook that people open and print: its styles, safe cells, the same bytes every time."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import xlsxwriter

from model.errors import refuse
from model.neutral import neutral

MOST_LETTERS = 32_000  # a cell of a workbook holds 32 767
MOST_EXACT = 10**15  # a number in a cell has 15 digits
FIRST_YEAR = 1900
MADE = datetime.datetime(2024, 1, 1)
FONT, FONT_SIZE = "等线", 10
GREEN, GREY, DARK_GREY, PALE = "#1F5C57", "#7F7F7F", "#595959", "#F2F2F2"

# A `text` goes on in further lines; what is `verbatim` runs on over empty cells beside it.
Kind = Literal[
    "text", "verbatim", "yuan", "count", "day", "money", "large", "share", "chance", "number",
    "change", "points", "percent",
]  # fmt: skip
# A chance below 1 % or above 99 % is printed as no more than that; the cell holds the number.
CHANCE = '[<0.01]"<1%";[>0.99]">99%";0.0%'
_NUMBERS = {
    "yuan": "#,##0;[Red]-#,##0",
    "count": "#,##0",
    "day": "yyyy-mm-dd",
    "money": "#,##0.00;[Red]-#,##0.00",
    "large": "#,##0.00##;[Red]-#,##0.00##",
    "share": "0.0%;[Red]-0.0%",
    "chance": CHANCE,
    "number": "#,##0.000",
    "change": "+#,##0.00;-#,##0.00;0.00",  # money; whether a rise is good depends, so no colour
    "points": "+0.0;-0.0;0.0",  # of a percentage
    "percent": "0%",
}
DECIMALS = {"yuan": 0, "count": 0, "money": 2, "large": 4, "number": 3, "change": 2}
# What is rounded to nothing has no sign: kind -> the least that is not, and how nothing looks.
UNSIGNED: dict[str, tuple[float, str]] = {"change": (0.005, "0.00"), "points": (0.05, "0.0")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """A live formula, with the value that it has, for readers that do not calculate."""

    text: str
    value: int | float


Cell = str | int | float | datetime.date | Formula | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table: its head, its width in letters, what its cells are."""

    head: str
    width: float
    kind: Kind = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under a head; `total` is a last row that stands out, `of_which` a part of it below."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    title: str = ""
    total: Sequence[Cell] | None = None
    of_which: Sequence[Cell] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a title, notes below it, and tables below each other.

    A column is as wide as the widest of its tables says, or `widths`; never narrower than its
    numbers. Rows can be filtered where there is one table only, and its head stays in view. With
    `one_page` all is printed on one page, however small.
    """

    name: str
    title: str
    tables: Sequence[Table]
    notes: Sequence[str] = field(default=())
    widths: Sequence[float] = field(default=())
    one_page: bool = False


@contextmanager
def new_book(out: Path, *, streaming: bool = False) -> Iterator[xlsxwriter.Workbook]:
    """A workbook that appears at `out` when all of it is written, or not at all.

    Args:
        out: the file.
        streaming: rows are only ever written downwards, so that memory does not grow with them.

    Raises:
        InputError: the file cannot be written.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    options = {
        "constant_memory": streaming,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        # Widths are counted in digits of this font: where it is missing, both become another.
        "default_format_properties": {"font_name": FONT, "font_size": FONT_SIZE},
    }
    try:
        with part.open("wb") as file:  # told here, before any work, where it cannot be written
            book = xlsxwriter.Workbook(file, options)
            book.set_properties({"created": MADE})
            yield book
            book.close()
        part.replace(out)
    except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise refuse(str(out), f"cannot be written ({why})") from None
    finally:
        part.unlink(missing_ok=True)


def safe_text(text: str) -> str:
    """The text as a cell takes it: no formula, not too long, and told where it was cut."""
    if len(text) > MOST_LETTERS:
        text = f"{text[:MOST_LETTERS]}…（单元格过长，以下从略）"
    return neutral(text)


class Styles:
    """The formats of a workbook, each made once."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, **properties: Any) -> Any:
        """The format with these properties of xlsxwriter."""
        key = tuple(sorted(properties.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(
                {"font_name": FONT, "font_size": FONT_SIZE, "valign": "vcenter", **properties}
            )
        return self.made[key]

    def title(self, *, several_lines: bool = False) -> Any:
        """The title of a sheet."""
        return self.of(bold=True, font_size=14, font_color=GREEN, text_wrap=several_lines)

    def note(self) -> Any:
        """A line below the title."""
        return self.of(font_color=DARK_GREY, text_wrap=True)

    def head(self) -> Any:
        """The head of a column."""
        return self.of(
            bold=True, font_color="#FFFFFF", bg_color=GREEN, border=1, border_color="#BFBFBF",
            text_wrap=True, align="center", valign="vcenter",
        )  # fmt: skip

    def cell(self, kind: Kind, *, total: bool = False) -> Any:
        """A cell of a table."""
        more: dict[str, Any] = {"bold": True, "top": 1, "bg_color": PALE} if total else {}
        if kind in _NUMBERS:
            more |= {"num_format": _NUMBERS[kind]}
        if kind == "day":
            more |= {"align": "center"}
        if kind in ("text", "verbatim"):
            more |= {"align": "left", "indent": 1, "text_wrap": kind == "text" and not total}
        return self.of(**more)


def write_cell(page: Any, at: tuple[int, int], cell: Cell, style: Any) -> None:
    """One cell, by its type; text is always text."""
    if cell is None or cell == "":
        page.write_blank(*at, None, style)
    elif isinstance(cell, Formula):
        page.write_formula(*at, cell.text, style, cell.value)
    elif isinstance(cell, str):
        page.write_string(*at, safe_text(cell), style)
    elif isinstance(cell, datetime.date):
        if cell.year < FIRST_YEAR:
            page.write_string(*at, cell.isoformat(), style)
        else:
            page.write_datetime(*at, datetime.datetime(cell.year, cell.month, cell.day), style)
    elif abs(cell) > MOST_EXACT:
        page.write_string(*at, f"{cell:,}", style)
    else:
        page.write_number(*at, cell, style)
