"""The law of an award's total: a count of claims, each with a payout, by Fourier transform."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, floor, gcd, log

import numpy as np
from scipy import fft

from model.demand.checked import NOISE, Expected, TotalLaw, checked_law
from model.demand.counts import CountLaw
from model.demand.generating import ComplexArray
from model.demand.moments import FloatArray, Moments, compound_moments, moments_of
from model.demand.payouts import PayoutLaw, smooth_payouts, split_payouts
from model.demand.totals import round_step
from model.errors import refuse

CELLS = 1 << 14  # cells where the payouts have no common step
MOST_CELLS = 1 << 16  # cells up to which a common step of the payouts is kept
BEYOND = 1e-15  # probability that may lie beyond the end of a grid chosen here
SDS = 10  # standard deviations above the mean that a grid chosen here reaches at least
UNSEEN = 1e-14  # what the finest waves of a total may have left for it to be smooth
_BINS = 256
_RATES = np.geomspace(1e-8, 200, 120)  # per largest payout


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """Cells of `step_yuan`; their number is a power of two."""

    step_yuan: int
    cells: int

    def __post_init__(self) -> None:
        if self.step_yuan < 1:
            fact = f"a step of {self.step_yuan} yuan is no step"
            raise refuse("grid step_yuan", fact, "Give a whole number of yuan, at least 1.")
        if self.cells < 2 or self.cells & (self.cells - 1):
            fact = f"{self.cells} cells are not a power of two"
            raise refuse("grid cells", fact, "Give 2, 4, 8, ... cells.")


def total_law(counts: CountLaw, payouts: PayoutLaw, grid: Grid | None = None) -> TotalLaw:
    """The law of the sum of as many independent payouts as the count says.

    Args:
        grid: None chooses one that holds all but 1e-15 of the probability.

    Raises:
        InputError: the law fails its own check, for example on a grid that is too small.
    """
    return total_laws((counts,), payouts, grid)[0]


def total_laws(
    counts: Sequence[CountLaw], payouts: PayoutLaw, grid: Grid | None = None
) -> tuple[TotalLaw, ...]:
    """One law for each count, all with the same payouts and on the same grid."""
    if not counts:
        raise refuse("counts", "there are none", "Give at least one law of a count.")
    tails = _tails(counts, payouts)
    chosen = _fitting_grid(tails, payouts, CELLS) if grid is None else grid
    step = chosen.step_yuan
    paid = _paid_on(chosen, payouts)
    found = []
    for law, tail in zip(counts, tails, strict=True):
        mass, on_grid = paid.cells(law, chosen.cells)
        first = tail.first_cell(chosen)
        expected = Expected(
            theory=tail.theory,
            on_grid=compound_moments(law.moments, on_grid),
            mass_beyond=tail.outside(first * step, (first + chosen.cells) * step),
            exact=paid.smooth is None,
            cells=tail.high // step + 3 - first,
        )
        # The cells give the total modulo the grid: those before the first hold the end.
        found.append(checked_law("total", (first * step, step), np.roll(mass, -first), expected))
    return tuple(found)


# --- the grid ---


def choose_grid(counts: Sequence[CountLaw], payouts: PayoutLaw, cells: int = CELLS) -> Grid:
    """A grid that is wide enough for the totals of every count.

    Its cells span what lies between the totals below and above which there is a probability of
    at most 1e-15, and at least 10 standard deviations on either side of the mean. Its step
    divides every payout where 2**16 cells are enough for that; otherwise it is the round number
    of yuan that needs at most `cells`.
    """
    return _fitting_grid(_tails(counts, payouts), payouts, cells)


def _fitting_grid(tails: Sequence[_Tail], payouts: PayoutLaw, cells: int) -> Grid:
    width = max(tail.high - tail.low for tail in tails)
    step = _common_step(payouts, ceil(width / (MOST_CELLS - 4)))
    step = round_step(width / (cells - 5)) if step is None else step
    return Grid(step_yuan=step, cells=1 << (width // step + 4).bit_length())


def _common_step(payouts: PayoutLaw, least: int) -> int | None:
    """The largest step that divides every payout, or None if it is below `least`."""
    common = 0
    for start in range(0, len(payouts.yuan), 1_000):
        common = gcd(common, int(np.gcd.reduce(payouts.yuan[start : start + 1_000])))
        if common and common < least:
            return None
    return common or 1


@dataclass(frozen=True, slots=True)
class _Tail:
    """Chernoff's bounds of the tails of a total: P(S > x) <= exp(-rate x) E exp(rate S).

    Attributes:
        growth: log E exp(rate S) at many rates, those above zero before those below.
        rates: per yuan.
        theory: the moments of the total.
        low, high: totals below and above which there is a probability of at most 1e-15, and at
            least 10 standard deviations away from the mean; `low` is zero or more.
    """

    growth: FloatArray
    rates: FloatArray
    theory: Moments
    low: int
    high: int

    def first_cell(self, grid: Grid) -> int:
        """The first cell of a grid for this total: 0 where the grid then holds all of it."""
        return 0 if self.high < grid.step_yuan * (grid.cells - 2) else self.low // grid.step_yuan

    def outside(self, low: int, high: int) -> float:
        """An upper bound of the probability of a total below `low` or above `high`."""
        n_up = len(self.rates) // 2
        above = np.min(self.growth[:n_up] - self.rates[:n_up] * high)
        below = np.min(self.growth[n_up:] - self.rates[n_up:] * low) if low > 0 else -np.inf
        return exp(min(above, 0.0)) + exp(min(below, 0.0))


def _tails(counts: Sequence[CountLaw], payouts: PayoutLaw) -> list[_Tail]:
    # Splitting payouts can only raise the mean of a convex function: the bound stays a bound.
    step = max(-(-payouts.most_yuan // _BINS), 1)
    weights = split_payouts(payouts, step)
    rates = np.concatenate((_RATES, -_RATES)) / max(payouts.most_yuan, 1)
    excess = np.expm1(np.outer(rates, step * np.arange(len(weights)))) @ weights
    excess = np.maximum(excess, 1e-12 - 1)
    paid = payouts.moments
    return [
        _tail(law.log_pgf(excess), rates, compound_moments(law.moments, paid)) for law in counts
    ]


def _tail(growth: FloatArray, rates: FloatArray, theory: Moments) -> _Tail:
    ends = (growth - log(BEYOND)) / rates
    n_up = len(rates) // 2
    low = min(float(np.max(ends[n_up:])), theory.mean - SDS * theory.sd)
    high = max(float(np.min(ends[:n_up])), theory.mean + SDS * theory.sd)
    return _Tail(growth, rates, theory, max(floor(low), 0), ceil(high))


# --- the payouts on the grid ---


@dataclass(frozen=True, slots=True)
class _Paid:
    """The Fourier transform of the payouts on the grid, and the moments they have there.

    `sharp` comes from weights of zero or more. `smooth`, where the payouts are no multiples of
    the step, keeps three moments exactly at the price of some weights below zero: it is right
    for counts so large that nothing of single payouts is seen in the total.
    """

    sharp: tuple[ComplexArray, Moments]
    smooth: tuple[ComplexArray, Moments] | None

    def cells(self, law: CountLaw, n_cells: int) -> tuple[FloatArray, Moments]:
        """The cells of a total, and the moments that one payout has in them."""
        if self.smooth is not None:
            transform, moments = self.smooth
            finest = transform[-max(len(transform) // 16, 1) :]
            if float(np.max(np.abs(law.pgf(finest)))) < UNSEEN:
                mass = fft.irfft(law.pgf(transform), n_cells)
                if mass.min() > -NOISE:
                    return mass, moments
        transform, moments = self.sharp
        return fft.irfft(law.pgf(transform), n_cells), moments


def _paid_on(grid: Grid, payouts: PayoutLaw) -> _Paid:
    if not np.any(payouts.yuan % grid.step_yuan):
        exact = split_payouts(payouts, grid.step_yuan)
        return _Paid((_transform(exact, (0, 1), grid), payouts.moments), None)
    sharp = _paid_by(smooth_payouts(payouts, (grid.step_yuan, 1), positive=True), 1, grid)
    parts = _parts(payouts, grid)
    fine = smooth_payouts(payouts, (grid.step_yuan, parts), positive=False)
    return _Paid(sharp, _paid_by(fine, parts, grid))


def _parts(payouts: PayoutLaw, grid: Grid) -> int:
    """Into how many parts to cut a cell so that the largest payout spans 64 of them; at most 64."""
    parts = 1
    while parts < 64 and payouts.most_yuan * parts < 64 * grid.step_yuan:
        parts *= 2
    return parts


def _paid_by(weights: FloatArray, parts: int, grid: Grid) -> tuple[ComplexArray, Moments]:
    moments = moments_of(np.arange(-1.0, len(weights) - 1), weights)
    return _transform(weights, (-1, parts), grid), moments.times(grid.step_yuan / parts)


def _transform(weights: FloatArray, cells: tuple[int, int], grid: Grid) -> ComplexArray:
    """The transform of weights at the waves that the grid can carry.

    Args:
        cells: the place of the first weight, and the parts of a cell from one to the next.
    """
    first, parts = cells
    n_places = grid.cells * parts
    at = np.arange(first, first + len(weights)) % n_places
    around = np.bincount(at, weights=weights, minlength=n_places)
    transform: ComplexArray = fft.rfft(around)[: grid.cells // 2 + 1].copy()
    transform /= transform[0].real  # so that the probabilities of a large count still sum to 1
    return transform
