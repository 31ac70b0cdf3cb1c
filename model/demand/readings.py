"""What an award asks for under each way of understanding it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from model.demand.engine import Engine
from model.demand.question import Question
from model.policy.awards import CostedAward


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingEffect:
    """The award's mean demand in yuan and its account's chance of a gap under one reading."""

    award: str
    letter: str
    demand_mean_yuan: float
    gap_probability: float


def award_with(award: CostedAward, fields: Mapping[str, Any]) -> CostedAward:
    """The award with some fields replaced, written as in a policy file, and checked again."""
    return type(award).model_validate(award.model_dump() | dict(fields))


def with_award(question: Question, award_id: str, fields: Mapping[str, Any]) -> Question:
    """The question with some fields of one award replaced."""
    changed = award_with(question.awards[award_id], fields)
    return replace(question, awards={**question.awards, award_id: changed})


def find_reading_effects(
    question: Question, account_of: Mapping[str, str | None], engine: Engine
) -> tuple[ReadingEffect, ...]:
    """Every reading of every costed award that has several."""
    effects = []
    for award_id, award in question.awards.items():
        account = account_of[award_id]
        for letter, reading in award.readings.items():
            if account is None:
                continue
            other = with_award(question, award_id, reading.sets)
            effects.append(
                ReadingEffect(
                    award=award_id,
                    letter=letter,
                    demand_mean_yuan=engine.look_at_award(other, award_id),
                    gap_probability=engine.look(other, account).gap(other.money(account)),
                )
            )
    return tuple(effects)
