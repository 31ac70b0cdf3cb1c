"""The awards of the base scenario as the benchmark of the laws needs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import comb
from pathlib import Path

import numpy as np

from model.demand.compound import Grid, choose_grid, total_laws
from model.demand.counts import CountLaw
from model.demand.figures import Factor
from model.demand.laws import count_law, joint_shocks, shock_times
from model.demand.payouts import PayoutLaw
from model.demand.pools import Pool, PoolBook
from model.demand.quadrature import payout_points
from model.demand.question import Question
from model.demand.totals import TotalLaw
from model.pipeline import make_question
from model.policy.awards import CostedAward
from model.scenario import load_scenario

BASE = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024" / "base.yaml"
CELLS = 1 << 14  # the least number of cells of every grid


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """An award under some joint shocks.

    Attributes:
        keys: each different pair of what the shocks multiply the mean count and the sizes by.
        payouts: what one claim pays, for each different factor of the sizes.
        grids: the grid for each different factor of the sizes.
    """

    award: str
    rule: CostedAward
    book: PoolBook
    pool: Pool
    keys: tuple[tuple[float, float], ...]
    payouts: Mapping[float, PayoutLaw]
    grids: Mapping[float, Grid]

    def counts(self, size: float) -> list[CountLaw]:
        """The count under every different shock that multiplies sizes by `size`."""
        return [count_law(self.book, self.pool, n) for n, other in self.keys if other == size]

    @property
    def exact(self) -> bool:
        """Whether every payout is a multiple of the step."""
        return not any(np.any(self.payouts[k].yuan % g.step_yuan) for k, g in self.grids.items())


def base_question(levels: int | None = None) -> Question:
    """The question of the base scenario; with `levels`, every factor has so many of them."""
    question = make_question(load_scenario(BASE))
    if levels is None:
        return question
    factors = {key: _refined(each, levels) for key, each in question.book.factors.items()}
    return replace(question, book=replace(question.book, factors=factors))


def _refined(factor: Factor, levels: int) -> Factor:
    """The factor with even levels between its ends, weighted as so many throws of a coin."""
    ends = [step.times for step in factor.levels]
    first, throws = factor.levels[0], levels - 1
    steps = tuple(
        first.model_copy(update={"times": float(times), "weight": comb(throws, heads) / 2**throws})
        for heads, times in enumerate(np.linspace(min(ends), max(ends), levels))
    )
    return factor.model_copy(update={"levels": steps})


def make_cases(question: Question, shocked: bool = True) -> list[Case]:
    """Every award under all joint shocks of the question, or under none."""
    return [_case(question, award, shocked) for award in question.awards]


def _case(question: Question, award: str, shocked: bool) -> Case:
    book, rule = question.book, question.awards[award]
    name = book.pool_of()[award]
    pool = book.pools[name]
    keys = tuple(dict.fromkeys(shock_times(pool, each) for each in joint_shocks(book)))
    if not shocked:
        keys = ((1.0, 1.0),)
    sizes = dict.fromkeys(size for _, size in keys)
    payouts = {size: payout_points(book, (name, award), rule, size) for size in sizes}
    bare = Case(award=award, rule=rule, book=book, pool=pool, keys=keys, payouts=payouts, grids={})
    grids = {size: _wide_grid(bare.counts(size), payouts[size]) for size in sizes}
    return replace(bare, grids=grids)


def _wide_grid(counts: list[CountLaw], payouts: PayoutLaw) -> Grid:
    """The grid that the product chooses, made finer where it has fewer than 2**14 cells."""
    grid = choose_grid(counts, payouts, CELLS)
    step, cells = grid.step_yuan, grid.cells
    while cells < CELLS:
        part = next(part for part in (2, 5, 1) if step % part == 0)
        step, cells = step // part, cells * (8 if part == 5 else 2)
    return Grid(step_yuan=step, cells=cells)


def tabulate(cases: list[Case]) -> list[tuple[TotalLaw, ...]]:
    """The laws of every award under every different shock."""
    return [
        tuple(
            law
            for size, grid in case.grids.items()
            for law in total_laws(case.counts(size), case.payouts[size], grid)
        )
        for case in cases
    ]
