"""Chapter: where it will run short and where money will lie idle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    bullets,
    heading,
    paragraph,
    picture,
    plain,
    runs,
    table,
    two_lines,
)
from model.report.charts import as_svg, sensitivity_strips
from model.report.numerals import (
    NOTHING,
    chance,
    chance_range,
    error_cell,
    large_money_cell,
    money_cell,
    money_phrase,
    number,
    percent,
)
from model.report.record import Record
from model.report.sentences import break_even_sentence, by_danger, judged, unjudged
from model.report.wording import Wording

Entry = Mapping[str, Any]
# The riskiest accounts, and the assumptions that move each most: more strips than this blur.
_STRIPPED_ACCOUNTS = 4
_STRIPS = 8


def risk_chapter(record: Record, words: Wording) -> list[Block]:
    """Accounts, break-evens, what matters most, domains and lines, and what nobody can judge."""
    ordered = by_danger(judged(record.accounts))
    return [
        heading(1, words("risk.title")),
        heading(2, words("risk.accounts")),
        _opening(record, len(ordered), words),
        _risk_table(ordered, words),
        _money_table(ordered, words),
        *_warnings(record, words),
        *_break_evens(ordered, words),
        *_sensitivity(record, ordered, words),
        *_unknown(record, words),
        *_by_line(record, words),
    ]


def _opening(record: Record, n: int, words: Wording) -> Block:
    totals = record.totals
    fields = ("expected_unpaid_yuan", "expected_idle_yuan", "gap_probability")
    if any(totals.get(field) is None for field in fields):
        return paragraph(runs(words, "risk.intro_short", n=str(n)))
    content = runs(
        words,
        "risk.intro",
        n=str(n),
        unpaid=money_phrase(totals["expected_unpaid_yuan"], words.language),
        idle=money_phrase(totals["expected_idle_yuan"], words.language),
        chance=chance(totals["gap_probability"], words.language),
    )
    return paragraph(content)


def with_error(entry: Entry, field: str, words: Wording, where: str = "small") -> Cell:
    """An estimate of money or of a share with its sampling error, below it or `beside` it.

    A chance that is printed only as below 1 % or above 99 % claims no more than that.
    """
    value = entry.get(field)
    if value is None:
        return NOTHING
    error = error_cell(entry, field, words.language)
    if field.endswith("_yuan"):
        text = money_cell(value, words.language)
    elif "probability" in field:
        text = chance(value, words.language)
        error = error if 0.01 <= value <= 0.99 else NOTHING
    else:
        text = percent(value)
    return text if error.strip("0.") in {"", NOTHING} else {"text": text, where: f"±{error}"}


def _risk_table(accounts: Sequence[Entry], words: Wording) -> Block:
    columns = [
        Column(head=words("risk.account"), share=28),
        Column(head=words("risk.verdict"), share=21),
        Column(head=words("risk.chance"), share=14, figures=True),
        Column(head=words("risk.range"), share=28, figures=True),
        Column(head=words("risk.unpaid"), share=14, figures=True),
        Column(head=words("risk.worst"), share=18, figures=True),
        Column(head=words("risk.idle"), share=15, figures=True),
        Column(head=words("risk.rate"), share=16, figures=True),
        Column(head=words("risk.payout"), share=15, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            two_lines(words.of(account, "name"), words(f"evidence.{account['evidence']}")),
            words(f"verdict.{account['verdict']}"),
            with_error(account, "gap_probability", words),
            chance_range(
                account.get("gap_probability_low"),
                account.get("gap_probability_high"),
                words.language,
            ),
            *(
                with_error(account, field, words)
                for field in (
                    "expected_unpaid_yuan",
                    "worst_share_unpaid_yuan",
                    "expected_idle_yuan",
                    "execution_rate_p50",
                    "payout_ratio",
                )
            ),
        ]
        for account in accounts
    ]
    return table(words("risk.risk_caption", unit=words("unit.table")), columns, rows)


def _money_table(accounts: Sequence[Entry], words: Wording) -> Block:
    heads = {
        "budget": "budget_yuan",
        "committed": "committed_yuan",
        "available": "available_yuan",
        "mean": "demand_mean_yuan",
        "p50": "demand_p50_yuan",
        "p80": "demand_p80_yuan",
        "p95": "demand_p95_yuan",
        "p99": "demand_p99_yuan",
    }
    columns = [
        Column(head=words("risk.account"), share=3.2),
        *(Column(head=words(f"risk.{head}"), share=1.4, figures=True) for head in heads),
    ]
    rows: list[list[Cell]] = [
        [
            words.of(account, "name"),
            *(with_error(account, field, words) for field in heads.values()),
        ]
        for account in accounts
    ]
    return table(words("risk.money_caption", unit=words("unit.table")), columns, rows)


def _warnings(record: Record, words: Wording) -> list[Block]:
    items = [
        runs(
            words,
            "risk.warning",
            account=words.of(account, "name"),
            text=str(warning.get(words.language) or warning.get("zh", "")).rstrip("。."),
        )
        for account in record.accounts
        for warning in account["warnings"]
    ]
    return [heading(2, words("risk.warnings_title")), bullets(items)] if items else []


def _break_evens(accounts: Sequence[Entry], words: Wording) -> list[Block]:
    columns = [
        Column(head=words("risk.account"), share=27),
        Column(head=words("risk.what"), share=30),
        Column(head=words("risk.unit_price", unit=words("unit.table")), share=17, figures=True),
        Column(head=words("risk.pays"), share=13, figures=True),
        Column(head=words("risk.central"), share=16, figures=True),
        Column(head=words("risk.at_5"), share=15, figures=True),
        Column(head=words("risk.at_50"), share=15, figures=True),
        Column(head=words("risk.said"), share=38),
    ]
    rows: list[list[Cell]] = []
    for account in accounts:
        for entry in account["break_evens"]:
            counts = ("money_pays", "count_central", "count_at_5", "count_at_50")
            rows.append(
                [
                    words.of(account, "name"),
                    two_lines(words.of(entry, "name"), str(entry.get("award") or "")),
                    money_cell(entry.get("unit_yuan"), words.language),
                    *(number(entry.get(count)) for count in counts),
                    break_even_sentence(entry, words),
                ]
            )
    if not rows:
        return []
    return [
        heading(2, words("risk.even_title")),
        paragraph(plain(words("risk.even_intro"))),
        table(words("risk.even_caption"), columns, rows),
    ]


def strips_of(account: Entry, words: Wording) -> list[tuple[str, float, float]]:
    """For each assumption its name and the chance of a gap at its low and high value, widest first.

    An assumption known at one end only takes the central chance at the other.
    """
    centre = float(account["gap_probability"])
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for row in account.get("sensitivity") or ():
        name, ends = found.setdefault(row["assumption"], (words.of(row, "name"), {}))
        ends[row["at"]] = float(row["gap_probability"])
        found[row["assumption"]] = (name, ends)
    strips = [
        (name, ends.get("low", centre), ends.get("high", centre)) for name, ends in found.values()
    ]
    moving = [strip for strip in strips if _span(strip, centre) >= 0.005]
    return sorted(moving, key=lambda strip: -_span(strip, centre))[:_STRIPS]


def _span(strip: tuple[str, float, float], centre: float) -> float:
    return max(*strip[1:], centre) - min(*strip[1:], centre)


def _sensitivity(record: Record, accounts: Sequence[Entry], words: Wording) -> list[Block]:
    names = {entry["id"]: words.of(entry, "name") for entry in record.assumptions}
    blocks: list[Block] = []
    for account in [a for a in accounts if strips_of(a, words)][:_STRIPPED_ACCOUNTS]:
        strips = strips_of(account, words)
        rows = [
            words("risk.sensitivity_row", name=name, range=_ends(low, high, words))
            for name, low, high in strips
        ]
        title = words.of(account, "name")
        alt = words("risk.sensitivity_alt", account=title, rows=words("list.semicolon").join(rows))
        svg = as_svg(sensitivity_strips(account, strips, words))
        caption = words("risk.sensitivity_caption", account=title)
        blocks.append(picture(svg, (caption, _extremes(account, names, words)), alt))
    if not blocks:
        return []
    opening = [
        heading(2, words("risk.sensitivity_title")),
        paragraph(plain(words("risk.sensitivity_intro") + words("risk.sensitivity_note"))),
    ]
    return [*opening, *blocks]


def _ends(low: float, high: float, words: Wording) -> str:
    return chance_range(min(low, high), max(low, high), words.language)


def _extremes(account: Entry, names: Mapping[str, str], words: Wording) -> str:
    low, high = account.get("gap_low_assumption"), account.get("gap_high_assumption")
    if not low or not high:
        return ""
    return words("risk.extremes", low=names.get(low, low), high=names.get(high, high))


def _unknown(record: Record, words: Wording) -> list[Block]:
    accounts = unjudged(record.accounts)
    if not accounts:
        return []
    fields = ("budget_yuan", "demand_p50_yuan", "demand_p95_yuan")
    columns = [
        Column(head=words("risk.account"), share=4),
        Column(head=words("risk.verdict"), share=2),
        *(
            Column(head=words(f"risk.{key}"), share=2, figures=True)
            for key in ("budget", "p50_assumed", "p95_assumed")
        ),
    ]
    rows: list[list[Cell]] = [
        [
            words.of(account, "name"),
            words("verdict.unknown"),
            *(money_cell(account[field], words.language) for field in fields),
        ]
        for account in accounts
    ]
    return [
        heading(2, words("risk.unknown_title")),
        paragraph(plain(words("risk.unknown_intro"))),
        table(words("risk.unknown_caption", unit=words("unit.table")), columns, rows),
    ]


def _by_line(record: Record, words: Wording) -> list[Block]:
    unit = words("unit.large")
    domains = [
        [two_lines(words.of(row, "name"), words.join(list(row.get("lead_departments") or ())))]
        for row in record.domains
    ]
    lines: list[list[Cell]] = [[f"{row['id']} {words.of(row, 'name')}"] for row in record.lines]
    blocks = [heading(2, words("risk.lines_title")), paragraph(plain(words("risk.lines_intro")))]
    if domains:
        blocks.append(_line_table("domain", (record.domains, domains), (words, unit)))
    if lines:
        blocks.append(_line_table("line", (record.lines, lines), (words, unit)))
    return blocks if domains or lines else []


def _line_table(
    kind: str,
    entries: tuple[Sequence[Entry], Sequence[Sequence[Cell]]],
    language: tuple[Wording, str],
) -> Block:
    words, unit = language
    columns = [
        Column(head=words(f"risk.{kind}"), share=74),
        Column(head=words("risk.printed"), share=22, figures=True),
        Column(head=words("risk.pooled"), share=27, figures=True),
        Column(head=words("risk.any_short"), share=27, figures=True),
        Column(head=words("risk.unpaid"), share=22, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            *first,
            large_money_cell(row["printed_yuan"], words.language),
            with_error(row, "pooled_gap_probability", words, "beside"),
            with_error(row, "any_short_probability", words, "beside"),
            large_money_cell(row.get("expected_unpaid_yuan"), words.language),
        ]
        for row, first in zip(*entries, strict=True)
    ]
    return table(words(f"risk.{kind}s_caption", unit=unit), columns, rows)
