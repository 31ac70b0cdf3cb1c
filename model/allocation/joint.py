"""The best plan that keeps a chance of several accounts together, by planes below that chance.

The chance that none of the accounts is short, as a function of their money, has a logarithm that is
concave where the laws of their claims are log-concave, and nearly so where they are lumpy. Each
round takes the best plan so far, and where the chance is not kept asks how it moves with the money
of each account; the line through it becomes a limit. What is found is looked at again with the
chance itself, so a plan that is returned keeps it; in lumpy cases a better one may exist, or, close
to the least chance that money can reach, one where none is found.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import log

import numpy as np

from model.allocation.lp_planes import joint_chance
from model.allocation.problem import Arc, Problem
from model.allocation.search import Search
from model.risk import FloatArray
from model.years import widened

ROUNDS = 60
ASIDE = 1e-3  # the planes aim a thousandth of the limit below it, so that the rounds end
GAP_YUAN = 1_000.0
_STEP = 0.01  # of the budget: how far money is moved to see how the chance moves
_LEAST_KEPT = 1e-9
OUTSIDE = "money from outside"
_DEAR = 1_000.0  # a yuan from outside counts as so many unpaid
_PLENTY = 20  # times all the money there is

Chance = Callable[[FloatArray], float]


def keep_joint_chance(
    problem: Problem, any_short: Chance, accounts: tuple[str, ...], limit: float
) -> FloatArray | None:
    """Money of the accounts at which the chance that any is short keeps the limit; None: not found.

    Where the plan of least cost keeps it, that plan's.

    Args:
        any_short: the chance for the money of all accounts of the problem, in their order.
        accounts: the accounts whose money the chance depends on.
    """
    search = Search(problem)
    for number in range(ROUNDS):
        optimum = search.least_cost(GAP_YUAN)
        if optimum is None:
            return None
        money = optimum.money_yuan
        chance = any_short(money)
        if chance <= limit:
            return money
        here = _log_kept(chance)
        slopes = _slopes(problem, any_short, (money, here), accounts)
        if not slopes.any():
            return None
        aim = log(1 - limit * (1 - ASIDE)) - here
        row = joint_chance(search.master, slopes, aim + float(slopes @ money))
        search.live.add(row, f"joint_chance__{number}")
    return None


def with_outside_money(problem: Problem, accounts: tuple[str, ...]) -> Problem:
    """The problem with one account more, the last, that may give plenty to some, but at a price.

    A plan of least cost takes no more of it than the limits need: what it takes is the least
    that is missing.
    """
    plenty = _PLENTY * int(problem.budget_yuan.sum())
    gives = tuple(Arc(giver=OUTSIDE, receiver=a, approval=OUTSIDE, price=0.0) for a in accounts)
    return replace(
        problem,
        accounts=(*problem.accounts, OUTSIDE),
        names=(*problem.names, OUTSIDE),
        budget_yuan=np.append(problem.budget_yuan, plenty),
        committed_yuan=np.append(problem.committed_yuan, plenty),
        demand=widened(problem.demand, 1),
        weights=np.append(problem.weights, _DEAR * float(problem.weights.max())),
        may_leave_yuan=np.append(problem.may_leave_yuan, plenty),
        arcs=(*problem.arcs, *gives),
    )


def _slopes(
    problem: Problem, any_short: Chance, at: tuple[FloatArray, float], accounts: tuple[str, ...]
) -> FloatArray:
    """How the logarithm of the chance that none is short rises with each account's money.

    Claims can come in lumps larger than a step: the step is doubled until the chance moves.

    Args:
        at: the money, and the logarithm there.
    """
    money, here = at
    slopes = np.zeros(len(money))
    for account in accounts:
        i = problem.index[account]
        budget = max(float(problem.budget_yuan[i]), 1.0)
        step = max(_STEP * budget, 1.0)
        while not slopes[i] and step <= budget:
            more = money.copy()
            more[i] += step
            slopes[i] = max(_log_kept(any_short(more)) - here, 0.0) / step
            step *= 2
    return slopes


def _log_kept(chance: float) -> float:
    return log(max(1 - chance, _LEAST_KEPT))
