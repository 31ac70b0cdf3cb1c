"""Limits on the chance of a gap, turned into money that accounts must hold, and looked at again.

One account, and the money of a domain as one sum, need an exact quantile. That any of several
accounts is short is a chance of all of them together: the best plan that keeps it is sought by
planes (`model.allocation.joint`), and each account must then hold what keeps its own chance in that
plan. So every plan within the limits is safe; where claims are lumpy a better one may exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from model.allocation.joint import keep_joint_chance, with_outside_money
from model.allocation.problem import Floor, GroupFloor, Problem
from model.demand.draws import committed_yuan
from model.demand.engine import Engine
from model.demand.question import Question
from model.money import format_money
from model.policy.funds import line_funds
from model.risk import Estimate, FloatArray, any_short_probability, pooled_gap_probability
from model.scenario import Scenario

STEPS = 24  # halvings of what all chances change by: to a ten-millionth of it
LEAST = 1e-6  # chances below this are not looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class ChanceLimit:
    """A limit on a chance of a gap: whose, which gap, how much, in the words of the scenario."""

    id: str
    accounts: tuple[str, ...]
    of: str  # "account", "pooled" or "any_short"
    chance: float
    says_zh: str
    says_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedChance:
    """A limit on a chance, and the chance with the plan: by the engine, and on fresh draws."""

    limit: ChanceLimit
    reached: Estimate
    on_fresh_draws: Estimate


def chance_limits(scenario: Scenario, judged: tuple[str, ...]) -> tuple[ChanceLimit, ...]:
    """Every limit on a chance that the scenario sets on accounts that can be judged."""
    return tuple(
        limit
        for limit in (*_of_accounts(scenario), *_of_domains(scenario), *_of_all(scenario, judged))
        if limit.chance < 1 and limit.accounts and set(limit.accounts) <= set(judged)
    )


def _of_accounts(scenario: Scenario) -> Iterator[ChanceLimit]:
    accounts = scenario.book.accounts
    for account, chance in scenario.settings.allocation.chance_limits.accounts.items():
        spec = accounts[account]
        yield ChanceLimit(
            id=account,
            accounts=(account,),
            of="account",
            chance=float(chance),
            says_zh=f"{spec.name_zh}的缺口可能性不超过{_percent(float(chance))}",
            says_en=f"the chance of a gap of {spec.name_en} is at most {_percent(float(chance))}",
        )


def _of_domains(scenario: Scenario) -> Iterator[ChanceLimit]:
    document, of_fund = scenario.document, scenario.account_of_fund()
    for line, limit in scenario.settings.allocation.chance_limits.domains.items():
        funds = line_funds(scenario.funds, line)
        domain = document.domains[document.lines[line].domain]
        which = (
            ("合计资金", "all its money") if limit.of == "pooled" else ("任一账户", "any account")
        )
        percent = _percent(float(limit.chance))
        yield ChanceLimit(
            id=line,
            accounts=_judged_of(scenario, [of_fund[fund] for fund in funds]),
            of=limit.of,
            chance=float(limit.chance),
            says_zh=f"{domain.name_zh}领域{which[0]}的缺口可能性不超过{percent}",
            says_en=f"the chance of a gap of {which[1]} of {domain.name_en} is at most {percent}",
        )


def _of_all(scenario: Scenario, judged: tuple[str, ...]) -> Iterator[ChanceLimit]:
    together = scenario.settings.allocation.chance_limits.together
    accounts = together.accounts or judged
    names = [scenario.book.accounts[account] for account in accounts]
    percent = _percent(float(together.chance))
    yield ChanceLimit(
        id="together",
        accounts=accounts,
        of="any_short",
        chance=float(together.chance),
        says_zh=f"{'、'.join(n.name_zh for n in names)}任一不够的可能性不超过{percent}",
        says_en=f"the chance that any of {', '.join(n.name_en for n in names)} is short"
        f" is at most {percent}",
    )


def _judged_of(scenario: Scenario, accounts: list[str]) -> tuple[str, ...]:
    """The accounts with grounds: nothing can be promised of the others."""
    lifted = scenario.settings.allocation.assumed_may_move
    known = scenario.book.accounts
    each = dict.fromkeys(accounts)
    return tuple(a for a in each if lifted or known[a].evidence != "assumed")


def chance_floors(
    scenario: Scenario,
    limits: tuple[ChanceLimit, ...],
    engine: Engine,
    problem: Problem,
) -> tuple[Floor, ...]:
    """The money that single accounts must hold; of several limits on an account the strictest.

    Args:
        problem: the problem without the limits on several accounts.
    """
    strictest: dict[str, tuple[int, ChanceLimit]] = {}
    for limit in limits:
        if limit.of == "pooled":
            continue
        for account, chance in divided(limit, engine, problem).items():
            needs = _bound(scenario, account) + engine.money_for((account,), chance)
            if account not in strictest or needs > strictest[account][0]:
                strictest[account] = needs, limit
    names = scenario.book.accounts
    return tuple(
        Floor(
            account=account,
            minimum_yuan=needs,
            says_zh=f"{limit.says_zh}（{names[account].name_zh}不少于{format_money(needs)}）",
            chance=True,
        )
        for account, (needs, limit) in strictest.items()
    )


def divided(limit: ChanceLimit, engine: Engine, problem: Problem) -> dict[str, float]:
    """The chance that each account of a limit may have; together they use the limit up.

    The chances of the best plan that keeps the limit, each higher by what that plan leaves. Where
    no plan keeps it, those of the plan that needs the least money from outside, so that what is
    short can be told; where that is not found either, those of the adopted budgets lowered by one
    factor.
    """
    if limit.of == "account":
        return {limit.accounts[0]: limit.chance}

    def held(money: FloatArray) -> dict[str, int]:
        return {a: int(money[problem.index[a]]) for a in limit.accounts}

    def any_short(money: FloatArray) -> float:
        return engine.together(held(money)).any_short_probability.value

    money = keep_joint_chance(problem, any_short, limit.accounts, limit.chance)
    if money is None:
        wider = with_outside_money(problem, limit.accounts)
        money = keep_joint_chance(wider, any_short, limit.accounts, limit.chance)
    if money is None:
        now = _chances(engine, held(problem.budget_yuan.astype(np.float64)))
        return _loosest(limit, engine, lambda part: {a: part * now[a] for a in now})
    best = _chances(engine, held(money))
    more = limit.chance - max(best.values())
    return _loosest(limit, engine, lambda part: {a: best[a] + part * more for a in best})


def _chances(engine: Engine, budgets: Mapping[str, int]) -> dict[str, float]:
    return {
        a: engine.together({a: yuan}).any_short_probability.value for a, yuan in budgets.items()
    }


def _loosest(
    limit: ChanceLimit, engine: Engine, at: Callable[[float], dict[str, float]]
) -> dict[str, float]:
    """The highest of the chances at a part from 0 to 1 that keep the limit together."""

    def chances(part: float) -> dict[str, float]:
        return {a: max(chance, LEAST) for a, chance in at(part).items()}

    def kept(part: float) -> bool:
        money = {
            a: engine.money_for((a,), chance) - engine.central.left(a, 0)
            for a, chance in chances(part).items()
        }
        return engine.together(money).any_short_probability.value <= limit.chance

    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if kept(middle) else (low, middle)
    return chances(low)


def chance_groups(
    scenario: Scenario, limits: tuple[ChanceLimit, ...], engine: Engine
) -> tuple[GroupFloor, ...]:
    """The money that the accounts of a domain must hold together."""
    found = []
    for limit in limits:
        if limit.of != "pooled":
            continue
        needs = sum(_bound(scenario, account) for account in limit.accounts)
        needs += engine.money_for(limit.accounts, limit.chance)
        says = f"{limit.says_zh}（合计不少于{format_money(needs)}）"
        found.append(
            GroupFloor(id=limit.id, accounts=limit.accounts, minimum_yuan=needs, says_zh=says)
        )
    return tuple(found)


def reached_chances(
    question: Question,
    limits: tuple[ChanceLimit, ...],
    budgets: dict[str, int],
    engine: Engine,
) -> tuple[ReachedChance, ...]:
    """What the chances come to with these budgets, by the engine and on draws never used before."""
    fresh = replace(question.span, first=question.span.count, points="random")
    found = []
    for limit in limits:
        held = {account: budgets[account] for account in limit.accounts}
        risk = engine.together(held)
        demand = engine.years(question, limit.accounts, fresh)[:]
        money = np.array([question.left(account, yuan) for account, yuan in held.items()])
        pooled = limit.of == "pooled"
        by_draws = (pooled_gap_probability if pooled else any_short_probability)(demand, money)
        reached = risk.pooled_gap_probability if pooled else risk.any_short_probability
        found.append(ReachedChance(limit=limit, reached=reached, on_fresh_draws=by_draws))
    return tuple(found)


def _bound(scenario: Scenario, account: str) -> int:
    return committed_yuan(scenario.book.accounts[account])


def _percent(chance: float) -> str:
    return f"{100 * chance:g}%"
