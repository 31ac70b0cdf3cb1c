"""What the run rests on: assumptions, published figures, shared shocks, each with its source."""

from __future__ import annotations

from typing import Any

from model.demand.calendar import Calendar
from model.demand.figures import Amount, AnyFigure, Factor, Level, Mix, Ratio, Share, Source
from model.demand.levels import pools_touched
from model.demand.pools import AccountSpec, PoolBook
from model.money import format_money, format_rate
from model.outcome import Outcome
from model.recording.estimates import Entry


def record_assumptions(outcome: Outcome) -> list[Entry]:
    """Every figure with a low, central and high that differ, whatever its mark."""
    book = outcome.scenario.book
    return [_figure(book, path, figure) for path, figure in book.uncertain().items()]


def record_figures(outcome: Outcome) -> list[Entry]:
    """Every figure with one value only: published, assumed fixed, or set by the scenario."""
    book = outcome.scenario.book
    return [
        _figure(book, p, figure) for p, figure in book.figures().items() if not figure.uncertain
    ]


def _figure(book: PoolBook, path: str, figure: AnyFigure) -> Entry:
    source = book.sources.get(figure.source) if figure.source is not None else None
    return {
        "id": path,
        "name_zh": figure.name_zh,
        "name_en": figure.name_en,
        "unit": figure.unit_zh,
        "low": say_value(figure, "low"),
        "central": say_value(figure, "central"),
        "high": say_value(figure, "high"),
        "weights": list(figure.weights),
        "mark": figure.mark,
        **_named(source),
        "area": figure.area,
        "year": figure.year,
        "checked": source.checked if source is not None else None,
        **reasons(book, figure, "why"),
        "used_by": list(pools_touched(book, path)) or [path.split(".")[1]],
        "awards": [
            award for pool in pools_touched(book, path) for award in book.pools[pool].claims
        ],
    }


def _named(source: Source | None) -> Entry:
    """A source by title and publisher; its English form is empty where nothing of it is English."""
    if source is None:
        return {"source": "", "source_en": ""}
    title, publisher = (
        source.title_en or source.title_zh,
        source.publisher_en or source.publisher_zh,
    )
    return {
        "source": f"{source.title_zh}，{source.publisher_zh}",
        "source_en": f"{title}, {publisher}" if source.title_en or source.publisher_en else "",
    }


def reasons(book: PoolBook, entry: AnyFigure | Factor | Calendar | AccountSpec, stem: str) -> Entry:
    """`<stem>_zh` and `<stem>_en`, why an entry is as it is; the English one may be empty.

    A source that the reason names by its key in brackets is named by its title.
    """
    chinese, english = entry.why, entry.why_en
    for key, source in book.sources.items():
        chinese = chinese.replace(f"（{key}）", f"（{source.title_zh}）")
        english = english.replace(f"({key})", f"({source.title_en or source.title_zh})")
    return {f"{stem}_zh": chinese, f"{stem}_en": english}


def record_calendars(outcome: Outcome) -> list[Entry]:
    """When in the year claims come in and money is due, with what uses each calendar."""
    book = outcome.scenario.book
    users: dict[str | None, list[str]] = {}
    for pool in book.pools.values():
        for award, spec in pool.claims.items():
            users.setdefault(spec.calendar, []).append(award)
    for account, entry in book.accounts.items():
        if entry.payment is not None:
            users.setdefault(entry.payment.calendar, []).append(account)
    return [
        {
            "id": key,
            "name_zh": calendar.name_zh,
            "name_en": calendar.name_en,
            "shares": [round(float(share), 6) for share in calendar.shares],
            "mark": calendar.mark,
            **reasons(book, calendar, "why"),
            "used_by": users.get(key, []),
        }
        for key, calendar in book.calendars.items()
    ]


def say_value(figure: AnyFigure, level: Level) -> str | float | int:
    """A figure's value for a record: counts stay numbers; money, rates and mixes become text."""
    value: Any = figure.at(level)
    if isinstance(figure, Amount):
        return format_money(value)
    if isinstance(figure, Share | Ratio):
        return format_rate(value) if (value * 10_000).denominator == 1 else f"{float(value):.1%}"
    if isinstance(figure, Mix):
        return "、".join(f"{grade} {part:g}" for grade, part in value.items())
    return value


def record_factors(outcome: Outcome) -> list[Entry]:
    """The shocks that several pools share in one draw."""
    return [
        {
            "id": key,
            "name_zh": factor.name_zh,
            "name_en": factor.name_en,
            "levels": [
                {
                    "name_zh": step.name_zh,
                    "name_en": step.name_en,
                    "times": step.times,
                    "weight": step.weight,
                }
                for step in factor.levels
            ],
            **reasons(outcome.scenario.book, factor, "why"),
            "used_by": [
                pool for pool, entry in outcome.scenario.book.pools.items() if key in entry.factors
            ],
        }
        for key, factor in outcome.scenario.book.factors.items()
    ]
