"""The peers of the plan: the whole programme, a row for each account and draw, by public tools.

Each says the least cost in yuan; a peer that is not installed is left out.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import Any

import numpy as np

from model.allocation.limits import AT_LEAST, limit_rows
from model.allocation.problem import Problem
from model.allocation.solver import full_cost
from model.money import WAN


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A tool with a solver, and the least cost in yuan by it."""

    name: str
    solve: Callable[[Problem], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """A problem whose accounts pay their claims as one, in matrices; money in 万元.

    money = budget + change @ moved; rows @ moved <= right.
    """

    owed: np.ndarray
    budget: np.ndarray
    change: np.ndarray
    rows: np.ndarray
    right: np.ndarray


def find_peers() -> list[Peer]:
    """Every peer that is installed; a sentence is printed for each tool that is not."""
    peers = [
        Peer(name="PuLP, HiGHS", solve=partial(full_cost, solver="HiGHS")),
        Peer(name="PuLP, CBC", solve=partial(full_cost, solver="CBC")),
    ]
    if _installed("cvxpy"):
        peers.append(Peer(name="cvxpy, HiGHS", solve=partial(by_cvxpy, "HIGHS")))
        if _installed("clarabel"):
            peers.append(Peer(name="cvxpy, Clarabel", solve=partial(by_cvxpy, "CLARABEL")))
    if _installed("linopy"):
        peers.append(Peer(name="linopy, HiGHS", solve=partial(by_linopy, "choose")))
        peers.append(Peer(name="linopy, HiGHS ipm", solve=partial(by_linopy, "ipm")))
    return peers


def _installed(package: str) -> bool:
    if find_spec(package) is None:
        print(f"{package} is not installed and is left out.")
        return False
    return True


def make_programme(problem: Problem) -> Programme:
    """The matrices of a problem."""
    column, n_arcs = problem.index, len(problem.arcs)
    change = np.zeros((len(problem.accounts), n_arcs))
    for k, arc in enumerate(problem.arcs):
        change[column[arc.giver], k], change[column[arc.receiver], k] = -1.0, 1.0
    limits = limit_rows(problem)
    rows, right = np.zeros((len(limits), n_arcs)), np.zeros(len(limits))
    for i, (limit, start, signs) in enumerate(limits):
        way = -1.0 if limit.family in AT_LEAST else 1.0
        for k, sign in signs.items():
            rows[i, k] = way * sign
        right[i] = way * (limit.amount_yuan - start) / WAN
    return Programme(
        owed=(problem.demand[:] + problem.committed_yuan) / WAN,
        budget=problem.budget_yuan / WAN,
        change=change,
        rows=rows,
        right=right,
    )


def by_cvxpy(solver: str, problem: Problem) -> float:
    """The programme in cvxpy, vectorised."""
    import cvxpy as cp

    one = make_programme(problem)
    n, n_accounts = one.owed.shape
    moved = cp.Variable(len(problem.arcs), nonneg=True)
    money = cp.Variable(n_accounts, nonneg=True)
    unpaid = cp.Variable((n, n_accounts), nonneg=True)
    excess, threshold = cp.Variable(n, nonneg=True), cp.Variable()
    held = np.ones((n, 1)) @ cp.reshape(money, (1, n_accounts), order="C")
    weighed = unpaid @ problem.weights
    limits = [
        money == one.budget + one.change @ moved,
        one.rows @ moved <= one.right,
        unpaid >= one.owed - held,
        excess >= weighed - threshold,
    ]
    tail = threshold + cp.sum(excess) / (problem.worst_share * n)
    cost = cp.sum(weighed) / n + problem.worst_weight * tail
    programme = cp.Problem(cp.Minimize(cost), limits)
    programme.solve(solver=solver)
    assert programme.status == "optimal", programme.status
    return float(programme.value) * WAN


def by_linopy(method: str, problem: Problem) -> float:
    """The programme in linopy, handed to HiGHS in memory."""
    model = _linopy_model(problem)
    options = {"output_flag": False, "solver": method}
    with _silence():
        status, _ = model.solve("highs", io_api="direct", progress=False, **options)
    assert status == "ok", status
    return float(model.objective.value) * WAN


def _linopy_model(problem: Problem) -> Any:
    from linopy import Model
    from xarray import DataArray

    one = make_programme(problem)
    n, n_accounts = one.owed.shape
    model = Model()
    add = partial(_add_variables, model)
    moved = add("moved", arc=len(problem.arcs))
    money = add("money", account=n_accounts)
    unpaid = add("unpaid", draw=n, account=n_accounts)
    excess = add("excess", draw=n)
    threshold = model.add_variables(name="threshold")
    change = DataArray(one.change, dims=["account", "arc"])
    model.add_constraints(
        money - (change * moved).sum("arc") == DataArray(one.budget, dims="account")
    )
    rows = DataArray(one.rows, dims=["limit", "arc"])
    model.add_constraints((rows * moved).sum("arc") <= DataArray(one.right, dims="limit"))
    model.add_constraints(unpaid + money >= DataArray(one.owed, dims=["draw", "account"]))
    weighed = (unpaid * DataArray(problem.weights, dims="account")).sum("account")
    model.add_constraints(excess + threshold - weighed >= 0)
    tail = threshold + excess.sum() / (problem.worst_share * n)
    model.add_objective(weighed.sum() / n + problem.worst_weight * tail)
    return model


def _add_variables(model: Any, name: str, **sizes: int) -> Any:
    coords = [range(size) for size in sizes.values()]
    return model.add_variables(lower=0, coords=coords, dims=list(sizes), name=name)


@contextmanager
def _silence() -> Iterator[None]:
    """The solver greets on the process's own output, below Python's."""
    sys.stdout.flush()
    kept = os.dup(1)
    with open(os.devnull, "w") as nothing:
        os.dup2(nothing.fileno(), 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)
