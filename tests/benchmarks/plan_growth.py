"""How the plan grows: with the draws, held or worked out while they are read, and the accounts.

As a program it plans one made city and prints what it took, so that every size has a process, and
a peak of memory, of its own.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from plan_city import made_city

from model.allocation.cuts import RELATIVE_GAP, solve
from model.allocation.problem import Problem
from model.allocation.search import Search

CITY = 24  # accounts
HELD = (10_000, 100_000, 1_000_000)
READ = 10_000_000
LARGE = (2_400, 10_000)  # accounts and draws of the largest city
RUNS = 3
COLUMNS = (  # title, width, style
    ("accounts", 8, ",.0f"),
    ("draws", 11, ",.0f"),
    ("proof s", 8, ".2f"),
    ("CPU s", 8, ".2f"),
    ("plan s", 8, ".2f"),
    ("peak MB", 8, ",.0f"),
    ("rounds", 6, ".0f"),
    ("planes", 7, ",.0f"),
    ("move", 5, ",.0f"),
    ("gap", 7, ".0e"),
)


def print_growth() -> dict[str, dict[str, float]]:
    """A line for each size; what was found, by accounts and draws."""
    print("made cities; claims in memory before the time starts, each size in a process of its own")
    print("  ".join(f"{title:>{width}}" for title, width, _ in COLUMNS), " runs")
    found = {}
    sizes = [(CITY, n, "held") for n in HELD] + [(CITY, READ, "read"), (*LARGE, "held")]
    for n_accounts, n_draws, way in sizes:
        runs = RUNS if way == "held" and n_accounts == CITY else 1
        words = [str(n_accounts), str(n_draws), way, str(runs)]
        command = [sys.executable, str(Path(__file__)), *words]
        answer = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        one = json.loads(answer) | {"accounts": n_accounts, "draws": n_draws}
        cells = (f"{one[title]:>{width}{style}}" for title, width, style in COLUMNS)
        note = "made while read, in every pass again" if way == "read" else ""
        print("  ".join(cells), f" {runs}  {note}", flush=True)
        found[f"{n_accounts} x {n_draws}"] = one
    return found


def plan_once(problem: Problem) -> dict[str, float]:
    """Seconds from the claims to the proven optimum and to the whole plan, and the proof.

    The processors' seconds to the proof tell how much of the time a busy machine kept waiting.
    """
    start, busy = time.perf_counter(), time.process_time()
    search = Search(problem)
    assert search.least_cost(1.0, RELATIVE_GAP / 4) is not None
    proof, busy = time.perf_counter() - start, time.process_time() - busy
    plan = solve(problem, search)
    seconds = time.perf_counter() - start
    assert plan.gap is not None
    return {
        "proof s": proof,
        "CPU s": busy,
        "plan s": seconds,
        "gap": plan.gap,
        "rounds": search.iterations,
        "planes": len(search.planes),
        "move": int((plan.budget_after_yuan != problem.budget_yuan).sum()),
    }


def main() -> None:
    """Plan the city that the arguments name: accounts, draws, held or read, runs."""
    n_accounts, n_draws, way, runs = sys.argv[1:]
    problem = made_city(int(n_accounts), int(n_draws), held=way == "held")
    found = [plan_once(problem) for _ in range(int(runs))]
    medians = {
        name: statistics.median(one[name] for one in found)
        for name in ("proof s", "CPU s", "plan s")
    }
    unit = 1 if sys.platform == "darwin" else 1_024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    print(json.dumps(found[-1] | medians | {"peak MB": peak}))


if __name__ == "__main__":
    main()
