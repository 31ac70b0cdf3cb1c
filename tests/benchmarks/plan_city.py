"""Instances for the benchmarks of the plan: base itself, and cities made up by a seed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from model.allocation.problem import Arc, DomainLimit, Problem
from model.demand.exact import make_exact_engine
from model.money import WAN
from model.pipeline import make_question
from model.scenario import load_scenario
from model.transfer_rules import make_problem
from model.years import Years, blocks

BASE = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024" / "base.yaml"
SEED = 20240301
N_DOMAINS = 6
_BLOCK = 1 << 13  # years made at a time, from a stream of their own
_PILOT = 1 << 14  # years of another seed, from which budgets are set


def base_problem(draws: int) -> Problem:
    """The reallocation of the base scenario with so many draws."""
    scenario = load_scenario(BASE)
    settings = scenario.settings.model_copy(update={"draws": draws})
    scenario = replace(scenario, settings=settings)
    question = make_question(scenario)
    return make_problem(scenario, question, make_exact_engine(question))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MadeYears:
    """Claims of accounts in any number of years, made while they are read; nothing is held.

    Lognormal, with a shock that all accounts share and one for each domain. Every block of years
    has a Philox stream of its own, so a year is the same in whatever slice it is read.

    Attributes:
        centre: float64[account], yuan: the median.
        spread: float64[account], the standard deviation of the logarithm.
        domain: int64[account].
    """

    n_years: int
    centre: np.ndarray
    spread: np.ndarray
    domain: np.ndarray
    seed: int = SEED

    @property
    def shape(self) -> tuple[int, ...]:
        """Years and accounts."""
        return self.n_years, len(self.centre)

    def __len__(self) -> int:
        return self.n_years

    def __getitem__(self, years: slice, /) -> np.ndarray:
        start, stop, _ = years.indices(self.n_years)
        found = np.empty((max(stop - start, 0), len(self.centre)), dtype=np.int64)
        for number in range(start // _BLOCK, -(-stop // _BLOCK)):
            first = number * _BLOCK
            here = slice(max(start, first), min(stop, first + _BLOCK))
            made = self._block(number)
            found[here.start - start : here.stop - start] = made[
                here.start - first : here.stop - first
            ]
        return found

    def _block(self, number: int) -> np.ndarray:
        stream = np.random.Generator(np.random.Philox(key=[self.seed, number]))
        own = stream.standard_normal((_BLOCK, len(self.centre)), dtype=np.float32)
        shared = stream.standard_normal((_BLOCK, 1), dtype=np.float32)
        by_domain = stream.standard_normal((_BLOCK, N_DOMAINS), dtype=np.float32)
        own *= np.float32(0.8)
        own += np.float32(0.4) * shared
        own += np.float32(0.447) * by_domain[:, self.domain]
        own *= self.spread.astype(np.float32)
        np.exp(own, out=own)
        return (own * self.centre).astype(np.int64)


def made_city(n_accounts: int, n_years: int, held: bool = True) -> Problem:
    """A city whose accounts trade off against each other at an optimum inside its limits.

    Every account may give up to 60 % of its money to any other (to five others in a city of more
    than 100 accounts). Budgets lie around what is enough in 70 % of the years.
    """
    chance = np.random.default_rng(SEED + n_accounts)
    years = MadeYears(
        n_years=n_years,
        centre=np.round(np.exp(chance.normal(8.5, 1.0, n_accounts))) * WAN,
        spread=chance.uniform(0.15, 0.6, n_accounts),
        domain=np.arange(n_accounts) % N_DOMAINS,
    )
    pilot = replace(years, n_years=_PILOT, seed=SEED + 1)[:]
    enough = np.quantile(pilot, 0.7, axis=0) * np.exp(chance.normal(0.0, 0.15, n_accounts))
    budget = np.round(enough / WAN).astype(np.int64) * WAN
    names = tuple(f"account_{i:04d}" for i in range(n_accounts))
    return Problem(
        accounts=names,
        names=names,
        budget_yuan=budget,
        committed_yuan=np.zeros(n_accounts, dtype=np.int64),
        demand=_held(years) if held else years,
        weights=np.ones(n_accounts),
        may_leave_yuan=budget * 6 // 10,
        arcs=_arcs(names, chance),
        domain_limits=_domain_limits(names, budget),
    )


def _held(years: Years) -> np.ndarray:
    table = np.empty(years.shape, dtype=np.int64)
    for part in blocks(len(years)):
        table[part] = years[part]
    return table


def _arcs(names: tuple[str, ...], chance: np.random.Generator) -> tuple[Arc, ...]:
    n = len(names)
    arcs = []
    for giver in range(n):
        others = np.delete(np.arange(n), giver)
        chosen = others if n <= 100 else np.sort(chance.choice(others, 5, replace=False))
        for receiver in chosen.tolist():
            same = giver % N_DOMAINS == receiver % N_DOMAINS
            approval, price = ("within", 0.001) if same else ("across", 0.003)
            arcs.append(
                Arc(giver=names[giver], receiver=names[receiver], approval=approval, price=price)
            )
    return tuple(arcs)


def _domain_limits(names: tuple[str, ...], budget: np.ndarray) -> tuple[DomainLimit, ...]:
    """Every domain may hold half as much again as before."""
    return tuple(
        DomainLimit(
            id=f"domain_{k}",
            accounts=names[k::N_DOMAINS],
            maximum_yuan=int(budget[k::N_DOMAINS].sum()) * 3 // 2,
        )
        for k in range(N_DOMAINS)
    )
