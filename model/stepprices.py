"""What the next printable step of an award's figure costs: demand drawn again, plan made again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.allocation.prices import optimum_for_demand
from model.allocation.problem import Problem
from model.demand.engine import Engine
from model.demand.question import Question
from model.ladder import Value, next_printed
from model.policy.awards import CostedAward
from model.printed_figures import PrintedFigure, printed_figures, with_figure

PRICED = ("cap", "rate", "amount")  # figures that let more be asked for when they rise


@dataclass(frozen=True, slots=True, kw_only=True)
class StepPrice:
    """The least cost with a figure one printable step higher, less the least cost now, in yuan.

    Attributes:
        next_value: the figure one step higher.
        demand_change_yuan: the change of the award's mean demand.
    """

    award: str
    figure: PrintedFigure
    next_value: Value
    objective_change_yuan: float
    demand_change_yuan: float


def find_step_prices(
    problem: Problem,
    question: Question,
    account_of: Mapping[str, str | None],
    engine: Engine,
    least_cost: float,
) -> tuple[StepPrice, ...]:
    """The price of every cap, rate and amount of the awards paid from accounts of the problem.

    None where the accounts pay by rules: the claims of their awards would have to be told apart.

    Args:
        question: the central question, whose draws the problem holds.
    """
    if problem.payments is not None:
        return ()
    prices = []
    for award_id, award in question.awards.items():
        account = account_of[award_id]
        if account is None or account not in problem.accounts:
            continue
        before = engine.look_at_award(question, award_id)
        for figure, higher in higher_figures(award):
            other = replace(question, awards={**question.awards, award_id: higher})
            demand = np.array(problem.demand[:])
            demand[:, [problem.index[account]]] = engine.years(other, (account,))[:]
            prices.append(
                StepPrice(
                    award=award_id,
                    figure=figure,
                    next_value=next_printed(figure.value),
                    objective_change_yuan=optimum_for_demand(problem, demand) - least_cost,
                    demand_change_yuan=engine.look_at_award(other, award_id) - before,
                )
            )
    return tuple(prices)


def higher_figures(award: CostedAward) -> Iterator[tuple[PrintedFigure, CostedAward]]:
    """Each figure that has a next printable step, and the award with it."""
    for figure in printed_figures(award):
        if figure.kind in PRICED:
            higher = with_figure(award, figure, next_printed(figure.value))
            if higher is not None:
                yield figure, higher
