"""What the draws say about any split of the money: its cost, and planes that touch the cost there.

Payments need no variables of their own. Given the money, the best payment in a draw pays each
account's claims, by its rule, until they are met or its money is gone, because no account's
payment touches another's limits: the unpaid money is a sum over layers (`model.allocation.layers`).
A test holds this against the programme that has a payment for each kind of claims and draw.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.allocation.curve import Curve, Tally
from model.allocation.layers import layers_of
from model.allocation.problem import Problem
from model.risk import BoolArray, FloatArray, IntArray
from model.years import blocks

_BLOCK = 1 << 13
_TALLY_BLOCK = 1 << 16


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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TailDraws:
    """The draws that can be among the worst for some money in the box, layer by layer.

    `owed` is float64[layer, draw]; `weight` float64[layer, 1] or [layer, draw]; `beyond`
    float64[draw] (what no money pays).
    """

    account: IntArray
    owed: FloatArray
    weight: FloatArray
    beyond: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """What the draws say about any money after in the box [low, high], ready to be asked.

    Attributes:
        tail: the draws that are at least as bad at their worst corner of the box as enough others
            are at their best one.
    """

    problem: Problem
    low: FloatArray
    high: FloatArray
    curves: tuple[Curve, ...]
    tail: TailDraws

    def covers(self, low: FloatArray, high: FloatArray) -> bool:
        """Whether the box contains another."""
        return bool(np.all(self.low <= low) and np.all(high <= self.high))

    def mean_cuts(self, money: FloatArray) -> tuple[float, list[MeanCut]]:
        """The weighted expected unpaid at this money, and a plane for each account.

        Exact up to `curve.MOST_POINTS` draws; of more draws the value is an upper bound, a few
        yuan above, and the planes are lower bounds.
        """
        total, cuts = 0.0, []
        rows = zip(self.problem.accounts, self.curves, money.tolist(), strict=True)
        for account, curve, yuan in rows:
            total += curve.most(yuan)
            level, slope = curve.plane(yuan)
            cuts.append(MeanCut(account=account, slope=slope, level_yuan=level))
        return total, cuts

    def tail_cut(self, money: FloatArray) -> tuple[float, TailCut]:
        """The worst-share mean of U, and a plane that touches it, at this money."""
        unpaid = self._tail_unpaid(money)
        size = self.problem.worst_share * len(self.problem.demand)
        boundary = _boundary(unpaid, size)
        worse, level = unpaid > boundary, unpaid == boundary
        # The atom at the boundary counts in part, shared evenly, as in risk.worst_share_mean.
        n_worse, n_level = np.count_nonzero(worse), np.count_nonzero(level)
        part = (size - n_worse) / n_level
        slopes = self._steepness(worse, money) + part * self._steepness(level, money)
        slopes = -slopes / size
        value = boundary + float(np.sum(unpaid[worse] - boundary)) / size
        return value, TailCut(slopes=slopes, level_yuan=value - float(slopes @ money))

    def _tail_unpaid(self, money: FloatArray) -> FloatArray:
        tail = self.tail
        unpaid = np.empty(tail.owed.shape[1])
        held = money[tail.account][:, None]
        one_weight = tail.weight.shape[1] == 1
        for here in blocks(len(unpaid), _BLOCK):
            short = np.maximum(tail.owed[:, here] - held, 0.0)
            if one_weight:
                unpaid[here] = tail.weight[:, 0] @ short
            else:
                unpaid[here] = np.einsum("ld,ld->d", tail.weight[:, here], short)
        return unpaid + tail.beyond

    def _steepness(self, draws: BoolArray, money: FloatArray) -> FloatArray:
        """How much less would be unpaid in some draws, in sum, per yuan more of each account."""
        tail = self.tail
        short = tail.owed[:, draws] > money[tail.account][:, None]
        weight = tail.weight if tail.weight.shape[1] == 1 else tail.weight[:, draws]
        each = np.sum(short * weight, axis=1)
        summed = np.bincount(tail.account, weights=each, minlength=len(money))
        return np.asarray(summed, dtype=np.float64)


def _boundary(unpaid: FloatArray, size: float) -> float:
    rank = min(max(int(np.ceil(size - 1e-9)), 1), len(unpaid))
    return float(np.partition(unpaid, len(unpaid) - rank)[len(unpaid) - rank])


def make_surface(problem: Problem, low: FloatArray, high: FloatArray) -> Surface:
    """Gather the draws of each account and set aside those that can never be among the worst."""
    return Surface(
        problem=problem,
        low=low,
        high=high,
        curves=make_curves(problem, low, high),
        tail=_tail_draws(problem, low, high),
    )


def make_curves(problem: Problem, low: FloatArray, high: FloatArray) -> tuple[Curve, ...]:
    """The curve of every account on its part of the box."""
    n = len(problem.demand)
    tallies: list[Tally] = []
    for here in blocks(n, _TALLY_BLOCK):
        layers = layers_of(problem, here)
        if not tallies:
            times = np.bincount(layers.account, minlength=len(low))
            rows = zip(low.tolist(), high.tolist(), (n * times).tolist(), strict=True)
            tallies = [Tally(*row) for row in rows]
        for layer, account in enumerate(layers.account.tolist()):
            tallies[account].add(layers.owed[:, layer], layers.weight[..., layer])
        if layers.beyond is not None:
            for tally, yuan in zip(tallies, layers.beyond.sum(axis=0).tolist(), strict=True):
                tally.add_constant(yuan)
    return tuple(tally.curve(n) for tally in tallies)


def _tail_draws(problem: Problem, low: FloatArray, high: FloatArray) -> TailDraws:
    n = len(problem.demand)
    worst, best = np.empty(n), np.empty(n)
    for here in blocks(n, _BLOCK):
        layers = layers_of(problem, here)
        worst[here], best[here] = layers.unpaid(low), layers.unpaid(high)
    # A thousandth of a yuan lower: sums of floats may differ by their order.
    enough = _boundary(best, problem.worst_share * n) - 1e-3
    return _chosen_draws(problem, worst >= enough)


def _chosen_draws(problem: Problem, chosen: BoolArray) -> TailDraws:
    owed, weight, beyond = [], [], []
    account = np.arange(0)
    for here in blocks(len(chosen), _BLOCK):
        rows = np.flatnonzero(chosen[here])
        if not len(rows):
            continue
        layers = layers_of(problem, here)
        account, same = layers.account, layers.weight.ndim == 1
        owed.append(layers.owed[rows].T.astype(np.float64))
        weight.append(layers.weight[:, None] if same else layers.weight[rows].T)
        above = layers.beyond
        beyond.append(np.zeros(len(rows)) if above is None else above[rows].sum(axis=1))
    one = problem.payments is None  # then every draw has the same weights
    return TailDraws(
        account=account,
        owed=np.ascontiguousarray(np.concatenate(owed, axis=1)),
        weight=weight[0] if one else np.concatenate(weight, axis=1),
        beyond=np.concatenate(beyond),
    )


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
