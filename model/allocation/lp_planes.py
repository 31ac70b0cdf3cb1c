"""The master programme: the limits on the moves and planes below the cost, no row per draw.

A world is one set of draws that the cost is found on. The usual master has one. With several (an
assumption at its low, at its high, ...) the cost is their mean by given shares, or, without
shares, that of the worst of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pulp

from model.allocation.lp import Model, add_moves, new_model, weighted_sum
from model.allocation.problem import Problem
from model.allocation.surface import MeanCut, TailCut
from model.money import WAN
from model.risk import FloatArray

FAMILIES = ("mean_cut", "tail_cut", "hold_cost", "worst_world", "payout_ratio", "joint_chance")


@dataclass(slots=True)
class Cost:
    """The variables of the cost in one world: expected unpaid by account, worst-share mean."""

    mean: dict[str, pulp.LpVariable]
    tail: pulp.LpVariable


@dataclass(slots=True)
class Master:
    """A model of moves, and what the planes of each world say of their cost."""

    model: Model
    worlds: list[Cost]
    shares: tuple[float, ...] | None = None
    worst: pulp.LpVariable | None = None

    @property
    def problem(self) -> Problem:
        """The problem whose moves are sought."""
        return self.model.problem


def new_master(
    problem: Problem, n_worlds: int = 1, shares: tuple[float, ...] | None = None
) -> Master:
    """The variables and the objective of the master, without a limit."""
    model = new_model(problem)
    worlds = []
    for k in range(n_worlds):
        end = f"__{k}" if n_worlds > 1 else ""
        names = {a: f"mean__{model.ids[a]}{end}" for a in model.ids}
        mean = {a: model.lp.add_variable(name, lowBound=0) for a, name in names.items()}
        worlds.append(Cost(mean=mean, tail=model.lp.add_variable(f"tail{end}", lowBound=0)))
    several = n_worlds > 1 and shares is None
    worst = model.lp.add_variable("worst", lowBound=0) if several else None
    master = Master(model=model, worlds=worlds, shares=shares, worst=worst)
    model.lp.setObjective(master_cost(master))
    return master


def master_model(
    problem: Problem, n_worlds: int = 1, shares: tuple[float, ...] | None = None
) -> Master:
    """The small programme of the cutting planes: the limits on the moves, no row per draw."""
    master = new_master(problem, n_worlds, shares)
    add_moves(master.model)
    if master.worst is not None:
        add_worst_world(master)
    return master


def add_worst_world(master: Master) -> None:
    """The cost is that of the worst world.

    worst >= sum_a mean[w, a] + worst_weight x tail[w]
    """
    for k, world in enumerate(master.worlds):
        terms = {master.worst: 1.0} | {v: -c for v, c in _cost_terms(master, world).items()}
        master.model.lp.addConstraint(weighted_sum(terms) >= 0, f"worst_world__{k}")


def mean_cut(master: Master, cut: MeanCut, world: int = 0) -> pulp.LpConstraint:
    """The weighted expected unpaid of an account lies above the plane.

    mean[a] >= level + slope x money[a]
    """
    mean, money = master.worlds[world].mean[cut.account], master.model.money[cut.account]
    return weighted_sum({mean: 1.0, money: -cut.slope}) >= cut.level_yuan / WAN


def tail_cut(master: Master, cut: TailCut, world: int = 0) -> pulp.LpConstraint:
    """The worst-share mean lies above the plane.

    tail >= level + sum_a slope[a] x money[a]
    """
    slopes = zip(master.problem.accounts, cut.slopes.tolist(), strict=True)
    terms = {master.model.money[account]: -slope for account, slope in slopes if slope}
    tail = master.worlds[world].tail
    return weighted_sum({tail: 1.0} | terms) >= cut.level_yuan / WAN


def hold_cost(master: Master, maximum_yuan: float) -> pulp.LpConstraint:
    """The cost stays at the optimum, within the tolerance: cost <= maximum."""
    return master_cost(master) <= maximum_yuan / WAN


def payout_ratio(
    master: Master, account: str, asked_yuan: float, ratio: pulp.LpVariable
) -> pulp.LpConstraint:
    """The account pays at least the ratio of what it is asked for on average.

    mean[a] <= (1 - ratio) x asked[a]
    """
    asked = asked_yuan / WAN
    terms = {master.worlds[0].mean[account]: 1.0, ratio: asked}
    return weighted_sum(terms) <= asked


def joint_chance(master: Master, slopes: FloatArray, level: float) -> pulp.LpConstraint:
    """The accounts hold money that keeps a chance of all of them, by a line that touches it.

    sum_a slope[a] x money[a] >= level, divided by the largest slope
    """
    largest = float(slopes.max())
    rows = zip(master.problem.accounts, slopes.tolist(), strict=True)
    terms = {master.model.money[account]: slope / largest for account, slope in rows if slope}
    return weighted_sum(terms) >= level / largest / WAN


def master_cost(master: Master) -> pulp.LpAffineExpression:
    """The cost as the master sees it: sum_a mean[a] + worst_weight x tail.

    Of several worlds, the mean by their shares, or the worst.
    """
    if master.worst is not None:
        return weighted_sum({master.worst: 1.0})
    terms: dict[pulp.LpVariable, float] = {}
    for share, world in zip(master.shares or (1.0,), master.worlds, strict=True):
        terms |= {v: share * c for v, c in _cost_terms(master, world).items()}
    return weighted_sum(terms)


def _cost_terms(master: Master, world: Cost) -> Mapping[pulp.LpVariable, float]:
    terms = dict.fromkeys(world.mean.values(), 1.0)
    return terms | {world.tail: master.problem.worst_weight}
