"""The sample register of the real paper: a year of invented claims, drawn by the model itself.

Nothing in it was ever filed: counts, sizes and dates come from the pools and calendars of base,
names are numbered. Claims come from January to September; a few fall short of a threshold, a few
cells are untidy in ways that a person would not notice, and five rows cannot be read.

    .venv/bin/python tests/sample_register.py   writes scenarios/jiaxing-2024/sample-register.xlsx
"""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import numpy as np

from model.claims.form import NO_ZH, YES_ZH, Field, fields
from model.claims.template import Form, write_template
from model.demand.claimants import Sample, draw_columns
from model.demand.microsim import draw_counts
from model.demand.numbers import Span
from model.demand.streams import uniforms
from model.policy.awards import CostedAward, Grades
from model.policy.exact import FEN, MILLIONTHS
from model.scenario import Scenario, load_scenario
from model.workbook import Cell

SCENARIO = Path(__file__).parents[1] / "scenarios" / "jiaxing-2024" / "base.yaml"
PLACE = SCENARIO.with_name("sample-register.xlsx")
MARK_ZH = "【虚构样例】"
SEED, YEAR, LAST_MONTH = 20240930, 2024, 9
LEAST = 2  # claims of an award, so that every sheet has some; where so many may be
SHORT = 0.08  # part of the claims that fail a condition which the pools take for granted
APPLICANTS, FARMS = 420, 900
HUNDRED_YUAN = 100 * FEN
WHOLE_FROM = 1000  # people write larger quantities without decimals

# Award, row among its claims, column -> how somebody might have typed it.
UNTIDY: dict[tuple[str, int, str], Cell] = {
    ("A10a", 0, "approved_yuan"): "６５．５",
    ("A10a", 3, "approved_yuan"): "72万元",
    ("A11a", 1, "rd_current_yuan"): "1,200",
    ("A11a", 1, "rd_previous_yuan"): "800",
    ("A11a", 4, "filed"): "2024年7月9日",
    ("A11a", 5, "filed"): "2024/7/15",
    ("A20b", 1, "grade"): " 省级\u3000",
    ("A45a", 2, "premium_yuan"): "12.8 万元",
    ("A45a", 3, "approved_rate"): "60%",
    ("A51a", 2, "rice_wheat_mu"): "１２０",
}
WRONG: dict[tuple[str, int, str], Cell] = {
    ("A11a", 7, "rd_current_yuan"): "待核",
    ("A13a", 1, "grade"): "特等奖",
    ("A19a", 2, "productive_investment_yuan"): -2600,
    ("A21c", 3, "applicant"): "",
    ("A51a", 9, "filed"): "2024-13-05",
}
SUBTOTALS = ("A10a", "A45a")


def make_sample(out: Path) -> None:
    """Writes the workbook."""
    scenario = load_scenario(SCENARIO)
    costed = scenario.document.costed()
    rows = {key: _rows(scenario, key, costed[key]) for key in costed}
    form = Form(document=scenario.document, scenario=scenario.name, mark_zh=MARK_ZH, rows=rows)
    write_template(form, out)


def _rows(scenario: Scenario, key: str, award: CostedAward) -> list[list[Cell]]:
    asked = fields(key, scenario.document, "万元")
    months = _months(scenario, key)
    drawn = _columns(scenario, key, award, len(months))
    rows = []
    for at, month in enumerate(months):
        named = _named(key, at, month)
        cells = [
            named[field.name] if field.name in named else _cell(field, award, drawn, at)
            for field in asked
        ]
        rows.append(
            [
                (UNTIDY | WRONG).get((key, at, field.name), cell)
                for field, cell in zip(asked, cells, strict=True)
            ]
        )
    rows.sort(key=lambda cells: str(cells[2]) if isinstance(cells[2], datetime.date) else "2024-07")
    return rows + ([_subtotal(asked, rows)] if key in SUBTOTALS else [])


def _numbers(name: str, size: int) -> Any:
    return uniforms(SEED, f"sample/{name}", size, 0, 1)[:, 0]


def _months(scenario: Scenario, key: str) -> list[int]:
    """The months of the claims of one year that have come in by September."""
    pool = scenario.book.pool_of()[key]
    count = int(draw_counts(scenario.book, pool, Span(seed=SEED, first=0, count=1))[0])
    of_pool = scenario.book.pools[pool].count
    most = count if of_pool.certain else of_pool.ceiling
    least = LEAST if most is None else min(LEAST, most)
    reached = [float(share) for share in scenario.book.reached_by(key)]
    months = np.searchsorted(reached, _numbers(f"{key}/month", count), side="right") + 1
    seen = sorted(int(month) for month in months if month <= LAST_MONTH)
    return [*seen, *[LAST_MONTH] * max(least - len(seen), 0)]


def _columns(scenario: Scenario, key: str, award: CostedAward, size: int) -> dict[str, Any]:
    """The columns of the claims in fen, millionths, codes and yes or no; some fall short."""
    book = scenario.book
    spec = book.pools[book.pool_of()[key]].claims[key]
    sample = Sample(
        size=size,
        numbers=lambda column: _numbers(f"{key}/{column}", size),
        size_factor=np.ones(size),
    )
    columns: dict[str, Any] = dict(draw_columns(award, spec, sample))
    short = _numbers(f"{key}/short", size) < SHORT
    for name in award.requires:
        columns[name] = columns[name] & ~short
    for name, least in award.minimums.items():
        columns[name] = np.where(short, least * FEN * 7 // 10, columns[name])
    return columns


def _named(key: str, at: int, month: int) -> dict[str, Cell]:
    chance = float(_numbers(f"{key}/who/{at}", 1)[0])
    day = 1 + int(28 * float(_numbers(f"{key}/day/{at}", 1)[0]))
    kind, many = ("虚构农户", FARMS) if key == "A51a" else ("虚构企业", APPLICANTS)
    # Products are named by few numbers, so that the same one occurs under both awards.
    product = 1 + int(40 * float(_numbers(f"{key}/product/{at}", 1)[0]))
    return {
        "claim": f"{key}-{at + 1:03d}",
        "applicant": f"{kind}{1 + int(many * chance):04d}",
        "filed": datetime.date(YEAR, month, day),
        "product": f"虚构产品{product:02d}" if at % 4 else "",
    }


def _cell(field: Field, award: CostedAward, drawn: dict[str, Any], at: int) -> Cell:
    if not drawn.get(f"{field.name}?given", np.ones(at + 1, bool))[at]:
        return ""
    value = drawn[field.name][at]
    if field.kind == "yes_no":
        return YES_ZH if value else NO_ZH
    if isinstance(award, Grades) and field.name == award.grade_column:
        return field.options[int(value)]
    if field.kind == "money":
        return round(int(value) / HUNDRED_YUAN) / 100  # 万元 to two decimals
    number = int(value) / MILLIONTHS
    if field.kind == "rate":
        return round(number, 4)
    return round(number, 1) if number < WHOLE_FROM else round(number)


def _subtotal(asked: list[Field], rows: list[list[Cell]]) -> list[Cell]:
    """A row as people add it below: 小计, and the sum of each money column."""
    cells: list[Cell] = ["小计", *[""] * (len(asked) - 1)]
    for column, field in enumerate(asked):
        if field.kind == "money":
            numbers = [row[column] for row in rows]
            cells[column] = round(sum(n for n in numbers if isinstance(n, int | float)), 2)
    return cells


if __name__ == "__main__":
    make_sample(PLACE)
    print(PLACE.name)
