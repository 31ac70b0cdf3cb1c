"""Names leave no trace where codes are asked for, and codes change no result."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from typing import Any

import pytest
from demand_sample import REAL
from python_calamine import CalamineWorkbook
from register_files import xlsx

from model.allotting import allot_register
from model.assessing import Assessed, Manner, assess_register
from model.errors import InputError
from model.register.anonymous import anonymised
from model.register.register import Register, read_register
from model.register.spelling import party
from model.scenario import Scenario, load_scenario

NAMES = ("甲乙丙公司", "丁戊己", "庚辛壬", "张三备注", "赛博一号", "机密编号")
HEADER = "claim,applicant,award,grade,first_unit,certified,product,note,filed\n"
ROWS = (
    "机密编号1,甲乙丙公司,A13a,一等奖,是,,,张三备注,2024-03-05\n"
    "机密编号2,丁戊己AB公司,A21c,国内,,,赛博一号,,\n"
    "机密编号3, 丁戊己ａb公司\u3000,A31,省级,,,赛博一号,,\n"
    "机密编号4,甲乙丙公司,A13a,庚辛壬,是,,,,\n"
    "机密编号1,甲乙丙公司,A13a,二等奖,是,,,,\n"
)


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(REAL / "base.yaml")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("names") / "claims.csv"
    path.write_text(HEADER + ROWS, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def register(source: Path, base: Scenario) -> Register:
    return read_register(source, base.document.awards)


def test_the_same_name_has_the_same_code_in_any_spelling(register: Register) -> None:
    coded = anonymised(register)
    assert party(register.applicant[1]) == party(register.applicant[2])
    assert coded.applicant[1] == coded.applicant[2] != coded.applicant[0]
    assert coded.product[1] == coded.product[2]
    assert coded.product[0] == ""  # where no product is named, none is invented
    assert len(set(coded.claim)) == len(coded.claim)
    assert coded.award == register.award
    assert coded.places == register.places


def test_a_salt_makes_codes_that_hold_in_every_register(register: Register) -> None:
    one, same, other = (anonymised(register, salt) for salt in ("盐", "盐", "糖"))
    assert one.applicant == same.applicant
    assert set(one.applicant).isdisjoint(other.applicant)
    assert anonymised(register).applicant == anonymised(register).applicant


def test_without_a_salt_codes_hold_within_one_register_only(
    register: Register, base: Scenario, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(HEADER + ROWS.replace("机密编号2", "机密编号9"), encoding="utf-8")
    other = read_register(path, base.document.awards)
    assert set(anonymised(other).applicant).isdisjoint(anonymised(register).applicant)


def test_a_code_is_of_its_kind(register: Register) -> None:
    """The name of a firm and a product of that name do not share a code."""
    coded = anonymised(register, "盐")
    assert coded.applicant[0].startswith("主体")
    assert coded.claim[0].startswith("编号")
    assert len(coded.applicant[0]) == len("主体") + 12


def text_of(out: Path) -> str:
    """Everything that a file holds, unzipped where it is a workbook."""
    if out.suffix != ".xlsx":
        return out.read_text(encoding="utf-8")
    with zipfile.ZipFile(out) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_no_name_is_left_anywhere(source: Path, tmp_path: Path, ending: str) -> None:
    plain, coded = tmp_path / f"plain.{ending}", tmp_path / f"coded.{ending}"
    assess_register(source, REAL / "base.yaml", plain)
    done = assess_register(source, REAL / "base.yaml", coded, Manner(anonymise=True))
    assert {"甲乙丙公司", "丁戊己", "庚辛壬", "机密编号"} <= {
        name for name in NAMES if name in text_of(plain)
    }
    told = "".join((text_of(coded), *done.summary_zh, *done.problems))
    assert [name for name in NAMES if name in told] == []
    assert "“grade”列没有（已隐去）这一档次" in text_of(coded)


def test_codes_change_no_amount_and_refuse_the_same_rows(source: Path, tmp_path: Path) -> None:
    found = []
    for manner in (Manner(), Manner(anonymise=True), Manner(anonymise=True, salt="盐")):
        out = tmp_path / "out.csv"
        assess_register(source, REAL / "base.yaml", out, manner)
        rows = csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines())
        lines = [(r["entitlement_yuan"], r["status"], r["place"].partition(":")[2]) for r in rows]
        found.append(lines)
    assert found[0] == found[1] == found[2]
    assert [yuan for yuan, _, _ in found[0]] == ["1000000", "1500000", "0", "", ""]


def test_sheets_of_sums_hold_no_names_even_where_none_are_hidden(
    source: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xlsx"
    assess_register(source, REAL / "base.yaml", out)
    book = CalamineWorkbook.from_path(str(out))
    for name in ("汇总", "人工核定"):
        told = str(book.get_sheet_by_name(name).to_python())
        assert [hidden for hidden in NAMES if hidden in told] == []


# --- the names of the file and of its sheets --------------------------------------------------

FIRM = "甲乙丙公司"
SHEETS = {
    f"{FIRM}名单": [["名单"], [FIRM]],
    FIRM: [
        ["申报编号", "申报主体", "事项编号", "认定级别", "地址"],
        ["1", FIRM, "A20b", "省级", "一路"],
        ["2", FIRM, "A20b", "特级", "一路"],
        ["1", FIRM, "A20b", "国家级", "一路"],
    ],
    f"A10a {FIRM}": [
        ["申报编号", "申报主体", "核定市级补助额（万元）"],
        ["3", FIRM, 12],
        ["小计", "", 13],
    ],
}


def _hide_the_last(book: Any, sheet: Any) -> None:
    if sheet.name.startswith("A10a"):
        sheet.hide()


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook whose file and sheets are called after an applicant."""
    return xlsx(tmp_path_factory.mktemp("firm") / f"{FIRM}.xlsx", SHEETS, _hide_the_last)


Written = tuple[str, Assessed]


def written_by(
    command: str, register: Path, folder: Path, manner: Manner, ending: str = "csv"
) -> Written:
    """What a command writes, and what it says."""
    out = folder / f"out.{ending}"
    act = {"assess": assess_register, "allot": allot_register}[command]
    done = act(register, REAL / "base.yaml", out, manner)
    return text_of(out), done


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("command", ["assess", "allot"])
def test_the_name_of_a_file_or_sheet_leaves_no_trace(
    named: Path, tmp_path: Path, command: str, ending: str
) -> None:
    plain, _ = written_by(command, named, tmp_path, Manner(), ending)
    assert FIRM in plain
    text, done = written_by(command, named, tmp_path, Manner(anonymise=True), ending)
    assert FIRM not in text
    told = "\n".join((*done.summary_zh, *done.problems))
    assert FIRM not in told
    assert "表2!D3: column '认定级别'" in told
    assert "表2!A4: column '申报编号': （已隐去） is already the claim of 表2!A2" in told
    for place in ("表1!A1", "表2!A2", "表2!D3", "表3!A2", "表3!A3"):
        assert place in text, place
    assert "工作表“表1”没有列名，不是申报表" in text


def test_notes_on_sheets_call_them_by_their_number(named: Path, tmp_path: Path) -> None:
    _, done = written_by("assess", named, tmp_path, Manner(anonymise=True))
    assert done.summary_zh[2:] == (
        "工作表“表3”是隐藏的，已一并读取",
        "表2：未识别的列（原样保留，不参与核算）：地址",
        "表3!C3：“13”与上面各行之和 12万元 不符",
    )


@pytest.mark.parametrize("command", ["assess", "allot"])
def test_a_csv_file_is_called_by_its_kind(source: Path, tmp_path: Path, command: str) -> None:
    register = tmp_path / f"{FIRM}.csv"
    register.write_bytes(source.read_bytes())
    text, done = written_by(command, register, tmp_path, Manner(anonymise=True))
    assert FIRM not in "\n".join((text, *done.summary_zh, *done.problems))
    assert [line.rpartition(",")[2] for line in text.splitlines()[1:]] == [
        f"登记表:{line}" for line in (2, 3, 4, 5, 6)
    ]
    assert [problem.partition(" ")[0] for problem in done.problems] == ["登记表:5:", "登记表:6:"]


def test_strict_refusals_hide_the_names_too(named: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        written_by("assess", named, tmp_path, Manner(anonymise=True, strict=True))
    assert FIRM not in str(caught.value)
    assert str(caught.value).startswith("表2!D3: ")
