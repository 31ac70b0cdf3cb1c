"""Who gets what and why, in Chinese: rules of paying, limits, and a sentence for each claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.account_claims import BY_ALLOCATION, BY_ALLOTMENT, BY_COMMAND, AccountClaims
from model.allocation.allotment import Allotment
from model.money import format_rate
from model.policy.wording import percent_below_zh, yuan_zh

RULES_ZH = {
    "pro_rata": "按比例：每笔按同一比例兑付",
    "priority": "按事项先后：排在前面的事项先足额，同一次序的事项按同一比例",
    "flagship_first": "重点事项先兑付：所列事项先按同一比例，有余再付其余事项",
    "guaranteed": "先保底：每笔先兑付应兑现额的{part}，其余按事项先后",
    "first_come": "先报先付：按申报日期，同日按行次，先到的足额，直到用完",
    "smallest_ratio": "最低比例尽量高：各笔比例相同，达到事项上限的停在上限，余钱归其余事项",
    "equal_awards": "等额：每笔同额，不超过本笔应兑现额",
    "equal_losses": "等额少付：每笔少付同额，最多少付全部",
    "talmud": "折半：合计不到一半时按各笔的一半等额兑付，过半后另一半等额少付",
}
ORIGINS_ZH = {
    BY_ALLOCATION: "情景的 allocation.payment",
    BY_ALLOTMENT: "情景的 allotment.rules",
    BY_COMMAND: "命令行 --rule",
}
BY_DEFAULT_ZH = "情景未写明，默认"
MONEY_ZH, CEILING_ZH, WHOLE_ZH = "账户可用资金", "事项总额控制", "整笔兑付"
NOBODY_ZH = "没有支出账户"
ROUNDING_ZH = (
    "金额为整元：先向下取整，余下的零元按小数部分从大到小逐元补给，先补事项合计，再补事项内各笔；"
    "小数部分相同的，行次在前的先补。各笔不超过应兑现额，合计与规则所得分文不差"
)
CHECKED_ZH = "写出前已逐笔复核：不超应兑现额、账户可用资金和总额控制，且符合所用规则"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a claim is told: the limits that cut it, in a few words, and why, in a sentence."""

    limit: str
    sentence: str


def say_rule_zh(claims: AccountClaims) -> str:
    """The rule of an account in a sentence, with its order, weights and whole awards."""
    rule = claims.rule
    part = "" if rule.at_least is None else format_rate(rule.at_least)
    parts = [RULES_ZH[rule.rule].format(part=part)]
    if rule.order:
        parts.append(f"次序 {'、'.join(rule.order)}")
    if rule.weights:
        parts.append("倍数 " + "、".join(f"{key} {times:g}" for key, times in rule.weights.items()))
    whole = [award.id for award in claims.asked.awards if award.indivisible]
    if whole:
        parts.append(f"整笔兑付 {'、'.join(whole)}")
        if rule.rule in ("first_come", "priority", "flagship_first"):
            stop = claims.asked.stop
            parts.append("不够整笔时" + ("停止，后面的不付" if stop else "跳过，付后面的"))
    return "；".join(parts)


def say_origin_zh(claims: AccountClaims) -> str:
    """Where the rule of an account was stated."""
    return ORIGINS_ZH.get(claims.origin, BY_DEFAULT_ZH)


def say_choice_zh(found: Allotment) -> str:
    """How claims that are paid whole were chosen, and how near to the best that is."""
    if found.choice is None:
        return ""
    if found.choice.way == "queued":
        return "整笔兑付的申报按次序逐笔判断"
    pot = yuan_zh(found.choice.pot_yuan)
    told = f"整笔兑付的申报共用 {pot}（按规则应得之和），选金额最多的组合，金额相同的选笔数最多的"
    if not found.choice.gap:
        return f"{told}；没有更好的组合"
    return f"{told}；与最好的组合相差不超过 {found.choice.gap:.4%}"


def say_opinion_zh(apart: float | None) -> str:
    """What the linear programme says to an account that is short."""
    if apart is None:
        return "未用另一种算法复核（申报种类多、金额大，或该算法没有结果）"
    told = "用另一种算法复核，结果一致"
    return f"{told}（相差 {apart:.3f}元）" if apart >= 0.0005 else told


def tell_claims(claims: AccountClaims, found: Allotment) -> list[Told]:
    """What every claim of an account is told, in their order."""
    beside = _Account(claims, found)
    columns = (
        claims.asked.claims_yuan.tolist(),
        found.paid_yuan.tolist(),
        found.cut_by_ceiling.tolist(),
        found.cut_by_money.tolist(),
        found.cut_as_whole.tolist(),
        claims.asked.award.tolist(),
    )
    return [beside.tell(*entry) for entry in zip(*columns, strict=True)]


class _Account:
    """What is said alike of many claims of an account, worked out once."""

    def __init__(self, claims: AccountClaims, found: Allotment) -> None:
        asked = claims.asked
        self.awards = asked.awards
        self.name = claims.money.name_zh
        self.money = yuan_zh(asked.money_yuan)
        self.total = yuan_zh(asked.total())
        self.sums = [yuan_zh(total) for total in asked.by_award(asked.claims_yuan)]
        self.rule = RULES_ZH[asked.rule].partition("：")[0]
        self.gave = int(found.paid_yuan.sum(dtype=object)) if len(found.paid_yuan) else 0

    def tell(self, due: int, paid: int, *rest: int) -> Told:
        """One claim: what it is due and paid, its cuts by ceiling, money and whole, its award."""
        ceiling, money, whole, award = rest
        if not due:
            return Told(limit="", sentence="应兑现额（市级）为0元，不参与分配")
        if paid == due:
            return Told(limit="", sentence=f"足额兑付 {yuan_zh(paid)}")
        limits, reasons = [], []
        if ceiling:
            most = self.awards[award].ceiling_yuan or 0
            limits.append(CEILING_ZH)
            reasons.append(
                f"{self.awards[award].id} 总额控制 {yuan_zh(most)}，"
                f"申报合计 {self.sums[award]}，少付 {yuan_zh(ceiling)}"
            )
        if money:
            limits.append(MONEY_ZH)
            reasons.append(
                f"账户“{self.name}”可用资金 {self.money}，申报合计 {self.total}，"
                f"{self.rule}，少付 {yuan_zh(money)}"
            )
        if whole:
            limits.append(WHOLE_ZH)
            reasons.append(f"本事项整笔兑付，轮到本笔的钱不够整笔或未被选取，少付 {yuan_zh(whole)}")
        ending = f"应兑现 {yuan_zh(due)}，兑付 {yuan_zh(paid)}（{percent_below_zh(paid, due)}）"
        return Told(limit="、".join(limits), sentence=f"{'；'.join(reasons)}；{ending}")


def tell_nobody(due: Sequence[int]) -> list[Told]:
    """What claims are told whose award no account pays."""
    sentence = "条文未指明由哪笔资金支付，本情景也没有选定，未兑付"
    return [Told(limit=NOBODY_ZH if yuan else "", sentence=sentence) for yuan in due]


def say_days_zh(filed: np.ndarray, asked: Sequence[AccountClaims]) -> str:
    """How claims without a day of filing stand in the queue; blank where no account queues."""
    queued = [one for one in asked if one.asked.rule == "first_come"]
    without = sum(int(np.isnat(filed[one.rows]).sum()) for one in queued)
    return f"先报先付的账户中有 {without} 笔没有申报日期，排在有日期的之后" if without else ""
