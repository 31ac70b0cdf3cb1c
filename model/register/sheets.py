"""A workbook (.xlsx, .xls) as grids of untouched cells; what is no such file is refused."""

from __future__ import annotations

import marshal
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from model.errors import refuse
from model.policy.exact import Ints
from model.register import archive, old_workbook, sheet_process
from model.register.archive import UnreadableError
from model.register.grid import SEPARATOR, Cuts, Grid
from model.register.store import Store, find_bytes, padded

ZIP = b"PK\x03\x04"
SECONDS = 600
HIDDEN = "工作表“{name}”是隐藏的，已一并读取"
NUMBERED = "表{number}"  # what a sheet is called whose name is not to be told
_DAMAGED = "the workbook is damaged, or needs too much memory"
_AGAIN = "Open it in Excel and save it again as .xlsx."

Texts = Mapping[tuple[int, int], str]
Tell = Callable[[int, int], None]


def read_sheets(path: Path, data: bytes, tell: Tell, *, named: bool = True) -> list[Grid]:
    """The sheets of a workbook that hold anything, in its order.

    A number is a text of its 15 digits, a date is ISO, a formula is its result. An error value
    and a formula without result stand as they are, so that they can be refused.

    Args:
        path: for messages.
        data: what the file holds.
        tell: told the rows read, and how many there are.
        named: whether messages call a sheet by its name, else by its number.

    Raises:
        InputError: no workbook, damaged, protected, or too large when unpacked.
    """
    try:
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / f"workbook{'.xlsx' if data.startswith(ZIP) else '.xls'}"
            copy.write_bytes(data)
            by_name, by_order, found = _look_and_read(copy, data, tell)
    except UnreadableError as error:
        raise refuse(str(path), *error.args) from None
    errors = [
        by_name.get(sheet[0], by_order[at] if at < len(by_order) else {})
        for at, sheet in enumerate(found)
    ]
    try:
        names = [
            sheet[0] if named else NUMBERED.format(number=at) for at, sheet in enumerate(found, 1)
        ]
        return _grids(found, names, errors)
    except UnreadableError as error:
        raise refuse(str(path), *error.args) from None


Sheet = tuple[Any, ...]


def _look_and_read(
    copy: Path, data: bytes, tell: Tell
) -> tuple[Mapping[str, Texts], list[Texts], list[Sheet]]:
    """What the reader passes over, by the name of the sheet or by order; and what it reads.

    The reader works in a process of its own while this one looks.
    """
    parts = archive.parts_of(data) if data.startswith(ZIP) else {}
    command = [sys.executable, "-P", sheet_process.__file__, str(copy)]
    found_here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=found_here, **pipes) as process:
        try:
            named: Mapping[str, Texts] = {}
            by_order: list[Texts] = []
            if parts:
                findings = archive.look_into(data, parts)
                named = findings.errors
                tell(0, findings.n_rows)
            else:
                by_order = old_workbook.passed_over(data)
            return named, by_order, _answer(process)
        finally:
            process.kill()


def _answer(process: subprocess.Popen[bytes]) -> list[Sheet]:
    """The sheets that the process has read."""
    try:
        written, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        raise UnreadableError(f"it could not be read in {SECONDS} seconds", _AGAIN) from None
    if process.returncode:
        raise UnreadableError(_DAMAGED, _AGAIN)
    found = marshal.loads(written)
    if isinstance(found, str):
        raise UnreadableError(found, _AGAIN)
    sheets: list[Sheet] = found
    return sheets


def _grids(found: list[Sheet], names: list[str], errors: list[Texts]) -> list[Grid]:
    """The sheets that hold anything, all in one store."""
    data = bytearray()
    places: list[tuple[int, int, tuple[Ints, Ints, Ints] | None]] = []
    for sheet, wrong in zip(found, errors, strict=True):
        start = len(data)
        data += sheet[-1] + SEPARATOR.encode()
        end = len(data)
        places.append((start, end, _moved(sheet, wrong, data)))
    store = Store(padded(data))
    signs = find_bytes(store.bytes, lambda part: part == ord(SEPARATOR))
    grids = []
    for sheet, name, (start, end, moved) in zip(found, names, places, strict=True):
        if sheet[3] * sheet[4]:
            ends = signs[np.searchsorted(signs, start) : np.searchsorted(signs, end)]
            cuts = Cuts(store=store, ends=ends, start=start, moved=moved, sign=SEPARATOR)
            grids.append(_grid(sheet, name, cuts))
    return grids


def _moved(sheet: Sheet, wrong: Texts, data: bytearray) -> tuple[Ints, Ints, Ints] | None:
    """Adds the texts that the reader has passed over; of which cells, and where they lie."""
    _, _, (top, left), height, width, _, _ = sheet
    moved = []
    for (row, column), text in wrong.items():
        if not (0 <= row - top < height and 0 <= column - left < width):
            fact = f"an error value in row {row + 1} outside the cells of the sheet"
            raise UnreadableError(fact, _AGAIN)
        begin = len(data)
        data += text.encode(errors="replace")
        moved.append(((row - top) * width + column - left, begin, len(data)))
        data += SEPARATOR.encode()
    if not moved:
        return None
    cells, begins, ends = np.array(sorted(moved), np.int64).T
    return cells, begins, ends


def _grid(sheet: Sheet, name: str, cuts: Cuts) -> Grid:
    title, hidden, (top, left), height, width, merged, _ = sheet
    return Grid(
        name=name,
        is_sheet=True,
        cuts=cuts,
        first=np.arange(height + 1, dtype=np.int64) * width,
        lines=np.arange(height, dtype=np.int64) + top + 1,
        left=left,
        merged=[((a - top, b - left), (c - top, d - left)) for (a, b), (c, d) in merged],
        notes_zh=[HIDDEN.format(name=name)] if hidden else [],
        title=title,
    )
