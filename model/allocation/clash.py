"""Why no plan exists: the smallest sets of limits that clash, and the least that mends them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.allocation.elastic import elastic_model
from model.allocation.limits import Limit, limits
from model.allocation.lp import Model
from model.allocation.plan import Clash, Relaxation
from model.allocation.problem import Problem
from model.allocation.solver import Live
from model.errors import BudgetError
from model.money import WAN

# Limits are left out of a clash in this order, so that what remains, if any set would do, is
# what a scenario demanded outright.
_LEFT_OUT_FIRST = (
    "movable_share",
    "arc_limit",
    "domain_line",
    "chance",
    "pooled_chance",
    "floor",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Elastic:
    """The limits on the moves with their slacks, inside the solver."""

    model: Model
    live: Live
    limits: dict[str, Limit]


def find_clashes(problem: Problem) -> tuple[Clash, ...]:
    """Why no plan meets the limits: sets of limits that clash; none if a plan exists.

    The least sum of relaxations comes from the elastic model. The clashes are found one after
    the other, each set aside before the rest is searched again.
    """
    model = elastic_model(problem)
    named = {limit.name: limit for limit in limits(problem)}
    elastic = _Elastic(model=model, live=Live(model.lp), limits=named)
    together = _relaxations(elastic, set(named), set())
    if not together:
        return ()
    sets: list[set[str]] = []
    while names := _smallest_clash(elastic, set(named).difference(*sets)):
        sets.append(names)
    return tuple(_describe(elastic, names, sets, together) for names in sets)


def _describe(
    elastic: _Elastic, names: set[str], sets: list[set[str]], together: tuple[Relaxation, ...]
) -> Clash:
    """One of several clashes; for its own remedies the others are set aside."""
    enforced = set(elastic.limits).difference(*(other for other in sets if other is not names))
    short = _relaxations(elastic, names, set()) or ()
    alone = [_relaxations(elastic, {name}, enforced - {name}) or () for name in sorted(names)]
    return Clash(
        limits=tuple(elastic.limits[name] for name in sorted(names)),
        short_yuan=sum(relaxation.relax_by_yuan for relaxation in short),
        remedies=tuple(relaxation for one in alone for relaxation in one),
        together=together,
    )


def _smallest_clash(elastic: _Elastic, names: set[str]) -> set[str]:
    """Limits that cannot hold together while any of them left out mends it; empty if none."""
    if not _relaxations(elastic, names, set()):
        return set()
    order = [(_LEFT_OUT_FIRST.index(elastic.limits[name].family), name) for name in names]
    for _, name in sorted(order):
        if _relaxations(elastic, names - {name}, set()):
            names = names - {name}
    return names


def _relaxations(
    elastic: _Elastic, soft: set[str], enforced: set[str]
) -> tuple[Relaxation, ...] | None:
    """The least relaxations of the soft limits; None if the enforced ones clash all the same.

    Limits that are neither are set aside. The whole yuan found are verified by solving with
    them.
    """
    slack, order = elastic.model.slack, sorted(soft)
    for name, variable in slack.items():
        elastic.live.set_bounds(variable, 0.0, 0.0 if name in enforced else np.inf)
    elastic.live.minimise({slack[name]: 1.0 for name in order})
    if not elastic.live.solve():
        return None
    yuan = elastic.live.values([slack[name] for name in order]) * WAN
    needed = {n: int(np.ceil(y - 0.01)) for n, y in zip(order, yuan.tolist(), strict=True)}
    for name, amount in needed.items():
        elastic.live.set_bounds(slack[name], 0.0, amount / WAN)
    if not elastic.live.solve():
        raise BudgetError(f"relaxing {needed} yuan does not mend what the solver said it would")
    return tuple(
        Relaxation(limit=name, says_zh=elastic.limits[name].says_zh, relax_by_yuan=amount)
        for name, amount in needed.items()
        if amount > 0
    )
