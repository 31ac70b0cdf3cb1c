"""What a run asks of the pools: the awards, what each account pays for, its money, which draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.demand.draws import Load, committed_yuan
from model.demand.numbers import Span
from model.demand.pools import PoolBook
from model.policy.awards import CostedAward


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything that decides the demand on the accounts, and the money it meets."""

    book: PoolBook
    awards: Mapping[str, CostedAward]
    loads: tuple[Load, ...]
    budgets: Mapping[str, int]
    span: Span

    def load(self, account: str) -> Load:
        """What one account pays for."""
        return next(load for load in self.loads if load.account == account)

    def money(self, account: str) -> int:
        """The account's budget less what is bound before; below zero where more is bound."""
        return self.left(account, self.budgets[account])

    def left(self, account: str, budget_yuan: int) -> int:
        """Another budget of the account less what is bound before."""
        return budget_yuan - committed_yuan(self.book.accounts[account])
