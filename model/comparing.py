"""`budget compare`: scenarios of one base side by side, as a record, a PDF and a workbook."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from model.comparison import compare, like
from model.differences import Source, check_one_base, read_source
from model.errors import InputError, Problem, refuse
from model.recording.comparison import make_comparison
from model.report.compare.book import FILES as BOOKS
from model.report.compare.book import write_comparison_book
from model.report.compare.pages import compile_comparison
from model.report.result_folder import refuse_others, replace_folder

FILE = "comparison.json"


def compare_scenarios(
    paths: Sequence[Path], out: Path, language: Literal["zh", "en"], draws: int | None = None
) -> list[Path]:
    """The comparison of some scenarios with the first one now lies in a folder.

    Args:
        draws: simulated years for the plans, instead of those of the first scenario.

    Returns:
        The files written: the record, the PDF, the workbook.

    Raises:
        InputError: fewer than two scenarios, problems of any, no common base, a folder that holds
            something else.
    """
    if len(paths) < 2:
        raise refuse("compare", "one scenario has nothing to be compared with", "Name two or more.")
    sources = _alike(_read_all(paths), draws)
    check_one_base(sources)
    refuse_others(out, FILE, "a comparison of scenarios")
    record = make_comparison(compare(sources, _tell))
    replace_folder(out, lambda folder: _fill(folder, record, language))
    return [out / name for name in (FILE, f"comparison.{language}.pdf", BOOKS[language])]


def _read_all(paths: Sequence[Path]) -> tuple[Source, ...]:
    sources: list[Source] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            sources.append(read_source(path))
        except InputError as error:
            problems += [problem for problem in error.problems if problem not in problems]
    if problems:
        raise InputError(problems)
    return tuple(sources)


def _alike(sources: tuple[Source, ...], draws: int | None) -> tuple[Source, ...]:
    """All with the random numbers of the first one."""
    first = sources[0].scenario
    if draws is not None:
        settings = first.settings.model_copy(update={"draws": draws})
        first = replace(first, settings=settings)
    return tuple(replace(each, scenario=like(each.scenario, first)) for each in sources)


def _tell(name: str, done: float) -> None:
    print(f"{name} ...", file=sys.stderr, flush=True)


def _fill(folder: Path, record: Mapping[str, Any], language: Literal["zh", "en"]) -> None:
    text = json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    (folder / FILE).write_text(text, encoding="utf-8", newline="\n")
    (folder / f"comparison.{language}.pdf").write_bytes(compile_comparison(record, language))
    write_comparison_book(record, language, folder / BOOKS[language])
