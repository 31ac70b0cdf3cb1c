"""Whether forecasts deserve trust: how often facts fell where the laws said they would.

A law of whole yuan has steps, so a fact stands for the whole step it ends: between the chance of
less, and the chance of at most the fact. The share of that step inside a range counts; its mean is
exactly the stated share when the law is right, whatever its steps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.demand.claimants import IntArray
from model.demand.counts import Table
from model.demand.moments import FloatArray
from model.demand.totals import TotalLaw, convolve, exceedance, quantile

STATED = (0.5, 0.8, 0.95)  # the ranges whose coverage is told
REJECTED_BELOW = 0.01  # the chance of facts so far off, on either side, that refutes an assumption


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a fact fell in its law: the chance of less, and of at most the fact."""

    below: float
    up_to: float

    def share_below(self, stated: float) -> float:
        """How much of the step lies below a stated chance: 0, 1 or in part."""
        if self.up_to - self.below < 1e-12:
            return float(self.up_to <= stated)
        return min(max((stated - self.below) / (self.up_to - self.below), 0.0), 1.0)

    def share_inside(self, stated: float) -> float:
        """How much of the step lies in the middle range of a stated chance."""
        tail = (1 - stated) / 2
        return self.share_below(1 - tail) - self.share_below(tail)


def step_of(law: TotalLaw, fact_yuan: int) -> Step:
    """Where a fact fell in the law of a total."""
    return Step(
        below=min(max(1 - exceedance(law, fact_yuan - 1), 0.0), 1.0),
        up_to=min(max(1 - exceedance(law, fact_yuan), 0.0), 1.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How often facts fell in the middle range of a stated chance.

    Attributes:
        found_se: one standard error; years are independent of each other, what is forecast within
            one year is not. Of a single year it is that of as many independent facts as there
            are accounts.
    """

    stated: float
    found: float
    found_se: float


def coverage_of(steps: Sequence[Sequence[Step]], stated: float, n_apart: int) -> Coverage:
    """The coverage over years, each with its steps.

    Args:
        n_apart: how many facts of one year do not depend on each other, for a single year.
    """
    years = np.array([np.mean([step.share_inside(stated) for step in year]) for year in steps])
    found = float(years.mean())
    if len(years) > 1:
        return Coverage(
            stated=stated, found=found, found_se=float(years.std(ddof=1) / len(years) ** 0.5)
        )
    error = (stated * (1 - stated) / max(n_apart, 1)) ** 0.5
    return Coverage(stated=stated, found=found, found_se=error)


def calibration_curve(steps: Sequence[Step], n_points: int = 51) -> tuple[FloatArray, FloatArray]:
    """Stated chances, and the share of facts that stayed below them; the same if laws are right."""
    stated = np.linspace(0.0, 1.0, n_points)
    found = np.array([np.mean([step.share_below(at) for step in steps]) for at in stated])
    return stated, found


@dataclass(frozen=True, slots=True, kw_only=True)
class CountVerdict:
    """The counts of one award over some years, against what the pool assumes.

    Attributes:
        counts: claims of each year.
        expected: the mean of their sum.
        low, high: the sum lies between them with a chance of 99 %, both counted.
        p_value: the chance of a sum at least so far off, on either side.
    """

    award: str
    counts: tuple[int, ...]
    expected: float
    low: int
    high: int
    p_value: float

    @property
    def rejected(self) -> bool:
        """Whether the facts refute the assumed count."""
        return self.p_value < REJECTED_BELOW


def judge_counts(award: str, counts: Sequence[int], yearly: Table) -> CountVerdict:
    """The sum of the counts of independent years against the law of one year."""
    pmf: FloatArray = np.ones(1)
    first = 0
    for _ in counts:
        pmf = np.convolve(pmf, yearly.pmf)
        first += yearly.first
    at: IntArray = first + np.arange(len(pmf), dtype=np.int64)
    total = sum(counts)
    lower, upper = float(pmf[at <= total].sum()), float(pmf[at >= total].sum())
    reached = np.cumsum(pmf)
    tail = REJECTED_BELOW / 2
    return CountVerdict(
        award=award,
        counts=tuple(counts),
        expected=float(pmf @ at),
        low=int(at[int(np.searchsorted(reached, tail))]),
        high=int(at[min(int(np.searchsorted(reached, 1 - tail)), len(at) - 1)]),
        p_value=min(2 * min(lower, upper), 1.0),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeVerdict:
    """The city money of an award's claims over some years, against what the pool assumes of one.

    Attributes:
        claims, city_yuan: how many claims there were, and their money.
        expected_yuan: the mean money of so many claims.
        low_yuan, high_yuan: it lies between them with a chance of 99 %, both counted.
        p_value: the chance of money at least so far off, on either side.
    """

    award: str
    claims: int
    city_yuan: int
    expected_yuan: float
    low_yuan: int
    high_yuan: int
    p_value: float

    @property
    def rejected(self) -> bool:
        """Whether the facts refute the assumed sizes."""
        return self.p_value < REJECTED_BELOW


def judge_sizes(award: str, years: Sequence[tuple[int, int, TotalLaw]]) -> SizeVerdict:
    """The money of the claims of independent years, given how many there were.

    Args:
        years: for each year with claims how many, their city money, and the law of that money.
    """
    law = convolve([law for _, _, law in years])
    total = sum(yuan for _, yuan, _ in years)
    step = step_of(law, total)
    tail = REJECTED_BELOW / 2
    return SizeVerdict(
        award=award,
        claims=sum(n for n, _, _ in years),
        city_yuan=total,
        expected_yuan=law.mean_yuan,
        low_yuan=quantile(law, tail),
        high_yuan=quantile(law, 1 - tail),
        p_value=min(2 * min(step.up_to, 1 - step.below), 1.0),
    )


def mixed_table(tables: Sequence[tuple[float, Table]]) -> Table:
    """The law of a count over levels of the shocks, each with its weight."""
    first = min(table.first for _, table in tables)
    pmf = np.zeros(max(table.last for _, table in tables) - first + 1)
    for weight, table in tables:
        pmf[table.first - first : table.last - first + 1] += weight * table.pmf
    pmf.setflags(write=False)
    return Table(first=first, pmf=pmf)
