"""What can be asked of the law of a total, and the laws of sums and mixtures of totals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import gcd

import numpy as np
from scipy import fft

from model.demand.checked import Check, Expected, IntArray, TotalLaw, checked_law
from model.demand.counts import check_weights
from model.demand.inversion import QuantileTable, invert, quantile_table
from model.demand.moments import FloatArray, Moments, mix_moments, moments_of, sum_moments
from model.errors import refuse

__all__ = [
    "Check",
    "IntArray",
    "QuantileTable",
    "TotalLaw",
    "convolve",
    "exceedance",
    "expected_below",
    "expected_excess",
    "invert",
    "mix",
    "quantile",
    "quantile_table",
    "shift",
    "worst_share_mean",
]

MOST_CELLS = 1 << 17  # a finer common grid of several laws is coarsened to at most this
REACHED = 1e-12  # how near to a share a sum of probabilities counts as that share


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
    # No BLAS: its threads cost more than the sum, and their number could move the last digit.
    return float(np.sum(law.mass[first:] * (law.yuan[first:] - yuan)))


def expected_below(law: TotalLaw, yuan: int) -> float:
    """The mean of what a total stays below `yuan` by, E(x - S)+, in yuan."""
    first = _first_above(law, yuan)
    return float(np.sum(law.mass[:first] * (yuan - law.yuan[:first])))


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


def convolve(laws: Sequence[TotalLaw], most_cells: int = MOST_CELLS) -> TotalLaw:
    """The law of the sum of independent totals.

    The common step divides every step where that needs no more than `most_cells`; otherwise it
    is a round number of yuan and the cells of each law are split between neighbours, which keeps
    the mean.
    """
    _some("convolve", laws)
    span = sum(law.end_yuan - law.start_yuan for law in laws)
    step = _common_step([law.step_yuan for law in laws], span, most_cells)
    moved = [_on_lattice(law, law.start_yuan, step) for law in laws]
    cells = sum(len(mass) - 1 for mass in moved) + 1
    length = fft.next_fast_len(cells, real=True)
    product = np.ones(length // 2 + 1, dtype=np.complex128)
    for mass in moved:
        product *= fft.rfft(mass, length)
    start = sum(law.start_yuan for law in laws)
    parts = zip(laws, moved, strict=True)
    expected = Expected(
        theory=sum_moments([law.theory for law in laws]),
        on_grid=sum_moments([_moments_on(law, law.start_yuan, step, mass) for law, mass in parts]),
        mass_beyond=sum(law.check.mass_beyond for law in laws),
        exact=all(_stays_exact(law, law.start_yuan, step) for law in laws),
        cells=cells,
    )
    return checked_law("convolve", (start, step), fft.irfft(product, length)[:cells], expected)


def mix(
    laws: Sequence[TotalLaw], weights: Sequence[float], most_cells: int = MOST_CELLS
) -> TotalLaw:
    """The law of a total that follows each of the laws with its weight; the step as `convolve`."""
    _some("mix", laws)
    check_weights("mixture weights", np.asarray(weights, dtype=np.float64))
    if len(weights) != len(laws):
        fact = f"{len(laws)} laws have {len(weights)} weights"
        raise refuse("mixture weights", fact, "Give one weight for each law.")
    start = min(law.start_yuan for law in laws)
    span = max(law.end_yuan for law in laws) - start
    offsets = [law.start_yuan - start for law in laws]
    step = _common_step([*(law.step_yuan for law in laws), *offsets], span, most_cells)
    moved = [_on_lattice(law, start, step) for law in laws]
    mass = np.zeros(max(len(part) for part in moved))
    for part, weight in zip(moved, weights, strict=True):
        mass[: len(part)] += weight * part
    parts = zip(laws, moved, strict=True)
    expected = Expected(
        theory=mix_moments([law.theory for law in laws], weights),
        on_grid=mix_moments([_moments_on(law, start, step, part) for law, part in parts], weights),
        mass_beyond=max(law.check.mass_beyond for law in laws),
        exact=all(_stays_exact(law, start, step) for law in laws),
        cells=len(mass),
    )
    return checked_law("mix", (start, step), mass, expected)


def _some(place: str, laws: Sequence[TotalLaw]) -> None:
    if not laws:
        raise refuse(place, "there are no laws", "Give at least one.")


def _common_step(steps: Sequence[int], span: int, most_cells: int) -> int:
    finest = gcd(*steps)
    return finest if span // finest < most_cells else round_step(span / (most_cells - 2))


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


def _aligned(law: TotalLaw, start: int, step: int) -> bool:
    return law.step_yuan % step == 0 and (law.start_yuan - start) % step == 0


def _stays_exact(law: TotalLaw, start: int, step: int) -> bool:
    return law.check.verdict == "exact" and _aligned(law, start, step)


def _moments_on(law: TotalLaw, start: int, step: int, mass: FloatArray) -> Moments:
    """The moments of the cells of a law after they were moved to a grid."""
    if _aligned(law, start, step):
        return law.found
    return moments_of(np.arange(len(mass), dtype=np.float64), mass).times(step).plus(start)
