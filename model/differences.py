"""What differs between two scenarios of one base: named changes, each with the values it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from model.changes import show_value
from model.difference_names import name_of
from model.errors import InputError, refuse
from model.inputs import Header, beside, combine, read_chain
from model.money import format_money
from model.scenario import Scenario, load_scenario, make_changes
from model.yamlfile import Tree, read_yaml

# What decides how numbers are drawn and nothing else: all use those of the first scenario.
DRAWING = ("seed", "draws", "points")
Path_ = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One named change that leads from a first scenario towards another.

    Attributes:
        key: the line of the scenario file that makes it, or that the first scenario made.
        name_zh, name_en: what is changed, in words.
        old, new: a value as it was and as it is, in Chinese and in English; of several values how
            their line changes them.
        changes: dotted path -> what it becomes, as a change takes it: the line itself where the
            first scenario does not touch what it changes, else the values of the other scenario.
    """

    key: str
    name_zh: str
    name_en: str
    old: tuple[str, str]
    new: tuple[str, str]
    changes: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A scenario with the files it is made of.

    Attributes:
        chain: the headers from the base to the scenario's own.
        values: everything a change may name but the money of funds, after all changes.
    """

    path: Path
    base: Path
    scenario: Scenario
    chain: tuple[Header, ...]
    values: Mapping[str, Any]


def read_source(path: Path) -> Source:
    """A scenario, and what it is made of.

    Raises:
        InputError: the scenario cannot be read.
    """
    scenario = load_scenario(path)
    files = read_chain(path)
    header, base = files[0]
    policy, pools = (read_yaml(beside(base, header, key)) for key in ("policy", "pools"))
    tree: Tree = make_changes(combine(policy, pools, base), files, [])
    return Source(
        path=path,
        base=Path(base.name).resolve(),
        scenario=scenario,
        chain=tuple(header for header, _ in files),
        values=tree.values,
    )


def check_one_base(sources: tuple[Source, ...]) -> None:
    """Refuse scenarios of several bases: their differences would have no name.

    Raises:
        InputError: the first scenario that is based on another file than the first one.
    """
    for source in sources[1:]:
        if source.base != sources[0].base:
            first = sources[0]
            fact = f"rests on {source.base.name}, and {first.path.name} on {first.base.name}"
            if source.base.name == first.base.name:
                fact = f"rests on another {source.base.name} than {first.path.name}"
            raise refuse(source.path.name, fact, "Compare scenarios that are based on one file.")


def find_differences(first: Source, other: Source) -> tuple[Difference, ...]:
    """The named changes between two scenarios, those of the other scenario's files first.

    A line of a file is one change, whatever it matches; what only the first scenario changed is
    taken back, under the name of its line.
    """
    owners = _owners(first, other)
    groups: dict[str, dict[str, tuple[Any, Any]]] = {}
    for path in _outermost(owners):
        if _specs(first, path) == _specs(other, path):
            continue  # the same lines on what something else has changed
        taken_back = path[0] == "funds" and not _specs(other, path)
        old = _value(first, path)
        new = _printed(first, path) if taken_back else _value(other, path)
        if old is None or new is None or old == new:
            continue
        groups.setdefault(owners[path], {})[".".join(path)] = (old[0], new[0])
    return tuple(_difference(first, other, key, values) for key, values in groups.items())


def apply_alone(first: Source, difference: Difference) -> Scenario | None:
    """The first scenario with one change; None where it does not hold without the others."""
    try:
        return load_scenario(first.path, difference.changes)
    except InputError:
        return None


def _owners(first: Source, other: Source) -> dict[Path_, str]:
    """Every path that one of the scenarios changed, with the line that changed it last."""
    owners: dict[Path_, str] = {}
    for source in (other, first):
        changed = [tuple(change.path.split(".")) for change in source.scenario.changes]
        lines = [line for header in reversed(source.chain) for line in header.changes]
        for path in changed:
            if path not in owners and path[0] not in DRAWING:
                owners[path] = next(line for line in lines if _matches(line, path))
    return owners


def _matches(line: str, path: Path_) -> bool:
    parts = line.split(".")
    return len(parts) == len(path) and all(
        part in ("*", step) for part, step in zip(parts, path, strict=True)
    )


def _outermost(paths: Mapping[Path_, str]) -> list[Path_]:
    """The paths that lie in no other of them: a value holds all that is inside it."""
    return [
        path for path in paths if not any(path[:length] in paths for length in range(1, len(path)))
    ]


def _specs(source: Source, path: Path_) -> list[Any]:
    """What the lines of a scenario do to a path, from the base on."""
    return [
        spec
        for header in source.chain
        for line, spec in header.changes.items()
        if _matches(line, path)
    ]


def _printed(source: Source, path: Path_) -> tuple[Any] | None:
    """The printed money of a fund; None where the scenario has no such fund."""
    funds = {fund.id: format_money(fund.printed_yuan) for fund in source.scenario.funds}
    return (funds[path[1]],) if path[1] in funds else None


def _value(source: Source, path: Path_) -> tuple[Any] | None:
    """The value at a path in a scenario; None where it has none, which is not the same as null."""
    if path[0] == "funds":
        made = [c.new for c in source.scenario.changes if c.path == ".".join(path)]
        return (made[-1],) if made else _printed(source, path)
    node: Any = source.values
    for step in path:
        if not isinstance(node, Mapping) or step not in node:
            return None
        node = node[step]
    return (node,)


def _difference(
    first: Source, other: Source, key: str, values: Mapping[str, tuple[Any, Any]]
) -> Difference:
    single = len(values) == 1
    path = next(iter(values))
    name_zh, name_en = name_of(other.scenario, tuple((path if single else key).split(".")))
    if not single:
        name_zh, name_en = f"{name_zh}（{len(values)}项）", f"{name_en} ({len(values)} values)"
    old, new = (_shown(other.scenario, path, value) for value in values[path])
    return Difference(
        key=key,
        name_zh=name_zh,
        name_en=name_en,
        old=old if single else _said(first, key),
        new=new if single else _said(other, key),
        changes=_changes(first, other, key, values),
    )


def _changes(
    first: Source, other: Source, key: str, values: Mapping[str, tuple[Any, Any]]
) -> dict[str, Any]:
    """What makes the difference, as `load_scenario` takes it on top of the first scenario."""
    lines = [header.changes[key] for header in other.chain if key in header.changes]
    touched = [tuple(change.path.split(".")) for change in first.scenario.changes]
    free = not any(_matches(key, path) for path in touched)
    alone = all(_specs(other, tuple(path.split("."))) == lines for path in values)
    if free and alone and len(lines) == 1:
        return {key: lines[0]}
    return {path: value for path, (_, value) in values.items()}


def _shown(scenario: Scenario, path: str, value: Any) -> tuple[str, str]:
    """A value in print; an explanation by its name."""
    explanation = scenario.document.explanations.get(str(value)) if path == "overlap" else None
    if explanation is not None:
        return explanation.name_zh, explanation.name_en or str(value)
    return (show_value(value),) * 2


def _said(source: Source, key: str) -> tuple[str, str]:
    """How a line of a scenario changes many values; a dash where the scenario has no such line."""
    specs = [header.changes[key] for header in source.chain if key in header.changes]
    spec = specs[-1] if specs else None
    if isinstance(spec, Mapping) and set(spec) == {"times"}:
        return (f"×{spec['times']}",) * 2
    if isinstance(spec, Mapping) and set(spec) == {"add"}:
        return (f"+{spec['add']}",) * 2
    return (show_value(spec),) * 2
