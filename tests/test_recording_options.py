"""The record's options: fixed names, whole yuan, chances to six decimals, and its sentences."""

from __future__ import annotations

import doctest
import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from demand_sample import engine, tiny

from model.allocation.options import Option
from model.allocation.plan import Transfer
from model.allocation.search import Search
from model.demand.ranges import WorstGap
from model.optioning import Options, Side, find_options
from model.pipeline import make_question
from model.recording import options as recording
from model.recording.options import record_options
from model.recording.transfers import record_transfer
from model.risk import AccountRisk, Estimate
from model.scenario import Scenario
from model.transfer_rules import make_problem

OPTION = [
    *("most_moves", "approval", "approval_zh", "approval_en", "moves", "moved_yuan"),
    *("objective_yuan", "lower_bound_yuan", "gap", "saved_yuan", "transfers", "sides"),
]
SIDE = [
    *("account", "account_zh", "account_en", "moved_yuan"),
    *("gap_before_probability", "gap_after_probability"),
    *("unpaid_before_yuan", "unpaid_after_yuan", "idle_before_yuan", "idle_after_yuan"),
    *("regret_probability", "says_zh", "says_en"),
]


@cache
def found() -> tuple[Scenario, Options]:
    scenario = tiny()
    question = make_question(scenario)
    exact = engine("exact", question)
    return scenario, find_options(Search(make_problem(scenario, question, exact)), exact)


@cache
def record() -> dict[str, Any]:
    return record_options(*found(), {})


def test_names_and_kinds_are_fixed() -> None:
    rows = record()
    assert list(rows) == ["menu", "frontier", "different"]
    assert all(list(row) == OPTION for row in rows["menu"])
    point = ["moved_yuan", "objective_yuan", "expected_unpaid_yuan"]
    assert all(list(row) == point for row in rows["frontier"])
    plan = ["distance_yuan", "objective_yuan", "transfers", "sides"]
    assert all(list(row) == plan for row in rows["different"])
    sides = [side for row in (*rows["menu"], *rows["different"]) for side in row["sides"]]
    assert sides
    assert all(list(side) == SIDE for side in sides)
    assert json.loads(json.dumps(rows)) == rows
    assert all(rows.values())

    def kinds(node: Any) -> None:
        if isinstance(node, dict):
            for key, part in node.items():
                if key.endswith("_yuan"):
                    assert type(part) is int, key
                if key.endswith("_probability") and part is not None:
                    assert 0 <= part <= 1
                    assert round(part, 6) == part, key
                kinds(part)
        elif isinstance(node, list):
            for part in node:
                kinds(part)

    kinds(rows)


def test_a_row_of_the_menu_holds_the_numbers_of_its_option() -> None:
    scenario, options = found()
    for option, row in zip(options.menu, record()["menu"], strict=True):
        assert row["most_moves"] == option.most_moves
        assert row["moves"] == len(option.transfers) <= row["most_moves"]
        assert row["moved_yuan"] == sum(each["amount_yuan"] for each in row["transfers"])
        assert row["transfers"] == [record_transfer(scenario, t) for t in option.transfers]
        assert row["objective_yuan"] == round(option.objective_yuan)
        assert row["lower_bound_yuan"] == round(option.lower_bound_yuan)
        assert row["saved_yuan"] == round(option.saved_yuan)
        assert row["gap"] == round(option.gap, 9)
        sides = options.sides[option.transfers]
        assert [side["account"] for side in row["sides"]] == [side.account for side in sides]
    for plan, row in zip(options.different, record()["different"], strict=True):
        assert row["distance_yuan"] == plan.distance_yuan
        assert len(row["sides"]) == len(options.sides[plan.transfers])
    for point, row in zip(options.frontier, record()["frontier"], strict=True):
        assert row["moved_yuan"] == round(point.moved_yuan)
        assert row["expected_unpaid_yuan"] == round(point.expected_unpaid_yuan)


def test_the_heaviest_approval_that_is_allowed_names_the_option() -> None:
    scenario, options = found()
    given = Transfer(giver="building", receiver="health", amount_yuan=10**6, approval="reserve")
    option = Option(
        most_moves=3,
        approvals=("within_department", "across_departments"),
        transfers=(given,),
        objective_yuan=2e6,
        lower_bound_yuan=1.5e6,
        saved_yuan=12.4,
    )
    some = replace(options, menu=(option,), sides={**options.sides, (given,): ()})
    (row,) = record_options(scenario, some, {})["menu"]
    assert (row["approval"], row["approval_zh"], row["approval_en"]) == (
        *("across_departments", "跨部门调剂", "across departments"),
    )
    assert (row["moves"], row["moved_yuan"], row["saved_yuan"]) == (1, 10**6, 12)
    assert (row["gap"], row["sides"]) == (0.25, [])
    assert row["transfers"][0]["approval_zh"] == "动用预备费"


# --- sentences ---


def risk(gap: float, unpaid_yuan: float, idle_yuan: float) -> AccountRisk:
    """The risk of an account of the tiny world with another chance, unpaid and idle money."""
    _, options = found()
    side = next(side for sides in options.sides.values() for side in sides)
    return replace(
        side.before,
        gap_probability=Estimate(gap, 0.0),
        expected_unpaid_yuan=Estimate(unpaid_yuan, 0.0),
        expected_idle_yuan=Estimate(idle_yuan, 0.0),
    )


def says(side: Side) -> tuple[str, str]:
    """The Chinese and the English sentence of a side."""
    scenario, options = found()
    (option, *_) = options.menu
    some = replace(options, menu=(option,), different=(), sides={option.transfers: (side,)})
    (entry,) = record_options(scenario, some, {})["menu"][0]["sides"]
    return entry["says_zh"], entry["says_en"]


def giver(before: AccountRisk, after: AccountRisk, regret: float, moved: int = -2_000_000) -> Side:
    return Side(account="building", moved_yuan=moved, before=before, after=after, regret=regret)


def receiver(before: AccountRisk, after: AccountRisk, moved: int = 12_000_000) -> Side:
    return Side(account="health", moved_yuan=moved, before=before, after=after, regret=None)


def test_what_a_giver_is_told() -> None:
    side = giver(risk(0.0826, 3e5, 4_444_000), risk(0.1239, 4e5, 2_556_000), 0.0413)
    zh, en = says(side)
    assert zh == (
        "建设调出200万元：缺口可能性由8%变为12%，平均沉淀由444万元变为256万元，"
        "调出以后反而不够的可能性4%"
    )
    assert en == (
        "building gives 2 million yuan: chance of a gap from 8% to 12%, "
        "mean idle from 4.44 million yuan to 2.56 million yuan; "
        "the chance that it misses the money later is 4%"
    )


def test_what_a_receiver_is_told() -> None:
    side = receiver(risk(0.5, 21_234_000, 0.0), risk(0.031, 1_066_000, 9e6))
    zh, en = says(side)
    assert zh == "医疗调入1,200万元：缺口可能性由50%变为3%，平均少付由2,123万元变为107万元"
    assert en == (
        "health receives 12 million yuan: chance of a gap from 50% to 3%, "
        "mean unpaid from 21.23 million yuan to 1.07 million yuan"
    )


def test_chances_below_1_and_above_99_percent_are_told_as_such() -> None:
    zh, en = says(giver(risk(0.0099, 0.0, 1e6), risk(0.0001, 0.0, 1e6), 0.0))
    assert zh == (
        "建设调出200万元：缺口可能性仍为低于1%，平均沉淀仍为100万元，调出以后反而不够的可能性低于1%"
    )
    assert en == (
        "building gives 2 million yuan: chance of a gap still below 1%, "
        "mean idle still 1 million yuan; the chance that it misses the money later is below 1%"
    )
    zh, en = says(receiver(risk(0.9951, 2e6, 0.0), risk(0.99, 1e6, 0.0)))
    assert zh == "医疗调入1,200万元：缺口可能性由高于99%变为99%，平均少付由200万元变为100万元"
    assert en == (
        "health receives 12 million yuan: chance of a gap from above 99% to 99%, "
        "mean unpaid from 2 million yuan to 1 million yuan"
    )


@pytest.mark.parametrize(
    ("chance", "zh", "en"),
    [
        (0.0, "低于1%", "below 1%"),
        (0.00999, "低于1%", "below 1%"),
        (0.01, "1%", "1%"),
        (0.985, "98%", "98%"),
        (0.99, "99%", "99%"),
        (0.9901, "高于99%", "above 99%"),
        (1.0, "高于99%", "above 99%"),
    ],
)
def test_no_chance_is_told_finer_than_it_is_known(chance: float, zh: str, en: str) -> None:
    told = says(receiver(risk(chance, 0.0, 0.0), risk(0.5, 0.0, 0.0)))
    assert f"缺口可能性由{zh}变为50%" in told[0]
    assert f"chance of a gap from {en} to 50%" in told[1]


def test_a_giver_that_one_wrong_assumption_leaves_short_is_told_so() -> None:
    """Only of those who give, and only where another chance would be printed."""
    scenario, options = found()
    option, path = options.menu[0], next(iter(scenario.book.uncertain()))
    figure = scenario.book.figures()[path]
    after = scenario.budget_of("building") - 2_000_000
    told = {}
    for chance in (0.004, 0.42):
        worst = {("building", after): WorstGap(assumption=path, at="high", gap_probability=chance)}
        side = giver(risk(0.001, 0, 5e6), risk(0.004, 0, 3e6), 0.003)
        some = replace(options, menu=(option,), different=(), sides={option.transfers: (side,)})
        (entry,) = record_options(scenario, some, worst)["menu"][0]["sides"]
        told[chance] = entry["says_zh"], entry["says_en"]
    assert "如果" not in told[0.004][0]
    assert told[0.42][0].startswith(told[0.004][0])
    assert f"；如果“{figure.name_zh}”为" in told[0.42][0]
    assert told[0.42][0].endswith("缺口可能性为42%")
    assert told[0.42][1].endswith("its chance of a gap is 42%")


def test_the_numbers_of_a_side_stand_beside_its_sentence() -> None:
    scenario, options = found()
    side = giver(risk(0.08264561, 3e5, 4_444_000.4), risk(0.1239, 4e5, 2_556_000), 0.04125439)
    option = options.menu[0]
    some = replace(options, menu=(option,), different=(), sides={option.transfers: (side,)})
    (entry,) = record_options(scenario, some, {})["menu"][0]["sides"]
    numbers = {key: value for key, value in entry.items() if not isinstance(value, str)}
    assert numbers == {
        "moved_yuan": -2_000_000,
        "gap_before_probability": 0.082646,
        "gap_after_probability": 0.1239,
        "unpaid_before_yuan": 300_000,
        "unpaid_after_yuan": 400_000,
        "idle_before_yuan": 4_444_000,
        "idle_after_yuan": 2_556_000,
        "regret_probability": 0.041254,
    }
    assert (entry["account"], entry["account_zh"], entry["account_en"]) == (
        *("building", "建设", "building"),
    )


def test_the_examples_of_the_module_run() -> None:
    assert doctest.testmod(recording).attempted >= 2
    assert doctest.testmod(recording).failed == 0
