"""A workbook of tables that people open and print: styled, safe, the same bytes every time."""

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

MOST_ROWS = 1_048_576
MOST_LETTERS = 32_000  # a cell of a workbook holds 32 767
MOST_EXACT = 10**15  # a number in a cell has 15 digits
FIRST_YEAR = 1900
MADE = datetime.datetime(2024, 1, 1)
FONT = "等线"
GREEN, GREY, PALE = "#1F5C57", "#7F7F7F", "#F2F2F2"

Kind = Literal[
    "text", "long", "yuan", "count", "day", "money", "large", "share", "chance", "number"
]
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
    "number": "#,##0.0##",
}
PAGES_ZH = "第 &P 页，共 &N 页"


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
    """Rows under a head; `total` is a last row that stands out."""

    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    title: str = ""
    total: Sequence[Cell] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: a title, notes below it, and tables below each other.

    Widths are those of the first table where none are given; the panes are frozen, and rows can be
    filtered, where there is one table only.
    """

    name: str
    title: str
    tables: Sequence[Table]
    notes: Sequence[str] = field(default=())
    widths: Sequence[float] = field(default=())


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
                {"font_name": FONT, "font_size": 10, "valign": "vcenter", **properties}
            )
        return self.made[key]

    def title(self) -> Any:
        """The title of a sheet."""
        return self.of(bold=True, font_size=14, font_color=GREEN)

    def note(self) -> Any:
        """A line below the title."""
        return self.of(font_color=GREY)

    def head(self) -> Any:
        """The head of a column."""
        return self.of(
            bold=True, font_color="#FFFFFF", bg_color=GREEN, border=1, border_color="#BFBFBF",
            text_wrap=True, align="center",
        )  # fmt: skip

    def cell(self, kind: Kind, *, total: bool = False) -> Any:
        """A cell of a table."""
        more: dict[str, Any] = {"bold": True, "top": 1, "bg_color": PALE} if total else {}
        if kind in _NUMBERS:
            more |= {"num_format": _NUMBERS[kind]}
        if kind == "long":
            more |= {"text_wrap": True}
        return self.of(**more)


def write_book(out: Path, sheets: Sequence[Sheet], *, streaming: bool = False) -> None:
    """The sheets as a workbook.

    Raises:
        InputError: the file cannot be written, or a sheet has more rows than one can hold.
    """
    with new_book(out, streaming=streaming) as book:
        styles = Styles(book)
        for sheet in sheets:
            write_sheet(book.add_worksheet(sheet.name), sheet, styles, out)


def write_sheet(page: Any, sheet: Sheet, styles: Styles, out: Path, pages: str = PAGES_ZH) -> None:
    """The title, the notes and the tables of a sheet, on a page of xlsxwriter.

    Args:
        out: the file, as a message names it.
        pages: what the foot of a printed page says, with &P and &N for page and pages.

    Raises:
        InputError: more rows than a sheet can hold.
    """
    print_on_a4(page, pages)
    own = [column.width for column in sheet.tables[0].columns] if sheet.tables else []
    for number, width in enumerate(sheet.widths or own):
        page.set_column(number, number, width)
    page.write_string(0, 0, safe_text(sheet.title), styles.title())
    row = 1
    for note in sheet.notes:
        page.write_string(row, 0, safe_text(note), styles.note())
        row += 1
    for table in sheet.tables:
        head = row + 1 + bool(table.title)
        row = _write_table(page, table, row + 1, styles, out)
        if len(sheet.tables) == 1:
            page.freeze_panes(head + 1, min(2, len(table.columns) - 1))
            page.autofilter(head, 0, max(row - 1, head), len(table.columns) - 1)
            page.repeat_rows(head)


def print_on_a4(page: Any, pages: str = PAGES_ZH) -> None:
    """Landscape, one page wide, the sheet's name and the page number below."""
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(f"&L&A&R{pages}")
    page.hide_gridlines(2)


def _write_table(page: Any, table: Table, row: int, styles: Styles, out: Path) -> int:
    """The row below the table."""
    if table.title:
        page.write_string(row, 0, safe_text(table.title), styles.of(bold=True, font_size=11))
        row += 1
    for number, column in enumerate(table.columns):
        page.write_string(row, number, safe_text(column.head), styles.head())
    row += 1
    kinds = [column.kind for column in table.columns]
    formats = [styles.cell(kind) for kind in kinds]
    for cells in table.rows:
        if row >= MOST_ROWS - 1:
            fact = f"the sheet holds more than the {MOST_ROWS:,} rows that a workbook can"
            raise refuse(str(out), fact, "Give --out a name that ends in .csv.")
        _write_row(page, row, cells, formats)
        row += 1
    if table.total is not None:
        _write_row(page, row, table.total, [styles.cell(kind, total=True) for kind in kinds])
        row += 1
    return row


def _write_row(page: Any, row: int, cells: Sequence[Cell], formats: Sequence[Any]) -> None:
    for number, (cell, style) in enumerate(zip(cells, formats, strict=True)):
        write_cell(page, (row, number), cell, style)


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
