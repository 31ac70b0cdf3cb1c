"""Every printed figure of an award that a city could revise, and the award with it revised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import Any, Literal

from pydantic import ValidationError

from model.demand.readings import award_with
from model.ladder import Value, Way
from model.money import format_money, format_rate
from model.policy.awards import (
    CostedAward,
    Grades,
    Matching,
    PerUnit,
    RateOfIncrease,
    SteppedRate,
)
from model.policy.workings import plain_label

FigureKind = Literal["cap", "amount", "rate", "threshold"]
Path_ = tuple[str | int, ...]

# Fields that hold one figure each: its kind and what a reader calls it.
_SINGLE: dict[str, tuple[FigureKind, str, str]] = {
    "amount": ("amount", "定额", "amount"),
    "rate": ("rate", "奖补比例", "rate"),
    "ratio": ("rate", "配套比例", "ratio"),
    "base_rate": ("rate", "起点比例", "rate at the threshold"),
    "step_rate": ("rate", "每级增加的比例", "rate added for each step"),
    "maximum_rate": ("rate", "最高比例", "highest rate"),
    "premium_rate_limit": ("rate", "费率上限", "highest premium rate"),
    "uplift": ("rate", "上浮比例", "uplift"),
    "cap": ("cap", "上限", "cap"),
    "minimum_growth": ("threshold", "最低增幅", "least growth"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedFigure:
    """One figure of one award.

    Attributes:
        path: where it stands inside the award, for example ("grades", "D").
        value: whole yuan, whole units of a quantity, or a fraction.
        is_money: whether the value is in yuan.
        unit_zh: what a quantity is counted in, or what an amount is paid for each of.
    """

    path: Path_
    kind: FigureKind
    value: Value
    is_money: bool
    name_zh: str
    name_en: str
    unit_zh: str = ""

    @property
    def tighter(self) -> Way:
        """The way in which the figure lets less be asked for: a threshold up, all others down."""
        return "up" if self.kind == "threshold" else "down"

    @property
    def looser(self) -> Way:
        """The other way."""
        return "down" if self.kind == "threshold" else "up"


def printed_figures(award: CostedAward) -> tuple[PrintedFigure, ...]:
    """The figures of an award above zero: amounts and rates, its cap, then its thresholds."""
    found = [*_singles(award), *_amounts(award), *_thresholds(award)]
    order: tuple[FigureKind, ...] = ("amount", "rate", "cap", "threshold")
    return tuple(sorted((f for f in found if f.value), key=lambda f: order.index(f.kind)))


def _singles(award: CostedAward) -> Iterator[PrintedFigure]:
    for field, (kind, name_zh, name_en) in _SINGLE.items():
        value: Value | None = getattr(award, field, None)
        if value is not None:
            yield PrintedFigure(
                path=(field,),
                kind=kind,
                value=value,
                is_money=isinstance(value, int),
                name_zh=name_zh,
                name_en=name_en,
            )


def _amounts(award: CostedAward) -> Iterator[PrintedFigure]:
    """The amounts of grades and of units."""
    for grade, amount in award.grades.items() if isinstance(award, Grades) else ():
        short = len(grade) == 1
        yield PrintedFigure(
            path=("grades", grade),
            kind="amount",
            value=amount,
            is_money=True,
            name_zh=f"{grade}档金额" if short else f"{grade}金额",
            name_en=f"amount of grade {grade}" if short else f"amount of {grade}",
        )
    for name, amount in award.units.items() if isinstance(award, PerUnit) else ():
        column = award.columns[name]
        yield PrintedFigure(
            path=("units", name),
            kind="amount",
            value=amount,
            is_money=True,
            name_zh=f"{column.label_zh}补助标准",
            name_en=f"amount for {column.label_zh}",
            unit_zh=column.unit_zh,
        )


def _thresholds(award: CostedAward) -> Iterator[PrintedFigure]:
    """The thresholds that stand in lists, and those that are counted in a unit."""
    for name, least in award.minimums.items():
        label = award.columns[name].label_zh
        words = (f"{label}最低要求", f"least {label}")
        yield _threshold(("minimums", name), least, words, is_money=True)
    if isinstance(award, PerUnit):
        unit = award.columns[next(iter(award.units))].unit_zh
        words = ("最低数量", "least quantity")
        yield _threshold(("minimum_quantity",), award.minimum_quantity, words, unit_zh=unit)
    if isinstance(award, RateOfIncrease):
        current = award.columns[award.current_column].label_zh
        for position, test in enumerate(award.intensities):
            share = f"{current}占{award.columns[test.of].label_zh}的最低比例"
            who = plain_label(award, test.when)
            words = (f"{who}{share}", f"{who}: {share}")
            yield _threshold(("intensities", position, "at_least"), test.at_least, words)
    if isinstance(award, SteppedRate):
        yield from _measures(award)


def _measures(award: SteppedRate) -> Iterator[PrintedFigure]:
    for name, measure in award.measures.items():
        column = award.columns[name]
        label, unit = column.label_zh, column.unit_zh
        words = (f"{label}门槛", f"threshold of {label}")
        yield _threshold(("measures", name, "threshold"), measure.threshold, words, unit_zh=unit)
        words = (f"{label}每级增量", f"one step of {label}")
        yield _threshold(("measures", name, "step"), measure.step, words, unit_zh=unit)


def _threshold(
    path: Path_, value: Value, words: tuple[str, str], *, is_money: bool = False, unit_zh: str = ""
) -> PrintedFigure:
    return PrintedFigure(
        path=path,
        kind="threshold",
        value=value,
        is_money=is_money,
        name_zh=words[0],
        name_en=words[1],
        unit_zh=unit_zh,
    )


# --- another value ---


def with_figure(award: CostedAward, figure: PrintedFigure, value: Value) -> CostedAward | None:
    """The award with one figure at another value, checked again; None where no paper prints that.

    Not printed: what the record refuses; grades whose amounts change places; an amount above the
    award's own cap, which it would never pay; a first rate above the highest; more than the whole
    of an amount (a match of another government's award may be a multiple).
    """
    top, *inner = figure.path
    fields = {str(top): _replaced(award.model_dump()[str(top)], inner, _written(figure, value))}
    try:
        changed = award_with(award, fields)
    except ValidationError:
        return None
    return changed if _is_printable(award, changed, figure, value) else None


def _written(figure: PrintedFigure, value: Value) -> str | int:
    """The value as a policy file writes it."""
    if isinstance(value, int):
        return format_money(value) if figure.is_money else value
    return format_rate(value)


def _replaced(node: Any, path: list[str | int], value: str | int) -> Any:
    if not path:
        return value
    key, inner = path[0], path[1:]
    if isinstance(node, tuple):
        return tuple(
            _replaced(part, inner, value) if position == key else part
            for position, part in enumerate(node)
        )
    return {**node, key: _replaced(node[key], inner, value)}


def _is_printable(
    before: CostedAward, after: CostedAward, figure: PrintedFigure, value: Value
) -> bool:
    if isinstance(before, Grades) and isinstance(after, Grades) and figure.path[0] == "grades":
        return _grades_stay_in_order(before, after) and (
            after.cap is None or value <= max(after.cap, figure.value)
        )
    if isinstance(after, SteppedRate) and after.base_rate > after.maximum_rate:
        return False
    if isinstance(value, Fraction) and not isinstance(after, Matching):
        return value <= max(Fraction(1), figure.value)
    return True


def _grades_stay_in_order(before: Grades, after: Grades) -> bool:
    """Whether no two grades have changed places; equal ones may part, and different ones meet."""
    return all(
        (before.grades[one] - before.grades[other]) * (after.grades[one] - after.grades[other]) >= 0
        for one, other in combinations(before.grades, 2)
    )


def say_figure(figure: PrintedFigure, value: Value) -> tuple[str, str]:
    """A value of the figure in Chinese and in English, exact and with its unit.

    >>> area = PrintedFigure(path=("units", "area"), kind="amount", value=20, is_money=True,
    ...                      name_zh="补助标准", name_en="amount", unit_zh="亩")
    >>> say_figure(area, 19)
    ('19元/亩', '19 yuan/亩')
    """
    if not isinstance(value, int):
        return format_rate(value), format_rate(value)
    if not figure.is_money:
        return f"{value:,}{figure.unit_zh}", f"{value:,} {figure.unit_zh}".strip()
    each = f"/{figure.unit_zh}" if figure.unit_zh else ""
    return f"{format_money(value)}{each}", f"{value:,} yuan{each}"
