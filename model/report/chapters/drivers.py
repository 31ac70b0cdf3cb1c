"""Sections on what drives the risk: break-evens and the assumptions that move it most."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    heading,
    paragraph,
    picture,
    plain,
    table,
    two_lines,
)
from model.report.charts import as_svg, sensitivity_strips
from model.report.numerals import NOTHING, chance_range, counted_cell, number, unit_price_cell
from model.report.record import Record
from model.report.sentences import mark_word, unit_word
from model.report.wording import Wording

Entry = Mapping[str, Any]
# The riskiest accounts, and the assumptions that move each most: more strips than this blur.
_STRIPPED_ACCOUNTS = 4
_STRIPS = 8
# Room for a name beside its strip, as `sensitivity_strips` draws it.


def break_even_blocks(accounts: Sequence[Entry], words: Wording) -> list[Block]:
    """What each account pays in countable units, and where its gap begins."""
    columns = [
        Column(head=words("risk.account"), share=30),
        Column(head=words("risk.what"), share=81),
        Column(head=words("risk.unit_price", unit=words("unit.price")), share=21, figures=True),
        Column(head=words("risk.pays"), share=14, figures=True),
        Column(head=words("risk.central"), share=16, figures=True),
        Column(head=words("risk.at_5"), share=17, figures=True),
        Column(head=words("risk.at_50"), share=18, figures=True),
    ]
    rows = [
        _break_even_row(account, entry, words)
        for account in accounts
        for entry in account["break_evens"]
    ]
    if not rows:
        return []
    return [
        heading(2, words("risk.even_title")),
        paragraph(plain(words("risk.even_intro"))),
        table(words("risk.even_caption"), columns, rows),
        paragraph(plain(words("risk.even_note")), "note"),
    ]


def _break_even_row(account: Entry, entry: Entry, words: Wording) -> list[Cell]:
    counts = ("count_central", "count_at_5", "count_at_50")
    name, award = words.label(entry, "name"), entry.get("award") or ""
    if not name.startswith(award):
        name = f"{name} {award}"
    if clause := words.clause(entry):
        name = f"{name}, {clause}" if words.language == "en" else name + clause
    if unit := unit_word(entry, words):
        name = words("risk.counted_in", name=name, unit=unit)
    return [
        words.label(account, "name"),
        two_lines(name, _bound(entry, words)),
        _price(entry, words),
        # Money that does not pay one of them is no count of anything.
        number(entry.get("money_pays") or None),
        *(_count(entry, count) for count in counts),
    ]


def _bound(entry: Entry, words: Wording) -> str:
    """What a dash in the column of the gap means: never, or even without a claim."""
    if entry.get("count_at_5") == 0:
        return words("risk.even_always")
    if entry.get("count_at_5") is not None or entry.get("searched_to") is None:
        return ""
    unit = entry.get("unit_zh", "") if words.language == "zh" else ""
    return words("risk.even_never", count=number(entry["searched_to"]) + unit)


def _price(entry: Entry, words: Wording) -> str:
    """What one costs: a mean to four digits; a payment progress is counted in nothing."""
    yuan = entry.get("unit_yuan")
    if yuan is None or entry.get("award") is None:
        return NOTHING
    if words.language == "zh":
        return unit_price_cell(yuan, "zh")
    printed = entry.get("unit_is_printed", True)
    return f"{yuan if printed else round(float(f'{yuan:.4g}')):,}"


def _count(entry: Entry, field: str) -> str:
    """A count as the sentence beside it has it; none at all can bring no gap about."""
    value = entry.get(field)
    if not value:
        return NOTHING
    rare = entry.get("award") is not None and value < 0.1
    return f"{value:.2g}" if rare else counted_cell(entry, field)


def assumption_names(record: Record, words: Wording) -> dict[str, str]:
    """The name of every assumption and figure by id; equal names are told apart by their awards."""
    entries = (*record.assumptions, *record.figures)
    often = Counter(words.of(entry, "name") for entry in entries)
    names = {}
    for entry in entries:
        name, awards = words.of(entry, "name"), entry.get("awards") or ()
        alike = often[name] > 1 and awards
        names[entry["id"]] = f"{name} {words.join([*awards])}" if alike else name
    return names


def strips_of(
    account: Entry, words: Wording, names: Mapping[str, str] | None = None
) -> list[tuple[str, float, float]]:
    """For each assumption its name and the chance of a gap at its low and high value, widest first.

    An assumption known at one end only takes the central chance at the other. The assumptions
    that make the ends of the range are always among them.
    """
    names = names or {}
    centre = float(account["gap_probability"])
    found: dict[str, tuple[str, dict[str, float]]] = {}
    for row in account.get("sensitivity") or ():
        name = names.get(row["assumption"]) or words.of(row, "name")
        found.setdefault(row["assumption"], (name, {}))[1][row["at"]] = row["gap_probability"]
    strips = {
        key: (name, float(ends.get("low", centre)), float(ends.get("high", centre)))
        for key, (name, ends) in found.items()
    }
    moving = [key for key, strip in strips.items() if _span(strip, centre) >= 0.005]
    extremes = {account.get("gap_low_assumption"), account.get("gap_high_assumption")}
    moving.sort(key=lambda key: (key not in extremes, -_span(strips[key], centre)))
    shown = [strips[key] for key in moving[:_STRIPS]]
    return sorted(shown, key=lambda strip: -_span(strip, centre))


def _span(strip: tuple[str, float, float], centre: float) -> float:
    return max(*strip[1:], centre) - min(*strip[1:], centre)


def sensitivity_blocks(record: Record, accounts: Sequence[Entry], words: Wording) -> list[Block]:
    """The charts of the riskiest accounts that any assumption moves."""
    names = assumption_names(record, words)
    blocks: list[Block] = []
    for account in [a for a in accounts if strips_of(a, words)][:_STRIPPED_ACCOUNTS]:
        strips = strips_of(account, words, names)
        rows = [
            words("risk.sensitivity_row", name=name, range=_ends(low, high, words))
            for name, low, high in strips
        ]
        title = words.label(account, "name")
        alt = words("risk.sensitivity_alt", account=title, rows=words("list.semicolon").join(rows))
        svg = as_svg(sensitivity_strips(account, [*_with_marks(account, record, words)], words))
        caption = words("risk.sensitivity_caption", account=title)
        blocks.append(picture(svg, (caption, _extremes(account, names, words)), alt))
    if not blocks:
        return []
    opening = [
        heading(2, words("risk.sensitivity_title")),
        paragraph(plain(words("risk.sensitivity_intro") + words("risk.sensitivity_note"))),
    ]
    return [*opening, *blocks]


def _with_marks(
    account: Entry, record: Record, words: Wording
) -> Iterator[tuple[str, float, float]]:
    """The strips, each name followed by the mark of the assumption."""
    names = assumption_names(record, words)
    marks = {names[entry["id"]]: entry.get("mark") for entry in record.assumptions}
    for name, low, high in strips_of(account, words, names):
        mark = words("knowing.mark", mark=mark_word(marks.get(name), words))
        yield name + mark, low, high


def _ends(low: float, high: float, words: Wording) -> str:
    return chance_range(min(low, high), max(low, high), words.language)


def _extremes(account: Entry, names: Mapping[str, str], words: Wording) -> str:
    low, high = account.get("gap_low_assumption"), account.get("gap_high_assumption")
    if not low or not high:
        return ""
    if low == high:
        return words("risk.extremes_same", name=names.get(low, low))
    return words("risk.extremes", low=names.get(low, low), high=names.get(high, high))
