"""What an allocation problem is made of: arcs, limits, and the rules by which accounts pay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from model.years import Years


@dataclass(frozen=True, slots=True, kw_only=True)
class Arc:
    """Leave to move money from one account to another, who must agree, and its price.

    The price, per yuan moved, only chooses among plans that are equally good for applicants.
    """

    giver: str
    receiver: str
    approval: str
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ArcLimit:
    """At most this money goes from one account to another."""

    giver: str
    receiver: str
    maximum_yuan: int
    says_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """An account keeps at least this money (its budget after the moves).

    `chance` says that the amount comes from a limit on the chance of a gap.
    """

    account: str
    minimum_yuan: int
    says_zh: str = ""
    chance: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFloor:
    """Accounts together hold at least this money, so that the chance of a joint gap is limited."""

    id: str
    accounts: tuple[str, ...]
    minimum_yuan: int
    says_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLimit:
    """The accounts of a domain together hold at most this money after the moves."""

    id: str
    accounts: tuple[str, ...]
    maximum_yuan: int
    says_zh: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caution:
    """What counts against giving: what it does to the giver if one assumption is wrong.

    A convex curve, straight between its points and level above the first. Like the price of an
    arc, it only chooses among plans that are equally good at central assumptions.

    Attributes:
        money_yuan: the money that the account holds, from its budget down.
        harm_yuan: how much then counts against it, as much as a price of so many yuan.
    """

    account: str
    money_yuan: tuple[int, ...]
    harm_yuan: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of claims on an account (an award): what a yuan unpaid counts, and its order.

    Kinds of a lower `turn` are paid first; kinds of the same turn get the same part of what they
    ask for. In no year does a kind get more than its ceiling.
    """

    id: str
    account: str
    weight: float = 1.0
    ceiling_yuan: int | None = None
    turn: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Payments:
    """How accounts pay when their money does not reach, kind by kind.

    Attributes:
        kinds: every kind of claims on the accounts that have a rule; other accounts pay their
            claims as one.
        demand: int64[draw, kind]; the kinds of an account add up to its demand.
        guaranteed: account -> the part that all its kinds get before turns count, from 0 to 1.
    """

    kinds: tuple[Kind, ...]
    demand: Years
    guaranteed: Mapping[str, float] = field(default_factory=dict)
