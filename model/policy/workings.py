"""How a claim's money was worked out, in Chinese, with the figures: one wording for each kind."""

from __future__ import annotations

from fractions import Fraction
from functools import singledispatch
from typing import Any

import numpy as np

from model.policy.awards import (
    Approved,
    CostedAward,
    Flat,
    Grades,
    InsuredPremium,
    Matching,
    PerUnit,
    RateOfIncrease,
    RateUpTo,
    SteppedRate,
)
from model.policy.conditions import Columns, is_given
from model.policy.exact import MILLIONTHS, Quotient
from model.policy.payouts import graded_amounts, groups, units_count
from model.policy.wording import (
    CUT_ZH,
    money_zh,
    percent_zh,
    quantity_zh,
    rate_zh,
    times_zh,
    units_zh,
    yuan_zh,
)


@singledispatch
def workings(award: CostedAward, columns: Columns, gross: Quotient) -> list[str]:
    """For each claim that qualifies, how its money comes about and whether the cap is reached.

    Args:
        award: the rule.
        columns: its columns, completed, of the claims that qualify.
        gross: what `before_cap` gives for them.

    Raises:
        TypeError: no wording for this kind of award.
    """
    raise TypeError(f"no wording for awards of kind '{award.kind}'")


@workings.register
def _(award: Flat, columns: Columns, gross: Quotient) -> list[str]:
    return [f"定额 {yuan_zh(award.amount)}"] * len(gross.floor)


@workings.register
def _(award: Grades, columns: Columns, gross: Quotient) -> list[str]:
    """One text for each grade and flag, handed to the claims by position."""
    flags = (False, True) if award.uplift_column else (False,)
    table = np.array([_graded_texts(award, uplift=flag) for flag in flags], dtype=object)
    flag: Any = columns[award.uplift_column].astype(np.int64) if award.uplift_column else 0
    texts: list[str] = table[flag, columns[award.grade_column]].tolist()
    return texts


def _graded_texts(award: Grades, *, uplift: bool) -> list[str]:
    label = award.columns[award.grade_column].label_zh
    reach = award.cap if award.cap is not None else None
    texts = []
    for grade, total in zip(award.grades, graded_amounts(award, uplift=uplift), strict=True):
        text = f"{label} {grade}：{yuan_zh(award.grades[grade])}"
        if reach is not None and not award.uplift_within_cap:
            text += _cap(award.grades[grade], reach)
        if uplift and award.uplift and award.uplift_column:
            why = plain_label(award, award.uplift_column)
            text += f"，{why}上浮 {rate_zh(award.uplift)}"
            text += f" = {yuan_zh(int(total))}" + (CUT_ZH if total.denominator > 1 else "")
        if award.uplift_within_cap:
            text += _cap(int(total), reach)
        texts.append(text)
    return texts


@workings.register
def _(award: Approved, columns: Columns, gross: Quotient) -> list[str]:
    label = award.columns[award.amount_column].label_zh
    return [
        f"{label} {money_zh(fen)}"
        + ("" if even else f"，计 {yuan_zh(yuan)}{CUT_ZH}")
        + _cap(yuan, award.cap)
        for fen, yuan, even in zip(
            columns[award.amount_column].tolist(),
            gross.floor.tolist(),
            gross.even.tolist(),
            strict=True,
        )
    ]


@workings.register
def _(award: RateOfIncrease, columns: Columns, gross: Quotient) -> list[str]:
    now, before = award.current_column, award.previous_column
    labels = award.columns[now].label_zh, award.columns[before].label_zh
    rate = rate_zh(award.rate)
    left = [
        f"{labels[0]} {money_zh(current)}，{labels[1]} {money_zh(previous)}，"
        f"增量 {money_zh(current - previous)} × {rate}"
        for current, previous in zip(columns[now].tolist(), columns[before].tolist(), strict=True)
    ]
    return _with_results(left, gross, award.cap)


@workings.register
def _(award: Matching, columns: Columns, gross: Quotient) -> list[str]:
    label, ratio = award.columns[award.base_column].label_zh, rate_zh(award.ratio)
    left = [f"{label} {money_zh(fen)} × {ratio}" for fen in columns[award.base_column].tolist()]
    return _with_results(left, gross, award.cap)


@workings.register
def _(award: InsuredPremium, columns: Columns, gross: Quotient) -> list[str]:
    label = award.columns[award.insured_column].label_zh
    limit, tail = award.premium_rate_limit, f" × {rate_zh(award.rate)}"
    held = f"{rate_zh(limit)}（填报 %s，按上限计）"
    left = []
    for fen, rate in zip(
        columns[award.insured_column].tolist(),
        columns[award.premium_rate_column].tolist(),
        strict=True,
    ):
        above = rate * limit.denominator > limit.numerator * MILLIONTHS
        counted = held.replace("%s", percent_zh(rate)) if above else percent_zh(rate)
        left.append(f"{label} {money_zh(fen)} × 费率 {counted}{tail}")
    return _with_results(left, gross, award.cap)


@workings.register
def _(award: RateUpTo, columns: Columns, gross: Quotient) -> list[str]:
    label = award.columns[award.base_column].label_zh
    maximum = award.maximum_rate
    left = []
    for fen, rate, given in zip(
        columns[award.base_column].tolist(),
        columns[award.rate_column].tolist(),
        is_given(columns, award.rate_column).tolist(),
        strict=True,
    ):
        granted = percent_zh(rate)
        if not given:
            granted = f"{rate_zh(maximum)}（未填比例，按最高比例）"
        elif rate * maximum.denominator > maximum.numerator * MILLIONTHS:
            granted = f"{rate_zh(maximum)}（填报 {granted}，按最高比例）"
        left.append(f"{label} {money_zh(fen)} × {granted}")
    return _with_results(left, gross, award.cap)


@workings.register
def _(award: PerUnit, columns: Columns, gross: Quotient) -> list[str]:
    names = list(award.units)
    counts = np.array([units_count(award, columns, name) for name in names]).T.tolist()
    amounts = np.array([columns[name] for name in names]).T.tolist()
    left, notes = [], []
    for row, counted in zip(amounts, counts, strict=True):
        paid = [
            f"{award.columns[name].label_zh} {quantity_zh(value, award.columns[name])}"
            f" × {yuan_zh(award.units[name])}"
            for name, value, count in zip(names, row, counted, strict=True)
            if count and (value or len(names) == 1)
        ]
        left.append(" + ".join(paid) or "数量合计 0")
        notes.append(_left_out(award, row, counted))
    results = _with_results(left, gross, award.cap)
    return [text + note for text, note in zip(results, notes, strict=True)]


def _left_out(award: PerUnit, row: list[int], counted: list[bool]) -> str:
    """The quantities that do not reach the least and are not paid."""
    return "".join(
        f"；{award.columns[name].label_zh} {quantity_zh(value, award.columns[name])}，低于"
        f" {units_zh(award.minimum_quantity, award.columns[name])}，不计"
        for name, value, count in zip(award.units, row, counted, strict=True)
        if value and not count
    )


@workings.register
def _(award: SteppedRate, columns: Columns, gross: Quotient) -> list[str]:
    label = award.columns[award.base_column].label_zh
    values = np.array([columns[name] for name in award.measures]).T.tolist()
    given = np.array([is_given(columns, name) for name in award.measures]).T.tolist()
    left = []
    for fen, row, filled in zip(columns[award.base_column].tolist(), values, given, strict=True):
        known = {
            name: value
            for name, value, there in zip(award.measures, row, filled, strict=True)
            if there and value >= award.measures[name].threshold * MILLIONTHS
        }
        text, rate = _earned(award, known)
        left.append(f"{text}；{label} {money_zh(fen)} × {rate_zh(rate)}")
    return _with_results(left, gross, award.cap)


def _earned(award: SteppedRate, known: dict[str, int]) -> tuple[str, Fraction]:
    """How the measures that reach their threshold make the rate, and the rate."""
    steps = {name: _steps(award, name, value) for name, value in known.items()}
    reached = [[name for name in group if name in known] for group in groups(award)]
    best = max(reached, key=lambda names: (bool(names), sum(steps[name] for name in names)))
    measured = "，".join(
        f"{award.columns[name].label_zh} {quantity_zh(known[name], award.columns[name])}"
        for name in best
    )
    counts = [times_zh(steps[name]) for name in best if steps[name]]
    rate = award.base_rate + award.step_rate * sum(steps[name] for name in best)
    text = f"{measured}，比例 {rate_zh(award.base_rate)}"
    if counts:
        sum_zh = counts[0] if len(counts) == 1 else f"({' + '.join(counts)})"
        text += f" + {rate_zh(award.step_rate)} × {sum_zh}"
    if rate >= award.maximum_rate:
        return f"{text}，达最高比例 {rate_zh(award.maximum_rate)}", award.maximum_rate
    return text + (f" = {rate_zh(rate)}" if counts else ""), rate


def _steps(award: SteppedRate, name: str, value: int) -> Fraction:
    measure = award.measures[name]
    steps = Fraction(value - measure.threshold * MILLIONTHS, measure.step * MILLIONTHS)
    return Fraction(int(steps)) if award.steps == "whole" else steps


def plain_label(award: CostedAward, column: str) -> str:
    """The label of a yes/no column as a statement: 是否规上企业 becomes 规上企业."""
    return award.columns[column].label_zh.removeprefix("是否")


def _with_results(left: list[str], gross: Quotient, cap: int | None) -> list[str]:
    return [
        f"{text} = {yuan_zh(yuan)}" + ("" if even else CUT_ZH) + _cap(yuan, cap)
        for text, yuan, even in zip(left, gross.floor.tolist(), gross.even.tolist(), strict=True)
    ]


def _cap(yuan: int, cap: int | None) -> str:
    return f"，达上限 {yuan_zh(cap)}" if cap is not None and yuan >= cap else ""
