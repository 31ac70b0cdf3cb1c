"""The sheets of choices: options, what more money or a higher figure would save, and levers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.report.book.cells import (
    Entry,
    columns,
    less,
    money,
    names_of,
    transfers_text,
    yes_no,
)
from model.report.record import Record
from model.report.wording import Wording
from model.workbook import Cell, Formula, Sheet, Table

_FIRST = 5  # the first row of the first of several tables: title, empty row, its title, its heads


def options_sheet(record: Record, words: Wording) -> Sheet:
    """The options, the frontier and plans that differ; a note where there are none."""
    name, title = words("sheet.options"), words("title.options")
    if record.options is None:
        return Sheet(name=name, title=title, tables=[], notes=[words("none")])
    notes = (words("note.options"),)
    menu = _menu(record.options["menu"], _FIRST + len(notes), words)
    below, _ = frontier_rows(record, words) or (0, 0)
    tables = [
        Table(
            title=words("table.menu"),
            columns=columns(
                words,
                "most:12:count moves:8:count approval:34: moved_sum:14:money cost:16:money"
                " saved:14:change further:14:change what:70:",
            ),
            rows=menu,
        ),
        Table(
            title=words("table.frontier"),
            columns=columns(
                words,
                "moved_sum:12:money cost:12:money unpaid:12:money saved:12:change"
                " further:12:change",
            ),
            rows=_frontier(record.options["frontier"], below, words),
        ),
        Table(
            title=words("table.different"),
            columns=columns(words, "distance:12:money cost:12:money what:12:"),
            rows=[
                [
                    money(plan["distance_yuan"], words),
                    money(plan["objective_yuan"], words),
                    transfers_text(plan["transfers"], words),
                ]
                for plan in record.options["different"]
            ],
        ),
    ]
    return Sheet(name=name, title=title, tables=tables, notes=notes)


def frontier_rows(record: Record, words: Wording) -> tuple[int, int] | None:
    """The first and the last row of the frontier on the sheet of options; None without options."""
    if record.options is None:
        return None
    first = _FIRST + len((words("note.options"),)) + len(record.options["menu"]) + 3
    return first, first + len(record.options["frontier"]) - 1


def _menu(menu: tuple[Entry, ...], first: int, words: Wording) -> list[list[Cell]]:
    """Every option, with its gain over no transfer and over the one before with the same approval.

    Without a transfer nothing is gained; the first option with none is what all are held against.
    """
    costs = [money(option["objective_yuan"], words) for option in menu]
    none = next((place for place, option in enumerate(menu) if not option["moves"]), None)
    rows: list[list[Cell]] = []
    for place, option in enumerate(menu):
        here = (f"E{first + place}", costs[place])
        follows = place > 0 and option["approval"] == menu[place - 1]["approval"]
        saved = None if none is None else less((f"E{first + none}", costs[none]), here)
        further = less((f"E{first + place - 1}", costs[place - 1]), here) if follows else None
        rows.append(
            [
                option["most_moves"],
                option["moves"],
                words.of(option, "approval"),
                money(option["moved_yuan"], words),
                costs[place],
                saved,
                further,
                transfers_text(option["transfers"], words),
            ]
        )
    return rows


def _frontier(points: tuple[Entry, ...], first: int, words: Wording) -> list[list[Cell]]:
    """Every point, with its gain over no transfer and over the point before; the first moves none.

    A frontier that starts with some transfer has nothing to be held against.
    """
    costs = [money(point["objective_yuan"], words) for point in points]
    rows: list[list[Cell]] = []
    for place, point in enumerate(points):
        here = (f"B{first + place}", costs[place])
        saved = None if points[0]["moved_yuan"] else less((f"B{first}", costs[0]), here)
        further = less((f"B{first + place - 1}", costs[place - 1]), here) if place else None
        unpaid = money(point["expected_unpaid_yuan"], words)
        rows.append([money(point["moved_yuan"], words), costs[place], unpaid, saved, further])
    return rows


def prices_sheet(record: Record, words: Wording) -> Sheet:
    """What more money saves, what limits cost, what the next step of a figure costs."""
    values = _values(record, words)
    limits = _limits(record, _FIRST + len(values) + 3, words)
    tables = [
        Table(
            title=words("table.values"),
            columns=columns(
                words,
                "account:44: more:14:money value_before:16:money value_after:16:money"
                " per_yuan:14:number",
            ),
            rows=values,
        ),
        Table(
            title=words("table.limits"),
            columns=columns(
                words,
                "limit:44: amount:14:money used:16:money left:16:money binding:14: price:16:money",
            ),
            rows=limits,
        ),
        Table(
            title=words("table.steps"),
            columns=columns(
                words,
                "award:44: figure:14: present:16: next:16: demand_change:14:change"
                " cost_change:16:change clause:12:",
            ),
            rows=_steps(record, words),
        ),
        Table(
            title=words("table.promises"),
            columns=columns(words, "account:44: available:14:money p95:16:money ratio:16:percent"),
            rows=[
                [
                    words.of(each, "account"),
                    money(each["available_yuan"], words),
                    money(each["demand_p95_yuan"], words),
                    each["percent"] / 100,
                ]
                for each in record.promised_ratios
            ],
        ),
    ]
    # Tables whose rows are missing in this scenario are left out only at the end, never between.
    return Sheet(name=words("sheet.prices"), title=words("title.prices"), tables=tables)


def _values(record: Record, words: Wording) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for place, curve in enumerate(record.value_curves):
        row = _FIRST + place
        more, before = money(curve["more_yuan"], words), money(curve["value_before_yuan"], words)
        assert more
        assert before is not None
        each = Formula(text=f"=C{row}/B{row}", value=before / more)
        after = money(curve["value_after_yuan"], words)
        rows.append([words.of(curve, "account"), more, before, after, each])
    return rows


def _limits(record: Record, first: int, words: Wording) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for row, limit in enumerate(record.plan.get("limits") or (), start=first):
        amount, used = (money(limit.get(key), words) for key in ("amount_yuan", "used_yuan"))
        left = less((f"B{row}", amount), (f"C{row}", used))
        binding = yes_no(limit.get("binding"), words)
        price = money(limit.get("price"), words)
        rows.append([words.of(limit, "says"), amount, used, left, binding, price])
    return rows


def _steps(record: Record, words: Wording) -> list[list[Cell]]:
    awards = names_of(record.awards, words)
    return [
        [
            f"{step['award']} {awards.get(str(step['award']), '')}",
            words.of(step, "name"),
            words.of(step, "value"),
            words.of(step, "next"),
            money(step["demand_change_yuan"], words),
            money(step["objective_change_yuan"], words),
            words.clause(step),
        ]
        for step in record.step_prices
    ]


def levers_sheet(record: Record, words: Wording) -> Sheet:
    """Every figure that could be revised: one step down, one step up, and what fits the money."""
    accounts, awards = names_of(record.accounts, words), names_of(record.awards, words)
    specs = """account:16: award:38: clause:10: figure:18:
        present:16: demand:13:money chance:10:chance
        tighter:16: demand_change:13:change chance:10:chance
        looser:16: demand_change:13:change chance:10:chance
        fitting:16: demand_change:13:change chance:10:chance"""
    rows = [
        [
            accounts.get(str(lever["account"]), str(lever["account"])),
            f"{lever['award']} {awards.get(str(lever['award']), '')}",
            words.clause(lever),
            words.of(lever, "name"),
            *_trial(lever["present"], words, "demand_mean_yuan"),
            *_trial(lever["tighter"], words),
            *_trial(lever["looser"], words),
            *_trial(lever["fitting"], words),
        ]
        for lever in record.levers
    ]
    table = Table(columns=columns(words, specs), rows=rows)
    return Sheet(name=words("sheet.levers"), title=words("title.levers"), tables=[table])


def _trial(
    trial: Mapping[str, Any] | None, words: Wording, field: str = "demand_change_yuan"
) -> list[Cell]:
    if trial is None:
        return [None, None, None]
    return [words.of(trial, "value"), money(trial[field], words), trial["gap_probability"]]
