"""What an award asks for under each way of understanding it, or with its cap moved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.demand.draws import Demand, account_demand, committed_yuan, draw_pools
from model.demand.ranges import Question
from model.policy.awards import CostedAward
from model.risk import gap_probability

IntArray = NDArray[np.int64]


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


def demand_with(
    question: Question, account: str, award_id: str, award: CostedAward, central: Demand
) -> tuple[IntArray, IntArray]:
    """The award's and the account's demand, arrays[draw], with one award's rule replaced.

    The same random numbers are used, so that the difference is the rule's alone.
    """
    book, count = question.book, question.span.count
    awards = {**question.awards, award_id: award}
    drawn = draw_pools(book, awards, [book.pool_of()[award_id]], question.span)
    yuan = {key: values[:count] for key, values in central.award_yuan.items()}
    yuan[award_id] = drawn[award_id].city_yuan
    spec = book.accounts[account]
    return yuan[award_id], account_demand(spec, question.load(account), yuan, question.span)


def find_reading_effects(
    question: Question, account_of: Mapping[str, str | None], central: Demand
) -> tuple[ReadingEffect, ...]:
    """Every reading of every costed award that has several, on the question's draws."""
    effects = []
    for award_id, award in question.awards.items():
        account = account_of[award_id]
        if account is None:
            continue
        money = question.budgets[account] - committed_yuan(question.book.accounts[account])
        for letter, reading in award.readings.items():
            variant = award_with(award, reading.sets)
            own, whole = demand_with(question, account, award_id, variant, central)
            effects.append(
                ReadingEffect(
                    award=award_id,
                    letter=letter,
                    demand_mean_yuan=float(own.mean()),
                    gap_probability=gap_probability(whole, money).value,
                )
            )
    return tuple(effects)
