"""Money, rates and counts are read and printed exactly, whatever way a paper writes them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.money import UNITS, format_money, format_rate, parse_money, parse_rate

YUAN = st.integers(min_value=-(10**15), max_value=10**15)
RATES = st.fractions(min_value=-100, max_value=100, max_denominator=10**7)


@pytest.mark.parametrize(
    ("text", "yuan"),
    [
        ("64.96亿元", 6_496_000_000),
        ("0.69亿", 69_000_000),
        ("8700万元", 87_000_000),
        ("1,500万元", 15_000_000),
        ("1,234,567元", 1_234_567),
        ("3万", 30_000),
        ("0.0001万元", 1),
        ("0.00000001亿元", 1),
        ("200元", 200),
        ("0元", 0),
        ("-5万元", -50_000),
        ("+5万元", 50_000),
        ("112.42 亿元", 11_242_000_000),
        ("  7600万元\n", 76_000_000),
        ("１２．５万元", 125_000),
        ("１，５００元", 1_500),
        ("－５万元", -50_000),
        ("500\u3000万元", 5_000_000),
        ("90071992.54740993亿元", 9_007_199_254_740_993),  # 2**53 + 1, which no float holds
    ],
)
def test_an_amount_is_read_exactly(text, yuan):
    assert parse_money(text) == yuan


@pytest.mark.parametrize(
    "text",
    [
        "500",
        "",
        "万元",
        "5百万元",
        "1e3元",
        "五万元",
        "5万元左右",
        "约5万元",
        "5万 元",
        "5美元",
        "1,5万元",  # a decimal comma is not a comma between thousands
        "1,2345元",
        ",500元",
        "1.万元",
        ".5万元",
        "--5元",
        "5.0.0元",
        "1_000元",
        "٣元",
    ],
)
def test_what_is_no_amount_with_a_unit_is_refused(text):
    with pytest.raises(ValueError, match="is not an amount of money with a unit") as caught:
        parse_money(text)
    assert str(caught.value) == f"'{text}' is not an amount of money with a unit"


@pytest.mark.parametrize("text", ["0.5元", "0.00001万元", "1.000000001亿元"])
def test_parts_of_a_yuan_are_refused(text):
    with pytest.raises(ValueError, match="yuan") as caught:
        parse_money(text)
    assert str(caught.value) == f"'{text}' is not a whole number of yuan"


@pytest.mark.parametrize(
    ("yuan", "text"),
    [
        (0, "0元"),
        (1, "1元"),
        (9_999, "9,999元"),
        (10_000, "1万元"),
        (10_100, "1.01万元"),
        (10_001, "10,001元"),
        (15_000_000, "1,500万元"),
        (313_200_000, "31,320万元"),
        (100_000_000, "1亿元"),
        (11_242_000_000, "112.42亿元"),
        (11_242_000_001, "11,242,000,001元"),
        (110_000_000, "1.1亿元"),
        (-50_000, "-5万元"),
        (-150_000_000, "-1.5亿元"),
        (-1, "-1元"),
    ],
)
def test_an_amount_is_printed_with_the_largest_unit_of_two_decimals(yuan, text):
    assert format_money(yuan) == text


@given(YUAN)
def test_what_is_printed_reads_back_as_the_same_amount(yuan):
    assert parse_money(format_money(yuan)) == yuan


@given(st.integers(0, 10**9), st.integers(0, 8), st.sampled_from(sorted(UNITS)))
def test_reading_equals_exact_multiplication(digits, decimals, unit):
    whole, part = divmod(digits, 10**decimals)
    text = f"{whole}.{part:0{decimals}d}" if decimals else str(whole)
    expected = Fraction(digits, 10**decimals) * UNITS[unit]
    if expected.denominator == 1:
        assert parse_money(text + unit) == expected
    else:
        with pytest.raises(ValueError, match="not a whole number of yuan"):
            parse_money(text + unit)


@given(st.text(alphabet="0123456789.,+-亿万元 ％", max_size=12))
def test_any_text_is_an_exact_amount_or_refused(text):
    try:
        yuan = parse_money(text)
    except ValueError:
        return
    assert isinstance(yuan, int)
    assert text.strip().endswith(("亿", "万", "元"))


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("10%", Fraction(1, 10)),
        ("3.5%", Fraction(7, 200)),
        ("１２％", Fraction(12, 100)),
        ("100 %", Fraction(1)),
        ("2/3", Fraction(2, 3)),
        ("1.5 / 2", Fraction(3, 4)),
        ("１／６", Fraction(1, 6)),
        ("1/1", Fraction(1)),
        ("-10%", Fraction(-1, 10)),
        ("-2/3", Fraction(-2, 3)),
        ("1,000%", Fraction(10)),
    ],
)
def test_a_rate_is_read_exactly(text, rate):
    assert parse_rate(text) == rate


@pytest.mark.parametrize("text", ["0.1", "10", "10%%", "1/0", "2/-3", "1:1.5", "ten%", "", "1e1%"])
def test_what_is_no_rate_is_refused(text):
    with pytest.raises(ValueError, match="neither") as caught:
        parse_rate(text)
    assert str(caught.value) == f"'{text}' is neither a percentage nor a quotient"


@pytest.mark.parametrize(
    ("rate", "text"),
    [
        (Fraction(0), "0%"),
        (Fraction(1, 10), "10%"),
        (Fraction(33, 400), "8.25%"),
        (Fraction(1, 1_000_000), "0.0001%"),
        (Fraction(1, 10_000_000), "1/10000000"),
        (Fraction(2, 3), "2/3"),
        (Fraction(7, 3), "7/3"),
        (Fraction(3, 2), "150%"),
        (Fraction(-1, 10), "-10%"),
    ],
)
def test_a_rate_is_printed_as_a_percentage_that_ends_or_as_a_quotient(rate, text):
    assert format_rate(rate) == text


@given(RATES)
def test_a_printed_rate_reads_back_as_the_same_rate(rate):
    assert parse_rate(format_rate(rate)) == rate
