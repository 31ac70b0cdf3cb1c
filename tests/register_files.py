"""Registers as files: a few invented awards, and workbooks as bureaus send them, byte by byte."""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
import xlwt

from model.policy.awards import KINDS, Award

Row = Sequence[Any]
# A number shown in another way; a formula and its result; an error value.
Percent = type("Percent", (float,), {})


class Formula(str):
    """A formula with the result that the file keeps for it; an error value begins with #."""

    result: Any

    def __new__(cls, formula: str, result: Any) -> Formula:
        made = super().__new__(cls, formula)
        made.result = result
        return made


def award(kind: str, columns: Mapping[str, Any], **figures: Any) -> Award:
    """An invented award; a column is its label and type, or what the record takes."""
    described = {
        name: column if isinstance(column, dict) else {"label_zh": column[0], "type": column[1]}
        for name, column in columns.items()
    }
    shape = {"cost_status": "costed", "clause": 1, "anchor": "奖", "unit_zh": "家", "line": "D1"}
    payer = {"level": "city_stated", "says_zh": "市"}
    made = {"kind": kind, "payer": payer, "columns": described, "name_zh": "奖", **shape, **figures}
    return KINDS[kind].model_validate(made)


AWARDS: dict[str, Award] = {
    "R1": award(
        "rate_of_increase",
        {
            "super_deduction": ("是否符合加计扣除", "bool"),
            "before_yuan": {"label_zh": "上年研发费用", "type": "money", "unit_zh": "元"},
            "now_yuan": {"label_zh": "当年研发费用", "type": "money", "unit_zh": "元"},
        },
        name_zh="研发增量补助",
        requires=("super_deduction",),
        rate="10%",
        cap="500万元",
        current_column="now_yuan",
        previous_column="before_yuan",
        minimum_growth="15%",
    ),
    "G1": award(
        "grades",
        {
            "grade": ("认定级别", "choice"),
            "product": {"label_zh": "产品名称或编号", "type": "text", "optional": True},
        },
        name_zh="首台套奖励",
        grades={"国家级“甲”": "30万元", "省级": "20万元"},
        cap_scope="product",
    ),
    "I1": award(
        "insured_premium",
        {
            "insured_yuan": {"label_zh": "保险金额", "type": "money", "unit_zh": "元"},
            "premium_rate": {"label_zh": "投保费率（保费除以保险金额）", "type": "number"},
        },
        name_zh="保险补偿",
        insured_column="insured_yuan",
        premium_rate_column="premium_rate",
        premium_rate_limit="2%",
        rate="70%",
        cap="50万元",
    ),
    "U1": award(
        "per_unit",
        {"area_mu": {"label_zh": "种植面积", "type": "number", "unit_zh": "亩"}},
        name_zh="种植补贴",
        units={"area_mu": "100元"},
    ),
    "N1": KINDS["not_costed"].model_validate(
        {
            "cost_status": "no_amount",
            "clause": 1,
            "anchor": "奖",
            "kind": "not_costed",
            "name_zh": "无金额奖励",
            "payer": {"level": "city_stated", "says_zh": "市"},
        }
    ),
}


def filled(rows: Sequence[Row]) -> Iterator[tuple[int, int, Any]]:
    """The cells that are not left out, with row and column from 0."""
    for at, row in enumerate(rows):
        yield from ((at, position, cell) for position, cell in enumerate(row) if cell is not None)


def xlsx(
    path: Path,
    sheets: Mapping[str, Sequence[Row]],
    dress: Callable[[Any, Any], None] | None = None,
) -> Path:
    """A workbook of rows of cells; None leaves a cell out. `dress` may merge, hide and format."""
    book = xlsxwriter.Workbook(path)
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    share = book.add_format({"num_format": "0.0%"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, position, cell in filled(rows):
            if isinstance(cell, Formula):
                sheet.write_formula(at, position, str(cell), None, cell.result)
            elif isinstance(cell, str):
                sheet.write_string(at, position, cell)
            else:
                form = {Percent: share, datetime.date: day, datetime.datetime: day}
                sheet.write(at, position, cell, form.get(type(cell)))
        if dress:
            dress(book, sheet)
    book.close()
    return path


def xls(path: Path, sheets: Mapping[str, Sequence[Row]]) -> Path:
    """An old workbook of rows of cells; a text that begins with # is an error value."""
    book = xlwt.Workbook()
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    share = xlwt.easyxf(num_format_str="0.0%")
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        for at, position, cell in filled(rows):
            if isinstance(cell, datetime.date):
                sheet.write(at, position, cell, day)
            elif isinstance(cell, Percent):
                sheet.write(at, position, float(cell), share)
            elif isinstance(cell, str) and cell.startswith("#"):
                sheet.row(at).set_cell_error(position, cell)
            else:
                sheet.write(at, position, cell)
    book.save(str(path))
    return path


def changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with one part of its archive changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", 8) as new:
        for entry in old.infolist():
            text = old.read(entry)
            new.writestr(entry.filename, change(text) if entry.filename == part else text)
    return made.getvalue()
