"""Section on the figures that fit the money: one figure revised, and the account's gap is rare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    Run,
    bullets,
    heading,
    pair,
    paragraph,
    plain,
    runs,
    table,
)
from model.report.numerals import chance, money_cell, percent
from model.report.record import Record
from model.report.sentences import by_danger, judged
from model.report.wording import Wording

Entry = Mapping[str, Any]
_ROWS = 10
# A figure that falls below a fifth, or rises above the fivefold, is no revision but an abolition.
_FARTHEST = 5.0


def fitting_blocks(record: Record, words: Wording) -> list[Block]:
    """For each short or tight account the figures that fit its money, the smallest change first."""
    short = [a for a in by_danger(judged(record.accounts)) if a["verdict"] in {"short", "tight"}]
    levers = [lever for lever in record.levers if lever["account"] in {a["id"] for a in short}]
    if not levers:
        return []
    fitting = [
        lever
        for account in short
        for lever in sorted(levers, key=_distance)
        if lever["account"] == account["id"] and _is_revision(lever)
    ]
    target = percent(levers[0]["target_probability"])
    blocks = [
        heading(2, words("worth.fit_title")),
        paragraph(plain(words("worth.fit_intro", target=target))),
    ]
    if fitting:
        blocks.append(_table(fitting[:_ROWS], words))
    notes = _notes(short, (levers, fitting), (target, words))
    return [*blocks, *([bullets(notes)] if notes else [])]


def _is_revision(lever: Entry) -> bool:
    return lever["fitting"] is not None and _distance(lever) <= log(_FARTHEST) + 1e-9


def _distance(lever: Entry) -> float:
    """How far the fitting figure lies from the present one, as many times up or down."""
    ends = [(lever[key] or {}).get("value") or 0 for key in ("present", "fitting")]
    return abs(log(ends[1] / ends[0])) if min(ends) > 0 else float("inf")


def _table(levers: Sequence[Entry], words: Wording) -> Block:
    chinese = words.language == "zh"
    columns = [
        Column(head=words("worth.account"), share=20),
        Column(head=words("worth.award"), share=43 if chinese else 56),
        Column(head=words("worth.clause"), share=18 if chinese else 12),
        Column(head=words("worth.figure"), share=29),
        Column(head=words("worth.value"), share=30, figures=True),
        Column(head=words("worth.chance"), share=19, figures=True),
        Column(head=words("worth.demand"), share=20, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            words.label(lever, "account"),
            f"{lever['award']} {words.of(lever, 'award_name')}",
            words.clause(lever),
            words.of(lever, "name"),
            pair([words.of(lever[side], "value") for side in ("present", "fitting")]),
            pair([chance(lever[s]["gap_probability"], words.language) for s in _SIDES]),
            pair([money_cell(lever[s]["demand_mean_yuan"], words.language) for s in _SIDES]),
        ]
        for lever in levers
    ]
    return table(words("worth.fit_caption", unit=words("unit.table")), columns, rows)


_SIDES = ("present", "fitting")


def _notes(
    short: Sequence[Entry],
    levers: tuple[Sequence[Entry], Sequence[Entry]],
    texts: tuple[str, Wording],
) -> list[list[Run]]:
    """What the table leaves out, and that a looser threshold costs at least what is said."""
    (tried, fitting), (target, words) = levers, texts
    done = {lever["account"] for lever in tried if lever["fitting"] is not None}
    without = [words.label(a, "name") for a in short if a["id"] not in done]
    notes = []
    if without:
        notes.append(runs(words, "worth.fit_without", accounts=words.join(without), target=target))
    far = [lever for lever in tried if lever["fitting"] is not None and not _is_revision(lever)]
    if far:
        notes.append(runs(words, "worth.fit_far", n=str(len(far))))
    if rest := len(fitting[_ROWS:]):
        notes.append(runs(words, "worth.fit_rest", n=str(rest)))
    if any(lever["kind"] == "threshold" for lever in tried):
        notes.append(runs(words, "worth.fit_threshold"))
    return notes
