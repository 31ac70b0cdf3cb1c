"""Plans judged without a solver: cost by hand, every broken rule named, limits in use."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cities import toy, wan

from model.allocation.plan import (
    Plan,
    Transfer,
    budgets_after,
    check_plan,
    cost,
    limit_uses,
    weighted_unpaid,
)
from model.money import WAN


def move(giver: str, receiver: str, amount_wan: int, approval: str = "across") -> Transfer:
    return Transfer(giver=giver, receiver=receiver, amount_yuan=amount_wan * WAN, approval=approval)


def plan(*transfers: Transfer) -> Plan:
    problem = toy()
    return Plan(
        status="optimal",
        transfers=transfers,
        budget_after_yuan=budgets_after(problem, transfers),
        objective_before=cost(problem, problem.budget_yuan),
        objective_after=0.0,
        objective_lower_bound=0.0,
        objective_upper_bound=0.0,
        gap=0.0,
        iterations=0,
    )


def test_cost_by_hand() -> None:
    """Unpaid by draw: 0, 0, 200 (c), 20 + 400 (b, c); mean 155, worst quarter 420, in 万元."""
    assert cost(toy(), toy().budget_yuan) == 575 * WAN


def test_cost_counts_weights_and_the_weight_of_the_worst_share() -> None:
    problem = toy(weights=np.array([1.0, 10.0, 1.0]), worst_weight=0.5)
    assert cost(problem, problem.budget_yuan) == (0.25 * (200 + 600) + 0.5 * 600) * WAN


def test_cost_counts_committed_money_that_is_not_covered() -> None:
    """Account a: 950 of 1000 are committed, so 50 are left for 600, 700, 800 and 850."""
    problem = toy(committed_yuan=wan(950, 0, 0), worst_weight=0.0)
    assert cost(problem, problem.budget_yuan) == (155 + (550 + 650 + 750 + 800) / 4) * WAN
    short = toy(committed_yuan=wan(1100, 0, 0), worst_weight=0.0)
    assert cost(short, short.budget_yuan) == (155 + 100 + 2950 / 4) * WAN


def test_unpaid_is_weighted_draw_by_draw() -> None:
    problem = toy(weights=np.array([1.0, 10.0, 1.0]))
    unpaid = weighted_unpaid(problem, problem.budget_yuan)
    assert unpaid.tolist() == [0, 0, 200 * WAN, (10 * 20 + 400) * WAN]


def test_many_draws_are_weighed_in_blocks_without_a_seam() -> None:
    demand = np.random.default_rng(3).integers(0, 2000 * WAN, (40_000, 3))
    problem = toy(demand=demand)
    money = problem.budget_yuan - problem.committed_yuan
    expected = np.maximum(demand - money, 0) @ problem.weights
    assert np.array_equal(weighted_unpaid(problem, problem.budget_yuan), expected)


def test_budgets_after_keep_the_sum() -> None:
    after = budgets_after(toy(), (move("a", "c", 50), move("b", "c", 30)))
    assert after.tolist() == wan(950, 770, 580).tolist()


def test_a_plan_that_may_be_carried_out() -> None:
    assert check_plan(toy(), plan(move("a", "c", 40))) == []


@pytest.mark.parametrize(
    ("transfer", "told"),
    [
        (move("b", "a", 1), "b -> a: no arc allows this with approval 'across'"),
        (move("a", "c", 1, "within"), "a -> c: no arc allows this with approval 'within'"),
        (move("a", "c", 0), "a -> c: moves 0 yuan"),
    ],
)
def test_a_transfer_that_is_not_allowed_is_told(transfer: Transfer, told: str) -> None:
    made = replace(plan(), transfers=(transfer,))
    assert check_plan(toy(), made) == [told]


def test_broken_limits_are_told_in_words() -> None:
    assert check_plan(toy(), plan(move("a", "c", 120))) == [
        "movable_share__a: 甲最多调出100万元; here 120万元",
        "floor__a: 甲调剂后不少于950万元; here 880万元",
        "domain_line__D1: D1各支出账户合计不超过1,340万元; here 1,420万元",
    ]


def test_budgets_that_do_not_follow_from_the_transfers_are_told() -> None:
    made = replace(plan(move("a", "c", 40)), budget_after_yuan=wan(1000, 800, 500))
    assert check_plan(toy(), made) == [
        "the budgets after are not the budgets before plus the transfers"
    ]


def test_limits_in_use() -> None:
    uses = limit_uses(toy(), plan(move("a", "c", 40)))
    assert [(use.name, use.used_yuan // WAN, use.binding) for use in uses] == [
        ("movable_share__a", 40, False),
        ("movable_share__b", 0, False),
        ("movable_share__c", 0, False),
        ("floor__a", 960, False),
        ("domain_line__D1", 1340, True),
    ]


def test_a_limit_with_a_multiplier_binds_although_the_plan_stops_short_of_it() -> None:
    made = replace(plan(move("a", "c", 39)), multipliers={"domain_line__D1": 0.3, "floor__a": 0.0})
    binding = {use.name for use in limit_uses(toy(), made) if use.binding}
    assert binding == {"domain_line__D1"}
