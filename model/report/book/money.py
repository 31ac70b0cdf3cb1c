"""The sheets of money: funds counted once, printed lines, and the reconciliation of the two."""

from __future__ import annotations

from model.report.book.cells import (
    add,
    column_sum,
    columns,
    first_row,
    large,
    less,
    money,
    names_of,
    value_of,
)
from model.report.record import Record
from model.report.wording import Wording
from model.workbook import Cell, Formula, Sheet, Table


def funds_sheet(record: Record, words: Wording) -> Sheet:
    """Every fund with its printed and its adopted money."""
    first = first_row(())
    accounts = names_of(record.accounts, words)
    rows: list[list[Cell]] = []
    for place, fund in enumerate(record.funds, start=first):
        printed = large(fund.get("printed_budget_yuan"), words)
        adopted = large(fund["budget_yuan"], words)
        rows.append(
            [
                words.of(fund, "name"),
                accounts.get(str(fund["account"]), ""),
                words.join([str(line) for line in fund["lines"]]),
                printed,
                adopted,
                less((f"E{place}", adopted), (f"D{place}", printed)),
                str(fund["id"]),
            ]
        )
    ends = (first, first + len(rows) - 1)
    sums = [
        column_sum(letter, ends, [value_of(row[place]) for row in rows])
        for place, letter in ((3, "D"), (4, "E"), (5, "F"))
    ]
    specs = (
        "fund:28: account:20: lines:22: printed:14:large budget:14:large change:14:large key:20:"
    )
    table = Table(
        columns=columns(words, specs), rows=rows, total=[words("total"), "", "", *sums, ""]
    )
    return Sheet(name=words("sheet.funds"), title=words("title.funds"), tables=[table])


def lines_sheet(record: Record, words: Wording) -> Sheet:
    """Every printed line, held against its sub-lines and against its funds."""
    notes = (words("note.lines"), words("note.inferred"))
    first = first_row(notes)
    row_of = {line["id"]: first + place for place, line in enumerate(record.lines)}
    names = names_of(record.funds, words)
    rows: list[list[Cell]] = []
    for line in record.lines:
        row = row_of[line["id"]]
        printed = large(line["printed_yuan"], words)
        below = _children(record, line["id"], row_of, words)
        held = _funds(record, line["funds"], words)
        rows.append(
            [
                str(line["id"]),
                words.of(line, "name"),
                line["parent"] or "",
                words.clause(line),
                line["printed"],
                printed,
                below,
                less((f"F{row}", printed), (f"G{row}", value_of(below))),
                held,
                less((f"F{row}", printed), (f"I{row}", value_of(held))),
                words.join([names.get(fund, str(fund)) for fund in line["funds"]]),
                line["pooled_gap_probability"],
                line["any_short_probability"],
                money(line["expected_unpaid_yuan"], words),
            ]
        )
    specs = """id:8: line:34: parent:9: clause:10: printed_text:13: printed:13:large
        children:13:large children_rest:12:large funds:13:large funds_rest:12:large fund_ids:40:
        pooled:12:chance any_short:12:chance unpaid:12:money"""
    tops = [line for line in record.lines if line["parent"] is None]
    total: list[Cell] = [words("row.printed"), "", "", "", ""]
    values = [large(line["printed_yuan"], words) for line in tops]
    total.append(add([f"F{row_of[line['id']]}" for line in tops], values))
    table = Table(columns=columns(words, specs), rows=rows, total=[*total, *[None] * 8])
    return Sheet(name=words("sheet.lines"), title=words("title.lines"), tables=[table], notes=notes)


def _children(record: Record, line: str, row_of: dict[str, int], words: Wording) -> Formula | None:
    """The sum of the sub-lines of a line; None where it has none."""
    below = [each for each in record.lines if each["parent"] == line]
    if not below:
        return None
    cells = [f"F{row_of[each['id']]}" for each in below]
    return add(cells, [large(each["printed_yuan"], words) for each in below])


def _funds(record: Record, funds: tuple[str, ...], words: Wording) -> Formula | None:
    """The printed money of the funds of a line, taken from the sheet of funds."""
    first, sheet = first_row(()), words("sheet.funds")
    places = [place for place, fund in enumerate(record.funds) if fund["id"] in funds]
    if not places or any(record.funds[p].get("printed_budget_yuan") is None for p in places):
        return None
    cells = [f"'{sheet}'!D{first + place}" for place in places]
    return add(cells, [large(record.funds[p]["printed_budget_yuan"], words) for p in places])


def reconciliation_sheet(record: Record, words: Wording) -> Sheet:
    """From the printed lines to the adopted money; each sum is a formula over the rows above."""
    notes = (words("note.inferred"),)
    first = first_row(notes)
    amounts = [large(row["amount_yuan"], words) for row in record.reconciliation]
    cells: list[Cell] = [*amounts]
    printed, net = _totals(record)
    for start, end in ((0, printed), (printed, net)):
        if end > start:
            cells[end] = column_sum("B", (first + start, first + end - 1), amounts[start:end])
    rows: list[list[Cell]] = [
        [words.of(entry, "label"), cell]
        for entry, cell in zip(record.reconciliation, cells, strict=True)
    ]
    rows += _checks(record, words, (first + net, first + len(rows)), amounts[net:])
    table = Table(columns=columns(words, "item:60: money:18:large"), rows=rows)
    return Sheet(
        name=words("sheet.reconciliation"),
        title=words("title.reconciliation"),
        tables=[table],
        notes=notes,
    )


def _totals(record: Record) -> tuple[int, int]:
    """Where the printed total and the net total stand: each is the sum of the rows since the last.

    What follows the net total is the scenario's change of the adopted money.
    """
    amounts = [row["amount_yuan"] for row in record.reconciliation]

    def total(since: int, yuan: int) -> int:
        places = range(since + 1, len(amounts))
        return next((p for p in places if sum(amounts[since:p]) == yuan == amounts[p]), since)

    printed = total(0, record.totals["printed_yuan"])
    return printed, total(printed, record.totals["net_yuan"])


def _checks(
    record: Record, words: Wording, rows: tuple[int, int], steps: list[float | None]
) -> list[list[Cell]]:
    """The adopted money by these steps, by the sheet of funds, and the difference of the two.

    Args:
        rows: the row of the net total, and the first one below the steps.
        steps: the amounts from the net total on.
    """
    net, row = rows
    adopted = column_sum("B", (net, row - 1), steps)
    total = first_row(()) + len(record.funds)
    funds = [large(fund["budget_yuan"], words) for fund in record.funds]
    held = Formula(text=f"='{words('sheet.funds')}'!E{total}", value=sum(v or 0.0 for v in funds))
    rest = less((f"B{row}", adopted.value), (f"B{row + 1}", held.value))
    return [
        [words("row.adopted_sum"), adopted],
        [words("row.funds_sum"), held],
        [words("row.difference"), rest],
    ]
