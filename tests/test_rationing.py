"""The rules of rationing: published cases in exact fractions, and the laws each is known by."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.allocation.rationing import (
    Split,
    equal_awards,
    equal_losses,
    guaranteed,
    in_turns,
    pro_rata,
    queue,
    talmud,
)

Rule = Callable[[np.ndarray, int], Split]
RULES: dict[str, Rule] = {
    "pro_rata": pro_rata,
    "equal_awards": equal_awards,
    "equal_losses": equal_losses,
    "talmud": talmud,
}
ALL_RULES: dict[str, Rule] = RULES | {
    "queue": lambda claims, money: queue(claims, money, np.arange(len(claims))[::-1]),
    "in_turns": lambda claims, money: in_turns(claims, money, np.arange(len(claims)) % 2),
    "guaranteed": lambda claims, money: guaranteed(
        claims, money, np.arange(len(claims)) % 3, Fraction(1, 3)
    ),
    "weighted": lambda claims, money: equal_awards(claims, money, 1 + np.arange(len(claims)) % 3),
}


def shares(rule: Rule, claims: list[int], money: int) -> list[Fraction]:
    return rule(np.array(claims, np.int64), money).fractions()


def fractions(text: str) -> list[Fraction]:
    return [Fraction(part) for part in text.split()]


# --- published ---

# Claims 100, 200, 300. Talmud at 100 to 300: Aumann and Maschler 1985, JET 36; the rest follows
# from the definitions of the rules, worked out by hand.
TALMUD_TABLE = {
    100: ("100/3 100/3 100/3", "100/3 100/3 100/3", "0 0 100", "50/3 100/3 50"),
    200: ("50 75 75", "200/3 200/3 200/3", "0 50 150", "100/3 200/3 100"),
    300: ("50 100 150", "100 100 100", "0 100 200", "50 100 150"),
    400: ("50 125 225", "100 150 150", "100/3 400/3 700/3", "200/3 400/3 200"),
    500: ("200/3 500/3 800/3", "100 200 200", "200/3 500/3 800/3", "250/3 500/3 250"),
}
TABLE_RULES = (talmud, equal_awards, equal_losses, pro_rata)


@pytest.mark.parametrize("estate", TALMUD_TABLE)
def test_the_three_wives_of_the_talmud_and_the_neighbouring_rules(estate: int) -> None:
    for rule, expected in zip(TABLE_RULES, TALMUD_TABLE[estate], strict=True):
        assert shares(rule, [100, 200, 300], estate) == fractions(expected), rule.__name__


def test_the_contested_garment() -> None:
    """One claims half of it, the other all: a quarter and three quarters; counted in halves."""
    assert [part / 2 for part in shares(talmud, [1, 2], 2)] == fractions("1/4 3/4")


def test_the_four_sons_of_ibn_ezra() -> None:
    """Claims 120, 60, 40, 30 on 120 (O'Neill 1982, Math. Soc. Sci. 2); our rules by hand."""
    sons = [120, 60, 40, 30]
    assert shares(pro_rata, sons, 120) == fractions("288/5 144/5 96/5 72/5")
    assert shares(equal_awards, sons, 120) == fractions("30 30 30 30")
    assert shares(equal_losses, sons, 120) == fractions("260/3 80/3 20/3 0")
    assert shares(talmud, sons, 120) == fractions("55 30 20 15")


def test_maximin_fair_shares_plain_and_weighted() -> None:
    """Keshav 1997, pages 215 to 217, in tenths: capacities 10 and 16."""
    plain = equal_awards(np.array([20, 26, 40, 50]), 100).fractions()
    assert [part / 10 for part in plain] == fractions("2 2.6 2.7 2.7")
    weights = np.array([25, 40, 5, 10])
    weighted = equal_awards(np.array([40, 20, 100, 40]), 160, weights).fractions()
    assert [part / 10 for part in weighted] == fractions("4 2 6 4")


def test_an_example_of_the_package_of_claims_problems() -> None:
    """Claims 2, 4, 7, 8 on 10 (CRAN ClaimsProblems, page of CEL); shares by hand."""
    claims = [2, 4, 7, 8]
    assert shares(equal_losses, claims, 10) == fractions("0 1 4 5")
    assert shares(equal_awards, claims, 10) == fractions("2 8/3 8/3 8/3")
    assert shares(talmud, claims, 10) == fractions("1 2 7/2 7/2")
    assert shares(pro_rata, claims, 10) == fractions("20/21 40/21 10/3 80/21")


# --- laws ---

amounts = st.lists(st.integers(0, 60) | st.integers(0, 10**13), min_size=0, max_size=8)


@st.composite
def problems(draw: st.DrawFn) -> tuple[list[int], int]:
    claims = draw(amounts)
    return claims, draw(st.integers(0, sum(claims) + 5))


few = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize("name", ALL_RULES)
@few
@given(problem=problems())
def test_all_is_given_out_and_nobody_gets_more_than_his_claim(
    name: str, problem: tuple[list[int], int]
) -> None:
    claims, money = problem
    got = shares(ALL_RULES[name], claims, money)
    assert sum(got) == min(money, sum(claims))
    assert all(0 <= part <= claim for part, claim in zip(got, claims, strict=True))
    assert ALL_RULES[name](np.array(claims, np.int64), money).total() == sum(got)


@pytest.mark.parametrize("name", RULES)
@few
@given(problem=problems())
def test_who_claims_more_gets_no_less_and_loses_no_less(
    name: str, problem: tuple[list[int], int]
) -> None:
    claims, money = sorted(problem[0]), problem[1]
    got = shares(RULES[name], claims, money)
    lost = [claim - part for claim, part in zip(claims, got, strict=True)]
    assert got == sorted(got)
    assert lost == sorted(lost)


@pytest.mark.parametrize("name", ALL_RULES)
@few
@given(problem=problems(), more=st.integers(0, 50))
def test_more_money_never_gives_anybody_less(
    name: str, problem: tuple[list[int], int], more: int
) -> None:
    claims, money = problem
    before, after = (shares(ALL_RULES[name], claims, m) for m in (money, money + more))
    assert all(late >= early for early, late in zip(before, after, strict=True))


@pytest.mark.parametrize("name", RULES)
@few
@given(problem=problems(), seed=st.randoms(use_true_random=False))
def test_the_order_of_the_claims_changes_nothing(
    name: str, problem: tuple[list[int], int], seed: object
) -> None:
    claims, money = problem
    order = list(range(len(claims)))
    seed.shuffle(order)  # type: ignore[attr-defined]
    got = shares(RULES[name], claims, money)
    assert shares(RULES[name], [claims[i] for i in order], money) == [got[i] for i in order]


DUALS = {"pro_rata": "pro_rata", "equal_losses": "equal_awards", "talmud": "talmud"}


@pytest.mark.parametrize("name", DUALS)
@few
@given(problem=problems())
def test_what_a_rule_gives_is_what_its_dual_leaves_of_the_losses(
    name: str, problem: tuple[list[int], int]
) -> None:
    """losses(E) = d - awards(D - E); pro rata and the Talmud are duals of themselves."""
    claims, money = problem
    money = min(money, sum(claims))
    dual = shares(RULES[DUALS[name]], claims, sum(claims) - money)
    left = [claim - part for claim, part in zip(claims, dual, strict=True)]
    assert shares(RULES[name], claims, money) == left


@pytest.mark.parametrize("name", RULES)
@few
@given(problem=problems())
def test_those_who_stay_share_again_as_before(name: str, problem: tuple[list[int], int]) -> None:
    """Consistency: when some leave with their part, the rule gives the others what they had.

    Counted in parts of the whole, so that what is left is a whole number.
    """
    claims, money = problem
    split = RULES[name](np.array(claims, np.int64), money)
    stay = [i for i in range(len(claims)) if i % 2]
    finer = [claims[i] * split.whole for i in stay]
    left = sum(split.parts[i] for i in stay)
    again = RULES[name](np.array(finer, object), left).fractions()
    assert [part / split.whole for part in again] == [split.fractions()[i] for i in stay]


@few
@given(problem=problems())
def test_a_turn_is_paid_only_when_the_one_before_is_full(problem: tuple[list[int], int]) -> None:
    claims, money = problem
    turns = np.arange(len(claims)) % 3
    got = in_turns(np.array(claims, np.int64), money, turns).fractions()
    for turn in (1, 2):
        if any(got[i] for i in range(len(claims)) if turns[i] == turn):
            earlier = [i for i in range(len(claims)) if turns[i] < turn]
            assert all(got[i] == claims[i] for i in earlier)


def test_a_guarantee_that_the_money_does_not_reach_is_shared_in_proportion() -> None:
    claims, turns = np.array([100, 300]), np.array([0, 1])
    assert guaranteed(claims, 100, turns, Fraction(1, 2)).fractions() == fractions("25 75")
    assert guaranteed(claims, 200, turns, Fraction(1, 2)).fractions() == fractions("50 150")
    assert guaranteed(claims, 230, turns, Fraction(1, 2)).fractions() == fractions("80 150")


def test_amounts_that_no_machine_word_holds_are_exact() -> None:
    claims = np.array([10**30, 2 * 10**30, 3 * 10**30], object)
    assert talmud(claims, 2 * 10**30).fractions() == [
        Fraction(10**30, 2),
        Fraction(3 * 10**30, 4),
        Fraction(3 * 10**30, 4),
    ]
