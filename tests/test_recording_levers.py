"""The record's levers: fixed names, whole yuan, chances to six decimals, every figure in words."""

from __future__ import annotations

import doctest
import json
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any

import pytest
from demand_sample import engine, tiny

from model.levers import (
    Lever,
    PromisedRatio,
    Trial,
    find_levers,
    find_promised_ratios,
)
from model.pipeline import make_question
from model.printed_figures import printed_figures
from model.recording import levers as recording
from model.recording.levers import record_levers, record_promised_ratios

TRIAL = [
    "value",
    "value_zh",
    "value_en",
    "demand_mean_yuan",
    "demand_change_yuan",
    "gap_probability",
]
NAMES = [
    "account",
    "account_zh",
    "account_en",
    "award",
    "award_name_zh",
    "award_name_en",
    "clause",
    "clause_zh",
    "path",
    "kind",
    "name_zh",
    "name_en",
    "present",
    "tighter",
    "looser",
    "target_probability",
    "reached",
    "fitting",
    "searched_to_zh",
    "searched_to_en",
]


@cache
def _found() -> tuple[Lever, ...]:
    asked = make_question(tiny())
    asked = replace(asked, span=replace(asked.span, count=100))
    paying = tiny().account_of_award()
    return find_levers(asked, paying, engine("exact", asked), {"building", "research"}, 0.05)


@cache
def _rows() -> dict[tuple[str, str], dict[str, Any]]:
    rows = json.loads(json.dumps(record_levers(tiny(), _found())))
    return {(row["award"], row["path"]): row for row in rows}


def test_every_lever_is_a_row_with_the_names_of_the_record() -> None:
    assert len(_rows()) == len(_found())
    for row in _rows().values():
        assert list(row) == NAMES
        for name in ("present", "tighter", "looser", "fitting"):
            assert row[name] is None or list(row[name]) == TRIAL
        assert row["reached"] == (row["fitting"] is not None)


def test_a_row_says_which_figure_of_which_award_in_both_languages() -> None:
    row = _rows()["B2a", "grades.乙"]
    said = {name: row[name] for name in NAMES if not isinstance(row[name], dict | None)}
    assert said == {
        "account": "building",
        "account_zh": "建设",
        "account_en": "building",
        "award": "B2a",
        "award_name_zh": "厂房更新奖励",
        "award_name_en": "",
        "clause": 2,
        "clause_zh": "（二）",
        "path": "grades.乙",
        "kind": "amount",
        "name_zh": "乙档金额",
        "name_en": "amount of grade 乙",
        "target_probability": 0.05,
        "reached": True,
        "searched_to_zh": said["searched_to_zh"],
        "searched_to_en": said["searched_to_en"],
    }
    assert (row["present"]["value"], row["present"]["value_zh"]) == (1_000_000, "100万元")
    assert (row["tighter"]["value_zh"], row["looser"]["value_zh"]) == ("90万元", "110万元")
    assert row["looser"]["value_en"] == "1,100,000 yuan"


def test_the_rounded_changes_are_those_of_the_lever() -> None:
    for lever, row in zip(_found(), _rows().values(), strict=True):
        assert row["present"]["demand_change_yuan"] == 0
        for trial, told in ((lever.tighter, row["tighter"]), (lever.looser, row["looser"])):
            assert (trial is None) == (told is None)
            if trial is None:
                continue
            change = trial.demand_mean_yuan - lever.present.demand_mean_yuan
            assert told["demand_change_yuan"] == round(change)
            assert told["gap_probability"] == pytest.approx(trial.gap_probability, abs=5e-7)


def test_money_is_whole_and_floats_have_six_decimals() -> None:
    for row in _rows().values():
        for trial in (row["present"], row["tighter"], row["looser"], row["fitting"]):
            for key, value in (trial or {}).items():
                assert not key.endswith("_yuan") or type(value) is int
                assert not isinstance(value, float) or round(value, 6) == value
            assert trial is None or 0 <= trial["gap_probability"] <= 1


def _by_hand(**changes: Any) -> dict[str, Any]:
    """A lever on the match of research awards, with a rate that no decimals hold."""
    award = tiny().document.costed()["B5b"]
    ratio = printed_figures(award)[0]
    present = Trial(value=Fraction(2, 3), demand_mean_yuan=900.4, gap_probability=1.0000000001)
    fields: dict[str, Any] = {
        "account": "research",
        "award": "B5b",
        "figure": replace(ratio, value=Fraction(2, 3)),
        "present": present,
        "tighter": None,
        "looser": None,
        "target": 0.05,
        "fitting": None,
        "searched_to": Fraction(1, 100),
    }
    (row,) = record_levers(tiny(), [Lever(**(fields | changes))])
    return row


def test_a_rate_is_rounded_as_a_number_and_exact_in_words() -> None:
    row = _by_hand()
    assert (row["name_zh"], row["name_en"], row["path"]) == ("配套比例", "ratio", "ratio")
    assert row["present"] == {
        "value": 0.666667,
        "value_zh": "2/3",
        "value_en": "2/3",
        "demand_mean_yuan": 900,
        "demand_change_yuan": 0,
        "gap_probability": 1.0,
    }


def test_a_figure_that_cannot_move_or_reach_has_none_there() -> None:
    row = _by_hand()
    assert (row["tighter"], row["looser"], row["fitting"], row["reached"]) == (None,) * 3 + (False,)
    assert (row["searched_to_zh"], row["searched_to_en"]) == ("1%", "1%")
    fitting = Trial(value=Fraction(1, 2), demand_mean_yuan=100, gap_probability=0.0491234567)
    row = _by_hand(fitting=fitting)
    assert row["reached"] is True
    assert row["fitting"]["value_zh"] == "50%"
    assert row["fitting"]["demand_change_yuan"] == -800
    assert row["fitting"]["gap_probability"] == 0.049123


def test_the_ratio_is_cut_down_so_that_the_promise_holds() -> None:
    promises = [
        PromisedRatio(account=key, available_yuan=2, demand_p95_yuan=3, ratio=Fraction(part))
        for key, part in (("building", "2/3"), ("research", "1"), ("skills", "0"))
    ]
    rows = record_promised_ratios(tiny(), promises)
    assert rows[0] == {
        "account": "building",
        "account_zh": "建设",
        "account_en": "building",
        "available_yuan": 2,
        "demand_p95_yuan": 3,
        "ratio": 0.666666,
        "percent": 66,
    }
    assert [(row["ratio"], row["percent"]) for row in rows[1:]] == [(1.0, 100), (0.0, 0)]


def test_a_promise_of_the_tiny_world_is_its_money_over_what_it_needs() -> None:
    asked = make_question(tiny("smaller"))
    found = engine("exact", asked)
    risk = found.risk("building", asked.budgets["building"], 0.05)
    (row,) = record_promised_ratios(tiny(), find_promised_ratios({"building": risk}))
    assert row["available_yuan"] == risk.available_yuan
    assert row["ratio"] == pytest.approx(
        min(1, risk.available_yuan / risk.demand_p95_yuan.value), abs=2e-6
    )


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(recording).attempted >= 1
    assert doctest.testmod(recording).failed == 0
