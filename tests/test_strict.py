"""A strict record converts nothing silently; each refusal says where, what and what instead."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, ValidationError, model_validator

from model.strict import Money, Rate, StrictModel, UnsignedRate, read_model
from model.yamlfile import Tree


class Inner(StrictModel):
    name: str
    size: float = Field(default=1.0, ge=0)


class Cash(StrictModel):
    low: Money
    high: Money


class Portion(StrictModel):
    low: Rate
    high: Rate


class Outer(StrictModel):
    title: str = "x"
    count: int = 1
    ready: bool = True
    amount: Money = 0
    rate: Rate = Fraction(0)
    part: UnsignedRate = Fraction(0)
    mode: Literal["slow", "fast"] = "slow"
    above: float = Field(default=1.0, gt=0)
    inner: Inner | None = None
    inners: dict[str, Inner] = Field(default_factory=dict)
    words: tuple[str, ...] = ()
    either: Cash | Portion | str = "nothing"

    @model_validator(mode="after")
    def _short(self) -> Outer:
        if len(self.words) > 2:
            raise ValueError("too many words. Write at most two")
        return self


def read(values: Any) -> tuple[Outer | None, list[str]]:
    """The record for values that stand at `top.one` of a file, each on a line of its own."""
    places: dict[Any, str] = {}

    def place(node: Any, path: tuple[Any, ...]) -> None:
        places[path] = f"f.yaml:{len(places) + 1}"
        parts: dict[Any, Any] = node if isinstance(node, dict) else {}
        if isinstance(node, tuple):
            parts = dict(enumerate(node))
        for key, part in parts.items():
            place(part, (*path, key))

    tree = Tree(name="f.yaml", values={"top": {"one": values}}, places=places)
    place(tree.values, ())
    outer, problems = read_model(Outer, values, tree, ("top", "one"))
    return outer, [str(problem) for problem in problems]


def complaints(values: Any) -> list[str]:
    outer, problems = read(values)
    assert outer is None
    return problems


def test_a_record_is_read_exactly():
    outer, problems = read({"amount": "0.48亿元", "rate": "1/3", "part": "150%", "either": "x"})
    assert problems == []
    assert outer is not None
    assert (outer.amount, outer.rate, outer.part) == (48_000_000, Fraction(1, 3), Fraction(3, 2))


def test_a_record_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        Inner(name="a").name = "b"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"amount": 500},
            "f.yaml:4: top.one.amount: no unit on the amount 500. Write for example 500万元.",
        ),
        (
            {"amount": 1.5},
            "f.yaml:4: top.one.amount: no unit on the amount 1.5. Write for example 1.5万元.",
        ),
        (
            {"amount": "500"},
            "f.yaml:4: top.one.amount: '500' is not an amount of money with a unit."
            " Write for example 500万元 or 64.96亿元.",
        ),
        (
            {"amount": "0.3元"},
            "f.yaml:4: top.one.amount: '0.3元' is not a whole number of yuan."
            " Write for example 500万元 or 64.96亿元.",
        ),
        (
            {"amount": "-5万元"},
            "f.yaml:4: top.one.amount: the amount -5万元 is negative."
            " Write an amount of zero or more.",
        ),
        (
            {"amount": True},
            "f.yaml:4: top.one.amount: not an amount of money. Write for example 500万元.",
        ),
        (
            {"rate": 0.1},
            "f.yaml:4: top.one.rate: 0.1 is not a rate. Write for example 10% or 2/3.",
        ),
        (
            {"rate": "0.1"},
            "f.yaml:4: top.one.rate: '0.1' is neither a percentage nor a quotient."
            " Write for example 10% or 2/3.",
        ),
        (
            {"part": "-2/3"},
            "f.yaml:4: top.one.part: the rate -2/3 is negative. Write a rate of zero or more.",
        ),
        (
            {"title": 2024},
            "f.yaml:4: top.one.title: 2024 is not accepted."
            " Write text; a number or a date goes in quotes.",
        ),
        (
            {"title": None},
            "f.yaml:4: top.one.title: an empty value is not accepted."
            " Write text; a number or a date goes in quotes.",
        ),
        (
            {"count": "3"},
            "f.yaml:4: top.one.count: '3' is not accepted. Write a whole number.",
        ),
        (
            {"count": 2.5},
            "f.yaml:4: top.one.count: 2.5 is not accepted. Write a whole number.",
        ),
        (
            {"count": True},
            "f.yaml:4: top.one.count: true is not accepted. Write a whole number.",
        ),
        (
            {"ready": "no"},
            "f.yaml:4: top.one.ready: 'no' is not accepted. Write true or false.",
        ),
        (
            {"mode": "quick"},
            "f.yaml:4: top.one.mode: 'quick' is not accepted. Write 'slow' or 'fast'.",
        ),
        (
            {"above": 0},
            "f.yaml:4: top.one.above: 0 is not accepted. Write a number above 0.",
        ),
        (
            {"inner": {"name": "x", "size": -1}},
            "f.yaml:6: top.one.inner.size: -1 is not accepted. Write a number of 0 or more.",
        ),
        (
            {"inner": {"name": "x", "size": "big"}},
            "f.yaml:6: top.one.inner.size: 'big' is not accepted. Write a number.",
        ),
        (
            {"inner": "x"},
            "f.yaml:4: top.one.inner: 'x' is not accepted."
            " Write keys and values, for example {key: value}.",
        ),
        (
            {"inners": ("x",)},
            "f.yaml:4: top.one.inners: a list is not accepted."
            " Write keys and values, for example {key: value}.",
        ),
        (
            {"words": "x"},
            "f.yaml:4: top.one.words: 'x' is not accepted. Write a list, for example [a, b].",
        ),
        (
            {"words": ("x", {"y": "z"})},
            "f.yaml:6: top.one.words.1: a mapping is not accepted."
            " Write text; a number or a date goes in quotes.",
        ),
        (
            {"words": ("x", "y", "z")},
            "f.yaml:3: top.one: too many words. Write at most two.",
        ),
        (
            {"titel": "x"},
            "f.yaml:4: top.one.titel: unknown key 'titel'. Did you mean 'title'?",
        ),
        (
            {"inners": {"a": {"name": "x", "sice": 2}}},
            "f.yaml:7: top.one.inners.a.sice: unknown key 'sice'. Did you mean 'size'?",
        ),
        (
            {"inners": {"a": {}}},
            "f.yaml:5: top.one.inners.a.name: the key 'name' is missing."
            " Add it; scenarios/FORMATS.md lists the keys of each file.",
        ),
        (
            5,
            "f.yaml:3: top.one: 5 is not accepted."
            " Write keys and values, for example {key: value}.",
        ),
    ],
)
def test_every_refusal_says_where_what_and_what_instead(values, message):
    assert complaints(values) == [message]


def test_all_problems_of_a_record_are_told_at_once():
    assert complaints({"count": "3", "amount": 5, "inner": {"nme": "x"}}) == [
        "f.yaml:4: top.one.count: '3' is not accepted. Write a whole number.",
        "f.yaml:5: top.one.amount: no unit on the amount 5. Write for example 5万元.",
        "f.yaml:6: top.one.inner.name: the key 'name' is missing."
        " Add it; scenarios/FORMATS.md lists the keys of each file.",
        "f.yaml:7: top.one.inner.nme: unknown key 'nme'. Did you mean 'name'?",
    ]


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        (
            {"low": 5, "high": "6万元"},
            ["f.yaml:5: top.one.either.low: no unit on the amount 5. Write for example 5万元."],
        ),
        (
            {"low": "5%", "high": "6"},
            [
                "f.yaml:6: top.one.either.high: '6' is neither a percentage nor a quotient."
                " Write for example 10% or 2/3."
            ],
        ),
        (
            {"low": "5%", "hig": "6%"},
            [
                "f.yaml:4: top.one.either.high: the key 'high' is missing."
                " Add it; scenarios/FORMATS.md lists the keys of each file.",
                "f.yaml:6: top.one.either.hig: unknown key 'hig'. Did you mean 'high'?",
            ],
        ),
    ],
)
def test_of_several_forms_only_the_one_that_fits_best_is_spoken_of(value, messages):
    assert complaints({"either": value}) == messages


def test_a_value_that_fits_no_form_at_all_is_told_once():
    assert complaints({"either": 5}) == [
        "f.yaml:4: top.one.either: 5 is not accepted."
        " Write keys and values, for example {key: value}."
    ]


@given(yuan=st.integers(0, 10**14), rate=st.fractions(0, 50, max_denominator=10**6))
def test_a_record_written_out_and_read_again_is_the_same(yuan, rate):
    outer, _ = read({"amount": f"{yuan}元", "rate": f"{rate.numerator}/{rate.denominator}"})
    assert outer is not None
    assert Outer.model_validate(outer.model_dump()) == outer
