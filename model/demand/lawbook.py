"""Every law once worked out, kept: what one figure does not touch is never worked out again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from model.demand.compound import total_law
from model.demand.counts import CountLaw, fixed, thinned
from model.demand.laws import (
    Shock,
    add_up,
    award_laws,
    beyond,
    chance_above,
    count_law,
    joint_shocks,
    later,
    payment_law,
)
from model.demand.payouts import PayoutLaw, kept_payouts, payout_law
from model.demand.pools import AccountSpec
from model.demand.quadrature import payout_points
from model.demand.question import Question
from model.demand.totals import QuantileTable, TotalLaw, convolve, mix, quantile_table

Laws = tuple[TotalLaw, ...]  # one for each joint shock; shocks that change nothing share a law
Awards = tuple[str, ...]  # awards of one pool: the same applicants claim them
Keep = tuple[Fraction, ...]  # for each of these awards, the share of its claims that counts
KeptT = TypeVar("KeptT")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What the applicants of one pool ask for under some of its awards, and how many claim."""

    laws: Laws
    claims_mean: float


@dataclass(frozen=True, slots=True)
class LawBook:
    """Laws of like questions. A key holds the identity of every record a law rests on.

    Records are frozen, and those in use are kept beside the law, so that an identity always
    means the same figures.
    """

    shocks: tuple[Shock, ...]
    kept: dict[tuple[Any, ...], tuple[Any, Any]] = field(default_factory=dict)

    def part(
        self, question: Question, awards: Awards, point_set: int = 0, keep: Keep | None = None
    ) -> Part:
        """The laws of some awards of one pool together.

        Args:
            keep: for each award the share of its claims that counts, each claim by chance; all
                where it is None.
        """
        if keep is not None and all(share == 1 for share in keep):
            keep = None
        book = question.book
        entry = book.pools[book.pool_of()[awards[0]]]
        rules = tuple(question.awards[award] for award in awards)
        uses = (entry, *rules, book.shared(entry.covered), book.shared(entry.city_pays))
        return self._keep(
            ("part", awards, point_set, keep),
            uses,
            lambda: self.work_out(question, awards, point_set, keep),
        )

    def work_out(
        self, question: Question, awards: Awards, point_set: int, keep: Keep | None
    ) -> Part:
        """The laws of `part`, worked out anew."""
        entry = question.book.pools[question.book.pool_of()[awards[0]]]
        at = (point_set, keep)
        return self.counted(question, awards, lambda t: count_law(question.book, entry, t), at)

    def counted(
        self,
        question: Question,
        awards: Awards,
        count: Callable[[float], CountLaw],
        at: tuple[int, Keep | None],
    ) -> Part:
        """The laws of some awards of one pool when so many applicants claim them.

        Args:
            count: how many, for what the shocks multiply the mean count by.
            at: the set of points, and the share of the claims that counts.
        """
        point_set, keep = at
        laws, claims = award_laws(
            question.book.pools[question.book.pool_of()[awards[0]]],
            self.shocks,
            lambda times: kept_counts(count(times), keep),
            lambda size: self.payouts(question, awards, (size, point_set), keep),
        )
        return Part(laws=laws, claims_mean=claims)

    def points(self, question: Question, award: str, at: tuple[float, int]) -> PayoutLaw:
        """What one claim for an award is worth."""
        names = (question.book.pool_of()[award], award)
        return payout_points(question.book, names, question.awards[award], *at)

    def payouts(
        self, question: Question, awards: Awards, at: tuple[float, int], keep: Keep | None
    ) -> PayoutLaw:
        """What one applicant is worth; it does not depend on how many there are.

        Args:
            at: what the shocks multiply sizes by, and the set of points.
        """
        keep = keep if len(awards) > 1 else None  # the claims for one award: fewer are counted
        book = question.book
        entry = book.pools[book.pool_of()[awards[0]]]
        rules = tuple(question.awards[award] for award in awards)

        def work_out() -> PayoutLaw:
            points = [self.points(question, award, at) for award in awards]
            if keep is not None:
                pairs = zip(points, keep, strict=True)
                points = [kept_payouts(law, float(share)) for law, share in pairs]
            return points[0] if len(points) == 1 else _sum_of_one_each(points)

        uses = (entry.claims, *rules, book.shared(entry.city_pays))
        return self._keep(("payouts", awards, at, keep), uses, work_out)

    def total(
        self, parts: Sequence[Part], stays: Fraction = Fraction(1), payment: TotalLaw | None = None
    ) -> Laws:
        """The sum of parts, what of them stays in the year, and a payment, under each shock."""
        laws = [part.laws for part in parts]
        uses = (*laws, payment)
        return self._keep(("total", stays), uses, lambda: self.by_shock(laws, stays, payment))

    def by_shock(self, parts: Sequence[Laws], stays: Fraction, payment: TotalLaw | None) -> Laws:
        made: dict[tuple[int, ...], TotalLaw] = {}
        found = []
        for i in range(len(self.shocks)):
            each = [laws[i] for laws in parts]
            key = tuple(map(id, each))
            if key not in made:
                made[key] = add_up(each, stays, payment)
            found.append(made[key])
        return tuple(found)

    def payment(self, spec: AccountSpec, appropriation_yuan: int) -> TotalLaw | None:
        """The law of an account's payment by progress; None where it has none."""
        return self._keep(
            ("payment", appropriation_yuan), (spec,), lambda: payment_law(spec, appropriation_yuan)
        )

    def reached_of(self, payment: TotalLaw | None, reached: Fraction) -> TotalLaw | None:
        """The law of the part of a payment that its calendar has reached; None for nothing."""
        if payment is None or reached == 0:
            return None
        return self._keep(("reached", reached), (payment,), lambda: later(payment, reached))

    def table(self, law: TotalLaw) -> QuantileTable:
        """A law prepared for the quantile transform."""
        return self._keep(("table",), (law,), lambda: quantile_table(law))

    def chance_above(self, law: TotalLaw, other: TotalLaw, money_yuan: int) -> float:
        """The chance that the sum of two independent totals exceeds some money."""
        if len(law.mass) < len(other.mass):  # fewer cells to look up in the longer one
            law, other = other, law
        tail = self._keep(("beyond",), (law,), lambda: beyond(law))
        return chance_above(law, tail, other, money_yuan)

    def mixed(self, laws: Laws) -> TotalLaw:
        """The law over all shocks."""
        different = self.weighed([laws])
        if len(different) == 1:
            return laws[0]
        found = [law for _, (law,) in different]
        weights = [weight for weight, _ in different]
        return self._keep(("mixed", *weights), tuple(found), lambda: mix(found, weights))

    def weighed(self, parts: Iterable[Laws]) -> list[tuple[float, Laws]]:
        """The different combinations of laws over the shocks, each with its weight."""
        found: dict[tuple[int, ...], tuple[float, Laws]] = {}
        for shock, laws in zip(self.shocks, zip(*parts, strict=True), strict=True):
            key = tuple(map(id, laws))
            weight = found[key][0] if key in found else 0.0
            found[key] = (weight + shock.weight, laws)
        return list(found.values())

    def _keep(
        self, name: tuple[Any, ...], uses: tuple[Any, ...], work_out: Callable[[], KeptT]
    ) -> KeptT:
        key = (*name, *map(id, uses))
        if key not in self.kept:
            self.kept[key] = (work_out(), uses)
        found: KeptT = self.kept[key][0]
        return found


def _sum_of_one_each(points: Sequence[PayoutLaw]) -> PayoutLaw:
    """What one applicant gets who claims every award, the columns of each drawn by themselves."""
    law = convolve([total_law(fixed(1), each) for each in points])
    return payout_law(law.yuan, law.mass / law.mass.sum())


def kept_counts(law: CountLaw, keep: Keep | None) -> CountLaw:
    """The claims that count of those for one award.

    Where the applicants claim several awards every one of them may have something that counts:
    then the payouts say how much.
    """
    if keep is None or len(keep) > 1:
        return law
    return thinned(law, float(keep[0])) if keep[0] else fixed(0)


def by_pool(question: Question, awards: Iterable[str]) -> list[Awards]:
    """The awards grouped by the pool whose applicants claim them, in order."""
    pools = question.book.pool_of()
    groups: dict[str, Awards] = {}
    for award in awards:
        groups[pools[award]] = (*groups.get(pools[award], ()), award)
    return list(groups.values())


def make_law_book(question: Question) -> LawBook:
    """An empty book for a question and others like it."""
    return LawBook(joint_shocks(question.book))
