"""What the claims of a register add up to, by award, account, domain and department."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.policy.exact import Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The money of one account in whole yuan.

    Attributes:
        id, name_zh, department_zh: the account.
        budget_yuan: what it was given.
        committed_yuan: what earlier years and promises without an amount have bound already.
    """

    id: str
    name_zh: str
    department_zh: str
    budget_yuan: int
    committed_yuan: int

    @property
    def available_yuan(self) -> int:
        """What is left for this year's claims; below 0 where more is bound than there is."""
        return self.budget_yuan - self.committed_yuan


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an award stands: its name, the domain of its clause, the account that pays it."""

    name_zh: str
    domain_zh: str
    account: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The claims of one award, account, domain or department.

    Attributes:
        key: what is summed: an id, or a name in Chinese.
        claims: how many; `paid`: how many of them are entitled to anything.
        entitlement_yuan, city_yuan: what they add up to.
    """

    key: str
    claims: int
    paid: int
    entitlement_yuan: int
    city_yuan: int


def sum_awards(award: Sequence[str], entitlement: Ints, city: Ints) -> dict[str, Sum]:
    """The claims of each award that occurs, in the order of first occurrence; exact.

    Args:
        award, entitlement, city: one entry for each claim; money in whole yuan.
    """
    numbers: dict[str, int] = {}
    codes = np.array([numbers.setdefault(key, len(numbers)) for key in award], np.int64)
    found = {}
    for key, number in numbers.items():
        rows = np.flatnonzero(codes == number)
        found[key] = Sum(
            key=key,
            claims=len(rows),
            paid=int(np.count_nonzero(entitlement[rows])),
            # Python's integers: a register may hold more than int64 can add up.
            entitlement_yuan=sum(entitlement[rows].tolist()),
            city_yuan=sum(city[rows].tolist()),
        )
    return found


def gather(sums: Iterable[Sum], key_of: Mapping[str, str]) -> dict[str, Sum]:
    """The sums of awards added up by what `key_of` says, in the order of first occurrence."""
    found: dict[str, Sum] = {}
    for one in sums:
        key = key_of[one.key]
        found[key] = _added(found[key], one) if key in found else _added(_nothing(key), one)
    return found


def total(sums: Iterable[Sum]) -> Sum:
    """All of them as one, called 合计."""
    found = _nothing("合计")
    for one in sums:
        found = _added(found, one)
    return found


def _nothing(key: str) -> Sum:
    return Sum(key=key, claims=0, paid=0, entitlement_yuan=0, city_yuan=0)


def _added(one: Sum, other: Sum) -> Sum:
    return Sum(
        key=one.key,
        claims=one.claims + other.claims,
        paid=one.paid + other.paid,
        entitlement_yuan=one.entitlement_yuan + other.entitlement_yuan,
        city_yuan=one.city_yuan + other.city_yuan,
    )


def money_of(accounts: Iterable[str | None], money: Mapping[str, Money]) -> int | None:
    """The available money of some accounts together; None where one of them has none named."""
    named = list(dict.fromkeys(accounts))
    if not named or any(account is None or account not in money for account in named):
        return None
    return sum(money[account].available_yuan for account in named if account is not None)
