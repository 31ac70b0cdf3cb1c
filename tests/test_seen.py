"""What a register has shown until a day: whose claims count, and in which month each came."""

from __future__ import annotations

import doctest
from datetime import date

import numpy as np
import pytest
from demand_sample import load

from model.demand import seen as module
from model.demand.seen import Filed, covered_awards, filed_claims, month_end, seen_until

DAYS = ["2024-01-31", "2024-03-01", "2024-03-15", "2024-03-16", "NaT", "2023-12-31", "2025-01-01"]


def some_claims() -> Filed:
    awards = ["A", "B", "A", "A", "A", "B", "B"]
    money = np.array([1, 2, 4, 8, 16, 32, 64], dtype=np.int64)
    return filed_claims(awards, np.array(DAYS, dtype="datetime64[D]"), money)


def test_the_examples_hold() -> None:
    assert doctest.testmod(module).failed == 0


def test_claims_count_until_the_day_itself_and_the_rest_is_counted_by_reason() -> None:
    seen = seen_until(some_claims(), date(2024, 3, 15))
    assert {award: months.tolist() for award, months in seen.months.items()} == {
        "A": [0, 2],
        "B": [2],
    }
    assert (seen.count("A"), seen.count("B"), seen.count("C")) == (2, 1, 0)
    assert (seen.total("A"), seen.total("A", 1), seen.total("B", 1)) == (5, 1, 0)
    assert (seen.undated, seen.other_year, seen.later) == (1, 2, 1)


def test_every_claim_is_counted_or_left_out_for_one_reason() -> None:
    for day in (date(2024, 1, 1), date(2024, 3, 15), date(2024, 12, 31), date(2023, 12, 31)):
        seen = seen_until(some_claims(), day)
        counted = sum(map(len, seen.months.values()))
        assert counted + seen.undated + seen.other_year + seen.later == len(DAYS)


@pytest.mark.parametrize(
    ("day", "months"),
    [(date(2024, 3, 30), 2), (date(2024, 3, 31), 3), (date(2024, 12, 31), 12)],
)
def test_a_month_is_over_on_its_last_day(day: date, months: int) -> None:
    seen = seen_until(some_claims(), day)
    assert [seen.is_over(month) for month in range(12)] == [True] * months + [False] * (12 - months)


def test_a_register_covers_every_award_of_the_accounts_in_it_and_no_other() -> None:
    loads = (load("A", "C", key="one"), load("B", key="two"), load("D", key="three"))
    covers = covered_awards(loads, some_claims().of_year(2025))
    assert covers == {"B"}
    assert covered_awards(loads, some_claims()) == {"A", "B", "C"}
    seen = seen_until(some_claims(), date(2024, 3, 15), covers)
    assert [seen.covered(award) for award in "ABD"] == [False, True, False]
    assert seen_until(some_claims(), date(2024, 3, 15)).covered("D")


def test_the_last_days_of_months() -> None:
    assert [month_end(2023, month).day for month in (0, 1, 3, 11)] == [31, 28, 30, 31]


def test_the_years_of_a_register_leave_out_what_has_no_day() -> None:
    assert some_claims().years() == (2023, 2024, 2025)
    nothing = filed_claims([], np.array([], dtype="datetime64[D]"), np.array([], dtype=np.int64))
    assert nothing.years() == ()
    assert seen_until(nothing, date(2024, 5, 5)).months == {}
