"""Which files a scenario is made of, and everything in them that a change may name, as one tree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from model.errors import InputError, Problem, did_you_mean, refuse
from model.policy.awards import KINDS
from model.policy.document import SECTIONS
from model.settings import Settings
from model.strict import StrictModel, read_model
from model.yamlfile import Tree, read_yaml

SETTING_PARTS = tuple(Settings.model_fields)
POLICY_PARTS = ("document", *SECTIONS, "awards")
POOL_PARTS = ("sources", "assumptions", "factors", "pools", "accounts")
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
    """One tree of everything that a change may name; optional figures are named with no value.

    Raises:
        InputError: sections that a file must not have, or that are no mappings; awards whose own
            figures are not those of their default reading.
    """
    problems = [*_odd_sections(policy, POLICY_PARTS), *_odd_sections(pools, POOL_PARTS)]
    problems += [] if problems else _unlike_their_defaults(policy)
    if problems:
        raise InputError(problems)
    values: dict[str, Any] = {key: {} for key in ("funds", *POOL_PARTS)}
    values |= policy.values | pools.values | _settings(base)
    awards = {key: _with_optional(award) for key, award in (values.get("awards") or {}).items()}
    values["awards"] = awards
    _fill(values, "readings", _default_readings(awards))
    _fill(values, "paid_from", _own_lines(awards))
    return Tree(name=base.name, values=values, places=_join_places(policy, pools, base))


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


def _settings(base: Tree) -> dict[str, Any]:
    """The settings of a base, with those named that it may leave out."""
    given = {key: base.values[key] for key in SETTING_PARTS if key in base.values}
    rules = given.get("allocation")
    if isinstance(rules, Mapping):
        given["allocation"] = {"weights": {}, "key_spending": (), "floors": {}, **rules}
    return {"transfers": ()} | given


def _fill(values: dict[str, Any], key: str, defaults: Mapping[str, Any]) -> None:
    """What a base leaves out of a section that every award belongs to; an odd value stays."""
    given = values.get(key, {})
    values[key] = {**defaults, **given} if isinstance(given, Mapping) else given


def _with_optional(award: Any) -> Any:
    """The award with its unset optional fields named, so that a change can set them."""
    kind = award.get("kind") if isinstance(award, Mapping) else None
    if not isinstance(kind, str) or kind not in KINDS:
        return award
    fields = KINDS[kind].model_fields
    unset = {name: None for name, field in fields.items() if field.default is None}
    return unset | award


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
