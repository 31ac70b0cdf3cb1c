"""The claims of one pool in every draw, applicant by applicant, and what the rules give them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from model.demand.calendar import MONTHS
from model.demand.claimants import IntArray, Sample, city_part, claim_payouts
from model.demand.figures import Factor, plain
from model.demand.numbers import Span, factor_level
from model.demand.pools import Pool, PoolBook
from model.demand.streams import FloatArray, uniforms
from model.policy.awards import CostedAward


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolClaims:
    """One award's claims from a pool: how many in each draw, and what the city owes for them."""

    claims: IntArray
    city_yuan: IntArray


def simulate_pool(
    book: PoolBook, pool_id: str, awards: Mapping[str, CostedAward], span: Span
) -> dict[str, PoolClaims]:
    """For each award of the pool: claims and city money, arrays over the draws of the span."""
    counts, drawn = draw_claims(book, pool_id, awards, span)
    found = {}
    for award_id, (sample, city) in drawn.items():
        total = np.bincount(sample.draw, weights=city, minlength=span.count)
        # Sums stay far below 2**53, so that adding whole numbers as floats is exact.
        found[award_id] = PoolClaims(claims=counts, city_yuan=total.astype(np.int64))
    return found


def simulate_months(
    book: PoolBook, pool_id: str, awards: Mapping[str, CostedAward], span: Span
) -> dict[str, IntArray]:
    """For each award of the pool: city money of the claims that have come in by the end of each
    month, int64[month, draw]; the last row is what `simulate_pool` gives.
    """
    _, drawn = draw_claims(book, pool_id, awards, span)
    found = {}
    for award_id, (sample, city) in drawn.items():
        steps = np.array([float(share) for share in book.reached_by(award_id)])
        month = np.minimum(np.searchsorted(steps, sample.numbers("month?"), side="right"), 11)
        cells = month * span.count + sample.draw
        each = np.bincount(cells, weights=city, minlength=MONTHS * span.count)
        table = each.astype(np.int64).reshape(MONTHS, span.count)
        found[award_id] = np.cumsum(table, axis=0)
    return found


def draw_claims(
    book: PoolBook, pool_id: str, awards: Mapping[str, CostedAward], span: Span
) -> tuple[IntArray, dict[str, tuple[Sample, IntArray]]]:
    """Claims of each draw; by award the claims of all draws and the city money of each."""
    pool = book.pools[pool_id]
    counts = draw_counts(book, pool_id, span)
    pays = book.shared(pool.city_pays).at("central")
    sizes = _size_factor(book, pool, span)
    used = np.arange(counts.max(initial=0))[:, None] < counts  # [slot, draw]
    drawn = {}
    for award_id, spec in pool.claims.items():
        sample = _sample((pool_id, award_id), used, sizes, span)
        drawn[award_id] = (sample, city_part(claim_payouts(awards[award_id], spec, sample), pays))
    return counts, drawn


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
    sample = _sample(names, used, _size_factor(book, pool, span), span)
    yuan = claim_payouts(award, pool.claims[award_id], sample)
    return city_part(yuan, book.shared(pool.city_pays).at("central")).reshape(used.shape)


def _sample(
    names: tuple[str, str], used: NDArray[np.bool_], sizes: FloatArray, span: Span
) -> Sample:
    """The claims of the used cells [slot, draw] of a pool, each with its own random numbers."""

    def numbers(column: str) -> FloatArray:
        name = f"{names[0]}/{names[1]}/{column}"
        drawn: FloatArray = uniforms(span.seed, name, len(used), span.first, span.count)[used]
        return drawn

    draw = np.nonzero(used)[1]
    return Sample(size=int(used.sum()), numbers=numbers, size_factor=sizes[draw], draw=draw)


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
    return factor_level(factor, chance)


def _count_factor(book: PoolBook, pool: Pool, span: Span) -> FloatArray:
    return _product(book, [key for key, on in pool.factors.items() if on == "count"], span)


def _size_factor(book: PoolBook, pool: Pool, span: Span) -> FloatArray:
    return _product(book, [key for key, on in pool.factors.items() if on == "size"], span)


def _product(book: PoolBook, keys: list[str], span: Span) -> FloatArray:
    product = np.ones(span.count)
    for key in keys:
        product = product * factor_levels(book.factors[key], key, span)
    return product
