"""An assessed register as a workbook: sums, every claim with its reason, and every other row."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from os.path import basename
from pathlib import Path

import numpy as np

from model.claims.book_columns import (
    APPLICANT,
    AWARD,
    AWARD_ID,
    CITY,
    CLAIM,
    ENTITLEMENT,
    FILED,
    N_GRANTED,
    PLACE,
    REASON,
)
from model.claims.entitlements import OUTCOMES_ZH, Assessment
from model.claims.summary_sheet import Claims, summary_sheet
from model.claims.sums import Money, Place, Sum, sum_awards
from model.policy.awards import CostedAward
from model.register.refusals_zh import why_refused
from model.register.register import Refused, Register
from model.table_sheets import write_book
from model.workbook import Cell, Column, Sheet, Table

MOST_COLUMNS = 250  # what is further to the right stands in one cell
STREAMED = 20_000  # from so many rows on memory matters more than a smaller file
CLAIM_COLUMNS = (
    *(PLACE, CLAIM, APPLICANT, AWARD_ID, AWARD, FILED, ENTITLEMENT, CITY),
    Column(head="结论", width=16),
    REASON,
)
REFUSED_NOTE = "这些行无法核算，未计入任何合计。按原因改正后重新运行；原单元格照录如下。"
ASIDE_NOTE = "这些行不是申报，未计入任何合计；原单元格照录如下。"
CHECKS_NOTE = "机器不能核对的条件。核给的申报在兑付前须由人逐项核定。"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the claims were assessed under.

    Attributes:
        awards: the costed awards.
        places: where each of them stands.
        money: the money of each account.
        notes_zh: the scenario, its readings and choices, in sentences.
    """

    awards: Mapping[str, CostedAward]
    places: Mapping[str, Place]
    money: Mapping[str, Money]
    notes_zh: Sequence[str]


def write_assessed_book(
    register: Register, assessment: Assessment, setting: Setting, out: Path
) -> None:
    """Writes the sheets 汇总, 申报, 未受理, 不计入 and 人工核定.

    Raises:
        InputError: the file cannot be written, or a workbook cannot hold so many claims.
    """
    sums = sum_awards(register.award, assessment.entitlement_yuan, assessment.city_yuan)
    notes = [*setting.notes_zh, say_rows_zh(register), *register.notes_zh]
    claims = _claim_sheet(register, assessment, setting)
    first = 2 + len(claims.notes) + 2  # a title, the notes, a blank row, the head
    where = Claims(
        sheet=claims.name,
        first=first,
        last=first + len(register.claim) - 1,
        award="D",
        entitlement="G",
        city="H",
    )
    sheets = [
        summary_sheet(sums, setting.places, setting.money, where, notes),
        claims,
        *other_sheets(register),
        _check_sheet(setting, sums),
    ]
    write_book(out, sheets, streaming=len(register.claim) > STREAMED)


def say_rows_zh(register: Register) -> str:
    """Every row accounted for: read, assessed, refused, set aside."""
    counts = len(register.claim), len(register.refused), len(register.set_aside)
    return (
        f"读入 {sum(counts)} 行 = 已核算 {counts[0]} 笔"
        f" + 未受理 {counts[1]} 行 + 不计入 {counts[2]} 行"
    )


def place_of(register: Register, place: str) -> str:
    """The place without the folder of the file, which says nothing to another reader."""
    return place.replace(register.name, basename(register.name), 1)


def _claim_sheet(register: Register, assessment: Assessment, setting: Setting) -> Sheet:
    notes = ["每笔申报一行；金额为元，向下取整一次。“须人工核定”之后是机器不能核对的条件。"]
    rows = _claim_rows(register, assessment, setting)
    table = Table(columns=CLAIM_COLUMNS, rows=rows_for(register, rows))
    return Sheet(name="申报", title="逐笔核算", notes=notes, tables=[table])


def rows_for(register: Register, rows: Iterator[list[Cell]]) -> Iterable[list[Cell]]:
    """The rows of claims: held, so that columns are made to fit, where they are not too many."""
    return list(rows) if len(register.claim) <= STREAMED else rows


def _claim_rows(
    register: Register, assessment: Assessment, setting: Setting
) -> Iterator[list[Cell]]:
    columns = (
        [place_of(register, place) for place in register.places],
        register.claim,
        register.applicant,
        register.award,
        [day_of(day) for day in register.filed],
        assessment.entitlement_yuan.tolist(),
        assessment.city_yuan.tolist(),
        assessment.outcome.tolist(),
        assessment.reason,
    )
    for place, claim, applicant, key, day, yuan, city, outcome, reason in zip(
        *columns, strict=True
    ):
        name = setting.awards[key].name_zh
        told = OUTCOMES_ZH[outcome]
        yield [place, claim, applicant, key, name, day, yuan, city, told, reason]


def day_of(day: np.datetime64) -> datetime.date | None:
    """The day as Python has it; None of NaT."""
    found: datetime.date | None = day.astype(datetime.date) if not np.isnat(day) else None
    return found


def places_refused(register: Register, row: Refused) -> str:
    """The cells that are wrong, where they are known, or else the row."""
    return "、".join(dict.fromkeys(place_of(register, problem.place) for problem in row.problems))


def other_sheets(register: Register) -> list[Sheet]:
    """The sheets 未受理 and 不计入: the rows that are not assessed, their cells and the reason."""
    refused = [(places_refused(register, r), why_refused(r), r.cells) for r in register.refused]
    aside = [(place_of(register, a.place), a.reason_zh, a.cells) for a in register.set_aside]
    return [
        _other_sheet("未受理", REFUSED_NOTE, refused, register.header),
        _other_sheet("不计入", ASIDE_NOTE, aside, ()),
    ]


def _other_sheet(
    name: str, note: str, rows: Sequence[tuple[str, str, Sequence[str]]], header: Sequence[str]
) -> Sheet:
    """One of the two, without the columns in which no row has anything."""
    widest = max((len(cells) for _, _, cells in rows), default=0)
    found = [at for at in range(widest) if any(at < len(row) and row[at] for _, _, row in rows)]
    used, more = found[:MOST_COLUMNS], found[MOST_COLUMNS:]
    heads = {at: head for at, head in enumerate(header) if head}
    columns = [
        PLACE,
        Column(head="原因", width=60),
        *(
            Column(head=heads.get(at, f"第{at + 1}个单元格"), width=20, kind="verbatim")
            for at in used
        ),
        *([Column(head="其余单元格", width=60, kind="verbatim")] if more else []),
    ]
    written: list[list[Cell]] = []
    for place, why, cells in rows:
        rest = [" | ".join(cells[at] for at in more if at < len(cells))] if more else []
        own = [cells[at] if at < len(cells) else "" for at in used]
        written.append([place, why, *own, *rest])
    title = f"{name}的行（{len(rows)} 行）"
    return Sheet(
        name=name, title=title, notes=[note], tables=[Table(columns=columns, rows=written)]
    )


def _check_sheet(setting: Setting, sums: Mapping[str, Sum]) -> Sheet:
    rows: list[list[Cell]] = [
        [key, award.name_zh, check, sums[key].paid, sums[key].city_yuan]
        for key, award in setting.awards.items()
        if key in sums
        for check in award.person_checks
    ]
    columns = (
        AWARD_ID,
        AWARD,
        Column(head="须核定的内容", width=50),
        N_GRANTED,
        Column(head="涉及市级资金（元）", width=20, kind="yuan"),
    )
    tables = [Table(columns=columns, rows=rows)]
    return Sheet(name="人工核定", title="须人工核定的条件", notes=[CHECKS_NOTE], tables=tables)
