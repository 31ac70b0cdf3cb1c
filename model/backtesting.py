"""`budget backtest`: forecasts of past years held against what came, and the pools refuted."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import numpy as np

from model.assessing import Manner, read_claims, tell_problems
from model.demand.calendar import MONTHS
from model.demand.calibration import (
    REJECTED_BELOW,
    STATED,
    CountVerdict,
    Coverage,
    SizeVerdict,
)
from model.demand.seen import Filed
from model.errors import InputError, Problem, refuse
from model.forecasting import filed_in, no_days
from model.looking_back import Case, LookBack, look_back
from model.pipeline import make_question
from model.report.cells import write_table
from model.report.forecast_words import backtest_notes
from model.report.result_folder import refuse_others, replace_folder
from model.report.wording import read_wording
from model.row_progress import row_progress
from model.scenario import Scenario, load_scenario

FILE = "backtest.json"
TABLES = ("years", "coverage", "curve", "cases", "counts", "sizes", "months")
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtested:
    """What was found, in sentences, and what is wrong with the rows that were refused."""

    notes: tuple[str, ...]
    problems: tuple[str, ...]


def backtest_registers(
    registers: list[Path], scenario_path: Path, out: Path, language: Literal["zh", "en"] = "zh"
) -> Backtested:
    """What was written into the folder: backtest.json, its tables, and the chart as SVG and PNG.

    Raises:
        InputError: a bad scenario or register, no claim with a day, a year in two registers, or a
            folder that holds something else; nothing is written then.
    """
    scenario = load_scenario(scenario_path)
    refuse_others(out, FILE, "a backtest")
    years, problems = _read_years(registers, scenario)
    question, like = make_question(scenario), scenario.settings.forecast.sizes_like
    with row_progress(f"{len(years)}年各月末的预测", "比对") as tell:
        found = look_back(question, years, like, tell)
    record = _record(scenario, years, found)
    record["registers"] = [
        {"name": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
        for path in registers
    ]
    replace_folder(out, lambda folder: _fill(folder, record, language))
    notes = backtest_notes(record, read_wording(language, "forecast"))
    return Backtested(notes=(*notes, str(out)), problems=problems)


def _read_years(
    registers: list[Path], scenario: Scenario
) -> tuple[dict[int, Filed], tuple[str, ...]]:
    """The claims of every year in the registers, the years ascending."""
    years: dict[int, Filed] = {}
    problems: list[Problem] = []
    told: list[str] = []
    origin: dict[int, Path] = {}
    for path in registers:
        claims = read_claims(path, scenario, Manner())
        told += tell_problems(claims)
        filed = filed_in(claims, scenario)
        if not filed.years():
            problems += [*claims.problems, no_days(claims)]
        for year in filed.years():
            if year in years:
                fact = f"it has claims of {year}, and so has {origin[year]}"
                remedy = "Give each year in one register."
                problems.append(Problem(place=str(path), fact=fact, remedy=remedy))
            years[year] = filed.of_year(year)
            origin[year] = path
    if problems:
        raise InputError(problems)
    if not years:
        raise refuse("backtest", "no register is given", "Name one or more.")
    return dict(sorted(years.items())), tuple(told)


def _record(scenario: Scenario, years: Mapping[int, Filed], found: LookBack) -> Entry:
    """Totals only, in fixed names."""
    return {
        "backtest_version": 1,
        "product_version": version("policy-budget"),
        "scenario": scenario.name,
        "inputs": [{"name": name, "sha256": digest} for name, digest in scenario.inputs],
        "refuted_below": REJECTED_BELOW,
        "years": [
            {
                "year": year,
                "claims": len(filed.award),
                "city_yuan": int(filed.city_yuan.sum()),
                "last_day": str(np.max(filed.day)),
            }
            for year, filed in years.items()
        ],
        "coverage": [
            *(_coverage(None, each) for each in found.coverage),
            *(_coverage(m, each) for m, part in found.by_month.items() for each in part),
        ],
        "curve": [
            {"stated": round(stated, 6), "found": round(share, 6)} for stated, share in found.curve
        ],
        "cases": [_case(case) for case in found.cases],
        "counts": [_count(scenario, each) for each in found.counts],
        "sizes": [_size(scenario, each) for each in found.sizes],
        "months": list(_months(scenario, found)),
    }


def _coverage(month: int | None, each: Coverage) -> Entry:
    return {
        "month": month,
        "stated": each.stated,
        "found": round(each.found, 6),
        "found_se": round(each.found_se, 6),
    }


def _case(case: Case) -> Entry:
    entry: Entry = {
        "year": case.year,
        "month": case.month,
        "account": case.account,
        "fact_yuan": case.fact_yuan,
        "mean_yuan": round(case.mean_yuan),
    }
    for stated, (low, high) in zip(STATED, case.ranges, strict=True):
        name = f"range_{stated:.0%}".rstrip("%")
        entry |= {f"{name}_low_yuan": low, f"{name}_high_yuan": high}
    return entry | {
        "chance_of_less": round(case.step.below, 6),
        "chance_of_at_most": round(case.step.up_to, 6),
    }


def _award(scenario: Scenario, award: str) -> Entry:
    named = scenario.document.costed()[award]
    return {
        "award": award,
        "name_zh": named.name_zh,
        "name_en": named.name_en,
        "pool": scenario.book.pool_of()[award],
    }


def _count(scenario: Scenario, each: CountVerdict) -> Entry:
    return {
        **_award(scenario, each.award),
        "counts": list(each.counts),
        "expected": round(each.expected, 4),
        "low": each.low,
        "high": each.high,
        "p_value": round(each.p_value, 6),
        "rejected": each.rejected,
    }


def _size(scenario: Scenario, each: SizeVerdict) -> Entry:
    return {
        **_award(scenario, each.award),
        "claims": each.claims,
        "city_yuan": each.city_yuan,
        "expected_yuan": round(each.expected_yuan),
        "low_yuan": each.low_yuan,
        "high_yuan": each.high_yuan,
        "p_value": round(each.p_value, 6),
        "rejected": each.rejected,
    }


def _months(scenario: Scenario, found: LookBack) -> Iterator[Entry]:
    """The months in which claims came beside those that each calendar assumes."""
    book, pools = scenario.book, scenario.book.pool_of()
    users: dict[str | None, list[str]] = {}
    for award in found.months:
        users.setdefault(book.pools[pools[award]].claims[award].calendar, []).append(award)
    for calendar, awards in users.items():
        claims = np.sum([found.months[award] for award in awards], axis=0)
        assumed = np.diff([0.0, *map(float, book.reached(calendar))])
        for month in range(MONTHS):
            yield {
                "calendar": calendar or "",
                "awards": awards,
                "month": month + 1,
                "claims": int(claims[month]),
                "share": round(float(claims[month] / max(claims.sum(), 1)), 6),
                "assumed_share": round(float(assumed[month]), 6),
            }


def _fill(folder: Path, record: Mapping[str, Any], language: Literal["zh", "en"]) -> None:
    # Late: it draws, and matplotlib takes its time to load.
    from model.report.canvas import as_png, as_svg
    from model.report.forecast_charts import calibration_chart

    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    (folder / "tables").mkdir()
    for name in TABLES:
        write_table(folder / "tables" / f"{name}.csv", record[name])
    whole = [row for row in record["coverage"] if row["month"] is None]
    figure = calibration_chart(record["curve"], whole, read_wording(language))
    path = folder / f"calibration.{language}.svg"
    path.write_text(as_svg(figure), encoding="utf-8", newline="\n")
    path.with_suffix(".png").write_bytes(as_png(figure))


def tell_backtest(done: Backtested) -> None:
    """Prints the sentences; what is wrong with refused rows goes to standard error."""
    for problem in done.problems:
        print(problem, file=sys.stderr)
    for line in done.notes:
        print(line)
