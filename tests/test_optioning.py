"""What the options do to both sides: by the engine, and counted on joint draws."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import ERRORS, engine, tiny

from model.allocation.options import option_menu
from model.allocation.plan import Transfer, budgets_after
from model.allocation.problem import Problem
from model.allocation.search import Search
from model.demand.engine import Engine
from model.optioning import APPROVALS, Options, _sides, find_options
from model.pipeline import make_question
from model.settings import Approvals
from model.transfer_rules import RESERVE, make_problem

DRAWS = 4_000


@cache
def found() -> tuple[Problem, Engine, Options]:
    """The tiny world with a reserve of 300万元, of which 100 may be used: the lightest leave."""
    scenario = tiny()
    rules = scenario.settings.allocation
    reserve = rules.reserve.model_copy(
        update={"amount": 3_000_000, "at_most": 1_000_000, "each_at_most": 1_000_000}
    )
    settings = scenario.settings.model_copy(
        update={"draws": DRAWS, "allocation": rules.model_copy(update={"reserve": reserve})}
    )
    scenario = replace(scenario, settings=settings)
    question = make_question(scenario)
    exact = engine("exact", question)
    problem = make_problem(scenario, question, exact)
    return problem, exact, find_options(Search(problem), exact)


def test_approvals_go_from_the_lightest_to_the_heaviest() -> None:
    lightest, *between, heaviest = APPROVALS
    assert (lightest, heaviest) == ("within_department", "key_spending")
    assert between == ["across_departments", "across_domains", "reserve"]
    assert set(APPROVALS) == set(Approvals.model_fields)


def test_the_menu_is_that_of_the_search_and_every_plan_has_its_sides() -> None:
    problem, _, options = found()
    assert options.menu == option_menu(Search(problem), APPROVALS)
    plans = {each.transfers for each in (*options.menu, *options.different)}
    assert set(options.sides) == plans
    assert options.sides[()] == ()
    assert options.different
    assert len(options.frontier) == 8


def test_sides_are_those_whose_money_changes_givers_first_and_never_the_reserve() -> None:
    problem, _, options = found()
    used_reserve = False
    for transfers, sides in options.sides.items():
        moved = budgets_after(problem, transfers) - problem.budget_yuan
        changed = {a: int(m) for a, m in zip(problem.accounts, moved, strict=True) if m}
        used_reserve |= changed.pop(RESERVE, 0) < 0
        assert {side.account: side.moved_yuan for side in sides} == changed
        signs = [side.moved_yuan > 0 for side in sides]
        assert signs == sorted(signs)
        assert all((side.regret is None) == (side.moved_yuan > 0) for side in sides)
    assert used_reserve


def test_both_sides_are_as_the_engine_sees_them() -> None:
    problem, exact, options = found()
    for sides in options.sides.values():
        for side in sides:
            budget = int(problem.budget_yuan[problem.index[side.account]])
            share = problem.worst_share
            assert side.before == exact.risk(side.account, budget, share)
            assert side.after == exact.risk(side.account, budget + side.moved_yuan, share)


def test_regret_is_the_rise_of_the_chance_and_counts_the_years_between() -> None:
    """Years that the giver could pay before and not after: owed above the one, not the other."""
    problem, _, options = found()
    owed = np.asarray(problem.demand) + problem.committed_yuan
    looked_at = 0
    for side in (side for sides in options.sides.values() for side in sides):
        if side.regret is None:
            continue
        i = problem.index[side.account]
        rise = side.after.gap_probability.value - side.before.gap_probability.value
        assert side.regret == pytest.approx(rise, abs=1e-12)
        before = problem.budget_yuan[i]
        after = before + side.moved_yuan
        missed = (owed[:, i] <= before) & (owed[:, i] > after)
        # No error is known where no year is missed, but that of less than one is.
        spread = np.sqrt(max(side.regret, 1 / DRAWS) / DRAWS)
        assert side.regret == pytest.approx(missed.mean(), abs=ERRORS * spread)
        looked_at += side.regret > 0.001
    assert looked_at


def test_an_account_that_passes_money_on_is_a_side_by_what_is_left() -> None:
    """research gets 200 and gives 200 on: it is no side. Of 100 given on it keeps 100."""
    problem, exact, _ = found()

    def through(given: int) -> tuple[tuple[str, int], ...]:
        transfers = (move("building", "research", 200), move("research", "health", given))
        sides = _sides(problem, transfers, exact, {})
        return tuple((side.account, side.moved_yuan) for side in sides)

    assert through(200) == (("building", -2_000_000), ("health", 2_000_000))
    assert through(100) == (
        ("building", -2_000_000),
        ("research", 1_000_000),
        ("health", 1_000_000),
    )


def move(giver: str, receiver: str, wan: int) -> Transfer:
    return Transfer(
        giver=giver, receiver=receiver, amount_yuan=wan * 10_000, approval="across_domains"
    )


def test_where_nothing_may_move_there_is_no_option_and_no_side() -> None:
    problem, exact, _ = found()
    still = replace(problem, arcs=(), arc_limits=())
    options = find_options(Search(still), exact)
    assert (options.menu, options.different, dict(options.sides)) == ((), (), {})
    assert len(options.frontier) == 1
