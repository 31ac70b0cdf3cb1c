"""The options of a scenario: what each does to those who give and to those who receive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from model.allocation.different import DifferentPlan, different_plans
from model.allocation.frontier import FrontierPoint, frontier
from model.allocation.options import Option, option_menu
from model.allocation.plan import Transfer, budgets_after
from model.allocation.problem import Problem
from model.allocation.search import Search
from model.demand.engine import Engine
from model.risk import AccountRisk
from model.settings import Approvals
from model.transfer_rules import RESERVE

APPROVALS = tuple(Approvals.model_fields)  # from the lightest to the heaviest

Transfers = tuple[Transfer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One account that gives or receives in an option, before and after.

    Attributes:
        moved_yuan: what it receives; below zero what it gives.
        regret: for a giver, the chance of a year whose claims it could have paid before and
            cannot pay any more; exact, because it only lost money.
    """

    account: str
    moved_yuan: int
    before: AccountRisk
    after: AccountRisk
    regret: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What can be carried out: the menu, money moved against money unpaid, and other plans.

    Attributes:
        sides: for the transfers of every option, those who give and those who receive.
    """

    menu: tuple[Option, ...]
    frontier: tuple[FrontierPoint, ...]
    different: tuple[DifferentPlan, ...]
    sides: Mapping[Transfers, tuple[Side, ...]]


def find_options(search: Search, engine: Engine) -> Options:
    """Every option of the search's problem, each with its sides as the engine sees them."""
    problem = search.problem
    menu = option_menu(search, APPROVALS)
    best = min(menu, key=lambda option: option.objective_yuan, default=None)
    unpaid, _ = search.surfaces[0].mean_cuts(problem.budget_yuan.astype(float))
    different = () if best is None else different_plans(search, best, unpaid)
    plans = dict.fromkeys([*(o.transfers for o in menu), *(d.transfers for d in different)])
    known: dict[tuple[str, int], AccountRisk] = {}
    return Options(
        menu=menu,
        frontier=frontier(search),
        different=different,
        sides={transfers: _sides(problem, transfers, engine, known) for transfers in plans},
    )


def _sides(
    problem: Problem,
    transfers: Transfers,
    engine: Engine,
    known: dict[tuple[str, int], AccountRisk],
) -> tuple[Side, ...]:
    """The accounts whose money changes, givers first, without the reserve: nobody claims it."""
    after = budgets_after(problem, transfers)
    sides = []
    for i, account in enumerate(problem.accounts):
        moved = int(after[i] - problem.budget_yuan[i])
        if not moved or account == RESERVE:
            continue
        both = []
        for budget in (int(problem.budget_yuan[i]), int(after[i])):
            if (account, budget) not in known:
                known[account, budget] = engine.risk(account, budget, problem.worst_share)
            both.append(known[account, budget])
        gained = both[1].gap_probability.value - both[0].gap_probability.value
        regret = max(gained, 0.0) if moved < 0 else None
        sides.append(
            Side(account=account, moved_yuan=moved, before=both[0], after=both[1], regret=regret)
        )
    return tuple(sorted(sides, key=lambda side: side.moved_yuan > 0))
