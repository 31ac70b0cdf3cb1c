"""Calendars: twelve shares that make a year, named by awards and payments, and replaceable."""

from __future__ import annotations

import doctest
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from demand_sample import TINY, real, tiny
from pydantic import ValidationError

from model.demand import calendar
from model.demand.calendar import EVENLY, Calendar, reached, reached_on
from model.errors import InputError
from model.scenario import load_scenario

WORDS = {"name_zh": "批", "name_en": "batches", "mark": "assumed", "why": "假设"}
HALVES = ["0%"] * 5 + ["50%"] + ["0%"] * 5 + ["50%"]


def make(shares: list[str], **more: Any) -> Calendar:
    return Calendar.model_validate(WORDS | {"shares": tuple(shares)} | more)


def test_the_examples_hold() -> None:
    assert doctest.testmod(calendar).failed == 0


def test_shares_add_up_month_by_month() -> None:
    steps = reached(make(HALVES))
    assert steps[:5] == (0,) * 5
    assert steps[5:11] == (Fraction(1, 2),) * 6
    assert steps[11] == 1
    assert reached(None) == EVENLY
    assert EVENLY[11] == 1


def test_thirds_of_a_year_are_exact() -> None:
    assert reached(make(["1/12"] * 12)) == EVENLY


@pytest.mark.parametrize(
    ("shares", "fact"),
    [
        (["10%"] * 11, "a calendar has 12 shares, not 11. Write 0% for none"),
        (["8%"] * 12, "the twelve shares add up to 96%, not to 100%. A share may also be"),
        (["-10%", *["10%"] * 11], "the rate -10% is negative. Write a rate of zero or more"),
    ],
)
def test_shares_that_are_no_year_are_refused(shares: list[str], fact: str) -> None:
    with pytest.raises(ValidationError) as caught:
        make(shares)
    assert fact in str(caught.value)


def test_a_calendar_says_where_it_is_from() -> None:
    with pytest.raises(ValidationError, match="an assumed calendar needs 'why'"):
        make(HALVES, why="")
    with pytest.raises(ValidationError, match="mark B needs 'source'"):
        make(HALVES, mark="B")
    assert make(HALVES, mark="B", source="book").source == "book"


@pytest.mark.parametrize(
    ("day", "share"),
    [
        (date(2024, 5, 31), Fraction(0)),
        (date(2024, 6, 15), Fraction(1, 4)),
        (date(2024, 6, 30), Fraction(1, 2)),
        (date(2024, 9, 9), Fraction(1, 2)),
        (date(2024, 12, 31), Fraction(1)),
    ],
)
def test_within_a_month_claims_come_day_by_day(day: date, share: Fraction) -> None:
    assert reached_on(reached(make(HALVES)), day) == share


def test_the_first_months_share_begins_on_its_first_day() -> None:
    assert reached_on(EVENLY, date(2024, 1, 31)) == Fraction(1, 12)
    assert reached_on(EVENLY, date(2024, 2, 29)) == Fraction(2, 12)
    assert 0 < reached_on(EVENLY, date(2024, 1, 1)) < Fraction(1, 300)


def test_every_award_and_payment_of_the_base_has_a_calendar_that_says_why() -> None:
    book = real().book
    named = {spec.calendar for pool in book.pools.values() for spec in pool.claims.values()}
    named |= {a.payment.calendar for a in book.accounts.values() if a.payment is not None}
    assert named == set(book.calendars)
    assert all(each.mark == "assumed" and len(each.why) > 8 for each in book.calendars.values())


def test_an_award_without_a_calendar_comes_in_evenly() -> None:
    assert tiny().book.reached_by("B3a") == EVENLY


def changed(tmp_path: Path, changes: str) -> Path:
    for name in ("base", "policy", "pools"):
        text = (TINY / f"{name}.yaml").read_text(encoding="utf-8")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    path = tmp_path / "other.yaml"
    path.write_text(f"question: q\nbased_on: base\nchanges:\n{changes}", encoding="utf-8")
    return path


def test_a_scenario_replaces_a_calendar_and_its_shares(tmp_path: Path) -> None:
    halves = ", ".join(HALVES)
    path = changed(
        tmp_path,
        "  pools.courses.claims.B3a.calendar: early\n"
        f"  calendars.early.shares: [{halves}]\n"
        "  accounts.parks.payment.calendar: two_halves\n",
    )
    scenario = load_scenario(path)
    assert scenario.book.reached_by("B3a") == reached(make(HALVES))
    payment = scenario.book.accounts["parks"].payment
    assert payment is not None
    assert payment.calendar == "two_halves"
    assert len(scenario.changes) == 3


def test_a_calendar_that_there_is_not_is_told_at_its_line(tmp_path: Path) -> None:
    path = changed(
        tmp_path,
        "  pools.courses.claims.B3a.calendar: erly\n  accounts.parks.payment.calendar: two_halfs\n",
    )
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert [str(problem).replace(f"{tmp_path}/", "") for problem in caught.value.problems] == [
        "other.yaml:4: pools.courses.claims.B3a.calendar: there is no 'erly'."
        " Did you mean 'early'?",
        "other.yaml:5: accounts.parks.payment.calendar: there is no 'two_halfs'."
        " Did you mean 'two_halves'?",
    ]


def test_shares_of_a_scenario_that_miss_the_year_are_told_at_their_line(tmp_path: Path) -> None:
    path = changed(tmp_path, f"  calendars.early.shares: [{', '.join(['10%'] * 12)}]\n")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    (problem,) = caught.value.problems
    assert str(problem).endswith(
        "other.yaml:4: calendars.early.shares: the twelve shares add up to 120%, not to 100%."
        " A share may also be written as 1/12."
    )
