"""Mean, variance and third central moment of a law, and how they combine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
_PIECE = 1 << 13


@dataclass(frozen=True, slots=True)
class Moments:
    """The mean, the variance and the third central moment of a law."""

    mean: float
    variance: float
    third: float

    @property
    def sd(self) -> float:
        """The standard deviation."""
        return self.variance**0.5

    @property
    def skewness(self) -> float:
        """The third central moment over the cube of the standard deviation; 0 for a certainty."""
        return self.third / self.variance**1.5 if self.variance > 0 else 0.0

    def times(self, unit: float) -> Moments:
        """The moments of `unit` times the variable."""
        return Moments(self.mean * unit, self.variance * unit**2, self.third * unit**3)

    def plus(self, shift: float) -> Moments:
        """The moments of the variable plus a constant."""
        return Moments(self.mean + shift, self.variance, self.third)


def moments_of(values: FloatArray, weights: FloatArray) -> Moments:
    """The moments of a law on finitely many values; the weights sum to 1.

    >>> moments_of(np.array([0.0, 1.0]), np.array([0.75, 0.25]))
    Moments(mean=0.25, variance=0.1875, third=0.09375)
    """
    mean = _dot(weights, values)
    centred = values - mean
    weighted = weights * centred
    variance = _dot(weighted, centred)
    centred *= centred
    return Moments(mean, variance, _dot(weighted, centred))


def _dot(one: FloatArray, other: FloatArray) -> float:
    """The scalar product, in pieces: long ones start threads that cost more than they save."""
    if len(one) <= _PIECE:
        return float(one @ other)
    starts = range(0, len(one), _PIECE)
    return float(sum(one[at : at + _PIECE] @ other[at : at + _PIECE] for at in starts))


def compound_moments(counts: Moments, payouts: Moments) -> Moments:
    """The moments of a sum of independent payouts, as many as a count that ignores them says.

    >>> compound_moments(Moments(4.0, 4.0, 4.0), Moments(5.0, 0.0, 0.0))
    Moments(mean=20.0, variance=100.0, third=500.0)
    """
    return Moments(
        counts.mean * payouts.mean,
        counts.mean * payouts.variance + counts.variance * payouts.mean**2,
        counts.mean * payouts.third
        + 3 * counts.variance * payouts.mean * payouts.variance
        + counts.third * payouts.mean**3,
    )


def sum_moments(parts: Sequence[Moments]) -> Moments:
    """The moments of a sum of independent variables: each of the three adds up."""
    return Moments(
        sum(part.mean for part in parts),
        sum(part.variance for part in parts),
        sum(part.third for part in parts),
    )


def mix_moments(parts: Sequence[Moments], weights: Sequence[float]) -> Moments:
    """The moments of a variable that follows each law with its weight."""
    mean = sum(weight * part.mean for part, weight in zip(parts, weights, strict=True))
    variance = third = 0.0
    for part, weight in zip(parts, weights, strict=True):
        off = part.mean - mean
        variance += weight * (part.variance + off**2)
        third += weight * (part.third + 3 * off * part.variance + off**3)
    return Moments(mean, variance, third)
