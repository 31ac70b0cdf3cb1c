"""Page one: the answers in one minute, with one chart; and how to read what follows."""

from __future__ import annotations

from math import ceil

from model.report.blocks import Block, Run, bullets, paragraph, picture, plain, runs, text_width
from model.report.chapters.knowing import driver_answer, find_out_answer
from model.report.chapters.options import smallest_answer
from model.report.charts import as_svg, money_bars
from model.report.givers import giver_warning
from model.report.numerals import chance, money_phrase
from model.report.record import Record
from model.report.sentences import (
    assumed_may_move,
    basis_answers,
    by_danger,
    effect_phrases,
    idle_answers,
    judged,
    move_answers,
    shortage_answers,
)
from model.report.wording import Wording

# Lengths on page one in millimetres, as `reports/style.typ` sets it: what stands above the answers,
# what surrounds an answer and the chart, one line of text, one bar.
_PAGE, _HEAD, _ROW, _ITEM, _CHART, _BAR = 284.0, 55.0, 3.8, 0.9, 32.0, 5.9
# Latin letters are mostly narrower than `text_width` allows for.
_TEXT_WIDTH, _TITLE_WIDTH = {"zh": 138.0, "en": 168.0}, 165.0
_SIZES = {"zh": 9.2, "en": 8.7}
_FEWEST, _MOST = 3, 9


def summary_page(record: Record, words: Wording) -> list[Block]:
    """The question of the scenario, four answers and the chart that carries them."""
    blocks: list[Block] = [{"kind": "title", **_title(record, words)}]
    if assumed_may_move(record):
        blocks.append(paragraph(plain(words("paper.assumed_moves")), "warning"))
    for n_extras in (3, 2, 1, 0):
        page = [*blocks, _answers(record, words, n_extras)]
        n_bars = _bars_with_room(page, words)
        if n_bars >= _FEWEST:
            break
    return [*page, *_chart(record, words, max(_FEWEST, min(_MOST, n_bars)))]


def headline(record: Record, words: Wording) -> list[Run]:
    """All in one sentence: how many accounts are in danger or idle, and what the plan mends."""
    verdicts = [account["verdict"] for account in judged(record.accounts)]
    counts = {word: str(verdicts.count(word)) for word in ("short", "tight", "idle", "ample")}
    said = runs(words, "answer.headline", n=str(len(verdicts)), **counts)
    transfers = record.plan["transfers"]
    effects = effect_phrases(record, words)
    if not transfers or not effects or record.plan["status"] == "infeasible":
        return said
    total = money_phrase(sum(t["amount_yuan"] for t in transfers), words.language)
    return said + runs(words, "answer.headline_move", total=total, effect=effects[0])


def _answers(record: Record, words: Wording, n_extras: int) -> Block:
    """The four answers; the extras are good to know, and go where page one would overflow."""
    smallest = smallest_answer(record, words) if n_extras > 1 else []
    driver = driver_answer(record, words) if n_extras > 1 else []
    find_out = find_out_answer(record, words) if n_extras > 2 else []
    answers = {
        **({"short": [headline(record, words)]} if n_extras > 0 else {}),
        "shortage": shortage_answers(record, words),
        "idle": idle_answers(record, words),
        "move": [*move_answers(record, words), *smallest, *giver_warning(record, words)],
        "basis": [*driver, *find_out, *basis_answers(record, words)],
    }
    order = list(answers)
    if record.plan["status"] == "infeasible":
        order = [key for key in order if key != "short"]
        order.sort(key=lambda key: key != "move")  # the clash comes before everything else
    rows = [{"label": words(f"answer.{key}"), "items": answers[key]} for key in order]
    return {"kind": "answers", "title": words("answer.title"), "rows": rows}


def _bars_with_room(blocks: list[Block], words: Wording) -> int:
    """How many bars of the chart page one has room for below its answers."""
    title, answers = blocks[0], blocks[-1]
    size = _SIZES[words.language]
    used = _HEAD + 9.0 * (len(blocks) - 2)
    for text, points in ((title["document"], 19), (title["question"], 10.5)):
        used += points * 0.5 * (ceil(text_width(text, points) / _TITLE_WIDTH) - 1)
    for row in answers["rows"]:
        used += _ROW
        for item in row["items"]:
            text = "".join(run["text"] for run in item)
            used += _ITEM + size * 0.49 * ceil(text_width(text, size) / _TEXT_WIDTH[words.language])
    return int((_PAGE - used - _CHART) / _BAR)


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


def _chart(record: Record, words: Wording, n_bars: int) -> list[Block]:
    drawable = [a for a in by_danger(judged(record.accounts)) if a["available_yuan"] > 0]
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


def contents_page(words: Wording) -> list[Block]:
    """The table of contents; and a page on the words, the numbers, the charts and the marks."""
    rows = [[words(f"terms.{term}"), words(f"terms.{term}_means")] for term in _TERMS]
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
