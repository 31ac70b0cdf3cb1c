"""The variables of the linear programmes, and the limits on the moves: one function a family.

Money is in 万元 here and only here (`WAN`): the solver's tolerances are absolute, and 1e-9 万元
is far below one yuan while the largest budgets stay near 1e6. Everything is minimised, and
every limit has a name `family__id`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np
import pulp

from model.allocation.limits import Limit, limits, safe_ids
from model.allocation.problem import Arc, Problem
from model.money import WAN

FAMILIES = (
    "money_after",
    "movable_share",
    "arc_limit",
    "floor",
    "chance",
    "pooled_chance",
    "domain_line",
    "caution",
)


@dataclass(slots=True)
class Model:
    """A PuLP problem and its variables, by account, arc or limit.

    `harm` is what giving does to a giver if one assumption is wrong, where it does anything.

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
    harm: dict[str, pulp.LpVariable] = field(default_factory=dict)


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


def add_moves(model: Model) -> None:
    """Every family of limits on the moves, and what they do to those who give."""
    for add in ADD.values():
        add(model)


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
        _at_most(model, limit, leaves[limit.subject])


def add_arc_limit(model: Model) -> None:
    """Along some arcs at most so much goes, such as from the reserve to one account.

    moved[g, r] <= most[g, r]
    """
    along = {f"{arc.giver}>{arc.receiver}": moved for arc, moved in model.moved.items()}
    for limit in _limits_of(model, "arc_limit"):
        _at_most(model, limit, {along[limit.subject]: 1.0})


def add_floor(model: Model) -> None:
    """An account keeps at least its floor.

    money[a] >= floor[a]
    """
    _add_at_least(model, "floor")


def add_chance(model: Model) -> None:
    """An account holds what keeps its chance of a gap within the limit: an exact quantile.

    money[a] >= committed[a] + quantile[a]
    """
    _add_at_least(model, "chance")


def add_pooled_chance(model: Model) -> None:
    """Accounts together hold what keeps the chance of a gap of their pooled money within the limit.

    sum_{a in group} money[a] >= sum_{a in group} committed[a] + quantile[group]
    """
    _add_at_least(model, "pooled_chance")


def add_domain_line(model: Model) -> None:
    """The accounts of a domain together hold at most its line.

    sum_{a in domain} money[a] <= line[domain]
    """
    for limit in _limits_of(model, "domain_line"):
        _at_most(model, limit, _held(model, limit))


def add_caution(model: Model) -> None:
    """What giving does to a giver if one assumption is wrong lies above the lines of its curve.

    harm[g] >= level[g, k] + slope[g, k] x money[g]
    """
    for caution in sorted(model.problem.cautions, key=lambda caution: caution.account):
        points = list(zip(caution.money_yuan, caution.harm_yuan, strict=True))
        steep = [pair for pair in pairwise(points) if pair[0][1] != pair[1][1]]
        if not steep:
            continue
        name, money = model.ids[caution.account], model.money[caution.account]
        harm = model.lp.add_variable(f"harm__{name}", lowBound=0)
        for k, ((here, more), (there, most)) in enumerate(steep):
            slope = (most - more) / (there - here)
            row = weighted_sum({harm: 1.0, money: -slope}) >= (more - slope * here) / WAN
            model.lp.addConstraint(row, f"caution__{name}__{k}")
        model.harm[caution.account] = harm


ADD = {
    "money_after": add_money_after,
    "movable_share": add_movable_share,
    "arc_limit": add_arc_limit,
    "floor": add_floor,
    "chance": add_chance,
    "pooled_chance": add_pooled_chance,
    "domain_line": add_domain_line,
    "caution": add_caution,
}


def moves_price(model: Model) -> pulp.LpAffineExpression:
    """What the moves cost those who approve and those who give, and ids where that is equal.

    1000 / step x (sum price x moved + sum harm) + sum rank x moved. The step is the smallest
    difference between two prices. The rank of the i-th of n arcs, in the order of giver and
    receiver, is 1 + (i / n)^2, so that the earlier arcs win; with i itself the swap of a-c, b-d
    for a-d, b-c would be a tie again. One objective and not two: holding the price while the rank
    is chosen would trade the tolerance for smaller ids.
    """
    prices = sorted({0.0, *(arc.price for arc in model.arcs)})
    step = min(np.diff(prices), default=1.0)
    n = max(len(model.arcs), 1)
    moves = {
        model.moved[arc]: 1000 * arc.price / step + 1 + ((i + 1) / n) ** 2
        for i, arc in enumerate(model.arcs)
    }
    return weighted_sum(moves | dict.fromkeys(model.harm.values(), 1000 / step))


def weighted_sum(terms: Mapping[pulp.LpVariable, float]) -> pulp.LpAffineExpression:
    """The sum of coefficient x variable."""
    return pulp.LpAffineExpression(dict(terms))


def _limits_of(model: Model, family: str) -> Iterator[Limit]:
    return (limit for limit in limits(model.problem) if limit.family == family)


def _held(model: Model, limit: Limit) -> dict[pulp.LpVariable, float]:
    return {model.money[account]: 1.0 for account in sorted(limit.accounts)}


def _at_most(model: Model, limit: Limit, terms: Mapping[pulp.LpVariable, float]) -> None:
    row = weighted_sum(terms) - _slack(model, limit) <= limit.amount_yuan / WAN
    model.lp.addConstraint(row, limit.name)


def _add_at_least(model: Model, family: str) -> None:
    for limit in _limits_of(model, family):
        held = weighted_sum(_held(model, limit))
        row = held + _slack(model, limit) >= limit.amount_yuan / WAN
        model.lp.addConstraint(row, limit.name)


def _slack(model: Model, limit: Limit) -> pulp.LpVariable | float:
    return model.slack.get(limit.name, 0.0)
