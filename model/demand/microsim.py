"""The claims of one pool in every draw, applicant by applicant, and what the rules give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import special, stats

from model.demand.figures import Factor, plain
from model.demand.pools import Attribute, ClaimSpec, Pool, PoolBook, Size
from model.demand.streams import FloatArray, uniforms
from model.policy.awards import CostedAward, Grades
from model.policy.rules import entitle

IntArray = NDArray[np.int64]
FEN = 100
MILLIONTHS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Which draws: `count` of them from `first` on, under a seed."""

    seed: int
    first: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolClaims:
    """One award's claims from a pool: how many in each draw, and what the city owes for them."""

    claims: IntArray
    city_yuan: IntArray


def simulate_pool(
    book: PoolBook, pool_id: str, awards: Mapping[str, CostedAward], span: Span
) -> dict[str, PoolClaims]:
    """For each award of the pool: claims and city money, arrays over the draws of the span."""
    pool = book.pools[pool_id]
    counts = draw_counts(book, pool_id, span)
    pays = book.shared(pool.city_pays).at("central")
    sizes = _size_factor(book, pool, span)
    used = np.arange(counts.max(initial=0))[:, None] < counts  # [slot, draw]
    found = {}
    for award_id, spec in pool.claims.items():
        sample = _Sample(award_id, pool_id, used, span, sizes)
        yuan = _payouts(awards[award_id], spec, sample)
        draw_of_claim = np.nonzero(used)[1]
        city = _share_of(yuan, pays)
        total = np.bincount(draw_of_claim, weights=city, minlength=span.count)
        # Sums stay far below 2**53, so that adding whole numbers as floats is exact.
        found[award_id] = PoolClaims(claims=counts, city_yuan=total.astype(np.int64))
    return found


def payout_table(
    book: PoolBook, award: CostedAward, names: tuple[str, str], n_slots: int, span: Span
) -> IntArray:
    """City money for each of the first applicants of a pool in each draw: array[slot, draw].

    Args:
        names: the ids of the pool and of the award.
    """
    pool_id, award_id = names
    pool = book.pools[pool_id]
    used = np.ones((n_slots, span.count), dtype=bool)
    sample = _Sample(award_id, pool_id, used, span, _size_factor(book, pool, span))
    yuan = _payouts(award, pool.claims[award_id], sample)
    return _share_of(yuan, book.shared(pool.city_pays).at("central")).reshape(used.shape)


def draw_counts(book: PoolBook, pool_id: str, span: Span) -> IntArray:
    """Claims in the city's own charge in each draw.

    The whole-area count is negative binomial (a Poisson whose mean varies with `spread`), moved by
    the shared factors, bounded by floor and ceiling; each of them then falls to the city with the
    probability covered x take-up.
    """
    pool = book.pools[pool_id]
    keep = plain(book.shared(pool.covered).at("central"))
    keep *= plain(pool.take_up.at("central")) if pool.take_up is not None else 1.0
    means = plain(pool.count.mean.at("central")) * _count_factor(book, pool, span)
    if pool.count.certain:
        whole = np.rint(means)
    else:
        chance = uniforms(span.seed, f"{pool_id}/count", 1, span.first, span.count)[0]
        whole = _negative_binomial(chance, means, pool.count.spread)
    if pool.count.floor is not None:
        whole = np.maximum(whole, pool.count.floor)
    if pool.count.ceiling is not None:
        whole = np.minimum(whole, pool.count.ceiling)
    if keep >= 1.0:
        return whole.astype(np.int64)
    chance = uniforms(span.seed, f"{pool_id}/covered", 1, span.first, span.count)[0]
    return stats.binom.ppf(chance, whole, keep).clip(0, whole).astype(np.int64)


def _negative_binomial(chance: FloatArray, means: FloatArray, spread: float) -> FloatArray:
    counts = np.zeros_like(means)
    for mean in np.unique(means):
        here = means == mean
        if mean <= 0:
            continue
        if spread == 0:
            law = stats.poisson(mean)
        else:
            size = 1 / spread**2
            law = stats.nbinom(size, size / (size + mean))
        top = int(law.isf(1e-13)) + 1
        table = law.cdf(np.arange(top + 1))
        counts[here] = np.searchsorted(table, chance[here])
    return counts


def factor_levels(factor: Factor, factor_id: str, span: Span) -> FloatArray:
    """What a shared shock multiplies by, in each draw."""
    chance = uniforms(span.seed, f"factor/{factor_id}", 1, span.first, span.count)[0]
    edges = np.cumsum([step.weight for step in factor.levels])
    which = np.minimum(np.searchsorted(edges, chance, side="right"), len(factor.levels) - 1)
    return np.array([step.times for step in factor.levels])[which]


def _count_factor(book: PoolBook, pool: Pool, span: Span) -> FloatArray:
    return _product(book, [key for key, on in pool.factors.items() if on == "count"], span)


def _size_factor(book: PoolBook, pool: Pool, span: Span) -> FloatArray:
    return _product(book, [key for key, on in pool.factors.items() if on == "size"], span)


def _product(book: PoolBook, keys: list[str], span: Span) -> FloatArray:
    product = np.ones(span.count)
    for key in keys:
        product = product * factor_levels(book.factors[key], key, span)
    return product


@dataclass(frozen=True, slots=True)
class _Sample:
    """The claims to draw: which (slot, draw) cells are used, and the size factor of each draw."""

    award: str
    pool: str
    used: NDArray[np.bool_]
    span: Span
    sizes: FloatArray

    def numbers(self, column: str) -> FloatArray:
        name = f"{self.pool}/{self.award}/{column}"
        whole = uniforms(self.span.seed, name, self.used.shape[0], self.span.first, self.span.count)
        drawn: FloatArray = whole[self.used]
        return drawn


def _payouts(award: CostedAward, spec: ClaimSpec, sample: _Sample) -> IntArray:
    """What the rule gives each used claim, in yuan, before the city's part is taken."""
    values: dict[str, FloatArray] = {}
    for name, attribute in spec.columns.items():
        values[name] = _draw_column(name, attribute, award, sample, values)
    columns = {name: _as_column(award.columns[name].type, drawn) for name, drawn in values.items()}
    n_claims = int(sample.used.sum())
    for name, column in award.columns.items():
        if column.type != "text" and name not in columns:
            columns[name] = np.zeros(n_claims, dtype=bool if column.type == "bool" else np.int64)
            columns[f"{name}?given"] = np.zeros(n_claims, dtype=bool)
    yuan = entitle(award, columns).yuan
    if spec.repeats is not None and (award.cap_scope != "claim") and _pays_once(award):
        again = sample.numbers("repeats") < plain(spec.repeats.at("central"))
        yuan = np.where(again, 0, yuan)
    return yuan


def _pays_once(award: CostedAward) -> bool:
    """Whether a once-only rule is in force: once for each applicant, or once with another award."""
    return award.cap_scope == "applicant" or bool(award.once_with)


def _draw_column(
    name: str,
    attribute: Attribute,
    award: CostedAward,
    sample: _Sample,
    earlier: Mapping[str, FloatArray],
) -> FloatArray:
    if attribute.fixed is not None:
        return np.full(int(sample.used.sum()), float(attribute.fixed))
    chance = sample.numbers(name)
    if attribute.yes is not None:
        return (chance < plain(attribute.yes.at("central"))).astype(float)
    if attribute.mix is not None:
        mix = attribute.mix.at("central")
        assert isinstance(award, Grades)
        edges = np.cumsum([mix.get(grade, 0.0) for grade in award.grades])
        codes = np.searchsorted(edges, chance * edges[-1], side="right")
        return np.minimum(codes, len(edges) - 1).astype(float)
    assert attribute.size is not None
    return _draw_size(attribute.size, chance, sample, earlier)


def _draw_size(
    size: Size, chance: FloatArray, sample: _Sample, earlier: Mapping[str, FloatArray]
) -> FloatArray:
    sigma = np.sqrt(np.log1p(size.cv**2))
    mean = plain(size.mean.at("central"))
    drawn = mean * np.exp(sigma * special.ndtri(chance) - sigma**2 / 2)
    if size.times is not None:
        drawn = earlier[size.times] * (drawn + 1 if size.plus_one else drawn)
    else:
        drawn = drawn * sample.sizes[np.nonzero(sample.used)[1]]
    if size.at_least is not None or size.at_most is not None:
        drawn = np.clip(drawn, size.at_least, size.at_most)
    return drawn


def _as_column(kind: str, drawn: FloatArray) -> NDArray[np.int64] | NDArray[np.bool_]:
    if kind == "bool":
        return drawn > 0.5
    if kind == "choice":
        return drawn.astype(np.int64)
    if kind == "money":
        return np.rint(drawn).astype(np.int64) * FEN
    return np.rint(drawn * MILLIONTHS).astype(np.int64)


def _share_of(yuan: IntArray, share: Fraction) -> IntArray:
    """The city's part, rounded down to the yuan."""
    return yuan if share == 1 else yuan * share.numerator // share.denominator
