"""The programmes: their rows and names, and that the order of accounts leaves no trace."""

from __future__ import annotations

from pathlib import Path

from small_cities import arc, in_order, toy

from model.allocation import lp, lp_draws, lp_planes
from model.allocation.elastic import elastic_model
from model.allocation.limits import limits
from model.allocation.lp import Model
from model.allocation.lp_draws import full_model
from model.allocation.lp_planes import master_model
from model.allocation.problem import DomainLimit, Floor
from model.money import WAN


def test_every_row_that_is_ever_built_belongs_to_a_family() -> None:
    problem = toy()
    names = [*rows_of(full_model(problem).model), *rows_of(master_model(problem, 2).model)]
    assert {name.split("__")[0] for name in names} <= {
        *lp.FAMILIES,
        *lp_draws.FAMILIES,
        *lp_planes.FAMILIES,
    }
    assert {limit.name for limit in limits(problem)} <= set(names)


def rows_of(model: Model) -> list[str]:
    return [constraint.name for constraint in model.lp.constraints()]


def test_every_name_is_ascii_and_used_once_even_if_ids_look_alike() -> None:
    ids = ("a-b", "a_b", "养老")
    problem = toy(
        accounts=ids,
        arcs=(arc("a-b", "a_b"), arc("a-b", "养老"), arc("养老", "a_b")),
        floors=(Floor(account="养老", minimum_yuan=1), Floor(account="a_b", minimum_yuan=1)),
        domain_limits=(DomainLimit(id="科技", accounts=ids, maximum_yuan=2300 * WAN),),
    )
    model = full_model(problem).model
    names = rows_of(model) + [variable.name for variable in model.lp.variables()]
    assert len(set(names)) == len(names)
    assert all(name.isascii() and " " not in name for name in names)


def test_the_same_problem_in_another_order_is_the_same_programme(tmp_path: Path) -> None:
    there, back = tmp_path / "there.lp", tmp_path / "back.lp"
    problem = toy()
    full_model(problem).model.lp.writeLP(str(there))
    full_model(in_order(problem, [2, 0, 1])).model.lp.writeLP(str(back))
    assert there.read_text() == back.read_text()


def test_only_the_limits_of_the_elastic_model_may_give() -> None:
    model = elastic_model(toy())
    assert set(model.slack) == {limit.name for limit in limits(toy())}
    assert not master_model(toy()).model.slack
