"""What each kind of award would pay before its cap: exact, rounded down to the yuan once."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce, singledispatch
from math import lcm
from typing import Any

import numpy as np
import numpy.typing as npt

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
from model.policy.conditions import Columns, is_given, reached
from model.policy.exact import (
    FEN,
    INT64_MAX,
    MILLIONTHS,
    Ints,
    Quotient,
    largest,
    ratio,
    times,
    unbounded,
)


def ceiling(award: CostedAward) -> int | None:
    """The most that one claim (by `cap_scope`, one applicant) can get, in whole yuan."""
    if isinstance(award, Flat):
        return award.amount
    cap: int | None = getattr(award, "cap", None)
    if cap is not None and isinstance(award, Grades) and not award.uplift_within_cap:
        return int(cap * (1 + (award.uplift or 0)))
    return cap


@singledispatch
def before_cap(award: CostedAward, columns: Columns, size: int) -> Quotient:
    """What the award pays each claim that meets its conditions, before the claim's cap.

    Only the grades whose uplift goes on top of the cap have it applied already.

    Raises:
        TypeError: no rule for this kind of award.
    """
    raise TypeError(f"no rule for awards of kind '{award.kind}'")


@before_cap.register
def _(award: Flat, columns: Columns, size: int) -> Quotient:
    return _whole(np.full(size, award.amount, np.int64))


@before_cap.register
def _(award: Grades, columns: Columns, size: int) -> Quotient:
    plain, raised = (graded_amounts(award, uplift=uplift) for uplift in (False, True))
    table = np.array([[int(a) for a in amounts] for amounts in (plain, raised)], np.int64)
    even = np.array([[a.denominator == 1 for a in amounts] for amounts in (plain, raised)])
    code = columns[award.grade_column]
    if size and (int(code.min()) < 0 or int(code.max()) >= len(award.grades)):
        raise ValueError(f"a code in '{award.grade_column}' is no position in the list of grades")
    flag = columns[award.uplift_column].astype(np.int64) if award.uplift_column else 0
    return Quotient(floor=table[flag, code], even=even[flag, code])


def graded_amounts(award: Grades, *, uplift: bool) -> list[Fraction]:
    """The exact amount of each grade with or without the uplift, before a cap that binds it."""
    factor = 1 + (award.uplift or Fraction(0)) if uplift else Fraction(1)
    capped_first = award.cap is not None and not award.uplift_within_cap
    base = [
        min(amount, award.cap) if capped_first and award.cap is not None else amount
        for amount in award.grades.values()
    ]
    return [amount * factor for amount in base]


@before_cap.register
def _(award: Approved, columns: Columns, size: int) -> Quotient:
    return ratio(columns[award.amount_column], 1, FEN)


@before_cap.register
def _(award: RateOfIncrease, columns: Columns, size: int) -> Quotient:
    increase = columns[award.current_column] - columns[award.previous_column]
    return _share(np.maximum(increase, 0), award.rate)


@before_cap.register
def _(award: Matching, columns: Columns, size: int) -> Quotient:
    return _share(columns[award.base_column], award.ratio)


@before_cap.register
def _(award: SteppedRate, columns: Columns, size: int) -> Quotient:
    rates, denominator = stepped_rates(award, columns)
    return ratio(columns[award.base_column], rates, denominator * FEN)


@before_cap.register
def _(award: InsuredPremium, columns: Columns, size: int) -> Quotient:
    rates, denominator = rates_up_to(columns[award.premium_rate_column], award.premium_rate_limit)
    numerator, share = times(rates, award.rate.numerator), award.rate.denominator
    return ratio(columns[award.insured_column], numerator, denominator * share * FEN)


@before_cap.register
def _(award: RateUpTo, columns: Columns, size: int) -> Quotient:
    rates, denominator = rates_up_to(columns[award.rate_column], award.maximum_rate)
    maximum = int(award.maximum_rate * denominator)
    granted = np.where(is_given(columns, award.rate_column), rates, maximum)
    return ratio(columns[award.base_column], granted, denominator * FEN)


@before_cap.register
def _(award: PerUnit, columns: Columns, size: int) -> Quotient:
    counted = {
        name: np.where(units_count(award, columns, name), columns[name], 0) for name in award.units
    }
    most = sum(largest(counted[name]) * yuan for name, yuan in award.units.items())
    if most > INT64_MAX:
        counted = {name: unbounded(quantity) for name, quantity in counted.items()}
    parts = [counted[name] * yuan for name, yuan in award.units.items()]
    return ratio(reduce(np.add, parts), 1, MILLIONTHS)


def units_count(award: PerUnit, columns: Columns, name: str) -> npt.NDArray[np.bool_]:
    """Where a quantity is paid: with the test on each, only where it reaches the least."""
    if award.quantity_test == "sum":
        return is_given(columns, name)
    return reached(columns, name, award.minimum_quantity)


def rates_up_to(rate: Ints, limit: Fraction) -> tuple[npt.NDArray[Any], int]:
    """Rates in millionths held to a limit, as numerators over one denominator."""
    denominator = lcm(MILLIONTHS, limit.denominator)
    held = np.minimum(rate, -(-limit.numerator * MILLIONTHS // limit.denominator))
    numerators = times(held, denominator // MILLIONTHS)
    return np.minimum(numerators, int(limit * denominator)), denominator


def stepped_rates(award: SteppedRate, columns: Columns) -> tuple[npt.NDArray[Any], int]:
    """The rate that each claim's measures earn, as numerators over one denominator."""
    rates = (award.base_rate, award.step_rate, award.maximum_rate)
    common = lcm(*(rate.denominator for rate in rates))
    scale = _step_scale(award)
    units = {name: _step_units(award, columns, name) for name in award.measures}
    base, step, maximum = (int(rate * common) for rate in rates)
    most = (base + maximum + step) * scale * (len(units) + 1)
    if most > INT64_MAX:
        units = {name: unbounded(steps) for name, steps in units.items()}
    earned = [
        reduce(np.logical_or, (reached(columns, n, award.measures[n].threshold) for n in names))
        * (base * scale + step * reduce(np.add, (units[n] for n in names)))
        for names in groups(award)
    ]
    return np.minimum(reduce(np.maximum, earned), maximum * scale), common * scale


def groups(award: SteppedRate) -> list[tuple[str, ...]]:
    """The measures whose steps add up, and each of the others by itself; the best group pays."""
    added = award.added_measures if award.measures_combine == "sum" else ()
    alone: list[tuple[str, ...]] = [(name,) for name in award.measures if name not in added]
    return [tuple(added), *alone] if added else alone


def _step_scale(award: SteppedRate) -> int:
    """How many units one step is counted in: 1, or finer where parts of a step count."""
    if award.steps == "whole":
        return 1
    return lcm(*(measure.step for measure in award.measures.values())) * MILLIONTHS


def _step_units(award: SteppedRate, columns: Columns, name: str) -> npt.NDArray[Any]:
    """The steps above the threshold, in units; never more than the highest rate can use."""
    measure, scale = award.measures[name], _step_scale(award)
    excess = np.maximum(columns[name] - measure.threshold * MILLIONTHS, 0)
    room = max(award.maximum_rate - award.base_rate, Fraction(0))
    if award.step_rate == 0:
        return np.zeros_like(excess)
    enough = -(-room // award.step_rate)  # steps to the highest rate, rounded up
    if scale == 1:
        steps: Ints = excess // (measure.step * MILLIONTHS)
        return np.minimum(steps, min(enough, INT64_MAX))
    useful = min(enough * measure.step * MILLIONTHS, INT64_MAX)
    finer = scale // (measure.step * MILLIONTHS)
    return times(np.minimum(excess, useful), finer)


def _share(amount: Ints, rate: Fraction) -> Quotient:
    return ratio(amount, rate.numerator, rate.denominator * FEN)


def _whole(yuan: Ints) -> Quotient:
    return Quotient(floor=yuan, even=np.ones(len(yuan), np.bool_))
