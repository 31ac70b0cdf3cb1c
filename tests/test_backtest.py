"""Whether forecasts hold what they say: on years that the model itself made, within chance."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import span, tiny
from synthetic_years import YEAR, synthetic_years

from model.demand.levels import with_value
from model.demand.question import Question
from model.demand.seen import Filed
from model.errors import InputError
from model.looking_back import LookBack, look_back, yearly_count
from model.pipeline import make_question

SIZES_LIKE = 20.0
WITHIN = 4.0  # standard errors between stated and found


def _years(n: int, first: int) -> dict[int, Filed]:
    """Years of synthetic claims, each moved to a calendar year of its own without a leap day."""
    made = synthetic_years(make_question(tiny()), span(n, first=first))
    found = {}
    for place, filed in enumerate(made):
        year = YEAR + place
        day = filed.day - np.datetime64(f"{YEAR}-01-01") + np.datetime64(f"{year}-01-01")
        found[year] = replace(filed, day=day)
    return found


@cache
def _looked_back() -> LookBack:
    return look_back(make_question(tiny()), _years(12, 40), SIZES_LIKE)


def _assert_covered(found: LookBack) -> None:
    for each in found.coverage:
        assert abs(each.found - each.stated) <= WITHIN * each.found_se, each


def test_on_years_that_the_model_made_the_ranges_hold_as_often_as_they_say() -> None:
    found = _looked_back()
    _assert_covered(found)
    errors = [each.found_se for each in found.coverage]
    assert max(errors) < 0.08  # so that a coverage which is far off would be seen


@pytest.mark.soak
def test_over_many_years_the_ranges_hold_within_a_hundredth_or_two() -> None:
    found = look_back(make_question(tiny()), _years(240, 400), SIZES_LIKE)
    _assert_covered(found)
    assert max(each.found_se for each in found.coverage) < 0.012
    assert [verdict.award for verdict in found.counts if verdict.rejected] == []


def test_no_assumption_that_made_the_years_is_refuted() -> None:
    assert [v.award for v in _looked_back().counts if v.rejected] == []


def test_an_assumption_that_did_not_make_the_years_is_refuted_and_its_ranges_fail() -> None:
    """The model believes in 40 courses a year without a ceiling; the years were made with 12."""
    right = make_question(tiny())
    book = with_value(right.book, "pools.courses.count.mean", 40)
    pool = book.pools["courses"]
    free = pool.model_copy(update={"count": pool.count.model_copy(update={"ceiling": None})})
    wrong = replace(right, book=replace(book, pools={**book.pools, "courses": free}))
    found = look_back(_only(wrong, "skills"), _years(4, 40), SIZES_LIKE)
    rejected = {verdict.award: verdict for verdict in found.counts if verdict.rejected}
    assert list(rejected) == ["B3a"]
    assert sum(rejected["B3a"].counts) < rejected["B3a"].low
    january = found.by_month[1]
    assert january[2].found < 0.5  # of the range said to hold 95 of 100 facts


def _only(question: Question, account: str) -> Question:
    return replace(question, loads=(question.load(account),))


def test_a_case_for_every_month_and_account_with_claims_and_none_in_december() -> None:
    found = _looked_back()
    accounts = {case.account for case in found.cases}
    assert accounts == {"building", "skills", "research"}
    assert {case.month for case in found.cases} == set(range(1, 12))
    assert len(found.cases) == 12 * 3 * 11
    facts = {(case.year, case.account): case.fact_yuan for case in found.cases}
    assert len(facts) == 12 * 3
    for case in found.cases:
        assert facts[case.year, case.account] == case.fact_yuan
        (low_50, high_50), (low_80, high_80), (low_95, high_95) = case.ranges
        assert low_95 <= low_80 <= low_50 <= high_50 <= high_80 <= high_95


def test_claims_of_no_account_leave_nothing_to_compare() -> None:
    asked = _only(make_question(tiny()), "health")
    with pytest.raises(InputError, match="no claim belongs to an account with awards"):
        look_back(asked, _years(4, 40), SIZES_LIKE)


def test_an_account_that_a_year_does_not_hold_is_not_judged_by_it() -> None:
    years = _years(4, 40)
    first = min(years)
    years[first] = years[first].some(years[first].award == "B3a")
    found = look_back(make_question(tiny()), years, SIZES_LIKE)
    assert {case.account for case in found.cases if case.year == first} == {"skills"}
    counts = {verdict.award: verdict.counts for verdict in found.counts}
    assert (len(counts["B3a"]), len(counts["B2a"])) == (4, 3)


def test_ranges_narrow_as_the_year_goes_on() -> None:
    found = _looked_back()
    width = {
        month: np.mean([c.ranges[1][1] - c.ranges[1][0] for c in found.cases if c.month == month])
        for month in (1, 6, 11)
    }
    assert width[1] > width[6] > width[11] > 0


def test_sizes_that_made_the_years_are_not_refuted_and_others_are() -> None:
    assert [verdict.award for verdict in _looked_back().sizes if verdict.rejected] == []
    right = make_question(tiny())
    path = "pools.courses.claims.B3a.columns.approved_yuan.size.mean"
    wrong = replace(right, book=with_value(right.book, path, 150_000))
    found = look_back(_only(wrong, "skills"), _years(4, 40), SIZES_LIKE)
    assert [verdict.award for verdict in found.sizes if verdict.rejected] == ["B3a"]


def test_the_months_of_claims_are_counted_for_every_award() -> None:
    years = _years(12, 40)
    for award, months in _looked_back().months.items():
        assert sum(months) == sum(int((filed.award == award).sum()) for filed in years.values())
    evenly = np.array(_looked_back().months["B3a"])
    assert evenly.min() > 0


def test_a_years_count_mixes_the_levels_of_the_shocks() -> None:
    table = yearly_count(make_question(tiny()), "B2a")
    mean = float(np.dot(np.arange(table.first, table.last + 1), table.pmf))
    assert mean == pytest.approx(20 * 0.6, rel=1e-9)  # 20 firms, 60 % in the city's charge
