"""What moving a figure of an award does to demand and to gaps, and which figure fits the money."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import ceil

from model.demand.engine import Engine
from model.demand.question import Question
from model.ladder import Value, Way, printed_from
from model.printed_figures import PrintedFigure, printed_figures, with_figure
from model.risk import AccountRisk

MOST_LOOSER = 18  # printable figures tried on the looser side: amounts up to tenfold
MOST_TIGHTER = 36  # and on the tighter side: amounts down to a hundredth


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """An award with one figure at some value, all else central.

    Attributes:
        value: of the figure: yuan, units or a fraction.
        demand_mean_yuan: the award's mean city money of a year.
        gap_probability: the chance of a gap of the account that pays it.
    """

    value: Value
    demand_mean_yuan: float
    gap_probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A figure of an award that a city could revise, and what revising it would do.

    Attributes:
        present: the award as it is.
        tighter, looser: the next printable figure that lets less or more be asked for; None where
            the figure cannot move further.
        target: a chance of a gap that is aimed at.
        fitting: the loosest printable figure at which the account's chance of a gap is at most the
            target; None where no figure that was tried reaches it.
        searched_to: the furthest value that was open to the search: tighter where the chance lies
            above the target at present, looser where it does not.
    """

    account: str
    award: str
    figure: PrintedFigure
    present: Trial
    tighter: Trial | None
    looser: Trial | None
    target: float
    fitting: Trial | None
    searched_to: Value

    @property
    def reached(self) -> bool:
        """Whether some figure brings the chance down to the target, or keeps it there."""
        return self.fitting is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """Where one figure of one award is tried out; what was tried is kept."""

    question: Question
    engine: Engine
    account: str
    award: str
    figure: PrintedFigure
    tried: dict[Value, Trial] = field(default_factory=dict)

    def at(self, value: Value) -> Trial:
        """The award with the figure at a value that is offered."""
        if value not in self.tried:
            self.tried[value] = self._look(value)
        return self.tried[value]

    def _look(self, value: Value) -> Trial:
        question = self.question
        if value != self.figure.value:
            changed = with_figure(question.awards[self.award], self.figure, value)
            assert changed is not None, "only values that are offered are looked at"
            question = replace(question, awards={**question.awards, self.award: changed})
        view = self.engine.look(question, self.account)
        return Trial(
            value=value,
            demand_mean_yuan=self.engine.look_at_award(question, self.award),
            gap_probability=view.gap(question.money(self.account)),
        )

    def offered(self, way: Way, most: int) -> list[Value]:
        """The printable values beyond the present one, up to the first that no paper prints."""
        award, values = self.question.awards[self.award], []
        for value in printed_from(self.figure.value, way, most):
            if with_figure(award, self.figure, value) is None:
                break
            values.append(value)
        return values


def find_levers(
    question: Question,
    account_of: Mapping[str, str | None],
    engine: Engine,
    accounts: Collection[str],
    target: float,
) -> tuple[Lever, ...]:
    """Every figure of every award that one of the accounts pays, in the order of the document.

    Who exists does not change with a figure: a looser threshold shows only those more who are in
    the pools already, so that what it costs is a least.

    Args:
        question: the central question of the engine.
        account_of: award -> the account that pays it.
        accounts: those whose chance of a gap can be judged.
        target: the chance of a gap that a figure is sought for.
    """
    levers = []
    for award_id, award in question.awards.items():
        account = account_of[award_id]
        if account is None or account not in accounts:
            continue
        for figure in printed_figures(award):
            bench = _Bench(
                question=question, engine=engine, account=account, award=award_id, figure=figure
            )
            levers.append(_find_lever(bench, target))
    return tuple(levers)


def _find_lever(bench: _Bench, target: float) -> Lever:
    figure, present = bench.figure, bench.at(bench.figure.value)
    tighter = bench.offered(figure.tighter, MOST_TIGHTER)
    looser = bench.offered(figure.looser, MOST_LOOSER)
    if present.gap_probability <= target:
        values, end = [*reversed(looser), figure.value], [figure.value, *looser][-1]
    else:
        values, end = tighter, [figure.value, *tighter][-1]
    return Lever(
        account=bench.account,
        award=bench.award,
        figure=figure,
        present=present,
        tighter=bench.at(tighter[0]) if tighter else None,
        looser=bench.at(looser[0]) if looser else None,
        target=target,
        fitting=_loosest_fitting(bench, values, target),
        searched_to=end,
    )


def _loosest_fitting(bench: _Bench, values: list[Value], target: float) -> Trial | None:
    """The first trial with a chance at or below the target; None where there is none.

    Args:
        values: from the loosest to the tightest. The chance never rises along them, so that half
            of them need not be tried at every turn.
    """

    def fits(value: Value) -> bool:
        return bench.at(value).gap_probability <= target

    if not values or not fits(values[-1]):
        return None
    if fits(values[0]):
        return bench.at(values[0])
    above, within = 0, len(values) - 1  # the former does not fit, the latter does
    while within - above > 1:
        middle = (above + within) // 2
        above, within = (above, middle) if fits(values[middle]) else (middle, within)
    return bench.at(values[within])


# --- the inverse for all awards of an account at once ---


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedRatio:
    """What part of every claim an account can promise to pay, and keep in 95 years of 100.

    Attributes:
        ratio: the largest part r, from 0 to 1, with P(r x demand <= available) at least 95 %.
    """

    account: str
    available_yuan: int
    demand_p95_yuan: int
    ratio: Fraction

    @property
    def percent(self) -> int:
        """The ratio in whole percent, rounded down so that the promise holds."""
        return int(self.ratio * 100)


def find_promised_ratios(risks: Mapping[str, AccountRisk]) -> tuple[PromisedRatio, ...]:
    """The ratio of every account at the budget of its risk, in the given order.

    Everything asked of the account in the year counts as a claim, payments by progress too.
    """
    return tuple(_promise(account, risk) for account, risk in risks.items())


def _promise(account: str, risk: AccountRisk) -> PromisedRatio:
    asked = ceil(risk.demand_p95_yuan.value)  # never a yuan less than what must be covered
    return PromisedRatio(
        account=account,
        available_yuan=risk.available_yuan,
        demand_p95_yuan=asked,
        ratio=largest_ratio(risk.available_yuan, asked),
    )


def largest_ratio(available_yuan: int, demand_p95_yuan: int) -> Fraction:
    """The money over what the years ask for at most but for 5 in 100; 0 to 1.

    Demand lies within its 95 % quantile q in 95 % of the years, and r x demand within the money
    where r is the money over q. A larger r would break the promise already at q.

    >>> [str(largest_ratio(money, 40)) for money in (30, 50, 0)], str(largest_ratio(5, 0))
    (['3/4', '1', '0'], '1')
    """
    if available_yuan <= 0:
        return Fraction(0)
    if demand_p95_yuan <= available_yuan:
        return Fraction(1)
    return Fraction(available_yuan, demand_p95_yuan)
