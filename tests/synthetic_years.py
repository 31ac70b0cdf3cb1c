"""Years of claims with days, made up by the model itself: synthetic, for tests of forecasts."""

from __future__ import annotations

from datetime import date

import numpy as np

from model.demand.microsim import draw_claims
from model.demand.numbers import Span
from model.demand.question import Question
from model.demand.seen import Filed, filed_claims

YEAR = 2031


def synthetic_years(question: Question, span: Span) -> list[Filed]:
    """The claims of every draw of a span, each with its day in the invented year."""
    book = question.book
    of_year: list[list[tuple[str, np.ndarray, np.ndarray]]] = [[] for _ in range(span.count)]
    for pool in dict.fromkeys(book.pool_of()[award] for award in question.awards):
        _, drawn = draw_claims(book, pool, question.awards, span)
        for award, (sample, city) in drawn.items():
            days = _days(book.reached_by(award), sample.numbers("month?"))
            for year, claims in enumerate(of_year):
                here = sample.draw == year
                claims.append((award, days[here], city[here]))
    return [_together(claims) for claims in of_year]


def _days(reached: tuple[object, ...], chance: np.ndarray) -> np.ndarray:
    """The day on which the calendar reaches each number."""
    steps = np.array([0.0, *map(float, reached)])  # type: ignore[arg-type]
    month = np.minimum(np.searchsorted(steps[1:], chance, side="right"), 11)
    first = np.array([date(YEAR, m + 1, 1) for m in range(12)], dtype="datetime64[D]")
    ends = np.append(first[1:], np.datetime64(date(YEAR + 1, 1, 1)))
    width = (ends - first).astype(int)[month]
    part = (chance - steps[month]) / (steps[month + 1] - steps[month])
    return first[month] + np.minimum((part * width).astype(int), width - 1)


def _together(claims: list[tuple[str, np.ndarray, np.ndarray]]) -> Filed:
    award = [key for key, days, _ in claims for _ in range(len(days))]
    days = np.concatenate([days for _, days, _ in claims])
    return filed_claims(award, days, np.concatenate([city for _, _, city in claims]))
