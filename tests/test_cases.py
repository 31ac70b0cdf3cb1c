"""Worked cases, calculated by hand from the clauses, pay what the hand found.

A file holds the cases of one award. Those of the first paper are in tests/cases; another paper
keeps its own in a folder `cases` beside its policy.yaml. Their rows go the way of a real register:
written as CSV, read, assessed by the rules and shared out over rows.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.claims.entitlements import assess
from model.policy.awards import KINDS, Award, CostedAward
from model.policy.document import Document, read_document
from model.policy.rules import conditions
from model.register.register import read_register
from model.yamlfile import Tree, read_yaml

TESTS = Path(__file__).parent
SCENARIOS = TESTS.parent / "scenarios"
FIRST = SCENARIOS / "jiaxing-2024"
FOLDERS = {FIRST: TESTS / "cases"} | {
    folder.parent: folder for folder in sorted(SCENARIOS.glob("*/cases"))
}
FILES = {paper: sorted(folder.glob("*.yaml")) for paper, folder in FOLDERS.items()}

each_paper = pytest.mark.parametrize("paper", FOLDERS, ids=lambda path: path.name)


@cache
def policy(paper: Path) -> tuple[Tree, Document]:
    tree = read_yaml(paper / "policy.yaml")
    return tree, read_document(tree)


@cache
def cases_of(path: Path) -> dict[str, Any]:
    return read_yaml(path).values


def awards_under(paper: Path, award: str, reading: str | None) -> dict[str, Award]:
    """The awards of the policy, one of them understood by the given reading."""
    tree, document = policy(paper)
    if reading is None:
        return dict(document.awards)
    known = document.awards[award].readings
    assert reading in known or (not known and reading == "A"), f"{award} has no reading {reading}"
    values = tree.values["awards"][award] | (known[reading].sets if known else {})
    return dict(document.awards) | {award: KINDS[values["kind"]].model_validate(values)}


def as_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "" if value is None else str(value)


def write_register(path: Path, award: str, rows: Iterable[dict[str, Any]]) -> None:
    named = [{"claim": n, "award": award} | row for n, row in enumerate(rows, start=1)]
    columns = dict.fromkeys(name for row in named for name in row)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([as_cell(row.get(name)) for name in columns] for row in named)


CASES = [
    pytest.param(paper, path, position, id=f"{path.stem}-{position + 1}-{case['name']}")
    for paper, files in FILES.items()
    for path in files
    for position, case in enumerate(cases_of(path)["cases"])
]


@pytest.mark.parametrize(("paper", "path", "position"), CASES)
def test_the_case_pays_what_the_hand_found(paper, path, position, tmp_path):
    award, case = cases_of(path)["award"], cases_of(path)["cases"][position]
    write_register(tmp_path / "claims.csv", award, case["rows"])
    awards = awards_under(paper, award, case.get("reading"))
    found = assess(read_register(tmp_path / "claims.csv", awards), awards, {})
    told = "\n".join([case["working"], *found.reason])
    assert found.entitlement_yuan.tolist() == list(case["pays"]), told


COSTED = [
    pytest.param(paper, award, id=award) for paper in FOLDERS for award in policy(paper)[1].costed()
]


def under_every_reading(paper: Path, award: str) -> list[CostedAward]:
    letters = list(policy(paper)[1].awards[award].readings) or [None]
    found = [awards_under(paper, award, letter)[award] for letter in letters]
    return [rule for rule in found if isinstance(rule, CostedAward)]


def test_every_paper_has_cases():
    assert set(FOLDERS) == {path.parent for path in SCENARIOS.glob("*/policy.yaml")}


@each_paper
def test_every_costed_award_has_its_file_of_cases_and_no_other_has(paper):
    document = policy(paper)[1]
    assert [path.stem for path in FILES[paper]] == sorted(document.costed())
    for path in FILES[paper]:
        cases = cases_of(path)
        assert cases["award"] == path.stem
        assert cases["clause"] == document.awards[path.stem].clause


@pytest.mark.parametrize(("paper", "award"), COSTED)
def test_the_cases_of_an_award_pay_and_refuse_and_cover_every_reading(paper, award):
    cases = cases_of(FOLDERS[paper] / f"{award}.yaml")["cases"]
    paid = [yuan for case in cases for yuan in case["pays"]]
    assert any(yuan > 0 for yuan in paid), "no case that pays"
    rules = under_every_reading(paper, award)
    if any(conditions(rule) or rule.cap_scope != "claim" for rule in rules):
        assert 0 in paid, "the rule can give zero but no case shows it"
    readings = set(policy(paper)[1].awards[award].readings)
    assert readings <= {case.get("reading") for case in cases}, "a reading without a case"


@each_paper
def test_the_default_reading_is_what_the_policy_says(paper):
    """So that an award without a switch and one switched to its default pay the same."""
    document = policy(paper)[1]
    for award in document.costed():
        for letter, reading in document.awards[award].readings.items():
            if reading.default:
                assert awards_under(paper, award, letter)[award] == document.awards[award]
