"""The robust plan: closed forms, brute force on small cities, and the laws of its budget."""

from __future__ import annotations

import doctest
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from math import comb

import numpy as np
import pytest
from demand_sample import engine, tiny
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cities import arc, city, toy, wan

from model import robust_plan
from model.allocation.cuts import solve
from model.allocation.limits import keeps
from model.allocation.plan import budgets_after, cost, limits_used
from model.allocation.problem import Floor, Problem
from model.allocation.robust import RobustPlan, Worlds, find_robust, tolerance
from model.demand.levels import at_level
from model.demand.ranges import find_effects
from model.errors import InputError
from model.finding_out import Ends, LikeProblems, find_swings, make_like_problems
from model.money import WAN
from model.pipeline import make_question
from model.robust_plan import Robustness, end_sets, find_robust_plan
from model.transfer_rules import make_problem


def robust(*worlds: Problem) -> RobustPlan[int]:
    """The robust plan over worlds numbered from 0, which is the central one."""
    return find_robust(Worlds(names=range(len(worlds)), world=worlds.__getitem__))


def worst(worlds: tuple[Problem, ...], money: np.ndarray) -> float:
    return max(cost(world, money) for world in worlds)


# --- by hand ---


def two_sided(**changes: object) -> Problem:
    """b lacks 20 and c nothing; a has 10 to spare, and a yuan of c counts three times."""
    fields: dict[str, object] = {
        "accounts": ("a", "b", "c"),
        "names": ("甲", "乙", "丙"),
        "budget_yuan": wan(100, 100, 100),
        "committed_yuan": wan(0, 0, 0),
        "demand": np.tile(wan(90, 120, 100), (2, 1)),
        "weights": np.array([1.0, 1.0, 3.0]),
        "may_leave_yuan": wan(10, 0, 0),
        "arcs": (arc("a", "b"), arc("a", "c")),
        "worst_weight": 0.0,
    }
    return Problem(**(fields | changes))


def test_money_is_split_where_two_worlds_are_equally_bad() -> None:
    """x goes to b and 10 - x to c. The centre costs 20 - x; where c lacks 10 as well, 20 - x + 3x.

    In the third world b lacks 36: 36 - x. Worst is the larger of 20 + 2x and 36 - x: x = 16 / 3,
    where both are 30 2/3. The usual plan gives all to b and costs 40 at the worst.
    """
    centre = two_sided()
    both = replace(centre, demand=np.tile(wan(90, 120, 110), (2, 1)))
    more = replace(centre, demand=np.tile(wan(90, 136, 100), (2, 1)))
    found = robust(centre, both, more)
    assert [move.amount_yuan for move in found.usual.transfers] == [10 * WAN]
    assert (found.usual_worst.world, found.usual_worst.cost_yuan / WAN) == (1, 40)
    assert found.lower_bound_yuan / WAN == pytest.approx(30 + 2 / 3, abs=0.02)
    assert found.worst.cost_yuan / WAN == pytest.approx(30 + 2 / 3, abs=1.02)
    assert found.met == (0, 1, 2)
    assert found.gain_yuan / WAN == pytest.approx(40 - 30 - 2 / 3, abs=1.02)
    assert found.price_yuan / WAN == pytest.approx(20 - 16 / 3 - 10, abs=0.6)


def test_a_shop_that_knows_only_the_least_and_the_largest_demand() -> None:
    """Over 3, under 7, demand 10 or 40: 3 (x - 10) = 7 (40 - x), so 31, and 63 is lost at most.

    The purse keeps what is not bought, and asks for what the papers that nobody buys would cost.
    """

    def shop(demand: float) -> Problem:
        return Problem(
            accounts=("purse", "shop"),
            names=("purse", "shop"),
            budget_yuan=wan(100, 0),
            committed_yuan=wan(0, 0),
            demand=np.tile(wan(100 - demand, demand), (2, 1)),
            weights=np.array([3.0, 7.0]),
            may_leave_yuan=wan(100, 0),
            arcs=(arc("purse", "shop"),),
            worst_weight=0.0,
        )

    found = robust(shop(20), shop(10), shop(40))
    assert found.budget_after_yuan[1] / WAN == pytest.approx(31.0, abs=0.2)
    assert found.lower_bound_yuan / WAN == pytest.approx(63.0, abs=0.02)


# --- small cities ---


def worlds_of(seed: int, n: int = 4) -> tuple[Problem, ...]:
    """One city in worlds of claims and money bound before."""
    first = replace(city(seed, n_draws=60), worst_share=0.13, worst_weight=1.0)
    rng = np.random.default_rng(seed)
    found = [first]
    for _ in range(n - 1):
        scale = rng.uniform(0.5, 1.5, len(first.accounts))
        demand, bound = first.demand * scale, first.committed_yuan * rng.uniform(0.5, 1.5)
        whole = {"demand": demand.astype(np.int64), "committed_yuan": bound.astype(np.int64)}
        found.append(replace(first, **whole))
    return tuple(found)


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_holds_and_the_plan_comes_within_the_tolerance(seed: int) -> None:
    worlds = worlds_of(seed)
    found = robust(*worlds)
    assert found.worst.cost_yuan == pytest.approx(worst(worlds, found.budget_after_yuan), rel=1e-12)
    assert found.worst.world in found.met
    assert found.worst.cost_yuan <= found.lower_bound_yuan + 2 * tolerance(found.lower_bound_yuan)
    for world in worlds:
        plan = solve(world)
        assert worst(worlds, plan.budget_after_yuan) >= found.lower_bound_yuan - 1.0
    assert np.array_equal(budgets_after(worlds[0], found.transfers), found.budget_after_yuan)
    assert all(keeps(*each) for each in limits_used(worlds[0], found.transfers))


@given(
    demand=st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=3, max_size=3),
    tail=st.sampled_from([0.0, 1.0]),
)
@settings(max_examples=30, deadline=None)
def test_no_split_on_a_grid_has_a_better_worst_world(
    demand: list[tuple[int, int, int]], tail: float
) -> None:
    """Two arcs a to b and a to c in steps of 10 万元: every split is tried in all three worlds."""
    unit = 10 * WAN
    worlds = tuple(
        Problem(
            accounts=("a", "b", "c"),
            names=("a", "b", "c"),
            budget_yuan=np.array([30, 20, 20]) * unit,
            committed_yuan=np.zeros(3, dtype=np.int64),
            demand=np.tile(np.array(row) * unit, (2, 1)),
            weights=np.array([1.0, 1.0, 2.0]),
            may_leave_yuan=np.array([10, 0, 0]) * unit,
            arcs=(arc("a", "b"), arc("a", "c")),
            worst_weight=tail,
        )
        for row in demand
    )
    found = robust(*worlds)
    budget = worlds[0].budget_yuan
    splits = [(b, c) for b, c in product(range(11), repeat=2) if b + c <= 10]
    best = min(worst(worlds, budget + np.array([-b - c, b, c]) * unit) for b, c in splits)
    assert found.lower_bound_yuan <= best + 1.0
    assert found.worst.cost_yuan <= best + 2 * tolerance(best)


@pytest.mark.parametrize("seed", range(6))
def test_one_world_gives_the_usual_plan(seed: int) -> None:
    worlds = worlds_of(seed)
    found = robust(worlds[0])
    usual = solve(worlds[0])
    assert found.transfers == usual.transfers == found.usual.transfers
    assert found.price_yuan == found.gain_yuan == 0.0
    assert found.met == (0,)


@pytest.mark.parametrize("seed", range(6))
def test_another_world_never_lowers_the_worst_cost(seed: int) -> None:
    worlds = worlds_of(seed, 5)
    costs = [robust(*worlds[:n]).lower_bound_yuan for n in range(1, 6)]
    for few, many in pairwise(costs):
        assert many >= few - tolerance(few)


def test_where_no_plan_is_allowed_none_is_robust() -> None:
    problem = toy(floors=(Floor(account="c", minimum_yuan=900 * WAN),))
    with pytest.raises(InputError) as error:
        robust(problem)
    assert str(error.value) == "allocation: no plan meets the limits, so none is robust"


# --- assumptions at their ends ---


@cache
def likes() -> tuple[LikeProblems, tuple[str, ...]]:
    """The tiny world, and its assumptions by what they move."""
    asked = make_question(tiny())
    found = engine("exact", asked)
    effects = find_effects(asked, found)
    problem = make_problem(tiny(), asked, found)
    made = make_like_problems(problem, asked, found, effects)
    return made, tuple(each.assumption for each in find_swings(made, effects))


@cache
def safe(at_once: int, strongest: int = 3) -> Robustness:
    made, paths = likes()
    return find_robust_plan(made, paths, at_once, strongest)


def fresh_cost(ends: Ends, money: np.ndarray) -> float:
    """The cost in a world made anew, with an engine of its own."""
    made, _ = likes()
    book = made.question.book
    for path, end in ends:
        book = at_level(book, path, end)
    asked = replace(made.question, book=book)
    return cost(make_problem(replace(tiny(), book=book), asked, engine("exact", asked)), money)


def test_a_budget_of_nothing_gives_the_usual_plan() -> None:
    made, _ = likes()
    found = safe(0)
    assert found.plan.transfers == solve(made.problem).transfers
    assert found.plan.worst.world == ()
    assert found.plan.gain_yuan == found.plan.price_yuan == 0.0


def test_a_larger_budget_never_lowers_the_worst_cost() -> None:
    costs = [safe(n).plan.worst.cost_yuan for n in range(4)]
    assert costs[0] < costs[1]
    for few, many in pairwise(costs):
        assert many >= few - tolerance(few)


@pytest.mark.parametrize("at_once", [1, 2])
def test_no_set_of_ends_is_worse_than_the_worst_that_is_told(at_once: int) -> None:
    found = safe(at_once)
    plan = found.plan
    for after, told in (
        (plan.budget_after_yuan, plan.worst),
        (plan.usual.budget_after_yuan, plan.usual_worst),
    ):
        costs = {ends: fresh_cost(ends, after) for ends in end_sets(found.among, at_once)}
        assert told.cost_yuan == pytest.approx(max(costs.values()), rel=1e-6)
        assert costs[told.world] == pytest.approx(told.cost_yuan, rel=1e-6)
    assert plan.usual_worst.cost_yuan >= plan.lower_bound_yuan - 1.0


def test_only_the_strongest_assumptions_move() -> None:
    _, paths = likes()
    assert safe(1, 2).among == paths[:2]
    assert {path for ends in end_sets(paths[:2], 2) for path, _ in ends} == set(paths[:2])


@pytest.mark.parametrize(("n", "at_once"), [(3, 0), (3, 1), (6, 1), (6, 3), (2, 3)])
def test_every_set_of_ends_is_tried_once(n: int, at_once: int) -> None:
    sets = end_sets(tuple("abcdefgh"[:n]), at_once)
    assert len(set(sets)) == len(sets) == sum(comb(n, k) * 2**k for k in range(at_once + 1))
    assert sets[0] == ()


def test_the_examples_run() -> None:
    assert doctest.testmod(robust_plan).failed == 0
