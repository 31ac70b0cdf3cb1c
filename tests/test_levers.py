"""A lever says what moving a figure does, and finds the loosest printable figure that fits."""

from __future__ import annotations

import doctest
from dataclasses import replace
from fractions import Fraction
from functools import cache
from math import floor

import numpy as np
import pytest
from award_sample import EVERY_KIND, POOLS, WAN
from demand_sample import (
    ENGINES,
    FLAT,
    SURE,
    account,
    award,
    book,
    engine,
    figure,
    load,
    pool,
    question,
    real,
    span,
    tiny,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from model import levers
from model.demand.engine import Engine
from model.demand.question import Question
from model.ladder import Value, printed_from
from model.levers import (
    MOST_LOOSER,
    MOST_TIGHTER,
    Lever,
    Trial,
    find_levers,
    find_promised_ratios,
    largest_ratio,
)
from model.pipeline import make_question
from model.printed_figures import with_figure

CLAIMS = 9.0
TARGET = 0.05
ONE = {"X": "account", "Y": "account"}


def poisson_above(count: int) -> float:
    """The chance of more claims than a count."""
    return float(stats.poisson.sf(count, CLAIMS))


@cache
def flat_world(money: int, name: str = "exact") -> tuple[Question, Engine]:
    """Awards of 1 million for a Poisson number of claims, 9 in the mean."""
    of = book({"p": pool(CLAIMS, {"X": SURE})})
    asked = question(of, {"X": FLAT}, money, span(4_000))
    return asked, engine(name, asked)


def only(found: tuple[Lever, ...]) -> Lever:
    (one,) = found
    return one


def flat_lever(money: int, target: float = TARGET) -> Lever:
    asked, found = flat_world(money)
    return only(find_levers(asked, ONE, found, {"account"}, target))


def look_again(asked: Question, found: Engine, lever: Lever, value: Value) -> float:
    """The account's chance of a gap with the lever's figure at a value, found anew."""
    changed = with_figure(asked.awards[lever.award], lever.figure, value)
    assert changed is not None
    other = replace(asked, awards={**asked.awards, lever.award: changed})
    return found.look(other, lever.account).gap(asked.money(lever.account))


def one_looser(lever: Lever, value: Value) -> Value | None:
    """The next printable value on the looser side that is offered."""
    beyond = printed_from(value, lever.figure.looser, 1)
    return beyond[0] if beyond else None


# --- by hand ---


def test_one_step_each_way_has_its_closed_form() -> None:
    """Ten million pay for 10 claims of 100万元, 11 of 90万元, 9 of 110万元."""
    lever = flat_lever(10_000_000)
    assert (lever.account, lever.award, lever.figure.path) == ("account", "X", ("amount",))
    steps = (lever.tighter, lever.present, lever.looser)
    for trial, value, pays in zip(steps, (90, 100, 110), (11, 10, 9), strict=True):
        assert trial is not None
        assert trial.value == value * WAN
        assert trial.demand_mean_yuan == pytest.approx(CLAIMS * value * WAN, rel=1e-6)
        assert trial.gap_probability == pytest.approx(poisson_above(pays), abs=1e-6)


def test_the_figure_that_fits_is_the_largest_printable_one_that_does() -> None:
    """At most 5 % of the years have more than 14 claims: 10 million / 14 is 71.4万元."""
    assert poisson_above(14) < TARGET < poisson_above(13)
    lever = flat_lever(10_000_000)
    assert lever.present.gap_probability > TARGET
    assert lever.reached
    assert lever.fitting is not None
    assert lever.fitting.value == 70 * WAN
    assert lever.fitting.gap_probability == pytest.approx(poisson_above(14), abs=1e-6)
    assert lever.searched_to == 1 * WAN


def test_where_the_money_is_enough_the_figure_may_rise_until_it_is_not() -> None:
    """20 million / 14 is 142.9万元."""
    lever = flat_lever(20_000_000)
    assert lever.present.gap_probability <= TARGET
    assert lever.fitting is not None
    assert lever.fitting.value == 140 * WAN
    assert lever.searched_to == 1_000 * WAN


def test_a_figure_that_may_not_rise_at_all_stays_as_it_is() -> None:
    """14 million pay for 14 claims of 100万元 and for 12 of 110万元."""
    lever = flat_lever(14_000_000)
    assert lever.fitting == lever.present


def test_where_even_tenfold_fits_the_search_ends_there() -> None:
    lever = flat_lever(1_000_000_000)
    assert lever.fitting is not None
    assert lever.fitting.value == lever.searched_to == 1_000 * WAN


def test_where_no_figure_reaches_the_target_none_is_named() -> None:
    """Another award alone asks for more than there is in 29 % of the years."""
    of = book({"p": pool(0.5, {"X": SURE}), "q": pool(CLAIMS, {"Y": SURE})})
    asked = question(of, {"X": FLAT, "Y": FLAT}, 10_000_000, span(100))
    found = find_levers(asked, ONE, engine("exact", asked), {"account"}, TARGET)
    x, y = found
    assert (x.award, x.reached, x.fitting) == ("X", False, None)
    assert x.searched_to == 1 * WAN
    assert (y.award, y.reached) == ("Y", True)


def test_a_figure_that_cannot_move_further_says_so() -> None:
    least = award("matching", {"base_yuan": "money"}, base_column="base_yuan", ratio="1%")
    of = book({"p": pool(CLAIMS, {"X": {"base_yuan": {"fixed": 1_000_000}}})})
    asked = question(of, {"X": least}, 1_000, span(100))
    lever = only(find_levers(asked, ONE, engine("exact", asked), {"account"}, TARGET))
    assert lever.tighter is None
    assert lever.looser is not None
    assert lever.fitting is None
    assert lever.searched_to == Fraction(1, 100)


def test_the_dearest_grade_stops_at_the_cap_and_at_the_grade_below() -> None:
    graded = award(
        "grades", {"grade": "choice"}, grades={"A": "100万元", "B": "80万元"}, cap="100万元"
    )
    mix = {"grade": {"mix": figure({"A": 1.0, "B": 1.0})}}
    of = book({"p": pool(CLAIMS, {"X": mix})})
    asked = question(of, {"X": graded}, 2_000_000, span(100))
    top, low, cap = find_levers(asked, ONE, engine("exact", asked), {"account"}, TARGET)
    assert [lever.figure.path[-1] for lever in (top, low, cap)] == ["A", "B", "cap"]
    assert (top.looser, top.searched_to, top.reached) == (None, 80 * WAN, False)
    assert low.looser is not None
    assert low.looser.value == 90 * WAN
    assert cap.looser is not None
    assert cap.looser.demand_mean_yuan == pytest.approx(cap.present.demand_mean_yuan)


# --- every kind ---


@cache
def every_kind() -> tuple[Question, Engine, dict[str, tuple[Lever, ...]]]:
    """Each kind of award paid from an account of its own that is short in some years."""
    of = book(POOLS, accounts={kind: account() for kind in EVERY_KIND})
    loads = tuple(load(kind, key=kind) for kind in EVERY_KIND)
    asked = Question(
        book=of,
        awards=EVERY_KIND,
        loads=loads,
        budgets=dict.fromkeys(EVERY_KIND, 0),
        span=span(100),
    )
    found = engine("exact", asked)
    budgets = {kind: round(1.25 * found.look_at_award(asked, kind)) for kind in EVERY_KIND}
    asked = replace(asked, budgets=budgets)
    paying = {kind: kind for kind in EVERY_KIND}
    moved = find_levers(asked, paying, found, set(EVERY_KIND), TARGET)
    return asked, found, {k: tuple(m for m in moved if m.award == k) for k in EVERY_KIND}


WEAK = {("grades", "grades.A")}  # where a step changes no claim: an amount above its cap


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_tighter_really_lowers_demand_and_the_chance_and_looser_raises_them(kind: str) -> None:
    _, _, moved = every_kind()
    assert moved[kind]
    for lever in moved[kind]:
        weak = (kind, ".".join(map(str, lever.figure.path))) in WEAK
        mean, chance = lever.present.demand_mean_yuan, lever.present.gap_probability
        assert chance > TARGET
        if lever.tighter is not None:
            assert lever.tighter.demand_mean_yuan <= mean * (1 + 1e-9)
            assert weak or lever.tighter.demand_mean_yuan < mean, lever.figure
            assert lever.tighter.gap_probability <= chance + 1e-9
        if lever.looser is not None:
            assert lever.looser.demand_mean_yuan >= mean * (1 - 1e-9)
            assert weak or lever.looser.demand_mean_yuan > mean, lever.figure
            assert lever.looser.gap_probability >= chance - 1e-9


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_figure_that_fits_does_and_one_looser_does_not(kind: str) -> None:
    asked, found, moved = every_kind()
    for lever in moved[kind]:
        if lever.fitting is None:
            assert look_again(asked, found, lever, lever.searched_to) > TARGET
            continue
        value = lever.fitting.value
        chance = look_again(asked, found, lever, value)
        assert chance == pytest.approx(lever.fitting.gap_probability, abs=1e-12)
        assert chance <= TARGET
        beyond = one_looser(lever, value)
        assert beyond is not None
        assert look_again(asked, found, lever, beyond) > TARGET


@pytest.mark.parametrize("kind", ["approved", "matching", "per_unit", "rate_of_increase"])
def test_the_chance_never_rises_on_the_way_to_a_tighter_figure(kind: str) -> None:
    """What the search takes for granted, tried at every rung."""
    asked, found, moved = every_kind()
    for lever in moved[kind]:
        tighter = printed_from(lever.figure.value, lever.figure.tighter, MOST_TIGHTER)
        chances = [
            look_again(asked, found, lever, value)
            for value in [lever.figure.value, *tighter]
            if with_figure(asked.awards[kind], lever.figure, value) is not None
        ]
        assert np.all(np.diff(chances) <= 1e-9)


# --- properties ---


@settings(max_examples=25)
@given(money=st.integers(1, 60), target=st.floats(0.001, 0.9))
def test_the_figure_that_fits_is_found_by_trying_them_all(money: int, target: float) -> None:
    lever = flat_lever(money * 1_000_000, target)
    amounts = [
        *reversed(printed_from(100 * WAN, "up", MOST_LOOSER)),
        *(100 * WAN, *printed_from(100 * WAN, "down", MOST_TIGHTER)),
    ]
    fitting = [a for a in amounts if poisson_above(floor(money * 100 * WAN / a)) <= target]
    assert (None if lever.fitting is None else lever.fitting.value) == next(iter(fitting), None)


@settings(max_examples=15)
@given(money=st.integers(1, 40), targets=st.tuples(*[st.floats(0.01, 0.8)] * 2).map(sorted))
def test_a_higher_target_never_asks_for_a_tighter_figure(money: int, targets) -> None:
    strict, lenient = (flat_lever(money * 1_000_000, target) for target in targets)
    if strict.fitting is not None:
        assert lenient.fitting is not None
        assert lenient.fitting.value >= strict.fitting.value


# --- which levers, and how much work ---


class Counting:
    """An engine that counts how often it is asked for an account."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.looks = engine, 0

    def __getattr__(self, name: str):
        return getattr(self.engine, name)

    def look(self, asked: Question, key: str):
        self.looks += 1
        return self.engine.look(asked, key)


@pytest.mark.parametrize("money", [10_000_000, 20_000_000, 14_000_000, 1_000])
def test_a_lever_is_found_in_at_most_twelve_looks(money: int) -> None:
    asked, found = flat_world(money)
    counting = Counting(found)
    find_levers(asked, ONE, counting, {"account"}, TARGET)  # type: ignore[arg-type]
    assert 4 <= counting.looks <= 12


def test_only_awards_of_the_accounts_given_are_levers_in_the_order_of_the_document() -> None:
    asked, found = tiny_world()
    paying = tiny().account_of_award()
    every = find_levers(asked, paying, found, {"building", "skills", "research"}, TARGET)
    assert [f"{lever.award}.{'.'.join(map(str, lever.figure.path))}" for lever in every] == [
        *("B2a.grades.甲", "B2a.grades.乙", "B2a.uplift", "B2a.cap"),
        *("B2a.minimums.invested_yuan", "B3a.cap", "B5a.amount", "B5b.ratio", "B5b.cap"),
        "B7a.units.places",
    ]
    some = find_levers(asked, paying, found, {"skills"}, TARGET)
    assert [lever.award for lever in some] == ["B3a"]
    assert find_levers(asked, dict.fromkeys(paying), found, {"skills"}, TARGET) == ()


@cache
def tiny_world(name: str = "exact") -> tuple[Question, Engine]:
    asked = make_question(tiny("smaller"))
    asked = replace(asked, span=replace(asked.span, count=400))
    return asked, engine(name, asked)


@pytest.mark.parametrize("name", ENGINES)
def test_the_present_figures_are_the_central_run(name: str) -> None:
    asked, found = tiny_world(name)
    paying = tiny().account_of_award()
    for lever in find_levers(asked, paying, found, {"building"}, TARGET):
        view = found.look(asked, "building")
        assert lever.present == Trial(
            value=lever.figure.value,
            demand_mean_yuan=found.look_at_award(asked, lever.award),
            gap_probability=view.gap(asked.money("building")),
        )
        assert lever.target == TARGET


@pytest.mark.parametrize("name", ENGINES)
def test_the_figure_that_fits_fits_whatever_the_engine(name: str) -> None:
    asked, found = tiny_world(name)
    paying = tiny().account_of_award()
    moved = find_levers(asked, paying, found, {"building", "research"}, 0.2)
    sought = [lever for lever in moved if lever.fitting is not None]
    assert sought
    for lever in sought:
        assert lever.fitting is not None
        assert look_again(asked, found, lever, lever.fitting.value) <= 0.2
        if lever.fitting.value != lever.searched_to:
            beyond = one_looser(lever, lever.fitting.value)
            assert beyond is not None
            assert look_again(asked, found, lever, beyond) > 0.2


# --- the first real paper ---


@cache
def real_case() -> tuple[Question, Engine, dict[tuple[str, str], Lever]]:
    """Three awards of the two accounts that are tight."""
    asked = make_question(real())
    found = engine("exact", asked)
    paying = real().account_of_award()
    chosen = {key: paying[key] if key in ("A19a", "A21d", "A47") else None for key in paying}
    moved = find_levers(asked, chosen, found, {"industry", "opening_up"}, TARGET)
    return asked, found, {(m.award, ".".join(map(str, m.figure.path))): m for m in moved}


def test_levers_of_the_real_paper_fit_and_one_looser_does_not() -> None:
    asked, found, moved = real_case()
    assert {key[0] for key in moved} == {"A19a", "A21d", "A47"}
    reached = {key for key, lever in moved.items() if lever.reached}
    assert ("A19a", "cap") in reached
    assert ("A47", "ratio") in reached
    for key in reached:
        lever = moved[key]
        assert lever.fitting is not None
        assert look_again(asked, found, lever, lever.fitting.value) <= TARGET
        beyond = one_looser(lever, lever.fitting.value)
        assert beyond is not None
        assert look_again(asked, found, lever, beyond) > TARGET


def test_no_lever_of_the_real_paper_moves_demand_the_wrong_way() -> None:
    for key, lever in real_case()[2].items():
        mean = lever.present.demand_mean_yuan
        if lever.tighter is not None:
            assert lever.tighter.demand_mean_yuan <= mean * (1 + 1e-9), key
        if lever.looser is not None:
            assert lever.looser.demand_mean_yuan >= mean * (1 - 1e-9), key


# --- the ratio that can be promised ---


@pytest.mark.parametrize(
    ("money", "ratio"),
    [(7_000_000, Fraction(1, 2)), (14_000_000, Fraction(1)), (90_000_000, Fraction(1)), (0, 0)],
)
def test_the_ratio_is_the_money_over_what_19_years_of_20_ask_for(money: int, ratio) -> None:
    """In 95 % of the years at most 14 million are asked for."""
    _, found = flat_world(money)
    (promise,) = find_promised_ratios({"account": found.risk("account", money, TARGET)})
    assert (promise.account, promise.available_yuan) == ("account", money)
    assert promise.demand_p95_yuan == 14_000_000
    assert promise.ratio == ratio


@given(st.integers(0, 30_000_000))
def test_the_promise_is_kept_and_a_larger_one_would_not_be(money: int) -> None:
    ratio = largest_ratio(money, 14_000_000)
    asked, found = flat_world(10_000_000)
    view = found.look(asked, "account")

    def broken(part: Fraction) -> float:
        """The chance that part x demand exceeds the money."""
        return view.gap(floor(money / part)) if part else 0.0

    assert 0 <= ratio <= 1
    assert broken(ratio) <= TARGET
    if 0 < ratio < 1:
        assert broken(ratio * Fraction(1_000_001, 1_000_000)) > TARGET


def test_whole_percents_are_rounded_down() -> None:
    _, found = flat_world(10_000_000)
    (promise,) = find_promised_ratios({"account": found.risk("account", 10_000_000, TARGET)})
    assert promise.ratio == Fraction(5, 7)
    assert promise.percent == 71


def test_without_money_nothing_can_be_promised_and_without_claims_everything() -> None:
    of = book({"p": pool(0.0, {"X": SURE})})
    asked = question(of, {"X": FLAT}, 5, span(100))
    found = engine("exact", asked)
    risks = {"some": found.risk("account", 5, TARGET), "none": found.risk("account", 0, TARGET)}
    some, none = find_promised_ratios(risks)
    assert (some.ratio, some.percent, none.ratio, none.percent) == (1, 100, 0, 0)


def test_the_example_of_the_docstring_holds() -> None:
    assert doctest.testmod(levers).attempted >= 1
    assert doctest.testmod(levers).failed == 0
