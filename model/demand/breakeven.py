"""How many claims an account can bear: counts that hold whatever one believes of the pools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from model.demand.draws import Demand, account_demand, committed_yuan
from model.demand.figures import plain
from model.demand.levels import with_value
from model.demand.microsim import Span, draw_counts, payout_table
from model.demand.ranges import Question
from model.policy.awards import CostedAward, Flat, Grades

IntArray = NDArray[np.int64]
MOST_TIMES = 8.0  # how far above its central value a count is searched, at most ...
MOST_SLOTS = 2_500  # ... and while no more applicants than this are drawn
N_AWARDS = 3  # awards of an account that are shown
N_DRAWS = 1_000
STEPS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """What an account's available money pays for by itself, and where its chance of a gap turns.

    Attributes:
        award: the award counted; None for payments that follow a progress.
        grade: the grade whose amount is counted, or None.
        unit_yuan: the city's part of one claim at the printed amount (or mean payout).
        unit_is_printed: whether `unit_yuan` is a printed amount, not a simulated mean.
        money_pays: how many such claims the available money pays if nothing else is claimed.
        count_central: claims a year in the city's charge, as assumed (or payment progress).
        count_at_5, count_at_50: the mean count at which the chance of a gap is 5 % and 50 %,
            all else central; None where it is not reached up to `searched_to`.
        searched_to: the largest mean count that was tried; None where the count is no assumption
            (the same in every year) and for a progress.
    """

    award: str | None
    grade: str | None
    unit_yuan: int
    unit_is_printed: bool
    money_pays: int
    count_central: float
    count_at_5: float | None
    count_at_50: float | None
    searched_to: float | None


def find_break_evens(question: Question, account: str, central: Demand) -> tuple[BreakEven, ...]:
    """The break-evens of an account for the awards that ask most of it."""
    load = question.load(account)
    means = {award: float(central.award_yuan[award].mean()) for award in load.awards}
    largest = sorted(means, key=lambda award: (-means[award], award))[:N_AWARDS]
    found = (
        []
        if question.book.accounts[account].payment is None
        else [_progress_break_even(question, account, central)]
    )
    return tuple(found + [_break_even(question, account, award, central) for award in largest])


def _break_even(question: Question, account: str, award_id: str, central: Demand) -> BreakEven:
    award = question.awards[award_id]
    grade, unit, printed = _unit(question, award_id, award, central)
    available = max(question.budgets[account] - committed_yuan(question.book.accounts[account]), 0)
    at_5, at_50, most = _count_crossings(question, account, award_id, central)
    return BreakEven(
        award=award_id,
        grade=grade,
        unit_yuan=unit,
        unit_is_printed=printed,
        money_pays=available // unit if unit else 0,
        count_central=float(central.award_claims[award_id].mean()),
        count_at_5=at_5,
        count_at_50=at_50,
        searched_to=most,
    )


def _unit(
    question: Question, award_id: str, award: CostedAward, central: Demand
) -> tuple[str | None, int, bool]:
    """The grade, the city's part of one claim, and whether that amount is printed."""
    pool = question.book.pools[question.book.pool_of()[award_id]]
    part = question.book.shared(pool.city_pays).at("central")
    if isinstance(award, Flat):
        return None, int(award.amount * part), True
    if isinstance(award, Grades):
        grade = max(award.grades, key=lambda name: award.grades[name])
        most = award.grades[grade]
        return grade, int((most if award.cap is None else min(most, award.cap)) * part), True
    claims = int(central.award_claims[award_id].sum())
    total = int(central.award_yuan[award_id].sum())
    return None, total // claims if claims else 0, False


def _count_crossings(
    question: Question, account: str, award_id: str, central: Demand
) -> tuple[float | None, float | None, float | None]:
    """The mean counts at 5 % and at 50 %, and the largest that was tried."""
    pool_id = question.book.pool_of()[award_id]
    if question.book.pools[pool_id].count.certain:
        return None, None, None  # a count that is the same in every year is no assumption
    span = replace(question.span, count=min(N_DRAWS, question.span.count))
    claims = float(central.award_claims[award_id].mean())
    most = min(MOST_TIMES, max(MOST_SLOTS / claims, 1.0)) if claims else MOST_TIMES
    chance = _chance_by_count(question, account, award_id, (central, span, most))
    crossings = [_crossing(chance, share, most) for share in (0.05, 0.5)]
    at_5, at_50, tried = (
        None if times is None else _mean_count(question, pool_id, (times, claims), span)
        for times in (*crossings, most)
    )
    return at_5, at_50, tried


def _chance_by_count(
    question: Question, account: str, award_id: str, search: tuple[Demand, Span, float]
) -> Callable[[float], float]:
    """The chance of a gap as a function of what the mean count is multiplied by."""
    central, span, most = search
    pool_id = question.book.pool_of()[award_id]
    n_slots = int(_counts(question, pool_id, most, span).max(initial=0))
    award = question.awards[award_id]
    table = payout_table(question.book, award, (pool_id, award_id), n_slots, span)
    reached = np.vstack([np.zeros(span.count, dtype=np.int64), np.cumsum(table, axis=0)])
    spec, load = question.book.accounts[account], question.load(account)
    others = {key: central.award_yuan[key][: span.count] for key in load.awards}
    money = question.budgets[account] - committed_yuan(spec)

    def chance(times: float) -> float:
        counts = _counts(question, pool_id, times, span)
        yuan = {**others, award_id: reached[counts, np.arange(span.count)]}
        return float(np.mean(account_demand(spec, load, yuan, span) > money))

    return chance


def _counts(question: Question, pool_id: str, times: float, span: Span) -> IntArray:
    """The pool's claims in each draw when its mean count is multiplied."""
    path = f"pools.{pool_id}.count.mean"
    mean = plain(question.book.pools[pool_id].count.mean.at("central"))
    return draw_counts(with_value(question.book, path, mean * times), pool_id, span)


def _mean_count(question: Question, pool_id: str, search: tuple[float, float], span: Span) -> float:
    """Claims a year in the city's charge: in proportion, unless a floor or ceiling bounds them."""
    times, claims = search
    count = question.book.pools[pool_id].count
    if count.floor is None and count.ceiling is None:
        return times * claims
    return float(_counts(question, pool_id, times, span).mean())


def _crossing(chance: Callable[[float], float], share: float, most: float) -> float | None:
    """The least multiple at which the chance reaches the share, by bisection; 0 if always."""
    if chance(0.0) >= share:
        return 0.0
    if chance(most) < share:
        return None
    low, high = 0.0, most
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if chance(middle) >= share else (middle, high)
    return (low + high) / 2


def _progress_break_even(question: Question, account: str, central: Demand) -> BreakEven:
    """The payment progress at which the chance of a gap is 5 % and 50 %."""
    spec, load = question.book.accounts[account], question.load(account)
    assert spec.payment is not None
    progress = plain(spec.payment.progress.at("central"))
    money = question.budgets[account] - committed_yuan(spec)
    over = (
        (central.column(account) - money) / load.appropriation_yuan
        if (load.appropriation_yuan)
        else np.zeros(1)
    )
    # Demand rises one for one with the mean progress, so the crossing is a quantile.
    at_5, at_50 = (progress - float(np.quantile(over, 1 - share)) for share in (0.05, 0.5))
    return BreakEven(
        award=None,
        grade=None,
        unit_yuan=load.appropriation_yuan,
        unit_is_printed=True,
        money_pays=0,
        count_central=progress,
        count_at_5=at_5,
        count_at_50=at_50,
        searched_to=None,
    )
