"""A YAML file as plain values, together with the place (file:line) of every value in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from model.errors import InputError, Problem, refuse

Path_ = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Plain values (dict, tuple, str, int, float, bool, None) and where each of them stands."""

    name: str
    values: dict[str, Any]
    places: Mapping[Path_, str]

    def place(self, path: Path_) -> str:
        """The place of the value at `path`, or of the nearest value around it."""
        for length in range(len(path), -1, -1):
            if (found := self.places.get(path[:length])) is not None:
                return found
        return self.name


def read_yaml(path: Path, *, name: str | None = None) -> Tree:
    """The mapping in a UTF-8 YAML 1.2 file; equal keys, odd keys and tabs are refused.

    Args:
        path: the file.
        name: what to call it in messages; the path as given if None.

    Raises:
        InputError: the file is missing, not UTF-8, not YAML, or not one mapping.
    """
    label = name or str(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise refuse(label, "there is no such file", "Give the path of a YAML file.") from None
    except IsADirectoryError:
        raise refuse(label, "this is a folder, not a file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise refuse(label, f"cannot be read as UTF-8 text ({error})") from None
    try:
        node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f"{label}:{mark.line + 1}" if mark else label
        raise refuse(line, f"not valid YAML: {error.problem or error.context}") from None
    except YAMLError as error:
        raise refuse(label, f"not valid YAML: {error}") from None
    if not isinstance(node, MappingNode):
        raise refuse(label, "the file does not hold one mapping of keys to values")
    builder = _Builder(label)
    values = builder.build(node, ())
    if builder.problems:
        raise InputError(builder.problems)
    return Tree(name=label, values=values, places=builder.places)


class _Builder:
    """Walks the nodes once; gathers places and problems."""

    def __init__(self, label: str) -> None:
        self.label = label
        self.places: dict[Path_, str] = {}
        self.problems: list[Problem] = []

    def at(self, node: Node) -> str:
        return f"{self.label}:{node.start_mark.line + 1}"

    def build(self, node: Node, path: Path_) -> Any:
        self.places.setdefault(path, self.at(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return tuple(self.build(item, (*path, i)) for i, item in enumerate(node.value))
        assert isinstance(node, ScalarNode)
        return self.scalar(node)

    def mapping(self, node: MappingNode, path: Path_) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            place = self.at(key_node)
            if not isinstance(key_node, ScalarNode):
                self.problems.append(Problem(place=place, fact="a key must be a single word"))
            elif key in values:
                self.problems.append(
                    Problem(
                        place=place,
                        fact=f"the key '{key}' occurs twice in one mapping"
                        f" (first at {self.places[(*path, key)]})",
                        remedy="Keep one of the two.",
                    )
                )
            else:
                self.places[(*path, key)] = place
                values[key] = self.build(value_node, (*path, key))
        return values

    def scalar(self, node: ScalarNode) -> Any:
        tag = str(node.tag or node.ctag).rsplit(":", 1)[-1]
        text = str(node.value)
        if tag == "null":
            return None
        if tag == "bool":
            return text.lower() == "true"
        if tag == "int":
            return _whole(text)
        if tag == "float":
            return float(Decimal(text.replace("_", ""))) if _is_decimal(text) else text
        return text  # a date stays the text it was written as


def _whole(text: str) -> int | str:
    """The integer of plain decimal digits; octal and sexagesimal forms stay text."""
    digits = text.replace("_", "")
    return int(digits) if digits.lstrip("+-").isdigit() and not _padded(digits) else text


def _padded(digits: str) -> bool:
    bare = digits.lstrip("+-")
    return len(bare) > 1 and bare.startswith("0")


def _is_decimal(text: str) -> bool:
    return text.replace("_", "").lstrip("+-").replace(".", "", 1).isdigit()
