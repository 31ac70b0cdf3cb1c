"""What the stages of a run found, before any of it is written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.allocation.plan import Plan
from model.allocation.problem import Problem
from model.allocation.search import Search
from model.chance_rules import ReachedChance
from model.demand.breakeven import BreakEven
from model.demand.engine import AwardDemand, JointRisk
from model.demand.ranges import Effect, WorstGap
from model.demand.readings import ReadingEffect
from model.demand.spreads import SpreadGap
from model.finding_out import FindingOut
from model.giving import SafePlan
from model.levers import Lever, PromisedRatio
from model.optioning import Options
from model.policy.funds import Alternative
from model.risk import AccountRisk
from model.robust_plan import Robustness
from model.scenario import Scenario
from model.stepprices import StepPrice
from model.years import Years


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One account: its risk at the adopted budget, how far that moves, and the word for it.

    Attributes:
        run_out: for each month the chance that the money has run out by its end.
        exceedance: rising sums in yuan, each with the chance that the year asks for more; none
            where the account cannot be judged.
        verdict: short, tight, idle, ample or unknown.
        warnings: (Chinese, English) pairs.
    """

    account: str
    risk: AccountRisk
    run_out: tuple[float, ...]
    exceedance: tuple[tuple[int, float], ...]
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


@dataclass(frozen=True, slots=True, kw_only=True)
class FreshDraws:
    """The cost in yuan of the adopted budget and of the plan, on draws that did not choose it."""

    draws: int
    objective_before: float
    objective_after: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueCurve:
    """Fall of the cost in yuan for several sums more in an account, before and after the plan."""

    account: str
    steps_yuan: tuple[int, ...]
    before_yuan: tuple[float, ...]
    after_yuan: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """What more money, more leave to move and higher figures are worth, in yuan.

    Attributes:
        search: the search that found the least costs, to be asked again.
        draws: the number of draws that the prices were found on.
        limit_prices: limit name -> fall of the least cost when it is relaxed by 100万元.
    """

    search: Search
    draws: int
    values: tuple[ValueCurve, ...]
    limit_prices: Mapping[str, float]
    step_prices: tuple[StepPrice, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reallocation:
    """The plan, how good it is, and what is around it.

    Attributes:
        before, after: the risk of each account of the problem, and of all together.
        fresh, prices: None where no plan meets the limits; prices also where the objective is no
            cost.
        chances: the limits on chances of gaps, with what the plan reaches.
        worst_gaps: by account and budget, for those who give in the plan or in an option, the
            worst that one assumption does to the chance of a gap.
        safe, safe_together: the plan that leaves every giver safe whichever one assumption is
            wrong, and the risk of all accounts together with it; None where there are no prices.
        options, knowing, robust: few moves that people can make, what finding out is worth, and
            the plan for wrong assumptions; None where there are no prices.
    """

    problem: Problem
    plan: Plan
    before: tuple[tuple[AccountRisk, ...], AccountRisk]
    after: tuple[tuple[AccountRisk, ...], AccountRisk]
    fresh: FreshDraws | None
    chances: tuple[ReachedChance, ...]
    prices: Prices | None
    worst_gaps: Mapping[tuple[str, int], WorstGap]
    safe: SafePlan | None
    safe_together: AccountRisk | None
    options: Options | None
    knowing: FindingOut | None
    robust: Robustness | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """Everything a run found.

    Attributes:
        engine: the name of the engine that found the demand.
        years: what every account is asked for in every draw, int64[draw, account].
        spread_gaps: by judged account that pays by progress, its chance of a gap if years varied
            less or more.
        joint_risks: for the judged accounts behind each line, in order, their risk together.
    """

    scenario: Scenario
    engine: str
    years: Years
    award_demands: Mapping[str, AwardDemand]
    joint_risks: Mapping[tuple[str, ...], JointRisk]
    judgements: Mapping[str, Judgement]
    readings: tuple[ReadingEffect, ...]
    levers: tuple[Lever, ...]
    promised_ratios: tuple[PromisedRatio, ...]
    alternatives: tuple[Alternative, ...]
    spread_gaps: Mapping[str, tuple[SpreadGap, ...]]
    reallocation: Reallocation
