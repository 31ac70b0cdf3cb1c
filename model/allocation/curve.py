"""The expected unpaid money of one account as a function of its money: knots, values, slopes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.risk import FloatArray, IntArray

MOST_POINTS = 1 << 17  # with more amounts than this they are counted in as many equal buckets


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A convex curve, known exactly at its knots, with the slope to the right of each.

    Where every amount owed is a knot the curve is exact everywhere. Where amounts were counted in
    buckets it lies, between two knots, below their chord and above the planes of both.
    """

    at: FloatArray
    value: FloatArray
    slope: FloatArray

    def most(self, money: float) -> float:
        """A value that the curve does not exceed at this money, exact at knots, in yuan."""
        k = self._left(money)
        if k + 1 == len(self.at):
            return self._plane(k, money)
        part = (money - self.at[k]) / (self.at[k + 1] - self.at[k])
        return float(self.value[k] + part * (self.value[k + 1] - self.value[k]))

    def plane(self, money: float) -> tuple[float, float]:
        """Level at money 0 and slope of a plane that the curve lies above; the higher one here."""
        k = self._left(money)
        knots = [k] if k + 1 == len(self.at) else [k, k + 1]
        best = max(knots, key=lambda knot: self._plane(knot, money))
        return float(self.value[best] - self.slope[best] * self.at[best]), float(self.slope[best])

    def is_short(self, money: float) -> bool:
        """Whether the account with this money is short in some draw."""
        return bool(self.slope[self._left(money)] < 0)

    def _left(self, money: float) -> int:
        place = int(np.searchsorted(self.at, money, side="right")) - 1
        return min(max(place, 0), len(self.at) - 1)

    def _plane(self, knot: int, money: float) -> float:
        return float(self.value[knot] + self.slope[knot] * (money - self.at[knot]))


class Tally:
    """Amounts owed by one account, gathered draw by draw, that become its curve on [low, high].

    Amounts above `high` are counted and summed, amounts up to `low` are never unpaid. Up to
    `MOST_POINTS` amounts are kept one by one; more are counted in buckets of whole yuan.
    """

    def __init__(self, low: float, high: float, n_points: int) -> None:
        self.low, self.high = int(np.floor(low)), int(np.ceil(high))
        self.width = 0
        if n_points > MOST_POINTS:
            self.width = max(-(-(self.high - self.low) // MOST_POINTS), 1)
        n_buckets = -(-(self.high - self.low) // self.width) if self.width else 0
        # One bucket before the others for amounts up to `low`, one after them for those above.
        self.weight, self.amount = np.zeros(n_buckets + 2), np.zeros(n_buckets + 2)
        self.kept: list[tuple[IntArray, FloatArray]] = []
        self.weight_above = self.amount_above = self.constant = 0.0

    def add(self, owed: IntArray, weight: FloatArray | float) -> None:
        """Count amounts of some draws, each with its weight."""
        if self.width:
            self._count(owed - self.low, weight)
            return
        each = np.broadcast_to(weight, owed.shape)
        above = owed > self.high
        self.weight_above += float(each[above].sum())
        self.amount_above += float((owed[above] - self.low) @ each[above])
        inside = (owed > self.low) & ~above
        self.kept.append((owed[inside], each[inside]))

    def _count(self, over_low: IntArray, weight: FloatArray | float) -> None:
        # Amounts in (knot, next knot] belong to the bucket between them.
        bucket = np.clip((over_low + (self.width - 1)) // self.width, 0, len(self.weight) - 1)
        np.add.at(self.weight, bucket, weight)
        np.add.at(self.amount, bucket, weight * over_low)

    def add_constant(self, yuan: float) -> None:
        """Count weighted yuan of some draws that are unpaid whatever the money."""
        self.constant += yuan

    def curve(self, n_draws: int) -> Curve:
        """The mean over so many draws of what the gathered amounts exceed the money by."""
        at, weight, amount = self._knots()
        weight_above, amount_above = self.weight_above, self.amount_above
        if self.width:
            weight_above, amount_above = float(self.weight[-1]), float(self.amount[-1])
        beyond = np.append(np.cumsum(weight[::-1])[::-1], 0.0) + weight_above
        summed = np.append(np.cumsum(amount[::-1])[::-1], 0.0) + amount_above
        value = np.maximum(summed - beyond * (at - self.low), 0.0) + self.constant
        for array in (at, value, beyond):
            array.setflags(write=False)
        return Curve(at=at, value=value / n_draws, slope=-beyond / n_draws)

    def _knots(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Knots from low on, and of the amounts up to each next knot the weight and the sum."""
        if self.width:
            at = self.low + self.width * np.arange(len(self.weight) - 1, dtype=np.float64)
            return at, self.weight[1:-1], self.amount[1:-1]
        owed = np.concatenate([owed for owed, _ in self.kept]) if self.kept else np.zeros(0)
        each = np.concatenate([weight for _, weight in self.kept]) if self.kept else np.zeros(0)
        knots, where = np.unique(owed, return_inverse=True)
        weight = np.asarray(np.bincount(where, weights=each, minlength=len(knots)), np.float64)
        at = np.append(float(self.low), knots.astype(np.float64))
        return at, weight, weight * (at[1:] - self.low)
