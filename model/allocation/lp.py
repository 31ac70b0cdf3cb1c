"""The rows of the linear programmes: one function for each family of limits, and the objectives.

Money is in 万元 here and only here (`WAN`): the solver's tolerances are absolute, and 1e-9 万元
is far below one yuan while the largest budgets stay near 1e6. Everything is minimised, and
every limit has a name `family__id`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import pulp

from model.allocation.problem import Arc, Limit, Problem, limits, safe_ids
from model.allocation.surface import MeanCut, TailCut
from model.money import WAN

FAMILIES = (
    "money_after",
    "movable_share",
    "floor",
    "domain_line",
    "paid_entitlement",
    "paid_money",
    "worst_share",
    "mean_cut",
    "tail_cut",
    "hold_cost",
)


@dataclass(slots=True)
class Model:
    """A PuLP problem and its variables, by account, arc, draw or limit.

    Accounts and arcs stand in the order of their ids, whatever their order in the problem: the
    solver's path, and with it the choice among equal plans, does not depend on it.
    """

    problem: Problem
    lp: pulp.LpProblem
    ids: dict[str, str]
    arcs: tuple[Arc, ...]
    moved: dict[Arc, pulp.LpVariable]
    money: dict[str, pulp.LpVariable]
    slack: dict[str, pulp.LpVariable] = field(default_factory=dict)
    paid: dict[tuple[str, int], pulp.LpVariable] = field(default_factory=dict)
    excess: list[pulp.LpVariable] = field(default_factory=list)
    threshold: pulp.LpVariable | None = None
    mean: dict[str, pulp.LpVariable] = field(default_factory=dict)
    tail: pulp.LpVariable | None = None


def new_model(problem: Problem) -> Model:
    """The variables of the moves and no limit: money moved on each arc, money of each account."""
    ids = safe_ids(problem.accounts)
    arcs = tuple(sorted(problem.arcs, key=lambda arc: (arc.giver, arc.receiver)))
    lp = pulp.LpProblem("allocation", pulp.LpMinimize)
    moved = {
        arc: lp.add_variable(f"moved__{ids[arc.giver]}__{ids[arc.receiver]}", lowBound=0)
        for arc in arcs
    }
    money = {a: lp.add_variable(f"money__{ids[a]}", lowBound=0) for a in sorted(ids)}
    return Model(problem=problem, lp=lp, ids=ids, arcs=arcs, moved=moved, money=money)


def add_money_after(model: Model) -> None:
    """Money after is the budget minus what leaves plus what arrives.

    money[a] + sum_r moved[a, r] - sum_g moved[g, a] = budget[a]
    """
    rows = {account: {money: 1.0} for account, money in model.money.items()}
    for arc, moved in model.moved.items():
        rows[arc.giver][moved], rows[arc.receiver][moved] = 1.0, -1.0
    budget = dict(zip(model.problem.accounts, model.problem.budget_yuan.tolist(), strict=True))
    for account, terms in rows.items():
        name = f"money_after__{model.ids[account]}"
        model.lp.addConstraint(weighted_sum(terms) == budget[account] / WAN, name)


def add_movable_share(model: Model) -> None:
    """What leaves an account is at most its movable share.

    sum_r moved[g, r] <= may_leave[g]
    """
    leaves: dict[str, dict[pulp.LpVariable, float]] = {}
    for arc, moved in model.moved.items():
        leaves.setdefault(arc.giver, {})[moved] = 1.0
    for limit in _limits_of(model, "movable_share"):
        row = weighted_sum(leaves[limit.subject]) - _slack(model, limit) <= limit.amount_yuan / WAN
        model.lp.addConstraint(row, limit.name)


def add_floor(model: Model) -> None:
    """An account keeps at least its floor.

    money[a] >= floor[a]
    """
    for limit in _limits_of(model, "floor"):
        row = model.money[limit.subject] + _slack(model, limit) >= limit.amount_yuan / WAN
        model.lp.addConstraint(row, limit.name)


def add_domain_line(model: Model) -> None:
    """The accounts of a domain together hold at most its line.

    sum_{a in domain} money[a] <= line[domain]
    """
    members = {domain.id: domain.accounts for domain in model.problem.domain_limits}
    for limit in _limits_of(model, "domain_line"):
        held = {model.money[account]: 1.0 for account in sorted(members[limit.subject])}
        row = weighted_sum(held) - _slack(model, limit) <= limit.amount_yuan / WAN
        model.lp.addConstraint(row, limit.name)


def add_paid_entitlement(model: Model) -> None:
    """In no draw is more paid than is owed: the claims of the draw and what is committed.

    paid[a, d] <= demand[d, a] + committed[a]
    """
    for account, draw, owed in owed_amounts(model):
        name = f"paid_entitlement__{model.ids[account]}__{draw}"
        model.lp.addConstraint(model.paid[account, draw] <= owed, name)


def add_paid_money(model: Model) -> None:
    """In no draw does an account pay more than its money.

    paid[a, d] <= money[a]
    """
    for account, draw, _ in owed_amounts(model):
        name = f"paid_money__{model.ids[account]}__{draw}"
        model.lp.addConstraint(model.paid[account, draw] - model.money[account] <= 0, name)


def add_worst_share(model: Model) -> None:
    """The excess of a draw is what its weighted unpaid money is above the threshold.

    excess[d] >= sum_a weight[a] (demand[d, a] + committed[a] - paid[a, d]) - threshold
    """
    weight = dict(zip(model.problem.accounts, model.problem.weights.tolist(), strict=True))
    terms: list[dict[pulp.LpVariable, float]] = [{} for _ in model.excess]
    owed_in = [0.0] * len(model.excess)
    for account, draw, owed in owed_amounts(model):
        terms[draw][model.paid[account, draw]] = weight[account]
        owed_in[draw] += weight[account] * owed
    for draw, excess in enumerate(model.excess):
        row = excess + model.threshold + weighted_sum(terms[draw]) >= owed_in[draw]
        model.lp.addConstraint(row, f"worst_share__{draw}")


def mean_cut(model: Model, cut: MeanCut) -> pulp.LpConstraint:
    """The weighted expected unpaid of an account lies above the plane.

    mean[a] >= level + slope x money[a]
    """
    terms = {model.mean[cut.account]: 1.0, model.money[cut.account]: -cut.slope}
    return weighted_sum(terms) >= cut.level_yuan / WAN


def tail_cut(model: Model, cut: TailCut) -> pulp.LpConstraint:
    """The worst-share mean lies above the plane.

    tail >= level + sum_a slope[a] x money[a]
    """
    slopes = zip(model.problem.accounts, cut.slopes.tolist(), strict=True)
    terms = {model.money[account]: -slope for account, slope in slopes if slope}
    return weighted_sum({model.tail: 1.0} | terms) >= cut.level_yuan / WAN


def hold_cost(model: Model, maximum_yuan: float) -> pulp.LpConstraint:
    """The cost stays at the optimum, within the tolerance: cost <= maximum."""
    return master_cost(model) <= maximum_yuan / WAN


def master_cost(model: Model) -> pulp.LpAffineExpression:
    """The cost as the master sees it: sum_a mean[a] + worst_weight x tail."""
    terms = dict.fromkeys(model.mean.values(), 1.0)
    return weighted_sum(terms | {model.tail: model.problem.worst_weight})


def moves_price(model: Model) -> pulp.LpAffineExpression:
    """What the moves cost to approve, and ids where that is equal: 1000 x price / step + rank.

    The step is the smallest difference between two prices. The rank of the i-th of n arcs, in
    the order of giver and receiver, is 1 + (i / n)^2, so that the earlier arcs win; with i
    itself the swap of a-c, b-d for a-d, b-c would be a tie again. One objective and not two:
    holding the price while the rank is chosen would trade the tolerance for smaller ids.
    """
    prices = sorted({0.0, *(arc.price for arc in model.arcs)})
    step = min(np.diff(prices), default=1.0)
    n = max(len(model.arcs), 1)
    return weighted_sum(
        {
            model.moved[arc]: 1000 * arc.price / step + 1 + ((i + 1) / n) ** 2
            for i, arc in enumerate(model.arcs)
        }
    )


def weighted_sum(terms: Mapping[pulp.LpVariable, float]) -> pulp.LpAffineExpression:
    """The sum of coefficient x variable."""
    return pulp.LpAffineExpression(dict(terms))


def _limits_of(model: Model, family: str) -> list[Limit]:
    return [limit for limit in limits(model.problem) if limit.family == family]


def _slack(model: Model, limit: Limit) -> pulp.LpVariable | float:
    return model.slack.get(limit.name, 0.0)


def owed_amounts(model: Model) -> Iterator[tuple[str, int, float]]:
    """Account, draw and what is owed in it, in 万元."""
    owed = model.problem.demand + model.problem.committed_yuan
    for account, i in sorted(model.problem.index.items()):
        for draw, amount in enumerate(owed[:, i].tolist()):
            yield account, draw, amount / WAN
