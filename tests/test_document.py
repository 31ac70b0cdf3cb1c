"""A policy file becomes a frozen document that keeps the order and the words of the paper."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import InputError
from model.policy.awards import CostedAward, NotCosted
from model.policy.document import SECTIONS, Document, read_document
from model.yamlfile import Tree, read_yaml

TINY = Path(__file__).parent / "tiny_world" / "policy.yaml"
REAL = Path(__file__).parent.parent / "scenarios" / "jiaxing-2024" / "policy.yaml"


@pytest.fixture(scope="module")
def document() -> Document:
    return read_document(read_yaml(TINY))


@pytest.fixture(scope="module")
def paper() -> Document:
    return read_document(read_yaml(REAL))


def test_the_title_is_as_printed(document):
    assert document.title.id == "示政发〔2031〕1号"
    assert document.title.net_total == 53_000_000
    assert document.title.issued == "2031-01-02"


def test_entries_keep_the_order_of_the_file_and_clauses_are_numbers(document):
    assert list(document.clauses) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert list(document.lines)[:4] == ["L1", "L1.1", "L1.2", "L2"]
    assert list(document.awards) == ["B2a", "B3a", "B5a", "B5b", "B7a", "B7b", "B8a"]


def test_lines_know_what_is_inside_and_around_them(document):
    assert document.sub_lines("L3") == ["L3.1", "L3.2", "L3.3"]
    assert document.sub_lines("L3.1") == []
    assert list(document.lines_around("L3.1")) == ["L3"]
    assert list(document.lines_around("L3")) == []
    assert list(document.domain_lines()) == ["L1", "L2", "L3"]


def test_the_printed_total_counts_overlaps_as_often_as_they_are_printed(document):
    assert document.printed_yuan == 78_000_000


def test_costed_awards_are_those_with_a_rule(document):
    assert list(document.costed()) == ["B2a", "B3a", "B5a", "B5b", "B7a"]
    assert all(isinstance(award, CostedAward) for award in document.costed().values())
    assert {key for key, award in document.awards.items() if isinstance(award, NotCosted)} == {
        "B7b",
        "B8a",
    }


def test_a_document_cannot_be_changed(document):
    with pytest.raises(AttributeError):
        document.title = None
    with pytest.raises(ValueError, match="frozen"):
        document.lines["L1"].amount = 5


def test_an_empty_file_lacks_every_section():
    with pytest.raises(InputError) as caught:
        read_document(Tree(name="p.yaml", values={}, places={}))
    assert [str(problem) for problem in caught.value.problems] == [
        f"p.yaml: the section '{key}' is missing or empty."
        " Add it; scenarios/FORMATS.md lists the sections of a policy file."
        for key in ("document", *SECTIONS, "awards")
    ]


def test_the_real_paper_has_the_size_of_the_paper(paper):
    statuses = [award.cost_status for award in paper.awards.values()]
    assert len(paper.clauses) == 66
    assert len(paper.lines) == 32
    assert len(statuses) == 70
    assert [statuses.count(kind) for kind in ("costed", "no_amount", "other_payer")] == [31, 33, 6]
    assert len(list(paper.domain_lines())) == 8
    assert paper.printed_yuan == 17_548_000_000
    assert paper.title.net_total == 11_242_000_000
