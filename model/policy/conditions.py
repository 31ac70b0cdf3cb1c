"""What a machine can check before an award pays: the conditions of each kind, in order."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import reduce, singledispatch
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from model.policy.awards import (
    CostedAward,
    InsuredPremium,
    PerUnit,
    RateOfIncrease,
    SteppedRate,
)
from model.policy.exact import FEN, MILLIONTHS, Bools, Ints, reaches

Columns = Mapping[str, npt.NDArray[Any]]
ConditionKind = Literal[
    "required",
    "minimum",
    "previous_zero",
    "growth",
    "intensity",
    "measures",
    "premium_rate",
    "quantity",
    "quantity_sum",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One machine-checked condition of an award.

    Attributes:
        kind: what is compared.
        column: the column it looks at; the first of them for measures and quantities.
        figures: the least (for a premium rate the greatest) values that hold, as the award has
            them: whole yuan, whole units or fractions.
        of: the column that a growth or an intensity is measured against.
        when: the yes/no column that marks the claims an intensity applies to.
    """

    kind: ConditionKind
    column: str
    figures: tuple[int | Fraction, ...] = ()
    of: str = ""
    when: str = ""


def conditions(award: CostedAward) -> tuple[Condition, ...]:
    """Every condition that a machine checks, in the order in which a failure is told."""
    required = (Condition(kind="required", column=name) for name in award.requires)
    minimums = (
        Condition(kind="minimum", column=name, figures=(least,))
        for name, least in award.minimums.items()
    )
    return (*required, *minimums, *_of_kind(award))


@singledispatch
def _of_kind(award: CostedAward) -> tuple[Condition, ...]:
    return ()


@_of_kind.register
def _(award: RateOfIncrease) -> tuple[Condition, ...]:
    current, previous = award.current_column, award.previous_column
    return (
        Condition(kind="previous_zero", column=previous),
        Condition(kind="growth", column=current, of=previous, figures=(award.minimum_growth,)),
        *(
            Condition(kind="intensity", column=current, of=t.of, when=t.when, figures=(t.at_least,))
            for t in award.intensities
        ),
    )


@_of_kind.register
def _(award: SteppedRate) -> tuple[Condition, ...]:
    thresholds = tuple(measure.threshold for measure in award.measures.values())
    return (Condition(kind="measures", column=next(iter(award.measures)), figures=thresholds),)


@_of_kind.register
def _(award: InsuredPremium) -> tuple[Condition, ...]:
    if award.above_limit == "limit":
        return ()
    column, limit = award.premium_rate_column, award.premium_rate_limit
    return (Condition(kind="premium_rate", column=column, figures=(limit,)),)


@_of_kind.register
def _(award: PerUnit) -> tuple[Condition, ...]:
    if award.minimum_quantity <= 0:
        return ()
    kind: ConditionKind = "quantity" if award.quantity_test == "each" else "quantity_sum"
    column = next(iter(award.units))
    return (Condition(kind=kind, column=column, figures=(award.minimum_quantity,)),)


def first_failures(award: CostedAward, columns: Columns, size: int) -> Ints:
    """For each claim 1 + the position of the first condition that fails; 0 where all hold."""
    outcome = np.zeros(size, np.int64)
    numbered = list(enumerate(conditions(award), start=1))
    for number, condition in reversed(numbered):
        outcome[~_CHECKS[condition.kind](award, condition, columns)] = number
    return outcome


def is_given(columns: Columns, name: str) -> Bools:
    """Where the column has a value (an optional one may be blank)."""
    given = columns.get(f"{name}?given")
    return np.ones(len(columns[name]), np.bool_) if given is None else given


def reached(columns: Columns, name: str, least: int) -> Bools:
    """Where a number column is given and is at least `least` whole units."""
    return np.asarray((columns[name] >= least * MILLIONTHS) & is_given(columns, name), np.bool_)


def counted_sum(award: PerUnit, columns: Columns) -> npt.NDArray[Any]:
    """The sum of all quantities of a claim, in millionths."""
    return reduce(np.add, (columns[name] for name in award.units))


def _required(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    return columns[condition.column]


def _minimum(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    return np.asarray(columns[condition.column] >= condition.figures[0] * FEN, np.bool_)


def _previous_zero(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    return np.asarray(columns[condition.column] > 0, np.bool_)


def _growth(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    previous = columns[condition.of]
    return reaches(columns[condition.column] - previous, Fraction(condition.figures[0]), previous)


def _intensity(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    share, of = Fraction(condition.figures[0]), condition.of
    enough = reaches(columns[condition.column], share, columns[of]) & is_given(columns, of)
    return np.asarray(enough | ~columns[condition.when], np.bool_)


def _measures(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    assert isinstance(award, SteppedRate)
    tests = (reached(columns, name, m.threshold) for name, m in award.measures.items())
    return reduce(np.logical_or, tests)


def _premium_rate(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    limit = Fraction(condition.figures[0])
    greatest = limit.numerator * MILLIONTHS // limit.denominator
    return np.asarray(columns[condition.column] <= greatest, np.bool_)


def _quantity(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    assert isinstance(award, PerUnit)
    tests = (reached(columns, name, award.minimum_quantity) for name in award.units)
    return reduce(np.logical_or, tests)


def _quantity_sum(award: CostedAward, condition: Condition, columns: Columns) -> Bools:
    assert isinstance(award, PerUnit)
    least = award.minimum_quantity * MILLIONTHS
    return np.asarray(counted_sum(award, columns) >= least, np.bool_)


_CHECKS: dict[ConditionKind, Callable[[CostedAward, Condition, Columns], Bools]] = {
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
