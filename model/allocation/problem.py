"""What the reallocation must decide on: money, claims, arcs and limits as one checked record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from model.allocation.faults import refuse_faults
from model.allocation.parts import (
    Arc,
    ArcLimit,
    Caution,
    DomainLimit,
    Floor,
    GroupFloor,
    Kind,
    Payments,
)
from model.risk import FloatArray, IntArray
from model.years import Years

__all__ = [
    "Arc",
    "ArcLimit",
    "Caution",
    "DomainLimit",
    "Floor",
    "GroupFloor",
    "Kind",
    "Payments",
    "Problem",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Accounts, their claims in every draw, and what may be moved; all money in whole yuan.

    `demand` is int64[draw, account]; `committed_yuan` is paid before any claim and may exceed
    the budget. In a draw an account leaves max(demand + committed - money, 0) unpaid; U is the
    sum over accounts of weight x unpaid (or what the rules of `payments` leave unpaid, each kind
    with its own weight times the account's). The plan minimises E[U] + worst_weight x the mean
    of U over the worst `worst_share` of the draws. Arrays are read-only.

    Raises:
        InputError: all faults of the record at once.
    """

    accounts: tuple[str, ...]
    names: tuple[str, ...]
    budget_yuan: IntArray
    committed_yuan: IntArray
    demand: Years
    weights: FloatArray
    may_leave_yuan: IntArray
    arcs: tuple[Arc, ...] = ()
    arc_limits: tuple[ArcLimit, ...] = ()
    floors: tuple[Floor, ...] = ()
    group_floors: tuple[GroupFloor, ...] = ()
    domain_limits: tuple[DomainLimit, ...] = ()
    payments: Payments | None = None
    cautions: tuple[Caution, ...] = ()
    worst_share: float = 0.05
    worst_weight: float = 1.0

    def __post_init__(self) -> None:
        for name in ("budget_yuan", "committed_yuan", "demand", "weights", "may_leave_yuan"):
            value = getattr(self, name)
            if name == "demand" and not isinstance(value, np.ndarray):
                continue  # worked out while it is read
            # A view, not a copy: demand can be large, and its owner keeps the right to write.
            view = np.asarray(value).view()
            view.setflags(write=False)
            object.__setattr__(self, name, view)
        refuse_faults(self)

    @property
    def available_yuan(self) -> IntArray:
        """Budget minus committed; negative where committed money is itself not covered."""
        return self.budget_yuan - self.committed_yuan

    @property
    def index(self) -> dict[str, int]:
        """The column of each account."""
        return {account: column for column, account in enumerate(self.accounts)}
