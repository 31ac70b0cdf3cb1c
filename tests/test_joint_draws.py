"""Joint years are the same however they are read: in blocks, by threads, few or many, or held."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import real, tiny

from model.demand.exact import ExactEngine, make_exact_engine
from model.demand.joint_draws import DrawnYears, award_years_of, hold, years_of
from model.demand.numbers import MOST_SOBOL, Numbers, Points, Span, sobol_points
from model.demand.question import Question
from model.errors import InputError
from model.pipeline import make_question
from model.risk import assess_accounts


def _question(name: str, count: int, points: Points = "random") -> Question:
    question = make_question(tiny() if name == "tiny" else real())
    return replace(question, span=replace(question.span, count=count, points=points))


@cache
def _engine(name: str, count: int, points: Points = "random") -> ExactEngine:
    return make_exact_engine(_question(name, count, points))


def _years(name: str, count: int, points: Points = "random") -> DrawnYears:
    engine = _engine(name, count, points)
    accounts = tuple(engine.central.budgets)
    return years_of(engine.book, engine.central, accounts, engine.central.span)


@pytest.mark.parametrize("points", ["random", "sobol"])
@pytest.mark.parametrize("name", ["tiny", "real"])
def test_blocks_and_threads_change_nothing(name: str, points: Points) -> None:
    years = _years(name, 1_000, points)
    whole = years[0:1_000]
    pieces = [years[0:4], years[4:500], years[500:1_000]]
    assert np.array_equal(np.concatenate(pieces), whole)
    for workers in (1, 3):
        assert np.array_equal(hold(years, workers), whole)


def test_threads_share_long_years() -> None:
    """More years than one piece, so that several threads fill the table at once."""
    years = _years("tiny", 150_000)
    assert np.array_equal(hold(years, 1), hold(years, 4))


@pytest.mark.parametrize("points", ["random", "sobol"])
def test_more_years_keep_the_first(points: Points) -> None:
    assert np.array_equal(_years("real", 1_000, points)[0:200], _years("real", 200, points)[:])


def test_years_are_read_from_multiples_of_4_without_steps() -> None:
    for wrong in (slice(2, 6), slice(0, 8, 2)):
        with pytest.raises(ValueError, match="begin at a multiple of 4"):
            _years("tiny", 40)[wrong]


def test_an_account_is_the_same_alone_and_among_others() -> None:
    engine = _engine("real", 400)
    together = engine.years(engine.central, ("science", "transport", "industry"))[:]
    alone = engine.years(engine.central, ("transport",))[:]
    assert np.array_equal(together[:, 1], alone[:, 0])


def test_the_awards_of_an_account_add_up_to_it() -> None:
    engine = _engine("real", 400)
    load = engine.central.load("opening_up")
    awards = engine.award_years(engine.central, load.awards)[:]
    account = engine.years(engine.central, ("opening_up",))[:, 0]
    assert np.array_equal(awards.sum(axis=1), account)


def test_a_changed_award_meets_the_same_years() -> None:
    """What a like question leaves unchanged differs by exactly nothing."""
    engine = _engine("real", 400)
    question = engine.central
    cheaper = question.awards["A47"].model_copy(update={"cap": 1_000_000})
    other = replace(question, awards={**question.awards, "A47": cheaper})
    awards = ("A45a", "A47", "A19a")
    one, two = (award_years_of(engine.book, q, awards, q.span)[:] for q in (question, other))
    assert np.array_equal(one[:, [0, 2]], two[:, [0, 2]])
    # A cell of the finer law: a split amount may reach the next one.
    assert np.all(two[:, 1] <= one[:, 1] + engine.award_law("A47").step_yuan)
    assert two[:, 1].sum() < one[:, 1].sum()


def test_other_years_are_as_likely_and_are_others() -> None:
    engine = _engine("real", 20_000)
    question = engine.central
    fresh = replace(question.span, first=question.span.count)
    one, two = (engine.years(question, ("industry",), s)[:, 0] for s in (question.span, fresh))
    assert not np.array_equal(one, two)
    assert abs(one.mean() - two.mean()) < 5 * np.hypot(one.std(), two.std()) / 20_000**0.5


def test_risk_is_found_on_years_that_are_never_held() -> None:
    years = _years("tiny", 20_000)
    money = np.full(years.shape[1], 10**7)
    bound = np.zeros(years.shape[1], dtype=np.int64)
    assert assess_accounts(years, bound, money, 0.05) == assess_accounts(
        hold(years), bound, money, 0.05
    )


def test_sobol_points_estimate_a_mean_more_closely() -> None:
    """Over 12 scramblings the mean demand of an account spreads at most half as widely."""
    spread = {}
    for points in ("random", "sobol"):
        question = _question("real", 1_024, points)
        engine = make_exact_engine(question)
        means = [
            engine.years(question, ("industry",), replace(question.span, seed=seed))[:].mean()
            for seed in range(12)
        ]
        spread[points] = np.std(means)
    assert spread["sobol"] < spread["random"] / 2


def test_sobol_points_end_somewhere() -> None:
    span = Span(seed=1, first=MOST_SOBOL, count=4, points="sobol")
    with pytest.raises(InputError) as error:
        sobol_points(3, span)
    assert str(error.value) == (
        "draws: draw 1048580 has no Sobol point. Ask for at most 1,048,576 draws, or random ones."
    )


def test_a_name_has_its_own_numbers() -> None:
    for points in ("random", "sobol"):
        numbers = Numbers(span=Span(seed=1, first=0, count=64, points=points), names=("a", "b"))
        assert np.array_equal(numbers.uniform("a"), numbers.uniform("a"))
        assert not np.array_equal(numbers.uniform("a"), numbers.uniform("b"))
