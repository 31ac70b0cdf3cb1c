"""The record's lines, domains, funds, overlap and totals: which money is which, and its risk."""

from __future__ import annotations

from typing import Any

from model.outcome import Outcome
from model.policy.document import Document, Line
from model.policy.funds import Alternative, derive_funds, join_accounts, line_funds
from model.recording.estimates import Entry, estimate
from model.transfer_rules import judged_behind

MOST_ALTERNATIVES = 6


def record_totals(outcome: Outcome) -> Entry:
    """Printed, net and adopted money, and the risk of the judged accounts together."""
    document, scenario = outcome.scenario.document, outcome.scenario
    net = sum(fund.printed_yuan for fund in scenario.funds)
    together = outcome.reallocation.before[1]
    entry: Entry = {
        "printed_yuan": document.printed_yuan,
        "net_yuan": net,
        "overlap_yuan": document.printed_yuan - net,
        "adopted_yuan": sum(scenario.budgets.values()),
        "judged_accounts": list(outcome.reallocation.problem.accounts),
    }
    for name in (
        "demand_mean_yuan",
        "expected_unpaid_yuan",
        "expected_idle_yuan",
        "gap_probability",
        "worst_share_unpaid_yuan",
    ):
        entry |= estimate(name, getattr(together, name))
    return entry


def record_lines(outcome: Outcome) -> list[Entry]:
    """Every printed line and sub-line with the risk of the accounts its funds belong to."""
    return [_line(outcome, key, line) for key, line in outcome.scenario.document.lines.items()]


def _line(outcome: Outcome, key: str, line: Line) -> Entry:
    document = outcome.scenario.document
    funds = line_funds(outcome.scenario.funds, key)
    return {
        "id": key,
        "name_zh": line.name_zh,
        "name_en": line.name_en,
        "domain": line.domain,
        "clause": line.clause,
        "clause_zh": document.clauses[line.clause].numeral_zh,
        "parent": line.parent,
        "printed": line.printed,
        "printed_yuan": line.amount,
        "funds": list(funds),
        **_risk_of_funds(outcome, funds),
    }


def record_domains(outcome: Outcome) -> list[Entry]:
    """Every domain; domains share money, so that they never add up to the total."""
    document = outcome.scenario.document
    top = {document.lines[line].domain: line for line in document.domain_lines()}
    rows = []
    for key, domain in document.domains.items():
        funds = line_funds(outcome.scenario.funds, top[key])
        rows.append(
            {
                "id": key,
                "name_zh": domain.name_zh,
                "name_en": domain.name_en,
                "lead_departments": list(domain.lead),
                "printed_yuan": document.lines[top[key]].amount,
                "funds": list(funds),
                **_risk_of_funds(outcome, funds),
            }
        )
    return rows


def _risk_of_funds(outcome: Outcome, funds: tuple[str, ...]) -> Entry:
    """The risk of the whole accounts that the funds belong to; null where none is judged.

    An account pays from all its funds alike, so its risk cannot be split between them.
    """
    accounts = judged_behind(outcome.scenario, funds)
    names = ("pooled_gap_probability", "any_short_probability", "expected_unpaid_yuan")
    if not accounts:
        nothing = {f"{name}{end}": None for name in names for end in ("", "_se")}
        return {**nothing, "judged_accounts": []}
    joint = outcome.joint_risks[tuple(accounts)]
    risks = [estimate(name, getattr(joint, name)) for name in names]
    return {**risks[0], **risks[1], **risks[2], "judged_accounts": accounts}


def record_funds(outcome: Outcome) -> list[Entry]:
    """Every fund: one sum of money counted once."""
    of_fund = outcome.scenario.account_of_fund()
    return [
        {
            "id": fund.id,
            "name_zh": fund.name_zh,
            "name_en": fund.name_en,
            "lines": list(fund.lines),
            "account": of_fund[fund.id],
            "budget_yuan": outcome.scenario.budgets[fund.id],
            "printed_budget_yuan": fund.printed_yuan,
        }
        for fund in outcome.scenario.funds
    ]


def record_overlap(outcome: Outcome) -> Entry:
    """The explanation in force, and the others that the names and the rounding allow."""
    document = outcome.scenario.document
    chosen = outcome.scenario.settings.overlap
    explanation = document.explanations[chosen]
    others = [a for a in outcome.alternatives if set(a.links) != set(explanation.links)]
    return {
        "explanation": chosen,
        "name_zh": explanation.name_zh,
        "name_en": explanation.name_en,
        "inferred": True,
        "links": [_link(document, key) for key in explanation.links],
        "n_alternatives": len(others),
        "n_exact_alternatives": sum(a.difference_yuan == 0 for a in others),
        "alternatives": [
            _alternative(outcome, a, explanation.links) for a in others[:MOST_ALTERNATIVES]
        ],
    }


def _link(document: Document, key: str) -> Entry:
    link = document.links[key]
    return {
        "id": key,
        "sub_line": link.line,
        "other": link.other,
        "relation": "identity" if link.relation == "same" else "containment",
        "amount_yuan": document.lines[link.line].amount,
        "reason_zh": link.reason_zh,
        "reason_en": link.reason_en,
    }


def _alternative(outcome: Outcome, other: Alternative, chosen: tuple[str, ...]) -> Entry:
    document = outcome.scenario.document
    dropped = [key for key in chosen if key not in other.links]
    added = [key for key in other.links if key not in chosen]
    explanations = document.explanations.items()
    named = next((key for key, each in explanations if set(each.links) == set(other.links)), None)
    return {
        "id": named,
        "links": list(other.links),
        "total_yuan": other.overlap_yuan,
        "difference_yuan": other.difference_yuan,
        "what_changes_zh": _say_in_chinese(document, dropped, added),
        "what_changes_en": _say_in_english(document, dropped, added),
        "accounts": _account_changes(outcome, other.links, chosen),
    }


def _account_changes(
    outcome: Outcome, links: tuple[str, ...], chosen: tuple[str, ...]
) -> list[Entry]:
    """By how much the printed money of each account differs under other links."""
    here, there = (_account_money(outcome, each) for each in (chosen, links))
    specs = outcome.scenario.book.accounts
    names = {
        fund.id: (fund.name_zh, fund.name_en)
        for each in (links, chosen)
        for fund in derive_funds(outcome.scenario.document, each)
    }
    names |= {key: (specs[key].name_zh, specs[key].name_en) for key in names if key in specs}
    return [
        {
            "id": key,
            "name_zh": names[key][0],
            "name_en": names[key][1],
            "change_yuan": there.get(key, 0) - here.get(key, 0),
        }
        for key in {**here, **there}
        if there.get(key, 0) != here.get(key, 0)
    ]


def _account_money(outcome: Outcome, links: tuple[str, ...]) -> dict[str, int]:
    """The printed money of the accounts that some links make; ids are those of their first fund."""
    scenario = outcome.scenario
    funds = derive_funds(scenario.document, links)
    printed = {fund.id: fund.printed_yuan for fund in funds}
    accounts = join_accounts(scenario.document, funds, scenario.settings.paid_from)
    return {key: sum(printed[fund] for fund in own) for key, own in accounts.items()}


def _say_in_chinese(document: Document, dropped: list[str], added: list[str]) -> str:
    """The difference between two explanations, by the ids of the lines."""
    parts = []
    if dropped:
        parts.append("不认" + "、".join(_pair(document, key) for key in dropped))
    if added:
        parts.append("改认" + "、".join(_pair(document, key) for key in added))
    return "；".join(parts)


def _pair(document: Document, key: str) -> str:
    link = document.links[key]
    return f"{link.line}{'即' if link.relation == 'same' else '在'}{link.other}" + (
        "" if link.relation == "same" else "内"
    )


def _say_in_english(document: Document, dropped: list[str], added: list[str]) -> str:
    parts = []
    if dropped:
        parts.append("without " + ", ".join(_pair_in_english(document, key) for key in dropped))
    if added:
        parts.append("with " + ", ".join(_pair_in_english(document, key) for key in added))
    return "; ".join(parts)


def _pair_in_english(document: Document, key: str) -> str:
    link = document.links[key]
    return f"{link.line} {'the same as' if link.relation == 'same' else 'in'} {link.other}"


def record_reconciliation(outcome: Outcome) -> list[Entry]:
    """From the printed lines to the adopted money, step by step; the steps add up."""
    document, scenario = outcome.scenario.document, outcome.scenario
    rows: list[Any] = [
        (
            f"{document.lines[line].name_zh}（{line}）",
            document.lines[line].name_en,
            document.lines[line].amount,
        )
        for line in document.domain_lines()
    ]
    rows.append(("各领域印列合计", "printed lines together", document.printed_yuan))
    for key in document.explanations[scenario.settings.overlap].links:
        link = document.links[key]
        amount = document.lines[link.line].amount
        words_zh = f"减：{document.lines[link.line].name_zh}（{link.line}）在{link.other}重复印列"
        rows.append((words_zh, f"less {link.line}, printed again in {link.other}", -amount))
    net = sum(fund.printed_yuan for fund in scenario.funds)
    rows.append(("扣除重复后的净额", "net of overlap", net))
    changed = sum(scenario.budgets.values()) - net
    if changed:
        rows.append(("本情景对已安排预算的增减", "change of the adopted budget", changed))
    return [{"label_zh": zh, "label_en": en, "amount_yuan": yuan} for zh, en, yuan in rows]
