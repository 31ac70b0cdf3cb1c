"""The law of a total of money, which carries its own check: no number without a verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.demand.moments import FloatArray, Moments, moments_of
from model.errors import refuse

IntArray = NDArray[np.int64]
NOISE = 1e-13  # what the transforms may leave in a cell that should be empty
UNREACHED = 1e-12  # the probability that may lie outside a grid
MASS_ERROR = 1e-10  # what all probabilities together may differ from 1
SD_ERROR = 1e-3  # what a coarse step may add to a standard deviation


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """How far the numbers in the cells are from what the moments of counts and payouts say.

    Attributes:
        mean_error: numerical mean / theoretical mean - 1.
        sd_error: the same of the standard deviation.
        skewness_error: numerical - theoretical skewness.
        mass_error: sum of the cells - 1.
        mass_beyond: an upper bound of the probability outside the grid.
        negative_cells: cells below zero from rounding, set to zero.
        verdict: `exact` if every payout and total was a multiple of the step, otherwise `close`:
            what was not is split between neighbours so that at least the mean is kept.
    """

    mean_error: float
    sd_error: float
    skewness_error: float
    mass_error: float
    mass_beyond: float
    negative_cells: int
    verdict: Literal["exact", "close"]


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
        mass_beyond: an upper bound of the probability outside the grid.
        exact: whether no payout and no total was moved to the grid.
        cells: beyond this many cells there is nothing but rounding noise.
    """

    theory: Moments
    on_grid: Moments
    mass_beyond: float
    exact: bool
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
        verdict="exact" if law.exact else "close",
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
    if not check.mass_beyond <= UNREACHED:
        fact = f"the chance of a total outside the grid may be {check.mass_beyond:.2g}"
        raise refuse(place, fact, remedy)
    if not lowest > -NOISE:
        raise refuse(place, f"a cell holds the probability {lowest:.2g}", remedy)
    if not abs(check.mass_error) < MASS_ERROR:
        raise refuse(place, f"the probabilities sum to 1 + {check.mass_error:.2g}", remedy)
    sides = (
        ("mean", found.mean, law.theory.mean, 1e-9 * abs(law.theory.mean) + 1e-13 * span),
        ("variance", found.variance, law.on_grid.variance, 1e-8 * found.variance + 1e-12 * span**2),
        ("third moment", found.third, law.on_grid.third, 1e-6 * found.sd**3 + 1e-12 * span**3),
        ("standard deviation", found.sd, law.theory.sd, SD_ERROR * law.theory.sd + 1e-6 * span),
    )
    for name, number, theory, tolerance in sides:
        if not abs(number - theory) <= tolerance:
            fact = f"the {name} of the cells is {number:.9g}, by theory {theory:.9g}"
            raise refuse(place, fact, remedy)
