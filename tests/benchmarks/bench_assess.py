"""Speed of reading and assessing a register beside loops over the same rules, row by row.

All work on the same made-up CSV file of all costed awards of base, mixed, and must agree to the
yuan. The product finds the cells, reads and checks every one, entitles and shares out; reasons in
words are not asked of anybody. Its peers, from the loop that most people write to the hardest:

- pandas: `read_csv` with texts as they are, then `iterrows`, the rules with if and else in exact
  fractions; with the checks of every cell that the product makes, and trusting every cell;
- the product's own parsers and rules, called for one claim at a time on rows of `csv.DictReader`;
  rules over several claims are left out;
- `csv.DictReader` and the same if and else, with the checks, and trusting every cell.

The target is held against pandas with the checks, which does by rows what the product does; the
others are told without a verdict. Peers run on the first rows and their times are scaled to all of
them: their work is the same for every row, but for reading the file, which pandas does whole. Times
are the processor's, the best of some runs, so that other work on the machine does not decide. Run
with ``make bench``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from claims_data import make_rows, register_columns, write_csv
from claims_loop import (
    assess_rows,
    check_rows,
    entitle_by_product,
    entitle_rows,
    read_rows,
)

from model.claims.entitlements import Assessment, assess
from model.policy.awards import CostedAward
from model.policy.rules import entitle
from model.register.register import Register, read_register
from model.scenario import Scenario, load_scenario

BASE = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024" / "base.yaml"
SEED = 20240301
CLAIMS = 1_000_000
LOOPED = 20_000
RUNS, LOOP_RUNS = 5, 2
SCALE = CLAIMS // LOOPED
TARGET = 50


def take_time(work: Callable[[], Any], runs: int = LOOP_RUNS) -> tuple[float, Any]:
    """The best time of some runs, and the last result."""
    times = []
    for _ in range(runs):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return min(times), result


def say(met: bool, target: str, number: str) -> None:
    """One sentence about a target."""
    print(f"  {'PASS' if met else 'MISS'}  {target}: {number}", flush=True)


def time_peers(
    path: Path, costed: dict[str, CostedAward], pays: dict[str, Fraction]
) -> tuple[dict[str, float], list[list[int]]]:
    """The seconds of each peer for the whole file; what the first rows get by themselves, with
    the rules over several claims, and of it the city's part. All peers must agree on it.
    """
    reading, table = take_time(lambda: pd.read_csv(path, dtype=str, keep_default_na=False))
    table = table.iloc[:LOOPED]
    iterating, of_table = take_time(lambda: [row for _, row in table.iterrows()])
    by_row, found = take_time(lambda: assess_rows(of_table, costed, pays))
    checked, _ = take_time(lambda: check_rows(of_table, costed))
    scanning, rows = take_time(lambda: list(islice(read_rows(path), LOOPED)))
    one_by_one, alone = take_time(lambda: entitle_by_product(rows, costed))
    following, again = take_time(lambda: assess_rows(rows, costed, pays))
    checking, _ = take_time(lambda: check_rows(rows, costed))
    assert found == again
    assert alone == entitle_rows(rows, costed)
    seconds = {
        "pandas iterrows, with checks": reading + (iterating + by_row + checked) * SCALE,
        "pandas iterrows, without checks": reading + (iterating + by_row) * SCALE,
        "the product's rules, one at a time": (scanning + one_by_one) * SCALE,
        "DictReader, with checks": (scanning + following + checking) * SCALE,
        "DictReader, without checks": (scanning + following) * SCALE,
    }
    return seconds, [alone, *map(list, zip(*found, strict=True))]


def time_product(
    path: Path, scenario: Scenario, pays: dict[str, Fraction]
) -> tuple[float, float, Register, Assessment]:
    """The seconds of reading and of assessing, and what came out."""
    awards = scenario.document.awards
    reading, register = take_time(lambda: read_register(path, awards), RUNS)
    assert not register.refused
    assessing, found = take_time(lambda: assess(register, awards, pays, reasons=False), RUNS)
    return reading, assessing, register, found


def main() -> None:
    """Print the times of all on the same file, and whether they agree."""
    scenario = load_scenario(BASE)
    awards, book = scenario.document.awards, scenario.book
    costed = {key: award for key, award in awards.items() if isinstance(award, CostedAward)}
    pays = {
        award: Fraction(book.shared(book.pools[pool].city_pays).at("central"))
        for award, pool in book.pool_of().items()
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.csv"
        write_csv(path, register_columns(costed), make_rows(costed, CLAIMS, SEED))
        print(f"{CLAIMS:,} claims of {len(costed)} awards, {path.stat().st_size / 1e6:.0f} MB")
        reading, assessing, register, found = time_product(path, scenario, pays)
        peers, expected = time_peers(path, costed, pays)
    alone = np.zeros(CLAIMS, np.int64)
    for key, part in register.parts.items():
        alone[part.rows] = entitle(costed[key], part.columns).yuan
    # What comes later in the file changes nothing for the first rows: the first claim is served.
    ours = [part[:LOOPED].tolist() for part in (alone, found.entitlement_yuan, found.city_yuan)]
    say(ours == expected, f"equal to the yuan on the first {LOOPED:,} claims", "all peers")
    whole = reading + assessing
    print(f"  product: {reading:.2f}s reading + {assessing:.2f}s assessing = {whole:.2f}s")
    for name, seconds in peers.items():
        print(f"  {name:<36} {seconds:>8.1f}s {seconds / whole:>6.1f}x")
    name, judged = next(iter(peers.items()))
    say(
        judged >= TARGET * whole,
        f"at least {TARGET} times as fast as {name}",
        f"{judged / whole:.1f}",
    )
    assert ours == expected


if __name__ == "__main__":
    main()
