"""Every figure of every kind of award is found, revised by the record's own rules, and readable."""

from __future__ import annotations

import doctest
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from award_sample import (
    EVERY_KIND,
    FLAT_ONE,
    GRADED,
    INCREASE,
    MATCHED,
    STEPPED,
    UNITS,
    UP_TO_RATE,
    WAN,
)
from demand_sample import award, real
from hypothesis import given
from hypothesis import strategies as st

from model import printed_figures
from model.demand.readings import award_with
from model.ladder import Value
from model.policy.awards import KINDS, CostedAward
from model.printed_figures import PrintedFigure, say_figure, with_figure
from model.printed_figures import printed_figures as figures_of

WORDS = {"clause", "name_zh", "anchor", "payer", "columns", "unit_zh", "readings", "person_checks"}


def figure_at(of: CostedAward, path: str) -> PrintedFigure:
    return next(f for f in figures_of(of) if ".".join(map(str, f.path)) == path)


def numbers_in(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every amount, rate and quantity of a dumped award."""
    if isinstance(node, dict):
        for key, part in node.items():
            if path or key not in WORDS:
                yield from numbers_in(part, (*path, key))
    elif isinstance(node, tuple):
        for position, part in enumerate(node):
            yield from numbers_in(part, (*path, position))
    elif (isinstance(node, int) and not isinstance(node, bool)) or (
        isinstance(node, str) and node[:1].isdigit()
    ):
        yield path


def test_the_sample_has_every_costed_kind() -> None:
    assert sorted(EVERY_KIND) == sorted(set(KINDS) - {"not_costed"})


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_number_of_an_award_is_a_figure_and_nothing_else(kind: str) -> None:
    found = EVERY_KIND[kind]
    assert {f.path for f in figures_of(found)} == set(numbers_in(found.model_dump()))


def test_every_number_of_the_real_paper_is_a_figure() -> None:
    for key, each in real().document.costed().items():
        zeros = {("minimum_quantity",)} if getattr(each, "minimum_quantity", 1) == 0 else set()
        found = {f.path for f in figures_of(each)}
        assert found == set(numbers_in(each.model_dump())) - zeros, key


def test_a_figure_that_is_not_printed_is_none() -> None:
    plain = award("matching", {"b": "money"}, base_column="b", ratio="1/1")
    assert [f.path for f in figures_of(plain)] == [("ratio",)]
    assert ("minimum_quantity",) not in {
        f.path for f in figures_of(award_with(UNITS, {"minimum_quantity": 0}))
    }


def test_figures_come_with_their_kind_amounts_first_and_thresholds_last() -> None:
    kinds = {".".join(map(str, f.path)): f.kind for f in figures_of(GRADED)}
    assert list(kinds.items()) == [
        ("grades.A", "amount"),
        ("grades.乙级", "amount"),
        ("uplift", "rate"),
        ("cap", "cap"),
        ("minimums.invested_yuan", "threshold"),
    ]
    assert {f.kind for f in figures_of(STEPPED)} == {"rate", "cap", "threshold"}


def test_a_threshold_is_tighter_upwards_and_every_other_figure_downwards() -> None:
    for each in EVERY_KIND.values():
        for found in figures_of(each):
            ways = ("up", "down") if found.kind == "threshold" else ("down", "up")
            assert (found.tighter, found.looser) == ways


# --- another value ---


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_a_figure_at_its_own_value_leaves_the_award_as_it_is(kind: str) -> None:
    for found in figures_of(EVERY_KIND[kind]):
        assert with_figure(EVERY_KIND[kind], found, found.value) == EVERY_KIND[kind]


@pytest.mark.parametrize("kind", EVERY_KIND)
@given(share=st.integers(1, 99))
def test_a_revised_figure_is_the_only_thing_that_changes(kind: str, share: int) -> None:
    before = EVERY_KIND[kind]
    for number, found in enumerate(figures_of(before)):
        # A bit less; grades may not change places and a first rate not exceed the highest.
        value: Value = (
            -(-found.value * (100 + share) // 200)
            if isinstance(found.value, int)
            else found.value * (100 + share) / 200
        )
        after = with_figure(before, found, value)
        if after is None:
            assert kind in ("grades", "stepped_rate")
            continue
        values = [f.value for f in figures_of(after)]
        values[number] = found.value
        assert values == [f.value for f in figures_of(before)]
        assert figures_of(after)[number].value == value


def test_a_value_deep_inside_is_set_there() -> None:
    changed = with_figure(INCREASE, figure_at(INCREASE, "intensities.0.at_least"), Fraction(1, 20))
    assert changed == award_with(
        INCREASE,
        {"intensities": ({"when": "large", "of": "revenue_yuan", "at_least": "5%"},)},
    )
    changed = with_figure(STEPPED, figure_at(STEPPED, "measures.saved.step"), 500)
    assert changed == award_with(STEPPED, {"measures": {"saved": {"threshold": 200, "step": 500}}})


NOT_PRINTED: dict[str, tuple[CostedAward, str, Value]] = {
    "the lower grade above the higher": (GRADED, "grades.乙级", 91 * WAN),
    "the higher grade below the lower": (GRADED, "grades.A", 49 * WAN),
    "a grade above the cap": (GRADED, "grades.乙级", 85 * WAN),
    "a first rate above the highest": (STEPPED, "base_rate", Fraction(15, 100)),
    "a highest rate below the first": (STEPPED, "maximum_rate", Fraction(7, 100)),
    "more than the whole": (UP_TO_RATE, "maximum_rate", Fraction(105, 100)),
    "what the record refuses": (STEPPED, "measures.saved.step", 0),
    "an amount below zero": (FLAT_ONE, "amount", -1),
}


@pytest.mark.parametrize("case", NOT_PRINTED)
def test_what_no_paper_prints_is_not_offered(case: str) -> None:
    of, path, value = NOT_PRINTED[case]
    assert with_figure(of, figure_at(of, path), value) is None


OFFERED: dict[str, tuple[CostedAward, str, Value]] = {
    "grades that meet": (GRADED, "grades.A", 50 * WAN),
    "a grade above the cap that comes nearer": (GRADED, "grades.A", 85 * WAN),
    "a cap below a grade": (GRADED, "cap", 40 * WAN),
    "a match of twice the other award": (MATCHED, "ratio", Fraction(2)),
}


@pytest.mark.parametrize("case", OFFERED)
def test_what_a_paper_may_print_is_offered(case: str) -> None:
    of, path, value = OFFERED[case]
    changed = with_figure(of, figure_at(of, path), value)
    assert changed is not None
    assert figure_at(changed, path).value == value


def test_equal_grades_may_part() -> None:
    equal = award("grades", {"grade": "choice"}, grades={"A": "50万元", "B": "50万元"})
    for path in ("grades.A", "grades.B"):
        for value in (40 * WAN, 60 * WAN):
            assert with_figure(equal, figure_at(equal, path), value) is not None


# --- words ---


SAID: list[tuple[CostedAward, str, tuple[str, ...]]] = [
    (GRADED, "grades.A", ("A档金额", "amount of grade A", "90万元", "900,000 yuan")),
    (GRADED, "grades.乙级", ("乙级金额", "amount of 乙级", "50万元", "500,000 yuan")),
    (GRADED, "uplift", ("上浮比例", "uplift", "10%", "10%")),
    (GRADED, "cap", ("上限", "cap", "80万元", "800,000 yuan")),
    (UNITS, "units.mu", ("种植面积补助标准", "amount for 种植面积", "40元/亩", "40 yuan/亩")),
    (UNITS, "minimum_quantity", ("最低数量", "least quantity", "50亩", "50 亩")),
    (
        STEPPED,
        "measures.saved.threshold",
        ("年节能量门槛", "threshold of 年节能量", "200吨", "200 吨"),
    ),
    (
        INCREASE,
        "intensities.0.at_least",
        (
            "规上企业当年研发费用占营业收入的最低比例",
            "规上企业: 当年研发费用占营业收入的最低比例",
            *("4%", "4%"),
        ),
    ),
    (MATCHED, "ratio", ("配套比例", "ratio", "150%", "150%")),
]


@pytest.mark.parametrize(("of", "path", "said"), SAID, ids=[path for _, path, _ in SAID])
def test_a_figure_and_its_value_are_said_in_both_languages(
    of: CostedAward, path: str, said: tuple[str, ...]
) -> None:
    found = figure_at(of, path)
    assert (found.name_zh, found.name_en, *say_figure(found, found.value)) == said


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(printed_figures).attempted >= 2
    assert doctest.testmod(printed_figures).failed == 0
