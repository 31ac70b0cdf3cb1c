"""The families of limits: each as a file to read.

`python tests/test_lp.py` writes the golden files anew.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Protocol

import numpy as np
import pulp
import pytest
from small_cities import toy, wan

from model.allocation import lp, lp_claims, lp_draws, lp_options, lp_planes, lp_whole
from model.allocation.asked import Asked, Award
from model.allocation.problem import (
    ArcLimit,
    Caution,
    Floor,
    GroupFloor,
    Kind,
    Payments,
    Problem,
)
from model.allocation.surface import MeanCut, TailCut
from model.money import WAN

GOLDEN = Path(__file__).parent / "golden" / "lp"


def wide() -> Problem:
    """The toy with every limit on moves, and claims of b in two kinds with rules."""
    return toy(
        arc_limits=(ArcLimit(giver="a", receiver="c", maximum_yuan=60 * WAN),),
        floors=(
            Floor(account="a", minimum_yuan=950 * WAN),
            Floor(account="b", minimum_yuan=790 * WAN, chance=True),
        ),
        group_floors=(GroupFloor(id="D1", accounts=("b", "c"), minimum_yuan=1310 * WAN),),
        cautions=(
            Caution(
                account="a",
                money_yuan=(1000 * WAN, 975 * WAN, 950 * WAN, 900 * WAN),
                harm_yuan=(0.0, 0.0, 5.0 * WAN, 45.0 * WAN),
            ),
            Caution(account="b", money_yuan=(800 * WAN, 720 * WAN), harm_yuan=(0.0, 0.0)),
        ),
        payments=Payments(
            kinds=(
                Kind(id="b1", account="b", weight=2.0, ceiling_yuan=400 * WAN),
                Kind(id="b2", account="b", weight=1.0),
            ),
            demand=np.stack([wan(300, 200), wan(400, 300), wan(450, 300), wan(420, 400)]),
        ),
    )


def with_moves(add: Callable[[lp.Model], None]) -> lp.Model:
    model = lp.new_model(wide())
    add(model)
    model.lp.setObjective(lp.moves_price(model))
    return model


def with_draws(add: Callable[[lp_draws.DrawsModel], None], problem: Problem) -> lp.Model:
    draws = lp_draws.new_draws_model(problem)
    add(draws)
    return draws.model


def with_plane(row: Callable[[lp_planes.Master], pulp.LpConstraint], name: str) -> lp.Model:
    master = lp_planes.new_master(toy())
    master.model.lp.addConstraint(row(master), name)
    return master.model


def hold_cost() -> lp.Model:
    master = lp_planes.new_master(toy())
    master.model.lp.setObjective(lp.moves_price(master.model))
    master.model.lp.addConstraint(lp_planes.hold_cost(master, 5.2e6), "hold_cost__optimum")
    return master.model


def worst_world() -> lp.Model:
    master = lp_planes.new_master(toy(), 2)
    lp_planes.add_worst_world(master)
    return master.model


def payout_ratio() -> lp.Model:
    master = lp_planes.new_master(toy())
    ratio = master.model.lp.add_variable("ratio", 0, 1)
    master.model.lp.setObjective(-ratio)
    row = lp_planes.payout_ratio(master, "b", 6.925e6, ratio)
    master.model.lp.addConstraint(row, "payout_ratio__b")
    return master.model


def with_steps(add: Callable[[lp_options.Steps], object], **changes: object) -> lp.Model:
    """Steps of 10 for a and c, of 100 for b, which has 2000."""
    budget, leave = wan(1000, 2000, 500), wan(100, 250, 50)
    problem = toy(budget_yuan=budget, may_leave_yuan=leave, domain_limits=(), **changes)
    rows = lp_options.new_steps(lp_planes.new_master(problem))
    add(rows)
    return rows.master.model


def moved_most() -> lp.Model:
    master = lp_planes.new_master(toy())
    master.model.lp.addConstraint(lp_options.moved_most(master, 1.5e6), lp_options.MOST)
    return master.model


def apart_side(rows: lp_options.Steps) -> None:
    """The rows of the sides alone: what they hold apart is found without its rows."""
    model = rows.master.model
    apart = {
        account: tuple(model.lp.add_variable(f"{side}__{account}__0", 0) for side in SIDES)
        for account in model.money
    }
    lp_options.add_apart_side(rows, 0, OTHER, apart)


def nearest(rows: lp_options.Steps) -> None:
    """Two plans, whose distances are two variables each."""
    distances = [
        [rows.lp.add_variable(f"{side}__a__{number}", 0) for side in SIDES] for number in range(2)
    ]
    lp_options.add_nearest(rows, distances)


SIDES = ("above", "below")
OTHER = wan(990, 2010, 500)
MEAN = MeanCut(account="b", slope=-0.25, level_yuan=2.05e6)
TAIL = TailCut(slopes=np.array([0.0, -1.0, -1.0]), level_yuan=1.72e7)

CLAIMS = Asked(
    account="a",
    rule="smallest_ratio",
    money_yuan=90 * WAN,
    awards=(Award(id="A1", ceiling_yuan=50 * WAN), Award(id="A2")),
    claims_yuan=wan(30, 60, 40),
    award=np.array([0, 0, 1]),
    place=np.array([0, 1, 2]),
)
LOTS = lp_whole.Lots(
    amounts=(3, 5, 4), counts=(2, 1, 3), worths=(6, 5, 4), awards=(0, 0, 1), pot=15, ceilings={0: 9}
)


def with_claims(add: Callable[[lp_claims.ClaimsModel], None]) -> lp_claims.ClaimsModel:
    """Two claims of an award with a ceiling, and one of another that stands for three alike."""
    most = CLAIMS.claims_yuan / WAN
    model = lp_claims.new_claims(CLAIMS, np.array([1, 1, 3]), np.zeros(3), most)
    model.lp.setObjective(-1.0 * pulp.lpSum(model.pay))
    add(model)
    return model


def claims_share(model: lp_claims.ClaimsModel) -> None:
    layers = [np.array([6.0, 12.0, 8.0]), np.array([24.0, 48.0, 0.0])]
    lp_claims.add_claims_share(model, layers)


def with_lots(hold: Callable[[pulp.LpProblem, list[pulp.LpVariable]], None] | None) -> Whole:
    """The programme of whole claims; each stage without the rows before it but the money."""
    programme, taken = lp_whole.lots_model(LOTS)
    if hold is not None:
        hold(programme, taken)
    return Whole(programme)


@dataclass(frozen=True)
class Whole:
    """A programme where the others have a model around it."""

    lp: pulp.LpProblem


class Programme(Protocol):
    """What holds a programme."""

    @property
    def lp(self) -> pulp.LpProblem: ...


EXAMPLES: dict[str, Callable[[], Programme]] = {
    **{name: lambda add=add: with_moves(add) for name, add in lp.ADD.items()},
    "paid_entitlement": lambda: with_draws(lp_draws.add_paid_entitlement, toy()),
    "paid_money": lambda: with_draws(lp_draws.add_paid_money, toy()),
    "award_ceiling": lambda: with_draws(lp_draws.add_award_ceiling, wide()),
    "same_share": lambda: with_draws(lp_draws.add_same_share, wide()),
    "worst_share": lambda: with_draws(lp_draws.add_worst_share, toy()),
    "mean_cut": lambda: with_plane(lambda m: lp_planes.mean_cut(m, MEAN), "mean_cut__b__1"),
    "tail_cut": lambda: with_plane(lambda m: lp_planes.tail_cut(m, TAIL), "tail_cut__1"),
    "hold_cost": hold_cost,
    "worst_world": worst_world,
    "joint_chance": lambda: with_plane(
        lambda m: lp_planes.joint_chance(m, np.array([0.0, 4e-9, 8e-9]), 0.1), "joint_chance__1"
    ),
    "payout_ratio": payout_ratio,
    "whole_steps": lambda: with_steps(lp_options.add_whole_steps),
    "used_arc": lambda: with_steps(
        lp_options.add_used_arc,
        arc_limits=(ArcLimit(giver="a", receiver="c", maximum_yuan=69 * WAN),),
    ),
    "few_transfers": lambda: with_steps(lambda rows: lp_options.add_few_transfers(rows, 3)),
    "moved_most": moved_most,
    "apart": lambda: with_steps(lambda rows: lp_options.add_apart(rows, 0, OTHER)),
    "apart_side": lambda: with_steps(apart_side),
    "nearest": lambda: with_steps(nearest),
    "claims_money": lambda: with_claims(lp_claims.add_claims_money),
    "claims_ceiling": lambda: with_claims(lp_claims.add_claims_ceiling),
    "claims_share": lambda: with_claims(claims_share),
    "claims_level": lambda: with_claims(
        lambda m: lp_claims.add_claims_level(m, np.array([0.0, 1.0, 2.0]), np.array([30.0, 60, 40]))
    ),
    "whole_claims": lambda: with_lots(None),
    "whole_worth": lambda: with_lots(lambda p, t: lp_whole.hold_worth(p, t, LOTS, 20)),
    "whole_count": lambda: with_lots(lambda p, t: lp_whole.hold_count(p, t, 4)),
}
FAMILIES = (
    *lp.FAMILIES,
    *lp_draws.FAMILIES,
    *lp_planes.FAMILIES,
    *lp_options.FAMILIES,
    *lp_claims.FAMILIES,
    *lp_whole.FAMILIES,
)


def written(family: str) -> str:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "family.lp"
        EXAMPLES[family]().lp.writeLP(str(path))
        return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("family", FAMILIES)
def test_each_family_reads_as_its_golden_file(family: str) -> None:
    golden = (GOLDEN / f"{family}.lp").read_text(encoding="utf-8")
    assert written(family) == golden, "if this is meant: python tests/test_lp.py"


def test_no_family_lacks_a_golden_file_and_no_file_a_family() -> None:
    assert {path.stem for path in GOLDEN.glob("*.lp")} == set(FAMILIES)


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name in FAMILIES:
        (GOLDEN / f"{name}.lp").write_text(written(name), encoding="utf-8")
