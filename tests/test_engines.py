"""The exact engine against the reference that draws every applicant, award by award."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import real, tiny
from scipy import stats

from model.demand.applicants import make_applicants_engine
from model.demand.draws import draw_demand
from model.demand.exact import ExactEngine, make_exact_engine
from model.demand.levels import at_level
from model.demand.question import Question
from model.demand.totals import TotalLaw, exceedance
from model.pipeline import make_question
from model.scenario import Scenario

FAMILY_LEVEL = 1e-4  # chance that any comparison of a test fails though the engines agree
SHORT = 4_000
LONG = 200_000


def _question(scenario: Scenario, draws: int) -> Question:
    question = make_question(scenario)
    return replace(question, span=replace(question.span, count=draws))


@cache
def _exact(name: str) -> ExactEngine:
    return make_exact_engine(_question(real(name), SHORT))


def _assert_engines_agree(name: str, draws: int) -> None:
    """Mean, standard deviation, 95 % and 99 % quantile of every award, within sampling error."""
    question = _question(real(name), draws)
    drawn = draw_demand(question.book, question.awards, question.loads, question.span).award_yuan
    engine = make_exact_engine(question)
    level = FAMILY_LEVEL / (4 * len(drawn))
    for award, yuan in drawn.items():
        found = engine.awards()[award]
        law = engine.award_law(award)
        _assert_close(yuan, found.demand_mean_yuan.value, level, award)
        squares = (yuan - yuan.mean()) ** 2
        _assert_close(squares, found.demand_sd_yuan.value**2, level, award)
        for share in (0.95, 0.99):
            _assert_quantile(yuan, law, share, level, award)


def _assert_close(values: np.ndarray, expected: float, level: float, award: str) -> None:
    error = float(np.std(values, ddof=1)) / len(values) ** 0.5
    widest = stats.norm.isf(level / 2) * error + 5e-4 * expected  # the quadrature's own error
    assert abs(float(values.mean()) - expected) <= widest, (award, values.mean(), expected, error)


def _assert_quantile(
    yuan: np.ndarray, law: TotalLaw, share: float, level: float, award: str
) -> None:
    """As many draws lie below the law's quantile as a binomial count allows, a cell either way."""
    at = int(np.quantile(yuan, share, method="inverted_cdf"))
    below = [1 - exceedance(law, at + k * law.step_yuan) for k in (-1, 1)]
    count = int((yuan <= at).sum())
    low = stats.binom.ppf(level / 2, len(yuan), min(below[0], share))
    high = stats.binom.isf(level / 2, len(yuan), max(below[1], share))
    assert low <= count <= high, (award, share, count / len(yuan), below)


def test_the_engines_agree_on_every_award() -> None:
    _assert_engines_agree("base", SHORT)


@pytest.mark.soak
@pytest.mark.parametrize("name", ["base", "whole-city", "technology-boom"])
def test_the_engines_agree_over_many_years(name: str) -> None:
    _assert_engines_agree(name, LONG)


@pytest.mark.parametrize("account", ["industry", "opening_up", "transport", "science"])
def test_joint_draws_have_the_laws_they_come_from(account: str) -> None:
    question = _question(real(), 20_000)
    engine = make_exact_engine(question)
    drawn = engine.years(question, (account,))[:, 0]
    risk = engine.risk(account, question.budgets[account], 0.05)
    chance = risk.gap_probability.value
    hits = int((drawn > question.money(account)).sum())
    low, high = stats.binom.interval(1 - 1e-5, len(drawn), chance)
    assert low <= hits <= high
    error = risk.demand_sd_yuan.value / len(drawn) ** 0.5
    assert abs(drawn.mean() - risk.demand_mean_yuan.value) < 5 * error


def test_the_engines_agree_on_accounts_and_on_accounts_together() -> None:
    question = _question(real(), SHORT)
    exact, drawn = make_exact_engine(question), make_applicants_engine(question)
    pair = ("science", "industry", "opening_up")
    for account in pair:
        one = exact.risk(account, question.budgets[account], 0.05)
        other = drawn.risk(account, question.budgets[account], 0.05)
        for name in ("demand_mean_yuan", "gap_probability", "expected_unpaid_yuan"):
            left, right = getattr(one, name), getattr(other, name)
            least = 1.0 if name.endswith("_yuan") else 0.0  # draws cannot see less than a yuan
            widest = 5 * right.se + 5e-4 * abs(left.value) + least
            assert abs(left.value - right.value) <= widest, (account, name)
    budgets = {account: question.budgets[account] for account in pair}
    one, other = exact.together(budgets), drawn.together(budgets)
    for name in ("pooled_gap_probability", "any_short_probability", "expected_unpaid_yuan"):
        left, right = getattr(one, name), getattr(other, name)
        assert abs(left.value - right.value) <= 5 * right.se, name


@pytest.mark.parametrize(
    "path", ["assumptions.city_share", "pools.technical_renovation.count.mean"]
)
def test_a_like_question_is_answered_as_if_it_were_the_central_one(path: str) -> None:
    """Adding up what is unchanged once gives what working everything out again gives."""
    question, engine = _question(real(), 100), _exact("base")
    moved = replace(question, book=at_level(question.book, path, "high"))
    view = engine.look(moved, "industry")
    anew = make_exact_engine(moved)
    risk = anew.risk("industry", moved.budgets["industry"], 0.05)
    assert view.gap(moved.money("industry")) == pytest.approx(risk.gap_probability.value, abs=1e-4)
    assert view.mean_yuan == pytest.approx(risk.demand_mean_yuan.value, rel=1e-4)


def test_draws_do_not_depend_on_how_many_are_asked_for() -> None:
    few, many = _question(tiny(), 40), _question(tiny(), 100)
    accounts = tuple(load.account for load in few.loads)
    table = make_exact_engine(many).years(many, accounts)
    assert np.array_equal(make_exact_engine(few).years(few, accounts), table[:40])


def test_every_award_of_the_tiny_world_has_its_exact_mean() -> None:
    """The mean of an award is its mean count times its mean payout, and the draws agree."""
    question = _question(tiny(), 8_000)
    exact, drawn = make_exact_engine(question), make_applicants_engine(question)
    for award, found in exact.awards().items():
        other = drawn.awards()[award]
        for name in ("claims_mean", "demand_mean_yuan", "demand_sd_yuan"):
            left, right = getattr(found, name), getattr(other, name)
            assert abs(left.value - right.value) <= 5 * right.se + 1e-3 * left.value, (award, name)
