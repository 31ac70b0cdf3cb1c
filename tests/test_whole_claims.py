"""Claims that are paid whole or not at all: knapsacks with known answers, queues by hand."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import product

import numpy as np
import pytest

from model.allocation.allotment import allot
from model.allocation.allotment_check import faults
from model.allocation.asked import Asked, Award
from model.allocation.lp_whole import (
    Lots,
    choose_lots,
    fill_in_order,
    keeps,
    solve_lots,
    worth_of,
)
from model.allocation.whole_claims import make_lots
from model.errors import BudgetError

# Capacity, weights, values, best value, its items, value of the greedy choice, bound of the linear
# programme. P07: Burkardt's KNAPSACK_01 in Guillaume-Helbecque/P3D-DFS; P04 and A: R adagio,
# `knapsack.Rd`; P01 to P03, P06: KNAPSACK_01. Greedy and bounds by hand.
KNAPSACKS = {
    "P01": (
        (165, [23, 31, 29, 44, 53, 38, 63, 85, 89, 82], [92, 57, 49, 68, 60, 43, 67, 84, 87, 72]),
        (309, [1, 2, 3, 4, 6], 309, 309.0189),
    ),
    "P02": ((26, [12, 7, 11, 8, 9], [24, 13, 23, 15, 16]), (51, [2, 3, 4], 47, 52.625)),
    "P03": (
        (190, [56, 59, 80, 64, 75, 17], [50, 50, 64, 46, 50, 5]),
        (150, [1, 2, 5], 146, 160),
    ),
    "P04": (
        (50, [31, 10, 20, 19, 4, 3, 6], [70, 20, 39, 37, 7, 5, 10]),
        (107, [1, 4], 102, 107.55),
    ),
    "P06": (
        (170, [41, 50, 49, 59, 55, 57, 60], [442, 525, 511, 593, 546, 564, 617]),
        (1735, [2, 4, 7], 1478, 1786.5),
    ),
    "P07": (
        (
            750,
            [70, 73, 77, 80, 82, 87, 90, 94, 98, 106, 110, 113, 115, 118, 120],
            [135, 139, 149, 150, 156, 163, 173, 184, 192, 201, 210, 214, 221, 229, 240],
        ),
        (1458, [1, 3, 5, 7, 8, 9, 14, 15], 1441, 1461.5043),
    ),
    "A": (
        (102, [2, 20, 20, 30, 40, 30, 60, 10], [15, 100, 90, 60, 40, 15, 10, 1]),
        (280, [1, 2, 3, 4, 6], 280, 295),
    ),
}


def knapsack(name: str) -> Lots:
    (pot, amounts, worths), _ = KNAPSACKS[name]
    ones = (1,) * len(amounts)
    return Lots(
        amounts=tuple(amounts),
        counts=ones,
        worths=tuple(worths),
        awards=(0,) * len(amounts),
        pot=pot,
        ceilings={},
    )


@pytest.mark.parametrize("name", KNAPSACKS)
def test_published_knapsacks_and_their_bounds(name: str) -> None:
    lots, (best, items, greedy, bound) = knapsack(name), KNAPSACKS[name][1]
    picked = choose_lots(lots)
    assert picked.worth == best
    assert [place + 1 for place, n in enumerate(picked.taken) if n] == items
    filled, most = fill_in_order(lots)
    assert worth_of(lots, filled) == greedy
    assert float(most) == pytest.approx(bound, abs=1e-4)
    assert picked.gap == 0


@pytest.mark.parametrize("name", ["P02", "P03", "P06", "P07"])
def test_the_other_solver_finds_the_same_worth(name: str) -> None:
    lots = knapsack(name)
    taken, proven = solve_lots(lots, "CBC")
    assert proven
    assert worth_of(lots, taken) == KNAPSACKS[name][1][0]


def test_a_knapsack_is_chosen_by_the_account_whose_awards_have_its_worths() -> None:
    """P02 as an account: claims of five awards, a yuan of which counts value through weight."""
    pot, amounts, worths = KNAPSACKS["P02"][0]
    awards = tuple(
        Award(id=f"w{i}", worth=Fraction(worth, amount), indivisible=True)
        for i, (amount, worth) in enumerate(zip(amounts, worths, strict=True))
    )
    asked = account("pro_rata", pot, amounts, list(range(5)), awards)
    found = allot(asked)
    assert found.paid_yuan.tolist() == [0, 7, 11, 8, 0]
    assert found.choice is not None
    assert (found.choice.way, found.choice.gap) == ("chosen", 0.0)


@pytest.mark.parametrize("seed", range(12))
def test_small_choices_are_the_best_of_all_most_claims_and_earliest(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 6))
    lots = Lots(
        amounts=tuple(rng.integers(1, 9, n).tolist()),
        counts=tuple(rng.integers(1, 4, n).tolist()),
        worths=tuple(rng.integers(1, 9, n).tolist()),
        awards=tuple(rng.integers(0, 2, n).tolist()),
        pot=int(rng.integers(1, 25)),
        ceilings={1: int(rng.integers(0, 12))},
    )

    def rank(taken: list[int]) -> tuple[int, int, int]:
        late = sum(place * count for place, count in enumerate(taken))
        return worth_of(lots, taken), sum(taken), -late

    choices = (list(c) for c in product(*(range(count + 1) for count in lots.counts)))
    best = max(rank(taken) for taken in choices if keeps(lots, taken))
    assert rank(list(choose_lots(lots).taken)) == best


def test_many_lots_are_chosen_around_the_edge_with_a_true_bound(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("model.allocation.lp_whole.MOST_FREE", 24)
    rng = np.random.default_rng(5)
    n = 200
    amounts = rng.integers(100, 10_000, n)
    lots = Lots(
        amounts=tuple(amounts.tolist()),
        counts=(1,) * n,
        worths=tuple((amounts + rng.integers(0, 2_000, n)).tolist()),
        awards=(0,) * n,
        pot=int(amounts.sum()) // 2,
        ceilings={},
    )
    picked, (filled, bound) = choose_lots(lots), fill_in_order(lots)
    assert keeps(lots, list(picked.taken))
    assert worth_of(lots, filled) <= picked.worth <= bound == picked.bound
    assert 0 < picked.gap < 1e-3


def test_a_choice_that_breaks_a_limit_is_never_handed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    lots = knapsack("P02")
    monkeypatch.setattr(
        "model.allocation.lp_whole.solve_lots", lambda lots: ([1] * len(lots.amounts), True)
    )
    with pytest.raises(BudgetError, match="the choice of whole claims does not keep its limits"):
        choose_lots(lots)


# --- accounts ---


def account(
    rule: str, money: int, claims: list[int], award: list[int], awards: tuple[Award, ...]
) -> Asked:
    return Asked(
        account="a",
        rule=rule,
        money_yuan=money,
        awards=awards,
        claims_yuan=np.array(claims, np.int64),
        award=np.array(award, np.int64),
        place=np.arange(len(claims)),
    )


WHOLE, PARTS = Award(id="whole", indivisible=True), Award(id="parts")


def paid(asked: Asked) -> list[int]:
    found = allot(asked)
    assert faults(found) == []
    return found.paid_yuan.tolist()


def test_a_queue_passes_over_what_does_not_fit_or_stops_there() -> None:
    """60 of 100 are left after the first two; the third is whole and asks for 70."""
    asked = account("first_come", 100, [30, 10, 70, 50, 40], [0, 1, 0, 0, 1], (WHOLE, PARTS))
    assert paid(asked) == [30, 10, 0, 50, 10]
    assert paid(replace(asked, stop=True)) == [30, 10, 0, 0, 0]


def test_a_ceiling_that_stops_a_whole_claim_stops_its_award_alone() -> None:
    whole = replace(WHOLE, ceiling_yuan=50)
    asked = account("first_come", 200, [30, 40, 20, 90], [0, 0, 0, 1], (whole, PARTS))
    assert paid(asked) == [30, 0, 20, 90]
    assert paid(replace(asked, stop=True)) == [30, 0, 0, 90]


def test_awards_in_turns_pay_whole_claims_by_filing_and_pass_the_rest_on() -> None:
    """Of 100 the first turn takes 60 and 30 whole; 10 are too few for its 20 and go on."""
    first, second = replace(WHOLE, turn=0), replace(PARTS, turn=1)
    asked = account("priority", 100, [60, 30, 20, 40], [0, 0, 0, 1], (first, second))
    assert paid(asked) == [60, 30, 0, 10]
    assert paid(replace(asked, stop=True)) == [60, 30, 0, 0]
    late = replace(asked, place=np.array([3, 2, 1, 0]))
    assert paid(late) == [0, 30, 20, 40]


def test_a_turn_of_both_kinds_gives_the_whole_claims_their_part_of_it() -> None:
    """Half of everything: 50 for the whole claims, of which 40 is paid; the others get the 60."""
    asked = account("flagship_first", 100, [40, 60, 100], [0, 0, 1], (WHOLE, PARTS))
    assert paid(asked) == [40, 0, 60]


def test_whole_claims_have_together_what_the_rule_gives_them() -> None:
    """Equal awards of 120 over 50, 60, 90: 40 each; of 80 for the whole two 60 are best used."""
    asked = account("equal_awards", 120, [50, 60, 90], [0, 0, 1], (WHOLE, PARTS))
    found = allot(asked)
    assert found.paid_yuan.tolist() == [0, 60, 60]
    assert found.choice is not None
    assert found.choice.pot_yuan == 80
    assert found.cut_as_whole.tolist() == [40, 0, 0]
    assert found.cut_by_money.tolist() == [10, 0, 30]
    assert faults(found) == []


def test_equal_whole_claims_are_paid_to_those_who_filed_first() -> None:
    asked = account("pro_rata", 70, [20] * 6, [0] * 6, (WHOLE,))
    place = np.array([5, 0, 4, 1, 3, 2])
    assert paid(replace(asked, place=place)) == [0, 20, 0, 20, 0, 20]


def test_lots_join_claims_of_one_award_and_amount_and_count_in_their_common_unit() -> None:
    asked = account("pro_rata", 70, [20, 40, 20, 20, 0], [0, 0, 1, 0, 0], (WHOLE, WHOLE))
    lots, members = make_lots(asked)
    assert lots.amounts == (1, 2, 1)
    assert lots.counts == (2, 1, 1)
    assert [rows.tolist() for rows in members] == [[0, 3], [1], [2]]
    assert lots.pot == 3


def test_claims_that_the_money_reaches_are_all_paid() -> None:
    asked = account("pro_rata", 300, [100, 200], [0, 1], (WHOLE, PARTS))
    assert allot(asked).choice is None
    assert paid(asked) == [100, 200]
