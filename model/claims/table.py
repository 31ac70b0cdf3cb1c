"""A CSV file as rows of untouched cells with their lines; what is no such file is refused."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from model.errors import InputError, Problem, refuse

UTF8_REMEDY = "In Excel choose Save As, 'CSV UTF-8 (Comma delimited)'"
_FOREIGN = {
    b"PK\x03\x04": "a workbook (.xlsx) or another zip file",
    b"\xd0\xcf\x11\xe0": "an old workbook (.xls)",
    b"%PDF": "a PDF",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Cells as they are in the file.

    Attributes:
        name: what messages call the file.
        header: the cells of the first row that is not empty.
        rows: the rows below it; empty ones at the end are left out.
        header_line: the line of the file on which the header begins.
        lines: for each row the line of the file on which it begins.
    """

    name: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    header_line: int
    lines: Sequence[int]


def read_table(path: Path) -> Table:
    """The rows of a UTF-8 CSV file, with or without byte order mark.

    Raises:
        InputError: no such file, not UTF-8 text, not CSV, or empty.
    """
    name = str(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise refuse(name, "there is no such file", "Give the path of a CSV file.") from None
    except IsADirectoryError:
        raise refuse(name, "this is a folder, not a file") from None
    except OSError as error:
        raise refuse(name, f"cannot be read ({error.strerror})") from None
    rows, lines = _records(name, _decode(name, data))
    while rows and not any(cell.strip() for cell in rows[-1]):
        rows.pop()
    first = next((at for at, row in enumerate(rows) if any(c.strip() for c in row)), None)
    if first is None:
        raise refuse(name, "the file is empty", "Its first row must name the columns.")
    return Table(
        name=name,
        header=rows[first],
        rows=rows[first + 1 :],
        header_line=lines[first],
        lines=lines[first + 1 : len(rows)],
    )


def _decode(name: str, data: bytes) -> str:
    for mark, kind in _FOREIGN.items():
        if data.startswith(mark):
            raise refuse(name, f"this is {kind}, not a CSV file", f"{UTF8_REMEDY}.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(name, "the text is UTF-16, not UTF-8", f"{UTF8_REMEDY}.")
    if (at := data.find(b"\0")) >= 0:
        raise refuse(_place(name, data, at), "a NUL byte: this is not a text file")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        place = _place(name, data, error.start)
    with suppress(UnicodeDecodeError):
        data.decode("gb18030")
        raise refuse(place, "the text is not UTF-8; it looks like GBK", f"{UTF8_REMEDY}.")
    raise refuse(place, "the text is not UTF-8", f"{UTF8_REMEDY}.")


def _place(name: str, data: bytes, position: int) -> str:
    line = data.count(b"\n", 0, position) + 1
    return f"{name}:{line}"


def _records(name: str, text: str) -> tuple[list[list[str]], list[int]]:
    """All rows and the line each begins on; a quoted cell may run over several lines."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    begin = 1
    try:
        for row in reader:
            rows.append(row)
            lines.append(begin)
            begin = reader.line_num + 1
    except csv.Error as error:
        remedy = "Close every quotation mark, and double those inside a cell."
        raise refuse(f"{name}:{begin}", f"not valid CSV: {error}", remedy) from None
    return rows, lines


def split_rows(table: Table) -> tuple[Table, list[tuple[int, Problem]]]:
    """The rows as long as the header, and the other or empty ones as problems with their line."""
    width = len(table.header)
    even: list[int] = []
    found: list[tuple[int, Problem]] = []
    for at, (row, line) in enumerate(zip(table.rows, table.lines, strict=True)):
        place = f"{table.name}:{line}"
        if not any(map(str.strip, row)):
            found.append((line, Problem(place=place, fact="the row is empty", remedy="Delete it.")))
        elif len(row) != width:
            fact = f"the row has {len(row)} cells, the header has {width}"
            remedy = "Quote cells that hold a comma; add the cells that are missing."
            found.append((line, Problem(place=place, fact=fact, remedy=remedy)))
        else:
            even.append(at)
    if not found:
        return table, found
    rows, lines = [table.rows[at] for at in even], [table.lines[at] for at in even]
    return replace(table, rows=rows, lines=lines), found


def gather(table: Table, found: Sequence[tuple[int, Problem]], most: int = 200) -> InputError:
    """One error with the problems in the order of their lines, the first `most` of them listed."""
    ordered = [problem for _, problem in sorted(found, key=lambda entry: entry[0])]
    listed = ordered[:most]
    if rest := len(ordered) - len(listed):
        remedy = "Mend the ones above and run again."
        more = Problem(place=table.name, fact=f"and {rest:,} more problems", remedy=remedy)
        listed.append(more)
    return InputError(listed)
