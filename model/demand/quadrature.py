"""What one claim of a pool is worth, as a finite law: payouts with weights, instead of draws.

Yes/no columns and grades are enumerated with their exact weights. A single size is spread over a
fine grid of normal scores, on which the trapezoid rule is all but exact; two or more sizes over a
large fixed set of evenly spread points (Sobol), whose small error is found by a second, independent
set.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

import numpy as np
from scipy import special, stats

from model.demand.attributes import Attribute
from model.demand.claimants import Sample, city_part, claim_payouts, pays_once
from model.demand.figures import plain
from model.demand.payouts import PayoutLaw, payout_law
from model.demand.pools import ClaimSpec, PoolBook
from model.demand.streams import FloatArray
from model.policy.awards import CostedAward, Grades

SCORES = 1 << 12  # points for a single size ...
FINE = 1 << 14  # ... where the count is certain, so that nothing smooths them ...
WIDEST = 7.5  # ... between so many standard deviations on either side
POINTS = 1 << 14  # points for two sizes or more ...
WIDER = 1.4  # ... spread wider than the sizes themselves, since large sizes decide the mean
SETS = 2  # independent sets of points that a law can be worked out on


@dataclass(frozen=True, slots=True)
class _Case:
    """One combination of the enumerated columns: its weight and a number that leads to it."""

    weight: float
    numbers: dict[str, float]


def payout_points(
    book: PoolBook,
    names: tuple[str, str],
    award: CostedAward,
    size_factor: float,
    point_set: int = 0,
) -> PayoutLaw:
    """The city's part of one claim of an award, over everything its columns can be.

    Args:
        names: the ids of the pool and of the award.
        size_factor: what the shared shocks multiply sizes by.
        point_set: which of the independent sets of points, 0 or 1.
    """
    pool = book.pools[names[0]]
    spec = pool.claims[names[1]]
    sizes = [name for name, each in spec.columns.items() if each.size is not None]
    n_scores = FINE if pool.count.certain else SCORES
    points, point_weights = _size_points(len(sizes), point_set, n_scores)
    n_points = len(point_weights)
    pays = book.shared(pool.city_pays).at("central")
    yuan, weights = [], []
    for case in _cases(spec, award):
        columns = dict(zip(sizes, points, strict=True))

        def numbers(
            name: str, case: _Case = case, columns: dict[str, FloatArray] = columns
        ) -> FloatArray:
            return columns[name] if name in columns else np.full(n_points, case.numbers[name])

        sample = Sample(size=n_points, numbers=numbers, size_factor=np.full(n_points, size_factor))
        yuan.append(city_part(claim_payouts(award, spec, sample), pays))
        weights.append(case.weight * point_weights)
    together = np.concatenate(weights)
    return payout_law(np.concatenate(yuan), together / together.sum())


@lru_cache(maxsize=32)
def _size_points(n_sizes: int, point_set: int, n_scores: int) -> tuple[FloatArray, FloatArray]:
    """Uniform numbers array[size, point] and the weight of each point."""
    if n_sizes == 0:
        return np.zeros((0, 1)), np.ones(1)
    if n_sizes == 1:
        scores = np.linspace(-WIDEST, WIDEST, n_scores)
        density = np.exp(-(scores**2) / 2)
        return special.ndtr(scores)[None, :], density / density.sum()
    sobol = stats.qmc.Sobol(n_sizes, scramble=True, rng=np.random.default_rng(point_set))
    scores = WIDER * special.ndtri(np.clip(sobol.random(POINTS).T, 1e-12, 1 - 1e-12))
    weights = np.exp(-(scores**2) / 2 * (1 - WIDER**-2)).prod(axis=0)
    return np.ascontiguousarray(special.ndtr(scores)), weights / weights.sum()


def _cases(spec: ClaimSpec, award: CostedAward) -> Iterator[_Case]:
    """Every combination of yes/no columns, grades and repeats that can happen."""
    choices: dict[str, list[tuple[float, float]]] = {}
    for name, attribute in spec.columns.items():
        if attribute.yes is not None or attribute.mix is not None:
            choices[name] = list(_outcomes(attribute, award))
    if spec.repeats is not None and pays_once(award):
        choices["repeats"] = _yes_no(plain(spec.repeats.at("central")))
    for combination in product(*choices.values()):
        weight = float(np.prod([share for share, _ in combination]))
        if weight > 0:
            numbers = dict(zip(choices, (number for _, number in combination), strict=True))
            yield _Case(weight, numbers)


def _outcomes(attribute: Attribute, award: CostedAward) -> Iterator[tuple[float, float]]:
    """The weight of each outcome, and a uniform number that leads to it."""
    if attribute.yes is not None:
        yield from _yes_no(plain(attribute.yes.at("central")))
    elif attribute.mix is not None and isinstance(award, Grades):
        mix = attribute.mix.at("central")
        shares = np.array([mix.get(grade, 0.0) for grade in award.grades], dtype=float)
        shares /= shares.sum()
        edges = np.cumsum(shares)
        yield from zip(shares.tolist(), (edges - shares / 2).tolist(), strict=True)


def _yes_no(share: float) -> list[tuple[float, float]]:
    """Yes below the share, no above it."""
    return [(share, share / 2), (1 - share, (1 + share) / 2)]
