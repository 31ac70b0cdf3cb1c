"""What every claim is paid, account by account, and what it is told; checked in two ways."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.account_claims import AccountClaims
from model.allocation.allotment import Allotment, allot
from model.allocation.allotment_check import faults
from model.allocation.second_opinion import apart_yuan
from model.allotment_words import Told, tell_claims, tell_nobody
from model.claims.entitlements import Assessment
from model.errors import BudgetError
from model.policy.exact import Ints

CLOSE_YUAN = 0.5  # between the closed form and the programme, whose solver works with floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account, what it pays, what its claims are told, and what the programme says to it.

    Attributes:
        short: whether its claims or an award's go short.
        apart_yuan: how far the programme is from the payments; None where it was not asked.
    """

    claims: AccountClaims
    found: Allotment
    told: Sequence[Told]
    short: bool
    apart_yuan: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payments:
    """All payments of a register, claim by claim in its order.

    Attributes:
        paid, by_ceiling, by_money, as_whole: int64[claim], yuan.
        account: the id of the account of each claim; blank where nobody pays it.
    """

    accounts: Sequence[Account]
    paid: Ints
    by_ceiling: Ints
    by_money: Ints
    as_whole: Ints
    account: Sequence[str]
    told: Sequence[Told]


def pay(asked: list[AccountClaims], assessment: Assessment) -> Payments:
    """What every claim is paid, checked without the solver.

    Raises:
        BudgetError: the payments do not keep a limit or the rule, or the programme says otherwise.
    """
    n = len(assessment.city_yuan)
    columns = np.zeros((4, n), np.int64)
    told: list[Told] = tell_nobody(assessment.city_yuan.tolist())
    account = [""] * n
    accounts = []
    for claims in asked:
        one = pay_account(claims)
        found = one.found
        cuts = (found.paid_yuan, found.cut_by_ceiling, found.cut_by_money, found.cut_as_whole)
        columns[:, claims.rows] = np.stack(cuts)
        for row, words in zip(claims.rows.tolist(), one.told, strict=True):
            told[row], account[row] = words, claims.money.id
        accounts.append(one)
    return Payments(
        accounts=accounts,
        paid=columns[0],
        by_ceiling=columns[1],
        by_money=columns[2],
        as_whole=columns[3],
        account=account,
        told=told,
    )


def pay_account(claims: AccountClaims) -> Account:
    """What one account pays, after both checks.

    Raises:
        BudgetError: as in `pay`.
    """
    found = allot(claims.asked)
    name = claims.money.name_zh
    if wrong := faults(found):
        raise BudgetError(f"the payments of '{name}' do not pass their check: {wrong[0]}")
    short = bool(np.any(found.paid_yuan < claims.asked.claims_yuan))
    apart = _second_opinion(claims) if short else None
    if apart is not None and apart > CLOSE_YUAN:
        raise BudgetError(f"'{name}': the programme is {apart:.2f} yuan from the payments")
    told = tell_claims(claims, found)
    return Account(claims=claims, found=found, told=told, short=short, apart_yuan=apart)


def _second_opinion(claims: AccountClaims) -> float | None:
    """How far the programme is; None where it was not asked or its solver gave up.

    The payments have passed their own check by then, so that a solver that gives up stops nothing.
    """
    try:
        return apart_yuan(claims.asked)
    except BudgetError:
        return None
