"""What a scenario says besides its changes: seed, draws, readings, rules of moving money."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from model.errors import did_you_mean
from model.strict import Money, StrictModel, UnsignedRate


def _at_most_all(part: Fraction) -> Fraction:
    if part > 1:
        raise ValueError("a part of a whole lies between 0% and 100%")
    return part


Part = Annotated[UnsignedRate, AfterValidator(_at_most_all)]
Weight = Annotated[float, Field(ge=0)]


class Group(StrictModel):
    """Accounts among which money may move, and the groups they may give to."""

    name_zh: str
    name_en: str
    accounts: tuple[str, ...]
    gives_to: tuple[str, ...] = ()
    receives: bool = True
    why: str


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
    """The four cases, from the lightest to the heaviest."""

    within_department: Approval
    across_departments: Approval
    across_domains: Approval
    key_spending: Approval


class AllocationSettings(StrictModel):
    """The rules of moving money, each an assumption that a scenario may change."""

    worst_share: Part
    worst_weight: float = Field(ge=0)
    weights: dict[str, Weight] = Field(default_factory=dict)
    movable_share: Part
    domains_may_rise: UnsignedRate
    assumed_may_move: bool
    groups: dict[str, Group]
    key_spending: tuple[str, ...] = ()
    floors: dict[str, Money] = Field(default_factory=dict)
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


class Verdicts(StrictModel):
    """Where the words of a verdict begin."""

    short: Part = Field(description="chance of a gap from which an account is called short")
    tight: Part = Field(description="chance of a gap from which it is called tight")
    idle_below: Part = Field(description="median execution rate below which its money lies idle")

    @model_validator(mode="after")
    def _rising(self) -> Verdicts:
        if self.tight > self.short:
            raise ValueError("'tight' is above 'short'. Write the smaller chance as 'tight'")
        return self


class TransferWish(StrictModel):
    """A move of money that a scenario has already decided, between funds or accounts."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    amount: Money


class Settings(StrictModel):
    """The settings of a base scenario, after all changes."""

    seed: int = Field(ge=0)
    draws: int = Field(ge=4)
    overlap: str
    readings: dict[str, str]
    paid_from: dict[str, str]
    transfers: tuple[TransferWish, ...] = ()
    verdicts: Verdicts
    allocation: AllocationSettings
