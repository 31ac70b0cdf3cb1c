"""An account's money among its claims: ceilings, whole yuan, who is cut by what, and the check."""

from __future__ import annotations

import doctest
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.allocation import allotment, rationing
from model.allocation.allotment import Allotment, allot, largest_remainder, split_exactly
from model.allocation.allotment_check import faults
from model.allocation.asked import LEVELLING, RULES, Asked, Award
from model.allocation.second_opinion import apart_yuan


def asked(
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
        at_least=Fraction(1, 4),
    )


FREE, HELD = Award(id="free"), Award(id="held", ceiling_yuan=60)


def test_the_examples_in_the_modules_hold() -> None:
    for module in (rationing, allotment):
        found = doctest.testmod(module)
        assert found.attempted > 0
        assert found.failed == 0


# --- ceilings ---

# Claims 40 and 80 of an award held at 60, and 100 and 20 of a free one; the money; by hand.
CEILINGS = {
    # Reduced to 20 and 40, then 120 of 180: two thirds of everything.
    "pro_rata": (120, "40/3 80/3 200/3 40/3"),
    # All get half of it: exactly the ceiling of the first and what is left for the others.
    "smallest_ratio": (120, "20 40 50 10"),
    # 30 and 30 at the ceiling; 60 for 100 and 20.
    "equal_awards": (120, "30 30 40 20"),
    # A loss of 70/3 would leave the held award 220/3; at its ceiling it loses 30 each, and the
    # other 90 are a loss of 15 each.
    "equal_losses": (150, "10 50 85 5"),
    # The held award halves to 20 and 40; 120 is above half of 180, so everybody loses equally,
    # half of his claim at most: 10, 20, 20 and 10.
    "talmud": (120, "10 20 80 10"),
    "first_come": (120, "40 20 60 0"),
}


@pytest.mark.parametrize("rule", CEILINGS)
def test_ceilings_by_hand(rule: str) -> None:
    money, expected = CEILINGS[rule]
    one = asked(rule, money, [40, 80, 100, 20], [0, 0, 1, 1], (HELD, FREE))
    got = split_exactly(one).fractions()
    assert sum(got) == money
    assert got == [Fraction(part) for part in expected.split()]


def test_an_award_below_the_common_level_leaves_more_to_the_others() -> None:
    """All would get 3/4; the held award stops at 60 of 100, and the free one gets the 15 more."""
    one = asked("smallest_ratio", 150, [100, 100], [0, 1], (HELD, FREE))
    assert split_exactly(one).fractions() == [60, 90]
    assert split_exactly(replace(one, rule="pro_rata")).fractions() == [
        Fraction(225, 4),
        Fraction(375, 4),
    ]


def test_several_ceilings_one_after_the_other() -> None:
    """42 each would break the ceiling of 10; then 57.5 each the one of 55; the last the rest."""
    awards = (Award(id="x", ceiling_yuan=10), Award(id="y", ceiling_yuan=55), FREE)
    one = asked("equal_awards", 125, [100, 100, 100], [0, 1, 2], awards)
    assert split_exactly(one).fractions() == [10, 55, 60]


def test_turns_and_guarantees_count_what_the_ceiling_leaves() -> None:
    first, second = replace(HELD, turn=0), replace(FREE, turn=1)
    claims, award = [80, 40, 100], [0, 0, 1]
    one = asked("priority", 100, claims, award, (first, second))
    assert split_exactly(one).fractions() == [40, 20, 40]
    # A quarter of 40, 20 and 100 first, then the 45 that the first turn still lacks, then 15.
    assert split_exactly(replace(one, rule="guaranteed")).fractions() == [40, 20, 40]
    poor = replace(one, rule="guaranteed", money_yuan=70)
    assert split_exactly(poor).fractions() == [30, 15, 25]


# --- whole yuan ---


def test_the_left_over_yuan_go_to_the_largest_remainders_first_come_first() -> None:
    assert largest_remainder(np.array([5, 5, 5], object), 3, 5).tolist() == [2, 2, 1]
    assert largest_remainder(np.array([4, 5, 6], object), 3, 5).tolist() == [1, 2, 2]
    assert largest_remainder(np.array([], object), 3, 0).tolist() == []


def test_sums_of_awards_are_rounded_before_claims_so_that_no_ceiling_is_passed() -> None:
    """Three claims of 1 under a ceiling of 2: two of them get a yuan, never three."""
    one = asked("pro_rata", 10, [1, 1, 1, 5], [0, 0, 0, 1], (Award(id="h", ceiling_yuan=2), FREE))
    assert allot(one).paid_yuan.tolist() == [1, 1, 0, 5]


# --- who is cut by what ---


def test_a_cut_is_told_apart_by_its_causes() -> None:
    """Pro rata of the example: 20 and 40 after the ceiling, two thirds of that in the end."""
    found = allot(asked("pro_rata", 120, [40, 80, 100, 20], [0, 0, 1, 1], (HELD, FREE)))
    assert found.paid_yuan.tolist() == [13, 27, 67, 13]
    assert found.cut_by_ceiling.tolist() == [20, 40, 0, 0]
    assert found.cut_by_money.tolist() == [7, 13, 33, 7]
    assert found.cut_as_whole.tolist() == [0, 0, 0, 0]
    assert not found.paid_yuan.flags.writeable


def test_where_the_money_reaches_only_ceilings_cut() -> None:
    found = allot(asked("talmud", 500, [40, 80, 100], [0, 0, 1], (HELD, FREE)))
    assert found.cut_by_money.tolist() == [0, 0, 0]
    assert found.cut_by_ceiling.sum() == 60


def test_no_claims_and_no_money_are_no_trouble() -> None:
    for rule in RULES:
        assert allot(asked(rule, 10, [], [], (FREE,))).paid_yuan.tolist() == []
        nothing = allot(asked(rule, 0, [5, 0], [0, 1], (FREE, HELD)))
        assert nothing.paid_yuan.tolist() == [0, 0]
        assert nothing.cut_by_money.tolist() == [5, 0]


@pytest.mark.parametrize("rule", RULES)
def test_claims_as_large_as_a_number_can_be_are_no_trouble(rule: str) -> None:
    large = 9 * 10**18
    one = asked(rule, 10**12, [large, large, large - 5, 7], [0, 0, 1, 1], (HELD, FREE))
    found = allot(one)
    assert faults(found) == []
    assert found.paid_yuan.sum() == 10**12
    assert apart_yuan(one) is None


# --- the check ---


@st.composite
def problems(draw: st.DrawFn) -> Asked:
    n = draw(st.integers(0, 9))
    claims = draw(st.lists(st.integers(0, 9) | st.integers(0, 10**12), min_size=n, max_size=n))
    total = sum(claims)
    awards = tuple(
        Award(
            id=f"w{number}",
            ceiling_yuan=draw(st.none() | st.integers(0, total + 1)),
            turn=draw(st.integers(0, 2)),
            weight=draw(st.integers(1, 3)),
            indivisible=draw(st.sampled_from((False, False, True))),
        )
        for number in range(3)
    )
    place = draw(st.permutations(range(n)))
    rule = draw(st.sampled_from(RULES))
    if rule == "guaranteed":  # a part of what is paid whole cannot be guaranteed
        awards = tuple(replace(award, indivisible=False) for award in awards)
    one = asked(
        rule,
        draw(st.integers(0, total + 2)),
        claims,
        draw(st.lists(st.integers(0, 2), min_size=n, max_size=n)),
        awards,
    )
    return replace(one, place=np.array(place, np.int64), stop=draw(st.booleans()))


@settings(max_examples=250, deadline=None)
@given(one=problems())
def test_every_allotment_passes_the_check_that_does_not_know_how_it_was_found(one: Asked) -> None:
    found = allot(one)
    assert faults(found) == []
    due = sum(one.claims_yuan.tolist())
    if not one.whole().any():
        assert sum(found.paid_yuan.tolist()) == one.most() <= due
        exact = split_exactly(one).fractions()
        for paid, part in zip(found.paid_yuan.tolist(), exact, strict=True):
            assert abs(paid - part) < 1


@pytest.mark.soak
@settings(max_examples=3_000, deadline=None)
@given(one=problems())
def test_many_allotments_pass_the_check_and_the_programme(one: Asked) -> None:
    assert faults(allot(one)) == []
    apart = apart_yuan(one)
    assert apart is None or apart < 0.5


def broken(one: Asked, paid: list[int]) -> list[str]:
    """What the check says to payments that somebody wrote by hand."""
    given_yuan = np.array(paid, np.int64)
    nothing = np.zeros(len(paid), np.int64)
    return faults(
        Allotment(
            asked=one,
            paid_yuan=given_yuan,
            cut_by_ceiling=nothing,
            cut_by_money=one.claims_yuan - given_yuan,
            cut_as_whole=nothing,
            choice=None,
        )
    )


FOUR = ([40, 80, 100, 20], [0, 0, 1, 1], (HELD, FREE))
WRONG = {
    "a debt": ("pro_rata", [-1, 0, 0, 0], "a payment is negative"),
    "too much to one": ("pro_rata", [0, 0, 0, 21], "a claim is paid more than it is due"),
    "too much of all": ("pro_rata", [10, 20, 80, 20], "the account pays more than its money"),
    "too much of an award": ("pro_rata", [1, 60, 0, 0], "held is paid more than its ceiling"),
    "too little": ("pro_rata", [1, 0, 0, 0], "1 yuan are paid although 120 could be"),
    "unlike parts": ("pro_rata", [30, 10, 67, 13], "claims of held do not get the same part"),
    "another part for one award": ("pro_rata", [20, 40, 50, 10], "not get the part of its turn"),
    "a later turn first": ("priority", [0, 0, 100, 20], "turn 0 is not paid what is left to it"),
    "no guarantee": ("guaranteed", [0, 0, 100, 20], "held does not get its guaranteed part"),
    "a queue out of order": ("first_come", [40, 20, 50, 10], "a claim is paid before one"),
    "an award out of order": ("first_come", [0, 60, 60, 0], "paid before an earlier one"),
    "one above the level": ("equal_awards", [30, 30, 60, 0], "although another one gets more"),
    "one above the ratio": ("smallest_ratio", [20, 40, 60, 0], "although another one gets more"),
    "unlike losses": ("equal_losses", [10, 50, 45, 15], "claims that are paid lose unlike amounts"),
    "a loss for nothing": ("equal_losses", [10, 50, 0, 20], "paid nothing loses more"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_the_check_sees_every_kind_of_wrong(case: str) -> None:
    rule, paid, message = WRONG[case]
    claims, award, awards = FOUR
    turns = (replace(awards[0], turn=0), replace(awards[1], turn=1))
    awards = turns if rule in ("priority", "guaranteed") else awards
    money = 80 if case == "a loss for nothing" else 120
    said = broken(asked(rule, money, claims, award, awards), paid)
    assert any(message in text for text in said), said


def test_the_check_knows_the_talmud_where_no_ceiling_binds() -> None:
    one = asked("talmud", 200, [100, 200, 300], [0, 0, 1], (FREE, FREE))
    assert broken(one, [50, 75, 75]) == []
    assert broken(one, [80, 60, 60])[0] == (
        "a claim is on the other side of its half from all together"
    )
    assert broken(one, [50, 50, 100]) == ["claims get or lose unlike amounts"]
    rich = replace(one, money_yuan=400)
    assert broken(rich, [50, 125, 225]) == []
    assert broken(rich, [100, 100, 200]) == ["claims get or lose unlike amounts"]


def test_the_check_adds_up_the_cuts_and_looks_at_whole_claims() -> None:
    one = asked("pro_rata", 120, *FOUR)
    found = allot(one)
    assert faults(replace(found, cut_by_money=found.cut_by_money + 1)) == [
        "a claim is not what it is paid and the cuts together"
    ]
    cuts = (found.cut_by_money - 20, found.cut_by_ceiling + 20)
    assert faults(replace(found, cut_by_money=cuts[0], cut_by_ceiling=cuts[1])) == [
        "a cut is negative"
    ]
    whole = asked("first_come", 30, [40], [0], (replace(FREE, indivisible=True),))
    assert broken(whole, [30]) == ["a claim that is paid whole or not at all is paid in part"]


def test_the_check_sees_money_that_a_whole_claim_could_have_had() -> None:
    whole = replace(FREE, indivisible=True)
    found = allot(asked("first_come", 100, [80, 30, 20], [0, 0, 0], (whole,)))
    assert found.paid_yuan.tolist() == [80, 0, 20]
    wrong = replace(
        found,
        paid_yuan=np.array([80, 0, 0]),
        cut_by_money=np.array([0, 30, 20]),
        cut_as_whole=np.array([0, 0, 0]),
    )
    assert faults(wrong) == ["money is left although a claim of free could be paid"]


def test_levels_are_rules_and_rules_are_known() -> None:
    assert set(LEVELLING) <= set(RULES)
    assert len(set(RULES)) == len(RULES) == 9
