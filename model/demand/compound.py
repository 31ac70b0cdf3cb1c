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
COARSE = 1e-3  # what a step may add to a variance before more cells are taken
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
        grid: the step, and how many cells there may be; None chooses one that is wide enough for
            all but 1e-15 of the probability.

    Raises:
        InputError: the law fails its own check, for example on a grid that is too small.
    """
    return total_laws((counts,), payouts, grid)[0]


def total_laws(
    counts: Sequence[CountLaw], payouts: PayoutLaw, grid: Grid | None = None
) -> tuple[TotalLaw, ...]:
    """One law for each count, all with the same payouts and the same step.

    A law takes as many cells of the grid as it needs.
    """
    if not counts:
        raise refuse("counts", "there are none", "Give at least one law of a count.")
    tails = _tails(counts, payouts)
    chosen = _fitting_grid(counts, tails, payouts, CELLS) if grid is None else grid
    placed = _place(payouts, chosen.step_yuan)
    spans = [tail.span(chosen) for tail in tails]
    waves = {cells: placed.waves(cells) for cells in sorted({cells for _, cells in spans})}
    return tuple(
        _invert(law, tail, span, waves[span[1]])
        for law, tail, span in zip(counts, tails, spans, strict=True)
    )


def _invert(law: CountLaw, tail: _Tail, span: tuple[int, int], waves: _Waves) -> TotalLaw:
    """The law of a total on some cells, from the transform of one payout."""
    (first, cells), step = span, waves.step_yuan
    mass, on_grid = waves.cells(law)
    expected = Expected(
        theory=tail.theory,
        on_grid=compound_moments(law.moments, on_grid),
        mass_beyond=tail.outside(first * step, (first + cells) * step),
        exact=waves.smooth is None,
        cells=tail.high // step + 3 - first,
    )
    # The cells give the total modulo their number: those before the first hold the end.
    turn = first % cells
    mass = np.concatenate((mass[turn:], mass[:turn])) if turn else mass
    return checked_law("total", (first * step, step), mass, expected)


# --- the grid ---


def choose_grid(counts: Sequence[CountLaw], payouts: PayoutLaw, cells: int = CELLS) -> Grid:
    """A grid that is wide enough for the totals of every count.

    Its cells span what lies between the totals below and above which there is a probability of
    at most 1e-15, and at least 10 standard deviations on either side of the mean. Its step
    divides every payout where 2**16 cells are enough for that; otherwise it is the round number
    of yuan that needs at most `cells`, or up to 2**16 where those are too coarse for some count.
    """
    return _fitting_grid(counts, _tails(counts, payouts), payouts, cells)


def _fitting_grid(
    counts: Sequence[CountLaw], tails: Sequence[_Tail], payouts: PayoutLaw, cells: int
) -> Grid:
    width = max(tail.high - tail.low for tail in tails)
    step = _common_step(payouts, ceil(width / (MOST_CELLS - 4)))
    if step is None:
        step = round_step(width / (cells - 5))
        while cells < MOST_CELLS and _too_coarse(counts, tails, payouts, step):
            cells *= 2
            step = round_step(width / (cells - 5))
    return Grid(step_yuan=step, cells=1 << (width // step + 4).bit_length())


def _too_coarse(
    counts: Sequence[CountLaw], tails: Sequence[_Tail], payouts: PayoutLaw, step: int
) -> bool:
    """Whether splitting payouts between two cells widens a total that is not smooth too much."""
    rest = (payouts.yuan % step).astype(np.float64)
    added = float(np.sum(payouts.weights * rest * (step - rest)))
    wide = [
        law
        for law, tail in zip(counts, tails, strict=True)
        if law.moments.mean * added > COARSE * tail.theory.variance
    ]
    if not wide:
        return False
    finest = np.sum(payouts.weights * np.exp(1j * np.pi / step * payouts.yuan))
    return any(abs(law.pgf(np.array([finest]))[0]) >= UNSEEN for law in wide)


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

    def span(self, grid: Grid) -> tuple[int, int]:
        """The first cell for this total, and how many: at most those of the grid.

        Their number has few small factors and is one of few, so that counts share transforms.
        """
        first = self.low // grid.step_yuan
        needed = max(self.high // grid.step_yuan + 4 - first, 8)
        unit = 1 << (needed.bit_length() - 3)
        return first, min(-(-needed // unit) * unit, grid.cells)

    def outside(self, low: int, high: int) -> float:
        """An upper bound of the probability of a total below `low` or above `high`."""
        if low <= self.low and high >= self.high:
            return 2 * BEYOND
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
    low = min(float(ends[n_up:].max()), theory.mean - SDS * theory.sd)
    high = max(float(ends[:n_up].min()), theory.mean + SDS * theory.sd)
    return _Tail(growth, rates, theory, max(floor(low), 0), ceil(high))


# --- the payouts on the grid ---


@dataclass(frozen=True, slots=True)
class _Waves:
    """The Fourier transform of one payout for a number of cells, and the moments it has there.

    `sharp` comes from weights of zero or more. `smooth`, where the payouts are no multiples of
    the step, keeps three moments exactly at the price of some weights below zero: it is right
    for counts so large that nothing of single payouts is seen in the total.
    """

    n_cells: int
    step_yuan: int
    sharp: tuple[ComplexArray, Moments]
    smooth: tuple[ComplexArray, Moments] | None

    def cells(self, law: CountLaw) -> tuple[FloatArray, Moments]:
        """The cells of a total, and the moments that one payout has in them."""
        if self.smooth is not None:
            transform, moments = self.smooth
            # Saves work only: whether the total is smooth enough is seen in its cells.
            finest = transform[-max(len(transform) // 16, 1) :]
            if float(np.max(np.abs(law.pgf(finest)))) < UNSEEN:
                mass = fft.irfft(law.pgf(transform), self.n_cells)
                if mass.min() > -NOISE:
                    return mass, moments
        transform, moments = self.sharp
        return fft.irfft(law.pgf(transform), self.n_cells), moments


@dataclass(frozen=True, slots=True)
class _Weights:
    """Weights on the cells from `first` on, `parts` of them in a cell, and their moments."""

    weights: FloatArray
    first: int
    parts: int
    moments: Moments

    def transform(self, n_cells: int) -> ComplexArray:
        """The transform at the waves that the cells can carry."""
        n_places = n_cells * self.parts
        at = np.arange(self.first, self.first + len(self.weights)) % n_places
        around = np.bincount(at, weights=self.weights, minlength=n_places)
        found: ComplexArray = fft.rfft(around)[: n_cells // 2 + 1].copy()
        found /= found[0].real  # so that the probabilities of a large count still sum to 1
        return found


@dataclass(frozen=True, slots=True)
class _Placed:
    """Payouts on multiples of a step, sharp and (unless they all are multiples) smooth."""

    step_yuan: int
    sharp: _Weights
    smooth: _Weights | None

    def waves(self, n_cells: int) -> _Waves:
        """The transforms for a number of cells."""
        sharp, smooth = (
            None if one is None else (one.transform(n_cells), one.moments)
            for one in (self.sharp, self.smooth)
        )
        assert sharp is not None
        return _Waves(n_cells, self.step_yuan, sharp, smooth)


def _place(payouts: PayoutLaw, step: int) -> _Placed:
    if not np.any(payouts.yuan % step):
        exact = _Weights(split_payouts(payouts, step), 0, 1, payouts.moments)
        return _Placed(step, exact, None)
    sharp = smooth_payouts(payouts, (step, 1), positive=True)
    parts = _parts(payouts, step)
    smooth = smooth_payouts(payouts, (step, parts), positive=False)
    return _Placed(step, _weights(sharp, step, 1), _weights(smooth, step, parts))


def _weights(weights: FloatArray, step: int, parts: int) -> _Weights:
    moments = moments_of(np.arange(-1.0, len(weights) - 1), weights).times(step / parts)
    return _Weights(weights, -1, parts, moments)


def _parts(payouts: PayoutLaw, step: int) -> int:
    """Into how many parts to cut a cell so that the largest payout spans 64 of them; at most 16."""
    parts = 1
    while parts < 16 and payouts.most_yuan * parts < 64 * step:
        parts *= 2
    return parts
