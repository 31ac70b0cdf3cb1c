"""The record's plan: transfers, limits, clashes, and every account before and after."""

from __future__ import annotations

from collections.abc import Mapping

from model.allocation.limits import limits
from model.allocation.plan import Clash, Relaxation, Transfer, limit_uses
from model.outcome import Outcome
from model.recording.estimates import Entry, account_risk
from model.scenario import Scenario
from model.settings import Approval


def record_plan(outcome: Outcome) -> Entry:
    """The plan as the record keeps it; of an infeasible problem, why nothing can be moved."""
    found = outcome.reallocation
    plan, english = found.plan, _in_english(outcome)
    return {
        "status": plan.status,
        "objective_before": round(plan.objective_before),
        "objective_after": round(plan.objective_after),
        "objective_lower_bound": _whole(plan.objective_lower_bound),
        "objective_upper_bound": _whole(plan.objective_upper_bound),
        "gap": None if plan.gap is None else round(plan.gap, 9),
        "iterations": plan.iterations,
        "clashes": [_clash(clash, english) for clash in plan.clashes],
        "transfers": [_transfer(outcome, transfer) for transfer in plan.transfers],
        "accounts": _accounts(outcome),
        "limits": _limits(outcome, english),
        "before": account_risk(found.before[1]),
        "after": account_risk(found.after[1]),
    }


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _clash(clash: Clash, english: Mapping[str, str]) -> Entry:
    return {
        "limits": [
            {
                "name": limit.name,
                "says_zh": limit.says_zh,
                "says_en": english[limit.name],
                "amount_yuan": limit.amount_yuan,
            }
            for limit in clash.limits
        ],
        "short_yuan": clash.short_yuan,
        "remedies": [_relaxation(each, english) for each in clash.remedies],
        "together": [_relaxation(each, english) for each in clash.together],
    }


def _relaxation(each: Relaxation, english: Mapping[str, str]) -> Entry:
    return {
        "limit": each.limit,
        "says_zh": each.says_zh,
        "says_en": english[each.limit],
        "relax_by_yuan": each.relax_by_yuan,
    }


def _in_english(outcome: Outcome) -> dict[str, str]:
    """What each limit says, by its name."""
    scenario = outcome.scenario
    document, accounts = scenario.document, scenario.book.accounts
    words = {}
    for limit in limits(outcome.reallocation.problem):
        amount = f"{limit.amount_yuan / 1_000_000:,.2f} million yuan"
        if limit.family == "domain_line":
            domain = document.domains[document.lines[limit.subject].domain]
            words[limit.name] = f"the accounts of {domain.name_en} hold at most {amount}"
        elif limit.family == "floor":
            words[limit.name] = f"{accounts[limit.subject].name_en} keeps at least {amount}"
        else:
            words[limit.name] = f"at most {amount} leaves {accounts[limit.subject].name_en}"
    return words


def _transfer(outcome: Outcome, transfer: Transfer) -> Entry:
    scenario = outcome.scenario
    accounts = scenario.book.accounts
    approval: Approval = getattr(scenario.settings.allocation.approvals, transfer.approval)
    return {
        "from": transfer.giver,
        "to": transfer.receiver,
        "from_zh": accounts[transfer.giver].name_zh,
        "from_en": accounts[transfer.giver].name_en,
        "to_zh": accounts[transfer.receiver].name_zh,
        "to_en": accounts[transfer.receiver].name_en,
        "amount_yuan": transfer.amount_yuan,
        "approval": transfer.approval,
        "approval_zh": approval.name_zh,
        "approval_en": approval.name_en,
        "basis_zh": approval.basis_zh,
        "basis_en": approval.basis_en,
    }


def _accounts(outcome: Outcome) -> list[Entry]:
    """Every account; one that is not weighed keeps its money and has no value."""
    found, scenario = outcome.reallocation, outcome.scenario
    problem = found.problem
    givers = {arc.giver for arc in problem.arcs}
    receivers = {arc.receiver for arc in problem.arcs}
    rows = []
    for account, judgement in outcome.judgements.items():
        column = problem.index.get(account)
        row: Entry = {
            "id": account,
            "name_zh": scenario.book.accounts[account].name_zh,
            "name_en": scenario.book.accounts[account].name_en,
            "before_yuan": scenario.budget_of(account),
            "after_yuan": scenario.budget_of(account),
            "value_before": None,
            "value_after": None,
            "may_give": account in givers,
            "may_receive": account in receivers,
            "reason_zh": _reason(scenario, account, column is not None),
            "before": account_risk(judgement.risk),
            "after": account_risk(judgement.risk),
        }
        if column is not None:
            after = found.values_after
            row["after_yuan"] = int(found.plan.budget_after_yuan[column])
            row["value_before"] = round(float(found.values_before[column]))
            row["value_after"] = None if after is None else round(float(after[column]))
            row["after"] = account_risk(found.after[0][column])
        rows.append(row)
    return rows


def _reason(scenario: Scenario, account: str, weighed: bool) -> str:
    """Why the account may or may not take part, in the words of the scenario."""
    if not weighed:
        return "没有公开数据可以测算应兑现额，保留原预算，不调出也不调入"
    groups = scenario.settings.allocation.groups.values()
    return next((group.why for group in groups if account in group.accounts), "")


def _limits(outcome: Outcome, english: Mapping[str, str]) -> list[Entry]:
    found = outcome.reallocation
    if found.plan.status != "optimal":
        return []
    return [
        {
            "name": use.name,
            "family": use.family,
            "says_zh": use.says_zh,
            "says_en": english[use.name],
            "amount_yuan": use.amount_yuan,
            "used_yuan": use.used_yuan,
            "binding": use.binding,
            "price": _whole(found.limit_prices.get(use.name)),
        }
        for use in limit_uses(found.problem, found.plan)
    ]
