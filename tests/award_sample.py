"""One award of every kind with every figure it can have, and a pool that feels each of them."""

from __future__ import annotations

from demand_sample import award, figure, pool, size

from model.demand.pools import Pool
from model.policy.awards import CostedAward

WAN = 10_000

GRADED = award(
    "grades",
    {"grade": "choice", "green": "bool", "invested_yuan": "money"},
    grades={"A": "90万元", "乙级": "50万元"},
    uplift="10%",
    uplift_column="green",
    cap="80万元",
    minimums={"invested_yuan": "100万元"},
)
INCREASE = award(
    "rate_of_increase",
    {
        "now_yuan": {"type": "money", "label_zh": "当年研发费用"},
        "before_yuan": {"type": "money", "label_zh": "上年研发费用"},
        "revenue_yuan": {"type": "money", "label_zh": "营业收入"},
        "large": {"type": "bool", "label_zh": "是否规上企业"},
    },
    rate="20%",
    cap="30万元",
    current_column="now_yuan",
    previous_column="before_yuan",
    minimum_growth="15%",
    intensities=({"when": "large", "of": "revenue_yuan", "at_least": "4%"},),
)
STEPPED = award(
    "stepped_rate",
    {"base_yuan": "money", "saved": {"type": "number", "label_zh": "年节能量", "unit_zh": "吨"}},
    base_column="base_yuan",
    base_rate="8%",
    step_rate="2%",
    maximum_rate="12%",
    cap="40万元",
    measures={"saved": {"threshold": 200, "step": 400}},
)
INSURED = award(
    "insured_premium",
    {"insured_yuan": "money", "premium_rate": "number"},
    insured_column="insured_yuan",
    premium_rate_column="premium_rate",
    premium_rate_limit="2%",
    rate="70%",
    cap="8万元",
)
UP_TO_RATE = award(
    "rate_up_to",
    {"premium_yuan": "money", "granted": "number"},
    base_column="premium_yuan",
    rate_column="granted",
    maximum_rate="65%",
    cap="40万元",
)
UNITS = award(
    "per_unit",
    {"mu": {"type": "number", "label_zh": "种植面积", "unit_zh": "亩"}},
    units={"mu": "40元"},
    minimum_quantity=50,
    cap="7000元",
)
APPROVED = award("approved", {"approved_yuan": "money"}, cap="60万元")
MATCHED = award(
    "matching", {"base_yuan": "money"}, base_column="base_yuan", ratio="3/2", cap="90万元"
)
FLAT_ONE = award(
    "flat", {"size_yuan": "money"}, amount="100万元", minimums={"size_yuan": "100万元"}
)

EVERY_KIND: dict[str, CostedAward] = {
    "approved": APPROVED,
    "flat": FLAT_ONE,
    "grades": GRADED,
    "insured_premium": INSURED,
    "matching": MATCHED,
    "per_unit": UNITS,
    "rate_of_increase": INCREASE,
    "rate_up_to": UP_TO_RATE,
    "stepped_rate": STEPPED,
}

HALF = {"yes": figure("50%")}
POOLS: dict[str, Pool] = {
    kind: pool(9.0, {kind: columns})
    for kind, columns in {
        "approved": {"approved_yuan": size("60万元", 0.8)},
        "flat": {"size_yuan": size("120万元", 0.8)},
        "grades": {
            "grade": {"mix": figure({"A": 1.0, "乙级": 2.0})},
            "green": HALF,
            "invested_yuan": size("120万元", 0.8),
        },
        "insured_premium": {
            "insured_yuan": size("500万元", 0.8),
            "premium_rate": size(0.02, 0.6),
        },
        "matching": {"base_yuan": size("60万元", 0.8)},
        "per_unit": {"mu": size(100, 0.8)},
        "rate_of_increase": {
            "before_yuan": size("300万元", 0.8),
            "now_yuan": size("30%", 0.8, times="before_yuan", plus_one=True),
            "revenue_yuan": size(24, 0.6, times="now_yuan"),
            "large": HALF,
        },
        "rate_up_to": {"premium_yuan": size("60万元", 0.8), "granted": size(0.6, 0.3)},
        "stepped_rate": {"base_yuan": size("400万元", 0.8), "saved": size(700, 0.8)},
    }.items()
}
