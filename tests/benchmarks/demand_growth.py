"""How the laws and the joint years grow: with the years, the applicants and the awards.

As a program it works out so many joint years and prints the seconds and the peak of its memory,
so that every size has a process, and a peak, of its own.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from demand_awards import base_question, make_cases, tabulate

from model.demand.counts import Table
from model.demand.exact import make_exact_engine
from model.demand.numbers import Span
from model.demand.pools import Count
from model.demand.question import Question
from model.years import blocks

Timer = Callable[[Callable[[], Any]], tuple[float, Any]]  # the median time, and the result

SEED = 20240301
YEARS = (10_000, 100_000, 1_000_000, 10_000_000)
TIMES = (1, 10, 100, 1_000)
REPEATED = (1, 10, 100)


def sum_of_years(question: Question, n_years: int) -> np.ndarray:
    """What each account is asked for in all joint years together, read block by block.

    Nothing is worked out before: laws, tables and years all count.
    """
    span = Span(seed=SEED, first=0, count=n_years)
    years = make_exact_engine(question).years(question, tuple(question.budgets), span)
    total = np.zeros(years.shape[1])
    for part in blocks(n_years):
        total += years[part].sum(axis=0)
    return total


def print_years() -> None:
    """A line for each number of years: time, years a second, peak of memory."""
    print("joint years of all accounts, read in blocks; each number in a process of its own")
    print(f"{'years':>12} {'seconds':>9} {'a second':>12} {'peak MB':>9}")
    for n_years in YEARS:
        command = [sys.executable, str(Path(__file__)), str(n_years)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        seconds, peak = map(float, answer.split())
        print(f"{n_years:>12,} {seconds:>9.2f} {n_years / seconds:>12,.0f} {peak / 1e6:>9.0f}")


def print_applicants(median_time: Timer) -> None:
    """A line for each multiple of the applicants of every pool; the time should not grow."""
    print(
        "applicants of every pool (and their ceilings) multiplied, the laws of all awards once each"
    )
    print(
        f"{'times':>12} {'claims a year':>14} {'seconds':>9} {'with a ceiling':>15} {'sd error':>9}"
    )
    for times in TIMES:
        cases = make_cases(_multiplied(base_question(), times), shocked=False)
        bounded = [case for case in cases if isinstance(case.counts(1.0)[0], Table)]
        seconds, laws = median_time(lambda cases=cases: tabulate(cases))
        part, _ = median_time(lambda bounded=bounded: tabulate(bounded))
        claims = sum(case.counts(1.0)[0].moments.mean for case in cases)
        error = max(abs(law.check.sd_error) for (law,) in laws)
        print(f"{times:>12,} {claims:>14,.0f} {seconds:>9.3f} {part:>15.3f} {error:>9.1e}")


def print_awards(median_time: Timer) -> None:
    """A line for each number of awards; the time should grow as they do."""
    print("awards repeated, all levels of the shocks")
    print(f"{'awards':>12} {'seconds':>9} {'ms an award':>12}")
    cases = make_cases(base_question())
    for times in REPEATED:
        listed = cases * times
        seconds, _ = median_time(lambda listed=listed: tabulate(listed))
        print(f"{len(listed):>12,} {seconds:>9.3f} {1_000 * seconds / len(listed):>12.2f}")


def _multiplied(question: Question, times: int) -> Question:
    pools = {
        key: pool.model_copy(update={"count": _times(pool.count, times)})
        for key, pool in question.book.pools.items()
    }
    return replace(question, book=replace(question.book, pools=pools))


def _times(count: Count, times: int) -> Count:
    levels = {
        level: number * times
        for level in ("value", "low", "central", "high")
        if (number := getattr(count.mean, level)) is not None
    }
    ends = {
        end: n * times for end in ("floor", "ceiling") if (n := getattr(count, end)) is not None
    }
    return count.model_copy(update={"mean": count.mean.model_copy(update=levels), **ends})


def main() -> None:
    """Work out as many joint years as the first argument says; print seconds and peak bytes."""
    question = base_question()
    start = time.perf_counter()
    sum_of_years(question, int(sys.argv[1]))
    seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1_024
    print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit)


if __name__ == "__main__":
    main()
