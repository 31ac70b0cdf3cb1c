"""The law of a total of money, with its own check, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import gcd

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from model.demand.counts import check_weights
from model.demand.moments import FloatArray, Moments, mix_moments, moments_of, sum_moments
from model.errors import refuse

IntArray = NDArray[np.int64]
MOST_CELLS = 1 << 17  # a finer common grid of several laws is coarsened to at most this
NOISE = 1e-13  # what the transforms may leave in a cell that should be empty
REACHED = 1e-12  # how near to a share a sum of probabilities counts as that share
BUCKETS = 1 << 16
_CHUNK = 1 << 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How far the numbers in the cells are from what the moments of counts and payouts say.

    Attributes:
        mean_error: numerical mean / theoretical mean - 1.
        sd_error: the same of the standard deviation.
        skewness_error: numerical - theoretical skewness.
        mass_error: sum of the cells - 1.
        mass_beyond: an upper bound of the probability beyond the end of the grid.
        negative_cells: cells below zero from rounding, set to zero.
        verdict: `exact` if every payout is a multiple of the step, otherwise `close`.
    """

    mean_error: float
    sd_error: float
    skewness_error: float
    mass_error: float
    mass_beyond: float
    negative_cells: int
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TotalLaw:
    """The law of a total, on the grid start, start + step, start + 2 step, ...

    Attributes:
        start_yuan: the total that `mass[0]` belongs to.
        step_yuan: the width of a cell.
        mass: float64[cells], probabilities, read-only.
        theory: the moments that follow from counts and payouts, in yuan.
        found: the moments of the cells, in yuan.
        check: how far the two are apart.
    """

    start_yuan: int
    step_yuan: int
    mass: FloatArray
    theory: Moments
    found: Moments
    check: Check

    @property
    def yuan(self) -> IntArray:
        """The totals of the cells: int64[cells]."""
        return self.start_yuan + self.step_yuan * np.arange(len(self.mass), dtype=np.int64)

    @property
    def mean_yuan(self) -> float:
        """The theoretical mean."""
        return self.theory.mean

    @property
    def sd_yuan(self) -> float:
        """The theoretical standard deviation."""
        return self.theory.sd

    @property
    def end_yuan(self) -> int:
        """The total of the last cell."""
        return self.start_yuan + self.step_yuan * (len(self.mass) - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What the cells must show.

    Attributes:
        theory: the moments without any grid, in yuan.
        on_grid: the moments after payouts or totals were moved to the grid, in yuan.
        mass_beyond: an upper bound of the probability beyond the end of the grid.
        cells: beyond this many cells there is nothing but rounding noise.
    """

    theory: Moments
    on_grid: Moments
    mass_beyond: float
    cells: int


def checked_law(place: str, lattice: tuple[int, int], raw: FloatArray, law: Expected) -> TotalLaw:
    """The law with these cells, if they agree with the moments that they must have.

    Args:
        lattice: start and step in yuan.
        raw: the cells as computed, rounding noise included.

    Raises:
        InputError: the cells fail their check; a number that fails is not given.
    """
    start, step = lattice
    lowest = float(raw.min())
    mass = raw[: law.cells].copy()
    # Noise is as often above zero as below: what is not larger than the lowest cell is noise.
    mass[mass <= max(-lowest, 0.0)] = 0.0
    mass = mass[: max(len(mass) - int(np.argmax(mass[::-1] > 0)), 1)]
    mass.setflags(write=False)
    total = float(mass.sum())
    cells = np.arange(len(mass), dtype=np.float64)
    found = moments_of(cells, mass).times(step).plus(start * total)
    check = Check(
        mean_error=_ratio(found.mean, law.theory.mean),
        sd_error=_ratio(found.sd, law.theory.sd),
        skewness_error=found.skewness - law.theory.skewness,
        mass_error=total - 1,
        mass_beyond=law.mass_beyond,
        negative_cells=int(np.count_nonzero(raw < 0)),
        verdict="exact" if law.on_grid == law.theory else "close",
    )
    _judge(place, check, (lowest, found, law, step * len(raw)))
    return TotalLaw(
        start_yuan=start, step_yuan=step, mass=mass, theory=law.theory, found=found, check=check
    )


def _ratio(found: float, theory: float) -> float:
    return found / theory - 1 if theory > 0 else found - theory


def _judge(place: str, check: Check, seen: tuple[float, Moments, Expected, int]) -> None:
    lowest, found, law, span = seen
    remedy = "Leave the grid out, or give more cells or a smaller step."
    if check.mass_beyond > REACHED:
        fact = f"the chance of a total beyond the end of the grid may reach {check.mass_beyond:.2g}"
        raise refuse(place, fact, remedy)
    if not lowest > -NOISE:
        raise refuse(place, f"a cell holds the probability {lowest:.2g}", remedy)
    if not abs(check.mass_error) < REACHED * 100:
        raise refuse(place, f"the probabilities sum to 1 + {check.mass_error:.2g}", remedy)
    sides = (
        ("mean", found.mean, law.theory.mean, 1e-9 * abs(law.theory.mean) + 1e-13 * span),
        ("variance", found.variance, law.on_grid.variance, 1e-8 * found.variance + 1e-12 * span**2),
        ("third moment", found.third, law.on_grid.third, 1e-6 * found.sd**3 + 1e-12 * span**3),
        ("standard deviation", found.sd, law.theory.sd, 1e-2 * law.theory.sd + 1e-6 * span),
    )
    for name, number, theory, tolerance in sides:
        if not abs(number - theory) <= tolerance:
            fact = f"the {name} of the cells is {number:.9g}, by theory {theory:.9g}"
            raise refuse(place, fact, remedy)


# --- what can be asked of a law ---


def quantile(law: TotalLaw, share: float) -> int:
    """The smallest total that is not exceeded with at least the probability `share`."""
    if not 0 < share < 1:
        raise refuse("quantile", f"{share} is not a share", "Give 0 < share < 1.")
    found = int(np.searchsorted(np.cumsum(law.mass), share - REACHED))
    return law.start_yuan + law.step_yuan * min(found, len(law.mass) - 1)


def exceedance(law: TotalLaw, yuan: int) -> float:
    """The probability of a total above `yuan`; equal does not count."""
    return float(law.mass[_first_above(law, yuan) :].sum())


def expected_excess(law: TotalLaw, yuan: int) -> float:
    """The mean of what a total exceeds `yuan` by, E(S - x)+, in yuan."""
    first = _first_above(law, yuan)
    return float(np.dot(law.mass[first:], (law.yuan[first:] - yuan).astype(np.float64)))


def expected_below(law: TotalLaw, yuan: int) -> float:
    """The mean of what a total stays below `yuan` by, E(x - S)+, in yuan."""
    first = _first_above(law, yuan)
    return float(np.dot(law.mass[:first], (yuan - law.yuan[:first]).astype(np.float64)))


def worst_share_mean(law: TotalLaw, worst_share: float) -> float:
    """The mean of the largest totals that together have the probability `worst_share`.

    Exact: of the total on the boundary only the part that belongs to the share counts.
    """
    if not 0 < worst_share <= 1:
        raise refuse("worst_share", f"{worst_share} is not a share", "Give 0 < worst_share <= 1.")
    beyond = np.cumsum(law.mass[::-1])
    boundary = int(np.searchsorted(beyond, worst_share - REACHED))
    at = law.end_yuan - law.step_yuan * min(boundary, len(law.mass) - 1)
    return at + expected_excess(law, at) / worst_share


def _first_above(law: TotalLaw, yuan: int) -> int:
    first = (yuan - law.start_yuan) // law.step_yuan + 1
    return min(max(first, 0), len(law.mass))


# --- laws of several totals ---


def shift(law: TotalLaw, yuan: int) -> TotalLaw:
    """The law of the total plus a fixed amount."""
    return replace(
        law,
        start_yuan=law.start_yuan + yuan,
        theory=law.theory.plus(yuan),
        found=law.found.plus(yuan),
    )


def convolve(laws: Sequence[TotalLaw]) -> TotalLaw:
    """The law of the sum of independent totals.

    The common step divides every step where that needs no more than 2**17 cells; otherwise it is
    a round number of yuan and the cells of each law are split between neighbours, which keeps
    the mean.
    """
    spans = sum(law.end_yuan - law.start_yuan for law in laws)
    step = _common_step([law.step_yuan for law in laws], spans)
    moved = [_on_lattice(law, law.start_yuan, step) for law in laws]
    cells = sum(len(mass) - 1 for mass in moved) + 1
    length = fft.next_fast_len(cells, real=True)
    product = np.ones(length // 2 + 1, dtype=np.complex128)
    for mass in moved:
        product *= fft.rfft(mass, length)
    expected = Expected(
        theory=sum_moments([law.theory for law in laws]),
        on_grid=sum_moments(
            [_moments_on(mass, step, law) for mass, law in zip(moved, laws, strict=True)]
        ),
        mass_beyond=sum(law.check.mass_beyond for law in laws),
        cells=cells,
    )
    start = sum(law.start_yuan for law in laws)
    return checked_law("convolve", (start, step), fft.irfft(product, length)[:cells], expected)


def mix(laws: Sequence[TotalLaw], weights: Sequence[float]) -> TotalLaw:
    """The law of a total that follows each of the laws with its weight."""
    check_weights("mixture weights", np.asarray(weights, dtype=np.float64))
    if len(weights) != len(laws):
        fact = f"{len(laws)} laws have {len(weights)} weights"
        raise refuse("mixture weights", fact, "Give one weight for each law.")
    start = min(law.start_yuan for law in laws)
    span = max(law.end_yuan for law in laws) - start
    offsets = [law.start_yuan - start for law in laws]
    step = _common_step([*(law.step_yuan for law in laws), *offsets], span)
    moved = [_on_lattice(law, start, step) for law in laws]
    mass = np.zeros(max(len(part) for part in moved))
    for part, weight in zip(moved, weights, strict=True):
        mass[: len(part)] += weight * part
    found = moments_of(np.arange(len(mass), dtype=np.float64), mass).times(step).plus(start)
    expected = Expected(
        theory=mix_moments([law.theory for law in laws], weights),
        on_grid=found,
        mass_beyond=max(law.check.mass_beyond for law in laws),
        cells=len(mass),
    )
    return checked_law("mix", (start, step), mass, expected)


def _common_step(steps: Sequence[int], span: int) -> int:
    finest = gcd(*steps)
    return finest if span // finest < MOST_CELLS else round_step(span / (MOST_CELLS - 2))


def round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50, ... yuan that is not below `least`."""
    power = 1
    while True:
        for digit in (1, 2, 5):
            if digit * power >= least:
                return digit * power
        power *= 10


def _on_lattice(law: TotalLaw, start: int, step: int) -> FloatArray:
    """The cells on the grid from `start` by `step`, each split between its two neighbours."""
    cell, rest = np.divmod(law.yuan - start, step)
    upper = law.mass * (rest / step)
    length = int(cell[-1]) + 1 + int(rest.any())
    lower = np.bincount(cell, weights=law.mass - upper, minlength=length)
    raised = np.bincount(cell + 1, weights=upper, minlength=length)[:length]
    return np.asarray(lower + raised, dtype=np.float64)


def _moments_on(mass: FloatArray, step: int, law: TotalLaw) -> Moments:
    """The law's theoretical moments, or those of its cells where these were moved."""
    if law.step_yuan % step == 0 and law.check.verdict == "exact":
        return law.theory
    cells = np.arange(len(mass), dtype=np.float64)
    return moments_of(cells, mass).times(step).plus(law.start_yuan)


# --- the quantile transform ---


@dataclass(frozen=True, slots=True, kw_only=True)
class QuantileTable:
    """A law prepared for the quantile transform.

    Attributes:
        start_yuan, step_yuan: the grid of the law.
        reached: float64[cells], the probability of at most each cell; the last is 1.
        guide: int64[2**16], for each equal part of [0, 1) the cell that all its numbers lead to,
            or -1 where they lead to several.
    """

    start_yuan: int
    step_yuan: int
    reached: FloatArray
    guide: IntArray


def quantile_table(law: TotalLaw) -> QuantileTable:
    """The table with which `invert` turns uniform numbers into totals."""
    reached = np.cumsum(law.mass)
    reached /= reached[-1]
    edges = np.arange(BUCKETS + 1) / BUCKETS
    low = np.searchsorted(reached, edges[:-1], side="right")
    high = np.searchsorted(reached, np.nextafter(edges[1:], 0), side="right")
    guide = np.where(low == high, low, -1).astype(np.int64)
    for array in (reached, guide):
        array.setflags(write=False)
    return QuantileTable(
        start_yuan=law.start_yuan, step_yuan=law.step_yuan, reached=reached, guide=guide
    )


def invert(table: QuantileTable, uniforms: FloatArray) -> IntArray:
    """The total of each uniform number in [0, 1): int64 yuan in the same shape.

    It is the smallest total whose probability of not being exceeded is above the number, each
    number for itself: blocks of numbers give what all together give.
    """
    numbers = np.ascontiguousarray(uniforms, dtype=np.float64).reshape(-1)
    if numbers.size and not (numbers.min() >= 0 and numbers.max() < 1):
        raise refuse("uniforms", "a number is outside [0, 1)", "Give 0 <= number < 1.")
    cells = np.empty(len(numbers), dtype=np.int64)
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        found = table.guide.take((part * BUCKETS).astype(np.int64))
        unsure = np.flatnonzero(found < 0)
        found[unsure] = np.searchsorted(table.reached, part[unsure], side="right")
        cells[start : start + _CHUNK] = found
    cells *= table.step_yuan
    cells += table.start_yuan
    return cells.reshape(uniforms.shape)
