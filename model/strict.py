"""Strict records for everything a user writes, and their errors told with place and way out."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    ValidationError,
)

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


def _refuse_negative(rate: Fraction) -> Fraction:
    if rate < 0:
        raise ValueError(f"the rate {format_rate(rate)} is negative. Write a rate of zero or more")
    return rate


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
UnsignedRate = Annotated[Rate, AfterValidator(_refuse_negative)]

ModelT = TypeVar("ModelT", bound=StrictModel)
Path_ = tuple[str | int, ...]
_FORMS = {
    "string_type": "Write text; a number or a date goes in quotes.",
    "bool_type": "Write true or false.",
    "int_type": "Write a whole number.",
    "float_type": "Write a number.",
    "tuple_type": "Write a list, for example [a, b].",
    "dict_type": "Write keys and values, for example {key: value}.",
    "model_type": "Write keys and values, for example {key: value}.",
    "literal_error": "Write {expected}.",
    "greater_than": "Write a number above {gt}.",
    "greater_than_equal": "Write a number of {ge} or more.",
    "less_than_equal": "Write a number of {le} or less.",
    "too_short": "Give at least {min_length}.",
}


def read_model(
    model: type[ModelT], values: object, tree: Tree, path: Path_
) -> tuple[ModelT | None, list[Problem]]:
    """The record for the values at `path` of the tree, or every problem found in them."""
    try:
        return model.model_validate(values), []
    except ValidationError as error:
        details = _fitting(error.errors(), tree, path)
        return None, [_problem(model, detail, tree, path) for detail in details]


def _fitting(details: list[Any], tree: Tree, path: Path_) -> list[Any]:
    """The errors without those of a union's other branches: only the branch that fits best counts.

    A branch that refuses the value as a whole fits worse than one that finds fault inside it.
    """
    rivals: dict[Path_, dict[Path_, int]] = {}
    branches = [_branches(detail, tree, path) for detail in details]
    for detail, taken in zip(details, branches, strict=True):
        for branch in taken:
            faults = rivals.setdefault(branch[:-1], {})
            whole = branch == detail["loc"]
            faults[branch] = faults.get(branch, 0) + (len(details) if whole else 1)
    best = {min(faults, key=lambda branch: faults[branch]) for faults in rivals.values()}
    return [detail for detail, taken in zip(details, branches, strict=True) if best >= set(taken)]


def _problem(model: type[StrictModel], detail: Any, tree: Tree, path: Path_) -> Problem:
    location = (*path, *_split(detail, tree, path)[0])
    place, kind = tree.place(location), detail["type"]
    where = ".".join(str(part) for part in location) + ": " if location else ""
    if kind == "extra_forbidden":
        key = str(detail["loc"][-1])
        remedy = did_you_mean(key, _fields_around(model, detail["loc"][:-1]))
        return Problem(place=place, fact=f"{where}unknown key '{key}'", remedy=remedy)
    if kind == "missing":
        fact = f"{where}the key '{detail['loc'][-1]}' is missing"
        remedy = "Add it; scenarios/FORMATS.md lists the keys of each file."
        return Problem(place=place, fact=fact, remedy=remedy)
    if kind == "value_error":
        fact, _, remedy = str(detail["ctx"]["error"]).partition(". ")
        end = "" if remedy.endswith((".", "?")) or not remedy else "."
        return Problem(place=place, fact=where + fact, remedy=remedy + end)
    fact = f"{where}{_show(detail.get('input'))} is not accepted"
    form = _FORMS.get(kind, detail["msg"] + ".")
    return Problem(place=place, fact=fact, remedy=_fill(form, detail.get("ctx", {})))


def _fill(form: str, context: Mapping[str, Any]) -> str:
    for key, value in context.items():
        text = f"{value:g}" if isinstance(value, float) else str(value)
        form = form.replace(f"{{{key}}}", text)
    return form


def _show(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return f"'{value}'"
    if isinstance(value, Mapping | tuple):
        return "a list" if isinstance(value, tuple) else "a mapping"
    return "an empty value" if value is None else str(value)


def _branches(detail: Any, tree: Tree, path: Path_) -> list[Path_]:
    """The parts of pydantic's location that end in the name of a union's branch."""
    return _split(detail, tree, path)[1]


def _split(detail: Any, tree: Tree, path: Path_) -> tuple[Path_, list[Path_]]:
    """What of pydantic's location exists in the file (or is missing there), and the branches."""
    node: Any = tree.values
    for part in path:
        node = node[part] if _holds(node, part) else None
    kept: list[str | int] = []
    branches: list[Path_] = []
    for index, part in enumerate(detail["loc"]):
        if _holds(node, part):
            node = node[part]
            kept.append(part)
        elif detail["type"] == "missing" and index == len(detail["loc"]) - 1:
            kept.append(part)
        else:
            branches.append(detail["loc"][: index + 1])
    return tuple(kept), branches


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
    fields = getattr(current, "model_fields", {})
    return [field.alias or name for name, field in fields.items()]


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if (found := _inner_model(argument)) is not None:
            return found
    return None
