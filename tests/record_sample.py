"""A small invented record of an invented paper: 示例市 does not exist and none of this was said."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import record_groups as groups

_DIGITS = "一二三四五六七八九"
_NUMERALS = [*_DIGITS, "十", *(f"十{digit}" for digit in _DIGITS), "二十"]
_CLAUSE_NUMBERS = [f"（{numeral}）" for numeral in _NUMERALS]
YI = 100_000_000
WAN = 10_000
Entry = dict[str, Any]


def _with_errors(values: Entry) -> Entry:
    """The estimates, each with a sampling error `_se` of about one per cent beside it."""
    chances = {
        k for k in values if k.endswith(("probability", "p50", "ratio")) and "demand" not in k
    }
    errors = {
        f"{k}_se": round(abs(v) * 0.01, 6) if k in chances else int(abs(v) * 0.01)
        for k, v in values.items()
    }
    return {**values, **errors}


MANIFEST: Entry = {
    "product_version": "0.1.0",
    "scenario": "base",
    "question": "按已批准的预算，哪些资金会不够、哪些会沉淀，怎样小幅调剂最合算？",
    "question_en": "Under the adopted budget, which money runs out, which lies idle, what to move?",
    "based_on": None,
    "lang_default": "zh",
    "seed": 20310301,
    "draws": 10000,
    "versions": {"python": "3.11", "numpy": "2.4", "highspy": "1.13", "pulp": "3.3"},
    "inputs": [
        {"name": "policy.yaml", "sha256": "9f" * 32},
        {"name": "pools.yaml", "sha256": "3c" * 32},
        {"name": "base.yaml", "sha256": "a1" * 32},
    ],
    "changes": [],
    "settings": {
        "worst_share": 0.05,
        "worst_weight": 1.0,
        "verdicts": {"short": 0.5, "tight": 0.05, "idle_below": 0.8},
    },
    "document": {
        "id": "示政发〔2031〕1号",
        "title_zh": "示例市促进产业发展若干政策（虚构样例）",
        "title_en": "Measures of Shili City to promote industry (an invented sample)",
        "date": "2031-03-01",
    },
    "run_command": "budget run scenarios/sample/base.yaml --draws 10000 --seed 20310301",
}

TOTALS: Entry = {
    "printed_yuan": 1_760_000_000,
    "net_yuan": 1_170_000_000,
    "overlap_yuan": 590_000_000,
    "adopted_yuan": 1_170_000_000,
    **_with_errors(
        {
            "demand_mean_yuan": 986_000_000,
            "expected_unpaid_yuan": 31_650_000,
            "expected_idle_yuan": 196_000_000,
            "gap_probability": 0.81234,
            "worst_share_unpaid_yuan": 118_000_000,
        }
    ),
}


def _line(name: str, clause: str, parent: str | None, yi: float, funds: str) -> Entry:
    return {
        "name_zh": name,
        "clause": _CLAUSE_NUMBERS.index(clause) + 1,
        "clause_zh": clause,
        "parent": parent,
        "printed": f"{yi:.2f}亿元",
        "printed_yuan": round(yi * YI),
        "funds": funds.split(),
        **_with_errors(
            {
                "pooled_gap_probability": 0.21,
                "any_short_probability": 0.62,
                "expected_unpaid_yuan": 9_870_000,
            }
        ),
    }


_LINES: dict[str, Entry] = {
    "D1": _line("政府投资项目资金", "（二）", None, 6.00, "F1 F2"),
    "D1.1": _line("交通设施资金", "（二）", "D1", 4.00, "F1"),
    "D1.2": _line("水利设施资金", "（二）", "D1", 2.00, "F2"),
    "D2": _line("科技、人才、教育资金", "（六）", None, 3.50, "F3 F4 F5 F6"),
    "D2.1": _line("科技创新资金", "（六）", "D2", 2.00, "F3 F4"),
    "D2.2": _line("人才支撑资金", "（六）", "D2", 0.50, "F5"),
    "D2.3": _line("教育支撑资金", "（六）", "D2", 1.00, "F6"),
    "D3": _line("工业发展资金", "（十）", None, 2.30, "F7 F5"),
    "D3.1": _line("工信专项资金", "（十）", "D3", 1.80, "F7"),
    "D3.2": _line("人才引育、人才服务等资金", "（十）", "D3", 0.50, "F5"),
    "D4": _line("服务业发展资金", "（十五）", None, 1.80, "F8 F4 F5"),
    "D4.1": _line("服务业专项资金", "（十五）", "D4", 0.40, "F8"),
    "D4.2": _line("科技发展补助资金", "（十五）", "D4", 0.90, "F4"),
    "D4.3": _line("人才专项资金", "（十五）", "D4", 0.50, "F5"),
    "D5": _line("综合交通资金", "（二十）", None, 4.00, "F1"),
}


def _lines() -> list[Entry]:
    return [{"id": k, "domain": f"领域{k[1]}", **v} for k, v in _LINES.items()]


_DOMAINS = {
    "领域1": ("扩大有效投资", "市发展改革委", "D1"),
    "领域2": ("科技创新", "市科技局", "D2"),
    "领域3": ("先进制造业", "市经信局", "D3"),
    "领域4": ("现代服务业", "市发展改革委", "D4"),
    "领域5": ("交通强市", "市交通运输局", "D5"),
}


def _domains() -> list[Entry]:
    rows = []
    for i, (key, (name, lead, line)) in enumerate(_DOMAINS.items()):
        chances = {
            "pooled_gap_probability": [0.004, 0.21, 0.58, 0.07, 0.002][i],
            "any_short_probability": [0.012, 0.43, 0.66, 0.55, 0.002][i],
            "expected_unpaid_yuan": [0, 9_870_000, 19_400_000, 6_300_000, 0][i],
        }
        rows.append(
            {
                "id": key,
                "name_zh": name,
                "lead_departments": [lead],
                "printed_yuan": _LINES[line]["printed_yuan"],
                "funds": _LINES[line]["funds"],
                **_with_errors(chances),
            }
        )
    return rows


_FUNDS = [
    ("F1", "交通设施", "D1.1 D5", "transport", 4.00),
    ("F2", "水利设施", "D1.2", "water", 2.00),
    ("F3", "科技创新（未重复部分）", "D2.1", "science", 1.10),
    ("F4", "科技发展补助", "D2.1 D4.2", "science", 0.90),
    ("F5", "人才", "D2.2 D3.2 D4.3", "talent", 0.50),
    ("F6", "教育支撑", "D2.3", "education", 1.00),
    ("F7", "工信专项", "D3.1", "industry", 1.80),
    ("F8", "服务业专项", "D4.1", "services", 0.40),
]


def _funds() -> list[Entry]:
    return [
        {
            "id": key,
            "name_zh": name,
            "lines": lines.split(),
            "account": account,
            "budget_yuan": round(yi * YI),
            "printed_budget_yuan": round(yi * YI),
        }
        for key, name, lines, account, yi in _FUNDS
    ]


OVERLAP: Entry = {
    "explanation": "natural",
    "name_zh": "按同名同额推断的重复关系",
    "links": [
        {
            "sub_line": "D1.1",
            "other": "D5",
            "relation": "identity",
            "amount_yuan": 4 * YI,
            "reason_zh": "两处金额相同、都用于交通设施",
        },
        {
            "sub_line": "D4.2",
            "other": "D2.1",
            "relation": "containment",
            "amount_yuan": 90_000_000,
            "reason_zh": "科技发展补助包含在科技创新资金之内",
        },
        {
            "sub_line": "D2.2",
            "other": "D3.2",
            "relation": "identity",
            "amount_yuan": 50_000_000,
            "reason_zh": "两处金额相同、都用于人才",
        },
        {
            "sub_line": "D2.2",
            "other": "D4.3",
            "relation": "identity",
            "amount_yuan": 50_000_000,
            "reason_zh": "第三次出现的同一笔人才资金",
        },
    ],
    "inferred": True,
    "alternatives": [
        {
            "id": "talent-twice",
            "links": ["D1.1 = D5", "D4.2 ⊂ D2.1", "D2.2 = D3.2"],
            "total_yuan": 540_000_000,
            "difference_yuan": -50_000_000,
            "what_changes_zh": "服务业的人才资金单独成为一笔，净额增加0.50亿元，人才账户不变",
        }
    ],
}

_ACCOUNT_NAMES = {
    "transport": ("交通设施", "F1", "figures", "idle"),
    "water": ("水利设施", "F2", "figures", "ample"),
    "science": ("科技创新与科技补助", "F3 F4", "rules", "tight"),
    "talent": ("人才", "F5", "assumed", "unknown"),
    "education": ("教育支撑", "F6", "assumed", "unknown"),
    "industry": ("工信专项", "F7", "rules", "short"),
    "services": ("服务业专项", "F8", "rules", "short"),
}
# budget, committed, mean demand, p50, p80, p90, p95, p99 in 万元
_ACCOUNT_MONEY = {
    "transport": (40000, 0, 29000, 28900, 31200, 32500, 33600, 35900),
    "water": (20000, 1000, 15500, 15400, 16800, 17600, 18300, 19800),
    "science": (20000, 2200, 16400, 16100, 18100, 19300, 20400, 22800),
    "talent": (5000, 0, 4600, 4600, 5000, 5300, 5500, 6000),
    "education": (10000, 0, 9800, 9800, 10100, 10300, 10500, 10900),
    "industry": (18000, 1500, 18300, 17900, 21000, 22900, 24800, 28700),
    "services": (4000, 300, 4900, 4600, 6100, 7000, 8100, 10400),
}
# chance of a gap, low, high; unpaid, idle, worst share in 万元; execution rate, payout ratio
_ACCOUNT_RISK = {
    "transport": (0.0004, 0.0, 0.031, 0, 11000, 0, 0.72, 1.0),
    "water": (0.0121, 0.001, 0.14, 9, 3500, 180, 0.82, 0.999),
    "science": (0.2314, 0.0, 0.97, 380, 1800, 2950, 0.91, 0.977),
    "talent": (0.35, 0.02, 0.9, 90, 480, 620, 0.92, 0.98),
    "education": (0.28, 0.01, 0.85, 60, 260, 420, 0.98, 0.994),
    "industry": (0.6612, 0.055, 0.9987, 2110, 310, 8100, 1.0, 0.885),
    "services": (0.7421, 0.33, 0.985, 1290, 90, 4600, 1.0, 0.737),
}


def _risk(key: str) -> Entry:
    chance, low, high, unpaid, idle, worst, rate, ratio = _ACCOUNT_RISK[key]
    estimates = _with_errors(
        {
            "gap_probability": chance,
            "expected_unpaid_yuan": unpaid * WAN,
            "expected_idle_yuan": idle * WAN,
            "execution_rate_p50": rate,
            "worst_share_unpaid_yuan": worst * WAN,
            "payout_ratio": ratio,
        }
    )
    return {
        **estimates,
        **_run_out(chance),
        "used_share_p50": round(rate**2, 4),
        "gap_probability_low": low,
        "gap_probability_high": high,
        "gap_low_assumption": "share-a",
        "gap_high_assumption": "takeup",
    }


def _exceedance(key: str) -> list[Entry]:
    """Straight lines between half of the years and those that the account's levels name."""
    if _ACCOUNT_NAMES[key][2] == "assumed":
        return []
    _, _, _, p50, p80, p90, p95, p99 = _ACCOUNT_MONEY[key]
    chances = {2 * p50 - p95: 0.95, p50: 0.5, p80: 0.2, p90: 0.1, p95: 0.05, p99: 0.01}
    rows = [{"amount_yuan": yuan * WAN, "chance": chance} for yuan, chance in chances.items()]
    return [*rows, {"amount_yuan": (2 * p99 - p95) * WAN, "chance": 0.002}]


def _run_out(chance: float) -> Entry:
    """Nothing until August, half of the chance by October, all of it in December."""
    by_month = [0.0] * 8 + [round(chance * part, 6) for part in (0.25, 0.5, 0.75)] + [chance]
    first = {p: [m for m, c in enumerate(by_month, 1) if c >= p / 100] for p in (10, 50, 90)}
    months = {f"run_out_month_p{p}": found[0] if found else None for p, found in first.items()}
    return {"run_out_probability_by_month": by_month, **months}


def _demand(key: str) -> Entry:
    budget, committed, mean, *tail = _ACCOUNT_MONEY[key]
    levels = dict(zip(("p50", "p80", "p90", "p95", "p99"), tail, strict=True))
    return {
        "budget_yuan": budget * WAN,
        "committed_yuan": committed * WAN,
        "available_yuan": (budget - committed) * WAN,
        **_with_errors(
            {
                "demand_mean_yuan": mean * WAN,
                "demand_sd_yuan": (tail[2] - tail[0]) * 7800,
                **{f"demand_{k}_yuan": v * WAN for k, v in levels.items()},
            }
        ),
    }


def _break_evens(key: str) -> list[Entry]:
    units = {
        "industry": ("A7a", "A", "A档技术改造项目", 9_000_000, 18, 23.4, 9.6, 16.2),
        "services": ("A8", None, "产业创新平台", 2_000_000, 18, 24.5, 9.1, 17.5),
        "science": ("A5a", None, "市级科技项目", 1_000_000, 178, 164.0, 141.0, 173.0),
        "transport": ("A2", None, "在建交通项目", 40_000_000, 10, 7.2, 9.1, 10.0),
    }
    if key not in units:
        return []
    award, grade, name, unit_yuan, pays, central, at_5, at_50 = units[key]
    return [
        {
            "award": award,
            "clause": int(award[1]),
            "clause_zh": _CLAUSE_NUMBERS[int(award[1]) - 1],
            "grade": grade,
            "name_zh": name,
            "name_en": f"projects of kind {award}",
            "unit_zh": "个",
            "unit_yuan": unit_yuan,
            "money_pays": pays,
            "count_central": central,
            "count_at_5": at_5,
            "count_at_50": at_50,
            "text_zh": f"{name}超过{at_50:g}个时，钱不够的可能性过半",
            "text_en": f"above {at_50:g} of kind {award} the money is more likely short than not",
        }
    ]


def _sensitivity(key: str) -> list[Entry]:
    _, low, high, *_ = _ACCOUNT_RISK[key]
    mean = _ACCOUNT_MONEY[key][2] * WAN
    names = {
        "share-a": "市级承担比例",
        "takeup": "符合条件企业的申报率",
        "graded": "每年评定的A档项目数",
        "lag": "跨年兑现比例",
    }
    centre = _ACCOUNT_RISK[key][0]
    rows = []
    for i, (assumption, name) in enumerate(names.items()):
        for at, edge in (("low", low), ("high", high)):
            rows.append(
                {
                    "assumption": assumption,
                    "name_zh": name,
                    "at": at,
                    "value": 0.4 + 0.1 * i if at == "low" else 0.8 + 0.1 * i,
                    "gap_probability": round(centre + (edge - centre) * (1 - 0.24 * i), 6),
                    "demand_mean_yuan": int(mean * (0.8 if at == "low" else 1.2)),
                }
            )
    return rows


def _accounts() -> list[Entry]:
    rows = []
    for key, (name, funds, evidence, verdict) in _ACCOUNT_NAMES.items():
        rows.append(
            {
                "id": key,
                "name_zh": name,
                "funds": funds.split(),
                "evidence": evidence,
                "verdict": verdict,
                **_demand(key),
                **_risk(key),
                "exceedance": _exceedance(key),
                "break_evens": _break_evens(key),
                "warnings": [],
                "sensitivity": [] if evidence == "assumed" else _sensitivity(key),
            }
        )
    rows[2]["warnings"] = [
        {
            "zh": "本账户还要支付2项未列金额的承诺，预留为0",
            "en": "This account also pays 2 promises without a printed amount; nothing is reserved",
        }
    ]
    return rows


# id, clause, name, kind, account, reading, claims, demand in 万元, mark, anchor
_COSTED = [
    (
        "A5a",
        "（五）",
        "市级科技项目补助",
        "上限内核定",
        "science",
        None,
        164,
        9800,
        "B",
        "100万元",
    ),
    ("A5b", "（五）", "研发费用增量补助", "按比例", "science", "A", 612, 5100, "D", "10%"),
    ("A5c", "（五）", "新建实验室补助", "定额", "science", "A", 1.4, 1500, "assumed", "500万元"),
    ("A7a", "（七）", "技术改造奖励", "分档", "industry", "A", 61, 14100, "assumed", "1500万元"),
    ("A7b", "（七）", "绿色工厂奖励", "分档", "industry", None, 34, 1900, "B", "50万元"),
    ("A7c", "（七）", "首台套装备奖励", "分档", "industry", "B", 12, 2300, "C", "200万元"),
    (
        "A8",
        "（八）",
        "产业创新平台奖励",
        "定额",
        "services",
        None,
        24.5,
        4900,
        "assumed",
        "200万元",
    ),
]
_UNCOSTED = [
    ("A1", "（一）", "投资激励", "no_amount", None, "激励措施", ["市发展改革委"]),
    ("A9", "（九）", "创新券", "other_payer", None, "80%", ["各县（市、区）"]),
    ("A12", "（十二）", "人才补贴", "no_amount", "talent", "人才引育", ["市人力社保局"]),
]


def _awards() -> list[Entry]:
    rows = []
    for key, clause, name, kind, account, reading, claims, demand, mark, anchor in _COSTED:
        cap = {"cap_yuan": 15_000_000, "next_yuan": 14_000_000, "objective_change_yuan": -2_140_000}
        rows.append(
            {
                "id": key,
                "clause": _CLAUSE_NUMBERS.index(clause) + 1,
                "clause_zh": clause,
                "name_zh": name,
                "kind": kind,
                "cost_status": "costed",
                "line": "D3.1",
                "account": account,
                "reading": reading,
                "claims_mean": claims,
                "claims_mean_se": claims * 0.01,
                "demand_mean_yuan": demand * WAN,
                "demand_mean_yuan_se": demand * 100,
                "demand_sd_yuan": demand * 2500,
                "demand_sd_yuan_se": demand * 25,
                "mark": mark,
                "anchor": anchor,
                "departments": ["市科技局", "市财政局"],
                "cap_price": cap if key in {"A7a", "A5b"} else None,
            }
        )
    for key, clause, name, status, account, anchor, departments in _UNCOSTED:
        rows.append(
            {
                "id": key,
                "clause": _CLAUSE_NUMBERS.index(clause) + 1,
                "clause_zh": clause,
                "name_zh": name,
                "kind": "未列金额",
                "cost_status": status,
                "line": None,
                "account": account,
                "reading": None,
                "claims_mean": None,
                "demand_mean_yuan": None,
                "demand_sd_yuan": None,
                "mark": None,
                "anchor": anchor,
                "departments": departments,
                "cap_price": None,
            }
        )
    return rows


READINGS: list[Entry] = [
    {
        "award": "A7c",
        "letter": "A",
        "says_zh": "同一产品市级和省级认定各奖一次",
        "chosen": False,
        "demand_mean_yuan": 31_000_000,
        "whole_mean_yuan": 93_000_000,
        "whole_low_yuan": 62_000_000,
        "whole_high_yuan": 124_000_000,
        "gap_probability": 0.74,
    },
    {
        "award": "A7c",
        "letter": "B",
        "says_zh": "同一产品只按较高一级奖一次",
        "chosen": True,
        "demand_mean_yuan": 23_000_000,
        "whole_mean_yuan": 69_000_000,
        "whole_low_yuan": 46_000_000,
        "whole_high_yuan": 92_000_000,
        "gap_probability": 0.6612,
    },
    {
        "award": "A7a",
        "letter": "A",
        "says_zh": "战略项目上浮后仍不超过上限",
        "chosen": True,
        "demand_mean_yuan": 141_000_000,
        "whole_mean_yuan": 423_000_000,
        "whole_low_yuan": 282_000_000,
        "whole_high_yuan": 564_000_000,
        "gap_probability": 0.6612,
    },
    {
        "award": "A7a",
        "letter": "B",
        "says_zh": "上限只管基础奖励，上浮部分另计",
        "chosen": False,
        "demand_mean_yuan": 143_500_000,
        "whole_mean_yuan": 430_500_000,
        "whole_low_yuan": 287_000_000,
        "whole_high_yuan": 574_000_000,
        "gap_probability": 0.6701,
    },
]

_ASSUMED = [
    (
        "share-a",
        "市级承担比例",
        "%",
        40,
        50,
        80,
        "assumed",
        "",
        "全市",
        None,
        "市、县共担",
    ),
    ("takeup", "符合条件企业的申报率", "%", 45, 70, 95, "assumed", "", "全市", None, "无历年登记"),
    ("graded", "每年评定的A档项目数", "个", 6, 9, 15, "D", "由技改项目总数推算", "全市", 2030, ""),
    ("lag", "跨年兑现比例", "%", 0, 15, 30, "assumed", "", "市本级", None, "按拨付惯例估计"),
    ("rd", "研发费用增速", "%", 4, 9, 14, "C", "示例市统计公报（转载）", "全市", 2030, ""),
    ("green", "绿色工厂认定数", "家", 25, 34, 50, "B", "示例市经信局通报", "全市", 2030, ""),
    ("lab", "新建实验室", "个", 0, 1.4, 4, "assumed", "", "全市", None, "此前五年共7个"),
    (
        "rail",
        "交通项目支付进度",
        "%",
        60,
        72,
        85,
        "A",
        "示例市预算报告",
        "市本级",
        2030,
        "",
    ),
]


def _assumptions() -> list[Entry]:
    keys = ("id", "name_zh", "unit", "low", "central", "high", "mark", "source", "area", "year")
    return [
        {
            **dict(zip(keys, row[:10], strict=True)),
            "checked": "2031-02-20",
            "why_zh": row[10],
            "used_by": ["firms"],
        }
        for row in _ASSUMED
    ]


FIGURES: list[Entry] = [
    {
        "id": "firms-stock",
        "name_zh": "规模以上工业企业数",
        "unit": "家",
        "low": None,
        "central": 1480,
        "high": None,
        "mark": "A",
        "source": "示例市统计公报，https://example.org/gongbao/2030/art_1229591437_5382631.html",
        "area": "全市",
        "year": 2030,
        "checked": "2031-02-20",
        "why_zh": "",
        "used_by": ["firms"],
    }
]

CALENDARS: list[Entry] = [
    {
        "id": "two-halves",
        "name_zh": "上下半年各一批",
        "name_en": "a batch in each half of the year",
        "shares": [0.0] * 5 + [0.5] + [0.0] * 5 + [0.5],
        "mark": "assumed",
        "why_zh": "支付月份未公开",
        "used_by": ["A7a", "A8"],
    },
]
SPREADS: list[Entry] = [
    {
        "id": f"{path}",
        "name_zh": name,
        "name_en": name_en,
        "kind": kind,
        "value": value,
        "mark": "assumed",
        "awards": awards,
        "others": others,
    }
    for path, name, name_en, kind, value, awards, others in (
        ("pools.factories.count.spread", "智能工厂", "smart factories", "count", 0.3, ["A7a"], []),
        ("pools.labs.count.spread", "实验室", "laboratories", "count", 0.3, ["A8"], []),
        ("pools.labs.claims.A8.columns.x.size.cv", "单家奖励", "award", "size", 1.2, ["A8"], []),
        (
            "accounts.transport.payment.spread",
            "交通设施",
            "transport",
            "progress",
            0.05,
            [],
            [
                {"spread": 0.03, "gap_probability": 0.0},
                {"spread": 0.08, "gap_probability": 0.07},
            ],
        ),
    )
]
FACTORS: list[Entry] = [
    {
        "id": "cycle",
        "name_zh": "工业景气",
        "levels": [
            {"name_zh": "偏冷", "times": 0.85, "weight": 0.25},
            {"name_zh": "平常", "times": 1.0, "weight": 0.5},
            {"name_zh": "偏热", "times": 1.2, "weight": 0.25},
        ],
        "why_zh": "同一年里各行业的申报一起增减",
    }
]


def _plan_accounts() -> list[Entry]:
    moves = {"transport": -1500, "water": -400, "industry": 1300, "services": 600}
    values = {"industry": (1_310_000, 900_000), "services": (1_520_000, 1_010_000)}
    after_chance = {"industry": 0.5211, "services": 0.5033, "transport": 0.0011, "water": 0.0174}
    rows = []
    for key, (name, _, evidence, _) in _ACCOUNT_NAMES.items():
        budget = _ACCOUNT_MONEY[key][0] * WAN
        before = {k: v for k, v in _risk(key).items() if not k.endswith(("low", "high"))}
        for stray in ("gap_low_assumption", "gap_high_assumption"):
            del before[stray]
        after = dict(before, gap_probability=after_chance.get(key, before["gap_probability"]))
        gain = moves.get(key, 0) * WAN
        after["expected_unpaid_yuan"] = max(0, before["expected_unpaid_yuan"] - int(gain * 0.6))
        after["expected_idle_yuan"] = max(0, before["expected_idle_yuan"] + int(gain * 0.4))
        value = values.get(key, (None, None) if evidence == "assumed" else (0, 0))
        rows.append(
            {
                "id": key,
                "name_zh": name,
                "before_yuan": budget,
                "after_yuan": budget + gain,
                "value_before": value[0],
                "value_after": value[1],
                "may_give": evidence != "assumed",
                "may_receive": evidence != "assumed",
                "reason_zh": "依据不足，不调出也不调入" if evidence == "assumed" else "",
                "before": before,
                "after": after,
            }
        )
    return rows


def _plan() -> Entry:
    keys = ("from", "to", "amount_yuan", "approval", "approval_zh", "basis_zh")
    transfers = [
        ("transport", "industry", 13_000_000, "across-domains", "市政府批准", "预算法第七十二条"),
        ("transport", "services", 2_000_000, "across-domains", "市政府批准", "预算法第七十二条"),
        ("water", "services", 4_000_000, "across-departments", "财政部门批准", "待核"),
    ]
    before = {k: v for k, v in TOTALS.items() if k.startswith(("expected", "gap", "worst"))}
    after = _with_errors(
        {
            "expected_unpaid_yuan": 20_250_000,
            "expected_idle_yuan": 184_600_000,
            "gap_probability": 0.7012,
            "worst_share_unpaid_yuan": 97_000_000,
        }
    )
    return {
        "status": "optimal",
        "objective_before": 149_650_000,
        "objective_after": 117_250_000,
        "objective_lower_bound": 117_240_000,
        "givers": [
            {
                "id": "transport",
                "name_zh": "交通设施",
                "name_en": "transport",
                "gives_yuan": 15_000_000,
                "gap_probability": 0.0011,
                "safe_at_central_only": True,
                "worst_gap_probability": 0.34,
                "worst_gap_assumption": "accounts.transport.progress",
                "worst_gap_zh": "年度支付进度",
                "worst_gap_en": "payment progress",
                "worst_gap_value": "98%",
            },
            {
                "id": "water",
                "name_zh": "水利设施",
                "name_en": "water",
                "gives_yuan": 4_000_000,
                "gap_probability": 0.0174,
                "safe_at_central_only": False,
                "worst_gap_probability": 0.03,
                "worst_gap_assumption": "accounts.water.progress",
                "worst_gap_zh": "年度支付进度",
                "worst_gap_en": "payment progress",
                "worst_gap_value": "95%",
            },
        ],
        "givers_safe": {
            "tight_probability": 0.05,
            "objective_after": 141_550_000,
            "saved_yuan": 8_100_000,
            "expected_unpaid_yuan": 29_250_000,
            "moved_yuan": 4_000_000,
            "transfers": [dict(zip(keys, transfers[-1], strict=True))],
            "givers": [
                {"id": key, "name_zh": name, "name_en": key, "may_leave_yuan": yuan}
                for key, name, yuan in (
                    ("transport", "交通设施", 0),
                    ("water", "水利设施", 4_200_000),
                )
            ],
        },
        "gap": 0.0001,
        "iterations": 14,
        "clashes": [],
        "transfers": [dict(zip(keys, row, strict=True)) for row in transfers],
        "accounts": _plan_accounts(),
        "limits": [
            {
                "name": "domain_rise[领域3]",
                "family": "domain_rise",
                "says_zh": "先进制造业领域的资金最多比文件所列增加5%",
                "amount_yuan": 241_500_000,
                "used_yuan": 241_500_000,
                "binding": True,
                "price": 640_000,
            },
            {
                "name": "leave_share[transport]",
                "family": "leave_share",
                "says_zh": "交通设施账户最多调出10%",
                "amount_yuan": 40_000_000,
                "used_yuan": 15_000_000,
                "binding": False,
                "price": 0,
            },
            {
                "name": "leave_share[water]",
                "family": "leave_share",
                "says_zh": "水利设施账户最多调出2%",
                "amount_yuan": 4_000_000,
                "used_yuan": 4_000_000,
                "binding": True,
                "price": None,
            },
        ],
        "fresh": groups.fresh(),
        "before": before,
        "after": after,
    }


RECONCILIATION: list[Entry] = [
    {"label_zh": "各领域所列金额合计", "amount_yuan": 1_760_000_000},
    {"label_zh": "减：重复印列", "amount_yuan": -590_000_000},
    {"label_zh": "净额", "amount_yuan": 1_170_000_000},
]


def sample_record() -> Entry:
    """A fresh copy of the invented record, free to be changed by a test."""
    return copy.deepcopy(
        {
            "manifest": MANIFEST,
            "totals": TOTALS,
            "lines": _lines(),
            "domains": _domains(),
            "funds": _funds(),
            "overlap": OVERLAP,
            "accounts": _accounts(),
            "awards": _awards(),
            "readings": READINGS,
            "levers": groups.levers(),
            "promised_ratios": groups.promised_ratios(),
            "assumptions": _assumptions(),
            "figures": FIGURES,
            "factors": FACTORS,
            "calendars": CALENDARS,
            "spreads": SPREADS,
            "plan": _plan(),
            "chances": groups.chances(),
            "value_curves": groups.value_curves(),
            "step_prices": groups.step_prices(),
            "options": groups.options(),
            "knowing": groups.knowing(),
            "robust": groups.robust(),
            "reconciliation": RECONCILIATION,
        }
    )


def infeasible_record() -> Entry:
    """The same city with floors that exceed the money: no plan, and the clash in words."""
    record = sample_record()
    record["manifest"]["scenario"] = "impossible"
    record["manifest"]["question"] = "如果各账户的最低保障都要满足，钱够不够？"
    record["manifest"]["based_on"] = "base"
    record["manifest"]["changes"] = [
        {
            "path": "accounts.industry.floor",
            "old": None,
            "new": "1.93亿元",
            "place": "impossible.yaml:7",
        }
    ]
    record["plan"] = {
        "status": "infeasible",
        "givers": [],
        "givers_safe": None,
        "objective_before": 149_650_000,
        "objective_after": None,
        "objective_lower_bound": None,
        "gap": None,
        "iterations": 0,
        "clashes": [
            {
                "limits": [
                    {
                        "name": "floor",
                        "says_zh": "工信专项不少于1.93亿元",
                        "amount_yuan": 193_000_000,
                    },
                    {
                        "name": "total",
                        "says_zh": "总额不超过已批准预算",
                        "amount_yuan": 191_700_000,
                    },
                ],
                "short_yuan": 1_300_000,
                "remedies": [
                    {
                        "limit": "floor",
                        "says_zh": "降低工信专项的最低保障",
                        "relax_by_yuan": 1_300_000,
                    }
                ],
            }
        ],
        "transfers": [],
        "accounts": [],
        "limits": [],
        "fresh": None,
        "before": {},
        "after": {},
    }
    record |= {key: [] for key in ("chances", "value_curves", "step_prices")}
    record |= dict.fromkeys(("options", "knowing", "robust"))
    return record


def even_record() -> Entry:
    """The same city with the most even plan as its aim: no yuan has a price."""
    record = sample_record()
    record["manifest"]["based_on"] = "base"
    record["manifest"]["changes"] = [
        {
            "path": "allocation.objective",
            "old": "least_unpaid",
            "new": "even_payout",
            "place": "even.yaml:5",
        }
    ]
    record |= {key: [] for key in ("value_curves", "step_prices")}
    record |= dict.fromkeys(("options", "knowing", "robust"))
    for limit in record["plan"]["limits"]:
        limit["price"] = None
    for account in record["plan"]["accounts"]:
        account |= {"value_before": None, "value_after": None}
    return record


def reserve_record() -> Entry:
    """The same city with a general reserve that the plan uses; nobody claims the reserve."""
    record = sample_record()
    move = groups.transfer("reserve", "industry", 2000, "across_domains")
    record["plan"]["transfers"] = [move, *record["plan"]["transfers"]]
    nobody = {"gap_probability": 0.0, "expected_unpaid_yuan": 0, "expected_idle_yuan": YI}
    record["plan"]["accounts"].append(
        {
            "id": "reserve",
            "name_zh": "预备费",
            "before_yuan": YI,
            "after_yuan": YI - 2000 * WAN,
            "may_give": True,
            "may_receive": False,
            "reason_zh": "文件没有列出预备费",
            "before": nobody,
            "after": nobody,
        }
    )
    return record


def stress_record() -> Entry:
    """As many rows as a real paper brings, with long names, to see how the pages break."""
    record = sample_record()
    for section, times in (("accounts", 4), ("awards", 7), ("assumptions", 8), ("readings", 4)):
        record[section] = _repeated(record[section], times)
    record["funds"] = _repeated(record["funds"], 3)
    record["lines"] = _repeated(record["lines"], 3)
    for line in record["lines"]:
        mark = line["id"].partition("~")[2]
        line["funds"] = [f"{fund}~{mark}" if mark else fund for fund in line["funds"]]
        line["parent"] = line["parent"] and line["parent"] + (f"~{mark}" if mark else "")
    for fund in record["funds"]:
        mark = fund["id"].partition("~")[2]
        fund["lines"] = [f"{line}~{mark}" if mark else line for line in fund["lines"]]
    record["plan"]["accounts"] = _repeated(record["plan"]["accounts"], 4)
    for section, times in (("levers", 4), ("step_prices", 3), ("value_curves", 4)):
        record[section] = _repeated(record[section], times)
    for section in ("values", "tornado"):
        record["knowing"][section] = _repeated(record["knowing"][section], 4)
    return record


def _repeated(rows: list[Entry], times: int) -> list[Entry]:
    """The rows again and again; from the second time on with `~1`, `~2` after the id and name."""
    result = copy.deepcopy(rows)
    for turn in range(1, times):
        for row in copy.deepcopy(rows):
            for key in ("id", "award"):
                if key in row:
                    row[key] = f"{row[key]}~{turn}"
            if "more_yuan" in row:
                row["account"] = f"{row['account']}~{turn}"
            for key in ("name_zh", "account_zh", "award_name_zh"):
                if key in row:
                    row[key] = f"{row[key]}（重复第{turn}次的长名称）"
            result.append(row)
    return result


def sample_draws() -> dict[str, Any]:
    """Joint draws of 50 years for the accounts of `sample_record`."""
    generator = np.random.default_rng(7)
    means = [money[2] * WAN for money in _ACCOUNT_MONEY.values()]
    demand = np.array(means) * generator.lognormal(0.0, 0.2, size=(50, len(means)))
    return {"demand": demand.astype(np.int64), "account_ids": list(_ACCOUNT_MONEY)}
