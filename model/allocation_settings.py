"""The rules of moving money and of paying when it does not reach, as a scenario states them."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from model.errors import did_you_mean
from model.strict import Money, StrictModel, UnsignedRate


def _at_most_all(part: Fraction) -> Fraction:
    if part > 1:
        raise ValueError("a part of a whole lies between 0% and 100%")
    return part


def _above_nothing(part: Fraction) -> Fraction:
    if not part:
        raise ValueError("a chance of 0% cannot be promised. Give a little more")
    return part


Part = Annotated[UnsignedRate, AfterValidator(_at_most_all)]
Chance = Annotated[Part, AfterValidator(_above_nothing)]
Weight = Annotated[float, Field(ge=0)]
# Defaults are written as a user writes them, so that they can be named and changed.
NOTHING = "0万元"
ALWAYS = "100%"


class Group(StrictModel):
    """Accounts among which money may move, and the groups they may give to."""

    name_zh: str
    name_en: str
    accounts: tuple[str, ...]
    gives_to: tuple[str, ...] = ()
    receives: bool = True
    why: str
    why_en: str = ""


class Approval(StrictModel):
    """Who must agree to a transfer, on what basis, and what a moved yuan counts in the choice."""

    name_zh: str
    name_en: str
    basis_zh: str
    basis_en: str
    price: float = Field(
        ge=0, description="for each yuan moved; orders plans that are equally good"
    )


class Approvals(StrictModel):
    """The cases, from the lightest to the heaviest."""

    within_department: Approval
    across_departments: Approval
    across_domains: Approval
    reserve: Approval
    key_spending: Approval


class PaymentRule(StrictModel):
    """How an account pays its awards in a year in which its money does not reach.

    pro_rata: all get the same part. priority: in the order given, then the others alike.
    flagship_first: the awards given get the same part first, then the others. guaranteed: every
    award gets a part first, then as priority. first_come: who comes first is paid in full; claims
    of all awards come evenly through the year, so that by award it is as pro_rata.
    """

    rule: Literal["pro_rata", "priority", "first_come", "guaranteed", "flagship_first"]
    order: tuple[str, ...] = ()
    at_least: Part | None = None

    @model_validator(mode="after")
    def _fits(self) -> PaymentRule:
        if self.rule in ("priority", "flagship_first") and not self.order:
            raise ValueError(f"rule '{self.rule}' needs 'order', a list of awards")
        if self.rule in ("pro_rata", "first_come") and self.order:
            raise ValueError(f"rule '{self.rule}' has no order. Take 'order' out")
        if (self.rule == "guaranteed") != (self.at_least is not None):
            raise ValueError("'at_least' belongs to the rule 'guaranteed', and only to it")
        if len(set(self.order)) < len(self.order):
            raise ValueError("'order' names an award twice")
        return self

    def turns(self, awards: list[str]) -> dict[str, int]:
        """When each award is paid; awards of one turn get the same part."""
        if self.rule == "flagship_first":
            return {award: int(award not in self.order) for award in awards}
        last = len(self.order)
        places = {award: place for place, award in enumerate(self.order)}
        return {award: places.get(award, last) for award in awards}


class Reserve(StrictModel):
    """The general reserve (预备费): money of its own, and how much of it may be used."""

    amount: Money = Field(default=NOTHING, validate_default=True)
    at_most: Money = Field(
        default=NOTHING, validate_default=True, description="at most this much of it is used"
    )
    each_at_most: Money = Field(
        default=NOTHING, validate_default=True, description="at most this much to one account"
    )
    why: str = ""
    why_en: str = ""

    @model_validator(mode="after")
    def _enough(self) -> Reserve:
        if self.at_most > self.amount:
            raise ValueError("'at_most' is above 'amount'. Use no more than there is")
        return self


class DomainChance(StrictModel):
    """The most that the chance of a gap in a domain may be, and which gap is meant."""

    chance: Chance
    of: Literal["pooled", "any_short"] = Field(
        description="a gap of all its money as one sum, or of any of its accounts"
    )


class JointChance(StrictModel):
    """The most that the chance may be that any of several accounts is short."""

    chance: Chance = Field(default=ALWAYS, validate_default=True)
    accounts: tuple[str, ...] = ()


class ChanceLimits(StrictModel):
    """What the plan must hold the chances of gaps to."""

    accounts: dict[str, Chance] = Field(default_factory=dict)
    domains: dict[str, DomainChance] = Field(default_factory=dict)
    together: JointChance = Field(default_factory=JointChance)


class Robustness(StrictModel):
    """How many assumptions may be wrong at once, of how many of the strongest."""

    at_once: int = Field(default=1, ge=0, le=3)
    strongest: int = Field(default=6, ge=1, le=8)


class AllocationSettings(StrictModel):
    """The rules of moving money, each an assumption that a scenario may change."""

    objective: Literal["least_unpaid", "even_payout"] = "least_unpaid"
    worst_share: Part
    worst_weight: float = Field(ge=0)
    weights: dict[str, Weight] = Field(default_factory=dict)
    award_weights: dict[str, Weight] = Field(default_factory=dict)
    award_ceilings: dict[str, Money] = Field(default_factory=dict)
    payment: dict[str, PaymentRule] = Field(default_factory=dict)
    movable_share: Part
    domains_may_rise: UnsignedRate
    assumed_may_move: bool
    groups: dict[str, Group]
    key_spending: tuple[str, ...] = ()
    floors: dict[str, Money] = Field(default_factory=dict)
    chance_limits: ChanceLimits = Field(default_factory=ChanceLimits)
    reserve: Reserve = Field(default_factory=Reserve)
    robust: Robustness = Field(default_factory=Robustness)
    approvals: Approvals

    @model_validator(mode="after")
    def _groups_known(self) -> AllocationSettings:
        for key, group in self.groups.items():
            for other in group.gives_to:
                if other not in self.groups:
                    fact = f"group '{key}' gives to '{other}', which is no group"
                    raise ValueError(f"{fact}. {did_you_mean(other, self.groups)}")
        if not self.worst_share:
            raise ValueError("worst_share lies above 0%")
        members = [account for group in self.groups.values() for account in group.accounts]
        if twice := sorted({account for account in members if members.count(account) > 1}):
            raise ValueError(f"an account belongs to one group; listed twice: {', '.join(twice)}")
        return self
