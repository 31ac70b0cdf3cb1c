"""The plan by a scenario's rules, careful of those who give, and checked without the solver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from model.allocation.cuts import Search, solve
from model.allocation.even import solve_even
from model.allocation.plan import Plan, check_plan
from model.allocation.problem import Problem
from model.demand.caution import Giving
from model.demand.engine import Engine
from model.demand.question import Question
from model.errors import BudgetError
from model.giving import cautions, look_at_givers
from model.scenario import Scenario
from model.transfer_rules import make_problem


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planned:
    """A plan and what it was made with.

    Attributes:
        search: the search that found it, to be asked again.
        givings: what giving does to each account that may give.
        tight: the chance of a gap below which an account is safe.
    """

    problem: Problem
    search: Search
    plan: Plan
    givings: Mapping[str, Giving]
    tight: float

    @property
    def priced(self) -> bool:
        """Whether there is a plan, and its aim is a cost that others can be compared by."""
        return self.plan.objective_lower_bound is not None


def make_plan(scenario: Scenario, question: Question, engine: Engine) -> Planned:
    """The plan by the scenario's aim; of an infeasible problem the clashes."""
    tight = float(scenario.settings.verdicts.tight)
    problem = make_problem(scenario, question, engine)
    givings = look_at_givers(question, engine, problem, tight)
    problem = replace(problem, cautions=cautions(givings))
    search = Search(problem)
    even = scenario.settings.allocation.objective == "even_payout"
    plan = (solve_even if even else solve)(problem, search)
    if plan.status == "optimal" and (broken := check_plan(problem, plan)):
        raise BudgetError("the plan breaks its own limits: " + "; ".join(broken))
    return Planned(problem=problem, search=search, plan=plan, givings=givings, tight=tight)
