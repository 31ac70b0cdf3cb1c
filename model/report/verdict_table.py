"""The short table of verdicts that a run prints: rows of text, nothing computed."""

from __future__ import annotations

from typing import Any

from model.report.record import Entry, Record

_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "headings": (
            "支出账户",
            "判断",
            "可用资金（万元）",
            "平均应兑现",
            "缺口可能性",
            "假设区间",
            "平均少付",
        ),
        "short": "缺口",
        "tight": "偏紧",
        "ample": "充足",
        "idle": "沉淀",
        "unknown": "无法判断",
        "moves": "预算调剂",
        "none": "没有值得做的预算调剂",
        "unknowns": "另有{n}个支出账户没有数据可以测算，无法判断，保留原预算",
        "clash": "没有方案满足全部约束条件，差{short}：{limits}",
    },
    "en": {
        "headings": (
            "account",
            "verdict",
            "available (m yuan)",
            "mean demand",
            "gap chance",
            "range",
            "mean unpaid",
        ),
        "short": "short",
        "tight": "tight",
        "ample": "ample",
        "idle": "idle",
        "unknown": "unknown",
        "moves": "transfer",
        "none": "no transfer is worth making",
        "unknowns": "{n} further accounts have no grounds for a verdict and keep their budgets",
        "clash": "no plan meets all limits, short by {short}: {limits}",
    },
}


def verdict_rows(
    record: Record, language: str
) -> tuple[tuple[str, ...], list[list[str]], list[str]]:
    """Headings, one row for each judged account, and notes on the plan."""
    words = _WORDS[language]
    judged = [account for account in record.accounts if account["verdict"] != "unknown"]
    rows = [_row(account, words, language) for account in judged]
    unknown = len(record.accounts) - len(judged)
    notes = [words["unknowns"].format(n=unknown)] if unknown else []
    return tuple(words["headings"]), rows, notes + _plan_notes(record, words, language)


def _row(account: Entry, words: dict[str, Any], language: str) -> list[str]:
    low, high = account["gap_probability_low"], account["gap_probability_high"]
    return [
        account["name_zh"] if language == "zh" else account.get("name_en") or account["id"],
        words[account["verdict"]],
        _amount(account["available_yuan"], language),
        _amount(account["demand_mean_yuan"], language),
        _chance(account["gap_probability"]),
        f"{_chance(low)}–{_chance(high)}",
        _amount(account["expected_unpaid_yuan"], language),
    ]


def _plan_notes(record: Record, words: dict[str, Any], language: str) -> list[str]:
    plan = record.plan
    unit = "万元" if language == "zh" else "m yuan"
    if plan["status"] != "optimal":
        return [
            words["clash"].format(
                short=f"{_amount(clash['short_yuan'], language)}{unit}",
                limits="；".join(limit[f"says_{language}"] for limit in clash["limits"]),
            )
            for clash in plan["clashes"]
        ]
    moves = []
    for move in plan["transfers"]:
        ends = [move.get(f"{key}_{language}", move[key]) for key in ("from", "to")]
        approval = move.get(f"approval_{language}", move["approval"])
        amount = f"{_amount(move['amount_yuan'], language)}{unit}"
        moves.append(f"{words['moves']} {' → '.join(ends)} {amount}  {approval}")
    return moves or [words["none"]]


def _amount(yuan: int, language: str) -> str:
    return f"{yuan / 10_000:,.0f}" if language == "zh" else f"{yuan / 1_000_000:,.2f}"


def _chance(chance: float) -> str:
    if chance < 0.01:
        return "<1%"
    return ">99%" if chance > 0.99 else f"{chance:.0%}"
