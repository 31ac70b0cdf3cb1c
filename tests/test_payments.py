"""How an account pays its kinds of claims: layers by hand, and against the whole programme."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_cities import city, toy, wan

from model.allocation.layers import layers_of
from model.allocation.plan import cost, weighted_unpaid
from model.allocation.problem import Kind, Payments, Problem
from model.allocation.search import Search
from model.allocation.solver import full_cost
from model.errors import InputError
from model.money import WAN

ASKED = np.stack([wan(300, 200), wan(400, 300), wan(450, 300), wan(420, 400)])


def by_kind(*kinds: Kind, asked: np.ndarray = ASKED, **more: object) -> Problem:
    """The toy whose account b pays two kinds of claims by a rule."""
    payments = Payments(kinds=kinds, demand=asked, **more)
    demand = np.array(toy().demand)
    demand[:, 1] = asked.sum(axis=1)
    return toy(demand=demand, payments=payments)


def unpaid_of_b(problem: Problem, b_wan: float) -> list[float]:
    """The weighted unpaid money of b in 万元 when it holds so much, a and c being rich."""
    money = np.array([10_000, b_wan, 10_000]) * WAN
    return (weighted_unpaid(problem, money) / WAN).tolist()


def test_kinds_of_one_turn_share_alike() -> None:
    """600 for 300 + 200, 400 + 300, 450 + 300, 420 + 400: 100, 150 and 220 are missing.

    A yuan missing counts the mean of the weights 2 and 1 by what is asked.
    """
    problem = by_kind(Kind(id="x", account="b", weight=2.0), Kind(id="y", account="b", weight=1.0))
    expected = [0, 100 * (800 + 300) / 700, 150 * (900 + 300) / 750, 220 * (840 + 400) / 820]
    assert unpaid_of_b(problem, 600) == pytest.approx(expected)


def test_an_earlier_turn_is_paid_first() -> None:
    """350 pays x in part where it asks for 400 and more; y then gets nothing."""
    x, y = Kind(id="x", account="b", weight=3.0), Kind(id="y", account="b", turn=1)
    expected = [150, 3 * 50 + 300, 3 * 100 + 300, 3 * 70 + 400]
    assert unpaid_of_b(by_kind(x, y), 350) == pytest.approx(expected)


def test_above_a_ceiling_no_money_pays() -> None:
    """x gets 410 at most: 40 and 10 are missing in the last two draws whatever the money."""
    x = Kind(id="x", account="b", weight=2.0, ceiling_yuan=410 * WAN)
    problem = by_kind(x, Kind(id="y", account="b", weight=2.0))
    assert unpaid_of_b(problem, 5_000) == pytest.approx([0, 0, 80, 20])
    assert unpaid_of_b(problem, 700) == pytest.approx([0, 0, 80 + 20, 20 + 220])


def test_a_guaranteed_part_comes_before_the_turns() -> None:
    """Half of everything first, then x, then y: the layers end at 250, 400, 500 in draw 1."""
    x, y = Kind(id="x", account="b"), Kind(id="y", account="b", turn=1)
    problem = by_kind(x, y, guaranteed={"b": 0.5})
    layers = layers_of(problem, slice(0, 1))
    ends = layers.owed[0][layers.account == 1]
    assert (ends / WAN).tolist() == [250, 400, 500]
    assert unpaid_of_b(problem, 450) == pytest.approx([50, 250, 300, 370])


def test_one_kind_an_account_is_the_account_itself() -> None:
    plain = toy()
    kind = Kind(id="x", account="b")
    problem = replace(plain, payments=Payments(kinds=(kind,), demand=plain.demand[:, [1]]))
    for money in (plain.budget_yuan, plain.budget_yuan - 90 * WAN):
        assert cost(problem, money) == pytest.approx(cost(plain, money), rel=1e-12)


def with_rules(seed: int) -> Problem:
    """A city in which two accounts pay by rules: one in turns, one alike within a ceiling."""
    problem = city(seed)
    rng = np.random.default_rng(seed)
    parts = []
    for column in (0, 2):
        share = rng.uniform(0.2, 0.8, len(problem.demand))
        first = (problem.demand[:, column] * share).astype(np.int64)
        parts += [first, problem.demand[:, column] - first]
    asked = np.stack(parts, axis=1)
    kinds = (
        Kind(id="u", account="a0", weight=2.0),
        Kind(id="v", account="a0", weight=0.5, turn=1),
        Kind(id="w", account="a2", weight=1.5, ceiling_yuan=int(np.median(asked[:, 2]))),
        Kind(id="x", account="a2", weight=0.7),
    )
    return replace(problem, payments=Payments(kinds=kinds, demand=asked))


@pytest.mark.parametrize("seed", range(8))
def test_the_least_cost_is_that_of_the_programme_that_pays_every_kind(seed: int) -> None:
    problem = with_rules(seed)
    optimum = Search(problem).least_cost(1.0)
    assert optimum is not None
    for solver in ("HiGHS", "CBC"):
        expected = full_cost(problem, solver)
        assert optimum.lower_yuan == pytest.approx(expected, rel=1e-6)
        assert optimum.upper_yuan == pytest.approx(expected, rel=1e-6)
    assert cost(problem, optimum.money_yuan) == pytest.approx(optimum.upper_yuan, rel=1e-9)


@given(
    asked=st.lists(st.tuples(*[st.integers(0, 50)] * 3), min_size=2, max_size=5),
    turns=st.tuples(*[st.integers(0, 2)] * 3),
    guaranteed=st.sampled_from([0.0, 0.3, 1.0]),
)
@settings(max_examples=60)
def test_what_is_unpaid_never_depends_on_the_rule_where_all_count_alike(
    asked: list[tuple[int, int, int]], turns: tuple[int, int, int], guaranteed: float
) -> None:
    """A rule says who is paid; how much is unpaid in all follows from the money."""
    table = np.array(asked, dtype=np.int64)
    kinds = tuple(Kind(id=str(i), account="b", turn=turn) for i, turn in enumerate(turns))
    demand = np.zeros((len(table), 3), dtype=np.int64)
    demand[:, 1] = table.sum(axis=1)
    rules = Payments(kinds=kinds, demand=table, guaranteed={"b": guaranteed})
    problem = toy(demand=demand, payments=rules, committed_yuan=wan(0, 0, 0))
    for money in (0, 17, 60, 200):
        held = np.array([0, money, 0])
        expected = np.maximum(demand[:, 1] - money, 0)
        assert weighted_unpaid(problem, held).tolist() == pytest.approx(expected.tolist())


FAULTS = [
    (
        (Kind(id="x", account="b", weight=1.0), Kind(id="y", account="b", weight=2.0, turn=1)),
        {},
        "allocation: 'b' pays 'x' (weight 1) before 'y' (weight 2). "
        "Pay what counts more first, or give both one weight.",
    ),
    (
        (Kind(id="x", account="b", weight=2.0), Kind(id="y", account="b", turn=1)),
        {"guaranteed": {"b": 0.5}},
        "allocation: 'b' guarantees a part to all its kinds, whose weights differ. "
        "Give all kinds of the account one weight.",
    ),
    (
        (Kind(id="x", account="q", weight=-1.0, ceiling_yuan=-1), Kind(id="x", account="b")),
        {"guaranteed": {"b": 2.0}},
        "allocation: the kind 'x' names no account 'q'. Known here: a, b, c.\n"
        "allocation: the weight of 'x' is -1.0. Give a number not negative.\n"
        "allocation: the ceiling of 'x' is negative. Give 0 or more.\n"
        "allocation: kind 'x' is given twice. Give each kind once.\n"
        "allocation: 'b' guarantees 2.0. Give a part from 0 to 1.",
    ),
    (
        (Kind(id="x", account="b"),),
        {},
        "allocation: the demand of kinds has shape (4, 2), not (4, 1). "
        "Give one row for each draw and one column for each kind.",
    ),
]


@pytest.mark.parametrize(("kinds", "more", "message"), FAULTS)
def test_a_rule_that_cannot_be_is_told_in_full(
    kinds: tuple[Kind, ...], more: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError) as error:
        by_kind(*kinds, **more)
    assert str(error.value) == message
