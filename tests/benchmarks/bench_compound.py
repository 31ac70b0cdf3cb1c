"""Speed and accuracy of the laws of totals on the awards of the base scenario.

Beside them in one run: the public package `aggregate`, each award once on the same step, and two
ways to draw every applicant. Times are medians of five runs and more, so that a noisy machine does
not decide. A target that is missed is printed as missed. Run with ``make bench``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from os import cpu_count
from typing import Any

from demand_awards import CELLS, Case, base_question, make_cases, tabulate
from demand_errors import (
    NOISE,
    Errors,
    errors_of_aggregates,
    errors_of_draws,
    errors_of_laws,
    find_truth,
)
from demand_growth import print_applicants, print_awards, print_years, sum_of_years
from demand_peers import Peer, make_aggregates, make_peer, quiet, simulate, update_all

from model.demand.draws import draw_demand
from model.demand.lawbook import make_law_book
from model.demand.laws import joint_shocks
from model.demand.numbers import Span
from model.demand.question import Question
from model.demand.totals import TotalLaw

RUNS = 5
YEARS = 1_000_000
SIMULATED_YEARS = 2_000  # of both ways to draw every applicant; a million takes as many times more
REFINED = 7  # levels of each shared shock, so that there are 49 joint levels


def median_time(work: Callable[[], Any]) -> tuple[float, Any]:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def say(met: bool, target: str, number: str) -> None:
    print(f"  {'PASS' if met else 'MISS'}  {target}: {number}")


# --- laws ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Once:
    """The unshocked awards, their laws, and the same for the package."""

    cases: list[Case]
    laws: list[TotalLaw]
    peers: list[Peer]


def compare_laws() -> None:
    """Times, errors and targets of our laws and the package's."""
    cases = make_cases(base_question(), shocked=False)
    ours, tables = median_time(lambda: tabulate(cases))
    laws = [law for (law,) in tables]
    once = Once(
        cases=cases,
        laws=laws,
        peers=[make_peer(case, law) for case, law in zip(cases, laws, strict=True)],
    )
    _print_grids(once)
    print(f"{'seconds':>10}")
    print(f"{ours:>10.3f}  our laws, once each")
    shocked = {n: time_levels(levels) for n, levels in ((9, None), (49, REFINED))}
    with quiet():
        made, _ = median_time(lambda: make_aggregates(once.peers))
        objects = make_aggregates(once.peers)
        updated, _ = median_time(lambda: update_all(objects, once.peers))
    print(f"{made + updated:>10.3f}  aggregate, once each: made and worked out")
    print(f"{updated:>10.3f}  aggregate, once each: worked out, the objects made before")
    for n, seconds in shocked.items():
        ratios = f"{(made + updated) / seconds:.1f} times as fast; {updated / seconds:.1f} times"
        number = f"{ratios} with its objects made before"
        say(seconds < updated, f"{n} joint levels faster than aggregate once each", number)
    compare_errors(once, objects)


def _print_grids(once: Once) -> None:
    whole = [case.grids[1.0].cells for case in once.cases]
    needed = [len(law.mass) for law in once.laws]
    theirs = [peer.grid.cells for peer in once.peers]
    natural = sum(peer.natural for peer in once.peers)
    print(f"{len(whole)} awards; grids of {min(whole):,} to {max(whole):,} cells (least {CELLS:,})")
    print(f"  ours keeps what the totals can reach: {sum(needed):,} cells in all,", end=" ")
    print(f"at least {min(needed):,}; aggregate, on the same steps: {sum(theirs):,},", end=" ")
    print(f"at least {min(theirs):,}")
    print(f"  aggregate works out {natural} payouts itself, the others are listed for it;", end=" ")
    print("their points are not part of its time")


def time_levels(levels: int | None) -> float:
    """The time of all awards at every joint level of the shocks."""
    question = base_question(levels)
    cases = make_cases(question)
    n_joint = len(joint_shocks(question.book))
    seconds, laws = median_time(lambda: tabulate(cases))
    print(f"{seconds:>10.3f}  our laws, {n_joint} joint levels", end="")
    print(f" ({sum(map(len, laws))} different laws) on these grids")
    whole, _ = median_time(lambda: _as_a_run_does(question))
    print(f"{whole:>10.3f}  the same as a run does it: points of the payouts, grids of its own")
    return seconds


def _as_a_run_does(question: Question) -> None:
    book = make_law_book(question)
    for award in question.awards:
        book.part(question, (award,))


def compare_errors(once: Once, objects: list[Any]) -> None:
    """Print the errors of both, and of simulated years, and what of the targets is met."""
    truths = [find_truth(case) for case in once.cases]
    ours = errors_of_laws(once.laws, truths)
    theirs = errors_of_aggregates(objects, once.peers, truths)
    drawn = simulate(base_question(), SIMULATED_YEARS)
    simulated = errors_of_draws([drawn[case.award] for case in once.cases], truths)
    print("relative errors, median and largest: mean; expected excess above the 99 % quantile")
    _print_errors("ours", ours)
    _print_errors("aggregate", theirs)
    _print_errors(f"applicant by applicant, {SIMULATED_YEARS:,} years", simulated)
    say(max(ours.mean) < 1e-9, "error of a mean below 1e-9", f"{max(ours.mean):.1e}")
    worse = [
        f"{case.award} {one:.1e} against {other:.1e}, from the points of its payout {t.points:.1e}"
        for case, one, other, t in zip(once.cases, ours.tail, theirs.tail, truths, strict=True)
        if one > max(other, NOISE)
    ]
    met = f"{len(truths) - len(worse)} of {len(truths)} awards"
    note = f"{met} ({'; '.join(worse)})" if worse else met
    say(not worse, f"tail no worse than aggregate's (below {NOISE:.0e} both are exact)", note)


def _print_errors(name: str, errors: Errors) -> None:
    parts = [f"{statistics.median(e):.1e} {max(e):.1e}" for e in (errors.mean, errors.tail)]
    print(f"  {name:<42} mean {parts[0]}   tail {parts[1]}")


# --- years ---


def compare_years() -> None:
    """A million joint years from the laws, beside every applicant drawn."""
    question = base_question()
    span = Span(seed=1, first=0, count=SIMULATED_YEARS)
    scale = YEARS / SIMULATED_YEARS
    ours, _ = median_time(lambda: sum_of_years(question, YEARS))
    reference, _ = median_time(
        lambda: draw_demand(question.book, question.awards, question.loads, span)
    )
    numpy_only, _ = median_time(lambda: simulate(question, SIMULATED_YEARS))
    print(f"{YEARS:,} joint years of {len(question.budgets)} accounts")
    print(f"{'seconds':>10}")
    print(f"{ours:>10.2f}  from the laws, which are worked out first; by {cpu_count()} processors")
    print(f"{reference * scale:>10.0f}  applicant by applicant, the product's own engine;", end=" ")
    print(f"by one, as the next, and scaled up from {SIMULATED_YEARS:,} years")
    print(f"{numpy_only * scale:>10.0f}  applicant by applicant, bare numpy without addresses")
    for name, seconds in (("the product's own engine", reference), ("bare numpy", numpy_only)):
        ratio = seconds * scale / ours
        say(ratio >= 100, f"at least 100 times as fast as applicants by {name}", f"{ratio:.0f}")
    say(ours < 5, "under 5 seconds", f"{ours:.2f}")


def main() -> None:
    """Print how times grow, then times, errors and targets."""
    print_years()  # first: a process inherits the peak of the one that starts it
    compare_laws()
    compare_years()
    print_applicants(median_time)
    print_awards(median_time)


if __name__ == "__main__":
    main()
