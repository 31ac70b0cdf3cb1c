"""Plans almost as good as the best that differ from it, and from each other, the most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.allocation import lp
from model.allocation.options import MOST_MOVES, Option
from model.allocation.plan import Transfer, budgets_after, cost
from model.allocation.problem import Arc, Problem
from model.allocation.promise import Promise, in_need
from model.allocation.search import Search
from model.allocation.steps import StepProgramme, within
from model.money import WAN

N_DIFFERENT = 3
KEPT = 0.8  # of the saving
YUAN = 1.0  # what a solver may take for nothing
MARGIN, NEAR = 0.3, 0.02  # of many arcs: of the slack, of the distance


@dataclass(frozen=True, slots=True, kw_only=True)
class DifferentPlan:
    """A plan almost as good as the best, and how far its money lies from the best plan's."""

    transfers: tuple[Transfer, ...]
    objective_yuan: float
    distance_yuan: int


def slack_yuan(best_yuan: float, nothing_moved_yuan: float, unpaid_before_yuan: float) -> float:
    """How much more a plan may cost to be almost as good, in yuan.

    It then still saves `KEPT` of what the best plan saves. Where limits force moves that cost more
    than moving nothing, only the sums themselves are compared.

    Args:
        best_yuan, nothing_moved_yuan: the cost of the best plan, and of the adopted budgets.
        unpaid_before_yuan: the mean that the adopted budgets leave unpaid.
    """
    near = max(0.02 * best_yuan, 0.01 * unpaid_before_yuan, 1_000_000.0)
    saved = nothing_moved_yuan - best_yuan
    return near if saved < 0 else min(near, (1 - KEPT) * saved)


def different_plans(
    search: Search, best: Option, unpaid_before_yuan: float, n: int = N_DIFFERENT
) -> tuple[DifferentPlan, ...]:
    """Plans almost as good as the best that differ from it, and from each other, the most.

    The difference of two plans is the sum over the accounts of how far their money lies apart;
    each plan is as far as can be from the nearest of those before it. They have at most
    `MOST_MOVES` transfers, none of them to an account for which its own money is always enough; of
    many arcs only those of the best plan and the most promising beside it are tried. Fewer than `n`
    where the slack leaves no other plan.
    """
    problem = search.problem
    before = cost(problem, problem.budget_yuan)
    maximum = best.objective_yuan + slack_yuan(best.objective_yuan, before, unpaid_before_yuan)
    known = [best.transfers]
    promise = Promise(search)
    useful = _useful(search, promise.tried(_approvals(problem), best.transfers), best)
    # Of many arcs the last bit of distance is given up: it takes minutes to prove.
    held = maximum if promise.few else maximum - MARGIN * (maximum - best.objective_yuan)
    near = 0.0 if promise.few else NEAR
    found: list[DifferentPlan] = []
    for _ in range(n):
        programme = StepProgramme(search, known)
        programme.allow(MOST_MOVES, useful)
        programme.hold(held)
        programme.live.leave_gap(near)
        transfers = _farthest(programme, maximum)
        if transfers is None or min(_apart(problem, transfers, other) for other in known) == 0:
            break
        known.append(transfers)
        found.append(
            DifferentPlan(
                transfers=transfers,
                objective_yuan=cost(problem, budgets_after(problem, transfers)),
                distance_yuan=_apart(problem, transfers, best.transfers),
            )
        )
    return tuple(found)


def _useful(search: Search, arcs: frozenset[Arc], best: Option) -> frozenset[Arc]:
    """The arcs whose receiver is short now and then with its own money, and those of the best."""
    needs = in_need(search, search.problem.budget_yuan.astype(np.float64))
    used = {(each.giver, each.receiver) for each in best.transfers}
    return frozenset(
        arc for arc in arcs if arc.receiver in needs or (arc.giver, arc.receiver) in used
    )


def _approvals(problem: Problem) -> tuple[str, ...]:
    return tuple({arc.approval: None for arc in problem.arcs})


def _farthest(programme: StepProgramme, maximum_yuan: float) -> tuple[Transfer, ...] | None:
    """Transfers within the maximum whose money is the farthest from the nearest of plans known."""
    assert programme.nearest is not None
    programme.live.minimise({programme.nearest: -1.0})
    transfers = within(programme, maximum_yuan + YUAN)
    return None if transfers is None else _as_light(programme, transfers)


def _as_light(programme: StepProgramme, transfers: tuple[Transfer, ...]) -> tuple[Transfer, ...]:
    """The transfers that are the cheapest to approve and leave every account the same money."""
    problem, model = programme.search.problem, programme.rows.master.model
    after = budgets_after(problem, transfers) / WAN
    for account, money in model.money.items():
        held = float(after[problem.index[account]])
        programme.live.set_bounds(money, held, held)
    programme.live.minimise(lp.moves_price(model))
    return programme.solve() or transfers


def _apart(problem: Problem, one: tuple[Transfer, ...], other: tuple[Transfer, ...]) -> int:
    return int(np.abs(budgets_after(problem, one) - budgets_after(problem, other)).sum())
