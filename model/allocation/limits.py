"""Every limit on the moves: its name, its family, its words, and what it counts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from model.allocation.problem import Problem
from model.money import format_money

AT_LEAST = ("floor", "chance", "pooled_chance")  # families that hold from below
MOVE_FAMILIES = ("movable_share", "arc_limit", *AT_LEAST, "domain_line")


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One limit on the moves: unique ASCII name, family, whom it binds, amount, words.

    `accounts` are those whose money after the moves it counts; empty where it counts what leaves
    an account or goes along an arc. `subject` is the id of an account, a group, a domain, or
    `giver>receiver`.
    """

    name: str
    family: str
    subject: str
    amount_yuan: int
    says_zh: str
    accounts: tuple[str, ...] = ()


def limits(problem: Problem) -> tuple[Limit, ...]:
    """Every limit on the moves, by family and then by id."""
    found = (
        *_movable_shares(problem),
        *_arc_limits(problem),
        *_floors(problem),
        *_group_floors(problem),
        *_domain_lines(problem),
    )
    return tuple(sorted(found, key=lambda limit: MOVE_FAMILIES.index(limit.family)))


def _movable_shares(problem: Problem) -> Iterator[Limit]:
    ids, words, column = safe_ids(problem.accounts), _words(problem), problem.index
    for giver in sorted({arc.giver for arc in problem.arcs}):
        amount = int(problem.may_leave_yuan[column[giver]])
        says = f"{words[giver]}最多调出{format_money(amount)}"
        yield _limit("movable_share", (ids[giver], giver), amount, says)


def _arc_limits(problem: Problem) -> Iterator[Limit]:
    ids, words = safe_ids(problem.accounts), _words(problem)
    for one in sorted(problem.arc_limits, key=lambda limit: (limit.giver, limit.receiver)):
        amount = int(one.maximum_yuan)
        says = f"{words[one.giver]}最多给{words[one.receiver]}{format_money(amount)}"
        name = f"{ids[one.giver]}__{ids[one.receiver]}"
        subject = f"{one.giver}>{one.receiver}"
        yield _limit("arc_limit", (name, subject), amount, one.says_zh or says)


def _floors(problem: Problem) -> Iterator[Limit]:
    ids, words = safe_ids(problem.accounts), _words(problem)
    for floor in sorted(problem.floors, key=lambda floor: floor.account):
        amount = int(floor.minimum_yuan)
        says = floor.says_zh or f"{words[floor.account]}调剂后不少于{format_money(amount)}"
        family = "chance" if floor.chance else "floor"
        names = (ids[floor.account], floor.account)
        yield _limit(family, names, amount, says, (floor.account,))


def _group_floors(problem: Problem) -> Iterator[Limit]:
    ids = safe_ids(group.id for group in problem.group_floors)
    for group in sorted(problem.group_floors, key=lambda group: group.id):
        amount = int(group.minimum_yuan)
        says = group.says_zh or f"{group.id}各支出账户合计不少于{format_money(amount)}"
        yield _limit("pooled_chance", (ids[group.id], group.id), amount, says, group.accounts)


def _domain_lines(problem: Problem) -> Iterator[Limit]:
    ids = safe_ids(domain.id for domain in problem.domain_limits)
    for domain in sorted(problem.domain_limits, key=lambda domain: domain.id):
        amount = int(domain.maximum_yuan)
        says = domain.says_zh or f"{domain.id}各支出账户合计不超过{format_money(amount)}"
        yield _limit("domain_line", (ids[domain.id], domain.id), amount, says, domain.accounts)


def _words(problem: Problem) -> dict[str, str]:
    return dict(zip(problem.accounts, problem.names, strict=True))


def _limit(
    family: str, names: tuple[str, str], amount: int, says: str, accounts: tuple[str, ...] = ()
) -> Limit:
    safe, subject = names
    return Limit(
        name=f"{family}__{safe}",
        family=family,
        subject=subject,
        amount_yuan=amount,
        says_zh=says,
        accounts=accounts,
    )


def limit_rows(problem: Problem) -> tuple[tuple[Limit, int, dict[int, int]], ...]:
    """Every limit with what it counts: yuan before any move, and +1 or -1 for arcs by position."""
    leaving: dict[str, list[int]] = {}
    arriving: dict[str, list[int]] = {}
    along: dict[str, int] = {}
    for i, arc in enumerate(problem.arcs):
        leaving.setdefault(arc.giver, []).append(i)
        arriving.setdefault(arc.receiver, []).append(i)
        along[f"{arc.giver}>{arc.receiver}"] = i
    column = problem.index
    rows = []
    for limit in limits(problem):
        if limit.family == "movable_share":
            rows.append((limit, 0, dict.fromkeys(leaving[limit.subject], 1)))
        elif limit.family == "arc_limit":
            rows.append((limit, 0, {along[limit.subject]: 1}))
        else:
            start = sum(int(problem.budget_yuan[column[account]]) for account in limit.accounts)
            signs = Counter(i for account in limit.accounts for i in arriving.get(account, ()))
            signs.subtract(i for account in limit.accounts for i in leaving.get(account, ()))
            rows.append((limit, start, {i: sign for i, sign in sorted(signs.items()) if sign}))
    return tuple(rows)


def keeps(limit: Limit, used_yuan: int) -> bool:
    """Whether the limit holds: what must be kept from below, every other limit from above."""
    if limit.family in AT_LEAST:
        return used_yuan >= limit.amount_yuan
    return used_yuan <= limit.amount_yuan


def safe_ids(ids: Iterable[str]) -> dict[str, str]:
    """An ASCII name for each id, unique: a solver's file would merge `a-b` and `a_b`."""
    safe: dict[str, str] = {}
    taken: set[str] = set()
    for identity in sorted(ids):
        plain = re.sub(r"[^A-Za-z0-9]", "_", identity)
        name, n = plain, 1
        while name in taken:
            n += 1
            name = f"{plain}_{n}"
        taken.add(name)
        safe[identity] = name
    return safe
