"""A kind of award refuses figures that contradict each other or speak of columns it lacks."""

from __future__ import annotations

import inspect
from typing import Any, get_args

import pytest
from pydantic import ValidationError

from model.policy import awards
from model.policy.awards import KINDS, Award, CostedAward, NotCosted
from model.strict import StrictModel, read_model
from model.yamlfile import Tree

COMMON = {
    "clause": 1,
    "name_zh": "名",
    "anchor": "锚",
    "cost_status": "costed",
    "payer": {"level": "city_stated", "says_zh": "市"},
    "line": "L1",
    "unit_zh": "家",
}


def column(kind: str) -> dict[str, Any]:
    return {"type": kind, "label_zh": "列"}


MONEY, NUMBER, BOOL, CHOICE = (column(kind) for kind in ("money", "number", "bool", "choice"))
SOUND: dict[str, dict[str, Any]] = {
    "flat": {"amount": "5万元", "columns": {"yes": BOOL}, "requires": ("yes",)},
    "grades": {"grades": {"A": "5万元"}, "columns": {"grade": CHOICE}},
    "approved": {"cap": "5万元", "columns": {"approved_yuan": MONEY}},
    "rate_of_increase": {
        "rate": "10%",
        "cap": "5万元",
        "current_column": "now",
        "previous_column": "before",
        "minimum_growth": "15%",
        "intensities": ({"when": "big", "of": "sales", "at_least": "3%"},),
        "columns": {"now": MONEY, "before": MONEY, "big": BOOL, "sales": MONEY},
    },
    "stepped_rate": {
        "base_column": "base",
        "base_rate": "8%",
        "step_rate": "1%",
        "maximum_rate": "12%",
        "cap": "5万元",
        "measures": {"saved": {"threshold": 200, "step": 400}},
        "added_measures": ("saved",),
        "columns": {"base": MONEY, "saved": NUMBER},
    },
    "matching": {"base_column": "base", "ratio": "1/1", "columns": {"base": MONEY}},
    "insured_premium": {
        "insured_column": "insured",
        "premium_rate_column": "premium",
        "premium_rate_limit": "2%",
        "rate": "70%",
        "cap": "5万元",
        "columns": {"insured": MONEY, "premium": NUMBER},
    },
    "rate_up_to": {
        "base_column": "base",
        "rate_column": "granted",
        "maximum_rate": "65%",
        "cap": "5万元",
        "columns": {"base": MONEY, "granted": NUMBER},
    },
    "per_unit": {"units": {"boxes": "200元"}, "columns": {"boxes": NUMBER}},
}


def sound(kind: str) -> dict[str, Any]:
    return {**COMMON, "kind": kind, **SOUND[kind]}


def complaints(kind: str, **fields: Any) -> list[str]:
    values = {**sound(kind), **fields}
    tree = Tree(name="p", values={"awards": {"X": values}}, places={})
    award, problems = read_model(KINDS[kind], values, tree, ("awards", "X"))
    assert (award is None) == bool(problems)
    return [str(problem) for problem in problems]


def test_the_register_of_kinds_is_complete():
    kinds = {
        kind
        for kind in vars(awards).values()
        if inspect.isclass(kind) and issubclass(kind, Award) and "kind" in kind.__annotations__
    } - {Award}
    assert set(KINDS.values()) == kinds
    for name, kind in KINDS.items():
        assert get_args(kind.model_fields["kind"].annotation) == (name,)
    assert set(SOUND) == set(KINDS) - {"not_costed"}


def test_every_field_name_is_one_word_of_the_change_grammar():
    for kind in KINDS.values():
        assert not [name for name in kind.model_fields if "." in name or "*" in name]


@pytest.mark.parametrize("kind", SOUND)
def test_a_sound_award_of_each_kind_is_read_and_survives_being_written_out(kind):
    award = KINDS[kind].model_validate(sound(kind))
    assert isinstance(award, CostedAward)
    assert KINDS[kind].model_validate(award.model_dump()) == award


@pytest.mark.parametrize("kind", SOUND)
def test_every_column_that_a_rule_speaks_of_must_be_listed(kind):
    for name in SOUND[kind]["columns"]:
        left = {key: value for key, value in SOUND[kind]["columns"].items() if key != name}
        needed = SOUND[kind]["columns"][name]["type"]
        assert complaints(kind, columns=left) == [
            f"p: awards.X: the rule needs the column '{name}', which 'columns' does not list."
            f" Add it with type {needed}."
        ]


@pytest.mark.parametrize("kind", SOUND)
def test_every_column_must_have_the_type_that_the_rule_needs(kind):
    for name, spec in SOUND[kind]["columns"].items():
        odd = {**SOUND[kind]["columns"], name: column("text")}
        assert complaints(kind, columns=odd) == [
            f"p: awards.X: the column '{name}' is of type text but the rule needs {spec['type']}."
            " Change its type."
        ]


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("flat", {"minimums": {"yes": "5万元"}}, "the column 'yes' is of type bool but the rule"),
        ("flat", {"requires": ("no",)}, "the rule needs the column 'no', which 'columns' does not"),
        ("flat", {"once_with": ("Y",)}, "the rule needs the column 'product', which 'columns'"),
        ("flat", {"cap_scope": "product"}, "the rule needs the column 'product', which 'columns'"),
        (
            "grades",
            {"uplift": "5%"},
            "'uplift' and 'uplift_column' come together. Give both or neither.",
        ),
        ("grades", {"uplift_column": "x"}, "the rule needs the column 'x', which 'columns' does"),
        (
            "stepped_rate",
            {"added_measures": ("save",)},
            "'added_measures' names no measure: save. Did you mean 'saved'?",
        ),
    ],
)
def test_figures_that_contradict_each_other_are_refused(kind, fields, message):
    (found,) = complaints(kind, **fields)
    assert found.startswith(f"p: awards.X: {message}")


@pytest.mark.parametrize(
    ("kind", "fields", "message"),
    [
        ("matching", {"ratio": "-10%"}, "ratio: the rate -10% is negative. Write a rate of zero"),
        ("matching", {"ratio": 0.5}, "ratio: 0.5 is not a rate. Write for example 10% or 2/3."),
        ("approved", {"cap": 60}, "cap: no unit on the amount 60. Write for example 60万元."),
        ("grades", {"grades": {}}, "grades: a mapping is not accepted. Give at least 1."),
        ("per_unit", {"units": {}}, "units: a mapping is not accepted. Give at least 1."),
        (
            "per_unit",
            {"minimum_quantity": -1},
            "minimum_quantity: -1 is not accepted. Write a number of 0 or more.",
        ),
        (
            "stepped_rate",
            {"measures": {"saved": {"threshold": 1, "step": 0}}},
            "measures.saved.step: 0 is not accepted. Write a number above 0.",
        ),
        (
            "flat",
            {"cap_scope": "firm"},
            "cap_scope: 'firm' is not accepted. Write 'claim', 'applicant' or 'product'.",
        ),
        ("flat", {"amount": "0.001元"}, "amount: '0.001元' is not a whole number of yuan."),
    ],
)
def test_figures_of_no_sense_are_refused(kind, fields, message):
    (found,) = complaints(kind, **fields)
    assert found.startswith(f"p: awards.X.{message}")


def test_a_promise_without_an_amount_has_no_figures():
    with pytest.raises(ValidationError, match="cap"):
        NotCosted.model_validate(
            {**COMMON, "kind": "not_costed", "cost_status": "no_amount", "cap": "5万元"}
        )
    assert issubclass(NotCosted, StrictModel)
