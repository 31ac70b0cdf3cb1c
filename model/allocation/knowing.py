"""What it is worth to know more before money moves: each year, all years, or one assumption.

Every value compares costs of the same problem by the functions that make the plan: the least cost
by planes, the plan itself, and the unpaid money of every draw.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from model.allocation.cuts import solve
from model.allocation.layers import layers_of
from model.allocation.lp_planes import master_cost, master_model, mean_cut
from model.allocation.plan import cost, weighted_unpaid
from model.allocation.prices import least_cost
from model.allocation.problem import Problem
from model.allocation.search import Optimum, Search
from model.allocation.solver import Live
from model.allocation.surface import MeanCut
from model.errors import BudgetError, refuse
from model.money import WAN
from model.risk import Estimate, FloatArray, IntArray, mean
from model.years import Years, blocks

__all__ = [
    "cost",
    "mean_year",
    "perfect_information",
    "solve_money",
    "stochastic_solution",
    "value_of_finding_out",
]

PROVEN_YUAN = 100.0  # what the solver proves a difference of two least costs to
MOST_YEARS_SOLVED = 20_000  # of more years in which money could help an even part is solved
_GAP_YUAN = 1.0
_NOTHING_YUAN = 0.01  # less than this in a single year is the solver's rounding


def solve_money(problem: Problem, gap_yuan: float = _GAP_YUAN) -> Optimum:
    """The least cost and money that reaches it, proven to so many yuan.

    Raises:
        InputError: no plan meets the limits.
    """
    optimum: Optimum | None = Search(problem).least_cost(gap_yuan)
    if optimum is None:
        raise refuse("allocation", "no plan meets the limits, so nothing is worth knowing")
    return optimum


def value_of_finding_out(
    problem: Problem,
    others: tuple[Problem, ...],
    shares: tuple[float, ...],
    best: Optimum | None = None,
) -> float:
    """Fall of the mean cost in yuan if it were known, before money moves, which world is true.

    The least mean cost of one plan for all worlds, less the mean of the least cost of each; what
    is below the solver's proof counts as nothing, so a world that changes no move is worth 0.

    Args:
        others: problems that differ from the first in claims and committed money only.
        shares: of the first problem and the others, adding up to 1.
        best: the least cost of the first problem, where it is known already.

    Raises:
        InputError: no plan meets the limits.
    """
    best = best or solve_money(problem, PROVEN_YUAN)
    least = [best.upper_yuan, *(solve_money(each, PROVEN_YUAN).upper_yuan for each in others)]
    apart = float(np.dot(shares, least))
    # The plan of the first world is one plan for all: nothing is gained where it is best in each.
    kept = [best.upper_yuan, *(cost(each, best.money_yuan) for each in others)]
    if float(np.dot(shares, kept)) - apart <= PROVEN_YUAN:
        return 0.0
    together = least_cost(Search(problem, others, shares), problem)
    return together - apart if together - apart > PROVEN_YUAN else 0.0


def stochastic_solution(problem: Problem, mean_world: Problem | None = None) -> Estimate:
    """What the plan for mean claims costs more than the best one, in yuan of expected unpaid.

    The plan for the mean is the one that the product would make: cheapest to approve, and round.

    Args:
        mean_world: the problem whose draws are all at the mean; by default the mean of the draws.

    Raises:
        InputError: no plan meets the limits.
    """
    problem = replace(problem, worst_weight=0.0)
    for_mean = solve(replace(mean_world or mean_year(problem), worst_weight=0.0))
    best = weighted_unpaid(problem, solve_money(problem).money_yuan)
    more = mean(weighted_unpaid(problem, for_mean.budget_after_yuan) - best)
    return Estimate(max(more.value, 0.0), more.se)


def mean_year(problem: Problem) -> Problem:
    """The problem in which every year asks each account for its mean, rounded to the yuan."""
    demand = _means(problem.demand)
    payments = problem.payments
    if payments is not None:
        asked = _means(payments.demand)
        for account, column in problem.index.items():
            mine = [i for i, kind in enumerate(payments.kinds) if kind.account == account]
            if mine:
                demand[column] = asked[mine].sum()
        payments = replace(payments, demand=np.tile(asked, (2, 1)))
    return replace(problem, demand=np.tile(demand, (2, 1)), payments=payments)


def _means(years: Years) -> IntArray:
    total = np.zeros(years.shape[1], dtype=np.float64)
    for here in blocks(len(years)):
        total += years[here].sum(axis=0, dtype=np.float64)
    return np.rint(total / len(years)).astype(np.int64)


# --- every year known beforehand ---


def perfect_information(problem: Problem, most_years: int = MOST_YEARS_SOLVED) -> Estimate:
    """Fall of the expected unpaid money in yuan if each year were known before money moves.

    One plan for all draws against the best plan of each draw. Only a draw in which the one plan
    leaves something unpaid can gain; of more than `most_years` such draws an even part is solved,
    and the error says so.

    Raises:
        InputError: no plan meets the limits.
    """
    problem = replace(problem, worst_weight=0.0)
    money = solve_money(problem).money_yuan
    short, n = _short_years(problem, money), len(problem.demand)
    if not len(short):
        return Estimate(0.0, 0.0)
    places = np.linspace(0, len(short) - 1, min(len(short), most_years))
    gains = _gains(problem, money, short[np.rint(places).astype(np.int64)])
    part, solved = len(short) / n, len(gains)
    value = part * float(gains.mean())
    spread = part * float(np.mean(gains**2)) - value**2
    unsolved = 1 - solved / len(short)
    square = spread / (n - 1) + part**2 * float(gains.var()) * unsolved / solved
    return Estimate(value, max(square, 0.0) ** 0.5)


def _short_years(problem: Problem, money: FloatArray) -> IntArray:
    """The draws in which more money somewhere would be of use, in order."""
    short = np.empty(len(problem.demand), dtype=np.bool_)
    for here in blocks(len(short)):
        layers = layers_of(problem, here)
        short[here] = np.any(layers.owed > money[layers.account], axis=1)
    return np.flatnonzero(short)


def _gains(problem: Problem, money: FloatArray, years: IntArray) -> FloatArray:
    """What each of some draws would owe less if the money had been moved for it alone."""
    gains, known = [], KnownYears(problem)
    for here in blocks(len(problem.demand)):
        rows = years[(years >= here.start) & (years < here.stop)] - here.start
        if not len(rows):
            continue
        layers = layers_of(problem, here)
        owed, weight = layers.owed[rows], np.broadcast_to(layers.weight, layers.owed.shape)[rows]
        # What no money pays is the same on both sides.
        now = np.sum(weight * np.maximum(owed - money[layers.account], 0.0), axis=1)
        least = [known.least(layers.account, *year) for year in zip(owed, weight, strict=True)]
        gains.append(now - np.array(least))
    found = np.concatenate(gains)
    return np.where(found > _NOTHING_YUAN, found, 0.0)


@dataclass(slots=True)
class KnownYears:
    """The least that single years would owe, each if its claims were known beforehand.

    Equal years are solved once, and years that differ in amounts only by one programme.
    """

    problem: Problem
    _programmes: dict[bytes, _OneYear] = field(default_factory=dict)
    _found: dict[bytes, float] = field(default_factory=dict)

    def least(self, account: IntArray, owed: IntArray, weight: FloatArray) -> float:
        """Of one year, layer by layer: least weighted unpaid money in yuan; see `Layers`."""
        key = weight.tobytes()
        year = key + owed.tobytes()
        if year not in self._found:
            if key not in self._programmes:
                self._programmes[key] = _OneYear(self.problem, account, weight)
            self._found[year] = self._programmes[key].least(owed)
        return self._found[year]


class _OneYear:
    """The master programme of one year: each plane of its cost is known, and only its level moves.

    An account that owes in layers has a plane for each: what the layers from there on owe, less
    what money pays of it. Its unpaid money is the highest of them.
    """

    def __init__(self, problem: Problem, account: IntArray, weight: FloatArray) -> None:
        after = account[:, None] == account[None, :]
        self._planes = np.triu(after) * weight
        self._master = master_model(problem)
        self._live = Live(self._master.model.lp)
        self._live.minimise(master_cost(self._master))
        self._names: list[str] = []
        for place, slope in zip(
            account.tolist(), (-self._planes.sum(axis=1)).tolist(), strict=True
        ):
            cut = MeanCut(account=problem.accounts[place], slope=slope, level_yuan=0.0)
            self._names.append(
                f"mean_cut__{self._master.model.ids[cut.account]}__{len(self._names)}"
            )
            self._live.add(mean_cut(self._master, cut), self._names[-1])

    def least(self, owed: IntArray) -> float:
        for name, level in zip(self._names, (self._planes @ owed).tolist(), strict=True):
            self._live.set_right_side(name, level / WAN)
        if not self._live.solve():
            raise BudgetError(
                "a year known beforehand allows no plan, though all years together do"
            )
        return self._live.objective() * WAN
