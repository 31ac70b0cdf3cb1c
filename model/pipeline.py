"""run(scenario): the table of contents of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from model.allocation.cuts import Search, solve
from model.allocation.plan import Plan, assess_plan, check_plan
from model.allocation.prices import least_cost, limit_price, values_after, values_before
from model.allocation.problem import Problem, limits
from model.capprices import find_cap_prices
from model.demand.breakeven import find_break_evens
from model.demand.draws import Demand, Load, draw_demand
from model.demand.microsim import Span
from model.demand.ranges import Question, find_effects
from model.demand.readings import find_reading_effects
from model.errors import BudgetError
from model.judging import judge_account
from model.outcome import Judgement, Outcome, Reallocation
from model.policy.funds import find_alternatives
from model.scenario import Scenario
from model.transfer_rules import judged_accounts, make_problem

RANGE_DRAWS = 2_000  # draws on which assumptions are varied one at a time
ROUNDING_YUAN = 5_000_000  # the net total is printed to 0.01 亿元 and called approximate

Tell = Callable[[str, float], None]


def run(scenario: Scenario, tell: Tell = lambda stage, done: None) -> Outcome:
    """Everything the product can say about a scenario.

    Args:
        tell: called with the name of each stage and the share of the run done before it.
    """
    tell("draws", 0.0)
    question = make_question(scenario)
    demand = draw_demand(question.book, question.awards, question.loads, question.span)
    ranged = replace(question, span=replace(question.span, count=_range_draws(scenario)))
    tell("ranges", 0.2)
    judgements = judge(scenario, ranged, demand, tell)
    tell("readings", 0.75)
    readings = find_reading_effects(ranged, scenario.account_of_award(), demand)
    tell("plan", 0.8)
    reallocation = reallocate(scenario, question, demand)
    return Outcome(
        scenario=scenario,
        question=ranged,
        demand=demand,
        judgements=judgements,
        readings=readings,
        alternatives=find_alternatives(scenario.document, ROUNDING_YUAN),
        reallocation=reallocation,
    )


def make_question(scenario: Scenario) -> Question:
    """What is asked of the draws: awards, loads and money of every account."""
    paying = scenario.account_of_award()
    printed = {fund.id: fund.printed_yuan for fund in scenario.funds}
    awards = scenario.document.costed()
    loads = tuple(
        Load(
            account=account,
            awards=tuple(award for award in awards if paying[award] == account),
            appropriation_yuan=sum(printed[fund] for fund in funds),
        )
        for account, funds in scenario.accounts.items()
    )
    return Question(
        book=scenario.book,
        awards=awards,
        loads=loads,
        budgets={account: scenario.budget_of(account) for account in scenario.accounts},
        span=Span(seed=scenario.settings.seed, first=0, count=scenario.settings.draws),
    )


def _range_draws(scenario: Scenario) -> int:
    return min(RANGE_DRAWS, scenario.settings.draws)


def judge(
    scenario: Scenario, question: Question, demand: Demand, tell: Tell
) -> dict[str, Judgement]:
    """Risk, range over the assumptions and break-evens of every account."""
    effects = find_effects(question, demand)
    tell("break_evens", 0.6)
    known = set(judged_accounts(scenario))
    return {
        account: judge_account(
            scenario,
            account,
            demand,
            effects,
            find_break_evens(question, account, demand) if account in known else (),
        )
        for account in scenario.accounts
    }


def reallocate(scenario: Scenario, question: Question, demand: Demand) -> Reallocation:
    """The plan of least cost, checked without the solver, and every price around it."""
    problem = make_problem(scenario, demand)
    search = Search(problem)
    plan = solve(problem, search)
    feasible = plan.status == "optimal"
    if feasible and (broken := check_plan(problem, plan)):
        raise BudgetError("the plan breaks its own limits: " + "; ".join(broken))
    least = least_cost(search, problem) if feasible else 0.0
    paying = scenario.account_of_award()
    return Reallocation(
        problem=problem,
        plan=plan,
        before=assess_plan(problem, problem.budget_yuan),
        after=assess_plan(problem, plan.budget_after_yuan),
        values_before=values_before(problem),
        values_after=values_after(search, problem) if feasible else None,
        limit_prices=_limit_prices(search, problem, plan) if feasible else {},
        cap_prices=find_cap_prices(problem, question, paying, demand, least) if feasible else (),
    )


def _limit_prices(search: Search, problem: Problem, plan: Plan) -> dict[str, float]:
    names = [limit.name for limit in limits(problem)]
    return {name: limit_price(search, problem, name) for name in names}
