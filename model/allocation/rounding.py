"""The moves in amounts that people write: whole 万元 where the limits and the tolerance allow."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil, floor

import pulp

from model.allocation.limits import AT_LEAST, keeps, limit_rows
from model.allocation.plan import Transfer, budgets_after, cost, limits_used
from model.allocation.problem import Arc, Problem
from model.allocation.solver import Live
from model.errors import BudgetError

# A whole 万元; what still prints as 万元 with two decimals; the yuan.
UNITS_YUAN = (10_000, 100, 1)


def round_moves(
    problem: Problem, moved_yuan: Mapping[Arc, float], maximum_yuan: float
) -> tuple[Transfer, ...]:
    """The moves in round amounts, every limit kept to the yuan, in the order of givers' ids.

    Nothing moves if that costs no more than the maximum. Otherwise all amounts are rounded to
    whole 万元; where no such amounts keep the limits, or their cost exceeds the maximum, all to
    100 yuan; and where that fails too, to the yuan. Only then may the cost exceed the maximum,
    by what the last yuan of each transfer is worth. No transfer is made that the moves lack.

    Raises:
        BudgetError: not even amounts in whole yuan meet the limits.
    """
    if _keeps_limits(problem, ()) and cost(problem, problem.budget_yuan) <= maximum_yuan:
        return ()
    for unit in UNITS_YUAN:
        transfers = in_units(problem, moved_yuan, unit)
        if transfers is None:
            continue
        if unit == 1 or cost(problem, budgets_after(problem, transfers)) <= maximum_yuan:
            return transfers
    raise BudgetError("no plan in whole yuan meets the limits, though one in fractions does")


def in_units(
    problem: Problem, moved_yuan: Mapping[Arc, float], unit_yuan: int
) -> tuple[Transfer, ...] | None:
    """The moves in multiples of a unit with every limit kept; None if there are none.

    Each amount is rounded to the nearest multiple. Where that breaks a limit, an integer
    programme rounds each down or up instead. Less than half a yuan is the solver's dust.
    """
    arcs = sorted(moved_yuan, key=lambda arc: (arc.giver, arc.receiver))
    exact = {arc: moved_yuan[arc] / unit_yuan for arc in arcs if moved_yuan[arc] >= 0.5}
    transfers = _transfers({arc: round(units) for arc, units in exact.items()}, unit_yuan)
    if _keeps_limits(problem, transfers):
        return transfers
    counts = _down_or_up(problem, exact, unit_yuan)
    return None if counts is None else _transfers(counts, unit_yuan)


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


def _down_or_up(
    problem: Problem, exact: Mapping[Arc, float], unit_yuan: int
) -> dict[Arc, int] | None:
    """Whole units that keep the limits, with each account's money as near as can be; or None."""
    lp = pulp.LpProblem("rounding", pulp.LpMinimize)
    count = {
        arc: lp.add_variable(f"count__{i}", floor(units), ceil(units), pulp.LpInteger)
        for i, (arc, units) in enumerate(exact.items())
    }
    lp.setObjective(_distance(lp, count, exact))
    for limit, start, signs in limit_rows(problem):
        signed = [(count.get(problem.arcs[i]), sign) for i, sign in signs.items()]
        change = pulp.lpSum(sign * units for units, sign in signed if units is not None)
        # Whole units by integer division: a yuan is below the solver's own tolerance.
        room = limit.amount_yuan - start
        if limit.family in AT_LEAST:
            lp.addConstraint(change >= -(-room // unit_yuan), limit.name)
        else:
            lp.addConstraint(change <= room // unit_yuan, limit.name)
    live = Live(lp)
    if not live.solve():
        return None
    found = live.values([*count.values()]).tolist()
    return {arc: round(units) for arc, units in zip(count, found, strict=True)}


def _distance(
    lp: pulp.LpProblem, count: Mapping[Arc, pulp.LpVariable], exact: Mapping[Arc, float]
) -> pulp.LpAffineExpression:
    """Units between the money of accounts and the exact plan's; then of amounts, weighed little."""
    arriving: dict[str, list[tuple[int, Arc]]] = {}
    for arc in count:
        arriving.setdefault(arc.giver, []).append((-1, arc))
        arriving.setdefault(arc.receiver, []).append((1, arc))
    apart = []
    for i, terms in enumerate(arriving.values()):
        off = lp.add_variable(f"off__{i}", 0)
        change = pulp.lpSum(sign * count[arc] for sign, arc in terms)
        aim = sum(sign * exact[arc] for sign, arc in terms)
        lp.addConstraint(change - off <= aim, f"above__{i}")
        lp.addConstraint(change + off >= aim, f"below__{i}")
        apart.append(off)
    # Rounded up instead of down, an amount is nearer by 2 x fraction - 1.
    nearer = {units: 1 - 2 * (exact[arc] - floor(exact[arc])) for arc, units in count.items()}
    return pulp.lpSum(apart) + 1e-3 * pulp.LpAffineExpression(nearer)
