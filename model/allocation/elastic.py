"""The limits on the moves made elastic: what has to give where they cannot hold together."""

from __future__ import annotations

from model.allocation.limits import limits
from model.allocation.lp import Model, add_moves, new_model, weighted_sum
from model.allocation.problem import Problem


def elastic_model(problem: Problem) -> Model:
    """The limits on the moves, each with a slack; the least sum of slacks is what is short."""
    model = new_model(problem)
    for limit in limits(problem):
        model.slack[limit.name] = model.lp.add_variable(f"slack__{limit.name}", lowBound=0)
    model.lp.setObjective(weighted_sum(dict.fromkeys(model.slack.values(), 1.0)))
    add_moves(model)
    return model
