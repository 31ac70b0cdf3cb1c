"""A comparison as a workbook: differences and the sums of causes as live formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from model.report.book.cells import column_sum, first_row, less, money, points
from model.report.compare.measures import MEASURES, Entry, value_of, with_others
from model.report.numerals import Language
from model.report.wording import Wording, read_wording
from model.table_sheets import write_sheet
from model.workbook import Cell, Column, Kind, Sheet, Styles, Table, new_book

FILES: dict[Language, str] = {"zh": "comparison.xlsx", "en": "comparison.en.xlsx"}
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MONEY: Kind = "money"
_CHANGES = [f"{key}_change" for key in MEASURES]
_CHANCE = list(MEASURES).index("chance")
_OTHERS = "others_yuan"


def write_comparison_book(comparison: Entry, language: Language, out: Path) -> Path:
    """The workbook of a comparison now lies at `out`; equal ones give equal bytes.

    Raises:
        InputError: the words cannot be read, or the file cannot be written.
    """
    words = read_wording(language, "compare")
    sheets = [
        _summary(comparison, words),
        _accounts(comparison, words),
        _causes(comparison, words),
        _by_account(comparison, words),
        _plans(comparison, words),
    ]
    with new_book(out) as book:
        styles = Styles(book)
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            write_sheet(page, sheet, styles, out, words("pages"))
    return out


def _columns(words: Wording, texts: Mapping[str, float], figures: Sequence[str]) -> list[Column]:
    """Columns of text with their widths, and columns of figures."""
    found = [Column(head=words(f"book.{key}"), width=width) for key, width in texts.items()]
    for key in figures:
        found.append(Column(head=words(f"book.{key}"), width=15, kind=_kind(key)))
    return found


def _kind(key: str) -> Kind:
    if "chance" in key:
        return "chance" if key == "chance" else "points"
    return "change" if key.endswith("_change") or key == "saved" else _MONEY


def _values(entry: Entry, words: Wording) -> list[float | None]:
    return [
        entry[field] if field == "gap_probability" else money(entry[field], words)
        for field in (*MEASURES.values(), _OTHERS)
        if field in entry
    ]


def _effects(change: Entry, words: Wording) -> list[float | None]:
    """Differences; those of chances in percentage points."""
    shown = 100 * change["gap_probability"]
    return _values({**change, "gap_probability": round(shown, 4)}, words)


def _sheet(name: str, title: str, table: Table, words: Wording, notes: Sequence[str] = ()) -> Sheet:
    return Sheet(name=words(f"book.{name}"), title=title, tables=[table], notes=notes)


def _pairs(
    rows: Sequence[tuple[list[Cell], Entry, int]], first: int, words: Wording
) -> list[list[Cell]]:
    """Rows with the measures, and beside them their differences to an earlier row.

    Args:
        rows: the texts of a row, its entry, and the place of the row it is compared with.
        first: the number of the first row.
    """
    found: list[list[Cell]] = []
    values = [_values(entry, words) for _, entry, _ in rows]
    for place, (texts, _, origin) in enumerate(rows):
        changes: list[Cell] = []
        for number, value in enumerate(values[place]):
            letter = _LETTERS[len(texts) + number]
            ends = (f"{letter}{first + place}", value)
            against = (f"{letter}{first + origin}", values[origin][number])
            difference = points if number == _CHANCE else less
            changes.append(difference(ends, against))
        found.append([*texts, *values[place], *changes])
    return found


def _summary(comparison: Entry, words: Wording) -> Sheet:
    notes = (words("book.note"), _judged_note(comparison, words))
    rows: list[tuple[list[Cell], Entry, int]] = [
        ([scenario["scenario"]], with_others(comparison, scenario), 0)
        for scenario in comparison["scenarios"]
    ]
    figures = [*MEASURES, "others", *_CHANGES, "others_change"]
    table = Table(
        columns=_columns(words, {"scenario": 28}, figures),
        rows=_pairs(rows, first_row(notes), words),
    )
    names = words.join(list(comparison["manifest"]["scenarios"]))
    return _sheet("summary", words("book.title", names=names), table, words, notes)


def _judged_note(comparison: Entry, words: Wording) -> str:
    known = len(comparison["manifest"]["judged_accounts"])
    others = len({row["id"] for row in comparison["accounts"]}) - known
    return words("book.note_judged", n=str(known), others=str(others))


def _accounts(comparison: Entry, words: Wording) -> Sheet:
    """Every account in every scenario, those of one account below each other."""
    entries = comparison["accounts"]
    ids = list(dict.fromkeys(row["id"] for row in entries))
    rows: list[tuple[list[Cell], Entry, int]] = []
    for account in ids:
        origin = len(rows)
        for row in entries:
            if row["id"] == account:
                texts: list[Cell] = [words.of(row, "name"), row["scenario"]]
                rows.append((texts, row, origin))
    table = Table(
        columns=_columns(words, {"account": 22, "scenario": 28}, [*MEASURES, *_CHANGES]),
        rows=[
            row if entry["judged"] else _money_only(row)
            for row, (_, entry, _) in zip(_pairs(rows, first_row(()), words), rows, strict=True)
        ],
    )
    return _sheet("accounts", words("book.accounts_title"), table, words)


def _money_only(row: list[Cell]) -> list[Cell]:
    """The row of an account that cannot be judged: its money, and no claims."""
    kept = (0, 1, 2, 2 + len(MEASURES))
    return [cell if place in kept else None for place, cell in enumerate(row)]


def _causes(comparison: Entry, words: Wording) -> Sheet:
    """Every cause with what it does to the total; below each scenario the sum and a check."""
    notes = (_judged_note(comparison, words),)
    rows: list[list[Cell]] = []
    for scenario in comparison["scenarios"][1:]:
        causes = [c for c in comparison["causes"] if c["scenario"] == scenario["scenario"]]
        effects = [(cause, with_others(comparison, cause)) for cause in causes]
        whole = with_others(comparison, scenario)
        rows += _adding_up(whole, effects, (first_row(notes) + len(rows), words))
    texts = {"scenario": 24, "cause": 36, "old": 18, "new": 18}
    columns = _columns(words, texts, [*_CHANGES, "others_change"])
    columns += _columns(words, {"key": 36}, ())
    return _sheet(
        "causes", words("book.causes_title"), Table(columns=columns, rows=rows), words, notes
    )


def _adding_up(
    whole: Entry, causes: Sequence[tuple[Entry, Entry]], at: tuple[int, Wording]
) -> list[list[Cell]]:
    """Causes, their sum as a formula, and how far it is from the whole difference: nothing."""
    row, words = at
    label = whole["scenario"]
    n = len(causes)
    values = [_effects(change, words) for _, change in causes]
    found: list[list[Cell]] = []
    for (cause, _), numbers in zip(causes, values, strict=True):
        ends = [value_of(cause, end, words) for end in ("old", "new")]
        found.append([label, words.of(cause, "name"), *ends, *numbers, cause["key"]])
    sums: list[Cell] = []
    rests: list[Cell] = []
    for number, whole_value in enumerate(_effects(whole["change"], words)):
        letter = _LETTERS[4 + number]
        total = column_sum(letter, (row, row + n - 1), [each[number] for each in values])
        sums.append(total)
        known = repr(whole_value) if whole_value is not None else "0"
        rests.append(less((f"{letter}{row + n}", total.value), (f"({known})", whole_value)))
    found.append([label, words("causes.sum"), "", "", *sums, ""])
    found.append([label, words("book.check"), "", "", *rests, ""])
    return found


def _by_account(comparison: Entry, words: Wording) -> Sheet:
    """Every cause with what it does to each account it touches."""
    names = {row["id"]: words.of(row, "name") for row in comparison["accounts"]}
    rows: list[list[Cell]] = [
        [cause["scenario"], names[row["id"]], words.of(cause, "name"), *_effects(row, words)]
        for account in names
        for cause in comparison["causes"]
        for row in cause["accounts"]
        if row["id"] == account
    ]
    texts = {"scenario": 24, "account": 22, "cause": 40}
    table = Table(columns=_columns(words, texts, _CHANGES), rows=rows)
    return _sheet("by_account", words("book.by_account_title"), table, words)


def _plans(comparison: Entry, words: Wording) -> Sheet:
    first = first_row(())
    rows: list[list[Cell]] = []
    for scenario in comparison["scenarios"]:
        plan = scenario["plan"]
        before, after = (money(plan[f"objective_{end}_yuan"], words) for end in ("before", "after"))
        moves = plan["transfers"] or [None]
        for place, move in enumerate(moves):
            row = first + len(rows)
            costs: list[Cell] = [None, None, None]
            if place == 0:
                costs = [before, after, less((f"B{row}", before), (f"C{row}", after))]
            rows.append([scenario["scenario"], *costs, *_move(move, words)])
    columns = [
        *_columns(words, {"scenario": 24}, ("before", "after", "saved")),
        *_columns(words, {"from": 18, "to": 18}, ("amount",)),
        *_columns(words, {"approval": 40}, ()),
    ]
    table = Table(columns=columns, rows=rows)
    return _sheet("plans", words("book.plans_title"), table, words)


def _move(move: Entry | None, words: Wording) -> list[Cell]:
    if move is None:
        return [words("none"), "", None, ""]
    amount = money(move["amount_yuan"], words)
    return [words.of(move, "from"), words.of(move, "to"), amount, words.of(move, "approval")]
