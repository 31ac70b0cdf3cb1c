"""`budget check`: what a scenario reads, and how its money adds up; nothing is solved."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from model.inputs import read_policy_tree
from model.money import format_money
from model.policy.citations import check_citations
from model.policy.funds import find_alternatives, print_rounding
from model.report.numerals import Language, money_exactly
from model.scenario import Scenario, load_scenario


def check_scenario(path: Path, source: Path | None) -> dict[str, Any]:
    """The reconciliation of a scenario, and the number of citations found in the paper's text.

    Raises:
        InputError: every problem of the files, or every citation that does not occur.
    """
    scenario = load_scenario(path)
    document = scenario.document
    return {
        "scenario": scenario.name,
        "question": scenario.header.question,
        "question_en": scenario.header.question_en or scenario.header.question,
        "document": document.title.id,
        "document_en": document.title.short_en,
        "clauses": len(document.clauses),
        "lines": len(document.lines),
        "awards": {
            status: sum(award.cost_status == status for award in document.awards.values())
            for status in ("costed", "no_amount", "other_payer")
        },
        **_reconcile(scenario),
        "funds": _describe_funds(scenario),
        "accounts": {account: list(funds) for account, funds in scenario.accounts.items()},
        "figures": _count_marks(scenario),
        "changes": [asdict(change) for change in scenario.changes],
        "citations_found": None
        if source is None
        else check_citations(document, read_policy_tree(path), source),
    }


def _reconcile(scenario: Scenario) -> dict[str, Any]:
    """How the printed lines make the net total, and how many other explanations would."""
    document = scenario.document
    chosen = set(document.explanations[scenario.settings.overlap].links)
    found = find_alternatives(document, print_rounding(document))
    net = sum(fund.printed_yuan for fund in scenario.funds)
    return {
        "printed_yuan": document.printed_yuan,
        "overlap_yuan": document.printed_yuan - net,
        "net_yuan": net,
        "adopted_yuan": sum(scenario.budgets.values()),
        "overlap": scenario.settings.overlap,
        "other_explanations": sum(set(other.links) != chosen for other in found),
    }


def _describe_funds(scenario: Scenario) -> dict[str, dict[str, Any]]:
    of_fund = scenario.account_of_fund()
    return {
        fund.id: {
            "name_zh": fund.name_zh,
            "name_en": fund.name_en,
            "lines": list(fund.lines),
            "account": of_fund[fund.id],
            "budget_yuan": scenario.budgets[fund.id],
        }
        for fund in scenario.funds
    }


def _count_marks(scenario: Scenario) -> dict[str, int]:
    marks = [figure.mark for figure in scenario.book.figures().values()]
    return {mark: marks.count(mark) for mark in sorted(set(marks))}


def say_check(found: dict[str, Any], *, as_json: bool, language: Language = "zh") -> str:
    """The findings as JSON, or as a few lines for a person."""
    if as_json:
        return json.dumps(found, ensure_ascii=False, indent=1)
    return "\n".join(_say_zh(found) if language == "zh" else _say_en(found))


def _say_zh(found: dict[str, Any]) -> Iterator[str]:
    awards = found["awards"]
    yield f"{found['document']}  情景 {found['scenario']}：{found['question']}"
    yield (
        f"条款 {found['clauses']}，预算条目 {found['lines']}，奖补事项 {sum(awards.values())}"
        f"（有金额 {awards['costed']}，无金额 {awards['no_amount']}，"
        f"其他主体承担 {awards['other_payer']}）"
    )
    yield (
        f"印列合计 {format_money(found['printed_yuan'])}"
        f" − 重复印列 {format_money(found['overlap_yuan'])}"
        f" = 净额 {format_money(found['net_yuan'])}（解释 {found['overlap']}，"
        f"另有 {found['other_explanations']} 种可成立的解释）"
    )
    yield (
        f"资金池 {len(found['funds'])}，支出账户 {len(found['accounts'])}，"
        f"本情景预算 {format_money(found['adopted_yuan'])}"
    )
    for name, fund in found["funds"].items():
        money, lines = format_money(fund["budget_yuan"]), "、".join(fund["lines"])
        yield f"  {name:<18}{money:>12}  {fund['name_zh']}  {lines}"
    yield "申报主体池的数据 " + "，".join(f"{mark} {n}" for mark, n in found["figures"].items())
    yield from map(_say_change, found["changes"])
    if found["citations_found"] is not None:
        yield f"全部 {found['citations_found']} 处引文和印列数字都在原文中找到"


def _say_en(found: dict[str, Any]) -> Iterator[str]:
    awards = found["awards"]
    yield f"{found['document_en']}  scenario {found['scenario']}: {found['question_en']}"
    yield (
        f"{found['clauses']} clauses, {found['lines']} lines, {sum(awards.values())} awards "
        f"({awards['costed']} with an amount, {awards['no_amount']} without, "
        f"{awards['other_payer']} paid by others)"
    )
    printed, twice, net, adopted = (
        money_exactly(found[f"{name}_yuan"], "en")
        for name in ("printed", "overlap", "net", "adopted")
    )
    yield (
        f"printed {printed} − printed twice {twice} = net {net} (explanation {found['overlap']}; "
        f"{found['other_explanations']} others would fit as well)"
    )
    yield (
        f"{len(found['funds'])} funds, {len(found['accounts'])} accounts, "
        f"budget of this scenario {adopted}"
    )
    for name, fund in found["funds"].items():
        money, lines = money_exactly(fund["budget_yuan"], "en"), ", ".join(fund["lines"])
        yield f"  {name:<18}{money:>20}  {fund['name_en']}  {lines}"
    yield "figures on pools: " + ", ".join(f"{mark} {n}" for mark, n in found["figures"].items())
    yield from map(_say_change, found["changes"])
    if found["citations_found"] is not None:
        yield f"all {found['citations_found']} quotes and printed figures were found in the paper"


def _say_change(change: dict[str, Any]) -> str:
    return f"  {change['path']}: {change['old']} → {change['new']}  ({change['place']})"
