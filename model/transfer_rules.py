"""What a scenario allows to be moved: arcs, approvals and limits, as one allocation problem."""

from __future__ import annotations

import numpy as np

from model.allocation.problem import Arc, DomainLimit, Floor, Problem
from model.demand.draws import committed_yuan
from model.demand.engine import Engine
from model.demand.question import Question
from model.money import format_money
from model.policy.funds import line_funds
from model.scenario import Scenario


def judged_accounts(scenario: Scenario) -> tuple[str, ...]:
    """The accounts whose demand is known well enough to be weighed against each other.

    An account whose demand is only assumed keeps its money, unless the scenario lifts that:
    otherwise money would be taken from whichever account is known least.
    """
    lifted = scenario.settings.allocation.assumed_may_move
    accounts = scenario.book.accounts
    return tuple(a for a in scenario.accounts if lifted or accounts[a].evidence != "assumed")


def judged_behind(scenario: Scenario, funds: tuple[str, ...]) -> list[str]:
    """The judged accounts that some funds belong to, in the order of the funds."""
    of_fund, judged = scenario.account_of_fund(), judged_accounts(scenario)
    return [a for a in dict.fromkeys(of_fund[fund] for fund in funds) if a in judged]


def make_problem(scenario: Scenario, question: Question, engine: Engine) -> Problem:
    """The reallocation problem over the judged accounts, on the joint draws of the engine."""
    rules = scenario.settings.allocation
    accounts = judged_accounts(scenario)
    budgets = [scenario.budget_of(account) for account in accounts]
    specs = [scenario.book.accounts[account] for account in accounts]
    return Problem(
        accounts=accounts,
        names=tuple(spec.name_zh for spec in specs),
        budget_yuan=np.array(budgets, dtype=np.int64),
        committed_yuan=np.array([committed_yuan(spec) for spec in specs], dtype=np.int64),
        demand=engine.years(question, accounts),
        weights=np.array([float(rules.weights.get(account, 1.0)) for account in accounts]),
        may_leave_yuan=np.array([int(held * rules.movable_share) for held in budgets], np.int64),
        arcs=_arcs(scenario, accounts),
        floors=_floors(scenario, accounts),
        domain_limits=_domain_limits(scenario, accounts),
        worst_share=float(rules.worst_share),
        worst_weight=float(rules.worst_weight),
    )


def domains_of(scenario: Scenario, account: str) -> set[str]:
    """The domains in whose printed lines the account's funds appear."""
    funds = {fund.id: fund for fund in scenario.funds}
    lines = {line for fund in scenario.accounts[account] for line in funds[fund].lines}
    return {scenario.document.lines[line].domain for line in lines}


def find_approval(scenario: Scenario, giver: str, receiver: str) -> str:
    """Who must agree to a transfer: the name of one of the four cases of `Approvals`."""
    accounts = scenario.book.accounts
    if giver in scenario.settings.allocation.key_spending:
        return "key_spending"
    if accounts[giver].department_zh == accounts[receiver].department_zh:
        return "within_department"
    if domains_of(scenario, giver) & domains_of(scenario, receiver):
        return "across_departments"
    return "across_domains"


def _arcs(scenario: Scenario, accounts: tuple[str, ...]) -> tuple[Arc, ...]:
    rules = scenario.settings.allocation
    group_of = {account: key for key, g in rules.groups.items() for account in g.accounts}
    arcs = []
    for giver in accounts:
        for receiver in accounts:
            ends = group_of.get(giver), group_of.get(receiver)
            if giver == receiver or ends[0] is None or ends[1] is None:
                continue
            if ends[1] in rules.groups[ends[0]].gives_to and rules.groups[ends[1]].receives:
                approval = find_approval(scenario, giver, receiver)
                price = getattr(rules.approvals, approval).price
                arcs.append(Arc(giver=giver, receiver=receiver, approval=approval, price=price))
    return tuple(arcs)


def _floors(scenario: Scenario, accounts: tuple[str, ...]) -> tuple[Floor, ...]:
    names = scenario.book.accounts
    return tuple(
        Floor(
            account=account,
            minimum_yuan=minimum,
            says_zh=f"{names[account].name_zh}调剂后不少于{format_money(minimum)}",
        )
        for account, minimum in scenario.settings.allocation.floors.items()
        if account in accounts
    )


def _domain_limits(scenario: Scenario, accounts: tuple[str, ...]) -> tuple[DomainLimit, ...]:
    """A domain's money may not exceed its printed line by more than the scenario allows.

    An account whose funds lie in two domains counts in both when it receives. A domain that
    already holds more, because the scenario adopted more, may keep it.
    """
    rise = 1 + scenario.settings.allocation.domains_may_rise
    limits = []
    for line in scenario.document.domain_lines():
        entry = scenario.document.lines[line]
        held = sum(scenario.budgets[fund] for fund in line_funds(scenario.funds, line))
        allowed = max(int(entry.amount * rise), held)
        inside = tuple(a for a in accounts if entry.domain in domains_of(scenario, a))
        if not inside:
            continue
        rest = held - sum(scenario.budget_of(account) for account in inside)
        limits.append(
            DomainLimit(
                id=line,
                accounts=inside,
                maximum_yuan=allowed - rest,
                says_zh=f"{scenario.document.domains[entry.domain].name_zh}领域"
                f"合计不超过{format_money(allowed)}"
                f"（相当于所涉账户合计不超过{format_money(allowed - rest)}）",
            )
        )
    return tuple(limits)
