"""A YAML file as plain values, together with the place (file:line) of every value in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)
from ruamel.yaml.reader import ReaderError

from model.errors import InputError, Problem, refuse

Path_ = tuple[str | int, ...]

_WHOLE = re.compile(r"[+-]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[+-]?([0-9]+\.[0-9]*|\.[0-9]+)")
_WORDS = {"": None, "~": None, "null": None, "true": True, "false": False}
_WAYS_OUT = {
    "'\\t'": "Use spaces, not tabs.",
    "cannot start any token": "Put the text in quotes.",
    "mapping values are not allowed": "Put a text that holds a colon in quotes.",
}


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

    Numbers are numbers only in their plainest form: octal, sexagesimal and exponent forms stay
    the text they were written as, and so do dates and words like ``no``. Aliases and tags, which
    say one thing where another is read, are refused.

    Args:
        path: the file.
        name: what to call it in messages; the path as given if None.

    Raises:
        InputError: the file is missing, not UTF-8, not YAML, or not one mapping.
    """
    label = name or str(path)
    text = read_text(path, label, "Give the path of a YAML file.")
    builder = _Builder(label, _events(text, label))
    values = builder.document()
    if builder.problems:
        raise InputError(builder.problems)
    return Tree(name=label, values=values, places=builder.places)


def read_text(path: Path, label: str, remedy: str) -> str:
    """The text of a UTF-8 file, with or without a byte order mark.

    Raises:
        InputError: there is no such file (with `remedy` as the way out), or it cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise refuse(label, "there is no such file", remedy) from None
    except IsADirectoryError:
        raise refuse(label, "this is a folder, not a file", remedy) from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise refuse(f"{label}:{line}", "not UTF-8 text", "Save the file as UTF-8.") from None
    except OSError as error:
        raise refuse(label, f"cannot be read: {error.strerror}") from None


def _events(text: str, label: str) -> Iterator[Any]:
    """What the YAML parser meets, one after the other; its errors told with file and line."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fact = str(error.problem or error.context)
        remedy = next(
            (way_out for symptom, way_out in _WAYS_OUT.items() if symptom in fact),
            "Look at this line and at the one above it.",
        )
        place = f"{label}:{mark.line + 1}" if mark else label
        raise refuse(place, f"not valid YAML: {fact}", remedy) from None
    except ReaderError as error:
        place = f"{label}:{text.count(chr(10), 0, error.position) + 1}"
        fact = f"not valid YAML: a control character (number {error.character})"
        raise refuse(place, fact, "Take it out.") from None


class _Builder:
    """Walks the events once; gathers values, places and problems."""

    def __init__(self, label: str, events: Iterator[Any]) -> None:
        self.label = label
        self.events = events
        self.places: dict[Path_, str] = {}
        self.problems: list[Problem] = []

    def at(self, event: Any) -> str:
        return f"{self.label}:{event.start_mark.line + 1}"

    def refuse(self, event: Any, fact: str, remedy: str) -> None:
        self.problems.append(Problem(place=self.at(event), fact=fact, remedy=remedy))

    def document(self) -> dict[str, Any]:
        """The one mapping of the file."""
        roots = [
            (self.at(event), self.value(next(self.events), ()))
            for event in self.events
            if isinstance(event, DocumentStartEvent)
        ]
        if len(roots) > 1:
            raise refuse(roots[1][0], "a second document begins here", "Take out the line '---'.")
        values = roots[0][1] if roots else None
        if not isinstance(values, dict):
            raise refuse(self.label, "the file does not hold one mapping of keys to values")
        return values

    def value(self, event: Any, path: Path_) -> Any:
        self.places.setdefault(path, self.at(event))
        if isinstance(event, AliasEvent):
            self.refuse(event, f"an alias (*{event.anchor})", "Write the value out.")
            return None
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            self.refuse(event, f"a tag ({tag})", "Write the value without it.")
        if isinstance(event, MappingStartEvent):
            return self.mapping(path)
        if isinstance(event, SequenceStartEvent):
            items = enumerate(self.until(SequenceEndEvent))
            return tuple(self.value(item, (*path, index)) for index, item in items)
        return _plain(event.value) if event.implicit[0] else event.value

    def until(self, end: type) -> Iterator[Any]:
        for event in self.events:
            if isinstance(event, end):
                return
            yield event

    def mapping(self, path: Path_) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for event in self.until(MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self.value(event, (*path, ""))
                self.refuse(event, "a key must be a single word", "Put it in quotes.")
                self.value(next(self.events), (*path, ""))
                continue
            key, place = str(event.value), self.at(event)
            inside = (*path, key)
            if key in values:
                fact = f"the key '{key}' occurs twice in one mapping (first at"
                self.refuse(event, f"{fact} {self.places[inside]})", "Keep one of the two.")
            self.places.setdefault(inside, place)
            value = self.value(next(self.events), inside)
            values.setdefault(key, value)
        return values


def _plain(text: str) -> Any:
    """What a word without quotes means: nothing, yes or no, a number, or itself."""
    if text.lower() in _WORDS and text in (text.lower(), text.upper(), text.capitalize()):
        return _WORDS[text.lower()]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
