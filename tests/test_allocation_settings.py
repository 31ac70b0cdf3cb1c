"""Rules of moving and paying that contradict themselves or the paper are refused in full words."""

from __future__ import annotations

from fractions import Fraction

import pytest
from conftest import Break
from demand_sample import tiny

from model.allocation_settings import (
    AllocationSettings,
    ChanceLimits,
    JointChance,
    PaymentRule,
    Reserve,
)

AWARDS = ["x", "y", "z"]
FLOORS = "  floors: {}"
PLACE = "base.yaml:39: allocation."  # the line after the floors
KNOWN = "Known here: building, health, parks, research, skills."


def added(breaking: Break, lines: str) -> str:
    """What the tiny world says when these settings stand under its floors."""
    return "\n".join(breaking(("base.yaml", FLOORS, f"{FLOORS}\n{lines}")))


ONE_RATE = "a part of a whole lies between 0% and 100%"
NO_PROMISE = "a chance of 0% cannot be promised. Give a little more."
GUESS = (
    ": the demand on 'parks' is only assumed."
    " Take it out, or set 'allocation.assumed_may_move: true'."
)
BELONGS = "'at_least' belongs to the rule 'guaranteed', and only to it"

# Each case: a line of settings, and everything that is then said after the place.
CONTRADICTORY = {
    "priority without order": (
        "  payment: {research: {rule: priority}}",
        "payment.research: rule 'priority' needs 'order', a list of awards",
    ),
    "flagships without order": (
        "  payment: {research: {rule: flagship_first}}",
        "payment.research: rule 'flagship_first' needs 'order', a list of awards",
    ),
    "an order where all share alike": (
        "  payment: {research: {rule: pro_rata, order: [B5a]}}",
        "payment.research: rule 'pro_rata' has no order. Take 'order' out.",
    ),
    "an order where who comes first is paid": (
        "  payment: {research: {rule: first_come, order: [B5a]}}",
        "payment.research: rule 'first_come' has no order. Take 'order' out.",
    ),
    "a guaranteed part under another rule": (
        "  payment: {research: {rule: priority, order: [B5a], at_least: 50%}}",
        f"payment.research: {BELONGS}",
    ),
    "a guarantee of nothing named": (
        "  payment: {research: {rule: guaranteed, order: [B5a]}}",
        f"payment.research: {BELONGS}",
    ),
    "an award twice": (
        "  payment: {research: {rule: priority, order: [B5a, B5b, B5a]}}",
        "payment.research: 'order' names an award twice",
    ),
    "more guaranteed than all": (
        "  payment: {research: {rule: guaranteed, at_least: 120%}}",
        f"payment.research.at_least: {ONE_RATE}",
    ),
    "an unknown rule": (
        "  payment: {research: {rule: lottery}}",
        "payment.research.rule: 'lottery' is not accepted. Write 'pro_rata', 'priority',"
        " 'first_come', 'guaranteed' or 'flagship_first'.",
    ),
    "no rule": (
        "  payment: {research: {order: [B5a]}}",
        "payment.research.rule: the key 'rule' is missing."
        " Add it; scenarios/FORMATS.md lists the keys of each file.",
    ),
    "a chance of an account that is not judged": (
        "  chance_limits: {accounts: {parks: 5%}}",
        f"chance_limits.accounts{GUESS}",
    ),
    "a joint chance with an account that is not judged": (
        "  chance_limits: {together: {chance: 5%, accounts: [skills, parks]}}",
        f"chance_limits.together.accounts{GUESS}",
    ),
    "too many assumptions wrong at once": (
        "  robust: {at_once: 4}",
        "robust.at_once: 4 is not accepted. Write a number of 3 or less.",
    ),
    "more of the reserve than there is": (
        "  reserve: {amount: 100万元, at_most: 101万元, each_at_most: 50万元}",
        "reserve: 'at_most' is above 'amount'. Use no more than there is.",
    ),
    "a reserve without a unit": (
        "  reserve: {amount: 100}",
        "reserve.amount: no unit on the amount 100. Write for example 100万元.",
    ),
    "a typing slip in the reserve": (
        "  reserve: {amont: 100万元}",
        "reserve.amont: unknown key 'amont'. Did you mean 'amount' or 'at_most'?",
    ),
    "certainty for an account": (
        "  chance_limits: {accounts: {skills: 0%}}",
        f"chance_limits.accounts.skills: {NO_PROMISE}",
    ),
    "certainty for all together": (
        "  chance_limits: {together: {chance: 0%}}",
        f"chance_limits.together.chance: {NO_PROMISE}",
    ),
    "certainty for a domain": (
        "  chance_limits: {domains: {L1: {chance: 0%, of: pooled}}}",
        f"chance_limits.domains.L1.chance: {NO_PROMISE}",
    ),
    "a chance above all": (
        "  chance_limits: {accounts: {skills: 101%}}",
        f"chance_limits.accounts.skills: {ONE_RATE}",
    ),
    "a chance without a unit": (
        "  chance_limits: {accounts: {skills: 0.05}}",
        "chance_limits.accounts.skills: 0.05 is not a rate. Write for example 10% or 2/3.",
    ),
    "a chance of no gap in particular": (
        "  chance_limits: {domains: {L1: {chance: 5%}}}",
        "chance_limits.domains.L1.of: the key 'of' is missing."
        " Add it; scenarios/FORMATS.md lists the keys of each file.",
    ),
    "a chance of an unknown gap": (
        "  chance_limits: {domains: {L1: {chance: 5%, of: each}}}",
        "chance_limits.domains.L1.of: 'each' is not accepted. Write 'pooled' or 'any_short'.",
    ),
    "a negative weight of an award": (
        "  award_weights: {B5a: -1}",
        "award_weights.B5a: -1 is not accepted. Write a number of 0 or more.",
    ),
    "a ceiling without a unit": (
        "  award_ceilings: {B5a: 100}",
        "award_ceilings.B5a: no unit on the amount 100. Write for example 100万元.",
    ),
    "a negative ceiling": (
        "  award_ceilings: {B5a: -1万元}",
        "award_ceilings.B5a: the amount -1万元 is negative. Write an amount of zero or more.",
    ),
    "no assumption to be safe against": (
        "  robust: {strongest: 0}",
        "robust.strongest: 0 is not accepted. Write a number of 1 or more.",
    ),
    "an unknown objective": (
        "  objective: even",
        "objective: 'even' is not accepted. Write 'least_unpaid' or 'even_payout'.",
    ),
}


@pytest.mark.parametrize("case", CONTRADICTORY)
def test_contradictory_rules_are_refused_at_their_line(breaking: Break, case: str) -> None:
    lines, message = CONTRADICTORY[case]
    assert added(breaking, lines) == PLACE + message


HEAVIER_LATER = "Pay what counts more first, or give these awards one weight."

STRANGERS = {
    "a rule of an unknown account": (
        "  payment: {reserch: {rule: pro_rata}}",
        "payment: there is no account 'reserch'. Did you mean 'research'?",
    ),
    "a rule of an account that another explanation makes": (
        "  payment: {training: {rule: pro_rata}}",
        f"payment: there is no account 'training'. {KNOWN}",
    ),
    "a weight of an unknown award": (
        "  award_weights: {B5x: 2}",
        "award_weights: there is no award with a rule 'B5x'. Did you mean 'B5b' or 'B5a'?",
    ),
    "a weight of an award without an amount": (
        "  award_weights: {B7b: 2}",
        "award_weights: there is no award with a rule 'B7b'. Did you mean 'B7a' or 'B5b'?",
    ),
    "a ceiling of an award that the city does not pay": (
        "  award_ceilings: {B8a: 2万元}",
        "award_ceilings: there is no award with a rule 'B8a'. Did you mean 'B7a' or 'B5a'?",
    ),
    "a chance of an unknown account": (
        "  chance_limits: {accounts: {skill: 5%}}",
        "chance_limits.accounts: there is no account 'skill'. Did you mean 'skills'?",
    ),
    "a chance of an unknown account among several": (
        "  chance_limits: {together: {chance: 5%, accounts: [skills, bulding]}}",
        "chance_limits.together.accounts: there is no account 'bulding'. Did you mean 'building'?",
    ),
    "a chance of an unknown line": (
        "  chance_limits: {domains: {L9: {chance: 5%, of: pooled}}}",
        "chance_limits.domains: there is no domain line 'L9'. Known here: L1, L2, L3.",
    ),
    "a chance of a line within a domain": (
        "  chance_limits: {domains: {L1.1: {chance: 5%, of: pooled}}}",
        "chance_limits.domains: there is no domain line 'L1.1'. Did you mean 'L1'?",
    ),
}


@pytest.mark.parametrize("case", STRANGERS)
def test_what_the_paper_does_not_know_is_refused_at_its_line(breaking: Break, case: str) -> None:
    lines, message = STRANGERS[case]
    assert added(breaking, lines) == PLACE + message


@pytest.mark.parametrize(
    ("account", "award", "remedy"),
    [
        ("research", "B5x", "Did you mean 'B5b' or 'B5a'?"),
        ("research", "B3a", "Did you mean 'B5a'?"),  # skills pays it
        ("building", "B7b", "Did you mean 'B7a'?"),  # without an amount
    ],
)
def test_an_order_names_only_awards_that_the_account_pays(
    breaking: Break, account: str, award: str, remedy: str
) -> None:
    told = added(breaking, f"  payment: {{{account}: {{rule: priority, order: [{award}]}}}}")
    fact = f"payment.{account}.order: '{account}' pays no award '{award}'"
    assert told == f"{PLACE}{fact}. {remedy}"


UNEVEN = {
    "priority": (
        "rule: priority, order: [B5a]",
        "'B5a' (weight 1) is paid before 'B5b' (weight 2)",
    ),
    "flagship_first": (
        "rule: flagship_first, order: [B5a]",
        "'B5a' (weight 1) is paid before 'B5b' (weight 2)",
    ),
    "guaranteed": (
        "rule: guaranteed, at_least: 50%",
        "a part is guaranteed to awards whose weights differ",
    ),
}


@pytest.mark.parametrize("rule", UNEVEN)
def test_an_award_that_counts_more_is_not_paid_later(breaking: Break, rule: str) -> None:
    written, fact = UNEVEN[rule]
    told = added(breaking, f"  payment: {{research: {{{written}}}}}\n  award_weights: {{B5b: 2}}")
    assert told == f"{PLACE}payment.research: {fact}. {HEAVIER_LATER}"


def test_all_strangers_are_told_at_once(breaking: Break) -> None:
    lines = (
        "  award_weights: {B5x: 2}\n"
        "  award_ceilings: {B5y: 1万元}\n"
        "  payment: {research: {rule: priority, order: [B3a]}}"
    )
    told = added(breaking, lines).splitlines()
    assert [line.split(": ")[:2] for line in told] == [
        ["base.yaml:39", "allocation.award_weights"],
        ["base.yaml:40", "allocation.award_ceilings"],
        ["base.yaml:41", "allocation.payment.research.order"],
    ]


def test_settings_that_are_left_out_ask_for_nothing() -> None:
    """The tiny world says nothing of payment, chances, the reserve and robustness."""
    rules = tiny().settings.allocation
    assert rules.objective == "least_unpaid"
    assert rules.chance_limits == ChanceLimits()
    assert rules.chance_limits.together == JointChance()
    assert rules.chance_limits.together.chance == Fraction(1)
    assert rules.reserve == Reserve()
    assert (rules.reserve.amount, rules.reserve.at_most, rules.reserve.each_at_most) == (0, 0, 0)
    assert (rules.robust.at_once, rules.robust.strongest) == (1, 6)
    assert (rules.payment, rules.award_weights, rules.award_ceilings) == ({}, {}, {})


def test_what_may_be_left_out_is_what_asks_for_nothing() -> None:
    needed = {key for key, field in AllocationSettings.model_fields.items() if field.is_required()}
    assert needed == {
        *("worst_share", "worst_weight", "movable_share", "domains_may_rise"),
        *("assumed_may_move", "groups", "approvals"),
    }


@pytest.mark.parametrize(
    ("rule", "turns"),
    [
        ({"rule": "pro_rata"}, [0, 0, 0]),
        ({"rule": "first_come"}, [0, 0, 0]),
        ({"rule": "priority", "order": ("z", "x")}, [1, 2, 0]),
        ({"rule": "flagship_first", "order": ("z", "x")}, [0, 1, 0]),
        ({"rule": "guaranteed", "at_least": "50%"}, [0, 0, 0]),
        ({"rule": "guaranteed", "at_least": "50%", "order": ("y",)}, [1, 0, 1]),
    ],
)
def test_awards_have_their_turn_by_the_rule(rule: dict[str, object], turns: list[int]) -> None:
    """By hand: an order counts places, those without one come last together."""
    found = PaymentRule.model_validate(rule).turns(AWARDS)
    assert list(found) == AWARDS
    assert list(found.values()) == turns
