"""What the stages of a run found, before any of it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.allocation.plan import Plan
from model.allocation.problem import Problem
from model.capprices import CapPrice
from model.demand.breakeven import BreakEven
from model.demand.engine import AwardDemand, JointRisk
from model.demand.ranges import Effect
from model.demand.readings import ReadingEffect
from model.policy.funds import Alternative
from model.risk import AccountRisk, FloatArray
from model.scenario import Scenario
from model.years import Years


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One account: its risk at the adopted budget, how far that moves, and the word for it.

    Attributes:
        verdict: short, tight, idle, ample or unknown.
        warnings: (Chinese, English) pairs.
    """

    account: str
    risk: AccountRisk
    verdict: str
    effects: tuple[Effect, ...]
    break_evens: tuple[BreakEven, ...]
    warnings: tuple[tuple[str, str], ...]

    @property
    def gap_range(self) -> tuple[float, float]:
        """The least and the largest chance of a gap over the assumptions, one at a time."""
        chances = [effect.gap_probability for effect in self.effects]
        central = self.risk.gap_probability.value
        return min([central, *chances]), max([central, *chances])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reallocation:
    """The plan, and what money and leave to move are worth before and after it, in yuan.

    Attributes:
        before, after: the risk of each account of the problem, and of all together.
        values_before, values_after: for each account, the fall of the cost for 100万元 more; the
            latter None where no plan meets the limits.
        limit_prices: limit name -> fall of the least cost when it is relaxed by 100万元.
    """

    problem: Problem
    plan: Plan
    before: tuple[tuple[AccountRisk, ...], AccountRisk]
    after: tuple[tuple[AccountRisk, ...], AccountRisk]
    values_before: FloatArray
    values_after: FloatArray | None
    limit_prices: Mapping[str, float]
    cap_prices: tuple[CapPrice, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Everything a run found.

    Attributes:
        engine: the name of the engine that found the demand.
        years: what every account is asked for in every draw, int64[draw, account].
        joint_risks: for the judged accounts behind each line, in order, their risk together.
    """

    scenario: Scenario
    engine: str
    years: Years
    award_demands: Mapping[str, AwardDemand]
    joint_risks: Mapping[tuple[str, ...], JointRisk]
    judgements: Mapping[str, Judgement]
    readings: tuple[ReadingEffect, ...]
    alternatives: tuple[Alternative, ...]
    reallocation: Reallocation
