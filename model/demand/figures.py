"""Figures about applicants: published with a source, or assumed with low, central and high."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, Field, model_validator

from model.strict import Money, Rate, StrictModel

Level = Literal["low", "central", "high"]
Mark = Literal["A", "B", "C", "D", "assumed", "scenario"]
ValueT = TypeVar("ValueT")


class Source(StrictModel):
    """Where a published figure was read, and when that was last checked."""

    title_zh: str
    title_en: str = ""
    publisher_zh: str
    publisher_en: str = ""
    checked: str
    note_zh: str = ""
    note_en: str = ""


class Figure(StrictModel, Generic[ValueT]):
    """One figure: `value` alone, or `low`, `central`, `high`.

    Marks A to D say how far a published figure is to be trusted (A official page, B named press,
    C poor copy, D derived here by arithmetic); `assumed` means that nobody published it;
    `scenario` that a scenario set it.
    """

    name_zh: str
    name_en: str
    unit_zh: str = ""
    value: ValueT | None = None
    low: ValueT | None = None
    central: ValueT | None = None
    high: ValueT | None = None
    weights: tuple[float, float, float] = (0.25, 0.5, 0.25)
    mark: Mark
    source: str | None = None
    area: str | None = None
    year: str | None = None
    why: str = ""
    why_en: str = ""

    @model_validator(mode="after")
    def _complete(self) -> Figure[ValueT]:
        levels = (self.low, self.central, self.high)
        if (self.value is None) == all(level is None for level in levels):
            raise ValueError("a figure has either 'value' or 'low', 'central' and 'high'")
        if self.value is None and any(level is None for level in levels):
            raise ValueError("one of 'low', 'central', 'high' is missing. Give all three")
        if self.mark in "ABCD" and None in (self.source, self.area, self.year):
            raise ValueError(f"mark {self.mark} needs 'source', 'area' and 'year'")
        if self.mark == "assumed" and not self.why:
            raise ValueError("an assumed figure needs 'why'. Say in a sentence why this value")
        if abs(sum(self.weights) - 1) > 1e-9 or min(self.weights) < 0:
            raise ValueError("'weights' are three numbers of zero or more that add up to 1")
        self.check_order()
        return self

    def check_order(self) -> None:
        """Refuses a low above the central or a central above the high."""
        low, central, high = self.low, self.central, self.high
        if low is not None and not low <= central <= high:  # type: ignore[operator]
            raise ValueError("'low', 'central' and 'high' must not fall")

    def at(self, level: Level) -> ValueT:
        """The value at a level; the same everywhere when only `value` is given."""
        chosen = self.value if self.value is not None else getattr(self, level)
        assert chosen is not None  # guaranteed by _complete
        return chosen

    @property
    def uncertain(self) -> bool:
        """Whether the three levels differ, so that the figure is an assumption to vary."""
        return self.value is None and (self.low != self.high or self.central != self.low)


class Number(Figure[float | int]):
    """A count or a plain number."""


class Amount(Figure[Money]):
    """A sum of money in yuan."""


class Share(Figure[Rate]):
    """A share between 0 % and 100 %."""

    @model_validator(mode="after")
    def _is_share(self) -> Share:
        for level in ("low", "central", "high"):
            if not 0 <= self.at(level) <= 1:
                raise ValueError("a share lies between 0% and 100%")
        return self


class Ratio(Figure[Rate]):
    """A rate that may exceed 100 %."""


class Mix(Figure[dict[str, float | int]]):
    """Relative frequencies of the grades of an award; they need not add up to 1 or 100."""

    def check_order(self) -> None:
        """Mixes have no order; every one must be made of numbers of zero or more, not all zero."""
        for mix in (self.value, self.low, self.central, self.high):
            if mix is not None and (min(mix.values(), default=0) < 0 or sum(mix.values()) <= 0):
                raise ValueError("frequencies are numbers of zero or more, not all zero")


AnyFigure = Number | Amount | Share | Ratio | Mix


class Factor(StrictModel):
    """A shock that several pools share in one draw: a few levels with their weights."""

    class Step(StrictModel):
        """One level: its weight and what it multiplies by."""

        name_zh: str
        name_en: str
        times: float
        weight: float = Field(gt=0)

    name_zh: str
    name_en: str
    levels: tuple[Step, ...]
    why: str
    why_en: str = ""

    @model_validator(mode="after")
    def _weights(self) -> Factor:
        if abs(sum(step.weight for step in self.levels) - 1) > 1e-9:
            raise ValueError("the weights of the levels must add up to 1")
        return self


def walk_figures(node: Any, path: str = "") -> Iterator[tuple[str, AnyFigure]]:
    """Every figure inside a record or mapping, with its dotted path, in the order of the file."""
    if isinstance(node, Figure):
        yield path, node  # type: ignore[misc]
    elif isinstance(node, BaseModel):
        for name in type(node).model_fields:
            yield from walk_figures(getattr(node, name), f"{path}.{name}" if path else name)
    elif isinstance(node, Mapping):
        for key, part in node.items():
            yield from walk_figures(part, f"{path}.{key}" if path else str(key))


def plain(value: Any) -> float:
    """A resolved figure as a float, for simulation (money in yuan, shares as fractions)."""
    return float(value) if isinstance(value, Fraction | int) else value
