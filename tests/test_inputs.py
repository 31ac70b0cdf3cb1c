"""The inputs under scenarios/ say where every figure comes from, and repeat no more than they must.

What the schema refuses is not tested again here: units, unknown keys, marks without a source.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from model.changes import ENGLISH_FORMS
from model.inputs import Header, combine, name_defaults, read_chain
from model.policy.awards import KINDS, CostedAward
from model.scenario import Scenario, load_scenario
from model.settings import Settings
from model.yamlfile import Tree, read_yaml

ROOT = Path(__file__).parent.parent
PAPERS = sorted(path.parent for path in (ROOT / "scenarios").glob("*/policy.yaml"))
FIRST = ROOT / "scenarios" / "jiaxing-2024"
YAML_FILES = sorted((ROOT / "scenarios").glob("*/*.yaml"))
DERIVED = [path for path in YAML_FILES if path.stem not in ("policy", "pools", "base")]
SPARE_KINDS: set[str] = set()  # kinds of award that no paper uses yet, kept on purpose
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Sources behind a judgement that is marked as assumed; its reason names them in words.
BACKGROUND = {"giants_2022", "package_2023", "srdi_plan_2023", "wheat_2024"}

each_paper = pytest.mark.parametrize("paper", PAPERS, ids=lambda path: path.name)


@cache
def base_of(paper: Path) -> Scenario:
    return load_scenario(paper / "base.yaml")


@cache
def values_of(path: Path) -> dict[str, Any]:
    return read_yaml(path).values


def texts(node: Any, key: str) -> list[str]:
    """Every text under a key of this name, anywhere inside."""
    if isinstance(node, dict):
        own = [part for name, part in node.items() if name == key and isinstance(part, str)]
        return own + [text for part in node.values() for text in texts(part, key)]
    if isinstance(node, tuple):
        return [text for part in node for text in texts(part, key)]
    return []


# --- every file -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.stem)
def test_a_file_is_tidy_text(path):
    data = path.read_bytes()
    assert b"\r" not in data
    assert b"\t" not in data
    assert data.endswith(b"\n")
    assert [line for line in data.decode().splitlines() if line != line.rstrip()] == []


@pytest.mark.parametrize("path", YAML_FILES, ids=lambda path: path.stem)
def test_english_words_are_english_but_for_proper_names_and_chinese_ones_chinese(path):
    found = values_of(path)
    keys = "name_en question_en reason_en note_en title_en publisher_en why_en"
    for key in keys.split():
        for text in texts(found, key):
            assert len(re.findall(r"[a-z]", text)) > 2 * len(CHINESE.findall(text))
    for text in texts(found, "name_zh"):
        assert CHINESE.search(text)


# --- figures --------------------------------------------------------------------------------------


@each_paper
def test_every_figure_has_a_source_or_says_why(paper):
    book = base_of(paper).book
    assert len(book.figures()) > (50 if paper == FIRST else 0)
    assert {p for p, figure in book.figures().items() if not (figure.source or figure.why)} == set()
    assert {p for p, f in book.figures().items() if f.mark in "BCD" and len(f.why) < 4} == set()


def reasons_in(node: Any) -> list[tuple[str, str]]:
    """Every reason, title and publisher inside, and its English form."""
    if not isinstance(node, dict):
        return []
    own = [
        (node[key], node.get(english, ""))
        for key, english in ENGLISH_FORMS.items()
        if key in node and (key != "note_zh" or "title_zh" in node)
    ]
    return own + [pair for part in node.values() for pair in reasons_in(part)]


def numbers_in(text: str, sizes: dict[str, float]) -> set[float]:
    """The numbers of a text without those of months, which are words in English."""
    found = re.findall(rf"(\d[\d,]*(?:\.\d+)?) ?({'|'.join(sizes)})?(?![\d月])", text)
    return {round(float(n.replace(",", "")) * sizes.get(size, 1), 6) for n, size in found}


@pytest.mark.parametrize("name", ["pools", "base"])
def test_every_reason_is_told_in_english_with_the_same_numbers(name):
    sections = values_of(FIRST / f"{name}.yaml").values()
    pairs = [pair for section in sections for pair in reasons_in(section)]
    assert len(pairs) > (100 if name == "pools" else 3)
    for chinese, english in pairs:
        told = numbers_in(english, {"million": 1e6})
        assert english, chinese
        assert numbers_in(chinese, {"万": 1e4, "亿": 1e8}) <= told, english


@each_paper
def test_a_published_figure_has_area_and_year(paper):
    for path, figure in base_of(paper).book.figures().items():
        if figure.mark != "assumed":
            assert figure.source in base_of(paper).book.sources, path
            assert figure.area, path
            assert re.fullmatch(r"(19|20)\d\d", figure.year), path


@each_paper
def test_a_base_sets_no_figure_of_its_own(paper):
    assert "scenario" not in {figure.mark for figure in base_of(paper).book.figures().values()}


@each_paper
def test_every_source_is_dated_checked_and_used(paper):
    book = base_of(paper).book
    for key, source in book.sources.items():
        assert re.search(r"(19|20)\d\d", source.publisher_zh + source.title_zh), key
        assert date.fromisoformat(source.checked).year >= 2024, key
    used = {figure.source for figure in book.figures().values()} - {None}
    assert set(book.sources) - used - BACKGROUND == set()


@each_paper
def test_every_shared_assumption_and_shock_is_used(paper):
    book = base_of(paper).book
    shared = {
        getattr(pool, field)
        for pool in book.pools.values()
        for field in ("covered", "city_pays")
        if isinstance(getattr(pool, field), str)
    }
    assert shared == set(book.assumptions)
    assert {factor for pool in book.pools.values() for factor in pool.factors} == set(book.factors)


@each_paper
def test_every_calendar_is_used_and_every_award_and_payment_has_one(paper):
    book = base_of(paper).book
    named = [spec.calendar for pool in book.pools.values() for spec in pool.claims.values()]
    named += [a.payment.calendar for a in book.accounts.values() if a.payment is not None]
    assert set(named) == set(book.calendars)


@each_paper
def test_whole_city_counts_meet_city_money_only_through_both_shares(paper):
    for key, pool in base_of(paper).book.pools.items():
        assert pool.area, key
        assert pool.covered is not None, key
        assert pool.city_pays is not None, key


# --- the paper ------------------------------------------------------------------------------------


@each_paper
def test_the_paper_opens_with_its_source_its_reader_and_the_day_it_was_last_checked(paper):
    head = (paper / "policy.yaml").read_text(encoding="utf-8").split("\ndocument:")[0]
    assert re.search(r"^# Source +\S", head, re.M)
    assert re.search(r"^# Read by +\S", head, re.M)
    (checked,) = re.findall(r"^# last checked (\S+)$", head, re.M)
    assert date.fromisoformat(checked) >= date.fromisoformat(base_of(paper).document.title.issued)


@each_paper
def test_only_short_phrases_are_quoted(paper):
    anchors = texts(values_of(paper / "policy.yaml"), "anchor")
    assert len(anchors) > (100 if paper == FIRST else 5)
    assert [anchor for anchor in anchors if len(anchor) > 25 or "。" in anchor] == []


@each_paper
def test_every_award_says_who_pays_and_every_costed_one_why_that_line(paper):
    for key, award in base_of(paper).document.awards.items():
        assert award.payer.says_zh, key
        assert bool(award.line_why_zh) == (award.line is not None), key


def test_every_kind_of_award_is_used_or_kept_on_purpose():
    used = {award.kind for paper in PAPERS for award in base_of(paper).document.awards.values()}
    assert used | SPARE_KINDS == set(KINDS)
    assert used & SPARE_KINDS == set()


@each_paper
def test_every_reading_says_something_of_its_own(paper):
    for key, award in base_of(paper).document.awards.items():
        said = [reading.says_zh for reading in award.readings.values()]
        sets = [tuple(reading.sets.items()) for reading in award.readings.values()]
        assert len(set(said)) == len(said), key
        assert len({str(each) for each in sets}) == len(sets), key
        assert award.readings == {} or isinstance(award, CostedAward), key


@each_paper
def test_every_declared_link_gives_a_reason(paper):
    for key, link in base_of(paper).document.links.items():
        assert len(link.reason_zh) >= 4, key
        assert len(link.reason_en) >= 8, key


# --- accounts -------------------------------------------------------------------------------------


@each_paper
def test_evidence_is_rules_where_awards_are_paid_and_only_there(paper):
    base = base_of(paper)
    paying = {base.account_of_award()[award] for award in base.document.costed()}
    by_rules = {a for a in base.accounts if base.book.accounts[a].evidence == "rules"}
    assert by_rules <= paying
    for account in by_rules:
        assert base.book.accounts[account].payment is None


@each_paper
def test_evidence_of_figures_rests_on_a_published_figure(paper):
    base = base_of(paper)
    for account in base.accounts:
        spec = base.book.accounts[account]
        if spec.evidence == "figures":
            assert spec.payment is not None
            assert spec.payment.progress.mark in "ABCD", account


@each_paper
def test_every_account_is_in_one_group(paper):
    base = base_of(paper)
    groups = base.settings.allocation.groups.values()
    counted = Counter(account for group in groups for account in group.accounts)
    assert {account: counted[account] for account in base.accounts if counted[account] != 1} == {}


# --- scenarios ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", DERIVED, ids=lambda path: path.stem)
def test_a_scenario_is_a_small_file_that_opens_with_its_question(path):
    keys = list(values_of(path))
    assert keys[0] == "question"
    assert set(keys) <= {"question", "question_en", "who", "why", "based_on", "changes"}
    assert re.search(r"？(（.+）)?$", values_of(path)["question"])
    assert values_of(path)["question_en"]
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 25


def test_no_two_scenarios_ask_the_same():
    asked = [values_of(path)["question"] for path in YAML_FILES if "question" in values_of(path)]
    assert len(set(asked)) == len(asked) > 9


def changed_paths(*parts: str) -> set[str]:
    """The scenarios of the first paper that change a path made of these parts."""
    return {
        path.stem
        for path in DERIVED
        if path.parent == FIRST
        for changed in values_of(path)["changes"]
        if all(part in changed for part in parts)
    }


@pytest.mark.parametrize(
    "parts",
    [
        ("assumptions.",),
        ("readings.",),
        ("pools.", "count.mean"),
        ("awards.*.cap",),
        ("funds.*.budget",),
        ("paid_from.",),
        ("overlap",),
        ("allocation.domains_may_rise",),
        ("allocation.assumed_may_move",),
        ("allocation.floors",),
    ],
    ids=lambda parts: "-".join(parts),
)
def test_every_sort_of_change_has_a_scenario(parts):
    assert changed_paths(*parts) != set()


def test_two_rival_explanations_can_be_run():
    explanations = {
        values_of(FIRST / f"{name}.yaml")["changes"]["overlap"] for name in changed_paths("overlap")
    }
    assert explanations | {"natural"} == set(base_of(FIRST).document.explanations)


def test_the_impossible_floors_exceed_the_money_by_exactly_1_3_million():
    scenario = load_scenario(FIRST / "impossible.yaml")
    floors = scenario.settings.allocation.floors
    held = sum(scenario.budget_of(account) for account in floors)
    assert sum(floors.values()) - held == 1_300_000


# --- how inputs are joined ------------------------------------------------------------------------


def test_what_is_left_out_is_named_by_its_default_and_nothing_given_is_touched():
    given = {"seed": 5, "allocation": {"groups": {"g": {"accounts": ()}}}, "verdicts": "odd"}
    named = name_defaults(Settings, given)
    assert named == {
        "seed": 5,
        "verdicts": "odd",
        "points": "random",
        "transfers": (),
        "claims": {"stacking": "all", "groups": (), "per": "applicant"},
        "allotment": {"rules": {}, "indivisible": (), "not_fitting": "pass_over"},
        "forecast": {"sizes_like": 20.0},
        "allocation": {
            "objective": "least_unpaid",
            "groups": {"g": {"accounts": (), "gives_to": (), "receives": True, "why_en": ""}},
            "weights": {},
            "award_weights": {},
            "award_ceilings": {},
            "payment": {},
            "key_spending": (),
            "floors": {},
            "chance_limits": {
                "accounts": {},
                "domains": {},
                "together": {"chance": "100%", "accounts": ()},
            },
            "reserve": {
                **dict.fromkeys(("amount", "at_most", "each_at_most"), "0万元"),
                **dict.fromkeys(("why", "why_en"), ""),
            },
            "robust": {"at_once": 1, "strongest": 6},
        },
    }
    assert given["allocation"] == {"groups": {"g": {"accounts": ()}}}


def test_places_lead_to_the_file_that_a_section_belongs_in(tiny):
    policy, pools, base = (
        read_yaml(tiny / f"{n}.yaml", name=n) for n in ("policy", "pools", "base")
    )
    tree = combine(policy, pools, base)
    assert tree.place(("lines", "L2")).startswith("policy:")
    assert tree.place(("pools", "courses")).startswith("pools:")
    assert tree.place(("pools",)).startswith("pools:")  # not the base's key of the same name
    assert tree.place(("seed",)).startswith("base:")
    assert tree.place(("nothing",)) == "base"
    without = Tree(name="pools", values={}, places={})
    assert combine(policy, without, base).place(("factors", "x")) == "pools"


def test_a_chain_runs_from_the_base_to_the_file_asked_for(tiny):
    chain = read_chain(tiny / "rival.yaml")
    assert [Path(tree.name).name for _, tree in chain] == [
        "base.yaml",
        "smaller.yaml",
        "rival.yaml",
    ]
    assert [header.based_on for header, _ in chain] == [None, "base", "smaller"]
    assert all(isinstance(header, Header) for header, _ in chain)
