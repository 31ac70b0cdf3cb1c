"""What a scenario says besides its changes: seed, draws, readings, rules of moving money."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from model.allocation_settings import (
    AllocationSettings,
    Approval,
    Approvals,
    Group,
    Part,
    PaymentRule,
    Reserve,
)
from model.allotment_settings import AllotmentRule, AllotmentSettings
from model.claims_settings import ClaimsSettings
from model.forecast_settings import ForecastSettings
from model.strict import Money, StrictModel

__all__ = [
    "AllocationSettings",
    "AllotmentRule",
    "AllotmentSettings",
    "Approval",
    "Approvals",
    "ClaimsSettings",
    "Group",
    "PaymentRule",
    "Reserve",
    "Settings",
    "Verdicts",
]


class Verdicts(StrictModel):
    """Where the words of a verdict begin."""

    short: Part = Field(description="chance of a gap from which an account is called short")
    tight: Part = Field(description="chance of a gap from which it is called tight")
    idle_below: Part = Field(
        description="part of the available money used in half of the years, below which it is idle"
    )

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
    points: Literal["random", "sobol"] = Field(
        default="random", description="how the draws are spread: independent, or as Sobol points"
    )
    overlap: str
    readings: dict[str, str]
    paid_from: dict[str, str]
    transfers: tuple[TransferWish, ...] = ()
    verdicts: Verdicts
    allocation: AllocationSettings
    claims: ClaimsSettings = ClaimsSettings()
    allotment: AllotmentSettings = AllotmentSettings()
    forecast: ForecastSettings = ForecastSettings()
