"""A register of claims -> what each is entitled to, what of it the city pays, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from model.claims.sharing import Claimed, Shares, share_out
from model.claims.stacking import ALL, Stacking, holders, keep_highest
from model.policy.awards import Award, CostedAward
from model.policy.exact import Bools, Ints, floor_ratio
from model.policy.payouts import ceiling
from model.policy.reasons import checks_zh, explain
from model.policy.rules import entitle
from model.policy.wording import yuan_zh
from model.register.register import Register
from model.register.spelling import party
from model.register.texts import group as codes
from model.register.texts import only

__all__ = ["Assessment", "Claimed", "Shares", "assess", "claimed", "share_and_stack", "share_out"]

PAID, FAILED, CUT, TWICE, STACKED = range(5)
OUTCOMES_ZH = ("核给", "不符合条件", "达累计上限", "同一产品已核给", "就高不叠加")


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One entry for each row of the register, in its order; money in whole yuan.

    Attributes:
        entitlement_yuan: what the rules give, after all rules over several rows.
        city_yuan: the city's part of it.
        outcome: a position in `OUTCOMES_ZH`.
        reason: in Chinese, with the figures; empty where none were asked for.
    """

    entitlement_yuan: Ints
    city_yuan: Ints
    outcome: Ints
    reason: Sequence[str]


def assess(
    register: Register,
    awards: Mapping[str, Award],
    city_pays: Mapping[str, Fraction],
    stacking: Stacking = ALL,
    *,
    reasons: bool = True,
) -> Assessment:
    """What every claim of the register is entitled to, with the reason in Chinese.

    Args:
        register: the claims, read with the same awards.
        awards: the awards with the readings and figures that hold.
        city_pays: by award, the city's part of each payout; the whole where it names none.
        stacking: the awards of which an applicant keeps the highest only.
        reasons: whether to give them; without, an assessment of a million claims takes a second.
    """
    costed = {key: award for key, award in awards.items() if isinstance(award, CostedAward)}
    alone = np.zeros(len(register.rows), np.int64)
    outcome = np.zeros(len(register.rows), np.int64)
    told = np.full(len(register.rows) if reasons else 0, "", dtype=object)
    for key, part in register.parts.items():
        entitlement = entitle(costed[key], part.columns)
        alone[part.rows] = entitlement.yuan
        outcome[part.rows] = np.where(entitlement.outcome > 0, FAILED, PAID)
        if reasons:
            told[part.rows] = explain(costed[key], part.columns, entitlement)
    shares, kept = share_and_stack(costed, register, alone, stacking)
    if reasons:
        _tell_shared(told, register, costed, shares)
        _tell_stacked(told, register, costed, kept)
    for number, rows in ((CUT, shares.over_ceiling), (TWICE, _moved(shares.first)),
                         (STACKED, _moved(kept))):  # fmt: skip
        outcome[rows] = number
    for key, part in register.parts.items():
        if reasons and (checks := checks_zh(costed[key])):
            told[part.rows[shares.yuan[part.rows] > 0]] += f"。{checks}"
    city = _of_the_city(register, city_pays, shares.yuan)
    for values in (city, outcome):
        values.setflags(write=False)
    return Assessment(
        entitlement_yuan=shares.yuan, city_yuan=city, outcome=outcome, reason=told.tolist()
    )


def _of_the_city(register: Register, city_pays: Mapping[str, Fraction], yuan: Ints) -> Ints:
    """The city's part of every entitlement, rounded down to the yuan."""
    city = yuan.copy()
    for key, part in register.parts.items():
        if (pays := city_pays.get(key, Fraction(1))) != 1:
            city[part.rows] = floor_ratio(city[part.rows], pays.numerator, pays.denominator)
    return city


def share_and_stack(
    awards: Mapping[str, CostedAward], register: Register, alone: Ints, stacking: Stacking
) -> tuple[Shares, Ints]:
    """What each row keeps after the rules over rows and stacking, and what is kept in its stead.

    A row that stacking has cut takes no part in the other rules, so that it uses up no ceiling
    and no product; they are therefore held again until stacking cuts no more.

    Returns:
        The shares, and for each row the first row of the award kept in its stead; the row itself
        where stacking has not cut it.
    """
    who = claimed(register)
    instead = np.arange(len(alone), dtype=np.int64)
    shares = share_out(awards, who, alone)
    if not stacking.groups:
        return shares, instead
    award, keys = codes(who.award, str)
    groups = [
        np.array([code for code, key in enumerate(keys) if key in group], np.int64)
        for group in stacking.groups
    ]
    applicant, product = (list(map(party, names)) for names in (who.applicant, register.product))
    holder = holders(applicant, product, per_project=stacking.per_project)
    while True:
        kept = keep_highest(groups, holder, award, shares.yuan)
        cut = _moved(kept)
        if not cut.any():
            return shares, instead
        instead[cut] = kept[cut]
        shares = share_out(awards, who, np.where(_moved(instead), 0, alone))


def _moved(position: Ints) -> Bools:
    """Where a row points at another than itself."""
    return np.asarray(position != np.arange(len(position)), np.bool_)


def claimed(register: Register) -> Claimed:
    """The award, applicant and product of every row; products only where the award asks for one."""
    asked = np.zeros(len(register.rows), np.bool_)
    for part in register.parts.values():
        asked[part.rows] |= part.has_product
    product = only(register.product, asked)
    return Claimed(award=register.award, applicant=register.applicant, product=product)


def _tell_shared(
    reasons: npt.NDArray[np.object_],
    register: Register,
    awards: Mapping[str, CostedAward],
    shares: Shares,
) -> None:
    """Adds to the reasons of the rows that other rows of the applicant or product have cut."""
    for row in np.flatnonzero(_moved(shares.first)).tolist():
        earlier = register.claim[shares.first[row]]
        reasons[row] += f"；同一产品已在申报 {earlier} 核给，本笔核给 0元"
    for row in np.flatnonzero(shares.over_ceiling).tolist():
        most = ceiling(awards[register.award[row]])
        assert most is not None
        kept = yuan_zh(int(shares.yuan[row]))
        reasons[row] += f"；本申报主体累计已达上限 {yuan_zh(most)}，本笔核给 {kept}"


def _tell_stacked(
    reasons: npt.NDArray[np.object_],
    register: Register,
    awards: Mapping[str, CostedAward],
    instead: Ints,
) -> None:
    """Adds to the reasons of the rows that give way to a higher award of the same holder."""
    for row in np.flatnonzero(_moved(instead)).tolist():
        other = int(instead[row])
        key = register.award[other]
        reasons[row] += (
            f"；按情景设定就高不叠加，已保留 {key} {awards[key].name_zh}"
            f"（申报 {register.claim[other]}），本笔核给 0元"
        )
