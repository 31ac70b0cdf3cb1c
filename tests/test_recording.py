"""The record: fixed names, whole yuan, numbers that agree with each other and with the draws."""

from __future__ import annotations

import doctest
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from demand_sample import TINY, tiny

from model.demand.breakeven import BreakEven
from model.outcome import Outcome
from model.pipeline import EngineName, run
from model.recording import accounts
from model.recording.accounts import record_accounts
from model.recording.record_of import TABLES, make_draws, make_record, make_tables
from model.report.record import Record, freeze_record
from model.scenario import load_scenario

NAMES = {
    "manifest": "scenario question seed draws versions inputs changes",
    "totals": "printed_yuan net_yuan overlap_yuan",
    "lines": "id name_zh printed_yuan funds",
    "domains": "id name_zh printed_yuan funds",
    "funds": "id name_zh lines account budget_yuan",
    "accounts": "id name_zh evidence budget_yuan committed_yuan available_yuan"
    " gap_probability_low gap_probability_high break_evens warnings",
    "awards": "id clause name_zh kind cost_status account reading mark",
    "plan": "status clashes transfers accounts before after",
}
RISK = [
    *(f"demand_{name}_yuan" for name in ("mean", "sd", "p50", "p80", "p90", "p95", "p99")),
    *("gap_probability", "expected_unpaid_yuan", "expected_idle_yuan", "execution_rate_p50"),
    *("worst_share_unpaid_yuan", "payout_ratio"),
]
ESTIMATES = {
    "lines": ["pooled_gap_probability", "any_short_probability", "expected_unpaid_yuan"],
    "domains": ["pooled_gap_probability", "any_short_probability", "expected_unpaid_yuan"],
    "accounts": RISK,
    "awards": ["claims_mean", "demand_mean_yuan", "demand_sd_yuan"],
}
JUDGED = ["building", "skills", "research", "health"]


@cache
def _outcome(name: str = "base", engine: EngineName | None = None) -> Outcome:
    """The base by its laws; the others, where only the record matters, by drawn applicants."""
    return run(tiny(name), engine or ("exact" if name == "base" else "applicants"))


@cache
def _record(name: str = "base", engine: EngineName | None = None) -> dict[str, Any]:
    """The record as a reader of record.json has it."""
    return json.loads(json.dumps(make_record(_outcome(name, engine))))


@cache
def _impossible() -> Outcome:
    """Floors that exceed the money of the judged accounts by exactly one million."""
    budgets = {key: tiny().budget_of(key) for key in JUDGED}
    floors = budgets | {"building": budgets["building"] + 1_000_000}
    rules = tiny().settings.allocation.model_copy(update={"floors": floors})
    settings = tiny().settings.model_copy(update={"allocation": rules})
    return run(replace(tiny(), settings=settings), "applicants")


def _rows(group: str, name: str = "base") -> list[dict[str, Any]]:
    found = _record(name)[group]
    return found if isinstance(found, list) else [found]


def _by_id(group: str, name: str = "base") -> dict[str, dict[str, Any]]:
    return {row["id"]: row for row in _rows(group, name)}


def _walk(node: Any, path: str = "") -> Iterator[tuple[str, str, Any]]:
    """Every (path, key, value) in the record, to any depth."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield path, key, value
            yield from _walk(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _walk(value, f"{path}[{index}]")


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", NAMES)
def test_the_names_that_other_programs_read_are_there(group: str) -> None:
    for row in _rows(group):
        assert set(NAMES[group].split()) <= set(row), row.get("id")


@pytest.mark.parametrize("group", ESTIMATES)
def test_every_estimate_has_its_sampling_error_beside_it(group: str) -> None:
    for row in _rows(group):
        for name in ESTIMATES[group]:
            value, error = row[name], row[f"{name}_se"]
            assert (value is None) == (error is None), (row["id"], name)
            assert error is None or error >= 0


def test_the_plan_uses_the_field_names_of_accounts_before_and_after() -> None:
    plan = _record()["plan"]
    names = {each for name in RISK for each in (name, f"{name}_se")}
    for side in ("before", "after"):
        assert names <= set(plan[side])
        for row in plan["accounts"]:
            assert names <= set(row[side])
    for row in plan["accounts"]:
        assert {"before_yuan", "after_yuan", "value_before", "value_after"} <= set(row)
    assert plan["transfers"]
    for row in plan["transfers"]:
        assert {"from", "to", "amount_yuan", "approval"} <= set(row)


def test_the_record_has_its_groups_in_the_order_of_the_reader() -> None:
    assert list(_record()) == [field.name for field in fields(Record)]
    assert freeze_record(_record()).totals["printed_yuan"] == 78_000_000


def test_money_is_whole_yuan_and_chances_lie_between_0_and_1() -> None:
    for path, key, value in _walk(_record()):
        if key.removesuffix("_se").endswith("_yuan") and value is not None:
            assert type(value) is int, (path, key, value)
        if "probability" in key and not key.endswith("_se") and value is not None:
            for chance in value if isinstance(value, list) else [value]:
                assert 0 <= chance <= 1, (path, key)
        if isinstance(value, float) and key != "gap":
            assert round(value, 6) == value, (path, key, value)


def test_no_error_stands_without_its_estimate() -> None:
    for path, key, _ in _walk(_record()):
        if key.endswith("_se"):
            siblings = {name for where, name, _ in _walk(_record()) if where == path}
            assert key.removesuffix("_se") in siblings, (path, key)


# --- money --------------------------------------------------------------------------------------


def test_printed_less_overlap_is_net_and_the_links_make_the_overlap() -> None:
    totals, overlap = _record()["totals"], _record()["overlap"]
    assert totals["printed_yuan"] - totals["overlap_yuan"] == totals["net_yuan"] == 53_000_000
    assert sum(link["amount_yuan"] for link in overlap["links"]) == totals["overlap_yuan"]
    assert overlap["inferred"] is True
    assert overlap["explanation"] == "natural"


@pytest.mark.parametrize("name", ["base", "smaller", "rival"])
def test_funds_add_up_to_accounts_and_to_the_adopted_money(name: str) -> None:
    funds, accounts = _rows("funds", name), _by_id("accounts", name)
    totals = _record(name)["totals"]
    assert sum(fund["budget_yuan"] for fund in funds) == totals["adopted_yuan"]
    assert sum(fund["printed_budget_yuan"] for fund in funds) == totals["net_yuan"]
    for key, row in accounts.items():
        own = [fund for fund in funds if fund["account"] == key]
        assert [fund["id"] for fund in own] == row["funds"]
        assert sum(fund["budget_yuan"] for fund in own) == row["budget_yuan"]


def test_another_explanation_moves_printed_money_between_accounts() -> None:
    record = _record()
    moved = [
        (sum(row["change_yuan"] for row in other["accounts"]), other["total_yuan"])
        for other in record["overlap"]["alternatives"]
    ]
    assert moved
    # What more is held to be printed twice, no account has.
    assert moved == [(record["totals"]["overlap_yuan"] - total, total) for _, total in moved]
    assert any(other["accounts"] for other in record["overlap"]["alternatives"])
    assert all(
        row["change_yuan"] for o in record["overlap"]["alternatives"] for row in o["accounts"]
    )


def test_a_step_says_by_what_part_it_rises() -> None:
    rises = {row["award"] + row["path"]: row["rise"] for row in _record()["step_prices"]}
    assert rises
    assert all(0 < rise <= 1 for rise in rises.values())


def test_a_smaller_budget_leaves_the_printed_lines_alone() -> None:
    lines = {row["id"]: row["printed_yuan"] for row in _rows("lines")}
    assert {row["id"]: row["printed_yuan"] for row in _rows("lines", "smaller")} == lines
    assert _record("smaller")["totals"]["adopted_yuan"] == 0.9 * 53_000_000


def test_lines_name_their_funds_and_funds_their_lines() -> None:
    funds = _by_id("funds")
    for line in _rows("lines"):
        for fund in line["funds"]:
            assert line["id"] in funds[fund]["lines"]
    for fund in funds.values():
        for line in fund["lines"]:
            assert fund["id"] in _by_id("lines")[line]["funds"]


def test_the_steps_from_print_to_adopted_money_add_up() -> None:
    rows = _rows("reconciliation", "smaller")
    amounts = [row["amount_yuan"] for row in rows]
    assert amounts == [
        *(30_000_000, 18_000_000, 30_000_000),
        78_000_000,
        *(-10_000_000, -15_000_000),
        53_000_000,
        -5_300_000,
    ]
    assert len(_rows("reconciliation")) == 7  # without a change of the budget no last step


# --- risk ---------------------------------------------------------------------------------------


def test_what_is_available_is_the_budget_less_what_is_bound_and_never_negative() -> None:
    for row in _rows("accounts", "smaller"):
        left = row["budget_yuan"] - row["committed_yuan"]
        assert row["available_yuan"] == max(left, 0)
    assert _by_id("accounts")["building"]["committed_yuan"] == 500_000


def test_the_risk_of_an_account_is_what_its_draws_say() -> None:
    """Computed again from draws.npz, without the product's own functions."""
    draws = make_draws(_outcome("base", "applicants"))
    rows = {row["id"]: row for row in _record("base", "applicants")["accounts"]}
    for column, key in enumerate(draws["account_ids"]):
        row, asked = rows[key], draws["demand"][:, column]
        money = row["budget_yuan"] - row["committed_yuan"]
        unpaid, idle = np.maximum(asked - money, 0), np.maximum(money - asked, 0)
        assert row["demand_mean_yuan"] == round(asked.mean())
        assert row["demand_sd_yuan"] == round(asked.std(ddof=1))
        assert row["demand_mean_yuan_se"] == round(asked.std(ddof=1) / 20)
        assert row["gap_probability"] == round(np.mean(asked > money), 6)
        assert row["expected_unpaid_yuan"] == round(unpaid.mean())
        assert row["expected_idle_yuan"] == round(idle.mean())
        assert row["worst_share_unpaid_yuan"] == round(np.sort(unpaid)[-20:].mean())
        ordered = np.sort(asked)
        for share in (50, 80, 90, 95, 99):
            assert row[f"demand_p{share}_yuan"] == ordered[share * 4 - 1]
        paid = row["committed_yuan"] + asked - unpaid
        assert row["execution_rate_p50"] == round(np.sort(paid / row["budget_yuan"])[199], 6)
        used = np.sort((asked - unpaid) / money)[199] if money > 0 else 1.0
        assert row["used_share_p50"] == round(used, 6)


@pytest.mark.parametrize("engine", ["exact", "applicants"])
def test_the_months_of_running_out_are_twelve_that_rise_to_the_chance_of_a_gap(
    engine: EngineName,
) -> None:
    for row in _record("base", engine)["accounts"]:
        by_month = row["run_out_probability_by_month"]
        assert len(by_month) == 12
        assert by_month == sorted(by_month)
        assert by_month[11] == row["gap_probability"]
        for share in (10, 50, 90):
            reached = [m for m, chance in enumerate(by_month, 1) if chance >= share / 100]
            assert row[f"run_out_month_p{share}"] == (reached[0] if reached else None)


@pytest.mark.parametrize("engine", ["exact", "applicants"])
def test_the_chance_of_more_falls_from_nearly_one_and_agrees_with_the_chance_of_a_gap(
    engine: EngineName,
) -> None:
    for row in _record("base", engine)["accounts"]:
        points = [(point["amount_yuan"], point["chance"]) for point in row["exceedance"]]
        if row["evidence"] == "assumed":
            assert points == []
            continue
        assert len(points) in {30, 31}
        assert points == sorted(points, key=lambda point: (point[0], -point[1]))
        assert points[0][0] == 0 or points[0][1] > 0.95
        assert points[-1][1] < 0.011
        for yuan, chance in points:
            if yuan == row["available_yuan"]:
                assert chance == pytest.approx(row["gap_probability"], abs=0.003)


def test_a_calendar_is_recorded_with_its_reason_and_its_users() -> None:
    rows = {row["id"]: row for row in _rows("calendars")}
    assert rows["two_halves"]["shares"] == [0.0] * 5 + [0.5] + [0.0] * 5 + [0.5]
    assert rows["early"]["mark"] == "assumed"
    assert rows["early"]["why_zh"]
    assert rows["early"]["used_by"] == []


@pytest.mark.parametrize("name", ["base", "smaller", "rival"])
def test_demand_less_unpaid_plus_idle_is_the_money(name: str) -> None:
    for row in _rows("accounts", name):
        money = row["budget_yuan"] - row["committed_yuan"]
        found = row["demand_mean_yuan"] - row["expected_unpaid_yuan"] + row["expected_idle_yuan"]
        assert abs(found - money) <= 2, row["id"]


def test_the_range_holds_the_central_chance_and_names_what_moves_it() -> None:
    known = _by_id("assumptions")
    for row in _rows("accounts"):
        low, central, high = (row[f"gap_probability{end}"] for end in ("_low", "", "_high"))
        assert low <= central <= high
        for at, chance in (("low", low), ("high", high)):
            named = row[f"gap_{at}_assumption"]
            assert (named is None) == (chance == central), row["id"]
            if named is not None:
                assert named in known
                told = [
                    e["gap_probability"] for e in row["sensitivity"] if e["assumption"] == named
                ]
                assert chance in told


def test_an_assumption_that_moves_nothing_that_is_printed_is_not_named() -> None:
    judged = _outcome("base", "applicants").judgements["building"]
    central = judged.risk.gap_probability.value
    effect = replace(judged.effects[0], gap_probability=central + 4e-7)
    outcome = replace(
        _outcome("base", "applicants"),
        judgements={"building": replace(judged, effects=(effect,))},
    )
    (row,) = record_accounts(outcome)
    assert row["gap_probability_high"] == row["gap_probability"]
    assert (row["gap_low_assumption"], row["gap_high_assumption"]) == (None, None)


def test_the_strongest_assumption_comes_first() -> None:
    row = _by_id("accounts")["building"]
    swings: dict[str, float] = {}
    for each in row["sensitivity"]:
        moved = abs(each["demand_mean_yuan"] - row["demand_mean_yuan"])
        moved += abs(each["committed_yuan"] - row["committed_yuan"])
        swings[each["assumption"]] = max(swings.get(each["assumption"], 0), moved)
    assert list(swings) == sorted(swings, key=lambda key: (-swings[key], key))
    assert all(each["at"] in ("low", "high") for each in row["sensitivity"])


@pytest.mark.parametrize("name", ["base", "smaller", "rival"])
@pytest.mark.parametrize("group", ["lines", "domains"])
def test_pooled_money_is_never_short_more_often_than_any_account(group: str, name: str) -> None:
    judged = set(_record(name)["totals"]["judged_accounts"])
    for row in _rows(group, name):
        assert set(row["judged_accounts"]) <= judged
        if row["judged_accounts"]:
            assert row["pooled_gap_probability"] <= row["any_short_probability"]
        else:
            assert row["pooled_gap_probability"] is None


def test_a_line_of_one_account_has_its_risk_and_a_line_of_two_their_sum() -> None:
    accounts, lines = _by_id("accounts"), _by_id("lines")
    for name in ("pooled_gap_probability", "any_short_probability"):
        assert lines["L1.2"][name] == accounts["skills"]["gap_probability"]
    unpaid = [accounts[key]["expected_unpaid_yuan"] for key in ("building", "skills")]
    assert lines["L1"]["judged_accounts"] == ["building", "skills"]
    assert abs(lines["L1"]["expected_unpaid_yuan"] - sum(unpaid)) <= 1
    assert lines["L2.2"]["judged_accounts"] == []


def test_totals_are_the_sums_over_the_judged_accounts() -> None:
    totals, accounts = _record()["totals"], _by_id("accounts")
    assert totals["judged_accounts"] == JUDGED
    for name in ("demand_mean_yuan", "expected_unpaid_yuan", "expected_idle_yuan"):
        apart = sum(accounts[key][name] for key in JUDGED)
        assert abs(totals[name] - apart) <= 2 + 5 * totals[f"{name}_se"], name
    largest = max(accounts[key]["gap_probability"] for key in JUDGED)
    assert totals["gap_probability"] >= largest - 5 * totals["gap_probability_se"]


# --- promises and grounds -----------------------------------------------------------------------


def test_every_award_is_told_and_only_costed_ones_have_figures() -> None:
    awards = _by_id("awards")
    assert list(awards) == list(tiny().document.awards)
    assert [k for k, row in awards.items() if row["cost_status"] != "costed"] == ["B7b", "B8a"]
    for row in awards.values():
        costed = row["cost_status"] == "costed"
        assert (row["claims_mean"] is not None) == costed
        assert (row["mark"] is not None) == costed
    assert awards["B2a"]["mark"] == "B"
    assert awards["B2a"]["reading"] == "A"
    assert awards["B8a"]["account"] is None
    assert awards["B7b"]["account"] == "building"


def test_the_awards_of_an_account_make_its_demand() -> None:
    awards, accounts = _rows("awards"), _by_id("accounts")
    for key, stays in (("building", 1.0), ("skills", 1.0), ("research", 0.9)):
        own = [a["demand_mean_yuan"] for a in awards if a["account"] == key and a["mark"]]
        assert accounts[key]["demand_mean_yuan"] == pytest.approx(stays * sum(own), abs=3)


def test_a_cap_price_stands_beside_the_award() -> None:
    prices = {key: row["cap_price"] for key, row in _by_id("awards", "smaller").items()}
    assert [key for key, price in prices.items() if price] == ["B2a", "B3a", "B5b"]
    assert prices["B2a"]["cap_yuan"] == 1_000_000
    assert prices["B2a"]["next_yuan"] == 1_100_000
    assert prices["B2a"]["objective_change_yuan"] > 0


def test_one_reading_of_each_award_is_chosen() -> None:
    for award, letter in (("B2a", "A"), ("B5b", "A")):
        rows = [row for row in _rows("readings") if row["award"] == award]
        assert [row["letter"] for row in rows if row["chosen"]] == [letter]
        assert all(row["demand_mean_yuan"] is not None for row in rows)
        ends = [[row[f"whole_{end}_yuan"] for end in ("low", "mean", "high")] for row in rows]
        assert all(low <= mean <= high for low, mean, high in ends)
        assert all(row["demand_mean_yuan"] < row["whole_mean_yuan"] for row in rows)
        own = next(row["demand_mean_yuan"] for row in _rows("awards") if row["id"] == award)
        assert [row["demand_mean_yuan"] for row in rows if row["chosen"]] == [own]


def test_assumptions_and_figures_are_all_there_is_each_once_with_its_ground() -> None:
    assumed, fixed = _by_id("assumptions"), _by_id("figures")
    assert not set(assumed) & set(fixed)
    assert set(assumed) | set(fixed) == set(tiny().book.figures())
    share = assumed["assumptions.city_share"]
    assert (share["low"], share["central"], share["high"]) == ("40%", "60%", "80%")
    assert share["used_by"] == ["factories", "institutes", "new_schools"]
    counted = assumed["pools.factories.count.mean"]
    assert counted["source"] == "示例市年鉴，示例市统计局 2030-06-01"
    assert (counted["mark"], counted["checked"]) == ("B", "2031-01-05")
    amount = assumed["accounts.building.committed.earlier_years"]
    assert (amount["low"], amount["central"], amount["high"]) == ("0元", "50万元", "100万元")
    assert fixed["pools.factories.claims.B2a.columns.grade.mix"]["central"] == "甲 1、乙 3"
    (weather,) = _rows("factors")
    assert weather["used_by"] == ["factories"]


# --- words of a break-even ----------------------------------------------------------------------


def _words(**given: Any) -> tuple[str, str]:
    told = BreakEven(
        **{
            "award": "B5a",
            "grade": None,
            "unit_yuan": 500_000,
            "unit_is_printed": True,
            "money_pays": 30,
            "count_central": 6.0,
            "count_at_5": None,
            "count_at_50": None,
            "searched_to": 48.0,
            **given,
        }
    )
    base = _outcome("base", "applicants")
    judged = replace(base.judgements["research"], break_evens=(told,))
    outcome = replace(base, judgements={"research": judged})
    ((entry,),) = (row["break_evens"] for row in record_accounts(outcome))
    return entry["text_zh"], entry["text_en"]


@pytest.mark.parametrize(
    ("given", "zh", "en"),
    [
        (
            {"count_at_5": 8.65, "count_at_50": 24.3},
            "每年平均8.7家时缺口可能性为5%，每年平均24.3家时缺口可能性为一半（中心假设每年6家）",
            "at 8.7 a year the chance is 5%, at 24.3 a year the chance is one half (assumed 6)",
        ),
        (
            {"count_at_5": 0.0, "count_at_50": 24.3},
            "即使没有这类申报，缺口可能性也达到5%，每年平均24.3家时缺口可能性为一半",
            "the chance is at least 5% even without such claims, at 24.3 a year the chance is one"
            " half",
        ),
        (
            {},
            "每年48家以内缺口可能性不到5%（中心假设每年6家）",
            "up to 48 a year the chance of a gap stays below 5% (assumed 6)",
        ),
        ({"searched_to": None, "count_central": 1.0}, "；每年1家", "; 1 in every year"),
    ],
)
def test_a_break_even_says_what_was_found_and_no_more(
    given: dict[str, Any], zh: str, en: str
) -> None:
    told_zh, told_en = _words(**given)
    assert zh in told_zh
    assert en in told_en
    assert "30家新增研究机构奖励（每家50万元）" in told_zh


def test_the_examples_of_counts_hold() -> None:
    result = doctest.testmod(accounts)
    assert (result.failed, result.attempted) == (0, 1)


def test_a_count_that_never_changes_is_not_said_to_keep_the_gap_small() -> None:
    """It was never varied, so nothing is known about other counts."""
    for words in _words(searched_to=None, count_central=1.0):
        assert "5%" not in words


# --- plan ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["base", "smaller", "rival"])
def test_money_after_is_money_before_and_the_transfers(name: str) -> None:
    plan = _record(name)["plan"]
    after = {row["id"]: row["before_yuan"] for row in plan["accounts"]}
    for move in plan["transfers"]:
        assert move["amount_yuan"] > 0
        after[move["from"]] -= move["amount_yuan"]
        after[move["to"]] += move["amount_yuan"]
    assert after == {row["id"]: row["after_yuan"] for row in plan["accounts"]}
    assert sum(after.values()) == _record(name)["totals"]["adopted_yuan"]


def test_accounts_before_the_plan_are_the_accounts_of_the_record() -> None:
    accounts = _by_id("accounts")
    for row in _record()["plan"]["accounts"]:
        for name in RISK:
            assert row["before"][name] == accounts[row["id"]][name]
        if row["id"] not in JUDGED:
            assert (row["after"], row["value_before"]) == (row["before"], None)
            assert (row["may_give"], row["may_receive"]) == (False, False)
        else:
            for value in (row["value_before"], row["value_after"]):
                assert 0 <= value <= 2_000_000  # of 1 million: the mean and the worst share
            assert row["after"]["budget_yuan"] == row["after_yuan"]
            assert row["reason_zh"]


def test_the_objective_is_mean_plus_worst_share_of_what_is_unpaid() -> None:
    """On the draws; the exact engine prints the expected unpaid of the laws instead."""
    plan = _record("base", "applicants")["plan"]
    for side in ("before", "after"):
        parts = plan[side]["expected_unpaid_yuan"] + plan[side]["worst_share_unpaid_yuan"]
        assert abs(parts - plan[f"objective_{side}"]) <= 2
    assert plan["objective_lower_bound"] <= plan["objective_after"] < plan["objective_before"]
    for engine in ("applicants", "exact"):
        record = _record("base", engine)
        before = record["plan"]["before"]["expected_unpaid_yuan"]
        assert before == record["totals"]["expected_unpaid_yuan"]


def test_limits_hold_and_say_whether_they_bind() -> None:
    limits = _record()["plan"]["limits"]
    assert {row["family"] for row in limits} == {"movable_share", "domain_line"}
    for row in limits:
        assert row["used_yuan"] <= row["amount_yuan"]
        assert row["binding"] or row["used_yuan"] < row["amount_yuan"]
        assert row["price"] >= 0
    assert any(row["binding"] for row in limits)


def test_a_plan_that_no_limit_allows_is_recorded_with_its_clash() -> None:
    found = make_record(_impossible())
    freeze_record(found)
    plan = found["plan"]
    assert (plan["status"], plan["transfers"], plan["limits"]) == ("infeasible", [], [])
    (clash,) = plan["clashes"]
    assert clash["short_yuan"] == 1_000_000
    assert {limit["name"] for limit in clash["limits"]} >= {"floor__building"}
    assert clash["remedies"]
    assert all(relaxed["relax_by_yuan"] >= 1_000_000 for relaxed in clash["remedies"])
    for row in plan["accounts"]:
        assert row["before_yuan"] == row["after_yuan"]
        assert row["value_after"] is None
    assert all(row["cap_price"] is None for row in found["awards"])


# --- tables, draws, and what is not in it -------------------------------------------------------


def test_tables_are_flat_and_as_long_as_their_lists() -> None:
    record = make_record(_outcome())
    tables = make_tables(record)
    assert set(tables) == {
        *TABLES,
        *("plan_accounts", "plan_transfers", "plan_limits"),
        *("break_evens", "sensitivity", "reconciliation", "options", "frontier", "exceedance"),
    }
    for name in TABLES:
        assert len(tables[name]) == len(record[name])
    for name, rows in tables.items():
        for row in rows:
            assert not any(isinstance(cell, dict | list | tuple) for cell in row.values()), name
    assert (
        tables["plan_accounts"][0]["before.gap_probability"]
        == (record["accounts"][0]["gap_probability"])
    )
    assert tables["funds"][0]["lines"] == "、".join(record["funds"][0]["lines"])
    assert {row["account"] for row in tables["break_evens"]} == set(JUDGED)


def test_draws_are_whole_yuan_by_draw_and_account() -> None:
    draws = make_draws(_outcome())
    assert draws["demand"].dtype == np.int64
    assert draws["demand"].shape == (400, 5)
    assert list(draws["account_ids"]) == [row["id"] for row in _rows("accounts")]


def test_neither_folder_nor_clock_is_in_the_record(tmp_path: Path) -> None:
    elsewhere = tmp_path / "另一处" / "world"
    shutil.copytree(TINY, elsewhere)
    scenario = load_scenario(elsewhere / "smaller.yaml")
    text = json.dumps(make_record(run(scenario, "applicants")), ensure_ascii=False)
    assert text == json.dumps(make_record(_outcome("smaller")), ensure_ascii=False)
    assert str(tmp_path) not in text
    assert str(TINY) not in text
    for found in re.findall(r"\d{4}-\d\d-\d\d", text):
        assert found in (TINY / "policy.yaml").read_text() + (TINY / "pools.yaml").read_text()


def test_the_manifest_says_what_made_the_numbers() -> None:
    found = _record("rival")["manifest"]
    assert (found["scenario"], found["based_on"]) == ("rival", "smaller")
    assert (found["seed"], found["draws"]) == (20310102, 400)
    named = [each["name"] for each in found["inputs"]]
    assert named == ["policy.yaml", "pools.yaml", "base.yaml", "smaller.yaml", "rival.yaml"]
    changed = {each["path"]: (each["old"], each["new"]) for each in found["changes"]}
    assert changed["readings.B2a"] == ("A", "B")
    assert changed["awards.B2a.cap"] == ("200万元", "100万元")
    assert changed["overlap"] == ("natural", "skills_in_research")
    assert all(re.fullmatch(r"\w+\.yaml:\d+", each["place"]) for each in found["changes"])
    assert found["settings"]["overlap"] == "skills_in_research"
    assert found["settings"]["readings"] == {"B2a": "B", "B5b": "A"}
    assert found["run_command"].startswith("budget run rival.yaml")


def test_those_who_give_are_told_with_the_worst_that_one_assumption_does_to_them() -> None:
    outcome, plan = _outcome(), _record()["plan"]
    before = {row["id"]: row["before_yuan"] - row["after_yuan"] for row in plan["accounts"]}
    giving = {key: yuan for key, yuan in before.items() if yuan > 0}
    assert giving
    assert {row["id"]: row["gives_yuan"] for row in plan["givers"]} == giving
    tight = float(outcome.scenario.settings.verdicts.tight)
    for row in plan["givers"]:
        budget = outcome.scenario.budget_of(row["id"]) - row["gives_yuan"]
        worst = outcome.reallocation.worst_gaps[row["id"], budget]
        assert row["worst_gap_assumption"] == worst.assumption
        assert row["worst_gap_probability"] == round(worst.gap_probability, 6)
        central, wrong = row["gap_probability"], worst.gap_probability
        assert row["safe_at_central_only"] == (central < tight <= wrong)


def test_the_safe_plan_says_what_may_leave_each_giver_and_what_it_saves() -> None:
    outcome, plan = _outcome(), _record()["plan"]
    safe, found = plan["givers_safe"], outcome.reallocation
    assert safe["tight_probability"] == float(outcome.scenario.settings.verdicts.tight)
    assert safe["saved_yuan"] == plan["objective_before"] - safe["objective_after"]
    assert safe["moved_yuan"] == sum(each["amount_yuan"] for each in safe["transfers"])
    givers = {arc.giver for arc in found.problem.arcs}
    room = {row["id"]: row["may_leave_yuan"] for row in safe["givers"]}
    assert set(room) == givers
    for account, yuan in room.items():
        assert 0 <= yuan <= found.problem.may_leave_yuan[found.problem.index[account]]
    for each in safe["transfers"]:
        assert each["amount_yuan"] <= room[each["from"]]
    assert safe["objective_after"] >= plan["objective_after"] - 10_000
