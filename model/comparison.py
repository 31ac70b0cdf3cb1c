"""Scenarios side by side: what each finds, how they differ, and which change causes how much.

Everything here comes from the exact laws, on the same points: what two scenarios share is the same
number, so that a scenario compared with itself differs by exactly 0. Chances are counted in whole
millionths and money in whole yuan, so that causes add up exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace

from model.allocation.plan import Plan
from model.demand.engine import Engine
from model.demand.exact import make_exact_engine
from model.differences import Difference, Source, apply_alone, find_differences
from model.pipeline import make_question
from model.planning import make_plan
from model.scenario import Scenario
from model.transfer_rules import judged_accounts

MILLION = 1_000_000
Tell = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """What is compared of one account, or of all together; also a difference of two of these.

    Attributes:
        available_yuan: budget less what is bound before, below zero where more is bound.
        gap_millionths: the chance of a gap; of all together, that any account has one.
    """

    available_yuan: int = 0
    demand_mean_yuan: int = 0
    gap_millionths: int = 0
    expected_unpaid_yuan: int = 0
    expected_idle_yuan: int = 0

    def __add__(self, other: Measures) -> Measures:
        return Measures(
            **{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)}
        )

    def __neg__(self) -> Measures:
        return Measures(**{f.name: -getattr(self, f.name) for f in fields(self)})

    def __sub__(self, other: Measures) -> Measures:
        return self + -other


NOTHING = Measures()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a scenario finds: its accounts by id, and all of them together.

    Of an account that cannot be judged in every scenario compared, the money only.
    """

    accounts: Mapping[str, Measures]
    total: Measures

    def of(self, account: str) -> Measures:
        """An account; nothing where the scenario has none of that id."""
        return self.accounts.get(account, NOTHING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """What one change alone does to the first scenario, or what all changes do beyond that.

    Attributes:
        difference: the change; None for what the changes do together beyond each alone.
        alone: whether the change holds without the others; if not, it is in the remainder.
        effect: account id -> its change. An account that does not change is left out.
    """

    difference: Difference | None
    alone: bool
    effect: Mapping[str, Measures]
    total: Measures


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Compared:
    """One scenario of a comparison; the first one has no causes.

    Attributes:
        plan: the plan of the scenario; None where none was asked for.
    """

    source: Source
    found: Found
    plan: Plan | None
    names: tuple[str, ...]
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """Some scenarios, the first of which the others are compared with.

    Attributes:
        accounts: every account of any scenario, in order; `judged` are those whose claims are
            known well enough in all of them.
    """

    accounts: tuple[str, ...]
    judged: tuple[str, ...]
    scenarios: tuple[Compared, ...]


def compare(sources: tuple[Source, ...], tell: Tell = lambda name, done: None) -> Comparison:
    """Every scenario, its plan, and why it differs from the first one."""
    accounts = tuple(dict.fromkeys(a for source in sources for a in source.scenario.accounts))
    known = [set(judged_accounts(source.scenario)) for source in sources]
    absent = [set(accounts) - set(source.scenario.accounts) for source in sources]
    judged = tuple(
        account
        for account in accounts
        if all(account in k | a for k, a in zip(known, absent, strict=True))
    )
    done: list[Compared] = []
    for place, source in enumerate(sources):
        tell(source.scenario.name, place / len(sources))
        found, plan, names = _answer(source.scenario, judged)
        one = Compared(source=source, found=found, plan=plan, names=names, causes=())
        if place:
            one = replace(one, causes=find_causes((done[0], one), judged, sources[0].scenario))
        done.append(one)
    return Comparison(accounts=accounts, judged=judged, scenarios=tuple(done))


def _answer(scenario: Scenario, judged: tuple[str, ...]) -> tuple[Found, Plan, tuple[str, ...]]:
    question = make_question(scenario)
    engine = make_exact_engine(question)
    planned = make_plan(scenario, question, engine)
    return measure(scenario, engine, judged), planned.plan, planned.problem.accounts


def measure(scenario: Scenario, engine: Engine, judged: tuple[str, ...]) -> Found:
    """The measures of every account of a scenario, by the laws of its engine."""
    found: dict[str, Measures] = {}
    share = float(scenario.settings.allocation.worst_share)
    for account in scenario.accounts:
        budget = scenario.budget_of(account)
        available = engine.central.left(account, budget)
        found[account] = Measures(available_yuan=available)
        if account in judged:
            risk = engine.risk(account, budget, share)
            found[account] = Measures(
                available_yuan=available,
                demand_mean_yuan=round(risk.demand_mean_yuan.value),
                gap_millionths=round(risk.gap_probability.value * MILLION),
                expected_unpaid_yuan=round(risk.expected_unpaid_yuan.value),
                expected_idle_yuan=round(risk.expected_idle_yuan.value),
            )
    total = sum(found.values(), start=NOTHING)
    here = {a: scenario.budget_of(a) for a in judged if a in scenario.accounts}
    any_short = engine.together(here).any_short_probability.value if here else 0.0
    return Found(accounts=found, total=replace(total, gap_millionths=round(any_short * MILLION)))


def find_causes(
    pair: tuple[Compared, Compared], judged: tuple[str, ...], drawing: Scenario
) -> tuple[Cause, ...]:
    """Each change alone, and last what is left of the whole difference: the two add up to it.

    Args:
        drawing: the scenario whose seed, draws and points hold for all.
    """
    first, other = pair
    causes = []
    for difference in find_differences(first.source, other.source):
        alone = apply_alone(first.source, difference)
        if alone is None:
            causes.append(Cause(difference=difference, alone=False, effect={}, total=NOTHING))
            continue
        changed = like(alone, drawing)
        engine = make_exact_engine(make_question(changed))
        causes.append(_cause(difference, first.found, measure(changed, engine, judged)))
    return (*causes, _remainder(first.found, other.found, causes))


def _cause(difference: Difference, first: Found, changed: Found) -> Cause:
    effect = _effect(first, changed)
    total = changed.total - first.total
    return Cause(difference=difference, alone=True, effect=effect, total=total)


def _effect(first: Found, changed: Found) -> dict[str, Measures]:
    accounts = dict.fromkeys([*first.accounts, *changed.accounts])
    moved = {account: changed.of(account) - first.of(account) for account in accounts}
    return {account: change for account, change in moved.items() if change != NOTHING}


def _remainder(first: Found, other: Found, causes: list[Cause]) -> Cause:
    left, total = _effect(first, other), other.total - first.total
    for cause in causes:
        total = total - cause.total
        for account, change in cause.effect.items():
            left[account] = left.get(account, NOTHING) - change
    left = {account: change for account, change in left.items() if change != NOTHING}
    return Cause(difference=None, alone=True, effect=left, total=total)


def like(scenario: Scenario, drawing: Scenario) -> Scenario:
    """The scenario with the seed, draws and points of another: common random numbers."""
    given = drawing.settings
    same = {"seed": given.seed, "draws": given.draws, "points": given.points}
    return replace(scenario, settings=scenario.settings.model_copy(update=same))
