"""Rules pay exactly what the wording says: against a second, slow calculation in fractions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.policy.awards import KINDS, CostedAward
from model.policy.exact import INT64_MAX, floor_ratio, ratio, reaches
from model.policy.reasons import checks_zh, explain
from model.policy.rules import ceiling, conditions, entitle

# The same examples in every run, however busy the machine.
STEADY = settings(deadline=None, derandomize=True)


FEN, MILLIONTHS = 100, 1_000_000
SCALES = {"money": FEN, "number": MILLIONTHS}
Row = dict[str, Any]


def award(kind: str, columns: Mapping[str, str | dict[str, Any]], **figures: Any) -> CostedAward:
    """An invented award; a column is its type, or all that the record takes."""
    described = {
        name: {"label_zh": name, "type": column} if isinstance(column, str) else column
        for name, column in columns.items()
    }
    made = KINDS[kind].model_validate(
        {
            "clause": 1,
            "name_zh": "奖",
            "anchor": "奖",
            "cost_status": "costed",
            "payer": {"level": "city_stated", "says_zh": "市"},
            "line": "D1",
            "unit_zh": "家",
            "kind": kind,
            "columns": described,
            **figures,
        }
    )
    assert isinstance(made, CostedAward)
    return made


def columns_of(rule: CostedAward, rows: list[Row]) -> dict[str, np.ndarray]:
    """Rows in yuan, units and grade names as the columns a rule takes; None is blank."""
    columns: dict[str, np.ndarray] = {}
    for name, column in rule.columns.items():
        values = [row.get(name) for row in rows]
        columns[f"{name}?given"] = np.array([value is not None for value in values], bool)
        if column.type == "bool":
            columns[name] = np.array([bool(value) for value in values], bool)
        elif column.type == "choice":
            grades = list(getattr(rule, "grades", {}))
            columns[name] = np.array([grades.index(value) for value in values], np.int64)
        elif column.type != "text":
            scale = SCALES[column.type]
            whole = [int(Fraction(value or 0) * scale) for value in values]
            columns[name] = np.array(whole, np.int64)
    return columns


def pays(rule: CostedAward, *rows: Row) -> list[int]:
    yuan: list[int] = entitle(rule, columns_of(rule, list(rows))).yuan.tolist()
    return yuan


def outcomes(rule: CostedAward, *rows: Row) -> list[str]:
    """The kind of the condition that failed first, or 'holds'."""
    failed = entitle(rule, columns_of(rule, list(rows))).outcome.tolist()
    return ["holds" if n == 0 else conditions(rule)[n - 1].kind for n in failed]


def why(rule: CostedAward, *rows: Row) -> list[str]:
    columns = columns_of(rule, list(rows))
    reasons: list[str] = explain(rule, columns, entitle(rule, columns)).tolist()
    return reasons


# --- exact arithmetic -------------------------------------------------------------------------

HUGE = st.integers(0, INT64_MAX) | st.integers(0, 10**6) | st.sampled_from([0, 1, INT64_MAX])


@settings(STEADY, max_examples=300)
@given(
    amounts=st.lists(HUGE, min_size=1, max_size=4),
    numerator=st.integers(0, 10**30) | st.integers(0, 2000),
    denominator=st.integers(1, 10**30) | st.integers(1, 10**6) | st.integers(2**58, 2**64),
)
def test_floor_ratio_is_exact_or_says_that_it_overflows(amounts, numerator, denominator):
    exact = [Fraction(amount * numerator, denominator) for amount in amounts]
    if max(exact) >= INT64_MAX + 1:
        with pytest.raises(OverflowError, match="more than 18 digits"):
            floor_ratio(np.array(amounts), numerator, denominator)
        return
    found = ratio(np.array(amounts), numerator, denominator)
    assert found.floor.dtype == np.int64
    assert found.floor.tolist() == [floor(value) for value in exact]
    assert found.even.tolist() == [value.denominator == 1 for value in exact]


@settings(STEADY, max_examples=200)
@given(
    pairs=st.lists(st.tuples(HUGE, HUGE), min_size=1, max_size=4),
    denominator=st.integers(1, 2**62) | st.integers(1, 10**13),
)
def test_floor_ratio_takes_a_numerator_for_each_amount(pairs, denominator):
    exact = [Fraction(a * n, denominator) for a, n in pairs if a * n // denominator <= INT64_MAX]
    kept = [(a, n) for a, n in pairs if a * n // denominator <= INT64_MAX]
    amounts = np.array([a for a, _ in kept], np.int64)
    numerators = np.array([n for _, n in kept], np.int64)
    assert floor_ratio(amounts, numerators, denominator).tolist() == [floor(v) for v in exact]


@STEADY
@given(
    part=st.integers(-(10**17), 10**17),
    whole=st.integers(0, 10**17),
    share=st.fractions(0, 2, max_denominator=10**6),
)
def test_reaches_is_exact(part, whole, share):
    found = reaches(np.array([part]), share, np.array([whole]))
    assert found.tolist() == [Fraction(part) >= share * whole]


def test_equality_reaches_and_one_fen_less_does_not():
    share, whole = Fraction(2, 3), np.array([3 * 10**17] * 2)
    assert reaches(np.array([2 * 10**17, 2 * 10**17 - 1]), share, whole).tolist() == [True, False]


# --- one kind after the other, numbers worked by hand -----------------------------------------

FLAT = award("flat", {"ok": "bool"}, requires=("ok",), amount="100万元")


def test_flat_pays_its_amount_to_those_that_say_yes():
    assert pays(FLAT, {"ok": True}, {"ok": False}, {"ok": None}) == [1_000_000, 0, 0]
    assert why(FLAT, {"ok": True}, {"ok": False}) == ["定额 100万元", "“ok”为否，不符合条件"]


GRADED = {"grade": "choice", "spent": "money", "new": {"type": "bool", "label_zh": "是否新兴产业"}}


def graded(*, within: bool, cap: str = "1500万元") -> CostedAward:
    return award(
        "grades",
        GRADED,
        grades={"A": "1500万元", "B": "1000万元", "C": "33元"},
        uplift="5%",
        uplift_column="new",
        cap=cap,
        uplift_within_cap=within,
        minimums={"spent": "2000万元"},
    )


@pytest.mark.parametrize(
    ("grade", "new", "within", "yuan", "reason"),
    [
        ("A", False, True, 15_000_000, "grade A：1500万元，达上限 1500万元"),
        (
            "A",
            True,
            True,
            15_000_000,
            "grade A：1500万元，新兴产业上浮 5% = 1575万元，达上限 1500万元",
        ),
        (
            "A",
            True,
            False,
            15_750_000,
            "grade A：1500万元，达上限 1500万元，新兴产业上浮 5% = 1575万元",
        ),
        ("B", True, True, 10_500_000, "grade B：1000万元，新兴产业上浮 5% = 1050万元"),
        ("B", False, False, 10_000_000, "grade B：1000万元"),
        ("C", True, True, 34, "grade C：33元，新兴产业上浮 5% = 34元（不足1元舍去）"),
    ],
)
def test_grades_with_uplift_inside_and_on_top_of_the_cap(grade, new, within, yuan, reason):
    row = {"grade": grade, "new": new, "spent": 20_000_000}
    assert pays(graded(within=within), row) == [yuan]
    assert why(graded(within=within), row) == [reason]


def test_a_lower_cap_binds_the_base_before_an_uplift_on_top():
    """Cap 1200万元: A counts as 1200万元, with the uplift of 5 % on top 1260万元."""
    rule = graded(within=False, cap="1200万元")
    row = {"grade": "A", "new": True, "spent": 20_000_000}
    assert pays(rule, row) == [12_600_000]
    assert ceiling(rule) == 12_600_000
    assert why(rule, row) == ["grade A：1500万元，达上限 1200万元，新兴产业上浮 5% = 1260万元"]


def test_an_unknown_grade_code_is_refused():
    columns = {
        "grade": np.array([3]),
        "spent": np.array([10**12]),
        "new": np.array([False]),
    }
    with pytest.raises(ValueError, match="no position in the list of grades"):
        entitle(graded(within=True), columns)


def test_the_gate_of_a_grade_includes_its_own_value():
    rows = [{"grade": "B", "new": False, "spent": spent} for spent in ("20000000", "19999999.99")]
    assert pays(graded(within=True), *rows) == [10_000_000, 0]
    assert why(graded(within=True), rows[1]) == [
        "spent 19,999,999.99元，低于 20,000,000元，差 0.01元"
    ]


APPROVED = award("approved", {"approved_yuan": "money"}, cap="50万元")


@pytest.mark.parametrize(
    ("approved", "yuan", "reason"),
    [
        ("0", 0, "approved_yuan 0元"),
        ("1234.99", 1234, "approved_yuan 1234.99元，计 1234元（不足1元舍去）"),
        ("499999.99", 499_999, "approved_yuan 499,999.99元，计 499,999元（不足1元舍去）"),
        ("500000", 500_000, "approved_yuan 50万元，达上限 50万元"),
        ("800000", 500_000, "approved_yuan 80万元，达上限 50万元"),
    ],
)
def test_approved_pays_what_was_approved_up_to_the_cap(approved, yuan, reason):
    assert pays(APPROVED, {"approved_yuan": approved}) == [yuan]
    assert why(APPROVED, {"approved_yuan": approved}) == [reason]


RISE = award(
    "rate_of_increase",
    {
        "sure": "bool",
        "now": {"type": "money", "label_zh": "当年研发费用"},
        "before": {"type": "money", "label_zh": "上年研发费用"},
        "revenue": {"type": "money", "label_zh": "营业收入", "optional": True},
        "large": {"type": "bool", "label_zh": "是否规上企业"},
        "tech": {"type": "bool", "label_zh": "是否高新技术企业"},
    },
    requires=("sure",),
    minimums={"now": "100万元"},
    rate="10%",
    cap="500万元",
    current_column="now",
    previous_column="before",
    minimum_growth="15%",
    intensities=(
        {"when": "large", "of": "revenue", "at_least": "3%"},
        {"when": "tech", "of": "revenue", "at_least": "4%"},
    ),
)


def risen(now: Any, before: Any, **more: Any) -> Row:
    return {"sure": True, "now": now, "before": before, "large": False, "tech": False} | more


@pytest.mark.parametrize(
    ("row", "yuan", "outcome", "reason"),
    [
        (
            risen(60_000_000, 10_000_000),
            5_000_000,
            "holds",
            "当年研发费用 6000万元，上年研发费用 1000万元，"
            "增量 5000万元 × 10% = 500万元，达上限 500万元",
        ),
        (
            risen(1_150_000, 1_000_000),
            15_000,
            "holds",
            "当年研发费用 115万元，上年研发费用 100万元，增量 15万元 × 10% = 1.5万元",
        ),
        (
            risen("1150000.01", 1_000_000),
            15_000,
            "holds",
            "当年研发费用 1,150,000.01元，上年研发费用 100万元，"
            "增量 150,000.01元 × 10% = 1.5万元（不足1元舍去）",
        ),
        (
            risen(1_149_900, 1_000_000),
            0,
            "growth",
            "当年研发费用 114.99万元，上年研发费用 100万元，增幅 14.99%，低于 15%，差 0.01万元",
        ),
        (
            risen("1149999.99", 1_000_000),
            0,
            "growth",
            "当年研发费用 1,149,999.99元，上年研发费用 1,000,000元，"
            "增幅 14.99%，低于 15%，差 0.01元",
        ),
        (
            risen(1_000_000, 2_000_000),
            0,
            "growth",
            "当年研发费用 100万元，上年研发费用 200万元，增幅 -50%，低于 15%，差 130万元",
        ),
        (
            risen(999_900, 100_000),
            0,
            "minimum",
            "当年研发费用 99.99万元，低于 100万元，差 0.01万元",
        ),
        (risen(1_000_000, 0), 0, "previous_zero", "上年为零，增幅无法计算，须人工核定"),
        (risen(2_000_000, 1_000_000, sure=False), 0, "required", "“sure”为否，不符合条件"),
        (
            risen(3_000_000, 1_000_000, large=True, revenue=100_000_000),
            200_000,
            "holds",
            "当年研发费用 300万元，上年研发费用 100万元，增量 200万元 × 10% = 20万元",
        ),
        (
            risen(2_999_900, 1_000_000, large=True, revenue=100_000_000),
            0,
            "intensity",
            "规上企业：当年研发费用 299.99万元，为营业收入 10,000万元 的 2.99%，"
            "低于 3%，差 0.01万元",
        ),
        (
            risen(3_000_000, 1_000_000, large=True, tech=True, revenue=100_000_000),
            0,
            "intensity",
            "高新技术企业：当年研发费用 300万元，为营业收入 10,000万元 的 3%，低于 4%，差 100万元",
        ),
        (
            risen(3_000_000, 1_000_000, tech=True),
            0,
            "intensity",
            "高新技术企业须填营业收入，未填",
        ),
    ],
)
def test_rate_of_increase_by_hand(row, yuan, outcome, reason):
    assert pays(RISE, row) == [yuan]
    assert outcomes(RISE, row) == [outcome]
    assert why(RISE, row) == [reason]


def test_the_first_condition_that_fails_is_told():
    """In the order: what must be yes, minimums, growth, intensities."""
    rows = [
        risen(10, 0, sure=False, large=True, revenue=10**9),
        risen(10, 0, large=True, revenue=10**9),
        risen(1_000_000, 0, large=True, revenue=10**9),
        risen(1_000_000, 1_000_000, large=True, tech=True, revenue=10**9),
        risen(2_000_000, 1_000_000, large=True, tech=True, revenue=10**9),
    ]
    assert outcomes(RISE, *rows) == ["required", "minimum", "previous_zero", "growth", "intensity"]
    assert why(RISE, rows[-1])[0].startswith("规上企业：")


def test_what_is_short_is_rounded_up_to_the_fen():
    """15 % of 900,000.01元 are 135,000.0015元: 1,035,000.02元 reach it, one fen less does not."""
    rows = [risen(now, "900000.01") for now in ("1035000.02", "1035000.01")]
    assert outcomes(RISE, *rows) == ["holds", "growth"]
    assert why(RISE, rows[1])[0].endswith("增幅 14.99%，低于 15%，差 0.01元")


def stepped(**figures: Any) -> CostedAward:
    return award(
        "stepped_rate",
        {
            "base": {"type": "money", "label_zh": "设备投资"},
            "tce": {"type": "number", "label_zh": "节能量", "unit_zh": "吨标煤"},
            "co2": {"type": "number", "label_zh": "减碳量", "unit_zh": "吨"},
            "water": {"type": "number", "label_zh": "节水量", "unit_zh": "吨"},
        },
        **{
            "minimums": {"base": "200万元"},
            "base_column": "base",
            "base_rate": "8%",
            "step_rate": "1%",
            "maximum_rate": "12%",
            "cap": "400万元",
            "measures": {
                "tce": {"threshold": 200, "step": 400},
                "co2": {"threshold": 400, "step": 800},
                "water": {"threshold": 100_000, "step": 200_000},
            },
            "added_measures": ("tce", "co2"),
        }
        | figures,
    )


BEST, PARTS, ADDED = stepped(), stepped(steps="pro_rata"), stepped(measures_combine="sum")


def saved(base: Any = 10_000_000, tce: Any = 0, co2: Any = 0, water: Any = 0) -> Row:
    return {"base": base, "tce": tce, "co2": co2, "water": water}


@pytest.mark.parametrize(
    ("rule", "row", "yuan", "reason"),
    [
        (
            BEST,
            saved(tce=200),
            800_000,
            "节能量 200吨标煤，比例 8%；设备投资 1000万元 × 8% = 80万元",
        ),
        (
            BEST,
            saved(tce="199.999999", co2=399),
            0,
            "节能量 199.999999吨标煤，低于 200吨标煤，差 0.000001吨标煤；"
            "减碳量 399吨，低于 400吨，差 1吨",
        ),
        (
            BEST,
            saved(),
            0,
            "节能量 0吨标煤，低于 200吨标煤，差 200吨标煤；减碳量 0吨，低于 400吨，差 400吨；"
            "节水量 0吨，低于 100,000吨，差 100,000吨",
        ),
        (
            BEST,
            saved(tce=999, co2=1200),
            900_000,
            "节能量 999吨标煤，比例 8% + 1% × 1 = 9%；设备投资 1000万元 × 9% = 90万元",
        ),
        (
            BEST,
            saved(base=50_000_000, tce=1800),
            4_000_000,
            "节能量 1800吨标煤，比例 8% + 1% × 4，达最高比例 12%；"
            "设备投资 5000万元 × 12% = 600万元，达上限 400万元",
        ),
        (
            PARTS,
            saved(tce=400, co2=400),
            850_000,
            "节能量 400吨标煤，比例 8% + 1% × 0.5 = 8.5%；设备投资 1000万元 × 8.5% = 85万元",
        ),
        (
            ADDED,
            saved(tce=999, co2=1200),
            1_000_000,
            "节能量 999吨标煤，减碳量 1200吨，比例 8% + 1% × (1 + 1) = 10%；"
            "设备投资 1000万元 × 10% = 100万元",
        ),
        (
            ADDED,
            saved(tce=999, co2=399, water=500_000),
            1_000_000,
            "节水量 500,000吨，比例 8% + 1% × 2 = 10%；设备投资 1000万元 × 10% = 100万元",
        ),
        (
            BEST,
            saved(base="1999999.99", tce=200),
            0,
            "设备投资 1,999,999.99元，低于 2,000,000元，差 0.01元",
        ),
    ],
)
def test_stepped_rate_by_hand(rule, row, yuan, reason):
    assert pays(rule, row) == [yuan]
    assert why(rule, row) == [reason]


def test_a_blank_measure_earns_nothing_even_without_a_threshold():
    rule = stepped(measures={"tce": {"threshold": 0, "step": 400}}, added_measures=())
    assert pays(rule, saved(tce=0), saved(tce=None)) == [800_000, 0]


def premium(**figures: Any) -> CostedAward:
    return award(
        "insured_premium",
        {
            "insured": {"type": "money", "label_zh": "保险金额"},
            "rate": {"type": "number", "label_zh": "保险费率"},
        },
        **{
            "insured_column": "insured",
            "premium_rate_column": "rate",
            "premium_rate_limit": "2%",
            "rate": "70%",
            "cap": "50万元",
        }
        | figures,
    )


@pytest.mark.parametrize(
    ("above", "insured", "rate", "yuan", "reason"),
    [
        ("limit", 10_000_000, "0.015", 105_000, "保险金额 1000万元 × 费率 1.5% × 70% = 10.5万元"),
        (
            "limit",
            10_000_000,
            "0.025",
            140_000,
            "保险金额 1000万元 × 费率 2%（填报 2.5%，按上限计） × 70% = 14万元",
        ),
        ("refuse", 10_000_000, "0.02", 140_000, "保险金额 1000万元 × 费率 2% × 70% = 14万元"),
        ("refuse", 10_000_000, "0.020001", 0, "保险费率 2.0001%，高于 2%，超出 0.0001%"),
        (
            "limit",
            40_000_000,
            "0.02",
            500_000,
            "保险金额 4000万元 × 费率 2% × 70% = 56万元，达上限 50万元",
        ),
    ],
)
def test_insured_premium_by_hand(above, insured, rate, yuan, reason):
    rule, row = premium(above_limit=above), {"insured": insured, "rate": rate}
    assert pays(rule, row) == [yuan]
    assert why(rule, row) == [reason]


UP_TO = award(
    "rate_up_to",
    {
        "paid": {"type": "money", "label_zh": "保费"},
        "granted": {"type": "number", "label_zh": "核定比例", "optional": True},
    },
    base_column="paid",
    rate_column="granted",
    maximum_rate="65%",
    cap="500万元",
)


@pytest.mark.parametrize(
    ("paid", "granted", "yuan", "reason"),
    [
        (1_000_000, "0.6", 600_000, "保费 100万元 × 60% = 60万元"),
        (1_000_000, None, 650_000, "保费 100万元 × 65%（未填比例，按最高比例） = 65万元"),
        (1_000_000, "0", 0, "保费 100万元 × 0% = 0元"),
        (
            1_000_000,
            "0.7",
            650_000,
            "保费 100万元 × 65%（填报 70%，按最高比例） = 65万元",
        ),
        (
            7_692_307,
            "0.65",
            4_999_999,
            "保费 7,692,307元 × 65% = 4,999,999元（不足1元舍去）",
        ),
        (
            7_692_308,
            "0.65",
            5_000_000,
            "保费 7,692,308元 × 65% = 500万元（不足1元舍去），达上限 500万元",
        ),
    ],
)
def test_rate_up_to_by_hand(paid, granted, yuan, reason):
    row = {"paid": paid, "granted": granted}
    assert pays(UP_TO, row) == [yuan]
    assert why(UP_TO, row) == [reason]


def planted(test: str) -> CostedAward:
    return award(
        "per_unit",
        {
            "rice": {"type": "number", "label_zh": "稻麦", "unit_zh": "亩"},
            "rape": {"type": "number", "label_zh": "油菜", "unit_zh": "亩"},
        },
        units={"rice": "15元", "rape": "50元"},
        minimum_quantity=50,
        quantity_test=test,
    )


@pytest.mark.parametrize(
    ("test", "rice", "rape", "yuan", "reason"),
    [
        ("each", 50, 0, 750, "稻麦 50亩 × 15元 = 750元"),
        ("each", "49.9", 0, 0, "稻麦 49.9亩，低于 50亩，差 0.1亩"),
        ("each", 60, "49.9", 900, "稻麦 60亩 × 15元 = 900元；油菜 49.9亩，低于 50亩，不计"),
        ("sum", 30, 20, 1450, "稻麦 30亩 × 15元 + 油菜 20亩 × 50元 = 1450元"),
        ("sum", 30, "19.9", 0, "稻麦、油菜合计 49.9亩，低于 50亩，差 0.1亩"),
        (
            "each",
            "50.03",
            "50.01",
            3250,
            "稻麦 50.03亩 × 15元 + 油菜 50.01亩 × 50元 = 3250元（不足1元舍去）",
        ),
    ],
)
def test_per_unit_by_hand(test, rice, rape, yuan, reason):
    """50.03 x 15 + 50.01 x 50 = 750.45 + 2500.5 = 3250.95: rounded down once, not twice."""
    row = {"rice": rice, "rape": rape}
    assert pays(planted(test), row) == [yuan]
    assert why(planted(test), row) == [reason]


def test_per_unit_without_a_least_quantity_has_no_condition():
    rule = award("per_unit", {"teu": "number"}, units={"teu": "200元"}, cap="1000元")
    assert conditions(rule) == ()
    assert pays(rule, {"teu": 0}, {"teu": "2.5"}, {"teu": 6}) == [0, 500, 1000]
    assert why(rule, {"teu": 0}, {"teu": 6}) == [
        "teu 0 × 200元 = 0元",
        "teu 6 × 200元 = 1200元，达上限 1000元",
    ]


@pytest.mark.parametrize(
    ("share", "yuan", "reason"),
    [
        ("150%", 1_500_001, "省奖 1,000,001元 × 150% = 1,500,001元（不足1元舍去）"),
        ("2/3", 666_667, "省奖 1,000,001元 × 2/3 = 666,667元（不足1元舍去）"),
        ("50%", 500_000, "省奖 1,000,001元 × 50% = 50万元（不足1元舍去）"),
    ],
)
def test_matching_by_hand(share, yuan, reason):
    rule = award(
        "matching",
        {"given": {"type": "money", "label_zh": "省奖"}},
        base_column="given",
        ratio=share,
    )
    assert pays(rule, {"given": 1_000_001}) == [yuan]
    assert why(rule, {"given": 1_000_001}) == [reason]


def test_checks_for_a_person_are_listed_after_their_name():
    rule = award("flat", {"ok": "bool"}, amount="1元", person_checks=("甲", "乙"))
    assert checks_zh(rule) == "须人工核定：甲；乙"
    assert checks_zh(FLAT) == ""


# --- what the columns must be -----------------------------------------------------------------


def test_floats_are_refused():
    with pytest.raises(TypeError, match="'approved_yuan' must be int64, not float64"):
        entitle(APPROVED, {"approved_yuan": np.array([1.0])})


def test_a_needed_column_must_be_there_and_lengths_agree():
    with pytest.raises(ValueError, match="needs the column 'approved_yuan'"):
        entitle(APPROVED, {"other": np.array([1])})
    with pytest.raises(ValueError, match=r"of one length; found \[1, 2\]"):
        entitle(APPROVED, {"approved_yuan": np.array([1]), "other": np.array([1, 2])})


def test_an_optional_column_may_be_absent():
    columns = {"paid": np.array([100_000_000])}
    assert entitle(UP_TO, columns).yuan.tolist() == [650_000]


def test_no_claims_give_no_entitlements():
    for rule in (FLAT, RISE, BEST, PARTS, ADDED, premium(), UP_TO, planted("sum")):
        assert pays(rule) == []
        assert why(rule) == []


def test_results_cannot_be_changed():
    found = entitle(APPROVED, {"approved_yuan": np.array([100])})
    with pytest.raises(ValueError, match="read-only"):
        found.yuan[0] = 1


# --- against a second calculation, in fractions, claim by claim -------------------------------

AMOUNT = st.one_of(
    st.sampled_from([Fraction(0), Fraction(1, 100), Fraction(100), Fraction(10**13)]),
    st.integers(0, 10**6).map(lambda fen: Fraction(fen, 100)),
    st.integers(0, 10**15).map(lambda fen: Fraction(fen, 100)),
)
QUANTITY = st.one_of(
    st.integers(0, 2000).map(Fraction),
    st.integers(0, 10**18).map(lambda parts: Fraction(parts, 10**6)),
)
SHARE = st.fractions(0, 1, max_denominator=1000)
YUAN = st.integers(0, 10**9)
MAYBE = st.none() | YUAN


def money(yuan: int | None) -> str | None:
    return None if yuan is None else f"{yuan}元"


def text(rate: Fraction) -> str:
    return f"{rate.numerator}/{rate.denominator}"


def capped(amount: Fraction, cap: int | None) -> int:
    return floor(amount if cap is None else min(amount, cap))


@STEADY
@given(data=st.data(), rate=SHARE, cap=YUAN, growth=SHARE, least=st.integers(0, 10**6))
def test_rate_of_increase_equals_the_oracle(data, rate, cap, growth, least):
    shares = [data.draw(SHARE), data.draw(SHARE)]
    rule = RISE.model_copy(
        update={
            "rate": rate,
            "cap": cap,
            "minimum_growth": growth,
            "minimums": {"now": least},
            "intensities": tuple(
                test.model_copy(update={"at_least": share})
                for test, share in zip(RISE.intensities, shares, strict=True)
            ),
        }
    )
    one = st.fixed_dictionaries(
        {
            "sure": st.booleans(),
            "now": AMOUNT,
            "before": AMOUNT,
            "revenue": st.none() | AMOUNT,
            "large": st.booleans(),
            "tech": st.booleans(),
        }
    )
    rows = data.draw(st.lists(one, min_size=1, max_size=5))

    def oracle(row: Row) -> int:
        rise = row["now"] - row["before"]
        good = row["sure"] and row["now"] >= least and row["before"] > 0
        good = good and rise / row["before"] >= growth
        for when, share in zip(("large", "tech"), shares, strict=True):
            if row[when]:
                of = row["revenue"]
                good = good and of is not None and row["now"] >= share * of
        return capped(max(rise, Fraction(0)) * rate, cap) if good else 0

    assert pays(rule, *rows) == [oracle(row) for row in rows]


@STEADY
@given(
    data=st.data(),
    rates=st.tuples(SHARE, SHARE, SHARE),
    cap=YUAN,
    bounds=st.lists(st.tuples(st.integers(0, 1000), st.integers(1, 1000)), min_size=3, max_size=3),
    way=st.sampled_from(["whole", "pro_rata"]),
    combine=st.sampled_from(["best", "sum"]),
)
def test_stepped_rate_equals_the_oracle(data, rates, cap, bounds, way, combine):
    base_rate, step_rate, maximum = rates
    measures = dict(zip(("tce", "co2", "water"), bounds, strict=True))
    rule = stepped(
        base_rate=text(base_rate),
        step_rate=text(step_rate),
        maximum_rate=text(maximum),
        cap=money(cap),
        measures={n: {"threshold": t, "step": s} for n, (t, s) in measures.items()},
        steps=way,
        measures_combine=combine,
        minimums={},
    )
    one = st.fixed_dictionaries(
        {"base": AMOUNT, "tce": QUANTITY, "co2": QUANTITY, "water": QUANTITY}
    )
    rows = data.draw(st.lists(one, min_size=1, max_size=5))

    def oracle(row: Row) -> int:
        steps: dict[str, Fraction] = {}
        for name, (threshold, step) in measures.items():
            if row[name] >= threshold:
                taken = (row[name] - threshold) / step
                steps[name] = Fraction(floor(taken)) if way == "whole" else taken
        found = [base_rate + step_rate * taken for taken in steps.values()]
        if combine == "sum" and {"tce", "co2"} & set(steps):
            together = steps.get("tce", Fraction(0)) + steps.get("co2", Fraction(0))
            found.append(base_rate + step_rate * together)
        return capped(row["base"] * min(max(found), maximum), cap) if found else 0

    assert pays(rule, *rows) == [oracle(row) for row in rows]


@STEADY
@given(
    data=st.data(), limit=SHARE, rate=SHARE, cap=YUAN, above=st.sampled_from(["limit", "refuse"])
)
def test_insured_premium_equals_the_oracle(data, limit, rate, cap, above):
    rule = premium(
        premium_rate_limit=text(limit), rate=text(rate), cap=money(cap), above_limit=above
    )
    paid = st.integers(0, 10**6).map(lambda parts: Fraction(parts, 10**6))
    one = st.fixed_dictionaries({"insured": AMOUNT, "rate": paid})
    rows = data.draw(st.lists(one, min_size=1, max_size=5))

    def oracle(row: Row) -> int:
        if above == "refuse" and row["rate"] > limit:
            return 0
        return capped(row["insured"] * min(row["rate"], limit) * rate, cap)

    assert pays(rule, *rows) == [oracle(row) for row in rows]


@STEADY
@given(data=st.data(), maximum=SHARE, cap=YUAN)
def test_rate_up_to_equals_the_oracle(data, maximum, cap):
    rule = UP_TO.model_copy(update={"maximum_rate": maximum, "cap": cap})
    granted = st.none() | st.integers(0, 10**6).map(lambda parts: Fraction(parts, 10**6))
    one = st.fixed_dictionaries({"paid": AMOUNT, "granted": granted})
    rows = data.draw(st.lists(one, min_size=1, max_size=5))
    expected = [
        capped(
            row["paid"] * (maximum if row["granted"] is None else min(row["granted"], maximum)), cap
        )
        for row in rows
    ]
    assert pays(rule, *rows) == expected


@STEADY
@given(
    data=st.data(),
    prices=st.tuples(st.integers(0, 10**5), st.integers(0, 10**5)),
    least=st.integers(0, 100),
    test=st.sampled_from(["each", "sum"]),
    cap=MAYBE,
)
def test_per_unit_equals_the_oracle(data, prices, least, test, cap):
    units = dict(zip(("rice", "rape"), prices, strict=True))
    rule = planted(test).model_copy(
        update={"units": units, "minimum_quantity": least, "cap": cap if cap is not None else 10**9}
    )
    one = st.fixed_dictionaries({"rice": QUANTITY, "rape": QUANTITY})
    rows = data.draw(st.lists(one, min_size=1, max_size=5))
    most = cap if cap is not None else 10**9

    def oracle(row: Row) -> int:
        if test == "sum":
            counted = row if row["rice"] + row["rape"] >= least else {}
        else:
            counted = {name: value for name, value in row.items() if value >= least}
        return capped(sum((units[n] * v for n, v in counted.items()), Fraction(0)), most)

    assert pays(rule, *rows) == [oracle(row) for row in rows]


@STEADY
@given(data=st.data(), share=st.fractions(0, 3, max_denominator=1000), cap=MAYBE)
def test_matching_and_approved_equal_the_oracle(data, share, cap):
    rule = award(
        "matching", {"given": "money"}, base_column="given", ratio=text(share), cap=money(cap)
    )
    amounts = data.draw(st.lists(AMOUNT, min_size=1, max_size=5))
    rows = [{"given": amount} for amount in amounts]
    assert pays(rule, *rows) == [capped(amount * share, cap) for amount in amounts]
    if cap is not None:
        allowed = APPROVED.model_copy(update={"cap": cap})
        rows = [{"approved_yuan": amount} for amount in amounts]
        assert pays(allowed, *rows) == [capped(amount, cap) for amount in amounts]


@STEADY
@given(
    amounts=st.lists(YUAN, min_size=1, max_size=4),
    uplift=SHARE,
    cap=MAYBE,
    within=st.booleans(),
    data=st.data(),
)
def test_grades_equal_the_oracle(amounts, uplift, cap, within, data):
    named = {f"g{position}": amount for position, amount in enumerate(amounts)}
    rule = award(
        "grades",
        {"grade": "choice", "new": "bool"},
        grades={name: money(amount) for name, amount in named.items()},
        uplift=text(uplift),
        uplift_column="new",
        cap=money(cap),
        uplift_within_cap=within,
    )
    one = st.fixed_dictionaries({"grade": st.sampled_from(list(named)), "new": st.booleans()})
    rows = data.draw(st.lists(one, min_size=1, max_size=5))

    def oracle(row: Row) -> int:
        factor = 1 + (uplift if row["new"] else 0)
        base = Fraction(named[row["grade"]])
        if within or cap is None:
            return capped(base * factor, cap)
        return floor(min(base, Fraction(cap)) * factor)

    assert pays(rule, *rows) == [oracle(row) for row in rows]


# --- laws -------------------------------------------------------------------------------------

MONOTONE: list[tuple[CostedAward, str, Callable[[Fraction], Row]]] = [
    (APPROVED, "approved_yuan", lambda x: {"approved_yuan": x}),
    (RISE, "now", lambda x: risen(x, 1_000_000, large=True, revenue=50_000_000)),
    (BEST, "base", lambda x: saved(base=x, tce=777, co2=5000)),
    (BEST, "tce", lambda x: saved(tce=x)),
    (PARTS, "co2", lambda x: saved(co2=x, tce=555)),
    (ADDED, "tce", lambda x: saved(co2=999, tce=x)),
    (premium(), "insured", lambda x: {"insured": x, "rate": "0.0173"}),
    (UP_TO, "paid", lambda x: {"paid": x, "granted": None}),
    (planted("each"), "rape", lambda x: {"rape": x, "rice": 49}),
    (planted("sum"), "rice", lambda x: {"rape": 20, "rice": x}),
]


@pytest.mark.parametrize(("rule", "column", "row"), MONOTONE)
@settings(STEADY, max_examples=40)
@given(pair=st.tuples(QUANTITY, QUANTITY))
def test_more_never_pays_less_and_no_claim_passes_its_ceiling(rule, column, row, pair):
    small, large = sorted(Fraction(floor(value * 100), 100) for value in pair)
    assert column in rule.columns
    less, more = pays(rule, row(small), row(large))
    most = ceiling(rule)
    assert 0 <= less <= more
    assert most is None or more <= most


@STEADY
@given(
    order=st.permutations(range(6)),
    values=st.lists(st.integers(0, 10**7), min_size=6, max_size=6),
)
def test_a_claim_is_paid_the_same_wherever_it_stands(order, values):
    rows = [risen(now, 1_000_000) for now in values]
    paid = pays(RISE, *rows)
    assert pays(RISE, *(rows[at] for at in order)) == [paid[at] for at in order]


def test_huge_quantities_do_not_wrap_around():
    """10**12 units at 9 000 000 yuan are 9 x 10**18 yuan: nearly all that int64 holds."""
    rule = award("per_unit", {"teu": "number"}, units={"teu": "9000000元"})
    assert pays(rule, {"teu": 10**12}) == [9 * 10**18]
    with pytest.raises(OverflowError, match="more than 18 digits"):
        pays(award("per_unit", {"teu": "number"}, units={"teu": "10000000元"}), {"teu": 10**12})
