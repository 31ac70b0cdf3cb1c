"""The payments of a register as a workbook or a CSV file: sums, every claim, every other row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from model.account_claims import AccountClaims
from model.allocation.allotment import Allotment
from model.allotment_words import Told, say_choice_zh, say_opinion_zh, say_origin_zh, say_rule_zh
from model.claims.assessed_book import STREAMED, day_of, other_sheets, place_of
from model.claims.assessed_csv import write_rows
from model.claims.entitlements import Assessment
from model.claims.register import Register
from model.claims.sums import Place
from model.claims.workbook import Cell, Column, Sheet, Table, write_book
from model.policy.exact import Ints

CSV_HEADS = (
    "entitlement_yuan",
    "city_yuan",
    "paid_yuan",
    "cut_yuan",
    "cut_by_ceiling_yuan",
    "cut_by_money_yuan",
    "cut_as_whole_yuan",
    "account",
    "limit",
    "reason",
)
ACCOUNTS = (
    Column(head="编号", width=16),
    Column(head="支出账户", width=30),
    Column(head="部门", width=16),
    Column(head="申报（笔）", width=11, kind="count"),
    Column(head="预算（元）", width=18, kind="yuan"),
    Column(head="已占用（元，假设）", width=18, kind="yuan"),
    Column(head="可用资金（元）", width=18, kind="yuan"),
    Column(head="应兑现额（市级，元）", width=19, kind="yuan"),
    Column(head="兑付额（元）", width=18, kind="yuan"),
    Column(head="少付（元）", width=18, kind="yuan"),
    Column(head="余额（元）", width=18, kind="yuan"),
    Column(head="兑付比例", width=10),
    Column(head="规则", width=60),
    Column(head="规则出处", width=24),
    Column(head="整笔和复核", width=60),
)
AWARDS = (
    Column(head="编号", width=16),
    Column(head="奖补事项", width=30),
    Column(head="支出账户", width=16),
    Column(head="申报（笔）", width=11, kind="count"),
    Column(head="足额（笔）", width=18, kind="count"),
    Column(head="部分兑付（笔）", width=18, kind="count"),
    Column(head="未兑付（笔）", width=18, kind="count"),
    Column(head="应兑现额（市级，元）", width=19, kind="yuan"),
    Column(head="兑付额（元）", width=18, kind="yuan"),
    Column(head="少付（元）", width=18, kind="yuan"),
    Column(head="总额控制（元）", width=18, kind="yuan"),
    Column(head="兑付比例", width=10),
    Column(head="其中因账户可用资金（元）", width=60, kind="yuan"),
    Column(head="因总额控制（元）", width=24, kind="yuan"),
    Column(head="因整笔兑付（元）", width=60, kind="yuan"),
)
CLAIMS = (
    Column(head="位置", width=20),
    Column(head="申报编号", width=16),
    Column(head="申报主体", width=26),
    Column(head="事项编号", width=9),
    Column(head="奖补事项", width=26),
    Column(head="支出账户", width=18),
    Column(head="申报日期", width=12, kind="day"),
    Column(head="应兑现额（元）", width=16, kind="yuan"),
    Column(head="其中市级（元）", width=16, kind="yuan"),
    Column(head="兑付额（元）", width=16, kind="yuan"),
    Column(head="少付（元）", width=16, kind="yuan"),
    Column(head="约束条件", width=22),
    Column(head="兑付说明", width=80, kind="long"),
    Column(head="核算理由", width=80, kind="long"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, what it pays, what its claims are told, and what the programme says to it.

    Attributes:
        short: whether its claims or an award's go short.
        apart_yuan: how far the programme is from the payments; None where it was not asked.
    """

    claims: AccountClaims
    found: Allotment
    told: Sequence[Told]
    short: bool
    apart_yuan: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """All payments of a register, claim by claim in its order.

    Attributes:
        paid, by_ceiling, by_money, as_whole: int64[claim], yuan.
        account: the id of the account of each claim; blank where nobody pays it.
    """

    accounts: Sequence[Account]
    paid: Ints
    by_ceiling: Ints
    by_money: Ints
    as_whole: Ints
    account: Sequence[str]
    told: Sequence[Told]


def write_payments_csv(
    register: Register, assessment: Assessment, payments: Payments, out: Path
) -> None:
    """The register's rows with what each is paid and why; then the rows that are not assessed.

    Raises:
        InputError: the file cannot be written.
    """
    city = assessment.city_yuan
    numbers = (
        assessment.entitlement_yuan,
        city,
        payments.paid,
        city - payments.paid,
        payments.by_ceiling,
        payments.by_money,
        payments.as_whole,
    )
    rows = zip(*(column.tolist() for column in numbers), strict=True)
    found = (
        [*map(str, row), account, told.limit, told.sentence]
        for row, account, told in zip(rows, payments.account, payments.told, strict=True)
    )
    write_rows(register, CSV_HEADS, found, out)


def write_payments_book(
    register: Register,
    assessment: Assessment,
    payments: Payments,
    setting: tuple[Mapping[str, Place], Sequence[str]],
    out: Path,
) -> None:
    """Writes the sheets 汇总, 兑付, 未受理 and 不计入.

    Args:
        setting: where each award stands, and the notes of the first sheet.

    Raises:
        InputError: the file cannot be written, or a workbook cannot hold so many claims.
    """
    places, notes = setting
    sheets = [
        Sheet(
            name="汇总",
            title="兑付汇总",
            notes=notes,
            tables=[_account_table(payments), _award_table(register, assessment, payments, places)],
        ),
        Sheet(
            name="兑付",
            title="逐笔兑付",
            notes=["每笔申报一行；金额为元。兑付额不超过应兑现额中的市级部分。"],
            tables=[Table(columns=CLAIMS, rows=_claims(register, assessment, payments, places))],
        ),
        *other_sheets(register),
    ]
    write_book(out, sheets, streaming=len(register.claim) > STREAMED)


def _account_table(payments: Payments) -> Table:
    rows = [_account_row(one) for one in payments.accounts]
    total: list[Cell] = ["合计", "", ""]
    total += [sum(_number(row[place]) for row in rows) for place in range(3, 11)]
    paid, due = _number(total[8]), _number(total[7])
    return Table(
        columns=ACCOUNTS,
        rows=rows,
        title="按支出账户",
        total=[*total, ratio_zh(paid, due), "", "", ""],
    )


def _account_row(one: Account) -> list[Cell]:
    claims, found, money = one.claims, one.found, one.claims.money
    due, paid = claims.asked.total(), sum(found.paid_yuan.tolist())
    said = [say_choice_zh(found), say_opinion_zh(one.apart_yuan) if one.short else "足额"]
    return [
        money.id,
        money.name_zh,
        money.department_zh,
        len(claims.rows),
        money.budget_yuan,
        money.committed_yuan,
        money.available_yuan,
        due,
        paid,
        due - paid,
        money.available_yuan - paid,
        ratio_zh(paid, due),
        say_rule_zh(claims),
        say_origin_zh(claims),
        "；".join(text for text in said if text),
    ]


def _award_table(
    register: Register, assessment: Assessment, payments: Payments, places: Mapping[str, Place]
) -> Table:
    awards = np.array(register.award, object)
    ceilings = {
        award.id: award.ceiling_yuan
        for one in payments.accounts
        for award in one.claims.asked.awards
    }
    rows: list[list[Cell]] = []
    for key in places:
        own = np.flatnonzero(awards == key)
        if not len(own):
            continue
        due, paid = assessment.city_yuan[own], payments.paid[own]
        cuts = (payments.by_money[own], payments.by_ceiling[own], payments.as_whole[own])
        counts = (paid == due) & (due > 0), (paid > 0) & (paid < due), (paid == 0) & (due > 0)
        sums = sum(due.tolist()), sum(paid.tolist())
        rows.append(
            [
                key,
                places[key].name_zh,
                places[key].account or "",
                len(own),
                *(int(np.count_nonzero(count)) for count in counts),
                *sums,
                sums[0] - sums[1],
                ceilings.get(key),
                ratio_zh(sums[1], sums[0]),
                *(sum(cut.tolist()) for cut in cuts),
            ]
        )
    return Table(columns=AWARDS, rows=rows, title="按奖补事项")


def _number(cell: Cell) -> int:
    assert isinstance(cell, int)
    return cell


def ratio_zh(paid: int, due: int) -> str:
    """What is paid of what is due, in per cent, rounded down; 100 % only where all is."""
    return "" if not due else f"{paid * 10_000 // due / 100:.2f}%"


def _claims(
    register: Register, assessment: Assessment, payments: Payments, places: Mapping[str, Place]
) -> Iterator[list[Cell]]:
    names = {one.claims.money.id: one.claims.money.name_zh for one in payments.accounts}
    columns = (
        [place_of(register, place) for place in register.places],
        register.claim,
        register.applicant,
        register.award,
        [names.get(account, "") for account in payments.account],
        [day_of(day) for day in register.filed],
        assessment.entitlement_yuan.tolist(),
        assessment.city_yuan.tolist(),
        payments.paid.tolist(),
        payments.told,
        assessment.reason,
    )
    for place, claim, who, key, account, day, due, city, paid, told, why in zip(
        *columns, strict=True
    ):
        yield [
            place,
            claim,
            who,
            key,
            places[key].name_zh,
            account,
            day,
            due,
            city,
            paid,
            city - paid,
            told.limit,
            told.sentence,
            why,
        ]
