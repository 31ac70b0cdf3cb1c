"""Sums of claims against the money: exact, each claim once, live in the workbook."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from demand_sample import REAL
from python_calamine import CalamineWorkbook

from model.assessing import Manner, assess_register
from model.claiming import money_by_account, places
from model.claims.sums import Money, Sum, gather, money_of, sum_awards, total
from model.scenario import load_scenario

HEADER = "claim,applicant,award,grade,first_unit,provincial_award_yuan,approved_yuan,teu,filed\n"
ROWS = (
    "c1,甲公司,A13a,一等奖,是,,,,2024-03-05\n"
    "c2,乙公司,A13a,一等奖,否,,,,2024-03-06\n"
    "c3,丙公司,A47,,,1000001,,,\n"
    "c4,丁公司,A10a,,,,50万元,,\n"
    "c5,丁公司,A10a,,,,=1+1,,\n"
    "c6,戊公司,A39a,,,,,30,\n"
)


def claims(yuan: list[int], city: list[int]) -> dict[str, Sum]:
    award = ["A", "B", "A", "C"]
    return sum_awards(award, np.array(yuan, np.int64), np.array(city, np.int64))


def test_awards_come_in_the_order_of_their_first_claim_and_zero_is_not_paid() -> None:
    found = claims([3, 0, 4, 5], [1, 0, 2, 5])
    assert list(found) == ["A", "B", "C"]
    assert found["A"] == Sum(key="A", claims=2, paid=2, entitlement_yuan=7, city_yuan=3)
    assert found["B"] == Sum(key="B", claims=1, paid=0, entitlement_yuan=0, city_yuan=0)


def test_sums_beyond_int64_are_exact() -> None:
    most = 2**62
    assert claims([most, 0, most, most], [0] * 4)["A"].entitlement_yuan == 2**63


def test_groups_add_up_to_the_total() -> None:
    found = claims([3, 0, 4, 5], [1, 0, 2, 5])
    grouped = gather(found.values(), {"A": "甲", "B": "乙", "C": "甲"})
    assert grouped["甲"] == Sum(key="甲", claims=3, paid=3, entitlement_yuan=12, city_yuan=8)
    assert total(grouped.values()) == total(found.values())
    assert total([]) == Sum(key="合计", claims=0, paid=0, entitlement_yuan=0, city_yuan=0)


def money(key: str, budget: int, bound: int) -> Money:
    return Money(id=key, name_zh=key, department_zh="局", budget_yuan=budget, committed_yuan=bound)


def test_each_account_counts_once_and_one_without_money_makes_the_sum_unknown() -> None:
    known = {"a": money("a", 10, 4), "b": money("b", 5, 7)}
    assert money_of(["a", "b", "a"], known) == 6 - 2
    assert money_of(["a", None], known) is None
    assert money_of(["a", "c"], known) is None
    assert money_of([], known) is None


# --- the sheet ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sums")
    (folder / "claims.csv").write_text(HEADER + ROWS, encoding="utf-8")
    out = folder / "out.xlsx"
    assess_register(folder / "claims.csv", REAL / "base.yaml", out, Manner())
    return out


def rows_of(out: Path, name: str) -> list[list[Any]]:
    found: list[list[Any]] = (
        CalamineWorkbook.from_path(str(out)).get_sheet_by_name(name).to_python()
    )
    return found


def table(rows: list[list[Any]], title: str) -> dict[str, list[Any]]:
    """The rows of a table of the sheet, by the name in their second cell."""
    begin = next(at for at, row in enumerate(rows) if row[0] == title) + 2
    end = next(at for at in range(begin, len(rows)) if rows[at][0] == "合计")
    return {row[1]: row for row in rows[begin:end]}


def test_the_sheet_sets_claims_against_the_money_of_each_account(book: Path) -> None:
    scenario = load_scenario(REAL / "base.yaml")
    held = money_by_account(scenario)
    rows = rows_of(book, "汇总")
    accounts = table(rows, "按支出账户")
    assert accounts["科技创新"][5:11] == [
        3, 2, 1_500_000, 1_500_000,
        held["science"].available_yuan, held["science"].available_yuan - 1_500_000,
    ]  # fmt: skip
    assert accounts["扩大开放"][7:9] == [1_500_001, 750_000]  # the districts pay the other half
    assert set(accounts) == {
        held[place.account].name_zh for place in places(scenario).values() if place.account
    }


def test_an_account_that_the_claims_exceed_is_named_first_with_what_is_missing(
    tmp_path: Path,
) -> None:
    rows = "".join(f"c{n},甲{n},A47,,,2000万元,,,\n" for n in range(4))  # the city pays 60 million
    (tmp_path / "claims.csv").write_text(HEADER + rows, encoding="utf-8")
    out = tmp_path / "out.xlsx"
    assess_register(tmp_path / "claims.csv", REAL / "base.yaml", out, Manner())
    found = rows_of(out, "汇总")
    held = money_by_account(load_scenario(REAL / "base.yaml"))["opening_up"].available_yuan
    assert "".join(map(str, found[1])) == (
        f"结论：本册申报的市级部分超过可用资金的支出账户：扩大开放缺 {60_000_000 - held:,}元"
    )
    assert table(found, "按支出账户")["扩大开放"][10] == held - 60_000_000


def test_every_grouping_adds_up_to_the_same_total(book: Path) -> None:
    rows = rows_of(book, "汇总")
    totals = [row[5:9] for row in rows if row[0] == "合计"]
    assert totals == [[5, 4, 3_006_001, 2_256_000]] * 4
    for title in ("按事项", "按支出账户", "按领域", "按部门"):
        own = [row[5:9] for row in table(rows, title).values()]
        assert [sum(column) for column in zip(*own, strict=True)] == totals[0], title


def test_the_notes_say_what_holds_and_count_every_row(book: Path) -> None:
    notes = ["".join(map(str, row)) for row in rows_of(book, "汇总")[:9]]
    assert notes[1] == "结论：本册申报的市级部分没有超过任何支出账户的可用资金"
    assert "叠加：条文未写明能否叠加享受；本情景设定：可叠加，各事项分别核给" in notes
    assert "读入 6 行 = 已核算 5 笔 + 未受理 1 行 + 不计入 0 行" in notes
    assert any(note.startswith("解读口径：A10b=A、") for note in notes)
    assert "市级承担比例（假设）：A47 0.5；其余 1" in notes


def test_the_refused_row_stands_with_its_cells_and_runs_nothing(book: Path) -> None:
    (row,) = rows_of(book, "未受理")[4:]
    assert row[0] == "claims.csv:6"
    assert row[1] == "“approved_yuan”列“=1+1”是没有结果的公式；请直接填结果"
    assert row[2:5] == ["c5", "丁公司", "A10a"]
    assert "'=1+1" in row


def test_the_claims_come_with_date_outcome_and_reason(book: Path) -> None:
    rows = rows_of(book, "申报")[4:]
    assert [row[8] for row in rows] == ["核给", "不符合条件", "核给", "核给", "核给"]
    assert [str(row[5]) for row in rows] == ["2024-03-05", "2024-03-06", "", "", ""]
    assert rows[1][9] == "“是否第一项目完成单位”为否，不符合条件"


def test_a_person_sees_what_to_check_and_for_how_many_claims(book: Path) -> None:
    checks = {(row[0], row[2]): row[3:] for row in rows_of(book, "人工核定")[4:]}
    assert checks["A47", "省级资金是否属当年配套范围"] == [1, 750_000]
    assert {key for key, _ in checks} == {"A10a", "A13a", "A39a", "A47"}


def test_every_formula_has_the_value_that_it_calculates(book: Path) -> None:
    """Each SUM, SUMIF, COUNTIF and difference is worked out again from the cells it names."""
    sheets = {name: rows_of(book, name) for name in ("汇总", "申报")}
    with zipfile.ZipFile(book) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    formulas = re.findall(r'<c r="([A-Z]+)(\d+)"[^>]*><f>(.*?)</f><v>(-?\d+)</v>', page)
    assert len(formulas) > 200
    for letter, row, text, value in formulas:
        assert calculated(text.replace("&gt;", ">"), sheets) == int(value), f"{letter}{row} {text}"


def calculated(text: str, sheets: dict[str, list[list[Any]]]) -> int:
    def cells(area: str) -> list[Any]:
        name, _, area = area.rpartition("!")
        rows = sheets[name.strip("'") or "汇总"]
        (letter, first), (_, last) = re.findall(r"\$?([A-Z]+)\$?(\d+)", area)
        column = ord(letter) - ord("A")
        return [rows[at][column] for at in range(int(first) - 1, int(last))]

    def cell(place: str) -> Any:
        return cells(f"{place}:{place}")[0]

    if minus := re.fullmatch(r"([A-Z]+\d+)-([A-Z]+\d+)", text):
        return int(cell(minus[1]) - cell(minus[2]))
    name, inside = re.fullmatch(r"([A-Z]+)\((.*)\)", text).groups()  # type: ignore[union-attr]
    areas = inside.split(",")
    if name == "SUM":
        return int(sum(value for value in cells(areas[0]) if value != ""))
    wanted = [value == cell(areas[1]) for value in cells(areas[0])]
    if name == "COUNTIF":
        return sum(wanted)
    if name == "COUNTIFS":
        assert areas[3] == '">0"'
        return sum(w and v > 0 for w, v in zip(wanted, cells(areas[2]), strict=True))
    assert name == "SUMIF"
    return int(sum(v for w, v in zip(wanted, cells(areas[2]), strict=True) if w and v != ""))


def test_a_register_without_a_claim_still_makes_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "claims.csv").write_text(HEADER, encoding="utf-8")
    out = tmp_path / "out.xlsx"
    assess_register(tmp_path / "claims.csv", REAL / "base.yaml", out, Manner())
    assert [row[5:9] for row in rows_of(out, "汇总") if row[0] == "合计"] == [[0, 0, 0, 0]] * 4


def test_equal_input_gives_equal_bytes(book: Path) -> None:
    other = book.with_name("other.xlsx")
    assess_register(book.with_name("claims.csv"), REAL / "base.yaml", other, Manner())
    assert other.read_bytes() == book.read_bytes()
