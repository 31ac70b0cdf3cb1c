"""Every limit on the moves has a name, words and an amount, and says what it counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_cities import arc, renamed, toy, wan

from model.allocation import lp
from model.allocation.limits import (
    AT_LEAST,
    MOVE_FAMILIES,
    Limit,
    keeps,
    limit_rows,
    limits,
    safe_ids,
)
from model.allocation.problem import ArcLimit, DomainLimit, Floor, GroupFloor, Problem
from model.money import WAN


def with_all(**changes: Any) -> Problem:
    """The toy with limits of every family."""
    fields: dict[str, Any] = {
        "arc_limits": (ArcLimit(giver="a", receiver="c", maximum_yuan=30 * WAN),),
        "floors": (
            Floor(account="a", minimum_yuan=950 * WAN, chance=True),
            Floor(account="c", minimum_yuan=480 * WAN),
        ),
        "group_floors": (GroupFloor(id="G1", accounts=("b", "c"), minimum_yuan=1310 * WAN),),
    }
    return toy(**(fields | changes))


def test_every_family_has_its_words_and_its_amount() -> None:
    found = [(one.name, one.says_zh, one.amount_yuan // WAN) for one in limits(with_all())]
    assert found == [
        ("movable_share__a", "甲最多调出100万元", 100),
        ("movable_share__b", "乙最多调出80万元", 80),
        ("movable_share__c", "丙最多调出50万元", 50),
        ("arc_limit__a__c", "甲最多给丙30万元", 30),
        ("floor__c", "丙调剂后不少于480万元", 480),
        ("chance__a", "甲调剂后不少于950万元", 950),
        ("pooled_chance__G1", "G1各支出账户合计不少于1,310万元", 1310),
        ("domain_line__D1", "D1各支出账户合计不超过1,340万元", 1340),
    ]


def test_the_words_of_the_scenario_come_before_those_made_here() -> None:
    problem = with_all(
        arc_limits=(ArcLimit(giver="a", receiver="c", maximum_yuan=1, says_zh="甲少给"),),
        floors=(Floor(account="a", minimum_yuan=1, says_zh="甲保底", chance=True),),
        group_floors=(GroupFloor(id="G", accounts=("b",), minimum_yuan=1, says_zh="合计保底"),),
        domain_limits=(DomainLimit(id="D", accounts=("b",), maximum_yuan=1, says_zh="领域封顶"),),
    )
    words = [one.says_zh for one in limits(problem) if one.family != "movable_share"]
    assert words == ["甲少给", "甲保底", "合计保底", "领域封顶"]


def test_limits_stand_by_family_and_then_by_id_whatever_the_order_given() -> None:
    problem = with_all()
    turned = replace(problem, arcs=problem.arcs[::-1], floors=problem.floors[::-1])
    assert limits(turned) == limits(problem)
    families = [MOVE_FAMILIES.index(one.family) for one in limits(problem)]
    assert families == sorted(families)


def test_the_families_are_those_of_the_programme() -> None:
    assert {one.family for one in limits(with_all())} == set(MOVE_FAMILIES)
    assert ("money_after", *MOVE_FAMILIES, "caution") == lp.FAMILIES
    assert set(AT_LEAST) < set(MOVE_FAMILIES)


def test_an_account_that_gives_nothing_has_no_share_to_move() -> None:
    problem = with_all(arcs=(arc("a", "b"), arc("a", "c")))
    named = [one.subject for one in limits(problem) if one.family == "movable_share"]
    assert named == ["a"]


def test_a_limit_says_whose_money_it_counts() -> None:
    counted = {one.name: (one.subject, one.accounts) for one in limits(with_all())}
    assert counted["movable_share__a"] == ("a", ())
    assert counted["arc_limit__a__c"] == ("a>c", ())
    assert counted["floor__c"] == ("c", ("c",))
    assert counted["chance__a"] == ("a", ("a",))
    assert counted["pooled_chance__G1"] == ("G1", ("b", "c"))
    assert counted["domain_line__D1"] == ("D1", ("b", "c"))


def test_a_row_counts_the_money_before_and_what_each_arc_adds_or_takes() -> None:
    """The arcs of the toy, by place: a to b, a to c, b to c, c to b; the last two stay in D1."""
    rows = {limit.name: (start // WAN, signs) for limit, start, signs in limit_rows(with_all())}
    assert rows == {
        "movable_share__a": (0, {0: 1, 1: 1}),
        "movable_share__b": (0, {2: 1}),
        "movable_share__c": (0, {3: 1}),
        "arc_limit__a__c": (0, {1: 1}),
        "floor__c": (500, {1: 1, 2: 1, 3: -1}),
        "chance__a": (1000, {0: -1, 1: -1}),
        "pooled_chance__G1": (1300, {0: 1, 1: 1}),
        "domain_line__D1": (1300, {0: 1, 1: 1}),
    }


@pytest.mark.parametrize("family", MOVE_FAMILIES)
def test_a_limit_is_kept_at_its_amount_and_broken_a_yuan_beyond(family: str) -> None:
    limit = Limit(name="x", family=family, subject="x", amount_yuan=100, says_zh="")
    beyond = -1 if family in AT_LEAST else 1
    assert keeps(limit, 100)
    assert keeps(limit, 100 - beyond)
    assert not keeps(limit, 100 + beyond)


def test_names_that_a_solver_would_merge_stay_apart() -> None:
    found = safe_ids(["a_b", "a-b", "a b", "甲", "乙"])
    assert found == {"a b": "a_b", "a-b": "a_b_2", "a_b": "a_b_3", "乙": "_", "甲": "__2"}


@given(st.sets(st.text(max_size=6), max_size=12))
def test_safe_names_are_ascii_unique_and_the_same_whatever_the_order(ids: set[str]) -> None:
    found = safe_ids(ids)
    assert set(found) == ids
    assert len(set(found.values())) == len(ids)
    assert all(name.isascii() for name in found.values())
    assert safe_ids(sorted(ids, reverse=True)) == found


def test_other_names_of_accounts_make_as_many_limits_of_the_same_amounts() -> None:
    problem = toy(may_leave_yuan=wan(100, 80, 50))
    amounts = sorted((one.family, one.amount_yuan) for one in limits(problem))
    assert sorted((one.family, one.amount_yuan) for one in limits(renamed(problem))) == amounts
