"""The cutting planes: against the full model, enumeration and published answers, and by law."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_lp import in_order
from test_problem import arc, toy, wan

from model.allocation import lp
from model.allocation.cuts import Search, make_curve, make_surface, money_box, solve
from model.allocation.plan import check_plan, cost, limit_uses
from model.allocation.problem import Arc, DomainLimit, Floor, Problem
from model.errors import BudgetError
from model.money import WAN
from model.risk import expected_unpaid, weighted_unpaid, worst_share_mean


def city(seed: int, n_draws: int = 40, n_accounts: int = 5, n_moving: int = 4) -> Problem:
    """A city made up by a seed: shared shocks, unequal weights, every limit present."""
    rng = np.random.default_rng(seed)
    ids = tuple(f"a{i}" for i in range(n_accounts))
    budget = wan(*rng.integers(500, 50_000, n_accounts))
    committed = budget * rng.integers(0, 30, n_accounts) // 100
    shock = rng.choice([0.7, 1.0, 1.3], n_draws)[:, None]
    noise = np.exp(rng.uniform(0.05, 0.6, n_accounts) * rng.normal(size=(n_draws, n_accounts)))
    demand = ((budget - committed) * rng.uniform(0.6, 1.1, n_accounts) * shock * noise).astype(int)
    lines = int(budget[:3].sum() * 1.02)
    return Problem(
        accounts=ids,
        names=ids,
        budget_yuan=budget,
        committed_yuan=committed,
        demand=demand,
        weights=rng.choice([1.0, 1.0, 2.0, 0.5], n_accounts),
        may_leave_yuan=budget // 10,
        arcs=tuple(
            arc(g, r, float(rng.integers(1, 4)))
            for g, r in product(ids[:n_moving], ids[:n_moving])
            if g != r
        ),
        floors=(Floor(account=ids[1], minimum_yuan=int(budget[1] * 0.97)),),
        domain_limits=(DomainLimit(id="D", accounts=ids[:3], maximum_yuan=lines),),
        worst_share=float(rng.choice([0.05, 0.1, 0.13, 0.3, 1.0])),
        worst_weight=float(rng.choice([0.0, 0.5, 1.0, 4.0])),
    )


# --- against the programme with a row for each account and draw ---


@pytest.mark.parametrize("seed", range(12))
def test_the_least_cost_is_that_of_the_full_model_on_both_solvers(seed: int) -> None:
    """The full model has a payment for each account and draw: payments need none here."""
    problem = city(seed)
    optimum = Search(problem).least_cost(1.0)
    assert optimum is not None
    for solver in ("HiGHS", "CBC"):
        expected = lp.full_cost(problem, solver)
        assert optimum.lower_yuan == pytest.approx(expected, rel=1e-6)
        assert optimum.upper_yuan == pytest.approx(expected, rel=1e-6)
    assert cost(problem, optimum.money_yuan) == pytest.approx(optimum.upper_yuan, rel=1e-9)


@pytest.mark.parametrize("seed", range(12, 24))
def test_a_plan_is_allowed_and_within_its_tolerance_of_the_least_cost(seed: int) -> None:
    problem = city(seed, n_draws=300)
    plan = solve(problem)
    assert check_plan(problem, plan) == []
    assert plan.objective_after == cost(problem, plan.budget_after_yuan)
    assert plan.gap <= 1e-6
    assert plan.objective_lower_bound <= plan.objective_upper_bound + 1.0
    tolerance = max(1e-6 * plan.objective_lower_bound, 10_000)
    assert plan.objective_after <= plan.objective_lower_bound + tolerance
    assert plan.objective_after <= plan.objective_before
    assert plan.objective_lower_bound == pytest.approx(lp.full_cost(problem), rel=1e-6)


# --- against enumeration and published answers ---


@given(
    demand=st.lists(st.tuples(*[st.integers(0, 60)] * 3), min_size=2, max_size=6),
    share=st.sampled_from([0.2, 0.5, 0.7, 1.0]),
    tail=st.sampled_from([0.0, 1.0, 3.0]),
)
@settings(max_examples=40)
def test_no_split_on_a_grid_is_cheaper_and_one_is_as_good(
    demand: list[tuple[int, int, int]], share: float, tail: float
) -> None:
    """Two arcs a to b and a to c, in steps of one unit of 10 万元: every split is tried.

    A tail share that splits draws can put the optimum between the steps, so the grid is only
    an upper bound there; with whole draws in the tail the kinks of the cost lie on the grid.
    """
    unit = 10 * WAN
    problem = Problem(
        accounts=("a", "b", "c"),
        names=("a", "b", "c"),
        budget_yuan=np.array([30, 20, 20]) * unit,
        committed_yuan=np.zeros(3, dtype=np.int64),
        demand=np.array(demand) * unit,
        weights=np.array([1.0, 1.0, 2.0]),
        may_leave_yuan=np.array([10, 0, 0]) * unit,
        arcs=(arc("a", "b"), arc("a", "c")),
        worst_share=share,
        worst_weight=tail,
    )
    splits = [(b, c) for b, c in product(range(11), repeat=2) if b + c <= 10]
    best = min(
        cost(problem, problem.budget_yuan + np.array([-b - c, b, c]) * unit) for b, c in splits
    )
    optimum = Search(problem).least_cost(1.0)
    assert optimum.upper_yuan <= best + 2.0
    if tail == 0.0 or share == 1.0:
        assert optimum.lower_yuan == pytest.approx(best, rel=1e-9, abs=2.0)


def newsvendor(demand: np.ndarray, buy: float, short: float) -> Problem:
    """A shop that buys with the money of a purse: each yuan taken from the purse costs `buy`."""
    purse = np.full(len(demand), 200 * WAN)
    return Problem(
        accounts=("purse", "shop"),
        names=("purse", "shop"),
        budget_yuan=wan(200, 0),
        committed_yuan=wan(0, 0),
        demand=np.stack([purse, np.round(demand * WAN).astype(np.int64)], axis=1),
        weights=np.array([buy, short]),
        may_leave_yuan=wan(200, 0),
        arcs=(arc("purse", "shop"),),
        worst_weight=0.0,
    )


def test_the_newsvendor_of_the_l_shaped_suite() -> None:
    """Buy 5, sell 12, salvage 2; demand 10, 20, 30, 40 w.p. .15, .35, .35, .15: x 30, -145.

    A unit costs 5 - 2 more than its salvage, a missed sale 12 - 2; every sale would earn 10.
    """
    demand = np.repeat([10.0, 20.0, 30.0, 40.0], [3, 7, 7, 3])
    optimum = Search(newsvendor(demand, buy=3.0, short=10.0)).least_cost(1.0)
    assert optimum.money_yuan[1] / WAN == pytest.approx(30.0)
    assert optimum.lower_yuan / WAN - 10 * demand.mean() == pytest.approx(-145.0)


def test_the_newsvendor_of_shapiro_and_philpott() -> None:
    """Order 1, back-order 1.5, holding 0.1, demand uniform on 0 to 100: x = 31.25."""
    demand = (np.arange(1600) + 0.5) / 16
    optimum = Search(newsvendor(demand, buy=1.1, short=1.6)).least_cost(1.0)
    assert optimum.money_yuan[1] / WAN == pytest.approx(31.25, abs=1 / 16)


# --- what the draws say ---


@pytest.mark.parametrize("money", [95, 100, 149.5, 150, 200, 210])
def test_a_curve_is_the_expected_unpaid_and_its_plane_touches_it(money: float) -> None:
    owed = np.array([90, 100, 150, 150, 180, 250])
    curve = make_curve(owed, 2.0, 95, 210)
    value, slope = curve.plane(money)
    assert value == pytest.approx(2 * np.mean(np.maximum(owed - money, 0)))
    assert slope == pytest.approx(-2 * np.mean(owed > money))


def test_a_curve_agrees_with_the_risk_function() -> None:
    owed = np.random.default_rng(1).integers(0, 10**10, 500)
    value, _ = make_curve(owed, 1.0, 3e9, 7e9).plane(5e9)
    assert value == pytest.approx(expected_unpaid(owed, 5 * 10**9).value, rel=1e-12)


@pytest.mark.parametrize("seed", range(6))
def test_planes_lie_below_the_cost_and_touch_it(seed: int) -> None:
    problem = replace(city(seed, n_draws=200), worst_share=0.13)
    low, high = money_box(problem)
    surface = make_surface(problem, low, high)
    rng = np.random.default_rng(seed)
    points = [low + rng.random(len(low)) * (high - low) for _ in range(12)]
    for at in points:
        value, cut = surface.tail_cut(at)
        assert value == pytest.approx(true_tail(problem, at), rel=1e-9)
        for other in points:
            plane = cut.level_yuan + cut.slopes @ other
            assert plane <= true_tail(problem, other) * (1 + 1e-9)


def true_tail(problem: Problem, money: np.ndarray) -> float:
    money_left = money - problem.committed_yuan
    unpaid = weighted_unpaid(problem.demand, money_left, problem.weights)
    return worst_share_mean(unpaid, problem.worst_share).value


def test_only_draws_that_can_be_among_the_worst_are_kept() -> None:
    problem = replace(city(3, n_draws=4000, n_moving=2), worst_share=0.05)
    surface = make_surface(problem, *money_box(problem))
    assert 200 <= surface.owed.shape[1] < 1500


def test_the_box_holds_every_plan() -> None:
    low, high = money_box(toy())
    assert low.tolist() == wan(900, 720, 450).tolist()
    assert high.tolist() == wan(1000, 950, 680).tolist()


# --- ties, prices of approval, order, reuse ---


def tied(**changes: object) -> Problem:
    """b is short of 40 for certain, and a, c and d have 100 each that nobody asks for."""
    ids = ("a", "b", "c", "d")
    fields = {
        "accounts": ids,
        "names": ids,
        "budget_yuan": wan(500, 500, 500, 500),
        "committed_yuan": wan(0, 0, 0, 0),
        "demand": np.tile(wan(400, 540, 400, 400), (4, 1)),
        "weights": np.ones(4),
        "may_leave_yuan": wan(50, 50, 50, 50),
        "arcs": (arc("d", "b"), arc("a", "b"), arc("c", "b")),
    }
    return Problem(**(fields | changes))


def moves(problem: Problem) -> list[tuple[str, str, int]]:
    plan = solve(problem)
    return [(t.giver, t.receiver, round(t.amount_yuan / WAN)) for t in plan.transfers]


def test_of_equal_plans_the_one_with_the_smaller_ids_is_taken() -> None:
    assert moves(tied()) == [("a", "b", 40)]


def test_of_equal_plans_the_one_that_is_cheaper_to_approve_is_taken() -> None:
    arcs = (arc("d", "b", 1.0, "within"), arc("a", "b", 2.0), arc("c", "b", 2.0))
    (transfer,) = solve(tied(arcs=arcs)).transfers
    assert (transfer.giver, transfer.approval) == ("d", "within")


def test_the_price_counts_before_the_ids_on_every_arc() -> None:
    """Six accounts in a full net: no move of the plan can be had cheaper elsewhere."""
    problem = city(31, n_draws=200, n_accounts=6, n_moving=6)
    price = {(a.giver, a.receiver): a.price for a in problem.arcs}
    pairs = [(t.giver, t.receiver) for t in solve(problem).transfers]
    for (g1, r1), (g2, r2) in combinations(pairs, 2):
        if g1 != r2 and g2 != r1:
            assert price[g1, r1] + price[g2, r2] <= price[g1, r2] + price[g2, r1]


def test_what_the_optimum_is_held_to_is_given_up_for_cheaper_moves() -> None:
    """The last 万元 of cost is the tolerance: a little less than 40 moves."""
    (transfer,) = solve(tied()).transfers
    assert 40 * WAN - 10_000 <= transfer.amount_yuan < 40 * WAN


def test_a_gain_below_the_tolerance_moves_nothing() -> None:
    demand = np.tile(wan(400, 500.2, 400, 400), (4, 1))
    assert moves(tied(demand=demand)) == []


def test_free_moves_do_not_go_in_circles() -> None:
    arcs = tuple(arc(g, r, 0.0) for g, r in product("abcd", repeat=2) if g != r)
    assert moves(tied(arcs=arcs)) == [("a", "b", 40)]


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_accounts_and_arcs_changes_nothing(seed: int) -> None:
    problem = city(seed, n_draws=200)
    assert solve(problem).transfers == solve(in_order(problem, [3, 1, 4, 0, 2])).transfers


@pytest.mark.parametrize("seed", range(4))
def test_the_names_of_accounts_do_not_change_the_cost(seed: int) -> None:
    problem = city(seed, n_draws=200)
    new = {old: f"z{9 - i}" for i, old in enumerate(problem.accounts)}
    renamed = replace(
        problem,
        accounts=tuple(new.values()),
        arcs=tuple(
            Arc(giver=new[a.giver], receiver=new[a.receiver], approval=a.approval, price=a.price)
            for a in problem.arcs
        ),
        floors=tuple(replace(f, account=new[f.account]) for f in problem.floors),
        domain_limits=tuple(
            replace(d, accounts=tuple(new[a] for a in d.accounts)) for d in problem.domain_limits
        ),
    )
    one, other = Search(problem).least_cost(1.0), Search(renamed).least_cost(1.0)
    assert one.upper_yuan == pytest.approx(other.upper_yuan, rel=1e-9)


def test_two_runs_are_the_same_to_the_yuan() -> None:
    one, other = solve(city(7, n_draws=500)), solve(city(7, n_draws=500))
    assert one.transfers == other.transfers
    assert one.objective_after == other.objective_after


@pytest.mark.parametrize("seed", range(4))
def test_a_search_used_again_finds_what_a_new_one_finds(seed: int) -> None:
    problem = city(seed, n_draws=200)
    search = Search(problem)
    solve(problem, search)
    richer = replace(problem, budget_yuan=problem.budget_yuan + 300 * WAN)
    search.adapt(richer)
    again, new = search.least_cost(1.0), Search(richer).least_cost(1.0)
    assert again.upper_yuan == pytest.approx(new.upper_yuan, rel=1e-9)
    plan, fresh = solve(problem, search), solve(problem)
    assert check_plan(problem, plan) == []
    assert abs(plan.objective_after - fresh.objective_after) <= 10_000


def test_planes_of_other_claims_are_refused() -> None:
    search = Search(toy())
    with pytest.raises(ValueError, match="planes of other accounts, arcs, claims or weights"):
        search.adapt(toy(demand=np.array(toy().demand)))


@pytest.mark.parametrize("seed", range(6))
def test_more_money_or_leave_never_costs_more(seed: int) -> None:
    problem = city(seed, n_draws=100)
    least = Search(problem).least_cost(1.0).upper_yuan
    more_leave = replace(problem, may_leave_yuan=problem.may_leave_yuan * 2)
    assert Search(more_leave).least_cost(1.0).lower_yuan <= least + 1.0
    more_money = replace(problem, budget_yuan=problem.budget_yuan + 100 * WAN, domain_limits=())
    assert Search(more_money).least_cost(1.0).lower_yuan <= least + 1.0


def test_a_limit_that_shapes_the_plan_is_marked_although_the_tolerance_stays_short_of_it() -> None:
    """b and c want everything, and the line of their domain lets 40 arrive."""
    problem = toy(demand=np.tile(wan(800, 950, 900), (4, 1)), arcs=(arc("a", "b"), arc("a", "c")))
    plan = solve(problem)
    (domain,) = (use for use in limit_uses(problem, plan) if use.family == "domain_line")
    assert domain.amount_yuan - 10_000 <= domain.used_yuan < domain.amount_yuan
    assert domain.binding


def test_no_arcs_no_moves() -> None:
    plan = solve(toy(arcs=()))
    assert plan.transfers == ()
    assert plan.objective_after == plan.objective_before == 575 * WAN
    assert plan.gap == 0.0


def test_a_search_that_cannot_hold_its_optimum_says_so() -> None:
    search = Search(toy())
    search.hold_cost(1.0)
    with pytest.raises(BudgetError, match="the optimum that was found can not be held"):
        search.least_moves(lp.moves_price(search.live.model), 1.0)
