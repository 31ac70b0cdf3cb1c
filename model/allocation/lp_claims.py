"""The claims on one account as a linear programme: the second opinion on every rule of paying.

Variables are what each claim is paid, in 万元; claims that a rule treats alike may stand as one
variable with a count. Rules by turns are one programme. Rules that raise a common level are a
row of programmes: the level as high as it can be, the claims that hold it there are fixed (their
rows have a price), and again for the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pulp

from model.allocation.asked import Asked
from model.allocation.lp import weighted_sum
from model.allocation.solver import Live
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray, IntArray

FAMILIES = ("claims_money", "claims_ceiling", "claims_share", "claims_level")
_TIGHT = 1e-9  # of a level row's price, of which all together make 1
_SLACK = 2e-9  # 万元: what a fixed payment may give way, so that rounding never clashes ...
_DIGITS = 1e-15  # ... or this part of all claims, where that is more


@dataclass(slots=True)
class ClaimsModel:
    """The programme of one account; money in 万元.

    Attributes:
        most: float64[claim], the most that each claim may be paid.
        counts: how many claims each variable stands for.
    """

    asked: Asked
    most: FloatArray
    counts: IntArray
    lp: pulp.LpProblem
    pay: list[pulp.LpVariable]
    level: pulp.LpVariable | None = None
    shares: dict[int, pulp.LpVariable] = field(default_factory=dict)


def new_claims(asked: Asked, counts: IntArray, low: FloatArray, high: FloatArray) -> ClaimsModel:
    """A payment for each claim between its bounds (in 万元), and no row."""
    lp = pulp.LpProblem("claims", pulp.LpMinimize)
    bounds = zip(low.tolist(), high.tolist(), strict=True)
    pay = [lp.add_variable(f"pay__{i}", *pair) for i, pair in enumerate(bounds)]
    return ClaimsModel(asked=asked, most=high, counts=counts, lp=lp, pay=pay)


def add_claims_money(model: ClaimsModel) -> None:
    """The account pays at most its money.

    sum_i count[i] x pay[i] <= money
    """
    paid = dict(zip(model.pay, model.counts.astype(float).tolist(), strict=True))
    row = weighted_sum(paid) <= model.asked.money_yuan / WAN
    model.lp.addConstraint(row, "claims_money")


def add_claims_ceiling(model: ClaimsModel) -> None:
    """The claims of an award are paid at most its ceiling (总额控制).

    sum_{i of w} count[i] x pay[i] <= ceiling[w]
    """
    for position, award in enumerate(model.asked.awards):
        rows = np.flatnonzero(model.asked.award == position).tolist()
        if award.ceiling_yuan is not None and rows:
            paid = {model.pay[i]: float(model.counts[i]) for i in rows}
            row = weighted_sum(paid) <= award.ceiling_yuan / WAN
            model.lp.addConstraint(row, f"claims_ceiling__{position}")


def add_claims_share(model: ClaimsModel, layers: Sequence[FloatArray]) -> None:
    """Claims of one layer get the same part of it, and an earlier layer counts more.

    pay[i] = sum_k share[k] x layer[k, i], 0 <= share[k] <= 1
    """
    for k in range(len(layers)):
        model.shares[k] = model.lp.add_variable(f"share__{k}", 0, 1)
    for i, pay in enumerate(model.pay):
        terms = {model.shares[k]: -float(layer[i]) for k, layer in enumerate(layers) if layer[i]}
        model.lp.addConstraint(weighted_sum({pay: 1.0} | terms) == 0, f"claims_share__{i}")
    totals = [float(layer @ model.counts) for layer in layers]
    worth = {model.shares[k]: -total * (len(layers) - k) for k, total in enumerate(totals)}
    model.lp.setObjective(weighted_sum(worth))


def add_claims_level(model: ClaimsModel, start: FloatArray, slope: FloatArray) -> None:
    """Every claim that is not yet fixed gets at least what the level gives it.

    pay[i] >= start[i] + slope[i] x level
    """
    model.level = model.lp.add_variable("level")
    for i, pay in enumerate(model.pay):
        row = weighted_sum({pay: 1.0, model.level: -float(slope[i])}) >= float(start[i])
        model.lp.addConstraint(row, f"claims_level__{i}")
    model.lp.setObjective(-1.0 * model.level)


def pay_by_programme(asked: Asked, counts: IntArray | None = None) -> FloatArray:
    """What each claim gets by the rule of the account; float64[claim], yuan.

    Args:
        counts: how many claims like it each stands for; one if None.

    Raises:
        BudgetError: the solver found no optimum.
    """
    counts = np.ones(len(asked.award), np.int64) if counts is None else counts
    there = np.flatnonzero(asked.claims_yuan > 0)
    paid = np.zeros(len(asked.award))
    if len(there):
        part, number = asked.only(there, asked.money_yuan), counts[there]
        most = part.claims_yuan / WAN
        if asked.rule in ("smallest_ratio", "equal_awards", "equal_losses"):
            paid[there] = _levelled(part, number, most)
        elif asked.rule == "talmud":
            paid[there] = _talmud(part, number, most)
        elif asked.rule == "first_come":
            paid[there] = _queued(part, number, most)
        else:
            paid[there] = _shared(part, number, most)
    return paid * WAN


def _levelled(asked: Asked, counts: IntArray, most: FloatArray) -> FloatArray:
    """Everybody's level as high as can be, then of those who can still rise, and so on."""
    model = new_claims(asked, counts, np.zeros(len(most)), most)
    add_claims_money(model)
    add_claims_ceiling(model)
    weight = np.array([award.weight for award in asked.awards], float)[asked.award]
    nothing = np.zeros(len(most))
    start, slope = {
        "smallest_ratio": (nothing, most),
        "equal_awards": (nothing, weight),
        "equal_losses": (most, np.ones(len(most))),
    }[asked.rule]
    return _raise_level(model, start, slope)


def _talmud(asked: Asked, counts: IntArray, most: FloatArray) -> FloatArray:
    """Equal awards of half claims, or equal losses of the other half; ceilings award by award."""
    reduced = most.copy()
    for position, award in enumerate(asked.awards):
        rows = np.flatnonzero(asked.award == position)
        if award.ceiling_yuan is not None and len(rows):
            room = award.ceiling_yuan / WAN
            reduced[rows] = _halves(asked.only(rows, 0), counts[rows], most[rows], room)
    return _halves(asked, counts, reduced, asked.money_yuan / WAN)


def _halves(asked: Asked, counts: IntArray, most: FloatArray, money: float) -> FloatArray:
    if money >= float(most @ counts):
        return most
    below = 2 * money <= float(most @ counts)
    nothing, half = np.zeros(len(most)), most / 2
    low, high, start = (nothing, half, nothing) if below else (half, most, most)
    model = new_claims(asked, counts, low, high)
    paid = dict(zip(model.pay, counts.astype(float).tolist(), strict=True))
    model.lp.addConstraint(weighted_sum(paid) <= money, "claims_money")
    return _raise_level(model, start, np.ones(len(most)))


def _raise_level(model: ClaimsModel, start: FloatArray, slope: FloatArray) -> FloatArray:
    add_claims_level(model, start, slope)
    live, free = Live(model.lp), set(range(len(model.pay)))
    low, high = (
        np.array([getattr(v, side) for v in model.pay]) for side in ("lowBound", "upBound")
    )
    slack = max(_SLACK, _DIGITS * float(high @ model.counts))
    while free:
        if not live.solve() or model.level is None:
            raise BudgetError("the programme of the claims has no optimum")
        level = float(live.values([model.level])[0])
        names = {i: f"claims_level__{i}" for i in sorted(free)}
        held = [i for i in names if live.multiplier(names[i]) * slope[i] > _TIGHT]
        for i in held:
            low[i] = min(max(float(start[i] + slope[i] * level), low[i]), high[i])
            live.set_bounds(model.pay[i], max(low[i] - slack, 0.0), high[i])
            live.set_right_side(names[i], -np.inf)
        if not held:
            raise BudgetError("the programme of the claims holds nobody at the level")
        free -= set(held)
    return low


def _queued(asked: Asked, counts: IntArray, most: FloatArray) -> FloatArray:
    """Who is earlier in the queue counts more: the one optimum pays the claims in order."""
    model = new_claims(asked, counts, np.zeros(len(most)), most)
    add_claims_money(model)
    add_claims_ceiling(model)
    before = np.argsort(np.argsort(-asked.place, kind="stable"), kind="stable") + 1.0
    model.lp.setObjective(weighted_sum(dict(zip(model.pay, -before, strict=True))))
    return _optimum(model)


def _shared(asked: Asked, counts: IntArray, most: FloatArray) -> FloatArray:
    """One part for each turn, of claims reduced to the ceilings of their awards."""
    sums = np.bincount(asked.award, most * counts, len(asked.awards))
    ceilings = [np.inf if a.ceiling_yuan is None else a.ceiling_yuan / WAN for a in asked.awards]
    parts = np.minimum(1.0, np.divide(ceilings, sums, out=np.ones(len(sums)), where=sums > 0))
    reduced = most * parts[asked.award]
    model = new_claims(asked, counts, np.zeros(len(most)), reduced)
    add_claims_money(model)
    add_claims_share(model, _layers(asked, reduced))
    return _optimum(model)


def _layers(asked: Asked, most: FloatArray) -> list[FloatArray]:
    """What is paid first, then next, and so on: the guaranteed part, and the turns."""
    first = float(asked.at_least) if asked.rule == "guaranteed" else 0.0
    by_turn = asked.rule in ("priority", "flagship_first", "guaranteed")
    turns = np.array([award.turn if by_turn else 0 for award in asked.awards])[asked.award]
    layers = [np.where(turns == turn, most * (1 - first), 0.0) for turn in np.unique(turns)]
    return [most * first, *layers] if first else layers


def _optimum(model: ClaimsModel) -> FloatArray:
    live = Live(model.lp)
    if not live.solve():
        raise BudgetError("the programme of the claims has no optimum")
    return live.values(model.pay)
