"""Of several awards a holder keeps the highest, where a scenario lets nobody hold them at once."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from demand_sample import REAL
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from test_entitlements import AWARDS, STEADY, register

from model.claiming import say_stacking_zh, stacking_of
from model.claims.entitlements import OUTCOMES_ZH, STACKED, Assessment, assess
from model.claims.stacking import ALL, Stacking, holders, keep_highest
from model.claims_settings import ClaimsSettings
from model.errors import InputError
from model.scenario import Scenario, load_scenario


def together(*awards: str, per_project: bool = False) -> Stacking:
    return Stacking(groups=(frozenset(awards),), per_project=per_project)


def assessed(folder: Path, lines: str, stacking: Stacking) -> Assessment:
    return assess(register(folder, lines), AWARDS, {}, stacking)


def kept(folder: Path, lines: str, stacking: Stacking) -> list[int]:
    yuan: list[int] = assessed(folder, lines, stacking).entitlement_yuan.tolist()
    return yuan


# Claim, applicant, award, ok, approved_yuan, grade, product.
MIXED = "1,甲,E,,300000,,\n2,甲,O,是,,,\n3,甲,E,,600000,,\n4,乙,E,,5,,\n"


def test_all_awards_are_paid_where_nothing_else_is_said(tmp_path: Path) -> None:
    assert kept(tmp_path, MIXED, ALL) == [300_000, 1_000_000, 600_000, 5]


def test_the_award_that_gives_most_is_kept_with_all_its_claims(tmp_path: Path) -> None:
    """One million against 0.3 + 0.6 million; the other applicant has one award only."""
    assert kept(tmp_path, MIXED, together("E", "O")) == [0, 1_000_000, 0, 5]
    more = MIXED + "5,甲,E,,200000,,\n"  # now 1.1 million under E
    assert kept(tmp_path, more, together("E", "O")) == [300_000, 0, 600_000, 5, 200_000]


def test_of_equal_awards_the_first_in_the_register_is_kept(tmp_path: Path) -> None:
    assert kept(tmp_path, "1,甲,E,,5,,\n2,甲,T,,5,,\n", together("T", "E")) == [5, 0]
    assert kept(tmp_path, "1,甲,T,,5,,\n2,甲,E,,5,,\n", together("T", "E")) == [5, 0]


def test_awards_outside_the_group_are_paid_besides(tmp_path: Path) -> None:
    lines = "1,甲,E,,5,,\n2,甲,T,,6,,\n3,甲,O,是,,,\n"
    assert kept(tmp_path, lines, together("E", "T")) == [0, 6, 1_000_000]


def test_the_reason_and_the_outcome_say_what_was_kept_instead(tmp_path: Path) -> None:
    found = assessed(tmp_path, MIXED, together("E", "O"))
    assert found.reason[0] == (
        "approved_yuan 30万元；按情景设定就高不叠加，已保留 O 奖（申报 2），本笔核给 0元"
    )
    assert [OUTCOMES_ZH[code] for code in found.outcome] == [
        "就高不叠加", "核给", "就高不叠加", "核给",
    ]  # fmt: skip


def test_one_applicant_in_another_spelling_is_one_holder(tmp_path: Path) -> None:
    lines = "1,ABC公司,E,,5,,\n2,ａｂｃ公司,T,,6,,\n"
    assert kept(tmp_path, lines, together("E", "T")) == [0, 6]


def test_per_project_only_claims_that_name_the_same_product_give_way(tmp_path: Path) -> None:
    lines = "1,甲,E,,5,,P\n2,甲,T,,6,,P\n3,甲,T,,7,,Q\n4,甲,E,,8,,\n5,乙,E,,9,,P\n"
    assert kept(tmp_path, lines, together("E", "T", per_project=True)) == [0, 6, 7, 8, 9]


def test_a_row_that_gives_way_frees_its_product(tmp_path: Path) -> None:
    """甲 keeps the flat million instead of the hardware, so 乙 is paid for the same product."""
    lines = "1,甲,H,,,市内,X\n2,乙,S,,,省级,X\n3,甲,O,是,,,\n"
    assert kept(tmp_path, lines, ALL) == [200_000, 0, 1_000_000]
    assert kept(tmp_path, lines, together("H", "O")) == [0, 500_000, 1_000_000]


amounts = st.integers(0, 6) | st.just(2**62)
rows = st.lists(st.tuples(st.integers(-1, 3), st.integers(0, 3), amounts), max_size=14)


@STEADY
@given(rows, st.sampled_from([[[0, 1]], [[0, 1, 2, 3]], [[0, 2], [1, 3]]]))
def test_each_holder_keeps_one_award_of_a_group_and_it_is_the_highest(
    rows: list[tuple[int, int, int]], groups: list[list[int]]
) -> None:
    holder, award, yuan = (np.array([row[at] for row in rows], np.int64) for at in range(3))
    numbers = [np.array(group, np.int64) for group in groups]
    instead = keep_highest(numbers, holder, award, yuan).tolist()
    for who in {row[0] for row in rows}:
        for group in groups:
            mine = [
                at for at, row in enumerate(rows)
                if row[0] == who and row[1] in group and row[2] > 0
            ]  # fmt: skip
            held = {rows[at][1] for at in mine if instead[at] == at}
            totals = {key: sum(rows[at][2] for at in mine if rows[at][1] == key) for key in group}
            if who >= 0 and mine:
                (one,) = held
                assert totals[one] == max(totals.values())
                assert all(rows[instead[at]][:2] == (who, one) for at in mine)
            else:
                assert all(instead[at] == at for at in mine)
    assert all(instead[at] == at for at, row in enumerate(rows) if row[2] == 0)


lines = st.lists(
    st.tuples(
        st.sampled_from("甲乙丙"), st.sampled_from("OETHS"), st.integers(0, 9),
        st.sampled_from(["国内", "市内"]), st.sampled_from(["", "X", "Y"]),
    ),
    max_size=12,
)  # fmt: skip


@settings(STEADY, max_examples=40)
@given(lines, st.sampled_from([("E", "O"), ("H", "S", "T"), tuple("OETHS")]), st.booleans())
def test_whatever_else_holds_no_holder_has_two_awards_of_a_group(
    tmp_path_factory: pytest.TempPathFactory,
    lines: list[tuple[str, str, int, str, str]],
    group: tuple[str, ...],
    per_project: bool,
) -> None:
    """Ceilings and products are shared out again among the rows that stacking has left."""
    text = "".join(
        f"{at},{who},{key},是,{yuan}00000,{grade if key == 'H' else '市级'},{product}\n"
        for at, (who, key, yuan, grade, product) in enumerate(lines)
    )
    folder = tmp_path_factory.mktemp("stacked")
    found = assessed(folder, text, together(*group, per_project=per_project))
    held: dict[tuple[str, str], set[str]] = {}
    for (who, key, _, _, product), yuan in zip(lines, found.entitlement_yuan, strict=True):
        if yuan and key in group and (product or not per_project):
            held.setdefault((who, product if per_project else ""), set()).add(key)
    assert all(len(awards) == 1 for awards in held.values())
    paid = [line[4] for line, yuan in zip(lines, found.entitlement_yuan, strict=True)
            if yuan and line[4] and line[1] in "HS"]  # fmt: skip
    assert len(paid) == len(set(paid))  # a product is still paid once


def test_a_claim_that_names_no_project_stands_alone() -> None:
    assert holders(["甲", "甲", "乙"], ["p", "", "p"], per_project=True).tolist() == [0, -1, 1]
    assert holders(["甲", "甲", "乙"], ["p", "", "p"], per_project=False).tolist() == [0, 0, 1]


# --- what a scenario says -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(REAL / "base.yaml")


def chosen(base: Scenario, **claims: object) -> Scenario:
    """The base with another choice, as a change of a scenario makes it."""
    settings = base.settings.model_copy(update={"claims": ClaimsSettings.model_validate(claims)})
    return replace(base, settings=settings)


def test_base_lets_awards_stack_and_says_so(base: Scenario) -> None:
    assert stacking_of(base) == ALL
    assert say_stacking_zh(base) == ("条文未写明能否叠加享受；本情景设定：可叠加，各事项分别核给")


def test_a_scenario_chooses_the_highest_of_all(base: Scenario) -> None:
    scenario = chosen(base, stacking="highest_per_applicant")
    assert stacking_of(scenario) == together(*scenario.document.costed())
    assert say_stacking_zh(scenario).endswith("同一申报主体的全部事项只保留核给最高的一项")


def test_a_scenario_chooses_groups_per_project(base: Scenario) -> None:
    scenario = chosen(base, stacking="groups", groups=(("A19a", "A20a"),), per="project")
    assert stacking_of(scenario) == together("A19a", "A20a", per_project=True)
    assert say_stacking_zh(scenario).endswith(
        "同一申报主体的同一项目在下列各组内只保留核给最高的一项：A19a、A20a"
    )


TOGETHER = "'groups' and 'stacking: groups' come together. Give both or neither"


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"stacking": "groups"}, TOGETHER),
        ({"groups": (("A19a", "A20a"),)}, TOGETHER),
        ({"stacking": "groups", "groups": (("A19a",),)},
         "a group names two awards or more. Write for example [[<award>, <award>]]"),
        ({"stacking": "groups", "groups": (("A19a", "A20a"), ("A20a", "A22"))},
         "'groups' names A20a more than once. Join the groups that share an award into one"),
    ],
)  # fmt: skip
def test_a_choice_that_says_nothing_clear_is_refused(claims: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ClaimsSettings.model_validate(claims)
    (problem,) = caught.value.errors()
    assert str(problem["ctx"]["error"]) == said


def test_an_award_that_there_is_not_is_told_with_its_place(tmp_path: Path) -> None:
    folder = shutil.copytree(REAL, tmp_path / "city")
    (folder / "mine.yaml").write_text(
        "question: q\nbased_on: base\nchanges:\n  claims.stacking: groups\n"
        "  claims.groups: [[A19a, A20z]]\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as caught:
        load_scenario(folder / "mine.yaml")
    assert str(caught.value) == (
        f"{folder / 'mine.yaml'}:5: claims.groups.0: there is no award with a rule 'A20z'. "
        "Did you mean 'A20e' or 'A20d'?"
    )


def test_stacked_is_the_last_outcome() -> None:
    assert OUTCOMES_ZH[STACKED] == "就高不叠加"
