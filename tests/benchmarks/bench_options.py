"""Time of the options: the whole menu of base, and that of a city where every account may move.

Run with ``make bench``. The menu of base at 100 000 draws has a target; the other, where there are
more arcs than are looked at together, has none and is shown.
"""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

from model.allocation.options import option_menu
from model.allocation.problem import Problem
from model.allocation.search import Search
from model.demand.exact import make_exact_engine
from model.optioning import APPROVALS
from model.pipeline import make_question
from model.scenario import load_scenario
from model.transfer_rules import make_problem

SCENARIOS = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024"
RUNS = (("base", 100_000), ("assumed-may-move", 10_000))
TARGET_SECONDS = {"base": 30.0}


def main() -> None:
    """Print one line for each scenario: its size, the time of its menu, and PASS or MISS."""
    print(f"{'scenario':<18} {'draws':>8} {'arcs':>5} {'options':>8} {'seconds':>8}")
    for name, draws in RUNS:
        problem = _problem(name, draws)
        start = time.perf_counter()
        menu = option_menu(Search(problem), APPROVALS)
        taken = time.perf_counter() - start
        size = f"{name:<18} {draws:>8} {len(problem.arcs):>5} {len(menu):>8}"
        print(f"{size} {taken:>8.2f} {_verdict(name, taken)}".rstrip())


def _verdict(name: str, taken: float) -> str:
    target = TARGET_SECONDS.get(name)
    if target is None:
        return ""
    return f"{'PASS' if taken < target else 'MISS'} (target {target:.0f} s)"


def _problem(name: str, draws: int) -> Problem:
    scenario = load_scenario(SCENARIOS / f"{name}.yaml")
    settings = scenario.settings.model_copy(update={"draws": draws})
    scenario = replace(scenario, settings=settings)
    question = make_question(scenario)
    return make_problem(scenario, question, make_exact_engine(question))


if __name__ == "__main__":
    main()
