"""`budget assess`: a register of claims under the rules and readings of a scenario."""

from __future__ import annotations

from pathlib import Path

from model.claims.entitlements import assess_file
from model.errors import InputError, Problem
from model.money import format_money
from model.scenario import load_scenario


def assess_register(
    register: Path, scenario_path: Path, out: Path, readings: tuple[str, ...]
) -> str:
    """A sentence on what was written; the file holds every claim with entitlement and reason.

    Args:
        readings: further readings as ``award=letter``.

    Raises:
        InputError: a bad scenario, reading or register, or `out` is the register; nothing is
            written then.
    """
    scenario = load_scenario(scenario_path, _as_changes(readings))
    awards = scenario.document.awards
    book = scenario.book
    pays = {
        award: book.shared(book.pools[pool].city_pays).at("central")
        for award, pool in book.pool_of().items()
    }
    found = assess_file(register, awards, pays, out)
    total, city = int(found.entitlement_yuan.sum()), int(found.city_yuan.sum())
    return (
        f"{out}: {len(found.entitlement_yuan)} 笔申报，应兑现 {format_money(total)}，"
        f"其中市级 {format_money(city)}"
    )


def _as_changes(readings: tuple[str, ...]) -> dict[str, str]:
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
