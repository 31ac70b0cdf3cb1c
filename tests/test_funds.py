"""Printed lines and overlap links become funds, and each yuan is counted exactly once."""

from __future__ import annotations

import itertools
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.policy.consistency import read_checked
from model.policy.document import Document, FundName, Line, Link, Title
from model.policy.funds import (
    Alternative,
    OverlapError,
    derive_funds,
    find_alternatives,
    join_accounts,
    line_funds,
)
from model.yamlfile import read_yaml

TINY = Path(__file__).parent / "tiny_world" / "policy.yaml"
REAL = Path(__file__).parent.parent / "scenarios" / "jiaxing-2024" / "policy.yaml"
WAN = 10_000

Shape = dict[str, dict[str, int]]  # domain line -> its sub-lines and their yuan
Links = dict[str, tuple[str, str, str]]  # link -> line, relation, other


def make(shape: Shape, links: Links, net: int = 0) -> Document:
    """A document of nothing but lines and links."""
    lines: dict[str, Line] = {}

    def line(key: str, yuan: int, parent: str | None, fund: FundName | None) -> None:
        lines[key] = Line(
            name_zh=key,
            name_en=key,
            domain="1",
            clause=1,
            parent=parent,
            printed=f"{yuan}元",
            amount=f"{yuan}元",
            anchor=key,
            fund=fund,
        )

    for outer, subs in shape.items():
        line(outer, sum(subs.values()), None, None)
        for key, yuan in subs.items():
            line(key, yuan, outer, FundName(id=f"f{key}", name_zh=key, name_en=key))
    named = {"year": 2031, "n_clauses": 1, "glossary_en": {}}
    title = {name: "x" for name in Title.model_fields} | named
    return Document(
        title=Title.model_validate(title | {"net_total": f"{net}元"}),
        domains={},
        clauses={},
        lines=lines,
        links={
            key: Link(line=one, relation=relation, other=other, reason_zh="", reason_en="")
            for key, (one, relation, other) in links.items()
        },
        explanations={},
        targets={},
        awards={},
    )


def sizes(document: Document, *links: str) -> dict[str, int]:
    return {fund.id: fund.printed_yuan for fund in derive_funds(document, links)}


@pytest.fixture(scope="module")
def tiny() -> Document:
    return read_checked(read_yaml(TINY))


@pytest.fixture(scope="module")
def paper() -> Document:
    return read_checked(read_yaml(REAL))


# --- the tiny world, by hand ----------------------------------------------------------------------


def test_without_links_every_line_without_sub_lines_is_a_fund(tiny):
    funds = derive_funds(tiny, ())
    assert {fund.own_line: fund.printed_yuan // WAN for fund in funds} == {
        "L1.1": 2000,
        "L1.2": 1000,
        "L2.1": 1500,
        "L2.2": 300,
        "L3.1": 1000,
        "L3.2": 1500,
        "L3.3": 500,
    }
    assert sum(fund.printed_yuan for fund in funds) == tiny.printed_yuan


def test_the_natural_explanation_of_the_tiny_world(tiny):
    funds = derive_funds(tiny, tiny.explanations["natural"].links)
    assert [(f.id, f.own_line, f.printed_yuan // WAN, f.lines) for f in funds] == [
        ("building", "L1.1", 500, ("L1", "L1.1")),
        ("skills", "L1.2", 1000, ("L1", "L1.2", "L3", "L3.1")),
        ("research", "L2.1", 1500, ("L2", "L2.1")),
        ("parks", "L2.2", 300, ("L2", "L2.2")),
        ("schools", "L3.2", 1500, ("L1", "L1.1", "L3", "L3.2")),
        ("health", "L3.3", 500, ("L3", "L3.3")),
    ]
    assert funds[0].name_zh == "建设资金（不含校舍）"
    assert funds[0].name_en == "building without schools"


def test_a_printed_line_is_a_set_of_funds(tiny):
    funds = derive_funds(tiny, ("K1", "K4"))
    assert line_funds(funds, "L1.1") == ("building", "schools")
    assert line_funds(funds, "L3") == ("skills", "schools", "health")
    assert line_funds(funds, "L9") == ()


def test_lines_may_lie_inside_each_other_in_a_chain():
    document = make(
        {"A": {"a": 10}, "B": {"b": 6}, "C": {"c": 1}},
        {"x": ("b", "inside", "a"), "y": ("c", "inside", "b")},
    )
    assert sizes(document, "x", "y") == {"fa": 4, "fb": 5, "fc": 1}
    (inmost,) = [fund for fund in derive_funds(document, ("x", "y")) if fund.id == "fc"]
    assert inmost.lines == ("A", "a", "B", "b", "C", "c")


def test_a_line_that_is_filled_by_others_leaves_no_fund():
    document = make({"A": {"a": 5}, "B": {"b": 5}}, {"x": ("b", "inside", "a")})
    assert sizes(document, "x") == {"fb": 5}


def test_what_lies_inside_one_of_two_equal_lines_lies_inside_both():
    document = make(
        {"A": {"a": 5}, "B": {"b": 5}, "C": {"c": 2}},
        {"x": ("a", "same", "b"), "y": ("c", "inside", "b")},
    )
    assert sizes(document, "x", "y") == {"fa": 3, "fc": 2}


def test_inside_two_lines_that_are_the_same_is_inside_one():
    document = make(
        {"A": {"a": 5}, "B": {"b": 5}, "C": {"c": 2}},
        {"x": ("a", "same", "b"), "y": ("c", "inside", "a"), "z": ("c", "inside", "b")},
    )
    assert sizes(document, "x", "y", "z") == sizes(document, "x", "y")
    with pytest.raises(OverlapError, match="inside both"):
        derive_funds(document, ("y", "z"))


IMPOSSIBLE: dict[str, tuple[Shape, Links, str]] = {
    "unequal lines that are the same": (
        {"A": {"a": 5}, "B": {"b": 6}},
        {"x": ("a", "same", "b")},
        "a and b print different amounts",
    ),
    "a line inside two others": (
        {"A": {"a": 5}, "B": {"b": 6}, "C": {"c": 1}},
        {"x": ("c", "inside", "a"), "y": ("c", "inside", "b")},
        "c cannot lie inside both a and b",
    ),
    "a line inside itself": (
        {"A": {"a": 5}},
        {"x": ("a", "inside", "a")},
        "a would lie inside itself",
    ),
    "two lines inside each other": (
        {"A": {"a": 5}, "B": {"b": 5}},
        {"x": ("a", "inside", "b"), "y": ("b", "inside", "a")},
        "a would lie inside itself",
    ),
    "a line inside its equal": (
        {"A": {"a": 5}, "B": {"b": 5}},
        {"x": ("a", "inside", "b"), "y": ("b", "same", "a")},
        "a would lie inside itself",
    ),
    "a line inside a smaller one": (
        {"A": {"a": 5}, "B": {"b": 60_000}},
        {"x": ("b", "inside", "a")},
        "the lines inside a exceed it by 59,995元",
    ),
    "two lines that together exceed the one around them": (
        {"A": {"a": 5}, "B": {"b": 3}, "C": {"c": 3}},
        {"x": ("b", "inside", "a"), "y": ("c", "inside", "a")},
        "the lines inside a exceed it by 1元",
    ),
    "a line with sub-lines": (
        {"A": {"a": 5}, "B": {"b": 3}},
        {"x": ("b", "inside", "A")},
        "A has sub-lines; link its sub-lines instead",
    ),
    "two sub-lines of one line that are the same": (
        {"A": {"a": 5, "b": 5}},
        {"x": ("a", "same", "b")},
        "a and b would hold the same money, but A is their sum",
    ),
    "a sub-line inside its neighbour by way of another line": (
        {"A": {"a": 5, "b": 1}, "B": {"c": 3}},
        {"x": ("b", "inside", "c"), "y": ("c", "inside", "a")},
        "b and a would hold the same money, but A is their sum",
    ),
}


@pytest.mark.parametrize("case", IMPOSSIBLE)
def test_links_that_cannot_hold_are_refused_in_words(case):
    shape, links, message = IMPOSSIBLE[case]
    with pytest.raises(OverlapError) as caught:
        derive_funds(make(shape, links), links)
    assert str(caught.value) == message


# --- any document ---------------------------------------------------------------------------------


@st.composite
def documents(draw) -> Document:
    """Two to three domains of one to three sub-lines of few different amounts, and some links."""
    counts = draw(st.lists(st.integers(1, 3), min_size=2, max_size=3))
    amounts = st.sampled_from([1, 2, 3, 6])
    shape = {
        f"D{d}": {f"D{d}.{n}": draw(amounts) for n in range(count)}
        for d, count in enumerate(counts)
    }
    leaves = [key for subs in shape.values() for key in subs]
    link = st.tuples(
        st.sampled_from(leaves),
        st.sampled_from(["same", "inside", "inside"]),
        st.sampled_from(leaves),
    )
    links = draw(st.lists(link, max_size=6, unique=True))
    net = draw(st.integers(0, sum(sum(subs.values()) for subs in shape.values())))
    return make(shape, {f"K{n}": each for n, each in enumerate(links)}, net)


def subsets(document: Document) -> list[tuple[str, ...]]:
    keys = list(document.links)
    return [s for n in range(len(keys) + 1) for s in itertools.combinations(keys, n)]


@settings(max_examples=60, deadline=None)
@given(documents())
def test_wherever_links_hold_every_line_is_the_sum_of_its_funds(document):
    for links in subsets(document):
        try:
            funds = derive_funds(document, links)
        except OverlapError:
            continue
        for key, line in document.lines.items():
            assert sum(fund.printed_yuan for fund in funds if key in fund.lines) == line.amount
        assert len({fund.id for fund in funds}) == len(funds)
        assert all(fund.printed_yuan > 0 and fund.own_line in fund.lines for fund in funds)


@settings(max_examples=60, deadline=None)
@given(documents(), st.randoms(use_true_random=False))
def test_the_order_of_the_links_does_not_matter(document, random):
    links = list(document.links)
    random.shuffle(links)

    def outcome(chosen: list[str]) -> dict[str, int] | str:
        try:
            return sizes(document, *chosen)
        except OverlapError:
            return "cannot hold"

    assert outcome(links) == outcome(list(document.links))


def brute_force(document: Document, tolerance: int) -> tuple[Alternative, ...]:
    """Every subset of the links, tried one by one, from the definition."""
    target = document.printed_yuan - document.title.net_total
    found = []
    for links in subsets(document):
        try:
            funds = derive_funds(document, links)
        except OverlapError:
            continue
        overlap = document.printed_yuan - sum(fund.printed_yuan for fund in funds)
        own = sum(document.lines[document.links[key].line].amount for key in links)
        if abs(overlap - target) <= tolerance and overlap == own:
            found.append(
                Alternative(links=links, overlap_yuan=overlap, difference_yuan=overlap - target)
            )
    return tuple(sorted(found, key=lambda a: (abs(a.difference_yuan), len(a.links), a.links)))


@settings(max_examples=150, deadline=None)
@given(documents(), st.integers(0, 4))
def test_alternatives_are_those_that_trying_every_set_finds(document, tolerance):
    assert find_alternatives(document, tolerance) == brute_force(document, tolerance)


@pytest.mark.parametrize("tolerance", [0, 400 * WAN, 1000 * WAN, 10_000 * WAN])
def test_alternatives_of_the_tiny_world_are_those_that_trying_every_set_finds(tiny, tolerance):
    found = find_alternatives(tiny, tolerance)
    assert found == brute_force(tiny, tolerance)
    assert found


def test_the_alternatives_of_the_tiny_world_by_hand(tiny):
    # 2500 is 1000 (K1, K2 or K5) and 1500 (K3 or K4). K4 and K5 together exceed L1.1.
    assert [found.links for found in find_alternatives(tiny, 0)] == [
        ("K1", "K3"),
        ("K1", "K4"),
        ("K2", "K3"),
        ("K2", "K4"),
        ("K3", "K5"),
    ]


def test_a_set_that_says_the_same_twice_is_no_further_alternative():
    document = make(
        {"A": {"a": 5}, "B": {"b": 5}, "C": {"c": 2}},
        {"x": ("a", "same", "b"), "y": ("c", "inside", "a"), "z": ("c", "inside", "b")},
        net=5,
    )
    assert [found.links for found in find_alternatives(document, 0)] == [("x", "y"), ("x", "z")]


# --- the real paper -------------------------------------------------------------------------------


def test_the_natural_explanation_leaves_the_printed_net_total_to_the_yuan(paper):
    links = paper.explanations["natural"].links
    funds = derive_funds(paper, links)
    assert len(funds) == 24
    assert sum(fund.printed_yuan for fund in funds) == 11_242_000_000
    assert paper.printed_yuan - 11_242_000_000 == 6_306_000_000
    assert sum(paper.lines[paper.links[key].line].amount for key in links) == 6_306_000_000
    smallest = min(funds, key=lambda fund: fund.printed_yuan)
    assert (smallest.own_line, smallest.printed_yuan) == ("D2.3", 1_000_000)


def test_every_real_line_is_the_sum_of_its_funds_under_every_explanation(paper):
    for explanation in paper.explanations.values():
        funds = derive_funds(paper, explanation.links)
        for key, line in paper.lines.items():
            assert sum(fund.printed_yuan for fund in funds if key in fund.lines) == line.amount


def test_the_declared_explanations_are_among_the_real_alternatives(paper):
    exact = {frozenset(found.links) for found in find_alternatives(paper, 0)}
    assert {frozenset(e.links) for e in paper.explanations.values()} <= exact
    assert all(found.difference_yuan == 0 for found in find_alternatives(paper, 0))


def test_the_real_alternatives_hold_and_are_found_at_once(paper):
    before = time.process_time()
    found = find_alternatives(paper, 5_000_000)
    assert time.process_time() - before < 0.15
    assert len(found) == len({alternative.links for alternative in found}) > 100
    for alternative in found[::50]:
        funds = derive_funds(paper, alternative.links)
        net = sum(fund.printed_yuan for fund in funds)
        assert net - 11_242_000_000 == -alternative.difference_yuan
        assert abs(alternative.difference_yuan) <= 5_000_000


def test_the_real_accounts_join_the_funds_that_pay_the_same_awards(paper):
    funds = derive_funds(paper, paper.explanations["natural"].links)
    paid_from = {key: award.line for key, award in paper.costed().items()}
    accounts = join_accounts(paper, funds, paid_from)
    assert len(accounts) == 23
    assert [joined for joined in accounts.values() if len(joined) > 1] == [
        ("science", "science_grants")
    ]
    assert sorted(fund for joined in accounts.values() for fund in joined) == sorted(
        fund.id for fund in funds
    )


# --- accounts -------------------------------------------------------------------------------------


def accounts_of(tiny: Document, *links: str, **moved: str) -> dict[str, tuple[str, ...]]:
    paid_from = {key: award.line for key, award in tiny.costed().items()} | moved
    return join_accounts(tiny, derive_funds(tiny, links), paid_from)


def test_funds_that_pay_the_same_awards_are_one_account_called_after_the_first(tiny):
    assert accounts_of(tiny, "K1", "K4")["building"] == ("building", "schools")
    assert accounts_of(tiny, "K2", "K4")["skills"] == ("skills", "research")


def test_funds_that_share_no_award_stay_apart(tiny):
    assert set(map(len, accounts_of(tiny).values())) == {1}


def test_accounts_join_by_way_of_a_common_fund(tiny):
    # B3a is paid from all of L3, B7a from L3.2 and B2a from L1.1, of which L3.2 is a part.
    joined = accounts_of(tiny, "K1", "K4", B3a="L3")
    assert joined["building"] == ("building", "skills", "schools", "health")
    assert set(joined) == {"building", "research", "parks"}
