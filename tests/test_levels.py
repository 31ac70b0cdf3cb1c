"""One assumption takes another value; every other figure of the book stays the same object."""

from __future__ import annotations

from fractions import Fraction

import pytest
from demand_sample import tiny

from model.demand.figures import Level
from model.demand.levels import at_level, pools_touched, with_value

BOOK = tiny().book
PATHS = [
    "assumptions.city_share",
    "pools.courses.count.mean",
    "pools.courses.claims.B3a.columns.approved_yuan.size.mean",
    "accounts.health.payment.progress",
    "accounts.building.committed.earlier_years",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("level", ["low", "central", "high"])
def test_a_figure_takes_its_level_and_nothing_else_changes(path: str, level: Level) -> None:
    before, after = BOOK.figures(), at_level(BOOK, path, level).figures()
    assert list(after) == list(before)
    assert {after[path].at(each) for each in ("low", "central", "high")} == {before[path].at(level)}
    assert all(after[other] is before[other] for other in before if other != path)


def test_the_book_itself_is_left_as_it_was() -> None:
    before = dict(BOOK.figures())
    with_value(BOOK, "pools.courses.count.mean", 99.0)
    assert BOOK.figures() == before
    assert BOOK.pools["courses"].count.mean.at("central") == 12


def test_a_value_between_the_levels_can_be_set() -> None:
    share = with_value(BOOK, "assumptions.city_share", Fraction(55, 100))
    assert share.assumptions["city_share"].at("low") == Fraction(11, 20)
    assert "assumptions.city_share" not in share.uncertain()


def test_an_unknown_path_is_no_figure() -> None:
    with pytest.raises(KeyError):
        at_level(BOOK, "pools.courses.count.meen", "low")


def test_a_figure_touches_the_pools_that_use_it() -> None:
    assert pools_touched(BOOK, "pools.courses.count.mean") == ("courses",)
    assert pools_touched(BOOK, "assumptions.city_share") == (
        "factories",
        "institutes",
        "new_schools",
    )
    assert pools_touched(BOOK, "assumptions.city_part") == tuple(BOOK.pools)
    assert pools_touched(BOOK, "accounts.health.payment.progress") == ()
