"""What a field of a record may hold: a name for each kind, its words, and the check."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any


def _is_chance(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1


def _are_months(value: Any) -> bool:
    if not isinstance(value, list | tuple) or len(value) != 12:
        return False
    return all(map(_is_chance, value)) and all(a <= b for a, b in pairwise(value))


def _is_curve(value: Any) -> bool:
    if not isinstance(value, list | tuple) or not all(isinstance(row, Mapping) for row in value):
        return False
    points = [(row.get("amount_yuan"), row.get("chance")) for row in value]
    if not all(type(yuan) is int and _is_chance(chance) for yuan, chance in points):
        return False
    return all(a[0] < b[0] and a[1] >= b[1] for a, b in pairwise(points))


KINDS: dict[str, tuple[str, Callable[[Any], bool]]] = {
    "text": ("a text", lambda value: isinstance(value, str)),
    "list": ("a list", lambda value: isinstance(value, list | tuple)),
    "map": ("a group of named values", lambda value: isinstance(value, Mapping)),
    "yes": ("true or false", lambda value: isinstance(value, bool)),
    "money": ("whole yuan", lambda value: isinstance(value, int) and not isinstance(value, bool)),
    "count": ("a whole number", lambda value: type(value) is int),
    "number": (
        "a number",
        lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    ),
    "chance": ("a number from 0 to 1", _is_chance),
    "month": (
        "a month from 1 to 12",
        lambda value: type(value) is int and 1 <= value <= 12,
    ),
    "months": ("twelve chances that never fall", _are_months),
    "curve": ("rising amounts, each with a chance that never rises", _is_curve),
}
