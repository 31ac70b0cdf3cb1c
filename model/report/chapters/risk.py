"""Chapter: where it will run short and where money will lie idle."""

from __future__ import annotations

from collections import Counter
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
    with_error,
)
from model.report.chapters.demand import exceedance_blocks, run_out_blocks
from model.report.chapters.drivers import break_even_blocks, sensitivity_blocks
from model.report.charts import as_svg, risk_strip
from model.report.flow import fund_yuan
from model.report.numerals import (
    chance,
    chance_range,
    money_cell,
    money_phrase,
)
from model.report.record import Record
from model.report.sentences import by_danger, chance_phrase, judged, unjudged
from model.report.wording import Wording

Entry = Mapping[str, Any]


def risk_chapter(record: Record, words: Wording) -> list[Block]:
    """Accounts, break-evens, what matters most, domains and lines, and what nobody can judge."""
    ordered = by_danger(judged(record.accounts))
    return [
        heading(1, words("risk.title")),
        heading(2, words("risk.accounts")),
        _opening(record, len(ordered), words),
        *_strip(ordered, words),
        _risk_table(record, ordered, words),
        _money_table(ordered, words),
        *_warnings(record, words),
        *exceedance_blocks(ordered, words),
        *run_out_blocks(ordered, words),
        *break_even_blocks(ordered, words),
        *sensitivity_blocks(record, ordered, words),
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


def _strip(accounts: Sequence[Entry], words: Wording) -> list[Block]:
    """All accounts at a glance: chance of a gap with its range, idle share, break-evens."""
    if not accounts:
        return []
    rows = [
        words(
            "risk.strip_row",
            account=words.label(account, "name"),
            chance=chance_phrase(account, words),
            idle=money_phrase(account["expected_idle_yuan"], words.language),
        )
        for account in accounts
    ]
    alt = words("risk.strip_alt", rows=words("list.semicolon").join(rows))
    caption = (words("risk.strip_caption"), words("risk.strip_note"))
    return [picture(as_svg(risk_strip(accounts, words)), caption, alt)]


_RISK_HEADS = ("account", "verdict", "chance", "range", "unpaid", "worst", "idle", "rate", "payout")
_RISK_SHARES = {
    "zh": (26, 20, 17, 30, 14, 17, 14, 16, 15),
    "en": (25, 16, 17, 25, 14, 17, 14, 21, 14),
}


def _risk_table(record: Record, accounts: Sequence[Entry], words: Wording) -> Block:
    shares = _RISK_SHARES[words.language]
    columns = [
        Column(head=words(f"risk.{key}"), share=share, figures=place > 1)
        for place, (key, share) in enumerate(zip(_RISK_HEADS, shares, strict=True))
    ]
    rows = [_risk_row(account, _evidence(account, record, words), words) for account in accounts]
    return table(words("risk.risk_caption", unit=words("unit.table")), columns, rows)


def _evidence(account: Entry, record: Record, words: Wording) -> str:
    """What the demand rests on; figures that are only derived from published ones are said so."""
    payment = f"accounts.{account['id']}.payment."
    marks = {row.get("mark") for row in record.assumptions if str(row["id"]).startswith(payment)}
    derived = account["evidence"] == "figures" and "D" in marks
    return words("evidence.derived" if derived else f"evidence.{account['evidence']}")


def _risk_row(account: Entry, evidence: str, words: Wording) -> list[Cell]:
    low, high = account.get("gap_probability_low"), account.get("gap_probability_high")
    estimates = (
        "expected_unpaid_yuan",
        "worst_share_unpaid_yuan",
        "expected_idle_yuan",
        "used_share_p50",
        "payout_ratio",
    )
    return [
        two_lines(words.label(account, "name"), evidence),
        words(f"verdict.{account['verdict']}"),
        with_error(account, "gap_probability", words),
        chance_range(low, high, words.language),
        *(with_error(account, field, words) for field in estimates),
    ]


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
            words.label(account, "name"),
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
            account=words.label(account, "name"),
            text=_warning(warning, words),
        )
        for account in judged(record.accounts)
        for warning in account["warnings"]
    ]
    return [heading(2, words("risk.warnings_title")), bullets(items)] if items else []


def _warning(warning: Entry, words: Wording) -> str:
    return str(warning.get(words.language) or warning.get("zh", "")).rstrip("。.")


def _unknown(record: Record, words: Wording) -> list[Block]:
    accounts = unjudged(record.accounts)
    if not accounts:
        return []
    usual = _usual_reason(accounts, words)
    said = words("risk.unknown_intro")
    if usual:
        said += words("risk.unknown_usual", reason=usual)
    fields = ("budget_yuan", "demand_p50_yuan", "demand_p95_yuan")
    columns = [
        Column(head=words("risk.account"), share=32),
        *(
            Column(head=words(f"risk.{key}"), share=share, figures=True)
            for key, share in (("budget", 16), ("p50_assumed", 19), ("p95_assumed", 19))
        ),
        Column(head=words("risk.note"), share=92),
    ]
    rows: list[list[Cell]] = [
        [
            words.label(account, "name"),
            *(money_cell(account[field], words.language) for field in fields),
            _why_unknown(account, usual, words),
        ]
        for account in accounts
    ]
    return [
        heading(2, words("risk.unknown_title")),
        paragraph(plain(said)),
        table(words("risk.unknown_caption", unit=words("unit.table")), columns, rows),
    ]


def _usual_reason(accounts: Sequence[Entry], words: Wording) -> str:
    """Why nothing is known about most of the accounts; nothing where each has its own reason."""
    said = Counter(_reason(account, words) for account in accounts)
    reason, times = said.most_common(1)[0]
    return reason if times > 1 else ""


def _reason(account: Entry, words: Wording) -> str:
    return words.told(account, "evidence").rstrip("。.")


def _why_unknown(account: Entry, usual: str, words: Wording) -> str:
    """Why nothing is known, unless as usual, and what else there is to note."""
    reason = _reason(account, words)
    others = [
        text for w in account["warnings"] if not (text := _warning(w, words)).endswith(reason)
    ]
    return words("list.semicolon").join(others if reason in {"", usual} else [reason, *others])


def _by_line(record: Record, words: Wording) -> list[Block]:
    unit = words("unit.table")
    domains = [
        [
            two_lines(
                words.of(row, "name"),
                words.join([*map(words.said, row.get("lead_departments") or ())]),
            )
        ]
        for row in record.domains
    ]
    known = [row for row in record.lines if row["any_short_probability"] is not None]
    lines: list[list[Cell]] = [[f"{row['id']} {words.of(row, 'name')}"] for row in known]
    said = plain(words("risk.lines_intro"))
    if left_out := len(record.lines) - len(known):
        said += plain(words("risk.lines_unknown", n=str(left_out)))
    blocks = [heading(2, words("risk.lines_title")), paragraph(said)]
    judged_yuan = _judged_yuan(record)
    language = (words, unit)
    if domains:
        blocks.append(_line_table("domain", (record.domains, domains), judged_yuan, language))
    if lines:
        blocks.append(_line_table("line", (known, lines), judged_yuan, language))
    return blocks if domains or lines else []


def _judged_yuan(record: Record) -> dict[str, int]:
    """The printed money of every fund whose account can be judged."""
    known = {account["id"] for account in judged(record.accounts)}
    return {fund["id"]: fund_yuan(fund) for fund in record.funds if fund.get("account") in known}


def _line_table(
    kind: str,
    entries: tuple[Sequence[Entry], Sequence[Sequence[Cell]]],
    judged_yuan: Mapping[str, int],
    language: tuple[Wording, str],
) -> Block:
    words, unit = language
    columns = [
        Column(head=words(f"risk.{kind}"), share=62),
        Column(head=words("risk.printed"), share=20, figures=True),
        Column(head=words("risk.judged"), share=20, figures=True),
        Column(head=words("risk.pooled"), share=27, figures=True),
        Column(head=words("risk.any_short"), share=27, figures=True),
        Column(head=words("risk.unpaid"), share=22, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            *first,
            money_cell(row["printed_yuan"], words.language),
            money_cell(sum(judged_yuan.get(fund, 0) for fund in row["funds"]), words.language),
            with_error(row, "pooled_gap_probability", words, "beside"),
            with_error(row, "any_short_probability", words, "beside"),
            money_cell(row.get("expected_unpaid_yuan"), words.language),
        ]
        for row, first in zip(*entries, strict=True)
    ]
    return table(words(f"risk.{kind}s_caption", unit=unit), columns, rows)
