"""How a sum too small for all claims on it is split by a rule: exact fractions, in closed form.

Claims and money are whole numbers of one unit. Every rule gives all the money out, or all claims in
full where it reaches, and nobody more than his claim. The rules are those of the literature on
claims problems (O'Neill 1982; Aumann and Maschler 1985; Thomson 2003).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[Any]  # whole numbers, as int64 or as Python's own where int64 could overflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Split:
    """What each claim gets, exactly: ``parts[i] / whole``; `parts` are Python integers."""

    parts: Whole
    whole: int = 1

    def total(self) -> Fraction:
        """All that is given."""
        return Fraction(int(self.parts.sum()), self.whole)

    def fractions(self) -> list[Fraction]:
        """What each claim gets, one by one."""
        return [Fraction(part, self.whole) for part in self.parts.tolist()]


def as_whole(amounts: Sequence[int] | Whole) -> Whole:
    """The same numbers as Python's integers, which cannot overflow."""
    numbers = amounts.tolist() if isinstance(amounts, np.ndarray) else list(amounts)
    exact = np.empty(len(numbers), object)
    exact[:] = numbers
    return exact


def pro_rata(claims: Whole, money: int) -> Split:
    """Every claim gets the same part of itself.

    >>> [str(x) for x in pro_rata(np.array([100, 200, 300]), 200).fractions()]
    ['100/3', '200/3', '100']
    """
    claims = as_whole(claims)
    total = _sum(claims)
    if money >= total:
        return Split(parts=claims)
    return Split(parts=claims * money, whole=total)


def equal_awards(claims: Whole, money: int, weights: Whole | None = None) -> Split:
    """Every claim gets the same amount (times its weight) but none more than itself.

    The smallest payments are then as large as they can be (max-min): claims below the common
    level are paid in full, the others up to it.

    Args:
        weights: whole numbers above 0, one for each claim; all alike if None.

    >>> [str(x) for x in equal_awards(np.array([100, 200, 300]), 400).fractions()]
    ['100', '150', '150']
    """
    claims = as_whole(claims)
    if money >= _sum(claims):
        return Split(parts=claims)
    weights = as_whole(np.ones(len(claims), np.int64) if weights is None else weights)
    order = np.argsort(_filled_at(claims, weights), kind="stable")
    asked, weigh = claims[order], weights[order]
    paid_before = np.concatenate([as_whole([0]), np.add.accumulate(asked)])
    weigh_before = np.concatenate([as_whole([0]), np.add.accumulate(weigh)])

    def short_of(place: int) -> int:
        """What is lacking, times a weight, to raise all to where this claim is paid in full."""
        rest = weigh_before[-1] - weigh_before[place]
        return int((paid_before[place] - money) * weigh[place] + rest * asked[place])

    # The first claim that is not paid in full; there is one, because the money does not reach.
    first = bisect_left(range(len(claims)), 1, key=lambda place: int(short_of(place) > 0))
    level, whole = money - paid_before[first], weigh_before[-1] - weigh_before[first]
    parts = np.empty_like(claims)
    parts[order[:first]] = asked[:first] * whole
    parts[order[first:]] = weigh[first:] * level
    return Split(parts=parts, whole=int(whole))


def equal_losses(claims: Whole, money: int) -> Split:
    """Every claim goes short by the same amount, but none by more than itself.

    >>> [str(x) for x in equal_losses(np.array([100, 200, 300]), 400).fractions()]
    ['100/3', '400/3', '700/3']
    """
    claims = as_whole(claims)
    losses = equal_awards(claims, max(_sum(claims) - money, 0))
    return Split(parts=claims * losses.whole - losses.parts, whole=losses.whole)


def talmud(claims: Whole, money: int) -> Split:
    """Up to half of all claims: equal awards of half claims; above it equal losses of half claims.

    >>> [str(x) for x in talmud(np.array([100, 200, 300]), 200).fractions()]
    ['50', '75', '75']
    """
    claims = as_whole(claims)
    total = _sum(claims)
    if 2 * money <= total:
        doubled = equal_awards(claims, 2 * money)
        return Split(parts=doubled.parts, whole=2 * doubled.whole)
    losses = equal_awards(claims, 2 * max(total - money, 0))
    return Split(parts=2 * claims * losses.whole - losses.parts, whole=2 * losses.whole)


def in_turns(claims: Whole, money: int, turns: Whole) -> Split:
    """Claims of a lower turn are paid in full first; those of one turn get the same part.

    >>> [str(x) for x in in_turns(np.array([100, 200, 300]), 250, np.array([1, 0, 1])).fractions()]
    ['25/2', '200', '75/2']
    """
    claims = as_whole(claims)
    _, turn = np.unique(turns, return_inverse=True)
    totals = as_whole(np.zeros(int(turn.max(initial=-1)) + 1, np.int64))
    np.add.at(totals, turn, claims)
    paid = queue(totals, money, np.arange(len(totals))).parts
    parts, whole = np.where((paid == totals)[turn], claims, as_whole(np.zeros_like(turn))), 1
    for place in np.flatnonzero((paid > 0) & (paid < totals)).tolist():  # one at most
        whole, now = totals[place], turn == place
        parts = parts * whole
        parts[now] = claims[now] * paid[place]
    return Split(parts=parts, whole=int(whole))


def queue(claims: Whole, money: int, places: Whole) -> Split:
    """Claims are paid in the order of their places, each in full while the money lasts.

    >>> [str(x) for x in queue(np.array([100, 200, 300]), 250, np.array([0, 2, 1])).fractions()]
    ['100', '0', '150']
    """
    claims, order = as_whole(claims), np.argsort(places, kind="stable")
    before = np.add.accumulate(claims[order])
    parts = np.empty_like(claims)
    parts[order] = np.clip(money - before + claims[order], 0, claims[order])
    return Split(parts=parts)


def guaranteed(claims: Whole, money: int, turns: Whole, at_least: Fraction) -> Split:
    """Every claim gets a part first, all the same part if even that is too much; then in turns.

    >>> half = Fraction(1, 2)
    >>> [str(x) for x in guaranteed(np.array([100, 300]), 250, np.array([0, 1]), half).fractions()]
    ['100', '150']
    """
    # Counted in parts of a unit, so that the guaranteed part of every claim is whole.
    unit = at_least.denominator
    first = as_whole(claims) * at_least.numerator
    rest = as_whole(claims) * unit - first
    floor = pro_rata(first, money * unit)
    above = in_turns(rest, max(money * unit - _sum(first), 0), turns)
    parts = floor.parts * above.whole + above.parts * floor.whole
    return Split(parts=parts, whole=unit * floor.whole * above.whole)


def _sum(claims: Whole) -> int:
    return int(claims.sum()) if len(claims) else 0


def _filled_at(claims: Whole, weights: Whole) -> Whole:
    """Numbers in the order of ``claim / weight``: whole where the weights have a small multiple."""
    multiple = int(np.lcm.reduce(weights)) if len(weights) else 1
    return claims * (multiple // weights)
