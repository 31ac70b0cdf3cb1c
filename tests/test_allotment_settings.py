"""What a scenario says on paying single claims: what is refused, in full words, and what holds."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from conftest import Break, edit
from demand_sample import real

from model.allocation.asked import RULES
from model.allotment_settings import AllotmentRule
from model.scenario import load_scenario

PLACE = "transfers: []\n"
KINDS = (
    "Write 'pro_rata', 'priority', 'flagship_first', 'guaranteed', 'first_come', "
    "'smallest_ratio', 'equal_awards', 'equal_losses' or 'talmud'."
)
RULE_CASES = {
    "an unknown rule": ("{rule: fair}", f".rule: 'fair' is not accepted. {KINDS}"),
    "no order": (
        "{rule: priority}",
        ": rule 'priority' needs 'order', a list of awards",
    ),
    "an order for nothing": (
        "{rule: first_come, order: [B5a]}",
        ": rule 'first_come' has no order. Take 'order' out.",
    ),
    "an order of a level": (
        "{rule: talmud, order: [B5a]}",
        ": rule 'talmud' has neither 'order' nor 'at_least'. Take them out.",
    ),
    "a part of a level": (
        "{rule: equal_losses, at_least: 10%}",
        ": rule 'equal_losses' has neither 'order' nor 'at_least'. Take them out.",
    ),
    "a part that belongs elsewhere": (
        "{rule: pro_rata, at_least: 10%}",
        ": 'at_least' belongs to the rule 'guaranteed', and only to it",
    ),
    "weights of another rule": (
        "{rule: talmud, weights: {B5a: 2}}",
        ": 'weights' belong to the rule 'equal_awards', and only to it",
    ),
    "no weight at all": (
        "{rule: equal_awards, weights: {B5a: 0}}",
        ".weights.B5a: 0 is not accepted. Write a number above 0.",
    ),
    "a weight of another account": (
        "{rule: equal_awards, weights: {B2a: 2}}",
        ".weights: 'research' pays no award 'B2a'. Did you mean 'B5a'?",
    ),
    "an order of another account": (
        "{rule: priority, order: [B2a]}",
        ".order: 'research' pays no award 'B2a'. Did you mean 'B5a'?",
    ),
}
OTHER_CASES = {
    "an account that is not there": (
        "{rules: {reserch: {rule: talmud}}}",
        "allotment.rules: there is no account 'reserch'. Did you mean 'research'?",
    ),
    "an award that is not there": (
        "{indivisible: [B5c]}",
        "allotment.indivisible: there is no award with a rule 'B5c'. Did you mean 'B5b' or 'B5a'?",
    ),
    "an award twice": (
        "{indivisible: [B5a, B5a]}",
        "allotment: 'indivisible' names an award twice",
    ),
    "what happens is not known": (
        "{not_fitting: go_on}",
        "allotment.not_fitting: 'go_on' is not accepted. Write 'pass_over' or 'stop'.",
    ),
    "a part guaranteed to what is whole": (
        "{rules: {research: {rule: guaranteed, at_least: 10%}}, indivisible: [B5a]}",
        "allotment.indivisible: 'research' guarantees a part to 'B5a', which is paid whole or not"
        " at all. Take it out, or give 'research' another rule under 'allotment.rules'.",
    ),
}


@pytest.mark.parametrize("case", RULE_CASES)
def test_a_rule_that_contradicts_itself_or_the_paper_is_refused(breaking: Break, case: str) -> None:
    rule, message = RULE_CASES[case]
    text = f"{PLACE}allotment: {{rules: {{research: {rule}}}}}\n"
    assert breaking(("base.yaml", PLACE, text)) == [
        f"base.yaml:14: allotment.rules.research{message}"
    ]


@pytest.mark.parametrize("case", OTHER_CASES)
def test_what_is_not_there_or_cannot_be_is_refused(breaking: Break, case: str) -> None:
    said, message = OTHER_CASES[case]
    text = f"{PLACE}allotment: {said}\n"
    assert breaking(("base.yaml", PLACE, text)) == [f"base.yaml:14: {message}"]


def test_a_part_guaranteed_by_the_allocation_counts_too(breaking: Break) -> None:
    payment = "  weights: {}\n  payment: {research: {rule: guaranteed, at_least: 1/3}}\n"
    said = breaking(
        ("base.yaml", PLACE, f"{PLACE}allotment: {{indivisible: [B5b]}}\n"),
        ("base.yaml", "  weights: {}\n", payment),
    )
    assert len(said) == 1
    assert "'research' guarantees a part to 'B5b'" in said[0]


def test_every_rule_of_the_schema_is_known_where_money_is_split() -> None:
    named = AllotmentRule.model_fields["rule"].annotation
    assert set(named.__args__) == set(RULES)


def test_what_is_said_can_be_changed_like_all_else(tiny: Path) -> None:
    edit(
        tiny / "base.yaml",
        PLACE,
        f"{PLACE}allotment: {{rules: {{research: {{rule: guaranteed, at_least: 1/3}}}}}}\n",
    )
    assert load_scenario(tiny / "base.yaml").settings.allotment.rules["research"].at_least == (
        Fraction(1, 3)
    )
    changed = load_scenario(
        tiny / "base.yaml",
        {"allotment.rules.research": {"rule": "equal_awards", "weights": {"B5a": 2.5}}},
    )
    assert changed.settings.allotment.rules["research"].weights == {"B5a": 2.5}


def test_base_states_no_rule_of_its_own() -> None:
    said = real().settings.allotment
    assert (said.rules, said.indivisible, said.not_fitting) == ({}, (), "pass_over")
