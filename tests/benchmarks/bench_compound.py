"""Speed of the laws of totals beside a public package and beside drawing every applicant.

31 made-up awards of the kinds a policy paper has: flat amounts, grades, rates with a cap; a few
to a few hundred claims a year, over-dispersed. Times are medians of five runs. The package
`aggregate` is no dependency of the product: where it cannot be imported its column is left out.
Both programs get the same step and at least 2**14 cells; ours computes only as many of them as
the law needs, the package all of them.
Run with ``make bench``.
"""

from __future__ import annotations

import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from math import log1p
from typing import Any

import numpy as np
from scipy import stats

from model.demand.compound import Grid, choose_grid, total_laws
from model.demand.counts import CountLaw, negative_binomial, thinned
from model.demand.payouts import PayoutLaw, payout_law, rounded_payouts
from model.demand.totals import TotalLaw, expected_excess, invert, mix, quantile, quantile_table

CELLS = 1 << 14
UNIT = 40  # yuan; payouts that follow a rate are rounded to it
LEVELS = (9, 49)
YEARS = 1_000_000
SIMULATED_YEARS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """A made-up award: its claims a year and what one pays, in words of both programs."""

    mean: float
    spread: float
    payouts: PayoutLaw
    severity: str
    draw: Callable[[np.random.Generator, int], np.ndarray]

    def counts(self, n_levels: int) -> list[CountLaw]:
        """The count at every level of the shared shocks."""
        times = np.linspace(0.6, 1.4, n_levels) if n_levels > 1 else np.ones(1)
        return [thinned(negative_binomial(self.mean / 0.3 * t, self.spread), 0.3) for t in times]


def graded(mean: float, spread: float, amounts: list[int], weights: list[float]) -> Award:
    values = np.array(amounts)
    listed = " ".join(str(amount) for amount in amounts)
    shares = " ".join(str(weight) for weight in weights)
    return Award(
        mean=mean,
        spread=spread,
        payouts=payout_law(values, np.array(weights)),
        severity=f"dsev [{listed}] [{shares}]",
        draw=lambda chance, n: chance.choice(values, size=n, p=weights),
    )


def rated(mean: float, spread: float, size: int, cap: int) -> Award:
    """A share of a lognormal amount with mean `size` and cv 1.3, at most the cap."""
    sigma = log1p(1.3**2) ** 0.5
    law = stats.lognorm(sigma, scale=size * np.exp(-(sigma**2) / 2))
    in_units = rounded_payouts(lambda k: law.cdf(UNIT * k), cap // UNIT)
    return Award(
        mean=mean,
        spread=spread,
        payouts=payout_law(in_units.yuan * UNIT, in_units.weights),
        severity=f"{cap} xs 0 sev lognorm {size} cv 1.3",
        draw=lambda chance, n: np.minimum(
            size * np.exp(sigma * chance.standard_normal(n) - sigma**2 / 2), cap
        ),
    )


def awards() -> list[Award]:
    """31 awards; the same every time."""
    found = []
    means = (0.15, 0.6, 2, 5, 12, 30, 70, 150, 300, 500)
    spreads = (0.1, 0.2, 0.25, 0.3, 0.5)
    for place in range(31):
        mean, spread = means[place % 10], spreads[place % 5]
        if place % 3 == 0:
            found.append(rated(mean, spread, (80_000, 250_000)[place % 2], 1_000_000))
        elif place % 3 == 1:
            grades = [200_000, 300_000, 500_000, 2_000_000]
            found.append(graded(mean, spread, grades, [0.4, 0.3, 0.2, 0.1]))
        else:
            found.append(graded(mean, spread, [(50_000, 500_000, 1_000_000)[place % 3]], [1.0]))
    return found


def tabulate(listed: list[Award], n_levels: int, grids: list[Grid]) -> list[tuple[TotalLaw, ...]]:
    return [
        total_laws(award.counts(n_levels), award.payouts, grid)
        for award, grid in zip(listed, grids, strict=True)
    ]


def wide_grids(listed: list[Award], n_levels: int) -> list[Grid]:
    """Grids on which every level fits, with at least 2**14 cells."""
    found = []
    for award in listed:
        chosen = choose_grid(award.counts(n_levels), award.payouts, CELLS)
        found.append(Grid(step_yuan=chosen.step_yuan, cells=max(chosen.cells, CELLS)))
    return found


# --- the peers ---


def aggregate_builder() -> Callable[..., Any] | None:
    """The entry point of the package `aggregate`, or None where it is not installed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from aggregate import build
    except ImportError:
        return None
    return build


def aggregate_all(build: Callable[..., Any], listed: list[Award], grids: list[Grid]) -> list[Any]:
    """The same awards by the package, once each, on the same grids."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [
            build(
                f"agg A{place} {award.mean} claims {award.severity} mixed gamma {award.spread}",
                bs=grid.step_yuan,
                log2=grid.cells.bit_length() - 1,
            )
            for place, (award, grid) in enumerate(zip(listed, grids, strict=True))
        ]


def simulate(listed: list[Award], years: int) -> list[np.ndarray]:
    """The totals of every award in every year, every applicant drawn."""
    chance = np.random.default_rng(1)
    found = []
    for award in listed:
        size = award.spread**-2
        counts = chance.negative_binomial(size, size / (size + award.mean), years)
        year = np.repeat(np.arange(years), counts)
        found.append(np.bincount(year, award.draw(chance, int(counts.sum())), minlength=years))
    return found


# --- times and errors ---


def median_time(work: Callable[[], Any]) -> tuple[float, Any]:
    times = []
    for _ in range(5):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


@dataclass(frozen=True, slots=True)
class Truth:
    """An award's mean, and its expected excess above its 99 % quantile from a finer grid."""

    mean: float
    money: int
    excess: float


def truths(listed: list[Award], grids: list[Grid]) -> list[Truth]:
    found = []
    for award, grid in zip(listed, grids, strict=True):
        exact = not np.any(award.payouts.yuan % grid.step_yuan)
        step = grid.step_yuan if exact else max(grid.step_yuan // 20, UNIT)
        fine = Grid(step_yuan=step, cells=grid.cells * (1 if exact else 32))
        law = total_laws(award.counts(1), award.payouts, fine)[0]
        money = quantile(law, 0.99) // grid.step_yuan * grid.step_yuan
        found.append(Truth(law.mean_yuan, money, expected_excess(law, money)))
    return found


@dataclass(frozen=True, slots=True)
class Errors:
    """Relative errors of every award: of the mean, and of the expected excess."""

    mean: list[float]
    tail: list[float]

    def line(self, name: str) -> str:
        parts = [
            f"{title} {statistics.median(found):.1e} {max(found):.1e}"
            for title, found in (("mean", self.mean), ("tail", self.tail))
        ]
        return f"  {name:<42} {'   '.join(parts)}"


def errors_of(cells: list[tuple[np.ndarray, np.ndarray]], known: list[Truth]) -> Errors:
    """The errors of laws given as totals and probabilities."""
    mean, tail = [], []
    for (yuan, mass), truth in zip(cells, known, strict=True):
        mean.append(abs(float(np.sum(yuan * mass)) / truth.mean - 1))
        excess = float(np.sum(np.maximum(yuan - truth.money, 0) * mass))
        tail.append(abs(excess / truth.excess - 1))
    return Errors(mean, tail)


def cells_of_aggregate(objects: list[Any]) -> list[tuple[np.ndarray, np.ndarray]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frames = [one.density_df for one in objects]
    return [(frame.loss.to_numpy(), frame.p_total.to_numpy()) for frame in frames]


def main() -> None:
    """Print times and errors of the three ways, and how ours grow."""
    listed = awards()
    grids = wide_grids(listed, 1)
    print(
        f"{len(listed)} awards, grids of {min(g.cells for g in grids):,} cells and more"
        " (ours may leave some out)"
    )
    print(f"{'seconds':>10}")
    ours, laws = median_time(lambda: tabulate(listed, 1, grids))
    print(f"{ours:>10.3f}  our tabulation, once each")
    by_levels, levels = time_levels(listed)
    known = truths(listed, grids)
    errors = [errors_of([(law.yuan.astype(float), law.mass) for (law,) in laws], known)]
    lines = [errors[0].line("ours")]
    build = aggregate_builder()
    if build is None:
        print("         -  aggregate is not installed here, so it is left out")
    else:
        theirs, objects = median_time(lambda: aggregate_all(build, listed, grids))
        print(f"{theirs:>10.3f}  aggregate, once each, on the same grids", end="")
        print("".join(f"; ours x{n}: {theirs / t:.1f} times as fast" for n, t in by_levels.items()))
        errors.append(errors_of(cells_of_aggregate(objects), known))
        pairs = list(zip(errors[0].tail, errors[1].tail, strict=True))
        worse = [one for one, other in pairs if one > other + 1e-12]
        note = f"   (ours no worse: {len(pairs) - len(worse)} of {len(pairs)}"
        note += f", elsewhere at most {max(worse):.1e})" if worse else ")"
        lines.append(errors[1].line("aggregate") + note)
    simulated = print_years(listed, levels)
    cells = [(totals, np.full(len(totals), 1 / len(totals))) for totals in simulated]
    lines.append(errors_of(cells, known).line(f"applicant by applicant, {SIMULATED_YEARS:,} years"))
    print("relative errors, median and largest: mean; expected excess above the 99 % quantile")
    print("\n".join(lines))
    print_growth()


def time_levels(listed: list[Award]) -> tuple[dict[int, float], list[tuple[TotalLaw, ...]]]:
    """The time of all awards at 9 and at 49 levels of shocks, and the laws of the last."""
    times: dict[int, float] = {}
    for n_levels in LEVELS:
        grids = wide_grids(listed, n_levels)
        times[n_levels], laws = median_time(
            lambda n_levels=n_levels, grids=grids: tabulate(listed, n_levels, grids)
        )
        print(f"{times[n_levels]:>10.3f}  our tabulation, {n_levels} levels of shocks each")
    return times, laws


def print_years(listed: list[Award], levels: list[tuple[TotalLaw, ...]]) -> list[np.ndarray]:
    """Time a million years from tables and by applicants; the totals of the latter."""
    mixed = [mix(each, [1 / len(each)] * len(each)) for each in levels]
    uniforms = np.random.default_rng(2).random(YEARS)
    drawn, _ = median_time(lambda: [invert(quantile_table(law), uniforms) for law in mixed])
    print(f"{drawn:>10.3f}  {YEARS:,} years of every award from our tables")
    start = time.perf_counter()
    simulated = simulate(listed, SIMULATED_YEARS)
    scaled = (time.perf_counter() - start) * YEARS / SIMULATED_YEARS
    print(f"{scaled:>10.1f}  the same applicant by applicant (scaled up from ", end="")
    print(f"{SIMULATED_YEARS:,} years); ours {scaled / drawn:.0f} times as fast")
    return simulated


def print_growth() -> None:
    """How the time grows with the applicants of an award: it should not."""
    print("one award of 50 claims a year, applicants times 1 to 1000, and the error of its sd")
    for times in (1, 10, 100, 1_000):
        award = rated(50 * times, 0.25, 250_000, 1_000_000)
        seconds, (law,) = median_time(
            lambda award=award: total_laws(award.counts(1), award.payouts)
        )
        print(f"{seconds:>10.4f}  x{times:<6} sd {abs(law.check.sd_error):.1e}")


if __name__ == "__main__":
    main()
