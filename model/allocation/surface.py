"""What the draws say about any split of the money: its cost, and planes that touch the cost there.

Payments need no variables of their own. Given the money, the best payment in a draw pays each
account's claims until they are met or its money is gone, because no account's payment touches
another's limits: unpaid = max(demand + committed - money, 0), account by account. A test holds
this against the programme that has a payment for each account and draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.allocation.problem import Problem
from model.risk import FloatArray, IntArray

_BLOCK = 1 << 13


@dataclass(frozen=True, slots=True, kw_only=True)
class MeanCut:
    """A plane below the weighted expected unpaid of an account: level_yuan + slope x money.

    Like the tail's, it speaks of the money after the moves only, and so holds for every budget
    and every limit.
    """

    account: str
    slope: float
    level_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TailCut:
    """A plane below the worst-share mean: level_yuan + slopes . money (yuan per yuan)."""

    slopes: FloatArray
    level_yuan: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """The weighted expected unpaid of one account as a function of its money in [low, high].

    Exact: `inside` are the sorted amounts owed between low and high, `beyond` sums them from
    the top down; draws that owe more than high are only counted and summed.
    """

    weight: float
    n: int
    inside: IntArray
    beyond: IntArray
    n_above: int

    def plane(self, money: float) -> tuple[float, float]:
        """Value and slope at this money."""
        place = int(np.searchsorted(self.inside, money, side="right"))
        count = len(self.inside) - place + self.n_above
        scale = self.weight / self.n
        return scale * (float(self.beyond[place]) - count * money), -scale * count


def make_curve(owed: IntArray, weight: float, low: float, high: float) -> Curve:
    """The curve of one account from what it owes in every draw, for money in [low, high]."""
    inside = np.sort(owed[(owed > low) & (owed <= high)])
    above = owed[owed > high]
    beyond = np.append(np.cumsum(inside[::-1])[::-1], 0) + above.sum()
    return Curve(weight=weight, n=len(owed), inside=inside, beyond=beyond, n_above=len(above))


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """What the draws say about any money after in the box [low, high], ready to be asked.

    `owed` [account, draw] keeps only the draws that can be among the worst for some money in
    the box: those that are at least as bad at their worst corner as enough others are at
    their best one.
    """

    problem: Problem
    low: FloatArray
    high: FloatArray
    curves: tuple[Curve, ...]
    owed: FloatArray

    def covers(self, low: FloatArray, high: FloatArray) -> bool:
        """Whether the box contains another."""
        return bool(np.all(self.low <= low) and np.all(high <= self.high))

    def mean_cuts(self, money: FloatArray) -> tuple[float, list[MeanCut]]:
        """The weighted expected unpaid, and a plane for each account, at this money."""
        total, cuts = 0.0, []
        rows = zip(self.problem.accounts, self.curves, money.tolist(), strict=True)
        for account, curve, yuan in rows:
            value, slope = curve.plane(yuan)
            total += value
            cuts.append(MeanCut(account=account, slope=slope, level_yuan=value - slope * yuan))
        return total, cuts

    def tail_cut(self, money: FloatArray) -> tuple[float, TailCut]:
        """The worst-share mean of U, and a plane that touches it, at this money."""
        weights = self.problem.weights
        unpaid = np.empty(self.owed.shape[1])
        for start in range(0, len(unpaid), _BLOCK):
            here = slice(start, start + _BLOCK)
            unpaid[here] = weights @ np.maximum(self.owed[:, here] - money[:, None], 0.0)
        size = self.problem.worst_share * len(self.problem.demand)
        boundary = _boundary(unpaid, size)
        worse, level = unpaid > boundary, unpaid == boundary
        # The atom at the boundary counts in part, shared evenly, as in risk.worst_share_mean.
        n_worse, n_level = np.count_nonzero(worse), np.count_nonzero(level)
        part = (size - n_worse) / n_level
        short_worse = np.count_nonzero(self.owed[:, worse] > money[:, None], axis=1)
        short_level = np.count_nonzero(self.owed[:, level] > money[:, None], axis=1)
        slopes = -weights * (short_worse + part * short_level) / size
        value = boundary + float(np.sum(unpaid[worse] - boundary)) / size
        return value, TailCut(slopes=slopes, level_yuan=value - slopes @ money)


def _boundary(unpaid: FloatArray, size: float) -> float:
    rank = min(max(int(np.ceil(size - 1e-9)), 1), len(unpaid))
    return float(np.partition(unpaid, len(unpaid) - rank)[len(unpaid) - rank])


def make_surface(problem: Problem, low: FloatArray, high: FloatArray) -> Surface:
    """Sort the draws of each account and set aside those that can never be among the worst."""
    curves = tuple(
        make_curve(problem.demand[:, i] + committed, float(problem.weights[i]), low[i], high[i])
        for i, committed in enumerate(problem.committed_yuan.tolist())
    )
    return Surface(
        problem=problem, low=low, high=high, curves=curves, owed=_tail_draws(problem, low, high)
    )


def _tail_draws(problem: Problem, low: FloatArray, high: FloatArray) -> FloatArray:
    n = len(problem.demand)
    worst, best = np.empty(n), np.empty(n)
    for start in range(0, n, _BLOCK):
        here = slice(start, start + _BLOCK)
        owed = problem.demand[here] + problem.committed_yuan
        worst[here] = np.maximum(owed - low, 0) @ problem.weights
        best[here] = np.maximum(owed - high, 0) @ problem.weights
    # A thousandth of a yuan lower: sums of floats may differ by their order.
    enough = _boundary(best, problem.worst_share * n) - 1e-3
    rows = np.flatnonzero(worst >= enough)
    owed = problem.demand[rows] + problem.committed_yuan
    return np.ascontiguousarray(owed.T, dtype=np.float64)


def money_box(problem: Problem) -> tuple[FloatArray, FloatArray]:
    """The least and the most money that the moves can leave each account with."""
    low = problem.budget_yuan.astype(np.float64)
    high = low.copy()
    column = problem.index
    givers: dict[str, set[str]] = {}
    for arc in problem.arcs:
        givers.setdefault(arc.receiver, set()).add(arc.giver)
    for account in {arc.giver for arc in problem.arcs}:
        low[column[account]] -= problem.may_leave_yuan[column[account]]
    for receiver, its_givers in givers.items():
        high[column[receiver]] += sum(int(problem.may_leave_yuan[column[g]]) for g in its_givers)
    return low, high
