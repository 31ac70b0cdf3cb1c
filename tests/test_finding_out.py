"""What an assumption moves and what it is worth to find out: by hand, made anew, and by law."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import (
    ENGINES,
    FLAT,
    SURE,
    account,
    book,
    engine,
    load,
    pool,
    span,
    tiny,
)
from small_cities import arc

from model import finding_out
from model.allocation.knowing import perfect_information, value_of_finding_out
from model.allocation.plan import cost
from model.allocation.problem import Kind, Payments, Problem
from model.demand.draws import committed_yuan
from model.demand.engine import Engine
from model.demand.levels import at_level
from model.demand.question import Question
from model.demand.ranges import Effect, find_effects
from model.finding_out import (
    Ends,
    FindingOut,
    LikeProblems,
    find_out,
    find_swings,
    make_like_problems,
)
from model.pipeline import make_question
from model.transfer_rules import make_problem

YUAN = 1_000_000  # what a flat award pays
N = 400


@cache
def _tiny(name: str) -> tuple[Question, Engine, tuple[Effect, ...], LikeProblems]:
    """The tiny world as an engine sees it."""
    asked = make_question(tiny())
    asked = replace(asked, span=replace(asked.span, count=N))
    found = engine(name, asked)
    effects = find_effects(asked, found)
    problem = make_problem(tiny(), asked, found)
    return asked, found, effects, make_like_problems(problem, asked, found, effects)


@cache
def _found(name: str) -> FindingOut:
    _, _, effects, likes = _tiny(name)
    return find_out(likes, effects)


def _anew(name: str, ends: Ends) -> Problem:
    """The problem made anew, by an engine of its own, for a book with figures at their ends."""
    asked = _tiny(name)[0]
    pools = asked.book
    for path, end in ends:
        pools = at_level(pools, path, end)
    moved = replace(asked, book=pools)
    return make_problem(replace(tiny(), book=pools), moved, engine(name, moved))


# --- problems like the central one ---


@pytest.mark.parametrize("name", ENGINES)
def test_a_like_problem_is_the_one_made_for_its_assumption(name: str) -> None:
    *_, likes = _tiny(name)
    assert likes.touched
    for path in likes.touched:
        for end in ("low", "high"):
            here, anew = likes.at(((path, end),)), _anew(name, ((path, end),))
            assert np.array_equal(here.demand[:], anew.demand[:]), (path, end)
            assert np.array_equal(here.committed_yuan, anew.committed_yuan), (path, end)


@pytest.mark.parametrize("name", ENGINES)
def test_several_assumptions_move_together(name: str) -> None:
    *_, likes = _tiny(name)
    paths = ["assumptions.city_share", "pools.institutes.count.mean"]
    paths.append("accounts.building.committed.earlier_years")
    ends: Ends = ((paths[0], "high"), (paths[1], "low"), (paths[2], "high"))
    here, anew = likes.at(ends), _anew(name, ends)
    assert np.array_equal(here.demand[:], anew.demand[:])
    assert np.array_equal(here.committed_yuan, anew.committed_yuan)


def test_nothing_moved_is_the_problem_itself_and_limits_never_move() -> None:
    *_, likes = _tiny("exact")
    central, moved = likes.at(()), likes.at((("assumptions.city_share", "high"),))
    assert np.array_equal(central.demand[:], likes.problem.demand[:])
    assert not np.array_equal(moved.demand[:], likes.problem.demand[:])
    for one in (central, moved):
        assert (one.arcs, one.floors, one.domain_limits) == (
            likes.problem.arcs,
            likes.problem.floors,
            likes.problem.domain_limits,
        )


def test_of_many_years_the_first_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, found, effects, whole = _tiny("exact")
    monkeypatch.setattr(finding_out, "MOST_YEARS", 100)
    fewer = make_like_problems(whole.problem, asked, found, effects)
    ends: Ends = (("assumptions.city_share", "high"),)
    assert len(fewer.problem.demand) == 100
    assert np.array_equal(fewer.at(ends).demand[:], whole.at(ends).demand[:100])


def test_accounts_that_pay_by_rules_ask_by_kinds_in_like_problems() -> None:
    asked, found, effects, whole = _tiny("exact")

    def payments_of(question: Question) -> Payments:
        table = found.years(question, ("building",))[:]
        kinds = (Kind(id="x", account="building"), Kind(id="y", account="building", turn=1))
        return Payments(kinds=kinds, demand=np.column_stack([table // 3, table - table // 3]))

    ruled = replace(whole.problem, payments=payments_of(asked))
    likes = make_like_problems(ruled, asked, found, effects, payments_of)
    moved = likes.at((("assumptions.city_share", "high"),))
    assert moved.payments is not None
    column = moved.index["building"]
    assert np.array_equal(moved.payments.demand[:].sum(axis=1), moved.demand[:][:, column])
    assert cost(moved, ruled.budget_yuan) == pytest.approx(
        cost(whole.at((("assumptions.city_share", "high"),)), ruled.budget_yuan), rel=1e-12
    )
    careless = make_like_problems(ruled, asked, found, effects)
    with pytest.raises(ValueError, match="payments_of disagree on whether accounts have rules"):
        careless.at(())


# --- what an assumption moves ---


@pytest.mark.parametrize("name", ENGINES)
def test_the_swing_is_the_cost_of_the_adopted_budgets_at_each_end(name: str) -> None:
    _, _, effects, likes = _tiny(name)
    found = _found(name).findings
    budgets = likes.problem.budget_yuan
    assert {each.assumption for each in found} == set(likes.touched)
    assert [each.swing_yuan for each in found] == sorted(
        (e.swing_yuan for e in found), reverse=True
    )
    for each in found:
        assert each.central_cost_yuan == cost(likes.problem, budgets)
        for end, standing in (("low", each.low), ("high", each.high)):
            anew = _anew(name, ((each.assumption, end),))
            assert standing.cost_yuan == cost(anew, budgets)
            assert standing.gap_probability == {
                effect.account: effect.gap_probability
                for effect in effects
                if (effect.assumption, effect.at) == (each.assumption, end)
            }
            assert set(standing.gap_probability) == set(likes.touched[each.assumption])


def test_an_end_that_is_the_centre_moves_nothing() -> None:
    """city_part is 100 % at the centre and at its high."""
    (found,) = [e for e in _found("exact").findings if e.assumption == "assumptions.city_part"]
    assert found.high.cost_yuan == found.central_cost_yuan
    assert found.swing_yuan == found.central_cost_yuan - found.low.cost_yuan


def test_accounts_outside_the_problem_are_left_out() -> None:
    asked, found, effects, whole = _tiny("exact")
    stranger = replace(effects[0], account="nobody", assumption="accounts.nobody.payment_lag")
    likes = make_like_problems(whole.problem, asked, found, (*effects, stranger))
    assert likes.touched == whole.touched
    assert len(find_swings(likes, (*effects, stranger))) == len(whole.touched)


# --- what it is worth to find out ---


@pytest.mark.parametrize("name", ENGINES)
def test_the_value_is_that_of_the_problems_made_anew(name: str) -> None:
    *_, likes = _tiny(name)
    found = _found(name)
    assert found.perfect_information == perfect_information(likes.problem)
    for each in found.ranked[:6]:
        weights = likes.question.book.figures()[each.assumption].weights
        worlds = tuple(_anew(name, ((each.assumption, end),)) for end in ("low", "high"))
        shares = (weights[1], weights[0], weights[2])
        expected = value_of_finding_out(likes.problem, worlds, shares)
        assert each.value_yuan == pytest.approx(expected, abs=200)
        assert each.value_yuan >= 0


def test_values_are_ranked_and_the_weakest_may_be_left_out() -> None:
    _, _, effects, likes = _tiny("exact")
    found = find_out(likes, effects, most=2)
    assert [each.value_yuan is not None for each in found.findings[:3]] == [True, True, False]
    assert {each.assumption for each in found.ranked} == {
        each.assumption for each in found.findings[:2]
    }
    values = [each.value_yuan for each in _found("exact").ranked]
    assert values == sorted(values, reverse=True)
    assert len(values) == len(likes.touched)


def flat_city(levels: tuple[float, float, float], price: float = 1.0) -> FindingOut:
    """a has 10 to spare; b is asked for 20 of its 10, c for as many of its 10 as is assumed."""
    of = book(
        {
            "p": pool(20.0, {"X": SURE}, count={"certain": True}),
            "r": pool(levels, {"Y": SURE}, count={"certain": True}),
        },
        accounts={"a": account(), "b": account(), "c": account()},
    )
    asked = Question(
        book=of,
        awards={"X": FLAT, "Y": FLAT},
        loads=(load(key="a"), load("X", key="b"), load("Y", key="c")),
        budgets={"a": 10 * YUAN, "b": 10 * YUAN, "c": 10 * YUAN},
        span=span(8),
    )
    found = engine("exact", asked)
    names = ("a", "b", "c")
    problem = Problem(
        accounts=names,
        names=names,
        budget_yuan=np.full(3, 10 * YUAN),
        committed_yuan=np.array([committed_yuan(of.accounts[a]) for a in names]),
        demand=found.years(asked, names),
        weights=np.array([1.0, 1.0, price]),
        may_leave_yuan=np.array([10 * YUAN, 0, 0]),
        arcs=(arc("a", "b"), arc("a", "c")),
        worst_weight=0.0,
    )
    effects = find_effects(asked, found)
    return find_out(make_like_problems(problem, asked, found, effects), effects)


def test_the_value_of_finding_out_a_count_by_hand() -> None:
    """c, whose yuan counts twice, is asked for 10 in the low and central case and 20 in the high.

    With weights of a quarter, a half and a quarter 10 given to c save 2 x 10 / 4 = 5, and in b 10:
    so b gets them. Whoever knows gives them to c in the high case and saves 20 - 10 there.
    """
    found = flat_city((10, 10, 20), price=2.0)
    (only,) = found.findings
    assert (only.low.cost_yuan, only.high.cost_yuan) == (10 * YUAN, 30 * YUAN)
    assert only.central_cost_yuan == 10 * YUAN
    assert only.low.gap_probability == {"c": 0.0}
    assert only.high.gap_probability == pytest.approx({"c": 1.0}, abs=1e-9)
    assert only.value_yuan == pytest.approx(10 * YUAN / 4, abs=200)
    assert found.perfect_information.value == pytest.approx(0.0, abs=1.0)


def test_an_assumption_that_moves_the_cost_and_no_money_is_worth_exactly_nothing() -> None:
    """c counts no more than b, and b can use every yuan: to know c changes nothing."""
    found = flat_city((10, 12, 20))
    (only,) = found.ranked
    assert only.swing_yuan == 10 * YUAN
    assert only.value_yuan == 0.0
