"""Which files a scenario is made of, and everything in them that a change may name, as one tree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import BaseModel, Field

from model.demand.figures import Figure
from model.demand.pools import AccountSpec, Pool
from model.errors import InputError, Problem, did_you_mean, refuse
from model.policy.awards import KINDS
from model.policy.document import SECTIONS
from model.settings import Settings
from model.strict import StrictModel, read_model
from model.yamlfile import Tree, read_yaml

SETTING_PARTS = tuple(Settings.model_fields)
POLICY_PARTS = ("document", *SECTIONS, "awards")
POOL_PARTS = ("sources", "assumptions", "factors", "pools", "accounts", "calendars")
FILES = ("policy", "pools")


class Header(StrictModel):
    """What a scenario opens with: the question it answers, who asks, and what it starts from."""

    question: str
    question_en: str = ""
    who: str = ""
    why: str = ""
    based_on: str | None = None
    policy: str | None = None
    pools: str | None = None
    changes: dict[str, Any] = Field(default_factory=dict)


def read_chain(path: Path) -> list[tuple[Header, Tree]]:
    """The scenario files from the base to `path`.

    Raises:
        InputError: a file is missing or odd, or the scenarios are based on each other in a circle.
    """
    chain: list[tuple[Header, Tree]] = []
    seen: list[Path] = []
    current: Path | None = path
    while current is not None:
        header, tree = _read_header(current)
        chain.insert(0, (header, tree))
        seen.append(current.resolve())
        current = None if header.based_on is None else _base_path(current, header.based_on, tree)
        if current is not None and current.resolve() in seen:
            circle = " -> ".join(file.stem for file in [*seen, current])
            fact = f"based_on: the scenarios are based on each other in a circle ({circle})"
            raise refuse(tree.place(("based_on",)), fact, "Let one of them be a base.")
    return chain


def _base_path(path: Path, based_on: str, tree: Tree) -> Path:
    name = f"{based_on.removesuffix('.yaml')}.yaml"
    base = path.parent / name
    if Path(name).name != name or not base.is_file():
        others = [file for file in path.parent.glob("*.yaml") if file != path]
        known = [file.stem for file in others if b"\nquestion:" in b"\n" + file.read_bytes()]
        fact = f"based_on: there is no scenario '{based_on}' beside this file"
        raise refuse(tree.place(("based_on",)), fact, did_you_mean(based_on, known))
    return base


def _read_header(path: Path) -> tuple[Header, Tree]:
    tree = read_yaml(path)
    problems = _odd_keys(tree)
    own = {key: value for key, value in tree.values.items() if key in Header.model_fields}
    header, found = read_model(Header, own, tree, ())
    if header is None or problems:
        raise InputError([*problems, *found])
    return header, tree


def _odd_keys(tree: Tree) -> list[Problem]:
    """What stands in the wrong kind of file: a base has settings, a derived file has changes."""
    derived = "based_on" in tree.values
    problems: list[Problem] = []
    for key in tree.values:
        fact, remedy = "", ""
        if key not in Header.model_fields and key not in SETTING_PARTS:
            fact = f"unknown key '{key}'"
            remedy = did_you_mean(key, [*Header.model_fields, *SETTING_PARTS])
        elif derived and key in SETTING_PARTS:
            fact = f"{key}: a scenario that is based on another says this under 'changes'"
            remedy = f"Write it there, for example '{key}: ...'."
        elif derived and key in FILES:
            fact = f"{key}: a scenario that is based on another takes this file from there"
            remedy = "Take the line out."
        elif not derived and key == "changes":
            fact = "changes: a scenario that is based on no other has nothing to change"
            remedy = "Write the values themselves, or name a base: 'based_on: base'."
        if fact:
            problems.append(Problem(place=tree.place((key,)), fact=fact, remedy=remedy))
    return problems


def beside(base: Tree, header: Header, key: str) -> Path:
    """The path of the policy or pools file that a base names.

    Raises:
        InputError: it names none, or there is none of that name.
    """
    name: str | None = getattr(header, key)
    if name is None:
        fact = f"neither 'based_on' nor '{key}' is given"
        raise refuse(base.name, fact, f"Add 'based_on: base', or '{key}: {key}.yaml' for a base.")
    path = Path(base.name).parent / name
    if not path.is_file():
        known = [file.name for file in path.parent.glob("*.yaml")]
        fact = f"{key}: there is no file '{name}' beside this file"
        raise refuse(base.place((key,)), fact, did_you_mean(name, known))
    return path


def combine(policy: Tree, pools: Tree, base: Tree) -> Tree:
    """One tree of everything that a change may name; what is left out is named by its default.

    Raises:
        InputError: sections that a file must not have, or that are no mappings; awards whose own
            figures are not those of their default reading.
    """
    problems = [*_odd_sections(policy, POLICY_PARTS), *_odd_sections(pools, POOL_PARTS)]
    problems += [] if problems else _unlike_their_defaults(policy)
    if problems:
        raise InputError(problems)
    given = {key: base.values[key] for key in SETTING_PARTS if key in base.values}
    values: dict[str, Any] = {key: {} for key in ("funds", *POOL_PARTS)}
    values |= policy.values | pools.values | name_defaults(Settings, given)
    values["awards"] = {key: _name_award(award) for key, award in _entries(values, "awards")}
    for section, model in (("pools", Pool), ("accounts", AccountSpec)):
        entries = _entries(values, section)
        values[section] = {key: name_defaults(model, entry) for key, entry in entries}
    _fill(values, "readings", _default_readings(values["awards"]))
    _fill(values, "paid_from", _own_lines(values["awards"]))
    return Tree(name=base.name, values=values, places=_join_places(policy, pools, base))


def _entries(values: Mapping[str, Any], section: str) -> Iterable[tuple[str, Any]]:
    return (values.get(section) or {}).items()


def _join_places(policy: Tree, pools: Tree, base: Tree) -> dict[tuple[str | int, ...], str]:
    """The places of all three files; a section that is missing belongs in the file it should be in.

    A base names its two files by keys that are sections of those files, so only the places of
    its settings are taken over.
    """
    places: dict[tuple[str | int, ...], str] = {(): base.name}
    for tree, known in ((policy, POLICY_PARTS), (pools, POOL_PARTS), (base, SETTING_PARTS)):
        places |= {(key,): tree.name for key in known}
        places |= {path: at for path, at in tree.places.items() if path and path[0] in known}
    return places


def _odd_sections(tree: Tree, known: tuple[str, ...]) -> list[Problem]:
    problems = [
        Problem(
            place=tree.place((key,)), fact=f"unknown key '{key}'", remedy=did_you_mean(key, known)
        )
        for key in tree.values
        if key not in known
    ]
    return problems + [
        Problem(
            place=tree.place((key,)),
            fact=f"{key}: this section holds no keys and values",
            remedy="Write for example '{id: {...}}', or leave the section out.",
        )
        for key in tree.values
        if key in known and not isinstance(tree.values[key], Mapping)
    ]


def _unlike_their_defaults(policy: Tree) -> list[Problem]:
    """An award prints the figures of its default reading, so that it can be read on its own."""
    problems: list[Problem] = []
    awards = policy.values.get("awards") or {}
    for key, letter in _default_readings(awards).items():
        sets = awards[key]["readings"][letter].get("sets")
        for field, value in sets.items() if isinstance(sets, Mapping) else ():
            if awards[key].get(field, value) != value:
                place = policy.place(("awards", key, field))
                fact = f"awards.{key}.{field}: differs from what the default reading {letter} sets"
                problems.append(Problem(place=place, fact=fact, remedy="Correct one of the two."))
    return problems


def _fill(values: dict[str, Any], key: str, defaults: Mapping[str, Any]) -> None:
    """What a base leaves out of a section that every award belongs to; an odd value stays."""
    given = values.get(key, {})
    values[key] = {**defaults, **given} if isinstance(given, Mapping) else given


def _name_award(award: Any) -> Any:
    kind = award.get("kind") if isinstance(award, Mapping) else None
    model = KINDS.get(kind) if isinstance(kind, str) else None
    return award if model is None else name_defaults(model, award)


def name_defaults(model: type[BaseModel], values: Any) -> Any:
    """The values with all that they leave out named by its default, so that a change can set it.

    Figures stay as they are: they say one of two things, and what they do not say is nothing.
    """
    if not isinstance(values, Mapping) or issubclass(model, Figure):
        return values
    named = dict(values)
    for name, field in model.model_fields.items():
        key = field.alias or name
        if key in named:
            named[key] = _name_inside(field.annotation, named[key])
        elif not field.is_required():
            default = field.get_default(call_default_factory=True)
            # A record is spelled out, so that a change can set a part of it.
            named[key] = name_defaults(type(default), {}) if _is_record(default) else default
    return named


def _is_record(value: object) -> bool:
    return isinstance(value, BaseModel)


def _name_inside(annotation: Any, value: Any) -> Any:
    """The same for a value that is a record itself, or a mapping of records."""
    inner, *more = get_args(annotation) or (annotation,)
    if get_origin(annotation) is dict and _is_model(more[0]) and isinstance(value, Mapping):
        return {key: name_defaults(more[0], part) for key, part in value.items()}
    if _is_model(inner) and more in ([], [type(None)]):
        return name_defaults(inner, value)
    return value


def _is_model(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _own_lines(awards: Mapping[str, Any]) -> dict[str, Any]:
    lines = {key: award.get("line") for key, award in awards.items() if isinstance(award, Mapping)}
    return {key: line for key, line in lines.items() if line is not None}


def _default_readings(awards: Mapping[str, Any]) -> dict[str, str]:
    """The letter of the one reading that is marked as the default, where there is one."""
    chosen: dict[str, str] = {}
    for key, award in awards.items():
        readings = award.get("readings") if isinstance(award, Mapping) else None
        entries = readings.items() if isinstance(readings, Mapping) else ()
        marked = [k for k, r in entries if isinstance(r, Mapping) and r.get("default") is True]
        if len(marked) == 1:
            chosen[key] = marked[0]
    return chosen


def read_policy_tree(path: Path) -> Tree:
    """The policy file behind a scenario, as it stands before any change."""
    header, base = read_chain(path)[0]
    return read_yaml(beside(base, header, "policy"))
