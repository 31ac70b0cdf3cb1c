"""The best plan that keeps a joint chance: against every plan of a grid, under known laws."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from scipy import stats
from small_cities import arc, wan

from model.allocation.joint import keep_joint_chance, with_outside_money
from model.allocation.plan import cost
from model.allocation.problem import Floor, Problem
from model.allocation.search import Search
from model.money import WAN

PAIR = ("a", "b")
STEP = 10 * WAN
Kept = Callable[[int, np.ndarray], np.ndarray]


def two_and_a_giver(seed: int, lumpy: bool) -> tuple[Problem, Kept]:
    """Accounts a and b that are short in some years, and c, which needs its money, too.

    Besides the problem, the chance that an account has enough. Claims of a and b are independent:
    gamma laws, or claims of one amount each, whose number is Poisson.
    """
    rng = np.random.default_rng(seed)
    if lumpy:
        means, amounts = rng.uniform(2, 9, 2), rng.choice([50, 100, 200], 2) * WAN
        asked = [
            rng.poisson(mean, 400) * amount for mean, amount in zip(means, amounts, strict=True)
        ]
        mean, spread = means * amounts, np.sqrt(means) * amounts

        def kept(i: int, money: np.ndarray) -> np.ndarray:
            return np.asarray(stats.poisson.cdf(np.floor(money / amounts[i] + 1e-9), means[i]))
    else:
        laws = [stats.gamma(rng.uniform(3, 30), scale=rng.uniform(20, 100) * WAN) for _ in "ab"]
        asked = [law.rvs(400, random_state=rng) for law in laws]
        mean, spread = (np.array([getattr(law, of)() for law in laws]) for of in ("mean", "std"))

        def kept(i: int, money: np.ndarray) -> np.ndarray:
            return np.asarray(laws[i].cdf(money))

    giver = stats.gamma(20, scale=100 * WAN)
    budget = np.array([*(mean + 0.8 * spread), giver.mean() + 1.2 * giver.std()]) // WAN * WAN
    problem = Problem(
        accounts=("a", "b", "c"),
        names=("a", "b", "c"),
        budget_yuan=budget.astype(np.int64),
        committed_yuan=wan(0, 0, 0),
        demand=np.stack([*asked, giver.rvs(400, random_state=rng)], axis=1).astype(np.int64),
        weights=np.array([1.0, rng.choice([0.3, 1.0, 3.0]), 1.0]),
        may_leave_yuan=(budget // 4).astype(np.int64),
        arcs=(arc("a", "b"), arc("b", "a"), arc("c", "a"), arc("c", "b")),
        worst_weight=0.0,  # the cost is then a sum over accounts, which a grid can afford
    )
    return problem, kept


def any_short(kept: Kept) -> Callable[[np.ndarray], float]:
    return lambda money: float(1 - kept(0, money[0]) * kept(1, money[1]))


@cache
def grid(seed: int, lumpy: bool) -> tuple[np.ndarray, np.ndarray]:
    """Cost and joint chance of every plan that moves whole steps."""
    problem, kept = two_and_a_giver(seed, lumpy)
    budget, most = problem.budget_yuan, problem.may_leave_yuan
    whole = int(budget.sum())
    a = np.arange(budget[0] - most[0], budget[0] + most[1] + most[2], STEP)
    b = np.arange(budget[1] - most[1], budget[1] + most[0] + most[2], STEP)
    a, b = (each.ravel() for each in np.meshgrid(a, b))
    c = whole - a - b
    allowed = (budget[2] - most[2] <= c) & (c <= budget[2])
    money = np.stack([a, b, c], axis=1)[allowed]
    unpaid = np.zeros(len(money))
    for column in range(3):
        held, where = np.unique(money[:, column], return_inverse=True)
        short = np.maximum(problem.demand[:, column][:, None] - held, 0).mean(axis=0)
        unpaid += problem.weights[column] * short[where]
    return unpaid, 1 - kept(0, money[:, 0]) * kept(1, money[:, 1])


def least(problem: Problem) -> np.ndarray:
    optimum = Search(problem).least_cost(1_000.0)
    assert optimum is not None
    return optimum.money_yuan


def within(problem: Problem, money: np.ndarray) -> bool:
    """Whether the money keeps the sum and what may leave each account; c receives nothing."""
    low = problem.budget_yuan - problem.may_leave_yuan
    same_sum = abs(money.sum() - problem.budget_yuan.sum()) < 1
    return bool(same_sum and np.all(money >= low - 1) and money[2] <= problem.budget_yuan[2] + 1)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("part", [0.9, 0.6])
def test_a_plan_costs_at_most_a_hundredth_more_than_the_best_of_the_grid(
    seed: int, part: float
) -> None:
    """Laws whose logarithm is concave; the limit is a part of the chance that costs least."""
    problem, kept = two_and_a_giver(seed, lumpy=False)
    limit = part * any_short(kept)(least(problem))
    costs, chances = grid(seed, False)
    money = keep_joint_chance(problem, any_short(kept), PAIR, limit)
    assert money is not None
    assert within(problem, money)
    assert any_short(kept)(money) <= limit
    assert cost(problem, money) <= 1.01 * costs[chances <= limit].min()


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("part", [0.9, 0.75])
def test_a_plan_is_found_though_a_step_of_money_changes_no_chance(seed: int, part: float) -> None:
    """Claims of one amount each; the plan keeps the limit, and need not be the best."""
    problem, kept = two_and_a_giver(seed, lumpy=True)
    limit = part * any_short(kept)(least(problem))
    _, chances = grid(seed, True)
    assert chances.min() <= limit
    money = keep_joint_chance(problem, any_short(kept), PAIR, limit)
    assert money is not None
    assert within(problem, money)
    assert any_short(kept)(money) <= limit


@pytest.mark.parametrize("lumpy", [False, True])
def test_where_no_plan_keeps_the_limit_there_is_none(lumpy: bool) -> None:
    for seed in range(4):
        problem, kept = two_and_a_giver(seed, lumpy)
        _, chances = grid(seed, lumpy)
        assert keep_joint_chance(problem, any_short(kept), PAIR, 0.5 * chances.min()) is None


@pytest.mark.parametrize("seed", range(4))
def test_where_no_plan_keeps_the_limit_the_least_money_from_outside_is_found(seed: int) -> None:
    """Against every split of all the money that may come to a and b, and more on top."""
    problem, kept = two_and_a_giver(seed, lumpy=False)
    _, chances = grid(seed, False)
    limit = 0.5 * float(chances.min())
    wider = with_outside_money(problem, PAIR)
    money = keep_joint_chance(wider, any_short(kept), PAIR, limit)
    assert money is not None
    assert any_short(kept)(money) <= limit
    outside = float(wider.budget_yuan[-1] - money[-1])
    most = float(problem.budget_yuan.sum() - (problem.budget_yuan - problem.may_leave_yuan)[2])
    low = (problem.budget_yuan - problem.may_leave_yuan)[:2].astype(float)

    def reaches(more: float) -> bool:
        a = np.linspace(low[0], most + more - low[1], 4_001)
        return bool(np.any(1 - kept(0, a) * kept(1, most + more - a) <= limit))

    assert reaches(outside)
    assert not reaches(0.97 * outside)


def test_where_money_changes_no_chance_there_is_none() -> None:
    problem, _ = two_and_a_giver(0, lumpy=False)
    assert keep_joint_chance(problem, lambda money: 0.5, PAIR, 0.1) is None


def test_a_limit_that_the_plan_of_least_cost_keeps_changes_nothing_and_is_asked_once() -> None:
    problem, kept = two_and_a_giver(1, lumpy=False)
    best, asked = least(problem), []

    def counting(money: np.ndarray) -> float:
        asked.append(money)
        return any_short(kept)(money)

    money = keep_joint_chance(problem, counting, PAIR, any_short(kept)(best))
    assert money is not None
    assert money.tolist() == best.tolist()
    assert len(asked) == 1


def test_a_stricter_limit_never_costs_less() -> None:
    problem, kept = two_and_a_giver(2, lumpy=False)
    free = any_short(kept)(least(problem))
    found = [keep_joint_chance(problem, any_short(kept), PAIR, k * free) for k in (1, 0.9, 0.7)]
    costs = [cost(problem, money) for money in found if money is not None]
    assert len(costs) == 3
    assert np.all(np.diff(costs) > 0)


def test_the_other_limits_of_the_problem_hold_as_well() -> None:
    """c, the giver, keeps a floor that the plan without it would break."""
    problem, kept = two_and_a_giver(3, lumpy=False)
    limit = 0.7 * any_short(kept)(least(problem))
    free = keep_joint_chance(problem, any_short(kept), PAIR, limit)
    assert free is not None
    floor = Floor(account="c", minimum_yuan=int(free[2]) + 20 * WAN)
    held = keep_joint_chance(replace(problem, floors=(floor,)), any_short(kept), PAIR, limit)
    assert held is not None
    assert held[2] >= floor.minimum_yuan - 1
    assert any_short(kept)(held) <= limit
    assert cost(problem, held) > cost(problem, free)
