"""The cells of the results workbook: money in the unit of the language, columns, formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from model.money import WAN, YI
from model.report.wording import Wording
from model.workbook import Cell, Column, Formula, Kind

Entry = Mapping[str, Any]
_MILLION = 1_000_000
_DIGITS = 8  # a yuan is the eighth digit of 亿元, so that rounding never loses one
_HEAD_ROWS = 4  # of a sheet with one table: title, empty row, heads; the first row is the fourth


def money(yuan: float | None, words: Wording) -> float | None:
    """Yuan in 万元, or in million yuan: the nearest number, nothing rounded off."""
    return None if yuan is None else yuan / (WAN if words.language == "zh" else _MILLION)


def large(yuan: float | None, words: Wording) -> float | None:
    """Yuan in 亿元, or in million yuan."""
    return None if yuan is None else yuan / (YI if words.language == "zh" else _MILLION)


def columns(words: Wording, specs: str) -> tuple[Column, ...]:
    """Columns from lines of ``key width kind``; the head of a money column says its unit."""
    found = []
    for spec in specs.split():
        key, width, kind = spec.split(":")
        found.append(_column(words, key, float(width), cast(Kind, kind or "text")))
    return tuple(found)


def _column(words: Wording, key: str, width: float, kind: Kind) -> Column:
    """One column; its head is the text ``col.<key>`` and, where it holds money, the unit."""
    head = words(f"col.{key}")
    if kind in ("money", "large", "change"):
        head = words("unit.large" if kind == "large" else "unit.money", head=head)
    return Column(head=head, width=width, kind=kind)


def first_row(notes: Sequence[str]) -> int:
    """The number, as a spreadsheet counts, of the first row of a sheet with one untitled table."""
    return _HEAD_ROWS + len(notes)


def add(cells: Sequence[str], values: Sequence[float | None]) -> Formula:
    """The sum of some cells or ranges; what is empty counts nothing."""
    total = sum(value for value in values if value is not None)
    return Formula(text=f"=ROUND(SUM({','.join(cells)}),{_DIGITS})", value=_rounded(total))


def column_sum(letter: str, rows: tuple[int, int], values: Sequence[float | None]) -> Formula:
    """The sum of a column from one row to another."""
    return add([f"{letter}{rows[0]}:{letter}{rows[1]}"], values)


def less(minuend: tuple[str, float | None], other: tuple[str, float | None]) -> Formula | None:
    """One cell less another, each with its value; nothing where one of them is empty."""
    if minuend[1] is None or other[1] is None:
        return None
    text = f"=ROUND({minuend[0]}-{other[0]},{_DIGITS})"
    return Formula(text=text, value=_rounded(minuend[1] - other[1]))


def points(minuend: tuple[str, float | None], other: tuple[str, float | None]) -> Formula | None:
    """One chance less another in percentage points; nothing where one of them is empty."""
    if minuend[1] is None or other[1] is None:
        return None
    text = f"=ROUND(100*({minuend[0]}-{other[0]}),{_DIGITS})"
    return Formula(text=text, value=_rounded(100 * (minuend[1] - other[1])))


def _rounded(value: float) -> float:
    """The value without the dust of floats, which would be printed as a red -0.00."""
    return round(value, _DIGITS) or 0.0


def value_of(cell: Cell) -> float | None:
    """The number in a cell, calculated or not."""
    if isinstance(cell, Formula):
        return cell.value
    return cell if isinstance(cell, int | float) else None


def yes_no(value: object, words: Wording) -> str:
    """A truth in words; nothing where it is not known."""
    return "" if value is None else words("yes" if value else "no")


def word_of(words: Wording, group: str, key: Any) -> str:
    """The word for one of a few values; the value itself where there is none."""
    if key is None:
        return ""
    return words(f"{group}.{key}") if words.has(f"{group}.{key}") else str(key)


def names_of(rows: Sequence[Entry], words: Wording) -> dict[str, str]:
    """What the entries of a list are called, by id."""
    return {str(row["id"]): words.of(row, "name") for row in rows}


def transfers_text(transfers: Sequence[Entry], words: Wording) -> str:
    """Moves of money in one cell."""
    return words.join(
        [
            words(
                "move",
                giver=words.of(each, "from"),
                receiver=words.of(each, "to"),
                amount=f"{money(each['amount_yuan'], words):,.10g}",
            )
            for each in transfers
        ]
    )
