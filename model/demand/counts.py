"""How many claims a year brings: laws of a count, their bounds and their thinning.

A law says its moments, its table of probabilities and its generating function
P(z) = E[z**N], which is all that the law of a total needs of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor, isfinite, log

import numpy as np
from scipy import fft

from model.demand.generating import ComplexArray, from_polar, power_of_one_plus, power_series
from model.demand.moments import FloatArray, Moments, compound_moments, moments_of
from model.errors import refuse

NEGLIGIBLE = 1e-18  # a probability below this cannot be seen beside 1 in double precision
_MOST_BINS = 250
_WIDE = 1 << 8  # from here on it pays to ask first where a sum over a table can be seen
_RATES = np.geomspace(1e-8, 60, 300)
_LESS = -np.geomspace(1e-9, 1 - 1e-9, 64)  # moduli of a point, less 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MixedPoisson:
    """A Poisson count whose mean itself varies as a gamma variable; `spread` 0 is plain Poisson.

    Attributes:
        mean: the mean count.
        spread: coefficient of variation of the varying mean; the size of the negative binomial
            is 1 / spread**2.
    """

    mean: float
    spread: float

    def pgf(self, points: ComplexArray) -> ComplexArray:
        """P(z) at points of the unit disc."""
        if self.spread == 0:
            return from_polar(self.mean * (points.real - 1), self.mean / 2 * points.imag)
        size = self.spread**-2
        rate = -self.mean / size
        return power_of_one_plus(rate * (points.real - 1), rate * points.imag, -size)

    def log_pgf(self, excess: FloatArray) -> FloatArray:
        """log P(1 + excess) for excess > -1; infinite where the mean of (1 + excess)**N is."""
        if self.spread == 0:
            return self.mean * excess
        size = self.spread**-2
        inner = self.mean / size * excess
        inside = inner < 1
        return np.where(inside, -size * np.log1p(-np.where(inside, inner, 0.0)), np.inf)

    @property
    def moments(self) -> Moments:
        """Mean, variance and third central moment."""
        varies = self.mean * self.spread
        variance = self.mean + varies**2
        third = self.mean + 3 * varies**2 + 2 * varies**2 * self.mean * self.spread**2
        return Moments(self.mean, variance, third)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binomial:
    """How many of n applicants claim, each with the same chance."""

    n: int
    chance: float

    def pgf(self, points: ComplexArray) -> ComplexArray:
        """P(z) at points of the unit disc."""
        if self.n < 2:
            return (1 + self.chance * (points - 1)) ** self.n
        below, beside = self.chance * (points.real - 1), self.chance * points.imag
        return power_of_one_plus(below, beside, self.n)

    def log_pgf(self, excess: FloatArray) -> FloatArray:
        """log P(1 + excess) for excess > -1."""
        return self.n * np.log1p(self.chance * excess)

    @property
    def moments(self) -> Moments:
        """Mean, variance and third central moment."""
        mean = self.n * self.chance
        variance = mean * (1 - self.chance)
        return Moments(mean, variance, variance * (1 - 2 * self.chance))


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A count with a table of probabilities, each counted one then kept with a chance.

    Attributes:
        first: the count that `pmf[0]` belongs to, before thinning.
        pmf: float64[n], read-only; sums to 1.
        keep: the chance that each counted one is kept.
    """

    first: int
    pmf: FloatArray
    keep: float = 1.0

    @property
    def last(self) -> int:
        """The largest count."""
        return self.first + len(self.pmf) - 1

    def pgf(self, points: ComplexArray) -> ComplexArray:
        """P(z) at points of the unit disc."""
        inner = points if self.keep == 1 else 1 + self.keep * (points - 1)
        return _polynomial(self, inner)

    def log_pgf(self, excess: FloatArray) -> FloatArray:
        """An upper bound of log P(1 + excess) for excess > -1; exact for narrow tables."""
        width = ceil(len(self.pmf) / _MOST_BINS)
        lows = np.arange(0, len(self.pmf), width)
        weights = np.add.reduceat(self.pmf, lows)
        highs = np.minimum(lows + width, len(self.pmf)) - 1
        logs = np.log1p(self.keep * excess)[:, None]
        powers = logs * (self.first + np.where(logs > 0, highs, lows))
        largest = powers.max(axis=1)
        return largest + np.log((weights * np.exp(powers - largest[:, None])).sum(axis=1))

    @property
    def moments(self) -> Moments:
        """Mean, variance and third central moment."""
        whole = moments_of(np.arange(self.first, self.last + 1.0), self.pmf)
        return compound_moments(whole, Binomial(n=1, chance=self.keep).moments)


CountLaw = MixedPoisson | Binomial | Table


def poisson(mean: float) -> CountLaw:
    """A Poisson count."""
    return negative_binomial(mean, 0.0)


def negative_binomial(mean: float, spread: float) -> CountLaw:
    """A Poisson count whose mean varies with the coefficient of variation `spread`.

    >>> negative_binomial(10.0, 0.5).moments.variance
    35.0
    """
    for name, value in (("mean", mean), ("spread", spread)):
        if not (isfinite(value) and value >= 0):
            raise refuse(f"count {name}", f"{value} is not zero or more", "Give a finite number.")
    return MixedPoisson(mean=float(mean), spread=float(spread))


def binomial(n: int, chance: float) -> CountLaw:
    """How many of n applicants claim, each with the same chance."""
    if n < 0:
        raise refuse("count n", f"{n} applicants are less than none", "Give zero or more.")
    return Binomial(n=n, chance=_share("count chance", chance))


def fixed(n: int) -> CountLaw:
    """The same count in every year."""
    if n < 0:
        raise refuse("count n", f"{n} claims are less than none", "Give zero or more.")
    return table(np.ones(1), first=n)


def table(pmf: FloatArray, first: int = 0) -> CountLaw:
    """A count with the given probabilities, `pmf[k]` that of `first + k`."""
    if first < 0:
        raise refuse("count first", f"{first} claims are less than none", "Give zero or more.")
    found = np.array(pmf, dtype=np.float64)
    check_weights("count probabilities", found)
    found /= found.sum()
    found.setflags(write=False)
    return Table(first=first, pmf=found)


def thinned(law: CountLaw, keep: float) -> CountLaw:
    """The count of those kept, when each counted one is kept with the chance `keep`.

    >>> thinned(poisson(10.0), 0.25)
    MixedPoisson(mean=2.5, spread=0.0)
    """
    _share("count keep", keep)
    if isinstance(law, MixedPoisson):
        return MixedPoisson(mean=law.mean * keep, spread=law.spread)
    if isinstance(law, Binomial):
        return Binomial(n=law.n, chance=law.chance * keep)
    return Table(first=law.first, pmf=law.pmf, keep=law.keep * keep)


def bounded(law: CountLaw, floor: int | None = None, ceiling: int | None = None) -> CountLaw:
    """The count min(max(N, floor), ceiling): what lies beyond a bound piles up at the bound.

    >>> bounded(fixed(7), ceiling=5).moments.mean
    5.0
    """
    low = 0 if floor is None else floor
    if low < 0 or (ceiling is not None and ceiling < low):
        raise refuse(
            "count bounds",
            f"floor {floor} and ceiling {ceiling} leave no count",
            "Give 0 <= floor <= ceiling.",
        )
    whole = as_table(law)
    high = whole.last if ceiling is None else ceiling
    if low <= whole.first and whole.last <= high:
        return law
    at = np.clip(np.arange(whole.first, whole.last + 1), low, max(high, low))
    pmf = np.bincount(at - at[0], weights=whole.pmf)
    return table(np.asarray(pmf, dtype=np.float64), first=int(at[0]))


def as_table(law: CountLaw) -> Table:
    """The probabilities of a law, all but a negligible part, with every thinning carried out."""
    if isinstance(law, Table):
        return law if law.keep == 1 else _thin_table(law)
    if law.moments.variance == 0:
        return Table(first=round(law.moments.mean), pmf=_frozen(np.ones(1)))
    first, last = _ends(law)
    # From one count to the next: the logarithm of the ratio of their probabilities.
    ratios = _log_ratios(law, np.arange(first, last, dtype=np.float64))
    logs = np.concatenate((np.zeros(1), np.cumsum(ratios)))
    pmf = np.exp(logs - logs.max())
    return Table(first=first, pmf=_frozen(pmf / pmf.sum()))


def _log_ratios(law: MixedPoisson | Binomial, counts: FloatArray) -> FloatArray:
    if isinstance(law, Binomial):
        return np.log((law.n - counts) / (counts + 1) * (law.chance / (1 - law.chance)))
    if law.spread == 0:
        return np.log(law.mean / (counts + 1))
    size = law.spread**-2
    return np.log((counts + size) / (counts + 1) * (law.mean / (law.mean + size)))


def _ends(law: CountLaw) -> tuple[int, int]:
    """Counts with a negligible probability below the one and above the other (Chernoff)."""
    last = ceil(np.min((law.log_pgf(np.expm1(_RATES)) - log(NEGLIGIBLE)) / _RATES))
    down = _RATES[_RATES < 20]
    first = floor(np.max((log(NEGLIGIBLE) - law.log_pgf(np.expm1(-down))) / down))
    if isinstance(law, Binomial):
        last = min(last, law.n)
    elif isinstance(law, Table):
        last = min(last, law.last)
    return max(first, 0), last


def _thin_table(law: Table) -> Table:
    cells = fft.next_fast_len(law.last + 1, real=True)
    points = np.exp(-2j * np.pi / cells * np.arange(cells // 2 + 1))
    first, last = _ends(law)
    pmf = np.maximum(fft.irfft(law.pgf(points), cells)[first : last + 1], 0.0)
    return Table(first=first, pmf=_frozen(pmf / pmf.sum()))


def _polynomial(law: Table, points: ComplexArray) -> ComplexArray:
    """The sum of pmf[k] * z**(first + k), where it can be seen; |z| <= 1 keeps it stable."""
    if law.first == 0 and len(law.pmf) < _WIDE:
        return power_series(law.pmf, points)
    radii = np.maximum(np.abs(points), 1e-300)
    if len(law.pmf) < _WIDE:
        largest = law.first * np.log(radii)
    else:
        # The sum is at most P(|z|), which grows with |z|: a few moduli show up to which no point
        # can be seen, where asking each point would cost more than the sum.
        largest = np.zeros(len(radii))
        bound = Table(first=law.first, pmf=law.pmf).log_pgf(_LESS)
        unseen = _LESS[bound < log(NEGLIGIBLE)]
        if len(unseen):
            largest[radii <= 1 + unseen.max()] = -np.inf
    seen = np.flatnonzero(largest > log(NEGLIGIBLE))
    found = np.zeros(len(points), dtype=np.complex128)
    found[seen] = power_series(law.pmf, points[seen]) * points[seen] ** law.first
    return found


def check_weights(place: str, weights: FloatArray) -> None:
    """Refuse weights that are not probabilities of a law."""
    remedy = "Give weights of zero or more that sum to 1."
    if weights.ndim != 1 or len(weights) == 0:
        raise refuse(place, "there is no list of weights", remedy)
    if not np.all(np.isfinite(weights)):
        where = int(np.flatnonzero(~np.isfinite(weights))[0])
        raise refuse(place, f"weight {where} is {weights[where]}, not a number", remedy)
    if weights.min() < 0:
        where = int(np.argmin(weights))
        raise refuse(place, f"weight {where} is {weights[where]}, below zero", remedy)
    if abs(weights.sum() - 1) > 1e-9:
        raise refuse(place, f"the weights sum to {weights.sum():.9g}", remedy)


def _share(place: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise refuse(place, f"{value} is not a share", "Give a number from 0 to 1.")
    return float(value)


def _frozen(array: FloatArray) -> FloatArray:
    array.setflags(write=False)
    return array
