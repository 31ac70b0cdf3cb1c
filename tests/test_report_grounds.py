"""The chapters on money, break-evens, limits, steps and grounds say what a reader needs to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from record_sample import sample_record

from model.report.blocks import Block
from model.report.chapters.awards import awards_chapter
from model.report.chapters.basis import basis_chapter, rerun_chapter
from model.report.chapters.drivers import assumption_names, break_even_blocks, strips_of
from model.report.chapters.limits import limit_blocks
from model.report.chapters.money import money_chapter
from model.report.chapters.risk import risk_chapter
from model.report.chapters.worth import worth_chapter
from model.report.record import Record, freeze_record
from model.report.wording import read_wording

ZH, EN = read_wording("zh"), read_wording("en")


def _record(change: Callable[[dict[str, Any]], object]) -> Record:
    data = sample_record()
    change(data)
    return freeze_record(data)


def _table(blocks: list[Block], caption: str) -> Block:
    return next(b for b in blocks if b["kind"] == "table" and caption in b["caption"])


def _said(blocks: list[Block]) -> str:
    return "".join(run["text"] for block in blocks for run in block.get("runs", []))


def test_another_explanation_says_which_accounts_gain_and_lose() -> None:
    def change(data: dict[str, Any]) -> None:
        named = [("人才", 50_000_000), ("服务业专项", -80_000_000)]
        accounts = [{"id": zh, "name_zh": zh, "change_yuan": yuan} for zh, yuan in named]
        data["overlap"]["alternatives"][0]["accounts"] = accounts
        data["overlap"].update(n_alternatives=745, n_exact_alternatives=73)

    blocks = money_chapter(_record(change), ZH)
    cell = _table(blocks, "其他说得通的解释")["rows"][0][0]
    assert cell["text"] == "服务业专项减少8,000万元、人才增加5,000万元"
    assert "另有745种解释在尾数误差内对得上净额，其中73种一分不差；这里列出1种" in _said(blocks)


def _even(**more: Any) -> dict[str, Any]:
    entry = {"award": "A1", "name_zh": "奖励", "name_en": "A1 award", "unit_zh": "家"}
    return {**entry, "unit_yuan": 7_999_999, "unit_is_printed": False, "money_pays": 5, **more}


@pytest.mark.parametrize(
    ("entry", "cells"),
    [
        (_even(count_central=18, count_at_5=0.0), ["8,000,000", "5", "18", "—", "—"]),
        (_even(unit_yuan=2_827, count_central=0.015), ["2,827", "5", "0.015", "—", "—"]),
        (_even(unit_yuan=2_312_345, unit_is_printed=True), ["2,312,345", "5", "—", "—", "—"]),
        (_even(award=None, count_central=0.93), ["—", "5", "93.0%", "—", "—"]),
    ],
)
def test_a_break_even_is_told_in_numbers_that_can_be_used(entry: Any, cells: Any) -> None:
    account = {"name_zh": "账户", "break_evens": [entry]}
    row = _table(break_even_blocks([account], EN), "Break-evens")["rows"][0]
    assert row[2:] == cells


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (_even(count_at_5=0.0, searched_to=36.0), "even without such claims"),
        (_even(count_at_5=None, searched_to=1_680.0), "up to 1,680 a year"),
        (_even(count_at_5=12.0, searched_to=60.0), None),
        (_even(count_at_5=None, searched_to=None), None),
    ],
)
def test_a_dash_for_the_break_even_says_what_it_means(entry: Any, says: str | None) -> None:
    account = {"name_zh": "账户", "break_evens": [entry]}
    cell = _table(break_even_blocks([account], EN), "Break-evens")["rows"][0][1]
    assert (says in cell["small"]) if says else isinstance(cell, str)


def test_a_break_even_names_what_it_counts_in() -> None:
    account = {"name_zh": "账户", "break_evens": [_even()]}
    row = _table(break_even_blocks([account], ZH), "平衡点")["rows"][0]
    assert row[1] == "奖励 A1，按每年家数"


def test_the_assumptions_at_the_ends_of_a_range_are_always_drawn() -> None:
    rows = [
        {"assumption": f"a{n}", "name_zh": f"甲{n}", "at": "high", "gap_probability": 0.5 + n / 50}
        for n in range(1, 12)
    ]
    rows.append({"assumption": "least", "name_zh": "乙", "at": "low", "gap_probability": 0.49})
    account = {"gap_probability": 0.5, "sensitivity": rows, "gap_low_assumption": "least"}
    names = [name for name, _, _ in strips_of(account, ZH)]
    assert names == ["甲11", "甲10", "甲9", "甲8", "甲7", "甲6", "甲5", "乙"]


def _alike(data: dict[str, Any]) -> None:
    first, second, third = data["assumptions"][:3]
    first.update(name_zh="全市新认定数", awards=["A1"])
    second.update(name_zh="全市新认定数", awards=["A2"])
    third.update(id="pools.p.claims.A3.columns.premium_rate.size.mean", name_zh="费率", unit="")
    third.update(low=0.015, central=0.02, high=0.45)


def test_assumptions_of_one_name_are_told_apart_and_rates_are_in_percent() -> None:
    record = _record(_alike)
    assert list(assumption_names(record, ZH).values())[:3] == [
        "全市新认定数 A1",
        "全市新认定数 A2",
        "费率",
    ]
    row = _table(basis_chapter(record, ZH), "假设的低、中、高值")["rows"][2]
    assert row[1:5] == ["—", "1.5%", "2%", "45%"]


def test_an_assumption_of_an_account_that_is_none_is_marked() -> None:
    key = "accounts.no_such_account.payment.progress"
    record = _record(lambda d: d["assumptions"][0].update(id=key, name_zh="进度"))
    blocks = basis_chapter(record, ZH)
    assert _table(blocks, "假设的低、中、高值")["rows"][0][0]["text"] == "进度（本情景未用）"
    assert "其中1项属于本情景中不单独存在的支出账户" in _said(blocks)


def test_settings_are_told_in_words() -> None:
    record = _record(lambda d: d["manifest"]["settings"].update(movable_share=0.1))
    rows = _table(rerun_chapter(record, ZH), "运行条件")["rows"]
    assert [
        "设定",
        "最不利年份所占比例：5%；最不利年份平均缺口的倍数：1；"
        "判断的界线（缺口、偏紧、沉淀）：50%、5%、80%；一个账户最多可调出的比例：10%",
    ] in rows


@pytest.mark.parametrize(
    ("prices", "says"),
    [
        ((0, 100_000), "放宽以后能够少欠的只有其中1条"),
        ((0, 0), "单独放宽其中任何一条，都不会少欠"),
        ((100_000, 100_000), "放宽其中任何一条，都能够少欠"),
    ],
)
def test_only_limits_with_a_price_are_said_to_be_worth_easing(prices: Any, says: str) -> None:
    def change(data: dict[str, Any]) -> None:
        limits = [limit for limit in data["plan"]["limits"] if limit["binding"]]
        data["plan"]["limits"] = limits[:2]
        for limit, price in zip(limits, prices, strict=False):
            limit["price"] = price

    assert says in _said(limit_blocks(_record(change), ZH))


def test_demand_derived_from_published_figures_is_said_to_be_derived() -> None:
    def change(data: dict[str, Any]) -> None:
        data["assumptions"][0].update(id="accounts.transport.payment.progress", mark="D")

    cells = [row[0] for row in _table(risk_chapter(_record(change), ZH), "缺口与沉淀")["rows"]]
    assert {"text": "交通设施", "small": "由公开数据推算（D）"} in cells
    assert {"text": "水利设施", "small": "公开数据"} in cells


def test_a_step_is_scaled_to_a_rise_by_a_tenth() -> None:
    def change(data: dict[str, Any]) -> None:
        dearest = max(data["step_prices"], key=lambda row: row["objective_change_yuan"])
        dearest.update(objective_change_yuan=100_000_000, rise=0.5)

    row = _table(worth_chapter(_record(change), ZH), "最费钱的标准")["rows"][0]
    assert row[-2:] == ["+10,000", "+2,000"]


def test_what_others_pay_is_paid_by_no_account() -> None:
    def change(data: dict[str, Any]) -> None:
        award = next(a for a in data["awards"] if a["cost_status"] == "no_amount")
        award.update(id="B1", cost_status="other_payer", account="industry")

    rows = _table(awards_chapter(_record(change), ZH), "没有计入的承诺")["rows"]
    assert next(row for row in rows if row[0].startswith("B1"))[4] == "—"
