"""Moves that people can make, as rows of the master: whole steps, few transfers, other plans.

Money is in 万元, as in `model.allocation.lp`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from math import ceil, floor, gcd

import pulp

from model.allocation.limits import AT_LEAST, limit_rows
from model.allocation.lp import weighted_sum
from model.allocation.lp_planes import Master
from model.allocation.problem import Arc, Problem
from model.allocation.surface import money_box
from model.money import WAN
from model.risk import IntArray

FAMILIES = (
    "whole_steps",
    "used_arc",
    "few_transfers",
    "moved_most",
    "nearest",
    "apart",
    "apart_side",
)
FEW = "few_transfers__all"
MOST = "moved_most__all"
SMALL_BUDGET_YUAN = 20_000_000  # givers with less move in smaller steps
SMALL_STEP_YUAN, STEP_YUAN = 100_000, 1_000_000

Apart = dict[str, tuple[pulp.LpVariable, pulp.LpVariable]]  # account to above and below


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


def tighten_limits(rows: Steps) -> None:
    """The amount of every limit is the last that whole steps can reach.

    An amount one yuan short of a step would be met by 0.999999 steps, which a solver takes for 1.
    """
    problem, units = rows.master.problem, rows.unit_yuan
    for limit, start, signs in limit_rows(problem):
        if not signs:
            continue  # no move changes what it counts
        step = gcd(*(units[problem.arcs[i]] for i in signs))
        steps = Fraction(limit.amount_yuan - start, step)
        whole = ceil(steps) if limit.family in AT_LEAST else floor(steps)
        row = rows.lp.get_constraint_by_name(limit.name)
        row.changeRHS((start + whole * step) / WAN)


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


def add_distance(rows: Steps, others: list[IntArray]) -> pulp.LpVariable:
    """The distance of the plan from the nearest of others, given by their money after in yuan."""
    distances = []
    for number, other in enumerate(others):
        apart = add_apart(rows, number, other)
        add_apart_side(rows, number, other, apart)
        distances.append([side for sides in apart.values() for side in sides])
    return add_nearest(rows, distances)


def add_apart(rows: Steps, number: int, other_yuan: IntArray) -> Apart:
    """How far each account's money lies from that of another plan, above it or below it.

    money[a] - above[a] + below[a] = other[a]
    """
    model, apart = rows.master.model, {}
    for account, money in model.money.items():
        name = f"{model.ids[account]}__{number}"
        above = model.lp.add_variable(f"above__{name}", 0)
        below = model.lp.add_variable(f"below__{name}", 0)
        other = int(other_yuan[rows.master.problem.index[account]]) / WAN
        row = weighted_sum({money: 1.0, above: -1.0, below: 1.0}) == other
        model.lp.addConstraint(row, f"apart__{name}")
        apart[account] = above, below
    return apart


def add_apart_side(rows: Steps, number: int, other_yuan: IntArray, apart: Apart) -> None:
    """The money lies above the other plan's or below it, not both, and no farther than moves reach.

    above[a] <= most_above[a] x side[a], below[a] <= most_below[a] x (1 - side[a])
    """
    model, index = rows.master.model, rows.master.problem.index
    low, high = money_box(rows.master.problem)
    for account, (above, below) in apart.items():
        i, name = index[account], f"{model.ids[account]}__{number}"
        most_above = float(high[i] - other_yuan[i]) / WAN
        most_below = float(other_yuan[i] - low[i]) / WAN
        side = model.lp.add_variable(f"side__{name}", 0, 1, pulp.LpInteger)
        over = weighted_sum({above: 1.0, side: -most_above}) <= 0
        model.lp.addConstraint(over, f"apart_side__above__{name}")
        under = weighted_sum({below: 1.0, side: most_below}) <= most_below
        model.lp.addConstraint(under, f"apart_side__below__{name}")


def add_nearest(rows: Steps, distances: list[list[pulp.LpVariable]]) -> pulp.LpVariable:
    """The distance from the nearest of several plans.

    nearest <= sum_a (above[a] + below[a]) for each of them
    """
    nearest = rows.lp.add_variable("nearest", 0)
    for number, distance in enumerate(distances):
        terms = {nearest: 1.0} | dict.fromkeys(distance, -1.0)
        rows.lp.addConstraint(weighted_sum(terms) <= 0, f"nearest__{number}")
    return nearest


def _name(master: Master, arc: Arc) -> str:
    return f"{master.model.ids[arc.giver]}__{master.model.ids[arc.receiver]}"
