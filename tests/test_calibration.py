"""Coverage and refuted counts: by hand, and right for laws that are right."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from model.demand.calibration import (
    STATED,
    Step,
    calibration_curve,
    coverage_of,
    judge_counts,
    judge_sizes,
    mixed_table,
    step_of,
)
from model.demand.compound import total_law
from model.demand.counts import Table, as_table, fixed, negative_binomial, poisson
from model.demand.payouts import payout_law


def test_a_fact_stands_for_its_step() -> None:
    """A die of four: the fact 2 ends the step from 25 to 50 %."""
    law = total_law(fixed(1), payout_law(np.array([1, 2, 3, 4])))
    step = step_of(law, 2)
    assert (step.below, step.up_to) == pytest.approx((0.25, 0.5))
    assert step.share_below(0.25) == 0.0
    assert step.share_below(0.4) == pytest.approx(0.6)
    assert step.share_below(0.5) == 1.0
    assert step.share_inside(0.5) == pytest.approx(1.0)  # 25 to 75 %
    assert step.share_inside(0.2) == pytest.approx(0.4)  # 40 to 60 %


def test_a_fact_between_two_steps_stands_at_one_chance() -> None:
    law = total_law(fixed(1), payout_law(np.array([10, 30])))
    step = step_of(law, 20)
    assert step.below == step.up_to == pytest.approx(0.5)
    assert [step.share_below(at) for at in (0.49, 0.51)] == [0.0, 1.0]


@pytest.mark.parametrize("stated", STATED)
def test_a_right_law_is_covered_exactly_whatever_its_steps(stated: float) -> None:
    """The mean share over the law's own facts is the stated one, though its steps are coarse."""
    law = total_law(poisson(2.0), payout_law(np.array([7])))
    inside = [step_of(law, int(yuan)).share_inside(stated) for yuan in law.yuan]
    assert float(np.dot(law.mass, inside)) == pytest.approx(stated, abs=1e-12)


def test_the_curve_of_a_right_law_is_the_diagonal() -> None:
    law = total_law(poisson(3.0), payout_law(np.array([1])))
    facts = np.random.default_rng(7).choice(law.yuan, size=4_000, p=law.mass / law.mass.sum())
    stated, found = calibration_curve([step_of(law, int(fact)) for fact in facts], 11)
    assert np.abs(found - stated).max() < 4 * 0.5 / 4_000**0.5
    assert (found[0], found[-1]) == (0.0, 1.0)


def test_the_error_is_between_years_and_of_one_year_between_accounts() -> None:
    inside, outside = Step(below=0.5, up_to=0.5), Step(below=0.01, up_to=0.01)
    several = coverage_of([[inside, inside], [inside, outside], [outside, outside]], 0.5, 2)
    assert several.found == 0.5
    assert several.found_se == pytest.approx(0.5 / 3**0.5)
    alone = coverage_of([[inside, outside]], 0.8, 4)
    assert (alone.found, alone.found_se) == (0.5, pytest.approx(0.2))


def test_counts_are_judged_by_the_law_of_their_sum() -> None:
    """Three Poisson years of 4: the sum is Poisson with mean 12."""
    yearly, whole = as_table(poisson(4.0)), stats.poisson(12)
    for counts in ((4, 4, 4), (9, 9, 8), (0, 1, 1)):
        verdict = judge_counts("A1", counts, yearly)
        total = sum(counts)
        p = min(2 * min(whole.cdf(total), whole.sf(total - 1)), 1.0)
        assert verdict.p_value == pytest.approx(p, abs=1e-9)
        assert verdict.expected == pytest.approx(12.0)
        assert (verdict.low, verdict.high) == (whole.ppf(0.005), whole.ppf(0.995))
        assert verdict.rejected == (p < 0.01)
    assert [judge_counts("A1", c, yearly).rejected for c in ((4, 4, 4), (9, 9, 8))] == [False, True]


def test_a_certain_count_is_refuted_by_any_other() -> None:
    yearly = as_table(fixed(1))
    assert not judge_counts("A1", (1, 1), yearly).rejected
    verdict = judge_counts("A1", (1, 2), yearly)
    assert verdict.rejected
    assert (verdict.low, verdict.high, verdict.p_value) == (2, 2, 0.0)


def test_money_is_judged_given_how_many_claims_there_were() -> None:
    """Two years of 2 and 3 claims, each 1 or 3 with even chances: 5 + 2 Bin(5, 1/2)."""
    payouts = payout_law(np.array([1, 3]))
    laws = [(n, total_law(fixed(n), payouts)) for n in (2, 3)]
    for spent in ((2, 3), (4, 7), (6, 9)):
        verdict = judge_sizes("A1", [(n, y, law) for (n, law), y in zip(laws, spent, strict=True)])
        threes = (sum(spent) - 5) // 2
        whole = stats.binom(5, 0.5)
        p = min(2 * min(whole.cdf(threes), whole.sf(threes - 1)), 1.0)
        assert verdict.p_value == pytest.approx(p, abs=1e-9)
        assert (verdict.claims, verdict.city_yuan) == (5, sum(spent))
        assert verdict.expected_yuan == pytest.approx(10.0)
        assert (verdict.low_yuan, verdict.high_yuan) == (5, 15)
        assert not verdict.rejected


def test_a_sure_amount_is_refuted_by_any_other() -> None:
    law = total_law(fixed(4), payout_law(np.array([50])))
    assert not judge_sizes("A1", [(4, 200, law)]).rejected
    verdict = judge_sizes("A1", [(4, 150, law)])
    assert verdict.rejected
    assert verdict.p_value == pytest.approx(0.0, abs=1e-12)


def test_a_mixture_of_tables_has_the_weighed_chances() -> None:
    one, other = as_table(poisson(2.0)), as_table(negative_binomial(9.0, 0.3))
    mixed = mixed_table([(0.25, one), (0.75, other)])
    for count in (0, 3, 9):
        by_hand = sum(w * _at(table, count) for w, table in ((0.25, one), (0.75, other)))
        assert _at(mixed, count) == pytest.approx(by_hand, abs=1e-15)


def _at(table: Table, count: int) -> float:
    inside = table.first <= count <= table.last
    return float(table.pmf[count - table.first]) if inside else 0.0
