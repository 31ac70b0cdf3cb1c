"""Sheets of tables: nothing is cut off, wide ones take several pages, heads stay in view."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model.sheet_layout import WIDEST_PAGE, n_lines
from model.table_sheets import NOTE_WIDTH, widths_of, write_book
from model.workbook import Cell, Column, Formula, Sheet, Table

NAMES = Column(head="名称", width=10)
SUMS = Column(head="金额", width=8, kind="money")


def sheet(*tables: Table, **more: Any) -> Sheet:
    return Sheet(name="表", title="标题", tables=tables, **more)


def table(*rows: list[Cell], columns: tuple[Column, ...] = (NAMES, SUMS), **more: Any) -> Table:
    return Table(columns=columns, rows=rows, **more)


def page_of(out: Path, found: Sheet, *, streaming: bool = False) -> str:
    write_book(out / "a.xlsx", [found], streaming=streaming)
    with zipfile.ZipFile(out / "a.xlsx") as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()


def heights(page: str) -> dict[int, float]:
    found = re.findall(r'<row r="(\d+)"[^>]*? ht="([\d.]+)"', page)
    return {int(row): float(height) for row, height in found}


def test_a_column_is_as_wide_as_its_numbers_also_where_they_are_sums() -> None:
    total: list[Cell] = ["合计", Formula(text="=SUM(B4:B4)", value=123_456_789.5)]
    (_, plain), (_, summed) = (
        widths_of(sheet(table(["甲", 1.5], total=ending))) for ending in (None, total)
    )
    assert plain == SUMS.width
    assert summed > len("123,456,789.50") * 1.1


@pytest.mark.parametrize(
    ("text", "lines"), [("甲", 1), ("甲乙丙丁戊", 1), ("甲" * 30, 8), ("甲" * 4 + "\n乙", 2)]
)
@pytest.mark.parametrize("streaming", [False, True])
def test_a_text_goes_on_in_further_lines_and_its_row_is_high_enough(
    tmp_path: Path, text: str, lines: int, streaming: bool
) -> None:
    found = sheet(table([text, 1], ["乙", 2]))
    assert n_lines(text, widths_of(found)[0]) == lines
    rows = heights(page_of(tmp_path, found, streaming=streaming))
    assert rows.get(4, 15.0) >= 13.5 * lines
    assert 5 not in rows  # the next row is as high as any other


def test_a_column_grows_a_little_rather_than_break_all_its_texts() -> None:
    assert widths_of(sheet(table(["甲" * 5, 1])))[0] > 12
    assert widths_of(sheet(table(["甲" * 30, 1])))[0] == NAMES.width


def test_rows_that_are_not_known_beforehand_leave_the_widths_as_they_are() -> None:
    def rows() -> Iterator[list[Cell]]:
        yield ["甲" * 6, 10**9]

    found = widths_of(sheet(Table(columns=(NAMES, SUMS), rows=rows())))
    assert found == [NAMES.width, SUMS.width]


def test_what_is_verbatim_runs_on_over_empty_cells(tmp_path: Path) -> None:
    columns = (Column(head="原文", width=10, kind="verbatim"), SUMS)
    rows = heights(page_of(tmp_path, sheet(table(["甲" * 30, None], columns=columns))))
    assert rows == {}


def test_a_note_stands_over_all_columns_in_as_many_lines_as_it_needs(tmp_path: Path) -> None:
    page = page_of(tmp_path, sheet(table(["甲", 1]), notes=["短", "长" * 40]))
    assert '<mergeCell ref="A2:B2"/>' in page
    width = sum(widths_of(sheet(table(["甲", 1]))))
    assert heights(page) == {3: pytest.approx(14.0 * n_lines("长" * 40, width) + 2, abs=0.5)}
    assert widths_of(sheet(notes=["只有说明"])) == [NOTE_WIDTH]


def test_a_wide_sheet_takes_several_pages_across_and_each_repeats_its_first_columns(
    tmp_path: Path,
) -> None:
    columns = tuple(Column(head=f"第{n}列", width=40) for n in range(8))
    assert sum(column.width for column in columns) > WIDEST_PAGE
    page = page_of(tmp_path, sheet(table(["甲" * 15] * 8, columns=columns)))
    assert 'fitToWidth="2" fitToHeight="0"' in page
    assert 'pageOrder="overThenDown"' in page
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        names = archive.read("xl/workbook.xml").decode()
    assert ">表!$A:$B,表!$3:$3<" in names
    assert ">表!$A$1:$H$4<" in names  # what is printed ends with the table


def test_one_page_is_one_page(tmp_path: Path) -> None:
    page = page_of(tmp_path, sheet(table(["甲", 1]), one_page=True))
    assert "fitToHeight" not in page
    assert 'fitToPage="1"' in page


def test_several_tables_share_widths_and_keep_title_and_first_column_in_view(
    tmp_path: Path,
) -> None:
    wide = Column(head="名称", width=30, kind="verbatim")
    found = sheet(table(["甲", 1]), table(["乙", 2], columns=(wide, SUMS)))
    assert widths_of(found) == [30, SUMS.width]
    page = page_of(tmp_path, found)
    assert 'topLeftCell="B2"' in page
    assert "autoFilter" not in page


def test_a_title_wider_than_its_sheet_goes_on_below(tmp_path: Path) -> None:
    page = page_of(tmp_path, Sheet(name="表", title="长" * 20, tables=[table(["甲", 1])]))
    assert '<mergeCell ref="A1:B1"/>' in page
    assert heights(page)[1] > 2 * 14 * 1.4
    short = page_of(tmp_path, sheet(table(["甲", 1])))
    assert "mergeCell" not in short
    assert 1 not in heights(short)
