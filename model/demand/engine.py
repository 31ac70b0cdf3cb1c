"""What an engine of the demand model must be able to answer, whatever way it finds the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from model.demand.levels import LikeBooks
from model.demand.numbers import Span
from model.demand.question import Question
from model.risk import AccountRisk, Estimate
from model.years import Years


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The demand on one account: its mean in yuan, and its chance to exceed some money."""

    mean_yuan: float
    gap: Callable[[int], float]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardDemand:
    """One award's year: mean number of claims, mean and standard deviation of the city money."""

    claims_mean: Estimate
    demand_mean_yuan: Estimate
    demand_sd_yuan: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRisk:
    """Several accounts: chance of a gap as if their money were one, chance that any is short."""

    pooled_gap_probability: Estimate
    any_short_probability: Estimate
    expected_unpaid_yuan: Estimate


class Engine(Protocol):
    """One way to find the demand of a question.

    An engine is made for a central question; it answers like questions (one assumption or one
    award changed) with the same random numbers, or with the same points.
    """

    @property
    def name(self) -> Literal["exact", "applicants"]:
        """How the record calls the engine."""

    @property
    def central(self) -> Question:
        """The question that the engine was made for."""

    @property
    def likes(self) -> LikeBooks:
        """The books of like questions, so that the same one is asked with the same records."""

    def years(
        self, question: Question, accounts: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """What accounts of a like question are asked for in every draw, all accounts together.

        Args:
            span: other draws than those of the question.
        """

    def award_years(
        self, question: Question, awards: tuple[str, ...], span: Span | None = None
    ) -> Years:
        """City money that awards of a like question ask for in every draw, all together."""

    def awards(self) -> Mapping[str, AwardDemand]:
        """Every award of the central question."""

    def risk(self, account: str, budget_yuan: int, worst_share: float) -> AccountRisk:
        """One account of the central question at a budget."""

    def run_out(self, account: str, budget_yuan: int) -> tuple[float, ...]:
        """For each month the chance that an account of the central question, at a budget, has no
        money left by its end; the twelfth is the chance of a gap.
        """

    def money_for(self, accounts: tuple[str, ...], chance: float) -> int:
        """The least money in yuan, beyond what is bound before, that accounts as one sum need so
        that the chance of a gap is at most this.
        """

    def together(self, budgets: Mapping[str, int]) -> JointRisk:
        """Several accounts of the central question, each at the budget given for it."""

    def look(self, question: Question, account: str) -> View:
        """One account of a like question."""

    def look_at_award(self, question: Question, award: str) -> float:
        """The mean city money of one award of a like question, in yuan."""

    def claims_mean(self, question: Question, award: str) -> float:
        """The mean number of claims of one award of a like question."""
