"""Why a claim gets what it gets, in one Chinese sentence with its figures.

For a claim that qualifies, how the money was worked out; for one that does not, which condition
failed first and by how much. Rules over several claims of one applicant are told elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from model.policy.awards import CostedAward, PerUnit, SteppedRate
from model.policy.conditions import (
    Columns,
    Condition,
    ConditionKind,
    conditions,
    counted_sum,
)
from model.policy.exact import FEN, MILLIONTHS
from model.policy.payouts import before_cap
from model.policy.rules import Entitlement, complete
from model.policy.wording import (
    compared_zh,
    percent_below_zh,
    percent_zh,
    quantity_zh,
    rate_zh,
    units_zh,
)
from model.policy.workings import plain_label, workings


def explain(
    award: CostedAward, columns: Columns, entitlement: Entitlement
) -> npt.NDArray[np.object_]:
    """For each claim of the award the reason for its entitlement; an array of strings."""
    filled, size = complete(award, columns)
    reasons = np.empty(size, dtype=object)
    paid = np.flatnonzero(entitlement.outcome == 0)
    if paid.size:
        chosen = _rows(filled, paid)
        reasons[paid] = workings(award, chosen, before_cap(award, chosen, len(paid)))
    for number, condition in enumerate(conditions(award), start=1):
        failed = np.flatnonzero(entitlement.outcome == number)
        if failed.size:
            reasons[failed] = _FAILURES[condition.kind](award, condition, _rows(filled, failed))
    return reasons


def checks_zh(award: CostedAward) -> str:
    """What a person must still check before the award is paid; empty where there is nothing."""
    return f"须人工核定：{'；'.join(award.person_checks)}" if award.person_checks else ""


def _rows(columns: Columns, rows: npt.NDArray[Any]) -> dict[str, npt.NDArray[Any]]:
    return {name: values[rows] for name, values in columns.items()}


def _required(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    label = award.columns[condition.column].label_zh
    return [f"“{label}”为否，不符合条件"] * len(columns[condition.column])


def _minimum(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    label, least = award.columns[condition.column].label_zh, int(condition.figures[0]) * FEN
    texts = []
    for value in columns[condition.column].tolist():
        amount, bound, short = compared_zh(value, least, least - value)
        texts.append(f"{label} {amount}，低于 {bound}，差 {short}")
    return texts


def _previous_zero(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    return ["上年为零，增幅无法计算，须人工核定"] * len(columns[condition.column])


def _growth(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    now, before = condition.column, condition.of
    labels = award.columns[now].label_zh, award.columns[before].label_zh
    share = Fraction(condition.figures[0])
    texts = []
    for current, previous in zip(columns[now].tolist(), columns[before].tolist(), strict=True):
        short = previous + _rounded_up(share, previous) - current
        amounts = compared_zh(current, previous, short)
        growth = percent_below_zh(current - previous, previous)
        texts.append(
            f"{labels[0]} {amounts[0]}，{labels[1]} {amounts[1]}，增幅 {growth}，"
            f"低于 {rate_zh(share)}，差 {amounts[2]}"
        )
    return texts


def _intensity(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    part, whole = condition.column, condition.of
    labels = award.columns[part].label_zh, award.columns[whole].label_zh
    who, share = plain_label(award, condition.when), Fraction(condition.figures[0])
    texts = []
    for value, of in zip(columns[part].tolist(), columns[whole].tolist(), strict=True):
        if of == 0:
            texts.append(f"{who}须填{labels[1]}，未填")
            continue
        amounts = compared_zh(value, of, _rounded_up(share, of) - value)
        texts.append(
            f"{who}：{labels[0]} {amounts[0]}，为{labels[1]} {amounts[1]} 的"
            f" {percent_below_zh(value, of)}，低于 {rate_zh(share)}，差 {amounts[2]}"
        )
    return texts


def _rounded_up(share: Fraction, fen: int) -> int:
    return -(-share.numerator * fen // share.denominator)


def _measures(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    assert isinstance(award, SteppedRate)
    least = {name: measure.threshold for name, measure in award.measures.items()}
    return _all_below(award, least, columns)


def _quantity(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    assert isinstance(award, PerUnit)
    return _all_below(award, dict.fromkeys(award.units, award.minimum_quantity), columns)


def _all_below(award: CostedAward, least: dict[str, int], columns: Columns) -> list[str]:
    """Each quantity that was filled in with its threshold; all of them if none was."""
    table = np.array([columns[name] for name in least]).T.tolist()
    texts = []
    for row in table:
        told = [
            _below(award, name, value, bound)
            for (name, bound), value in zip(least.items(), row, strict=True)
            if value or not any(row)
        ]
        texts.append("；".join(told))
    return texts


def _below(award: CostedAward, name: str, value: int, least: int) -> str:
    column = award.columns[name]
    short = quantity_zh(least * MILLIONTHS - value, column)
    bound = units_zh(least, column)
    return f"{column.label_zh} {quantity_zh(value, column)}，低于 {bound}，差 {short}"


def _quantity_sum(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    assert isinstance(award, PerUnit)
    labels = "、".join(award.columns[name].label_zh for name in award.units)
    column, least = award.columns[condition.column], award.minimum_quantity
    return [
        f"{labels}合计 {quantity_zh(total, column)}，低于 {units_zh(least, column)}，"
        f"差 {quantity_zh(least * MILLIONTHS - total, column)}"
        for total in counted_sum(award, columns).tolist()
    ]


def _premium_rate(award: CostedAward, condition: Condition, columns: Columns) -> list[str]:
    label, limit = award.columns[condition.column].label_zh, Fraction(condition.figures[0])
    return [
        f"{label} {percent_zh(rate)}，高于 {rate_zh(limit)}，"
        f"超出 {rate_zh(Fraction(rate, MILLIONTHS) - limit)}"
        for rate in columns[condition.column].tolist()
    ]


_FAILURES: dict[ConditionKind, Callable[[CostedAward, Condition, Columns], list[str]]] = {
    "required": _required,
    "minimum": _minimum,
    "previous_zero": _previous_zero,
    "growth": _growth,
    "intensity": _intensity,
    "measures": _measures,
    "premium_rate": _premium_rate,
    "quantity": _quantity,
    "quantity_sum": _quantity_sum,
}
