"""What a year's claims have shown until a day: how many of each award, what of it the city pays."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from model.demand.calendar import MONTHS
from model.demand.claimants import IntArray
from model.demand.draws import Load

Days = npt.NDArray[np.datetime64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Filed:
    """Real claims, one entry each.

    Attributes:
        award: the id of its award.
        day: when it was filed, datetime64[D]; NaT where nobody wrote it down.
        city_yuan: what of its entitlement the city pays, whole yuan.
    """

    award: npt.NDArray[np.str_]
    day: Days
    city_yuan: IntArray

    def some(self, which: npt.NDArray[np.bool_]) -> Filed:
        """Those of the claims that are marked."""
        return Filed(award=self.award[which], day=self.day[which], city_yuan=self.city_yuan[which])

    def of_year(self, year: int) -> Filed:
        """Those that were filed in a year."""
        return self.some(self.day.astype("datetime64[Y]").astype(int) + 1970 == year)

    def years(self) -> tuple[int, ...]:
        """The years in which claims were filed, ascending."""
        known = self.day[~np.isnat(self.day)]
        return tuple(sorted(set((known.astype("datetime64[Y]").astype(int) + 1970).tolist())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """The claims of one year filed until a day, that day included.

    Attributes:
        as_of: the day.
        months: for each award with claims, the month of each claim, 0 to 11.
        city_yuan: for each of these awards, the city money of each claim in the same order.
        covers: the awards whose claims the register would hold; of others nothing is known, and
            they stay as they were assumed at the start of the year. None is all.
        undated, other_year, later: claims left out: without a day, of another year, after the day.
    """

    as_of: date
    months: Mapping[str, IntArray]
    city_yuan: Mapping[str, IntArray]
    covers: frozenset[str] | None = None
    undated: int = 0
    other_year: int = 0
    later: int = 0

    def covered(self, award: str) -> bool:
        """Whether no claim of the award means that none has come."""
        return self.covers is None or award in self.covers

    def count(self, award: str) -> int:
        """How many claims of an award have come."""
        return len(self.months.get(award, ()))

    def total(self, award: str, month: int = MONTHS - 1) -> int:
        """The city money in yuan of an award's claims by the end of a month, 0 to 11."""
        if award not in self.months:
            return 0
        return int(self.city_yuan[award][self.months[award] <= month].sum())

    def is_over(self, month: int) -> bool:
        """Whether a month, 0 to 11, has wholly passed, so that its claims are facts."""
        return month_end(self.as_of.year, month) <= self.as_of


def seen_until(filed: Filed, as_of: date, covers: frozenset[str] | None = None) -> Seen:
    """The claims of the day's year that were filed until the day; the others are counted."""
    dated = ~np.isnat(filed.day)
    year = filed.day.astype("datetime64[Y]").astype(int) + 1970
    this_year = dated & (year == as_of.year)
    until = this_year & (filed.day <= np.datetime64(as_of))
    kept = filed.some(until)
    month = kept.day.astype("datetime64[M]").astype(int) % MONTHS
    months, city = {}, {}
    for award in sorted(set(kept.award.tolist())):
        here = kept.award == award
        months[award], city[award] = month[here], kept.city_yuan[here]
    return Seen(
        as_of=as_of,
        months=months,
        city_yuan=city,
        covers=covers,
        undated=int((~dated).sum()),
        other_year=int((dated & ~this_year).sum()),
        later=int((this_year & ~until).sum()),
    )


def filed_claims(award: Sequence[str], day: Days, city_yuan: IntArray) -> Filed:
    """The claims of a register, with the city money that its assessment gives."""
    return Filed(award=np.asarray(list(award), dtype=np.str_), day=day, city_yuan=city_yuan)


def covered_awards(loads: Iterable[Load], filed: Filed) -> frozenset[str]:
    """The awards of every account of which the claims hold any.

    A register of one department says nothing on the awards of another; that an award of a
    department in it has no claim is a fact.
    """
    found = set(filed.award.tolist())
    return frozenset(a for load in loads if found & set(load.awards) for a in load.awards)


def month_end(year: int, month: int) -> date:
    """The last day of a month, 0 to 11.

    >>> month_end(2024, 1)
    datetime.date(2024, 2, 29)
    """
    return date(year, month + 1, monthrange(year, month + 1)[1])
