"""Joint draws of a year from the laws: shocks first, then every award given the shocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from os import cpu_count
from typing import Protocol

import numpy as np

from model.demand.claimants import IntArray
from model.demand.draws import account_demand, draw_pools
from model.demand.inversion import QuantileTable, invert
from model.demand.lawbook import LawBook, Laws, by_pool
from model.demand.numbers import Numbers, Span
from model.demand.pools import PoolBook
from model.demand.question import Question
from model.demand.totals import TotalLaw
from model.years import blocks

HELD_YEARS = 1 << 20  # up to as many years a table is held; more are worked out while read
_PIECE = 1 << 16


class Origin(Protocol):
    """Where the totals of some awards come from."""

    def draw(self, question: Question, numbers: Numbers) -> dict[str, IntArray]:
        """The total of each of these awards in every draw of the numbers' span."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the totals of the awards of one pool come from.

    One award alone comes from its law: a table for each joint level of the pool's factors. Awards
    that the same applicants claim hang together, so these applicants are drawn one by one.
    """

    pool: str
    awards: tuple[str, ...]
    tables: tuple[tuple[Mapping[str, float], QuantileTable], ...] = ()

    def draw(self, question: Question, numbers: Numbers) -> dict[str, IntArray]:
        """The total of each award in every draw of the numbers' span."""
        if not self.tables:
            drawn = draw_pools(question.book, question.awards, [self.pool], numbers.span)
            return {award: drawn[award].city_yuan for award in self.awards}
        (award,) = self.awards
        chance = numbers.uniform(f"{self.pool}/{award}/total")
        total = np.zeros(len(chance), dtype=np.int64)
        for times, table in self.tables:
            here = numbers.at_levels(question.book.factors, times)
            total[here] = invert(table, chance[here])
        return {award: total}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DrawnYears:
    """Joint years of a question's accounts, or of some of its awards, worked out while read.

    Attributes:
        columns: ids of accounts, or of awards where `by_award`.
    """

    question: Question
    columns: tuple[str, ...]
    sources: tuple[Origin, ...]
    span: Span
    by_award: bool = False

    @property
    def shape(self) -> tuple[int, ...]:
        """Years and columns."""
        return self.span.count, len(self.columns)

    def __len__(self) -> int:
        return self.span.count

    def __getitem__(self, years: slice, /) -> IntArray:
        start, stop, step = years.indices(self.span.count)
        if step != 1 or start % 4:
            raise ValueError("years are read in whole runs that begin at a multiple of 4")
        here = replace(self.span, first=self.span.first + start, count=max(stop - start, 0))
        return self._draw(here)

    def _draw(self, span: Span) -> IntArray:
        question = self.question
        numbers = Numbers(span=span, names=stream_names(question))
        yuan: dict[str, IntArray] = {}
        for source in self.sources:
            yuan |= source.draw(question, numbers)
        if self.by_award:
            return np.stack([yuan[award] for award in self.columns], axis=1)
        loads = {load.account: load for load in question.loads}
        accounts = question.book.accounts
        columns = [account_demand(accounts[a], loads[a], yuan, numbers) for a in self.columns]
        return np.stack(columns, axis=1)


def hold(years: DrawnYears, workers: int | None = None) -> IntArray:
    """The years as an array, worked out by several threads; the same whatever their number."""
    table = np.empty(years.shape, dtype=np.int64)

    def fill(piece: slice) -> None:
        table[piece] = years[piece]

    # Sobol points are worked out from the first on, so they come in one piece.
    size = _PIECE if years.span.points == "random" else max(len(years), 1)
    with ThreadPoolExecutor(workers or cpu_count() or 1) as pool:
        list(pool.map(fill, blocks(len(years), size)))
    table.setflags(write=False)
    return table


def years_of(book: LawBook, question: Question, accounts: Iterable[str], span: Span) -> DrawnYears:
    """The joint years of some accounts of a question."""
    columns = tuple(accounts)
    wanted = [award for a in columns for award in question.load(a).awards]
    sources = make_sources(book, question, wanted)
    return DrawnYears(question=question, columns=columns, sources=sources, span=span)


def award_years_of(
    book: LawBook, question: Question, awards: Iterable[str], span: Span
) -> DrawnYears:
    """The joint years of some awards of a question: city money, before any payment lag."""
    columns = tuple(awards)
    sources = make_sources(book, question, columns)
    return DrawnYears(question=question, columns=columns, sources=sources, span=span, by_award=True)


def make_sources(book: LawBook, question: Question, awards: Iterable[str]) -> tuple[Source, ...]:
    """Where the totals of some awards come from, ready to be drawn from by several threads."""
    pools = question.book.pool_of()
    claimed = by_pool(question, question.awards)
    wanted = set(awards)
    sources = []
    for together in claimed:
        if not wanted & set(together):
            continue
        pool = pools[together[0]]
        tables = _tables(book, question, together, pool) if len(together) == 1 else ()
        sources.append(Source(pool=pool, awards=together, tables=tables))
    return tuple(sources)


def _tables(
    book: LawBook, question: Question, awards: tuple[str, ...], pool: str
) -> tuple[tuple[Mapping[str, float], QuantileTable], ...]:
    laws = book.part(question, awards).laws
    levels = _levels(question.book, pool, book, laws)
    return tuple((times, book.table(law)) for times, law in levels)


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


def stream_names(question: Question) -> tuple[str, ...]:
    """The names of all uniform numbers that the joint years of a question may ask for."""
    pools = question.book.pool_of()
    factors = [f"factor/{key}" for key in question.book.factors]
    totals = [f"{pools[award]}/{award}/total" for award in question.awards]
    progress = [f"{load.account}/progress" for load in question.loads]
    return (*factors, *totals, *progress)
