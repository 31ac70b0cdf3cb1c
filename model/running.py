"""`budget run`: scenarios in, records and reports out, with progress and a table of verdicts."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from model.errors import InputError, refuse
from model.pipeline import EngineName, Tell, run
from model.recording.record_of import make_draws, make_record, make_tables
from model.report.record import Record, read_record, refuse_foreign, write_record
from model.scenario import Scenario, load_scenario

STAGES = {
    "draws": "模拟年份",
    "ranges": "假设区间",
    "break_evens": "平衡点",
    "readings": "解读口径",
    "levers": "奖补标准",
    "plan": "分配方案",
    "record": "运行记录",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How scenarios are to be run.

    Attributes:
        draws, seed: instead of the scenario's own, if given.
        pdf: whether the report and the workbook are made too.
    """

    out: Path
    language: Literal["zh", "en"] = "zh"
    engine: EngineName = "exact"
    draws: int | None = None
    seed: int | None = None
    pdf: bool = True


def run_scenarios(paths: list[Path], wish: Wish) -> bool:
    """Runs every scenario; whether a plan meets the limits of all of them.

    All files are read and all folders looked at before the first run, so that a bad one costs no
    waiting and nothing is written.

    Raises:
        InputError: every problem of every file, or a folder that holds something else.
    """
    scenarios = [_override(scenario, wish) for scenario in _load_all(paths)]
    for scenario in scenarios:
        refuse_foreign(wish.out / scenario.name)
    return all([_run_one(scenario, wish) for scenario in scenarios])


def _run_one(scenario: Scenario, wish: Wish) -> bool:
    """Record, report and verdicts of one scenario; whether a plan meets its limits."""
    folder = wish.out / scenario.name
    with _progress(scenario.name) as tell:
        outcome = run(scenario, wish.engine, tell)
        tell("record", 0.95)
        record = make_record(outcome)
        write_record(folder, record, make_tables(record), make_draws(outcome))
    written = [folder / "record.json"]
    saved = read_record(folder)
    if wish.pdf:
        from model.report.pdf import render_report
        from model.report.results_book import FILES, write_results

        path = folder / f"report.{wish.language}.pdf"
        written.append(render_report(saved, wish.language, path))
        book = folder / FILES[wish.language]
        written.append(write_results(saved, wish.language, book))
    _tell_verdicts(saved, wish.language)
    for path in written:
        print(path)
    return bool(saved.plan["status"] == "optimal")


def _load_all(paths: list[Path]) -> list[Scenario]:
    scenarios, problems = [], []
    for path in paths:
        try:
            scenarios.append(load_scenario(path))
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InputError(problems)
    names = [scenario.name for scenario in scenarios]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise refuse(twice[0], "two scenarios of this name would share a folder", "Rename one.")
    return scenarios


def _override(scenario: Scenario, wish: Wish) -> Scenario:
    given = {"draws": wish.draws, "seed": wish.seed}
    chosen = {key: value for key, value in given.items() if value is not None}
    return replace(scenario, settings=scenario.settings.model_copy(update=chosen))


@contextmanager
def _progress(name: str) -> Iterator[Tell]:
    """A bar on a terminal; one plain line where the output is piped."""
    if not sys.stderr.isatty():
        print(f"{name} ...", file=sys.stderr, flush=True)
        yield lambda stage, done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(name, total=1.0)

        def tell(stage: str, done: float) -> None:
            progress.update(task, completed=done, description=f"{name} {STAGES[stage]}")

        yield tell


def _tell_verdicts(record: Record, language: str) -> None:
    """The judged accounts and the plan, as a short table."""
    from rich.console import Console
    from rich.table import Table

    from model.report.verdict_table import verdict_rows

    headings, rows, notes = verdict_rows(record, language)
    table = Table(*headings[:2], box=None, pad_edge=False)
    for heading in headings[2:]:
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(*row)
    console = Console(width=None if sys.stdout.isatty() else 110)
    console.print(table)
    for note in notes:
        console.print(note, highlight=False, soft_wrap=True)
