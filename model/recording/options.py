"""The record's options: few moves in whole steps, what each further one buys, in read-out words."""

from __future__ import annotations

from collections.abc import Mapping

from model.allocation.different import DifferentPlan
from model.allocation.options import Option
from model.demand.ranges import WorstGap
from model.optioning import Options, Side, Transfers
from model.recording.estimates import Entry
from model.recording.givers import worst_gap
from model.recording.transfers import record_transfer
from model.scenario import Scenario
from model.settings import Approval
from model.transfer_rules import names_of

Worst = Mapping[tuple[str, int], WorstGap]


def record_options(scenario: Scenario, options: Options, worst: Worst) -> Entry:
    """The menu, the frontier and the different plans.

    Args:
        worst: by account and budget, what one wrong assumption does to those who give.
    """

    def sides(transfers: Transfers) -> list[Entry]:
        return [_side(scenario, side, worst) for side in options.sides[transfers]]

    return {
        "menu": [
            _option(scenario, option) | {"sides": sides(option.transfers)}
            for option in options.menu
        ],
        "frontier": [
            {
                "moved_yuan": round(point.moved_yuan),
                "objective_yuan": round(point.objective_yuan),
                "expected_unpaid_yuan": round(point.expected_unpaid_yuan),
            }
            for point in options.frontier
        ],
        "different": [
            _different(scenario, plan) | {"sides": sides(plan.transfers)}
            for plan in options.different
        ],
    }


def _option(scenario: Scenario, option: Option) -> Entry:
    heaviest: Approval = getattr(scenario.settings.allocation.approvals, option.approvals[-1])
    return {
        "most_moves": option.most_moves,
        "approval": option.approvals[-1],
        "approval_zh": heaviest.name_zh,
        "approval_en": heaviest.name_en,
        "moves": len(option.transfers),
        "moved_yuan": option.moved_yuan,
        "objective_yuan": round(option.objective_yuan),
        "lower_bound_yuan": round(option.lower_bound_yuan),
        "gap": round(option.gap, 9),
        "saved_yuan": round(option.saved_yuan),
        "transfers": [record_transfer(scenario, each) for each in option.transfers],
    }


def _different(scenario: Scenario, plan: DifferentPlan) -> Entry:
    return {
        "distance_yuan": plan.distance_yuan,
        "objective_yuan": round(plan.objective_yuan),
        "transfers": [record_transfer(scenario, each) for each in plan.transfers],
    }


def _side(scenario: Scenario, side: Side, worst: Worst) -> Entry:
    name_zh, name_en = names_of(scenario, side.account)
    before, after = side.before, side.after
    return {
        "account": side.account,
        "account_zh": name_zh,
        "account_en": name_en,
        "moved_yuan": side.moved_yuan,
        "gap_before_probability": round(before.gap_probability.value, 6),
        "gap_after_probability": round(after.gap_probability.value, 6),
        "unpaid_before_yuan": round(before.expected_unpaid_yuan.value),
        "unpaid_after_yuan": round(after.expected_unpaid_yuan.value),
        "idle_before_yuan": round(before.expected_idle_yuan.value),
        "idle_after_yuan": round(after.expected_idle_yuan.value),
        "regret_probability": None if side.regret is None else round(side.regret, 6),
        "says_zh": _says_zh(name_zh, side) + _if_wrong(scenario, side, worst)[0],
        "says_en": _says_en(name_en, side) + _if_wrong(scenario, side, worst)[1],
    }


# --- sentences ---


def _says_zh(name: str, side: Side) -> str:
    gap = _change_zh(*(_chance_zh(r.gap_probability.value) for r in (side.before, side.after)))
    moved = _wan(abs(side.moved_yuan))
    if side.regret is None:
        unpaid = [_wan(r.expected_unpaid_yuan.value) for r in (side.before, side.after)]
        return f"{name}调入{moved}：缺口可能性{gap}，平均少付{_change_zh(*unpaid)}"
    idle = [_wan(r.expected_idle_yuan.value) for r in (side.before, side.after)]
    return (
        f"{name}调出{moved}：缺口可能性{gap}，平均沉淀{_change_zh(*idle)}，"
        f"调出以后反而不够的可能性{_chance_zh(side.regret)}"
    )


def _says_en(name: str, side: Side) -> str:
    gap = _change_en(*(_chance_en(r.gap_probability.value) for r in (side.before, side.after)))
    moved = _million(abs(side.moved_yuan))
    if side.regret is None:
        unpaid = [_million(r.expected_unpaid_yuan.value) for r in (side.before, side.after)]
        return f"{name} receives {moved}: chance of a gap {gap}, mean unpaid {_change_en(*unpaid)}"
    idle = [_million(r.expected_idle_yuan.value) for r in (side.before, side.after)]
    return (
        f"{name} gives {moved}: chance of a gap {gap}, mean idle {_change_en(*idle)};"
        f" the chance that it misses the money later is {_chance_en(side.regret)}"
    )


def _if_wrong(scenario: Scenario, side: Side, worst: Worst) -> tuple[str, str]:
    """That a giver is safe at central assumptions only, where one of them wrong would show it."""
    after = scenario.budget_of(side.account) + side.moved_yuan
    found = worst.get((side.account, after)) if side.moved_yuan < 0 else None
    central = side.after.gap_probability.value
    if found is None or _chance_zh(found.gap_probability) == _chance_zh(central):
        return "", ""
    entry = worst_gap(scenario, found)
    chance = found.gap_probability
    return (
        f"；如果“{entry['worst_gap_zh']}”为{entry['worst_gap_value']}，"
        f"缺口可能性为{_chance_zh(chance)}",
        f'; if "{entry["worst_gap_en"]}" turns out {found.at},'
        f" its chance of a gap is {_chance_en(chance)}",
    )


def _change_zh(before: str, after: str) -> str:
    """How a printed value changes; what prints alike is said once.

    >>> _change_zh("8%", "3%"), _change_zh("低于1%", "低于1%")
    ('由8%变为3%', '仍为低于1%')
    """
    return f"仍为{after}" if before == after else f"由{before}变为{after}"


def _change_en(before: str, after: str) -> str:
    return f"still {after}" if before == after else f"from {before} to {after}"


def _chance_zh(chance: float) -> str:
    """A chance as printed: no finer than it is known.

    >>> _chance_zh(0.004), _chance_zh(0.0826), _chance_zh(0.997)
    ('低于1%', '8%', '高于99%')
    """
    if chance < 0.01:
        return "低于1%"
    return "高于99%" if chance > 0.99 else f"{100 * chance:.0f}%"


def _chance_en(chance: float) -> str:
    if chance < 0.01:
        return "below 1%"
    return "above 99%" if chance > 0.99 else f"{100 * chance:.0f}%"


def _wan(yuan: float) -> str:
    return f"{yuan / 10_000:,.0f}万元"


def _million(yuan: float) -> str:
    return f"{yuan / 1_000_000:,.2f}".rstrip("0").rstrip(".") + " million yuan"
