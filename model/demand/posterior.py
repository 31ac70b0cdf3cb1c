"""How many claims are still to come when some have come: exact laws, given what has been seen.

Claims come in by a calendar: of a year's N claims each has come with the chance that the calendar
has reached, S. With a varying Poisson mean (gamma) the mean stays gamma when n claims have been
seen, so that the rest is negative binomial; a count with a table of probabilities is weighed by
the chance of n among N, count by count.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, log, log1p

import numpy as np
from scipy import special

from model.demand.counts import (
    NEGLIGIBLE,
    Binomial,
    CountLaw,
    MixedPoisson,
    Table,
    as_table,
    fixed,
    negative_binomial,
    table,
    thinned,
)
from model.demand.moments import FloatArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What is still to come of a count, and how likely it was to see what has been seen.

    Attributes:
        rest: the law of the claims still to come; none where what was seen cannot be.
        log_chance: the logarithm of the probability of what was seen; -inf where it cannot be.
    """

    rest: CountLaw
    log_chance: float


def still_waiting(law: CountLaw, seen: int, share: float) -> Waiting:
    """What is still to come of a year's count when `seen` of it came in a `share` of the year.

    Claims that came before the calendar says that any do (share 0) tell that the year has at least
    so many, and nothing else: of the year as it was assumed, those are no longer to come.

    >>> still_waiting(MixedPoisson(mean=10.0, spread=0.5), 5, 0.5).rest.moments.mean
    5.0
    """
    if share == 0:
        return _at_least(law, seen)
    if isinstance(law, MixedPoisson):
        return _gamma_mean(law, seen, share)
    if isinstance(law, Binomial):
        law = Table(first=law.n, pmf=np.ones(1), keep=law.chance)
    return _counted(law, seen, share)


def _gamma_mean(law: MixedPoisson, seen: int, share: float) -> Waiting:
    chance = _log_chance(law, seen, share)
    if chance == -inf or share == 1:
        return Waiting(rest=fixed(0), log_chance=chance)
    if law.spread == 0 or law.mean == 0:
        return Waiting(rest=negative_binomial(law.mean * (1 - share), 0.0), log_chance=chance)
    size = law.spread**-2
    mean = (size + seen) / (size / law.mean + share)
    rest = negative_binomial(mean * (1 - share), (size + seen) ** -0.5)
    return Waiting(rest=rest, log_chance=chance)


def _log_chance(law: MixedPoisson, seen: int, share: float) -> float:
    """The logarithm of the chance of a count among those that have come."""
    mean = law.mean * share
    if mean == 0:
        return 0.0 if seen == 0 else -inf
    if law.spread == 0:
        return float(seen * log(mean) - mean - special.gammaln(seen + 1))
    size = law.spread**-2
    ways = special.gammaln(size + seen) - special.gammaln(size) - special.gammaln(seen + 1)
    none = -size * log1p(mean / size)
    return float(ways + none + (seen * log(mean / (size + mean)) if seen else 0.0))


def _counted(law: Table, seen: int, share: float) -> Waiting:
    """Each of a table's counted ones was seen with the chance keep x share."""
    chance = law.keep * share
    whole = np.arange(law.first, law.last + 1, dtype=np.float64)
    weights, log_chance = _weighed(law.pmf, log_binomial(seen, whole, chance))
    if log_chance == -inf:
        return Waiting(rest=fixed(0), log_chance=-inf)
    left = _from(weights, law.first - seen)
    later = law.keep * (1 - share) / (1 - chance) if chance < 1 else 0.0
    return Waiting(rest=thinned(left, later) if later else fixed(0), log_chance=log_chance)


def _at_least(law: CountLaw, seen: int) -> Waiting:
    if seen == 0:
        return Waiting(rest=law, log_chance=0.0)
    whole = as_table(law)
    counts = np.arange(whole.first, whole.last + 1)
    weights, log_chance = _weighed(whole.pmf, np.where(counts >= seen, 0.0, -inf))
    if log_chance == -inf:
        return Waiting(rest=fixed(0), log_chance=-inf)
    return Waiting(rest=_from(weights, whole.first - seen), log_chance=log_chance)


@dataclass(frozen=True, slots=True, kw_only=True)
class Applicants:
    """The year's applicants of a pool whose applicants claim several awards, given what was seen.

    Attributes:
        whole: the law of how many applicants the year brings.
        log_chance: the logarithm of the probability of what was seen.
    """

    whole: CountLaw
    log_chance: float

    def beyond(self, seen: int) -> CountLaw:
        """The law of the applicants beyond so many, which must be possible."""
        found = as_table(self.whole)
        return _from(found.pmf, found.first - seen)


def applicants_given(law: CountLaw, seen: Sequence[tuple[int, float]]) -> Applicants:
    """The applicants of a year when of each award so many claims came in such a share of it.

    Every applicant claims every award; each claim comes by itself, by the calendar of its award.
    """
    whole = as_table(law)
    counts = np.arange(whole.first, whole.last + 1, dtype=np.float64)
    told = np.zeros(len(counts))
    for n, share in seen:
        told = told + (log_binomial(n, counts, share) if share else np.where(counts >= n, 0, -inf))
    weights, log_chance = _weighed(whole.pmf, told)
    most = max(n for n, _ in seen)
    rest = fixed(most) if log_chance == -inf else _from(weights, whole.first)
    return Applicants(whole=rest, log_chance=log_chance)


def log_binomial(seen: int, whole: FloatArray, chance: float) -> FloatArray:
    """The logarithm of the chance that exactly `seen` of `whole` are seen; -inf where it is 0."""
    possible = whole >= seen
    n = np.where(possible, whole, seen)
    ways = special.gammaln(n + 1) - special.gammaln(seen + 1) - special.gammaln(n - seen + 1)
    logs = ways + special.xlogy(seen, chance) + special.xlog1py(n - seen, -chance)
    return np.asarray(np.where(possible, logs, -inf), dtype=np.float64)


def _weighed(pmf: FloatArray, logs: FloatArray) -> tuple[FloatArray, float]:
    """Probabilities given what was seen, and the logarithm of the chance to see it."""
    with np.errstate(divide="ignore"):
        joint = np.log(pmf) + logs
    largest = float(joint.max())
    if largest == -inf:
        return pmf, -inf
    weights = np.exp(joint - largest)
    total = float(weights.sum())
    return weights / total, largest + log(total)


def _from(weights: FloatArray, first: int) -> CountLaw:
    """The law with these weights from a count on; below zero there is nothing."""
    seen = np.flatnonzero(weights > NEGLIGIBLE)
    low, high = max(int(seen[0]), -first), int(seen[-1]) + 1
    kept = weights[low:high]
    return table(kept / kept.sum(), first=first + low)
