"""How a number is printed in a report, in Chinese and in English."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from model.money import WAN, YI, format_money

Language = Literal["zh", "en"]
NOTHING = "—"
_MILLION = 1_000_000


def _digits(value: Decimal, places: int) -> str:
    """Rounded half up, thousands set off by commas, never a negative zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return f"{abs(rounded) if rounded == 0 else rounded:,.{places}f}"


def money_phrase(yuan: int, language: Language) -> str:
    """An amount inside a sentence, with its unit, rounded to what a reader can use.

    >>> money_phrase(459_000_000, "zh"), money_phrase(34_200_000, "zh")
    ('4.59亿元', '3,420万元')
    >>> money_phrase(459_000_000, "en"), money_phrase(60_000, "en")
    ('459 million yuan', '60 thousand yuan')
    >>> money_phrase(4_000, "zh"), money_phrase(4_000, "en"), money_phrase(0, "zh")
    ('不足1万元', 'less than 10 thousand yuan', '0万元')
    """
    amount = Decimal(yuan)
    if 0 < yuan < WAN:
        return "不足1万元" if language == "zh" else "less than 10 thousand yuan"
    if language == "zh":
        if abs(yuan) >= YI:
            return f"{_digits(amount / YI, 2)}亿元"
        places = 0 if abs(yuan) >= 100 * WAN or yuan % WAN == 0 else 1
        return f"{_digits(amount / WAN, places)}万元"
    if abs(yuan) >= _MILLION:
        places = 0 if abs(yuan) >= 100 * _MILLION else 2
        digits = _digits(amount / _MILLION, places)
        return f"{digits.rstrip('0').rstrip('.') if '.' in digits else digits} million yuan"
    return f"{_digits(amount / 1000, 0)} thousand yuan" if yuan else "0 yuan"


def money_exactly(yuan: int, language: Language) -> str:
    """An amount to the yuan, with its unit.

    >>> money_exactly(16_150_000, "zh"), money_exactly(16_150_001, "en"), money_exactly(900, "en")
    ('1,615万元', '16.150001 million yuan', '900 yuan')
    """
    if language == "zh":
        return format_money(yuan)
    if abs(yuan) < _MILLION:
        return f"{yuan:,} yuan"
    return f"{_digits(Decimal(yuan) / _MILLION, 6).rstrip('0').rstrip('.')} million yuan"


def money_cell(yuan: int | None, language: Language) -> str:
    """An amount in a table of accounts: 万元 in Chinese, million yuan in English.

    What is more than nothing is never printed as nothing.

    >>> money_cell(34_200_000, "zh"), money_cell(34_200_000, "en"), money_cell(None, "zh")
    ('3,420', '34.20', '—')
    >>> money_cell(400, "zh"), money_cell(400, "en"), money_cell(0, "zh")
    ('不足1', 'under 0.01', '0')
    """
    if yuan is None:
        return NOTHING
    cell = _plain_cell(yuan, language)
    if yuan > 0 and not cell.strip("0."):
        return "不足1" if language == "zh" else "under 0.01"
    return cell


def _plain_cell(yuan: int, language: Language) -> str:
    """The amount in the unit of tables, a small one rounded to nothing."""
    if language == "zh":
        return _digits(Decimal(yuan) / WAN, 0)
    return _digits(Decimal(yuan) / _MILLION, 2)


def unit_price_cell(yuan: int | None, language: Language) -> str:
    """What one of something costs, which may be a small part of the table's unit.

    >>> unit_price_cell(2_800, "zh"), unit_price_cell(15_000_000, "en")
    ('0.28', '15')
    """
    if yuan is None:
        return NOTHING
    return number(yuan / (WAN if language == "zh" else _MILLION))


def axis_cell(yuan: float, language: Language) -> str:
    """An amount on an axis, in the unit of tables, without the noughts that say nothing.

    >>> axis_cell(34_000_000.0, "zh"), axis_cell(34_000_000.0, "en"), axis_cell(250_000, "en")
    ('3,400', '34', '0.25')
    """
    text = _plain_cell(round(yuan), language)
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_change(yuan: int | None, language: Language) -> str:
    """Like `money_cell`, with a plus sign before a rise that can be seen.

    >>> money_change(34_200_000, "zh"), money_change(400, "zh"), money_change(-20_000, "zh")
    ('+3,420', '0', '-2')
    """
    if yuan is None:
        return NOTHING
    cell = _plain_cell(yuan, language)
    return f"+{cell}" if yuan > 0 and cell.strip("0.") else cell


def large_money_cell(yuan: int | None, language: Language) -> str:
    """An amount in a table of printed lines: 亿元 in Chinese, million yuan in English."""
    if yuan is None:
        return NOTHING
    return _digits(Decimal(yuan) / (YI if language == "zh" else _MILLION), 2)


def chance(probability: float | None, language: Language) -> str:
    """A chance in whole percent; below 1 % and above 99 % only as such.

    >>> chance(0.1234, "zh"), chance(0.0, "zh"), chance(0.995, "en")
    ('12%', '低于1%', 'above 99%')
    """
    if probability is None:
        return NOTHING
    if probability < 0.01:
        return "低于1%" if language == "zh" else "below 1%"
    if probability > 0.99:
        return "高于99%" if language == "zh" else "above 99%"
    return percent(probability)


def fine_chance(probability: float | None, language: Language) -> str:
    """A chance to a tenth of a percent, to be held against a limit; its ends as in `chance`.

    >>> fine_chance(0.03295, "zh"), fine_chance(0.05, "zh"), fine_chance(0.004, "en")
    ('3.3%', '5.0%', 'below 1%')
    """
    if probability is None or not 0.01 <= probability <= 0.99:
        return chance(probability, language)
    return f"{_digits(Decimal(str(probability)) * 100, 1)}%"


def chance_range(low: float | None, high: float | None, language: Language) -> str:
    """The two ends of a chance over the assumptions.

    >>> chance_range(0.0, 0.97, "zh")
    '低于1%至97%'
    """
    if low is None or high is None:
        return NOTHING
    ends = chance(low, language), chance(high, language)
    if ends[0] == ends[1]:
        return ends[0]
    return f"{ends[0]}至{ends[1]}" if language == "zh" else f"{ends[0]} to {ends[1]}"


def percent(share: float | None) -> str:
    """A share in whole percent."""
    return NOTHING if share is None else f"{_digits(Decimal(str(share)) * 100, 0)}%"


def not_quite_whole(share: float) -> str:
    """A share in whole percent; what is less than all of it is not printed as all of it.

    >>> not_quite_whole(0.984), not_quite_whole(0.997852), not_quite_whole(0.99999)
    ('98%', '99.8%', '99.9%')
    >>> not_quite_whole(1.0)
    '100%'
    """
    if not 0.995 <= share < 1:
        return percent(share)
    return f"{_digits(Decimal(str(min(share, 0.999))) * 100, 1)}%"


def number(value: Any) -> str:
    """A count or figure with at most three significant decimals; a text stays as it is.

    >>> number(23.4), number(1480), number(0.85), number(None), number("A")
    ('23.4', '1,480', '0.85', '—', 'A')
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value)
    places = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 3
    digits = _digits(Decimal(str(value)), places)
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def count(value: float) -> str:
    """How many of something, as one would say it.

    >>> count(5.128), count(17), count(0.614), count(1061)
    ('5.1', '17', '0.61', '1,061')
    """
    digits = _digits(Decimal(str(value)), 0 if value >= 100 else 1 if value >= 1 else 2)
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def counted_cell(entry: Mapping[str, Any], field: str) -> str:
    """A count of a break-even; where no award is counted but a payment progress, in percent.

    >>> counted_cell({"award": "A1", "count_at_5": 16.32}, "count_at_5")
    '16.3'
    >>> counted_cell({"award": None, "count_at_5": 0.9157}, "count_at_5")
    '91.6%'
    """
    value = entry.get(field)
    if value is None:
        return NOTHING
    if entry.get("award") is None:
        return f"{_digits(Decimal(str(value)) * 100, 1)}%"
    return count(value)


def error_cell(entry: Mapping[str, Any], field: str, language: Language) -> str:
    """The sampling error that stands beside an estimate: money, or percentage points."""
    error = entry.get(f"{field}_se")
    if error is None:
        return NOTHING
    if field.endswith("_yuan"):
        return _plain_cell(round(error), language)
    return _digits(Decimal(str(error)) * 100, 1)
