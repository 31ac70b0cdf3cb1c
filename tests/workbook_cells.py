"""A workbook read back: every value, every formula, and what the formulas come to."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_PARTS = re.compile(r"(?:'([^']+)'!)?\$?([A-Z]+)\$?(\d+)(?::\$?([A-Z]+)\$?(\d+))?")
Place = tuple[str, str]  # sheet and cell


def parts(path: Path) -> dict[str, str]:
    """The text of every part of the archive."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@cache
def read(path: Path) -> tuple[dict[Place, Any], dict[Place, str]]:
    """The value of every filled cell, and the text of every formula."""
    found = parts(path)
    names = [s.get("name", "") for s in _all(found["xl/workbook.xml"], "sheet")]
    shared = [
        "".join(text.text or "" for text in entry.iter(f"{MAIN}t"))
        for entry in _all(found["xl/sharedStrings.xml"], "si")
    ]
    values: dict[Place, Any] = {}
    formulas: dict[Place, str] = {}
    for number, sheet in enumerate(names, start=1):
        for cell in _all(found[f"xl/worksheets/sheet{number}.xml"], "c"):
            place = (sheet, cell.get("r", ""))
            value, formula = cell.find(f"{MAIN}v"), cell.find(f"{MAIN}f")
            if formula is not None and formula.text:
                formulas[place] = formula.text
            if value is not None and value.text:
                text = cell.get("t") == "s"
                values[place] = shared[int(value.text)] if text else float(value.text)
    return values, formulas


def _all(text: str, tag: str) -> list[Any]:
    return list(ElementTree.fromstring(text).iter(f"{MAIN}{tag}"))


def compute(path: Path, place: Place) -> float:
    """What a formula comes to when it is calculated from the cells it names, formulas again."""
    values, formulas = read(path)
    if place not in formulas:
        found = values.get(place, 0.0)
        assert isinstance(found, float), f"{place} holds a text: {found}"
        return found

    def put(match: re.Match[str]) -> str:
        sheet = match.group(1) or place[0]
        cells = [(sheet, name) for name in _cells(match)]
        return ",".join(repr(compute(path, cell)) for cell in cells)

    text = _PARTS.sub(put, formulas[place])
    names = {"SUM": lambda *each: sum(each), "ROUND": round, "MAX": max, "__builtins__": {}}
    return float(eval(text, names))


def _cells(match: re.Match[str]) -> Iterator[str]:
    _, column, first, other, last = match.groups()
    assert other in (None, column), "ranges run down one column"
    for row in range(int(first), int(last or first) + 1):
        yield f"{column}{row}"


def one_line(head: str) -> str:
    """The head of a column without the line break before its unit."""
    return head.replace("\n", "").replace(" (", "(")


def column_of(path: Path, sheet: str, head: str) -> list[Any]:
    """What stands below a head, row by row, until the column ends; None where nothing stands."""
    values, _ = read(path)
    place = next(
        cell
        for (name, cell), said in values.items()
        if name == sheet and isinstance(said, str) and one_line(said) == one_line(head)
    )
    column, row = re.fullmatch(r"([A-Z]+)(\d+)", place).groups()  # type: ignore[union-attr]
    rows = [
        int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) for name, cell in values if name == sheet
    ]
    return [values.get((sheet, f"{column}{each}")) for each in range(int(row) + 1, max(rows) + 1)]
