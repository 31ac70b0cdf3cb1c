"""Made-up registers of any size for the benchmarks: all costed awards mixed, columns in English."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path

from model.policy.awards import CostedAward, Grades

NAMING = ("claim", "applicant", "award", "filed")


def register_columns(awards: Mapping[str, CostedAward]) -> list[str]:
    """The header of a register of all awards."""
    columns = {name: None for award in awards.values() for name in award.columns}
    return [*NAMING, *columns]


def make_rows(awards: Mapping[str, CostedAward], number: int, seed: int) -> list[list[str]]:
    """Rows of cells: every award as often as any other, sizes of all orders, a third untidy money.

    One in twenty claims fails a condition by being below it; about three claims an applicant.
    """
    rng = random.Random(seed)
    header = register_columns(awards)
    at = {name: place for place, name in enumerate(header)}
    keys = list(awards)
    rows = []
    for claim in range(number):
        row = [""] * len(header)
        key = keys[rng.randrange(len(keys))]
        row[:4] = [
            f"S{claim:07}",
            f"虚构企业{rng.randrange(max(number // 3, 1)):06}",
            key,
            f"2024-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}",
        ]
        for name in awards[key].columns:
            row[at[name]] = _cell(awards[key], name, rng)
        rows.append(row)
    return rows


def _cell(award: CostedAward, name: str, rng: random.Random) -> str:
    column = award.columns[name]
    if isinstance(award, Grades) and name == award.grade_column:
        return rng.choice(list(award.grades))
    if column.type == "bool":
        return rng.choice(["是"] * 19 + ["否"])
    if column.type == "text":
        return f"产品{rng.randrange(10**6)}" if rng.random() < 0.5 else ""
    if column.type == "number":
        if "rate" in name:
            return f"{rng.randrange(1, 40) / 1000:.3f}"
        return str(rng.randrange(1, 10 ** rng.randrange(2, 6)))
    yuan = rng.randrange(10**4, 10 ** rng.randrange(5, 10))
    return f"{yuan}.{rng.randrange(100):02}" if rng.random() < 1 / 3 else str(yuan)


def write_csv(path: Path, header: list[str], rows: list[list[str]]) -> None:
    """Rows as a CSV file in UTF-8; no cell needs quoting."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(header) + "\n")
        file.writelines(",".join(row) + "\n" for row in rows)
