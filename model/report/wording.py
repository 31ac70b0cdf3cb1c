"""The fixed words of what is printed, from `reports/<name>.<language>.yaml`, filled with values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from model.errors import did_you_mean, refuse
from model.report.numerals import Language

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one language, by dotted key."""

    language: Language
    texts: Mapping[str, str]
    name: str = "wording"

    def __call__(self, key: str, **values: str) -> str:
        """The text under `key` with its {places} filled.

        Raises:
            InputError: no such text, or a place in it that has no value.
        """
        place = f"reports/{self.name}.{self.language}.yaml"
        if key not in self.texts:
            raise refuse(place, f"no text '{key}'", did_you_mean(key, self.texts))
        try:
            return self.texts[key].format_map(values)
        except (KeyError, ValueError, IndexError) as error:
            raise refuse(place, f"the text '{key}' cannot be filled ({error})") from None

    def has(self, key: str) -> bool:
        """Whether there is a text under `key`."""
        return key in self.texts

    def join(self, parts: list[str]) -> str:
        """The parts as one enumeration."""
        return self("list.comma").join(parts)

    def of(self, entry: Mapping[str, Any], stem: str) -> str:
        """The text `<stem>_en` or `<stem>_zh` of a record's entry.

        A paper is written in Chinese: where a name has no English form the Chinese one stands.
        """
        for key in (f"{stem}_{self.language}", f"{stem}_zh", stem):
            if value := entry.get(key):
                return str(value)
        return ""


def reports_folder() -> Path:
    """Where the words and the style of the report lie: `reports/` beside the package."""
    return Path(__file__).resolve().parents[2] / "reports"


@cache
def read_wording(language: Language, name: str = "wording") -> Wording:
    """The words of one language.

    Args:
        name: which words: those of the report, or those of a workbook or a comparison.

    Raises:
        InputError: an unknown language, or a file that is missing or cannot be read.
    """
    if language not in LANGUAGES:
        raise refuse("lang", f"no report in '{language}'", did_you_mean(language, LANGUAGES))
    path = reports_folder() / f"{name}.{language}.yaml"
    try:
        tree = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except (OSError, YAMLError) as error:
        raise refuse(f"reports/{path.name}", f"cannot be read ({error})") from None
    texts = MappingProxyType(dict(_leaves(tree, "")))
    return Wording(language=language, texts=texts, name=name)


def _leaves(tree: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found += _leaves(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found
