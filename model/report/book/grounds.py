"""The sheets of what the numbers rest on: awards, readings, assumptions and published figures."""

from __future__ import annotations

from model.report.book.cells import (
    Entry,
    column_sum,
    columns,
    first_row,
    less,
    money,
    names_of,
    value_of,
    word_of,
    yes_no,
)
from model.report.numerals import number
from model.report.record import Record
from model.report.wording import Wording
from model.workbook import Cell, Sheet, Table

_NAMED = 3  # awards in a cell


def awards_sheet(record: Record, words: Wording) -> Sheet:
    """Every award with its clause, its account and a year of its claims."""
    notes = (words("note.printed"),)
    first = first_row(notes)
    accounts = names_of(record.accounts, words)
    rows: list[list[Cell]] = [
        [
            str(award["id"]),
            words.of(award, "name"),
            words.clause(award),
            word_of(words, "status", award["cost_status"]),
            word_of(words, "kind", award["kind"]),
            accounts.get(str(award["account"]), ""),
            award.get("reading") or "",
            award.get("claims_mean"),
            money(award.get("demand_mean_yuan"), words),
            money(award.get("demand_sd_yuan"), words),
            award.get("printed_figure") or "",
            word_of(words, "mark", award.get("mark")),
            words.told(award, "payer"),
        ]
        for award in record.awards
    ]
    # Firms, projects and growers are not added up; money is.
    ends = (first, first + len(rows) - 1)
    total: list[Cell] = [words("total"), *[""] * 6, None]
    total += [column_sum("I", ends, [value_of(row[8]) for row in rows]), None, "", "", ""]
    specs = """id:8: award:36: clause:10: status:14: kind:14: account:16: reading:10:
        claims:12:number demand:14:money sd:12:money figure:40: mark:10: payer:36:"""
    table = Table(columns=columns(words, specs), rows=rows, total=total)
    return Sheet(
        name=words("sheet.awards"), title=words("title.awards"), tables=[table], notes=notes
    )


def readings_sheet(record: Record, words: Wording) -> Sheet:
    """Every reading, and how far its entitlements lie from those of the reading chosen."""
    notes = (words("note.readings"),)
    chosen = {
        str(entry["award"]): (f"G{row}", money(entry.get("demand_mean_yuan"), words))
        for row, entry in enumerate(record.readings, start=first_row(notes))
        if entry["chosen"]
    }
    awards = names_of(record.awards, words)
    rows: list[list[Cell]] = []
    for row, entry in enumerate(record.readings, start=first_row(notes)):
        award, demand = str(entry["award"]), money(entry.get("demand_mean_yuan"), words)
        against = chosen.get(award)
        rows.append(
            [
                award,
                awards.get(award, ""),
                words.clause(entry),
                str(entry["letter"]),
                words.of(entry, "says"),
                yes_no(entry["chosen"], words),
                demand,
                None if against is None else less((f"G{row}", demand), against),
                entry.get("gap_probability"),
                *(money(entry.get(f"whole_{end}_yuan"), words) for end in ("mean", "low", "high")),
            ]
        )
    specs = """id:8: award:36: clause:10: letter:8: says:60: chosen:12:
        demand:14:money against:14:change chance:12:chance
        whole:14:money whole_low:14:money whole_high:14:money"""
    table = Table(columns=columns(words, specs), rows=rows)
    return Sheet(
        name=words("sheet.readings"), title=words("title.readings"), tables=[table], notes=notes
    )


def assumptions_sheet(record: Record, words: Wording) -> Sheet:
    """Everything assumed, and after it everything published, each with why and from where."""
    knowing = record.knowing or {"values": (), "tornado": ()}
    worth = {entry["id"]: entry["value_yuan"] for entry in knowing["values"]}
    swing = {entry["id"]: entry["swing_yuan"] for entry in knowing["tornado"]}
    accounts, awards = names_of(record.accounts, words), names_of(record.awards, words)
    rows: list[list[Cell]] = [
        [
            words.of(entry, "name"),
            *(_level(words, entry, key) for key in ("low", "central", "high")),
            word_of(words, "mark", entry.get("mark") or "assumed"),
            money(worth.get(entry["id"]), words),
            money(swing.get(entry["id"]), words),
            words.told(entry, "source"),
            _said(words, entry.get("year")),
            _said(words, entry.get("checked")),
            words.told(entry, "why"),
            _users(entry, (accounts, awards), words),
            str(entry["id"]),
        ]
        for entry in (*record.assumptions, *record.figures)
    ]
    specs = """name:34: assumed_low:12: assumed_central:12: assumed_high:12: mark:10:
        worth:14:money swing:14:money source:34: year:8: checked:12: why:60: used_by:30: key:38:"""
    table = Table(columns=columns(words, specs), rows=rows)
    notes = (words("note.assumptions"),)
    return Sheet(
        name=words("sheet.assumptions"),
        title=words("title.assumptions"),
        tables=[table],
        notes=notes,
    )


def _level(words: Wording, entry: Entry, key: str) -> str:
    """A low, central or high value with its unit; a rate written as a part of one in percent."""
    value = entry.get(key)
    if not isinstance(value, int | float):
        return _said(words, value)
    if not entry.get("unit") and "_rate." in str(entry["id"]):
        return f"{number(100 * value)}%"
    unit = words.of(entry, "unit")
    return (
        " ".join([number(value), unit]).strip() if words.language != "zh" else number(value) + unit
    )


def _users(entry: Entry, names: tuple[dict[str, str], dict[str, str]], words: Wording) -> str:
    """What an assumption is used for, by name: its awards, or else its account.

    Many awards are told by their numbers only; the sheet of awards has their names.
    """
    accounts, awards = names
    if used := entry.get("awards"):
        shown = awards if len(used) <= _NAMED else {}
        return words.join([f"{award} {shown.get(str(award), '')}".strip() for award in used])
    used = entry.get("used_by") or ()
    return words.join([accounts.get(str(each), "") or str(each) for each in used])


def _said(words: Wording, value: object) -> str:
    """A figure as the record says it, with its unit."""
    return "" if value is None else words.value(str(value))
