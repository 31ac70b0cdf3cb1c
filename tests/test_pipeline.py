"""A run from its files to everything it found: nothing but the inputs moves a number."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from demand_sample import TINY, engine, tiny

from model.allocation.cuts import solve
from model.demand.applicants import make_applicants_engine
from model.demand.engine import Engine
from model.demand.exact import make_exact_engine
from model.outcome import Outcome
from model.pipeline import EngineName, make_question, run
from model.recording.record_of import make_draws, make_record, make_tables
from model.running import STAGES
from model.scenario import Scenario, load_scenario
from model.transfer_rules import make_problem

DRAWS = 120
OWN = ("scenario", "question", "question_en", "based_on", "inputs", "run_command")


def _fewer(scenario: Scenario, count: int = DRAWS) -> Scenario:
    return replace(scenario, settings=scenario.settings.model_copy(update={"draws": count}))


@cache
def _base(name: EngineName = "applicants") -> Outcome:
    return run(_fewer(tiny()), name)


def _written(folder: Path, changes: str) -> Scenario:
    """A scenario based on the invented paper's base, with these changes."""
    world = folder / "world"
    shutil.copytree(TINY, world)
    text = f"question: 什么也不变会怎样？\nbased_on: base\n{changes}"
    (world / "other.yaml").write_text(text, encoding="utf-8")
    return _fewer(load_scenario(world / "other.yaml"))


def _record(outcome: Outcome) -> dict[str, Any]:
    found = json.loads(json.dumps(make_record(outcome)))
    for name in OWN:
        del found["manifest"][name]
    return found


@pytest.mark.parametrize(("engine", "changes"), [("exact", ""), ("applicants", "changes: {}\n")])
def test_a_scenario_that_changes_nothing_differs_by_exactly_nothing(
    tmp_path: Path, engine: EngineName, changes: str
) -> None:
    other, base = run(_written(tmp_path, changes), engine), _base(engine)
    assert _record(other) == _record(base)
    assert make_tables(make_record(other)) == make_tables(make_record(base))
    assert np.array_equal(make_draws(other)["demand"], make_draws(base)["demand"])


def test_changes_that_set_what_is_already_so_change_no_number(tmp_path: Path) -> None:
    changes = "changes:\n  funds.*.budget: {times: 1}\n  readings.B5b: A\n"
    found = _record(run(_written(tmp_path, changes), "applicants"))
    base = _record(_base())
    assert len(found["manifest"].pop("changes")) == len(tiny().funds) + 1
    assert base["manifest"].pop("changes") == []
    assert found == base


@cache
def _engine(name: str) -> Engine:
    return engine(name, make_question(_fewer(tiny(), 2_000)))


@pytest.mark.parametrize("key", ["building", "skills", "research", "parks", "health"])
def test_both_engines_find_the_same_risk(key: str) -> None:
    """Within sampling error of two thousand years, applicant by applicant."""
    money = tiny().budget_of(key)
    drawn, law = (_engine(name).risk(key, money, 0.05) for name in ("applicants", "exact"))
    for name in ("demand_mean_yuan", "demand_sd_yuan", "gap_probability", "expected_idle_yuan"):
        one, other = getattr(drawn, name), getattr(law, name)
        assert abs(one.value - other.value) <= 5 * np.hypot(one.se, other.se), name


def test_every_stage_is_told_in_order_with_the_share_done() -> None:
    told: list[tuple[str, float]] = []
    run(_fewer(tiny(), 40), "applicants", lambda stage, done: told.append((stage, done)))
    stages, shares = zip(*told, strict=True)
    assert set(stages) <= set(STAGES)
    assert list(stages) == [stage for stage in STAGES if stage in stages]
    assert shares[0] == 0
    assert list(shares) == sorted(shares)
    assert shares[-1] < 1


def test_the_question_gives_each_account_its_awards_and_its_money() -> None:
    asked = make_question(tiny())
    assert {load.account: load.awards for load in asked.loads} == {
        "building": ("B2a", "B7a"),
        "skills": ("B3a",),
        "research": ("B5a", "B5b"),
        "parks": (),
        "health": (),
    }
    assert asked.budgets["research"] == 15_000_000
    assert asked.load("health").appropriation_yuan == 5_000_000
    assert sum(load.appropriation_yuan for load in asked.loads) == 53_000_000
    assert (asked.span.seed, asked.span.first, asked.span.count) == (20310102, 0, 400)


def test_a_smaller_budget_does_not_shrink_the_appropriation_that_is_paid() -> None:
    """What is to be paid follows the printed line; the adopted money is what may be short."""
    asked = make_question(tiny("smaller"))
    assert asked.load("health").appropriation_yuan == 5_000_000
    assert asked.budgets["health"] == 4_500_000


def test_more_money_never_raises_the_objective() -> None:
    asked = make_question(tiny())
    found = make_exact_engine(asked)
    costs = []
    for share in (0.8, 0.9, 1.0, 1.2):
        budgets = {fund: int(yuan * share) for fund, yuan in tiny().budgets.items()}
        plan = solve(make_problem(replace(tiny(), budgets=budgets), asked, found))
        costs.append((plan.objective_before, plan.objective_after))
    assert costs == sorted(costs, reverse=True)
    assert costs[0][1] > costs[-1][1]


def test_another_seed_draws_other_years() -> None:
    settings = tiny().settings.model_copy(update={"seed": 1, "draws": 40})
    other = run(replace(tiny(), settings=settings), "applicants").years[:]
    assert not np.array_equal(other, _base().years[:40])


def test_laws_are_used_unless_applicants_are_asked_for_and_four_years_are_enough() -> None:
    found = run(_fewer(tiny(), 4))
    assert (found.engine, _base().engine) == ("exact", "applicants")
    assert found.reallocation.plan.status == "optimal"
    make_record(found)


def test_only_judged_accounts_have_break_evens_and_take_part() -> None:
    judged = {"building", "skills", "research", "health"}
    assert set(_base().reallocation.problem.accounts) == judged
    for key, judgement in _base().judgements.items():
        assert bool(judgement.break_evens) == (key in judged)


def test_another_explanation_of_the_overlap_makes_other_accounts() -> None:
    """Skilled workers inside research: one account pays both, and training stands alone."""
    found = run(_fewer(tiny("rival"), 40), "applicants")
    accounts = found.scenario.accounts
    assert accounts["skills"] == ("skills", "research")
    assert "research" not in found.judgements
    assert found.judgements["training"].verdict == "unknown"
    load = make_question(tiny("rival")).load("skills")
    assert load.awards == ("B3a", "B5a", "B5b")
    asked = make_question(found.scenario)
    own = make_applicants_engine(asked).award_years(asked, load.awards)
    column = list(found.scenario.accounts).index("skills")
    assert np.array_equal(found.years[:][:, column], np.sum(own[:], axis=1))


def test_transfers_already_decided_move_the_adopted_money(tmp_path: Path) -> None:
    changes = "changes:\n  transfers: [{from: skills, to: building, amount: 100万元}]\n"
    found = run(_written(tmp_path, changes), "applicants")
    before, after = tiny(), found.scenario
    assert after.budget_of("skills") == before.budget_of("skills") - 1_000_000
    assert after.budget_of("building") == before.budget_of("building") + 1_000_000
    assert np.array_equal(found.years[:], _base().years[:])
    old, new = (o.judgements["building"].risk.gap_probability for o in (_base(), found))
    assert new.value < old.value
