"""Moves that people can make, as rows of the master: whole steps, few transfers, other plans.

Money is in 万元, as in `model.allocation.lp`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulp

from model.allocation.lp import weighted_sum
from model.allocation.lp_planes import Master
from model.allocation.problem import Arc, Problem
from model.money import WAN

FAMILIES = ("whole_steps", "used_arc", "few_transfers", "moved_most", "apart", "apart_side")
FEW = "few_transfers__all"
MOST = "moved_most__all"
SMALL_BUDGET_YUAN = 20_000_000  # givers with less move in smaller steps
SMALL_STEP_YUAN, STEP_YUAN = 100_000, 1_000_000


@dataclass(slots=True)
class Steps:
    """A master whose moves are whole steps: how many on each arc, and whether there are any."""

    master: Master
    unit_yuan: dict[Arc, int]
    most: dict[Arc, int]
    steps: dict[Arc, pulp.LpVariable] = field(default_factory=dict)
    used: dict[Arc, pulp.LpVariable] = field(default_factory=dict)

    @property
    def lp(self) -> pulp.LpProblem:
        """The programme."""
        return self.master.model.lp


def step_yuan(problem: Problem, arc: Arc) -> int:
    """One step of an arc: 100万元, or 10万元 where the giver has less than 2 000万元."""
    budget = int(problem.budget_yuan[problem.index[arc.giver]])
    return SMALL_STEP_YUAN if budget < SMALL_BUDGET_YUAN else STEP_YUAN


def new_steps(master: Master) -> Steps:
    """The variables of the steps and no row: as many steps as may leave the giver, at most."""
    problem, model = master.problem, master.model
    limits = {(one.giver, one.receiver): one.maximum_yuan for one in problem.arc_limits}
    units = {arc: step_yuan(problem, arc) for arc in model.arcs}
    most = {}
    for arc in model.arcs:
        leaves = int(problem.may_leave_yuan[problem.index[arc.giver]])
        most[arc] = min(leaves, limits.get((arc.giver, arc.receiver), leaves)) // units[arc]
    rows = Steps(master=master, unit_yuan=units, most=most)
    for arc in model.arcs:
        name = _name(master, arc)
        integer = {"lowBound": 0, "upBound": most[arc], "cat": pulp.LpInteger}
        rows.steps[arc] = model.lp.add_variable(f"steps__{name}", **integer)
        rows.used[arc] = model.lp.add_variable(f"used__{name}", 0, 1, pulp.LpInteger)
    return rows


def add_whole_steps(rows: Steps) -> None:
    """What is moved on an arc is a whole number of steps.

    moved[g, r] = unit[g] x steps[g, r]
    """
    for arc, steps in rows.steps.items():
        terms = {rows.master.model.moved[arc]: 1.0, steps: -rows.unit_yuan[arc] / WAN}
        rows.lp.addConstraint(weighted_sum(terms) == 0, f"whole_steps__{_name(rows.master, arc)}")


def add_used_arc(rows: Steps) -> None:
    """An arc that moves anything is used.

    steps[g, r] <= most[g, r] x used[g, r]
    """
    for arc, steps in rows.steps.items():
        terms = {steps: 1.0, rows.used[arc]: -float(rows.most[arc])}
        rows.lp.addConstraint(weighted_sum(terms) <= 0, f"used_arc__{_name(rows.master, arc)}")


def add_few_transfers(rows: Steps, at_most: int) -> None:
    """At most so many arcs are used.

    sum_(g, r) used[g, r] <= most
    """
    used = dict.fromkeys(rows.used.values(), 1.0)
    rows.lp.addConstraint(weighted_sum(used) <= at_most, FEW)


def moved_most(master: Master, maximum_yuan: float) -> pulp.LpConstraint:
    """At most so much is moved in all.

    sum_(g, r) moved[g, r] <= most
    """
    moved = dict.fromkeys(master.model.moved.values(), 1.0)
    return weighted_sum(moved) <= maximum_yuan / WAN


def add_apart(rows: Steps, number: int, other_yuan: Mapping[str, int]) -> list[pulp.LpVariable]:
    """The distance of each account's money from that of another plan, from above and from below.

    apart: money[a] - above[a] + below[a] = other[a];
    apart_side: above[a] <= most x side[a], below[a] <= most x (1 - side[a])

    Returns:
        The variables whose sum is the distance between the plans.
    """
    model, distances = rows.master.model, []
    most = float(sum(other_yuan.values())) / WAN
    for account, money in model.money.items():
        name = f"{model.ids[account]}__{number}"
        above = model.lp.add_variable(f"above__{name}", 0)
        below = model.lp.add_variable(f"below__{name}", 0)
        side = model.lp.add_variable(f"side__{name}", 0, 1, pulp.LpInteger)
        apart = weighted_sum({money: 1.0, above: -1.0, below: 1.0}) == other_yuan[account] / WAN
        model.lp.addConstraint(apart, f"apart__{name}")
        over = weighted_sum({above: 1.0, side: -most}) <= 0
        model.lp.addConstraint(over, f"apart_side__above__{name}")
        under = weighted_sum({below: 1.0, side: most}) <= most
        model.lp.addConstraint(under, f"apart_side__below__{name}")
        distances += [above, below]
    return distances


def _name(master: Master, arc: Arc) -> str:
    return f"{master.model.ids[arc.giver]}__{master.model.ids[arc.receiver]}"
