"""What more money or more leave is worth: the fall of the cost, always by solving again.

Every price compares two optima on the same draws, each proven to `_GAP_YUAN`; the planes of the
first serve the second. Multipliers of the solver are never printed: one yuan in 10^10 is below
its tolerance, and at a kink they hold on one side only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from model.allocation.limits import Limit, limits
from model.allocation.plan import cost
from model.allocation.problem import ArcLimit, DomainLimit, Floor, GroupFloor, Problem
from model.allocation.search import Optimum, Search
from model.errors import did_you_mean, refuse
from model.risk import FloatArray, IntArray

STEP_YUAN = 1_000_000
_GAP_YUAN = 100.0


def values_before(problem: Problem, step_yuan: int = STEP_YUAN) -> FloatArray:
    """Fall of the cost in yuan, per account, for `step_yuan` more at the budgets, nothing moved."""
    before = cost(problem, problem.budget_yuan)
    more = step_yuan * np.eye(len(problem.accounts), dtype=np.int64)
    falls = [before - cost(problem, problem.budget_yuan + row) for row in more]
    return np.array(falls)


def values_after(search: Search, problem: Problem, step_yuan: int = STEP_YUAN) -> FloatArray:
    """Fall of the least cost in yuan, per account, for `step_yuan` more in its budget.

    Raises:
        InputError: no plan meets the limits of the problem.
    """
    least = least_cost(search, problem)
    return np.array(
        [
            max(least - least_cost(search, with_more(problem, account, step_yuan)), 0.0)
            for account in problem.accounts
        ]
    )


def value_curve(
    search: Search, problem: Problem, account: str, steps_yuan: tuple[int, ...]
) -> tuple[float, ...]:
    """Fall of the least cost in yuan for each of several sums more in the budget of one account."""
    least = least_cost(search, problem)
    # The largest first: the draws are made ready once for all of them.
    falls = {
        step: max(least - least_cost(search, with_more(problem, account, step)), 0.0)
        for step in sorted(steps_yuan, reverse=True)
    }
    return tuple(falls[step] for step in steps_yuan)


def limit_price(search: Search, problem: Problem, name: str, step_yuan: int = STEP_YUAN) -> float:
    """Fall of the least cost in yuan when the named limit is relaxed by `step_yuan`.

    A movable share is relaxed to the whole budget at most, a floor to zero.
    """
    looser = relaxed(problem, name, step_yuan)
    return max(least_cost(search, problem) - least_cost(search, looser), 0.0)


def optimum_for_demand(problem: Problem, demand: IntArray) -> float:
    """The least cost in yuan if these were the claims: for the price of a cap's next step.

    Draw the demand with the same random numbers, so that the difference is the cap's alone.
    """
    other = replace(problem, demand=demand)
    return least_cost(Search(other), other)


def least_cost(search: Search, problem: Problem) -> float:
    """The least cost in yuan, proven to 100 yuan; the search may come from like problems.

    Raises:
        InputError: no plan meets the limits.
    """
    search.adapt(problem)
    optimum: Optimum | None = search.least_cost(_GAP_YUAN)
    if optimum is None:
        raise refuse("allocation", "no plan meets the limits, so nothing has a price")
    return optimum.upper_yuan


def with_more(problem: Problem, account: str, yuan: int) -> Problem:
    """The problem with more money in one account.

    It is new money and no transfer, so the lines of the account's domains rise with it; what
    may leave the account stays as it was.
    """
    budget = np.array(problem.budget_yuan)
    budget[problem.index[account]] += yuan
    lines = tuple(
        replace(line, maximum_yuan=line.maximum_yuan + yuan) if account in line.accounts else line
        for line in problem.domain_limits
    )
    return replace(problem, budget_yuan=budget, domain_limits=lines)


def relaxed(problem: Problem, name: str, yuan: int) -> Problem:
    """The problem with one limit looser by so many yuan.

    Raises:
        InputError: no limit has this name.
    """
    known = {limit.name: limit for limit in limits(problem)}
    if name not in known:
        raise refuse("allocation", f"no limit is called '{name}'", did_you_mean(name, known))
    limit = known[name]
    return _LOOSER[limit.family](problem, limit, yuan)


def _more_may_leave(problem: Problem, limit: Limit, yuan: int) -> Problem:
    may_leave, i = np.array(problem.may_leave_yuan), problem.index[limit.subject]
    may_leave[i] = min(may_leave[i] + yuan, problem.budget_yuan[i])
    return replace(problem, may_leave_yuan=may_leave)


def _longer_arc(problem: Problem, limit: Limit, yuan: int) -> Problem:
    def longer(one: ArcLimit) -> ArcLimit:
        more = yuan if f"{one.giver}>{one.receiver}" == limit.subject else 0
        return replace(one, maximum_yuan=one.maximum_yuan + more)

    return replace(problem, arc_limits=tuple(longer(one) for one in problem.arc_limits))


def _lower_floor(problem: Problem, limit: Limit, yuan: int) -> Problem:
    def lower(one: Floor) -> Floor:
        same = (one.account, one.chance) == (limit.subject, limit.family == "chance")
        return replace(one, minimum_yuan=max(one.minimum_yuan - yuan * same, 0))

    return replace(problem, floors=tuple(lower(one) for one in problem.floors))


def _lower_group(problem: Problem, limit: Limit, yuan: int) -> Problem:
    def lower(one: GroupFloor) -> GroupFloor:
        less = yuan if one.id == limit.subject else 0
        return replace(one, minimum_yuan=max(one.minimum_yuan - less, 0))

    return replace(problem, group_floors=tuple(lower(one) for one in problem.group_floors))


def _higher_line(problem: Problem, limit: Limit, yuan: int) -> Problem:
    def higher(one: DomainLimit) -> DomainLimit:
        more = yuan if one.id == limit.subject else 0
        return replace(one, maximum_yuan=one.maximum_yuan + more)

    return replace(problem, domain_limits=tuple(higher(one) for one in problem.domain_limits))


_LOOSER: dict[str, Callable[[Problem, Limit, int], Problem]] = {
    "movable_share": _more_may_leave,
    "arc_limit": _longer_arc,
    "floor": _lower_floor,
    "chance": _lower_floor,
    "pooled_chance": _lower_group,
    "domain_line": _higher_line,
}
