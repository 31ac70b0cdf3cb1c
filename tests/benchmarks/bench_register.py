"""Speed of reading a workbook of 100 000 claims beside pandas, which reads the cells and no more.

Both read the same made-up .xlsx in one run, pandas by the same parser of workbooks (calamine) into
a table of untouched cells. The product looks into the archive for damage, error values and formulas
without result, reads in a process of its own, and checks every cell that a rule needs. Times are
medians of three runs by the clock, since two processes work at once. Run with ``make bench``.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import xlsxwriter
from claims_data import make_rows, register_columns

from model.policy.awards import CostedAward
from model.register.register import read_register
from model.scenario import load_scenario

BASE = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024" / "base.yaml"
SEED = 20240302
CLAIMS = 100_000
RUNS = 3
TARGET = 10.0  # seconds


def write_workbook(path: Path, header: list[str], rows: list[list[str]]) -> None:
    """Rows as a sheet; what is a number is stored as one."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": True})
    sheet = book.add_worksheet("登记")
    for at, row in enumerate([header, *rows]):
        for position, cell in enumerate(row):
            if cell:
                sheet.write(at, position, cell)
    book.close()


def take_time(work: Callable[[], Any]) -> tuple[float, Any]:
    """The median time of some runs, and the last result."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        result = work()
        times.append(time.perf_counter() - start)
    return statistics.median(times), result


def main() -> None:
    """Print the times of both on the same file."""
    awards = load_scenario(BASE).document.awards
    costed = {key: award for key, award in awards.items() if isinstance(award, CostedAward)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.xlsx"
        write_workbook(path, register_columns(costed), make_rows(costed, CLAIMS, SEED))
        print(f"{CLAIMS:,} claims of {len(costed)} awards, {path.stat().st_size / 1e6:.1f} MB")
        ours, register = take_time(lambda: read_register(path, awards))
        theirs, table = take_time(lambda: pd.read_excel(path, engine="calamine"))
    assert len(register.rows) == len(table) == CLAIMS, (len(register.rows), len(table))
    print(f"  product {ours:.2f}s, pandas {theirs:.2f}s, ratio {theirs / ours:.1f}")
    print(f"  {'PASS' if ours < TARGET else 'MISS'}  read in {TARGET:.0f} seconds: {ours:.2f}")


if __name__ == "__main__":
    main()
