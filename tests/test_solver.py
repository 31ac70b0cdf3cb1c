"""The solver's answers: right on the full model, never read where there are none."""

from __future__ import annotations

import pytest
from small_cities import toy, wan

from model.allocation.elastic import elastic_model
from model.allocation.lp_planes import master_model
from model.allocation.plan import cost
from model.allocation.problem import Floor
from model.allocation.solver import Live, full_cost
from model.errors import BudgetError
from model.money import WAN


@pytest.mark.parametrize("solver", ["HiGHS", "CBC"])
def test_without_arcs_the_full_model_costs_what_the_draws_say(solver: str) -> None:
    problem = toy(arcs=(), domain_limits=(), floors=(), committed_yuan=wan(1100, 0, 20))
    assert full_cost(problem, solver) == pytest.approx(cost(problem, problem.budget_yuan), rel=1e-9)


def test_an_infeasible_model_is_not_read_as_zero() -> None:
    problem = toy(floors=(Floor(account="a", minimum_yuan=1001 * WAN),))
    with pytest.raises(BudgetError, match="HiGHS: No Solution Exists"):
        full_cost(problem)
    assert not Live(master_model(problem).model.lp).solve()


def test_a_changed_right_side_is_solved_and_taken_back() -> None:
    live = Live(elastic_model(toy()).lp)
    assert live.solve()
    assert live.objective() == 0.0
    live.set_right_side("floor__a", 1030.0)
    assert live.solve()
    assert live.objective() == pytest.approx(30.0)
    assert live.multiplier("floor__a") == pytest.approx(1.0)
    live.set_right_side("floor__a", 950.0)
    assert live.solve()
    assert live.objective() == 0.0
