"""The most even plan: the smallest payout ratio as high as can be, then the next, and so on.

The payout ratio of an account is what it pays, on average, of what it is asked for. The planes of
the usual search serve here too: they lie below the expected unpaid money of each account.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pulp

from model.allocation import lp, lp_planes
from model.allocation.clash import find_clashes
from model.allocation.plan import Plan, Transfer, budgets_after, cost
from model.allocation.problem import Arc, Problem
from model.allocation.rounding import UNITS_YUAN, in_units
from model.allocation.search import Search, add_plane, money_in
from model.allocation.solver import Live
from model.allocation.surface import MeanCut, TailCut
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray
from model.years import Years, blocks

_ROUNDS = 500
_CLOSE = 1e-7  # ratios nearer than this are one
_GIVEN_UP = 1e-5  # of a ratio, for amounts that are round and moves that are cheaper to approve


@dataclass(slots=True)
class _Ratios:
    """A master whose rows hold ratios: one variable for the least of the accounts still open."""

    search: Search
    asked: Mapping[str, float]
    master: lp_planes.Master = field(init=False)
    live: Live = field(init=False)
    ratio: pulp.LpVariable = field(init=False)
    known: int = 0

    def __post_init__(self) -> None:
        self.master = lp_planes.master_model(self.search.problem)
        # Where not even what was bound before can be paid, a ratio lies below zero.
        self.ratio = self.master.model.lp.add_variable("ratio", None, 1)
        for account, asked in self.asked.items():
            name = f"payout_ratio__{self.master.model.ids[account]}"
            row = lp_planes.payout_ratio(self.master, account, asked, self.ratio)
            self.master.model.lp.addConstraint(row, name)
        self.live = Live(self.master.model.lp)

    def learn(self) -> None:
        """Take the planes that the search has found since the last time."""
        planes: list[tuple[int, MeanCut | TailCut]] = self.search.planes[self.known :]
        for number, plane in enumerate(planes, self.known):
            if isinstance(plane[1], MeanCut):
                add_plane(self.live, self.master, number, plane)
        self.known = len(self.search.planes)

    def hold(self, account: str, at_least: float) -> None:
        """Hold the account to a ratio of its own instead of the common one."""
        mean = self.master.worlds[0].mean[account]
        self.live.set_bounds(mean, 0.0, max((1 - at_least) * self.asked[account] / WAN, 0.0))

    def best(self, accounts: list[str]) -> tuple[float, FloatArray] | None:
        """The highest least ratio of some accounts and money that reaches it; None if no plan."""
        for account in self.asked:
            name = f"payout_ratio__{self.master.model.ids[account]}"
            asked = self.asked[account] / WAN
            self.live.set_right_side(name, asked if account in accounts else np.inf)
        self.live.minimise({self.ratio: -1.0})
        for _ in range(_ROUNDS):
            self.learn()
            if not self.live.solve():
                return None
            bound, money = -self.live.objective(), money_in(self.live, self.master)
            true = ratios_at(self.search, self.asked, money)
            if min(true[account] for account in accounts) >= bound - _CLOSE / 10:
                return bound, money
        raise BudgetError(f"{_ROUNDS} rounds did not find the most even plan")


def asked_yuan(problem: Problem) -> dict[str, float]:
    """The mean weighted money that each account is asked for, where it is asked for any.

    Of an account that pays by rules, each kind of claims counts with its own weight.
    """
    asked = dict(zip(problem.accounts, _mean(problem.demand).tolist(), strict=True))
    if problem.payments is not None:
        kinds = problem.payments.kinds
        asked |= dict.fromkeys([kind.account for kind in kinds], 0.0)
        for kind, yuan in zip(kinds, _mean(problem.payments.demand).tolist(), strict=True):
            asked[kind.account] += kind.weight * yuan
    weights = dict(zip(problem.accounts, problem.weights.tolist(), strict=True))
    return {a: weights[a] * yuan for a, yuan in asked.items() if weights[a] * yuan > 0}


def _mean(years: Years) -> FloatArray:
    """The mean of each column of a table of years."""
    total = np.zeros(years.shape[1])
    for here in blocks(len(years)):
        total += years[here].sum(axis=0)
    return total / len(years)


def ratios_at(search: Search, asked: Mapping[str, float], money: FloatArray) -> dict[str, float]:
    """The payout ratio of each account at this money; the planes found join the search."""
    search.ask(money)
    index = search.problem.index
    curves = search.surfaces[0].curves
    return {
        account: 1 - curves[index[account]].most(float(money[index[account]])) / yuan
        for account, yuan in asked.items()
    }


def find_even_ratios(search: Search) -> dict[str, float] | None:
    """The ratio of each account in the most even plan; None if no plan meets the limits."""
    asked = asked_yuan(search.problem)
    held: dict[str, float] = {}
    programme = _Ratios(search, asked)
    while open_ := [account for account in asked if account not in held]:
        found = programme.best(open_)
        if found is None:
            return None
        ratio, _ = found
        for account in open_:
            programme.hold(account, ratio - _CLOSE)
        stuck = [a for a in open_ if _own_best(programme, a) <= ratio + 2 * _CLOSE]
        # Tolerances can leave none exactly at the bound: the one nearest to it is fixed then.
        stuck = stuck or [min(open_, key=lambda a: _own_best(programme, a))]
        held |= dict.fromkeys(stuck, ratio)
    return held


def _own_best(programme: _Ratios, account: str) -> float:
    found = programme.best([account])
    return 1.0 if found is None else found[0]


def solve_even(problem: Problem, search: Search | None = None) -> Plan:
    """The most even plan, cheap to approve and in round amounts.

    Its objectives are costs, for comparison with other plans; no bound is claimed for them.
    """
    search = search or Search(problem)
    ratios = find_even_ratios(search)
    before = cost(problem, problem.budget_yuan)
    if ratios is None:
        return _plan(problem, (), before)
    asked = asked_yuan(problem)
    transfers = _round(search, asked, ratios, _cheapest(search, asked, ratios))
    return _plan(problem, transfers, before)


def _plan(problem: Problem, transfers: tuple[Transfer, ...] | None, before: float) -> Plan:
    after = budgets_after(problem, transfers or ())
    clashes = find_clashes(problem)
    return Plan(
        status="infeasible" if clashes else "optimal",
        transfers=transfers or (),
        budget_after_yuan=after,
        objective_before=before,
        objective_after=cost(problem, after),
        objective_lower_bound=None,
        objective_upper_bound=None,
        gap=None,
        iterations=0,
        clashes=clashes,
    )


def _cheapest(
    search: Search, asked: Mapping[str, float], ratios: Mapping[str, float]
) -> dict[Arc, float]:
    """The moves that are cheapest to approve and give every account its ratio."""
    programme = _Ratios(search, asked)
    for account, ratio in ratios.items():
        programme.hold(account, ratio - _GIVEN_UP / 2)
        name = f"payout_ratio__{programme.master.model.ids[account]}"
        programme.live.set_right_side(name, np.inf)
    programme.live.minimise(lp.moves_price(programme.master.model))
    for _ in range(_ROUNDS):
        programme.learn()
        if not programme.live.solve():
            raise BudgetError("the most even plan that was found can not be held")
        true = ratios_at(search, asked, money_in(programme.live, programme.master))
        if all(true[account] >= ratio - 0.9 * _GIVEN_UP for account, ratio in ratios.items()):
            moved = programme.master.model.moved
            amounts = programme.live.values(list(moved.values())) * WAN
            return dict(zip(moved, amounts.tolist(), strict=True))
    raise BudgetError(f"{_ROUNDS} rounds did not hold the most even plan")


def _round(
    search: Search,
    asked: Mapping[str, float],
    ratios: Mapping[str, float],
    moved: Mapping[Arc, float],
) -> tuple[Transfer, ...]:
    """The moves in the roundest amounts that keep every ratio, as nearly as is given up."""
    problem = search.problem
    for unit in UNITS_YUAN:
        transfers = in_units(problem, moved, unit)
        if transfers is None:
            continue
        money = budgets_after(problem, transfers).astype(np.float64)
        true = ratios_at(search, asked, money)
        if unit == 1 or all(true[a] >= ratio - _GIVEN_UP for a, ratio in ratios.items()):
            return transfers
    raise BudgetError("no plan in whole yuan meets the limits, though one in fractions does")
