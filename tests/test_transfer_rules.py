"""What may be moved follows from groups, departments, domains and shares, checked by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from model.allocation.cuts import solve
from model.allocation.even import solve_even
from model.allocation.plan import check_plan
from model.demand.applicants import ApplicantsEngine
from model.demand.draws import draw_demand
from model.pipeline import make_question
from model.scenario import Scenario, load_scenario
from model.transfer_rules import (
    RESERVE,
    domains_of,
    find_approval,
    judged_accounts,
    judged_behind,
    make_problem,
    money_of,
    names_of,
)

WAN = 10_000


@pytest.fixture
def changed(tiny: Path):
    def load(changes: str = "") -> Scenario:
        body = f"changes:\n{changes}" if changes else ""
        path = tiny / "changed.yaml"
        path.write_text(f"question: 问\nbased_on: base\n{body}", encoding="utf-8")
        return load_scenario(path)

    return load


def problem_of(scenario: Scenario):
    question = make_question(scenario)
    demand = draw_demand(question.book, question.awards, question.loads, question.span)
    engine = ApplicantsEngine(central=question, demand=demand)
    return make_problem(scenario, question, engine), demand


def test_an_account_of_unknown_demand_is_not_judged_unless_the_scenario_lifts_that(changed):
    assert judged_accounts(changed()) == ("building", "skills", "research", "health")
    lifted = changed("  allocation.assumed_may_move: true\n")
    assert judged_accounts(lifted) == ("building", "skills", "research", "parks", "health")


def test_funds_lead_to_the_judged_accounts_behind_them(changed):
    scenario = changed()
    assert judged_behind(scenario, ("schools", "parks", "building", "health")) == [
        "building",
        "health",
    ]


def test_an_account_lies_in_every_domain_whose_lines_hold_its_funds(changed):
    scenario = changed()
    assert domains_of(scenario, "building") == {"1", "3"}  # school buildings are printed twice
    assert domains_of(scenario, "skills") == {"1", "3"}
    assert domains_of(scenario, "research") == {"2"}
    assert domains_of(scenario, "health") == {"3"}


@pytest.mark.parametrize(
    ("giver", "receiver", "approval"),
    [
        ("building", "skills", "within_department"),
        ("skills", "building", "within_department"),
        ("building", "health", "across_departments"),
        ("skills", "health", "across_departments"),
        ("building", "research", "across_domains"),
        ("research", "health", "across_domains"),
        ("health", "skills", "key_spending"),
    ],
)
def test_who_must_agree_depends_on_the_giver_and_on_what_the_two_share(
    changed, giver, receiver, approval
):
    assert find_approval(changed(), giver, receiver) == approval


def test_a_cut_of_key_spending_is_the_heaviest_case_even_within_a_department(changed):
    scenario = changed("  allocation.key_spending: [skills]\n")
    assert find_approval(scenario, "skills", "building") == "key_spending"
    assert find_approval(scenario, "building", "skills") == "within_department"


def test_money_moves_where_the_groups_allow_it_at_the_price_of_the_approval(changed):
    problem, _ = problem_of(changed())
    assert {(arc.giver, arc.receiver): (arc.approval, arc.price) for arc in problem.arcs} == {
        ("building", "skills"): ("within_department", 0.001),
        ("building", "research"): ("across_domains", 0.003),
        ("building", "health"): ("across_departments", 0.002),
        ("skills", "building"): ("within_department", 0.001),
        ("skills", "research"): ("across_domains", 0.003),
        ("skills", "health"): ("across_departments", 0.002),
        ("research", "building"): ("across_domains", 0.003),
        ("research", "skills"): ("across_domains", 0.003),
        ("research", "health"): ("across_domains", 0.003),
    }


def test_a_group_that_receives_nothing_is_the_end_of_no_arc(changed):
    problem, _ = problem_of(changed("  allocation.groups.livelihood.receives: false\n"))
    assert {arc.receiver for arc in problem.arcs} == {"building", "skills", "research"}


def test_an_account_in_no_group_neither_gives_nor_receives(changed):
    alone = "  allocation.groups.programmes.accounts: [building, skills]\n"
    problem, _ = problem_of(changed(alone))
    ends = {end for arc in problem.arcs for end in (arc.giver, arc.receiver)}
    assert ends == {"building", "skills", "health"}


def test_the_problem_holds_the_money_and_the_draws_of_the_judged_accounts(changed):
    problem, demand = problem_of(changed("  allocation.weights: {research: 2}\n"))
    assert problem.accounts == ("building", "skills", "research", "health")
    assert problem.names == ("建设", "技能", "研究", "医疗")
    assert (problem.budget_yuan // WAN).tolist() == [2000, 1000, 1500, 500]
    assert (problem.committed_yuan // WAN).tolist() == [50, 0, 0, 0]
    assert (problem.may_leave_yuan // WAN).tolist() == [400, 200, 300, 100]
    assert problem.weights.tolist() == [1, 1, 2, 1]
    assert (problem.worst_share, problem.worst_weight) == (0.05, 1.0)
    columns = [demand.accounts.index(account) for account in problem.accounts]
    assert np.array_equal(problem.demand, demand.account_yuan[:, columns])


def test_what_may_leave_is_rounded_down_to_the_whole_yuan(changed):
    problem, _ = problem_of(
        changed("  allocation.movable_share: 1/3\n  funds.skills.budget: 1元\n")
    )
    assert problem.may_leave_yuan.tolist() == [6_666_666, 0, 5_000_000, 1_666_666]


def test_a_floor_is_told_in_words(changed):
    problem, _ = problem_of(changed("  allocation.floors: {skills: 900万元, parks: 1元}\n"))
    assert [(f.account, f.minimum_yuan, f.says_zh) for f in problem.floors] == [
        ("skills", 900 * WAN, "技能调剂后不少于900万元")
    ]


def domain_limits(scenario: Scenario) -> dict[str, tuple[tuple[str, ...], int, str]]:
    problem, _ = problem_of(scenario)
    return {
        limit.id: (limit.accounts, limit.maximum_yuan // WAN, limit.says_zh)
        for limit in problem.domain_limits
    }


def test_a_domain_may_exceed_its_printed_line_by_the_part_allowed(changed):
    # L2 may rise to 1980, of which parks keep 300. L3 may rise by 300; building counts in it with
    # all its 2000, of which 500 are not printed there.
    assert domain_limits(changed()) == {
        "L1": (
            ("building", "skills"),
            3300,
            "建设和技能领域合计不超过3,300万元（相当于所涉账户合计不超过3,300万元）",
        ),
        "L2": (
            ("research",),
            1680,
            "研究和园区领域合计不超过1,980万元（相当于所涉账户合计不超过1,680万元）",
        ),
        "L3": (
            ("building", "skills", "health"),
            3800,
            "学校和医疗领域合计不超过3,300万元（相当于所涉账户合计不超过3,800万元）",
        ),
    }


def test_no_rise_leaves_every_domain_what_it_has(changed):
    limits = domain_limits(changed("  allocation.domains_may_rise: 0%\n"))
    assert {key: limit[1] for key, limit in limits.items()} == {"L1": 3000, "L2": 1500, "L3": 3500}


def test_a_domain_that_was_given_more_may_keep_it(changed):
    limits = domain_limits(changed("  funds.research.budget: 5000万元\n"))
    assert limits["L2"] == (
        ("research",),
        5000,
        "研究和园区领域合计不超过5,300万元（相当于所涉账户合计不超过5,000万元）",
    )


def test_a_domain_that_was_given_less_may_rise_to_its_printed_line_and_beyond(changed):
    limits = domain_limits(changed("  funds.research.budget: 500万元\n"))
    assert limits["L2"] == (
        ("research",),
        1680,
        "研究和园区领域合计不超过1,980万元（相当于所涉账户合计不超过1,680万元）",
    )


# --- the general reserve ---

AMOUNTS = "{amount: 1000万元, at_most: 300万元, each_at_most: 200万元}"
WITH_RESERVE = f"  allocation.reserve: {AMOUNTS}\n"
SHORT = "  funds.*.budget: {times: 0.7}\n"


def test_without_money_there_is_no_reserve_among_the_accounts(changed):
    problem, _ = problem_of(changed())
    assert RESERVE not in problem.accounts
    assert problem.arc_limits == ()
    nothing = "  allocation.reserve: {amount: 0万元, at_most: 0万元, each_at_most: 100万元}\n"
    assert problem_of(changed(nothing))[0].accounts == problem.accounts


def test_the_reserve_is_the_last_account_and_nobody_claims_it(changed):
    problem, _ = problem_of(changed(WITH_RESERVE))
    plain, _ = problem_of(changed())
    assert problem.accounts == (*plain.accounts, RESERVE)
    assert (problem.names[-1], names_of(changed(), RESERVE)) == (
        "预备费",
        ("预备费", "the general reserve"),
    )
    assert problem.budget_yuan[-1] == money_of(changed(WITH_RESERVE), RESERVE) == 1000 * WAN
    assert (problem.committed_yuan[-1], problem.weights[-1]) == (0, 0)
    assert problem.may_leave_yuan[-1] == 300 * WAN
    assert not problem.demand[:][:, -1].any()
    assert np.array_equal(problem.demand[:][:, :-1], plain.demand[:])


def test_the_reserve_gives_to_every_account_of_a_group_that_receives_and_nobody_gives_to_it(
    changed,
):
    problem, _ = problem_of(changed(WITH_RESERVE))
    arcs = [arc for arc in problem.arcs if RESERVE in (arc.giver, arc.receiver)]
    assert {(arc.giver, arc.receiver) for arc in arcs} == {
        (RESERVE, account) for account in ("building", "skills", "research", "health")
    }
    assert {(arc.approval, arc.price) for arc in arcs} == {("reserve", 0.005)}


def test_the_reserve_gives_nothing_to_a_group_that_does_not_receive_nor_outside_all_groups(
    changed,
):
    shut = "  allocation.groups.livelihood.receives: false\n"
    alone = "  allocation.groups.programmes.accounts: [building, skills]\n"
    problem, _ = problem_of(changed(WITH_RESERVE + shut + alone))
    receivers = {arc.receiver for arc in problem.arcs if arc.giver == RESERVE}
    assert receivers == {"building", "skills"}
    assert {limit.receiver for limit in problem.arc_limits} == receivers


def test_along_each_arc_of_the_reserve_at_most_so_much_goes(changed):
    problem, _ = problem_of(changed(WITH_RESERVE))
    limited = {(limit.giver, limit.receiver): limit.maximum_yuan for limit in problem.arc_limits}
    assert limited == {
        (RESERVE, account): 200 * WAN for account in ("building", "skills", "research", "health")
    }


@pytest.mark.parametrize("find", [solve, solve_even])
def test_no_plan_takes_more_of_the_reserve_than_it_may_in_all_and_for_each(changed, find):
    """With three tenths less money every account is short, and 300 of 1000 may be used."""
    problem, _ = problem_of(changed(WITH_RESERVE + SHORT))
    plan = find(problem)
    assert check_plan(problem, plan) == []
    used = [t.amount_yuan for t in plan.transfers if t.giver == RESERVE]
    assert 299 * WAN < sum(used) <= 300 * WAN
    assert max(used) <= 200 * WAN
    assert plan.budget_after_yuan[-1] == 1000 * WAN - sum(used)


@pytest.mark.parametrize("times", [0.7, 0.9, 1.0])
def test_a_plan_never_costs_more_with_a_reserve_than_without(changed, times):
    less = f"  funds.*.budget: {{times: {times}}}\n"
    without, withal = (
        solve(problem_of(changed(less + reserve))[0]) for reserve in ("", WITH_RESERVE)
    )
    assert withal.objective_upper_bound <= without.objective_lower_bound + 10_000
    assert withal.objective_before == without.objective_before
