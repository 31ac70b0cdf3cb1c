"""More of the invented record: figures that fit, prices, chances, options, what to find out."""

from __future__ import annotations

from typing import Any

WAN = 10_000
Entry = dict[str, Any]
_NAMES = {
    "transport": ("交通设施", "transport"),
    "water": ("水利设施", "water"),
    "science": ("科技创新与科技补助", "science"),
    "industry": ("工信专项", "industry"),
    "services": ("服务业专项", "services"),
    "reserve": ("预备费", "the general reserve"),
}
_AWARDS = {
    "A5b": ("研发费用增量补助", "（五）", "science"),
    "A5c": ("新建实验室补助", "（五）", "science"),
    "A7a": ("技术改造奖励", "（七）", "industry"),
    "A7b": ("绿色工厂奖励", "（七）", "industry"),
    "A7c": ("首台套装备奖励", "（七）", "industry"),
    "A8": ("产业创新平台奖励", "（八）", "services"),
}


def _account(key: str) -> Entry:
    return {"account": key, "account_zh": _NAMES[key][0], "account_en": _NAMES[key][1]}


def _award(key: str) -> Entry:
    name, clause, _ = _AWARDS[key]
    clause_number = {"（五）": 5, "（七）": 7, "（八）": 8}[clause]
    return {
        "award": key,
        "award_name_zh": name,
        "award_name_en": f"award {key}",
        "clause": clause_number,
        "clause_zh": clause,
    }


def _money(yuan: int) -> tuple[str, str]:
    return f"{yuan // WAN:,}万元", f"{yuan:,} yuan"


def _say(value: float) -> tuple[str, str]:
    return _money(int(value)) if value > 1 else (f"{value:.0%}", f"{value:.0%}")


def _trial(value: float, probability: float, demand: int) -> Entry:
    text = _say(value)
    return {
        "value": value,
        "value_zh": text[0],
        "value_en": text[1],
        "demand_mean_yuan": demand * WAN,
        "demand_change_yuan": 0,
        "gap_probability": probability,
    }


# award, path, kind, name; present value, chance, demand in 万元; the fitting ones or nothing
_LEVERS: list[tuple[Any, ...]] = [
    ("A7a", "grades.A", "amount", "A档金额", (9_000_000, 0.6612, 14100), (6_000_000, 0.049, 10800)),
    ("A7a", "cap", "cap", "上限", (15_000_000, 0.6612, 14100), (9_000_000, 0.0451, 10200)),
    ("A7a", "minimum", "threshold", "最低投资", (5_000_000, 0.6612, 14100), None),
    ("A7b", "grades.市级", "amount", "市级金额", (500_000, 0.6612, 1900), (20_000, 0.05, 80)),
    ("A8", "amount", "amount", "定额", (2_000_000, 0.7421, 4900), (1_100_000, 0.0478, 2700)),
    ("A5b", "rate", "rate", "奖补比例", (0.1, 0.2314, 5100), None),
]


def levers() -> list[Entry]:
    """A figure that fits, one that would come to nothing, and some that fit nowhere."""
    return [
        {
            **_account(_AWARDS[award][2]),
            **_award(award),
            "path": path,
            "kind": kind,
            "name_zh": name,
            "name_en": f"{kind} of {award}",
            "present": _trial(*present),
            "tighter": None,
            "looser": None,
            "target_probability": 0.05,
            "reached": fitting is not None,
            "fitting": None if fitting is None else _trial(*fitting),
            "searched_to_zh": "1万元",
            "searched_to_en": "10,000 yuan",
        }
        for award, path, kind, name, present, fitting in _LEVERS
    ]


def promised_ratios() -> list[Entry]:
    """What part of every claim can be promised; least in the account that runs short first."""
    money = {"transport": (40000, 33600), "industry": (16500, 24800), "services": (3700, 8100)}
    return [
        {
            **_account(key),
            "available_yuan": available * WAN,
            "demand_p95_yuan": p95 * WAN,
            "ratio": min(1.0, available / p95),
            "percent": min(100, 100 * available // p95),
        }
        for key, (available, p95) in money.items()
    ]


def chances() -> list[Entry]:
    """One limit that the plan just keeps, and one that it keeps with ease."""
    rows = [
        ("services", "account", "服务业专项不够的可能性不超过51.5%", 0.515, 0.5033, 0.5071),
        (
            "together",
            "any_short",
            "交通设施、水利设施任一不够的可能性不超过5%",
            0.05,
            0.0183,
            0.0042,
        ),
    ]
    return [
        {
            "id": key,
            "of": of,
            "says_zh": says,
            "says_en": f"the chance that {key} is short is at most {limit:.1%}",
            "limit_probability": limit,
            "reached_probability": reached,
            "reached_probability_se": 0.0,
            "fresh_probability": fresh,
            "fresh_probability_se": 0.005,
        }
        for key, of, says, limit, reached, fresh in rows
    ]


def value_curves() -> list[Entry]:
    """What more money is worth: much where it is scarce, nothing where it lies idle."""
    first = {"transport": (0, 0), "water": (30_000, 41_000), "science": (420_000, 420_000)}
    first |= {"industry": (1_310_000, 900_000), "services": (1_520_000, 1_010_000)}
    return [
        {
            **_account(key),
            "more_yuan": times * 1_000_000,
            "value_before_yuan": round(before * times**0.9),
            "value_after_yuan": round(after * times**0.9),
        }
        for key, (before, after) in first.items()
        for times in (1, 5, 10, 50)
    ]


def step_prices() -> list[Entry]:
    """More than are printed, the dearest first; the last ones cost nothing."""
    costs = [451, 274, 145, 61, 39, 31, 25, 19, 17, 12, 9, 6, 4, 2, 0, 0]
    keys = list(_AWARDS)
    return [
        {
            **_award(keys[place % len(keys)]),
            "account": _AWARDS[keys[place % len(keys)]][2],
            "path": f"grades.第{place}档",
            "name_zh": f"第{place}档金额",
            "name_en": f"amount of step {place}",
            "value_zh": "300万元",
            "value_en": "3,000,000 yuan",
            "next_zh": "400万元",
            "next_en": "4,000,000 yuan",
            "objective_change_yuan": cost * WAN,
            "demand_change_yuan": 2 * cost * WAN,
        }
        for place, cost in enumerate(costs)
    ]


_APPROVALS = {
    "across_departments": ("财政部门批准", "approved by the finance department"),
    "across_domains": ("市政府批准", "approved by the city government"),
}


def transfer(giver: str, receiver: str, amount: int, approval: str) -> Entry:
    """A move of `amount` 万元 as the record keeps it."""
    return {
        "from": giver,
        "to": receiver,
        "from_zh": _NAMES[giver][0],
        "from_en": _NAMES[giver][1],
        "to_zh": _NAMES[receiver][0],
        "to_en": _NAMES[receiver][1],
        "amount_yuan": amount * WAN,
        "approval": approval,
        "approval_zh": _APPROVALS[approval][0],
        "approval_en": _APPROVALS[approval][1],
        "basis_zh": "预算法第七十二条",
        "basis_en": "Budget Law art. 72",
    }


def _side(key: str, moved: int) -> Entry:
    receives = moved > 0
    return {
        **_account(key),
        "moved_yuan": moved * WAN,
        "gap_before_probability": 0.6612 if receives else 0.0004,
        "gap_after_probability": 0.5412 if receives else 0.0011,
        "unpaid_before_yuan": 21_100_000 if receives else 0,
        "unpaid_after_yuan": 15_300_000 if receives else 0,
        "idle_before_yuan": 3_100_000,
        "idle_after_yuan": 3_900_000,
        "regret_probability": None if receives else 0.001,
        "says_zh": f"{_NAMES[key][0]}{'调入' if receives else '调出'}{abs(moved):,}万元，说明甲",
        "says_en": f"{_NAMES[key][1]} {'receives' if receives else 'gives'} {abs(moved)}, told",
    }


def _option(approval: str, most: int, moves: list[tuple[str, str, int]], saved: int) -> Entry:
    moved = sum(amount for _, _, amount in moves)
    return {
        "most_moves": most,
        "approval": approval,
        "approval_zh": _APPROVALS[approval][0],
        "approval_en": _APPROVALS[approval][1],
        "moves": len(moves),
        "moved_yuan": moved * WAN,
        "objective_yuan": 149_650_000 - moved * 2 * WAN,
        "lower_bound_yuan": 149_600_000 - moved * 2 * WAN,
        "gap": 0.0,
        "saved_yuan": saved * WAN,
        "transfers": [transfer(*move, approval) for move in moves],
        "sides": [
            _side(key, sign * amount)
            for giver, receiver, amount in moves
            for key, sign in ((giver, -1), (receiver, 1))
        ],
    }


def _frontier() -> list[Entry]:
    return [
        {
            "moved_yuan": moved * WAN,
            "objective_yuan": (14965 - 2 * moved) * WAN,
            "expected_unpaid_yuan": (3165 - moved) * WAN,
        }
        for moved in (0, 300, 600, 900, 1200, 1500, 1700, 1900)
    ]


def options() -> Entry:
    """A light approval for one small move, a heavier one for two; repeats as a run writes them."""
    light, heavy = "across_departments", "across_domains"
    water = ("water", "services", 400)
    road = ("transport", "industry", 1300)
    other = [("transport", "services", 900), ("water", "industry", 300)]
    return {
        "menu": [
            _option(light, 0, [], 0),
            _option(light, 1, [water], 610),
            _option(light, 2, [water], 0),
            _option(heavy, 0, [], 0),
            _option(heavy, 1, [road], 1980),
            _option(heavy, 2, [road, water], 590),
        ],
        "frontier": _frontier(),
        "different": [
            {
                "distance_yuan": 18_000_000,
                "objective_yuan": 118_900_000,
                "transfers": [transfer(*move, heavy) for move in other],
                "sides": [],
            }
        ],
    }


# id, name, unit, low, central, high, mark; value in 万元; cost at low and at high in 万元
_KNOWN: list[tuple[Any, ...]] = [
    ("share-a", "市级承担比例", "", "40%", "50%", "80%", "assumed", 312, 9800, 98700),
    ("graded", "每年评定的A档项目数", "个", 6, 9, 15, "D", 45, 12100, 21900),
    ("takeup", "符合条件企业的申报率", "", "45%", "70%", "95%", "assumed", 0, 11900, 18100),
    ("lag", "跨年兑现比例", "", "0%", "15%", "30%", "assumed", 0, 16700, 13200),
    ("rd", "研发费用增速", "", "4%", "9%", "14%", "C", 0, 14300, 15800),
    ("green", "绿色工厂认定数", "家", 25, 34, 50, "B", 0, 14800, 15300),
    ("lab", "新建实验室", "个", 0, 1.4, 4, "assumed", 0, 14900, 15100),
]
_CENTRAL_COST = 149_650_000


def _assumption(row: tuple[Any, ...]) -> Entry:
    keys = ("id", "name_zh", "unit", "low", "central", "high", "mark")
    return {
        **dict(zip(keys, row[:7], strict=True)),
        "name_en": f"assumption {row[0]}",
        "weights": [0.25, 0.5, 0.25],
    }


def knowing() -> Entry:
    """Two assumptions that are worth finding out; one whose bar is far too long for the others."""
    return {
        "perfect_information_yuan": 4_210_000,
        "perfect_information_yuan_se": 90_000,
        "stochastic_solution_yuan": 870_000,
        "stochastic_solution_yuan_se": 30_000,
        "first_zh": "先查清“市级承担比例”：查清此项，预计最多可少欠312万元",
        "first_en": 'Find out "assumption share-a" first: at most 3.12 million yuan less unpaid',
        "values": [
            {**_assumption(row), "value_yuan": row[7] * WAN, "changes_moves": row[7] > 0}
            for row in _KNOWN
        ],
        "tornado": [
            {
                **_assumption(row),
                "cost_low_yuan": row[8] * WAN,
                "cost_central_yuan": _CENTRAL_COST,
                "cost_high_yuan": row[9] * WAN,
                "swing_yuan": abs(row[9] - row[8]) * WAN,
                "accounts": [],
            }
            for row in _KNOWN
        ],
    }


def robust() -> Entry:
    """Another plan is needed to be safe against a wrong assumption."""
    worst = {
        "id": "share-a",
        "name_zh": "市级承担比例",
        "name_en": "assumption share-a",
        "unit": "",
        "at": "high",
        "value": "80%",
    }
    count = {
        **worst,
        "id": "graded",
        "name_zh": "每年评定的A档项目数",
        "name_en": "assumption graded",
        "unit": "个",
        "value": 15,
    }
    return {
        "at_once": 2,
        "among": [_assumption(row) for row in _KNOWN[:6]],
        "same_as_usual": False,
        "worth_changing": True,
        "usual_cost_yuan": 117_250_000,
        "usual_worst_cost_yuan": 402_000_000,
        "usual_worst": [worst, count],
        "price_yuan": 260_000,
        "gain_yuan": 7_900_000,
        "says_zh": "若防备2项假设同时处于最不利的一端，应改用另一分配方案",
        "says_en": "To be safe against 2 assumptions at their worst ends another plan is needed",
        "transfers": [transfer("transport", "industry", 1500, "across_domains")],
    }


def fresh() -> Entry:
    """Years that did not choose the plan: it helps there, but less."""
    return {
        "draws": 10000,
        "objective_before": 150_100_000,
        "objective_after": 119_000_000,
        "optimism_yuan": 1_300_000,
    }
