"""How much less Sobol points scatter than random draws, on base: the same questions, many seeds.

For each seed the draws are made anew. What is compared is the standard deviation between seeds of
the mean demand of an account, of the money expected to stay unpaid with the adopted budgets, and
of the least cost of a plan. Run with ``make bench``.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from plan_city import BASE

from model.allocation.problem import Problem
from model.allocation.search import Search
from model.demand.engine import Engine
from model.demand.exact import make_exact_engine
from model.demand.numbers import Span
from model.demand.question import Question
from model.pipeline import make_question
from model.scenario import load_scenario
from model.transfer_rules import judged_accounts, make_problem

SEEDS = range(1, 17)
SIZES = (1_024, 4_096)
NAMES = ("mean demand of an account", "expected unpaid, adopted budgets", "least cost of a plan")


def measure(problem: Problem, demand: np.ndarray) -> np.ndarray:
    """Mean demand of each account, expected unpaid with the adopted budgets, least cost; yuan."""
    problem = replace(problem, demand=demand)
    unpaid = np.maximum(demand + problem.committed_yuan - problem.budget_yuan, 0).sum(axis=1).mean()
    optimum = Search(problem).least_cost(1.0)
    assert optimum is not None
    return np.array([*demand.mean(axis=0), unpaid, optimum.upper_yuan])


def scatter(problem: Problem, question: Question, engine: Engine, span: Span) -> np.ndarray:
    """The relative standard deviation between seeds: of a middling account, unpaid, least cost."""
    found = []
    for seed in SEEDS:
        years = engine.years(question, problem.accounts, replace(span, seed=seed))
        found.append(measure(problem, years[:]))
    table = np.array(found)
    relative = table.std(axis=0, ddof=1) / np.maximum(table.mean(axis=0), 1.0)
    return np.array([np.median(relative[:-2]), *relative[-2:]])


def main() -> None:
    """Print a line for each question and number of draws: both deviations and their ratio."""
    scenario = load_scenario(BASE)
    question = make_question(scenario)
    engine = make_exact_engine(question)
    problem = make_problem(scenario, question, engine)
    assert problem.accounts == judged_accounts(scenario)
    print(f"standard deviation between {len(SEEDS)} seeds, relative to the mean")
    print(f"{'draws':>7} {'random':>9} {'sobol':>9} {'ratio':>7}")
    for size in SIZES:
        random, sobol = (
            scatter(problem, question, engine, Span(seed=0, first=0, count=size, points=points))
            for points in ("random", "sobol")
        )
        for name, one, other in zip(NAMES, random.tolist(), sobol.tolist(), strict=True):
            print(f"{size:>7,} {one:>9.2e} {other:>9.2e} {one / other:>7.1f}  {name}", flush=True)


if __name__ == "__main__":
    main()
