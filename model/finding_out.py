"""Which assumption to find out first: what each moves, and what knowing it would be worth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np

from model.allocation.knowing import (
    perfect_information,
    solve_money,
    stochastic_solution,
    value_of_finding_out,
)
from model.allocation.plan import cost
from model.allocation.problem import Payments, Problem
from model.allocation.search import Optimum
from model.demand.draws import committed_yuan
from model.demand.engine import Engine
from model.demand.question import Question
from model.demand.ranges import ENDS, Effect
from model.risk import Estimate, IntArray

MOST_YEARS = 1 << 15  # a mean over assumptions needs fewer years than the tail of one of them

Ends = tuple[tuple[str, Literal["low", "high"]], ...]  # assumptions moved at once; () is central
PaymentsOf = Callable[[Question], Payments | None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LikeProblems:
    """A problem, and what it becomes when assumptions take their low or high, others central.

    The random numbers, the budgets and every limit stay; only claims and money bound before move.

    Attributes:
        touched: for each assumption, the accounts of the problem that it touches.
        payments_of: how accounts pay kinds of claims in a like question; None where they have no
            rules.
    """

    problem: Problem
    question: Question
    engine: Engine
    touched: Mapping[str, tuple[str, ...]]
    payments_of: PaymentsOf | None = None
    _columns: dict[tuple[str, Ends], IntArray] = field(default_factory=dict)

    def at(self, ends: Ends) -> Problem:
        """The problem with these assumptions at these ends."""
        moved = self._question(ends)
        demand, committed = np.array(self.problem.demand[:]), self.problem.committed_yuan.copy()
        for account in dict.fromkeys(a for path, _ in ends for a in self.touched[path]):
            column = self.problem.index[account]
            demand[:, column] = self._column(account, ends)
            committed[column] = committed_yuan(moved.book.accounts[account])
        payments = self.payments_of(moved) if self.payments_of is not None else None
        if (payments is None) != (self.problem.payments is None):
            raise ValueError("the problem and payments_of disagree on whether accounts have rules")
        return replace(self.problem, demand=demand, committed_yuan=committed, payments=payments)

    def _question(self, ends: Ends) -> Question:
        book = self.question.book
        for path, end in ends:
            book = self.engine.likes.at(book, path, end)
        return replace(self.question, book=book)

    def _column(self, account: str, ends: Ends) -> IntArray:
        """What the account is asked for; assumptions that do not touch it change no number."""
        here = tuple((path, end) for path, end in ends if account in self.touched[path])
        if (account, here) not in self._columns:
            years = self.engine.years(self._question(here), (account,))
            self._columns[account, here] = years[:][:, 0]
        return self._columns[account, here]


def make_like_problems(
    problem: Problem,
    question: Question,
    engine: Engine,
    effects: Iterable[Effect],
    payments_of: PaymentsOf | None = None,
) -> LikeProblems:
    """The problem with at most `MOST_YEARS` draws, and all problems like it.

    Args:
        effects: of every assumption on every account that it touches.
    """
    touched: dict[str, dict[str, None]] = {}
    for effect in effects:
        if effect.account in problem.index:
            touched.setdefault(effect.assumption, {})[effect.account] = None
    if len(problem.demand) > MOST_YEARS:
        problem = _first_years(problem)
        question = replace(question, span=replace(question.span, count=MOST_YEARS))
    return LikeProblems(
        problem=problem,
        question=question,
        engine=engine,
        touched={path: tuple(accounts) for path, accounts in touched.items()},
        payments_of=payments_of,
    )


def _first_years(problem: Problem) -> Problem:
    here, payments = slice(0, MOST_YEARS), problem.payments
    if payments is not None:
        payments = replace(payments, demand=payments.demand[here])
    return replace(problem, demand=problem.demand[here], payments=payments)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The adopted budgets, nothing moved, with one assumption at its low or high.

    Attributes:
        cost_yuan: the objective of the plan: mean, and worst-share mean with its weight.
        gap_probability: of each account of the problem that the assumption touches.
    """

    cost_yuan: float
    gap_probability: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One assumption: what it moves, and what it would be worth to find out.

    Attributes:
        value_yuan: fall of the mean cost if it were known before money moves; 0 where that would
            change no move, None where it was not looked for because others move the cost more.
    """

    assumption: str
    low: Standing
    high: Standing
    central_cost_yuan: float
    value_yuan: float | None = None

    @property
    def swing_yuan(self) -> float:
        """The largest cost over low, central and high, less the least."""
        costs = (self.low.cost_yuan, self.central_cost_yuan, self.high.cost_yuan)
        return max(costs) - min(costs)


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingOut:
    """What it would be worth to know more.

    Attributes:
        perfect_information: of every year, over chance only.
        stochastic_solution: what a plan for mean claims would cost more, over chance only.
        findings: every assumption that touches an account of the problem, strongest first.
    """

    perfect_information: Estimate
    stochastic_solution: Estimate
    findings: tuple[Finding, ...]

    @property
    def ranked(self) -> tuple[Finding, ...]:
        """The assumptions whose value was looked for, the one most worth knowing first."""
        valued = (finding for finding in self.findings if finding.value_yuan is not None)
        return tuple(sorted(valued, key=lambda finding: -(finding.value_yuan or 0.0)))


def find_out(likes: LikeProblems, effects: Iterable[Effect], most: int | None = None) -> FindingOut:
    """What each assumption moves, and what knowing it would be worth.

    Args:
        effects: of every assumption on every account that it touches.
        most: how many assumptions, by their swing, have their value looked for; all by default,
            because one about an account that gives money may move no cost before it gives.

    Raises:
        InputError: no plan meets the limits.
    """
    findings, best = find_swings(likes, effects), solve_money(likes.problem)
    valued = [
        replace(each, value_yuan=find_value(likes, each.assumption, best))
        for each in findings[:most]
    ]
    return FindingOut(
        perfect_information=perfect_information(likes.problem),
        stochastic_solution=stochastic_solution(likes.problem),
        findings=(*valued, *findings[len(valued) :]),
    )


def find_swings(likes: LikeProblems, effects: Iterable[Effect]) -> tuple[Finding, ...]:
    """Every assumption at its low and its high, the one that moves the cost most first."""
    chances: dict[tuple[str, str], dict[str, float]] = {}
    for effect in effects:
        if effect.account in likes.problem.index:
            here = chances.setdefault((effect.assumption, effect.at), {})
            here[effect.account] = effect.gap_probability
    budgets = likes.problem.budget_yuan
    central = cost(likes.problem, budgets)
    findings = []
    for path in likes.touched:
        low, high = (
            Standing(
                cost_yuan=cost(likes.at(((path, end),)), budgets),
                gap_probability=chances[path, end],
            )
            for end in ENDS
        )
        found = Finding(assumption=path, low=low, high=high, central_cost_yuan=central)
        findings.append(found)
    return tuple(sorted(findings, key=lambda finding: -finding.swing_yuan))


def find_value(likes: LikeProblems, assumption: str, best: Optimum | None = None) -> float:
    """What it would be worth to know the assumption before money moves, by its own weights.

    Args:
        best: the least cost with all assumptions central, where it is known already.
    """
    low, central, high = likes.question.book.figures()[assumption].weights
    others = tuple(likes.at(((assumption, end),)) for end in ENDS)
    return value_of_finding_out(likes.problem, others, (central, low, high), best)
