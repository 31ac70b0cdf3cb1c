"""What the next printable step of an award's cap costs: demand drawn again, plan made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model.allocation.prices import optimum_for_demand
from model.allocation.problem import Problem
from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.readings import with_award
from model.money import format_money


@dataclass(frozen=True, slots=True, kw_only=True)
class CapPrice:
    """The least cost with the cap one step higher, less the least cost as it is, in yuan.

    Attributes:
        demand_change_yuan: the change of the award's mean demand.
    """

    award: str
    cap_yuan: int
    next_yuan: int
    objective_change_yuan: float
    demand_change_yuan: float


def next_step(cap_yuan: int) -> int:
    """The next amount that a policy paper would print, in yuan.

    One more unit of the first digit, or of the second where the first digit is 1.

    >>> [next_step(cap) // 10_000 for cap in (5_000_000, 15_000_000, 600_000)]
    [600, 1600, 70]
    """
    step = 10
    while step * 20 <= cap_yuan:
        step *= 10
    return cap_yuan + step


def find_cap_prices(
    problem: Problem,
    question: Question,
    account_of: Mapping[str, str | None],
    engine: Engine,
    least_cost: float,
) -> tuple[CapPrice, ...]:
    """The price of the cap of every award that is paid from an account of the problem.

    Args:
        question: the central question, whose draws the problem holds.
    """
    prices = []
    for award_id, award in question.awards.items():
        cap, account = getattr(award, "cap", None), account_of[award_id]
        if cap is None or account is None or account not in problem.accounts:
            continue
        higher = next_step(cap)
        other = with_award(question, award_id, {"cap": format_money(higher)})
        demand = np.array(problem.demand[:])
        demand[:, [problem.index[account]]] = engine.years(other, (account,))[:]
        before = engine.look_at_award(question, award_id)
        prices.append(
            CapPrice(
                award=award_id,
                cap_yuan=cap,
                next_yuan=higher,
                objective_change_yuan=optimum_for_demand(problem, demand) - least_cost,
                demand_change_yuan=engine.look_at_award(other, award_id) - before,
            )
        )
    return tuple(prices)
