"""The plan of a scenario, checked without the solver and on fresh draws, and every price around it.

The plan is made on all draws of the scenario. Prices compare many plans with each other; they are
found on the first of the draws, as many as `PRICED_DRAWS`, where there are more.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.allocation.cuts import Search
from model.allocation.limits import limits
from model.allocation.plan import Plan, cost
from model.allocation.prices import least_cost, limit_price, value_curve, values_before
from model.allocation.problem import Payments, Problem
from model.chance_rules import chance_limits, reached_chances
from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.ranges import Effect
from model.demand.streams import BLOCK
from model.finding_out import FindingOut, find_out, make_like_problems
from model.giving import find_safe_plan, worst_of_givers
from model.optioning import find_options
from model.outcome import FreshDraws, Prices, Reallocation, ValueCurve
from model.payment_rules import make_payments
from model.planning import make_plan
from model.risk import AccountRisk, Estimate, IntArray, assess_account, assess_accounts
from model.robust_plan import Robustness, find_robust_plan
from model.scenario import Scenario
from model.stepprices import find_step_prices
from model.transfer_rules import RESERVE, judged_accounts, make_problem

PRICED_DRAWS = 100_000
STEPS_YUAN = (1_000_000, 5_000_000, 10_000_000, 50_000_000)


def reallocate(
    scenario: Scenario, question: Question, engine: Engine, effects: tuple[Effect, ...]
) -> Reallocation:
    """The plan by the scenario's objective, its risk, and every price around it.

    Args:
        effects: how far each assumption moves the accounts that it touches.
    """
    planned = make_plan(scenario, question, engine)
    problem, search, plan = planned.problem, planned.search, planned.plan
    feasible, priced = plan.status == "optimal", planned.priced
    safe = find_safe_plan(search, planned.givings, planned.tight) if priced else None
    prices = find_prices(scenario, question, engine, search) if priced else None
    knowing, robust = (
        find_knowing(scenario, question, engine, problem, effects) if priced else (None, None)
    )
    held = dict(zip(problem.accounts, plan.budget_after_yuan.tolist(), strict=True))
    chances = chance_limits(scenario, judged_accounts(scenario))
    options = None if prices is None else find_options(prices.search, engine)
    return Reallocation(
        problem=problem,
        plan=plan,
        before=_assess(problem, problem.budget_yuan, engine),
        after=_assess(problem, plan.budget_after_yuan, engine),
        fresh=look_again(scenario, question, engine, plan) if feasible else None,
        chances=reached_chances(question, chances, held, engine) if feasible else (),
        prices=prices,
        worst_gaps=worst_of_givers(question, engine, problem, plan, options),
        safe=safe,
        safe_together=None
        if safe is None
        else _assess(problem, safe.plan.budget_after_yuan, engine)[1],
        options=options,
        knowing=knowing,
        robust=robust,
    )


def find_knowing(
    scenario: Scenario,
    question: Question,
    engine: Engine,
    problem: Problem,
    effects: tuple[Effect, ...],
) -> tuple[FindingOut, Robustness]:
    """What finding out each assumption is worth, and the plan that is best if some are wrong."""
    rules = scenario.settings.allocation.robust
    accounts = judged_accounts(scenario)

    def payments_of(asked: Question) -> Payments | None:
        return make_payments(scenario, asked, accounts, engine)

    ruled = payments_of if problem.payments is not None else None
    likes = make_like_problems(problem, question, engine, effects, ruled)
    knowing = find_out(likes, effects)
    strongest = [finding.assumption for finding in knowing.findings]
    return knowing, find_robust_plan(likes, strongest, rules.at_once, rules.strongest)


def look_again(scenario: Scenario, question: Question, engine: Engine, plan: Plan) -> FreshDraws:
    """The cost of the adopted budget and of the plan on as many draws that chose nothing."""
    span = question.span
    first = -(-span.count // BLOCK) * BLOCK  # the first block that chose nothing
    fresh = replace(question, span=replace(span, first=first, points="random"))
    problem = make_problem(scenario, fresh, engine)
    return FreshDraws(
        draws=span.count,
        objective_before=cost(problem, problem.budget_yuan),
        objective_after=cost(problem, plan.budget_after_yuan),
    )


def find_prices(scenario: Scenario, question: Question, engine: Engine, search: Search) -> Prices:
    """What more money, more leave and higher figures are worth, all by solving again."""
    problem = search.problem
    if len(problem.demand) > PRICED_DRAWS:
        first = replace(question, span=replace(question.span, count=PRICED_DRAWS))
        problem = replace(make_problem(scenario, first, engine), cautions=problem.cautions)
        question, search = first, Search(problem)
    least = least_cost(search, problem)
    paying = scenario.account_of_award()
    return Prices(
        search=search,
        draws=len(problem.demand),
        values=_value_curves(search, problem),
        limit_prices={
            each.name: limit_price(search, problem, each.name) for each in limits(problem)
        },
        step_prices=find_step_prices(problem, question, paying, engine, least),
    )


def _value_curves(search: Search, problem: Problem) -> tuple[ValueCurve, ...]:
    """For each account, what several sums more are worth before and after the plan."""
    before = np.stack([values_before(problem, step) for step in STEPS_YUAN], axis=1)
    return tuple(
        ValueCurve(
            account=account,
            steps_yuan=STEPS_YUAN,
            before_yuan=tuple(before[i].tolist()),
            after_yuan=value_curve(search, problem, account, STEPS_YUAN),
        )
        for i, account in enumerate(problem.accounts)
        if account != RESERVE
    )


def _assess(
    problem: Problem, budgets: IntArray, engine: Engine
) -> tuple[tuple[AccountRisk, ...], AccountRisk]:
    """Each account as the engine sees it, and all together.

    What adds up is the sum over the accounts; what needs them jointly and has no law is found on
    the joint draws. The reserve is no part of all together: what is kept of it does not lie idle.
    """
    held = dict(zip(problem.accounts, budgets.tolist(), strict=True))
    share = problem.worst_share
    each = tuple(_account_risk(engine, account, yuan, share) for account, yuan in held.items())
    claimed = {account: yuan for account, yuan in held.items() if account != RESERVE}
    money = np.array([claimed.get(account, 0) for account in problem.accounts])
    drawn = assess_accounts(problem.demand, problem.committed_yuan, money, share)
    if engine.name == "applicants":
        return each, drawn
    weighed = each[: len(claimed)]  # the reserve is the last
    return each, replace(
        drawn,
        demand_mean_yuan=_sum([risk.demand_mean_yuan for risk in weighed]),
        expected_unpaid_yuan=_sum([risk.expected_unpaid_yuan for risk in weighed]),
        expected_idle_yuan=_sum([risk.expected_idle_yuan for risk in weighed]),
        gap_probability=engine.together(claimed).any_short_probability,
    )


def _account_risk(engine: Engine, account: str, budget_yuan: int, share: float) -> AccountRisk:
    if account == RESERVE:  # nobody claims it
        nothing = np.zeros(2, dtype=np.int64)
        risk = assess_account(nothing, 0, budget_yuan, share)
        return replace(risk, gap_probability=Estimate(0.0, 0.0))
    return engine.risk(account, budget_yuan, share)


def _sum(parts: list[Estimate]) -> Estimate:
    return Estimate(sum(part.value for part in parts), sum(part.se for part in parts))
