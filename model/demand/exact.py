"""The engine that works with laws instead of draws: exact but for the points of the quadrature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from model.demand.claimants import IntArray
from model.demand.draws import Demand, account_demand
from model.demand.engine import AwardDemand, JointRisk, View
from model.demand.law_risk import assess_law, combine, join
from model.demand.laws import (
    Shock,
    add_up,
    award_laws,
    chance_above,
    joint_shocks,
    later,
    nothing,
    payment_law,
    stays_in_year,
)
from model.demand.microsim import factor_levels
from model.demand.payouts import PayoutLaw
from model.demand.quadrature import SETS, payout_points
from model.demand.question import Question
from model.demand.streams import uniforms
from model.demand.totals import (
    TotalLaw,
    convolve,
    exceedance,
    expected_excess,
    invert,
    mix,
    quantile_table,
)
from model.risk import AccountRisk, Estimate

Laws = tuple[TotalLaw, ...]  # one for each joint shock


@dataclass(slots=True)
class ExactEngine:
    """Laws of the central question; `seen` keeps every law once worked out."""

    central: Question
    shocks: tuple[Shock, ...]
    seen: dict[tuple[Any, ...], tuple[Any, Any]] = field(default_factory=dict)
    name: Literal["exact"] = "exact"

    def awards(self) -> Mapping[str, AwardDemand]:
        """Every award of the central question."""
        return {award: self._award_demand(award) for award in self.central.awards}

    def _award_demand(self, award: str) -> AwardDemand:
        claims, means, deviations = [], [], []
        for point_set in range(SETS):
            laws, count = self._award(self.central, award, point_set)
            whole = self._mixed(laws)
            claims.append(Estimate(count, 0.0))
            means.append(Estimate(whole.mean_yuan, 0.0))
            deviations.append(Estimate(whole.sd_yuan, 0.0))
        return AwardDemand(
            claims_mean=join(claims),
            demand_mean_yuan=join(means),
            demand_sd_yuan=join(deviations),
        )

    def award_law(self, award: str) -> TotalLaw:
        """The law of one award's year, over all shocks."""
        return self._mixed(self._award(self.central, award, 0)[0])

    def risk(self, account: str, budget_yuan: int, worst_share: float) -> AccountRisk:
        """One account of the central question at a budget."""
        committed = self.central.budgets[account] - self.central.money(account)
        laws = [self._account(account, point_set) for point_set in range(SETS)]
        return combine(
            tuple(
                assess_law(self._mixed(each), committed, budget_yuan, worst_share) for each in laws
            )
        )

    def together(self, budgets: Mapping[str, int]) -> JointRisk:
        """Several accounts of the central question, each at the budget given for it."""
        money = [self.central.left(account, yuan) for account, yuan in budgets.items()]
        found = [self._together(tuple(budgets), money, point_set) for point_set in range(SETS)]
        pooled, short, unpaid = (join([Estimate(each[i], 0.0) for each in found]) for i in range(3))
        return JointRisk(
            pooled_gap_probability=pooled, any_short_probability=short, expected_unpaid_yuan=unpaid
        )

    def _together(
        self, accounts: tuple[str, ...], money: Sequence[int], point_set: int
    ) -> tuple[float, float, float]:
        """Given the shocks, accounts are independent: each answer is a mixture over the shocks."""
        laws = [self._account(account, point_set) for account in accounts]
        pooled = short = unpaid = 0.0
        whole = self._by_shock(tuple(laws), lambda parts: convolve(list(parts)))
        for i, shock in enumerate(self.shocks):
            pooled += shock.weight * exceedance(whole[i], sum(money))
            none = [1 - exceedance(law[i], m) for law, m in zip(laws, money, strict=True)]
            short += shock.weight * (1 - float(np.prod(none)))
            unpaid += shock.weight * sum(
                expected_excess(law[i], m) for law, m in zip(laws, money, strict=True)
            )
        return pooled, short, unpaid

    def look(self, question: Question, account: str) -> View:
        """One account of a like question: what is unchanged is added up once and kept."""
        spec = question.book.accounts[account]
        stays = stays_in_year(spec)
        load = question.load(account)
        laws = {award: self._award(question, award, 0)[0] for award in load.awards}
        known = {award: self._award(self.central, award, 0)[0] for award in load.awards}
        changed = [laws[award] for award in load.awards if laws[award] is not known[award]]
        rest = self._rest(account, tuple(a for a in load.awards if laws[a] is known[a]))
        payment = payment_law(spec, load.appropriation_yuan)
        moved = self._by_shock(
            tuple(changed), lambda parts: convolve(list(parts)) if parts else nothing()
        )
        own = [self._later(law, stays) for law in moved]
        if payment is not None:
            own = list(self._by_shock((tuple(own),), lambda parts: convolve([*parts, payment])))
        pairs = self._pairs([self._later(law, stays) for law in rest], own)
        mean = sum(weight * (law.mean_yuan + other.mean_yuan) for weight, law, other in pairs)

        def gap(money: int) -> float:
            return sum(weight * chance_above(law, other, money) for weight, law, other in pairs)

        return View(mean_yuan=mean, gap=gap)

    def _pairs(
        self, one: Sequence[TotalLaw], other: Sequence[TotalLaw]
    ) -> list[tuple[float, TotalLaw, TotalLaw]]:
        """The different pairs of laws over the shocks, each with its weight."""
        found: dict[tuple[int, int], tuple[float, TotalLaw, TotalLaw]] = {}
        for shock, law, second in zip(self.shocks, one, other, strict=True):
            key = (id(law), id(second))
            weight = found[key][0] if key in found else 0.0
            found[key] = (weight + shock.weight, law, second)
        return list(found.values())

    def claims_mean(self, question: Question, award: str) -> float:
        """The mean number of claims of one award of a like question."""
        return self._award(question, award, 0)[1]

    def look_at_award(self, question: Question, award: str) -> float:
        """The mean city money of one award of a like question, in yuan."""
        laws = self._award(question, award, 0)[0]
        return sum(s.weight * law.mean_yuan for s, law in zip(self.shocks, laws, strict=True))

    def draws(self) -> Demand:
        """Joint draws of all accounts: shocks first, then each award from its law given them."""
        if ("draws",) not in self.seen:
            self.seen["draws",] = (self._draw_all(), None)
        found: Demand = self.seen["draws",][0]
        return found

    def _draw_all(self) -> Demand:
        question, span = self.central, self.central.span
        yuan = {award: self.award_draws(question, award) for award in question.awards}
        columns = [
            account_demand(question.book.accounts[load.account], load, yuan, span)
            for load in question.loads
        ]
        table = np.stack(columns, axis=1)
        for array in (table, *yuan.values()):
            array.setflags(write=False)
        return Demand(
            accounts=tuple(load.account for load in question.loads),
            account_yuan=table,
            award_yuan=yuan,
            award_claims={},
        )

    def award_draws(self, question: Question, award: str) -> IntArray:
        """The award's total of a like question in every draw, from one uniform number each."""
        span = self.central.span
        pool_id = question.book.pool_of()[award]
        factors = question.book.pools[pool_id].factors
        times = {key: factor_levels(question.book.factors[key], key, span) for key in factors}
        chance = uniforms(span.seed, f"{pool_id}/{award}/total", 1, span.first, span.count)[0]
        total = np.zeros(span.count, dtype=np.int64)
        done = set()
        for shock, law in zip(self.shocks, self._award(question, award, 0)[0], strict=True):
            level = tuple(shock.times[key] for key in factors)
            if level not in done:
                done.add(level)
                here = np.ones(span.count, dtype=bool)
                for key in factors:
                    here &= times[key] == shock.times[key]
                total[here] = invert(quantile_table(law), chance[here])
        return total

    def _award(self, question: Question, award: str, point_set: int) -> tuple[Laws, float]:
        """The laws of one award and its mean count; worked out once for the same figures."""
        book = question.book
        pool = book.pool_of()[award]
        entry = book.pools[pool]
        rule = question.awards[award]
        parts = (entry, rule, book.shared(entry.covered), book.shared(entry.city_pays))
        key = ("award", award, point_set, *map(id, parts))
        if key not in self.seen:
            found = award_laws(
                book,
                pool,
                self.shocks,
                lambda size: self._payouts(question, award, size, point_set),
            )
            self.seen[key] = (found, parts)  # the parts keep their ids taken
        laws: tuple[Laws, float] = self.seen[key][0]
        return laws

    def _payouts(self, question: Question, award: str, size: float, point_set: int) -> PayoutLaw:
        """What one claim is worth; it does not depend on how many there are."""
        book = question.book
        pool = book.pool_of()[award]
        entry, rule = book.pools[pool], question.awards[award]
        parts = (entry.claims, rule, book.shared(entry.city_pays))
        key = ("payouts", award, size, point_set, *map(id, parts))
        if key not in self.seen:
            points = payout_points(book, (pool, award), rule, size, point_set)
            self.seen[key] = (points, parts)
        found: PayoutLaw = self.seen[key][0]
        return found

    def _account(self, account: str, point_set: int) -> Laws:
        """The laws of one account of the central question."""
        key = ("account", account, point_set)
        if key not in self.seen:
            spec, load = self.central.book.accounts[account], self.central.load(account)
            payment = payment_law(spec, load.appropriation_yuan)
            stays = stays_in_year(spec)
            awards = tuple(self._award(self.central, a, point_set)[0] for a in load.awards)
            laws = self._by_shock(awards, lambda parts: add_up(parts, stays, payment))
            self.seen[key] = (laws, None)
        found: Laws = self.seen[key][0]
        return found

    def _rest(self, account: str, awards: tuple[str, ...]) -> Laws:
        """The sum of some awards of an account, of the central question."""
        key = ("rest", account, awards)
        if key not in self.seen:
            parts = tuple(self._award(self.central, award, 0)[0] for award in awards)
            laws = self._by_shock(parts, lambda each: convolve(list(each)) if each else nothing())
            self.seen[key] = (laws, None)
        found: Laws = self.seen[key][0]
        return found

    def _later(self, law: TotalLaw, stays: Any) -> TotalLaw:
        if stays == 1:
            return law
        key = ("later", id(law), stays)
        if key not in self.seen:
            self.seen[key] = (later(law, stays), law)
        found: TotalLaw = self.seen[key][0]
        return found

    def _by_shock(self, parts: tuple[Laws, ...], act: Any) -> Laws:
        """`act` on the parts under each shock; once where shocks share the same laws."""
        made: dict[tuple[int, ...], TotalLaw] = {}
        found = []
        for i in range(len(self.shocks)):
            each = tuple(laws[i] for laws in parts)
            key = tuple(map(id, each))
            if key not in made:
                made[key] = act(each)
            found.append(made[key])
        return tuple(found)

    def _mixed(self, laws: Laws) -> TotalLaw:
        """The law over all shocks."""
        weights: dict[int, float] = {}
        by_id = {}
        for shock, law in zip(self.shocks, laws, strict=True):
            weights[id(law)] = weights.get(id(law), 0.0) + shock.weight
            by_id[id(law)] = law
        if len(by_id) == 1:
            return laws[0]
        return mix(list(by_id.values()), list(weights.values()))


def make_exact_engine(question: Question) -> ExactEngine:
    """The engine for a central question."""
    return ExactEngine(central=question, shocks=joint_shocks(question.book))
