"""A workbook (.xlsx, .xls) as grids of untouched cells; what is no such file is refused."""

from __future__ import annotations

import marshal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from model.claims import archive, old_workbook, sheet_process
from model.claims.archive import UnreadableError
from model.claims.grid import SEPARATOR, Grid
from model.claims.texts import PADDING, Store, find_bytes
from model.errors import refuse
from model.policy.exact import Ints

ZIP = b"PK\x03\x04"
SECONDS = 600
HIDDEN = "工作表“{name}”是隐藏的，已一并读取"
_DAMAGED = "the workbook is damaged, or needs too much memory"
_AGAIN = "Open it in Excel and save it again as .xlsx."

Texts = Mapping[tuple[int, int], str]
Tell = Callable[[int, int], None]


def read_sheets(path: Path, data: bytes, tell: Tell) -> list[Grid]:
    """The sheets of a workbook that hold anything, in its order.

    A number is a text of its 15 digits, a date is ISO, a formula is its result. An error value
    and a formula without result stand as they are, so that they can be refused.

    Args:
        path: for messages.
        data: what the file holds.
        tell: told the rows read, and how many there are.

    Raises:
        InputError: no workbook, damaged, protected, or too large when unpacked.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / f"workbook{'.xlsx' if data.startswith(ZIP) else '.xls'}"
            copy.write_bytes(data)
            named, by_order = _look(data, tell)
            found = _read(copy)
    except UnreadableError as error:
        raise refuse(str(path), *error.args) from None
    errors = [
        named.get(sheet[0], by_order[at] if at < len(by_order) else {})
        for at, sheet in enumerate(found)
    ]
    return _grids(found, errors)


def _look(data: bytes, tell: Tell) -> tuple[Mapping[str, Texts], list[Texts]]:
    """What the reader would pass over: of .xlsx by the name of the sheet, of .xls by order."""
    if not data.startswith(ZIP):
        return {}, old_workbook.error_values(data)
    findings = archive.look_into(data)
    tell(0, findings.n_rows)
    return findings.errors, []


def _read(path: Path) -> list[tuple[Any, ...]]:
    """What the process that reads workbooks says of a file."""
    command = [sys.executable, "-I", sheet_process.__file__, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UnreadableError(f"it could not be read in {SECONDS} seconds", _AGAIN) from None
    if done.returncode:
        raise UnreadableError(_DAMAGED, _AGAIN)
    found = marshal.loads(done.stdout)
    if isinstance(found, str):
        raise UnreadableError(found, _AGAIN)
    sheets: list[tuple[Any, ...]] = found
    return sheets


def _grids(found: list[tuple[Any, ...]], errors: list[Texts]) -> list[Grid]:
    """The sheets that hold anything, all in one store."""
    separator = SEPARATOR.encode()
    data = bytearray()
    spans: list[tuple[Ints, Ints]] = []
    for sheet, wrong in zip(found, errors, strict=True):
        spans.append(_spans(sheet, wrong, data))
        data += separator
    store = Store(bytes(data) + PADDING)
    return [
        _grid(sheet, store, begin, end)
        for sheet, (begin, end) in zip(found, spans, strict=True)
        if len(begin)
    ]


def _spans(sheet: tuple[Any, ...], wrong: Texts, data: bytearray) -> tuple[Ints, Ints]:
    """Adds the texts of a sheet to the bytes; where each cell begins and ends in them."""
    _, _, (top, left), height, width, _, texts = sheet
    if not height * width:
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    signs = np.zeros(256, np.bool_)
    signs[ord(SEPARATOR)] = True
    between = find_bytes(texts, signs, len(texts))
    begin = np.concatenate([[0], between + 1]) + len(data)
    end = np.concatenate([between, [len(texts)]]) + len(data)
    data += texts
    for (row, column), text in wrong.items():
        at = (row - top) * width + column - left
        if not (0 <= row - top < height and 0 <= column - left < width):
            raise UnreadableError(
                f"an error value in row {row + 1} outside the sheet's cells", _AGAIN
            )
        data += SEPARATOR.encode()
        begin[at] = len(data)
        data += text.encode(errors="replace")
        end[at] = len(data)
    return begin, end


def _grid(sheet: tuple[Any, ...], store: Store, begin: Ints, end: Ints) -> Grid:
    name, hidden, (top, left), height, width, merged, _ = sheet
    return Grid(
        name=name,
        is_sheet=True,
        store=store,
        begin=begin,
        end=end,
        first=np.arange(height + 1, dtype=np.int64) * width,
        lines=np.arange(height, dtype=np.int64) + top + 1,
        left=left,
        merged=[((a - top, b - left), (c - top, d - left)) for (a, b), (c, d) in merged],
        notes_zh=[HIDDEN.format(name=name)] if hidden else [],
    )
