"""The exact law of every award's and every account's year, for each level of the shared shocks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product

import numpy as np

from model.demand.compound import total_law, total_laws
from model.demand.counts import CountLaw, bounded, fixed, negative_binomial, thinned
from model.demand.figures import plain
from model.demand.moments import FloatArray
from model.demand.payouts import PayoutLaw, payout_law
from model.demand.pools import AccountSpec, Pool, PoolBook
from model.demand.totals import TotalLaw, convolve

SCORES = np.linspace(-7.5, 7.5, 1 << 16)  # normal scores on which a payment's progress is spread


@dataclass(frozen=True, slots=True, kw_only=True)
class Shock:
    """One joint level of all shared shocks: its weight, and what each factor multiplies by."""

    weight: float
    times: Mapping[str, float]


def joint_shocks(book: PoolBook) -> tuple[Shock, ...]:
    """Every combination of the levels of the factors, in the order of the file."""
    steps = [factor.levels for factor in book.factors.values()]
    return tuple(
        Shock(
            weight=float(np.prod([step.weight for step in levels])),
            times={key: step.times for key, step in zip(book.factors, levels, strict=True)},
        )
        for levels in product(*steps)
    )


def shock_times(pool: Pool, shock: Shock) -> tuple[float, float]:
    """What the shock multiplies the pool's mean count and its sizes by."""
    count = np.prod([shock.times[key] for key, on in pool.factors.items() if on == "count"])
    size = np.prod([shock.times[key] for key, on in pool.factors.items() if on == "size"])
    return float(count), float(size)


def count_law(book: PoolBook, pool: Pool, times: float, *, bounds: bool = True) -> CountLaw:
    """How many claims fall to the city when the mean count is multiplied by `times`.

    Args:
        bounds: whether floor and ceiling hold, and a certain count is certain.
    """
    keep = plain(book.shared(pool.covered).at("central"))
    keep *= plain(pool.take_up.at("central")) if pool.take_up is not None else 1.0
    mean = plain(pool.count.mean.at("central")) * times
    certain = pool.count.certain and bounds
    whole = fixed(round(mean)) if certain else negative_binomial(mean, pool.count.spread)
    if bounds and (pool.count.floor is not None or pool.count.ceiling is not None):
        whole = bounded(whole, pool.count.floor, pool.count.ceiling)
    return thinned(whole, keep)


def award_laws(
    pool: Pool,
    shocks: Sequence[Shock],
    count: Callable[[float], CountLaw],
    payouts: Callable[[float], PayoutLaw],
) -> tuple[tuple[TotalLaw, ...], float]:
    """The law of an award's claims under each joint shock, and their mean number.

    Shocks that do not touch the pool share one law (the same object).

    Args:
        count: how many claims there are, for what the shocks multiply the mean count by.
        payouts: what one claim is worth, for what the shocks multiply sizes by.
    """
    keys = [shock_times(pool, shock) for shock in shocks]
    found: dict[tuple[float, float], TotalLaw] = {}
    claims = {times: count(times) for times in dict.fromkeys(k for k, _ in keys)}
    for size in dict.fromkeys(size for _, size in keys):
        counts = list(dict.fromkeys(times for times, other in keys if other == size))
        laws = total_laws([claims[times] for times in counts], payouts(size))
        found |= {(times, size): law for times, law in zip(counts, laws, strict=True)}
    mean = sum(s.weight * claims[k[0]].moments.mean for s, k in zip(shocks, keys, strict=True))
    return tuple(found[key] for key in keys), float(mean)


def payment_law(spec: AccountSpec, appropriation_yuan: int) -> TotalLaw | None:
    """The law of an appropriation paid by progress; None where the account has none."""
    if spec.payment is None:
        return None
    weights = np.exp(-(SCORES**2) / 2)
    progress = plain(spec.payment.progress.at("central")) + spec.payment.spread * SCORES
    yuan = np.floor(appropriation_yuan * np.clip(progress, 0, None)).astype(np.int64)
    return total_law(fixed(1), payout_law(yuan, weights / weights.sum()))


def nothing() -> TotalLaw:
    """The law of a total that is always 0."""
    return total_law(fixed(1), payout_law(np.zeros(1, dtype=np.int64)))


def add_up(laws: Sequence[TotalLaw], stays: Fraction, payment: TotalLaw | None) -> TotalLaw:
    """The law of an account: its awards, the part of them that stays in the year, its payment."""
    parts = [later(convolve(list(laws)), stays)] if laws else []
    parts += [payment] if payment is not None else []
    if not parts:
        return nothing()
    return parts[0] if len(parts) == 1 else convolve(parts)


def later(law: TotalLaw, stays: Fraction) -> TotalLaw:
    """The law of the part of a total that is paid this year, the rest only next year."""
    if stays == 1:
        return law
    yuan = law.yuan * stays.numerator // stays.denominator
    return total_law(fixed(1), payout_law(yuan, law.mass / law.mass.sum()))


def beyond(law: TotalLaw) -> FloatArray:
    """The probability of each cell of a law and all above it, and 0 at the end."""
    return np.concatenate([np.cumsum(law.mass[::-1])[::-1], np.zeros(1)])


def chance_above(law: TotalLaw, tail: FloatArray, other: TotalLaw, money_yuan: int) -> float:
    """The chance that the sum of two independent totals exceeds some money.

    Args:
        tail: what `beyond` gives for the first law.
    """
    first = (money_yuan - other.yuan - law.start_yuan) // law.step_yuan + 1
    return float(np.sum(other.mass * tail[np.clip(first, 0, len(law.mass))]))


def stays_in_year(spec: AccountSpec) -> Fraction:
    """The share of the year's claims that is paid in the year."""
    return Fraction(1) if spec.payment_lag is None else 1 - spec.payment_lag.at("central")
