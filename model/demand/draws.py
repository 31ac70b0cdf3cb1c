"""Joint draws of a year: what every account is asked to pay, all accounts together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import special

from model.demand.calendar import MONTHS
from model.demand.figures import plain
from model.demand.microsim import PoolClaims, simulate_months, simulate_pool
from model.demand.numbers import Numbers, Span
from model.demand.pools import AccountSpec, PoolBook
from model.policy.awards import CostedAward

IntArray = NDArray[np.int64]
BLOCK_DRAWS = 2_000  # bounds the memory of a pool with many applicants; a multiple of 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What an account has to pay for: awards, and an appropriation paid by progress."""

    account: str
    awards: tuple[str, ...]
    appropriation_yuan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """What a year asks for, draw by draw.

    Attributes:
        accounts: the ids of the columns of `account_yuan`.
        account_yuan: array[draw, account], city money asked for in the year, without what was
            bound before (see `committed_yuan`).
        award_yuan, award_claims: for each costed award, arrays[draw].
    """

    accounts: tuple[str, ...]
    account_yuan: IntArray
    award_yuan: Mapping[str, IntArray]
    award_claims: Mapping[str, IntArray]

    def column(self, account: str) -> IntArray:
        """The demand on one account, array[draw]."""
        return self.account_yuan[:, self.accounts.index(account)]


def draw_demand(
    book: PoolBook, awards: Mapping[str, CostedAward], loads: tuple[Load, ...], span: Span
) -> Demand:
    """The demand of every draw of the span; the same whatever the size of the blocks."""
    wanted = {award for load in loads for award in load.awards}
    pools = [key for key, pool in book.pools.items() if wanted & set(pool.claims)]
    drawn = draw_pools(book, awards, pools, span)
    yuan = {award: claims.city_yuan for award, claims in drawn.items()}
    counts = {award: claims.claims for award, claims in drawn.items()}
    numbers = Numbers(span=span, names=tuple(f"{load.account}/progress" for load in loads))
    columns = [account_demand(book.accounts[load.account], load, yuan, numbers) for load in loads]
    table = np.stack(columns, axis=1)
    for array in (table, *yuan.values(), *counts.values()):
        array.setflags(write=False)
    return Demand(
        accounts=tuple(load.account for load in loads),
        account_yuan=table,
        award_yuan=yuan,
        award_claims=counts,
    )


def draw_pools(
    book: PoolBook, awards: Mapping[str, CostedAward], pools: Iterable[str], span: Span
) -> dict[str, PoolClaims]:
    """The claims of some pools in every draw, per award; in blocks, so that memory is bounded."""
    whole: dict[str, PoolClaims] = {}
    for pool in pools:
        parts = [simulate_pool(book, pool, awards, block) for block in _blocks(span)]
        for award in parts[0]:
            whole[award] = PoolClaims(
                claims=np.concatenate([part[award].claims for part in parts]),
                city_yuan=np.concatenate([part[award].city_yuan for part in parts]),
            )
    return whole


def draw_months(
    book: PoolBook, awards: Mapping[str, CostedAward], load: Load, span: Span
) -> IntArray:
    """What one account is asked for by the end of each month, int64[month, draw].

    The last row is the account's demand of the year (`account_demand`).
    """
    spec, pools = book.accounts[load.account], book.pool_of()
    yuan: dict[str, IntArray] = {}
    for pool in dict.fromkeys(pools[award] for award in load.awards):
        parts = [simulate_months(book, pool, awards, block) for block in _blocks(span)]
        for award in parts[0]:
            yuan[award] = np.concatenate([part[award] for part in parts], axis=1)
    total = np.zeros((MONTHS, span.count), dtype=np.int64)
    for award in load.awards:
        total += yuan[award]
    if spec.payment_lag is not None:
        stays = 1 - spec.payment_lag.at("central")
        total = total * stays.numerator // stays.denominator
    if spec.payment is not None:
        numbers = Numbers(span=span, names=(f"{load.account}/progress",))
        year = _payments(spec, load, numbers)
        for month, share in enumerate(book.reached(spec.payment.calendar)):
            total[month] += year * share.numerator // share.denominator
    return total


def _blocks(span: Span) -> Iterator[Span]:
    for start in range(0, span.count, BLOCK_DRAWS):
        count = min(BLOCK_DRAWS, span.count - start)
        yield replace(span, first=span.first + start, count=count)


def account_demand(
    spec: AccountSpec, load: Load, award_yuan: Mapping[str, IntArray], numbers: Numbers
) -> IntArray:
    """One account's demand: its awards, less what is paid only next year, and its payments."""
    total = np.zeros(numbers.span.count, dtype=np.int64)
    for award in load.awards:
        total = total + award_yuan[award]
    if spec.payment_lag is not None:
        stays = 1 - spec.payment_lag.at("central")
        total = total * stays.numerator // stays.denominator
    if spec.payment is not None:
        total = total + _payments(spec, load, numbers)
    return total


def _payments(spec: AccountSpec, load: Load, numbers: Numbers) -> IntArray:
    assert spec.payment is not None
    chance = numbers.uniform(f"{load.account}/progress")
    progress = plain(spec.payment.progress.at("central")) + spec.payment.spread * special.ndtri(
        chance
    )
    return np.floor(load.appropriation_yuan * np.clip(progress, 0, None)).astype(np.int64)


def committed_yuan(spec: AccountSpec) -> int:
    """Money bound before the year's first claim: earlier years' claims and the reserve."""
    if spec.committed is None:
        return 0
    return spec.committed.earlier_years.at("central") + spec.committed.reserve.at("central")
