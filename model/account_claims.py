"""Assessed claims and a scenario -> what is asked of each account, and by which rule it pays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

import numpy as np

from model.allocation.asked import PLAIN_RULES, RULES, Asked, Award
from model.claiming import money_by_account
from model.claims.sums import Money
from model.errors import did_you_mean, refuse
from model.policy.exact import Ints
from model.register.register import Register
from model.scenario import Scenario
from model.settings import AllotmentRule

BY_DEFAULT, BY_ALLOCATION, BY_ALLOTMENT, BY_COMMAND = range(4)
PRO_RATA = AllotmentRule(rule="pro_rata")


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountClaims:
    """The claims on one account.

    Attributes:
        rows: int64[claim], their positions in the register.
        rule: the rule by which it pays, and `origin`: who stated it (one of `BY_...`).
    """

    money: Money
    rows: Ints
    asked: Asked
    rule: AllotmentRule
    origin: int


def check_rule(name: str) -> None:
    """Refuses a rule on the command line that is none, or that needs an order.

    Raises:
        InputError: what is wrong with it.
    """
    if name in RULES and name not in PLAIN_RULES:
        fact = f"the rule '{name}' needs more than its name"
        raise refuse("--rule", fact, "State it in the scenario, under 'allotment.rules'.")
    if name and name not in PLAIN_RULES:
        raise refuse("--rule", f"there is no rule '{name}'", did_you_mean(name, PLAIN_RULES))


def ask_accounts(
    scenario: Scenario, register: Register, city_yuan: Ints, rule: str = ""
) -> list[AccountClaims]:
    """The claims on every account that has any, in the order of the scenario's accounts.

    Args:
        city_yuan: int64[claim], what the city is to pay of each claim.
        rule: one for all accounts instead of those of the scenario.
    """
    paying = scenario.account_of_award()
    account_of = np.array([paying[award] or "" for award in register.award], object)
    place, money = queue_places(register), money_by_account(scenario)
    found = []
    for account in scenario.accounts:
        rows = np.flatnonzero(account_of == account)
        if len(rows):
            chosen, origin = rule_of(scenario, account, rule)
            awards = _awards(scenario, account, chosen)
            position = {award.id: number for number, award in enumerate(awards)}
            asked = Asked(
                account=account,
                rule=chosen.rule,
                money_yuan=max(money[account].available_yuan, 0),
                awards=awards,
                claims_yuan=city_yuan[rows],
                award=np.array([position[register.award[row]] for row in rows.tolist()], np.int64),
                place=place[rows],
                at_least=chosen.at_least or Fraction(0),
                stop=scenario.settings.allotment.not_fitting == "stop",
            )
            found.append(
                AccountClaims(
                    money=money[account], rows=rows, asked=asked, rule=chosen, origin=origin
                )
            )
    return found


def queue_places(register: Register) -> Ints:
    """The place of every claim in the queue: by day of filing, then by row; no day comes last."""
    order = np.argsort(register.filed, kind="stable")  # NaT is sorted to the end
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return place


def rule_of(scenario: Scenario, account: str, command: str = "") -> tuple[AllotmentRule, int]:
    """The rule by which an account pays, and who stated it."""
    own = scenario.settings.allotment.rules.get(account)
    if command:
        same = own is not None and own.rule == command
        rule = own if own is not None and same else AllotmentRule.model_validate({"rule": command})
        return rule, BY_COMMAND
    if own is not None:
        return own, BY_ALLOTMENT
    stated = scenario.settings.allocation.payment.get(account)
    if stated is None:
        return PRO_RATA, BY_DEFAULT
    return AllotmentRule.model_construct(**dict(stated), weights={}), BY_ALLOCATION


def _awards(scenario: Scenario, account: str, rule: AllotmentRule) -> tuple[Award, ...]:
    """Every award with a rule that the account pays, in the order of the document."""
    paying, settings = scenario.account_of_award(), scenario.settings
    own = [award for award in scenario.document.costed() if paying[award] == account]
    turns = _turns(rule, own)
    weights = whole_weights({award: rule.weights.get(award, 1.0) for award in own})
    worth = settings.allocation.award_weights
    return tuple(
        Award(
            id=award,
            ceiling_yuan=settings.allocation.award_ceilings.get(award),
            turn=turns[award],
            weight=weights[award],
            worth=Fraction(str(worth.get(award, 1.0))),
            indivisible=award in settings.allotment.indivisible,
        )
        for award in own
    )


def _turns(rule: AllotmentRule, awards: list[str]) -> Mapping[str, int]:
    with_turns = rule.rule in ("priority", "flagship_first", "guaranteed")
    return rule.payment().turns(awards) if with_turns else dict.fromkeys(awards, 0)


def whole_weights(weights: Mapping[str, float]) -> dict[str, int]:
    """The weights times their least common denominator: only their ratios count."""
    exact = {key: Fraction(str(weight)) for key, weight in weights.items()}
    unit = lcm(*(weight.denominator for weight in exact.values()))
    return {key: int(weight * unit) for key, weight in exact.items()}
