"""One grammar for every change of an input: a dotted path and a new value, ``times`` or ``add``.

    awards.A1.cap: 1200万元
    awards.*.cap: {times: 0.8}
    funds.<id>.budget: {add: 500万元}

`*` stands for every key at its level and must match something. A path that nothing answers to,
or that two lines of one file both change, is an error. Every change is logged, old and new.
A Chinese text that is changed by itself loses its English form, which said the old one.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from model.errors import InputError, Problem, did_you_mean
from model.money import format_money, format_rate, parse_money, parse_rate
from model.yamlfile import Tree

Path_ = tuple[str, ...]
WhyFixed = Callable[[Path_], tuple[str, str] | None]
FIGURE_VALUES = ("low", "central", "high", "value")
SET_HERE = {"why": "由情景设定", "why_en": "set by the scenario"}
# A text and its English form, where the form may be left out.
ENGLISH_FORMS = {
    "why": "why_en",
    "title_zh": "title_en",
    "publisher_zh": "publisher_en",
    "note_zh": "note_en",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One value that a scenario sets, as it was and as it is."""

    path: str
    old: str
    new: str
    place: str


def apply_changes(
    tree: Tree, changes: Mapping[str, Any], source: Tree, *, fixed: WhyFixed = lambda path: None
) -> tuple[Tree, list[Change]]:
    """The tree with every change made, and the log of what changed.

    Args:
        tree: the values to change; left as it is.
        changes: path -> new value, ``{times: number}`` or ``{add: amount}``.
        source: the file that says so under its key 'changes', for the places.
        fixed: why a path must not be changed, and what to do instead; None where it may be.

    Raises:
        InputError: every change that cannot be made.
    """
    values = copy.deepcopy(tree.values)
    problems: list[Problem] = []
    log: list[Change] = []
    seen: dict[Path_, str] = {}
    for text, change in changes.items():
        place = source.place(("changes", text))
        try:
            _refuse_fixed(tuple(text.split(".")), fixed)
            for path in _match(values, text):
                _refuse_fixed(path, fixed)
                _claim(seen, path, text)
                old, new = _set(values, path, change)
                log.append(
                    Change(
                        path=".".join(path), old=show_value(old), new=show_value(new), place=place
                    )
                )
        except _RefusedError as refused:
            problems.append(
                Problem(place=place, fact=f"{text}: {refused.fact}", remedy=refused.remedy)
            )
    if problems:
        raise InputError(problems)
    _drop_old_english(values, seen)
    changed = {path: source.place(("changes", text)) for path, text in seen.items()}
    return Tree(name=tree.name, values=values, places=_moved(tree.places, changed)), log


def _drop_old_english(values: Any, changed: Mapping[Path_, str]) -> None:
    for path in changed:
        english = ENGLISH_FORMS.get(path[-1], "")
        inside = values
        for part in path[:-1]:
            inside = inside[part]
        if english in inside and (*path[:-1], english) not in changed:
            inside[english] = ""


def _moved(places: Mapping[Any, str], changed: Mapping[Path_, str]) -> dict[Any, str]:
    """The places, those of changed values (and of all inside them) where the change stands."""
    kept = {
        path: place
        for path, place in places.items()
        if not any(path[:length] in changed for length in range(len(path)))
    }
    return kept | dict(changed)


class _RefusedError(Exception):
    def __init__(self, fact: str, remedy: str = "") -> None:
        self.fact, self.remedy = fact, remedy


def _refuse_fixed(path: Path_, fixed: WhyFixed) -> None:
    if (reason := fixed(path)) is not None:
        raise _RefusedError(*reason)


def _match(values: Any, text: str) -> list[Path_]:
    """Every existing path that the dotted text stands for, in the order of the file."""
    found: list[tuple[Path_, Any]] = [((), values)]
    for part in text.split("."):
        step: list[tuple[Path_, Any]] = []
        for path, node in found:
            keys = list(node) if isinstance(node, Mapping) else []
            wanted = keys if part == "*" else [key for key in keys if key == part]
            step += [((*path, key), node[key]) for key in wanted]
        if not step:
            raise _nothing_there(part, [node for _, node in found])
        found = step
    if "*" in text.split("."):
        found = [(path, node) for path, node in found if node is not None]
        if not found:
            raise _RefusedError("the * matches nothing that has a value")
    return [path for path, _ in found]


def _nothing_there(part: str, nodes: list[Any]) -> _RefusedError:
    if part == "*":
        return _RefusedError("the * matches nothing")
    known = {key for node in nodes if isinstance(node, Mapping) for key in node}
    if known:
        return _RefusedError(f"there is no '{part}'", did_you_mean(part, known))
    if all(isinstance(node, Mapping) for node in nodes):
        remedy = "Nothing is set here yet: give the whole mapping, {key: value}."
        return _RefusedError(f"there is no '{part}'", remedy)
    return _RefusedError(f"there is no '{part}' inside a single value", "Shorten the path.")


def _claim(seen: dict[Path_, str], path: Path_, text: str) -> None:
    for other, owner in seen.items():
        length = min(len(other), len(path))
        if owner != text and other[:length] == path[:length]:
            dotted = ".".join(path)
            raise _RefusedError(f"{dotted} is already changed by '{owner}'", "Keep one of the two.")
    seen[path] = text


def _set(values: Any, path: Path_, change: Any) -> tuple[Any, Any]:
    """Makes the change at the path; the value before and after."""
    for part in path[:-1]:
        values = values[part]
    old = values[path[-1]]
    values[path[-1]] = new = _changed(old, change)
    return old, new


def _changed(old: Any, change: Any) -> Any:
    if isinstance(change, Mapping) and set(change) == {"times"}:
        return _each_number(old, lambda number: _times(number, change["times"]))
    if isinstance(change, Mapping) and set(change) == {"add"}:
        return _each_number(old, lambda number: _add(number, change["add"]))
    if isinstance(change, Mapping) and {"times", "add"} <= set(change):
        raise _RefusedError("'times' and 'add' stand alone", "Write for example {times: 0.8}.")
    if _is_figure(old) and not isinstance(change, Mapping):
        kept = {key: old[key] for key in ("name_zh", "name_en", "unit_zh") if key in old}
        return kept | {"value": change, **SET_HERE, "mark": "scenario"}
    return change


def _is_figure(value: Any) -> bool:
    return isinstance(value, Mapping) and ("central" in value or "value" in value)


def _each_number(old: Any, act: Any) -> Any:
    """`act` on a number, or on the low, central and high of a figure.

    The figure is then no longer what its source says, so its mark becomes the scenario's.
    """
    if _is_figure(old):
        scaled = {key: act(old[key]) for key in FIGURE_VALUES if old.get(key) is not None}
        return {**old, **scaled, "mark": "scenario"}
    return act(old)


def _times(old: Any, factor: Any) -> Any:
    if not _is_number(factor) or factor < 0:
        raise _RefusedError(
            f"'times' takes a number of zero or more, not {show_value(factor)}",
            "Write for example {times: 0.8}.",
        )
    exact = Fraction(str(factor))
    if _is_number(old):
        product = Fraction(str(old)) * exact
        return int(product) if product.denominator == 1 else float(product)
    if (yuan := _money(old)) is not None:
        product = yuan * exact
        if product.denominator != 1:
            raise _RefusedError(
                f"{old} times {factor} is not a whole number of yuan", "Set the amount itself."
            )
        return format_money(int(product))
    if (rate := _rate(old)) is not None:
        return format_rate(rate * exact)
    raise _RefusedError(f"there is no number here to multiply, but {show_value(old)}")


def _add(old: Any, amount: Any) -> Any:
    if _is_number(old) and _is_number(amount):
        total = Fraction(str(old)) + Fraction(str(amount))
        return int(total) if isinstance(old + amount, int) else float(total)
    left, right = _money(old), _money(amount)
    if left is not None and right is not None:
        if left + right < 0:
            raise _RefusedError(f"{old} and {amount} make less than nothing")
        return format_money(left + right)
    left_rate, right_rate = _rate(old), _rate(amount)
    if left_rate is not None and right_rate is not None:
        if left_rate + right_rate < 0:
            raise _RefusedError(f"{old} and {amount} make less than nothing")
        return format_rate(left_rate + right_rate)
    raise _RefusedError(
        f"cannot add {show_value(amount)} to {show_value(old)}",
        "Add like to like: 500万元 to money.",
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _money(value: Any) -> int | None:
    try:
        return parse_money(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _rate(value: Any) -> Fraction | None:
    try:
        return parse_rate(value) if isinstance(value, str) else None
    except ValueError:
        return None


def show_value(value: Any) -> str:
    """A value as a log of changes prints it: a figure by its low, central and high."""
    if isinstance(value, Mapping):
        if _is_figure(value):
            shown = [value[key] for key in FIGURE_VALUES if key in value]
            return " / ".join(show_value(part) for part in shown)
        return "{" + ", ".join(f"{key}: {show_value(part)}" for key, part in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(show_value(part) for part in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return "-" if value is None else str(value)
