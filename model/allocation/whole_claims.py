"""Awards that are paid whole or not at all: which of their claims are paid.

By order of filing (`first_come`) a whole claim that does not fit is passed over, or ends the queue
(`stop`). By order of awards the turns come one after the other. By every other rule the claims
that are paid whole have together what the rule gives them if all could be paid in part; an integer
programme chooses among them, and what it leaves goes to the claims that can be paid in part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import gcd, lcm

import numpy as np

from model.allocation.asked import Asked
from model.allocation.lp_whole import Lots, choose_lots
from model.risk import BoolArray, IntArray

Divide = Callable[[Asked], IntArray]  # what each claim gets if all may be paid in part


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """How whole claims were chosen.

    Attributes:
        way: `chosen` by an integer programme, or `queued` in order.
        pot_yuan: what there was for them.
        gap: how far, at most, the worth of those chosen lies below the best, relative to it.
    """

    way: str
    pot_yuan: int
    gap: float = 0.0


def pay_whole(asked: Asked, divide: Divide) -> tuple[IntArray, Choice]:
    """What each claim is paid where some are paid whole or not at all; int64[claim]."""
    if asked.rule == "first_come":
        return _queue(asked), Choice(way="queued", pot_yuan=asked.money_yuan)
    if asked.rule in ("priority", "flagship_first"):
        return _turn_by_turn(asked, divide), Choice(way="queued", pot_yuan=asked.money_yuan)
    whole = asked.whole()
    pot = int(divide(asked)[whole].sum())
    taken, gap = choose_claims(asked.only(whole, pot))
    paid = np.zeros(len(whole), np.int64)
    paid[whole] = np.where(taken, asked.claims_yuan[whole], 0)
    paid[~whole] = divide(asked.only(~whole, asked.money_yuan - int(paid.sum())))
    return paid, Choice(way="chosen", pot_yuan=pot, gap=gap)


def _queue(asked: Asked) -> IntArray:
    """Claims by their place: in full while the money of the account and of the award lasts."""
    left, room = asked.money_yuan, [asked.room(p) for p in range(len(asked.awards))]
    whole, closed = asked.whole(), [False] * len(room)
    paid = np.zeros(len(asked.place), np.int64)
    for row in np.argsort(asked.place, kind="stable").tolist():
        award, claim = int(asked.award[row]), int(asked.claims_yuan[row])
        fits = 0 if closed[award] else min(claim, left, room[award])
        if whole[row] and fits < claim:
            if asked.stop and left < claim:
                break  # nobody is paid before one who filed earlier
            closed[award] = closed[award] or asked.stop
            continue
        paid[row] = fits
        left, room[award] = left - fits, room[award] - fits
    return paid


def _turn_by_turn(asked: Asked, divide: Divide) -> IntArray:
    """The awards in turns; within one, all get the same part, whole claims in order of filing."""
    turn = np.array([award.turn for award in asked.awards], np.int64)[asked.award]
    paid = np.zeros(len(turn), np.int64)
    left = asked.money_yuan
    for number in np.unique(turn).tolist():
        now = np.flatnonzero(turn == number)
        part = asked.only(now, left, "pro_rata")
        paid[now] = _one_turn(part, divide)
        left -= int(paid[now].sum())
        unpaid = part.whole() & (paid[now] < part.claims_yuan)
        if asked.stop and np.any(unpaid & (part.claims_yuan > left)):
            break
    return paid


def _one_turn(part: Asked, divide: Divide) -> IntArray:
    even, whole = divide(part), part.whole()
    queued = replace(part.only(whole, int(even[whole].sum())), rule="first_come")
    paid = np.zeros(len(whole), np.int64)
    paid[whole] = _queue(queued)
    paid[~whole] = divide(part.only(~whole, part.money_yuan - int(paid.sum())))
    return paid


def choose_claims(asked: Asked) -> tuple[BoolArray, float]:
    """Which claims are paid whole within the money and the ceilings, and the gap to the best.

    Worth most in all (what a yuan of each award counts), then most claims, then those that filed
    first. Claims of one award and one amount are alike: of them the first are paid.
    """
    lots, members = make_lots(asked)
    picked = choose_lots(lots)
    taken = np.zeros(len(asked.place), np.bool_)
    for count, rows in zip(picked.taken, members, strict=True):
        taken[rows[:count]] = True
    return taken, picked.gap


def make_lots(asked: Asked) -> tuple[Lots, list[IntArray]]:
    """The claims in lots of one award and one amount, and the claims of each lot in their order."""
    order = np.lexsort([asked.place, asked.claims_yuan, asked.award])
    order = order[asked.claims_yuan[order] > 0]
    keys = np.stack([asked.award[order], asked.claims_yuan[order]])
    begins = np.flatnonzero(np.any(np.diff(keys, axis=1, prepend=-1), axis=0))
    members = np.split(order, begins[1:]) if len(begins) else []
    members.sort(key=lambda rows: int(asked.place[rows[0]]))
    amounts = [int(asked.claims_yuan[rows[0]]) for rows in members]
    awards = [int(asked.award[rows[0]]) for rows in members]
    worth = [asked.awards[award].worth for award in awards]
    scale = lcm(*(each.denominator for each in worth))
    unit = gcd(*amounts) or 1
    lots = Lots(
        amounts=tuple(amount // unit for amount in amounts),
        counts=tuple(len(rows) for rows in members),
        worths=tuple(
            int(each * scale) * (amount // unit)
            for each, amount in zip(worth, amounts, strict=True)
        ),
        awards=tuple(awards),
        pot=asked.money_yuan // unit,
        ceilings={
            position: award.ceiling_yuan // unit
            for position, award in enumerate(asked.awards)
            if award.ceiling_yuan is not None
        },
    )
    return lots, members
