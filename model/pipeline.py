"""run(scenario): the table of contents of the model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from model.demand.applicants import make_applicants_engine
from model.demand.breakeven import find_break_evens
from model.demand.draws import Load
from model.demand.engine import Engine, JointRisk
from model.demand.exact import make_exact_engine
from model.demand.numbers import Span
from model.demand.question import Question
from model.demand.ranges import find_effects
from model.demand.readings import find_reading_effects
from model.demand.spreads import find_spread_gaps
from model.judging import judge_account
from model.levers import find_levers, find_promised_ratios
from model.outcome import Judgement, Outcome
from model.policy.funds import find_alternatives, line_funds, print_rounding
from model.reallocating import reallocate
from model.scenario import Scenario
from model.transfer_rules import judged_accounts, judged_behind

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
    tell("readings", 0.55)
    paying = scenario.account_of_award()
    readings = find_reading_effects(question, paying, found)
    tell("levers", 0.6)
    judged = judged_accounts(scenario)
    target = float(scenario.settings.verdicts.tight)
    levers = find_levers(question, paying, found, judged, target)
    tell("plan", 0.7)
    effects = tuple(effect for each in judgements.values() for effect in each.effects)
    return Outcome(
        scenario=scenario,
        engine=found.name,
        years=found.years(question, tuple(scenario.accounts)),
        award_demands=found.awards(),
        joint_risks=find_joint_risks(scenario, found),
        judgements=judgements,
        readings=readings,
        levers=levers,
        promised_ratios=find_promised_ratios({each: judgements[each].risk for each in judged}),
        alternatives=find_alternatives(scenario.document, print_rounding(scenario.document)),
        spread_gaps=find_spread_gaps(question, found, judged),
        reallocation=reallocate(scenario, question, found, effects),
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
        span=Span(
            seed=scenario.settings.seed,
            first=0,
            count=scenario.settings.draws,
            points=scenario.settings.points,
        ),
    )


def judge(
    scenario: Scenario, question: Question, engine: Engine, tell: Tell
) -> dict[str, Judgement]:
    """Risk, range over the assumptions and break-evens of every account."""
    effects = find_effects(question, engine)
    tell("break_evens", 0.35)
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
