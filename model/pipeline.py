"""run(scenario): the table of contents of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from model.allocation.cuts import Search, solve
from model.allocation.limits import limits
from model.allocation.plan import Plan, check_plan
from model.allocation.prices import least_cost, limit_price, values_after, values_before
from model.allocation.problem import Problem
from model.capprices import find_cap_prices
from model.demand.applicants import make_applicants_engine
from model.demand.breakeven import find_break_evens
from model.demand.claimants import IntArray
from model.demand.draws import Load
from model.demand.engine import Engine, JointRisk
from model.demand.exact import make_exact_engine
from model.demand.numbers import Span
from model.demand.question import Question
from model.demand.ranges import find_effects
from model.demand.readings import find_reading_effects
from model.errors import BudgetError
from model.judging import judge_account
from model.outcome import Judgement, Outcome, Reallocation
from model.policy.funds import find_alternatives, line_funds, print_rounding
from model.risk import AccountRisk, Estimate, assess_accounts
from model.scenario import Scenario
from model.transfer_rules import judged_accounts, judged_behind, make_problem

EngineName = Literal["exact", "applicants"]
ENGINES: dict[EngineName, Callable[[Question], Engine]] = {
    "exact": make_exact_engine,
    "applicants": make_applicants_engine,
}

Tell = Callable[[str, float], None]


def run(
    scenario: Scenario, engine: EngineName = "exact", tell: Tell = lambda stage, done: None
) -> Outcome:
    """Everything the product can say about a scenario.

    Args:
        engine: exact laws, or every applicant drawn (the reference).
        tell: called with the name of each stage and the share of the run done before it.
    """
    tell("draws", 0.0)
    question = make_question(scenario)
    found = ENGINES[engine](question)
    tell("ranges", 0.1)
    judgements = judge(scenario, question, found, tell)
    tell("readings", 0.75)
    paying = scenario.account_of_award()
    readings = find_reading_effects(question, paying, found)
    tell("plan", 0.8)
    return Outcome(
        scenario=scenario,
        engine=found.name,
        years=found.years(question, tuple(scenario.accounts)),
        award_demands=found.awards(),
        joint_risks=find_joint_risks(scenario, found),
        judgements=judgements,
        readings=readings,
        alternatives=find_alternatives(scenario.document, print_rounding(scenario.document)),
        reallocation=reallocate(scenario, question, found),
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


def judge(
    scenario: Scenario, question: Question, engine: Engine, tell: Tell
) -> dict[str, Judgement]:
    """Risk, range over the assumptions and break-evens of every account."""
    effects = find_effects(question, engine)
    tell("break_evens", 0.5)
    known = set(judged_accounts(scenario))
    return {
        account: judge_account(
            scenario,
            account,
            engine,
            effects,
            find_break_evens(question, account, engine) if account in known else (),
        )
        for account in scenario.accounts
    }


def find_joint_risks(scenario: Scenario, engine: Engine) -> dict[tuple[str, ...], JointRisk]:
    """The risk of the judged accounts behind every line, each set of accounts once."""
    lines = scenario.document.lines
    behind = (tuple(judged_behind(scenario, line_funds(scenario.funds, line))) for line in lines)
    return {
        accounts: engine.together({account: scenario.budget_of(account) for account in accounts})
        for accounts in behind
        if accounts
    }


def reallocate(scenario: Scenario, question: Question, engine: Engine) -> Reallocation:
    """The plan of least cost, checked without the solver, and every price around it."""
    problem = make_problem(scenario, question, engine)
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
        before=_assess(problem, problem.budget_yuan, engine),
        after=_assess(problem, plan.budget_after_yuan, engine),
        values_before=values_before(problem),
        values_after=values_after(search, problem) if feasible else None,
        limit_prices=_limit_prices(search, problem, plan) if feasible else {},
        cap_prices=find_cap_prices(problem, question, paying, engine, least) if feasible else (),
    )


def _assess(
    problem: Problem, budgets: IntArray, engine: Engine
) -> tuple[tuple[AccountRisk, ...], AccountRisk]:
    """Each account as the engine sees it, and all together.

    What adds up is the sum over the accounts; what needs them jointly and has no law is found on
    the joint draws.
    """
    held = dict(zip(problem.accounts, budgets.tolist(), strict=True))
    share = problem.worst_share
    each = tuple(engine.risk(account, budget, share) for account, budget in held.items())
    drawn = assess_accounts(problem.demand, problem.committed_yuan, budgets, share)
    if engine.name == "applicants":
        return each, drawn
    return each, replace(
        drawn,
        demand_mean_yuan=_sum([risk.demand_mean_yuan for risk in each]),
        expected_unpaid_yuan=_sum([risk.expected_unpaid_yuan for risk in each]),
        expected_idle_yuan=_sum([risk.expected_idle_yuan for risk in each]),
        gap_probability=engine.together(held).any_short_probability,
    )


def _sum(parts: list[Estimate]) -> Estimate:
    return Estimate(sum(part.value for part in parts), sum(part.se for part in parts))


def _limit_prices(search: Search, problem: Problem, plan: Plan) -> dict[str, float]:
    names = [limit.name for limit in limits(problem)]
    return {name: limit_price(search, problem, name) for name in names}
