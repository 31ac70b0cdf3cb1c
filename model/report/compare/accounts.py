"""Account by account: a table for each measure, the scenarios beside each other."""

from __future__ import annotations

from collections.abc import Sequence

from model.report.blocks import Block, Cell, Column, heading, paragraph, runs, table, two_lines
from model.report.compare.measures import MEASURES, Entry, points, with_others
from model.report.numerals import chance, money_cell, money_change
from model.report.wording import Wording

_ACROSS = 5  # scenarios beside each other in one table


def accounts_chapter(comparison: Entry, words: Wording) -> list[Block]:
    """Available money, entitlements, chance of a gap, unpaid and idle money."""
    first = comparison["manifest"]["first"]
    blocks = [
        heading(1, words("tables.title")),
        paragraph(runs(words, "tables.intro", first=first)),
    ]
    scenarios = comparison["scenarios"]
    for measure in MEASURES:
        for start in range(1, max(len(scenarios), 2), _ACROSS - 1):
            shown = [scenarios[0], *scenarios[start : start + _ACROSS - 1]]
            blocks.append(_table(comparison, measure, shown, words))
    return blocks


def _table(comparison: Entry, measure: str, shown: Sequence[Entry], words: Wording) -> Block:
    rows_of = {
        (row["scenario"], row["id"]): row
        for row in comparison["accounts"]
        if row["judged"] or (measure == "available" and _ever_moves(comparison, row["id"]))
    }
    ids = list(dict.fromkeys(account for _, account in rows_of))
    labels = [scenario["scenario"] for scenario in shown]
    rows: list[list[Cell]] = []

    def add(name: str, entries: Sequence[Entry]) -> None:
        rows.append([name, *(_cell(entry, measure, words) for entry in entries)])

    known = [account for account in ids if rows_of[labels[0], account]["judged"]]
    others = [account for account in ids if account not in known]
    for account in known:
        entries = [rows_of[label, account] for label in labels]
        add(words.of(entries[0], "name"), entries)
    last = words("any_short" if measure == "chance" else "total_judged")
    add(last, [with_others(comparison, scenario) for scenario in shown])
    for account in others:
        entries = [rows_of[label, account] for label in labels]
        add(words.of(entries[0], "name"), entries)
    if others:
        add(words("total_all"), shown)
    columns = [
        Column(head=words("tables.account"), share=2.4),
        *(
            Column(
                head=words("first", scenario=label) if place == 0 else label,
                share=2.0,
                figures=True,
            )
            for place, label in enumerate(labels)
        ),
    ]
    return table(words(f"tables.{measure}"), columns, rows)


def _ever_moves(comparison: Entry, account: str) -> bool:
    return any(
        row["change"]["available_yuan"] for row in comparison["accounts"] if row["id"] == account
    )


def _cell(entry: Entry, measure: str, words: Wording) -> Cell:
    """A value, and below it how far it lies from the scenario compared with."""
    if entry.get("present") is False:
        return words("absent")
    field = MEASURES[measure]
    value, change = entry[field], entry["change"][field]
    if measure == "chance":
        return two_lines(chance(value, words.language), points(change) if change else "")
    return two_lines(
        money_cell(value, words.language), money_change(change, words.language) if change else ""
    )
