"""An account's money among its claims, within the ceilings of its awards, in whole yuan.

With a ceiling (总额控制) the rules work in two ways. Rules that raise a common level (smallest
ratio, equal awards, equal losses) leave the claims of an award where its ceiling stops them, and
what they do not take goes to the others. All other rules come twice: among the claims of each
award that exceeds its ceiling, then among all claims with what is left of them.

Exact fractions become whole yuan in two steps, rounded down and the left-over yuan given to the
largest remainders: first the sums of the awards, then the claims of each award. So sums are exact,
no ceiling is exceeded and no claim, and whoever is first among equals gets the yuan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np

from model.allocation.asked import LEVELLING, Asked, Splitter, splitter
from model.allocation.rationing import Whole, as_whole
from model.allocation.whole_claims import Choice, pay_whole
from model.risk import IntArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Exact:
    """What each claim gets, exactly: ``parts[i] / wholes[award[i]]`` yuan."""

    parts: Whole
    wholes: Whole
    award: IntArray

    def fractions(self) -> list[Fraction]:
        """What each claim gets, one by one."""
        wholes = self.wholes[self.award].tolist()
        return [Fraction(*pair) for pair in zip(self.parts.tolist(), wholes, strict=True)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotment:
    """What an account pays each claim, and what kept it from paying more; int64[claim], yuan.

    What a claim is cut by is told apart: what a ceiling alone would take from it, what the money
    of the account takes besides, and what is lost because a claim is paid whole or not at all.

    Attributes:
        choice: how the whole claims were chosen; None where none had to be.
    """

    asked: Asked
    paid_yuan: IntArray
    cut_by_ceiling: IntArray
    cut_by_money: IntArray
    cut_as_whole: IntArray
    choice: Choice | None


def allot(asked: Asked) -> Allotment:
    """What the account pays each claim by its rule."""
    unlimited = replace(asked, money_yuan=asked.total())
    admitted = in_yuan(split_exactly(unlimited)) if _any_ceiling(asked) else asked.claims_yuan
    even = in_yuan(split_exactly(asked))
    paid, choice = even, None
    if np.any((even < asked.claims_yuan) & asked.whole()):
        paid, choice = pay_whole(asked, lambda part: in_yuan(split_exactly(part)))
    return _explained(asked, (admitted, even, paid), choice)


def _any_ceiling(asked: Asked) -> bool:
    return any(award.ceiling_yuan is not None for award in asked.awards)


def _explained(
    asked: Asked, stages: tuple[IntArray, IntArray, IntArray], choice: Choice | None
) -> Allotment:
    """The cuts of each claim by what causes them; they add up to what it goes short."""
    admitted, even, paid = stages
    whole = asked.whole() & (paid == 0)
    as_whole_cut = np.where(whole, np.maximum(even, paid) - paid, 0)
    reached = paid + as_whole_cut
    by_ceiling = asked.claims_yuan - np.maximum(admitted, reached)
    by_money = np.maximum(admitted, reached) - reached
    for values in (paid, by_ceiling, by_money, as_whole_cut):
        values.setflags(write=False)
    return Allotment(
        asked=asked,
        paid_yuan=paid,
        cut_by_ceiling=by_ceiling,
        cut_by_money=by_money,
        cut_as_whole=as_whole_cut,
        choice=choice,
    )


def split_exactly(asked: Asked) -> Exact:
    """What each claim gets if every claim may be paid in part: exact, before any rounding."""
    split = splitter(asked)
    found = _levelled(asked, split) if asked.rule in LEVELLING else _twice(asked, split)
    return Exact(parts=found[0], wholes=found[1], award=asked.award)


def _levelled(asked: Asked, split: Splitter) -> tuple[Whole, Whole]:
    """One level for all; an award that would exceed its ceiling is held there, and again.

    Holding one leaves more to the others, so that none of them ever falls below its ceiling again.
    """
    parts, wholes = as_whole(asked.claims_yuan), as_whole([1] * len(asked.awards))
    still, money = set(range(len(asked.awards))), asked.money_yuan
    while still:
        rows = np.flatnonzero(np.isin(asked.award, list(still)))
        shared = split(asked.claims_yuan[rows], money, rows)
        parts[rows] = shared.parts
        wholes[list(still)] = shared.whole
        sums = asked.by_award(parts)
        over = {
            position
            for position in sorted(still)
            if (ceiling := asked.awards[position].ceiling_yuan) is not None
            and sums[position] > ceiling * shared.whole
        }
        for position in sorted(over):
            ceiling = asked.awards[position].ceiling_yuan or 0
            rows = np.flatnonzero(asked.award == position)
            held = split(asked.claims_yuan[rows], ceiling, rows)
            parts[rows], wholes[position] = held.parts, held.whole
            money -= ceiling
        if not over:
            break
        still -= over
    return parts, wholes


def _twice(asked: Asked, split: Splitter) -> tuple[Whole, Whole]:
    """The rule within each award above its ceiling, and then among all claims so reduced."""
    parts, wholes = as_whole(asked.claims_yuan), as_whole([1] * len(asked.awards))
    for position, award in enumerate(asked.awards):
        if award.ceiling_yuan is not None:
            rows = np.flatnonzero(asked.award == position)
            held = split(asked.claims_yuan[rows], award.ceiling_yuan, rows)
            parts[rows], wholes[position] = held.parts, held.whole
    unit = lcm(*wholes.tolist())
    reduced = parts * (unit // wholes)[asked.award]
    shared = split(reduced, asked.money_yuan * unit, np.arange(len(parts)))
    wholes[:] = unit * shared.whole
    return shared.parts, wholes


def in_yuan(exact: Exact) -> IntArray:
    """Exact payments as whole yuan, by largest remainder; int64[claim].

    The sum of all is the exact one rounded down.
    """
    wholes = exact.wholes.tolist()
    sums = np.zeros(len(wholes), object)
    np.add.at(sums, exact.award, exact.parts)
    of_awards = [Fraction(*pair) for pair in zip(sums.tolist(), wholes, strict=True)]
    unit = lcm(*(total.denominator for total in of_awards))
    units = as_whole([int(total * unit) for total in of_awards])
    totals = largest_remainder(units, unit, int(units.sum()) // unit if wholes else 0)
    yuan = np.zeros(len(exact.parts), np.int64)
    for position, (whole, total) in enumerate(zip(wholes, totals.tolist(), strict=True)):
        rows = np.flatnonzero(exact.award == position)
        yuan[rows] = largest_remainder(exact.parts[rows], whole, total)
    return yuan


def largest_remainder(parts: Whole, whole: int, total: int) -> Whole:
    """``parts / whole`` in whole numbers that add up to `total`.

    Each is rounded down; what is then left of the total goes, one each, to the largest
    remainders, the first of equal ones first.

    >>> largest_remainder(np.array([5, 5, 2], object), 3, 4).tolist()
    [2, 2, 0]
    """
    down = parts // whole
    left = total - int(down.sum()) if len(parts) else 0
    if left:
        first = np.argsort(-(parts % whole), kind="stable")[:left]
        down[first] += 1
    return down
