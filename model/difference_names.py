"""What a changed part of a scenario is called, in Chinese and in English."""

from __future__ import annotations

from model.scenario import Scenario

Place = tuple[str, ...]

# What a path is called that is neither a figure with a name nor a part of an award or fund.
_SECTIONS = {
    "seed": ("随机种子", "seed"),
    "draws": ("模拟年份数", "simulated years"),
    "points": ("随机点的取法", "how the draws are spread"),
    "overlap": ("重复印列的解释", "explanation of the overlap"),
    "transfers": ("已决定的预算调剂", "transfers already decided"),
    "allocation": ("分配规则", "rules of the plan"),
    "verdicts": ("判断的界线", "where verdicts begin"),
    "claims": ("申报规则", "rules of claims"),
    "allotment": ("兑付规则", "rules of paying"),
    "forecast": ("预测规则", "rules of forecasts"),
    "factors": ("共同因素", "shared shocks"),
    "calendars": ("月度安排", "calendars"),
}
# Rules of a scenario, by the beginning of their path.
_RULES = {
    "allocation.objective": ("评判口径", "objective"),
    "allocation.worst_share": ("最不利年份的占比", "share of the worst years"),
    "allocation.worst_weight": ("最不利年份的权重", "weight of the worst years"),
    "allocation.weights": ("账户的权重", "weights of accounts"),
    "allocation.award_weights": ("奖补事项的权重", "weights of awards"),
    "allocation.award_ceilings": ("奖补事项的总额上限", "yearly ceilings of awards"),
    "allocation.movable_share": ("最多可调出的比例", "share that may leave an account"),
    "allocation.domains_may_rise": ("领域资金最多可增加的比例", "share by which domains may rise"),
    "allocation.assumed_may_move": (
        "依据不足的账户可否调剂",
        "whether accounts without grounds may move",
    ),
    "allocation.floors": ("账户最低保留", "floors of accounts"),
    "allocation.chance_limits": ("缺口可能性的上限", "limits on chances of gaps"),
    "allocation.payment": ("不够时的兑付规则", "rules of paying when money is short"),
    "allocation.reserve.amount": ("预备费金额", "amount of the general reserve"),
    "allocation.reserve.at_most": ("预备费最多动用", "use of the general reserve at most"),
    "allocation.reserve.each_at_most": (
        "预备费每个账户最多",
        "general reserve for each account at most",
    ),
    "allocation.robust": ("同时不利的假设", "assumptions at their worse end at once"),
    "allocation.groups": ("账户的分组", "groups of accounts"),
    "allocation.key_spending": ("重点支出", "key spending"),
    "allocation.approvals": ("审批层级", "approvals"),
    "verdicts.short": ("出现缺口的界线", "chance from which an account runs short"),
    "verdicts.tight": ("偏紧的界线", "chance from which an account is tight"),
    "verdicts.idle_below": ("沉淀资金的界线", "use below which money lies idle"),
    "claims.stacking": ("叠加享受", "stacking of awards"),
    "claims.groups": ("叠加享受的分组", "groups of awards of which one is kept"),
    "claims.per": ("叠加享受按谁计", "whose awards are counted together"),
    "allotment.rules": ("实际申报的兑付规则", "rules of paying real claims"),
    "allotment.indivisible": ("不可拆付的事项", "awards paid whole or not at all"),
    "allotment.not_fitting": ("不够付整笔时", "what a whole claim does that does not fit"),
    "forecast.sizes_like": ("金额预测的依据强度", "weight of assumed sizes in a forecast"),
}
# Parts of a figure; its values alone go by its name.
_PARTS = {
    "low": ("低值", "low value"),
    "central": ("中心值", "central value"),
    "high": ("高值", "high value"),
    "why": ("理由", "reason"),
    "why_en": ("英文理由", "reason in English"),
    "source": ("出处", "source"),
}
_FIELDS = {
    "cap": ("上限", "cap"),
    "amount": ("定额", "amount"),
    "rate": ("奖补比例", "rate"),
    "ratio": ("配套比例", "ratio"),
    "grades": ("分档金额", "amounts of grades"),
    "units": ("补助标准", "amounts of units"),
    "minimums": ("最低要求", "least amounts"),
    "budget": ("预算", "budget"),
}


def name_of(scenario: Scenario, path: Place) -> tuple[str, str]:
    """What stands at a path, in Chinese and in English; the path itself where nothing names it."""
    dotted, section = ".".join(path), path[0]
    figures = scenario.book.figures()
    for length in range(len(path), 1, -1):
        figure = figures.get(".".join(path[:length]))
        if figure is not None and figure.name_zh:
            names = (figure.name_zh, figure.name_en or dotted)
            return _with_part(_with_pool(scenario, path, names), path[length:])
    if section in ("awards", "readings", "paid_from", "funds") and len(path) > 1:
        return _named_by_owner(scenario, path)
    rule = next((_RULES[begin] for begin in _RULES if f"{dotted}.".startswith(f"{begin}.")), None)
    if rule is not None:
        return rule
    name_zh, name_en = _SECTIONS.get(section, (section, section))
    rest = ".".join(path[1:])
    return (f"{name_zh}（{rest}）", f"{name_en} ({rest})") if rest else (name_zh, name_en)


def _with_pool(scenario: Scenario, path: Place, names: tuple[str, str]) -> tuple[str, str]:
    """The name of a figure, after that of its pool: one name may stand in several pools."""
    pool = scenario.book.pools.get(path[1]) if path[0] == "pools" else None
    if pool is None or pool.name_zh in names[0]:
        return names
    return f"{pool.name_zh}：{names[0]}", f"{pool.name_en}: {names[1]}"


def _with_part(names: tuple[str, str], rest: Place) -> tuple[str, str]:
    """The name of a figure, before that of the part of it that is meant, if it is one."""
    part = _PARTS.get(rest[0]) if rest else None
    return names if part is None else (f"{names[0]}：{part[0]}", f"{names[1]}: {part[1]}")


def _named_by_owner(scenario: Scenario, path: Place) -> tuple[str, str]:
    """A part of an award or of a fund, or of all of them."""
    section, owner, *rest = path
    field = next((_FIELDS[step] for step in rest if step in _FIELDS), (".".join(rest),) * 2)
    if section == "readings":
        field = ("解读口径", "reading")
    if section == "paid_from":
        field = ("支付条目", "paying line")
    award = scenario.document.awards.get(owner)
    fund = next((each for each in scenario.funds if each.id == owner), None)
    if award is not None:
        names = (f"{owner} {award.name_zh}", f"{owner} {award.name_en}".strip())
    elif fund is not None:
        names = (fund.name_zh, fund.name_en or owner)
    else:
        names = ("各资金池", "all funds") if section == "funds" else ("各奖补事项", "all awards")
    return f"{names[0]}：{field[0]}", f"{names[1]}: {field[1]}"
