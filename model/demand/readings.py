"""What an award asks for under each way of understanding it, of the city and of the whole area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from model.demand.engine import Engine
from model.demand.figures import Share
from model.demand.question import Question
from model.demand.ranges import ENDS
from model.policy.awards import CostedAward

_ALL = Share.model_validate(
    {"name_zh": "全部", "name_en": "all", "value": "100%", "mark": "scenario"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEffect:
    """One reading of an award: mean demand in yuan, and its account's chance of a gap.

    Attributes:
        whole_mean_yuan: the mean demand if the city paid all claims of the pool's whole area in
            full.
        whole_low_yuan, whole_high_yuan: its least and its most when one assumption about what a
            claim brings, not about how many there are, takes its low or high value.
    """

    award: str
    letter: str
    demand_mean_yuan: float
    gap_probability: float
    whole_mean_yuan: float
    whole_low_yuan: float
    whole_high_yuan: float


def award_with(award: CostedAward, fields: Mapping[str, Any]) -> CostedAward:
    """The award with some fields replaced, written as in a policy file, and checked again."""
    return type(award).model_validate(award.model_dump() | dict(fields))


def with_award(question: Question, award_id: str, fields: Mapping[str, Any]) -> Question:
    """The question with some fields of one award replaced."""
    changed = award_with(question.awards[award_id], fields)
    return replace(question, awards={**question.awards, award_id: changed})


def with_whole_area(question: Question, award_id: str) -> Question:
    """The question in which the city pays every claim of the award's pool, and pays it in full."""
    book, pool = question.book, question.book.pool_of()[award_id]
    paid = book.pools[pool].model_copy(update={"covered": _ALL, "city_pays": _ALL})
    return replace(question, book=replace(book, pools={**book.pools, pool: paid}))


def find_reading_effects(
    question: Question, account_of: Mapping[str, str | None], engine: Engine
) -> tuple[ReadingEffect, ...]:
    """Every reading of every costed award that has several."""
    effects = []
    for award_id, award in question.awards.items():
        account = account_of[award_id]
        if account is None or not award.readings:
            continue
        whole = with_whole_area(question, award_id)
        for letter, reading in award.readings.items():
            other = with_award(question, award_id, reading.sets)
            mean, low, high = _spread(replace(whole, awards=other.awards), award_id, engine)
            effects.append(
                ReadingEffect(
                    award=award_id,
                    letter=letter,
                    demand_mean_yuan=engine.look_at_award(other, award_id),
                    gap_probability=engine.look(other, account).gap(other.money(account)),
                    whole_mean_yuan=mean,
                    whole_low_yuan=low,
                    whole_high_yuan=high,
                )
            )
    return tuple(effects)


def _spread(question: Question, award_id: str, engine: Engine) -> tuple[float, float, float]:
    """The mean demand of an award; its ends over the assumptions about what one claim brings."""
    mean = engine.look_at_award(question, award_id)
    own = f"pools.{question.book.pool_of()[award_id]}.claims.{award_id}."
    moved = [
        engine.look_at_award(
            replace(question, book=engine.likes.at(question.book, path, end)), award_id
        )
        for path in question.book.uncertain()
        if path.startswith(own)
        for end in ENDS
    ]
    return mean, min([mean, *moved]), max([mean, *moved])
