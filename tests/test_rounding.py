"""Round amounts: limits kept to the yuan, the cost within its maximum, few odd yuan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_cities import arc, tied, toy, wan

from model.allocation.limits import keeps
from model.allocation.plan import Transfer, limits_used
from model.allocation.problem import DomainLimit, Floor, Problem
from model.allocation.rounding import in_units, round_moves
from model.errors import BudgetError
from model.money import WAN


def amounts(transfers: tuple[Transfer, ...] | None) -> dict[str, int]:
    assert transfers is not None
    return {f"{move.giver}{move.receiver}": move.amount_yuan for move in transfers}


def on_arcs(problem: Problem, **yuan: float) -> dict:
    return {a: yuan[a.giver + a.receiver] for a in problem.arcs if a.giver + a.receiver in yuan}


# --- one unit ---


def test_each_amount_goes_to_the_nearest_multiple_and_dust_is_left_out() -> None:
    problem = toy()
    moved = on_arcs(problem, ab=0.3, ac=123_456.5001, bc=0.0, cb=7.0)
    assert amounts(in_units(problem, moved, 1)) == {"ac": 123_457, "cb": 7}
    assert amounts(in_units(problem, moved, 100)) == {"ac": 123_500}
    assert amounts(in_units(problem, moved, WAN)) == {"ac": 120_000}


def test_a_limit_that_rounding_breaks_is_kept_and_the_money_of_accounts_stays_near() -> None:
    """b needs 40: a may give 39.7 and c the rest. Not 39 and 0, the nearest that are allowed."""
    problem = tied(may_leave_yuan=wan(39.7, 0, 50, 50))
    moved = on_arcs(problem, ab=397_000.0, cb=3_000.0)
    assert amounts(in_units(problem, moved, WAN)) == {"ab": 39 * WAN, "cb": WAN}


def test_a_floor_that_rounding_breaks_is_kept() -> None:
    problem = tied(floors=(Floor(account="b", minimum_yuan=5_403_000),))
    assert amounts(in_units(problem, on_arcs(problem, ab=403_000.0), WAN)) == {"ab": 41 * WAN}


def test_half_a_yuan_on_each_of_two_arcs_is_not_two_yuan_where_one_may_leave() -> None:
    problem = toy(
        arcs=(arc("a", "b"), arc("a", "c")),
        may_leave_yuan=np.array([3, 0, 0]),
        floors=(Floor(account="b", minimum_yuan=800 * WAN + 1),),
        domain_limits=(),
    )
    whole = amounts(in_units(problem, on_arcs(problem, ab=1.5000001, ac=1.5), 1))
    assert sum(whole.values()) == 3
    assert whole["ab"] >= 1


def test_amounts_that_no_multiple_allows_are_none() -> None:
    """b must get 3 千元 and no more than 5 may leave a: no whole 万元 does both."""
    problem = tied(
        may_leave_yuan=wan(0.5, 0, 0, 0), floors=(Floor(account="b", minimum_yuan=5_003_000),)
    )
    moved = on_arcs(problem, ab=3_500.0)
    assert in_units(problem, moved, WAN) is None
    assert amounts(in_units(problem, moved, 100)) == {"ab": 3_500}


@pytest.mark.parametrize("unit", [1, 100, WAN])
@given(mix=st.lists(st.floats(0, 1), min_size=4, max_size=4), total=st.floats(0.5, 490_000.5))
def test_moves_within_the_limits_stay_within_them(
    unit: int, mix: list[float], total: float
) -> None:
    problem = toy(
        may_leave_yuan=np.array([int(total), 80 * WAN, 50 * WAN]),
        domain_limits=(
            DomainLimit(id="D1", accounts=("b", "c"), maximum_yuan=1300 * WAN + int(total)),
        ),
    )
    scale = int(total) / max(mix[0] + mix[1], 1.0)
    moved = {a: share * scale for a, share in zip(problem.arcs, mix, strict=True)}
    transfers = in_units(problem, moved, unit)
    found = amounts(transfers)
    assert all(keeps(limit, used) for limit, used in limits_used(problem, transfers))
    assert all(abs(found.get(a.giver + a.receiver, 0) - x) <= unit for a, x in moved.items())
    assert all(yuan % unit == 0 for yuan in found.values())


# --- which unit ---


def rounded(problem: Problem, yuan: float) -> dict[str, int]:
    """b lacks these yuan above its 500万元: the transfer, with 1万元 of cost to spare."""
    demand = np.tile(wan(400, 500, 400, 400), (4, 1))
    demand[:, 1] += int(yuan)
    problem = replace(problem, demand=demand)
    return amounts(round_moves(problem, on_arcs(problem, ab=yuan), WAN))


def test_whole_wan_if_the_cost_allows() -> None:
    """3,700 yuan short of what b lacks cost 7,400: mean and tail."""
    assert rounded(tied(), 403_700) == {"ab": 40 * WAN}


def test_a_hundred_yuan_if_a_wan_is_too_coarse() -> None:
    """With a weight of 1.5 the 3,700 yuan would cost 11,100; with 100, 33 yuan cost 6,600."""
    assert rounded(tied(weights=np.full(4, 1.5)), 403_700) == {"ab": 403_700}
    assert rounded(tied(weights=np.full(4, 100.0)), 403_733) == {"ab": 403_700}


def test_the_yuan_if_all_else_costs_too_much() -> None:
    assert rounded(tied(weights=np.full(4, 1000.0)), 403_733) == {"ab": 403_733}


def test_a_transfer_below_half_a_wan_is_left_out_if_the_cost_allows() -> None:
    problem = tied(demand=np.tile(wan(400, 540.4, 400, 400), (4, 1)))
    moved = on_arcs(problem, ab=400_000.0, cb=4_000.0)
    assert amounts(round_moves(problem, moved, WAN)) == {"ab": 40 * WAN}
    assert amounts(round_moves(problem, moved, 7_999.0)) == {"ab": 400_000, "cb": 4_000}


def test_nothing_moves_if_that_is_good_enough_and_allowed() -> None:
    problem = tied(demand=np.tile(wan(400, 500.4, 400, 400), (4, 1)))
    moved = on_arcs(problem, ab=4_000.0)
    assert round_moves(problem, moved, 8_000.0) == ()
    assert amounts(round_moves(problem, moved, 7_999.0)) == {"ab": 4_000}
    bound = replace(problem, floors=(Floor(account="b", minimum_yuan=501 * WAN),))
    assert amounts(round_moves(bound, on_arcs(bound, ab=10_000.0), 8_000.0)) == {"ab": WAN}


def test_no_amounts_at_all_is_an_error() -> None:
    """Moves that break a limit by far are not mended in silence."""
    problem = tied(may_leave_yuan=wan(1, 0, 0, 0))
    with pytest.raises(BudgetError, match="no plan in whole yuan meets the limits"):
        round_moves(problem, on_arcs(problem, ab=400_000.0), WAN)
