"""A process of its own that reads a workbook: what is broken can end it, and nothing else.

The reader of workbooks aborts the whole process on some broken files. It is run as
``python sheet_process.py FILE`` and writes to its standard output one marshalled list: for each
sheet its name, whether it is hidden, first row and column, height and width, merged areas, and the
texts of all cells row by row. Or a text that says why not. It imports nothing of the model.
"""

from __future__ import annotations

import datetime
import marshal
import sys
from collections.abc import Iterable
from typing import Any

SEPARATOR = "\x1f"
MOST_CELLS = 50_000_000
MOST_BYTES = 1 << 30
MEMORY = 6 << 30


def text_of(cell: object) -> str:
    """A cell as a text: a number by its 15 digits, the precision of a spreadsheet; ISO dates."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _digits(cell)
    if isinstance(cell, datetime.datetime):
        day, time = cell.date(), cell.time()
        return f"{day.isoformat()} {time.isoformat()}" if time != datetime.time() else str(day)
    return str(cell)


def _digits(number: float) -> str:
    """All digits of a number up to the fifteenth, without exponent."""
    if number.is_integer() and abs(number) < 1e15:
        return str(int(number))
    text = f"{number:.15g}"
    if "e" not in text or abs(number) >= 1e15 or abs(number) < 1e-12:
        return text
    return _without_exponent(text)


def _without_exponent(text: str) -> str:
    """A small number like ``1.5e-07`` written out."""
    digits, _, exponent = text.partition("e-")
    sign, digits = ("-", digits[1:]) if digits.startswith("-") else ("", digits)
    return f"{sign}0.{'0' * (int(exponent) - 1)}{digits.replace('.', '')}"


def joined(rows: Iterable[Iterable[object]], number: int) -> bytes:
    """The texts of all cells, row by row, with a separator between them."""
    cells = [cell if type(cell) is str else text_of(cell) for row in rows for cell in row]
    text = SEPARATOR.join(cells)
    if "\0" in text or text.count(SEPARATOR) != max(number - 1, 0):
        cells = [cell.replace("\0", "\ufffd").replace(SEPARATOR, "\ufffd") for cell in cells]
        text = SEPARATOR.join(cells)
    return text.encode(errors="replace")


def sheets(path: str) -> list[tuple[Any, ...]] | str:
    """What the file holds, sheet by sheet, or why it cannot be read."""
    import python_calamine

    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        found: list[tuple[Any, ...]] = []
        size_of_all = 0
        for place in book.sheets_metadata:
            if place.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(place.name)
            if sheet.height * sheet.width > MOST_CELLS:
                return f"the sheet '{place.name}' spans {sheet.height:,} x {sheet.width:,} cells"
            hidden = place.visible != python_calamine.SheetVisibleEnum.Visible
            texts = joined(sheet.to_python(), sheet.height * sheet.width)
            size_of_all += len(texts)
            if size_of_all > MOST_BYTES:
                return f"the texts of its sheets take more than {MOST_BYTES:,} bytes"
            size = (sheet.start or (0, 0), sheet.height, sheet.width)
            found.append((place.name, hidden, *size, sheet.merged_cell_ranges or [], texts))
    except python_calamine.PasswordError:
        return "it is protected by a password"
    except python_calamine.CalamineError as error:
        return f"the workbook is damaged ({' '.join(str(error).split())[:80]})"
    return found


def main() -> None:
    """Writes what the file named on the command line holds."""
    try:
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    except (ImportError, ValueError, OSError):
        pass  # no such limit on this system
    sys.stdout.buffer.write(marshal.dumps(sheets(sys.argv[1])))


if __name__ == "__main__":
    main()
