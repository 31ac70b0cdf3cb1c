"""The value of knowing: by hand, against the whole programme for each draw, and by law."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cities import arc, city, toy, wan

from model.allocation.cuts import solve
from model.allocation.knowing import (
    PROVEN_YUAN,
    cost,
    mean_year,
    perfect_information,
    solve_money,
    stochastic_solution,
    value_of_finding_out,
)
from model.allocation.problem import Floor, Kind, Payments, Problem
from model.allocation.search import Search
from model.allocation.solver import full_cost
from model.errors import InputError
from model.money import WAN


def either_or(**changes: object) -> Problem:
    """a has 10 to spare; b lacks 10 in half of the years and c in the others."""
    fields: dict[str, object] = {
        "accounts": ("a", "b", "c"),
        "names": ("甲", "乙", "丙"),
        "budget_yuan": wan(100, 100, 100),
        "committed_yuan": wan(0, 0, 0),
        "demand": np.stack([wan(90, 110, 100), wan(90, 100, 110)]),
        "weights": np.ones(3),
        "may_leave_yuan": wan(10, 0, 0),
        "arcs": (arc("a", "b"), arc("a", "c")),
        "worst_weight": 0.0,
    }
    return Problem(**(fields | changes))


def with_rules(seed: int) -> Problem:
    """A city in which two accounts pay by rules, one of them two kinds alike."""
    problem = city(seed)
    rng = np.random.default_rng(seed)
    parts = []
    for column in (0, 2):
        share = rng.uniform(0.2, 0.8, len(problem.demand))
        first = (problem.demand[:, column] * share).astype(np.int64)
        parts += [first, problem.demand[:, column] - first]
    kinds = (
        Kind(id="u", account="a0", weight=2.0),
        Kind(id="v", account="a0", weight=0.5, turn=1),
        Kind(id="w", account="a2", weight=1.5, ceiling_yuan=int(np.median(parts[2]))),
        Kind(id="x", account="a2", weight=0.7),
    )
    return replace(problem, payments=Payments(kinds=kinds, demand=np.stack(parts, axis=1)))


# --- every year known beforehand ---


def test_knowing_the_year_sends_the_money_where_it_lacks() -> None:
    """One plan leaves 5 unpaid on average wherever the 10 go; knowing the year, nothing is."""
    found = perfect_information(either_or())
    assert found.value / WAN == pytest.approx(5.0, abs=1e-3)


@pytest.mark.parametrize("seed", range(6))
def test_each_year_known_costs_what_the_whole_programme_of_that_year_costs(seed: int) -> None:
    for problem in (city(seed), with_rules(seed)):
        problem = replace(problem, worst_weight=0.0)
        years = []
        for draw in range(len(problem.demand)):
            rows, payments = np.repeat(draw, 2), problem.payments
            if payments is not None:
                payments = replace(payments, demand=payments.demand[rows])
            alone = replace(problem, demand=problem.demand[rows], payments=payments)
            years.append(full_cost(alone))
        expected = full_cost(problem) - np.mean(years)
        found = perfect_information(replace(problem, worst_weight=2.0))
        assert found.value == pytest.approx(expected, rel=1e-6, abs=2.0)


def test_knowing_is_worth_nothing_where_all_years_are_alike_or_nothing_can_move() -> None:
    alike = toy(demand=np.tile(wan(850, 820, 900), (4, 1)))
    still = replace(city(1), arcs=())
    for problem in (alike, still):
        assert perfect_information(problem).value == pytest.approx(0.0, abs=1e-6)
        assert stochastic_solution(problem).value == pytest.approx(0.0, abs=PROVEN_YUAN)
    assert perfect_information(toy(demand=np.zeros((4, 3), dtype=np.int64))).se == 0.0


@pytest.mark.parametrize("seed", range(4))
def test_a_part_of_the_years_estimates_the_value_within_its_error(seed: int) -> None:
    problem = replace(city(seed + 1, n_draws=2_000), worst_weight=0.0)
    whole, part = perfect_information(problem), perfect_information(problem, most_years=150)
    assert part.se >= whole.se
    assert abs(part.value - whole.value) <= 4 * part.se


# --- the mean instead of the years ---


def test_a_plan_for_the_mean_may_go_to_the_wrong_account() -> None:
    """c lacks 6 in every year, b 32 in one of four, and a yuan of b counts twice.

    For the mean b lacks 8 and gets them, and c the other 2. In truth a yuan in b helps in one year
    of four and so counts a half: 6 for c and 4 for b are better.
    """
    demand = np.stack([wan(90, 132, 106), *[wan(90, 100, 106)] * 3])
    problem = either_or(demand=demand, weights=np.array([1.0, 2.0, 1.0]))
    for_mean = 2 * (32 - 8) / 4 + (6 - 2)
    best = 2 * (32 - 4) / 4
    assert stochastic_solution(problem).value / WAN == pytest.approx(for_mean - best, abs=1e-3)


def test_the_mean_of_kinds_adds_up_to_that_of_their_account() -> None:
    asked = np.stack([wan(300, 200), wan(400, 300), wan(450, 300), wan(420, 400)]) + 1
    asked[0, 0] += 2
    demand = np.array(toy().demand)
    demand[:, 1] = asked.sum(axis=1)
    kinds = (Kind(id="x", account="b"), Kind(id="y", account="b"))
    found = mean_year(toy(demand=demand, payments=Payments(kinds=kinds, demand=asked)))
    assert found.payments is not None
    assert found.demand[:, 1].tolist() == found.payments.demand.sum(axis=1).tolist()
    assert found.demand[0].tolist() == [7_375_000, 6_925_002 + 1, 6_250_000]


@pytest.mark.parametrize("seed", range(8))
def test_values_are_never_negative_and_never_exceed_what_is_unpaid(seed: int) -> None:
    problem = replace(city(seed, n_draws=120), worst_weight=0.0)
    least = solve_money(problem).upper_yuan
    for_mean = cost(problem, solve(mean_year(problem)).budget_after_yuan)
    assert 0 <= perfect_information(problem).value <= least + 1
    assert stochastic_solution(problem).value == pytest.approx(max(for_mean - least, 0), abs=2.0)


# --- finding out which world is true ---


def test_finding_out_who_lacks_money_by_hand() -> None:
    """As above, but which of the two accounts lacks 10 is an assumption and not chance.

    Half is saved in the mean; the worst years of each world are all its years, so they count
    the same once more.
    """
    first = either_or(demand=np.tile(wan(90, 110, 100), (3, 1)), worst_weight=1.0)
    second = replace(first, demand=np.tile(wan(90, 100, 110), (3, 1)))
    assert value_of_finding_out(first, (second,), (0.5, 0.5)) / WAN == pytest.approx(10, abs=0.02)
    # The rarer world is let down: 10 are lacking there, in one case of five.
    assert value_of_finding_out(first, (second,), (0.8, 0.2)) / WAN == pytest.approx(4, abs=0.02)
    assert value_of_finding_out(first, (second,), (1.0, 0.0)) == 0.0


def worlds(seed: int) -> tuple[Problem, Problem, Problem]:
    """One city in three worlds of claims and money bound before."""
    first = replace(city(seed, n_draws=30), worst_share=0.13, worst_weight=1.0)
    rng = np.random.default_rng(seed)
    scales = [first.demand * rng.uniform(0.5, 1.6, len(first.accounts)) for _ in range(2)]
    second, third = (replace(first, demand=scale.astype(np.int64)) for scale in scales)
    return first, second, replace(third, committed_yuan=third.committed_yuan // 2)


@pytest.mark.parametrize("seed", range(6))
def test_the_value_is_that_of_the_search_and_the_whole_programme_of_each_world(seed: int) -> None:
    trio, shares = worlds(seed), (0.5, 0.2, 0.3)
    together = Search(trio[0], trio[1:], shares).least_cost(1.0).upper_yuan
    expected = together - np.dot(shares, [full_cost(world) for world in trio])
    found = value_of_finding_out(trio[0], trio[1:], shares)
    assert found == pytest.approx(expected, rel=1e-6, abs=2 * PROVEN_YUAN)
    known = solve_money(trio[0])
    assert value_of_finding_out(trio[0], trio[1:], shares, known) == pytest.approx(found, abs=200)


@given(
    seed=st.integers(0, 40),
    shares=st.sampled_from([(0.25, 0.5, 0.25), (0.1, 0.1, 0.8), (1.0, 0.0, 0.0)]),
)
@settings(max_examples=15, deadline=None)
def test_it_is_never_negative_and_no_more_than_the_cost_of_ignorance(
    seed: int, shares: tuple[float, float, float]
) -> None:
    """Whoever keeps the plan of the first world loses at least as much as knowing would save."""
    trio = worlds(seed)
    value = value_of_finding_out(trio[0], trio[1:], shares)
    kept = solve_money(trio[0]).money_yuan
    lost = [cost(world, kept) - solve_money(world).upper_yuan for world in trio]
    assert 0.0 <= value <= np.dot(shares, lost) + 2 * PROVEN_YUAN


def test_a_world_that_changes_no_move_is_worth_exactly_nothing() -> None:
    """Less is asked of b, which still lacks more than can be moved to it; or nothing can move."""
    first = either_or(demand=np.tile(wan(90, 150, 100), (3, 1)))
    milder = replace(first, demand=np.tile(wan(90, 120, 100), (3, 1)))
    assert value_of_finding_out(first, (milder, first), (0.5, 0.25, 0.25)) == 0.0
    trio = tuple(replace(world, arcs=()) for world in worlds(3))
    assert value_of_finding_out(trio[0], trio[1:], (0.2, 0.4, 0.4)) == 0.0


def test_where_no_plan_is_allowed_nothing_is_worth_knowing() -> None:
    problem = toy(floors=(Floor(account="c", minimum_yuan=900 * WAN),))
    message = "allocation: no plan meets the limits, so nothing is worth knowing"
    for value in (perfect_information, stochastic_solution, solve_money):
        with pytest.raises(InputError) as error:
            value(problem)
        assert str(error.value) == message
