"""A scenario is its base plus named changes: nothing more, nothing less, nothing silently."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import TESTS, edit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from model.changes import Change
from model.demand.draws import draw_demand
from model.errors import InputError, Problem
from model.pipeline import make_question
from model.scenario import Scenario, load_scenario
from model.yamlfile import read_yaml

REAL = Path(__file__).parent.parent / "scenarios"
SCENARIOS = sorted(
    path for path in REAL.glob("*/*.yaml") if path.name not in ("policy.yaml", "pools.yaml")
)
WAN = 10_000

Case = tuple[tuple[str, str, str], list[str]]

# Each case: one edit of the tiny world (file, old, new), and everything that is then said.
BASES: dict[str, Case] = {
    "an unknown section of the pools": (
        ("pools.yaml", "\nfactors:\n", "\nfactor:\n"),
        [
            "pools.yaml:24: unknown key 'factor'. Did you mean 'factors'?",
        ],
    ),
    "a section of the pools without keys": (
        ("pools.yaml", "\naccounts:\n  building:", "\naccounts: 5\nx:\n  building:"),
        [
            (
                "pools.yaml:114: accounts: this section holds no keys and values. Write for"
                " example '{id: {...}}', or leave the section out."
            ),
            (
                "pools.yaml:115: unknown key 'x'. Known here: accounts, assumptions, calendars,"
                " factors, pools, sources."
            ),
        ],
    ),
    "a typing slip in the name of an account": (
        ("pools.yaml", "\n  skills:\n    name_zh: 技能", "\n  skils:\n    name_zh: 技能"),
        [
            (
                "pools.yaml:114: accounts: nothing is said about the demand on 'skills'. Add it"
                " with 'evidence: assumed' and a reason."
            ),
            "pools.yaml:126: accounts: there is no account 'skils'. Did you mean 'skills'?",
        ],
    ),
    "a figure without a unit": (
        ("pools.yaml", "low: 600万元, central", "low: 600, central"),
        [
            (
                "pools.yaml:54: pools.factories.claims.B2a.columns.invested_yuan.size.mean.low:"
                " no unit on the amount 600. Write for example 600万元."
            ),
        ],
    ),
    "a typing slip in a base": (
        ("base.yaml", "seed: 20310102", "sed: 20310102"),
        [
            "base.yaml:7: unknown key 'sed'. Did you mean 'seed'?",
        ],
    ),
    "an unknown explanation": (
        ("base.yaml", "overlap: natural", "overlap: naturel"),
        [
            ("base.yaml:10: overlap: there is no explanation 'naturel'. Did you mean 'natural'?"),
        ],
    ),
    "a reading of no award": (
        ("base.yaml", "readings: {B2a: A", "readings: {B2x: A"),
        [
            "base.yaml:11: readings.B2x: there is no award 'B2x'. Did you mean 'B2a'?",
        ],
    ),
    "a reading of an award that has none": (
        ("base.yaml", "readings: {B2a: A", "readings: {B3a: A"),
        [
            (
                "base.yaml:11: readings.B3a: this award can be understood in one way only. Take"
                " the line out."
            ),
        ],
    ),
    "an unknown reading": (
        ("base.yaml", "readings: {B2a: A", "readings: {B2a: C"),
        [
            "base.yaml:11: readings.B2a: there is no reading 'C'. Known here: A, B.",
        ],
    ),
    "two readings at once": (
        ("base.yaml", "readings: {B2a: A", "readings: {B2a: [A, B]"),
        [
            "base.yaml:11: readings.B2a: not one reading. Known here: A, B.",
        ],
    ),
    "readings that are a word": (
        ("base.yaml", "readings: {B2a: A, B5b: A}", "readings: A"),
        [
            (
                "base.yaml:11: readings: 'A' is not accepted. Write keys and values, for"
                " example {key: value}."
            ),
        ],
    ),
    "a payer of no award": (
        ("base.yaml", "paid_from: {B3a: L1.2}", "paid_from: {B3x: L1.2}"),
        [
            "base.yaml:12: paid_from: there is no award 'B3x'. Did you mean 'B3a'?",
        ],
    ),
    "a payer that is no line": (
        ("base.yaml", "paid_from: {B3a: L1.2}", "paid_from: {B3a: L12}"),
        [
            ("base.yaml:12: paid_from.B3a: there is no line 'L12'. Did you mean 'L1.2' or 'L2'?"),
        ],
    ),
    "a group of an unknown account": (
        ("base.yaml", "[health, training]", "[heatlh, training]"),
        [
            (
                "base.yaml:34: allocation.groups.livelihood.accounts: there is no account"
                " 'heatlh'. Did you mean 'health'?"
            ),
        ],
    ),
    "an unknown key spending": (
        ("base.yaml", "key_spending: [health]", "key_spending: [healt]"),
        [
            (
                "base.yaml:37: allocation.key_spending: there is no account 'healt'. Did you"
                " mean 'health'?"
            ),
        ],
    ),
    "a floor of an unknown account": (
        ("base.yaml", "floors: {}", "floors: {skill: 5万元}"),
        [
            (
                "base.yaml:38: allocation.floors: there is no account 'skill'. Did you mean"
                " 'skills'?"
            ),
        ],
    ),
    "a floor of an account that another explanation makes": (
        ("base.yaml", "floors: {}", "floors: {training: 5万元}"),
        [
            (
                "base.yaml:38: allocation.floors: there is no account 'training'. Known here:"
                " building, health, parks, research, skills."
            ),
        ],
    ),
    "a floor above the money of an account that keeps what it has": (
        ("base.yaml", "floors: {}", "floors: {parks: 301万元}"),
        [
            (
                "base.yaml:38: allocation.floors.parks: this account keeps its 300万元, less"
                " than 301万元: its demand is assumed. Lower the floor, or set"
                " 'allocation.assumed_may_move: true'."
            ),
        ],
    ),
    "a weight of a fund that is no account": (
        ("base.yaml", "weights: {}", "weights: {schools: 2}"),
        [
            (
                "base.yaml:20: allocation.weights: there is no account 'schools'. Known here:"
                " building, health, parks, research, skills."
            ),
        ],
    ),
    "a transfer from no fund": (
        ("base.yaml", "transfers: []", "transfers: [{from: skill, to: parks, amount: 1元}]"),
        [
            (
                "base.yaml:13: transfers: there is no fund or account 'skill'. Did you mean"
                " 'skills'?"
            ),
        ],
    ),
    "a transfer of more than there is": (
        ("base.yaml", "transfers: []", "transfers: [{from: skills, to: parks, amount: 1001万元}]"),
        [
            (
                "base.yaml:13: transfers: 'skills' has 1,000万元, less than 1,001万元. Move"
                " less, or from elsewhere."
            ),
        ],
    ),
    "a paper that is not there": (
        ("base.yaml", "policy: policy.yaml", "policy: polcy.yaml"),
        [
            (
                "base.yaml:5: policy: there is no file 'polcy.yaml' beside this file. Did you"
                " mean 'policy.yaml' or 'pools.yaml'?"
            ),
        ],
    ),
    "a base without pools": (
        ("base.yaml", "pools: pools.yaml\n", ""),
        [
            (
                "base.yaml: neither 'based_on' nor 'pools' is given. Add 'based_on: base', or"
                " 'pools: pools.yaml' for a base."
            ),
        ],
    ),
    "a base with changes": (
        ("base.yaml", "draws: 400", "draws: 400\nchanges: {awards.B3a.cap: 5万元}"),
        [
            (
                "base.yaml:9: changes: a scenario that is based on no other has nothing to"
                " change. Write the values themselves, or name a base: 'based_on: base'."
            ),
        ],
    ),
    "a base without draws": (
        ("base.yaml", "draws: 400\n", ""),
        [
            (
                "base.yaml: draws: the key 'draws' is missing. Add it; scenarios/FORMATS.md lists"
                " the keys of each file."
            ),
        ],
    ),
}


DERIVED: dict[str, Case] = {
    "an unknown base": (
        ("smaller.yaml", "based_on: base", "based_on: bsae"),
        [
            (
                "smaller.yaml:3: based_on: there is no scenario 'bsae' beside this file. Did"
                " you mean 'base'?"
            ),
        ],
    ),
    "a base in another folder": (
        ("smaller.yaml", "based_on: base", "based_on: ../tiny/base"),
        [
            (
                "smaller.yaml:3: based_on: there is no scenario '../tiny/base' beside this"
                " file. Known here: base, rival."
            ),
        ],
    ),
    "a scenario based on itself": (
        ("smaller.yaml", "based_on: base", "based_on: smaller"),
        [
            (
                "smaller.yaml:3: based_on: the scenarios are based on each other in a circle"
                " (smaller -> smaller). Let one of them be a base."
            ),
        ],
    ),
    "scenarios based on each other": (
        ("smaller.yaml", "based_on: base", "based_on: rival"),
        [
            (
                "rival.yaml:3: based_on: the scenarios are based on each other in a circle"
                " (smaller -> rival -> smaller). Let one of them be a base."
            ),
        ],
    ),
    "a setting beside the changes": (
        ("smaller.yaml", "changes:\n", "seed: 5\nchanges:\n"),
        [
            (
                "smaller.yaml:4: seed: a scenario that is based on another says this under"
                " 'changes'. Write it there, for example 'seed: ...'."
            ),
        ],
    ),
    "another paper than the base's": (
        ("smaller.yaml", "changes:\n", "policy: policy.yaml\nchanges:\n"),
        [
            (
                "smaller.yaml:4: policy: a scenario that is based on another takes this file"
                " from there. Take the line out."
            ),
        ],
    ),
    "a typing slip": (
        ("smaller.yaml", "changes:\n", "chagnes: {}\nchanges:\n"),
        [
            "smaller.yaml:4: unknown key 'chagnes'. Did you mean 'changes'?",
        ],
    ),
    "no question": (
        ("smaller.yaml", "question: 上限", "question_zh: 上限"),
        [
            (
                "smaller.yaml:1: unknown key 'question_zh'. Did you mean 'question' or"
                " 'question_en'?"
            ),
            (
                "smaller.yaml:1: question: the key 'question' is missing. Add it;"
                " scenarios/FORMATS.md lists the keys of each file."
            ),
        ],
    ),
    "changes of what is printed": (
        (
            "smaller.yaml",
            "readings.B2a: B",
            "lines.L2.amount: 5万元\n  document.year: 2032\n  clauses.*.domain: x",
        ),
        [
            (
                "smaller.yaml:7: lines.L2.amount: what the paper prints does not change. Change"
                " funds.<id>.budget for the adopted money, awards.<id> for a figure."
            ),
            (
                "smaller.yaml:8: document.year: what the paper prints does not change. Change"
                " funds.<id>.budget for the adopted money, awards.<id> for a figure."
            ),
            (
                "smaller.yaml:9: clauses.*.domain: what the paper prints does not change."
                " Change funds.<id>.budget for the adopted money, awards.<id> for a figure."
            ),
        ],
    ),
    "changes of an award's words": (
        (
            "smaller.yaml",
            "readings.B2a: B",
            "awards.B2a.name_zh: x\n  awards.B2a.line: L2.1\n"
            "  awards.B5b.readings.B.sets.ratio: 5%\n  awards.*.clause: 5",
        ),
        [
            (
                "smaller.yaml:7: awards.B2a.name_zh: what the paper prints does not change."
                " Change a figure of the award, for example awards.<id>.cap."
            ),
            (
                "smaller.yaml:8: awards.B2a.line: what the paper prints does not change. Change"
                " paid_from.<award>."
            ),
            (
                "smaller.yaml:9: awards.B5b.readings.B.sets.ratio: what the paper prints does"
                " not change. Choose one with readings.<award>."
            ),
            (
                "smaller.yaml:10: awards.*.clause: what the paper prints does not change."
                " Change a figure of the award, for example awards.<id>.cap."
            ),
        ],
    ),
    "a change of a whole award": (
        ("smaller.yaml", "readings.B2a: B", "awards.B3a: 5\n  awards: {}\n  awards.B5a.*: 5"),
        [
            (
                "smaller.yaml:7: awards.B3a: a change is of one figure of an award. Write for"
                " example awards.*.cap."
            ),
            (
                "smaller.yaml:8: awards: a change is of one figure of an award. Write for"
                " example awards.*.cap."
            ),
            (
                "smaller.yaml:9: awards.B5a.*: a change is of one figure of an award. Write for"
                " example awards.*.cap."
            ),
        ],
    ),
    "a star for a section": (
        ("smaller.yaml", "readings.B2a: B", "'*.B3a.cap': 5万元"),
        [
            (
                "smaller.yaml:7: *.B3a.cap: a * cannot stand for a whole section. Begin for"
                " example with awards.*.cap."
            ),
        ],
    ),
    "a section in the singular": (
        ("smaller.yaml", "readings.B2a: B", "fund.research.budget: 5万元"),
        [
            ("smaller.yaml:7: fund.research.budget: there is no 'fund'. Did you mean 'funds'?"),
        ],
    ),
    "a fund that this explanation does not make": (
        ("smaller.yaml", "funds.*.budget: {times: 0.9}", "funds.training.budget: 5万元"),
        [
            (
                "smaller.yaml:6: funds.training.budget: there is no 'training'. Known here:"
                " building, health, parks, research, schools, skills."
            ),
        ],
    ),
    "a budget without a unit": (
        ("smaller.yaml", "funds.*.budget: {times: 0.9}", "funds.research.budget: 500"),
        [
            (
                "smaller.yaml:6: funds.research.budget: no unit on the amount 500. Write for"
                " example 500万元."
            ),
        ],
    ),
    "more taken from a budget than it has": (
        ("smaller.yaml", "funds.*.budget: {times: 0.9}", "funds.research.budget: {add: -1501万元}"),
        [
            (
                "smaller.yaml:6: funds.research.budget: 1,500万元 and -1501万元 make less than"
                " nothing"
            ),
        ],
    ),
    "a change to an unknown reading": (
        ("smaller.yaml", "readings.B2a: B", "readings.B2a: C"),
        [
            "smaller.yaml:7: readings.B2a: there is no reading 'C'. Known here: A, B.",
        ],
    ),
    "a change of a reading of an award that has none": (
        ("smaller.yaml", "readings.B2a: B", "readings.B3a: B"),
        [
            "smaller.yaml:7: readings.B3a: there is no 'B3a'. Did you mean 'B2a'?",
        ],
    ),
    "a changed cap without a unit": (
        ("smaller.yaml", "awards.*.cap: {times: 0.5}", "awards.B3a.cap: 5"),
        [
            ("smaller.yaml:5: awards.B3a.cap: no unit on the amount 5. Write for example 5万元."),
        ],
    ),
    "a transfer without a unit": (
        ("smaller.yaml", "readings.B2a: B", "transfers: [{from: skills, to: research, amount: 5}]"),
        [
            (
                "smaller.yaml:7: transfers.0.amount: no unit on the amount 5. Write for example"
                " 5万元."
            ),
        ],
    ),
    "a share scaled above all": (
        ("smaller.yaml", "readings.B2a: B", "assumptions.city_part: {times: 1.5}"),
        [
            "smaller.yaml:7: assumptions.city_part: a share lies between 0% and 100%",
        ],
    ),
    "a count in words": (
        ("smaller.yaml", "readings.B2a: B", "pools.factories.count.mean: 5家"),
        [
            (
                "smaller.yaml:7: pools.factories.count.mean.value: '5家' is not accepted. Write"
                " a number."
            ),
        ],
    ),
    "a change to an unknown explanation": (
        ("smaller.yaml", "readings.B2a: B", "overlap: other"),
        [
            (
                "smaller.yaml:7: overlap: there is no explanation 'other'. Known here: natural,"
                " skills_in_research."
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", BASES)
def test_an_odd_base_is_refused_in_full_words_at_its_line(breaking, case):
    change, messages = BASES[case]
    assert breaking(change) == messages


@pytest.mark.parametrize("case", DERIVED)
def test_an_odd_scenario_is_refused_in_full_words_at_its_line(breaking, case):
    change, messages = DERIVED[case]
    assert breaking(change, scenario="smaller.yaml") == messages


def write(tiny: Path, name: str, changes: str = "", based_on: str = "base") -> Path:
    path = tiny / f"{name}.yaml"
    body = f"changes:\n{changes}" if changes else ""
    path.write_text(f"question: 问\nbased_on: {based_on}\n{body}", encoding="utf-8")
    return path


def with_changes(tiny: Path, changes: str, based_on: str = "base") -> Scenario:
    return load_scenario(write(tiny, "changed", changes, based_on))


def facts(scenario: Scenario) -> tuple[Any, ...]:
    """Everything that decides a number."""
    return (
        scenario.document,
        scenario.book,
        scenario.settings,
        scenario.funds,
        scenario.budgets,
        scenario.accounts,
    )


def test_the_tiny_world_is_what_its_file_says(tiny):
    base = load_scenario(tiny / "base.yaml")
    assert base.name == "base"
    assert base.header.question == "示例市的钱够不够？"
    assert base.budgets == {
        "building": 500 * WAN,
        "skills": 1000 * WAN,
        "research": 1500 * WAN,
        "parks": 300 * WAN,
        "schools": 1500 * WAN,
        "health": 500 * WAN,
    }
    assert base.accounts == {
        "building": ("building", "schools"),
        "skills": ("skills",),
        "research": ("research",),
        "parks": ("parks",),
        "health": ("health",),
    }
    assert base.account_of_fund()["schools"] == "building"
    assert base.budget_of("building") == 2000 * WAN
    assert base.account_of_award() == {
        "B2a": "building",
        "B3a": "skills",
        "B5a": "research",
        "B5b": "research",
        "B7a": "building",
        "B7b": "building",
        "B8a": None,
    }
    assert base.changes == ()


def test_every_file_that_was_read_is_named_with_its_hash_and_without_its_folder(tiny):
    rival = load_scenario(tiny / "rival.yaml")
    names = ["policy.yaml", "pools.yaml", "base.yaml", "smaller.yaml", "rival.yaml"]
    assert rival.inputs == tuple(
        (name, hashlib.sha256((tiny / name).read_bytes()).hexdigest()) for name in names
    )


def test_a_scenario_that_changes_nothing_is_its_base_in_everything(tiny):
    base, same = load_scenario(tiny / "base.yaml"), load_scenario(write(tiny, "same"))
    assert facts(same) == facts(base)
    assert same.changes == ()
    questions = [make_question(scenario) for scenario in (base, same)]
    assert questions[0] == questions[1]
    drawn = [draw_demand(q.book, q.awards, q.loads, q.span) for q in questions]
    assert np.array_equal(drawn[0].account_yuan, drawn[1].account_yuan)


def test_a_change_to_the_value_that_is_there_changes_nothing_but_is_logged(tiny):
    same = with_changes(tiny, "  awards.B3a.cap: {times: 1}\n  readings.B2a: A\n")
    assert facts(same) == facts(load_scenario(tiny / "base.yaml"))
    assert [(c.path, c.old, c.new) for c in same.changes] == [
        ("readings.B2a", "A", "A"),
        ("awards.B3a.cap", "60万元", "60万元"),
    ]


def test_a_chain_of_scenarios_applies_every_link_of_it(tiny):
    rival = load_scenario(tiny / "rival.yaml")
    assert rival.header.based_on == "smaller"
    assert rival.settings.overlap == "skills_in_research"
    assert rival.settings.readings["B2a"] == "B"
    assert rival.document.awards["B3a"].cap == 30 * WAN
    assert rival.budgets["research"] == 450 * WAN  # 500, what skills leave of it, less a tenth
    assert rival.book.pools["institutes"].count.mean.at("central") == 15
    assert rival.accounts == {
        "building": ("building", "schools"),
        "skills": ("skills", "research"),
        "parks": ("parks",),
        "training": ("training",),
        "health": ("health",),
    }


def test_a_later_link_changes_what_an_earlier_one_left(tiny):
    scenario = with_changes(tiny, "  awards.B3a.cap: {times: 0.5}\n", based_on="smaller")
    assert scenario.document.awards["B3a"].cap == 15 * WAN
    assert [(c.old, c.new) for c in scenario.changes if c.path == "awards.B3a.cap"] == [
        ("60万元", "30万元"),
        ("30万元", "15万元"),
    ]


def test_a_base_may_be_named_with_or_without_its_ending(tiny):
    with_ending = load_scenario(write(tiny, "one", based_on="base.yaml"))
    assert facts(with_ending) == facts(load_scenario(write(tiny, "two")))


def test_every_change_is_logged_old_and_new_with_its_place(tiny):
    smaller = load_scenario(tiny / "smaller.yaml")
    place = f"{tiny / 'smaller.yaml'}"
    assert smaller.changes[:3] == (
        Change(path="readings.B2a", old="A", new="B", place=f"{place}:7"),
        Change(path="awards.B2a.cap", old="200万元", new="100万元", place=f"{place}:5"),
        Change(path="awards.B3a.cap", old="60万元", new="30万元", place=f"{place}:5"),
    )
    assert [(c.path, c.old, c.new) for c in smaller.changes[4:6]] == [
        ("funds.building.budget", "500万元", "450万元"),
        ("funds.skills.budget", "1,000万元", "900万元"),
    ]
    assert len(smaller.changes) == 1 + 3 + 6


def test_the_chosen_reading_sets_the_figures_of_its_award(tiny):
    base = load_scenario(tiny / "base.yaml").document.awards
    other = with_changes(tiny, "  readings.B2a: B\n  readings.B5b: B\n").document.awards
    assert (base["B2a"].uplift_within_cap, other["B2a"].uplift_within_cap) == (True, False)
    assert (base["B5b"].ratio, other["B5b"].ratio) == (1 / 2, 2)


def test_a_changed_figure_holds_whatever_the_reading_sets(tiny):
    default = with_changes(tiny, "  awards.B5b.ratio: 1/4\n")
    assert default.document.awards["B5b"].ratio == 1 / 4
    other = with_changes(tiny, "  awards.B5b.ratio: {times: 0.5}\n  readings.B5b: B\n")
    assert other.document.awards["B5b"].ratio == 1
    assert [(c.path, c.old, c.new) for c in other.changes] == [
        ("readings.B5b", "A", "B"),
        ("awards.B5b.ratio", "2/1", "100%"),
    ]


def test_readings_and_payers_that_a_base_leaves_out_are_those_of_the_paper(tiny):
    whole = load_scenario(tiny / "base.yaml")
    edit(tiny / "base.yaml", "readings: {B2a: A, B5b: A}", "readings: {}")
    edit(tiny / "base.yaml", "paid_from: {B3a: L1.2}", "paid_from: {}")
    assert facts(load_scenario(tiny / "base.yaml")) == facts(whole)


def test_a_changed_budget_leaves_the_printed_lines_alone(tiny):
    base = load_scenario(tiny / "base.yaml")
    less = with_changes(tiny, "  funds.*.budget: {times: 0.9}\n")
    assert less.document == base.document
    assert less.funds == base.funds
    assert less.budgets == {fund: yuan * 9 // 10 for fund, yuan in base.budgets.items()}
    assert sum(fund.printed_yuan for fund in less.funds) == 5300 * WAN


def test_another_explanation_makes_other_funds_of_the_same_total(tiny):
    rival = with_changes(tiny, "  overlap: skills_in_research\n")
    assert {fund.id: fund.printed_yuan // WAN for fund in rival.funds} == {
        "building": 500,
        "skills": 1000,
        "research": 500,
        "parks": 300,
        "training": 1000,
        "schools": 1500,
        "health": 500,
    }
    assert sum(rival.budgets.values()) == 5300 * WAN


def test_a_payer_is_a_switch_like_a_reading(tiny):
    moved = with_changes(tiny, "  paid_from.B3a: L2.1\n")
    assert moved.account_of_award()["B3a"] == "research"
    assert moved.accounts == load_scenario(tiny / "base.yaml").accounts


def test_an_award_paid_from_a_line_with_sub_lines_joins_all_its_funds(tiny):
    moved = with_changes(tiny, "  paid_from.B3a: L2\n")
    assert moved.accounts["research"] == ("research", "parks")
    assert moved.account_of_award()["B3a"] == "research"


def test_a_decided_transfer_moves_money_and_makes_none(tiny):
    changes = "  transfers: [{from: skills, to: health, amount: 500万元}]\n"
    moved = with_changes(tiny, changes)
    base = load_scenario(tiny / "base.yaml")
    assert moved.budgets == {
        **base.budgets,
        "skills": 500 * WAN,
        "health": 1000 * WAN,
    }
    assert [(c.path, c.old, c.new) for c in moved.changes] == [
        ("transfers", "[]", "[{from: skills, to: health, amount: 500万元}]")
    ]


def test_an_account_gives_from_its_largest_fund_first_and_receives_in_its_first(tiny):
    gives = with_changes(tiny, "  transfers: [{from: building, to: parks, amount: 1600万元}]\n")
    assert (gives.budgets["schools"], gives.budgets["building"]) == (0, 400 * WAN)
    gets = with_changes(tiny, "  transfers: [{from: skills, to: building, amount: 1元}]\n")
    assert (gets.budgets["schools"], gets.budgets["building"]) == (1500 * WAN, 500 * WAN + 1)


def test_transfers_are_made_in_order_and_after_changed_budgets(tiny):
    changes = (
        "  funds.parks.budget: 0万元\n"
        "  transfers:\n"
        "    - {from: skills, to: parks, amount: 100万元}\n"
        "    - {from: parks, to: health, amount: 100万元}\n"
    )
    assert with_changes(tiny, changes).budgets["health"] == 600 * WAN
    turned = changes.replace("{from: skills, to: parks", "{from: parks, to: skills")
    with pytest.raises(InputError) as caught:
        with_changes(tiny, turned)
    assert str(caught.value) == (
        f"{tiny / 'changed.yaml'}:5: transfers: 'parks' has 0元, less than 100万元."
        " Move less, or from elsewhere."
    )


def test_a_floor_of_an_account_that_keeps_its_money_is_fine_up_to_that_money(tiny):
    kept = with_changes(tiny, "  allocation.floors: {parks: 300万元}\n")
    assert kept.settings.allocation.floors == {"parks": 300 * WAN}
    lifted = "  allocation.floors: {parks: 301万元}\n  allocation.assumed_may_move: true\n"
    assert with_changes(tiny, lifted).settings.allocation.floors == {"parks": 301 * WAN}


def test_what_a_file_leaves_out_can_be_changed_all_the_same(tiny):
    scenario = with_changes(
        tiny,
        "  pools.factories.count.ceiling: 25\n"
        "  awards.B7a.cap: 100万元\n"
        "  awards.B5b.cap_scope: applicant\n"
        "  allocation.groups.livelihood.receives: false\n"
        "  accounts.skills.payment_lag:\n"
        "    {name_zh: 次年兑付比例, name_en: paid later, value: 10%, mark: assumed, why: 估计}\n",
    )
    assert scenario.book.pools["factories"].count.ceiling == 25
    assert scenario.document.awards["B7a"].cap == 100 * WAN
    assert scenario.document.awards["B5b"].cap_scope == "applicant"
    assert not scenario.settings.allocation.groups["livelihood"].receives
    assert scenario.book.accounts["skills"].payment_lag.at("low") == Fraction(1, 10)
    assert [(c.old, c.new) for c in scenario.changes] == [
        ("-", "25"),
        ("-", "100万元"),
        ("claim", "applicant"),
        ("true", "false"),
        ("-", "10%"),
    ]


def test_changes_from_the_command_line_come_last(tiny):
    scenario = load_scenario(tiny / "smaller.yaml", {"readings.B2a": "A", "seed": 5})
    assert scenario.settings.readings["B2a"] == "A"
    assert scenario.settings.seed == 5
    assert scenario.header.question == "上限减半、预算少一成，会怎样？"
    told = {(c.path, c.old, c.new) for c in scenario.changes if c.place == "command line"}
    assert told == {("readings.B2a", "B", "A"), ("seed", "20310102", "5")}


def test_a_bad_change_from_the_command_line_is_refused(tiny):
    with pytest.raises(InputError) as caught:
        load_scenario(tiny / "base.yaml", {"readings.B2a": "C"})
    assert str(caught.value) == (
        "command line: readings.B2a: there is no reading 'C'. Known here: A, B."
    )


def test_changes_may_be_written_in_any_order(tiny):
    one = with_changes(tiny, "  awards.B3a.cap: 5万元\n  seed: 5\n  funds.parks.budget: 1元\n")
    two = with_changes(tiny, "  funds.parks.budget: 1元\n  seed: 5\n  awards.B3a.cap: 5万元\n")
    assert facts(one) == facts(two)


# --- the real papers ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_real_scenario_is_sound_and_asks_a_question(path):
    scenario = load_scenario(path)
    assert scenario.header.question
    assert (scenario.header.based_on is None) == (path.stem == "base")
    assert bool(scenario.changes) == (path.stem != "base")
    net = scenario.document.title.net_total
    assert sum(fund.printed_yuan for fund in scenario.funds) == net


@pytest.fixture(scope="module")
def real_copies(tmp_path_factory) -> Path:
    return Path(shutil.copytree(REAL, tmp_path_factory.mktemp("real") / "scenarios"))


TYPOS = {
    "policy.yaml": ("    cost_status: costed\n", "    cost_staus: costed\n"),
    "pools.yaml": ("      spread: 0.25\n", "      spraed: 0.25\n"),
    "base.yaml": ("seed: ", "sed: "),
}


@pytest.mark.parametrize(
    "path", sorted(REAL.glob("*/*.yaml")), ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_a_typing_slip_in_any_real_file_is_told_with_file_and_line(real_copies, path):
    broken = real_copies / path.relative_to(REAL)
    text = path.read_text(encoding="utf-8")
    old, new = TYPOS.get(path.name, ("\nchanges:", "\nchagnes:"))
    start = text.index(old)
    line = text.count("\n", 0, start) + (2 if old.startswith("\n") else 1)
    broken.write_text(text[:start] + new + text[start + len(old) :], encoding="utf-8")
    scenario = broken if path in SCENARIOS else broken.with_name("base.yaml")
    try:
        with pytest.raises(InputError) as caught:
            load_scenario(scenario)
    finally:
        broken.write_text(text, encoding="utf-8")
    wrong = new.strip().split(":")[0]
    told = [str(problem) for problem in caught.value.problems]
    (told_wrong,) = [text for text in told if f"unknown key '{wrong}'" in text]
    right = old.strip().split(":")[0]
    assert told_wrong.startswith(f"{broken}:{line}: ")
    assert f"Did you mean '{right}'" in told_wrong


# --- whatever is written --------------------------------------------------------------------------

FILES = ("policy.yaml", "pools.yaml", "base.yaml", "smaller.yaml")
ODD = [None, 5, -1.5, "x", "-5%", True, [], ["x"], {}, {"a": 1}]


def melted(node: Any) -> Any:
    """The values of a tree in forms that JSON, and so YAML, can write."""
    if isinstance(node, dict):
        return {key: melted(part) for key, part in node.items()}
    return [melted(part) for part in node] if isinstance(node, tuple) else node


def spots(node: Any) -> list[tuple[Any, Any]]:
    """Every mapping or list inside, with each of its keys."""
    if not isinstance(node, dict | list):
        return []
    parts = list(node.items() if isinstance(node, dict) else enumerate(node))
    inside = [spot for _, part in parts for spot in spots(part)]
    return [(node, key) for key, _ in parts] + inside


WORLD = {name: melted(read_yaml(TESTS / "tiny_world" / name).values) for name in FILES}


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_an_odd_value_anywhere_is_refused_in_words_or_means_something(tiny, data):
    world = copy.deepcopy(WORLD)
    name = data.draw(st.sampled_from(FILES))
    holder, key = data.draw(st.sampled_from(spots(world[name])))
    holder[key] = data.draw(st.sampled_from(ODD))
    for each, values in world.items():
        (tiny / each).write_text(json.dumps(values, ensure_ascii=False), encoding="utf-8")
    problems: tuple[Problem, ...] = ()
    try:
        load_scenario(tiny / "smaller.yaml")
    except InputError as error:
        problems = error.problems
    assert [p for p in problems if not (p.place.startswith(str(tiny)) and p.fact)] == []


def test_wrong_changes_of_every_section_are_told_at_once(tmp_path: Path) -> None:
    """A wrong reading does not hide a wrong figure, pool or fund in the same file."""
    folder = tmp_path / "paper"
    shutil.copytree(REAL / "jiaxing-2024", folder)
    text = "question: 问\nbased_on: base\nchanges:\n  awards.A19a.cp: 1万元\n  readings.A47: D\n"
    text += "  pools.nobody.count.mean: 1\n  funds.nobody.budget: 1万元\n"
    (folder / "odd.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_scenario(folder / "odd.yaml")
    told = [problem.fact for problem in caught.value.problems]
    assert told == [
        "awards.A19a.cp: there is no 'cp'",
        "readings.A47: there is no reading 'D'",
        "pools.nobody.count.mean: there is no 'nobody'",
        "funds.nobody.budget: there is no 'nobody'",
    ]
