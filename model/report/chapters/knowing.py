"""Section on finding out: which assumption first, which move the cost most, the safe plan."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from model.money import WAN
from model.report.blocks import (
    Block,
    Cell,
    Column,
    Run,
    bullets,
    heading,
    paragraph,
    picture,
    plain,
    runs,
    table,
)
from model.report.charts import as_svg, cost_swings
from model.report.numerals import money_cell, money_phrase, number
from model.report.record import Record
from model.report.sentences import estimate_phrase, mark_word, moves_phrase
from model.report.wording import Wording

Entry = Mapping[str, Any]
_ROWS = 10
_BARS = 15


def knowing_blocks(record: Record, words: Wording) -> list[Block]:
    """What to find out first, what moves the cost most, and the plan for wrong assumptions."""
    return [
        *_first(record, words),
        *_tornado(record, words),
        *_robust(record, words),
    ]


def find_out_answer(record: Record, words: Wording) -> list[list[Run]]:
    """For page one: what to find out first, where that is worth at least 1万元."""
    values = (record.knowing or {"values": ()})["values"]
    if record.knowing is None or not values or values[0]["value_yuan"] < WAN:
        return []
    return [runs(words, "answer.find_out", text=words.of(record.knowing, "first"))]


def driver_answer(record: Record, words: Wording) -> list[list[Run]]:
    """For page one: the assumption that moves the cost most, whatever money moves."""
    swings = (record.knowing or {"tornado": ()})["tornado"]
    if not swings or swings[0]["swing_yuan"] < WAN:
        return []
    row = swings[0]
    costs = sorted(row[f"cost_{end}_yuan"] for end in _ENDS)
    return [
        runs(
            words,
            "answer.driver",
            name=words.label(row, "name"),
            low=_with_unit(row, "low", words),
            high=_with_unit(row, "high", words),
            least=money_phrase(costs[0], words.language),
            most=money_phrase(costs[-1], words.language),
        )
    ]


def _first(record: Record, words: Wording) -> list[Block]:
    knowing = record.knowing
    if knowing is None:
        return []
    values = knowing["values"]
    worth = [row for row in values if row["value_yuan"] >= WAN]
    idle = sum(row["value_yuan"] <= 0 for row in values)
    says = [*plain(words.of(knowing, "first") + words("list.stop"))]
    if 0 < idle < len(values):
        says += runs(words, "knowing.no_change", n=str(len(values)), idle=str(idle))
    if left_out := len(values) - idle - len(worth[:_ROWS]):
        says += runs(words, "knowing.left_out", n=str(left_out))
    blocks = [heading(2, words("knowing.title")), paragraph(says)]
    if worth:
        blocks.append(_values(worth[:_ROWS], words))
    return [*blocks, paragraph(_years(record, knowing, words))]


def _values(worth: list[Entry], words: Wording) -> Block:
    columns = [
        Column(head=words("knowing.assumption"), share=58),
        *(Column(head=words(f"basis.{end}"), share=20, figures=True) for end in _ENDS),
        Column(head=words("basis.mark"), share=15),
        Column(head=words("knowing.value"), share=28, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            words.label(row, "name"),
            *(_with_unit(row, end, words) for end in _ENDS),
            mark_word(row.get("mark"), words),
            money_cell(row["value_yuan"], words.language),
        ]
        for row in worth
    ]
    return table(words("knowing.caption", unit=words("unit.table")), columns, rows)


_ENDS = ("low", "central", "high")


def _years(record: Record, knowing: Entry, words: Wording) -> list[Run]:
    """What foreseeing each year, and thinking of more than the mean year, is worth."""
    found = []
    for key, field in (
        ("foresee", "perfect_information_yuan"),
        ("mean", "stochastic_solution_yuan"),
    ):
        if knowing[field] >= WAN:
            money = estimate_phrase(knowing, field, words)
            found += runs(words, f"knowing.{key}", money=money)
        else:
            found += runs(words, f"knowing.{key}_nothing")
    saved = _saved_by_all(record)
    if saved and abs(saved - knowing["stochastic_solution_yuan"]) < WAN:
        found += runs(words, "knowing.mean_same")
    return found


def _saved_by_all(record: Record) -> int:
    """How much less is unpaid with all transfers, on the simulated years that chose them."""
    ends = [p["expected_unpaid_yuan"] for p in (record.options or {"frontier": ()})["frontier"]]
    return ends[0] - ends[-1] if ends else 0


def _tornado(record: Record, words: Wording) -> list[Block]:
    """The chart of the assumptions that move the cost of the adopted budget most."""
    swings = [row for row in (record.knowing or {"tornado": ()})["tornado"] if row["swing_yuan"]]
    if not swings:
        return []
    shown = [
        (words.of(row, "name"), words("knowing.mark", mark=mark_word(row.get("mark"), words)), row)
        for row in swings[:_BARS]
    ]
    told = [
        words(
            "knowing.tornado_row",
            name=name + mark,
            low=money_phrase(row["cost_low_yuan"], words.language),
            high=money_phrase(row["cost_high_yuan"], words.language),
        )
        for name, mark, row in shown
    ]
    alt = words("knowing.tornado_alt", n=str(len(shown)), rows=words("list.semicolon").join(told))
    caption = (words("knowing.tornado_caption"), words("knowing.tornado_note"))
    return [
        heading(2, words("knowing.tornado_title")),
        paragraph(plain(words("knowing.tornado_intro"))),
        picture(as_svg(cost_swings(shown, words)), caption, alt),
    ]


def _robust(record: Record, words: Wording) -> list[Block]:
    """Whether another plan is needed to be safe against wrong assumptions, and which."""
    robust = record.robust
    if robust is None or not robust["at_once"]:
        return []
    moves = [plain(moves_phrase([move], record, words)) for move in robust["transfers"]]
    another = bool(moves) and not robust["same_as_usual"]
    content = _robust_opening(robust, another, words)
    worst = [
        words(
            "knowing.worst_end",
            name=words.of(row, "name"),
            value=_with_unit(row, "value", words),
        )
        for row in robust.get("usual_worst") or ()
    ]
    if worst:
        content += runs(words, "knowing.worst", ends=words.join(worst))
    if robust.get("usual_worst_cost_yuan") is not None:
        content += runs(
            words,
            "knowing.worst_cost",
            usual=money_phrase(robust["usual_cost_yuan"], words.language),
            worst=money_phrase(robust["usual_worst_cost_yuan"], words.language),
        )
    blocks = [heading(2, words("knowing.robust_title")), paragraph(content)]
    if not another:
        return blocks
    return [*blocks, paragraph(plain(words("knowing.robust_moves"))), bullets(moves)]


def _robust_opening(robust: Entry, another: bool, words: Wording) -> list[Run]:
    """Whether another plan is better at the worst, by how much, and what it costs otherwise."""
    n, gain, worst = (
        str(len(robust["among"])),
        robust.get("gain_yuan"),
        robust.get("usual_worst_cost_yuan"),
    )
    if not another or not gain or not worst:
        return runs(words, "knowing.robust", says=words.of(robust, "says"), n=n)
    price = money_phrase(robust["price_yuan"], words.language)
    free = robust["price_yuan"] < WAN
    return runs(
        words,
        "knowing.robust_other",
        n=n,
        at_once=str(robust["at_once"]),
        gain=money_phrase(gain, words.language),
        share=_small_share(gain / worst),
        price=words("knowing.robust_free") if free else words("knowing.robust_costs", price=price),
        verdict="" if robust["worth_changing"] else words("knowing.robust_small"),
    )


def _small_share(share: float) -> str:
    return f"{number(round(100 * share, 1))}%"


def _with_unit(row: Entry, key: str, words: Wording) -> str:
    """A value of an assumption; what is a text already bears its unit."""
    value, unit = row.get(key), words.of(row, "unit")
    if isinstance(value, str) or not unit:
        return words.value(value)
    return words("knowing.counted", value=number(value), unit=unit)
