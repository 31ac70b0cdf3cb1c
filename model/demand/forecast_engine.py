"""The engine of a year whose claims until a day are known: the exact one, on updated laws."""

from __future__ import annotations

from fractions import Fraction

from model.demand.calendar import MONTHS
from model.demand.exact import ExactEngine, held
from model.demand.forecast import SeenBook, share_come, weigh
from model.demand.forecast_draws import make_source
from model.demand.joint_draws import DrawnYears
from model.demand.lawbook import Part, by_pool
from model.demand.laws import nothing, stays_in_year
from model.demand.numbers import Span
from model.demand.question import Question
from model.demand.seen import Seen
from model.demand.totals import TotalLaw, shift
from model.years import Years


class ForecastEngine(ExactEngine):
    """Answers for a year of which some claims are facts.

    Like questions keep the weights that the central one gives to the shocks.
    """

    @property
    def seen(self) -> Seen:
        """The claims that are facts."""
        return self._known.evidence.seen

    @property
    def sizes_like(self) -> float:
        """As how many claims the assumed sizes count beside the seen ones."""
        return self._known.sizes_like

    @property
    def broken(self) -> frozenset[str]:
        """The pools of which more claims have come than their bounds allow."""
        return self._known.evidence.broken

    @property
    def _known(self) -> SeenBook:
        assert isinstance(self.book, SeenBook)
        return self.book

    def years(
        self, question: Question, accounts: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """What accounts of a like question are asked for in every draw; held if not too many."""
        awards = dict.fromkeys(a for account in accounts for a in question.load(account).awards)
        return self._drawn(question, accounts, tuple(awards), (span or question.span, False))

    def award_years(
        self, question: Question, awards: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """City money that awards of a like question ask for in every draw."""
        return self._drawn(question, awards, awards, (span or question.span, True))

    def _drawn(
        self,
        question: Question,
        columns: tuple[str, ...],
        awards: tuple[str, ...],
        how: tuple[Span, bool],
    ) -> Years:
        wanted = set(awards)
        groups = by_pool(question, question.awards)
        sources = tuple(
            make_source(self._known, question, group) for group in groups if wanted & set(group)
        )
        return held(
            DrawnYears(
                question=question, columns=columns, sources=sources, span=how[0], by_award=how[1]
            )
        )

    def claims_through(self, awards: tuple[str, ...], month: int) -> tuple[TotalLaw, ...]:
        """The laws of what some awards ask for by the end of a month: facts, and what comes."""
        question, seen = self.central, self.seen
        over = seen.is_over(month)
        known = tuple(award for award in awards if over and seen.covered(award))
        parts = [
            self.book.part(question, group, 0, tuple(self._comes(a, month) for a in group))
            for group in by_pool(question, [award for award in awards if award not in known])
        ]
        fact = shift(nothing(), sum(seen.total(award, month) for award in known))
        if known:
            parts.append(Part(laws=(fact,) * len(self.book.shocks), claims_mean=0.0))
        return parts[0].laws if len(parts) == 1 else self.book.total(parts)

    def _comes(self, award: str, month: int) -> Fraction:
        """Which part of an award's claims still to come has come by the end of a month.

        Where the calendar expects none after the day, what comes nevertheless comes at once.
        """
        book = self.central.book
        so_far = share_come(book, award, self.seen)
        if so_far == 1:
            return Fraction(1)
        return (book.reached_by(award)[month] - so_far) / (1 - so_far)

    def through(self, account: str, month: int) -> TotalLaw:
        """The law of what an account is asked for by the end of a month, 0 to 11."""
        spec, load = self.central.book.accounts[account], self.central.load(account)
        calendar = None if spec.payment is None else spec.payment.calendar
        reached = self.central.book.reached(calendar)[month]
        payment = self.book.payment(spec, load.appropriation_yuan)
        claims = Part(laws=self.claims_through(load.awards, month), claims_mean=0.0)
        due = self.book.reached_of(payment, reached)
        return self.book.mixed(self.book.total([claims], stays_in_year(spec), due))

    def claims_of_year(self, account: str) -> TotalLaw:
        """The law of an account's claims of the whole year, without any payment by progress."""
        awards = self.central.load(account).awards
        return self.book.mixed(self.claims_through(awards, MONTHS - 1))


def make_forecast_engine(question: Question, seen: Seen, sizes_like: float) -> ForecastEngine:
    """The engine for a question when some claims of the year are known.

    Args:
        sizes_like: as how many claims the assumed sizes count beside the seen ones.

    Raises:
        InputError: claims of pools that are assumed to bring none.
    """
    shocks, known = weigh(question, seen)
    book = SeenBook(shocks, known=known, sizes_like=sizes_like)
    return ForecastEngine(central=question, book=book)
