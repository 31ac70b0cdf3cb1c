"""The rest of a year whose claims until a day are known: its laws, and what shocks are likely.

What has been claimed is a fact and added exactly. Given it, the counts still to come have exact
laws (`model/demand/posterior.py`), the shared shocks have new weights, and a claim still to come is
worth partly what the pool assumes and partly what the claims seen so far were worth: of n seen ones
the part n / (n + sizes_like). Payments by progress are in no register; they stay as assumed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import exp, inf, log

import numpy as np

from model.demand.calendar import reached_on
from model.demand.claimants import IntArray
from model.demand.counts import CountLaw, fixed
from model.demand.lawbook import Awards, Keep, LawBook, Laws, Part
from model.demand.laws import Shock, count_law, joint_shocks, shock_times
from model.demand.moments import FloatArray
from model.demand.payouts import PayoutLaw, payout_law
from model.demand.pools import PoolBook
from model.demand.posterior import applicants_given, still_waiting
from model.demand.quadrature import payout_points
from model.demand.question import Question
from model.demand.seen import Seen
from model.demand.totals import TotalLaw, shift
from model.errors import InputError, Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Rest:
    """What is still to come of a pool's claims for some of its awards, at a level of the shocks.

    Attributes:
        together: applicants who may still claim every one of the awards.
        more: for each award, claims of applicants who have already claimed another of them.
        log_chance: the logarithm of the probability of the pool's counts seen.
    """

    together: CountLaw
    more: tuple[int, ...]
    log_chance: float


def share_come(book: PoolBook, award: str, seen: Seen) -> Fraction:
    """The share of an award's claims of the year that its calendar expects by the day.

    Of an award that the register does not cover nothing has come that is known of.
    """
    if not seen.covered(award):
        return Fraction(0)
    return reached_on(book.reached_by(award), seen.as_of)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The claims that are known, and the pools whose assumed bounds they have broken.

    Attributes:
        broken: of these pools more claims have come than floor, ceiling or a certain count allow;
            what is still to come is found as if there were no such bound.
    """

    seen: Seen
    broken: frozenset[str] = frozenset()


def rest_of(book: PoolBook, awards: Awards, times: float, known: Evidence) -> Rest:
    """What is still to come of awards of one pool, when shocks multiply its mean count by this."""
    key, seen = book.pool_of()[awards[0]], known.seen
    law = count_law(book, book.pools[key], times, bounds=key not in known.broken)
    told = {a: (seen.count(a), float(share_come(book, a, seen))) for a in book.pools[key].claims}
    if len(told) == 1:
        found = still_waiting(law, *told[awards[0]])
        return Rest(together=found.rest, more=(0,), log_chance=found.log_chance)
    year = applicants_given(law, list(told.values()))
    most = max(told[award][0] for award in awards)
    more = tuple(most - told[award][0] for award in awards)
    return Rest(together=year.beyond(most), more=more, log_chance=year.log_chance)


def weigh(question: Question, seen: Seen) -> tuple[tuple[Shock, ...], Evidence]:
    """The joint levels of the shared shocks, weighed by how likely each makes the counts seen.

    Bounds that the counts have broken say nothing on the shocks.

    Raises:
        InputError: claims of pools that are assumed to bring none.
    """
    shocks = joint_shocks(question.book)
    logs = np.array([log(shock.weight) for shock in shocks])
    broken, problems = set(), []
    for key in dict.fromkeys(question.book.pool_of()[award] for award in question.awards):
        told = _log_chances(question.book, key, shocks, Evidence(seen=seen))
        if told.max() > -inf:
            logs += told
            continue
        broken.add(key)
        without = Evidence(seen=seen, broken=frozenset({key}))
        if _log_chances(question.book, key, shocks, without).max() == -inf:
            problems.append(_none_assumed(question.book, key, seen))
    if problems:
        raise InputError(problems)
    weights = [exp(each) for each in logs - logs.max()]
    found = tuple(
        replace(shock, weight=weight / sum(weights))
        for shock, weight in zip(shocks, weights, strict=True)
    )
    return found, Evidence(seen=seen, broken=frozenset(broken))


def _log_chances(
    book: PoolBook, key: str, shocks: tuple[Shock, ...], known: Evidence
) -> FloatArray:
    """How likely each joint level makes the counts of a pool: logarithms, float64[shock]."""
    pool = book.pools[key]
    award = next(iter(pool.claims))
    levels = [shock_times(pool, shock)[0] for shock in shocks]
    chances = {t: rest_of(book, (award,), t, known).log_chance for t in dict.fromkeys(levels)}
    return np.array([chances[times] for times in levels])


def _none_assumed(book: PoolBook, key: str, seen: Seen) -> Problem:
    pool = book.pools[key]
    counts = ", ".join(f"{seen.count(award)} of {award}" for award in pool.claims)
    return Problem(
        place=f"pools.{key}",
        fact=f"{counts} ('{pool.name_zh}') have been claimed, but none are assumed to come",
        remedy=f"Raise the mean, 'covered' or 'take_up' of pools.{key} in the scenario.",
    )


@dataclass(frozen=True, slots=True)
class SeenBook(LawBook):
    """Laws of a year of which the claims until a day are known.

    Attributes:
        known: these claims.
        sizes_like: as how many claims the assumed sizes count beside the seen ones.
    """

    known: Evidence | None = None
    sizes_like: float = 20.0

    def work_out(
        self, question: Question, awards: Awards, point_set: int, keep: Keep | None
    ) -> Part:
        """Facts and what is still to come; `keep` is a share of what is still to come."""
        seen = self.evidence.seen

        def together(times: float) -> CountLaw:
            return rest_of(question.book, awards, times, self.evidence).together

        rest = self.counted(question, awards, together, (point_set, keep))
        laws = [rest.laws, *self._more(question, awards, (point_set, keep))]
        whole = laws[0] if len(laws) == 1 else self.by_shock(laws, Fraction(1), None)
        facts = sum(seen.total(award) for award in awards)
        come = max(seen.count(award) for award in awards)
        return Part(laws=_shifted(whole, facts), claims_mean=rest.claims_mean + come)

    def _more(
        self, question: Question, awards: Awards, at: tuple[int, Keep | None]
    ) -> Iterator[Laws]:
        """What is still to come from applicants who have already claimed another of the awards."""
        point_set, keep = at
        for place, n in enumerate(rest_of(question.book, awards, 1.0, self.evidence).more):
            if n:
                share = None if keep is None else (keep[place],)
                yield self._fixed(question, awards[place], n, (point_set, share))

    def _fixed(self, question: Question, award: str, n: int, at: tuple[int, Keep | None]) -> Laws:
        return self.counted(question, (award,), lambda _: fixed(n), at).laws

    def points(self, question: Question, award: str, at: tuple[float, int]) -> PayoutLaw:
        """What a claim still to come is worth: as the pool assumes, and as those seen were."""
        names = (question.book.pool_of()[award], award)
        assumed = payout_points(question.book, names, question.awards[award], *at)
        return blended(assumed, self.evidence.seen.city_yuan.get(award), self.sizes_like)

    @property
    def evidence(self) -> Evidence:
        """What is known."""
        assert self.known is not None  # a book of a forecast is made with it
        return self.known


def credibility(n_seen: int, sizes_like: float) -> float:
    """The weight of the seen sizes beside the assumed ones.

    >>> credibility(0, 20.0), credibility(60, 20.0)
    (0.0, 0.75)
    """
    return n_seen / (n_seen + sizes_like) if n_seen else 0.0


def blended(assumed: PayoutLaw, seen_yuan: IntArray | None, sizes_like: float) -> PayoutLaw:
    """The assumed payouts mixed with those seen, by the credibility of the latter."""
    if seen_yuan is None or not len(seen_yuan):
        return assumed
    weight = credibility(len(seen_yuan), sizes_like)
    each = np.full(len(seen_yuan), weight / len(seen_yuan))
    yuan = np.concatenate((assumed.yuan, seen_yuan))
    return payout_law(yuan, np.concatenate(((1 - weight) * assumed.weights, each)))


def _shifted(laws: Laws, yuan: int) -> Laws:
    """The laws with a fact added; shocks that shared a law still do."""
    made: dict[int, TotalLaw] = {}
    return tuple(made.setdefault(id(law), shift(law, yuan)) for law in laws)
