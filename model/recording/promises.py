"""The record's awards and readings: what is promised, what it asks for, how it may be read."""

from __future__ import annotations

from collections.abc import Mapping

from model.demand.readings import ReadingEffect
from model.outcome import Outcome
from model.policy.awards import Award, CostedAward, NotCosted
from model.printed_figures import say_figure
from model.recording.estimates import Entry, estimate
from model.stepprices import StepPrice

NO_ESTIMATE = {
    f"{name}{end}": None
    for name in ("claims_mean", "demand_mean_yuan", "demand_sd_yuan")
    for end in ("", "_se")
}


Effects = Mapping[tuple[str, str], ReadingEffect]


def record_awards(outcome: Outcome) -> list[Entry]:
    """Every award of the document, costed or not, in order."""
    prices = {price.award: price for price in _step_prices(outcome) if price.figure.kind == "cap"}
    return [
        _award(outcome, key, award, prices.get(key))
        for key, award in outcome.scenario.document.awards.items()
    ]


def _award(outcome: Outcome, key: str, award: Award, price: StepPrice | None) -> Entry:
    scenario = outcome.scenario
    clause = scenario.document.clauses[award.clause]
    return {
        "id": key,
        "clause": award.clause,
        "clause_zh": clause.numeral_zh,
        "name_zh": award.name_zh,
        "name_en": award.name_en,
        "kind": award.kind,
        "cost_status": award.cost_status,
        "printed_figure": award.printed_figure if isinstance(award, NotCosted) else "",
        "line": scenario.settings.paid_from.get(key),
        "account": scenario.account_of_award()[key],
        "reading": scenario.settings.readings.get(key),
        **(_demand(outcome, key) if isinstance(award, CostedAward) else NO_ESTIMATE),
        "mark": _mark(outcome, key) if isinstance(award, CostedAward) else None,
        "anchor": award.anchor,
        "departments": list(clause.departments),
        "payer": award.payer.level,
        "payer_zh": award.payer.says_zh,
        "person_checks": list(award.person_checks),
        "cap_price": None if price is None else _price(price),
    }


def _demand(outcome: Outcome, key: str) -> Entry:
    found = outcome.award_demands[key]
    return {
        **estimate("claims_mean", found.claims_mean),
        **estimate("demand_mean_yuan", found.demand_mean_yuan),
        **estimate("demand_sd_yuan", found.demand_sd_yuan),
    }


def _mark(outcome: Outcome, key: str) -> str:
    """The mark of the figure that counts the award's claims."""
    book = outcome.scenario.book
    return book.pools[book.pool_of()[key]].count.mean.mark


def _step_prices(outcome: Outcome) -> tuple[StepPrice, ...]:
    prices = outcome.reallocation.prices
    return () if prices is None else prices.step_prices


def record_step_prices(outcome: Outcome) -> list[Entry]:
    """What the next printable step of every cap, rate and amount costs, the dearest first."""
    prices = sorted(_step_prices(outcome), key=lambda each: -each.objective_change_yuan)
    return [_step_price(outcome, price) for price in prices]


def _step_price(outcome: Outcome, price: StepPrice) -> Entry:
    scenario, figure = outcome.scenario, price.figure
    award = scenario.document.awards[price.award]
    here, there = say_figure(figure, figure.value), say_figure(figure, price.next_value)
    return {
        "award": price.award,
        "award_name_zh": award.name_zh,
        "award_name_en": award.name_en,
        "clause": award.clause,
        "clause_zh": scenario.document.clauses[award.clause].numeral_zh,
        "account": scenario.account_of_award()[price.award],
        "path": ".".join(str(part) for part in figure.path),
        "name_zh": figure.name_zh,
        "name_en": figure.name_en,
        "value_zh": here[0],
        "value_en": here[1],
        "next_zh": there[0],
        "next_en": there[1],
        "rise": round(float(price.next_value / figure.value) - 1, 6),
        "objective_change_yuan": round(price.objective_change_yuan),
        "demand_change_yuan": round(price.demand_change_yuan),
    }


def _price(price: StepPrice) -> Entry:
    return {
        "cap_yuan": price.figure.value,
        "next_yuan": price.next_value,
        "objective_change_yuan": round(price.objective_change_yuan),
        "demand_change_yuan": round(price.demand_change_yuan),
    }


def _mean_yuan(outcome: Outcome, effect: ReadingEffect, known: Effects) -> int:
    """The award's own mean, and for another reading what it adds to it with the same numbers.

    Readings are looked at with fewer numbers than awards: both must print one figure for the
    reading used.
    """
    used = known[effect.award, outcome.scenario.settings.readings[effect.award]]
    own = outcome.award_demands[effect.award].demand_mean_yuan.value
    return round(own + effect.demand_mean_yuan - used.demand_mean_yuan)


def _whole_area(effect: ReadingEffect | None) -> Entry:
    """What the award would ask for if the city paid all claims of the whole area in full."""
    fields = ("whole_mean_yuan", "whole_low_yuan", "whole_high_yuan")
    return {field: None if effect is None else round(getattr(effect, field)) for field in fields}


def record_readings(outcome: Outcome) -> list[Entry]:
    """Every reading of every award that has several; figures for the costed ones."""
    effects = {(effect.award, effect.letter): effect for effect in outcome.readings}
    rows = []
    for key, award in outcome.scenario.document.awards.items():
        for letter, reading in award.readings.items():
            effect = effects.get((key, letter))
            mean = None if effect is None else _mean_yuan(outcome, effect, effects)
            rows.append(
                {
                    "award": key,
                    "award_name_zh": award.name_zh,
                    "award_name_en": award.name_en,
                    "clause": award.clause,
                    "clause_zh": outcome.scenario.document.clauses[award.clause].numeral_zh,
                    "letter": letter,
                    "says_zh": reading.says_zh,
                    "chosen": outcome.scenario.settings.readings.get(key) == letter,
                    "demand_mean_yuan": mean,
                    "gap_probability": None if effect is None else round(effect.gap_probability, 6),
                    **_whole_area(effect),
                }
            )
    return rows
