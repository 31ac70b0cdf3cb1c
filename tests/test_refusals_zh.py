"""Every reason for which a row is refused is told in Chinese, with the cell and the way out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from test_entitlements import AWARDS, award

from model.errors import Problem
from model.policy.awards import Award
from model.register.anonymous import anonymised
from model.register.refusals_zh import refusal_zh, why_refused
from model.register.register import Register, read_register

GROWTH = award(
    "rate_of_increase",
    {
        "now": "money",
        "before": "money",
        "large": "bool",
        "revenue": {"type": "money", "optional": True, "why_optional_zh": "大企业须填"},
    },
    rate="10%",
    cap="5万元",
    current_column="now",
    previous_column="before",
    minimum_growth="15%",
    intensities=({"when": "large", "of": "revenue", "at_least": "3%"},),
)
INSURED = award(
    "insured_premium",
    {"insured": "money", "premium_rate": "number"},
    insured_column="insured",
    premium_rate_column="premium_rate",
    premium_rate_limit="2%",
    rate="80%",
    cap="5万元",
)
COUNTED = award("per_unit", {"pieces": "number"}, units={"pieces": "5元"})
EVERY: dict[str, Award] = {**AWARDS, "G": GROWTH, "I": INSURED, "N": COUNTED}
COLUMNS = "claim,applicant,award,filed,ok,approved_yuan,grade,now,before,large,revenue,insured,"
HEADER = COLUMNS + "premium_rate,pieces\n"


def read(folder: Path, *rows: str, awards: dict[str, Award] = EVERY) -> Register:
    path = folder / "claims.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    return read_register(path, awards)


def money(text: str) -> str:
    return f"1,甲,E,,,{text},,,,,,,,"


CASES = [
    (money("待核"), "“approved_yuan”列“待核”不是金额；如 1234567.89 或 123.45万元"),
    (money("'x"), "“approved_yuan”列“'x”不是金额；如 1234567.89 或 123.45万元"),
    (money("-5"), "“approved_yuan”列“-5”是负数；请填零或正数"),
    (money("1.005"), "“approved_yuan”列“1.005”不是整数分；请保留两位小数"),
    (money("1e5"), "“approved_yuan”列“1e5”是科学计数法；请写出全部数字"),
    (money("199999亿元"),
     "“approved_yuan”列“199999亿元”超过 10,000,000,000,000元；请核对单位"),
    (money("#REF!"), "“approved_yuan”列“#REF!”是公式的错误值；请改正公式或直接填结果"),
    (money("=A1"), "“approved_yuan”列“=A1”是没有结果的公式；请直接填结果"),
    (money(""), "“approved_yuan”列为空；E 须填此列"),
    (money("a\u200bb"), "“approved_yuan”列“a\\u200bb”不是金额；如 1234567.89 或 123.45万元"),
    ("1,甲,O,,也许,,,,,,,,,", "“ok”列“也许”既不是“是”也不是“否”"),
    ("1,甲,H,,,,外星,,,,,,,", "“grade”列没有“外星”这一档次；可选：国内、市内"),
    ("1,甲,O,今天,是,,,,,,,,,", "“filed”列“今天”不是日期；如 2024-03-05"),
    ("1,甲,O,2024-02-30,是,,,,,,,,,", "“filed”列“2024-02-30”不是日历上有的日期；请核对"),
    (",甲,O,,是,,,,,,,,,", "“claim”列为空；必填"),
    ("1,,O,,是,,,,,,,,,", "“applicant”列为空；必填"),
    ("1,甲,,,是,,,,,,,,,", "“award”列为空；必填"),
    ("1,甲,Z9,,是,,,,,,,,,", "“award”列没有奖补事项“Z9”"),
    ("1,甲,G,,,,,5,4,是,,,,", "“revenue”列为空；相关选项填“是”的申报须填此列"),
    ("1,甲,I,,,,,,,,,500,1.5,",
     "“premium_rate”列“1.5”超过最高比例 100%；1.5%可填 0.015 或 1.5%"),
    ("1,甲,N,,,,,,,,,,,很多", "“pieces”列“很多”不是数；如 1234.5，不带单位"),
    ("1,甲,N,,,,,,,,,,,0.1234567", "“pieces”列“0.1234567”超过六位小数；请保留六位"),
    ("1,甲,N,,,,,,,,,,,9999999999999", "“pieces”列“9999999999999”超过 1,000,000,000,000；请核对"),
    ("1,甲,O,,是",
     "该行有 5 个单元格，表头有 14 个；含逗号的单元格请加引号，缺的单元格请补上"),
]  # fmt: skip


@pytest.mark.parametrize(("row", "said"), CASES, ids=[said[:24] for _, said in CASES])
def test_each_fact_has_its_wording(tmp_path: Path, row: str, said: str) -> None:
    (refused,) = read(tmp_path, row).refused
    assert why_refused(refused) == said


def test_a_number_given_twice_names_the_other_row(tmp_path: Path) -> None:
    (refused,) = read(tmp_path, money("5"), money("6")).refused
    assert why_refused(refused) == ("“claim”列“1”与第 2 行的申报编号重复；每笔申报须有自己的编号")
    fact = "column '申报编号': 'c1' is already the claim of A1 甲!B7"
    assert refusal_zh(Problem(place="p", fact=fact)) == (
        "“申报编号”列“c1”与 A1 甲!B7 的申报编号重复；每笔申报须有自己的编号"
    )


def test_a_row_in_the_sheet_of_another_award(tmp_path: Path) -> None:
    fact = "column 'award': 'A2' is not A1, the award of the sheet"
    assert refusal_zh(Problem(place="p", fact=fact, remedy="Move the row.")) == (
        "“award”列“A2”与本表的事项 A1 不符；请移到该事项的表，或改正"
    )


def test_an_award_without_an_amount(tmp_path: Path) -> None:
    silent = Award(
        clause=1, name_zh="无金额", anchor="无", cost_status="no_amount", kind="not_costed",
        payer=award("flat", {}, amount="1万元").payer,
    )  # fmt: skip
    (refused,) = read(tmp_path, "1,甲,W,,,,,,,,,,,", awards={**EVERY, "W": silent}).refused
    assert why_refused(refused) == (
        "“award”列W 无金额在条文中没有由市级支付的金额，无从核算；请删去该行"
    )


def test_several_things_wrong_with_a_row_are_all_told_once(tmp_path: Path) -> None:
    (refused,) = read(tmp_path, ",,E,,,多少,,,,,,,,").refused
    assert why_refused(refused).split("；") == [
        "“claim”列为空", "必填", "“applicant”列为空", "必填",
        "“approved_yuan”列“多少”不是金额", "如 1234567.89 或 123.45万元",
    ]  # fmt: skip


@pytest.mark.parametrize("row", [row for row, _ in CASES])
def test_where_cells_are_hidden_the_reason_is_still_chinese(tmp_path: Path, row: str) -> None:
    (refused,) = anonymised(read(tmp_path, row)).refused
    told = re.sub(r"“\w+”列|\b[A-Z]\d?\b|1\.5%.*|123.*", "", why_refused(refused))
    assert re.search(r"[a-z]{2}", told) is None, told


def test_what_has_no_wording_is_told_as_it_was() -> None:
    problem = Problem(place="p", fact="something new", remedy="Mend it.")
    assert refusal_zh(problem) == "something new. Mend it."
    problem = Problem(place="p", fact="column 'x': something new", remedy="")
    assert refusal_zh(problem) == "column 'x': something new"
