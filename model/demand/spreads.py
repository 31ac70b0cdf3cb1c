"""How much years vary by chance: every spread of the pools, and what that of a payment decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from model.demand.engine import Engine
from model.demand.pools import PoolBook
from model.demand.question import Question

TIMES = (0.6, 1.6)  # a payment's spread if it were smaller, and larger


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How far something varies between years or claims, at fixed assumptions; all are assumed.

    Attributes:
        path: where pools.yaml has it.
        kind: count: coefficient of variation of a pool's mean count between years. size: that of
            a column between claims. progress: standard deviation of a payment's progress.
        awards: that it bears on.
    """

    path: str
    name_zh: str
    name_en: str
    kind: Literal["count", "size", "progress"]
    value: float
    awards: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadGap:
    """The chance of a gap of an account if its payment's spread were another."""

    spread: float
    gap_probability: float


def find_spreads(book: PoolBook, accounts: Iterable[str]) -> tuple[Spread, ...]:
    """Every spread that the demand on some accounts is drawn with, in the order of the file."""
    return (*_of_pools(book), *_of_payments(book, accounts))


def _of_pools(book: PoolBook) -> Iterator[Spread]:
    for key, pool in book.pools.items():
        names = {"name_zh": pool.name_zh, "name_en": pool.name_en}
        if not pool.count.certain:
            path = f"pools.{key}.count.spread"
            value, awards = pool.count.spread, tuple(pool.claims)
            yield Spread(path=path, kind="count", value=value, awards=awards, **names)
        for award, claim in pool.claims.items():
            for column, attribute in claim.columns.items():
                if (size := attribute.size) is not None:
                    yield Spread(
                        path=f"pools.{key}.claims.{award}.columns.{column}.size.cv",
                        name_zh=size.mean.name_zh,
                        name_en=size.mean.name_en,
                        kind="size",
                        value=size.cv,
                        awards=(award,),
                    )


def _of_payments(book: PoolBook, accounts: Iterable[str]) -> Iterator[Spread]:
    for key in accounts:
        spec = book.accounts[key]
        if spec.payment is not None:
            path = f"accounts.{key}.payment.spread"
            names = {"name_zh": spec.name_zh, "name_en": spec.name_en}
            value = spec.payment.spread
            yield Spread(path=path, kind="progress", value=value, awards=(), **names)


def find_spread_gaps(
    question: Question, engine: Engine, accounts: Iterable[str]
) -> dict[str, tuple[SpreadGap, ...]]:
    """What the chance of a gap would be if payments varied less, or more, than is assumed.

    Accounts without a payment of their own are left out.
    """
    found = {}
    for key in accounts:
        payment = question.book.accounts[key].payment
        if payment is not None:
            spreads = [round(times * payment.spread, 6) for times in TIMES]
            found[key] = tuple(_with_spread(question, engine, key, each) for each in spreads)
    return found


def _with_spread(question: Question, engine: Engine, account: str, spread: float) -> SpreadGap:
    spec = question.book.accounts[account]
    assert spec.payment is not None
    payment = spec.payment.model_copy(update={"spread": spread})
    accounts = {**question.book.accounts, account: spec.model_copy(update={"payment": payment})}
    other = replace(question, book=replace(question.book, accounts=accounts))
    chance = engine.look(other, account).gap(other.money(account))
    return SpreadGap(spread=spread, gap_probability=chance)
