"""Scenarios compared: nothing differs from itself, causes add up, one line is one cause."""

from __future__ import annotations

import shutil
from dataclasses import fields, replace
from functools import cache
from pathlib import Path

import pytest
from demand_sample import REAL, TINY

from model.comparison import NOTHING, Comparison, Measures, compare, like
from model.demand.exact import make_exact_engine
from model.differences import (
    Source,
    apply_alone,
    check_one_base,
    find_differences,
    read_source,
)
from model.errors import InputError
from model.pipeline import make_question
from model.recording.comparison import make_comparison
from model.scenario import load_scenario

FEW = 40


@cache
def source(name: str, folder: Path = TINY) -> Source:
    found = read_source(folder / f"{name}.yaml")
    settings = found.scenario.settings.model_copy(update={"draws": FEW})
    return replace(found, scenario=replace(found.scenario, settings=settings))


@cache
def compared(*names: str) -> Comparison:
    return compare(tuple(source(name) for name in names))


def written(folder: Path, name: str, changes: str, based_on: str = "base") -> Path:
    path = folder / f"{name}.yaml"
    text = f"question: 如何？\nbased_on: {based_on}\nchanges:\n"
    path.write_text(text + "".join(f"  {line}\n" for line in changes.splitlines()), "utf-8")
    return path


# --- nothing differs from itself ------------------------------------------------------------------


def test_a_scenario_compared_with_itself_differs_by_exactly_nothing() -> None:
    comparison = compared("rival", "rival")
    one, other = comparison.scenarios
    assert one.found == other.found
    (together,) = other.causes
    assert together.difference is None
    assert (together.effect, together.total) == ({}, NOTHING)
    assert other.plan is not None
    assert one.plan is not None
    assert other.plan.transfers == one.plan.transfers
    record = make_comparison(comparison)
    assert [each["scenario"] for each in record["scenarios"]] == ["rival", "rival #2"]
    assert all(not any(row["change"].values()) for row in record["accounts"])


def test_what_a_change_does_not_touch_is_the_same_number(tiny: Path) -> None:
    path = written(tiny, "more", "pools.institutes.count.mean: {times: 1.5}")
    comparison = compare((source("base", tiny), read_source(path)))
    first, other = (each.found.accounts for each in comparison.scenarios)
    moved = [account for account in first if first[account] != other[account]]
    assert moved == ["research"]


# --- causes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("names", [("base", "rival"), ("rival", "base"), ("smaller", "rival")])
def test_causes_add_up_exactly_for_every_account_and_in_total(names: tuple[str, str]) -> None:
    comparison = compared(*names)
    first, other = comparison.scenarios
    assert other.found.total != first.found.total
    total = sum((cause.total for cause in other.causes), start=NOTHING)
    assert total == other.found.total - first.found.total
    for account in comparison.accounts:
        effects = [cause.effect.get(account, NOTHING) for cause in other.causes]
        difference = other.found.of(account) - first.found.of(account)
        assert sum(effects, start=NOTHING) == difference, account


def test_the_sums_of_a_record_hold_to_the_last_digit() -> None:
    record = make_comparison(compared("base", "rival"))
    scenario = record["scenarios"][1]
    causes = [cause["total"] for cause in record["causes"]]
    for field, change in scenario["change"].items():
        assert sum(cause[field] for cause in causes) == pytest.approx(change, abs=1e-9), field
        assert not isinstance(change, float) or field == "gap_probability"


def test_a_line_of_a_file_is_one_cause_however_many_values_it_changes() -> None:
    found = find_differences(source("base"), source("rival"))
    assert {each.key: each.changes for each in found} == {
        "readings.B2a": {"readings.B2a": "B"},
        "awards.*.cap": {"awards.*.cap": {"times": 0.5}},
        "overlap": {"overlap": "skills_in_research"},
        "pools.institutes.count.mean": {"pools.institutes.count.mean": {"times": 1.5}},
        "funds.*.budget": {"funds.*.budget": {"times": 0.9}},
    }
    cap = found[1]
    assert (cap.name_zh, cap.name_en) == ("各奖补事项：上限（3项）", "all awards: cap (3 values)")
    assert (cap.old, cap.new) == (("-", "-"), ("×0.5", "×0.5"))
    assert found[2].new[0] == "技能人才资金在研究资金内"
    assert found[3].name_zh == "研究机构：新增机构数"


def test_what_only_the_first_scenario_changed_is_taken_back() -> None:
    back = find_differences(source("rival"), source("smaller"))
    assert [each.key for each in back] == ["overlap", "pools.institutes.count.mean"]
    alone = apply_alone(source("rival"), back[1])
    assert alone is not None
    pool = alone.book.pools["institutes"].count
    assert pool == source("base").scenario.book.pools["institutes"].count
    assert alone.settings.overlap == source("rival").scenario.settings.overlap


def test_money_taken_back_is_what_the_paper_prints_for_the_fund() -> None:
    back = {each.key: each for each in find_differences(source("rival"), source("base"))}
    printed = {fund.id: fund.printed_yuan for fund in source("rival").scenario.funds}
    alone = apply_alone(source("rival"), back["funds.*.budget"])
    assert alone is not None
    assert dict(alone.budgets) == printed
    assert back["funds.*.budget"].new == ("-", "-")


def test_a_line_is_not_done_twice_to_what_the_first_scenario_did_too(tiny: Path) -> None:
    once = read_source(written(tiny, "once", "awards.B2a.cap: {times: 0.5}"))
    every = read_source(written(tiny, "every", "awards.*.cap: {times: 0.5}"))
    (cause,) = find_differences(once, every)
    assert "awards.B2a.cap" not in cause.changes
    alone = apply_alone(once, cause)
    assert alone is not None
    assert alone.document.awards == every.scenario.document.awards


def test_a_single_change_is_the_whole_cause_and_leaves_nothing(tiny: Path) -> None:
    path = written(tiny, "one", "readings.B2a: B")
    comparison = compare((source("base", tiny), read_source(path)))
    first, other = comparison.scenarios
    reading, together = other.causes
    assert reading.total == other.found.total - first.found.total != NOTHING
    assert (together.effect, together.total) == ({}, NOTHING)


def test_each_cause_is_what_the_laws_say_of_the_first_scenario_with_it_alone() -> None:
    cause = next(
        each
        for each in compared("base", "rival").scenarios[1].causes
        if each.difference is not None and each.difference.key == "awards.*.cap"
    )
    caps = {"awards.*.cap": {"times": 0.5}}
    changed, before = (load_scenario(TINY / "base.yaml", extra) for extra in (caps, None))
    risks = []
    for scenario in (before, changed):
        engine = make_exact_engine(make_question(scenario))
        risks.append(engine.risk("building", scenario.budget_of("building"), 0.05))
    unpaid = [round(risk.expected_unpaid_yuan.value) for risk in risks]
    assert cause.effect["building"].expected_unpaid_yuan == unpaid[1] - unpaid[0] != 0


def test_changes_that_hold_only_together_are_told_and_counted_together(tiny: Path) -> None:
    path = written(tiny, "pair", "verdicts.tight: 60%\nverdicts.short: 70%\nreadings.B2a: B")
    comparison = compare((source("base", tiny), read_source(path)))
    causes = {
        each.difference.key: each.alone
        for each in comparison.scenarios[1].causes
        if each.difference is not None
    }
    assert causes == {"verdicts.tight": False, "verdicts.short": True, "readings.B2a": True}


def test_a_decided_transfer_is_a_cause(tiny: Path) -> None:
    move = "transfers: [{from: building, to: skills, amount: 100万元}]"
    comparison = compare((source("base", tiny), read_source(written(tiny, "moved", move))))
    cause, together = comparison.scenarios[1].causes
    assert cause.difference is not None
    assert cause.difference.name_zh == "已决定的预算调剂"
    available = {account: change.available_yuan for account, change in cause.effect.items()}
    assert available == {"building": -1_000_000, "skills": 1_000_000}
    assert together.total == NOTHING


def test_seed_and_draws_are_those_of_the_first_scenario_and_no_cause(tiny: Path) -> None:
    other = read_source(written(tiny, "drawn", "seed: 7\ndraws: 44"))
    first = source("base", tiny)
    assert find_differences(first, other) == ()
    alike = like(other.scenario, first.scenario).settings
    assert (alike.seed, alike.draws) == (20310102, FEW)


def test_an_account_that_cannot_be_judged_everywhere_shows_its_money_only() -> None:
    comparison = compared("base", "rival")
    unknown = set(comparison.accounts) - set(comparison.judged)
    assert unknown
    for one in comparison.scenarios:
        for account in unknown & set(one.found.accounts):
            found = one.found.accounts[account]
            assert found == Measures(available_yuan=found.available_yuan)


# --- what cannot be compared ----------------------------------------------------------------------


def test_scenarios_of_two_bases_are_refused(tiny: Path) -> None:
    with pytest.raises(InputError) as caught:
        check_one_base((source("base"), read_source(tiny / "smaller.yaml")))
    assert str(caught.value) == (
        "smaller.yaml: rests on another base.yaml than base.yaml. "
        "Compare scenarios that are based on one file."
    )
    shutil.copy(tiny / "base.yaml", tiny / "second.yaml")
    with pytest.raises(InputError) as caught:
        check_one_base((read_source(tiny / "base.yaml"), read_source(tiny / "second.yaml")))
    assert "second.yaml: rests on second.yaml, and base.yaml on base.yaml" in str(caught.value)


def test_measures_are_added_and_taken_from_each_other_field_by_field() -> None:
    names = [field.name for field in fields(Measures)]
    one = Measures(**{name: place for place, name in enumerate(names, start=1)})
    assert one - one == NOTHING
    assert one + one == Measures(**{name: 2 * getattr(one, name) for name in names})


@pytest.mark.soak
def test_every_real_question_against_base_has_causes_that_add_up() -> None:
    names = sorted(
        path.stem for path in REAL.glob("*.yaml") if "based_on:" in path.read_text("utf-8")
    )
    comparison = compare(tuple(source(name, REAL) for name in ("base", *names)))
    first = comparison.scenarios[0].found
    for other in comparison.scenarios[1:]:
        assert (
            sum((c.total for c in other.causes), start=NOTHING) == other.found.total - first.total
        )
        for account in comparison.accounts:
            effects = [cause.effect.get(account, NOTHING) for cause in other.causes]
            assert sum(effects, start=NOTHING) == other.found.of(account) - first.of(account)
