"""How accounts pay their awards when money does not reach, as the allocation problem needs it."""

from __future__ import annotations

import numpy as np

from model.allocation.problem import Kind, Payments
from model.demand.engine import Engine
from model.demand.joint_draws import HELD_YEARS
from model.demand.laws import stays_in_year
from model.demand.question import Question
from model.errors import refuse
from model.scenario import Scenario
from model.settings import PaymentRule
from model.years import IntArray, Years

REST = "rest"  # what an account is asked for beside its awards, such as a payment by progress


def make_payments(
    scenario: Scenario, question: Question, accounts: tuple[str, ...], engine: Engine
) -> Payments | None:
    """The kinds of claims of every account that has a rule, a weight or a ceiling; or None.

    Raises:
        InputError: there are more draws than can be held award by award.
    """
    ruled = [account for account in accounts if _has_rule(scenario, question, account)]
    if not ruled:
        return None
    if question.span.count > HELD_YEARS:
        fact = f"{question.span.count} draws are too many for rules of paying award by award"
        raise refuse("draws", fact, f"Ask for at most {HELD_YEARS:,}.")
    kinds: list[Kind] = []
    tables: list[IntArray] = []
    asked = engine.years(question, tuple(ruled))
    for place, account in enumerate(ruled):
        own = _kinds(scenario, question, account)
        kinds += own
        tables.append(_table(question, account, own, (asked[:][:, place], engine)))
    rules = scenario.settings.allocation.payment
    return Payments(
        kinds=tuple(kinds),
        demand=np.concatenate(tables, axis=1),
        guaranteed={a: float(rules[a].at_least or 0) for a in ruled if a in rules},
    )


def _has_rule(scenario: Scenario, question: Question, account: str) -> bool:
    rules = scenario.settings.allocation
    awards = question.load(account).awards
    named = {*rules.award_weights, *rules.award_ceilings}
    return bool(awards) and (account in rules.payment or bool(named & set(awards)))


def _kinds(scenario: Scenario, question: Question, account: str) -> list[Kind]:
    """The awards of an account, and last what it is asked for beside them."""
    rules = scenario.settings.allocation
    awards = list(question.load(account).awards)
    rule = rules.payment.get(account, PaymentRule(rule="pro_rata"))
    rest = f"{account}/{REST}"
    turns = rule.turns([*awards, rest])
    weights = {award: float(rules.award_weights.get(award, 1.0)) for award in awards}
    # It is no award that a rule could name, and counts as the lightest: never more than an award
    # that is paid before it.
    weights[rest] = min(weights.values())
    return [
        Kind(
            id=kind,
            account=account,
            weight=weights[kind],
            ceiling_yuan=rules.award_ceilings.get(kind),
            turn=turns[kind],
        )
        for kind in (*awards, rest)
    ]


def _table(
    question: Question, account: str, kinds: list[Kind], found: tuple[IntArray, Engine]
) -> IntArray:
    """What each kind asks for in every draw; they add up to the demand of the account."""
    asked, engine = found
    awards = tuple(kind.id for kind in kinds[:-1])
    years: Years = engine.award_years(question, awards)
    stays = stays_in_year(question.book.accounts[account])
    yuan = years[:] * stays.numerator // stays.denominator
    rest = np.maximum(asked - yuan.sum(axis=1), 0)
    return np.column_stack([yuan, rest])
