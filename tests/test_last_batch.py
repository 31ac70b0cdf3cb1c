"""The short register of the guide, assessed and paid: every yuan here was worked out by hand."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest
from demand_sample import REAL

from model.allotting import allot_register
from model.assessing import Assessed, Manner, assess_register
from model.neutral import FORMULA_STARTS

REGISTER = REAL / "last-batch.csv"
WAN = 10_000

# Claim -> what the rule gives, and what of it the city pays; by pencil from the clauses.
DUE_WAN: dict[str, tuple[float, float]] = {
    "1": (150, 150),  # （二十一） 国内首台（套）
    "2": (12.6, 12.6),  # 1200万元 × 1.5% = 18万元 premium, 70% of it, the cap is 50万元
    "3": (200, 200),  # 国际
    "4": (50, 50),  # 省内
    "5": (0, 0),  # the machine of claim 1, which was paid for it
    "6": (21.9, 21.9),  # （四十五） 36.5万元 × 60%
    "7": (7.8, 7.8),  # 12万元 × 65%: where no rate is given, the highest
    "8": (50, 50),  # 100万元 × 50%
    "10": (600, 300),  # （四十七） 400万元 × 1.5, the city pays half
    "11": (1200, 600),  # 800万元 × 1.5
    "12": (1800, 900),  # 0.12亿元 × 1.5
}

# The account has 5000 − 3500 = 1500万元 and is asked for 1879.7. In equal amounts: 21.9, 7.8, 50
# and 300 are paid in full, 1120.3 are left for two, 560.15 each. The first-set awards may take
# 300: 150 in March, 200 do not fit in April, 50 do in May; claim 5 is due nothing.
PAID_WAN: dict[str, float] = {
    **{claim: city for claim, (_, city) in DUE_WAN.items()},
    "3": 0,
    "11": 560.15,
    "12": 560.15,
}


@cache
def outcome(
    folder: Path, command: str, scenario: str
) -> tuple[dict[str, dict[str, str]], Assessed]:
    """What a command writes of each row, and what it says."""
    act = {"assess": assess_register, "allot": allot_register}[command]
    out = folder / f"{command}-{scenario}.csv"
    done = act(REGISTER, REAL / f"{scenario}.yaml", out, Manner())
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = {row["申报编号"]: row for row in csv.DictReader(file)}
    return rows, done


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("last-batch")


def yuan(rows: dict[str, dict[str, str]], column: str) -> dict[str, int]:
    return {claim: int(row[column]) for claim, row in rows.items() if row["status"] == "已核算"}


def in_yuan(wan: dict[str, float]) -> dict[str, int]:
    return {claim: round(amount * WAN) for claim, amount in wan.items()}


def test_the_register_is_marked_as_invented_and_holds_twelve_claims() -> None:
    text = REGISTER.read_text(encoding="utf-8")
    assert text.startswith("【虚构样例】")
    claims = [line.split(",") for line in text.splitlines() if line.split(",")[0].isdigit()]
    assert [cells[0] for cells in claims] == [str(number) for number in range(1, 13)]
    assert {cells[1][:2] for cells in claims} == {"虚构"}
    assert not any(cell.startswith(FORMULA_STARTS) for cells in claims for cell in cells if cell)


def test_untidy_cells_are_read_as_they_are_meant(folder: Path) -> None:
    rows, done = outcome(folder, "assess", "base")
    due = {claim: entitled for claim, (entitled, _) in DUE_WAN.items()}
    city = {claim: part for claim, (_, part) in DUE_WAN.items()}
    assert yuan(rows, "entitlement_yuan") == in_yuan(due)
    assert yuan(rows, "city_yuan") == in_yuan(city)
    assert done.summary_zh[1] == "读入 15 行 = 已核算 11 笔 + 未受理 1 行 + 不计入 3 行"
    assert [rows[key]["status"] for key in ("9", "小计", "合计")] == ["未受理", "不计入", "不计入"]
    assert rows["9"]["reason"].startswith("“当年缴纳保费(万元)”列“待核”不是金额")
    assert len(done.summary_zh) == 2, "a total that does not add up, or a column nobody reads"


def test_one_machine_has_one_award_and_another_firm_is_not_touched(folder: Path) -> None:
    """Claim 2 insures the machine of claim 1, which gives more."""
    base, single = (
        yuan(outcome(folder, "assess", name)[0], "entitlement_yuan")
        for name in ("base", "one-award-per-machine")
    )
    assert base["2"] == 126_000
    assert single == base | {"2": 0}
    rows, _ = outcome(folder, "assess", "one-award-per-machine")
    assert "已保留 A21c 首台（套）奖励（申报 1），本笔核给 0元" in rows["2"]["reason"]


def test_short_money_is_paid_in_equal_amounts_and_whole_awards_in_turn(folder: Path) -> None:
    rows, done = outcome(folder, "allot", "equal-amounts")
    assert yuan(rows, "paid_yuan") == in_yuan(PAID_WAN)
    assert {claim: row["limit"] for claim, row in rows.items() if row["limit"]} == {
        "3": "事项总额控制、整笔兑付",
        "11": "账户可用资金",
        "12": "账户可用资金",
    }
    assert done.summary_zh[0].endswith(
        "11 笔申报，应兑现（市级） 2,292.3万元，兑付 1,712.6万元，少付 579.7万元（3 笔）"
    )
    assert done.summary_zh[1:3] == (
        "工信专项: 可用 2.55亿元，应兑现 412.6万元，兑付 212.6万元（受限：事项总额控制、整笔兑付）",
        "扩大开放: 可用 1,500万元，应兑现 1,879.7万元，兑付 1,500万元",
    )


def test_with_the_adopted_money_everybody_is_paid_in_full(folder: Path) -> None:
    rows, _ = outcome(folder, "allot", "base")
    assert yuan(rows, "paid_yuan") == yuan(rows, "city_yuan")
