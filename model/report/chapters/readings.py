"""Section on readings: what it matters how an ambiguous clause is understood, in money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    Run,
    heading,
    paragraph,
    picture,
    runs,
    table,
    two_lines,
)
from model.report.charts import as_svg, reading_ranges
from model.report.numerals import chance, money_cell, money_phrase
from model.report.record import Record
from model.report.wording import Wording

Entry = Mapping[str, Any]


def reading_blocks(record: Record, words: Wording) -> list[Block]:
    """Every award that can be read in more than one way: a bar for each, and every reading."""
    awards = _by_award(record)
    if not awards:
        return []
    return [
        heading(2, words("readings.title")),
        paragraph(
            runs(words, "readings.intro", **_widest(record, awards, words))
            + _whole_area(record, awards, words)
        ),
        *_chart(record, awards, words),
        _table(record, awards, words),
    ]


def _by_award(record: Record) -> dict[str, list[Entry]]:
    """The readings of each award, by letter."""
    found: dict[str, list[Entry]] = {}
    for row in sorted(record.readings, key=lambda row: (row["award"], row["letter"])):
        found.setdefault(row["award"], []).append(row)
    return found


def _ends(rows: Sequence[Entry]) -> tuple[int, int]:
    """The least and the most that the award asks for in a mean year, in yuan."""
    known = [row["demand_mean_yuan"] for row in rows if row.get("demand_mean_yuan") is not None]
    return (min(known), max(known)) if known else (0, 0)


def _span(rows: Sequence[Entry]) -> int:
    low, high = _ends(rows)
    return high - low


def _widest(record: Record, awards: Mapping[str, list[Entry]], words: Wording) -> dict[str, str]:
    """The award whose reading matters most, with its clause and both ends."""
    award, rows = max(awards.items(), key=lambda item: _span(item[1]))
    low, high = _ends(rows)
    return {
        "n": str(len(awards)),
        "award": award_name(record, award, words),
        "clause": words.clause(_award(record, award)),
        "low": money_phrase(low, words.language),
        "high": money_phrase(high, words.language),
    }


def _whole_area(record: Record, awards: Mapping[str, list[Entry]], words: Wording) -> list[Run]:
    """The same for the award whose reading matters most if the city paid for the whole area."""
    known = {
        award: rows
        for award, rows in awards.items()
        if all(row.get("whole_mean_yuan") is not None for row in rows)
    }
    if not known:
        return []
    ends = {
        award: (
            *(end(row["whole_mean_yuan"] for row in rows) for end in (min, max)),
            min(row["whole_low_yuan"] for row in rows),
            max(row["whole_high_yuan"] for row in rows),
        )
        for award, rows in known.items()
    }
    award, sums = max(ends.items(), key=lambda item: item[1][1] - item[1][0])
    low, high, least, most = (money_phrase(yuan, words.language) for yuan in sums)
    name = award_name(record, award, words)
    found = {"award": name, "low": low, "high": high, "least": least, "most": most}
    return runs(words, "readings.whole", **found)


def _award(record: Record, award: str) -> Entry:
    return next((entry for entry in record.awards if entry["id"] == award), {})


def award_name(record: Record, award: str, words: Wording) -> str:
    """The id of an award and its name."""
    return f"{award} {words.of(_award(record, award), 'name')}".strip()


def _chart(record: Record, awards: Mapping[str, list[Entry]], words: Wording) -> list[Block]:
    """The awards with a used reading whose demand is known, the widest span first."""
    drawn = sorted(
        (
            (award_name(record, award, words), rows)
            for award, rows in awards.items()
            if any(row["chosen"] for row in rows)
            and all(row.get("demand_mean_yuan") is not None for row in rows)
        ),
        key=lambda item: -_span(item[1]),
    )
    if not drawn:
        return []
    told = [
        words(
            "readings.row",
            award=name,
            low=money_phrase(_ends(rows)[0], words.language),
            high=money_phrase(_ends(rows)[1], words.language),
        )
        for name, rows in drawn
    ]
    alt = words("readings.alt", rows=words("list.semicolon").join(told))
    caption = (words("readings.chart_caption"), words("readings.note"))
    return [picture(as_svg(reading_ranges(drawn, words)), caption, alt)]


def _table(record: Record, awards: Mapping[str, list[Entry]], words: Wording) -> Block:
    columns = [
        Column(head=words("awards.award"), share=42),
        Column(head=words("readings.letter"), share=17),
        Column(head=words("readings.says"), share=56),
        Column(head=words("awards.demand"), share=19, figures=True),
        Column(head=words("readings.chance"), share=21, figures=True),
        Column(head=words("readings.whole_mean"), share=21, figures=True),
        Column(head=words("readings.whole_ends"), share=30, figures=True),
    ]
    rows: list[list[Cell]] = []
    for award, readings in awards.items():
        clause = words.clause(_award(record, award))
        name = two_lines(award_name(record, award, words), clause)
        for place, row in enumerate(readings):
            rows.append(
                [
                    name if place == 0 else "",
                    words("readings.letter_used", letter=row["letter"])
                    if row["chosen"]
                    else row["letter"],
                    words.of(row, "says"),
                    money_cell(row.get("demand_mean_yuan"), words.language),
                    chance(row.get("gap_probability"), words.language),
                    money_cell(row.get("whole_mean_yuan"), words.language),
                    _ends_cell(row, words),
                ]
            )
    return table(words("readings.caption", unit=words("unit.table")), columns, rows)


def _ends_cell(row: Entry, words: Wording) -> str:
    """The least and the most of a reading for the whole area; one figure where they are equal."""
    ends = [money_cell(row.get(f"whole_{end}_yuan"), words.language) for end in ("low", "high")]
    return ends[0] if ends[0] == ends[1] else words("readings.ends", low=ends[0], high=ends[1])
