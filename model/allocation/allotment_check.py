"""Whether payments keep every limit and the rule they claim to follow: looked at from outside.

Nothing here knows how the payments were found. Whole yuan cannot be equal to the last one, so a
rule holds where it holds to within the yuan that rounding may move in each of its two steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from model.allocation.allotment import Allotment
from model.allocation.asked import Asked
from model.risk import BoolArray, IntArray

INT64_MAX = int(np.iinfo(np.int64).max)
YUAN = 2  # what rounding of the award and of the claim can move


def faults(allotment: Allotment) -> list[str]:
    """Every limit that is not kept, and every way in which the rule is not followed."""
    asked, paid = allotment.asked, allotment.paid_yuan
    found = [*_limits(asked, paid), *_cuts(allotment)]
    if not found and allotment.choice is None:
        found += _all_given(asked, paid)
        found += RULES_HOLD[asked.rule](asked, paid)
    elif not found and allotment.choice is not None and not allotment.choice.gap:
        found += _nothing_fits(asked, paid)
    return found


def _limits(asked: Asked, paid: IntArray) -> Iterator[str]:
    """More paid than is due, or than there is."""
    if np.any(paid < 0):
        yield "a payment is negative"
    if np.any(paid > asked.claims_yuan):
        yield "a claim is paid more than it is due"
    if _sum(paid) > asked.money_yuan:
        yield "the account pays more than its money"
    for award, total in zip(asked.awards, asked.by_award(paid), strict=True):
        if award.ceiling_yuan is not None and total > award.ceiling_yuan:
            yield f"{award.id} is paid more than its ceiling"
    if np.any(asked.whole() & (paid != 0) & (paid != asked.claims_yuan)):
        yield "a claim that is paid whole or not at all is paid in part"


def _cuts(allotment: Allotment) -> Iterator[str]:
    cuts = (allotment.cut_by_ceiling, allotment.cut_by_money, allotment.cut_as_whole)
    if any(np.any(cut < 0) for cut in cuts):
        yield "a cut is negative"
    if np.any(allotment.paid_yuan + sum(cuts) != allotment.asked.claims_yuan):
        yield "a claim is not what it is paid and the cuts together"


def _all_given(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Money is left although claims are unpaid, which no rule wants unless claims are whole."""
    if _sum(paid) != asked.most():
        yield f"{_sum(paid)} yuan are paid although {asked.most()} could be"


def _nothing_fits(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Money is left that a claim could have had, where a whole claim does not end the queue."""
    left, sums = asked.money_yuan - _sum(paid), asked.by_award(paid)
    for position, award in enumerate(asked.awards):
        ceiling = award.ceiling_yuan
        room = left if ceiling is None else min(left, ceiling - sums[position])
        unpaid = asked.claims_yuan[(asked.award == position) & (paid < asked.claims_yuan)]
        least = int(unpaid.min(initial=INT64_MAX)) if award.indivisible else 1
        if len(unpaid) and least <= room and not asked.stop:
            yield f"money is left although a claim of {award.id} could be paid"


def _sum(yuan: IntArray) -> int:
    return int(yuan.sum(dtype=object)) if len(yuan) else 0


# --- what each rule means ---


def _held(asked: Asked, paid: IntArray) -> BoolArray:
    """Which awards are held at their ceiling."""
    sums = asked.by_award(paid)
    return np.array(
        [
            award.ceiling_yuan is not None and total == award.ceiling_yuan
            for award, total in zip(asked.awards, sums, strict=True)
        ],
        np.bool_,
    )


def _groups(asked: Asked, paid: IntArray) -> Iterator[IntArray]:
    """The claims among which a rule holds: each award at its ceiling, and all others together."""
    held = _held(asked, paid)
    for position in np.flatnonzero(held).tolist():
        yield np.flatnonzero(asked.award == position)
    yield np.flatnonzero(~held[asked.award])


def _equal_parts(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Within each award, everybody gets the same part of his claim."""
    sums, totals = asked.by_award(paid), asked.by_award(asked.claims_yuan)
    for position, (given, due) in enumerate(zip(sums, totals, strict=True)):
        own = asked.award == position
        exact = asked.claims_yuan[own].astype(object) * given
        if np.any(abs(paid[own].astype(object) * due - exact) >= max(due, 1) * YUAN):
            yield f"claims of {asked.awards[position].id} do not get the same part"


def _turns(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Nobody of a later turn is paid before those of an earlier one have all they can have."""
    yield from _equal_parts(asked, paid)
    by_turn = asked.rule != "pro_rata"
    turns = [award.turn if by_turn else 0 for award in asked.awards]
    sums, left = asked.by_award(paid), asked.money_yuan
    for turn in sorted(set(turns)):
        own = [position for position, each in enumerate(turns) if each == turn]
        rooms = [asked.room(position) for position in own]
        due = min(left, sum(rooms))
        if sum(sums[position] for position in own) != due:
            yield f"turn {turn} is not paid what is left to it"
        for position, room in zip(own, rooms, strict=True):
            if abs(sums[position] * sum(rooms) - due * room) >= max(sum(rooms), 1) * YUAN:
                yield f"{asked.awards[position].id} does not get the part of its turn"
        left -= due


def _guaranteed(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Every award gets its part; what is more comes in turns."""
    yield from _equal_parts(asked, paid)
    rooms = [asked.room(position) for position in range(len(asked.awards))]
    part = asked.at_least
    enough = asked.money_yuan >= part * sum(rooms)
    sums, last = asked.by_award(paid), None
    for position in sorted(range(len(rooms)), key=lambda p: asked.awards[p].turn):
        above = sums[position] - part * rooms[position]
        if enough and above <= -YUAN:
            yield f"{asked.awards[position].id} does not get its guaranteed part"
        turn = asked.awards[position].turn
        if last is not None and turn > last and above >= YUAN:
            yield f"{asked.awards[position].id} is paid before an earlier turn is"
        if sums[position] <= rooms[position] - YUAN:
            last = turn if last is None else min(last, turn)


def _first_come(asked: Asked, paid: IntArray) -> Iterator[str]:
    """After the first claim that the money does not reach, nobody is paid."""
    order = np.argsort(asked.place, kind="stable")
    short = (paid < asked.claims_yuan)[order]
    held = _held(asked, paid)[asked.award[order]]
    by_money = np.flatnonzero(short & ~held)
    if len(by_money) and np.any(paid[order][by_money[0] + 1 :] > 0):
        yield "a claim is paid before one that was filed earlier"
    for position in np.flatnonzero(_held(asked, paid)).tolist():
        own = order[asked.award[order] == position]
        cut = np.flatnonzero(paid[own] < asked.claims_yuan[own])
        if len(cut) and np.any(paid[own[cut[0] + 1 :]] > 0):
            yield f"a claim of {asked.awards[position].id} is paid before an earlier one"


def _levels(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Whoever goes short has no less, per weight, than anybody else has."""
    weight = np.array([award.weight for award in asked.awards], object)[asked.award]
    if asked.rule == "smallest_ratio":
        weight = asked.claims_yuan.astype(object)
    for rows in _groups(asked, paid):
        due, got, weigh = asked.claims_yuan[rows], paid[rows], weight[rows]
        short = np.flatnonzero(got < due)
        if not len(short):
            continue
        # The least of (got + YUAN) / weight among the short, against the most of (got - YUAN).
        least = min(short.tolist(), key=lambda i: (int(got[i]) + YUAN) / weigh[i])
        over = (got.astype(object) - YUAN) * weigh[least] > (int(got[least]) + YUAN) * weigh
        if np.any(over & (weigh > 0)):
            yield "a claim goes short although another one gets more"


def _losses(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Whoever is paid anything loses no more than anybody else who is; the others claim less."""
    for rows in _groups(asked, paid):
        due, got = asked.claims_yuan[rows], paid[rows]
        loss = due - got
        some = loss[got > 0]
        if not len(some):
            continue
        level = int(some.max())
        if level - int(some.min()) > 2 * YUAN:
            yield "claims that are paid lose unlike amounts"
        if np.any(loss[got == 0] > level + 2 * YUAN):
            yield "a claim that is paid nothing loses more than the others"


def _talmud(asked: Asked, paid: IntArray) -> Iterator[str]:
    """Where no ceiling binds: nobody is on the other side of half his claim from all together."""
    if any(total > asked.room(p) for p, total in enumerate(asked.by_award(asked.claims_yuan))):
        return
    below = 2 * asked.money_yuan <= asked.total()
    due = asked.claims_yuan
    measure = paid if below else due - paid  # what is alike for all, up to half of a claim
    half = due // 2
    if np.any(measure > half + 1 + YUAN):
        yield "a claim is on the other side of its half from all together"
    inside = measure[measure < half - YUAN]
    if len(inside) and int(inside.min()) + 2 * YUAN < int(measure.max()):
        yield "claims get or lose unlike amounts"


Holds = Callable[[Asked, IntArray], Iterator[str]]
RULES_HOLD: dict[str, Holds] = {
    "pro_rata": _turns,
    "priority": _turns,
    "flagship_first": _turns,
    "guaranteed": _guaranteed,
    "first_come": _first_come,
    "smallest_ratio": _levels,
    "equal_awards": _levels,
    "equal_losses": _losses,
    "talmud": _talmud,
}
