"""What a scenario says on paying real claims when the money of an account does not reach."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, ValidationError, model_validator

from model.allocation_settings import Part, PaymentRule
from model.money import format_rate
from model.strict import StrictModel

Heavy = Annotated[float, Field(gt=0)]
_WITH_ORDER = ("priority", "flagship_first", "guaranteed")


class AllotmentRule(StrictModel):
    """How an account pays single claims.

    pro_rata, priority, flagship_first, guaranteed: as in allocation.payment, and within an award
    every claim gets the same part. first_come: by the day of filing, then by row.
    smallest_ratio: the smallest part of a claim that is paid is as high as can be, then the next.
    equal_awards: the same amount for all, none more than its claim; by `weights` some awards more.
    equal_losses: the same cut for all, none below zero. talmud: equal awards of half claims up to
    half of all claims, above it equal losses of the other halves.
    """

    rule: Literal[
        "pro_rata",
        "priority",
        "flagship_first",
        "guaranteed",
        "first_come",
        "smallest_ratio",
        "equal_awards",
        "equal_losses",
        "talmud",
    ]
    order: tuple[str, ...] = ()
    at_least: Part | None = None
    weights: dict[str, Heavy] = Field(
        default_factory=dict,
        description="equal_awards: by award, times the common amount; 1 unless given",
    )

    @model_validator(mode="after")
    def _fits(self) -> AllotmentRule:
        if self.rule in ("pro_rata", "first_come", *_WITH_ORDER):
            self.payment()  # the same keys belong together as in allocation.payment
        elif self.order or self.at_least is not None:
            fact = f"rule '{self.rule}' has neither 'order' nor 'at_least'"
            raise ValueError(f"{fact}. Take them out")
        if self.weights and self.rule != "equal_awards":
            raise ValueError("'weights' belong to the rule 'equal_awards', and only to it")
        return self

    def payment(self) -> PaymentRule:
        """The same rule as allocation.payment has it; only of those that it knows.

        Raises:
            ValueError: what does not belong together there does not here.
        """
        part = None if self.at_least is None else format_rate(self.at_least)
        given = {"rule": self.rule, "order": self.order, "at_least": part}
        try:
            return PaymentRule.model_validate(given)
        except ValidationError as error:
            raise error.errors()[0]["ctx"]["error"] from None


class AllotmentSettings(StrictModel):
    """How real claims are paid when money is short, where it differs from allocation.payment."""

    rules: dict[str, AllotmentRule] = Field(
        default_factory=dict, description="by account; else allocation.payment, else pro_rata"
    )
    indivisible: tuple[str, ...] = Field(
        default=(), description="awards whose claims are paid whole or not at all"
    )
    not_fitting: Literal["pass_over", "stop"] = Field(
        default="pass_over",
        description="rules with an order: what a whole claim does for which there is not enough",
    )

    @model_validator(mode="after")
    def _once(self) -> AllotmentSettings:
        if len(set(self.indivisible)) < len(self.indivisible):
            raise ValueError("'indivisible' names an award twice")
        return self
