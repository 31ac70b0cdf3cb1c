"""The problem record: what it refuses, in full sentences, and the limits it names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_cities import arc, toy, wan

from model.allocation.limits import keeps, limit_rows, limits, safe_ids
from model.allocation.problem import DomainLimit, Floor
from model.errors import InputError
from model.money import WAN


def test_available_is_budget_minus_committed_and_may_be_negative() -> None:
    problem = toy(committed_yuan=wan(1200, 0, 0))
    assert problem.available_yuan.tolist() == wan(-200, 800, 500).tolist()


def test_arrays_are_read_only_and_their_owner_keeps_the_right_to_write() -> None:
    mine = wan(1000, 800, 500)
    problem = toy(budget_yuan=mine)
    with pytest.raises(ValueError, match="read-only"):
        problem.budget_yuan[0] = 1
    assert mine.flags.writeable


def test_demand_is_not_copied() -> None:
    demand = np.zeros((5, 3), dtype=np.int64)
    assert np.shares_memory(toy(demand=demand).demand, demand)


FAULTS = [
    (
        {"names": ("甲",)},
        "allocation: 3 accounts but 1 names. Give one name for each account.",
    ),
    (
        {"budget_yuan": np.array([1.0, np.nan, 2.0])},
        "allocation: budget_yuan is float64, not whole yuan. Give an int64 array.",
    ),
    (
        {"committed_yuan": wan(1, 2)},
        "allocation: committed_yuan has shape (2,), not (3,). Give one for each account.",
    ),
    (
        {"weights": np.ones(2)},
        "allocation: weights has shape (2,), not (3,). Give one for each account.",
    ),
    (
        {"demand": np.zeros((1, 3), dtype=np.int64)},
        "allocation: demand has shape (1, 3), not (draws, 3) with at least 2 draws. "
        "Give one row for each draw and one column for each account.",
    ),
    (
        {"budget_yuan": wan(1000, -800, 500), "may_leave_yuan": wan(0, 0, 0)},
        "allocation: budget_yuan of 'b' is -8,000,000 yuan. Money here is never negative.\n"
        "allocation: more may leave 'b' than its budget. Give may_leave_yuan <= budget_yuan.",
    ),
    (
        {"demand": np.array([[1, 2, 3], [4, -5, 6]])},
        "allocation: demand of 'b' in draw 1 is -5 yuan. Demand is never negative.",
    ),
    (
        {"weights": np.array([1.0, np.nan, 1.0])},
        "allocation: the weight of 'b' is nan. Give a number that is not negative.",
    ),
    ({"worst_share": 0.0}, "allocation: worst_share is 0.0. Give 0 < worst_share <= 1."),
    (
        {"worst_weight": float("nan")},
        "allocation: worst_weight is nan. Give a number that is not negative.",
    ),
    (
        {"accounts": ("a", "b", "b"), "arcs": (), "domain_limits": ()},
        "allocation: account 'b' is given twice. Give each account once.",
    ),
    (
        {"arcs": (arc("a", "x"),)},
        "allocation: the arc from 'a' to 'x' names no account 'x'. Known here: a, b, c.",
    ),
    (
        {"arcs": (arc("a", "a"),)},
        "allocation: the arc from 'a' to 'a' leads back to its giver. Leave it out.",
    ),
    (
        {"arcs": (arc("a", "b", -1.0),)},
        "allocation: the arc from 'a' to 'b' has price -1.0. Give a number that is not negative.",
    ),
    (
        {"arcs": (arc("a", "b"), arc("a", "b", 2.0))},
        "allocation: the arc from 'a' to 'b' is given twice. Give each arc once.",
    ),
    (
        {"floors": (Floor(account="x", minimum_yuan=-1),)},
        "allocation: the floor of 'x' names no account 'x'. Known here: a, b, c.\n"
        "allocation: the floor of 'x' is negative. Give 0 or more.",
    ),
    (
        {"floors": (Floor(account="a", minimum_yuan=1), Floor(account="a", minimum_yuan=2))},
        "allocation: 'a' has two floors. Give the higher one.",
    ),
    (
        {"domain_limits": (DomainLimit(id="D", accounts=("x", "a", "a"), maximum_yuan=-1),) * 2},
        "allocation: domain limit 'D' names no account 'x'. Known here: a, b, c.\n"
        "allocation: domain limit 'D' counts 'a' twice. Give it once.\n"
        "allocation: domain limit 'D' is negative. Give 0 or more.\n"
        "allocation: domain limit 'D' is given twice. Give each domain once.",
    ),
]


@pytest.mark.parametrize(("changes", "message"), FAULTS)
def test_a_fault_is_told_in_full(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as error:
        toy(**changes)
    assert str(error.value) == message


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(InputError) as error:
        toy(worst_share=2.0, worst_weight=-1.0, arcs=(arc("a", "a"),))
    assert len(error.value.problems) == 3


def test_limits_have_names_and_words() -> None:
    assert [(limit.name, limit.says_zh) for limit in limits(toy())] == [
        ("movable_share__a", "甲最多调出100万元"),
        ("movable_share__b", "乙最多调出80万元"),
        ("movable_share__c", "丙最多调出50万元"),
        ("floor__a", "甲调剂后不少于950万元"),
        ("domain_line__D1", "D1各支出账户合计不超过1,340万元"),
    ]


def test_the_words_of_the_scenario_are_kept() -> None:
    problem = toy(
        floors=(Floor(account="a", minimum_yuan=1, says_zh="甲不得减少"),),
        domain_limits=(DomainLimit(id="D1", accounts=("a",), maximum_yuan=1, says_zh="不得增加"),),
    )
    assert [limit.says_zh for limit in limits(problem)[-2:]] == ["甲不得减少", "不得增加"]


def test_an_account_without_arcs_has_no_movable_share() -> None:
    problem = toy(arcs=(arc("a", "b"),))
    assert [limit.name for limit in limits(problem) if limit.family == "movable_share"] == [
        "movable_share__a"
    ]


def test_what_a_limit_counts() -> None:
    """In the order of arcs a-b, a-c, b-c, c-b; inside the domain moves cancel."""
    share, _, _, floor, domain = (row[1:] for row in limit_rows(toy()))
    assert share == (0, {0: 1, 1: 1})
    assert floor == (1000 * WAN, {0: -1, 1: -1})
    assert domain == (1300 * WAN, {0: 1, 1: 1})


def test_a_floor_holds_from_below_and_the_others_from_above() -> None:
    share, *_, floor, _ = limits(toy())
    assert keeps(share, 100 * WAN)
    assert not keeps(share, 100 * WAN + 1)
    assert keeps(floor, 950 * WAN)
    assert not keeps(floor, 950 * WAN - 1)


def test_ids_that_a_solver_would_merge_stay_apart() -> None:
    safe = safe_ids(["home-care", "home_care", "home care", "养老", "医疗"])
    assert len(set(safe.values())) == 5
    assert all(name.isascii() and name.replace("_", "a").isalnum() for name in safe.values())


def test_safe_names_do_not_depend_on_order() -> None:
    assert safe_ids(["a_b", "a-b"]) == safe_ids(["a-b", "a_b"])


def test_a_replaced_field_is_checked_again() -> None:
    with pytest.raises(InputError, match="worst_share is 3"):
        replace(toy(), worst_share=3.0)
