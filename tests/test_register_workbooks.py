"""Workbooks as bureaus send them: whatever the wording, each cell is read or told, none is lost."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from register_files import AWARDS, Formula, Percent, changed, xls, xlsx

from model.errors import InputError
from model.register.register import Register, read_register

R1 = ["申报编号", "申报主体", "申报日期", "是否符合加计扣除", "上年研发费用", "当年研发费用"]
YUAN = [*R1[:4], "上年研发费用（元）", "当年研发费用（元）"]
DAY = datetime.date(2024, 3, 5)


def claim(number: Any = "c1", *, before: Any = 100, now: Any = 200, **other: Any) -> list[Any]:
    return [number, other.get("who", "甲公司"), other.get("day", DAY), "是", before, now]


def read(folder: Path, rows: list[list[Any]], name: str = "R1 研发") -> Register:
    return read_register(xlsx(folder / "claims.xlsx", {name: rows}), AWARDS)


def told(register: Register) -> list[str]:
    return [str(problem) for problem in register.problems]


def fen(register: Register, column: str = "now_yuan") -> list[int]:
    return register.parts["R1"].columns[column].tolist()


def asides(register: Register) -> list[tuple[str, str]]:
    return [(row.place, row.reason_zh) for row in register.set_aside]


# --- which sheet is of which award ------------------------------------------------------------


@pytest.mark.parametrize("make", [xlsx, xls])
def test_a_sheet_for_each_award_makes_one_register(tmp_path, make):
    sheets = {
        "说明": [["填写说明"], ["每个事项一张表"]],
        "R1 研发增量补助": [YUAN, claim("r1"), claim("r2", who="乙公司")],
        "首台套奖励": [["申报编号", "企业名称", "认定级别"], ["g1", "丙公司", "省级"]],
        "U1": [["申报编号", "申报主体", "种植面积（亩）"], ["u1", "丁户", 12.5]],
        "空表": [],
    }
    register = read_register(make(tmp_path / f"claims.{make.__name__}", sheets), AWARDS)
    assert told(register) == []
    assert list(register.claim) == ["r1", "r2", "g1", "u1"]
    assert list(register.award) == ["R1", "R1", "G1", "U1"]
    assert list(register.applicant) == ["甲公司", "乙公司", "丙公司", "丁户"]
    assert list(register.places)[::2] == ["R1 研发增量补助!A2", "首台套奖励!A2"]
    assert [str(day) for day in register.filed] == ["2024-03-05"] * 2 + ["NaT"] * 2
    assert register.parts["U1"].columns["area_mu"].tolist() == [12_500_000]
    assert {row.place for row in register.set_aside} == {"说明!A1", "说明!A2"}
    # One header for all sheets, the cells of each below their own column.
    assert list(register.header) == [*YUAN, "企业名称", "认定级别", "种植面积（亩）"]
    assert register.rows[2] == ["g1", "", "", "", "", "", "丙公司", "省级", ""]


def test_one_sheet_for_all_awards_names_the_award_in_a_column(tmp_path):
    header = ["申报编号", "申报主体", "奖补事项", "认定级别", "种植面积"]
    rows = [header, [1, "甲", "首台套奖励", "省级"], [2, "乙", "U1 种植补贴", None, 3]]
    register = read(tmp_path, rows, "Sheet1")
    assert (list(register.award), list(register.claim)) == (["G1", "U1"], ["1", "2"])


def test_a_row_of_another_award_than_its_sheet_is_refused(tmp_path):
    rows = [["award", *YUAN], ["R1", *claim("a")], ["", *claim("b")], ["G1", *claim("c")]]
    register = read(tmp_path, rows)
    assert list(register.claim) == ["a", "b"]
    assert told(register) == [
        "R1 研发!A4: column 'award': 'G1' is not R1, the award of the sheet."
        " Move the row to the sheet of its award, or correct it."
    ]


def test_claims_that_are_counted_in_each_sheet_get_the_award_before_their_number(tmp_path):
    sheets = {
        "R1": [["序号", *YUAN[1:]], claim(1), claim(2)],
        "G1": [["序号", "申报主体", "认定级别"], [1, "丙", "省级"]],
    }
    register = read_register(xlsx(tmp_path / "a.xlsx", sheets), AWARDS)
    assert list(register.claim) == ["R1-1", "R1-2", "G1-1"]


def test_a_number_beside_the_claims_own_is_a_number_of_the_row(tmp_path):
    rows = [["序号", *YUAN], [1, *claim("x")], [1, *claim("y")]]
    assert list(read(tmp_path, rows).claim) == ["x", "y"]


def test_a_claim_told_twice_in_two_sheets_is_refused_with_the_other_place(tmp_path):
    sheets = {
        "R1": [YUAN, claim("x")],
        "U1": [["申报编号", "申报主体", "种植面积"], ["x", "乙", 1]],
    }
    register = read_register(xlsx(tmp_path / "a.xlsx", sheets), AWARDS)
    assert told(register) == [
        "U1!A2: column '申报编号': 'x' is already the claim of R1!A2."
        " Every claim needs a number or name of its own."
    ]


def test_sheets_without_claims_are_set_aside_row_by_row(tmp_path):
    sheets = {
        "R1": [YUAN, claim()],
        "名录": [["序号", "企业名称"], [1, "甲公司"]],
        "备注": [["随便写写"], [], ["再写一行"]],
    }
    register = read_register(xlsx(tmp_path / "a.xlsx", sheets), AWARDS)
    assert asides(register) == [
        ("名录!A1", "工作表“名录”没有奖补事项，也没有任何事项的数据列"),
        ("名录!A2", "工作表“名录”没有奖补事项，也没有任何事项的数据列"),
        ("备注!A1", "工作表“备注”没有列名，不是申报表"),
        ("备注!A3", "工作表“备注”没有列名，不是申报表"),
    ]


def test_a_hidden_sheet_is_read_and_told(tmp_path):
    def hide(book: Any, sheet: Any) -> None:
        if sheet.name == "U1":
            sheet.hide()

    sheets = {"R1": [YUAN, claim()], "U1": [["申报编号", "申报主体", "种植面积"], ["u", "乙", 1]]}
    register = read_register(xlsx(tmp_path / "a.xlsx", sheets, hide), AWARDS)
    assert list(register.claim) == ["c1", "u"]
    assert "工作表“U1”是隐藏的，已一并读取" in register.notes_zh


# --- headers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "header",
    [
        ["claim", "applicant", "filed", "super_deduction", "before_yuan", "now_yuan"],
        ["申报编号", "企业名称", "申报时间", "符合加计扣除", "上年研发费用", "当年研发费用"],
        [" 申报\n编号 ", "*单位名称", "申报日期(必填)", "是否符合\u200b加计扣除*", *YUAN[4:]],
        ["项目编号", "申请人", "受理日期", *R1[3:]],
        ["申报号", "申报企业", "提交日期", R1[3], "上年研发费用/元", "当年研发费用:元"],
        ["ＣＬＡＩＭ", "Applicant", "Filed", R1[3], "上年研发费用[元]", "当年研发费用(单位：元)"],
    ],
)  # fmt: skip
def test_columns_are_known_by_any_of_their_names(tmp_path, header):
    register = read(tmp_path, [header, claim()])
    assert (told(register), fen(register)) == ([], [20_000])
    assert str(register.filed[0]) == "2024-03-05"


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (["上年研发费用（万元）", "当年研发费用（万元）"], 2 * 10**8),
        (["上年研发费用（亿元）", "当年研发费用（亿元）"], 2 * 10**12),
        (["上年研发费用（元）", "当年研发费用（元）"], 2 * 10**4),
    ],
)
def test_the_unit_of_the_header_holds_for_plain_numbers(tmp_path, columns, expected):
    assert fen(read(tmp_path, [[*R1[:4], *columns], claim()])) == [expected]


def test_a_unit_in_the_cell_wins_over_that_of_the_header(tmp_path):
    rows = [[*R1[:4], "上年研发费用（万元）", "当年研发费用（万元）"]]
    rows += [claim("a", now="16.61亿元"), claim("b", now="5000元"), claim("c", now=" １，２００ ")]
    assert fen(read(tmp_path, rows)) == [166_100_000_000, 500_000, 1_200_000_000]


def test_a_unit_above_the_table_or_in_a_row_below_the_header_holds(tmp_path):
    above = [["研发补助申报表"], [None, None, None, None, "单位：万元"], R1, claim()]
    register = read(tmp_path, above)
    assert fen(register) == [200 * 10**6]
    assert asides(register) == [("R1 研发!A1", "表头以上的行"), ("R1 研发!A2", "表头以上的行")]
    below = [R1, [None, None, None, None, "万元", "（万元）"], claim()]
    register = read(tmp_path, below)
    assert fen(register) == [200 * 10**6]
    assert asides(register) == [("R1 研发!A2", "单位行")]


def test_a_row_of_units_may_name_those_of_the_awards(tmp_path):
    header = ["申报编号", "申报主体", "种植面积"]
    register = read(tmp_path, [header, [None, "—", "亩"], ["u", "乙", 2]], "U1")
    assert asides(register) == [("U1!A2", "单位行")]
    assert register.parts["U1"].columns["area_mu"].tolist() == [2_000_000]
    with pytest.raises(InputError, match="stated as '元'"):
        read(tmp_path, [header, [None, None, "元"], ["u", "乙", 2]], "U1")


def test_without_any_unit_money_is_read_as_yuan_and_that_is_told(tmp_path):
    register = read(tmp_path, [R1, claim()])
    assert fen(register) == [20_000]
    assert register.notes_zh == [
        "R1 研发：列“上年研发费用”未注明单位，按元读取",
        "R1 研发：列“当年研发费用”未注明单位，按元读取",
    ]


@pytest.mark.parametrize(
    ("rows", "problem"),
    [
        (
            [[*R1[:5], "当年研发费用（万元）"], [None] * 5 + ["元"], claim()],
            "R1 研发!A1: the unit of the column '当年研发费用(万元)' is stated as '万元' and '元'."
            " Write one of 元, 万元, 亿元 in the header.",
        ),
        (
            [["单位：万元、元"], R1, claim()],
            "R1 研发!A2: the unit of the column '上年研发费用' is stated as '万元' and '元'."
            " Write one of 元, 万元, 亿元 in the header.",
        ),
        (
            [[*R1[:5], "now_yuan（万元）"], claim()],
            "R1 研发!A1: the unit of the column 'now_yuan(万元)' is stated as '元' and '万元'."
            " Write one of 元, 万元, 亿元 in the header.",
        ),
        (
            [[*R1[:5], "当年研发费用（千元）"], claim()],
            "R1 研发!A1: the unit of the column '当年研发费用(千元)' is stated as '千元'."
            " Write one of 元, 万元, 亿元 in the header.",
        ),
        (
            [[*R1[:5], "支出"], claim()],
            "R1 研发!A1: the column 'now_yuan' (当年研发费用) is missing; needed by R1."
            " Add it to the header.",
        ),
        (
            [[*R1[:4], "上年研发费用", "当年研发费用合计"], claim()],
            "R1 研发!A1: the column 'now_yuan' (当年研发费用) is missing; needed by R1."
            " Is it the column '当年研发费用合计'? Rename that one.",
        ),
        (
            [["申报编号", "申报单位全称", *R1[2:]], claim()],
            "R1 研发!A1: the column 'applicant' (申报主体) is missing."
            " Is it the column '申报单位全称'? Rename that one.",
        ),
        (
            [R1[1:], claim()[1:]],
            "R1 研发!A1: the column 'claim' (申报编号) is missing. Add it to the header.",
        ),
        (
            [["申报编号", "企业名称", "申报主体", *R1[3:]], claim()],
            "R1 研发!A1: the columns '企业名称' and '申报主体' both give the applicant."
            " Keep one of them.",
        ),
        (
            [[*R1[:4], "当年研发费用", "当年研发费用", "上年研发费用"], claim()],
            "R1 研发!A1: the column '当年研发费用' occurs 2 times. Keep one of them.",
        ),
        (
            [["一张没有列名的表"], claim()],
            "R1 研发!A1: the sheet is of award R1, but no row of it names the columns."
            " Name them above the claims: 申报编号、申报主体、事项编号.",
        ),
    ],
)
def test_a_header_that_cannot_be_trusted_refuses_the_file(tmp_path, rows, problem):
    with pytest.raises(InputError) as caught:
        read(tmp_path, rows)
    assert problem in [str(found) for found in caught.value.problems]


def test_two_columns_for_one_thing_refuse_the_file_and_a_general_name_gives_way(tmp_path):
    rows = [["申报编号", "申报主体", "grade", "认定级别"], ["g", "丙", "省级", "国家级甲"]]
    both = "the columns 'grade' and '认定级别' both give the grade of G1"
    with pytest.raises(InputError, match=both):
        read(tmp_path, rows, "G1")
    rows = [["申报编号", "申报主体", "等级", "认定级别"], ["g", "丙", "AAA", "省级"]]
    assert read(tmp_path, rows, "G1").parts["G1"].columns["grade"].tolist() == [1]


def test_claims_of_no_known_award_refuse_the_file(tmp_path):
    with pytest.raises(InputError) as caught:
        read(tmp_path, [YUAN, claim()], "Sheet1")
    assert [str(found) for found in caught.value.problems] == [
        "Sheet1!A1: the sheet 'Sheet1' has columns of claims but names no award."
        " Begin its name with the award's id, or add a column '事项编号'."
    ]
    with pytest.raises(InputError, match="no sheet holds claims: no row names the columns"):
        read(tmp_path, [["标题"], ["甲", 1]], "Sheet1")


def test_a_header_of_two_rows_is_read_as_one(tmp_path):
    rows = [
        ["申报编号", "申报主体", "是否符合加计扣除", "研发费用（万元）", None],
        [None, None, None, "上年", "当年"],
        ["c1", "甲", "是", 100, 200],
    ]
    register = read(tmp_path, rows)
    assert (told(register), fen(register)) == ([], [200 * 10**6])
    assert register.set_aside == []


def test_a_quantity_in_another_unit_refuses_the_file(tmp_path):
    rows = [["申报编号", "申报主体", "种植面积（公顷）"], ["u", "乙", 1]]
    with pytest.raises(InputError, match=r"stated as '公顷'\. Write the figures in 亩"):
        read(tmp_path, rows, "U1")


@pytest.mark.parametrize(
    ("title", "cell", "millionths"),
    [
        ("投保费率（保费除以保险金额）", 0.015, 15_000),
        ("投保费率（保费除以保险金额）", Percent(0.015), 15_000),
        ("投保费率（保费除以保险金额）", "1.5%", 15_000),
        ("投保费率（保费除以保险金额）（%）", 1.5, 15_000),
        ("投保费率（保费除以保险金额）（%）", Percent(0.015), 15_000),
        ("投保费率（保费除以保险金额）", Percent(0.07), 70_000),
        ("投保费率（保费除以保险金额）（小数）", "０.015", 15_000),
    ],
)
def test_rates_are_read_in_their_forms(tmp_path, title, cell, millionths):
    rows = [["申报编号", "申报主体", "保险金额（元）", title], ["i", "乙", 5, cell]]
    register = read(tmp_path, rows, "I1")
    assert register.parts["I1"].columns["premium_rate"].tolist() == [millionths]


def test_percentages_of_old_workbooks_are_read_as_they_are_shown(tmp_path):
    header = ["申报编号", "申报主体", "保险金额（元）", "投保费率（保费除以保险金额）（%）"]
    shares = [0.015, 0.07, 0.123456, 1, 0.5]
    rows = [header, *([f"i{at}", "乙", 5, Percent(share)] for at, share in enumerate(shares))]
    register = read_register(xls(tmp_path / "a.xls", {"I1": [*rows, ["i9", "乙", 5, 1.5]]}), AWARDS)
    rates = register.parts["I1"].columns["premium_rate"].tolist()
    assert rates == [15_000, 70_000, 123_456, 1_000_000, 500_000, 15_000]


def test_columns_that_no_award_reads_are_told(tmp_path):
    register = read(tmp_path, [[*YUAN, "营收", "备注", "备案号"], [*claim(), 9, "x", "1"]])
    assert register.notes_zh == ["R1 研发：未识别的列（原样保留，不参与核算）：营收、备案号"]
    assert register.rows[0][-3:] == ["9", "x", "1"]


# --- rows that are no claims ------------------------------------------------------------------


def test_rows_among_the_claims_that_are_none_are_set_aside_with_the_reason(tmp_path):
    rows = [
        ["嘉兴市申报汇总表"],
        ["填报单位：某局"],
        YUAN,
        [1, 2, 3, 4, 5, 6],
        ["示例", "某某公司", DAY, "是", 1, 2],
        claim("c1"),
        ["小计", None, None, None, 100, 200],
        [],
        claim("c2"),
        YUAN,
        claim("c3"),
        [4, None, None, None, None, None],
        ["合 计", "", "", "", 200, 400],
        ["填表人：张三", None, "联系电话：1"],
    ]
    register = read(tmp_path, rows)
    assert (told(register), list(register.claim)) == ([], ["c1", "c2", "c3"])
    assert [(place.removeprefix("R1 研发!A"), why) for place, why in asides(register)] == [
        ("1", "表头以上的行"),
        ("2", "表头以上的行"),
        ("4", "栏次行"),
        ("5", "示例行"),
        ("7", "小计、合计行"),
        ("8", "空行"),
        ("10", "重复的表头"),
        ("12", "只有序号的空行"),
        ("13", "小计、合计行"),
        ("14", "表尾说明"),
    ]
    assert register.n_read == len(rows) - 1  # the header


def test_names_that_only_look_like_totals_or_examples_are_claims(tmp_path):
    names = ["合计科技公司", "小计算机有限公司", "例外公司", "示例软件（嘉兴）公司", "备注:公司"]
    rows = [YUAN, *(claim(f"c{at}", who=name) for at, name in enumerate(names))]
    assert list(read(tmp_path, rows).applicant) == names


def test_merged_cells_name_each_row_and_merged_amounts_are_refused(tmp_path):
    def merge(book: Any, sheet: Any) -> None:
        sheet.merge_range("B2:B3", "甲公司")
        sheet.merge_range("F4:F5", 500)

    rows = [YUAN, claim("a"), claim("b", who=None), claim("c"), claim("d", now=None)]
    register = read_register(xlsx(tmp_path / "a.xlsx", {"R1": rows}, merge), AWARDS)
    assert list(register.applicant) == ["甲公司", "甲公司"]
    assert told(register) == [
        f"R1!F{line}: column '当年研发费用(元)': the cell is merged over several rows."
        " Unmerge it and fill each row."
        for line in (4, 5)
    ]


# --- cells ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (200, 20_000),
        (0.1 + 0.2, 30),
        (1234567.89, 123_456_789),
        (123456789012.34, 12_345_678_901_234),
        ("1,200", 120_000),
        ("１２３．５元", 12_350),
        ("16.61亿元", 166_100_000_000),
        ("\u200b2\u00a0万元\ufeff", 2_000_000),
        (Formula("=100+100", 200), 20_000),
    ],
)
def test_cells_of_money_are_read_in_their_forms(tmp_path, cell, expected):
    register = read(tmp_path, [YUAN, claim(before=0, now=cell)])
    assert (told(register), fen(register)) == ([], [expected])


@pytest.mark.parametrize(
    ("cell", "problem"),
    [
        ("—", "is empty; award R1 needs it"),
        ("无", "is empty; award R1 needs it"),
        (None, "is empty; award R1 needs it"),
        (True, ": 'TRUE' is not an amount of money. Write for example 1234567.89 or 123.45万元."),
        (-5, ": '-5' is negative. Write an amount of zero or more."),
        (1e18, ": '1e+18' is in scientific notation. Write all its digits."),
        (DAY, ": '2024-03-05' is not an amount of money."
         " Write for example 1234567.89 or 123.45万元."),
        (Formula("=1/0", "#DIV/0!"), ": '#DIV/0!' is an error value."
         " Mend the formula or write the result."),
        (Formula("=A9", ""), ": '=A9' is a formula without its result. Write the result."),
        (Percent(0.5), ": '50%' is not an amount of money."
         " Write for example 1234567.89 or 123.45万元."),
        (1 / 3, ": '0.333333333333333' is not a whole number of fen. Round it to two decimals."),
    ],
)  # fmt: skip
def test_cells_that_are_no_money_are_told_by_sheet_and_cell(tmp_path, cell, problem):
    register = read(tmp_path, [YUAN, claim("ok"), claim(now=cell)])
    colon = "" if problem.startswith(":") else " "
    assert told(register) == [f"R1 研发!F3: column '当年研发费用(元)'{colon}{problem}"]
    assert list(register.claim) == ["ok"]
    assert register.refused[0].place == "R1 研发!A3"


def test_error_values_in_names_are_refused_too(tmp_path):
    rows = [YUAN, claim(Formula("=X", "#NAME?")), claim("b", who=Formula("=Y", "#N/A"))]
    register = read(tmp_path, [*rows, claim("c", day=Formula("=Z", "#REF!"))])
    assert [row.split(". ")[0] for row in told(register)] == [
        "R1 研发!A2: column '申报编号': '#NAME?' is an error value",
        "R1 研发!B3: column '申报主体': '#N/A' is an error value",
        "R1 研发!C4: column '申报日期': '#REF!' is an error value",
    ]


def test_error_values_of_old_workbooks_are_refused(tmp_path):
    rows = [YUAN, claim("a"), claim("b", now="#DIV/0!"), claim("c", who="#REF!")]
    register = read_register(xls(tmp_path / "a.xls", {"说明": [], "R1": rows}), AWARDS)
    assert list(register.claim) == ["a"]
    assert [row.split(". ")[0] for row in told(register)] == [
        "R1!F3: column '当年研发费用(元)': '#DIV/0!' is an error value",
        "R1!B4: column '申报主体': '#REF!' is an error value",
    ]


@pytest.mark.parametrize(
    "day",
    [DAY, datetime.datetime(2024, 3, 5, 13, 30), 45356, "45356", "2024-03-05 13:30:00",
     "2024/3/5", "2024年3月5日", "２０２４.３.５", "20240305"],
)  # fmt: skip
def test_days_are_read_in_their_forms(tmp_path, day):
    assert str(read(tmp_path, [YUAN, claim(day=day)]).filed[0]) == "2024-03-05"


@pytest.mark.parametrize(
    ("text", "position"), [("国家级“甲”", 0), ("国家级甲", 0), (' 国家级"甲" ', 0), ("省 级", 1)]
)
def test_grades_are_known_without_their_quotation_marks(tmp_path, text, position):
    rows = [["申报编号", "申报主体", "档次", "产品名称"], ["g", "丙", text, "无"]]
    register = read(tmp_path, rows, "G1")
    assert register.parts["G1"].columns["grade"].tolist() == [position]


@pytest.mark.parametrize(
    ("text", "value"), [("√", True), ("是", True), (True, True), ("×", False), (0, False)]
)
def test_yes_and_no_in_their_forms(tmp_path, text, value):
    row = ["c", "甲", DAY, text, 1, 2]
    columns = read(tmp_path, [YUAN, row]).parts["R1"].columns
    assert columns["super_deduction"].tolist() == [value]


def test_columns_that_a_sheet_lacks_are_blank_there_only(tmp_path):
    header = ["申报编号", "申报主体", "认定级别"]
    sheets = {
        "G1 一": [[*header, "产品名称"], ["a", "甲", "省级", "X"]],
        "G1 二": [header, ["b", "乙", "省级"]],
    }
    register = read_register(xlsx(tmp_path / "a.xlsx", sheets), AWARDS)
    assert list(register.product) == ["X", ""]
    assert register.parts["G1"].rows.tolist() == [0, 1]
    assert register.parts["G1"].columns["grade"].tolist() == [1, 1]


# --- files that are no workbook ---------------------------------------------------------------


def data_of(folder: Path) -> bytes:
    return xlsx(folder / "good.xlsx", {"R1": [YUAN, claim(), claim("c2")]}).read_bytes()


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("change", "fact"),
    [
        (lambda data: data[: len(data) // 2], "the workbook is damaged (File is not a zip file)"),
        (lambda data: changed(data, SHEET, lambda xml: xml[:-60]), "the workbook is damaged"),
        (lambda data: changed(data, SHEET, lambda xml: xml.replace(b"<row ", b"<rew ", 1)),
         "the workbook is damaged"),
        (lambda data: changed(data, SHEET, lambda xml: xml.replace(b"?>", b"?><!DOCTYPE x>", 1)),
         f"its part '{SHEET}' declares a document type"),
        (lambda data: changed(data, SHEET, lambda xml: xml.replace(b'r="A3"', b'r="XFD1048576"')),
         "the workbook is damaged, or needs too much memory"),
        (lambda data: changed(data, "xl/theme/theme1.xml", lambda xml: b" " * (100 << 20)),
         "its part 'xl/theme/theme1.xml' unpacks to 104,857,600 bytes"),
        (lambda data: data.replace(b"xl/workbook.xml", b"xl/workbaak.xml"),
         "this zip file is no .xlsx workbook"),
    ],
    ids=["cut", "breaks off", "no xml", "entities", "far cell", "bomb", "other zip"],
)  # fmt: skip
def test_a_damaged_workbook_is_refused_whole(tmp_path, change, fact):
    path = tmp_path / "bad.xlsx"
    path.write_bytes(change(data_of(tmp_path)))
    with pytest.raises(InputError) as caught:
        read_register(path, AWARDS)
    (problem,) = caught.value.problems
    assert problem.place == str(path)
    assert problem.fact.startswith(fact)
    assert problem.remedy


def test_a_text_that_calls_itself_a_workbook_is_refused(tmp_path):
    path = tmp_path / "claims.xls"
    path.write_text("claim,applicant,award\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"this is no workbook, though its name ends in \.xls"):
        read_register(path, AWARDS)


def test_a_workbook_is_read_whatever_its_file_is_called(tmp_path):
    path = tmp_path / "claims.csv"
    path.write_bytes(data_of(tmp_path))
    assert list(read_register(path, AWARDS).claim) == ["c1", "c2"]


def test_a_file_in_gb18030_is_read_and_that_is_told(tmp_path):
    path = tmp_path / "claims.csv"
    text = "申报编号,申报主体,事项编号,种植面积\nu1,丁户㐂,U1,3\n"
    path.write_bytes(text.encode("gb18030"))
    register = read_register(path, AWARDS)
    assert list(register.applicant) == ["丁户㐂"]
    assert register.notes_zh[0] == "文件不是 UTF-8 编码，已按 GB18030（国标码）读取"


def test_progress_is_told_from_none_to_all(tmp_path):
    steps: list[tuple[int, int]] = []
    path = xlsx(tmp_path / "a.xlsx", {"R1": [YUAN, *(claim(f"c{at}") for at in range(50))]})
    read_register(path, AWARDS, lambda done, total: steps.append((done, total)))
    assert steps[0][0] == 0
    assert steps[-1] == (50, 50)


def test_the_two_kinds_of_workbook_and_csv_hold_the_same(tmp_path):
    header = ["申报编号", "申报主体", "事项编号", "认定级别", "种植面积", "申报日期"]
    rows = [[f"c{at}", f"户{at}", "U1" if at % 2 else "G1", "" if at % 2 else "省级",
             at + 0.25 if at % 2 else "", f"2024-01-{at + 1:02}"] for at in range(20)]  # fmt: skip
    text = "\n".join(",".join(map(str, row)) for row in [header, *rows])
    (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    files = [xlsx(tmp_path / "a.xlsx", {"表": [header, *rows]}), tmp_path / "a.csv"]
    files.append(xls(tmp_path / "a.xls", {"表": [header, *rows]}))
    registers = [read_register(path, AWARDS) for path in files]
    for register in registers:
        assert told(register) == []
        assert list(register.claim) == [row[0] for row in rows]
        assert [list(row) for row in register.rows] == [list(map(str, row)) for row in rows]
        for key, part in registers[0].parts.items():
            assert np.array_equal(part.rows, register.parts[key].rows)
            for name, values in part.columns.items():
                assert np.array_equal(values, register.parts[key].columns[name])


# --- subtotals --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("totals", "notes"),
    [
        (("小计", 100, 200, "合计", 200, 400), []),
        (("小计", 100, 200, "合计", 100, 200), []),  # of what follows the subtotal
        (("小计", None, "见附表", "合计", "", "—"), []),
        (
            ("小计", 100, 201, "合计", 200.01, 400),
            [
                "R1 研发!F3：“201”与上面各行之和 200元 不符",
                "R1 研发!E5：“200.01”与上面各行之和 100元 不符",
            ],
        ),
    ],
)
def test_totals_that_do_not_add_up_are_told(tmp_path, totals, notes):
    part, before, now, whole, all_before, all_now = totals
    rows = [YUAN, claim("a"), [part, None, None, None, before, now], claim("b")]
    rows.append([whole, None, None, None, all_before, all_now])
    register = read(tmp_path, rows)
    assert sorted(register.notes_zh) == sorted(notes)
    assert len(register.set_aside) == 2


def test_totals_above_cells_that_cannot_be_read_are_passed_over(tmp_path):
    rows = [YUAN, claim("a", now="待核"), ["合计", None, None, None, 100, 1]]
    assert read(tmp_path, rows).notes_zh == []
