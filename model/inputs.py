"""Which files a scenario is made of, and everything in them that a change may name, as one tree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from model.errors import InputError, did_you_mean, refuse
from model.policy.awards import KINDS
from model.settings import Settings
from model.strict import StrictModel, read_model
from model.yamlfile import Tree, read_yaml

SETTING_PARTS = tuple(Settings.model_fields)


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
    """The scenario files from the base to `path`."""
    chain: list[tuple[Header, Tree]] = []
    seen: list[Path] = []
    current: Path | None = path
    while current is not None:
        if current.resolve() in seen:
            raise refuse(str(current), "the scenario is based on itself")
        seen.append(current.resolve())
        header, tree = _read_header(current)
        chain.insert(0, (header, tree))
        based_on = header.based_on
        current = None if based_on is None else _base_path(current, based_on, tree)
    return chain


def _base_path(path: Path, based_on: str, tree: Tree) -> Path:
    base = path.with_name(f"{Path(based_on).name.removesuffix('.yaml')}.yaml")
    if not base.is_file():
        known = [file.stem for file in path.parent.glob("*.yaml")]
        fact = f"based_on: there is no scenario '{based_on}' beside this file"
        raise refuse(tree.place(("based_on",)), fact, did_you_mean(based_on, known))
    return base


def _read_header(path: Path) -> tuple[Header, Tree]:
    tree = read_yaml(path)
    derived = "based_on" in tree.values
    own = {key: value for key, value in tree.values.items() if key not in SETTING_PARTS or derived}
    if not derived:
        own.pop("changes", None)
    header, problems = read_model(Header, own, tree, ())
    if header is None:
        raise InputError(problems)
    return header, tree


def beside(base: Tree, header: Header, key: str) -> Path:
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
    """One tree of everything that a change may name; optional figures are named with no value."""
    values: dict[str, Any] = {**policy.values, **pools.values}
    places = {**policy.places, **pools.places}
    for key in SETTING_PARTS:
        if key in base.values:
            values[key] = base.values[key]
    places |= {path: place for path, place in base.places.items() if path}
    awards = {key: _with_optional(award) for key, award in (values.get("awards") or {}).items()}
    values["awards"] = awards
    values["readings"] = _default_readings(awards) | dict(values.get("readings") or {})
    lines = {key: award.get("line") for key, award in awards.items() if isinstance(award, dict)}
    own = {key: line for key, line in lines.items() if line is not None}
    values["paid_from"] = own | dict(values.get("paid_from") or {})
    return Tree(name=base.name, values=values, places=places)


def _with_optional(award: Any) -> Any:
    """The award with its unset optional fields named, so that a change can set them."""
    if not isinstance(award, dict) or award.get("kind") not in KINDS:
        return award
    fields = KINDS[award["kind"]].model_fields
    unset = {name: None for name, field in fields.items() if field.default is None}
    return unset | award


def _default_readings(awards: Mapping[str, Any]) -> dict[str, str]:
    chosen: dict[str, str] = {}
    for key, award in awards.items():
        readings = award.get("readings") if isinstance(award, dict) else None
        for letter, reading in (readings or {}).items():
            if isinstance(reading, dict) and reading.get("default"):
                chosen[key] = letter
    return chosen


def read_policy_tree(path: Path) -> Tree:
    """The policy file behind a scenario, as it stands before any change."""
    header, base = read_chain(path)[0]
    return read_yaml(beside(base, header, "policy"))
