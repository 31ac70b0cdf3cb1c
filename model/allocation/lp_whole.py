"""Whole claims as an integer programme: which lots of equal claims to pay, and how good that is.

Amounts and worths are whole numbers of some unit. A programme of many lots is solved around the
place where the money runs out: what is worth most for its money is taken, what is worth least is
left, and the lots between are chosen exactly. The bound holds for all lots.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cmp_to_key
from typing import Literal

import pulp

from model.allocation.lp import weighted_sum
from model.errors import BudgetError

FAMILIES = ("whole_claims", "whole_worth", "whole_count")  # the first: money and ceilings
MOST_FREE = 120  # lots that are chosen exactly
_MOST_NODES = 2_000
_EXACT = {"mip_rel_gap": 0.0, "mip_abs_gap": 0.0, "mip_feasibility_tolerance": 1e-9}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lots:
    """Claims alike in award and amount, lot by lot, the earliest first.

    Attributes:
        amounts: what one claim of the lot costs.
        counts: how many claims it holds.
        worths: what one of them is worth.
        awards: the position of its award.
        pot: the money for all.
        ceilings: by award, the money for it.
    """

    amounts: tuple[int, ...]
    counts: tuple[int, ...]
    worths: tuple[int, ...]
    awards: tuple[int, ...]
    pot: int
    ceilings: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """How many claims of each lot are paid, their worth, and what no choice can exceed."""

    taken: tuple[int, ...]
    worth: int
    bound: Fraction

    @property
    def gap(self) -> float:
        """How far the worth lies below the bound, relative to it."""
        return float((self.bound - self.worth) / self.bound) if self.bound else 0.0


def choose_lots(lots: Lots) -> Picked:
    """The most worth within the money and the ceilings; then most claims; then the earliest lots.

    Raises:
        BudgetError: what was chosen does not keep the limits.
    """
    greedy, bound = fill_in_order(lots)
    free = _around_the_edge(lots, greedy)
    found, proven = solve_lots(_only(lots, greedy, free))
    taken = list(greedy)
    for place, count in zip(free, found, strict=True):
        taken[place] = count
    if worth_of(lots, taken) < worth_of(lots, greedy):
        taken, proven = greedy, False
    if not keeps(lots, taken):
        raise BudgetError("the choice of whole claims does not keep its limits")
    worth = worth_of(lots, taken)
    best = Fraction(worth) if proven and len(free) == len(taken) else bound
    return Picked(taken=tuple(taken), worth=worth, bound=best)


def worth_of(lots: Lots, taken: list[int]) -> int:
    """What a choice is worth."""
    return sum(w * n for w, n in zip(lots.worths, taken, strict=True))


def fill_in_order(lots: Lots) -> tuple[list[int], Fraction]:
    """The lots by worth for their money, as many as fit; and the same if claims could be split.

    Within one sum of money and ceilings inside it the second is the optimum of the programme
    without whole numbers, so that no choice is worth more.
    """
    taken, bound = [0] * len(lots.amounts), Fraction(0)
    left, room = lots.pot, dict(lots.ceilings)
    split_left, split_room = lots.pot, dict(lots.ceilings)
    for place in _by_density(lots):
        amount, count, award = lots.amounts[place], lots.counts[place], lots.awards[place]
        taken[place] = min(count, min(left, room.get(award, left)) // amount)
        spent = taken[place] * amount
        left, room[award] = left - spent, room.get(award, lots.pot) - spent
        part = min(count * amount, split_left, split_room.get(award, split_left))
        bound += Fraction(part * lots.worths[place], amount)
        split_left, split_room[award] = split_left - part, split_room.get(award, lots.pot) - part
    return taken, bound


def _by_density(lots: Lots) -> list[int]:
    """The places of the lots, worth most for their money first, the earliest of equal ones."""

    def denser(one: int, other: int) -> int:
        first = lots.worths[one] * lots.amounts[other]
        second = lots.worths[other] * lots.amounts[one]
        return (second > first) - (second < first)

    return sorted(range(len(lots.amounts)), key=cmp_to_key(denser))


def _around_the_edge(lots: Lots, greedy: list[int]) -> list[int]:
    """The lots to be chosen exactly: all if they are few, else those where the money runs out."""
    order = _by_density(lots)
    if len(order) <= MOST_FREE:
        return list(range(len(order)))
    edge = next((i for i, place in enumerate(order) if greedy[place] < lots.counts[place]), 0)
    begin = max(min(edge - MOST_FREE // 2, len(order) - MOST_FREE), 0)
    return sorted(order[begin : begin + MOST_FREE])


def _only(lots: Lots, greedy: list[int], free: list[int]) -> Lots:
    """The programme of some lots, with the money that the others leave."""
    inside = set(free)
    pot, ceilings = lots.pot, dict(lots.ceilings)
    for place, count in enumerate(greedy):
        if place not in inside:
            spent = count * lots.amounts[place]
            pot -= spent
            if lots.awards[place] in ceilings:
                ceilings[lots.awards[place]] -= spent
    return Lots(
        amounts=tuple(lots.amounts[i] for i in free),
        counts=tuple(lots.counts[i] for i in free),
        worths=tuple(lots.worths[i] for i in free),
        awards=tuple(lots.awards[i] for i in free),
        pot=pot,
        ceilings=ceilings,
    )


def keeps(lots: Lots, taken: list[int]) -> bool:
    """Whether a choice keeps the money and the ceilings: looked at without the solver."""
    spent: dict[int, int] = {}
    for place, count in enumerate(taken):
        award = lots.awards[place]
        spent[award] = spent.get(award, 0) + count * lots.amounts[place]
    within = all(0 <= n <= most for n, most in zip(taken, lots.counts, strict=True))
    held = all(spent.get(award, 0) <= most for award, most in lots.ceilings.items())
    return within and held and sum(spent.values()) <= lots.pot


# --- the programme ---


def lots_model(lots: Lots) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """The programme that finds the most worth, and how many of each lot are taken.

    sum_g amount[g] x taken[g] <= pot; the same for the lots of an award with a ceiling
    """
    lp = pulp.LpProblem("whole_claims", pulp.LpMinimize)
    taken = [
        lp.add_variable(f"taken__{place}", 0, count, pulp.LpInteger)
        for place, count in enumerate(lots.counts)
    ]
    costs = dict(zip(taken, map(float, lots.amounts), strict=True))
    lp.addConstraint(weighted_sum(costs) <= lots.pot, "whole_money")
    for award, most in sorted(lots.ceilings.items()):
        own = {taken[i]: costs[taken[i]] for i, of in enumerate(lots.awards) if of == award}
        if own:
            lp.addConstraint(weighted_sum(own) <= most, f"whole_ceiling__{award}")
    lp.setObjective(weighted_sum(_negative(taken, lots.worths)))
    return lp, taken


def hold_worth(lp: pulp.LpProblem, taken: list[pulp.LpVariable], lots: Lots, worth: int) -> None:
    """From now on the worth is what was found, and most claims are sought.

    sum_g worth[g] x taken[g] >= worth
    """
    worths = dict(zip(taken, map(float, lots.worths), strict=True))
    lp.addConstraint(weighted_sum(worths) >= worth, "whole_worth")
    lp.setObjective(weighted_sum(dict.fromkeys(taken, -1.0)))


def hold_count(lp: pulp.LpProblem, taken: list[pulp.LpVariable], count: int) -> None:
    """From now on the number of claims is what was found, and the earliest lots are sought.

    sum_g taken[g] >= count
    """
    lp.addConstraint(weighted_sum(dict.fromkeys(taken, 1.0)) >= count, "whole_count")
    lp.setObjective(weighted_sum({one: float(place) for place, one in enumerate(taken)}))


def _negative(
    taken: list[pulp.LpVariable], worths: tuple[int, ...]
) -> dict[pulp.LpVariable, float]:
    return {one: -float(worth) for one, worth in zip(taken, worths, strict=True)}


def solve_lots(lots: Lots, solver: Literal["HiGHS", "CBC"] = "HiGHS") -> tuple[list[int], bool]:
    """How many of each lot, and whether it is proven that no choice is worth more."""
    nothing = [0] * len(lots.amounts)
    if not lots.amounts or lots.pot < min(lots.amounts):
        return nothing, True
    lp, taken = lots_model(lots)
    best, proven = _solve(lp, taken, solver)
    if not keeps(lots, best):
        return nothing, False
    if not proven:
        return best, False
    worth = worth_of(lots, best)
    hold_worth(lp, taken, lots, worth)
    most, proven = _solve(lp, taken, solver)
    if not proven or worth_of(lots, most) != worth or not keeps(lots, most):
        return best, True
    hold_count(lp, taken, sum(most))
    first, proven = _solve(lp, taken, solver)
    same = (worth_of(lots, first), sum(first)) == (worth, sum(most))
    return (first if proven and same and keeps(lots, first) else most), True


def _solve(
    lp: pulp.LpProblem, taken: list[pulp.LpVariable], solver: Literal["HiGHS", "CBC"]
) -> tuple[list[int], bool]:
    """The best whole numbers found, and whether they are proven to be the best."""
    if solver == "CBC":  # the second opinion of the tests
        path = pulp.PULP_CBC_CMD.pulp_cbc_path
        lp.solve(pulp.COIN_CMD(msg=False, path=path, gapRel=0.0, threads=1))
        values = [one.value() or 0.0 for one in taken]
        return [round(value) for value in values], lp.status == pulp.LpStatusOptimal
    engine = pulp.HiGHS(msg=False, threads=1, mip_max_nodes=_MOST_NODES, **_EXACT)
    # PuLP knows no name for an end at a number of nodes, so HiGHS is asked itself.
    engine.createAndConfigureSolver(lp)
    engine.buildSolverModel(lp)
    engine.callSolver(lp)
    highs = lp.solverModel
    proven = highs.modelStatusToString(highs.getModelStatus()) == "Optimal"
    values = highs.getSolution().col_value
    return [round(values[one.index]) for one in taken] if values else [0] * len(taken), proven
