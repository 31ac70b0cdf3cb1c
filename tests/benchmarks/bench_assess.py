"""Speed of reading and assessing a register beside plain loops over the same rules, row by row.

All work on the same made-up CSV file of all costed awards of base, mixed, and must agree to the
yuan. The product finds the cells, reads and checks every one, entitles and shares out; reasons in
words are not asked of anybody. The bare loop reads the rows by `csv.DictReader`, follows the rules
with if and else in exact fractions, and trusts every cell. The careful loop also reads and checks
each cell as the product does. The loops run on the first rows of the file and their times are
scaled to all of them: their work is the same for every row. Times are the processor's, the best of
five runs, so that other work on the machine does not decide. Run with ``make bench``.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

from claims_data import make_rows, register_columns, write_csv
from claims_loop import assess_rows, check_rows, entitle_rows, read_rows

from model.claims.entitlements import assess
from model.claims.register import read_register
from model.policy.awards import CostedAward
from model.policy.rules import entitle
from model.scenario import load_scenario

BASE = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024" / "base.yaml"
SEED = 20240301
CLAIMS = 1_000_000
LOOPED = 20_000
RUNS = 5
TARGET = 50


def take_time(work: Callable[[], Any]) -> tuple[float, Any]:
    """The best time of some runs, and the last result."""
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        result = work()
        times.append(time.process_time() - start)
    return min(times), result


def say(met: bool, target: str, number: str) -> None:
    """One sentence about a target."""
    print(f"  {'PASS' if met else 'MISS'}  {target}: {number}", flush=True)


def main() -> None:
    """Print the times of both on the same file, and whether they agree."""
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
        read, register = take_time(lambda: read_register(path, awards))
        assert not register.refused
        rules, found = take_time(lambda: assess(register, awards, pays, reasons=False))
        scale = CLAIMS / LOOPED
        alone, _ = take_time(
            lambda: [entitle(costed[key], part.columns) for key, part in register.parts.items()]
        )
        reading, rows = take_time(lambda: list(islice(read_rows(path), LOOPED)))
    entitling, _ = take_time(lambda: entitle_rows(rows, costed))
    following, expected = take_time(lambda: assess_rows(rows, costed, pays))
    checking, _ = take_time(lambda: check_rows(rows, costed))
    # What comes later in the file changes nothing for the first rows: the first claim is served.
    ours = [found.entitlement_yuan[:LOOPED].tolist(), found.city_yuan[:LOOPED].tolist()]
    equal = ours == [list(part) for part in zip(*expected, strict=True)]
    say(equal, f"equal to the yuan on the first {LOOPED:,} claims", str(equal))
    print(f"  {'':<36} {'product':>9} {'loop':>9} {'ratio':>7}")
    for name, product, loop in (
        ("rules, each claim by itself", alone, entitling * scale),
        ("rules, also over several claims", rules, following * scale),
        ("whole file, bare loop", read + rules, (reading + following) * scale),
        ("whole file, careful loop", read + rules, (reading + checking + following) * scale),
    ):
        print(f"  {name:<36} {product:>8.2f}s {loop:>8.2f}s {loop / product:>6.0f}x")
        say(loop >= TARGET * product, f"at least {TARGET} times as fast", f"{loop / product:.0f}")
    assert equal


if __name__ == "__main__":
    main()
