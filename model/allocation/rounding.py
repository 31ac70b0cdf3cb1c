"""The moves in amounts that people write: whole 万元 where the limits and the tolerance allow."""

from __future__ import annotations

from collections.abc import Mapping

import pulp

from model.allocation.plan import Transfer, budgets_after, cost, limits_used
from model.allocation.problem import Arc, Problem, keeps, limit_rows
from model.allocation.solver import Live
from model.errors import BudgetError

# A whole 万元; what still prints as 万元 with two decimals; the yuan.
UNITS_YUAN = (10_000, 100, 1)


def round_moves(
    problem: Problem, moved_yuan: Mapping[Arc, float], maximum_yuan: float
) -> tuple[Transfer, ...]:
    """The moves in round amounts, every limit kept to the yuan, in the order of givers' ids.

    Nothing moves if that costs no more than the maximum. Otherwise every amount is rounded to
    the nearest 万元, so that less than half of one is left out. Where no such amounts keep the
    limits, or their cost exceeds the maximum, all are rounded to 100 yuan instead, and where
    that fails too, to the yuan; only then may the cost exceed the maximum, by a few yuan.

    Raises:
        BudgetError: not even amounts in whole yuan meet the limits.
    """
    if _keeps_limits(problem, ()) and cost(problem, problem.budget_yuan) <= maximum_yuan:
        return ()
    for unit in UNITS_YUAN:
        transfers = nearest(problem, moved_yuan, unit)
        if transfers is None:
            continue
        if unit == 1 or cost(problem, budgets_after(problem, transfers)) <= maximum_yuan:
            return transfers
    raise BudgetError("no plan in whole yuan meets the limits, though one in fractions does")


def nearest(
    problem: Problem, moved_yuan: Mapping[Arc, float], unit_yuan: int
) -> tuple[Transfer, ...] | None:
    """The moves rounded to multiples of a unit with every limit kept; None if none are.

    Where rounding breaks a limit, an integer programme finds the fewest units to give or take.
    """
    counts = {arc: round(moved_yuan.get(arc, 0.0) / unit_yuan) for arc in problem.arcs}
    transfers = _transfers(counts, unit_yuan)
    if _keeps_limits(problem, transfers):
        return transfers
    change = _least_change(problem, counts, unit_yuan)
    if change is None:
        return None
    mended = (count + extra for count, extra in zip(counts.values(), change, strict=True))
    return _transfers(dict(zip(counts, mended, strict=True)), unit_yuan)


def _transfers(counts: Mapping[Arc, int], unit_yuan: int) -> tuple[Transfer, ...]:
    return tuple(
        Transfer(
            giver=arc.giver,
            receiver=arc.receiver,
            amount_yuan=counts[arc] * unit_yuan,
            approval=arc.approval,
        )
        for arc in sorted(counts, key=lambda arc: (arc.giver, arc.receiver))
        if counts[arc]
    )


def _keeps_limits(problem: Problem, transfers: tuple[Transfer, ...]) -> bool:
    return all(keeps(limit, used) for limit, used in limits_used(problem, transfers))


def _least_change(problem: Problem, counts: Mapping[Arc, int], unit_yuan: int) -> list[int] | None:
    """Units to add to each arc so that the limits hold: the fewest, and on few new arcs."""
    lp = pulp.LpProblem("rounding", pulp.LpMinimize)
    reach = len(counts) + 1
    more = [lp.add_variable(f"more__{i}", 0, reach, pulp.LpInteger) for i in range(len(counts))]
    less = [
        lp.add_variable(f"less__{i}", 0, min(reach, count), pulp.LpInteger)
        for i, count in enumerate(counts.values())
    ]
    # A transfer that the exact plan does not make costs more than any change of those it makes.
    price = [1 if count else 2 * reach for count in counts.values()]
    lp.setObjective(pulp.lpDot(price, more) + pulp.lpSum(less))
    amounts = [count * unit_yuan for count in counts.values()]
    for limit, start, signs in limit_rows(problem):
        change = pulp.lpSum(sign * (more[i] - less[i]) for i, sign in signs.items())
        room = limit.amount_yuan - start - sum(sign * amounts[i] for i, sign in signs.items())
        # Whole units by integer division: a yuan is below the solver's own tolerance.
        if limit.family == "floor":
            lp.addConstraint(change >= -(-room // unit_yuan), limit.name)
        else:
            lp.addConstraint(change <= room // unit_yuan, limit.name)
    live = Live(lp)
    if not live.solve():
        return None
    return [round(units) for units in (live.values(more) - live.values(less)).tolist()]
