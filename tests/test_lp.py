"""The linear programmes: each family as a file to read, whole yuan, and why limits clash.

`python tests/test_lp.py` writes the golden files anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_problem import arc, toy, wan

from model.allocation import lp
from model.allocation.cuts import solve
from model.allocation.plan import check_plan, cost
from model.allocation.prices import relaxed
from model.allocation.problem import (
    Arc,
    DomainLimit,
    Floor,
    Limit,
    Problem,
    keeps,
    limit_row,
    limits,
)
from model.errors import BudgetError
from model.money import WAN

GOLDEN = Path(__file__).parent / "golden" / "lp"


# --- one readable file for each family ---


def with_moves(add: Callable[[lp.Model], None]) -> lp.Model:
    model = lp.new_model(toy())
    model.lp.setObjective(lp.moves_price(model))
    add(model)
    return model


def with_draws(add: Callable[[lp.Model], None]) -> lp.Model:
    model = lp.draws_model(toy())
    add(model)
    return model


def mean_cut() -> lp.Model:
    model = lp.planes_model(toy())
    cut = lp.MeanCut(account="b", slope=-0.25, level_yuan=2.05e6)
    model.lp.addConstraint(lp.mean_cut(model, cut), "mean_cut__b__1")
    return model


def tail_cut() -> lp.Model:
    model = lp.planes_model(toy())
    cut = lp.TailCut(slopes=np.array([0.0, -1.0, -1.0]), level_yuan=1.72e7)
    model.lp.addConstraint(lp.tail_cut(model, cut), "tail_cut__1")
    return model


def hold_cost() -> lp.Model:
    model = lp.planes_model(toy())
    model.lp.setObjective(lp.moves_price(model))
    model.lp.addConstraint(lp.hold_cost(model, 5.2e6), "hold_cost__optimum")
    return model


EXAMPLES: dict[str, Callable[[], lp.Model]] = {
    "money_after": lambda: with_moves(lp.add_money_after),
    "movable_share": lambda: with_moves(lp.add_movable_share),
    "floor": lambda: with_moves(lp.add_floor),
    "domain_line": lambda: with_moves(lp.add_domain_line),
    "paid_entitlement": lambda: with_draws(lp.add_paid_entitlement),
    "paid_money": lambda: with_draws(lp.add_paid_money),
    "worst_share": lambda: with_draws(lp.add_worst_share),
    "mean_cut": mean_cut,
    "tail_cut": tail_cut,
    "hold_cost": hold_cost,
}


def written(family: str) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "family.lp"
        EXAMPLES[family]().lp.writeLP(str(path))
        return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("family", lp.FAMILIES)
def test_each_family_reads_as_its_golden_file(family: str) -> None:
    golden = (GOLDEN / f"{family}.lp").read_text(encoding="utf-8")
    assert written(family) == golden, "if this is meant: python tests/test_lp.py"


def test_no_family_lacks_a_golden_file_and_no_file_a_family() -> None:
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(lp.FAMILIES)


def test_every_row_that_is_ever_built_belongs_to_a_family() -> None:
    problem = toy()
    names = [*rows_of(lp.full_model(problem)), *rows_of(lp.master_model(problem))]
    assert {name.split("__")[0] for name in names} <= set(lp.FAMILIES)
    assert {limit.name for limit in limits(problem)} <= set(names)


def rows_of(model: lp.Model) -> list[str]:
    return [constraint.name for constraint in model.lp.constraints()]


def test_every_name_is_ascii_and_used_once_even_if_ids_look_alike() -> None:
    ids = ("a-b", "a_b", "养老")
    problem = toy(
        accounts=ids,
        arcs=(arc("a-b", "a_b"), arc("a-b", "养老"), arc("养老", "a_b")),
        floors=(Floor(account="养老", minimum_yuan=1), Floor(account="a_b", minimum_yuan=1)),
        domain_limits=(DomainLimit(id="科技", accounts=ids, maximum_yuan=2300 * WAN),),
    )
    model = lp.full_model(problem)
    names = rows_of(model) + [variable.name for variable in model.lp.variables()]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and " " not in name for name in names)


def test_the_same_problem_in_another_order_is_the_same_programme(tmp_path: Path) -> None:
    there, back = tmp_path / "there.lp", tmp_path / "back.lp"
    problem = toy()
    lp.full_model(problem).lp.writeLP(str(there))
    lp.full_model(in_order(problem, [2, 0, 1])).lp.writeLP(str(back))
    assert there.read_text() == back.read_text()


def in_order(problem: Problem, order: list[int]) -> Problem:
    """The same problem with its accounts and arcs in another order."""
    return replace(
        problem,
        accounts=tuple(problem.accounts[i] for i in order),
        names=tuple(problem.names[i] for i in order),
        budget_yuan=problem.budget_yuan[order],
        committed_yuan=problem.committed_yuan[order],
        demand=problem.demand[:, order],
        weights=problem.weights[order],
        may_leave_yuan=problem.may_leave_yuan[order],
        arcs=problem.arcs[::-1],
    )


# --- the full model ---


@pytest.mark.parametrize("solver", ["HiGHS", "CBC"])
def test_without_arcs_the_full_model_costs_what_the_draws_say(solver: str) -> None:
    problem = toy(arcs=(), domain_limits=(), floors=(), committed_yuan=wan(1100, 0, 20))
    assert lp.full_cost(problem, solver) == pytest.approx(
        cost(problem, problem.budget_yuan), rel=1e-9
    )


def test_an_infeasible_model_is_not_read_as_zero() -> None:
    problem = toy(floors=(Floor(account="a", minimum_yuan=1001 * WAN),))
    with pytest.raises(BudgetError, match="HiGHS: No Solution Exists"):
        lp.full_cost(problem)
    assert not lp.Live(lp.master_model(problem)).solve()


def test_a_changed_right_side_is_solved_and_taken_back() -> None:
    live = lp.Live(lp.elastic_model(toy()))
    assert live.solve()
    assert live.objective() == 0.0
    live.set_right_side("floor__a", 1030.0)
    assert live.solve()
    assert live.objective() == pytest.approx(30.0)
    assert live.multiplier("floor__a") == pytest.approx(1.0)
    live.set_right_side("floor__a", 950.0)
    assert live.solve()
    assert live.objective() == 0.0


# --- whole yuan ---


def test_rounding_leaves_out_what_is_below_a_yuan() -> None:
    problem = toy()
    moved = dict(zip(problem.arcs, [0.3, 123_456.5001, 0.0, 7.0], strict=True))
    assert lp.whole_yuan(problem, moved) == {problem.arcs[1]: 123_457, problem.arcs[3]: 7}


def test_rounding_that_breaks_a_limit_is_mended() -> None:
    """Half a yuan on each of two arcs rounds to two yuan where only one may leave."""
    problem = toy(
        arcs=(arc("a", "b"), arc("a", "c")),
        may_leave_yuan=np.array([3, 0, 0]),
        floors=(Floor(account="b", minimum_yuan=800 * WAN + 1),),
        domain_limits=(),
    )
    moved = dict(zip(problem.arcs, [1.5000001, 1.5], strict=True))
    whole = lp.whole_yuan(problem, moved)
    assert sum(whole.values()) == 3
    assert whole[problem.arcs[0]] >= 1


@given(st.lists(st.floats(0, 1), min_size=4, max_size=4), st.floats(0.5, 60_000.5))
def test_moves_within_the_limits_stay_within_them_in_whole_yuan(
    mix: list[float], total: float
) -> None:
    problem = toy(
        may_leave_yuan=np.array([int(total), 80 * WAN, 50 * WAN]),
        domain_limits=(
            DomainLimit(id="D1", accounts=("b", "c"), maximum_yuan=1300 * WAN + int(total)),
        ),
    )
    scale = int(total) / max(mix[0] + mix[1], 1.0)
    moved = {a: share * scale for a, share in zip(problem.arcs, mix, strict=True)}
    whole = lp.whole_yuan(problem, moved)
    for limit in limits(problem):
        assert holds(problem, limit, whole)
    assert all(abs(whole.get(a, 0) - amount) <= 5 for a, amount in moved.items())


def holds(problem: Problem, limit: Limit, whole: dict[Arc, int]) -> bool:
    start, signs = limit_row(problem, limit)
    used = start + sum(sign * whole.get(problem.arcs[i], 0) for i, sign in signs.items())
    return keeps(limit, used)


# --- why limits clash ---


def floors_of(*amounts: float) -> tuple[Floor, ...]:
    return tuple(
        Floor(account=account, minimum_yuan=int(amount), says_zh=f"{account}的底线")
        for account, amount in zip("abc", wan(*amounts), strict=True)
    )


def test_a_problem_with_a_plan_has_no_clash() -> None:
    assert lp.find_clashes(toy()) == ()


def mended(problem: Problem, *changes: tuple[str, int]) -> bool:
    for name, yuan in changes:
        problem = relaxed(problem, name, yuan)
    return lp.find_clashes(problem) == ()


def test_floors_above_the_money_by_130_are_short_by_130_to_the_yuan() -> None:
    """Only c's floor mends it alone: a may give 100 and b 80, which is not enough for c."""
    problem = toy(floors=floors_of(1000, 830, 600), domain_limits=())
    (clash,) = lp.find_clashes(problem)
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
    (clash,) = lp.find_clashes(problem)
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
    clashes = lp.find_clashes(problem)
    assert {tuple(limit.name for limit in c.limits): c.short_yuan // WAN for c in clashes} == {
        ("domain_line__D",): 10,
        ("floor__c", "movable_share__a"): 50,
    }
    together = [(r.limit, r.relax_by_yuan) for r in clashes[0].together]
    assert sum(yuan for _, yuan in together) == 60 * WAN
    assert mended(problem, *together)


def test_floors_that_are_each_out_of_reach_are_two_clashes() -> None:
    problem = toy(floors=floors_of(0, 950, 650), domain_limits=(), arcs=())
    clashes = lp.find_clashes(problem)
    assert [(c.short_yuan // WAN, len(c.remedies)) for c in clashes] == [(150, 1), (150, 1)]
    assert sum(r.relax_by_yuan for r in clashes[0].together) == 300 * WAN


def test_floors_clash_with_the_line_of_their_domain() -> None:
    problem = toy(
        floors=floors_of(0, 850, 580),
        domain_limits=(DomainLimit(id="D", accounts=("b", "c"), maximum_yuan=1400 * WAN),),
        may_leave_yuan=wan(1000, 80, 50),
    )
    (clash,) = lp.find_clashes(problem)
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
    assert plan.clashes == lp.find_clashes(problem)


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
    clashes = lp.find_clashes(problem)
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


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name in lp.FAMILIES:
        (GOLDEN / f"{name}.lp").write_text(written(name), encoding="utf-8")
