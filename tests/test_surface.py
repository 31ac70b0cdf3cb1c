"""What the draws say: curves and planes against the direct formulas, on both sides of a kink."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_cities import city, toy, wan

from model.allocation.curve import MOST_POINTS, Curve, Tally
from model.allocation.plan import weighted_unpaid
from model.allocation.problem import Problem
from model.allocation.surface import make_surface, money_box
from model.risk import expected_unpaid, worst_share_mean


def curve_of(owed: np.ndarray, weight: float, box: tuple[float, float], n: int = 1) -> Curve:
    tally = Tally(*box, n)
    for part in np.array_split(owed, 2):
        tally.add(part, weight)
    return tally.curve(len(owed))


@pytest.mark.parametrize("money", [95, 100, 149.5, 150, 200, 210])
def test_a_curve_is_the_expected_unpaid_and_its_plane_touches_it(money: float) -> None:
    owed = np.array([90, 100, 150, 150, 180, 250])
    curve = curve_of(owed, 2.0, (95, 210))
    level, slope = curve.plane(money)
    assert level + slope * money == pytest.approx(curve.most(money))
    assert curve.most(money) == pytest.approx(2 * np.mean(np.maximum(owed - money, 0)))
    assert slope == pytest.approx(-2 * np.mean(owed > money))


def test_a_curve_agrees_with_the_risk_function() -> None:
    owed = np.random.default_rng(1).integers(0, 10**10, 500)
    curve = curve_of(owed, 1.0, (3e9, 7e9))
    assert curve.most(5e9) == pytest.approx(expected_unpaid(owed, 5 * 10**9).value, rel=1e-12)


def test_a_curve_in_buckets_lies_between_its_planes_and_its_chords() -> None:
    rng = np.random.default_rng(2)
    owed = np.append(rng.integers(0, 10**9, 4_000), np.full(500, 400_000_001))
    exact = curve_of(owed, 1.0, (1e8, 9e8))
    rough = curve_of(owed, 1.0, (1e8, 9e8), MOST_POINTS + 1)
    for money in (1e8, 2.5e8, 400_000_000.0, 400_000_001.0, 400_000_500.0, 8.99e8):
        level, slope = rough.plane(money)
        assert level + slope * money <= exact.most(money) + 1e-6
        assert exact.most(money) <= rough.most(money) + 1e-6
        # A bucket is 6 104 yuan wide; the atom holds a ninth of the amounts.
        assert rough.most(money) - (level + slope * money) <= 6_104 / 9 / 2


@pytest.mark.parametrize("seed", range(6))
def test_planes_lie_below_the_cost_and_touch_it(seed: int) -> None:
    problem = replace(city(seed, n_draws=200), worst_share=0.13)
    low, high = money_box(problem)
    surface = make_surface(problem, low, high)
    rng = np.random.default_rng(seed)
    points = [low + rng.random(len(low)) * (high - low) for _ in range(12)]
    for at in points:
        value, cut = surface.tail_cut(at)
        assert value == pytest.approx(true_tail(problem, at), rel=1e-9)
        for other in points:
            plane = cut.level_yuan + cut.slopes @ other
            assert plane <= true_tail(problem, other) * (1 + 1e-9)


def true_tail(problem: Problem, money: np.ndarray) -> float:
    return worst_share_mean(weighted_unpaid(problem, money), problem.worst_share).value


def test_only_draws_that_can_be_among_the_worst_are_kept() -> None:
    problem = replace(city(3, n_draws=4000, n_moving=2), worst_share=0.05)
    surface = make_surface(problem, *money_box(problem))
    assert 200 <= surface.tail.owed.shape[1] < 1500


def test_the_box_holds_every_plan() -> None:
    low, high = money_box(toy())
    assert low.tolist() == wan(900, 720, 450).tolist()
    assert high.tolist() == wan(1000, 950, 680).tolist()
