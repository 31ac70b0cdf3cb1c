"""The rules of moving money are refused where they contradict themselves."""

from __future__ import annotations

from fractions import Fraction

import pytest
from pydantic import ValidationError

from model.scenario import load_scenario
from model.settings import Settings


def test_the_settings_of_the_tiny_world(tiny):
    settings = load_scenario(tiny / "base.yaml").settings
    assert (settings.seed, settings.draws, settings.overlap) == (20310102, 400, "natural")
    assert settings.allocation.worst_share == Fraction(1, 20)
    assert settings.allocation.groups["programmes"].gives_to == ("programmes", "livelihood")
    assert settings.transfers == ()


def test_settings_cannot_be_changed(tiny):
    settings = load_scenario(tiny / "base.yaml").settings
    with pytest.raises(ValidationError, match="frozen"):
        settings.seed = 1


def test_what_may_be_left_out_has_a_neutral_default(tiny):
    whole = load_scenario(tiny / "base.yaml").settings
    text = (tiny / "base.yaml").read_text(encoding="utf-8")
    lean = [
        line
        for line in text.splitlines()
        if not line.startswith("transfers:") and line.strip() not in ("weights: {}", "floors: {}")
    ]
    assert len(lean) == len(text.splitlines()) - 3
    (tiny / "base.yaml").write_text("\n".join(lean) + "\n", encoding="utf-8")
    assert load_scenario(tiny / "base.yaml").settings == whole
    optional = {name for name, field in Settings.model_fields.items() if not field.is_required()}
    assert optional == {"points", "transfers", "claims", "allotment", "forecast"}


def test_points_are_random_unless_the_scenario_says_otherwise(tiny):
    assert load_scenario(tiny / "base.yaml").settings.points == "random"
    assert load_scenario(tiny / "base.yaml", {"points": "sobol"}).settings.points == "sobol"


EDITS = {
    "no worst share": (
        ("worst_share: 5%", "worst_share: 0%"),
        "base.yaml:17: allocation: worst_share lies above 0%",
    ),
    "more than all": (
        ("worst_share: 5%", "worst_share: 101%"),
        "base.yaml:18: allocation.worst_share: a part of a whole lies between 0% and 100%",
    ),
    "more movable than all": (
        ("movable_share: 20%", "movable_share: 3/2"),
        "base.yaml:21: allocation.movable_share: a part of a whole lies between 0% and 100%",
    ),
    "a negative rise": (
        ("domains_may_rise: 10%", "domains_may_rise: -10%"),
        "base.yaml:22: allocation.domains_may_rise: the rate -10% is negative."
        " Write a rate of zero or more.",
    ),
    "a rate without a unit": (
        ("movable_share: 20%", "movable_share: 0.2"),
        "base.yaml:21: allocation.movable_share: 0.2 is not a rate. Write for example 10% or 2/3.",
    ),
    "a negative weight": (
        ("weights: {}", "weights: {skills: -1}"),
        "base.yaml:20: allocation.weights.skills: -1 is not accepted. Write a number of 0 or more.",
    ),
    "a verdict in the wrong order": (
        ("short: 50%, tight: 5%", "short: 5%, tight: 50%"),
        "base.yaml:15: verdicts: 'tight' is above 'short'. Write the smaller chance as 'tight'.",
    ),
    "too few draws": (
        ("draws: 400", "draws: 3"),
        "base.yaml:8: draws: 3 is not accepted. Write a number of 4 or more.",
    ),
    "draws in words": (
        ("draws: 400", "draws: 1e4"),
        "base.yaml:8: draws: '1e4' is not accepted. Write a whole number.",
    ),
    "a gift to no group": (
        ("gives_to: [programmes, livelihood]", "gives_to: [programs, livelihood]"),
        "base.yaml:17: allocation: group 'programmes' gives to 'programs', which is no group."
        " Did you mean 'programmes'?",
    ),
    "an account in two groups": (
        ("accounts: [health, training]", "accounts: [health, training, parks]"),
        "base.yaml:17: allocation: an account belongs to one group; listed twice: parks",
    ),
    "a transfer without a unit": (
        ("transfers: []", "transfers: [{from: skills, to: research, amount: 500}]"),
        "base.yaml:13: transfers.0.amount: no unit on the amount 500. Write for example 500万元.",
    ),
    "a transfer from nowhere": (
        ("transfers: []", "transfers: [{form: skills, to: research, amount: 500万元}]"),
        "base.yaml:13: transfers.0.from: the key 'from' is missing."
        " Add it; scenarios/FORMATS.md lists the keys of each file.\n"
        "base.yaml:13: transfers.0.form: unknown key 'form'. Did you mean 'from'?",
    ),
    "points of an unknown kind": (
        ("draws: 400", "draws: 400\npoints: halton"),
        "base.yaml:9: points: 'halton' is not accepted. Write 'random' or 'sobol'.",
    ),
    "a negative price": (
        ("       price: 0.001}", "       price: -1}"),
        "base.yaml:42: allocation.approvals.within_department.price: -1 is not accepted."
        " Write a number of 0 or more.",
    ),
}


@pytest.mark.parametrize("case", EDITS)
def test_contradictory_rules_are_refused(breaking, case):
    (old, new), message = EDITS[case]
    assert "\n".join(breaking(("base.yaml", old, new))) == message
