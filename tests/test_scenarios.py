"""Every scenario of the first paper runs small and gives the figures accepted last.

Each has its table in expected/: the accounts that are weighed with their money, demand and risk
by their laws, and what the plan on few draws leaves them. A change of any input or rule shows up
here as a difference to read.
"""

from __future__ import annotations

import csv
import io
import os
from dataclasses import replace
from functools import cache

import pytest
from demand_sample import REAL, real

from model.allocation.cuts import solve
from model.allocation.plan import Plan, check_plan
from model.allocation.problem import Problem
from model.demand.engine import Engine
from model.demand.exact import make_exact_engine
from model.pipeline import make_question
from model.scenario import Scenario, load_scenario
from model.transfer_rules import RESERVE, make_problem, money_of

EXPECTED = REAL / "expected"
NAMES = sorted(path.stem for path in REAL.glob("*.yaml") if path.stem not in ("policy", "pools"))
DRAWS = 400
HEADER = (
    "account",
    "adopted_wan",
    "committed_wan",
    "demand_mean_wan",
    "gap_probability",
    "expected_unpaid_wan",
    "after_wan",
)
ACCEPT = "ACCEPT=1 python -m pytest tests/test_scenarios.py"


@cache
def _solve(name: str) -> tuple[Scenario, Engine, Problem, Plan]:
    """Laws, few draws and the plan; what varies assumptions is tested on the invented paper."""
    scenario = load_scenario(REAL / f"{name}.yaml")
    asked = make_question(scenario)
    asked = replace(asked, span=replace(asked.span, count=DRAWS))
    found = make_exact_engine(asked)
    problem = make_problem(scenario, asked, found)
    return scenario, found, problem, solve(problem)


def _rows(name: str) -> list[list[str]]:
    scenario, found, problem, plan = _solve(name)
    rows = [["status", plan.status, *(str(clash.short_yuan) for clash in plan.clashes)]]
    for place, key in enumerate(problem.accounts):
        budget, after = money_of(scenario, key), int(plan.budget_after_yuan[place])
        if key == RESERVE:
            rows.append([key, _wan(budget), *["0"] * 4, _wan(after)])
            continue
        risk = found.risk(key, budget, problem.worst_share)
        money = (risk.demand_mean_yuan.value, risk.expected_unpaid_yuan.value, after)
        mean, unpaid, left = (_wan(yuan) for yuan in money)
        chance = f"{risk.gap_probability.value:.3f}"
        rows.append([key, _wan(budget), _wan(risk.committed_yuan), mean, chance, unpaid, left])
    return rows


def _wan(yuan: float) -> str:
    return f"{yuan / 10_000:.0f}"


def _text(rows: list[list[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([HEADER, *rows])
    return file.getvalue()


def _difference(expected: str, found: str) -> str:
    """The lines that differ, as accepted and as found."""
    before, after = expected.splitlines(), found.splitlines()
    gone = [f"- {line}" for line in before if line not in after]
    return "\n".join([*gone, *(f"+ {line}" for line in after if line not in before)])


@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_gives_the_figures_accepted_last(name: str) -> None:
    file = EXPECTED / f"{name}.csv"
    found = _text(_rows(name))
    if os.environ.get("ACCEPT") == "1":
        file.parent.mkdir(exist_ok=True)
        file.write_text(found, encoding="utf-8", newline="\n")
    expected = file.read_text(encoding="utf-8") if file.is_file() else ""
    assert found == expected, (
        f"{name}: other figures than those accepted last ({file.name}):\n"
        f"{_difference(expected, found)}\n"
        f"If they are right, accept them: {ACCEPT} -k {name}"
    )


def test_every_expected_table_belongs_to_a_scenario() -> None:
    assert sorted(path.stem for path in EXPECTED.glob("*")) == NAMES


def test_a_difference_shows_the_lines_that_changed_and_only_those() -> None:
    assert _difference("a,1\nb,2\n", "a,1\nb,3\nc,4\n") == "- b,2\n+ b,3\n+ c,4"
    assert _difference("a,1\n", "a,1\n") == ""


def _table(name: str) -> dict[str, list[str]]:
    with (EXPECTED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row[0]: row[1:] for row in csv.reader(file)}


def _column(name: str, column: str) -> dict[str, float]:
    place = HEADER.index(column) - 1
    rows = _table(name)
    return {key: float(row[place]) for key, row in rows.items() if key not in ("account", "status")}


@pytest.mark.parametrize("name", NAMES)
def test_money_moves_and_none_is_made(name: str) -> None:
    before, after = (_column(name, column) for column in ("adopted_wan", "after_wan"))
    assert sum(after.values()) == pytest.approx(sum(before.values()), abs=len(after))


def test_accounts_without_grounds_take_part_only_where_the_scenario_says_so() -> None:
    specs = real().book.accounts
    for name in NAMES:
        weighed = _column(name, "adopted_wan")
        known = [key for key in weighed if key in specs]  # the reserve is no account of the paper
        assumed = [key for key in known if specs[key].evidence == "assumed"]
        assert bool(assumed) == (name == "assumed-may-move"), name


def test_the_answers_move_the_way_the_questions_ask() -> None:
    """Each scenario against base, on the same draws."""
    base = _column("base", "demand_mean_wan")

    def moved(name: str) -> dict[str, float]:
        other = _column(name, "demand_mean_wan")
        return {k: other[k] - base[k] for k in base if k in other and other[k] != base[k]}

    assert all(change < 0 for change in moved("caps-down-20").values())
    assert set(moved("export-slump")) == {"opening_up", "transport"}
    assert all(change < 0 for change in moved("export-slump").values())
    assert set(moved("technology-boom")) == {"science", "industry"}
    assert all(change > 0 for change in moved("technology-boom").values())
    assert moved("foreign-capital-b").keys() == {"opening_up"}
    assert moved("foreign-capital-b")["opening_up"] < 0
    whole = moved("whole-city")
    assert {"science", "industry", "services", "opening_up", "agriculture"} <= set(whole)
    assert all(change > 0 for change in whole.values())
    for name in ("budget-down-10", "within-domains", "impossible", "protect-opening-up"):
        assert moved(name) == {}
    cut, whole = (_column(name, "adopted_wan") for name in ("budget-down-10", "base"))
    assert all(cut[key] == pytest.approx(0.9 * money, abs=1) for key, money in whole.items())


def test_who_pays_changes_the_accounts_and_not_the_total() -> None:
    """A31 moves from services to industry, A39a from transport to services."""
    base, other = (_column(name, "demand_mean_wan") for name in ("base", "software-from-industry"))
    moved = {key: other[key] - base[key] for key in base if other[key] != base[key]}
    assert set(moved) == {"industry", "services", "transport"}
    assert sum(moved.values()) == pytest.approx(0, abs=2)
    assert moved["industry"] > 0 > moved["transport"]


def test_the_floors_of_impossible_exceed_the_money_by_exactly_1_3_million() -> None:
    scenario, _, problem, plan = _solve("impossible")
    assert plan.status == "infeasible"
    (clash,) = plan.clashes
    assert clash.short_yuan == 1_300_000
    floors = {floor.account: floor.minimum_yuan for floor in problem.floors}
    held = sum(scenario.budget_of(key) for key in floors)
    assert sum(floors.values()) - held == 1_300_000
    assert {limit.name for limit in clash.limits} >= {f"floor__{key}" for key in floors}
    assert plan.transfers == ()


@pytest.mark.parametrize("name", [name for name in NAMES if name != "impossible"])
def test_every_other_scenario_has_a_plan_that_keeps_its_limits(name: str) -> None:
    _, _, problem, plan = _solve(name)
    assert plan.status == "optimal"
    assert check_plan(problem, plan) == []
    assert plan.objective_after <= plan.objective_before
