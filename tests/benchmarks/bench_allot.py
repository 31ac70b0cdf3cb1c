"""Time to pay 100 000 claims of one account, beside a plain linear programme and a plain loop.

Run with ``make bench``. All three get the same invented claims (虚构): 31 awards, every other one
with a ceiling, money for six tenths.

plain PuLP: a variable and a row for each claim, solved by HiGHS. Under pro_rata the programme is
the whole rule; under smallest_ratio only its first level is solved, which favours the peer.
plain loop: one claim after the other in exact fractions, as one would write the rule down.

Ours gives whole yuan and what cuts each claim; its check without the solver is timed apart. Every
peer must pay the same, the programme to a tenth of a yuan, the loop to the last part of one (it
rounds nothing and explains no cut).

Last, the whole command on a register of as many claims of two awards: read, assess, pay, check,
explain and write.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pulp

from model.allocation.allotment import allot, split_exactly
from model.allocation.allotment_check import faults
from model.allocation.asked import RULES, Asked, Award
from model.allotting import allot_register
from model.assessing import Manner

Holds = Callable[[list[Fraction]], bool]  # whether a peer found what the exact payments are
Peer = Callable[[Asked], Holds]
SCENARIO = Path(__file__).parents[2] / "scenarios" / "jiaxing-2024" / "base.yaml"
N_CLAIMS = 100_000
N_AWARDS = 31
TARGET_SECONDS = 5.0


def main() -> None:
    """A line for each rule: our time, that of the check, and both ratios where there is a peer."""
    print(f"{N_CLAIMS:,} claims; seconds, and how many times longer the peer takes")
    print(f"{'rule':<16}{'ours':>7}{'check':>7}{'PuLP':>9}{'ratio':>7}{'loop':>9}{'ratio':>7}")
    for rule in RULES:
        asked = make_claims(rule)
        found, ours = timed(lambda asked=asked: allot(asked))
        wrong, check = timed(lambda found=found: faults(found))
        assert wrong == []
        line = f"{rule:<16}{ours:>7.2f}{check:>7.2f}"
        line += beside(ours, PROGRAMMES.get(rule), asked) + beside(ours, LOOPS.get(rule), asked)
        print(f"{line}  {'PASS' if ours + check < TARGET_SECONDS else 'MISS'}")

    for ending in ("csv", "xlsx"):
        print(f"budget allot, {N_CLAIMS:,} rows, .{ending}: {whole_command(ending):.1f} s")


def beside(ours: float, peer: Peer | None, asked: Asked) -> str:
    """The time of a peer and how many times ours it is; what it found must be what we found."""
    if peer is None:
        return f"{'':>16}"
    holds, taken = timed(lambda: peer(asked))
    assert holds(split_exactly(asked).fractions())
    return f"{taken:>9.2f}{taken / ours:>7.1f}"


def whole_command(ending: str) -> float:
    """Seconds from a register on disk to the payments on disk."""
    rng = np.random.default_rng(7)
    with TemporaryDirectory() as folder:
        register, out = Path(folder) / "claims.csv", Path(folder) / f"out.{ending}"
        with register.open("w", encoding="utf-8") as file:
            file.write("claim,applicant,award,filed,grade,first_unit,provincial_award_yuan\n")
            for i, kind in enumerate(rng.integers(0, 2, N_CLAIMS).tolist()):
                day = f"2024-{rng.integers(1, 10):02d}-{rng.integers(1, 29):02d}"
                ending_of = ("A13a,{},二等奖,是,", "A47,{},,,{}")[kind]
                cells = ending_of.format(day, rng.integers(10_000, 3_000_000))
                file.write(f"c{i},虚构企业{i:06d},{cells}\n")
        begin = time.perf_counter()
        allot_register(register, SCENARIO, out, Manner())
        return time.perf_counter() - begin


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def make_claims(rule: str) -> Asked:
    rng = np.random.default_rng(2024)
    award = rng.integers(0, N_AWARDS, N_CLAIMS)
    claims = np.exp(rng.normal(12, 1.2, N_CLAIMS)).astype(np.int64)
    totals = [int(claims[award == position].sum()) for position in range(N_AWARDS)]
    awards = tuple(
        Award(
            id=f"A{position}",
            ceiling_yuan=total * (3 + position % 8) // 10 if position % 2 else None,
            turn=position // 8,
            weight=1 + position % 3,
        )
        for position, total in enumerate(totals)
    )
    return Asked(
        account="a",
        rule=rule,
        money_yuan=sum(totals) * 6 // 10,
        awards=awards,
        claims_yuan=claims,
        award=award,
        place=rng.permutation(N_CLAIMS),
        at_least=Fraction(1, 4),
    )


# --- the plain programme ---


def rows_of(asked: Asked) -> tuple[pulp.LpProblem, list[pulp.LpVariable]]:
    """A payment for each claim, the money of the account and the ceilings of its awards."""
    lp = pulp.LpProblem("plain", pulp.LpMinimize)
    pay = [
        lp.add_variable(f"pay{i}", 0, due / 1e4) for i, due in enumerate(asked.claims_yuan.tolist())
    ]
    lp.addConstraint(pulp.lpSum(pay) <= asked.money_yuan / 1e4)
    for position, award in enumerate(asked.awards):
        if award.ceiling_yuan is not None:
            own = np.flatnonzero(asked.award == position).tolist()
            lp.addConstraint(pulp.lpSum(pay[i] for i in own) <= award.ceiling_yuan / 1e4)
    return lp, pay


def plain_pro_rata(asked: Asked) -> Holds:
    lp, pay = rows_of(asked)
    share = lp.add_variable("share", 0, 1)
    totals = asked.by_award(asked.claims_yuan)
    parts = [asked.room(position) / total for position, total in enumerate(totals)]
    rows = zip(pay, asked.claims_yuan.tolist(), asked.award.tolist(), strict=True)
    for one, due, award in rows:
        lp.addConstraint(one - due / 1e4 * parts[award] * share == 0)
    lp.setObjective(-1 * share)
    lp.solve(pulp.HiGHS(msg=False, threads=1))
    paid = np.array([one.value() for one in pay]) * 1e4
    return lambda exact: float(np.abs(paid - np.array(exact, float)).max()) < 0.1


def plain_smallest_ratio(asked: Asked) -> Holds:
    lp, pay = rows_of(asked)
    ratio = lp.add_variable("ratio", 0, 1)
    for one, due in zip(pay, asked.claims_yuan.tolist(), strict=True):
        lp.addConstraint(one - due / 1e4 * ratio >= 0)
    lp.setObjective(-1 * ratio)
    lp.solve(pulp.HiGHS(msg=False, threads=1))
    found, due = ratio.value(), asked.claims_yuan.tolist()

    def holds(exact: list[Fraction]) -> bool:
        least = min(part / claim for part, claim in zip(exact, due, strict=True))
        return abs(found - float(least)) < 1e-6

    return holds


# --- the plain loop ---


def loop_pro_rata(asked: Asked) -> Holds:
    totals, rooms = [0] * len(asked.awards), []
    claims = list(zip(asked.claims_yuan.tolist(), asked.award.tolist(), strict=True))
    for due, award in claims:
        totals[award] += due
    for one, total in zip(asked.awards, totals, strict=True):
        rooms.append(total if one.ceiling_yuan is None else min(total, one.ceiling_yuan))
    share = min(Fraction(1), Fraction(asked.money_yuan, sum(rooms)))
    paid = [due * Fraction(rooms[award], totals[award]) * share for due, award in claims]
    return lambda exact: exact == paid


def loop_first_come(asked: Asked) -> Holds:
    left = asked.money_yuan
    rooms = [left if one.ceiling_yuan is None else one.ceiling_yuan for one in asked.awards]
    paid = [0] * len(asked.award)
    queue = sorted(range(len(paid)), key=lambda row: asked.place[row])
    for row in queue:
        award = asked.award[row]
        paid[row] = min(int(asked.claims_yuan[row]), left, rooms[award])
        left -= paid[row]
        rooms[award] -= paid[row]
    return lambda exact: exact == paid


PROGRAMMES = {"pro_rata": plain_pro_rata, "smallest_ratio": plain_smallest_ratio}
LOOPS = {"pro_rata": loop_pro_rata, "first_come": loop_first_come}

if __name__ == "__main__":
    main()
