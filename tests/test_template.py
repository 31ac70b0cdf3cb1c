"""The blank register: a sheet for each award, noted and guarded; what is filled in is read."""

from __future__ import annotations

import re
import sys
import zipfile
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from demand_sample import REAL, TINY
from python_calamine import CalamineWorkbook

from model.claims.form import EXAMPLE_ZH, NO_ZH, Field, fields, sheet_name
from model.claims.template import EXAMPLE_ROW, GUIDE, HEAD_ROW, Form, write_template
from model.cli import main
from model.errors import InputError
from model.policy.awards import CostedAward, Grades
from model.policy.document import Document
from model.register.register import read_register
from model.scenario import load_scenario
from model.templating import make_template
from model.workbook import Cell

DOCUMENT = load_scenario(REAL / "base.yaml").document
AWARDS = list(DOCUMENT.costed())


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("template") / "blank.xlsx"
    make_template(REAL / "base.yaml", out)
    return out


@pytest.fixture(scope="module")
def pages(blank: Path) -> dict[str, str]:
    """The text of each award's sheet and of the notes on it."""
    with zipfile.ZipFile(blank) as archive:
        return {
            key: unescape(
                archive.read(f"xl/worksheets/sheet{at}.xml").decode()
                + archive.read(f"xl/comments{at - 1}.xml").decode()
            )
            for at, key in enumerate(AWARDS, start=2)
        }


def rows_of(out: Path, name: str) -> list[list[Any]]:
    found: list[list[Any]] = (
        CalamineWorkbook.from_path(str(out)).get_sheet_by_name(name).to_python()
    )
    return found


def test_a_guide_comes_first_and_then_a_sheet_for_each_award(blank: Path) -> None:
    names = CalamineWorkbook.from_path(str(blank)).sheet_names
    assert names == [GUIDE, *(sheet_name(key, award) for key, award in DOCUMENT.costed().items())]
    assert all(len(name) <= 31 for name in names)
    assert names[3] == "A11a 研发费用增量补助"


def test_the_guide_names_paper_scenario_unit_and_every_sheet(blank: Path) -> None:
    rows = rows_of(blank, GUIDE)
    notes = [row[0] for row in rows]
    assert notes[1] == f"政策文件：{DOCUMENT.title.title_zh}（{DOCUMENT.title.id}）"
    assert notes[2] == "依据情景：base；金额单位：万元"
    listed = {row[0]: row for row in rows if row[1].startswith(f"{row[0]} ")}
    assert list(listed) == AWARDS
    assert listed["A47"][3] == "市商务局、市科技局、市财政局、市税务局"


@pytest.mark.parametrize("key", AWARDS)
def test_the_heads_are_chinese_with_units_and_notes_cite_the_clause(
    key: str, blank: Path, pages: dict[str, str]
) -> None:
    award = DOCUMENT.costed()[key]
    rows = rows_of(blank, sheet_name(key, award))
    assert rows[0][0] == f"{key} {award.name_zh}"
    asked = fields(key, DOCUMENT, "万元")
    heads = rows[HEAD_ROW]
    assert heads == [field.head for field in asked]
    for name, column in award.columns.items():
        unit = "万元" if column.type == "money" else column.unit_zh
        assert heads[[f.name for f in asked].index(name)] == (
            f"{column.label_zh}（{unit}）" if unit else column.label_zh
        )
    clause = DOCUMENT.clauses[award.clause]
    assert pages[key].count(f"{clause.numeral_zh}{clause.title_zh}\n") == len(asked)
    assert pages[key].count(f"条文：“{award.anchor}”\n") == len(asked)


@pytest.mark.parametrize("key", AWARDS)
def test_a_sheet_is_guarded_except_for_the_cells_to_fill_in(
    key: str, blank: Path, pages: dict[str, str]
) -> None:
    page, award = pages[key], DOCUMENT.costed()[key]
    assert '<sheetProtection sheet="1"' in page
    free = re.findall(r'<col min="(\d+)" max="(\d+)" [^>]*style="(\d+)"', page)
    asked = fields(key, DOCUMENT, "万元")
    assert sum(int(last) - int(first) + 1 for first, last, _ in free) == len(asked)
    locked = locks(blank)
    assert not any(locked[int(style)] for _, _, style in free)
    for row in (HEAD_ROW + 1, EXAMPLE_ROW + 1):
        styles = re.findall(rf'<c r="[A-Z]+{row}" s="(\d+)"', page)
        assert len(styles) == len(asked)
        assert all(locked[int(style)] for style in styles)
    assert f'topLeftCell="C{EXAMPLE_ROW + 2}"' in page
    assert 'orientation="landscape"' in page
    graded = [name for name in award.columns if is_grade(award, name)]
    choices = sum(c.type == "bool" for c in award.columns.values()) + len(graded)
    assert page.count('<dataValidation type="list"') == choices
    if isinstance(award, Grades):
        assert f'<formula1>"{",".join(award.grades)}"</formula1>' in page


def is_grade(award: CostedAward, name: str) -> bool:
    return isinstance(award, Grades) and name == award.grade_column


def locks(out: Path) -> list[bool]:
    """Whether each cell format of the workbook locks its cells."""
    with zipfile.ZipFile(out) as archive:
        styles = archive.read("xl/styles.xml").decode()
    formats = re.search(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)
    assert formats is not None
    found = formats.group().split("<xf ")[1:]
    return ['<protection locked="0"/>' not in entry for entry in found]


def test_grades_too_long_for_a_list_are_taken_from_the_guide(tmp_path: Path) -> None:
    award = DOCUMENT.costed()["A13a"]
    grades = {f"{'很长的等次' * 10}{number}": 10_000 for number in range(8)} | {"一,二": 5}
    long = award.model_copy(update={"grades": grades})
    document = with_awards({"A13a": long})
    out = tmp_path / "long.xlsx"
    write_template(Form(document=document, scenario="试"), out)
    with zipfile.ZipFile(out) as archive:
        page = archive.read("xl/worksheets/sheet2.xml").decode()
    (area,) = re.findall(
        r"<formula1>(?:'|&apos;)?说明(?:'|&apos;)?!\$B\$(\d+):\$B\$(\d+)</formula1>", page
    )
    rows = rows_of(out, GUIDE)[int(area[0]) - 1 : int(area[1])]
    assert [row[1] for row in rows] == list(grades)


def with_awards(awards: dict[str, CostedAward]) -> Document:
    return replace(DOCUMENT, awards=awards)


def test_equal_scenarios_give_equal_bytes(blank: Path, tmp_path: Path) -> None:
    make_template(REAL / "base.yaml", tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == blank.read_bytes()


# --- what it writes, the reader reads -----------------------------------------------------------


def test_a_blank_register_holds_no_claim_and_no_row_is_refused(blank: Path) -> None:
    register = read_register(blank, DOCUMENT.awards)
    assert len(register.claim) == 0
    assert list(register.refused) == []
    examples = [row for row in register.set_aside if row.cells[0] == EXAMPLE_ZH]
    assert len(examples) == len(AWARDS)
    assert all("示例" in row.reason_zh for row in examples)


@pytest.fixture(scope="module", params=["万元", "元"])
def filled(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, dict[str, list[Field]]]:
    """Two claims of every award, written as the example shows, the second without what may be."""
    unit = request.param
    asked = {key: fields(key, DOCUMENT, unit) for key in AWARDS}
    rows: dict[str, list[list[Cell]]] = {
        key: [
            [f"{key}-1", "甲公司", *[field.example for field in own[2:]]],
            [f"{key}-2", "乙公司", *[None if f.optional else denied(f) for f in own[2:]]],
        ]
        for key, own in asked.items()
    }
    out = tmp_path_factory.mktemp("filled") / "filled.xlsx"
    write_template(Form(document=DOCUMENT, scenario="试", unit=unit, rows=rows), out)
    return out, asked


def denied(field: Field) -> Cell:
    """The example, but 否: what a yes asks for may then stay blank."""
    return NO_ZH if field.kind == "yes_no" else field.example


def test_every_award_filled_in_is_read_to_the_fen(
    filled: tuple[Path, dict[str, list[Field]]],
) -> None:
    out, asked = filled
    register = read_register(out, DOCUMENT.awards)
    assert [str(problem) for problem in register.problems] == []
    assert list(register.claim) == [f"{key}-{n}" for key in AWARDS for n in (1, 2)]
    assert list(register.award) == [key for key in AWARDS for _ in (1, 2)]
    assert list(register.applicant) == ["甲公司", "乙公司"] * len(AWARDS)
    assert [str(day) for day in register.filed] == ["2024-03-15", "NaT"] * len(AWARDS)
    assert list(register.places[:2]) == ["A10a 市级科技项目补助!A6", "A10a 市级科技项目补助!A7"]
    for key, part in register.parts.items():
        for field in asked[key][3:]:
            if field.name in part.columns:
                wanted = as_read(field, out_unit(asked[key]))
                assert part.columns[field.name][0] == wanted, (key, field.name)
                given = part.columns[f"{field.name}?given"].tolist()
                assert given == [True, not field.optional], (key, field.name)
                assert part.columns[field.name][1] != 1 or field.kind != "yes_no"


def out_unit(asked: list[Field]) -> str:
    return "元" if any("（元）" in field.head for field in asked) else "万元"


def as_read(field: Field, unit: str) -> int:
    """The example of a column in fen, millionths, a code or yes."""
    if field.kind == "money":
        assert isinstance(field.example, int)
        return field.example * (10_000 if unit == "万元" else 1) * 100
    if field.kind in ("number", "rate"):
        assert isinstance(field.example, int | float)
        return round(field.example * 1_000_000)
    return 1 if field.kind == "yes_no" else 0  # the first grade


# --- the command --------------------------------------------------------------------------------


def test_a_register_that_may_be_filled_in_is_never_overwritten(blank: Path) -> None:
    before = blank.read_bytes()
    with pytest.raises(InputError) as caught:
        make_template(REAL / "base.yaml", blank)
    assert str(caught.value) == (
        f"{blank}: this file exists already. Give another name, or move it away."
    )
    assert blank.read_bytes() == before


def test_the_command_writes_the_other_papers_register_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "tiny.xlsx"
    words = ["budget", "template", str(out), "--scenario", str(TINY / "base.yaml"), "--unit", "元"]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 0
    count = len(load_scenario(TINY / "base.yaml").document.costed())
    assert capsys.readouterr().out == f"{out}: {count} 个奖补事项各一张表，金额单位 元\n"
    heads = rows_of(out, CalamineWorkbook.from_path(str(out)).sheet_names[1])[HEAD_ROW]
    assert heads[:3] == ["申报编号", "申报主体", "申报日期"]


@pytest.mark.parametrize(
    ("name", "unit", "said"),
    [
        (
            "blank.csv",
            "万元",
            "blank.csv: a template is a workbook. Give a name that ends in .xlsx.",
        ),
        ("blank.xlsx", "亿元", "--unit: there is no unit '亿元'. Give 万元 or 元."),
        ("none/blank.xlsx", "元", "cannot be written (No such file or directory)"),
    ],
)
def test_the_command_refuses_with_exit_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    unit: str,
    said: str,
) -> None:
    base = str(REAL / "base.yaml")
    words = ["template", str(tmp_path / name), "--scenario", base, "--unit", unit]
    monkeypatch.setattr(sys, "argv", ["budget", *words])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
