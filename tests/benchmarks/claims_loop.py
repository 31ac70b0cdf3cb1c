"""The same rules as a plain program follows them: a row at a time, if and else, exact fractions."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
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
from model.policy.rules import entitle
from model.register.cells import (
    BLANKS,
    clean,
    parse_day,
    parse_money,
    parse_rate,
    parse_text,
    parse_yes_no,
)

Row = Mapping[str, str]  # a dictionary, or a row of a table of pandas


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a CSV file, by column."""
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def yes(text: str) -> bool:
    """Whether a cell says yes."""
    return text == "是"


def entitlement(award: CostedAward, row: Row) -> int:
    """What one claim is entitled to by itself, in whole yuan."""
    for name in award.requires:
        if not yes(row[name]):
            return 0
    for name, least in award.minimums.items():
        if Decimal(row[name]) < least:
            return 0
    amount = before_cap(award, row)
    cap: int | None = getattr(award, "cap", None)
    if cap is not None and not (isinstance(award, Grades) and not award.uplift_within_cap):
        amount = min(amount, Fraction(cap))
    return int(amount)


def before_cap(award: CostedAward, row: Row) -> Fraction:
    """The exact amount of a kind of award before its cap; 0 where a condition fails."""
    if isinstance(award, Flat):
        return Fraction(award.amount)
    if isinstance(award, Grades):
        return graded(award, row)
    if isinstance(award, Approved):
        return Fraction(row[award.amount_column])
    if isinstance(award, Matching):
        return Fraction(row[award.base_column]) * award.ratio
    if isinstance(award, PerUnit):
        return by_unit(award, row)
    return by_rate(award, row)


def by_rate(award: CostedAward, row: Row) -> Fraction:
    """The amount of the kinds of award that pay a rate which depends on the claim."""
    if isinstance(award, RateOfIncrease):
        return increased(award, row)
    if isinstance(award, SteppedRate):
        return stepped(award, row)
    if isinstance(award, RateUpTo):
        granted = row[award.rate_column]
        rate = min(Fraction(granted), award.maximum_rate) if granted else award.maximum_rate
        return Fraction(row[award.base_column]) * rate
    assert isinstance(award, InsuredPremium)
    rate = Fraction(row[award.premium_rate_column])
    if award.above_limit == "refuse" and rate > award.premium_rate_limit:
        return Fraction(0)
    rate = min(rate, award.premium_rate_limit)
    return Fraction(row[award.insured_column]) * rate * award.rate


def graded(award: Grades, row: Row) -> Fraction:
    """The amount of a grade, with its uplift."""
    amount = Fraction(award.grades[row[award.grade_column]])
    if award.cap is not None and not award.uplift_within_cap:
        amount = min(amount, Fraction(award.cap))
    if award.uplift_column and yes(row[award.uplift_column]):
        amount *= 1 + (award.uplift or 0)
    return amount


def increased(award: RateOfIncrease, row: Row) -> Fraction:
    """A rate of the increase, for claims that grow and spend enough."""
    now, before = Decimal(row[award.current_column]), Decimal(row[award.previous_column])
    if before <= 0 or Fraction(now - before) < award.minimum_growth * Fraction(before):
        return Fraction(0)
    for test in award.intensities:
        if yes(row[test.when]) and (
            not row[test.of] or Fraction(now) < test.at_least * Fraction(row[test.of])
        ):
            return Fraction(0)
    return max(Fraction(now - before), Fraction(0)) * award.rate


def stepped(award: SteppedRate, row: Row) -> Fraction:
    """A rate of the base that rises by steps with the best of the measures, or with their sum."""
    steps: dict[str, Fraction] = {}
    for name, measure in award.measures.items():
        value = Fraction(row[name])
        if value >= measure.threshold:
            extra = (value - measure.threshold) / measure.step
            steps[name] = Fraction(int(extra)) if award.steps == "whole" else extra
    if not steps:
        return Fraction(0)
    ways = [award.base_rate + award.step_rate * extra for extra in steps.values()]
    if award.measures_combine == "sum":
        added = [steps[name] for name in award.added_measures if name in steps]
        ways += [award.base_rate + award.step_rate * sum(added)] if added else []
    return Fraction(row[award.base_column]) * min(max(ways), award.maximum_rate)


def by_unit(award: PerUnit, row: Row) -> Fraction:
    """Amounts for each unit, where there are enough of them."""
    counted = {name: Decimal(row[name]) for name in award.units}
    least = award.minimum_quantity
    if award.quantity_test == "sum":
        if sum(counted.values()) < least:
            return Fraction(0)
    else:
        counted = {name: number for name, number in counted.items() if number >= least}
    return sum(
        (Fraction(number) * award.units[name] for name, number in counted.items()), Fraction(0)
    )


def check_rows(rows: Iterable[Row], awards: Mapping[str, CostedAward]) -> None:
    """Reads every cell that a rule needs with all the care that the product takes, one by one."""
    seen: set[str] = set()
    parsers: dict[str, Callable[[str], int]] = {
        "money": parse_money, "number": parse_rate, "bool": parse_yes_no, "text": parse_text,
        "choice": parse_text,
    }  # fmt: skip
    for row in rows:
        claim = clean(row["claim"])
        if not claim or claim in seen or not clean(row["applicant"]):
            raise ValueError(claim)
        seen.add(claim)
        if filed := clean(row["filed"]):
            parse_day(filed)
        award = awards[clean(row["award"])]
        for name, column in award.columns.items():
            text = row[name]
            if isinstance(award, Grades) and name == award.grade_column:
                award.grades[text.strip()]
            elif clean(text) not in BLANKS:
                parsers[column.type](text)
            elif not column.optional:
                raise ValueError(name)


def entitle_by_product(rows: Iterable[Row], awards: Mapping[str, CostedAward]) -> list[int]:
    """The same by the product's own parsers and rules, called for one claim at a time."""
    found = []
    for row in rows:
        award = awards[row["award"]]
        columns: dict[str, npt.NDArray[Any]] = {}
        for name, column in award.columns.items():
            if column.type != "text":
                given = clean(row[name]) not in BLANKS
                value = cell_value(award, name, row[name]) if given else 0
                kind = np.bool_ if column.type == "bool" else np.int64
                columns[name] = np.array([value], kind)
                columns[f"{name}?given"] = np.array([given], np.bool_)
        columns = columns or {"claim?given": np.ones(1, np.bool_)}
        found.append(int(entitle(award, columns).yuan[0]))
    return found


def cell_value(award: CostedAward, name: str, text: str) -> int:
    """A cell that is not blank as the whole number that the product's rules take."""
    if isinstance(award, Grades) and name == award.grade_column:
        return list(award.grades).index(text.strip())
    if award.columns[name].type == "money":
        return parse_money(text)
    return parse_yes_no(text) if award.columns[name].type == "bool" else parse_rate(text)


def entitle_rows(rows: Iterable[Row], awards: Mapping[str, CostedAward]) -> list[int]:
    """What each row is entitled to by itself."""
    return [entitlement(awards[row["award"]], row) for row in rows]


def assess_rows(
    rows: Iterable[Row], awards: Mapping[str, CostedAward], city_pays: Mapping[str, Fraction]
) -> list[tuple[int, int]]:
    """For each row the entitlement and the city's part, with the rules over several rows."""
    found: list[tuple[int, int]] = []
    paid: set[tuple[Any, str]] = set()
    given: dict[tuple[str, str], int] = {}
    joined = {key: frozenset({key, *award.once_with}) for key, award in awards.items()}
    groups = {
        key: frozenset().union(*(group for group in joined.values() if key in group))
        for key in awards
    }
    for row in rows:
        key = row["award"]
        award = awards[key]
        yuan = entitlement(award, row)
        product = row["product"] if "product" in award.columns else ""
        if yuan and product and (award.cap_scope == "product" or award.once_with):
            once = (groups[key], product)
            yuan = 0 if once in paid else yuan
            paid.add(once)
        most = award.amount if isinstance(award, Flat) else getattr(award, "cap", None)
        if award.cap_scope == "applicant" and most is not None:
            owner = (key, row["applicant"])
            yuan = min(yuan, most - given.get(owner, 0))
            given[owner] = given.get(owner, 0) + yuan
        found.append((yuan, int(yuan * city_pays.get(key, Fraction(1)))))
    return found
