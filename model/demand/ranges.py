"""How far the risk of an account moves when an assumption takes its low or its high."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from model.demand.draws import committed_yuan
from model.demand.engine import Engine, View
from model.demand.levels import pools_touched
from model.demand.question import Question

ENDS: tuple[Literal["low", "high"], ...] = ("low", "high")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One account with one assumption at its low or high and everything else central."""

    account: str
    assumption: str
    at: Literal["low", "high"]
    gap_probability: float
    demand_mean_yuan: float
    committed_yuan: int


def find_effects(question: Question, engine: Engine) -> tuple[Effect, ...]:
    """The effect of every assumption at low and at high on every account that it touches."""
    seen = look_from_each_end(question, engine, question.budgets)
    return tuple(
        Effect(
            account=account,
            assumption=path,
            at=end,
            gap_probability=view.gap(moved.money(account)),
            demand_mean_yuan=view.mean_yuan,
            committed_yuan=committed_yuan(moved.book.accounts[account]),
        )
        for path, end, account, moved, view in seen
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WorstGap:
    """The highest chance of a gap that one assumption at its low or high gives an account."""

    assumption: str
    at: Literal["low", "high"]
    gap_probability: float


def find_worst_gaps(
    question: Question, engine: Engine, budgets: Mapping[str, Collection[int]]
) -> dict[tuple[str, int], WorstGap]:
    """For each account and each budget in yuan asked for, the worst over the assumptions.

    Accounts that no assumption touches are left out.
    """
    worst: dict[tuple[str, int], WorstGap] = {}
    for path, end, account, moved, view in look_from_each_end(question, engine, budgets):
        for budget in budgets[account]:
            chance = view.gap(moved.left(account, budget))
            known = worst.get((account, budget))
            if known is None or chance > known.gap_probability:
                found = WorstGap(assumption=path, at=end, gap_probability=chance)
                worst[account, budget] = found
    return worst


def look_from_each_end(
    question: Question, engine: Engine, accounts: Container[str]
) -> Iterator[tuple[str, Literal["low", "high"], str, Question, View]]:
    """Every assumption at each of its ends, and what is then seen of the accounts it touches.

    Yields:
        The path of the assumption, the end, an account, the like question, and the account in it.
    """
    for path in question.book.uncertain():
        touched = [account for account in _accounts_touched(question, path) if account in accounts]
        for end in ENDS if touched else ():
            moved = replace(question, book=engine.likes.at(question.book, path, end))
            for account in touched:
                yield path, end, account, moved, engine.look(moved, account)


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
