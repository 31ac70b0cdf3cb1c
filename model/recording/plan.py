"""The record's plan: transfers, limits, clashes, and every account before and after."""

from __future__ import annotations

from collections.abc import Mapping

from model.allocation.limits import Limit, limits
from model.allocation.plan import Clash, Relaxation, limit_uses
from model.outcome import Outcome
from model.recording.estimates import Entry, account_risk
from model.recording.givers import record_givers, record_safe_plan
from model.recording.transfers import record_transfer
from model.scenario import Scenario
from model.transfer_rules import RESERVE, money_of, names_of


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
        "transfers": [record_transfer(outcome.scenario, each) for each in plan.transfers],
        "accounts": _accounts(outcome),
        "givers": record_givers(outcome),
        "givers_safe": record_safe_plan(outcome),
        "limits": _limits(outcome, english),
        "fresh": _fresh(outcome),
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
        if limit.family in ("chance", "pooled_chance", "arc_limit"):
            words[limit.name] = _special_in_english(outcome, limit, amount)
        elif limit.family == "domain_line":
            domain = document.domains[document.lines[limit.subject].domain]
            words[limit.name] = f"the accounts of {domain.name_en} hold at most {amount}"
        elif limit.family == "floor":
            words[limit.name] = f"{accounts[limit.subject].name_en} keeps at least {amount}"
        else:
            words[limit.name] = f"at most {amount} leaves {names_of(scenario, limit.subject)[1]}"
    return words


def _special_in_english(outcome: Outcome, limit: Limit, amount: str) -> str:
    """What a limit on a chance or on one arc says."""
    scenario = outcome.scenario
    if limit.family == "arc_limit":
        giver, receiver = (names_of(scenario, end)[1] for end in limit.subject.split(">"))
        return f"at most {amount} goes from {giver} to {receiver}"
    held = " and ".join(names_of(scenario, account)[1] for account in limit.accounts)
    return f"{held} hold at least {amount}, for a chance of a gap within its limit"


def _accounts(outcome: Outcome) -> list[Entry]:
    """Every account; one that is not weighed keeps its money and has no value."""
    found, scenario = outcome.reallocation, outcome.scenario
    problem = found.problem
    values = _first_values(outcome)
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
            **_reason(scenario, account, column is not None),
            "before": account_risk(judgement.risk),
            "after": account_risk(judgement.risk),
        }
        if column is not None:
            row["after_yuan"] = int(found.plan.budget_after_yuan[column])
            row |= values.get(account, {})
            row["after"] = account_risk(found.after[0][column])
        rows.append(row)
    return rows + _reserve(outcome)


def _reserve(outcome: Outcome) -> list[Entry]:
    """The general reserve, where the scenario has one."""
    found, scenario = outcome.reallocation, outcome.scenario
    column = found.problem.index.get(RESERVE)
    if column is None:
        return []
    name_zh, name_en = names_of(scenario, RESERVE)
    return [
        {
            "id": RESERVE,
            "name_zh": name_zh,
            "name_en": name_en,
            "before_yuan": money_of(scenario, RESERVE),
            "after_yuan": int(found.plan.budget_after_yuan[column]),
            "value_before": None,
            "value_after": None,
            "may_give": True,
            "may_receive": False,
            "reason_zh": scenario.settings.allocation.reserve.why,
            "reason_en": scenario.settings.allocation.reserve.why_en,
            "before": account_risk(found.before[0][column]),
            "after": account_risk(found.after[0][column]),
        }
    ]


def _first_values(outcome: Outcome) -> dict[str, Entry]:
    """What the first sum more is worth in each account, before and after."""
    prices = outcome.reallocation.prices
    return {
        curve.account: {
            "value_before": round(curve.before_yuan[0]),
            "value_after": round(curve.after_yuan[0]),
        }
        for curve in (() if prices is None else prices.values)
    }


def _fresh(outcome: Outcome) -> Entry | None:
    """The costs on draws that did not choose the plan; their rise is the price of optimism."""
    found = outcome.reallocation
    if found.fresh is None:
        return None
    return {
        "draws": found.fresh.draws,
        "objective_before": round(found.fresh.objective_before),
        "objective_after": round(found.fresh.objective_after),
        "optimism_yuan": round(
            (found.fresh.objective_after - found.fresh.objective_before)
            - (found.plan.objective_after - found.plan.objective_before)
        ),
    }


def _reason(scenario: Scenario, account: str, weighed: bool) -> Entry:
    """Why the account may or may not take part, in the words of the scenario."""
    groups = scenario.settings.allocation.groups.values()
    if weighed:
        told = ((group.why, group.why_en) for group in groups if account in group.accounts)
        chinese, english = next(told, ("", ""))
    else:
        chinese = "没有公开数据可以测算应兑现额，保留原预算，不调出也不调入"
        english = (
            "no published figure supports the demand; keeps its money, neither gives nor receives"
        )
    return {"reason_zh": chinese, "reason_en": english}


def _limits(outcome: Outcome, english: Mapping[str, str]) -> list[Entry]:
    found = outcome.reallocation
    if found.plan.status != "optimal":
        return []
    prices = found.prices
    return [
        {
            "name": use.name,
            "family": use.family,
            "says_zh": use.says_zh,
            "says_en": english[use.name],
            "amount_yuan": use.amount_yuan,
            "used_yuan": use.used_yuan,
            "binding": use.binding,
            "price": None if prices is None else _whole(prices.limit_prices.get(use.name)),
        }
        for use in limit_uses(found.problem, found.plan)
    ]
