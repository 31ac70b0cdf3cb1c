"""What a blank register asks for each award: its columns, their heads, notes and an example."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from model.money import WAN
from model.policy.awards import (
    CostedAward,
    Grades,
    InsuredPremium,
    PerUnit,
    RateUpTo,
    SteppedRate,
)
from model.policy.document import Document
from model.policy.wording import yuan_zh
from model.workbook import Cell

MoneyUnit = Literal["万元", "元"]
FieldKind = Literal["text", "money", "number", "rate", "yes_no", "day"]
EXAMPLE_ZH = "示例"
YES_ZH, NO_ZH = "是", "否"
MOST_SHEET_LETTERS = 31
# What no name of a sheet may hold, and what stands for it.
_FOR_SHEETS = str.maketrans("[]:*?/\\'", "【】：＊？／＼’")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column of a blank register.

    Attributes:
        name: as the policy calls it, or one of the naming columns.
        kind: what its cells are; money in the unit of its head.
        head: in Chinese, with the unit.
        note: what a person who fills it in should know.
        optional: whether it may stay blank.
        options: the only texts it takes; any if none.
        example: a cell as the example row shows it.
    """

    name: str
    kind: FieldKind
    head: str
    note: str
    optional: bool
    options: Sequence[str]
    example: Cell


def sheet_name(key: str, award: CostedAward) -> str:
    """The name of an award's sheet: its id and what it is called, as far as a workbook lets it.

    >>> "X1 [1:1]".translate(_FOR_SHEETS)
    'X1 【1：1】'
    """
    return f"{key} {award.name_zh}".translate(_FOR_SHEETS)[:MOST_SHEET_LETTERS].strip()


def fields(key: str, document: Document, unit: MoneyUnit) -> list[Field]:
    """The columns of an award's sheet: who claims what and when, then what the rule needs."""
    award = document.costed()[key]
    clause = document.clauses[award.clause]
    cited = f"{clause.numeral_zh}{clause.title_zh}\n条文：“{award.anchor}”"
    own = [_field(award, name, cited, unit) for name in award.columns]
    return [*_naming(document.title.year, cited), *own]


def _naming(year: int, cited: str) -> list[Field]:
    day = datetime.date(year, 3, 15)
    told: list[tuple[str, FieldKind, str, str, Cell]] = [
        ("claim", "text", "申报编号", "每笔申报一个编号，全册不重复；必填", EXAMPLE_ZH),
        ("applicant", "text", "申报主体", "申报单位的全称，各表写法一致；必填", "示例企业有限公司"),
        ("filed", "day", "申报日期", f"如 {day}；按先后兑付和测算全年时需要；选填", day),
    ]  # fmt: skip
    return [
        Field(
            name=name,
            kind=kind,
            head=head,
            note=f"{cited}\n{says}",
            optional=name == "filed",
            options=(),
            example=example,
        )
        for name, kind, head, says, example in told
    ]


def _field(award: CostedAward, name: str, cited: str, unit: MoneyUnit) -> Field:
    column = award.columns[name]
    kind = _kind(award, name)
    shown = unit if kind == "money" else column.unit_zh
    options: Sequence[str] = (YES_ZH, NO_ZH) if kind == "yes_no" else ()
    if isinstance(award, Grades) and name == award.grade_column:
        options = tuple(award.grades)
    return Field(
        name=name,
        kind=kind,
        head=f"{column.label_zh}（{shown}）" if shown else column.label_zh,
        note=f"{cited}\n{_meaning(award, name, shown)}",
        optional=column.optional,
        options=options,
        example=_example(award, name, unit, options),
    )


def _kind(award: CostedAward, name: str) -> FieldKind:
    column = award.columns[name]
    rates = {RateUpTo: "rate_column", InsuredPremium: "premium_rate_column"}
    for model, field in rates.items():
        if isinstance(award, model) and getattr(award, field) == name:
            return "rate"
    kinds: dict[str, FieldKind] = {"money": "money", "number": "number", "bool": "yes_no"}
    return kinds.get(column.type, "text")


def _meaning(award: CostedAward, name: str, shown: str) -> str:
    """What the column means, which value qualifies, and whether it must be filled in."""
    column = award.columns[name]
    parts = [column.label_zh + (f"，单位：{shown}" if shown else "")]
    if name in award.minimums:
        parts.append(f"不低于{yuan_zh(award.minimums[name])}方符合条件")
    if name in award.requires:
        parts.append(f"填“{YES_ZH}”方符合条件")
    if _kind(award, name) == "rate":
        parts.append("1.5%填0.015")
    parts += ["选填" if column.optional else "必填", column.why_optional_zh]
    return "；".join(part for part in parts if part)


def _example(award: CostedAward, name: str, unit: MoneyUnit, options: Sequence[str]) -> Cell:
    """A cell such as a claim that qualifies would have."""
    kind = _kind(award, name)
    if options:
        return options[0]
    if kind == "money":
        return _example_money(award, name, unit)
    if kind == "number":
        return _example_number(award, name)
    return 0.015 if kind == "rate" else "示例产品"


def _example_money(award: CostedAward, name: str, unit: MoneyUnit) -> int:
    """Twice the least that qualifies, or 1000万元; the year before a little less."""
    yuan = 2 * award.minimums.get(name, 500 * WAN)
    if name == getattr(award, "previous_column", None):
        current: str = getattr(award, "current_column", name)
        yuan = award.minimums.get(current, 500 * WAN)
    return yuan // WAN if unit == "万元" else yuan


def _example_number(award: CostedAward, name: str) -> int:
    if isinstance(award, SteppedRate) and name in award.measures:
        return 2 * award.measures[name].threshold
    return 2 * (award.minimum_quantity if isinstance(award, PerUnit) else 0) or 100
