"""Speed of the plan by cutting planes beside its peers, which solve the whole programme.

All plan the same problem on the same draws in one run, base and a made city whose accounts trade
off against each other; the least cost must be equal to 1e-6. A peer's time holds all that its user
waits for: the making of its programme and the solver. Times are medians of three runs; what takes
longer than ten seconds runs once, since then a noisy machine does not decide. A target that is
missed is printed as missed. Run with ``make bench``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from plan_city import base_problem, made_city
from plan_growth import CITY, HELD, LARGE, READ, print_growth
from plan_peers import Peer, find_peers

from model.allocation.cuts import RELATIVE_GAP, Search, solve
from model.allocation.options import option_menu
from model.allocation.plan import Plan, limit_uses
from model.allocation.problem import Problem

SIZES = (1_000, 4_000)
RUNS = 3
LONG = 10.0  # seconds from which one run is enough
MENU_DRAWS = 100_000
APPROVALS = (
    "within_department",
    "across_departments",
    "across_domains",
    "reserve",
    "key_spending",
)


def take_time(work: Callable[[], Any]) -> tuple[float, Any, int]:
    """The median time, the result, and of how many runs."""
    times: list[float] = []
    while len(times) < RUNS and (not times or times[0] < LONG):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result, len(times)


def say(met: bool, target: str, number: str) -> None:
    """One sentence about a target."""
    print(f"  {'PASS' if met else 'MISS'}  {target}: {number}", flush=True)


def compare(name: str, whole: Problem, peers: list[Peer]) -> None:
    """Print the plan and every peer at each number of draws, and whether the targets are met."""
    print(f"{name}: {len(whole.accounts)} accounts, {len(whole.arcs)} arcs")
    for size in SIZES:
        problem = replace(whole, demand=whole.demand[:size])
        ours, plan, _ = take_time(lambda problem=problem: solve(problem))
        search = Search(problem)
        solve(problem, search)
        print(f"  {size:,} draws: {_moves(problem, plan)}", end=" ")
        print(f"{plan.iterations} rounds, {len(search.planes)} planes, gap {plan.gap:.0e}")
        print(f"  {'seconds':>10} {'ratio':>7} {'difference':>11}  runs")
        print(f"  {ours:>10.4f} {'':>7} {'':>11}  {RUNS}     planes", flush=True)
        fastest, difference = _print_peers(problem, plan, ours, peers)
        say(difference < 1e-6, "least cost equal to 1e-6", f"{difference:.0e} at most")
        if size == max(SIZES):
            target = "at least 30 times as fast as the fastest"
            say(fastest >= 30 * ours, target, f"{fastest / ours:.0f} times")


def _print_peers(
    problem: Problem, plan: Plan, ours: float, peers: list[Peer]
) -> tuple[float, float]:
    """The seconds of the fastest peer, and the largest difference."""
    assert plan.objective_upper_bound is not None
    fastest, largest = float("inf"), 0.0
    for peer in peers:
        seconds, cost, runs = take_time(lambda peer=peer: peer.solve(problem))
        difference = abs(plan.objective_upper_bound - cost) / max(cost, 1.0)
        ratio = seconds / ours
        print(
            f"  {seconds:>10.3f} {ratio:>7.0f} {difference:>11.0e}  {runs}     {peer.name}",
            flush=True,
        )
        fastest, largest = min(fastest, seconds), max(largest, difference)
    return fastest, largest


def _moves(problem: Problem, plan: Plan) -> str:
    move = int((plan.budget_after_yuan != problem.budget_yuan).sum())
    families = sorted({use.family for use in limit_uses(problem, plan) if use.binding})
    return f"{move} accounts move, limits that bind: {', '.join(families) or 'none'};"


def check_interior(problem: Problem) -> None:
    """At least eight accounts trade off, and no limit shapes their optimum."""
    plan = solve(problem)
    move = int((plan.budget_after_yuan != problem.budget_yuan).sum())
    binding = sum(use.binding for use in limit_uses(problem, plan))
    number = f"{move} accounts move, {binding} limits bind"
    say(move >= 8 and binding == 0, "eight accounts or more at an interior optimum", number)


def check_growth() -> None:
    """Print how the plan grows, and whether it stays in time and memory."""
    found = print_growth()
    million = found[f"{CITY} x {max(HELD)}"]
    proof = f"{million['proof s']:.2f} s, {million['CPU s']:.2f} s of the processors'"
    proof += f" (with cheap and round moves {million['plan s']:.2f} s)"
    say(million["proof s"] < 5, f"{max(HELD):,} draws x {CITY}: proven in under 5 s", proof)
    most = found[f"{CITY} x {READ}"]
    table = READ * CITY * 8 / 1e6
    number = f"peak {most['peak MB']:,.0f} MB, where the claims alone would be {table:,.0f} MB"
    say(most["peak MB"] < table / 1.5, f"{READ:,} draws in bounded memory", number)
    large = found[f"{LARGE[0]} x {LARGE[1]}"]
    met = large["gap"] <= RELATIVE_GAP
    say(met, f"{LARGE[0]:,} accounts x {LARGE[1]:,} draws solved", f"{large['plan s']:.0f} s")


def check_menu() -> None:
    """Print how long the whole menu of options takes on base."""
    search = Search(base_problem(MENU_DRAWS))
    seconds, options, runs = take_time(lambda: option_menu(search, APPROVALS))
    print(f"options of base, {MENU_DRAWS:,} draws: {len(options)} in {seconds:.2f} s ({runs} runs)")
    fresh = time.perf_counter()
    option_menu(Search(base_problem(MENU_DRAWS)), APPROVALS)
    print(f"  with laws, draws and the search made anew {time.perf_counter() - fresh:.2f} s")


def main() -> None:
    """Print growth, the options, and the plan beside its peers; what of the targets is met."""
    check_growth()  # first: a process inherits the peak of the one that starts it
    check_menu()
    peers = find_peers()
    small = base_problem(100)
    for peer in peers:
        peer.solve(small)  # what is imported on first use is nobody's time
    compare("base", base_problem(max(SIZES)), peers)
    city = made_city(CITY, max(SIZES))
    check_interior(city)
    compare("a made city", city, peers)


if __name__ == "__main__":
    main()
