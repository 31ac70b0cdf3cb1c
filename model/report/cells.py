"""How a table becomes a CSV file that Excel opens with Chinese in it and that runs no formula."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

# Excel and its kin take a cell that opens with one of these for a formula.
_FORMULA_OPENERS = ("=", "+", "-", "@", "\t", "\r")


def write_table(path: Path, table: Any) -> None:
    """The file holds the table: a heading, then its rows, UTF-8 with the mark that Excel needs.

    Args:
        table: a DataFrame, or a list of mappings with equal keys.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        for row in _rows(table):
            writer.writerow([cell_text(value) for value in row])


def _rows(table: Any) -> Iterator[list[Any]]:
    if hasattr(table, "itertuples"):
        yield list(table.columns)
        yield from (list(row) for row in table.itertuples(index=False, name=None))
        return
    heading: list[str] = []
    for row in table:
        heading += [key for key in row if key not in heading]
    yield list(heading)
    yield from ([row.get(key) for key in heading] for row in table)


def cell_text(value: Any) -> str:
    """The text of one cell: nothing for None and NaN, an apostrophe before a would-be formula.

    >>> cell_text("=1+1"), cell_text(-3), cell_text(True), cell_text(("F1", "F2"))
    ("'=1+1", '-3', 'true', 'F1 F2')
    """
    if value is None or (isinstance(value, float) and math.isnan(value)) or _is_missing(value):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        value = json.dumps(dict(value), ensure_ascii=False, default=list)
    elif isinstance(value, list | tuple):
        value = " ".join(str(inner) for inner in value)
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA_OPENERS) else value
    return str(value)


def _is_missing(value: Any) -> bool:
    """pandas.NA and NaT, told without pandas: they are their own kind of nothing."""
    return type(value).__name__ in {"NAType", "NaTType"}
