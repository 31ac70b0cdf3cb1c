"""What one wrong assumption does to accounts that give money, and what they can safely give."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from model.demand.engine import Engine, View
from model.demand.question import Question
from model.demand.ranges import look_from_each_end

POINTS = 17  # of a curve, from the budget down to the least money
STEP_YUAN = 10_000  # safe money is found to a whole 万元

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Giving:
    """An account that may give, seen from every assumption at its low and its high, one at a time.

    Attributes:
        money_yuan: what it may hold after giving, from its budget down in equal steps.
        owed_yuan: how much more of what it is asked for it then leaves unpaid in the mean year, at
            the end that is worst for it; the chance of a gap, added up over the money given.
        safe_yuan: the least of this money with which the chance of a gap stays below the one
            asked for at every end and at the centre; its budget where not even that does.
    """

    account: str
    money_yuan: tuple[int, ...]
    owed_yuan: tuple[float, ...]
    safe_yuan: int


def find_givings(
    question: Question, engine: Engine, most_yuan: Mapping[str, int], tight: float
) -> dict[str, Giving]:
    """What giving does to each account that may give.

    Args:
        most_yuan: by account, the most that may leave it; above 0.
        tight: the chance of a gap below which an account is safe.
    """
    budgets = {account: question.budgets[account] for account in most_yuan}
    money = {
        account: np.linspace(budget, budget - most_yuan[account], POINTS).round().astype(np.int64)
        for account, budget in budgets.items()
    }
    owed = {account: np.zeros(POINTS) for account in most_yuan}
    safe = {
        account: _safe(question, engine.look(question, account), account, money[account], tight)
        for account in most_yuan
    }
    for _, _, account, moved, view in look_from_each_end(question, engine, most_yuan):
        here = money[account]
        if view.gap(moved.left(account, int(here[-1]))) > 0:
            owed[account] = np.maximum(owed[account], _owed(moved, view, account, here))
            safe[account] = max(safe[account], _safe(moved, view, account, here, tight))
    return {
        account: Giving(
            account=account,
            money_yuan=tuple(money[account].tolist()),
            owed_yuan=tuple(owed[account].tolist()),
            safe_yuan=safe[account],
        )
        for account in most_yuan
    }


def _owed(question: Question, view: View, account: str, money: npt.NDArray[np.int64]) -> Floats:
    """What less money leaves unpaid: the chance of a gap, added up over the money given."""
    chances = np.array([view.gap(question.left(account, yuan)) for yuan in money.tolist()])
    steps = -np.diff(money) * (chances[1:] + chances[:-1]) / 2
    return np.concatenate([[0.0], np.cumsum(steps)])


def _safe(
    question: Question, view: View, account: str, money: npt.NDArray[np.int64], tight: float
) -> int:
    """The least money, to a whole step above it, with a chance of a gap below the one given."""

    def is_safe(yuan: int) -> bool:
        return view.gap(question.left(account, yuan)) < tight

    high, low = int(money[0]), int(money[-1])
    if is_safe(low):
        return low
    if not is_safe(high):
        return high
    while high - low > STEP_YUAN:
        middle = (low + high) // 2
        low, high = (low, middle) if is_safe(middle) else (middle, high)
    # Amounts are moved in whole 万元: what is kept to the yuan would be missed by the rounding.
    return min(-(-high // STEP_YUAN) * STEP_YUAN, int(money[0]))
