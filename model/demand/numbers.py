"""The uniform numbers of some years, by name: random with an address, or points of Sobol."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.stats import qmc

from model.demand.figures import Factor
from model.demand.streams import FloatArray, uniforms
from model.errors import refuse

Points = Literal["random", "sobol"]
MOST_SOBOL = 1 << 20  # more points than this are not worked out at once


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which draws: `count` of them from `first` on, under a seed.

    `points` says how they are spread: independent of each other, or as the points of a scrambled
    Sobol sequence, which fill the space more evenly.
    """

    seed: int
    first: int
    count: int
    points: Points = "random"


@dataclass(slots=True)
class Numbers:
    """Uniform numbers in [0, 1) for every draw of a span, one set for each name.

    The same seed, name and draw give the same number, whatever span the draw is read in.

    Attributes:
        names: every name that the draws of the question may ask for, in a fixed order: each is a
            dimension of the Sobol points.
    """

    span: Span
    names: tuple[str, ...]
    _points: FloatArray | None = None
    _levels: dict[str, FloatArray] = field(default_factory=dict)

    def uniform(self, name: str) -> FloatArray:
        """The numbers of a name, float64[draw]."""
        span = self.span
        if span.points == "random":
            numbers: FloatArray = uniforms(span.seed, name, 1, span.first, span.count)[0]
            return numbers
        if self._points is None:
            self._points = sobol_points(len(self.names), span)
        return self._points[:, self.names.index(name)]

    def level(self, key: str, factor: Factor) -> FloatArray:
        """What a shared shock multiplies by, in each draw."""
        if key not in self._levels:
            self._levels[key] = factor_level(factor, self.uniform(f"factor/{key}"))
        return self._levels[key]

    def at_levels(self, factors: Mapping[str, Factor], times: Mapping[str, float]) -> FloatArray:
        """The draws in which every factor is at its level, bool[draw]."""
        here = np.ones(self.span.count, dtype=bool)
        for key, level in times.items():
            here &= self.level(key, factors[key]) == level
        return here


def factor_level(factor: Factor, chance: FloatArray) -> FloatArray:
    """The level of a shock that belongs to each uniform number."""
    edges = np.cumsum([step.weight for step in factor.levels])
    which = np.minimum(np.searchsorted(edges, chance, side="right"), len(factor.levels) - 1)
    return np.array([step.times for step in factor.levels])[which]


def sobol_points(n_names: int, span: Span) -> FloatArray:
    """Scrambled Sobol points float64[draw, name]; the same for a draw in whatever span.

    Raises:
        InputError: the points lie further on than such points are worked out.
    """
    if span.first + span.count > MOST_SOBOL:
        fact = f"draw {span.first + span.count} has no Sobol point"
        raise refuse("draws", fact, f"Ask for at most {MOST_SOBOL:,} draws, or random ones.")
    sequence = qmc.Sobol(n_names, scramble=True, rng=np.random.default_rng([span.seed, n_names]))
    if span.first:
        sequence.fast_forward(span.first)
        return np.asarray(sequence.random(span.count), dtype=np.float64)
    # The first points come by whole powers of two.
    points = sequence.random_base2((span.count - 1).bit_length())
    return np.asarray(points[: span.count], dtype=np.float64)
