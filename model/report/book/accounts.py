"""The sheet of accounts: money, entitlements, gaps, and what the plan changes."""

from __future__ import annotations

from collections.abc import Sequence

from model.report.book.cells import (
    Entry,
    column_sum,
    columns,
    first_row,
    less,
    money,
    value_of,
    word_of,
)
from model.report.record import Record
from model.report.sentences import judged, unjudged
from model.report.wording import Wording
from model.workbook import Cell, Formula, Sheet, Table

_COLUMNS = """
    account:20: department:18: evidence:11: verdict:12:
    budget:13:money committed:13:money available:13:money
    demand:13:money p50:13:money p95:13:money
    chance:10:chance low:10:chance high:10:chance
    unpaid:12:money idle:12:money rate:10:share
    budget_after:13:money moved:12:change
    chance_after:10:chance unpaid_after:12:money unpaid_change:12:change run_out:10:count key:20:
"""
_SUMMED = "EFGHNOQRTU"  # what may be added up over the accounts that can be judged
_MONEY = "EFGQR"  # and over all of them: money, for claims are known of some only
LETTERS = "ABCDEFGHIJKLMNOPQRSTUV"
_RISK = (
    *("demand_mean_yuan", "demand_p50_yuan", "demand_p95_yuan"),
    *("gap_probability", "gap_probability_low", "gap_probability_high"),
    *("expected_unpaid_yuan", "expected_idle_yuan", "execution_rate_p50"),
)


def account_notes(record: Record, words: Wording) -> tuple[str, ...]:
    """What stands below the title."""
    notes = [words("note.judged")]
    if _others(record):
        notes.append(words("note.reserve"))
    return tuple(notes)


def account_rows(record: Record) -> list[Entry]:
    """The accounts in the order of the sheet: those that can be judged come first."""
    return [*judged(record.accounts), *unjudged(record.accounts)]


def judged_rows(record: Record, words: Wording) -> tuple[int, int]:
    """The first and the last row of the accounts that can be judged, as a spreadsheet counts."""
    first = first_row(account_notes(record, words))
    return first, first + len(judged(record.accounts)) - 1


def accounts_sheet(record: Record, words: Wording) -> Sheet:
    """Every account; those without figures show their money only."""
    notes = account_notes(record, words)
    first = first_row(notes)
    known = {account["id"] for account in judged(record.accounts)}
    after = {row["id"]: row for row in record.plan["accounts"]}
    rows = [
        _row(account, after.get(account["id"]), (first + place, account["id"] in known), words)
        for place, account in enumerate(account_rows(record))
    ]
    rows += [
        _reserve_row(row, first + len(rows) + place, words)
        for place, row in enumerate(_others(record))
    ]
    ends = (first, first + len(rows) - 1)
    n_known = len(known)
    table = Table(
        columns=columns(words, _COLUMNS),
        rows=rows,
        total=_total(rows, ends, (words("total_all"), _MONEY)),
        of_which=_total(
            rows[:n_known], (first, first + n_known - 1), (words("total_judged"), _SUMMED)
        )
        if known
        else None,
    )
    return Sheet(
        name=words("sheet.accounts"), title=words("title.accounts"), tables=[table], notes=notes
    )


def _others(record: Record) -> list[Entry]:
    """What takes part in the plan without being an account: the general reserve."""
    known = {account["id"] for account in record.accounts}
    return [row for row in record.plan["accounts"] if row["id"] not in known]


def _row(account: Entry, planned: Entry | None, at: tuple[int, bool], words: Wording) -> list[Cell]:
    row, known = at
    budget, bound = (money(account[key], words) for key in ("budget_yuan", "committed_yuan"))
    assert budget is not None
    assert bound is not None
    available = Formula(text=f"=MAX(0,E{row}-F{row})", value=max(0, budget - bound))
    risk = [_number(account.get(key), key, words) if known else None for key in _RISK]
    return [
        words.of(account, "name"),
        words.of(account, "department"),
        word_of(words, "evidence", account["evidence"]),
        word_of(words, "verdict", account["verdict"]),
        budget,
        bound,
        available,
        *risk,
        *_planned(account, planned, at, words),
        account.get("run_out_month_p10") if known else None,
        str(account["id"]),
    ]


def _planned(
    account: Entry, planned: Entry | None, at: tuple[int, bool], words: Wording
) -> list[Cell]:
    """The account after the plan; nothing where there is no plan for it."""
    row, known = at
    if planned is None:
        return [None] * 5
    budget = money(account["budget_yuan"], words)
    held = money(planned["after_yuan"], words)
    moved = less((f"Q{row}", held), (f"E{row}", budget))
    if not known:
        return [held, moved, None, None, None]
    unpaid = money(planned["after"].get("expected_unpaid_yuan"), words)
    before = money(account["expected_unpaid_yuan"], words)
    change = less((f"T{row}", unpaid), (f"N{row}", before))
    return [held, moved, planned["after"].get("gap_probability"), unpaid, change]


def _reserve_row(planned: Entry, row: int, words: Wording) -> list[Cell]:
    before, after = (money(planned[key], words) for key in ("before_yuan", "after_yuan"))
    moved = less((f"Q{row}", after), (f"E{row}", before))
    name = words.of(planned, "name") or str(planned["id"])
    nothing: list[Cell] = [None] * 11
    key = str(planned["id"])
    return [name, "", "", "", before, *nothing, after, moved, *nothing[:4], key]


def _number(value: float | None, key: str, words: Wording) -> float | None:
    return money(value, words) if key.endswith("_yuan") else value


def _total(
    rows: Sequence[Sequence[Cell]], ends: tuple[int, int], says: tuple[str, str]
) -> list[Cell]:
    """Sums below the table, over the rows from one to another.

    Args:
        says: what they are called, and the letters of the columns that are added up.
    """
    label, summed = says
    cells: list[Cell] = [label, "", "", ""]
    for place, letter in enumerate(LETTERS[4:], start=4):
        values = [value_of(row[place]) for row in rows]
        cells.append(column_sum(letter, ends, values) if letter in summed else None)
    return [*cells, ""]
