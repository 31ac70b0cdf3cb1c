"""Round amounts: limits kept to the yuan, the cost within its maximum, few odd yuan."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_cities import arc, toy, wan

from model.allocation.plan import Transfer, cost, limits_used
from model.allocation.problem import DomainLimit, Floor, keeps
from model.allocation.rounding import nearest, round_moves
from model.money import WAN


def test_rounding_leaves_out_what_is_below_a_yuan() -> None:
    problem = toy()
    moved = dict(zip(problem.arcs, [0.3, 123_456.5001, 0.0, 7.0], strict=True))
    assert lp.whole_yuan(problem, moved) == {problem.arcs[1]: 123_457, problem.arcs[3]: 7}


def test_rounding_that_breaks_a_limit_is_mended() -> None:
    """Half a yuan on each of two arcs rounds to two yuan where only one may leave."""
    problem = toy(
        arcs=(arc("a", "b"), arc("a", "c")),
        may_leave_yuan=np.array([3, 0, 0]),
        floors=(Floor(account="b", minimum_yuan=800 * WAN + 1),),
        domain_limits=(),
    )
    moved = dict(zip(problem.arcs, [1.5000001, 1.5], strict=True))
    whole = lp.whole_yuan(problem, moved)
    assert sum(whole.values()) == 3
    assert whole[problem.arcs[0]] >= 1


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0.5, 60_000.5))
def test_moves_within_the_limits_stay_within_them_in_whole_yuan(
    mix: list[float], total: float
) -> None:
    problem = toy(
        may_leave_yuan=np.array([int(total), 80 * WAN, 50 * WAN]),
        domain_limits=(
            DomainLimit(id="D1", accounts=("b", "c"), maximum_yuan=1300 * WAN + int(total)),
        ),
    )
    scale = int(total) / max(mix[0] + mix[1], 1.0)
    moved = {a: share * scale for a, share in zip(problem.arcs, mix, strict=True)}
    whole = lp.whole_yuan(problem, moved)
    for limit in limits(problem):
        assert holds(problem, limit, whole)
    assert all(abs(whole.get(a, 0) - amount) <= 5 for a, amount in moved.items())
