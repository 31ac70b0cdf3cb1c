"""The record of those who give: what one wrong assumption does, and the plan safe from it."""

from __future__ import annotations

from model.demand.ranges import WorstGap
from model.outcome import Outcome
from model.recording.estimates import Entry
from model.recording.grounds import say_value
from model.recording.transfers import record_transfer
from model.scenario import Scenario
from model.transfer_rules import names_of


def record_givers(outcome: Outcome) -> list[Entry]:
    """Those who give, and what one wrong assumption does to their chance of a gap after it."""
    found = outcome.reallocation
    tight = float(outcome.scenario.settings.verdicts.tight)
    rows = []
    for account, i in found.problem.index.items():
        key = account, int(found.plan.budget_after_yuan[i])
        if key in found.worst_gaps:
            name_zh, name_en = names_of(outcome.scenario, account)
            central = found.after[0][i].gap_probability.value
            wrong = found.worst_gaps[key].gap_probability
            rows.append(
                {
                    "id": account,
                    "name_zh": name_zh,
                    "name_en": name_en,
                    "gives_yuan": int(found.problem.budget_yuan[i]) - key[1],
                    "gap_probability": round(central, 6),
                    "safe_at_central_only": central < tight <= wrong,
                    **worst_gap(outcome.scenario, found.worst_gaps[key]),
                }
            )
    return rows


def record_safe_plan(outcome: Outcome) -> Entry | None:
    """The plan in which every giver stays safe whichever one assumption is wrong."""
    found, scenario = outcome.reallocation, outcome.scenario
    safe, together = found.safe, found.safe_together
    if safe is None or together is None or safe.plan.status != "optimal":
        return None
    plan = safe.plan
    return {
        "tight_probability": safe.tight,
        "objective_after": round(plan.objective_after),
        "saved_yuan": round(plan.objective_before) - round(plan.objective_after),
        "expected_unpaid_yuan": round(together.expected_unpaid_yuan.value),
        "moved_yuan": sum(transfer.amount_yuan for transfer in plan.transfers),
        "transfers": [record_transfer(scenario, each) for each in plan.transfers],
        "givers": [
            {
                "id": account,
                "name_zh": names_of(scenario, account)[0],
                "name_en": names_of(scenario, account)[1],
                "may_leave_yuan": yuan,
            }
            for account, yuan in safe.may_leave_yuan.items()
        ],
    }


def worst_gap(scenario: Scenario, worst: WorstGap) -> Entry:
    """The worst chance of a gap over the assumptions, one at a time, and which gives it."""
    figure = scenario.book.figures()[worst.assumption]
    return {
        "worst_gap_probability": round(worst.gap_probability, 6),
        "worst_gap_assumption": worst.assumption,
        "worst_gap_zh": figure.name_zh,
        "worst_gap_en": figure.name_en,
        "worst_gap_value": say_value(figure, worst.at),
    }
