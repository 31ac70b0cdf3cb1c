"""When in the year claims come in and money is due: twelve monthly shares, and what they add up to.

A calendar says which part of the year's claims has come in, and binds money, by the end of each
month; what is recognised in batches comes in few months. Every claim has its month by itself, so
that the claims until a month are the year's claims thinned by the share that the calendar reached.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from fractions import Fraction
from itertools import accumulate

from pydantic import Field, field_validator, model_validator

from model.demand.figures import Mark
from model.money import format_rate
from model.strict import StrictModel, UnsignedRate

MONTHS = 12
Reached = tuple[Fraction, ...]  # for each month the share of the year reached by its end


class Calendar(StrictModel):
    """Twelve monthly shares of a year, which add up to the whole."""

    name_zh: str
    name_en: str
    shares: tuple[UnsignedRate, ...] = Field(description="of January to December; together 100%")
    mark: Mark
    source: str | None = None
    why: str = ""
    why_en: str = ""

    @field_validator("shares")
    @classmethod
    def _whole_year(cls, shares: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
        if len(shares) != MONTHS:
            raise ValueError(f"a calendar has 12 shares, not {len(shares)}. Write 0% for none")
        if (total := sum(shares, Fraction(0))) != 1:
            fact = f"the twelve shares add up to {format_rate(total)}, not to 100%"
            raise ValueError(f"{fact}. A share may also be written as 1/12")
        return shares

    @model_validator(mode="after")
    def _grounds(self) -> Calendar:
        if self.mark in "ABCD" and self.source is None:
            raise ValueError(f"mark {self.mark} needs 'source'")
        if self.mark == "assumed" and not self.why:
            raise ValueError("an assumed calendar needs 'why'. Say in a sentence why these months")
        return self


EVENLY: Reached = tuple(Fraction(month, MONTHS) for month in range(1, MONTHS + 1))


def reached(calendar: Calendar | None) -> Reached:
    """The share of the year reached by the end of each month; evenly where there is no calendar."""
    return EVENLY if calendar is None else tuple(accumulate(calendar.shares))


def reached_on(shares: Reached, day: date) -> Fraction:
    """The share reached by the end of a day: within a month in proportion to its days.

    >>> reached_on(EVENLY, date(2023, 12, 31)), reached_on(EVENLY, date(2023, 2, 14))
    (Fraction(1, 1), Fraction(1, 8))
    """
    before = shares[day.month - 2] if day.month > 1 else Fraction(0)
    passed = Fraction(day.day, monthrange(day.year, day.month)[1])
    return before + (shares[day.month - 1] - before) * passed
