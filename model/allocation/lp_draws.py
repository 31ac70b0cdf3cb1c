"""The whole programme, with a payment for each kind of claims and draw: for small cases, as oracle.

Where an account pays its claims as one it has one payee, itself; with rules it has one for each
kind, and one for what was bound before, which is paid first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pulp

from model.allocation.layers import first_worth
from model.allocation.lp import Model, add_moves, new_model, weighted_sum
from model.allocation.problem import Problem
from model.money import WAN
from model.risk import FloatArray

FAMILIES = ("paid_entitlement", "paid_money", "award_ceiling", "same_share", "worst_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Who is paid from an account in every draw: what is owed and what a yuan unpaid counts.

    `owed` and `weight` are float64[draw], money in 万元; `turn` is None for what is paid alone.
    """

    name: str
    account: str
    owed: FloatArray
    weight: FloatArray
    ceiling: float | None = None
    turn: int | None = None


@dataclass(slots=True)
class DrawsModel:
    """A model of moves with the payments of every draw."""

    model: Model
    payees: tuple[Payee, ...]
    paid: dict[tuple[str, int], pulp.LpVariable]
    threshold: pulp.LpVariable
    excess: list[pulp.LpVariable]
    share: dict[tuple[str, int, int], pulp.LpVariable] = field(default_factory=dict)


def full_model(problem: Problem) -> DrawsModel:
    """The whole programme; its objective value, in 万元, is the least cost."""
    draws = new_draws_model(problem)
    add_moves(draws.model)
    for add in ADD.values():
        add(draws)
    return draws


def new_draws_model(problem: Problem) -> DrawsModel:
    """The variables and the objective of the full model, without a limit."""
    model = new_model(problem)
    n = len(problem.demand)
    payees = tuple(_payees(model))
    paid = {
        (payee.name, d): model.lp.add_variable(f"paid__{payee.name}__{d}", lowBound=0)
        for payee in payees
        for d in range(n)
    }
    threshold = model.lp.add_variable("threshold")
    excess = [model.lp.add_variable(f"excess__{d}", lowBound=0) for d in range(n)]
    tail = problem.worst_weight
    objective = {paid[p.name, d]: -float(p.weight[d]) / n for p in payees for d in range(n)}
    objective |= dict.fromkeys(excess, tail / (problem.worst_share * n))
    objective[threshold] = tail
    owed = sum(float(payee.weight @ payee.owed) for payee in payees) / n
    model.lp.setObjective(weighted_sum(objective) + owed)
    return DrawsModel(model=model, payees=payees, paid=paid, threshold=threshold, excess=excess)


def _payees(model: Model) -> Iterator[Payee]:
    """Every payee in the order of the accounts' ids."""
    problem = model.problem
    demand = problem.demand[:]
    for account, column in sorted(problem.index.items()):
        weight = float(problem.weights[column])
        bound = np.full(len(demand), float(problem.committed_yuan[column]))
        if problem.payments is None or not _own(problem, account):
            owed = (demand[:, column] + bound) / WAN
            name = model.ids[account]
            yield Payee(name=name, account=account, owed=owed, weight=np.full(len(owed), weight))
            continue
        yield Payee(
            name=f"{model.ids[account]}__bound",
            account=account,
            owed=bound / WAN,
            weight=weight * first_worth(problem, account),
        )
        asked = problem.payments.demand[:]
        for i in _own(problem, account):
            kind = problem.payments.kinds[i]
            ceiling = None if kind.ceiling_yuan is None else kind.ceiling_yuan / WAN
            yield Payee(
                name=f"{model.ids[account]}__kind{i}",
                account=account,
                owed=asked[:, i] / WAN,
                weight=np.full(len(asked), weight * kind.weight),
                ceiling=ceiling,
                turn=kind.turn,
            )


def _own(problem: Problem, account: str) -> list[int]:
    kinds = () if problem.payments is None else problem.payments.kinds
    return [i for i, kind in enumerate(kinds) if kind.account == account]


def add_paid_entitlement(draws: DrawsModel) -> None:
    """In no draw is more paid than is owed: the claims of the draw and what is committed.

    paid[p, d] <= owed[p, d]
    """
    for payee in draws.payees:
        for d, owed in enumerate(payee.owed.tolist()):
            name = f"paid_entitlement__{payee.name}__{d}"
            draws.model.lp.addConstraint(draws.paid[payee.name, d] <= owed, name)


def add_paid_money(draws: DrawsModel) -> None:
    """In no draw does an account pay more than its money.

    sum_{p of a} paid[p, d] <= money[a]
    """
    for account, money in draws.model.money.items():
        names = [payee.name for payee in draws.payees if payee.account == account]
        for d in range(len(draws.excess)):
            paid = {draws.paid[name, d]: 1.0 for name in names}
            row = weighted_sum(paid | {money: -1.0}) <= 0
            draws.model.lp.addConstraint(row, f"paid_money__{draws.model.ids[account]}__{d}")


def add_award_ceiling(draws: DrawsModel) -> None:
    """In no draw does an award get more than its ceiling (总额控制).

    paid[p, d] <= ceiling[p]
    """
    for payee in draws.payees:
        if payee.ceiling is None:
            continue
        for d in range(len(draws.excess)):
            name = f"award_ceiling__{payee.name}__{d}"
            draws.model.lp.addConstraint(draws.paid[payee.name, d] <= payee.ceiling, name)


def add_same_share(draws: DrawsModel) -> None:
    """Kinds of one turn get the same part of what they ask for, within their ceilings.

    paid[p, d] = share[turn, d] x min(owed[p, d], ceiling[p])
    """
    for payee in draws.payees:
        if payee.turn is None:
            continue
        most = payee.owed if payee.ceiling is None else np.minimum(payee.owed, payee.ceiling)
        for d, owed in enumerate(most.tolist()):
            key = (payee.account, payee.turn, d)
            if key not in draws.share:
                name = f"share__{draws.model.ids[payee.account]}__{payee.turn}__{d}"
                draws.share[key] = draws.model.lp.add_variable(name, 0, 1)
            terms = {draws.paid[payee.name, d]: 1.0, draws.share[key]: -owed}
            name = f"same_share__{payee.name}__{d}"
            draws.model.lp.addConstraint(weighted_sum(terms) == 0, name)


def add_worst_share(draws: DrawsModel) -> None:
    """The excess of a draw is what its weighted unpaid money is above the threshold.

    excess[d] >= sum_p weight[p, d] (owed[p, d] - paid[p, d]) - threshold
    """
    for d, excess in enumerate(draws.excess):
        terms = {draws.paid[p.name, d]: float(p.weight[d]) for p in draws.payees}
        owed = sum(float(p.weight[d] * p.owed[d]) for p in draws.payees)
        row = excess + draws.threshold + weighted_sum(terms) >= owed
        draws.model.lp.addConstraint(row, f"worst_share__{d}")


ADD = {
    "paid_entitlement": add_paid_entitlement,
    "paid_money": add_paid_money,
    "award_ceiling": add_award_ceiling,
    "same_share": add_same_share,
    "worst_share": add_worst_share,
}
