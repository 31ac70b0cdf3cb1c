"""Speed of the plan by cutting planes beside its peer, the full PuLP model with HiGHS.

Both solve the same problem on the same draws in one run; the objective must be equal to 1e-6.
Run with ``make bench``. Times are medians of five runs, so that a noisy machine does not decide.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from model.allocation.cuts import solve
from model.allocation.problem import Problem
from model.allocation.solver import full_cost
from model.demand.exact import make_exact_engine
from model.pipeline import make_question
from model.scenario import load_scenario
from model.transfer_rules import make_problem

BASE = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024" / "base.yaml"
SIZES = (500, 1_000, 2_000)


def main() -> None:
    """Print one line for each number of draws: both medians, their ratio, the difference."""
    problem = _base_problem(max(SIZES))
    print(f"{len(problem.accounts)} accounts, {len(problem.arcs)} arcs")
    print(f"{'draws':>7} {'planes s':>9} {'full s':>9} {'ratio':>7} {'difference':>11}")
    for size in SIZES:
        part = replace(problem, demand=problem.demand[:size])
        planes, plan = _median(lambda part=part: solve(part))
        full, cost = _median(lambda part=part: full_cost(part, "HiGHS"))
        upper = plan.objective_upper_bound
        assert upper is not None
        difference = abs(upper - cost) / max(cost, 1.0)
        print(f"{size:>7} {planes:>9.4f} {full:>9.3f} {full / planes:>7.0f} {difference:>11.1e}")
        assert difference < 1e-6


def _base_problem(draws: int) -> Problem:
    scenario = load_scenario(BASE)
    settings = scenario.settings.model_copy(update={"draws": draws})
    scenario = replace(scenario, settings=settings)
    question = make_question(scenario)
    return make_problem(scenario, question, make_exact_engine(question))


def _median(work: Callable[[], Any]) -> tuple[float, Any]:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


if __name__ == "__main__":
    main()
