"""Joint draws of a year from the laws: shocks first, then every award given the shocks."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from model.demand.claimants import IntArray
from model.demand.draws import Demand, account_demand, draw_pools
from model.demand.lawbook import LawBook, Laws, by_pool
from model.demand.microsim import Span, factor_levels
from model.demand.pools import PoolBook
from model.demand.question import Question
from model.demand.streams import uniforms
from model.demand.totals import TotalLaw, invert, quantile_table


def draw_from_laws(book: LawBook, question: Question) -> Demand:
    """The demand of every draw of the question's span; the same draws for any number of them."""
    yuan: dict[str, IntArray] = {}
    for awards in by_pool(question, question.awards):
        yuan |= draw_awards(book, question, awards, question.span)
    columns = [
        account_demand(question.book.accounts[load.account], load, yuan, question.span)
        for load in question.loads
    ]
    table = np.stack(columns, axis=1)
    for array in (table, *yuan.values()):
        array.setflags(write=False)
    return Demand(
        accounts=tuple(load.account for load in question.loads),
        account_yuan=table,
        award_yuan=yuan,
        award_claims={},
    )


def draw_awards(
    book: LawBook, question: Question, awards: tuple[str, ...], span: Span
) -> Mapping[str, IntArray]:
    """The totals of the awards of one pool in every draw.

    One award alone is drawn from its law, with one uniform number for each draw. Awards that the
    same applicants claim hang together, so these applicants are drawn one by one.
    """
    pool = question.book.pool_of()[awards[0]]
    if len(awards) > 1:
        drawn = draw_pools(question.book, question.awards, [pool], span)
        return {award: drawn[award].city_yuan for award in awards}
    chance = uniforms(span.seed, f"{pool}/{awards[0]}/total", 1, span.first, span.count)[0]
    total = np.zeros(span.count, dtype=np.int64)
    laws = book.part(question, awards).laws
    for times, law in _levels(question.book, pool, book, laws):
        here = _draws_at(question.book, times, span)
        total[here] = invert(quantile_table(law), chance[here])
    return {awards[0]: total}


def _levels(
    pools: PoolBook, pool: str, book: LawBook, laws: Laws
) -> list[tuple[dict[str, float], TotalLaw]]:
    """Each joint level of the pool's factors once, with its law."""
    factors = pools.pools[pool].factors
    found: dict[tuple[float, ...], tuple[dict[str, float], TotalLaw]] = {}
    for shock, law in zip(book.shocks, laws, strict=True):
        times = {key: shock.times[key] for key in factors}
        found.setdefault(tuple(times.values()), (times, law))
    return list(found.values())


def _draws_at(pools: PoolBook, times: Mapping[str, float], span: Span) -> NDArray[np.bool_]:
    """The draws in which every factor is at its level."""
    here = np.ones(span.count, dtype=bool)
    for key, level in times.items():
        here &= factor_levels(pools.factors[key], key, span) == level
    return here
