"""The record's knowing: fixed names, whole yuan, chances to six decimals, and its sentences."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from demand_sample import engine, tiny

from model.demand.ranges import find_effects
from model.finding_out import Finding, FindingOut, find_out, make_like_problems
from model.pipeline import make_question
from model.recording import knowing as recording
from model.recording.knowing import record_knowing, record_robust
from model.risk import Estimate
from model.robust_plan import Robustness, find_robust_plan
from model.scenario import Scenario
from model.transfer_rules import make_problem

ASSUMPTION = ["id", "name_zh", "name_en", "unit", "low", "central", "high", "weights", "mark"]
KNOWING = [
    "perfect_information_yuan",
    "perfect_information_yuan_se",
    "stochastic_solution_yuan",
    "stochastic_solution_yuan_se",
    "first_zh",
    "first_en",
    "values",
    "tornado",
]
SWING = [
    *ASSUMPTION,
    "cost_low_yuan",
    "cost_central_yuan",
    "cost_high_yuan",
    "swing_yuan",
    "accounts",
]
ROBUST = [
    "at_once",
    "among",
    "same_as_usual",
    "worth_changing",
    "usual_cost_yuan",
    "usual_worst_cost_yuan",
    "usual_worst",
    "robust_cost_yuan",
    "robust_worst_cost_yuan",
    "robust_worst",
    "lower_bound_yuan",
    "price_yuan",
    "gain_yuan",
    "rounds",
    "says_zh",
    "says_en",
    "transfers",
]


@cache
def _found() -> tuple[Scenario, FindingOut, Robustness]:
    scenario = tiny()
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=400))
    found = engine("exact", asked)
    effects = find_effects(asked, found)
    likes = make_like_problems(make_problem(scenario, asked, found), asked, found, effects)
    known = find_out(likes, effects)
    paths = [finding.assumption for finding in known.findings]
    return scenario, known, find_robust_plan(likes, paths, 1, 3)


def _worth(path: str, value: float | None) -> FindingOut:
    """The tiny world's findings, of which only one has a value."""
    _, known, _ = _found()
    findings = tuple(
        replace(each, value_yuan=value if each.assumption == path else None)
        for each in known.findings
    )
    return replace(known, findings=findings)


def test_names_and_kinds_are_fixed() -> None:
    scenario, known, robust = _found()
    knowing, safe = record_knowing(scenario, known), record_robust(scenario, robust)
    assert list(knowing) == KNOWING
    assert list(knowing["tornado"][0]) == SWING
    assert list(knowing["values"][0]) == [*ASSUMPTION, "value_yuan", "changes_moves"]
    assert list(safe) == ROBUST
    assert json.loads(json.dumps([knowing, safe])) == [knowing, safe]

    def kinds(node: Any) -> None:
        if isinstance(node, dict):
            for key, part in node.items():
                if key.endswith(("_yuan", "_yuan_se")):
                    assert type(part) is int, key
                if key.endswith("_probability"):
                    assert 0 <= part <= 1
                    assert round(part, 6) == part, key
                kinds(part)
        elif isinstance(node, list):
            for part in node:
                kinds(part)

    kinds([knowing, safe])


def test_the_strongest_stand_first_and_only_they(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recording, "MOST_ROWS", 5)
    scenario, known, _ = _found()
    found = record_knowing(scenario, known)
    assert len(found["tornado"]) == 5 < len(known.findings)
    swings = [row["swing_yuan"] for row in found["tornado"]]
    assert swings == sorted(swings, reverse=True)
    values = [row["value_yuan"] for row in found["values"]]
    assert values == sorted(values, reverse=True)
    assert len(values) == len(known.findings)
    assert all(row["changes_moves"] == (row["value_yuan"] > 0) for row in found["values"])


def test_the_first_to_find_out_is_told_in_a_sentence() -> None:
    scenario, _, _ = _found()
    found = record_knowing(scenario, _worth("pools.institutes.count.mean", 1_204_321.0))
    figure = scenario.book.figures()["pools.institutes.count.mean"]
    assert found["first_zh"] == f"先查清“{figure.name_zh}”：查清此项，预计最多可少欠120万元"
    assert found["first_en"] == (
        f'Find out first "{figure.name_en}", worth 1.20 million yuan at most'
    )
    small = record_knowing(scenario, _worth("pools.institutes.count.mean", 4_321.4))
    assert small["first_zh"] == "没有一项值得先查：无论查清哪一项假设，预计最多可少欠不足1万元"
    assert small["first_en"].startswith("No assumption is worth finding out first")


@pytest.mark.parametrize("value", [0.0, None])
def test_where_nothing_changes_a_move_the_sentence_says_so(value: float | None) -> None:
    scenario, _, _ = _found()
    found = record_knowing(scenario, _worth("pools.institutes.count.mean", value))
    assert found["first_zh"] == "没有一项值得先查：无论查清哪一项假设，分配方案都不变"
    assert found["first_en"] == (
        "No assumption is worth finding out first: none would change a move"
    )


def test_a_row_of_the_tornado_holds_the_numbers_of_its_finding() -> None:
    scenario, known, _ = _found()
    finding: Finding = known.findings[0]
    row = record_knowing(scenario, known)["tornado"][0]
    assert row["id"] == finding.assumption
    assert row["cost_low_yuan"] == round(finding.low.cost_yuan)
    assert row["cost_high_yuan"] == round(finding.high.cost_yuan)
    assert {each["account"] for each in row["accounts"]} == set(finding.high.gap_probability)
    for each in row["accounts"]:
        high = finding.high.gap_probability[each["account"]]
        assert each["gap_high_probability"] == pytest.approx(high, abs=5e-7)


def test_estimates_keep_their_errors() -> None:
    scenario, known, _ = _found()
    found = record_knowing(scenario, replace(known, perfect_information=Estimate(12.6, 3.4)))
    assert (found["perfect_information_yuan"], found["perfect_information_yuan_se"]) == (13, 3)


def test_the_robust_plan_is_recorded_beside_the_usual_one() -> None:
    scenario, _, robust = _found()
    found, plan = record_robust(scenario, robust), robust.plan
    assert [row["id"] for row in found["among"]] == list(robust.among)
    for key, worst in (("usual_worst", plan.usual_worst), ("robust_worst", plan.worst)):
        assert [(row["id"], row["at"]) for row in found[key]] == list(worst.world)
        assert found[f"{key}_cost_yuan"] == round(worst.cost_yuan)
    assert [row["amount_yuan"] for row in found["transfers"]] == [
        transfer.amount_yuan for transfer in plan.transfers
    ]


def test_whether_the_plan_changes_is_told_in_a_sentence() -> None:
    scenario, _, robust = _found()
    same = replace(robust, plan=replace(robust.plan, transfers=robust.plan.usual.transfers))
    assert record_robust(scenario, same)["says_zh"] == (
        "即使有1项假设同时处于最不利的一端，分配方案也不变"
    )
    assert not record_robust(scenario, same)["worth_changing"]
    plan, worst = robust.plan, robust.plan.worst
    other = replace(
        plan,
        transfers=plan.usual.transfers[:-1],
        usual_worst=replace(worst, cost_yuan=30_000_000.0),
        worst=replace(worst, cost_yuan=28_000_000.0),
        central_cost_yuan=plan.usual.objective_after + 500_000,
    )
    found = record_robust(scenario, replace(robust, plan=other))
    assert found["worth_changing"]
    assert found["says_zh"] == (
        "若防备1项假设同时处于最不利的一端，应改用另一分配方案："
        "最不利时少200万元，假设都居中时多50万元（按评判口径）"
    )
    assert found["says_en"] == (
        "To be safe against 1 assumption at its worst end at once another plan is needed: "
        "2.00 million yuan less at the worst, 0.50 million yuan more if all are central"
    )
    little = replace(other, worst=replace(worst, cost_yuan=29_701_000.0))
    found = record_robust(scenario, replace(robust, plan=little))
    assert not found["worth_changing"]
    assert found["says_zh"] == (
        "防备1项假设同时处于最不利的一端，不值得改用另一分配方案："
        "最不利时只少30万元，不到当时合计的1%（按评判口径）"
    )
    assert "another plan is not worth it" in found["says_en"]
