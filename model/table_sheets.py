"""Tables written onto the sheets of a workbook: nothing cut off, ready to read and to print."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from model.errors import refuse
from model.sheet_layout import (
    LINE_HEIGHT,
    PAGES_ZH,
    head_in_lines,
    n_lines,
    n_on_first_page,
    n_repeated,
    print_on_a4,
    set_row_height,
    width_of_head,
    width_of_number,
    width_of_text,
)
from model.workbook import (
    DECIMALS,
    UNSIGNED,
    Cell,
    Column,
    Formula,
    Kind,
    Sheet,
    Styles,
    Table,
    new_book,
    safe_text,
    write_cell,
)

MOST_ROWS = 1_048_576
MOST_WIDENED = 1.4  # a column grows so much before its texts go on in a second line
TITLE_SIZE = 1.5  # of other letters
NOTE_WIDTH = 120.0  # letters of a line of notes, where no table says how wide the sheet is


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
    widths = widths_of(sheet)
    print_on_a4(page, pages, widths)
    if sheet.one_page:
        page.fit_to_pages(1, 1)
    for number, width in enumerate(widths):
        page.set_column(number, number, width)
    names = n_repeated(widths)
    _write_title(page, safe_text(sheet.title), widths[:names] or widths, styles)
    row = 1
    for note in sheet.notes:
        write_note(page, (row, names), note, widths[: n_on_first_page(widths)], styles.note())
        row += 1
    head = row + 1
    for table in sheet.tables:
        row = _write_table(page, table, row + 1, (styles, widths), out)
    if len(sheet.tables) == 1:
        _keep_head(page, head + bool(sheet.tables[0].title), row, len(widths))
    elif sheet.tables:
        page.freeze_panes(1, 1)
    if sheet.tables:
        page.print_area(0, 0, max(row - 1, 1), len(widths) - 1)


def _write_title(page: Any, title: str, widths: Sequence[float], styles: Styles) -> None:
    """The title, over these columns and in several lines where it is wider than they are."""
    lines = n_lines(title, sum(widths) / TITLE_SIZE)
    style = styles.title(several_lines=lines > 1)
    if lines > 1:
        page.set_row(0, lines * LINE_HEIGHT * TITLE_SIZE)
        if len(widths) > 1:
            page.merge_range(0, 0, 0, len(widths) - 1, "", style)
    page.write_string(0, 0, title, style)


def _keep_head(page: Any, head: int, below: int, n_columns: int) -> None:
    """The head stays in view and on every printed page; the rows below it can be filtered."""
    page.freeze_panes(head + 1, min(2, n_columns - 1))
    page.autofilter(head, 0, max(below - 1, head), n_columns - 1)
    page.repeat_rows(head)


def widths_of(sheet: Sheet) -> list[float]:
    """The width of every column that the tables of a sheet use, in digits."""
    n_columns = max((len(table.columns) for table in sheet.tables), default=0)
    widths = [*sheet.widths, *[0.0] * (n_columns - len(sheet.widths))]
    for table in sheet.tables:
        for number, column in enumerate(table.columns[len(sheet.widths) :], len(sheet.widths)):
            widths[number] = max(widths[number], _width_of(table, number, column))
    return widths or [NOTE_WIDTH]


def _width_of(table: Table, number: int, column: Column) -> float:
    """As wide as the cells need, where that is not much more than the column asks for."""
    if column.kind not in (*DECIMALS, "text") or not isinstance(table.rows, Sequence):
        return column.width
    rows = [*table.rows, *([table.total] if table.total and column.kind != "text" else [])]
    needed = max((_width_of_cell(row[number], column.kind) for row in rows), default=0.0)
    if column.kind == "text" and needed > column.width * MOST_WIDENED:
        return column.width
    least = width_of_head(column.head) if column.kind == "text" else column.width
    return max(needed, least)


def _width_of_cell(cell: Cell, kind: Kind) -> float:
    value = cell.value if isinstance(cell, Formula) else cell
    if isinstance(value, int | float) and kind in DECIMALS:
        return width_of_number(f"{value:,.{DECIMALS[kind]}f}")
    return width_of_text(value) if isinstance(value, str) else 0.0


def write_note(
    page: Any, at: tuple[int, int], note: str, widths: Sequence[float], style: Any
) -> None:
    """A note in a row, over all columns from one on, in as many lines as it needs."""
    (row, start), text = at, safe_text(note)
    set_row_height(page, row, [(text, sum(widths[start:]))])
    if len(widths) - start > 1:
        page.merge_range(row, start, row, len(widths) - 1, "", style)
    page.write_string(row, start, text, style)


def _write_table(
    page: Any, table: Table, row: int, look: tuple[Styles, Sequence[float]], out: Path
) -> int:
    """The row below the table; `look` is how cells look, and how wide the columns are."""
    styles, widths = look
    if table.title:
        page.write_string(row, 0, safe_text(table.title), styles.of(bold=True, font_size=11))
        row += 1
    kinds = [column.kind for column in table.columns]
    wrapped = [
        (number, width)
        for number, (kind, width) in enumerate(zip(kinds, widths, strict=False))
        if kind == "text"
    ]
    heads = [
        head_in_lines(column.head, width)
        for column, width in zip(table.columns, widths, strict=False)
    ]
    _write_row(
        page, row, heads, [styles.head()] * len(heads), list(enumerate(widths[: len(heads)]))
    )
    head = row
    row += 1
    formats = [styles.cell(kind) for kind in kinds]
    for cells in table.rows:
        if row >= MOST_ROWS - 1:
            fact = f"the sheet holds more than the {MOST_ROWS:,} rows that a workbook can"
            raise refuse(str(out), fact, "Give --out a name that ends in .csv.")
        _write_row(page, row, cells, formats, wrapped)
        row += 1
    ending = [styles.cell(kind, total=True) for kind in kinds]
    for sums in (table.total, table.of_which):
        if sums is not None:
            _write_row(page, row, sums, ending, ())
            row += 1
    _unsign(page, kinds, (head, row - 1), styles)
    return row


def _unsign(page: Any, kinds: Sequence[Kind], rows: tuple[int, int], styles: Styles) -> None:
    """A difference that is rounded to nothing is printed without its sign."""
    for number, kind in enumerate(kinds):
        if kind in UNSIGNED and rows[1] > rows[0]:
            least, nothing = UNSIGNED[kind]
            shown = styles.book.add_format({"num_format": f"{nothing};{nothing}"})
            bounds = {"minimum": -least * 0.999999, "maximum": least * 0.999999}
            rule = {"type": "cell", "criteria": "between", **bounds, "format": shown}
            page.conditional_format(rows[0] + 1, number, rows[1], number, rule)


def _write_row(
    page: Any,
    row: int,
    cells: Sequence[Cell],
    formats: Sequence[Any],
    wrapped: Sequence[tuple[int, float]],
) -> None:
    """A row; `wrapped` are the columns whose texts go on in further lines, with their widths."""
    texts = [(cells[number], width) for number, width in wrapped]
    set_row_height(page, row, [(text, width) for text, width in texts if isinstance(text, str)])
    for number, (cell, style) in enumerate(zip(cells, formats, strict=True)):
        write_cell(page, (row, number), cell, style)
