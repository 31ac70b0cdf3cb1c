"""Money moved against money unpaid: the least cost for every sum that may be moved at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.allocation import lp_options
from model.allocation.cuts import GAP_YUAN
from model.allocation.search import Search
from model.money import WAN
from model.risk import FloatArray

N_POINTS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class FrontierPoint:
    """The least cost, and the expected unpaid money in it, when at most so much is moved."""

    moved_yuan: float
    objective_yuan: float
    expected_unpaid_yuan: float


def frontier(search: Search, n_points: int = N_POINTS) -> tuple[FrontierPoint, ...]:
    """The least cost for several sums that may be moved at most, from nothing to what is best.

    Sums in which no plan is within the limits are left out.
    """
    best = search.least_cost(GAP_YUAN / 4)
    if best is None:
        return ()
    most = sum(search.cheapest_moves(best.upper_yuan + 1.0, best.upper_yuan + GAP_YUAN).values())
    if not search.live.has(lp_options.MOST):
        search.live.add(lp_options.moved_most(search.master, most), lp_options.MOST)
    found = []
    try:
        for moved in sorted({most * i / (n_points - 1) for i in range(n_points)}):
            search.live.set_right_side(lp_options.MOST, moved / WAN)
            optimum = search.least_cost(GAP_YUAN / 4)
            if optimum is not None:
                found.append(_point(search, moved, optimum.upper_yuan, optimum.money_yuan))
    finally:
        search.live.set_right_side(lp_options.MOST, np.inf)
    return tuple(found)


def _point(search: Search, moved: float, objective: float, money: FloatArray) -> FrontierPoint:
    unpaid, _ = search.surfaces[0].mean_cuts(money)
    return FrontierPoint(moved_yuan=moved, objective_yuan=objective, expected_unpaid_yuan=unpaid)
