"""Workbooks: no text runs as a formula, numbers stay exact, equal input gives equal bytes."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from model.errors import InputError
from model.neutral import FORMULA_STARTS, neutral
from model.table_sheets import write_book
from model.workbook import MOST_LETTERS, Cell, Column, Formula, Sheet, Table

COLUMNS = (
    Column(head="名称", width=20),
    Column(head="金额（元）", width=14, kind="yuan"),
    Column(head="日期", width=12, kind="day"),
)


def sheet(*rows: list[Cell], **more: Any) -> Sheet:
    table = Table(columns=COLUMNS, rows=rows, total=more.pop("total", None))
    return Sheet(name="表", title="标题", tables=[table], **more)


def written(out: Path, *sheets: Sheet, streaming: bool = False) -> list[list[list[Any]]]:
    write_book(out, sheets, streaming=streaming)
    book = CalamineWorkbook.from_path(str(out))
    return [book.get_sheet_by_name(name).to_python() for name in book.sheet_names]


def part(out: Path, name: str) -> str:
    with zipfile.ZipFile(out) as archive:
        return archive.read(name).decode()


@pytest.mark.parametrize("streaming", [False, True])
def test_cells_come_back_as_they_were_written(tmp_path: Path, streaming: bool) -> None:
    rows: list[list[Cell]] = [
        ["甲", 1_234_567_890_123, datetime.date(2024, 3, 5)],
        ["", None, None],
    ]
    (found,) = written(tmp_path / "a.xlsx", sheet(*rows, notes=["说明"]), streaming=streaming)
    assert [row[0] for row in found[:3]] == ["标题", "说明", ""]
    assert found[3] == ["名称", "金额（元）", "日期"]
    assert found[4] == ["甲", 1_234_567_890_123, datetime.date(2024, 3, 5)]


@pytest.mark.parametrize("start", FORMULA_STARTS)
def test_a_text_that_begins_like_a_formula_is_written_as_text(tmp_path: Path, start: str) -> None:
    text = f'{start}HYPERLINK("x")'
    out = tmp_path / "a.xlsx"
    name = Sheet(name="表", title=text, tables=sheet([text, 1, None]).tables, notes=[text])
    (found,) = written(out, name)
    assert [found[0][0], found[1][0], found[4][0]] == [neutral(text)] * 3
    assert all(not cell.startswith(FORMULA_STARTS) for row in found for cell in row[:1])
    assert "<f>" not in part(out, "xl/worksheets/sheet1.xml")


def test_only_our_own_formulas_are_formulas_and_hold_their_value(tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    total: list[Cell] = ["合计", Formula(text="=SUM(B4:B5)", value=7), ""]
    (found,) = written(out, sheet(["甲", 3, None], ["乙", 4, None], total=total))
    assert found[-1] == ["合计", 7, ""]
    assert "<f>SUM(B4:B5)</f><v>7</v>" in part(out, "xl/worksheets/sheet1.xml")


def test_what_a_number_or_date_cell_cannot_hold_is_written_as_text(tmp_path: Path) -> None:
    huge = 12_345_678_901_234_567
    (found,) = written(tmp_path / "a.xlsx", sheet(["甲", huge, datetime.date(1800, 1, 2)]))
    assert found[3] == ["甲", "12,345,678,901,234,567", "1800-01-02"]


def test_a_text_too_long_for_a_cell_says_where_it_was_cut(tmp_path: Path) -> None:
    (found,) = written(tmp_path / "a.xlsx", sheet(["甲" * 40_000, 1, None]))
    assert found[3][0] == "甲" * MOST_LETTERS + "…（单元格过长，以下从略）"


def test_hidden_characters_do_not_break_the_file(tmp_path: Path) -> None:
    (found,) = written(tmp_path / "a.xlsx", sheet(["a\x00b\x0bc\ufffe", 1, None]))
    assert found[3][1] == 1


@pytest.mark.parametrize("streaming", [False, True])
def test_equal_input_gives_equal_bytes(tmp_path: Path, streaming: bool) -> None:
    one, other = tmp_path / "one.xlsx", tmp_path / "other.xlsx"
    for out in (one, other):
        write_book(out, [sheet(["甲", 1, datetime.date(2024, 1, 1)])], streaming=streaming)
    assert one.read_bytes() == other.read_bytes()


def test_a_sheet_is_ready_to_read_and_to_print(tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    write_book(out, [sheet(["甲", 1, None])])
    page = part(out, "xl/worksheets/sheet1.xml")
    assert 'topLeftCell="C4"' in page  # the head and two columns stay
    assert re.search(r'<col min="2" max="2" width="14\.\d+"', page)
    assert '<autoFilter ref="A3:C4"/>' in page
    assert re.search(r'<pageSetup paperSize="9" fitToHeight="0" orientation="landscape"/>', page)
    assert '<pageSetUpPr fitToPage="1"/>' in page
    assert ">表!$3:$3<" in part(out, "xl/workbook.xml")  # printed on every page


def test_two_tables_stand_below_each_other_with_their_titles(tmp_path: Path) -> None:
    tables = [Table(columns=COLUMNS, rows=[["甲", 1, None]], title=title) for title in ("一", "二")]
    (found,) = written(tmp_path / "a.xlsx", Sheet(name="表", title="标题", tables=tables))
    assert [row[0] for row in found] == ["标题", "", "一", "名称", "甲", "", "二", "名称", "甲"]


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot be written \(No such file or directory\)"):
        write_book(tmp_path / "none" / "a.xlsx", [sheet()])
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=r"cannot be written \(Is a directory\)"):
        write_book(tmp_path / "folder", [sheet()])
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


def test_an_interrupted_writing_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "a.xlsx"
    out.write_text("old", encoding="utf-8")

    def rows() -> Iterator[list[Cell]]:
        yield ["甲", 1, None]
        raise ValueError("broken off")

    table = Table(columns=COLUMNS, rows=rows())
    with pytest.raises(ValueError, match="broken off"):
        write_book(out, [Sheet(name="表", title="标题", tables=[table])])
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_more_rows_than_a_sheet_holds_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("model.table_sheets.MOST_ROWS", 6)
    rows: list[list[Cell]] = [["甲", 1, None]] * 3
    with pytest.raises(InputError) as caught:
        write_book(tmp_path / "a.xlsx", [sheet(*rows)])
    assert str(caught.value) == (
        f"{tmp_path / 'a.xlsx'}: the sheet holds more than the 6 rows that a workbook can. "
        "Give --out a name that ends in .csv."
    )
    assert list(tmp_path.iterdir()) == []
