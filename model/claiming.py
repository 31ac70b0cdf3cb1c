"""A register of claims under a scenario: its rules, readings, shares, stacking and money."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from model.claims.entitlements import Assessment, assess
from model.claims.stacking import Stacking
from model.claims.sums import Money, Place
from model.demand.draws import committed_yuan
from model.register.register import Register
from model.scenario import Scenario


def assess_claims(register: Register, scenario: Scenario) -> Assessment:
    """What each claim is entitled to under the scenario."""
    awards = scenario.document.awards
    return assess(register, awards, city_pays(scenario), stacking_of(scenario))


def city_pays(scenario: Scenario) -> dict[str, Fraction]:
    """The city's part of each payout, by award, at its central value."""
    book = scenario.book
    return {
        award: book.shared(book.pools[pool].city_pays).at("central")
        for award, pool in book.pool_of().items()
    }


def stacking_of(scenario: Scenario) -> Stacking:
    """Which awards nobody may hold together."""
    chosen = scenario.settings.claims
    groups = {
        "all": (),
        "highest_per_applicant": (frozenset(scenario.document.costed()),),
        "groups": tuple(frozenset(group) for group in chosen.groups),
    }[chosen.stacking]
    return Stacking(groups=groups, per_project=chosen.per == "project")


def say_stacking_zh(scenario: Scenario) -> str:
    """The policy on stacking in a sentence, for those who read the result."""
    chosen = scenario.settings.claims
    who = {"applicant": "同一申报主体", "project": "同一申报主体的同一项目"}[chosen.per]
    if chosen.stacking == "all":
        return "条文未写明能否叠加享受；本情景设定：可叠加，各事项分别核给"
    if chosen.stacking == "highest_per_applicant":
        return f"条文未写明能否叠加享受；本情景设定：{who}的全部事项只保留核给最高的一项"
    groups = "；".join("、".join(group) for group in chosen.groups)
    return f"条文未写明能否叠加享受；本情景设定：{who}在下列各组内只保留核给最高的一项：{groups}"


def money_by_account(scenario: Scenario) -> dict[str, Money]:
    """The money of every account: what it was given, and what is bound before the first claim."""
    found = {}
    for account in scenario.accounts:
        spec = scenario.book.accounts[account]
        found[account] = Money(
            id=account,
            name_zh=spec.name_zh,
            department_zh=spec.department_zh,
            budget_yuan=scenario.budget_of(account),
            committed_yuan=committed_yuan(spec),
        )
    return found


def places(scenario: Scenario) -> dict[str, Place]:
    """Where every costed award stands: its domain, and the account that pays it."""
    document, account_of = scenario.document, scenario.account_of_award()
    return {
        key: Place(
            name_zh=award.name_zh,
            domain_zh=document.domains[document.clauses[award.clause].domain].name_zh,
            account=account_of[key],
        )
        for key, award in document.costed().items()
    }


def say_scenario_zh(scenario: Scenario) -> list[str]:
    """What a reader must know of the scenario: paper, question, readings, stacking, shares."""
    readings = "、".join(f"{key}={letter}" for key, letter in scenario.settings.readings.items())
    parts = _shares_zh(city_pays(scenario))
    return [
        f"政策文件：{scenario.document.title.title_zh}（{scenario.document.title.id}）",
        f"情景：{scenario.name}；{scenario.header.question}",
        f"解读口径：{readings or '无'}",
        f"叠加：{say_stacking_zh(scenario)}",
        f"市级承担比例（假设）：{parts}",
    ]


def _shares_zh(pays: Mapping[str, Fraction]) -> str:
    grouped: dict[Fraction, list[str]] = {}
    for award, part in pays.items():
        grouped.setdefault(part, []).append(award)
    several = [part for part in sorted(grouped, reverse=True) if part != 1]
    told = [f"{'、'.join(grouped[part])} {float(part):.4g}" for part in several]
    return "；".join([*told, "其余 1" if told else "全部 1"])
