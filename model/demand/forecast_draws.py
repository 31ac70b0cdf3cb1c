"""Joint draws of a year whose claims until a day are known: shocks first, then what is to come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from model.demand.claimants import IntArray
from model.demand.counts import as_table
from model.demand.draws import BLOCK_DRAWS
from model.demand.forecast import SeenBook, rest_of
from model.demand.inversion import QuantileTable, invert
from model.demand.joint_draws import Origin
from model.demand.laws import shock_times
from model.demand.moments import FloatArray
from model.demand.numbers import Numbers, Span
from model.demand.payouts import PayoutLaw
from model.demand.question import Question
from model.demand.streams import uniforms

Places = tuple[int, ...]  # positions of joint levels of the shocks


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSource:
    """Where the totals of one award come from: a law for each joint level of the shocks.

    Attributes:
        weights: of the joint levels, in order.
        tables: some joint levels, and the law that holds at them.
    """

    pool: str
    award: str
    weights: tuple[float, ...]
    tables: tuple[tuple[Places, QuantileTable], ...]

    def draw(self, question: Question, numbers: Numbers) -> dict[str, IntArray]:
        """The total of the award in every draw of the numbers' span."""
        level = joint_level(question, self.weights, numbers)
        chance = numbers.uniform(f"{self.pool}/{self.award}/total")
        total = np.zeros(len(chance), dtype=np.int64)
        for places, table in self.tables:
            here = np.isin(level, places)
            total[here] = invert(table, chance[here])
        return {self.award: total}


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCome:
    """What is still to come of a pool's awards at some joint levels of the shocks.

    Attributes:
        first, reached: the least number of applicants to come, and the chance of at most each
            number from there on.
        payouts: for each award what a claim to come is worth.
    """

    places: Places
    first: int
    reached: FloatArray
    payouts: tuple[PayoutLaw, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedSource:
    """Where the totals of awards come from that the same applicants claim: each claim to come.

    Attributes:
        more: for each award, claims to come of applicants who have claimed another one.
        facts_yuan: for each award, what has been claimed.
    """

    pool: str
    awards: tuple[str, ...]
    weights: tuple[float, ...]
    more: tuple[int, ...]
    facts_yuan: tuple[int, ...]
    to_come: tuple[ToCome, ...]

    def draw(self, question: Question, numbers: Numbers) -> dict[str, IntArray]:
        """The total of each award in every draw of the numbers' span; in blocks of draws."""
        level = joint_level(question, self.weights, numbers)
        totals = np.zeros((len(self.awards), numbers.span.count), dtype=np.int64)
        for block, here in _blocks(numbers.span):
            for part in self.to_come:
                mine = np.isin(level[here], part.places)
                totals[:, here] += np.where(mine, self._block(part, block), 0)
        return dict(zip(self.awards, totals, strict=True))

    def _block(self, part: ToCome, span: Span) -> IntArray:
        """Totals int64[award, draw] as if every draw were at these levels."""
        chance = uniforms(span.seed, f"{self.pool}/rest", 1, span.first, span.count)[0]
        at = np.minimum(np.searchsorted(part.reached, chance, side="right"), len(part.reached) - 1)
        rows = []
        for award, more, fact, law in zip(
            self.awards, self.more, self.facts_yuan, part.payouts, strict=True
        ):
            claims = part.first + at + more
            name = f"{self.pool}/{award}/rest"
            drawn = uniforms(span.seed, name, int(claims.max(initial=0)), span.first, span.count)
            which = np.searchsorted(np.cumsum(law.weights), drawn, side="right")
            yuan = law.yuan[np.minimum(which, len(law.yuan) - 1)]
            coming = np.arange(len(drawn))[:, None] < claims
            rows.append(fact + np.where(coming, yuan, 0).sum(axis=0))
        return np.stack(rows)


def _blocks(span: Span) -> Iterator[tuple[Span, slice]]:
    for start in range(0, span.count, BLOCK_DRAWS):
        count = min(BLOCK_DRAWS, span.count - start)
        yield replace(span, first=span.first + start, count=count), slice(start, start + count)


def joint_level(question: Question, weights: tuple[float, ...], numbers: Numbers) -> IntArray:
    """Which joint level each draw has: seen counts tie the shocks, so one number draws them all."""
    if len(weights) == 1:
        return np.zeros(numbers.span.count, dtype=np.int64)
    first = next(iter(question.book.factors))
    edges = np.cumsum(weights)
    found = np.searchsorted(edges, numbers.uniform(f"factor/{first}"), side="right")
    return np.minimum(found, len(weights) - 1)


def make_source(book: SeenBook, question: Question, awards: tuple[str, ...]) -> Origin:
    """Where the totals of a pool's awards come from, ready to be drawn from by several threads.

    Args:
        awards: all awards that the pool's applicants claim.
    """
    if len(awards) > 1:
        return _make_shared(book, question, awards)
    (award,) = awards
    laws = book.part(question, awards).laws
    levels: dict[int, list[int]] = {}
    for place, law in enumerate(laws):
        levels.setdefault(id(law), []).append(place)
    return SeenSource(
        pool=question.book.pool_of()[award],
        award=award,
        weights=tuple(shock.weight for shock in book.shocks),
        tables=tuple((tuple(each), book.table(laws[each[0]])) for each in levels.values()),
    )


def _make_shared(book: SeenBook, question: Question, awards: tuple[str, ...]) -> SharedSource:
    key = question.book.pool_of()[awards[0]]
    levels: dict[tuple[float, float], list[int]] = {}
    for place, shock in enumerate(book.shocks):
        levels.setdefault(shock_times(question.book.pools[key], shock), []).append(place)
    to_come = []
    for (times, size), places in levels.items():
        rest = as_table(rest_of(question.book, awards, times, book.evidence).together)
        to_come.append(
            ToCome(
                places=tuple(places),
                first=rest.first,
                reached=np.cumsum(rest.pmf),
                payouts=tuple(book.payouts(question, (a,), (size, 0), None) for a in awards),
            )
        )
    return SharedSource(
        pool=key,
        awards=awards,
        weights=tuple(shock.weight for shock in book.shocks),
        more=rest_of(question.book, awards, 1.0, book.evidence).more,
        facts_yuan=tuple(book.evidence.seen.total(award) for award in awards),
        to_come=tuple(to_come),
    )
