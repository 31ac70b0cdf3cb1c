"""Chapters: what the numbers rest on, what the scenario changed, how to run it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    heading,
    paragraph,
    plain,
    runs,
    table,
    text_width,
    two_lines,
)
from model.report.chapters.changed import change_blocks, in_words, shown
from model.report.chapters.drivers import assumption_names
from model.report.chapters.knowing import knowing_blocks
from model.report.chapters.spreads import spread_blocks
from model.report.numerals import NOTHING, number, percent
from model.report.record import Record
from model.report.sentences import mark_word, marks_phrase
from model.report.wording import Wording

Entry = Mapping[str, Any]
# Millimetres of the page, of a column of values, of units, of marks; English words are longer.
_PAGE = 180
_VALUE = {"zh": 17, "en": 23}
_UNIT = {"zh": 11, "en": 17}
_MARK = {"zh": 13, "en": 17}
_BESIDE_VALUE = 1.5


def basis_chapter(record: Record, words: Wording) -> list[Block]:
    """What to find out, then assumptions, published figures and shared factors with their marks."""
    n, marks = str(len(record.assumptions)), marks_phrase(record.assumptions, words)
    blocks = [heading(1, words("basis.title")), *knowing_blocks(record, words)]
    if record.assumptions:
        blocks += [
            heading(2, words("basis.assumptions_title")),
            paragraph(runs(words, "basis.assumptions_intro", n=n, marks=marks)),
            *_unused_note(record, words),
            _figures(record, ("low", "central", "high"), ("assumptions", words)),
        ]
    if record.figures:
        blocks += [
            heading(2, words("basis.figures_title")),
            _figures(record, ("central",), ("figures", words)),
        ]
    return [
        *blocks,
        *spread_blocks(record, words),
        *_factors(record, words),
        *_calendars(record, words),
    ]


def _unused(entry: Entry, record: Record) -> bool:
    """Whether a figure belongs to an account that the explanation in force does not have."""
    parts = str(entry["id"]).split(".")
    return parts[0] == "accounts" and parts[1] not in {a["id"] for a in record.accounts}


def _unused_note(record: Record, words: Wording) -> list[Block]:
    n = sum(_unused(entry, record) for entry in record.assumptions)
    return [paragraph(plain(words("basis.unused_note", n=str(n))))] if n else []


def _name(entry: Entry, record: Record, words: Wording) -> str:
    """The name of a figure as it opens a row; one that no account uses is marked so."""
    name = assumption_names(record, words)[entry["id"]]
    name = name[:1].upper() + name[1:]
    return words("basis.unused", name=name) if _unused(entry, record) else name


def _figures(record: Record, values: tuple[str, ...], topic: tuple[str, Wording]) -> Block:
    name, words = topic
    entries = record.assumptions if name == "assumptions" else record.figures
    heads = values if len(values) > 1 else ("value",)
    value, unit, mark = (width[words.language] for width in (_VALUE, _UNIT, _MARK))
    columns = [
        Column(head=words("basis.name"), share=_PAGE - unit - mark - value * len(values)),
        Column(head=words("basis.unit"), share=unit),
        *(Column(head=words(f"basis.{head}"), share=value, figures=True) for head in heads),
        Column(head=words("basis.mark"), share=mark),
    ]
    rows: list[list[Cell]] = [
        [
            two_lines(_name(entry, record, words), _grounds(entry, values, words)),
            _unit(entry, words),
            *_values(entry, values, words),
            mark_word(entry.get("mark"), words),
        ]
        for entry in entries
    ]
    return table(words(f"basis.{name}_caption"), columns, rows)


def _unit(entry: Entry, words: Wording) -> str:
    """The unit of the values; amounts are written with theirs, so that it is not said twice."""
    return NOTHING if isinstance(entry.get("central"), str) else words.of(entry, "unit") or NOTHING


def _value(entry: Entry, value: str, words: Wording) -> str:
    """A value in words; a rate that is written as a part of one is told in percent."""
    found = entry.get(value)
    is_rate = "_rate." in str(entry["id"]) and isinstance(found, int | float)
    return f"{number(100 * found)}%" if is_rate and found is not None else words.value(found)


def _values(entry: Entry, values: tuple[str, ...], words: Wording) -> list[str]:
    if _is_wide(entry, values, words):
        return [words("basis.see_left")] * len(values)
    return [_value(entry, value, words) for value in values]


def _is_wide(entry: Entry, values: tuple[str, ...], words: Wording) -> bool:
    """Whether a value is more than one figure: then it stands below the name instead."""
    room = _VALUE[words.language] - _BESIDE_VALUE
    return any(text_width(_value(entry, value, words), 8) > room for value in values)


def _grounds(entry: Entry, values: tuple[str, ...], words: Wording) -> str:
    parts = [_read(entry, words), words.told(entry, "why")]
    if _is_wide(entry, values, words):
        ends = {key: words.value(entry.get(key)) for key in ("low", "central", "high")}
        said = words("basis.ends", **ends) if len(values) > 1 else ends[values[0]]
        parts.insert(0, said)
    text = words("list.semicolon").join(part.rstrip("。.；; ") for part in parts if part)
    return text[:1].upper() + text[1:]


def _read(entry: Entry, words: Wording) -> str:
    """Where a figure was read, for which area and year, and when that was checked."""
    facts = [words.of(entry, "area")]
    facts += [
        words(f"basis.{key}", **{key: str(entry[key])})
        for key in ("year", "checked")
        if entry.get(key)
    ]
    source, said = words.told(entry, "source"), words.join([fact for fact in facts if fact])
    return words("basis.read", source=source, facts=said) if source and said else source or said


def _reason(entry: Entry, words: Wording) -> str:
    text = words.told(entry, "why")
    return text[:1].upper() + text[1:]


def _factors(record: Record, words: Wording) -> list[Block]:
    if not record.factors:
        return []
    columns = [
        Column(head=words("basis.factor"), share=5),
        Column(head=words("basis.level"), share=2),
        Column(head=words("basis.times"), share=1.6, figures=True),
        Column(head=words("basis.weight"), share=1.4, figures=True),
    ]
    rows: list[list[Cell]] = []
    for factor in record.factors:
        for place, level in enumerate(factor["levels"]):
            name = two_lines(words.label(factor, "name"), _reason(factor, words))
            rows.append(
                [
                    name if place == 0 else "",
                    words.of(level, "name"),
                    number(level.get("times")),
                    percent(level.get("weight")),
                ]
            )
    return [
        heading(2, words("basis.factors_title")),
        paragraph(plain(words("basis.factors_intro"))),
        table(words("basis.factors_caption"), columns, rows),
    ]


def _calendars(record: Record, words: Wording) -> list[Block]:
    """When in the year money is due: the twelve shares behind the months of running out."""
    if not record.calendars:
        return []
    # English reasons are longer, Chinese names of months wider.
    name, wide = (44.0, 9.8) if words.language == "zh" else (62.0, 8.4)
    columns = [
        Column(head=words("basis.calendar"), share=name),
        *(Column(head=words(f"month.m{n}"), share=wide, figures=True) for n in range(1, 13)),
        Column(head=words("basis.mark"), share=15 if words.language == "zh" else 18),
    ]
    rows: list[list[Cell]] = [
        [
            two_lines(words.label(calendar, "name"), _reason(calendar, words)),
            *(percent(share)[:-1] if share else "" for share in calendar["shares"]),
            mark_word(calendar.get("mark"), words),
        ]
        for calendar in record.calendars
    ]
    return [
        heading(2, words("basis.calendars_title")),
        paragraph(plain(words("basis.calendars_intro"))),
        table(words("basis.calendars_caption"), columns, rows),
    ]


def rerun_chapter(record: Record, words: Wording) -> list[Block]:
    """What the scenario changed, and all that is needed to get every number again."""
    changes = change_blocks(record, words)
    return [
        heading(1, words("rerun.title")),
        *changes,
        # One section alone needs no title of its own.
        *([heading(2, words("rerun.how_title"))] if changes else []),
        paragraph(plain(words("rerun.how_intro"))),
        *_command(record),
        _facts(record, words),
        *_inputs(record, words),
    ]


def _command(record: Record) -> list[Block]:
    command = record.manifest.get("run_command")
    return [{"kind": "code", "text": str(command)}] if command else []


def _facts(record: Record, words: Wording) -> Block:
    manifest = record.manifest
    facts = {
        "seed": str(manifest["seed"]),
        "draws": f"{manifest['draws']:,}",
        "product": shown(manifest.get("product_version")),
        "versions": ", ".join(
            f"{name} {version}" for name, version in manifest["versions"].items()
        ),
        "settings": _settings(record, words),
    }
    columns = [
        Column(head=words("rerun.item"), share=1.4),
        Column(head=words("rerun.holds"), share=6),
    ]
    rows: list[list[Cell]] = [[words(f"rerun.{key}"), text] for key, text in facts.items()]
    return table(words("rerun.facts_caption"), columns, rows)


def _settings(record: Record, words: Wording) -> str:
    """The settings in words, as a reader who never saw the files would have them."""
    said = []
    for key, value in record.manifest["settings"].items():
        name = words(f"setting.{key}") if words.has(f"setting.{key}") else key
        said.append(words("setting.is", name=name, value=_setting(key, value, (record, words))))
    return words("list.semicolon").join(said)


def _setting(key: str, value: Any, texts: tuple[Record, Wording]) -> str:
    record, words = texts
    if key == "verdicts":
        return words.join([percent(value[mark]) for mark in ("short", "tight", "idle_below")])
    if isinstance(value, bool):
        return words("setting.yes_word" if value else "setting.no_word")
    if isinstance(value, str):
        name = words.of(record.overlap, "name") if key == "overlap" else ""
        return name or (words(f"setting.{value}") if words.has(f"setting.{value}") else value)
    if key in {"worst_share", "movable_share", "domains_may_rise"} and isinstance(value, float):
        return f"{number(100 * value)}%"
    return number(value) if isinstance(value, int | float) else in_words(shown(value), texts)


def _inputs(record: Record, words: Wording) -> list[Block]:
    inputs = record.manifest["inputs"]
    if not inputs:
        return []
    columns = [
        Column(head=words("rerun.file"), share=1.4),
        Column(head=words("rerun.sha256"), share=6),
    ]
    rows: list[list[Cell]] = [
        [entry["name"], {"text": entry["sha256"], "mono": "yes"}] for entry in inputs
    ]
    return [table(words("rerun.inputs_caption"), columns, rows)]
