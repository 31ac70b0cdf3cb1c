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
    arcs = sorted(problem.arcs, key=lambda arc: (arc.giver, arc.receiver))
    counts = {arc: round(moved_yuan.get(arc, 0.0) / unit_yuan) for arc in arcs}
    transfers = _transfers(counts, unit_yuan)
    if _keeps_limits(problem, transfers):
        return transfers
    mended = _mend(problem, counts, unit_yuan)
    return None if mended is None else _transfers(mended, unit_yuan)


def _transfers(counts: Mapping[Arc, int], unit_yuan: int) -> tuple[Transfer, ...]:
    return tuple(
        Transfer(
            giver=arc.giver,
            receiver=arc.receiver,
            amount_yuan=count * unit_yuan,
            approval=arc.approval,
        )
        for arc, count in counts.items()
        if count
    )


def _keeps_limits(problem: Problem, transfers: tuple[Transfer, ...]) -> bool:
    return all(keeps(limit, used) for limit, used in limits_used(problem, transfers))


def _mend(problem: Problem, counts: Mapping[Arc, int], unit_yuan: int) -> dict[Arc, int] | None:
    """The counts of units changed so that the limits hold: by the fewest, on few new arcs."""
    lp = pulp.LpProblem("rounding", pulp.LpMinimize)
    reach = len(counts) + 1
    more, less = {}, {}
    for i, (arc, count) in enumerate(counts.items()):
        more[arc] = lp.add_variable(f"more__{i}", 0, reach, pulp.LpInteger)
        less[arc] = lp.add_variable(f"less__{i}", 0, min(reach, count), pulp.LpInteger)
    # A transfer that the exact plan does not make costs more than any change of those it makes.
    price = {more[arc]: 1 if count else 2 * reach for arc, count in counts.items()}
    lp.setObjective(pulp.LpAffineExpression(price | dict.fromkeys(less.values(), 1)))
    for limit, start, signs in limit_rows(problem):
        terms = [(problem.arcs[i], sign) for i, sign in signs.items()]
        change = pulp.lpSum(sign * (more[arc] - less[arc]) for arc, sign in terms)
        room = limit.amount_yuan - start - unit_yuan * sum(sign * counts[a] for a, sign in terms)
        # Whole units by integer division: a yuan is below the solver's own tolerance.
        if limit.family == "floor":
            lp.addConstraint(change >= -(-room // unit_yuan), limit.name)
        else:
            lp.addConstraint(change <= room // unit_yuan, limit.name)
    live = Live(lp)
    if not live.solve():
        return None
    changes = live.values([*more.values()]) - live.values([*less.values()])
    return {arc: count + round(c) for (arc, count), c in zip(counts.items(), changes, strict=True)}
