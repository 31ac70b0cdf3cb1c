"""A register of claims -> what each is entitled to, what of it the city pays, and why."""

from __future__ import annotations

import csv
import os
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt

from model.claims.register import WRITTEN, Register, read_register
from model.errors import InputError, refuse
from model.policy.awards import Award, CostedAward
from model.policy.exact import INT64_MAX, Bools, Ints, floor_ratio, unbounded
from model.policy.payouts import ceiling
from model.policy.reasons import checks_zh, explain
from model.policy.rules import entitle
from model.policy.wording import yuan_zh

FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Who claims what, one text for each row in file order; a blank product is never matched."""

    award: Sequence[str]
    applicant: Sequence[str]
    product: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Entitlements after the rules over several rows of one applicant or one product.

    Attributes:
        yuan: what each row keeps.
        over_ceiling: where the applicant's total reached the award's ceiling and cut the row.
        first: the row that got the money of the same product; the row itself where there is none.
    """

    yuan: Ints
    over_ceiling: Bools
    first: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """One entry for each row of the register, in its order; money in whole yuan."""

    entitlement_yuan: Ints
    city_yuan: Ints
    reason: Sequence[str]


def assess(
    register: Register, awards: Mapping[str, Award], city_pays: Mapping[str, Fraction]
) -> Assessment:
    """What every claim of the register is entitled to, with the reason in Chinese.

    Args:
        register: the claims, read with the same awards.
        awards: the awards with the readings and figures that hold.
        city_pays: by award, the city's part of each payout; the whole where it names none.
    """
    costed = {key: award for key, award in awards.items() if isinstance(award, CostedAward)}
    alone = np.zeros(len(register.rows), np.int64)
    reasons = np.empty(len(register.rows), dtype=object)
    for key, part in register.parts.items():
        entitlement = entitle(costed[key], part.columns)
        alone[part.rows] = entitlement.yuan
        reasons[part.rows] = explain(costed[key], part.columns, entitlement)
    shares = share_out(costed, claimed(register), alone)
    _tell_shared(reasons, register, costed, shares)
    city = shares.yuan.copy()
    for key, part in register.parts.items():
        pays = city_pays.get(key, Fraction(1))
        city[part.rows] = floor_ratio(city[part.rows], pays.numerator, pays.denominator)
        paid = part.rows[shares.yuan[part.rows] > 0]
        if checks := checks_zh(costed[key]):
            reasons[paid] += f"。{checks}"
    city.setflags(write=False)
    return Assessment(entitlement_yuan=shares.yuan, city_yuan=city, reason=reasons.tolist())


def claimed(register: Register) -> Claimed:
    """The award, applicant and product of every row; products only where the award asks for one."""
    product = [""] * len(register.rows)
    for part in register.parts.values():
        for row in part.rows.tolist() if part.has_product else ():
            product[row] = register.product[row]
    return Claimed(award=register.award, applicant=register.applicant, product=product)


def _tell_shared(
    reasons: npt.NDArray[np.object_],
    register: Register,
    awards: Mapping[str, CostedAward],
    shares: Shares,
) -> None:
    """Adds to the reasons of the rows that other rows of the applicant or product have cut."""
    for row in np.flatnonzero(shares.first != np.arange(len(reasons))).tolist():
        earlier = register.claim[shares.first[row]]
        reasons[row] += f"；同一产品已在申报 {earlier} 核给，本笔核给 0元"
    for row in np.flatnonzero(shares.over_ceiling).tolist():
        most = ceiling(awards[register.award[row]])
        assert most is not None
        kept = yuan_zh(int(shares.yuan[row]))
        reasons[row] += f"；本申报主体累计已达上限 {yuan_zh(most)}，本笔核给 {kept}"


def share_out(awards: Mapping[str, CostedAward], claimed: Claimed, yuan: Ints) -> Shares:
    """What each row keeps when caps and once-only rules hold over rows; in file order.

    A product (under one award, or under awards joined by `once_with`) is paid once, to the first
    row that is paid anything. An applicant's rows of an award with `cap_scope: applicant` keep at
    most its ceiling together. Names are compared without regard to width, case and outer space.

    Args:
        awards: every award that occurs.
        claimed: the rows.
        yuan: what each row is entitled to by itself.
    """
    award, keys = _codes(claimed.award, str)
    kept, first = yuan.copy(), np.arange(len(yuan), dtype=np.int64)
    over = np.zeros(len(yuan), np.bool_)
    product, names = _codes(claimed.product, party)
    known = np.array([bool(name) for name in names], np.bool_)
    for group in once_groups(awards):
        joined = np.array([key in group for key in keys], np.bool_)
        rows = np.flatnonzero((kept > 0) & joined[award] & known[product]) if keys else first[:0]
        _, at, same = np.unique(product[rows], return_index=True, return_inverse=True)
        first[rows] = rows[at][same]
        kept[rows[first[rows] != rows]] = 0
    applicant, _ = _codes(claimed.applicant, party)
    for code, key in enumerate(keys):
        most = ceiling(awards[key]) if awards[key].cap_scope == "applicant" else None
        if most is not None:
            rows = np.flatnonzero((award == code) & (kept > 0))
            cut = _within(most, applicant[rows], kept[rows])
            over[rows] = cut < kept[rows]
            kept[rows] = cut
    for values in (kept, over, first):
        values.setflags(write=False)
    return Shares(yuan=kept, over_ceiling=over, first=first)


def party(name: str) -> str:
    """The name by which two spellings of one applicant or product are the same."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def once_groups(awards: Mapping[str, CostedAward]) -> list[set[str]]:
    """The awards under which one product is paid once, those joined by `once_with` together."""
    groups: list[set[str]] = []
    for key, award in awards.items():
        if award.cap_scope != "product" and not award.once_with:
            continue
        group = {key, *award.once_with}
        groups, apart = [g for g in groups if not g & group], [g for g in groups if g & group]
        groups.append(group.union(*apart))
    return groups


def _codes(texts: Sequence[str], same: Callable[[str], str]) -> tuple[Ints, list[str]]:
    """Each text as the position of its plain form in the list of plain forms."""
    numbers: dict[str, int] = {}
    of_text = {text: numbers.setdefault(same(text), len(numbers)) for text in dict.fromkeys(texts)}
    return np.array([of_text[text] for text in texts], np.int64), list(numbers)


def _within(most: int, owner: Ints, yuan: Ints) -> Ints:
    """Amounts cut so that each owner's keep at most `most` together, the first ones first."""
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    amounts = yuan[order] if most * len(yuan) <= INT64_MAX else unbounded(yuan[order])
    earlier = np.cumsum(amounts) - amounts
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    lengths = np.diff(begins, append=len(owner))
    before = earlier - np.repeat(earlier[begins], lengths)
    kept = np.empty_like(yuan)
    kept[order] = np.minimum(np.maximum(most - before, 0), amounts).astype(np.int64)
    return kept


def write_assessment(register: Register, assessment: Assessment, out: Path) -> None:
    """The register's rows, their cells unchanged, with three more columns; for Excel to open.

    UTF-8 with byte order mark; written beside its place and moved there when complete.

    Raises:
        InputError: the file cannot be written.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*register.header, *WRITTEN])
            writer.writerows(_written_rows(register, assessment))
        part.replace(out)
    except OSError as error:
        raise refuse(str(out), f"cannot be written ({error.strerror})") from None
    finally:
        part.unlink(missing_ok=True)


def _written_rows(register: Register, assessment: Assessment) -> Iterator[list[str]]:
    columns = (
        assessment.entitlement_yuan.tolist(),
        assessment.city_yuan.tolist(),
        assessment.reason,
    )
    for cells, yuan, city, reason in zip(register.rows, *columns, strict=True):
        # A spreadsheet would take a text that begins so for a formula.
        told = f"说明：{reason}" if reason.startswith(FORMULA_STARTS) else reason
        yield [*cells, str(yuan), str(city), told]


def assess_file(
    path: Path, awards: Mapping[str, Award], city_pays: Mapping[str, Fraction], out: Path
) -> Assessment:
    """Reads a register, assesses it and writes the result.

    Raises:
        InputError: the register cannot be used, or `out` is the register or cannot be written.
    """
    if out.exists() and path.exists() and out.samefile(path):
        raise refuse(str(out), "this is the register itself", "Write to another file.")
    register = read_register(path, awards)
    if register.refused:
        raise InputError(register.problems)
    assessment = assess(register, awards, city_pays)
    write_assessment(register, assessment, out)
    return assessment
