"""What is asked of one account, and by which rule it pays when its money does not reach."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import partial

import numpy as np

from model.allocation.rationing import (
    Split,
    Whole,
    equal_awards,
    equal_losses,
    guaranteed,
    in_turns,
    pro_rata,
    queue,
    talmud,
)
from model.risk import BoolArray, IntArray

# Rules that raise a common level: claims of an award at its ceiling stay there, the others go on.
LEVELLING = ("smallest_ratio", "equal_awards", "equal_losses")
ORDERED = ("priority", "flagship_first", "guaranteed", "first_come")
RULES = ("pro_rata", *ORDERED, *LEVELLING, "talmud")
PLAIN_RULES = ("pro_rata", "first_come", *LEVELLING, "talmud")  # those that need no order

Splitter = Callable[[Whole, int, IntArray], Split]


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """One award of an account: its yearly ceiling, and what the rule must know of it.

    Attributes:
        turn: awards of a lower turn are paid first; those of one turn get the same part.
        weight: under equal awards, how many times the common amount a claim of it may get; a
            whole number, since only its ratio to the others counts.
        worth: what a yuan of it counts when whole claims must be chosen.
        indivisible: whether its claims are paid whole or not at all.
    """

    id: str
    ceiling_yuan: int | None = None
    turn: int = 0
    weight: int = 1
    worth: Fraction = Fraction(1)
    indivisible: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """The claims on one account.

    Attributes:
        rule: one of `RULES`.
        money_yuan: what it may pay in all; 0 or more.
        claims_yuan: int64[claim], the most that each may be paid; 0 or more.
        award: int64[claim], its position in `awards`.
        place: int64[claim], its place in the queue; all different.
        at_least: the part that rule `guaranteed` gives everybody first.
        stop: in a queue, whether a whole claim that does not fit ends it; else it is passed over.
    """

    account: str
    rule: str
    money_yuan: int
    awards: tuple[Award, ...]
    claims_yuan: IntArray
    award: IntArray
    place: IntArray
    at_least: Fraction = field(default=Fraction(0))
    stop: bool = False

    def total(self) -> int:
        """All claims together, in yuan."""
        return int(self.claims_yuan.sum(dtype=object)) if len(self.claims_yuan) else 0

    def by_award(self, yuan: Whole) -> list[int]:
        """Sums of some amounts of the claims, award by award."""
        sums = np.zeros(len(self.awards), object)
        np.add.at(sums, self.award, yuan)
        return [int(total) for total in sums]

    def room(self, position: int) -> int:
        """The most that an award of this account may be paid: its ceiling, or all its claims."""
        asked = int(self.claims_yuan[self.award == position].sum(dtype=object))
        ceiling = self.awards[position].ceiling_yuan
        return asked if ceiling is None else min(ceiling, asked)

    def most(self) -> int:
        """All that can be paid if every claim may be paid in part."""
        return min(
            self.money_yuan, sum(self.room(position) for position in range(len(self.awards)))
        )

    def whole(self) -> BoolArray:
        """Which claims are paid whole or not at all."""
        return np.array([award.indivisible for award in self.awards], np.bool_)[self.award]

    def only(self, rows: IntArray | BoolArray, money_yuan: int, rule: str | None = None) -> Asked:
        """Some of the claims with another sum of money, and perhaps another rule."""
        return replace(
            self,
            rule=rule or self.rule,
            money_yuan=money_yuan,
            claims_yuan=self.claims_yuan[rows],
            award=self.award[rows],
            place=self.place[rows],
        )


def splitter(asked: Asked) -> Splitter:
    """The rule of an account as a function of claims, money and which claims they are."""
    weight = np.array([award.weight for award in asked.awards], object)[asked.award]
    turn = np.array([award.turn for award in asked.awards], np.int64)[asked.award]
    splitters: dict[str, Splitter] = {
        "pro_rata": lambda claims, money, rows: pro_rata(claims, money),
        "smallest_ratio": lambda claims, money, rows: pro_rata(claims, money),
        "equal_awards": lambda claims, money, rows: equal_awards(claims, money, weight[rows]),
        "equal_losses": lambda claims, money, rows: equal_losses(claims, money),
        "talmud": lambda claims, money, rows: talmud(claims, money),
        "first_come": lambda claims, money, rows: queue(claims, money, asked.place[rows]),
        "guaranteed": lambda claims, money, rows: partial(guaranteed, at_least=asked.at_least)(
            claims, money, turn[rows]
        ),
    }
    by_turn: Splitter = lambda claims, money, rows: in_turns(claims, money, turn[rows])  # noqa: E731
    return splitters.get(asked.rule, by_turn)
