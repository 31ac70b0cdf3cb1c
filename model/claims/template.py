"""A blank register as a workbook: a sheet for each award, guarded, noted, with an example."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as filled
from pathlib import Path
from typing import Any

from model.claims.form import Field, MoneyUnit, fields, sheet_name
from model.policy.awards import CostedAward
from model.policy.document import Document
from model.sheet_layout import n_lines, print_on_a4, set_row_height
from model.table_sheets import write_note
from model.workbook import GREY, Cell, Styles, new_book, safe_text, write_cell

GUIDE = "说明"
HEAD_ROW, EXAMPLE_ROW = 3, 4
GUARDED_ROWS = 5_000  # as far down as drop-downs reach
MOST_LIST_LETTERS = 255
NOTE_PIXELS, NOTE_LETTERS = 330, 48.0  # the width of a note on a head, and what a line of it holds
GUIDE_WIDTHS = (12, 40, 34, 34, 10, 70)
_FORMATS = {
    "text": "@",
    "yes_no": "@",
    "money": "#,##0.00",
    "number": "General",
    "rate": "General",
    "day": "yyyy-mm-dd",
}
_FREE = {  # what a person may still do on a sheet whose heads and example are guarded
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}
_STEPS = (
    "每个奖补事项一张表，一行填一笔申报；没有申报的表留空即可，不要改表名和表头。",
    "灰色斜体的“示例”行已锁定，读取时不计入；请从它下面一行填起。",
    "表头批注写明条款、条文中的关键词句、含义和是否必填；有下拉框的列请从中选择。",
    "金额按表头所列单位填数字；也可以在单元格内自带单位，如 1.2亿元、350万元。",
    "申报编号全册不重复；同一申报主体在各表写法一致，上限按主体累计。",
    "可以加小计、合计行（首列写“小计”或“合计”），读取时不计入。",
    "填好后运行 budget assess，逐笔给出应兑现额、理由和须人工核定的条件。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A register to be written: what it is for, and the claims to fill in already.

    Attributes:
        document: the paper, with the readings and figures that hold.
        scenario: what the register says it was made for.
        unit: the unit of all its money columns.
        mark_zh: stands before every title, for example on a sample.
        rows: by award, rows of cells in the order of `fields`; none for a blank form.
    """

    document: Document
    scenario: str
    unit: MoneyUnit = "万元"
    mark_zh: str = ""
    rows: Mapping[str, Sequence[Sequence[Cell]]] = filled(default_factory=dict)


def write_template(form: Form, out: Path) -> None:
    """Writes the guide and a sheet for each costed award.

    Raises:
        InputError: the file cannot be written.
    """
    with new_book(out) as book:
        styles = Styles(book)
        guide = book.add_worksheet(GUIDE)
        options = _write_guide(guide, form, styles)
        for key, award in form.document.costed().items():
            page = book.add_worksheet(sheet_name(key, award))
            asked = fields(key, form.document, form.unit)
            _write_head(page, form, key, styles)
            set_row_height(page, HEAD_ROW, [(field.head, _width(field)) for field in asked])
            for column, field in enumerate(asked):
                _write_field(page, column, field, styles)
                _guard(page, column, field, options.get((key, field.name), ""))
            _write_rows(page, asked, form.rows.get(key, ()), styles)
            page.freeze_panes(EXAMPLE_ROW + 1, 2)
            page.repeat_rows(HEAD_ROW)
            print_on_a4(page, widths=[_width(field) for field in asked])
            page.protect("", _FREE)


def _write_head(page: Any, form: Form, key: str, styles: Styles) -> None:
    document = form.document
    award = document.costed()[key]
    clause = document.clauses[award.clause]
    checks = "；".join(award.person_checks) or "无"
    lines = (
        f"条款：{clause.numeral_zh}{clause.title_zh}；责任部门：{'、'.join(clause.departments)}",
        f"金额单位：{form.unit}；一行一笔（{award.unit_zh}）；须人工核定：{checks}",
    )
    page.write_string(0, 0, safe_text(f"{form.mark_zh}{key} {award.name_zh}"), styles.title())
    widths = [_width(field) for field in fields(key, document, form.unit)]
    for row, line in enumerate(lines, start=1):
        write_note(page, (row, 0), line, widths, styles.note())


def _write_field(page: Any, column: int, field: Field, styles: Styles) -> None:
    """The width, the free cells below, the head with its note, the example."""
    shown = {"num_format": _FORMATS[field.kind]}
    page.set_column(column, column, _width(field), styles.of(locked=False, **shown))
    page.write_string(HEAD_ROW, column, safe_text(field.head), styles.head())
    lines = n_lines(field.note, NOTE_LETTERS)
    size = {"width": NOTE_PIXELS, "height": 20 + 17 * lines, "font_size": 9}
    page.write_comment(HEAD_ROW, column, field.note, {"author": "预算沙盘", **size})
    grey = styles.of(italic=True, font_color=GREY, bg_color="#F2F2F2", **shown)
    write_cell(page, (EXAMPLE_ROW, column), field.example, grey)


def _width(field: Field) -> float:
    """Two letters of width for each Chinese one, so that a head takes two lines at most."""
    least = {"claim": 14.0, "applicant": 30.0}.get(field.name, 12.0)
    longest = max((2.0 * len(option) for option in field.options), default=0.0)
    return min(max(least, 1.3 * len(field.head) + 5.0, longest + 4.0), 44.0)


def _guard(page: Any, column: int, field: Field, listed: str) -> None:
    """A drop-down, or a warning that a value looks wrong; a person may insist on it."""
    below = (EXAMPLE_ROW + 1, column, EXAMPLE_ROW + GUARDED_ROWS, column)
    ends: dict[str, Any]
    if field.options:
        inline = ",".join(field.options)
        fits = len(inline) <= MOST_LIST_LETTERS and not any("," in one for one in field.options)
        source: Any = list(field.options) if fits else f"={listed}"
        told = {
            "error_title": "请从下拉框选择",
            "error_message": f"可选：{'、'.join(field.options)}"[:250],
        }
        page.data_validation(*below, {"validate": "list", "source": source, **told})
    elif isinstance(field.example, datetime.date):
        year = field.example.year
        ends = {
            "minimum": datetime.date(year - 1, 1, 1),
            "maximum": datetime.date(year + 1, 12, 31),
        }
        told = {
            "error_title": "请核对日期",
            "error_message": f"{field.head}应为 {year} 年前后的日期",
        }
        rule = {"validate": "date", "criteria": "between", "error_type": "warning"}
        page.data_validation(*below, rule | ends | told)
    elif field.kind in ("money", "number", "rate"):
        ends = {"criteria": ">=", "value": 0}
        if field.kind == "rate":
            ends = {"criteria": "between", "minimum": 0, "maximum": 1}
        told = {"error_title": "请核对数值", "error_message": f"{field.head}应为不小于零的数"[:250]}
        page.data_validation(
            *below, {"validate": "decimal", "error_type": "warning", **ends, **told}
        )


def _write_rows(
    page: Any, asked: Sequence[Field], rows: Sequence[Sequence[Cell]], styles: Styles
) -> None:
    formats = [styles.of(locked=False, num_format=_FORMATS[field.kind]) for field in asked]
    for row, cells in enumerate(rows, start=EXAMPLE_ROW + 1):
        for column, (cell, style) in enumerate(zip(cells, formats, strict=True)):
            write_cell(page, (row, column), cell, style)


def _write_guide(page: Any, form: Form, styles: Styles) -> dict[tuple[str, str], str]:
    """The first sheet; returns where it lists the options of each column."""
    document = form.document
    print_on_a4(page)
    page.freeze_panes(1, 0)
    for column, width in enumerate(GUIDE_WIDTHS):
        page.set_column(column, column, width)
    title = f"{form.mark_zh}申报登记表：怎样填写"
    page.write_string(0, 0, safe_text(title), styles.title())
    notes = [
        f"政策文件：{document.title.title_zh}（{document.title.id}）",
        f"依据情景：{form.scenario}；金额单位：{form.unit}",
        *(f"{number}. {step}" for number, step in enumerate(_STEPS, start=1)),
    ]
    for row, note in enumerate(notes, start=1):
        write_note(page, (row, 0), note, GUIDE_WIDTHS, styles.of(text_wrap=True))
    return _write_lists(page, form, styles, len(notes) + 2)


def _write_lists(page: Any, form: Form, styles: Styles, row: int) -> dict[tuple[str, str], str]:
    """Every sheet with its clause and what a person must check; then the grades to choose from."""
    document = form.document
    row = _write_line(
        page, row, ("事项编号", "表名", "条款", "责任部门", "计量", "须人工核定"), styles.head()
    )
    for key, award in document.costed().items():
        clause = document.clauses[award.clause]
        cells = (
            key,
            sheet_name(key, award),
            f"{clause.numeral_zh}{clause.title_zh}",
            "、".join(clause.departments),
            award.unit_zh,
            "；".join(award.person_checks),
        )
        row = _write_line(page, row, cells, styles.of(text_wrap=True))
    row = _write_line(page, row + 1, ("事项编号", "可选档次", "列"), styles.head())
    found: dict[tuple[str, str], str] = {}
    for key, award in document.costed().items():
        for field in _graded(key, award, form):
            found[key, field.name] = f"'{GUIDE}'!$B${row + 1}:$B${row + len(field.options)}"
            for option in field.options:
                row = _write_line(page, row, (key, option, field.head), styles.of())
    return found


def _graded(key: str, award: CostedAward, form: Form) -> list[Field]:
    asked = fields(key, form.document, form.unit)
    return [field for field in asked if field.options and field.kind != "yes_no"]


def _write_line(page: Any, row: int, cells: Sequence[str], style: Any) -> int:
    set_row_height(page, row, list(zip(cells, GUIDE_WIDTHS, strict=False)))
    for column, cell in enumerate(cells):
        page.write_string(row, column, safe_text(cell), style)
    return row + 1
