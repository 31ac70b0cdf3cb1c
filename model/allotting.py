"""`budget allot`: what each claim of a register is paid when the money of its account is short."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from model.account_claims import AccountClaims, ask_accounts, check_rule
from model.account_payments import Account, Payments, pay
from model.allotment_book import write_payments_book, write_payments_csv
from model.allotment_words import (
    CEILING_ZH,
    CHECKED_ZH,
    MONEY_ZH,
    ROUNDING_ZH,
    WHOLE_ZH,
    say_days_zh,
)
from model.assessing import (
    Assessed,
    Manner,
    as_changes,
    ending_of,
    read_claims,
    tell_problems,
)
from model.claiming import assess_claims, places, say_scenario_zh
from model.claims.assessed_book import say_rows_zh
from model.claims.entitlements import Assessment
from model.money import format_money
from model.register.register import Register
from model.scenario import Scenario, load_scenario


def allot_register(
    register: Path, scenario_path: Path, out: Path, manner: Manner, rule: str = ""
) -> Assessed:
    """What was written; the file holds every row of the register, paid or with the reason.

    Args:
        rule: one for all accounts instead of those of the scenario.

    Raises:
        InputError: a bad scenario, rule, reading or register, or `out` is the register; nothing is
            written then.
        BudgetError: payments do not pass the check that does not know how they were found.
    """
    check_rule(rule)
    scenario = load_scenario(scenario_path, as_changes(manner.readings))
    ending = ending_of(out, register)
    claims = read_claims(register, scenario, manner)
    assessment = assess_claims(claims, scenario)
    asked = ask_accounts(scenario, claims, assessment.city_yuan, rule)
    payments = pay(asked, assessment)
    if ending == ".csv":
        write_payments_csv(claims, assessment, payments, out)
    else:
        notes = _notes(scenario, claims, asked)
        write_payments_book(claims, assessment, payments, (places(scenario), notes), out)
    return Assessed(
        summary_zh=tuple(_say(out, claims, assessment, payments)), problems=tell_problems(claims)
    )


def _notes(scenario: Scenario, register: Register, asked: list[AccountClaims]) -> list[str]:
    said = say_scenario_zh(scenario)
    notes = [
        *said[:2],  # the paper and the scenario
        say_rows_zh(register),
        "可用资金 = 账户预算 − 以前年度待兑付和无金额事项预留（假设，取中心值）；不足零按零计",
        ROUNDING_ZH,
        CHECKED_ZH,
        say_days_zh(register.filed, asked),
        *said[2:],
        *register.notes_zh,
    ]
    return [note for note in notes if note]


def _say(out: Path, register: Register, assessment: Assessment, payments: Payments) -> list[str]:
    due, paid = sum(assessment.city_yuan.tolist()), sum(payments.paid.tolist())
    cut = int(np.count_nonzero(payments.paid < assessment.city_yuan))
    lines = [
        f"{out}: {len(register.claim)} 笔申报，应兑现（市级） {format_money(due)}，"
        f"兑付 {format_money(paid)}，少付 {format_money(due - paid)}（{cut} 笔）"
    ]
    for one in payments.accounts:
        if one.short:
            asked, given = one.claims.asked.total(), sum(one.found.paid_yuan.tolist())
            lines.append(
                f"{one.claims.money.name_zh}: 可用 {format_money(one.claims.asked.money_yuan)}，"
                f"应兑现 {format_money(asked)}，兑付 {format_money(given)}{_limits(one)}"
            )
    if register.refused or register.set_aside:
        lines.append(say_rows_zh(register))
    return lines


def _limits(account: Account) -> str:
    """What cuts the claims of an account, where it is not its money alone."""
    found = account.found
    cuts = {
        CEILING_ZH: found.cut_by_ceiling,
        MONEY_ZH: found.cut_by_money,
        WHOLE_ZH: found.cut_as_whole,
    }
    limits = [limit for limit, yuan in cuts.items() if np.any(yuan)]
    return "" if limits == [MONEY_ZH] else f"（受限：{'、'.join(limits)}）"
