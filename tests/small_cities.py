"""Small problems of allocation that tests share, made up by hand or by a seed."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np

from model.allocation.problem import Arc, DomainLimit, Floor, Problem
from model.money import WAN


def wan(*amounts: float) -> np.ndarray:
    """Whole yuan of amounts in 万元."""
    return np.array([round(amount * WAN) for amount in amounts], dtype=np.int64)


def arc(giver: str, receiver: str, price: float = 1.0, approval: str = "across") -> Arc:
    """Leave to move money."""
    return Arc(giver=giver, receiver=receiver, approval=approval, price=price)


def toy(**changes: Any) -> Problem:
    """Three accounts and four draws; a gives to both, b and c may swap; c is short."""
    fields: dict[str, Any] = {
        "accounts": ("a", "b", "c"),
        "names": ("甲", "乙", "丙"),
        "budget_yuan": wan(1000, 800, 500),
        "committed_yuan": wan(100, 0, 0),
        "demand": np.stack(
            [wan(600, 500, 400), wan(700, 700, 500), wan(800, 750, 700), wan(850, 820, 900)]
        ),
        "weights": np.array([1.0, 1.0, 1.0]),
        "may_leave_yuan": wan(100, 80, 50),
        "arcs": (arc("a", "b"), arc("a", "c", 2.0), arc("b", "c"), arc("c", "b")),
        "floors": (Floor(account="a", minimum_yuan=950 * WAN),),
        "domain_limits": (DomainLimit(id="D1", accounts=("b", "c"), maximum_yuan=1340 * WAN),),
        "worst_share": 0.25,
    }
    return Problem(**(fields | changes))


def tied(**changes: Any) -> Problem:
    """b is short of 40 for certain, and a, c and d have 100 each that nobody asks for."""
    ids = ("a", "b", "c", "d")
    fields: dict[str, Any] = {
        "accounts": ids,
        "names": ids,
        "budget_yuan": wan(500, 500, 500, 500),
        "committed_yuan": wan(0, 0, 0, 0),
        "demand": np.tile(wan(400, 540, 400, 400), (4, 1)),
        "weights": np.ones(4),
        "may_leave_yuan": wan(50, 50, 50, 50),
        "arcs": (arc("d", "b"), arc("a", "b"), arc("c", "b")),
    }
    return Problem(**(fields | changes))


def city(seed: int, n_draws: int = 40, n_accounts: int = 5, n_moving: int = 4) -> Problem:
    """A city made up by a seed: shared shocks, unequal weights, every limit present."""
    rng = np.random.default_rng(seed)
    ids = tuple(f"a{i}" for i in range(n_accounts))
    budget = wan(*rng.integers(500, 50_000, n_accounts))
    committed = budget * rng.integers(0, 30, n_accounts) // 100
    shock = rng.choice([0.7, 1.0, 1.3], n_draws)[:, None]
    noise = np.exp(rng.uniform(0.05, 0.6, n_accounts) * rng.normal(size=(n_draws, n_accounts)))
    demand = ((budget - committed) * rng.uniform(0.6, 1.1, n_accounts) * shock * noise).astype(int)
    lines = int(budget[:3].sum() * 1.02)
    return Problem(
        accounts=ids,
        names=ids,
        budget_yuan=budget,
        committed_yuan=committed,
        demand=demand,
        weights=rng.choice([1.0, 1.0, 2.0, 0.5], n_accounts),
        may_leave_yuan=budget // 10,
        arcs=tuple(
            arc(g, r, float(rng.integers(1, 4)))
            for g, r in product(ids[:n_moving], ids[:n_moving])
            if g != r
        ),
        floors=(Floor(account=ids[1], minimum_yuan=int(budget[1] * 0.97)),),
        domain_limits=(DomainLimit(id="D", accounts=ids[:3], maximum_yuan=lines),),
        worst_share=float(rng.choice([0.05, 0.1, 0.13, 0.3, 1.0])),
        worst_weight=float(rng.choice([0.0, 0.5, 1.0, 4.0])),
    )


def in_order(problem: Problem, order: list[int]) -> Problem:
    """The same problem with its accounts and arcs in another order."""
    return replace(
        problem,
        accounts=tuple(problem.accounts[i] for i in order),
        names=tuple(problem.names[i] for i in order),
        budget_yuan=problem.budget_yuan[order],
        committed_yuan=problem.committed_yuan[order],
        demand=problem.demand[:, order],
        weights=problem.weights[order],
        may_leave_yuan=problem.may_leave_yuan[order],
        arcs=problem.arcs[::-1],
    )


def renamed(problem: Problem) -> Problem:
    """The same problem with other ids, in the opposite order."""
    n = len(problem.accounts)
    new = {old: f"z{n - i:03d}" for i, old in enumerate(problem.accounts)}
    return replace(
        problem,
        accounts=tuple(new.values()),
        arcs=tuple(
            replace(arc, giver=new[arc.giver], receiver=new[arc.receiver]) for arc in problem.arcs
        ),
        floors=tuple(replace(floor, account=new[floor.account]) for floor in problem.floors),
        domain_limits=tuple(
            replace(line, accounts=tuple(new[account] for account in line.accounts))
            for line in problem.domain_limits
        ),
    )
