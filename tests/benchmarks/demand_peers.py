"""The other ways to the same totals: the package `aggregate`, and numpy applicant by applicant."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
from demand_awards import CELLS, Case

from model.demand.claimants import Sample, city_part, claim_payouts
from model.demand.compound import Grid
from model.demand.counts import CountLaw, MixedPoisson, as_table
from model.demand.figures import plain
from model.demand.lawbook import by_pool
from model.demand.pools import Pool
from model.demand.question import Question
from model.demand.totals import TotalLaw
from model.policy.awards import Approved, CostedAward, Matching, PerUnit

LISTED = 64  # up to so many different payouts are listed as they are


# --- the package ---


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """An award for the package.

    Attributes:
        words: keywords of its class `Aggregate`.
        grid: our step, and as many cells as it needs, for its grid begins at zero.
        natural: whether it works out the payouts itself, from a lognormal size.
    """

    words: dict[str, Any]
    grid: Grid
    natural: bool


def make_peer(case: Case, law: TotalLaw) -> Peer:
    """An unshocked award for the package, on the step of our law."""
    step = case.grids[1.0].step_yuan
    needed = 1 << (law.end_yuan // step + 1).bit_length()
    natural = rated_size(case)
    severity = _listed(case, step) if natural is None else natural
    return Peer(
        words={"name": case.award, **_frequency(case.counts(1.0)[0]), **severity},
        grid=Grid(step_yuan=step, cells=max(needed, CELLS)),
        natural=natural is not None,
    )


def _frequency(law: CountLaw) -> dict[str, Any]:
    """The count: mixed Poisson as the package knows it, otherwise a table of probabilities."""
    if isinstance(law, MixedPoisson):
        if law.spread == 0:
            return {"exp_en": law.mean, "freq_name": "poisson"}
        return {"exp_en": law.mean, "freq_name": "gamma", "freq_a": law.spread}
    table = as_table(law)
    if len(table.pmf) == 1:
        return {"exp_en": float(table.first), "freq_name": "fixed"}
    counts = np.arange(table.first, table.last + 1.0)
    return {"exp_en": -1, "freq_name": "empirical", "freq_a": counts, "freq_b": table.pmf}


def rated_size(case: Case) -> dict[str, Any] | None:
    """A rate of one lognormal column, with or without a cap, as the package says it; else None."""
    columns = case.pool.claims[case.award].columns.values()
    sizes = [column.size for column in columns if column.size is not None]
    rate = _rate(case.rule)
    if rate is None or len(sizes) != 1 or any(column.way == "yes" for column in columns):
        return None
    pays = plain(case.book.shared(case.pool.city_pays).at("central"))
    mean = plain(sizes[0].mean.at("central")) * rate * pays
    found = {"sev_name": "lognorm", "sev_mean": mean, "sev_cv": sizes[0].cv, "sev_scale": 1.0}
    cap = getattr(case.rule, "cap", None)
    return found if cap is None else {**found, "exp_attachment": 0.0, "exp_limit": cap * pays}


def _rate(rule: CostedAward) -> float | None:
    """What a yuan or a unit of the only size pays, by the kinds that are nothing but a rate."""
    if isinstance(rule, Approved):
        return 1.0
    if isinstance(rule, Matching):
        return float(rule.ratio)
    if isinstance(rule, PerUnit) and len(rule.units) == 1 and not rule.minimum_quantity:
        return float(next(iter(rule.units.values())))
    return None


def _listed(case: Case, step: int) -> dict[str, Any]:
    """The payouts as they are, or, where they are many, rounded to the step."""
    law = case.payouts[1.0]
    yuan, weights = law.yuan.astype(float), law.weights
    if len(yuan) > LISTED:
        binned = np.bincount(np.rint(law.yuan / step).astype(int), weights=law.weights)
        yuan, weights = step * np.flatnonzero(binned).astype(float), binned[binned > 0]
    return {"sev_name": "dhistogram", "sev_xs": yuan, "sev_ps": weights}


@contextmanager
def quiet() -> Iterator[None]:
    """The package warns and logs; none of it is about its answers."""
    logging.disable(logging.WARNING)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    logging.disable(logging.NOTSET)


def make_aggregates(peers: list[Peer]) -> list[Any]:
    """The objects of the package, their totals not yet worked out."""
    from aggregate import Aggregate

    return [Aggregate(**peer.words) for peer in peers]


def update_all(objects: list[Any], peers: list[Peer]) -> list[Any]:
    """The same objects with their totals worked out by the package, on the grids of the peers."""
    for one, peer in zip(objects, peers, strict=True):
        one.update(log2=peer.grid.cells.bit_length() - 1, bs=float(peer.grid.step_yuan))
    return objects


# --- applicant by applicant ---


def simulate(question: Question, years: int) -> dict[str, np.ndarray]:
    """The total of every award in every year: all years at once, with plain numpy.

    Every applicant is drawn and the rules are applied; only the addresses of the random numbers
    of the product's own engine are left out.
    """
    chance = np.random.default_rng(1)
    shocks = {
        key: chance.choice(
            [step.times for step in each.levels], years, p=[step.weight for step in each.levels]
        )
        for key, each in question.book.factors.items()
    }
    found: dict[str, np.ndarray] = {}
    for awards in by_pool(question, question.awards):
        pool = question.book.pools[question.book.pool_of()[awards[0]]]
        claims = _claims(question, pool, shocks, chance)
        for award in awards:
            found[award] = _totals(question, (pool, award), claims, (shocks, chance))
    return found


Shocks = dict[str, np.ndarray]


def _times(pool: Pool, shocks: Shocks, on: str) -> np.ndarray:
    years = len(next(iter(shocks.values())))
    factors = [shocks[key] for key, moved in pool.factors.items() if moved == on]
    return np.prod([np.ones(years), *factors], axis=0)


def _claims(
    question: Question, pool: Pool, shocks: Shocks, chance: np.random.Generator
) -> np.ndarray:
    """The claims in the city's charge in every year."""
    means = plain(pool.count.mean.at("central")) * _times(pool, shocks, "count")
    spread, book = pool.count.spread, question.book
    if pool.count.certain:
        whole = np.rint(means).astype(np.int64)
    else:
        varied = means if spread == 0 else chance.gamma(spread**-2, means * spread**2)
        whole = chance.poisson(varied)
    whole = np.clip(whole, pool.count.floor, pool.count.ceiling) if _bounded(pool) else whole
    keep = plain(book.shared(pool.covered).at("central"))
    keep *= plain(pool.take_up.at("central")) if pool.take_up is not None else 1.0
    return whole if keep == 1 else chance.binomial(whole, keep)


def _bounded(pool: Pool) -> bool:
    return pool.count.floor is not None or pool.count.ceiling is not None


def _totals(
    question: Question,
    of: tuple[Pool, str],
    claims: np.ndarray,
    luck: tuple[Shocks, np.random.Generator],
) -> np.ndarray:
    (pool, award), (shocks, chance) = of, luck
    year, n_claims = np.repeat(np.arange(len(claims)), claims), int(claims.sum())
    sample = Sample(
        size=n_claims,
        numbers=lambda column: chance.random(n_claims),
        size_factor=_times(pool, shocks, "size")[year],
    )
    yuan = claim_payouts(question.awards[award], pool.claims[award], sample)
    city = city_part(yuan, question.book.shared(pool.city_pays).at("central"))
    return np.bincount(year, city, minlength=len(claims))
