"""What the scenario changes, each change by its name, and settings and values in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from model.report.blocks import Block, Cell, Column, heading, table
from model.report.numerals import NOTHING
from model.report.record import Record
from model.report.wording import Wording

Entry = Mapping[str, Any]
_TOKEN = re.compile(r"[A-Za-z_][\w.]*")
_ANY = (("{}", NOTHING), ("[]", NOTHING), ("[", ""), ("]", ""), (": {", "{"))
_MARKS = {
    "zh": (*_ANY, ("{", "（"), ("}", "）"), (": ", "："), (", ", "，")),
    "en": (*_ANY, ("{", " ("), ("}", ")"), ("  (", " (")),
}


def change_blocks(record: Record, words: Wording) -> list[Block]:
    """Every change of a scenario against its base: what, from, to, and where it is written."""
    changes = record.manifest["changes"]
    if not changes:
        return []
    columns = [
        Column(head=words("rerun.path"), share=4),
        Column(head=words("rerun.old"), share=2.6),
        Column(head=words("rerun.new"), share=3.2),
        Column(head=words("rerun.place"), share=2.3),
    ]
    rows: list[list[Cell]] = [
        [
            words.label(change, "name") or shown(change.get("path")),
            _value(change, "old", (record, words)),
            _value(change, "new", (record, words)),
            shown(change.get("place")),
        ]
        for change in changes
    ]
    base = str(record.manifest.get("based_on") or words("rerun.no_base"))
    caption = words("rerun.changes_caption", base=base)
    return [heading(2, words("rerun.changes_title")), table(caption, columns, rows)]


def _value(change: Entry, side: str, texts: tuple[Record, Wording]) -> str:
    """A value by the name that the paper has for it, else in words; texts stay as written."""
    if f"{side}_zh" in change:
        return texts[1].of(change, side)
    if str(change.get("path")).endswith(("why", "_zh", "_en")):
        return shown(change.get(side))
    return in_words(shown(change.get(side)), texts)


def in_words(text: str, texts: tuple[Record, Wording]) -> str:
    """A value as a scenario writes it, with the names of accounts and lines and in plain words."""
    record, words = texts
    names = {account["id"]: words.of(account, "name") for account in record.accounts}
    for line in record.lines:
        names[line["id"]] = words("change.line", name=words.of(line, "name"), id=line["id"])
    return named_value(text, names, words)


def named_value(text: str, names: Mapping[str, str], words: Wording) -> str:
    """A value as a scenario writes it, with these names for ids, in the words of the report."""

    def said(token: re.Match[str]) -> str:
        word = token.group()
        if word in names:
            return names[word]
        return words(f"change.{word}") if words.has(f"change.{word}") else word

    return words.value(_TOKEN.sub(said, _without_braces(text, words)))


def _without_braces(text: str, words: Wording) -> str:
    """{a: {b: 1}, c: [d]} as a (b: 1), c: d; a dash where there is nothing inside."""
    if text == "-":
        return NOTHING
    if text.startswith("{") and text.endswith("}") and len(text) > 2 and "} / {" not in text:
        text = text[1:-1]
    for mark, instead in _MARKS[words.language]:
        text = text.replace(mark, instead)
    return text.strip()


def shown(value: Any) -> str:
    """Any value of a scenario as a reader would write it."""
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list | tuple) and not value:
        return NOTHING
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {shown(inner)}" for key, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(shown(inner) for inner in value)
    return str(value)
