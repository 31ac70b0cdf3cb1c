"""The payments of a register as a workbook or a CSV file: sums, every claim, every other row."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from model.account_payments import Account, Payments
from model.allotment_words import say_choice_zh, say_opinion_zh, say_origin_zh, say_rule_zh
from model.claims.assessed_book import STREAMED, day_of, other_sheets, place_of, rows_for
from model.claims.assessed_csv import write_rows
from model.claims.book_columns import (
    ACCOUNT,
    APPLICANT,
    AVAILABLE,
    AWARD,
    AWARD_ID,
    CITY,
    CITY_DUE,
    CLAIM,
    CUT,
    DEPARTMENT,
    ENTITLEMENT,
    FILED,
    ID,
    N_CLAIMS,
    PAID,
    PLACE,
    RATIO,
)
from model.claims.entitlements import Assessment
from model.claims.sums import Place
from model.register.register import Register
from model.table_sheets import write_book
from model.workbook import Cell, Column, Formula, Sheet, Table

BY_AWARD, BY_CLAIM = "事项", "兑付"
CEILING_HEAD = "总额控制（元）"
N_FIRST_NOTES = 3
FIRST_AWARD = 5  # a title, a note, a blank row, the head
AWARD_NOTE = "只列有申报的事项；合计由“兑付”表逐笔相加。"
CLAIM_NOTE = "每笔申报一行；金额为元。兑付额不超过应兑现额中的市级部分。"
CSV_HEADS = (
    "award_id",  # in a workbook the award is the sheet, and no cell of the row says it
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
    *(ID, ACCOUNT, DEPARTMENT, N_CLAIMS),
    Column(head="预算（元）", width=18, kind="yuan"),
    Column(head="已占用（元，假设）", width=18, kind="yuan"),
    *(AVAILABLE, CITY_DUE, PAID, CUT),
    Column(head="余额（元）", width=18, kind="yuan"),
    RATIO,
    Column(head="规则", width=50),
    Column(head="规则出处", width=24),
    Column(head="整笔和复核", width=50),
)
AWARDS = (
    *(AWARD_ID, AWARD, ACCOUNT, N_CLAIMS),
    Column(head="足额（笔）", width=11, kind="count"),
    Column(head="部分兑付（笔）", width=11, kind="count"),
    Column(head="未兑付（笔）", width=11, kind="count"),
    *(CITY_DUE, PAID, CUT, RATIO),
    Column(head=CEILING_HEAD, width=18, kind="yuan"),
    Column(head="少付：因账户可用资金", width=18, kind="yuan"),
    Column(head="少付：因总额控制", width=18, kind="yuan"),
    Column(head="少付：因整笔兑付", width=18, kind="yuan"),
)
CLAIMS = (
    *(PLACE, CLAIM, APPLICANT, AWARD_ID, AWARD, ACCOUNT, FILED, ENTITLEMENT, CITY, PAID, CUT),
    Column(head="约束条件", width=22),
    Column(head="兑付说明", width=60),
    Column(head="核算理由", width=60),
)


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
        [award, *map(str, row), account, told.limit, told.sentence]
        for award, row, account, told in zip(
            register.award, rows, payments.account, payments.told, strict=True
        )
    )
    write_rows(register, CSV_HEADS, found, out)


def write_payments_book(
    register: Register,
    assessment: Assessment,
    payments: Payments,
    setting: tuple[Mapping[str, Place], Sequence[str]],
    out: Path,
) -> None:
    """Writes the sheets 汇总, 事项, 兑付, 未受理, 不计入 and 说明.

    Args:
        setting: where each award stands, and what a reader should know, the most important first.

    Raises:
        InputError: the file cannot be written, or a workbook cannot hold so many claims.
    """
    places, notes = setting
    awards = _award_rows(register, assessment, payments, places)
    claims = _claims(register, assessment, payments, places)
    first = notes[:N_FIRST_NOTES]
    head = 3 + len(first)  # a title, the notes, a blank row
    accounts = [_account_row(one, head + 1 + at) for at, one in enumerate(payments.accounts)]
    sheets = [
        Sheet(name="汇总", title="按支出账户兑付汇总", notes=first, tables=[
            Table(columns=ACCOUNTS, rows=accounts, total=_total(ACCOUNTS, accounts, head))
        ]),
        Sheet(name=BY_AWARD, title="按奖补事项兑付汇总", notes=[AWARD_NOTE], tables=[
            Table(columns=AWARDS, rows=awards, total=_total(AWARDS, awards, FIRST_AWARD - 1))
        ]),
        Sheet(name=BY_CLAIM, title="逐笔兑付", notes=[CLAIM_NOTE], tables=[
            Table(columns=CLAIMS, rows=rows_for(register, claims))
        ]),
        *other_sheets(register),
        Sheet(name="说明", title="怎样算的", notes=notes, tables=[]),
    ]  # fmt: skip
    write_book(out, sheets, streaming=len(register.claim) > STREAMED)


def _account_row(one: Account, row: int) -> list[Cell]:
    """An account in a row of the workbook; its sums are those of its awards."""
    claims, found, money = one.claims, one.found, one.claims.money
    due, paid = claims.asked.total(), sum(found.paid_yuan.tolist())
    said = [say_choice_zh(found), say_opinion_zh(one.apart_yuan) if one.short else "足额"]

    def summed(letter: str, value: int) -> Formula:
        text = f"=SUMIF('{BY_AWARD}'!$C:$C,$A{row},'{BY_AWARD}'!${letter}:${letter})"
        return Formula(text=text, value=value)

    return [
        money.id,
        money.name_zh,
        money.department_zh,
        summed("D", len(claims.rows)),
        money.budget_yuan,
        money.committed_yuan,
        money.available_yuan,
        summed("H", due),
        summed("I", paid),
        Formula(text=f"=H{row}-I{row}", value=due - paid),
        Formula(text=f"=G{row}-I{row}", value=money.available_yuan - paid),
        ratio_zh(paid, due),
        say_rule_zh(claims),
        say_origin_zh(claims),
        "；".join(text for text in said if text),
    ]


def _award_rows(
    register: Register, assessment: Assessment, payments: Payments, places: Mapping[str, Place]
) -> list[list[Cell]]:
    """The awards that occur; counts and sums are those of the sheet of claims."""
    awards = np.array(register.award, object)
    ceilings = {
        award.id: award.ceiling_yuan
        for one in payments.accounts
        for award in one.claims.asked.awards
    }
    rows: list[list[Cell]] = []
    for key, place in places.items():
        own = np.flatnonzero(awards == key)
        if len(own):
            due, paid = assessment.city_yuan[own], payments.paid[own]
            cuts = (payments.by_money[own], payments.by_ceiling[own], payments.as_whole[own])
            counts = (paid == due) & (due > 0), (paid > 0) & (paid < due), (paid == 0) & (due > 0)
            named: list[Cell] = [key, place.name_zh, place.account or ""]
            sums = (len(own), sum(due.tolist()), sum(paid.tolist()))
            counted = [int(np.count_nonzero(count)) for count in counts]
            found = _of_claims(sums, counted, FIRST_AWARD + len(rows))
            ending: list[Cell] = [ratio_zh(sums[2], sums[1]), ceilings.get(key)]
            rows.append([*named, *found, *ending, *(sum(cut.tolist()) for cut in cuts)])
    return rows


def _of_claims(sums: tuple[int, int, int], counted: list[int], row: int) -> list[Cell]:
    """Counts and sums of an award from the sheet of claims, with the values that they have."""
    award = f"'{BY_CLAIM}'!$D:$D,$A{row}"
    n, due, paid = sums
    return [
        Formula(text=f"=COUNTIF({award})", value=n),
        *counted,
        Formula(text=f"=SUMIF({award},'{BY_CLAIM}'!$I:$I)", value=due),
        Formula(text=f"=SUMIF({award},'{BY_CLAIM}'!$J:$J)", value=paid),
        Formula(text=f"=H{row}-I{row}", value=due - paid),
    ]


def _total(columns: Sequence[Column], rows: list[list[Cell]], head: int) -> list[Cell] | None:
    """The sums of all columns that add up; `head` is the row of the workbook above them."""
    if not rows:
        return None
    cells: list[Cell] = ["合计"]
    for place, column in list(enumerate(columns))[1:]:
        if column.kind not in ("yuan", "count") or column.head == CEILING_HEAD:
            cells.append("")
            continue
        letter = chr(ord("A") + place)
        value = sum(_number(row[place]) for row in rows)
        text = f"=SUM({letter}{head + 1}:{letter}{head + len(rows)})"
        cells.append(Formula(text=text, value=value))
    return cells


def _number(cell: Cell) -> int:
    value = cell.value if isinstance(cell, Formula) else cell or 0
    assert isinstance(value, int)
    return value


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
