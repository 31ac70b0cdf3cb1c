"""How far the laws of totals are from the truth, which is the same law on a much finer grid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from demand_awards import Case
from demand_peers import Peer, rated_size
from scipy import special

from model.demand.claimants import Sample, city_part, claim_payouts
from model.demand.compound import Grid, total_law
from model.demand.payouts import PayoutLaw, payout_law
from model.demand.totals import TotalLaw, expected_excess, quantile

FINE = 16  # how many times finer the grid of the truth is
SCORES = 1 << 18  # points of the truth where there is a single size
NOISE = 1e-9  # errors below this are rounding, and no better or worse than one another


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What is true of an unshocked award.

    Attributes:
        mean: the mean count times the mean payout of the points.
        money: its 99 % quantile.
        excess: the expected excess above `money`.
        points: the relative error of `excess` by the points of the payouts alone.
    """

    mean: float
    money: int
    excess: float
    points: float


def find_truth(case: Case) -> Truth:
    """The truth of an award: a grid 16 times finer, and for a single size 64 times the points."""
    counts, payouts, grid = case.counts(1.0)[0], case.payouts[1.0], case.grids[1.0]
    fine = Grid(step_yuan=max(grid.step_yuan // FINE, 1), cells=2 * FINE * grid.cells)
    own = total_law(counts, payouts, None if case.exact else fine)
    law = own if rated_size(case) is None else total_law(counts, _many_points(case), fine)
    money = quantile(law, 0.99)
    excess = expected_excess(law, money)
    return Truth(
        mean=counts.moments.mean * payouts.moments.mean,
        money=money,
        excess=excess,
        points=abs(expected_excess(own, money) / excess - 1),
    )


def _many_points(case: Case) -> PayoutLaw:
    """The payouts of a single size on very many points; of several sizes on the product's own."""
    if rated_size(case) is None:
        return case.payouts[1.0]
    scores = np.linspace(-7.5, 7.5, SCORES)
    sample = Sample(
        size=SCORES, numbers=lambda column: special.ndtr(scores), size_factor=np.ones(SCORES)
    )
    yuan = claim_payouts(case.rule, case.pool.claims[case.award], sample)
    weights = np.exp(-(scores**2) / 2)
    pays = case.book.shared(case.pool.city_pays).at("central")
    return payout_law(city_part(yuan, pays), weights / weights.sum())


@dataclass(frozen=True, slots=True, kw_only=True)
class Errors:
    """Relative errors of every award: of the mean, and of the expected excess."""

    mean: list[float]
    tail: list[float]


def errors_of_laws(laws: list[TotalLaw], truths: list[Truth]) -> Errors:
    """The errors of our laws."""
    pairs = list(zip(laws, truths, strict=True))
    return Errors(
        mean=[abs(law.found.mean / truth.mean - 1) for law, truth in pairs],
        tail=[abs(expected_excess(law, t.money) / t.excess - 1) for law, t in pairs],
    )


def errors_of_aggregates(objects: list[Any], peers: list[Peer], truths: list[Truth]) -> Errors:
    """The errors of the package; its mean beside its own theory where it has the size itself."""
    mean, tail = [], []
    for one, peer, truth in zip(objects, peers, truths, strict=True):
        yuan, mass = np.asarray(one.xs), np.asarray(one.agg_density)
        theory = one.agg_m if peer.natural else truth.mean
        mean.append(abs(float(np.dot(yuan, mass)) / theory - 1))
        excess = float(np.dot(np.maximum(yuan - truth.money, 0), mass))
        tail.append(abs(excess / truth.excess - 1))
    return Errors(mean=mean, tail=tail)


def errors_of_draws(totals: list[np.ndarray], truths: list[Truth]) -> Errors:
    """The errors of simulated years."""
    pairs = list(zip(totals, truths, strict=True))
    return Errors(
        mean=[abs(float(drawn.mean()) / truth.mean - 1) for drawn, truth in pairs],
        tail=[
            abs(float(np.maximum(drawn - t.money, 0).mean()) / t.excess - 1) for drawn, t in pairs
        ],
    )
