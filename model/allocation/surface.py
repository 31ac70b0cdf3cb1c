"""What the draws say about any split of the money: its cost, and planes that touch the cost there.

Payments need no variables of their own. Given the money, the best payment in a draw pays each
account's claims, by its rule, until they are met or its money is gone, because no account's
payment touches another's limits: the unpaid money is a sum over layers (`model.allocation.layers`).
A test holds this against the programme that has a payment for each kind of claims and draw.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from typing import TypeVar

import numpy as np

from model.allocation.curve import Curve, Tally
from model.allocation.layers import Layers, layers_of
from model.allocation.problem import Problem
from model.risk import BoolArray, FloatArray, IntArray
from model.years import blocks

FEW = 1 << 17  # up to as many draws, all that can be among the worst are held at once
_SPARE = 1.75  # of more draws so many times the worst share
_BLOCK = 1 << 13
_TALLY_BLOCK = 1 << 15
_Made = TypeVar("_Made")


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
    """Draws among which the worst are found, layer by layer, and what is known of the others.

    At the money `at` none of the others leaves more unpaid than `rest_yuan`; for each yuan less
    of an account it leaves at most `rise` more.

    Attributes:
        owed: float64[layer, draw].
        weight: float64[layer, 1] or [layer, draw].
        beyond: float64[draw], what no money pays.
        rise: float64[account].
    """

    account: IntArray
    owed: FloatArray
    weight: FloatArray
    beyond: FloatArray
    at: FloatArray
    rest_yuan: float
    rise: FloatArray

    def unpaid(self, money: FloatArray) -> FloatArray:
        """What each of the draws leaves unpaid at this money, weighted."""
        unpaid = np.empty(self.owed.shape[1])
        held = money[self.account][:, None]
        one_weight = self.weight.shape[1] == 1
        for here in blocks(len(unpaid), _BLOCK):
            short = np.maximum(self.owed[:, here] - held, 0.0)
            if one_weight:
                unpaid[here] = self.weight[:, 0] @ short
            else:
                unpaid[here] = np.einsum("ld,ld->d", self.weight[:, here], short)
        return unpaid + self.beyond

    def rest_at(self, money: FloatArray) -> float:
        """None of the other draws leaves more unpaid than this at this money."""
        return self.rest_yuan + float(self.rise @ np.maximum(self.at - money, 0.0))

    def steepness(self, draws: BoolArray, money: FloatArray) -> FloatArray:
        """How much less would be unpaid in some draws, in sum, per yuan more of each account."""
        short = self.owed[:, draws] > money[self.account][:, None]
        weight = self.weight if self.weight.shape[1] == 1 else self.weight[:, draws]
        each = np.sum(short * weight, axis=1)
        summed = np.bincount(self.account, weights=each, minlength=len(money))
        return np.asarray(summed, dtype=np.float64)


@dataclass(slots=True, kw_only=True, eq=False)
class Surface:
    """What the draws say about any money after in the box [low, high], ready to be asked.

    Attributes:
        tail: of up to `FEW` draws those that are at least as bad at their worst corner of the
            box as enough others are at their best one; of more the worst at some money that was
            asked about, chosen anew when they do not tell what is asked.
    """

    problem: Problem
    low: FloatArray
    high: FloatArray
    curves: tuple[Curve, ...]
    tail: TailDraws | None

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
        tail, unpaid, boundary = self._worst_draws(money)
        size = self._size
        worse, level = unpaid > boundary, unpaid == boundary
        # The atom at the boundary counts in part, shared evenly, as in risk.worst_share_mean.
        n_worse, n_level = np.count_nonzero(worse), np.count_nonzero(level)
        part = (size - n_worse) / n_level
        slopes = tail.steepness(worse, money) + part * tail.steepness(level, money)
        slopes = -slopes / size
        value = boundary + float(np.sum(unpaid[worse] - boundary)) / size
        return value, TailCut(slopes=slopes, level_yuan=value - float(slopes @ money))

    @property
    def _size(self) -> float:
        return self.problem.worst_share * len(self.problem.demand)

    def _worst_draws(self, money: FloatArray) -> tuple[TailDraws, FloatArray, float]:
        """Draws with all the worst among them, what each leaves unpaid, the least of the worst.

        Where draws left out are as bad as the least of the worst, any of them serve as well.
        """
        if self.tail is not None:
            unpaid = self.tail.unpaid(money)
            boundary = _boundary(unpaid, self._size)
            if self.tail.rest_at(money) <= boundary:
                return self.tail, unpaid, boundary
        self.tail = None  # its memory serves for the next one
        self.tail = _tail_near(self.problem, money)
        unpaid = self.tail.unpaid(money)
        return self.tail, unpaid, _boundary(unpaid, self._size)


def _boundary(unpaid: FloatArray, size: float) -> float:
    rank = min(max(int(np.ceil(size - 1e-9)), 1), len(unpaid))
    return float(np.partition(unpaid, len(unpaid) - rank)[len(unpaid) - rank])


def make_surface(problem: Problem, low: FloatArray, high: FloatArray) -> Surface:
    """Gather the draws of each account; of few draws, those that can be among the worst, too."""
    few = len(problem.demand) <= FEW
    return Surface(
        problem=problem,
        low=low,
        high=high,
        curves=make_curves(problem, low, high),
        tail=_tail_in_box(problem, low, high) if few else None,
    )


def make_curves(problem: Problem, low: FloatArray, high: FloatArray) -> tuple[Curve, ...]:
    """The curve of every account on its part of the box."""
    n = len(problem.demand)
    tallies: list[Tally] = []

    def work(here: slice) -> tuple[Layers, IntArray]:
        layers = layers_of(problem, here)
        return layers, np.ascontiguousarray(layers.owed.T)

    for layers, owed in _each_block(n, _TALLY_BLOCK, work):
        if not tallies:
            times = np.bincount(layers.account, minlength=len(low))
            rows = zip(low.tolist(), high.tolist(), (n * times).tolist(), strict=True)
            tallies = [Tally(*row) for row in rows]
        for layer, account in enumerate(layers.account.tolist()):
            tallies[account].add(owed[layer], layers.weight[..., layer])
        if layers.beyond is not None:
            for tally, yuan in zip(tallies, layers.beyond.sum(axis=0).tolist(), strict=True):
                tally.add_constant(yuan)
    return tuple(tally.curve(n) for tally in tallies)


def _each_block(n_draws: int, size: int, work: Callable[[slice], _Made]) -> Iterator[_Made]:
    """What becomes of every block of draws, in order; of many several at once, and few are held."""
    if n_draws <= FEW:  # it would take longer to start the workers
        yield from map(work, blocks(n_draws, size))
        return
    n_workers = cpu_count() or 1
    waiting: deque[Future[_Made]] = deque()
    with ThreadPoolExecutor(n_workers) as pool:
        for here in blocks(n_draws, size):
            waiting.append(pool.submit(work, here))
            if len(waiting) > n_workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _tail_in_box(problem: Problem, low: FloatArray, high: FloatArray) -> TailDraws:
    """The draws that can be among the worst for some money in the box."""
    at_low, at_high = _unpaid(problem, low), _unpaid(problem, high)
    # A thousandth of a yuan lower: sums of floats may differ by their order.
    enough = _boundary(at_high, problem.worst_share * len(at_high)) - 1e-3
    return _chosen_draws(problem, at_low >= enough, low, enough)


def _tail_near(problem: Problem, money: FloatArray) -> TailDraws:
    """The draws that are worst at this money, more than the worst share of them."""
    unpaid = _unpaid(problem, money)
    kept = min(max(FEW, int(_SPARE * problem.worst_share * len(unpaid))), len(unpaid))
    rest = float(np.partition(unpaid, len(unpaid) - kept)[len(unpaid) - kept])
    chosen = unpaid > rest
    chosen[np.flatnonzero(unpaid == rest)[: kept - np.count_nonzero(chosen)]] = True
    return _chosen_draws(problem, chosen, money, rest)


def _unpaid(problem: Problem, money: FloatArray) -> FloatArray:
    found = _each_block(
        len(problem.demand), _BLOCK, lambda here: layers_of(problem, here).unpaid(money)
    )
    return np.concatenate(list(found))


def _chosen_draws(problem: Problem, chosen: BoolArray, at: FloatArray, rest: float) -> TailDraws:
    """Some draws; the others leave at most `rest` unpaid at this money."""
    one = problem.payments is None  # then every draw has the same weights
    owed, weight, beyond = [], [], []
    account, rise = np.arange(0), np.zeros(len(at))

    def work(here: slice) -> tuple[Layers, IntArray, FloatArray]:
        layers, rows = layers_of(problem, here), np.flatnonzero(chosen[here])
        return layers, rows, layers.owed[rows].T.astype(np.float64, order="C")

    for layers, rows, its_owed in _each_block(len(chosen), _BLOCK, work):
        account = layers.account
        owed.append(its_owed)
        weight.append(layers.weight[:, None] if one else layers.weight[rows].T)
        above = layers.beyond
        beyond.append(np.zeros(len(rows)) if above is None else above[rows].sum(axis=1))
        rise = np.maximum(rise, _most_weight(layers, len(at)))
    return TailDraws(
        account=account,
        owed=np.concatenate(owed, axis=1),
        weight=weight[0] if one else np.concatenate(weight, axis=1),
        beyond=np.concatenate(beyond),
        at=at,
        rest_yuan=rest,
        rise=rise,
    )


def _most_weight(layers: Layers, n_accounts: int) -> FloatArray:
    """What a yuan less of each account adds at most to what a draw leaves unpaid."""
    if layers.weight.ndim == 1:
        return layers.weight
    found = np.zeros(n_accounts)
    for account in np.unique(layers.account):
        found[account] = layers.weight[:, layers.account == account].sum(axis=1).max()
    return found


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
