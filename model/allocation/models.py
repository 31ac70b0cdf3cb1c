"""The programmes: which variables, which objective and which families of limits each one has."""

from __future__ import annotations

from model.allocation.lp import (
    Model,
    add_domain_line,
    add_floor,
    add_money_after,
    add_movable_share,
    add_paid_entitlement,
    add_paid_money,
    add_worst_share,
    master_cost,
    new_model,
    owed_amounts,
    weighted_sum,
)
from model.allocation.problem import Problem, limits


def full_model(problem: Problem) -> Model:
    """The whole programme, a row for each account and draw: for small cases and as oracle.

    Its objective value, in 万元, is the least cost.
    """
    model = draws_model(problem)
    add_moves(model)
    for add in (add_paid_entitlement, add_paid_money, add_worst_share):
        add(model)
    return model


def master_model(problem: Problem) -> Model:
    """The small programme of the cutting planes: the limits on the moves, no row per draw."""
    model = planes_model(problem)
    add_moves(model)
    return model


def elastic_model(problem: Problem) -> Model:
    """The limits on the moves, each with a slack; the least sum of slacks is what is short."""
    model = new_model(problem)
    for limit in limits(problem):
        model.slack[limit.name] = model.lp.add_variable(f"slack__{limit.name}", lowBound=0)
    model.lp.setObjective(weighted_sum(dict.fromkeys(model.slack.values(), 1.0)))
    add_moves(model)
    return model


def add_moves(model: Model) -> None:
    """Every family of limits on the moves."""
    for add in (add_money_after, add_movable_share, add_floor, add_domain_line):
        add(model)


def draws_model(problem: Problem) -> Model:
    """The variables and the objective of the full model, without a limit."""
    model = new_model(problem)
    n = len(problem.demand)
    weight = dict(zip(problem.accounts, problem.weights.tolist(), strict=True))
    for a in model.money:
        for d in range(n):
            name = f"paid__{model.ids[a]}__{d}"
            model.paid[a, d] = model.lp.add_variable(name, lowBound=0)
    model.threshold = model.lp.add_variable("threshold")
    model.excess = [model.lp.add_variable(f"excess__{d}", lowBound=0) for d in range(n)]
    tail = problem.worst_weight
    objective = {paid: -weight[a] / n for (a, _), paid in model.paid.items()}
    objective |= dict.fromkeys(model.excess, tail / (problem.worst_share * n))
    objective[model.threshold] = tail
    owed = sum(weight[a] * owed for a, _, owed in owed_amounts(model)) / n
    model.lp.setObjective(weighted_sum(objective) + owed)
    return model


def planes_model(problem: Problem) -> Model:
    """The variables and the objective of the master, without a limit."""
    model = new_model(problem)
    model.mean = {a: model.lp.add_variable(f"mean__{model.ids[a]}", lowBound=0) for a in model.ids}
    model.tail = model.lp.add_variable("tail", lowBound=0)
    model.lp.setObjective(master_cost(model))
    return model
