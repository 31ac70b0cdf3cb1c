"""The record's knowing: which assumption to find out first, the tornado, and the robust plan."""

from __future__ import annotations

from model.demand.figures import Level
from model.finding_out import Ends, Finding, FindingOut
from model.money import WAN, format_money
from model.recording.estimates import Entry, estimate
from model.recording.grounds import say_value
from model.recording.levers import chance
from model.recording.transfers import record_transfer
from model.robust_plan import Robustness
from model.scenario import Scenario
from model.transfer_rules import names_of

MOST_ROWS = 20  # of the tornado
WORTH_CHANGING = 0.01  # of the cost at the worst: to change a plan for less is not worth it
LEVELS: tuple[Level, ...] = ("low", "central", "high")


def record_knowing(scenario: Scenario, found: FindingOut) -> Entry:
    """What knowing is worth: of every year, of more than the mean, of each assumption.

    `values` are ranked, the one most worth finding out first; `tornado` are the assumptions that
    move the cost of the adopted budgets most.
    """
    values = [_value(scenario, finding) for finding in found.ranked]
    says_zh, says_en = _first(scenario, found)
    return {
        **estimate("perfect_information_yuan", found.perfect_information),
        **estimate("stochastic_solution_yuan", found.stochastic_solution),
        "first_zh": says_zh,
        "first_en": says_en,
        "values": values,
        "tornado": [_swing(scenario, finding) for finding in found.findings[:MOST_ROWS]],
    }


def _first(scenario: Scenario, found: FindingOut) -> tuple[str, str]:
    """What to find out before anything else, in a sentence."""
    best = next(iter(found.ranked), None)
    if best is None or not best.value_yuan:
        return (
            "没有一项值得先查：无论查清哪一项假设，分配方案都不变",
            "No assumption is worth finding out first: none would change a move",
        )
    if best.value_yuan < WAN:
        return (
            "没有一项值得先查：无论查清哪一项假设，预计最多可少欠不足1万元",
            "No assumption is worth finding out first: knowing any one would leave less than"
            " 10 thousand yuan less unpaid",
        )
    figure = scenario.book.figures()[best.assumption]
    return (
        f"先查清“{figure.name_zh}”：查清此项，预计最多可少欠{_money_zh(best.value_yuan)}",
        f'Find out first "{figure.name_en}", worth {_money_en(best.value_yuan)} at most',
    )


def _value(scenario: Scenario, finding: Finding) -> Entry:
    worth = finding.value_yuan or 0.0
    return {
        **_assumption(scenario, finding.assumption),
        "value_yuan": round(worth),
        "changes_moves": worth > 0,
    }


def _swing(scenario: Scenario, finding: Finding) -> Entry:
    low, high = finding.low, finding.high
    return {
        **_assumption(scenario, finding.assumption),
        "cost_low_yuan": round(low.cost_yuan),
        "cost_central_yuan": round(finding.central_cost_yuan),
        "cost_high_yuan": round(high.cost_yuan),
        "swing_yuan": round(finding.swing_yuan),
        "accounts": [
            {
                **_account(scenario, account),
                "gap_low_probability": chance(low.gap_probability[account]),
                "gap_high_probability": chance(high.gap_probability[account]),
            }
            for account in low.gap_probability
        ],
    }


def _assumption(scenario: Scenario, path: str) -> Entry:
    """An assumption by its path, with its names, mark, levels and weights."""
    figure = scenario.book.figures()[path]
    return {
        "id": path,
        "name_zh": figure.name_zh,
        "name_en": figure.name_en,
        "unit": figure.unit_zh,
        **{str(level): say_value(figure, level) for level in LEVELS},
        "weights": list(figure.weights),
        "mark": figure.mark,
    }


def _account(scenario: Scenario, account: str) -> Entry:
    name_zh, name_en = names_of(scenario, account)
    return {"account": account, "account_zh": name_zh, "account_en": name_en}


# --- the robust plan ---


def record_robust(scenario: Scenario, found: Robustness) -> Entry:
    """The plan that is best when assumptions turn out badly, beside the usual one."""
    plan = found.plan
    says_zh, says_en = _robust_says(scenario, found)
    return {
        "at_once": found.at_once,
        "among": [_assumption(scenario, path) for path in found.among],
        "same_as_usual": plan.transfers == plan.usual.transfers,
        "worth_changing": _worth_changing(found),
        "usual_cost_yuan": round(plan.usual.objective_after),
        "usual_worst_cost_yuan": round(plan.usual_worst.cost_yuan),
        "usual_worst": _ends(scenario, plan.usual_worst.world),
        "robust_cost_yuan": round(plan.central_cost_yuan),
        "robust_worst_cost_yuan": round(plan.worst.cost_yuan),
        "robust_worst": _ends(scenario, plan.worst.world),
        "lower_bound_yuan": round(plan.lower_bound_yuan),
        "price_yuan": round(plan.price_yuan),
        "gain_yuan": round(plan.gain_yuan),
        "rounds": len(plan.met) - 1,
        "says_zh": says_zh,
        "says_en": says_en,
        "transfers": [record_transfer(scenario, transfer) for transfer in plan.transfers],
    }


def _worth_changing(found: Robustness) -> bool:
    plan = found.plan
    enough = plan.gain_yuan >= WORTH_CHANGING * plan.usual_worst.cost_yuan
    return enough and plan.transfers != plan.usual.transfers


def _robust_says(scenario: Scenario, found: Robustness) -> tuple[str, str]:
    plan, n = found.plan, found.at_once
    ends = "1 assumption at its worst end" if n == 1 else f"{n} assumptions at their worst ends"
    if plan.transfers == plan.usual.transfers:
        return (
            f"即使有{n}项假设同时处于最不利的一端，分配方案也不变",
            f"Even with {ends} at once the plan stays the same",
        )
    gain, price = plan.gain_yuan, plan.price_yuan
    if not _worth_changing(found):
        return (
            f"防备{n}项假设同时处于最不利的一端，不值得改用另一分配方案："
            f"最不利时只少{_money_zh(gain)}，不到当时合计的1%（按评判口径）",
            f"Against {ends} at once another plan is not worth it: "
            f"{_money_en(gain)} less at the worst is below 1% of what is owed then",
        )
    return (
        f"若防备{n}项假设同时处于最不利的一端，应改用另一分配方案："
        f"最不利时少{_money_zh(gain)}，假设都居中时多{_money_zh(price)}（按评判口径）",
        f"To be safe against {ends} at once another plan is needed: "
        f"{_money_en(gain)} less at the worst, {_money_en(price)} more if all are central",
    )


def _ends(scenario: Scenario, ends: Ends) -> list[Entry]:
    """The assumptions that have moved, each with the value that it takes."""
    figures = scenario.book.figures()
    return [
        {
            "id": path,
            "name_zh": figures[path].name_zh,
            "name_en": figures[path].name_en,
            "unit": figures[path].unit_zh,
            "at": end,
            "value": say_value(figures[path], end),
        }
        for path, end in ends
    ]


def _money_zh(yuan: float) -> str:
    """A sum in whole 万元, or in yuan where it is less."""
    return format_money(round(yuan / WAN) * WAN if yuan >= WAN else round(yuan))


def _money_en(yuan: float) -> str:
    return f"{yuan / 1_000_000:,.2f} million yuan"
