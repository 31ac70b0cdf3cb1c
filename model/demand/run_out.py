"""The month by whose end an account's money has run out: twelve chances, from laws or from draws.

Through the end of a month an account is asked for the claims that have come in by then, less what
of them is paid only next year, and for the part of its appropriation that its calendar has reached.
What was bound before the year is settled first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate

import numpy as np

from model.demand.calendar import MONTHS
from model.demand.checked import IntArray, TotalLaw
from model.demand.laws import beyond
from model.demand.totals import exceedance


@dataclass(frozen=True, slots=True, kw_only=True)
class Paying:
    """What an account is asked for besides its claims, through the end of a month.

    Attributes:
        stays: the share of the claims that is paid within the year.
        payment: the law of the year's payment by progress; None where there is none.
        reached: the share of that payment that the month has reached.
    """

    stays: Fraction
    payment: TotalLaw | None
    reached: Fraction


def chance_short(claims: TotalLaw, paying: Paying, money_yuan: int) -> float:
    """The chance that claims and payment through a month exceed some money."""
    if paying.payment is None or paying.reached == 0:
        return exceedance(claims, _most(money_yuan, paying.stays))
    tail, law = beyond(paying.payment), paying.payment
    asked = claims.yuan * paying.stays.numerator // paying.stays.denominator
    least = _least_above(money_yuan - asked, paying.reached)
    first = -((law.start_yuan - least) // law.step_yuan)
    return float(np.sum(claims.mass * tail[np.clip(first, 0, len(law.mass))]))


def _most(money_yuan: int, share: Fraction) -> int:
    """The largest total of which a share, rounded down to the yuan, does not exceed some money."""
    if share == 0:
        return -1 if money_yuan < 0 else 2**62
    return -(-(money_yuan + 1) * share.denominator // share.numerator) - 1


def _least_above(money_yuan: IntArray, share: Fraction) -> IntArray:
    """The smallest totals of which the share, rounded down, exceeds the money."""
    least: IntArray = -(-(money_yuan + 1) * share.denominator // share.numerator)
    return least


def settled(chances: Sequence[float], gap_probability: float) -> tuple[float, ...]:
    """The chances of the months of a year: they never fall, and end at the chance of a gap.

    What is worked out on different points differs in the last digits: no month may lie above the
    year.
    """
    rising = accumulate([max(chance, 0.0) for chance in chances[: MONTHS - 1]], max)
    return (*(min(chance, gap_probability) for chance in rising), gap_probability)


def run_out_month(chances: Sequence[float], share: float) -> int | None:
    """The first month, 1 to 12, by whose end the money has run out in this share of all years.

    >>> run_out_month((0.0, 0.2, 0.5), 0.5), run_out_month((0.0, 0.2), 0.5)
    (3, None)
    """
    return next((month for month, chance in enumerate(chances, 1) if chance >= share), None)
