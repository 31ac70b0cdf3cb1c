"""How far the risk of an account moves when an assumption takes its low or its high."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.demand.draws import Demand, Load, account_demand, committed_yuan, draw_pools
from model.demand.levels import at_level, pools_touched
from model.demand.microsim import Span
from model.demand.pools import PoolBook
from model.policy.awards import CostedAward
from model.risk import gap_probability

IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One account with one assumption at its low or high and everything else central.

    Attributes:
        gap_probability: from the first draws only, the same draws for every effect.
    """

    account: str
    assumption: str
    at: Literal["low", "high"]
    gap_probability: float
    demand_mean_yuan: float
    committed_yuan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: the awards, what each account pays for, and its money."""

    book: PoolBook
    awards: Mapping[str, CostedAward]
    loads: tuple[Load, ...]
    budgets: Mapping[str, int]
    span: Span

    def load(self, account: str) -> Load:
        """What one account pays for."""
        return next(load for load in self.loads if load.account == account)


def find_effects(question: Question, central: Demand) -> tuple[Effect, ...]:
    """The effect of every assumption at low and at high on every account that it touches.

    Args:
        central: the demand with every assumption central; only its first draws are used, as many
            as the question's span has.
    """
    effects: list[Effect] = []
    for path in question.book.uncertain():
        touched = _accounts_touched(question, path)
        for level in ("low", "high"):
            book = at_level(question.book, path, level)
            yuan = _award_yuan(question, book, path, central)
            for account in touched:
                effects.append(_effect(question, book, account, (path, level), yuan))
    return tuple(effects)


def _accounts_touched(question: Question, path: str) -> list[str]:
    section, name = path.split(".")[:2]
    if section == "accounts":
        return [name] if name in question.budgets else []
    awards = {
        award
        for pool in pools_touched(question.book, path)
        for award in question.book.pools[pool].claims
    }
    return [load.account for load in question.loads if awards & set(load.awards)]


def _award_yuan(
    question: Question, book: PoolBook, path: str, central: Demand
) -> dict[str, IntArray]:
    """City money per award and draw: drawn again for the pools touched, central for the others."""
    count = question.span.count
    yuan = {award: values[:count] for award, values in central.award_yuan.items()}
    drawn = draw_pools(book, question.awards, pools_touched(book, path), question.span)
    yuan |= {award: claims.city_yuan for award, claims in drawn.items()}
    return yuan


def _effect(
    question: Question,
    book: PoolBook,
    account: str,
    where: tuple[str, str],
    yuan: Mapping[str, IntArray],
) -> Effect:
    spec = book.accounts[account]
    demand = account_demand(spec, question.load(account), yuan, question.span)
    committed = committed_yuan(spec)
    available = question.budgets[account] - committed
    return Effect(
        account=account,
        assumption=where[0],
        at="low" if where[1] == "low" else "high",
        gap_probability=gap_probability(demand, available).value,
        demand_mean_yuan=float(demand.mean()),
        committed_yuan=committed,
    )
