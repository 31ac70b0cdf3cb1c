"""Those who give: what one wrong assumption does to them, and the plan that leaves them safe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.allocation.cuts import Search, solve
from model.allocation.plan import Plan
from model.allocation.problem import Caution, Problem
from model.demand.caution import Giving, find_givings
from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.ranges import WorstGap, find_worst_gaps
from model.optioning import Options
from model.transfer_rules import RESERVE

PUT_AT_RISK = 10.0  # more than any yuan can cost otherwise


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SafePlan:
    """The plan of least cost in which every giver stays safe, whichever one assumption is wrong.

    Attributes:
        tight: the chance of a gap below which an account is safe.
        may_leave_yuan: by account, the most that may leave it so that it stays safe.
    """

    plan: Plan
    tight: float
    may_leave_yuan: Mapping[str, int]


def look_at_givers(
    question: Question, engine: Engine, problem: Problem, tight: float
) -> dict[str, Giving]:
    """What giving does to each account that may give, but for the reserve: nobody claims it."""
    index = problem.index
    most = {arc.giver: int(problem.may_leave_yuan[index[arc.giver]]) for arc in problem.arcs}
    able = {account: yuan for account, yuan in most.items() if yuan > 0 and account != RESERVE}
    return find_givings(question, engine, able, tight)


def cautions(givings: Mapping[str, Giving]) -> tuple[Caution, ...]:
    """What the choice among equally good plans must know of the givers.

    A yuan that a giver would owe counts one yuan. An account that is safe now gives what leaves
    it safe; each yuan beyond that counts `PUT_AT_RISK` more, so that others give first, as far as
    they can, that are at risk already.
    """
    return tuple(_caution(giving) for giving in givings.values())


def _caution(giving: Giving) -> Caution:
    budget, safe = giving.money_yuan[0], giving.safe_yuan
    money = np.array(sorted({*giving.money_yuan, safe}))
    owed = np.interp(money, giving.money_yuan[::-1], giving.owed_yuan[::-1])
    if safe < budget:
        owed += PUT_AT_RISK * np.maximum(safe - money, 0)
    return Caution(
        account=giving.account,
        money_yuan=tuple(money[::-1].tolist()),
        harm_yuan=tuple(owed[::-1].tolist()),
    )


def find_safe_plan(search: Search, givings: Mapping[str, Giving], tight: float) -> SafePlan:
    """The plan that takes from no giver more than leaves it safe.

    Args:
        search: of the problem whose givers these are.
    """
    problem = search.problem
    may_leave = np.array(problem.may_leave_yuan)
    for account, giving in givings.items():
        column = problem.index[account]
        room = int(problem.budget_yuan[column]) - giving.safe_yuan
        may_leave[column] = min(may_leave[column], room)
    plan = solve(replace(problem, may_leave_yuan=may_leave), search)
    search.adapt(problem)
    givers = {account: int(may_leave[problem.index[account]]) for account in givings}
    return SafePlan(plan=plan, tight=tight, may_leave_yuan=givers)


def worst_of_givers(
    question: Question, engine: Engine, problem: Problem, plan: Plan, options: Options | None
) -> dict[tuple[str, int], WorstGap]:
    """What one wrong assumption does to the chance of a gap of those who give.

    Returns:
        By account and the budget that it has left, in the plan and in every option.
    """
    budgets: dict[str, set[int]] = {}
    changes = [
        (account, int(plan.budget_after_yuan[i] - problem.budget_yuan[i]))
        for account, i in problem.index.items()
    ]
    for sides in () if options is None else options.sides.values():
        changes += [(side.account, side.moved_yuan) for side in sides]
    for account, moved in changes:
        if moved < 0 and account != RESERVE:
            budget = int(problem.budget_yuan[problem.index[account]]) + moved
            budgets.setdefault(account, set()).add(budget)
    return find_worst_gaps(question, engine, budgets)
