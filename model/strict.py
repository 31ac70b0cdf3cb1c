"""Strict records for everything a user writes, and their errors told with place and way out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, ValidationError

from model.errors import Problem, did_you_mean
from model.money import format_money, format_rate, parse_money, parse_rate
from model.yamlfile import Tree


class StrictModel(BaseModel):
    """A frozen record that refuses unknown keys and converts nothing silently."""

    model_config = ConfigDict(
        strict=True, frozen=True, extra="forbid", arbitrary_types_allowed=True
    )


def _read_money(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError("not an amount of money. Write for example 500万元")
    if isinstance(value, int | float):
        raise ValueError(f"no unit on the amount {value}. Write for example {value}万元")
    try:
        yuan = parse_money(value)
    except ValueError as error:
        raise ValueError(f"{error}. Write for example 500万元 or 64.96亿元") from None
    if yuan < 0:
        raise ValueError(f"the amount {value} is negative. Write an amount of zero or more")
    return yuan


def _read_rate(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, str):
        raise ValueError(f"{value!r} is not a rate. Write for example 10% or 2/3")
    try:
        return parse_rate(value)
    except ValueError as error:
        raise ValueError(f"{error}. Write for example 10% or 2/3") from None


Money = Annotated[
    int,
    BeforeValidator(_read_money, json_schema_input_type=str),
    PlainSerializer(lambda yuan: format_money(yuan), return_type=str),
]
Rate = Annotated[
    Fraction,
    BeforeValidator(_read_rate, json_schema_input_type=str),
    PlainSerializer(lambda rate: format_rate(rate), return_type=str),
]

ModelT = TypeVar("ModelT", bound=StrictModel)
Path_ = tuple[str | int, ...]


def read_model(
    model: type[ModelT], values: object, tree: Tree, path: Path_
) -> tuple[ModelT | None, list[Problem]]:
    """The record for the values at `path` of the tree, or every problem found in them."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        return None, [_problem(model, detail, tree, path) for detail in error.errors()]


def _problem(model: type[StrictModel], detail: Any, tree: Tree, path: Path_) -> Problem:
    location = (*path, *_within(detail["loc"], tree, path))
    place, dotted = tree.place(location), ".".join(str(part) for part in location)
    kind, wrong = detail["type"], detail.get("input")
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        known = _fields_around(model, detail["loc"][:-1])
        return Problem(
            place=place, fact=f"{dotted}: unknown key '{key}'", remedy=did_you_mean(key, known)
        )
    if kind == "missing":
        return Problem(
            place=place,
            fact=f"{dotted}: the key '{detail['loc'][-1]}' is missing",
            remedy="Add it; CONTRIBUTING.md lists the keys of each file.",
        )
    if kind == "value_error":
        fact, _, remedy = str(detail["ctx"]["error"]).partition(". ")
        return Problem(place=place, fact=f"{dotted}: {fact}", remedy=f"{remedy}." if remedy else "")
    fact = f"{dotted}: {wrong!r} is not accepted"
    return Problem(place=place, fact=fact, remedy=f"{detail['msg']}.")


def _within(loc: tuple[Any, ...], tree: Tree, path: Path_) -> tuple[Any, ...]:
    """The part of pydantic's location that exists in the file; it also names union branches."""
    node: Any = tree.values
    for part in path:
        node = node[part]
    kept: list[Any] = []
    for index, part in enumerate(loc):
        if _holds(node, part):
            node = node[part]
        elif index == len(loc) - 1 and isinstance(part, str) and isinstance(node, Mapping):
            kept.append(part)
            break
        else:
            continue
        kept.append(part)
    return tuple(kept)


def _holds(node: Any, part: Any) -> bool:
    if isinstance(node, tuple):
        return isinstance(part, int) and part < len(node)
    return isinstance(node, Mapping) and part in node


def _fields_around(model: type[StrictModel], loc: tuple[Any, ...]) -> list[str]:
    """The keys that would be right where an unknown one was found, so far as they can be told."""
    current: Any = model
    for part in loc:
        fields = getattr(current, "model_fields", {})
        if part in fields:
            current = _inner_model(fields[part].annotation) or current
    return list(getattr(current, "model_fields", {}))


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _inner_model(argument)) is not None:
            return found
    return None
