"""The sheet 汇总 of an assessed register: sums against the money, as formulas with their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from model.claims.book_columns import (
    ACCOUNT,
    AVAILABLE,
    CITY,
    DEPARTMENT,
    ENTITLEMENT,
    EXPLAINED,
    ID,
    N_CLAIMS,
    N_GRANTED,
)
from model.claims.sums import Money, Place, Sum, gather, money_of, total
from model.workbook import Cell, Column, Formula, Sheet, Table

COLUMNS = (
    ID,
    Column(head="名称", width=34),
    ACCOUNT,
    Column(head="领域", width=28),
    *(DEPARTMENT, N_CLAIMS, N_GRANTED, ENTITLEMENT, CITY, AVAILABLE),
    Column(head="余（缺为负，元）", width=18, kind="yuan"),
    EXPLAINED,
)
NO_ACCOUNT_ZH = "（未列支出账户）"
ACROSS_ZH = "有账户同时支付几个领域的事项，资金不拆分，余缺见“按支出账户”"
NO_MONEY_ZH = "条文未指明由哪笔资金支付"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claims:
    """Where the sheet of claims holds what is summed; rows are those of the workbook.

    Attributes:
        sheet: its name.
        first, last: its rows; `last` below `first` where there are no claims.
        award, entitlement, city: the letters of its columns.
    """

    sheet: str
    first: int
    last: int
    award: str
    entitlement: str
    city: str

    def column(self, letter: str) -> str:
        """The cells of a column, fixed."""
        return f"'{self.sheet}'!${letter}${self.first}:${letter}${self.last}"


def summary_sheet(
    sums: Mapping[str, Sum],
    places: Mapping[str, Place],
    money: Mapping[str, Money],
    claims: Claims,
    notes: Sequence[str],
) -> Sheet:
    """Sums by award, account, domain and department beside the money that is there for them.

    Args:
        sums: by award; those without claims may be absent.
        places: where every award stands, in the order in which they are listed.
        money: by account.
        claims: where the claims stand in the workbook.
        notes: what a reader must know first.
    """
    labels = _labels(money)
    names = {key: labels.get(place.account, NO_ACCOUNT_ZH) for key, place in places.items()}
    every = [sums.get(key, _none(key)) for key in places]
    grouped = [
        ("按支出账户", "C", gather(every, names), _accounts(labels, money)),
        ("按领域", "D", gather(every, _domains_of(places)), _domains(places, money)),
        ("按部门", "E", gather(every, _departments_of(places, money)), _departments(places, money)),
    ]
    short = _short_of_money(grouped[0][2], grouped[0][3])
    begin = 2 + 1 + len(notes) + 3  # below title, notes, a blank row, the table's title and head
    past = begin + sum(len(rows) + 4 for _, _, rows, _ in grouped)  # each with its total
    awards = _Awards(first=past, last=past + len(places) - 1)
    tables = []
    for title, letter, rows, told in grouped:
        tables.append(_group_table(title, rows, told, awards, (letter, begin)))
        begin += len(rows) + 4
    tables.append(_award_table(every, places, names, money, (claims, awards)))
    return Sheet(name="汇总", title="申报核算汇总", notes=[short, *notes], tables=tables)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Awards:
    """The rows of the workbook that hold the awards of this sheet."""

    first: int
    last: int

    def column(self, letter: str) -> str:
        return f"${letter}${self.first}:${letter}${self.last}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What stands beside the sum of a group: id, department, available money, a note."""

    id: str = ""
    department_zh: str = ""
    available: int | None = None
    note_zh: str = ""


def _short_of_money(rows: Mapping[str, Sum], told: Mapping[str, _Told]) -> str:
    """Which accounts the claims of this register exceed already, and by how much."""
    known = {name: told[name].available for name in rows if name in told}
    margins = {
        name: available - rows[name].city_yuan
        for name, available in known.items()
        if available is not None
    }
    short = [f"{name}缺 {-left:,}元" for name, left in margins.items() if left < 0]
    if not short:
        return "结论：本册申报的市级部分没有超过任何支出账户的可用资金"
    return f"结论：本册申报的市级部分超过可用资金的支出账户：{'、'.join(short)}"


def _none(key: str) -> Sum:
    return Sum(key=key, claims=0, paid=0, entitlement_yuan=0, city_yuan=0)


def _labels(money: Mapping[str, Money]) -> dict[str | None, str]:
    """A name for each account that no other has."""
    names = [one.name_zh for one in money.values()]
    return {
        key: one.name_zh if names.count(one.name_zh) == 1 else f"{one.name_zh}（{key}）"
        for key, one in money.items()
    }


def _award_table(
    every: Sequence[Sum],
    places: Mapping[str, Place],
    names: Mapping[str, str],
    money: Mapping[str, Money],
    where: tuple[Claims, _Awards],
) -> Table:
    claims, awards = where
    departments = _departments_of(places, money)
    rows = [
        [
            one.key, places[one.key].name_zh, names[one.key], places[one.key].domain_zh,
            departments[one.key], *_of_claims(one, claims, awards.first + at), None, None, "",
        ]
        for at, one in enumerate(every)
    ]  # fmt: skip
    ending = _total(total(every), (awards.first, awards.last), None)
    return Table(columns=COLUMNS, title="按事项", rows=rows, total=ending)


def _of_claims(one: Sum, claims: Claims, row: int) -> list[Cell]:
    """Count, paid, entitlement and city part of an award, from the sheet of claims."""
    values = (one.claims, one.paid, one.entitlement_yuan, one.city_yuan)
    if claims.last < claims.first:
        return [*values]
    award, entitled = claims.column(claims.award), claims.column(claims.entitlement)
    city = claims.column(claims.city)
    texts = (
        f"=COUNTIF({award},$A{row})",
        f'=COUNTIFS({award},$A{row},{entitled},">0")',
        f"=SUMIF({award},$A{row},{entitled})",
        f"=SUMIF({award},$A{row},{city})",
    )
    return [Formula(text=text, value=value) for text, value in zip(texts, values, strict=True)]


def _group_table(
    title: str,
    rows: Mapping[str, Sum],
    told: Mapping[str, _Told],
    awards: _Awards,
    at: tuple[str, int],
) -> Table:
    letter, first = at
    written: list[list[Cell]] = []
    for row, (key, one) in enumerate(rows.items(), start=first):
        beside = told.get(key, _Told(note_zh=NO_MONEY_ZH))
        values = (one.claims, one.paid, one.entitlement_yuan, one.city_yuan)
        summed = [
            Formula(
                text=f"=SUMIF({awards.column(letter)},$B{row},{awards.column(column)})", value=value
            )
            for column, value in zip("FGHI", values, strict=True)
        ]
        margin = beside.available
        left = None if margin is None else Formula(text=f"=J{row}-I{row}", value=margin - values[3])
        written.append(
            [beside.id, key, "", "", beside.department_zh, *summed, margin, left, beside.note_zh]
        )
    known = [told[key].available if key in told else None for key in rows]
    all_money = None if None in known else sum(money for money in known if money is not None)
    ending = _total(total(rows.values()), (first, first + len(rows) - 1), all_money)
    return Table(columns=COLUMNS, title=title, rows=written, total=ending)


def _total(one: Sum, rows: tuple[int, int], available: int | None) -> list[Cell]:
    def summed(letter: str, value: int) -> Formula:
        return Formula(text=f"=SUM({letter}{rows[0]}:{letter}{rows[1]})", value=value)

    values = (one.claims, one.paid, one.entitlement_yuan, one.city_yuan)
    cells: list[Cell] = [
        summed(letter, value) for letter, value in zip("FGHI", values, strict=True)
    ]
    money: list[Cell] = [None, None]
    if available is not None:
        money = [summed("J", available), summed("K", available - one.city_yuan)]
    return [one.key, "", "", "", "", *cells, *money, ""]


def _accounts(labels: Mapping[str | None, str], money: Mapping[str, Money]) -> dict[str, _Told]:
    return {
        labels[key]: _Told(
            id=key,
            department_zh=one.department_zh,
            available=one.available_yuan,
            note_zh=(
                f"预算 {one.budget_yuan:,}元，减去以前年度待兑付和无金额事项预留"
                f" {one.committed_yuan:,}元（假设）"
            ),
        )
        for key, one in money.items()
    }


def _domains_of(places: Mapping[str, Place]) -> dict[str, str]:
    return {key: place.domain_zh for key, place in places.items()}


def _domains(places: Mapping[str, Place], money: Mapping[str, Money]) -> dict[str, _Told]:
    """The money of each domain's accounts, where none of them pays for another domain too."""
    found = {}
    for domain in dict.fromkeys(place.domain_zh for place in places.values()):
        accounts = [place.account for place in places.values() if place.domain_zh == domain]
        others = {place.account for place in places.values() if place.domain_zh != domain}
        across = bool(others & set(accounts))
        available = None if across else money_of(accounts, money)
        why = ACROSS_ZH if across else NO_MONEY_ZH if available is None else "所列账户可用资金合计"
        found[domain] = _Told(available=available, note_zh=why)
    return found


def _departments_of(places: Mapping[str, Place], money: Mapping[str, Money]) -> dict[str, str]:
    of: dict[str | None, str] = {key: one.department_zh for key, one in money.items()}
    return {key: of.get(place.account, NO_ACCOUNT_ZH) for key, place in places.items()}


def _departments(places: Mapping[str, Place], money: Mapping[str, Money]) -> dict[str, _Told]:
    of = _departments_of(places, money)
    found = {}
    for department in dict.fromkeys(of.values()):
        accounts = [place.account for key, place in places.items() if of[key] == department]
        available = money_of(accounts, money)
        why = NO_MONEY_ZH if available is None else "本部门所列账户可用资金合计"
        found[department] = _Told(available=available, note_zh=why)
    return found
