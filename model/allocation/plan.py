"""A plan, and the judgement of it without a solver: its cost, its limits, its risk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from model.allocation.layers import layers_of
from model.allocation.limits import Limit, keeps, limit_rows
from model.allocation.problem import Problem
from model.money import format_money
from model.risk import FloatArray, IntArray, NumberArray, mean, worst_share_mean
from model.years import blocks

# A multiplier below this (yuan of cost per yuan of limit) is the solver's rounding.
_NO_PRICE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Whole yuan moved from one account to another, and who must agree."""

    giver: str
    receiver: str
    amount_yuan: int
    approval: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Relaxation:
    """A limit made looser by so many yuan."""

    limit: str
    says_zh: str
    relax_by_yuan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Limits that cannot hold together, though any of them left out would let the others hold.

    `short_yuan` is the smallest sum by which they must give way. `remedies` are the limits of
    the clash that mend it when relaxed alone, each by its least amount; `together` is the least
    joint relaxation of all limits of the problem. Each was verified by solving with it.
    """

    limits: tuple[Limit, ...]
    short_yuan: int
    remedies: tuple[Relaxation, ...]
    together: tuple[Relaxation, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plan:
    """Where the money goes, with the proof of how good that is; objectives in yuan.

    No plan within the limits costs less than `objective_lower_bound`, and one was found that
    costs `objective_upper_bound`; `gap` is their distance relative to the upper one. The plan
    itself, `objective_after`, may cost up to max(1e-6, 1 万元) more than the lower bound: that
    much is given up for moves that are cheaper to approve and amounts that are round.
    Of an infeasible problem nothing moves, bounds and gap are None, and `clashes` says why.
    `multipliers` (limit name to yuan of cost per yuan of limit) are the solver's, at the least
    cost: they say which limits bind and are never printed as prices.
    """

    status: Literal["optimal", "infeasible"]
    transfers: tuple[Transfer, ...]
    budget_after_yuan: IntArray
    objective_before: float
    objective_after: float
    objective_lower_bound: float | None
    objective_upper_bound: float | None
    gap: float | None
    iterations: int
    clashes: tuple[Clash, ...] = ()
    multipliers: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitUse:
    """A limit and the money that the plan puts against it."""

    name: str
    family: str
    says_zh: str
    amount_yuan: int
    used_yuan: int
    binding: bool


def cost(problem: Problem, budget_after: NumberArray) -> float:
    """E[U] + worst_weight x worst-share mean of U at these budgets, in yuan, from the draws."""
    unpaid = weighted_unpaid(problem, budget_after)
    total = mean(unpaid).value
    if problem.worst_weight > 0:
        total += problem.worst_weight * worst_share_mean(unpaid, problem.worst_share).value
    return total


def weighted_unpaid(problem: Problem, budget_after: NumberArray) -> FloatArray:
    """U of each draw at these budgets: the sum over layers of weight x unpaid, in yuan."""
    total = np.empty(len(problem.demand))
    for here in blocks(len(total)):
        total[here] = layers_of(problem, here).unpaid(budget_after)
    return total


def budgets_after(problem: Problem, transfers: tuple[Transfer, ...]) -> IntArray:
    """The budgets when the transfers have been made, in whole yuan, in the order of accounts."""
    after = np.array(problem.budget_yuan)
    column = problem.index
    for transfer in transfers:
        after[column[transfer.giver]] -= transfer.amount_yuan
        after[column[transfer.receiver]] += transfer.amount_yuan
    return after


def check_plan(problem: Problem, plan: Plan) -> list[str]:
    """Every rule that the plan breaks, in words; empty for a plan that may be carried out."""
    arcs = {(arc.giver, arc.receiver): arc.approval for arc in problem.arcs}
    broken = []
    for transfer in plan.transfers:
        title = f"{transfer.giver} -> {transfer.receiver}"
        if arcs.get((transfer.giver, transfer.receiver)) != transfer.approval:
            broken.append(f"{title}: no arc allows this with approval '{transfer.approval}'")
        if transfer.amount_yuan < 1:
            broken.append(f"{title}: moves {transfer.amount_yuan} yuan")
    if broken:
        return broken
    after = budgets_after(problem, plan.transfers)
    if not np.array_equal(after, plan.budget_after_yuan):
        broken.append("the budgets after are not the budgets before plus the transfers")
    return broken + [
        f"{limit.name}: {limit.says_zh}; here {format_money(used)}"
        for limit, used in limits_used(problem, plan.transfers)
        if not keeps(limit, used)
    ]


def limit_uses(problem: Problem, plan: Plan) -> tuple[LimitUse, ...]:
    """Every limit with the money against it; see `binding` for when it shapes the plan.

    A limit binds when it is used to the last yuan, or when the least cost would fall with it:
    a plan within the tolerance of the optimum may stop a little short of a limit.
    """
    return tuple(
        LimitUse(
            name=limit.name,
            family=limit.family,
            says_zh=limit.says_zh,
            amount_yuan=limit.amount_yuan,
            used_yuan=used,
            binding=used == limit.amount_yuan or plan.multipliers.get(limit.name, 0.0) > _NO_PRICE,
        )
        for limit, used in limits_used(problem, plan.transfers)
    )


def limits_used(problem: Problem, transfers: tuple[Transfer, ...]) -> list[tuple[Limit, int]]:
    """Every limit with the yuan that these transfers put against it."""
    moved = {(transfer.giver, transfer.receiver): transfer.amount_yuan for transfer in transfers}
    amounts = [moved.get((arc.giver, arc.receiver), 0) for arc in problem.arcs]
    return [
        (limit, start + sum(sign * amounts[i] for i, sign in signs.items()))
        for limit, start, signs in limit_rows(problem)
    ]
