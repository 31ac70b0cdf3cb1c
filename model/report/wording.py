"""The fixed words of what is printed, from `reports/<name>.<language>.yaml`, filled with values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from model.errors import did_you_mean, refuse
from model.report.numerals import Language, number

LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """The words of one language, by dotted key."""

    language: Language
    texts: Mapping[str, str]
    name: str = "wording"
    glossary: Mapping[str, str] = field(default_factory=dict)

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
                return self.said(str(value))
        return ""

    def label(self, entry: Mapping[str, Any], stem: str) -> str:
        """The text of `of` as it stands alone or opens a sentence: with a capital letter."""
        text = self.of(entry, stem)
        return text[:1].upper() + text[1:]

    def told(self, entry: Mapping[str, Any], stem: str) -> str:
        """The sentence `<stem>_en` or `<stem>_zh`; whole in Chinese where no one put it in English.

        The words of the glossary are left alone inside it: half a sentence in English is none.
        """
        if text := entry.get(f"{stem}_{self.language}"):
            return self.said(str(text))
        written = str(entry.get(f"{stem}_zh") or entry.get(stem) or "")
        return self.glossary.get(written, written) if self.language != "zh" else written

    def said(self, text: str) -> str:
        """A text of a record: on an English page with the words of the glossary in English."""
        if self.language == "zh" or text.isascii():
            return text
        for word in sorted(self.glossary, key=len, reverse=True):
            text = text.replace(word, self.glossary[word])
        return text

    def clause(self, entry: Mapping[str, Any]) -> str:
        """The clause of an award, a line or a figure, as the paper numbers it."""
        if self.language != "zh" and entry.get("clause"):
            return self("sentence.clause_n", n=str(entry["clause"]))
        return str(entry.get("clause_zh") or "")

    def value(self, value: Any) -> str:
        """A value of an assumption or figure: a number, or a text such as 275万元 or A 2、B 8."""
        if not isinstance(value, str) or self.language == "zh":
            return number(value)
        text = _AMOUNT.sub(lambda found: _in_english(found[1], found[2]), value)
        return self.said(text.replace("、", ", "))

    def value_in_full(self, value: Any) -> str:
        """The same inside a sentence, where amounts are written as in the rest of it."""
        return self.value(value).replace("m yuan", " million yuan")

    def with_glossary(self, glossary: Mapping[str, str]) -> Wording:
        """The same words, with how the Chinese words of a paper read on an English page."""
        return replace(self, glossary=glossary)


_AMOUNT = re.compile(r"([\d,.]+)(亿元|万元|元)")
_YUAN = {"亿元": 100_000_000, "万元": 10_000, "元": 1}


def _in_english(digits: str, unit: str) -> str:
    """An amount in million yuan or in yuan, never rounded."""
    yuan = Decimal(digits.replace(",", "")) * _YUAN[unit]
    if yuan >= 1_000_000:
        return f"{(yuan / 1_000_000).normalize():,f}m yuan"
    return f"{int(yuan):,} yuan"


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
