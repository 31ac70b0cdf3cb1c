"""Every change is exact, logged old -> new, and refused in full words where it makes no sense."""

from __future__ import annotations

import copy
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.changes import Change, apply_changes
from model.errors import InputError
from model.money import format_money, parse_money, parse_rate
from model.yamlfile import Tree

VALUES: dict[str, Any] = {
    "awards": {
        "A1": {"cap": "1500万元", "rate": "10%", "steps": "whole", "amount": None},
        "A2": {"cap": "500万元", "grades": {"A": "300万元", "B": "0.5亿元"}},
        "A3": {"cap": None, "amount": "20万元"},
    },
    "pools": {
        "firms": {
            "count": {
                "mean": {
                    "name_zh": "家数",
                    "name_en": "firms",
                    "unit_zh": "家",
                    "low": 10,
                    "central": 20,
                    "high": 35,
                    "mark": "B",
                    "source": "book",
                },
                "spread": 0.3,
                "ceiling": 24,
            },
            "covered": "city_share",
            "grant": {"name_zh": "额", "low": "10万元", "central": "20.5万元", "high": "1亿元"},
            "part": {"name_zh": "份", "value": "2/3", "mark": "assumed", "why": "x"},
            "mix": {"name_zh": "构成", "value": {"A": 1, "B": 3}},
            "size": {"mean": 5, "times": "other"},
        }
    },
    "readings": {"A1": "A"},
    "floors": {},
    "transfers": (),
    "flag": True,
}
TREE = Tree(
    name="base.yaml",
    values=VALUES,
    places={
        (): "base.yaml:1",
        ("awards",): "base.yaml:1",
        ("awards", "A2"): "base.yaml:5",
        ("awards", "A2", "grades"): "base.yaml:6",
        ("awards", "A2", "grades", "A"): "base.yaml:7",
        ("pools", "firms", "count", "mean"): "base.yaml:20",
        ("pools", "firms", "count", "mean", "low"): "base.yaml:21",
    },
)


def source(changes: dict[str, Any]) -> Tree:
    places = {("changes", path): f"s.yaml:{n}" for n, path in enumerate(changes, start=4)}
    return Tree(name="s.yaml", values={"changes": changes}, places=places)


def changed(changes: dict[str, Any], tree: Tree = TREE) -> tuple[Tree, list[Change]]:
    return apply_changes(tree, changes, source(changes))


def get(tree: Tree, path: str) -> Any:
    node: Any = tree.values
    for part in path.split("."):
        node = node[part]
    return node


def refusal(changes: dict[str, Any], **more: Any) -> str:
    with pytest.raises(InputError) as caught:
        apply_changes(TREE, changes, source(changes), **more)
    return str(caught.value)


@pytest.mark.parametrize(
    ("path", "change", "new", "shown"),
    [
        ("awards.A1.cap", "1200万元", "1200万元", "1500万元 -> 1200万元"),
        ("awards.A1.cap", {"times": 0.8}, "1,200万元", "1500万元 -> 1,200万元"),
        ("awards.A1.cap", {"times": 0}, "0元", "1500万元 -> 0元"),
        ("awards.A1.cap", {"add": "-500万元"}, "1,000万元", "1500万元 -> 1,000万元"),
        ("awards.A1.cap", {"add": "1元"}, "15,000,001元", "1500万元 -> 15,000,001元"),
        ("awards.A1.rate", {"times": 1.1}, "11%", "10% -> 11%"),
        ("awards.A1.rate", {"add": "5%"}, "15%", "10% -> 15%"),
        ("awards.A1.amount", "5万元", "5万元", "- -> 5万元"),
        ("awards.A2.grades.B", {"times": 1.5}, "7,500万元", "0.5亿元 -> 7,500万元"),
        (
            "awards.A2.grades",
            {"A": "1万元"},
            {"A": "1万元"},
            "{A: 300万元, B: 0.5亿元} -> {A: 1万元}",
        ),
        ("awards.A2.grades.A", None, None, "300万元 -> -"),
        ("pools.firms.count.spread", {"times": 0.1}, 0.03, "0.3 -> 0.03"),
        ("pools.firms.count.spread", {"add": 0.1}, 0.4, "0.3 -> 0.4"),
        ("pools.firms.count.ceiling", {"times": 0.5}, 12, "24 -> 12"),
        ("pools.firms.count.ceiling", {"add": -4}, 20, "24 -> 20"),
        ("pools.firms.covered", "50%", "50%", "city_share -> 50%"),
        (
            "pools.firms.size",
            {"mean": 6, "times": "another"},
            {"mean": 6, "times": "another"},
            "{mean: 5, times: other} -> {mean: 6, times: another}",
        ),
        ("readings.A1", "B", "B", "A -> B"),
        ("flag", False, False, "true -> false"),
        ("floors", {"x": "5万元"}, {"x": "5万元"}, "{} -> {x: 5万元}"),
        (
            "transfers",
            ({"from": "a", "to": "b", "amount": "500万元"},),
            ({"from": "a", "to": "b", "amount": "500万元"},),
            "[] -> [{from: a, to: b, amount: 500万元}]",
        ),
    ],
)
def test_one_value_is_changed_and_logged_old_and_new(path, change, new, shown):
    tree, log = changed({path: change})
    assert get(tree, path) == new
    assert type(get(tree, path)) is type(new)
    old, _, after = shown.partition(" -> ")
    assert log == [Change(path=path, old=old, new=after, place="s.yaml:4")]


def test_nothing_else_changes():
    tree, _ = changed({"awards.A1.cap": "1万元"})
    expected = copy.deepcopy(VALUES)
    expected["awards"]["A1"]["cap"] = "1万元"
    assert tree.values == expected
    assert tree.name == "base.yaml"


def test_the_tree_that_was_changed_stays_as_it_was():
    before = copy.deepcopy(TREE.values), dict(TREE.places)
    changed({"awards.*.cap": {"times": 2}, "pools.firms.count.mean": {"times": 2}})
    changed({"awards.A2.grades": {"A": "1万元"}})
    assert (TREE.values, TREE.places) == before


def test_no_changes_change_nothing():
    tree, log = changed({})
    assert (tree.values, tree.places, log) == (TREE.values, TREE.places, [])


def test_a_star_stands_for_every_key_that_has_a_value_in_the_order_of_the_file():
    tree, log = changed({"awards.*.cap": {"times": 0.8}})
    assert [get(tree, f"awards.{key}.cap") for key in ("A1", "A2", "A3")] == [
        "1,200万元",
        "400万元",
        None,
    ]
    assert [(c.path, c.old, c.new, c.place) for c in log] == [
        ("awards.A1.cap", "1500万元", "1,200万元", "s.yaml:4"),
        ("awards.A2.cap", "500万元", "400万元", "s.yaml:4"),
    ]


def test_two_stars_stand_for_every_pair():
    _, log = changed({"awards.*.grades.*": {"add": "1元"}})
    assert [c.path for c in log] == ["awards.A2.grades.A", "awards.A2.grades.B"]


def test_low_central_and_high_are_scaled_together_and_the_figure_is_no_longer_its_sources():
    tree, log = changed({"pools.firms.count.mean": {"times": 0.7}})
    assert get(tree, "pools.firms.count.mean") == {
        **VALUES["pools"]["firms"]["count"]["mean"],
        "low": 7,
        "central": 14,
        "high": 24.5,
        "mark": "scenario",
    }
    assert (log[0].old, log[0].new) == ("10 / 20 / 35", "7 / 14 / 24.5")


def test_an_amount_is_added_to_low_central_and_high():
    tree, log = changed({"pools.firms.grant": {"add": "1万元"}})
    grant = get(tree, "pools.firms.grant")
    assert (grant["low"], grant["central"], grant["high"]) == ("11万元", "21.5万元", "10,001万元")
    assert (log[0].old, log[0].new) == (
        "10万元 / 20.5万元 / 1亿元",
        "11万元 / 21.5万元 / 10,001万元",
    )


def test_a_quotient_is_scaled_exactly():
    tree, _ = changed({"pools.firms.part": {"times": 0.5}})
    assert get(tree, "pools.firms.part.value") == "1/3"


def test_a_figure_set_by_a_number_is_certain_and_marked_as_the_scenarios():
    tree, log = changed({"pools.firms.count.mean": 50})
    assert get(tree, "pools.firms.count.mean") == {
        "name_zh": "家数",
        "name_en": "firms",
        "unit_zh": "家",
        "value": 50,
        "why": "由情景设定",
        "why_en": "set by the scenario",
        "mark": "scenario",
    }
    assert (log[0].old, log[0].new) == ("10 / 20 / 35", "50")


def test_a_figure_set_by_a_figure_is_that_figure():
    figure = {"low": 1, "central": 2, "high": 3, "mark": "assumed", "why": "guess"}
    tree, log = changed({"pools.firms.count.mean": figure})
    assert get(tree, "pools.firms.count.mean") == figure
    assert (log[0].old, log[0].new) == ("10 / 20 / 35", "1 / 2 / 3")


def told_by(changes: dict[str, Any]) -> Any:
    """A figure with a reason in both languages, after changes of it."""
    figure = {"central": 2, "why": "有数据", "why_en": "known"}
    tree = Tree(name="base.yaml", values={"firms": figure}, places={})
    return apply_changes(tree, changes, Tree(name="s.yaml", values={}, places={}))[0].values[
        "firms"
    ]


def test_a_reason_changed_in_chinese_alone_loses_its_english_form():
    found = told_by({"firms.why": "另有估计"})
    assert (found["why"], found["why_en"]) == ("另有估计", "")
    both = told_by({"firms.why_en": "estimated anew", "firms.why": "另有估计"})
    assert (both["why"], both["why_en"]) == ("另有估计", "estimated anew")
    assert told_by({"firms.central": 3})["why_en"] == "known"


def test_one_level_of_a_figure_can_be_changed_alone():
    tree, log = changed({"pools.firms.count.mean.high": {"add": 5}})
    assert get(tree, "pools.firms.count.mean")["high"] == 40
    assert (log[0].path, log[0].old, log[0].new) == ("pools.firms.count.mean.high", "35", "40")


def test_problems_of_a_changed_value_are_told_where_the_change_stands():
    tree, _ = changed({"awards.A2.grades": {"A": 5}, "pools.firms.count.mean": {"times": 2}})
    assert tree.place(("awards", "A2", "grades", "A")) == "s.yaml:4"
    assert tree.place(("awards", "A2", "grades")) == "s.yaml:4"
    assert tree.place(("awards", "A2", "cap")) == "base.yaml:5"
    assert tree.place(("pools", "firms", "count", "mean", "low")) == "s.yaml:5"


REFUSALS: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown path": (
        {"awards.A1.cup": "5万元"},
        "s.yaml:4: awards.A1.cup: there is no 'cup'. Did you mean 'cap'?",
    ),
    "an unknown section": (
        {"award.A1.cap": "5万元"},
        "s.yaml:4: award.A1.cap: there is no 'award'. Did you mean 'awards'?",
    ),
    "a path into a single value": (
        {"awards.A1.cap.low": 5},
        "s.yaml:4: awards.A1.cap.low: there is no 'low' inside a single value. Shorten the path.",
    ),
    "a key of an empty mapping": (
        {"floors.x": "5万元"},
        "s.yaml:4: floors.x: there is no 'x'."
        " Nothing is set here yet: give the whole mapping, {key: value}.",
    ),
    "a star that matches nothing": (
        {"floors.*": "5万元"},
        "s.yaml:4: floors.*: the * matches nothing",
    ),
    "a star above an unknown key": (
        {"awards.*.cup": "5万元"},
        "s.yaml:4: awards.*.cup: there is no 'cup'. Did you mean 'cap'?",
    ),
    "a star that matches only what has no value": (
        {"pools.*.count.floor": 5},
        "s.yaml:4: pools.*.count.floor: there is no 'floor'. Known here: ceiling, mean, spread.",
    ),
    "a path twice, once by a star": (
        {"awards.*.cap": {"times": 2}, "awards.A1.cap": "5万元"},
        "s.yaml:5: awards.A1.cap: awards.A1.cap is already changed by 'awards.*.cap'."
        " Keep one of the two.",
    ),
    "a path twice, first by name": (
        {"awards.A1.cap": "5万元", "awards.*.cap": {"times": 2}},
        "s.yaml:5: awards.*.cap: awards.A1.cap is already changed by 'awards.A1.cap'."
        " Keep one of the two.",
    ),
    "a value and what is inside it": (
        {"awards.A2.grades": {"A": "1万元"}, "awards.A2.grades.A": "2万元"},
        "s.yaml:5: awards.A2.grades.A: awards.A2.grades.A is already changed by"
        " 'awards.A2.grades'. Keep one of the two.",
    ),
    "a value and what is around it": (
        {"awards.A2.grades.A": "2万元", "awards.A2.grades": {"A": "1万元"}},
        "s.yaml:5: awards.A2.grades: awards.A2.grades is already changed by"
        " 'awards.A2.grades.A'. Keep one of the two.",
    ),
    "times and add together": (
        {"awards.A1.cap": {"times": 2, "add": "1元"}},
        "s.yaml:4: awards.A1.cap: 'times' and 'add' stand alone. Write for example {times: 0.8}.",
    ),
    "a negative factor": (
        {"awards.A1.cap": {"times": -1}},
        "s.yaml:4: awards.A1.cap: 'times' takes a number of zero or more, not -1."
        " Write for example {times: 0.8}.",
    ),
    "a factor in percent": (
        {"awards.A1.cap": {"times": "80%"}},
        "s.yaml:4: awards.A1.cap: 'times' takes a number of zero or more, not 80%."
        " Write for example {times: 0.8}.",
    ),
    "a factor that is true": (
        {"awards.A1.cap": {"times": True}},
        "s.yaml:4: awards.A1.cap: 'times' takes a number of zero or more, not true."
        " Write for example {times: 0.8}.",
    ),
    "money that would not stay whole yuan": (
        {"awards.A3.amount": {"times": 0.0000001}},
        "s.yaml:4: awards.A3.amount: 20万元 times 1e-07 is not a whole number of yuan."
        " Set the amount itself.",
    ),
    "a word times a number": (
        {"awards.A1.steps": {"times": 2}},
        "s.yaml:4: awards.A1.steps: there is no number here to multiply, but whole",
    ),
    "a yes times a number": (
        {"flag": {"times": 2}},
        "s.yaml:4: flag: there is no number here to multiply, but true",
    ),
    "nothing times a number": (
        {"awards.A3.cap": {"times": 2}},
        "s.yaml:4: awards.A3.cap: there is no number here to multiply, but -",
    ),
    "a mapping times a number": (
        {"awards.A2.grades": {"times": 2}},
        "s.yaml:4: awards.A2.grades: there is no number here to multiply,"
        " but {A: 300万元, B: 0.5亿元}",
    ),
    "a mix times a number": (
        {"pools.firms.mix": {"times": 2}},
        "s.yaml:4: pools.firms.mix: there is no number here to multiply, but {A: 1, B: 3}",
    ),
    "a number added to money": (
        {"awards.A1.cap": {"add": 500}},
        "s.yaml:4: awards.A1.cap: cannot add 500 to 1500万元. Add like to like: 500万元 to money.",
    ),
    "money added to a rate": (
        {"awards.A1.rate": {"add": "5万元"}},
        "s.yaml:4: awards.A1.rate: cannot add 5万元 to 10%. Add like to like: 500万元 to money.",
    ),
    "a yes added to a count": (
        {"pools.firms.count.ceiling": {"add": True}},
        "s.yaml:4: pools.firms.count.ceiling: cannot add true to 24."
        " Add like to like: 500万元 to money.",
    ),
    "more taken away than there is": (
        {"awards.A1.cap": {"add": "-2000万元"}},
        "s.yaml:4: awards.A1.cap: 1500万元 and -2000万元 make less than nothing",
    ),
    "more per cent taken away than there are": (
        {"awards.A1.rate": {"add": "-11%"}},
        "s.yaml:4: awards.A1.rate: 10% and -11% make less than nothing",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_change_that_makes_no_sense_is_refused(case):
    changes, message = REFUSALS[case]
    assert refusal(changes) == message


def test_a_star_that_finds_only_unset_values_is_refused():
    tree = Tree(name="b", values={"awards": {"A": {"cap": None}}}, places={})
    with pytest.raises(InputError) as caught:
        changed({"awards.*.cap": "1元"}, tree)
    assert str(caught.value) == "s.yaml:4: awards.*.cap: the * matches nothing that has a value"


def test_all_refusals_are_told_at_once():
    assert refusal({"awards.A1.cup": 1, "flag": False, "transfer": ()}) == (
        "s.yaml:4: awards.A1.cup: there is no 'cup'. Did you mean 'cap'?\n"
        "s.yaml:6: transfer: there is no 'transfer'. Did you mean 'transfers'?"
    )


def test_a_fixed_path_is_refused_whether_named_or_found_by_a_star():
    def fixed(path: tuple[str, ...]) -> tuple[str, str] | None:
        return ("it is printed", "Change another.") if path[-1] == "cap" else None

    assert refusal({"awards.A1.*": 5, "awards.A9.cap": 5, "flag": False}, fixed=fixed) == (
        "s.yaml:4: awards.A1.*: it is printed. Change another.\n"
        "s.yaml:5: awards.A9.cap: it is printed. Change another."
    )


AMOUNTS = st.integers(0, 10**13)


@given(yuan=AMOUNTS, thousandths=st.integers(0, 5000))
def test_money_times_a_number_is_exact_or_refused(yuan, thousandths):
    tree = Tree(name="b", values={"x": format_money(yuan)}, places={})
    exact = Fraction(yuan * thousandths, 1000)
    if exact.denominator == 1:
        found, _ = changed({"x": {"times": thousandths / 1000}}, tree)
        assert parse_money(found.values["x"]) == exact
    else:
        with pytest.raises(InputError, match="is not a whole number of yuan"):
            changed({"x": {"times": thousandths / 1000}}, tree)


@given(first=AMOUNTS, second=AMOUNTS)
def test_adding_and_taking_away_again_leads_back(first, second):
    tree = Tree(name="b", values={"x": format_money(first)}, places={})
    more, _ = changed({"x": {"add": format_money(second)}}, tree)
    assert parse_money(more.values["x"]) == first + second
    back, _ = changed({"x": {"add": format_money(-second)}}, more)
    assert parse_money(back.values["x"]) == first


@given(rate=st.fractions(0, 5, max_denominator=1000), hundredths=st.integers(0, 500))
def test_a_rate_times_a_number_is_exact(rate, hundredths):
    text = f"{rate.numerator}/{rate.denominator}"
    tree = Tree(name="b", values={"x": text}, places={})
    found, _ = changed({"x": {"times": hundredths / 100}}, tree)
    assert parse_rate(found.values["x"]) == rate * hundredths / 100
