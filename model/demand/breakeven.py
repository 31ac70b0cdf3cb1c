"""How many claims an account can bear: counts that hold whatever one believes of the pools."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from model.demand.engine import Engine
from model.demand.figures import plain
from model.demand.levels import with_value
from model.demand.question import Question
from model.policy.awards import Flat, Grades

MOST_TIMES = 8.0  # how far above its central value a count is searched
N_AWARDS = 3  # awards of an account that are shown
STEPS = 14
CHANCES = (0.05, 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakEven:
    """What an account's available money pays for by itself, and where its chance of a gap turns.

    Attributes:
        award: the award counted; None for payments that follow a progress.
        grade: the grade counted, where it is one grade at its printed amount; else None.
        unit_yuan: the city's part of one claim.
        unit_is_printed: whether `unit_yuan` is a printed amount, not a mean over the claims.
        money_pays: how many such claims the available money pays if nothing else is claimed.
        count_central: claims a year in the city's charge, as assumed (or payment progress).
        count_at_5, count_at_50: the mean count at which the chance of a gap is 5 % and 50 %,
            all else central; None where it is not reached up to `searched_to`, and for a grade.
        searched_to: the largest mean count that was tried; None where the count is no assumption
            (the same in every year), for a grade and for a progress.
    """

    award: str | None
    grade: str | None
    unit_yuan: int
    unit_is_printed: bool
    money_pays: int
    count_central: float
    count_at_5: float | None = None
    count_at_50: float | None = None
    searched_to: float | None = None


def find_break_evens(question: Question, account: str, engine: Engine) -> tuple[BreakEven, ...]:
    """The break-evens of an account for the awards that ask most of it."""
    load = question.load(account)
    asked = {award: engine.look_at_award(question, award) for award in load.awards}
    largest = sorted(asked, key=lambda award: (-asked[award], award))[:N_AWARDS]
    found: list[BreakEven] = []
    if question.book.accounts[account].payment is not None:
        found.append(_progress(question, account, engine))
    for award in largest:
        found.append(_count(question, account, award, engine))
        found += _top_grade(question, account, award, engine)
    return tuple(found)


def _count(question: Question, account: str, award_id: str, engine: Engine) -> BreakEven:
    """The claims of an award, each at its mean payout, or at its amount where that is fixed."""
    award = question.awards[award_id]
    claims = engine.claims_mean(question, award_id)
    if printed := isinstance(award, Flat):
        unit = int(award.amount * _city_part(question, award_id))
    else:
        unit = int(engine.look_at_award(question, award_id) / claims) if claims else 0
    at_5, at_50, most = _count_crossings(question, account, award_id, engine)
    return BreakEven(
        award=award_id,
        grade=None,
        unit_yuan=unit,
        unit_is_printed=printed,
        money_pays=_available(question, account) // unit if unit else 0,
        count_central=claims,
        count_at_5=at_5,
        count_at_50=at_50,
        searched_to=most,
    )


def _top_grade(question: Question, account: str, award_id: str, engine: Engine) -> list[BreakEven]:
    """The claims of the dearest grade at its printed amount: a count that needs no belief."""
    award = question.awards[award_id]
    if not isinstance(award, Grades):
        return []
    grade = max(award.grades, key=lambda name: award.grades[name])
    amount = award.grades[grade]
    paid = amount if award.cap is None else min(amount, award.cap)
    unit = int(paid * _city_part(question, award_id))
    pool = question.book.pools[question.book.pool_of()[award_id]]
    mix = pool.claims[award_id].columns[award.grade_column].mix
    shares = {} if mix is None else mix.at("central")
    share = shares.get(grade, 0.0) / sum(shares.values()) if shares else 0.0
    return [
        BreakEven(
            award=award_id,
            grade=grade,
            unit_yuan=unit,
            unit_is_printed=True,
            money_pays=_available(question, account) // unit if unit else 0,
            count_central=share * engine.claims_mean(question, award_id),
        )
    ]


def _available(question: Question, account: str) -> int:
    return max(question.money(account), 0)


def _city_part(question: Question, award_id: str) -> Fraction:
    pool = question.book.pools[question.book.pool_of()[award_id]]
    return question.book.shared(pool.city_pays).at("central")


def _count_crossings(
    question: Question, account: str, award_id: str, engine: Engine
) -> tuple[float | None, float | None, float | None]:
    """The mean counts at 5 % and at 50 %, and the largest that was tried."""
    pool_id = question.book.pool_of()[award_id]
    count = question.book.pools[pool_id].count
    if count.certain:
        return None, None, None  # a count that is the same in every year is no assumption
    path, mean = f"pools.{pool_id}.count.mean", plain(count.mean.at("central"))

    def at(times: float) -> Question:
        return replace(question, book=with_value(question.book, path, mean * times))

    def chance(times: float) -> float:
        return engine.look(at(times), account).gap(question.money(account))

    crossings = [_crossing(chance, share, MOST_TIMES) for share in CHANCES]
    at_5, at_50, most = (
        None if times is None else engine.claims_mean(at(times), award_id)
        for times in (*crossings, MOST_TIMES)
    )
    return at_5, at_50, most


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


def _progress(question: Question, account: str, engine: Engine) -> BreakEven:
    """The payment progress at which the chance of a gap is 5 % and 50 %.

    Demand rises one for one with the mean progress: a lower progress is as good as more money.
    """
    spec, load = question.book.accounts[account], question.load(account)
    assert spec.payment is not None
    progress = plain(spec.payment.progress.at("central"))
    view, money = engine.look(question, account), question.money(account)

    def chance(shift: float) -> float:
        return view.gap(round(money - shift * load.appropriation_yuan))

    # From a progress of 0 to twice the whole appropriation.
    at_5, at_50 = (_crossing(lambda x: chance(x - progress), share, 2.0) for share in CHANCES)
    return BreakEven(
        award=None,
        grade=None,
        unit_yuan=load.appropriation_yuan,
        unit_is_printed=True,
        money_pays=0,
        count_central=progress,
        count_at_5=at_5,
        count_at_50=at_50,
    )
