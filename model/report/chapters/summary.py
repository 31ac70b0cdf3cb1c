"""Page one: the answers in one minute, with one chart; and how to read what follows."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import ceil
from typing import Any

from model.report.answers import (
    basis_answers,
    headline,
    idle_answers,
    move_answers,
    shortage_answers,
)
from model.report.blocks import Block, bullets, paragraph, picture, plain
from model.report.canvas import letters_wide
from model.report.chapters.knowing import driver_answer, find_out_answer
from model.report.chapters.options import smallest_answer, smallest_option
from model.report.charts import as_svg, money_bars
from model.report.givers import riskiest_giver, safe_answer
from model.report.numerals import chance, percent
from model.report.record import Record
from model.report.sentences import assumed_may_move, by_danger, judged
from model.report.wording import LANGUAGES, Wording, read_wording

# Lengths on page one in millimetres, as `reports/style.typ` sets it: where the text ends, what
# stands above the answers, what surrounds an answer, an item and the chart, one bar, and the line
# which says that bars are left out.
_PAGE, _HEAD, _ROW, _ITEM, _CHART, _BAR, _REST = 277.0, 55.0, 3.8, 0.9, 27.0, 5.2, 4.0
# Lines seldom end just at the edge.
_TEXT_WIDTH, _TITLE_WIDTH = 139.0, 165.0
_SIZES = {"zh": 9.2, "en": 8.4}
_FEWEST, _MOST = 3, 9


def summary_page(record: Record, words: Wording) -> list[Block]:
    """The question of the scenario, four answers and the chart that carries them."""
    for n_extras in (3, 2, 1, 0):
        # A reader of one language is told neither more nor less than a reader of the other.
        n_bars = min(
            _bars_with_room(_above_chart(record, each, n_extras), len(_drawable(record)), each)
            for each in _both_languages(record, words)
        )
        if n_bars >= _FEWEST:
            break
    page = _above_chart(record, words, n_extras)
    return [*page, *_chart(record, words, max(_FEWEST, min(_MOST, n_bars)))]


def _both_languages(record: Record, words: Wording) -> list[Wording]:
    glossary = record.manifest["document"].get("glossary_en") or {}
    others = [language for language in LANGUAGES if language != words.language]
    return [words, *(read_wording(other).with_glossary(glossary) for other in others)]


def _above_chart(record: Record, words: Wording, n_extras: int) -> list[Block]:
    blocks: list[Block] = [{"kind": "title", **_title(record, words)}]
    if assumed_may_move(record):
        blocks.append(paragraph(plain(words("paper.assumed_moves")), "warning"))
    return [*blocks, _answers(record, words, n_extras)]


def _answers(record: Record, words: Wording, n_extras: int) -> Block:
    """The four answers; the extras are good to know, and go where page one would overflow."""
    smallest = smallest_answer(record, words) if n_extras > 1 else []
    driver = driver_answer(record, words) if n_extras > 1 else []
    find_out = find_out_answer(record, words) if n_extras > 2 else []
    answers = {
        **({"short": [headline(record, words)]} if n_extras > 0 else {}),
        "shortage": shortage_answers(record, words),
        "idle": idle_answers(record, words),
        "move": [
            *move_answers(record, words),
            *smallest,
            *riskiest_giver(record, words, smallest_option(record) if smallest else None),
            *safe_answer(record, words),
        ],
        "basis": [*basis_answers(record, words), *driver, *find_out],
    }
    order = list(answers)
    if record.plan["status"] == "infeasible":
        order = [key for key in order if key != "short"]
        order.sort(key=lambda key: key != "move")  # the clash comes before everything else
    rows = [{"label": words(f"answer.{key}"), "items": answers[key]} for key in order]
    return {"kind": "answers", "title": words("answer.title"), "rows": rows}


def _bars_with_room(blocks: list[Block], n_bars: int, words: Wording) -> int:
    """How many of the bars of the chart page one has room for below its answers, if not all."""
    title, answers = blocks[0], blocks[-1]
    size = _SIZES[words.language]
    used = _HEAD + 9.0 * (len(blocks) - 2)
    for text, points in ((title["document"], 19), (title["question"], 10.5)):
        used += points * 0.5 * (ceil(_wide(text, points) / _TITLE_WIDTH) - 1)
    for row in answers["rows"]:
        used += _ROW
        for item in row["items"]:
            text = "".join(run["text"] for run in item)
            used += _ITEM + size * 0.49 * ceil(_wide(text, size) / _TEXT_WIDTH)
    room = _PAGE - used - _CHART
    return int(room / _BAR) if room >= n_bars * _BAR else int((room - _REST) / _BAR)


_wide = cache(letters_wide)


def _title(record: Record, words: Wording) -> dict[str, str]:
    document = record.manifest["document"]
    number = document.get("short_en") if words.language == "en" else None
    dated = [str(text) for text in (number or document.get("id"), document.get("date")) if text]
    return {
        "document": words.of(document, "title"),
        "dated": words.join(dated),
        "report": words("paper.kind"),
        "scenario": scenario_phrase(record, words),
        "question": words.of(record.manifest, "question"),
    }


def scenario_phrase(record: Record, words: Wording) -> str:
    """The scenario by name, and what it differs from."""
    manifest = record.manifest
    if base := manifest.get("based_on"):
        n = str(len(manifest["changes"]))
        return words("paper.based_on", scenario=manifest["scenario"], base=base, n=n)
    return words("paper.scenario", scenario=manifest["scenario"])


def _drawable(record: Record) -> list[Mapping[str, Any]]:
    return [a for a in by_danger(judged(record.accounts)) if a["available_yuan"] > 0]


def _chart(record: Record, words: Wording, n_bars: int) -> list[Block]:
    drawable = _drawable(record)
    shown = drawable[:n_bars]
    if not shown:
        return []
    rows = [
        words(
            "answer.chart_row",
            account=words.of(account, "name"),
            chance=chance(account["gap_probability"], words.language),
        )
        for account in shown
    ]
    alt = words("answer.chart_alt", n=str(len(shown)), rows=words("list.semicolon").join(rows))
    note = words("answer.chart_note")
    if len(shown) < len(drawable):
        note += words("answer.chart_rest", n=str(len(shown)))
    svg = as_svg(money_bars(shown, words))
    return [picture(svg, (words("answer.chart_caption"), note), alt)]


_TERMS = (
    "fund",
    "account",
    "entitlement",
    "available",
    "gap",
    "idle",
    "verdict",
    "draw",
    "assumption",
    "even",
    "worst",
    "value",
    "knowing",
    "option",
    "error",
)


_MARKS = ("a", "b", "c", "d", "assumed")
_ADVICE = {
    "numbers": ("clause", "even", "small"),
    "charts": ("bars", "dots", "money"),
}


def contents_page(record: Record, words: Wording) -> list[Block]:
    """The table of contents; and a page on the words, the numbers, the charts and the marks."""
    marks = record.manifest["settings"].get("verdicts") or {}
    said = {mark: percent(share) for mark, share in marks.items()}
    rows = [
        [words(f"terms.{term}"), words(f"terms.{term}_means", **said)]
        for term in _TERMS
        if said or term != "verdict"
    ]
    blocks: list[Block] = [
        {"kind": "contents", "title": words("paper.contents")},
        {
            "kind": "terms",
            "title": words("terms.title"),
            "intro": words("terms.intro"),
            "rows": rows,
        },
    ]
    for topic, names in _ADVICE.items():
        blocks.append({"kind": "aside", "text": words(f"terms.{topic}_title")})
        blocks.append(bullets([plain(words(f"terms.{topic}_{name}")) for name in names]))
    marks = [[words(f"terms.mark_{mark}"), words(f"terms.mark_{mark}_means")] for mark in _MARKS]
    blocks.append({"kind": "aside", "text": words("terms.marks_title")})
    return [*blocks, {"kind": "list_of_terms", "rows": marks}]
