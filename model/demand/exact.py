"""The engine that works with laws instead of draws: exact but for the points of the quadrature."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from model.demand.calendar import MONTHS
from model.demand.engine import AwardDemand, JointRisk, View
from model.demand.joint_draws import HELD_YEARS, DrawnYears, award_years_of, hold, years_of
from model.demand.law_risk import assess_law, combine, join
from model.demand.lawbook import LawBook, Laws, Part, by_pool, make_law_book
from model.demand.laws import stays_in_year
from model.demand.levels import LikeBooks
from model.demand.numbers import Span
from model.demand.quadrature import SETS
from model.demand.question import Question
from model.demand.run_out import Paying, chance_short, settled
from model.demand.totals import TotalLaw, exceedance, expected_excess, quantile
from model.risk import AccountRisk, Estimate
from model.years import Years


@dataclass(frozen=True)
class ExactEngine:
    """Answers from the laws of a central question and of others like it."""

    central: Question
    book: LawBook
    likes: LikeBooks = field(default_factory=LikeBooks)
    name: Literal["exact"] = "exact"

    def years(
        self, question: Question, accounts: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """What accounts of a like question are asked for in every draw; held if not too many."""
        return held(years_of(self.book, question, accounts, span or question.span))

    def award_years(
        self, question: Question, awards: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """City money that awards of a like question ask for in every draw."""
        return held(award_years_of(self.book, question, awards, span or question.span))

    def awards(self) -> Mapping[str, AwardDemand]:
        """Every award of the central question."""
        return {award: self._award_demand(award) for award in self.central.awards}

    def _award_demand(self, award: str) -> AwardDemand:
        parts = [self.book.part(self.central, (award,), each) for each in range(SETS)]
        laws = [self.book.mixed(part.laws) for part in parts]
        return AwardDemand(
            claims_mean=join([Estimate(part.claims_mean, 0.0) for part in parts]),
            demand_mean_yuan=join([Estimate(law.mean_yuan, 0.0) for law in laws]),
            demand_sd_yuan=join([Estimate(law.sd_yuan, 0.0) for law in laws]),
        )

    def award_law(self, award: str) -> TotalLaw:
        """The law of one award's year, over all shocks."""
        return self.book.mixed(self.book.part(self.central, (award,)).laws)

    def risk(self, account: str, budget_yuan: int, worst_share: float) -> AccountRisk:
        """One account of the central question at a budget."""
        committed = budget_yuan - self.central.left(account, budget_yuan)
        laws = [self.book.mixed(self._account(account, each)) for each in range(SETS)]
        risks = (assess_law(law, committed, budget_yuan, worst_share) for law in laws)
        return combine(tuple(risks))

    def money_for(self, accounts: tuple[str, ...], chance: float) -> int:
        """The least money that keeps the chance of a gap of the accounts as one sum to this."""
        if chance >= 1:
            return 0
        laws = [self._account(account, 0) for account in accounts]
        whole = self.book.total([Part(laws=each, claims_mean=0.0) for each in laws])
        return quantile(self.book.mixed(whole), 1 - chance)

    def together(self, budgets: Mapping[str, int]) -> JointRisk:
        """Several accounts of the central question, each at the budget given for it."""
        found = [self._together(budgets, each) for each in range(SETS)]
        pooled, short, unpaid = (join([Estimate(one[i], 0.0) for one in found]) for i in range(3))
        return JointRisk(
            pooled_gap_probability=pooled, any_short_probability=short, expected_unpaid_yuan=unpaid
        )

    def _together(self, budgets: Mapping[str, int], point_set: int) -> tuple[float, float, float]:
        """Given the shocks, accounts are independent: each answer is a mixture over the shocks.

        (Accounts that pay the same applicants hang together a little more than that.)
        """
        accounts = [self._account(account, point_set) for account in budgets]
        money = [self.central.left(account, yuan) for account, yuan in budgets.items()]
        whole = self.book.total([Part(laws=laws, claims_mean=0.0) for laws in accounts])
        pooled = short = unpaid = 0.0
        for weight, (together, *laws) in self.book.weighed([whole, *accounts]):
            each = list(zip(laws, money, strict=True))
            pooled += weight * exceedance(together, sum(money))
            short += weight * (1 - float(np.prod([1 - exceedance(law, m) for law, m in each])))
            unpaid += weight * sum(expected_excess(law, m) for law, m in each)
        return pooled, short, unpaid

    def _account(self, account: str, point_set: int) -> Laws:
        """The laws of one account of the central question."""
        spec, load = self.central.book.accounts[account], self.central.load(account)
        groups = by_pool(self.central, load.awards)
        parts = [self.book.part(self.central, awards, point_set) for awards in groups]
        payment = self.book.payment(spec, load.appropriation_yuan)
        return self.book.total(parts, stays_in_year(spec), payment)

    def run_out(self, account: str, budget_yuan: int) -> tuple[float, ...]:
        """For each month the chance that the account's money has run out by its end."""
        spec, load = self.central.book.accounts[account], self.central.load(account)
        payment = self.book.payment(spec, load.appropriation_yuan)
        calendar = None if spec.payment is None else spec.payment.calendar
        steps = self.central.book.reached(calendar)
        money = self.central.left(account, budget_yuan)
        chances = []
        for month in range(MONTHS - 1):
            claims = self.claims_through(load.awards, month)
            paying = Paying(stays=stays_in_year(spec), payment=payment, reached=steps[month])
            weighed = self.book.weighed([claims])
            chances.append(sum(w * chance_short(law, paying, money) for w, (law,) in weighed))
        laws = [self.book.mixed(self._account(account, each)) for each in range(SETS)]
        gap = join([Estimate(exceedance(law, money), 0.0) for law in laws])
        return settled(chances, gap.value)

    def claims_through(self, awards: tuple[str, ...], month: int) -> Laws:
        """The laws of what some awards ask for by the end of a month, 0 to 11."""
        question = self.central
        parts = []
        for group in by_pool(question, awards):
            keep = tuple(question.book.reached_by(award)[month] for award in group)
            if any(keep):
                parts.append(self.book.part(question, group, 0, keep))
        return self.book.total(parts)

    def look(self, question: Question, account: str) -> View:
        """One account of a like question: what is unchanged is added up once and kept."""
        spec, load = question.book.accounts[account], question.load(account)
        stays, groups = stays_in_year(spec), by_pool(question, load.awards)
        parts = [self.book.part(question, awards) for awards in groups]
        known = [self.book.part(self.central, awards) for awards in groups]
        same = [part is old for part, old in zip(parts, known, strict=True)]
        rest = self.book.total([p for p, kept in zip(parts, same, strict=True) if kept], stays)
        moved = [part for part, kept in zip(parts, same, strict=True) if not kept]
        payment = self.book.payment(spec, load.appropriation_yuan)
        own = self.book.total(moved, stays, payment)
        pairs = self.book.weighed([rest, own])
        mean = sum(weight * (law.mean_yuan + other.mean_yuan) for weight, (law, other) in pairs)

        def gap(money: int) -> float:
            above = self.book.chance_above
            return sum(weight * above(law, other, money) for weight, (law, other) in pairs)

        return View(mean_yuan=mean, gap=gap)

    def claims_mean(self, question: Question, award: str) -> float:
        """The mean number of claims of one award of a like question."""
        return self.book.part(question, (award,)).claims_mean

    def look_at_award(self, question: Question, award: str) -> float:
        """The mean city money of one award of a like question, in yuan."""
        laws = self.book.part(question, (award,)).laws
        return sum(weight * law.mean_yuan for weight, (law,) in self.book.weighed([laws]))


def held(years: DrawnYears) -> Years:
    """The years as an array, or as they are where they are too many to be held."""
    return hold(years) if len(years) <= HELD_YEARS else years


def make_exact_engine(question: Question) -> ExactEngine:
    """The engine for a central question."""
    return ExactEngine(central=question, book=make_law_book(question))
