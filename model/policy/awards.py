"""The kinds of award that a document can promise, each as a strict record of its figures.

The field names are the paths of the change grammar: ``awards.<id>.cap`` and
``awards.<id>.grades.<grade>``.
How each kind computes is in `model.policy.rules`.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from model.errors import did_you_mean
from model.strict import Money, StrictModel, UnsignedRate

ColumnType = Literal["money", "number", "bool", "choice", "text"]
CapScope = Literal["claim", "applicant", "product"]


class Column(StrictModel):
    """One column that a register of claims must carry for an award."""

    type: ColumnType
    label_zh: str
    unit_zh: str = ""
    optional: bool = False
    why_optional_zh: str = ""


class Reading(StrictModel):
    """One way an award can be understood: what it says, and the fields of the award it sets."""

    says_zh: str
    default: bool = False
    sets: dict[str, Any] = Field(default_factory=dict)


class Payer(StrictModel):
    """Who pays by the wording: the city (stated or implied), shared, or somebody else."""

    level: Literal["city_stated", "city_implied", "shared", "not_stated", "other"]
    says_zh: str


class Award(StrictModel):
    """What every award has, whatever its kind."""

    clause: int
    name_zh: str
    name_en: str = ""
    anchor: str = Field(description="a short phrase or figure of the clause, found in the text")
    cost_status: Literal["costed", "no_amount", "other_payer"]
    kind: str
    payer: Payer
    line: str | None = None
    line_alternatives: tuple[str, ...] = ()
    line_why_zh: str = ""
    person_checks: tuple[str, ...] = ()
    note_zh: str = ""
    readings: dict[str, Reading] = Field(default_factory=dict)


class CostedAward(Award):
    """An award with a printed amount: a rule over the columns of a claim."""

    columns: dict[str, Column]
    requires: tuple[str, ...] = Field(
        default=(), description="yes/no columns that must all be yes (checked by machine)"
    )
    minimums: dict[str, Money] = Field(
        default_factory=dict, description="money columns and the least amount that qualifies"
    )
    cap_scope: CapScope = Field(
        default="claim", description="what a cap or a once-only rule adds up over"
    )
    unit_zh: str = Field(description="what one claim counts: 家, 个, 项 ...")
    once_with: tuple[str, ...] = Field(
        default=(), description="awards under which the same product is paid only once"
    )

    @model_validator(mode="after")
    def _columns_exist(self) -> CostedAward:
        named = {**dict.fromkeys(self.requires, "bool"), **dict.fromkeys(self.minimums, "money")}
        named |= self.column_types()
        if self.cap_scope == "product" or self.once_with:
            named["product"] = "text"
        for column, kind in named.items():
            if column not in self.columns:
                raise ValueError(
                    f"the rule needs the column '{column}', which 'columns' does not list"
                    f". Add it with type {kind}"
                )
            if self.columns[column].type != kind:
                raise ValueError(
                    f"the column '{column}' is of type {self.columns[column].type}"
                    f" but the rule needs {kind}. Change its type"
                )
        return self

    def column_types(self) -> dict[str, ColumnType]:
        """The columns that the figures of this kind speak of, with the type each must have."""
        return {}


class Flat(CostedAward):
    """A fixed amount for each claim that qualifies, or once for each applicant (cap_scope)."""

    kind: Literal["flat"]
    amount: Money


class Grades(CostedAward):
    """A fixed amount for each grade, with an uplift for some claims and a cap."""

    kind: Literal["grades"]
    grades: dict[str, Money] = Field(min_length=1)
    grade_column: str = "grade"
    uplift: UnsignedRate | None = None
    uplift_column: str | None = None
    cap: Money | None = None
    uplift_within_cap: bool = True

    @model_validator(mode="after")
    def _uplift_whole(self) -> Grades:
        if (self.uplift is None) != (self.uplift_column is None):
            raise ValueError("'uplift' and 'uplift_column' come together. Give both or neither")
        return self

    def column_types(self) -> dict[str, ColumnType]:
        types: dict[str, ColumnType] = {self.grade_column: "choice"}
        return types | ({self.uplift_column: "bool"} if self.uplift_column else {})


class Approved(CostedAward):
    """The amount that a department approved, up to a cap (an up-to wording: 最高)."""

    kind: Literal["approved"]
    cap: Money
    amount_column: str = "approved_yuan"

    def column_types(self) -> dict[str, ColumnType]:
        return {self.amount_column: "money"}


class Intensity(StrictModel):
    """A least ratio of the current amount to another column, where a yes/no column says yes."""

    when: str
    of: str
    at_least: UnsignedRate


class RateOfIncrease(CostedAward):
    """A rate of the increase over the year before, for claims large and growing enough; capped."""

    kind: Literal["rate_of_increase"]
    rate: UnsignedRate
    cap: Money
    current_column: str
    previous_column: str
    minimum_growth: UnsignedRate
    intensities: tuple[Intensity, ...] = ()

    def column_types(self) -> dict[str, ColumnType]:
        types: dict[str, ColumnType] = {self.current_column: "money", self.previous_column: "money"}
        for test in self.intensities:
            types |= {test.when: "bool", test.of: "money"}
        return types


class Measure(StrictModel):
    """A measured saving: the least that qualifies, and what earns one step more."""

    threshold: int = Field(ge=0)
    step: int = Field(gt=0)


class SteppedRate(CostedAward):
    """A rate of a base that rises by steps with measured savings, with a highest rate and a cap."""

    kind: Literal["stepped_rate"]
    base_column: str
    base_rate: UnsignedRate
    step_rate: UnsignedRate
    maximum_rate: UnsignedRate
    cap: Money
    measures: dict[str, Measure] = Field(min_length=1)
    added_measures: tuple[str, ...] = Field(
        default=(), description="measures whose steps add up when measures_combine is 'sum'"
    )
    steps: Literal["whole", "pro_rata"] = "whole"
    measures_combine: Literal["best", "sum"] = "best"

    @model_validator(mode="after")
    def _added_measures_exist(self) -> SteppedRate:
        for name in self.added_measures:
            if name not in self.measures:
                fact = f"'added_measures' names no measure: {name}"
                raise ValueError(f"{fact}. {did_you_mean(name, self.measures)}")
        return self

    def column_types(self) -> dict[str, ColumnType]:
        types: dict[str, ColumnType] = {self.base_column: "money"}
        return types | dict.fromkeys(self.measures, "number")


class Matching(CostedAward):
    """A ratio of another government's award."""

    kind: Literal["matching"]
    base_column: str
    ratio: UnsignedRate
    cap: Money | None = None

    def column_types(self) -> dict[str, ColumnType]:
        return {self.base_column: "money"}


class InsuredPremium(CostedAward):
    """A rate of an insurance premium, counted only up to a premium rate; capped."""

    kind: Literal["insured_premium"]
    insured_column: str
    premium_rate_column: str
    premium_rate_limit: UnsignedRate
    above_limit: Literal["limit", "refuse"] = "limit"
    rate: UnsignedRate
    cap: Money

    def column_types(self) -> dict[str, ColumnType]:
        return {self.insured_column: "money", self.premium_rate_column: "number"}


class RateUpTo(CostedAward):
    """A granted rate, at most a maximum (which a blank means), of a base; capped."""

    kind: Literal["rate_up_to"]
    base_column: str
    rate_column: str
    maximum_rate: UnsignedRate
    cap: Money

    def column_types(self) -> dict[str, ColumnType]:
        return {self.base_column: "money", self.rate_column: "number"}


class PerUnit(CostedAward):
    """An amount for each unit of one or more quantities, above a least quantity."""

    kind: Literal["per_unit"]
    units: dict[str, Money] = Field(min_length=1)
    minimum_quantity: int = Field(default=0, ge=0)
    quantity_test: Literal["each", "sum"] = "each"
    cap: Money | None = None

    def column_types(self) -> dict[str, ColumnType]:
        return dict.fromkeys(self.units, "number")


class NotCosted(Award):
    """A promise without a printed amount, or with one that is no stated outlay of the city."""

    kind: Literal["not_costed"]
    printed_figure: str = ""


KINDS: dict[str, type[Award]] = {
    "approved": Approved,
    "flat": Flat,
    "grades": Grades,
    "insured_premium": InsuredPremium,
    "matching": Matching,
    "not_costed": NotCosted,
    "per_unit": PerUnit,
    "rate_of_increase": RateOfIncrease,
    "rate_up_to": RateUpTo,
    "stepped_rate": SteppedRate,
}
