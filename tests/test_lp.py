"""The families of limits: each as a file to read.

`python tests/test_lp.py` writes the golden files anew.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from small_cities import toy

from model.allocation import lp
from model.allocation.models import draws_model, planes_model
from model.allocation.surface import MeanCut, TailCut

GOLDEN = Path(__file__).parent / "golden" / "lp"


def with_moves(add: Callable[[lp.Model], None]) -> lp.Model:
    model = lp.new_model(toy())
    model.lp.setObjective(lp.moves_price(model))
    add(model)
    return model


def with_draws(add: Callable[[lp.Model], None]) -> lp.Model:
    model = draws_model(toy())
    add(model)
    return model


def mean_cut() -> lp.Model:
    model = planes_model(toy())
    cut = MeanCut(account="b", slope=-0.25, level_yuan=2.05e6)
    model.lp.addConstraint(lp.mean_cut(model, cut), "mean_cut__b__1")
    return model


def tail_cut() -> lp.Model:
    model = planes_model(toy())
    cut = TailCut(slopes=np.array([0.0, -1.0, -1.0]), level_yuan=1.72e7)
    model.lp.addConstraint(lp.tail_cut(model, cut), "tail_cut__1")
    return model


def hold_cost() -> lp.Model:
    model = planes_model(toy())
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


if __name__ == "__main__":
    GOLDEN.mkdir(parents=True, exist_ok=True)
    for name in lp.FAMILIES:
        (GOLDEN / f"{name}.lp").write_text(written(name), encoding="utf-8")
