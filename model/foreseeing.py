"""What the rest of a year holds when some of its claims are known: accounts, awards, the plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from model.allocation.plan import Plan
from model.demand.calendar import MONTHS
from model.demand.exact import ExactEngine, make_exact_engine
from model.demand.forecast import credibility, share_come
from model.demand.forecast_engine import ForecastEngine, make_forecast_engine
from model.demand.laws import Shock, stays_in_year
from model.demand.question import Question
from model.demand.ranges import Effect, find_effects
from model.demand.seen import Seen
from model.demand.totals import TotalLaw, quantile
from model.planning import make_plan
from model.risk import AccountRisk
from model.scenario import Scenario
from model.transfer_rules import RESERVE, judged_accounts

SHARES = (5, 10, 25, 50, 75, 90, 95)  # percents of years that a total is not exceeded in


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthForecast:
    """What an account is asked for by the end of a month, claims and payments by progress.

    Attributes:
        month: 1 to 12.
        known: whether the month has passed and the account has only claims that the register
            would hold: a fact.
        asked_yuan: for each of `SHARES`, what is not exceeded in so many years.
    """

    month: int
    known: bool
    asked_yuan: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountForecast:
    """One judged account.

    Attributes:
        start: the risk as it was at the start of the year, before any claim.
        risk: the risk now.
        gap_range: the least and largest chance of a gap now over the assumptions, one at a time.
        only_claims: whether it is asked for nothing but claims that the register would hold.
        run_out: for each month the chance that the money has run out by its end.
        claims, claimed_yuan: what has been claimed so far, and the city money for it.
        due_yuan: what of that money is paid within the year.
        year_yuan: for each of `SHARES`, what the year's total does not exceed in so many years.
    """

    account: str
    start: AccountRisk
    risk: AccountRisk
    gap_range: tuple[float, float]
    only_claims: bool
    run_out: tuple[float, ...]
    claims: int
    claimed_yuan: int
    due_yuan: int
    year_yuan: tuple[int, ...]
    months: tuple[MonthForecast, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardForecast:
    """One costed award.

    Attributes:
        claims, claimed_yuan: what has been claimed so far.
        share_come: the share of the year's claims that the calendar expects by the day.
        expected_by_now: claims that were expected by the day.
        year_at_start, year_now: the year's mean count at the start of the year and now.
        mean_payout_assumed, mean_payout_seen: city money a claim; the latter None without claims.
        size_weight: the weight of the seen sizes in those still to come.
        year_yuan_now: the year's mean city money now.
        covered: whether the register would hold its claims; if not, nothing is updated.
        beyond_bounds: whether more have come than the pool's bounds allow, which are left out then.
    """

    award: str
    claims: int
    claimed_yuan: int
    share_come: float
    expected_by_now: float
    year_at_start: float
    year_now: float
    mean_payout_assumed: float
    mean_payout_seen: float | None
    size_weight: float
    year_yuan_now: float
    beyond_bounds: bool
    covered: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replan:
    """The plan on the updated demand; the risk of each account before and after it."""

    plan: Plan
    before: Mapping[str, AccountRisk]
    after: Mapping[str, AccountRisk]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """Everything that a forecast says.

    Attributes:
        shocks: the joint levels of the shared shocks, with their weights at the start and now.
    """

    scenario: Scenario
    seen: Seen
    draws: int
    accounts: tuple[AccountForecast, ...]
    awards: tuple[AwardForecast, ...]
    shocks: tuple[tuple[Shock, Shock], ...]
    replan: Replan


def foresee(scenario: Scenario, question: Question, seen: Seen) -> Forecast:
    """The forecast of every judged account, and the plan on it.

    Raises:
        InputError: claims of pools that are assumed to bring none.
    """
    start = make_exact_engine(question)
    engine = make_forecast_engine(question, seen, scenario.settings.forecast.sizes_like)
    judged = judged_accounts(scenario)
    only = replace(
        question,
        loads=tuple(question.load(account) for account in judged),
        budgets={account: question.budgets[account] for account in judged},
    )
    effects = find_effects(only, engine)
    shocks = zip(start.book.shocks, engine.book.shocks, strict=True)
    return Forecast(
        scenario=scenario,
        seen=seen,
        draws=question.span.count,
        accounts=tuple(_account(start, engine, account, effects) for account in judged),
        awards=tuple(_award(start, engine, award) for award in question.awards),
        shocks=tuple(shocks),
        replan=plan_again(scenario, question, engine),
    )


def _account(
    start: ExactEngine, engine: ForecastEngine, account: str, effects: tuple[Effect, ...]
) -> AccountForecast:
    budget = engine.central.budgets[account]
    risk = engine.risk(account, budget, 0.05)
    chances = [effect.gap_probability for effect in effects if effect.account == account]
    awards = engine.central.load(account).awards
    claimed = sum(engine.seen.total(award) for award in awards)
    stays = stays_in_year(engine.central.book.accounts[account])
    year = engine.through(account, MONTHS - 1)
    return AccountForecast(
        account=account,
        start=start.risk(account, budget, 0.05),
        risk=risk,
        gap_range=(
            min([risk.gap_probability.value, *chances]),
            max([risk.gap_probability.value, *chances]),
        ),
        only_claims=_only_claims(engine, account),
        run_out=engine.run_out(account, budget),
        claims=sum(engine.seen.count(award) for award in awards),
        claimed_yuan=claimed,
        due_yuan=claimed * stays.numerator // stays.denominator,
        year_yuan=_not_exceeded(year),
        months=tuple(_month(engine, account, month) for month in range(MONTHS)),
    )


def _month(engine: ForecastEngine, account: str, month: int) -> MonthForecast:
    return MonthForecast(
        month=month + 1,
        known=engine.seen.is_over(month) and _only_claims(engine, account),
        asked_yuan=_not_exceeded(engine.through(account, month)),
    )


def _only_claims(engine: ForecastEngine, account: str) -> bool:
    """Whether an account is asked for nothing but claims that the register would hold."""
    pays = engine.central.book.accounts[account].payment is not None
    return not pays and all(map(engine.seen.covered, engine.central.load(account).awards))


def _not_exceeded(law: TotalLaw) -> tuple[int, ...]:
    return tuple(quantile(law, share / 100) for share in SHARES)


def _award(start: ExactEngine, engine: ForecastEngine, award: str) -> AwardForecast:
    question, seen = engine.central, engine.seen
    claims, yuan = seen.count(award), seen.total(award)
    share = float(share_come(question.book, award, seen))
    at_start = start.claims_mean(question, award)
    asked = start.look_at_award(question, award)
    return AwardForecast(
        award=award,
        claims=claims,
        claimed_yuan=yuan,
        share_come=share,
        expected_by_now=at_start * share,
        year_at_start=at_start,
        year_now=engine.claims_mean(question, award),
        mean_payout_assumed=asked / at_start if at_start else 0.0,
        mean_payout_seen=yuan / claims if claims else None,
        size_weight=credibility(claims, engine.sizes_like),
        year_yuan_now=engine.look_at_award(question, award),
        covered=seen.covered(award),
        beyond_bounds=question.book.pool_of()[award] in engine.broken,
    )


def plan_again(scenario: Scenario, question: Question, engine: ForecastEngine) -> Replan:
    """The plan by the scenario's rules on the updated demand, checked without the solver."""
    planned = make_plan(scenario, question, engine)
    problem, plan = planned.problem, planned.plan
    share = problem.worst_share

    def risks(budgets: list[int]) -> dict[str, AccountRisk]:
        held = dict(zip(problem.accounts, budgets, strict=True))
        return {a: engine.risk(a, yuan, share) for a, yuan in held.items() if a != RESERVE}

    return Replan(
        plan=plan,
        before=risks(problem.budget_yuan.tolist()),
        after=risks(plan.budget_after_yuan.tolist()),
    )
