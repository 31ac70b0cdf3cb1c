"""`budget assess`: a register of claims under the rules and readings of a scenario."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from model.claiming import (
    assess_claims,
    money_by_account,
    places,
    say_scenario_zh,
)
from model.claims.assessed_book import Setting, say_rows_zh, write_assessed_book
from model.claims.assessed_csv import write_assessed_csv
from model.claims.entitlements import Assessment
from model.errors import InputError, Problem, refuse
from model.money import format_money
from model.register.anonymous import anonymised
from model.register.register import UNNAMED_ZH, Register, read_register
from model.row_progress import row_progress
from model.scenario import Scenario, load_scenario

MOST_TOLD = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a register is to be assessed.

    Attributes:
        readings: further readings as ``award=letter``.
        strict: whether a row that cannot be read refuses the whole register.
        anonymise: whether names are replaced by codes.
        salt: what makes the codes; blank to take it from the register.
    """

    readings: tuple[str, ...] = ()
    strict: bool = False
    anonymise: bool = False
    salt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What was written, in words.

    Attributes:
        summary_zh: what the claims add up to, every row accounted for, and what is worth knowing
            of how the file was read.
        problems: what is wrong with the rows that were refused, the first 200 of many.
    """

    summary_zh: tuple[str, ...]
    problems: tuple[str, ...]


def assess_register(
    register: Path, scenario_path: Path, out: Path, manner: Manner = Manner()
) -> Assessed:
    """What was written; the file holds every row of the register, assessed or with the reason.

    Raises:
        InputError: a bad scenario, reading or register, or `out` is the register; nothing is
            written then.
    """
    scenario = load_scenario(scenario_path, as_changes(manner.readings))
    write = WRITERS[ending_of(out, register)]
    claims = read_claims(register, scenario, manner)
    found = assess_claims(claims, scenario)
    write(claims, found, scenario, out)
    total, city = sum(found.entitlement_yuan.tolist()), sum(found.city_yuan.tolist())
    sums = (
        f"{out}: {len(claims.claim)} 笔申报，应兑现 {format_money(total)}，"
        f"其中市级 {format_money(city)}"
    )
    rows = [say_rows_zh(claims)] if claims.refused or claims.set_aside else []
    summary = (sums, *rows, *claims.notes_zh)
    return Assessed(summary_zh=summary, problems=tell_problems(claims))


def read_claims(register: Path, scenario: Scenario, manner: Manner) -> Register:
    """The register, its names replaced where that is asked.

    Raises:
        InputError: the file is no register, or, where the manner is strict, a row is refused.
    """
    named = not manner.anonymise
    with row_progress(register.name if named else UNNAMED_ZH) as tell:
        claims = read_register(register, scenario.document.awards, tell, named=named)
    if manner.anonymise:
        claims = anonymised(claims, manner.salt)
    if manner.strict and claims.refused:
        raise InputError(_first(claims))
    return claims


def _first(claims: Register) -> list[Problem]:
    """The first 200 problems, and how many more there are."""
    problems = list(claims.problems)
    told, rest = problems[:MOST_TOLD], len(problems) - MOST_TOLD
    if rest > 0:
        remedy = "Mend the ones above and run again."
        told.append(Problem(place=claims.name, fact=f"and {rest:,} more problems", remedy=remedy))
    return told


def tell_problems(claims: Register) -> tuple[str, ...]:
    """A line for each problem of a refused row, the first 200, and how many more there are."""
    problems = claims.problems
    told = [str(problem) for problem in problems[:MOST_TOLD]]
    if rest := len(problems) - len(told):
        told.append(f"{claims.name}: and {rest:,} more problems; the output names them all")
    return tuple(told)


def ending_of(out: Path, register: Path) -> Literal[".csv", ".xlsx"]:
    """The ending of the file to be written, which says how.

    Raises:
        InputError: it is another one, or the file is the register itself.
    """
    ending = out.suffix.lower()
    if ending not in (".csv", ".xlsx"):
        fact = f"--out ends in '{ending}'" if ending else "--out has no ending"
        raise refuse(str(out), fact, "Give a name that ends in .xlsx or .csv.")
    if out.exists() and register.exists() and out.samefile(register):
        raise refuse(str(out), "this is the register itself", "Write to another file.")
    return ".csv" if ending == ".csv" else ".xlsx"


def _write_csv(claims: Register, found: Assessment, scenario: Scenario, out: Path) -> None:
    write_assessed_csv(claims, found, out)


def _write_book(claims: Register, found: Assessment, scenario: Scenario, out: Path) -> None:
    setting = Setting(
        awards=scenario.document.costed(),
        places=places(scenario),
        money=money_by_account(scenario),
        notes_zh=say_scenario_zh(scenario),
    )
    write_assessed_book(claims, found, setting, out)


WRITERS = {".csv": _write_csv, ".xlsx": _write_book}


def as_changes(readings: tuple[str, ...]) -> dict[str, str]:
    """Readings like ``A1=B`` as changes of a scenario.

    Raises:
        InputError: every text that is no such choice, or that is given twice.
    """
    changes: dict[str, str] = {}
    problems = []
    for text in readings:
        award, equals, letter = text.partition("=")
        if not equals or not award or not letter:
            fact = f"'{text}' is not award=letter"
            problems.append(Problem(place="--reading", fact=fact, remedy="Write for example A1=B."))
        elif f"readings.{award}" in changes:
            fact = f"{award} is given twice"
            problems.append(Problem(place="--reading", fact=fact, remedy="Keep one of the two."))
        changes[f"readings.{award}"] = letter
    if problems:
        raise InputError(problems)
    return changes
