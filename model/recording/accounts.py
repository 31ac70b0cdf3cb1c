"""The record's accounts: risk, range over the assumptions, break-evens and warnings."""

from __future__ import annotations

from model.demand.breakeven import BreakEven
from model.demand.run_out import run_out_month
from model.money import format_money
from model.outcome import Judgement, Outcome
from model.recording.estimates import Entry, account_risk
from model.recording.grounds import reasons, say_value


def record_accounts(outcome: Outcome) -> list[Entry]:
    """Every account, in the order of the document."""
    return [_account(outcome, judgement) for judgement in outcome.judgements.values()]


def _account(outcome: Outcome, judgement: Judgement) -> Entry:
    spec = outcome.scenario.book.accounts[judgement.account]
    low, high = judgement.gap_range
    return {
        "id": judgement.account,
        "name_zh": spec.name_zh,
        "name_en": spec.name_en,
        "department_zh": spec.department_zh,
        "funds": list(outcome.scenario.accounts[judgement.account]),
        "evidence": spec.evidence,
        **reasons(outcome.scenario.book, spec, "evidence"),
        "verdict": judgement.verdict,
        **account_risk(judgement.risk),
        "used_share_p50": round(judgement.risk.used_share_p50, 6),
        **run_out(judgement.run_out),
        "exceedance": [
            {"amount_yuan": yuan, "chance": round(chance, 6)}
            for yuan, chance in judgement.exceedance
        ],
        "gap_probability_low": round(low, 6),
        "gap_probability_high": round(high, 6),
        "gap_low_assumption": _assumption_at(judgement, low),
        "gap_high_assumption": _assumption_at(judgement, high),
        "break_evens": [_break_even(outcome, each) for each in judgement.break_evens],
        "warnings": [{"zh": zh, "en": en} for zh, en in judgement.warnings],
        "sensitivity": _sensitivity(outcome, judgement),
    }


def run_out(chances: tuple[float, ...]) -> Entry:
    """By whose end the money has run out: twelve chances, and the month (1 to 12) in which it has
    in 10, 50 and 90 % of all years; null where it never has in so many.
    """
    printed = tuple(round(chance, 6) for chance in chances)
    return {
        "run_out_probability_by_month": list(printed),
        **{f"run_out_month_p{p}": run_out_month(printed, p / 100) for p in (10, 50, 90)},
    }


def _assumption_at(judgement: Judgement, chance: float) -> str | None:
    """The assumption that gives this chance; None where the central ones print the same."""
    if round(chance, 6) == round(judgement.risk.gap_probability.value, 6):
        return None
    return next(e.assumption for e in judgement.effects if e.gap_probability == chance)


def _sensitivity(outcome: Outcome, judgement: Judgement) -> list[Entry]:
    """The effect of each assumption at low and high, the strongest assumption first."""
    figures = outcome.scenario.book.uncertain()
    central = judgement.risk.demand_mean_yuan.value
    swing: dict[str, float] = {}
    for effect in judgement.effects:
        moved = abs(effect.demand_mean_yuan - central) + abs(
            effect.committed_yuan - judgement.risk.committed_yuan
        )
        swing[effect.assumption] = max(swing.get(effect.assumption, 0.0), moved)
    ordered = sorted(judgement.effects, key=lambda e: (-swing[e.assumption], e.assumption, e.at))
    return [
        {
            "assumption": effect.assumption,
            "name_zh": figures[effect.assumption].name_zh,
            "name_en": figures[effect.assumption].name_en,
            "at": effect.at,
            "value": say_value(figures[effect.assumption], effect.at),
            "gap_probability": round(effect.gap_probability, 6),
            "demand_mean_yuan": round(effect.demand_mean_yuan),
            "committed_yuan": effect.committed_yuan,
        }
        for effect in ordered
    ]


def _break_even(outcome: Outcome, each: BreakEven) -> Entry:
    name_zh, name_en, unit = _counted(outcome, each)
    text_zh, text_en = _words(each, name_zh, name_en, unit)
    return {
        "award": each.award,
        **_clause(outcome, each.award),
        "grade": each.grade,
        "name_zh": name_zh,
        "name_en": name_en,
        "unit_zh": unit,
        "unit_yuan": each.unit_yuan,
        "unit_is_printed": each.unit_is_printed,
        "money_pays": each.money_pays,
        "count_central": round(each.count_central, 4),
        "count_at_5": None if each.count_at_5 is None else round(each.count_at_5, 4),
        "count_at_50": None if each.count_at_50 is None else round(each.count_at_50, 4),
        "searched_to": None if each.searched_to is None else round(each.searched_to, 1),
        "text_zh": text_zh,
        "text_en": text_en,
    }


def _clause(outcome: Outcome, award: str | None) -> Entry:
    """The clause that an award stands in; nothing where no award is counted."""
    if award is None:
        return {"clause": None, "clause_zh": ""}
    number = outcome.scenario.document.awards[award].clause
    return {"clause": number, "clause_zh": outcome.scenario.document.clauses[number].numeral_zh}


def _counted(outcome: Outcome, each: BreakEven) -> tuple[str, str, str]:
    """What is counted, in Chinese and English, and its counting word."""
    if each.award is None:
        return "年度支付进度", "payment progress of the year", ""
    award = outcome.scenario.document.costed()[each.award]
    name_en = f"{each.award} {award.name_en}".strip()
    if each.grade is None:
        return award.name_zh, name_en, award.unit_zh
    grade = f"{each.grade}档" if len(each.grade) == 1 else each.grade
    return f"{award.name_zh}（{grade}）", f"{name_en} ({each.grade})", award.unit_zh


def _words(each: BreakEven, name_zh: str, name_en: str, unit: str) -> tuple[str, str]:
    if each.award is None:
        at_5, at_50 = each.count_at_5 or 0.0, each.count_at_50 or 0.0
        return (
            f"年度支付进度达到{at_5:.1%}时缺口可能性为5%，达到{at_50:.1%}时为一半"
            f"（中心假设{each.count_central:.0%}）",
            f"at a payment progress of {at_5:.1%} the chance of a gap is 5%,"
            f" at {at_50:.1%} one half (assumed {each.count_central:.0%})",
        )
    one = f"每{unit}" if each.unit_is_printed else f"平均每{unit}"
    turn_zh, turn_en = _turns(each, unit)
    return (
        f"可用资金够付{each.money_pays:,}{unit}{name_zh}（{one}{_wan(each)}）；{turn_zh}",
        f"the available money alone pays {each.money_pays:,} claims of {name_en}"
        f" ({_yuan(each)}); {turn_en}",
    )


def _wan(each: BreakEven) -> str:
    if each.unit_is_printed:
        return format_money(each.unit_yuan)
    wan = each.unit_yuan / 10_000
    return f"约{wan:,.1f}万元" if wan >= 10 else f"约{wan:.2g}万元"


def _yuan(each: BreakEven) -> str:
    """What one costs; a mean to four digits."""
    if each.unit_is_printed:
        return f"{each.unit_yuan:,} yuan each"
    return f"about {round(float(f'{each.unit_yuan:.4g}')):,} yuan each"


def _count(count: float) -> str:
    """A mean number of claims with no more digits than it can bear.

    >>> _count(1476.6), _count(18.04), _count(9.96), _count(0.015)
    ('1,477', '18', '10', '0.015')
    """
    if count >= 100:
        return f"{count:,.0f}"
    text = f"{count:.1f}" if count >= 1 else f"{count:.2g}"
    return text.removesuffix(".0")


def _turns(each: BreakEven, unit: str) -> tuple[str, str]:
    """Where the chance of a gap turns, as the mean number of claims a year."""
    central_zh, central_en = (
        f"中心假设每年{_count(each.count_central)}{unit}",
        _count(each.count_central),
    )
    if each.grade is not None:
        return central_zh, f"{central_en} a year assumed"
    if each.searched_to is None:
        return f"每年{_count(each.count_central)}{unit}，没有增减", (
            f"{_count(each.count_central)} in every year"
        )
    if each.count_at_50 is None and each.count_at_5 is None:
        most = f"{each.searched_to:,.0f}"
        return (
            f"其他申报不变，每年{most}{unit}以内缺口可能性不到5%（{central_zh}）",
            f"all else central, up to {most} a year the chance of a gap stays below 5% (assumed"
            f" {central_en})",
        )
    parts_zh, parts_en = [], []
    for count, words_zh, words_en in (
        (each.count_at_5, "5%", "5%"),
        (each.count_at_50, "一半", "one half"),
    ):
        if count == 0:
            parts_zh.append(f"即使没有这类申报，缺口可能性也达到{words_zh}")
            parts_en.append(f"the chance is at least {words_en} even without such claims")
        elif count is not None:
            parts_zh.append(f"每年平均{_count(count)}{unit}时缺口可能性为{words_zh}")
            parts_en.append(f"at {_count(count)} a year the chance is {words_en}")
    return (
        f"其他申报不变，{'，'.join(parts_zh)}（{central_zh}）",
        f"all else central, {', '.join(parts_en)} (assumed {central_en})",
    )
