"""What the accounts owe in some draws, in layers: each unpaid where it exceeds an account's money.

An account that pays its claims as one has one layer: what it owes. With rules for its kinds of
claims it has several: money fills one turn after the other, kinds of one turn share alike, and so
the weighted unpaid money of a draw is

    sum over layers of weight x max(owed up to the layer - money, 0) + what no money pays.

The weight of a layer is how much less a yuan counts in the next turn; it is never negative because
what counts more is paid first (checked by the problem).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.allocation.problem import Kind, Payments, Problem
from model.risk import FloatArray, IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layers:
    """The layers of some draws.

    Attributes:
        account: int64[layer], the column of each layer's account.
        owed: int64[draw, layer] in yuan, what was bound before included.
        weight: float64[layer], or float64[draw, layer] where it differs between draws.
        beyond: float64[draw, account], weighted yuan above the ceilings of kinds, which no money
            pays; None where no kind has a ceiling.
    """

    account: IntArray
    owed: IntArray
    weight: FloatArray
    beyond: FloatArray | None = None

    def unpaid(self, money: FloatArray | IntArray) -> FloatArray:
        """The weighted unpaid money of each draw when the accounts hold this, in yuan."""
        short = np.maximum(self.owed - money[self.account], 0)
        if self.weight.ndim == 1:
            total = short @ self.weight
        else:
            total = np.einsum("dl,dl->d", short, self.weight)
        return total if self.beyond is None else total + self.beyond.sum(axis=1)


def layers_of(problem: Problem, draws: slice) -> Layers:
    """The layers of the accounts in some draws."""
    owed = problem.demand[draws] + problem.committed_yuan
    if problem.payments is None:
        return Layers(account=np.arange(len(problem.accounts)), owed=owed, weight=problem.weights)
    return _by_kind(problem, problem.payments, owed, problem.payments.demand[draws])


def _by_kind(problem: Problem, payments: Payments, owed: IntArray, asked: IntArray) -> Layers:
    """The layers where some accounts pay by rules; the others keep their one layer."""
    n = len(owed)
    account, columns, weights = [], [], []
    beyond = np.zeros((n, len(problem.accounts)))
    for column, name in enumerate(problem.accounts):
        mine = [i for i, kind in enumerate(payments.kinds) if kind.account == name]
        scale = float(problem.weights[column])
        if not mine:
            account.append(column)
            columns.append(owed[:, column])
            weights.append(np.full(n, scale))
            continue
        kinds = [payments.kinds[i] for i in mine]
        paid, above = _within_ceilings(kinds, asked[:, mine])
        beyond[:, column] = scale * above
        levels, worth = _turns(kinds, paid, payments.guaranteed.get(name, 0.0))
        steps = worth - np.vstack([worth[1:], np.zeros(n)])
        for level, step in zip(levels, steps, strict=True):
            account.append(column)
            columns.append(level + problem.committed_yuan[column])
            weights.append(scale * step)
    return Layers(
        account=np.array(account),
        owed=np.stack(columns, axis=1),
        weight=np.stack(weights, axis=1),
        beyond=beyond if beyond.any() else None,
    )


def _within_ceilings(kinds: list[Kind], asked: IntArray) -> tuple[IntArray, FloatArray]:
    """What each kind may get at most in each draw, and the weighted yuan above its ceiling."""
    most = np.array(
        [
            np.iinfo(np.int64).max if kind.ceiling_yuan is None else kind.ceiling_yuan
            for kind in kinds
        ]
    )
    paid = np.minimum(asked, most)
    return paid, (asked - paid) @ np.array([kind.weight for kind in kinds])


def _turns(
    kinds: list[Kind], asked: IntArray, guaranteed: float
) -> tuple[list[IntArray], FloatArray]:
    """Money up to the end of each turn, and what a yuan counts in it: [turn][draw].

    The guaranteed part of all kinds comes before the first turn; its last yuan is rounded down.
    """
    weights = np.array([kind.weight for kind in kinds])
    first = np.floor(guaranteed * asked).astype(np.int64)
    levels: list[IntArray] = []
    worth: list[FloatArray] = []
    reached = np.zeros(len(asked), dtype=np.int64)
    if guaranteed:
        reached = first.sum(axis=1)
        levels.append(reached)
        worth.append(np.full(len(asked), weights[0]))
    for turn in sorted({kind.turn for kind in kinds}):
        here = [i for i, kind in enumerate(kinds) if kind.turn == turn]
        rest = asked[:, here] - first[:, here]
        total = rest.sum(axis=1)
        reached = reached + total
        levels.append(reached)
        # A turn that nobody asks for counts as its lightest kind: its layer lies on the one before.
        share = rest @ weights[here] / np.maximum(total, 1)
        worth.append(np.where(total > 0, share, weights[here].min()))
    return levels, np.stack(worth)


def first_worth(problem: Problem, account: str) -> FloatArray:
    """What a yuan counts in the first turn of an account with rules, before the account's weight.

    float64[draw]; what was bound before is paid even sooner and counts as much.
    """
    assert problem.payments is not None
    mine = [i for i, kind in enumerate(problem.payments.kinds) if kind.account == account]
    kinds = [problem.payments.kinds[i] for i in mine]
    paid, _ = _within_ceilings(kinds, problem.payments.demand[:][:, mine])
    _, worth = _turns(kinds, paid, problem.payments.guaranteed.get(account, 0.0))
    return np.asarray(worth[0])
