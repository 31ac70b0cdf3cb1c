"""Why limits clash: the smallest sets, by how much, and that every remedy mends."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from small_cities import arc, toy, wan

from model.allocation.clash import find_clashes
from model.allocation.cuts import solve
from model.allocation.plan import check_plan, cost
from model.allocation.prices import relaxed
from model.allocation.problem import DomainLimit, Floor, Problem
from model.money import WAN


def floors_of(*amounts: float) -> tuple[Floor, ...]:
    return tuple(
        Floor(account=account, minimum_yuan=int(amount), says_zh=f"{account}的底线")
        for account, amount in zip("abc", wan(*amounts), strict=True)
    )


def test_a_problem_with_a_plan_has_no_clash() -> None:
    assert find_clashes(toy()) == ()


def mended(problem: Problem, *changes: tuple[str, int]) -> bool:
    for name, yuan in changes:
        problem = relaxed(problem, name, yuan)
    return find_clashes(problem) == ()


def test_floors_above_the_money_by_130_are_short_by_130_to_the_yuan() -> None:
    """Only c's floor mends it alone: a may give 100 and b 80, which is not enough for c."""
    problem = toy(floors=floors_of(1000, 830, 600), domain_limits=())
    (clash,) = find_clashes(problem)
    assert clash.short_yuan == 1_300_000
    assert [limit.says_zh for limit in clash.limits] == ["a的底线", "b的底线", "c的底线"]
    assert [(r.limit, r.says_zh, r.relax_by_yuan) for r in clash.remedies] == [
        ("floor__c", "c的底线", 1_300_000)
    ]
    assert sum(r.relax_by_yuan for r in clash.together) == 1_300_000
    assert mended(problem, ("floor__c", 1_300_000))
    assert not mended(problem, ("floor__c", 1_299_999))
    assert not mended(problem, ("floor__a", 1_300_000))


def test_a_floor_out_of_reach_clashes_with_the_shares_that_feed_it() -> None:
    """c may get 80 from b and 50 from a and wants 150: each share or the floor gives 20."""
    problem = toy(floors=floors_of(0, 0, 650), domain_limits=(), may_leave_yuan=wan(50, 80, 50))
    (clash,) = find_clashes(problem)
    assert clash.short_yuan == 20 * WAN
    assert [limit.name for limit in clash.limits] == [
        "floor__c",
        "movable_share__a",
        "movable_share__b",
    ]
    assert {r.limit: r.relax_by_yuan for r in clash.remedies} == dict.fromkeys(
        ("floor__c", "movable_share__a", "movable_share__b"), 20 * WAN
    )


def test_two_clashes_are_told_apart_and_mended_together() -> None:
    """b's line is under its money and c's floor out of reach: no limit alone mends both."""
    problem = toy(
        arcs=(arc("a", "c"),),
        floors=(Floor(account="c", minimum_yuan=650 * WAN),),
        domain_limits=(DomainLimit(id="D", accounts=("b",), maximum_yuan=790 * WAN),),
    )
    clashes = find_clashes(problem)
    assert {tuple(limit.name for limit in c.limits): c.short_yuan // WAN for c in clashes} == {
        ("domain_line__D",): 10,
        ("floor__c", "movable_share__a"): 50,
    }
    together = [(r.limit, r.relax_by_yuan) for r in clashes[0].together]
    assert sum(yuan for _, yuan in together) == 60 * WAN
    assert mended(problem, *together)


def test_floors_that_are_each_out_of_reach_are_two_clashes() -> None:
    problem = toy(floors=floors_of(0, 950, 650), domain_limits=(), arcs=())
    clashes = find_clashes(problem)
    assert [(c.short_yuan // WAN, len(c.remedies)) for c in clashes] == [(150, 1), (150, 1)]
    assert sum(r.relax_by_yuan for r in clashes[0].together) == 300 * WAN


def test_floors_clash_with_the_line_of_their_domain() -> None:
    problem = toy(
        floors=floors_of(0, 850, 580),
        domain_limits=(DomainLimit(id="D", accounts=("b", "c"), maximum_yuan=1400 * WAN),),
        may_leave_yuan=wan(1000, 80, 50),
    )
    (clash,) = find_clashes(problem)
    assert clash.short_yuan == 30 * WAN
    assert [r.limit for r in clash.remedies] == ["domain_line__D", "floor__b", "floor__c"]


def test_an_infeasible_problem_moves_nothing_and_says_why() -> None:
    problem = toy(floors=floors_of(1000, 830, 600))
    plan = solve(problem)
    assert plan.status == "infeasible"
    assert plan.transfers == ()
    assert np.array_equal(plan.budget_after_yuan, problem.budget_yuan)
    assert plan.objective_after == plan.objective_before == cost(problem, problem.budget_yuan)
    assert plan.objective_lower_bound is None
    assert plan.clashes == find_clashes(problem)


AMOUNT = st.integers(0, 1200)


@given(
    floors=st.tuples(AMOUNT, AMOUNT, AMOUNT),
    line=st.integers(500, 2000),
    leaves=st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)),
)
def test_clashes_are_least_and_every_remedy_mends(
    floors: tuple[int, int, int], line: int, leaves: tuple[int, int, int]
) -> None:
    problem = toy(
        floors=floors_of(*floors),
        domain_limits=(DomainLimit(id="D", accounts=("b", "c"), maximum_yuan=line * WAN),),
        may_leave_yuan=wan(*leaves),
    )
    clashes = find_clashes(problem)
    plan = solve(problem)
    assert (plan.status == "infeasible") == bool(clashes)
    assert check_plan(problem, plan) == [] or clashes
    if len(clashes) == 1:
        for remedy in clashes[0].remedies:
            assert mended(problem, (remedy.limit, remedy.relax_by_yuan))
            assert not mended(problem, (remedy.limit, remedy.relax_by_yuan - 1))
    if clashes:
        together = [(r.limit, r.relax_by_yuan) for r in clashes[0].together]
        assert mended(problem, *together)
        assert max(clash.short_yuan for clash in clashes) <= sum(yuan for _, yuan in together)
