"""A figure is published with its source or assumed with a reason; everything else is refused."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from textwrap import indent

import pytest

from model.demand.figures import Amount, Factor, Mix, Number, Ratio, Share, plain, walk_figures
from model.strict import StrictModel, read_model
from model.yamlfile import read_yaml

NAMED = "name_zh: 数\nname_en: figure\n"
ASSUMED = NAMED + "mark: assumed\nwhy: 未见公开数\n"


def _read(folder: Path, model: type[StrictModel], text: str) -> tuple[StrictModel | None, str]:
    file = folder / "figure.yaml"
    file.write_text("size:\n" + indent(text, "  "), encoding="utf-8")
    tree = read_yaml(file, name="figure.yaml")
    found, problems = read_model(model, tree.values["size"], tree, ("size",))
    return found, "\n".join(str(problem) for problem in problems)


@pytest.mark.parametrize(
    ("model", "text", "said"),
    [
        (
            Number,
            ASSUMED,
            "figure.yaml:1: size: a figure has either 'value' or 'low', 'central' and 'high'",
        ),
        (
            Number,
            ASSUMED + "value: 3\nlow: 1\n",
            "figure.yaml:1: size: a figure has either 'value' or 'low', 'central' and 'high'",
        ),
        (
            Number,
            ASSUMED + "low: 1\nhigh: 3\n",
            "figure.yaml:1: size: one of 'low', 'central', 'high' is missing. Give all three.",
        ),
        (
            Number,
            ASSUMED + "low: 4\ncentral: 3\nhigh: 5\n",
            "figure.yaml:1: size: 'low', 'central' and 'high' must not fall",
        ),
        (
            Amount,
            ASSUMED + "low: 4万元\ncentral: 5万元\nhigh: 40000元\n",
            "figure.yaml:1: size: 'low', 'central' and 'high' must not fall",
        ),
        (
            Number,
            NAMED + "value: 3\nmark: A\nsource: book\narea: 全市\n",
            "figure.yaml:1: size: mark A needs 'source', 'area' and 'year'",
        ),
        (
            Number,
            NAMED + "value: 3\nmark: D\narea: 全市\nyear: '2030'\n",
            "figure.yaml:1: size: mark D needs 'source', 'area' and 'year'",
        ),
        (
            Number,
            NAMED + "value: 3\nmark: assumed\n",
            "figure.yaml:1: size: an assumed figure needs 'why'. Say in a sentence why this value.",
        ),
        (
            Number,
            NAMED + "value: 3\nmark: E\n",
            "figure.yaml:5: size.mark: 'E' is not accepted."
            " Write 'A', 'B', 'C', 'D', 'assumed' or 'scenario'.",
        ),
        (
            Number,
            ASSUMED + "low: 1\ncentral: 2\nhigh: 3\nweights: [0.3, 0.3, 0.3]\n",
            "figure.yaml:1: size: 'weights' are three numbers of zero or more that add up to 1",
        ),
        (
            Number,
            ASSUMED + "low: 1\ncentral: 2\nhigh: 3\nweights: [-0.5, 1, 0.5]\n",
            "figure.yaml:1: size: 'weights' are three numbers of zero or more that add up to 1",
        ),
        (
            Number,
            ASSUMED + "vaule: 3\n",
            "figure.yaml:6: size.vaule: unknown key 'vaule'. Did you mean 'value'?",
        ),
        (
            Amount,
            ASSUMED + "value: 180\n",
            "figure.yaml:6: size.value: no unit on the amount 180. Write for example 180万元.",
        ),
        (
            Share,
            ASSUMED + "low: 10%\ncentral: 50%\nhigh: 101%\n",
            "figure.yaml:1: size: a share lies between 0% and 100%",
        ),
        (
            Share,
            ASSUMED + "value: 0.3\n",
            "figure.yaml:6: size.value: 0.3 is not a rate. Write for example 10% or 2/3.",
        ),
        (
            Mix,
            ASSUMED + "value: {甲: 1, 乙: -1}\n",
            "figure.yaml:1: size: frequencies are numbers of zero or more, not all zero",
        ),
        (
            Mix,
            ASSUMED + "value: {甲: 0, 乙: 0}\n",
            "figure.yaml:1: size: frequencies are numbers of zero or more, not all zero",
        ),
        (
            Mix,
            ASSUMED + "value: {}\n",
            "figure.yaml:1: size: frequencies are numbers of zero or more, not all zero",
        ),
        (
            Factor,
            "name_zh: 因\nname_en: f\nwhy: 假设\nlevels:\n"
            "  - {name_zh: 低, name_en: low, times: 0.8, weight: 0.5}\n"
            "  - {name_zh: 高, name_en: high, times: 1.2, weight: 0.4}\n",
            "figure.yaml:1: size: the weights of the levels must add up to 1",
        ),
    ],
)
def test_a_figure_that_says_too_little_or_too_much_is_refused(
    tmp_path: Path, model: type[StrictModel], text: str, said: str
) -> None:
    found, problems = _read(tmp_path, model, text)
    assert found is None
    assert problems == said


@pytest.mark.parametrize("mark", ["A", "B", "C", "D"])
def test_a_published_figure_carries_source_area_and_year(tmp_path: Path, mark: str) -> None:
    text = NAMED + f"value: 3\nmark: {mark}\nsource: book\narea: 全市\nyear: '2030'\n"
    found, problems = _read(tmp_path, Number, text)
    assert problems == ""
    assert isinstance(found, Number)
    assert (found.mark, found.source, found.area, found.year) == (mark, "book", "全市", "2030")
    assert not found.uncertain


def test_levels_are_what_the_file_says_and_one_value_holds_at_every_level(tmp_path: Path) -> None:
    three, _ = _read(
        tmp_path, Amount, ASSUMED + "low: 0.1亿元\ncentral: 2000万元\nhigh: 3000万元\n"
    )
    assert isinstance(three, Amount)
    found = [three.at(level) for level in ("low", "central", "high")]
    assert found == [10_000_000, 20_000_000, 30_000_000]
    assert three.uncertain
    one, _ = _read(tmp_path, Ratio, ASSUMED + "value: 105%\n")
    assert isinstance(one, Ratio)
    assert {one.at(level) for level in ("low", "central", "high")} == {Fraction(21, 20)}
    assert not one.uncertain


def test_three_equal_levels_are_no_assumption_to_vary(tmp_path: Path) -> None:
    found, _ = _read(tmp_path, Number, ASSUMED + "low: 1\ncentral: 1\nhigh: 1\n")
    assert isinstance(found, Number)
    assert not found.uncertain


def test_every_figure_is_found_by_its_path_in_the_order_of_the_file(tmp_path: Path) -> None:
    one, _ = _read(tmp_path, Number, ASSUMED + "value: 1\n")
    two, _ = _read(tmp_path, Share, ASSUMED + "value: 10%\n")
    nested = {"b": {"mean": one, "spread": 0.2}, "a": two}
    assert list(walk_figures(nested, "pools")) == [("pools.b.mean", one), ("pools.a", two)]


def test_a_resolved_figure_becomes_a_float_for_the_simulation() -> None:
    assert [plain(value) for value in (Fraction(1, 4), 3, 2.5)] == [0.25, 3.0, 2.5]
