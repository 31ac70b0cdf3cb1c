"""scenarios/FORMATS.md lists every key and field that there is, in the form that the code asks for.

Its tables are written by this command; what a key means is taken from the page itself, so a new
key comes with a question mark that a person replaces:

    .venv/bin/python tests/test_formats.py
"""

from __future__ import annotations

import re
from itertools import chain
from typing import get_args

import pytest
from file_schemas import Keys, policy_keys, pool_keys, scenario_keys
from guide_runs import ROOT, code_cell, read, rows_under
from output_fields import BACKTEST, COMPARISON, FORECAST, KINDS, Fields
from record_sample import sample_record

from model import backtesting, forecasting
from model.allotment_book import CSV_HEADS
from model.claims.assessed_csv import PLACE, STATUS
from model.policy.awards import ColumnType
from model.recording.record_of import make_tables
from model.register.headers import ALIASES
from model.register.sections import WRITTEN
from model.report import record_fields

PAGE = "scenarios/FORMATS.md"
UNKNOWN = "?"
Row = tuple[str, ...]
Meanings = dict[tuple[str, ...], str]


def rows_of_keys(keys: dict[str, Keys]) -> list[Row]:
    return [
        (section, key, form, default)
        for section, found in keys.items()
        for key, (form, default) in found.items()
    ]


def rows_of_record() -> list[Row]:
    """Group, field and kind; a kind with a question mark in the code may be null."""
    groups: dict[str, dict[str, str]] = {**record_fields.GROUPS, **record_fields.OPTIONAL}
    groups |= {f"{name}[]": fields for name, fields in record_fields.ROWS.items()}
    groups |= {f"{g}.{n}[]": fields for (g, n), fields in record_fields.NESTED_ROWS.items()}
    return rows_of_fields(groups)


def rows_of_fields(groups: Fields) -> list[Row]:
    return [
        (group, field, KINDS[kind.rstrip("?")][0] + (", or null" if kind.endswith("?") else ""))
        for group, fields in groups.items()
        for field, kind in fields.items()
    ]


def rows_of_naming() -> list[Row]:
    return [
        ("every claim", column, "、".join(chain(*names)).partition("、")[2])
        for column, names in ALIASES.items()
    ]


def rows_of_findings() -> list[Row]:
    assessed = [("`budget assess`", head) for head in (*WRITTEN, STATUS, PLACE)]
    return assessed + [("`budget allot`", head) for head in (*CSV_HEADS, STATUS, PLACE)]


def rows_of_tables() -> list[Row]:
    names = {
        "`budget run`": list(make_tables(sample_record())),
        "`budget forecast`": [*forecasting.TABLES, "transfers"],
        "`budget backtest`": list(backtesting.TABLES),
    }
    return [(by, f"tables/{name}.csv") for by, tables in names.items() for name in tables]


# Heading of the page -> the heads of its table and its rows, without what they mean.
KEY_HEADS = ("section", "key", "form", "if left out", "meaning")
FIELD_HEADS = ("group", "field", "holds", "meaning")
TABLES: dict[str, tuple[Row, list[Row]]] = {
    "### `policy.yaml`": (KEY_HEADS, rows_of_keys(policy_keys())),
    "### `pools.yaml`": (KEY_HEADS, rows_of_keys(pool_keys())),
    "### A scenario": (KEY_HEADS, rows_of_keys(scenario_keys())),
    "### What names a claim": (("in", "column", "also read as", "meaning"), rows_of_naming()),
    "### What comes back": (("by", "column", "meaning"), rows_of_findings()),
    "### Fields of `record.json`": (FIELD_HEADS, rows_of_record()),
    "### Fields of `comparison.json`": (FIELD_HEADS, rows_of_fields(COMPARISON)),
    "### Fields of `forecast.json`": (FIELD_HEADS, rows_of_fields(FORECAST)),
    "### Fields of `backtest.json`": (FIELD_HEADS, rows_of_fields(BACKTEST)),
    "### Tables": (("by", "file", "meaning"), rows_of_tables()),
}


def meanings(text: str, heading: str) -> Meanings:
    """What the page says of each key; a section is written only in its first row."""
    found: Meanings = {}
    section = ""
    for cells in rows_under(text, heading):
        section = cells[0] or section
        found[section, code_cell(cells[1])] = cells[-1]
    return found


def written_table(heads: Row, rows: list[Row], known: Meanings) -> str:
    lines = [f"| {' | '.join(heads)} |", "|" + "---|" * len(heads)]
    before = ""
    for section, key, *rest in rows:
        name = section if section.startswith(("`", "every ", "the ")) else f"`{section}`"
        meaning = known.get((name, key), UNKNOWN)
        shown = "" if section == before else name
        lines.append(f"| {' | '.join([shown, f'`{key}`', *rest, meaning])} |")
        before = section
    return "\n".join(lines) + "\n"


def written_anew(text: str) -> str:
    for heading, (heads, rows) in TABLES.items():
        begin = text.index(heading)
        table = re.search(r"(?:^\|.*\n)+", text[begin:], re.MULTILINE)
        assert table is not None
        written = written_table(heads, rows, meanings(text, heading))
        text = text[:begin] + text[begin:].replace(table.group(), written, 1)
    return text


@pytest.mark.parametrize("heading", TABLES)
def test_the_tables_are_those_of_the_code_and_every_row_says_what_it_means(heading: str) -> None:
    text = read(PAGE)
    heads, rows = TABLES[heading]
    known = meanings(text, heading)
    assert written_table(heads, rows, known) in text, (
        "run `.venv/bin/python tests/test_formats.py`, then say what each new key means"
    )
    assert [key for key, meaning in known.items() if meaning in ("", UNKNOWN)] == []


def test_every_way_to_write_a_cell_of_a_claim_is_told() -> None:
    shown = [code_cell(row[0]) for row in rows_under(read(PAGE), "### What an award needs")]
    assert shown == list(get_args(ColumnType))


def test_every_group_of_a_record_is_told() -> None:
    cells = [row[0] for row in rows_under(read(PAGE), "### Groups of `record.json`")]
    told = [group for cell in cells for group in re.findall(r"`(\w+)`", cell)]
    known = [*record_fields.GROUPS, *record_fields.OPTIONAL, *record_fields.ROWS]
    assert sorted(told) == sorted(known) == sorted(set(sample_record()) - {"record_version"})


def test_no_other_guide_lists_the_keys() -> None:
    assert "### `policy.yaml`" not in read("CONTRIBUTING.md")


if __name__ == "__main__":
    path = ROOT / PAGE
    path.write_text(written_anew(read(PAGE)), encoding="utf-8", newline="\n")
    print(f"{path.name}: {read(PAGE).count('| ? |')} without a meaning")
