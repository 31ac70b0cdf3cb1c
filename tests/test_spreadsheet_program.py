"""Every workbook in a real spreadsheet program: calculated anew, saved again, and read again."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from demand_sample import REAL
from record_sample import reserve_record, sample_record
from spreadsheet_program import ALL_SHEETS, convert, sheets_of
from workbook_cells import parts

from model.allotting import allot_register
from model.assessing import Manner, assess_register
from model.claims.form import fields
from model.claims.template import Form, write_template
from model.errors import InputError
from model.register.register import Register, read_register
from model.report.record import freeze_record
from model.report.results_book import write_results
from model.scenario import load_scenario
from model.table_sheets import write_book
from model.workbook import Cell, Column, Formula, Sheet, Table

DOCUMENT = load_scenario(REAL / "base.yaml").document
SAMPLES = REAL.parent.parent / "reports" / "samples"
REGISTER = REAL / "sample-register.xlsx"
ERRORS = re.compile(r"#(REF|NAME|VALUE|DIV/0|N/A|NULL|NUM)|Err:\d")
BOOKS = ("results", "reserve", "english", "comparison", "filled", "assessed", "allotted")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workbook of each kind that the product writes."""
    folder = tmp_path_factory.mktemp("written")
    for name, record, language in (
        ("results", sample_record(), "zh"),
        ("reserve", reserve_record(), "zh"),
        ("english", sample_record(), "en"),
    ):
        write_results(freeze_record(record), language, folder / f"{name}.xlsx")
    (folder / "comparison.xlsx").write_bytes((SAMPLES / "comparison.xlsx").read_bytes())
    filled = folder / "filled.xlsx"
    write_template(Form(document=DOCUMENT, scenario="试", rows=claims()), filled)
    assess_register(filled, REAL / "base.yaml", folder / "assessed.xlsx")
    allot_register(filled, REAL / "base.yaml", folder / "allotted.xlsx", Manner())
    return folder


def claims() -> dict[str, list[list[Cell]]]:
    """Two claims of every award; the money of some is written out with its unit."""
    found: dict[str, list[list[Cell]]] = {}
    for key in DOCUMENT.costed():
        own = fields(key, DOCUMENT, "万元")
        values = [field.example for field in own[2:]]
        told = ["１,２００万元" if field.kind == "money" else field.example for field in own[2:]]
        found[key] = [[f"{key}-1", "甲公司", *values], [f"{key}-2", "+乙公司", *told]]
    return found


@pytest.fixture(scope="module")
def saved(written: Path, tmp_path_factory: pytest.TempPathFactory, needs_soffice: str) -> Path:
    """The same workbooks, calculated anew and saved by the program."""
    out = tmp_path_factory.mktemp("saved") / "books"
    wrong = [["甲", Formula(text="=1+1", value=7)]]
    columns = (Column(head="名称", width=10), Column(head="数", width=10, kind="count"))
    table = Table(columns=columns, rows=wrong)
    write_book(written / "wrong.xlsx", [Sheet(name="表", title="试", tables=[table])])
    convert(needs_soffice, [written / f"{name}.xlsx" for name in (*BOOKS, "wrong")], "xlsx", out)
    return out


def test_the_program_calculates_and_does_not_copy(saved: Path) -> None:
    assert sheets_of(saved / "wrong.xlsx")["表"][3] == ["甲", 2]


@pytest.mark.parametrize("name", BOOKS)
def test_what_is_calculated_is_what_the_cells_hold(written: Path, saved: Path, name: str) -> None:
    before, after = (sheets_of(folder / f"{name}.xlsx") for folder in (written, saved))
    assert list(after) == list(before)
    for sheet, rows in before.items():
        assert len(after[sheet]) == len(rows), sheet
        for row, (one, other) in enumerate(zip(rows, after[sheet], strict=True), start=1):
            assert other == pytest.approx(one, abs=1e-8), (sheet, row)
            assert not any(ERRORS.search(str(cell)) for cell in other), (sheet, row)


@pytest.mark.parametrize("name", BOOKS)
def test_formulas_charts_lists_and_guards_are_kept(written: Path, saved: Path, name: str) -> None:
    counted = []
    for folder in (written, saved):
        found = parts(folder / f"{name}.xlsx")
        pages = [text for part, text in found.items() if part.startswith("xl/worksheets/sheet")]
        charts = [part for part in found if re.fullmatch(r"xl/charts/chart\d+\.xml", part)]
        counted.append(
            {
                "formulas": sum(len(re.findall(r"<f[ >]", page)) for page in pages),
                "charts": len(charts),
                "bars of ranges": sum(found[part].count("<c:errBars>") for part in charts),
                "lists": sum(page.count('type="list"') for page in pages),
                "guarded": sum("<sheetProtection" in page for page in pages),
                "notes": sum(text.count("<comment ") for part, text in found.items()),
            }
        )
    assert counted[0] == counted[1]
    assert counted[0]["lists" if name == "filled" else "formulas"] > 10


# --- a register saved by the program is read as before --------------------------------------------


def assert_same(one: Register, other: Register) -> None:
    assert list(one.claim) == list(other.claim)
    assert list(one.award) == list(other.award)
    assert list(one.applicant) == list(other.applicant)
    assert [str(day) for day in one.filed] == [str(day) for day in other.filed]
    assert [problem.fact for problem in one.problems] == [p.fact for p in other.problems]
    assert len(one.set_aside) == len(other.set_aside)
    assert one.parts.keys() == other.parts.keys()
    for key, part in one.parts.items():
        for name, values in part.columns.items():
            assert values.tolist() == other.parts[key].columns[name].tolist(), (key, name)


def test_a_filled_register_saved_again_is_read_as_before(written: Path, saved: Path) -> None:
    before, after = (
        read_register(folder / "filled.xlsx", DOCUMENT.awards) for folder in (written, saved)
    )
    assert len(before.claim) == 2 * len(DOCUMENT.costed())
    assert_same(before, after)


def test_an_old_workbook_of_the_sample_is_read_as_the_new_one(
    tmp_path: Path, needs_soffice: str
) -> None:
    (old,) = convert(needs_soffice, [REGISTER], "xls", tmp_path / "old")
    before = read_register(REGISTER, DOCUMENT.awards)
    assert len(before.claim) > 400
    assert len(before.problems) > 0
    assert_same(before, read_register(old, DOCUMENT.awards))


def test_a_sheet_saved_as_csv_is_read_as_the_sheet(
    written: Path, tmp_path: Path, needs_soffice: str
) -> None:
    convert(needs_soffice, [written / "filled.xlsx"], ALL_SHEETS, tmp_path / "csv")
    whole = read_register(written / "filled.xlsx", DOCUMENT.awards)
    for key in ("A11a", "A51a"):
        (path,) = (tmp_path / "csv").glob(f"filled-{key} *.csv")
        found = read_register(path, DOCUMENT.awards)
        assert list(found.award) == [key, key]
        assert found.notes_zh[0] == (f"文件：没有“事项编号”列，按表头上方的标题认定为 {key} 的申报")
        for name, values in whole.parts[key].columns.items():
            assert values.tolist() == found.parts[key].columns[name].tolist(), (key, name)


def test_a_workbook_of_another_kind_is_refused_with_the_way_out(
    written: Path, tmp_path: Path, needs_soffice: str
) -> None:
    (other,) = convert(needs_soffice, [written / "comparison.xlsx"], "ods", tmp_path / "ods")
    with pytest.raises(InputError) as caught:
        read_register(other, DOCUMENT.awards)
    assert str(caught.value) == f"{other}: this zip file is no .xlsx workbook. Save it as .xlsx."
