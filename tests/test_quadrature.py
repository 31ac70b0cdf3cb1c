"""What one claim is worth as a finite law: exact for grades, all but exact for sizes."""

from __future__ import annotations

import numpy as np
import pytest
from demand_sample import FLAT, MATCH, SURE, UP_TO, award, book, figure, pool, real, size
from scipy import stats

from model.demand.quadrature import payout_points
from model.policy.awards import CostedAward

GRADED = award(
    "grades",
    {"grade": "choice", "strategic": "bool"},
    grades={"A": "100万元", "B": "40万元"},
    uplift="5%",
    uplift_column="strategic",
    cap="100万元",
)


def _law(rule: CostedAward, columns: dict, **more: object):  # type: ignore[no-untyped-def, type-arg]
    return payout_points(book({"p": pool(1.0, {"A1": columns}, **more)}), ("p", "A1"), rule, 1.0)


def test_grades_and_yes_no_columns_have_their_exact_weights() -> None:
    """A uplifted stays at the cap of 100; B is 40, or 42 in a strategic industry."""
    law = _law(
        GRADED, {"grade": {"mix": figure({"A": 1, "B": 3})}, "strategic": {"yes": figure("20%")}}
    )
    assert law.yuan.tolist() == [400_000, 420_000, 1_000_000]
    assert law.weights == pytest.approx([0.6, 0.15, 0.25], abs=1e-15)


def test_the_city_pays_its_part_rounded_down() -> None:
    law = _law(FLAT, SURE, city_pays=figure("1/3"))
    assert law.yuan.tolist() == [333_333]


@pytest.mark.parametrize("cv", [0.1, 0.5, 1.2, 2.0])
def test_a_single_size_keeps_its_mean_and_deviation(cv: float) -> None:
    law = _law(MATCH, {"base_yuan": size("300万元", cv)})
    assert law.moments.mean == pytest.approx(3_000_000, rel=1e-6)
    assert law.moments.sd == pytest.approx(3_000_000 * cv, rel=1e-4)


def test_a_capped_size_has_the_mean_of_the_closed_form() -> None:
    """E min(X, c) of a lognormal X."""
    cv, mean, cap = 0.5, 500_000, 600_000
    sigma = np.sqrt(np.log1p(cv**2))
    mu = np.log(mean) - sigma**2 / 2
    z = (np.log(cap) - mu) / sigma
    exact = mean * stats.norm.cdf(z - sigma) + cap * stats.norm.sf(z)
    law = _law(UP_TO, {"approved_yuan": size("50万元", cv)})
    assert law.moments.mean == pytest.approx(exact, rel=1e-5)


def test_two_independent_sets_of_points_agree_on_every_real_award() -> None:
    scenario = real()
    pools = scenario.book.pool_of()
    for key, rule in scenario.document.costed().items():
        one, other = (
            payout_points(scenario.book, (pools[key], key), rule, 1.0, each).moments.mean
            for each in (0, 1)
        )
        assert one == pytest.approx(other, rel=1e-3), key


def test_weights_are_a_law() -> None:
    scenario = real()
    pools = scenario.book.pool_of()
    for key, rule in scenario.document.costed().items():
        law = payout_points(scenario.book, (pools[key], key), rule, 1.0)
        assert law.weights.min() > 0
        assert law.weights.sum() == pytest.approx(1.0, abs=1e-12)
        assert law.yuan.min() >= 0
