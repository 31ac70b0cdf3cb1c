"""How the columns of a claim are drawn, and whether each way fits the column it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field, model_validator

from model.demand.figures import Amount, Mix, Number, Ratio, Share
from model.errors import did_you_mean
from model.policy.awards import Column
from model.strict import StrictModel

# How a column of each type may be drawn; a text column is never drawn.
WAYS = {
    "bool": ("yes", "fixed"),
    "choice": ("mix",),
    "money": ("size",),
    "number": ("size", "fixed"),
}


class Size(StrictModel):
    """A money or number column: lognormal with a mean and a coefficient of variation.

    With `times`, the draw multiplies another column (with `plus_one`: one plus the draw does, so
    that the draw is a growth rate). `at_least` and `at_most` clip the result.
    """

    mean: Amount | Number | Ratio
    cv: float = Field(ge=0)
    times: str | None = None
    plus_one: bool = False
    at_least: float | int | None = None
    at_most: float | int | None = None

    @model_validator(mode="after")
    def _bounds(self) -> Size:
        if self.mean.at("low") < 0 and not self.plus_one:
            raise ValueError("the mean of a size is zero or more")
        least, most = self.at_least, self.at_most
        if least is not None and most is not None and least > most:
            raise ValueError("'at_least' is above 'at_most'")
        return self


class Attribute(StrictModel):
    """How one column of a claim is drawn: yes/no, a grade, a size, or a fixed value."""

    yes: Share | None = None
    mix: Mix | None = None
    size: Size | None = None
    fixed: float | int | bool | None = None

    @model_validator(mode="after")
    def _one(self) -> Attribute:
        if len(self._given()) != 1:
            raise ValueError("give exactly one of 'yes', 'mix', 'size', 'fixed'")
        return self

    def _given(self) -> list[str]:
        return [name for name in ("yes", "mix", "size", "fixed") if getattr(self, name) is not None]

    @property
    def way(self) -> str:
        """Which of the four is given."""
        return self._given()[0]


class ClaimSpec(StrictModel):
    """What a claim for one award looks like when it comes from a pool."""

    columns: dict[str, Attribute] = Field(default_factory=dict)
    repeats: Share | None = Field(
        default=None, description="claims that a once-only rule in force would turn away"
    )
    calendar: str | None = Field(
        default=None, description="the months in which the claims come in; evenly if absent"
    )


def misfits(
    attribute: Attribute, column: Column, earlier: Mapping[str, Column]
) -> Iterator[tuple[str, str]]:
    """Facts and remedies: why the attribute cannot draw the column.

    Args:
        earlier: the columns of the claim that are drawn before this one.
    """
    if attribute.way not in WAYS[column.type]:
        words = " or ".join(f"'{way}'" for way in WAYS[column.type])
        yield f"'{attribute.way}' cannot draw a {column.type} column", f"Use {words}."
    elif attribute.size is not None:
        yield from _size_misfits(attribute.size, column, earlier)
    elif attribute.fixed is not None and isinstance(attribute.fixed, bool) != (
        column.type == "bool"
    ):
        example = "true or false" if column.type == "bool" else "a number"
        yield f"{attribute.fixed} does not fit a {column.type} column", f"Write {example}."


def _size_misfits(
    size: Size, column: Column, earlier: Mapping[str, Column]
) -> Iterator[tuple[str, str]]:
    """A column is money when its mean is, or the column that it multiplies; not when both are."""
    times = earlier.get(size.times) if size.times is not None else None
    money = isinstance(size.mean, Amount) + (times is not None and times.type == "money")
    if size.times is not None and times is None:
        fact = f"no column '{size.times}' is drawn before this one"
        yield fact, did_you_mean(size.times, earlier)
    elif column.type == "money" and money == 0:
        remedy = "Write for example 50万元, or name a money column in 'times'."
        yield "the column is money, but the mean has no unit", remedy
    elif column.type == "money" and money == 2:
        yield f"money cannot multiply the money of '{size.times}'", "Write a number or a rate."
    elif column.type == "number" and money:
        yield "the column is a number, but the size is an amount of money", "Leave the unit out."
