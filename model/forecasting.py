"""`budget forecast`: the claims until a day -> the rest of the year, account by account."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal

import numpy as np

from model.assessing import Manner, read_claims, tell_problems
from model.claiming import city_pays, stacking_of
from model.claims.entitlements import assess
from model.demand.claimants import IntArray
from model.demand.seen import Filed, covered_awards, filed_claims, seen_until
from model.errors import InputError, Problem, refuse
from model.foreseeing import foresee
from model.pipeline import make_question
from model.recording.forecasts import record_forecast
from model.register.register import Register
from model.register.until import register_until
from model.report.cells import write_table
from model.report.forecast_words import forecast_headings, forecast_notes, forecast_row
from model.report.result_folder import refuse_others, replace_folder
from model.report.wording import read_wording
from model.scenario import Scenario, load_scenario

FILE = "forecast.json"
TABLES = ("accounts", "months", "awards", "shocks")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecasted:
    """What was written, in words.

    Attributes:
        planned: whether a plan meets the limits of the scenario.
        headings, rows: the judged accounts as a table.
        notes: the plan, what was left out, and where the files are.
        problems: what is wrong with the rows that were refused, the first 200 of many.
    """

    planned: bool
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for: the day, the folder, and how.

    Attributes:
        as_of: the last day whose claims count, as text.
        draws: for the plan, instead of the scenario's own.
    """

    as_of: str
    out: Path
    language: Literal["zh", "en"] = "zh"
    draws: int | None = None


def forecast_register(register: Path, scenario_path: Path, wanted: Wanted) -> Forecasted:
    """What was written into the folder: forecast.json, its tables, and the chart as SVG and PNG.

    Raises:
        InputError: a bad scenario, day or register, no claim with a day of that year, claims that
            are assumed not to come, or a folder that holds something else; nothing is written then.
    """
    scenario = _with_draws(load_scenario(scenario_path), wanted.draws)
    day, out = read_day(wanted.as_of), wanted.out
    refuse_others(out, FILE, "a forecast")
    claims = read_claims(register, scenario, Manner())
    filed = filed_in(claims, scenario, day)
    check_year(claims, filed.years(), day)
    question = make_question(scenario)
    seen = seen_until(filed, day, covered_awards(question.loads, filed.of_year(day.year)))
    record = record_forecast(foresee(scenario, question, seen))
    record["register"] = {
        "name": register.name,
        "sha256": hashlib.sha256(register.read_bytes()).hexdigest(),
        "rows_assessed": len(claims.claim),
        "rows_refused": len(claims.refused),
        "rows_set_aside": len(claims.set_aside),
    }
    replace_folder(out, lambda folder: _fill(folder, record, wanted.language))
    words = read_wording(wanted.language, "forecast")
    return Forecasted(
        planned=record["plan"]["status"] == "optimal",
        headings=forecast_headings(words),
        rows=tuple(forecast_row(account, words) for account in record["accounts"]),
        notes=(*forecast_notes(record, words), str(out)),
        problems=tell_problems(claims),
    )


def _with_draws(scenario: Scenario, draws: int | None) -> Scenario:
    if draws is None:
        return scenario
    return replace(scenario, settings=scenario.settings.model_copy(update={"draws": draws}))


def read_day(text: str) -> date:
    """The day that `--as-of` names.

    Raises:
        InputError: the text is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refuse("--as-of", f"'{text}' is not a day", "Write for example 2024-09-30.") from None


def filed_in(claims: Register, scenario: Scenario, until: date | None = None) -> Filed:
    """The claims of a register with their days and the city money of each.

    Args:
        until: assess the register as it stood on this day; later claims have no money yet.
    """
    if until is None:
        city = _city_yuan(claims, scenario)
    else:
        city = np.zeros(len(claims.filed), dtype=np.int64)
        city[claims.filed <= np.datetime64(until)] = _city_yuan(
            register_until(claims, until), scenario
        )
    return filed_claims(claims.award, claims.filed, city)


def _city_yuan(claims: Register, scenario: Scenario) -> IntArray:
    awards, pays = scenario.document.awards, city_pays(scenario)
    return assess(claims, awards, pays, stacking_of(scenario), reasons=False).city_yuan


def check_year(claims: Register, years: tuple[int, ...], day: date) -> None:
    """Refuse a day of whose year the register has no claim: nothing seen would be taken for none.

    Raises:
        InputError: no claim has a day, or none one of that year.
    """
    if not years:
        raise InputError([*claims.problems, no_days(claims)])
    if day.year not in years:
        known = " and ".join(map(str, years))
        fact = f"no claim was filed in {day.year}, the year of --as-of; there are some of {known}"
        raise refuse(claims.name, fact, "Give a day of that year, or another register.")


def no_days(claims: Register) -> Problem:
    """That no claim of a register can be placed in time."""
    return Problem(
        place=claims.name,
        fact="no claim that can be read has a filing date ('filed', 申报日期)",
        remedy="Fill in the day on which each claim was filed.",
    )


def _fill(folder: Path, record: Mapping[str, Any], language: Literal["zh", "en"]) -> None:
    # Late: it draws, and matplotlib takes its time to load.
    from model.report.canvas import as_png, as_svg
    from model.report.forecast_charts import fan_charts

    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    (folder / "tables").mkdir()
    for name in TABLES:
        write_table(folder / "tables" / f"{name}.csv", record[name])
    write_table(folder / "tables" / "transfers.csv", record["plan"]["transfers"])
    figure = fan_charts(record["accounts"], record["months"], read_wording(language))
    path = folder / f"fan.{language}.svg"
    path.write_text(as_svg(figure), encoding="utf-8", newline="\n")
    path.with_suffix(".png").write_bytes(as_png(figure))


def tell_forecast(done: Forecasted) -> None:
    """Prints the table and its notes; what is wrong with refused rows goes to standard error."""
    from rich.console import Console
    from rich.table import Table

    for problem in done.problems:
        print(problem, file=sys.stderr)
    table = Table(done.headings[0], box=None, pad_edge=False)
    for heading in done.headings[1:]:
        table.add_column(heading, justify="right")
    for row in done.rows:
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 130)
    console.print(table)
    for note in done.notes:
        console.print(note, highlight=False, soft_wrap=True)
