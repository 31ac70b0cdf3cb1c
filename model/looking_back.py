"""Forecasts of years whose end is known, month by month, held against what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from model.demand.calendar import MONTHS
from model.demand.calibration import (
    STATED,
    CountVerdict,
    Coverage,
    SizeVerdict,
    Step,
    calibration_curve,
    coverage_of,
    judge_counts,
    judge_sizes,
    mixed_table,
    step_of,
)
from model.demand.compound import total_law
from model.demand.counts import Table, as_table, fixed
from model.demand.forecast_engine import make_forecast_engine
from model.demand.lawbook import LawBook, make_law_book
from model.demand.laws import count_law, joint_shocks, shock_times
from model.demand.question import Question
from model.demand.seen import Filed, covered_awards, month_end, seen_until
from model.demand.totals import TotalLaw, mix, quantile
from model.errors import refuse

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One forecast of an account's claims of a year, made at the end of a month.

    Attributes:
        month: 1 to 11.
        ranges: for each of `STATED` the middle range in yuan.
        step: where the fact fell.
    """

    year: int
    month: int
    account: str
    fact_yuan: int
    mean_yuan: float
    ranges: tuple[tuple[int, int], ...]
    step: Step


@dataclass(frozen=True, slots=True, kw_only=True)
class LookBack:
    """What the forecasts of some years were worth.

    Attributes:
        coverage: for each of `STATED`, over all cases.
        by_month: the same for the forecasts made at the end of each month.
        curve: stated chances, and the share of facts that stayed below.
        counts: each award's counts against what its pool assumes.
        sizes: the money of each award's claims against what its pool assumes of so many.
        months: for each award the claims filed in January to December, over all years.
    """

    cases: tuple[Case, ...]
    coverage: tuple[Coverage, ...]
    by_month: Mapping[int, tuple[Coverage, ...]]
    curve: tuple[tuple[float, float], ...]
    counts: tuple[CountVerdict, ...]
    sizes: tuple[SizeVerdict, ...]
    months: Mapping[str, tuple[int, ...]]


def look_back(
    question: Question,
    years: Mapping[int, Filed],
    sizes_like: float,
    tell: Tell = lambda done, total: None,
) -> LookBack:
    """Forecasts at the ends of the months January to November of every year.

    A forecast that leaves nothing open says nothing, and is left out.

    Args:
        years: all claims of each year.
        tell: called with the forecasts made and how many there will be.

    Raises:
        InputError: claims of pools that are assumed to bring none, or nothing to compare.
    """
    cases: list[Case] = []
    for place, (year, filed) in enumerate(years.items()):
        for month in range(MONTHS - 1):
            tell(place * (MONTHS - 1) + month, len(years) * (MONTHS - 1))
            cases += _cases(question, (year, month), filed, sizes_like)
    if not cases:
        fact = "no claim belongs to an account with awards, so that nothing can be compared"
        raise refuse("backtest", fact, "Give registers of the scenario's awards.")
    months = sorted({case.month for case in cases})
    curve = calibration_curve([case.step for case in cases])
    return LookBack(
        cases=tuple(cases),
        coverage=_coverage(cases),
        by_month={m: _coverage([case for case in cases if case.month == m]) for m in months},
        curve=tuple(zip(*(values.tolist() for values in curve), strict=True)),
        counts=tuple(
            judge_counts(award, counts, yearly_count(question, award))
            for award in question.awards
            if (counts := _counts(question, award, years))
        ),
        sizes=tuple(_sizes(question, years)),
        months={award: _months(award, years) for award in question.awards},
    )


def _counts(question: Question, award: str, years: Mapping[int, Filed]) -> list[int]:
    """The claims of an award in every year whose register would hold them."""
    return [
        int((filed.award == award).sum())
        for filed in years.values()
        if award in covered_awards(question.loads, filed)
    ]


def _sizes(question: Question, years: Mapping[int, Filed]) -> Iterator[SizeVerdict]:
    """The verdict on the sizes of every award with claims."""
    book = make_law_book(question)
    for award in question.awards:
        told = [filed.city_yuan[filed.award == award] for filed in years.values()]
        found = [
            (len(yuan), int(yuan.sum()), money_of(book, question, award, len(yuan)))
            for yuan in told
            if len(yuan)
        ]
        if found:
            yield judge_sizes(award, found)


def money_of(book: LawBook, question: Question, award: str, n: int) -> TotalLaw:
    """The law of the city money of so many claims of an award, over the levels of the shocks."""
    pool = question.book.pools[question.book.pool_of()[award]]
    weights: dict[float, float] = {}
    for shock in book.shocks:
        size = shock_times(pool, shock)[1]
        weights[size] = weights.get(size, 0.0) + shock.weight
    laws = [
        total_law(fixed(n), book.payouts(question, (award,), (size, 0), None)) for size in weights
    ]
    return laws[0] if len(laws) == 1 else mix(laws, list(weights.values()))


def _months(award: str, years: Mapping[int, Filed]) -> tuple[int, ...]:
    days = np.concatenate([filed.day[filed.award == award] for filed in years.values()])
    months = days.astype("datetime64[M]").astype(int) % MONTHS
    return tuple(np.bincount(months, minlength=MONTHS).tolist())


def _cases(
    question: Question, at: tuple[int, int], filed: Filed, sizes_like: float
) -> Iterator[Case]:
    year, month = at
    covers = covered_awards(question.loads, filed)
    seen = seen_until(filed, month_end(year, month), covers)
    engine = make_forecast_engine(question, seen, sizes_like)
    end = seen_until(filed, month_end(year, MONTHS - 1), covers)
    for load in question.loads:
        if not load.awards or not all(map(seen.covered, load.awards)):
            continue
        law = engine.claims_of_year(load.account)
        if law.sd_yuan == 0:
            continue
        fact = sum(end.total(award) for award in load.awards)
        yield Case(
            year=year,
            month=month + 1,
            account=load.account,
            fact_yuan=fact,
            mean_yuan=law.mean_yuan,
            ranges=tuple(_range(law, stated) for stated in STATED),
            step=step_of(law, fact),
        )


def _range(law: TotalLaw, stated: float) -> tuple[int, int]:
    tail = (1 - stated) / 2
    return quantile(law, tail), quantile(law, 1 - tail)


def _coverage(cases: list[Case]) -> tuple[Coverage, ...]:
    by_year: dict[int, list[Step]] = {}
    for case in cases:
        by_year.setdefault(case.year, []).append(case.step)
    n_accounts = len({case.account for case in cases})
    return tuple(coverage_of(list(by_year.values()), stated, n_accounts) for stated in STATED)


def yearly_count(question: Question, award: str) -> Table:
    """The law of an award's claims in a year, over the levels of the shocks, before any is seen."""
    book = question.book
    pool = book.pools[book.pool_of()[award]]
    weights: dict[float, float] = {}
    for shock in joint_shocks(book):
        times = shock_times(pool, shock)[0]
        weights[times] = weights.get(times, 0.0) + shock.weight
    laws = [(weight, as_table(count_law(book, pool, t))) for t, weight in weights.items()]
    return mixed_table(laws)
