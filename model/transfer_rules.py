"""What a scenario allows to be moved: arcs, approvals and limits, as one allocation problem."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from model.allocation.problem import Arc, ArcLimit, DomainLimit, Floor, Problem
from model.chance_rules import ChanceLimit, chance_floors, chance_groups, chance_limits
from model.demand.draws import committed_yuan
from model.demand.engine import Engine
from model.demand.question import Question
from model.money import format_money
from model.payment_rules import make_payments
from model.policy.funds import line_funds
from model.scenario import Scenario
from model.years import widened

RESERVE = "reserve"  # the id of the general reserve among the accounts of a problem


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
    """The reallocation problem over the judged accounts, on the joint draws of the engine.

    The reserve, where the scenario has one, is the last account: nobody claims it.
    """
    chances = chance_limits(scenario, judged_accounts(scenario))
    problem = _without_chances(scenario, question, engine)
    alone = tuple(limit for limit in chances if limit.of != "any_short")
    problem = _with_chances(scenario, problem, alone, engine)
    # That any of several accounts is short depends on how the other limits let money move.
    return problem if alone == chances else _with_chances(scenario, problem, chances, engine)


def _with_chances(
    scenario: Scenario, problem: Problem, chances: tuple[ChanceLimit, ...], engine: Engine
) -> Problem:
    """The problem with limits on chances in place of those that it had."""
    kept = tuple(floor for floor in problem.floors if not floor.chance)
    return replace(
        problem,
        floors=(*kept, *chance_floors(scenario, chances, engine, problem)),
        group_floors=chance_groups(scenario, chances, engine),
    )


def _without_chances(scenario: Scenario, question: Question, engine: Engine) -> Problem:
    rules = scenario.settings.allocation
    judged = judged_accounts(scenario)
    reserve = (RESERVE,) if rules.reserve.amount else ()
    accounts = (*judged, *reserve)
    bound = [committed_yuan(scenario.book.accounts[account]) for account in judged]
    budgets = [money_of(scenario, account) for account in accounts]
    nothing = [0] * len(reserve)
    return Problem(
        accounts=accounts,
        names=tuple(names_of(scenario, account)[0] for account in accounts),
        budget_yuan=np.array(budgets, dtype=np.int64),
        committed_yuan=np.array([*bound, *nothing], dtype=np.int64),
        demand=widened(engine.years(question, judged), len(reserve)),
        weights=np.array([*(float(rules.weights.get(a, 1.0)) for a in judged), *nothing], float),
        may_leave_yuan=np.array([_may_leave(scenario, account) for account in accounts], np.int64),
        arcs=(*_arcs(scenario, judged), *_reserve_arcs(scenario, judged)),
        arc_limits=_reserve_limits(scenario, judged),
        floors=_floors(scenario, judged),
        domain_limits=_domain_limits(scenario, judged),
        payments=make_payments(scenario, question, judged, engine),
        worst_share=float(rules.worst_share),
        worst_weight=float(rules.worst_weight),
    )


def names_of(scenario: Scenario, account: str) -> tuple[str, str]:
    """What an account is called in Chinese and in English; the reserve is one, too."""
    if account == RESERVE:
        return "预备费", "the general reserve"
    spec = scenario.book.accounts[account]
    return spec.name_zh, spec.name_en


def money_of(scenario: Scenario, account: str) -> int:
    """The adopted money of an account in yuan; the reserve is one, too."""
    if account == RESERVE:
        return scenario.settings.allocation.reserve.amount
    return scenario.budget_of(account)


def _may_leave(scenario: Scenario, account: str) -> int:
    rules = scenario.settings.allocation
    if account == RESERVE:
        return rules.reserve.at_most
    return int(scenario.budget_of(account) * rules.movable_share)


def _receivers(scenario: Scenario, accounts: tuple[str, ...]) -> Iterator[str]:
    """The accounts of groups that may receive."""
    groups = scenario.settings.allocation.groups.values()
    for account in accounts:
        if any(group.receives for group in groups if account in group.accounts):
            yield account


def _reserve_arcs(scenario: Scenario, accounts: tuple[str, ...]) -> Iterator[Arc]:
    rules = scenario.settings.allocation
    if rules.reserve.amount:
        for account in _receivers(scenario, accounts):
            price = rules.approvals.reserve.price
            yield Arc(giver=RESERVE, receiver=account, approval="reserve", price=price)


def _reserve_limits(scenario: Scenario, accounts: tuple[str, ...]) -> tuple[ArcLimit, ...]:
    most = scenario.settings.allocation.reserve.each_at_most
    return tuple(
        ArcLimit(giver=RESERVE, receiver=arc.receiver, maximum_yuan=most)
        for arc in _reserve_arcs(scenario, accounts)
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
