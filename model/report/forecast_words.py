"""What a forecast or a backtest prints: a table and sentences from its record, zh or en."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.report.numerals import money_cell, money_exactly
from model.report.wording import Wording

Entry = Mapping[str, Any]
FEW_YEARS = 5
HEADINGS = ("account", "claimed", "year", "available", "chance", "chance_at_start", "run_out")


def forecast_headings(words: Wording) -> tuple[str, ...]:
    """The heads of the table of judged accounts."""
    return tuple(words(f"table.{name}") for name in HEADINGS)


def forecast_row(account: Entry, words: Wording) -> tuple[str, ...]:
    """One judged account; money in the unit of tables."""

    def money(name: str) -> str:
        return money_cell(account[name], words.language)

    first = account["run_out_month_p10"]
    low, high = money("year_p05_yuan"), money("year_p95_yuan")
    return (
        words.of(account, "name"),
        money("claimed_yuan"),
        words("table.middle", mean=money("year_mean_yuan"), low=low, high=high),
        money("available_yuan"),
        _chance(account["gap_probability"]),
        _chance(account["gap_probability_at_start"]),
        words("table.never") if first is None else words("table.month", n=str(first)),
    )


def _chance(chance: float) -> str:
    return "<1%" if chance < 0.01 else ">99%" if chance > 0.99 else f"{chance:.0%}"


def forecast_notes(record: Entry, words: Wording) -> Iterator[str]:
    """The plan, what of the register did not count and why, and what the numbers rest on."""
    yield from _plan(record["plan"], words)
    yield from _register(record, words)
    yield words("basis.units")
    yield words("basis.sizes", like=f"{record['sizes_like']:g}")
    paper, year = str(record["paper_year"]), record["as_of"][:4]
    if paper != year:
        yield words("basis.other_year", paper=paper, year=year)


def _plan(plan: Entry, words: Wording) -> Iterator[str]:
    if plan["status"] != "optimal":
        for clash in plan["clashes"]:
            limits = words("list.semicolon").join(clash["limits"])
            short = money_exactly(clash["short_yuan"], words.language)
            yield words("plan.clash", short=short, limits=limits)
    elif not plan["transfers"]:
        yield words("plan.none")
    for each in plan["transfers"]:
        yield words(
            "plan.transfer",
            giver=words.of(each, "from"),
            receiver=words.of(each, "to"),
            amount=money_exactly(each["amount_yuan"], words.language),
            approval=words.of(each, "approval"),
        )


def _register(record: Entry, words: Wording) -> Iterator[str]:
    """What counted, and a sentence for each reason why something did not or was not updated."""
    day, claims, register = record["as_of"], record["claims"], record["register"]
    counts = {
        "later": claims["later"],
        "other_year": claims["other_year"],
        "undated": claims["undated"],
        "refused": register["rows_refused"],
        "set_aside": register["rows_set_aside"],
    }
    yield words("register.counted", day=day, n=f"{claims['counted']:,}")
    for reason, count in counts.items():
        if count:
            yield words(f"register.{reason}", n=f"{count:,}", day=day, year=day[:4])
    missing = {award["account"] for award in record["awards"] if not award["covered"]}
    names = [words.of(row, "name") for row in record["accounts"] if row["id"] in missing]
    if names:
        yield words("register.not_covered", accounts=words.join(names))
    for award in record["awards"]:
        if award["beyond_bounds"]:
            told = {"award": award["id"], "name": words.of(award, "name"), "pool": award["pool"]}
            yield words("register.beyond_bounds", n=str(award["claims"]), **told)


def backtest_notes(record: Entry, words: Wording) -> Iterator[str]:
    """How often forecasts held, which assumptions the facts refute, and what to look at first."""
    yield words("backtest.cases", n=str(len(record["cases"])))
    for each in record["coverage"]:
        if each["month"] is None:
            stated, found, error = each["stated"], each["found"], 2 * each["found_se"]
            told = {"stated": f"{stated:.0%}", "found": f"{found:.0%}", "error": f"{error:.0%}"}
            yield words("backtest.coverage", **told)
    yield from _refuted("count", record["counts"], record["refuted_below"], words)
    yield from _refuted("size", record["sizes"], record["refuted_below"], words)
    for year in record["years"]:
        told = {"year": str(year["year"]), "n": f"{year['claims']:,}", "day": year["last_day"]}
        yield words("backtest.year", **told)
    if len(record["years"]) < FEW_YEARS:
        yield words("backtest.few", n=str(len(record["years"])))


def _refuted(
    kind: str, verdicts: Sequence[Entry], refuted_below: float, words: Wording
) -> Iterator[str]:
    """How many assumptions of a kind the facts refute; of each what came, and what was assumed.

    Args:
        kind: ``count`` or ``size``.
    """
    tell = {"count": _count, "size": _size}[kind]
    rejected = [each for each in verdicts if each["rejected"]]
    by_chance = f"{max(refuted_below * len(verdicts), 0.1):.1f}"
    n, tested = str(len(rejected)), str(len(verdicts))
    yield words(f"backtest.{kind}s", n=n, tested=tested, by_chance=by_chance)
    for each in rejected:
        key, told = tell(each, words)
        yield words(key, award=each["award"], name=words.of(each, "name"), **told)


def _count(each: Entry, words: Wording) -> tuple[str, dict[str, str]]:
    return "backtest.count", {
        "n": f"{sum(each['counts']):,}",
        "low": f"{each['low']:,}",
        "high": f"{each['high']:,}",
        "expected": f"{each['expected']:,.1f}",
        "path": f"pools.{each['pool']}",
    }


def _size(each: Entry, words: Wording) -> tuple[str, dict[str, str]]:
    low, high = each["low_yuan"], each["high_yuan"]
    return "backtest.size_fixed" if low == high else "backtest.size", {
        "n": f"{each['claims']:,}",
        "money": money_exactly(each["city_yuan"], words.language),
        "low": money_exactly(low, words.language),
        "high": money_exactly(high, words.language),
        "path": f"pools.{each['pool']}.claims.{each['award']}",
    }
