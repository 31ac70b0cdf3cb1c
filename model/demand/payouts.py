"""What one claim pays: a law on whole yuan, and its place on a grid of cells."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.demand.counts import check_weights
from model.demand.moments import FloatArray, Moments, moments_of
from model.errors import refuse

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutLaw:
    """The law of one payout.

    Attributes:
        yuan: int64[n], increasing, zero or more; read-only.
        weights: float64[n], above zero, sum 1; read-only.
    """

    yuan: IntArray
    weights: FloatArray

    @property
    def moments(self) -> Moments:
        """Mean, variance and third central moment, in yuan and its powers."""
        return moments_of(self.yuan.astype(np.float64), self.weights)

    @property
    def most_yuan(self) -> int:
        """The largest payout."""
        return int(self.yuan[-1])


def payout_law(yuan: IntArray, weights: FloatArray | None = None) -> PayoutLaw:
    """The law of payouts that are a sample (equal weights) or quadrature points with weights.

    Raises:
        InputError: payouts that are not whole yuan of zero or more, weights that are no law.
    """
    values = np.asarray(yuan)
    if values.dtype.kind not in "iu":
        raise refuse("payouts", f"they are {values.dtype}, not whole yuan", "Give integers.")
    if values.size and values.min() < 0:
        raise refuse("payouts", f"{values.min()} yuan is below zero", "Give zero or more.")
    shares = np.full(len(values), 1 / max(len(values), 1)) if weights is None else weights
    shares = np.asarray(shares, dtype=np.float64)
    check_weights("payout weights", shares)
    if len(shares) != len(values):
        fact = f"{len(values)} payouts have {len(shares)} weights"
        raise refuse("payout weights", fact, "Give one weight for each payout.")
    return _merge(values.astype(np.int64), shares)


def _merge(values: IntArray, shares: FloatArray) -> PayoutLaw:
    distinct, where = np.unique(values, return_inverse=True)
    sums = np.asarray(np.bincount(where, weights=shares), dtype=np.float64)
    kept = sums > 0
    distinct, sums = distinct[kept], sums[kept] / sums.sum()
    distinct.setflags(write=False)
    sums.setflags(write=False)
    return PayoutLaw(yuan=distinct, weights=sums)


def kept_payouts(law: PayoutLaw, keep: float) -> PayoutLaw:
    """The payout of one who is counted with the chance `keep`, and otherwise gets nothing.

    >>> kept_payouts(payout_law(np.array([5])), 0.25).weights.tolist()
    [0.75, 0.25]
    """
    yuan = np.concatenate((np.zeros(1, dtype=np.int64), law.yuan))
    weights = np.concatenate((np.array([1 - keep]), keep * law.weights))
    return payout_law(yuan, weights)


def rounded_payouts(cdf: Callable[[FloatArray], FloatArray], most_yuan: int) -> PayoutLaw:
    """A continuous payout rounded to the nearest yuan; what lies above `most_yuan` pays that.

    The chance of k yuan is F(k + 1/2) - F(k - 1/2), that of 0 is F(1/2), that of the largest
    1 - F(most - 1/2).
    """
    edges = np.ones(most_yuan + 2)
    edges[0] = 0.0
    edges[1:-1] = cdf(np.arange(most_yuan, dtype=np.float64) + 0.5)
    weights = edges[1:] - edges[:-1]
    return payout_law(np.arange(most_yuan + 1), weights)


def split_payouts(law: PayoutLaw, step_yuan: int) -> FloatArray:
    """The law on multiples of the step: each payout is split between its two neighbours.

    The mean is kept; a payout that is a multiple of the step stays whole.
    """
    powers = _powers(law, (step_yuan, 1), 2)
    return _place(powers, _LINEAR)


def smooth_payouts(law: PayoutLaw, step: tuple[int, int], positive: bool) -> FloatArray:
    """The law on multiples of a step, from -1 step on: payouts split between four neighbours.

    The step is a fraction of yuan, numerator and denominator.
    Mean, variance and third moment are kept, at the price of weights that may be below zero. If
    `positive`, the payouts between two cells are split between these two alone wherever the
    four would leave such a weight: then only the mean is kept there.
    """
    powers = _powers(law, step, 4)
    curved = np.ones(powers.shape[1], dtype=bool)
    curved[0] = not positive
    while True:
        weights = _place(np.where(curved, powers, 0.0), _CUBIC)
        weights[1:-1] += _place(np.where(curved, 0.0, powers[:2]), _LINEAR)
        if not positive:
            return weights
        below = np.flatnonzero(weights < -_ROUNDING)
        # Cell j (counted from -1) is lowered by what lies between j and j + 1 or j - 3 and j - 2.
        between = np.concatenate((below[below < len(curved)], below[below >= 3] - 3))
        if not curved[between].any():
            return np.maximum(weights, 0.0)
        curved[between] = False


_ROUNDING = 1e-18  # a weight that is not below zero but for this
_LINEAR = np.array([[1.0, -1.0], [0.0, 1.0]])
# Lagrange's polynomials on -1, 0, 1, 2, by powers 0 to 3.
_CUBIC = (
    np.array([[0, -2, 3, -1], [6, -3, -6, 3], [0, 6, 3, -3], [0, -1, 0, 1]], dtype=np.float64) / 6
)


def _powers(law: PayoutLaw, step: tuple[int, int], n_powers: int) -> FloatArray:
    """For each interval between two cells the sum of weight x place**power: float64[power, cell].

    The place runs from 0 at the lower cell to 1 at the upper.
    """
    cell, rest = np.divmod(law.yuan * step[1], step[0])
    place = rest / step[0]
    terms = law.weights
    sums = np.empty((n_powers, int(cell[-1]) + 1))
    for power in range(n_powers):
        sums[power] = np.bincount(cell, weights=terms)
        terms = terms * place
    return sums


def _place(powers: FloatArray, rule: FloatArray) -> FloatArray:
    """The weights that a rule gives to the cells around each interval."""
    parts = rule @ powers
    weights = np.zeros(powers.shape[1] + len(rule) - 1)
    for offset, part in enumerate(parts):
        weights[offset : offset + len(part)] += part
    return weights
