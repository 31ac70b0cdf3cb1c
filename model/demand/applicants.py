"""The engine that draws every applicant and applies the rules: the reference."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from model.demand.claimants import IntArray
from model.demand.draws import (
    Demand,
    account_demand,
    committed_yuan,
    draw_demand,
    draw_months,
    draw_pools,
)
from model.demand.engine import AwardDemand, JointRisk, View
from model.demand.levels import LikeBooks
from model.demand.microsim import draw_counts
from model.demand.numbers import Numbers, Span
from model.demand.question import Question
from model.demand.run_out import settled
from model.risk import (
    AccountRisk,
    any_short_probability,
    assess_account,
    gap_probability,
    mean,
    pooled_gap_probability,
    quantile,
    standard_deviation,
)
from model.years import Years

LIKE_DRAWS = 2_000  # like questions are answered on the first draws only


@dataclass(slots=True)
class ApplicantsEngine:
    """Draws every claim; `seen` keeps what was drawn for unchanged pools and awards."""

    central: Question
    demand: Demand
    seen: dict[tuple[Any, ...], tuple[IntArray, tuple[Any, ...]]] = field(default_factory=dict)
    likes: LikeBooks = field(default_factory=LikeBooks)
    name: Literal["applicants"] = "applicants"

    def years(
        self, question: Question, accounts: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """What accounts of a like question are asked for in every draw, all accounts together."""
        span = span or question.span
        if question is self.central and span == question.span:
            return np.stack([self.demand.column(account) for account in accounts], axis=1)
        loads = tuple(question.load(account) for account in accounts)
        return draw_demand(question.book, question.awards, loads, span).account_yuan

    def award_years(
        self, question: Question, awards: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """City money that awards of a like question ask for in every draw."""
        pools = question.book.pool_of()
        wanted = dict.fromkeys(pools[award] for award in awards)
        drawn = draw_pools(question.book, question.awards, wanted, span or question.span)
        return np.stack([drawn[award].city_yuan for award in awards], axis=1)

    def awards(self) -> Mapping[str, AwardDemand]:
        """Every award of the central question."""
        return {
            award: AwardDemand(
                claims_mean=mean(self.demand.award_claims[award]),
                demand_mean_yuan=mean(yuan),
                demand_sd_yuan=standard_deviation(yuan),
            )
            for award, yuan in self.demand.award_yuan.items()
        }

    def risk(self, account: str, budget_yuan: int, worst_share: float) -> AccountRisk:
        """One account of the central question at a budget."""
        committed = committed_yuan(self.central.book.accounts[account])
        return assess_account(self.demand.column(account), committed, budget_yuan, worst_share)

    def run_out(self, account: str, budget_yuan: int) -> tuple[float, ...]:
        """For each month the chance that the account's money has run out by its end.

        Every claim has its month by a random number of its own.
        """
        central, money = self.central, self.central.left(account, budget_yuan)
        through = draw_months(central.book, central.awards, central.load(account), central.span)
        chances = [gap_probability(asked, money).value for asked in through]
        return settled(chances, gap_probability(self.demand.column(account), money).value)

    def money_for(self, accounts: tuple[str, ...], chance: float) -> int:
        """The least money that keeps the chance of a gap of the accounts as one sum to this."""
        if chance >= 1:
            return 0
        asked = np.sum([self.demand.column(account) for account in accounts], axis=0)
        return int(quantile(asked, 1 - chance).value)

    def together(self, budgets: Mapping[str, int]) -> JointRisk:
        """Several accounts of the central question, each at the budget given for it."""
        demand = np.stack([self.demand.column(account) for account in budgets], axis=1)
        money = np.array([self.central.left(account, yuan) for account, yuan in budgets.items()])
        return JointRisk(
            pooled_gap_probability=pooled_gap_probability(demand, money),
            any_short_probability=any_short_probability(demand, money),
            expected_unpaid_yuan=mean(np.maximum(demand - money, 0).sum(axis=1)),
        )

    def look(self, question: Question, account: str) -> View:
        """One account of a like question, on the first draws."""
        load = question.load(account)
        yuan = {award: self._award(question, award) for award in load.awards}
        numbers = Numbers(span=self._first(question), names=(f"{account}/progress",))
        asked = account_demand(question.book.accounts[account], load, yuan, numbers)
        return View(
            mean_yuan=float(asked.mean()), gap=lambda money: gap_probability(asked, money).value
        )

    def look_at_award(self, question: Question, award: str) -> float:
        """The mean city money of one award of a like question, in yuan."""
        return float(self._award(question, award).mean())

    def claims_mean(self, question: Question, award: str) -> float:
        """The mean number of claims of one award of a like question."""
        pool = question.book.pool_of()[award]
        return float(draw_counts(question.book, pool, self._first(question)).mean())

    def _first(self, question: Question) -> Span:
        return replace(question.span, count=min(question.span.count, LIKE_DRAWS))

    def _award(self, question: Question, award: str) -> IntArray:
        """City money of the first draws; drawn again only where pool, award or shares differ."""
        book = question.book
        pool = book.pool_of()[award]
        parts = (
            book.pools[pool],
            question.awards[award],
            book.shared(book.pools[pool].covered),
            book.shared(book.pools[pool].city_pays),
        )
        key = (award, *map(id, parts))
        if key not in self.seen:
            drawn = draw_pools(book, question.awards, [pool], self._first(question))
            self.seen[key] = (drawn[award].city_yuan, parts)  # the parts keep their ids taken
        return self.seen[key][0]


def make_applicants_engine(question: Question) -> ApplicantsEngine:
    """The engine with every applicant of the central question drawn."""
    demand = draw_demand(question.book, question.awards, question.loads, question.span)
    return ApplicantsEngine(central=question, demand=demand)
