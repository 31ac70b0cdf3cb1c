"""Section on the options: few moves in whole amounts, each with its approval and its worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.blocks import (
    Block,
    Cell,
    Column,
    Run,
    bullets,
    heading,
    paragraph,
    plain,
    runs,
    table,
)
from model.report.numerals import NOTHING, money_cell, money_phrase
from model.report.record import Record
from model.report.sentences import end_of, moves_phrase
from model.report.wording import Wording

Entry = Mapping[str, Any]


def option_blocks(record: Record, words: Wording) -> list[Block]:
    """The menu, its smallest step with both sides, other plans, and money moved against unpaid."""
    if record.options is None:
        return []
    opening = [heading(2, words("options.title"))]
    rows = telling_options(record)
    if not rows:
        key = "none" if record.options["menu"] else "none_fits"
        return [*opening, paragraph(plain(words(f"options.{key}")))]
    return [
        *opening,
        paragraph(plain(words("options.intro"))),
        _menu(record, rows, words),
        *_smallest(record, words),
        *_different(record, words),
        *_frontier(record, words),
    ]


def telling_options(record: Record) -> list[Entry]:
    """The options with moves, without those that a lighter approval or fewer moves give as well."""
    found: dict[tuple[tuple[str, str, int], ...], Entry] = {}
    for option in (record.options or {"menu": ()})["menu"]:
        moves = tuple((t["from"], t["to"], t["amount_yuan"]) for t in option["transfers"])
        if moves and moves not in found:
            found[moves] = option
    return list(found.values())


def smallest_option(record: Record) -> Entry | None:
    """The best of the options with the fewest moves; None where no small step saves anything."""
    useful = [option for option in telling_options(record) if option["saved_yuan"] > 0]
    return min(useful, key=lambda o: (o["moves"], o["objective_yuan"]), default=None)


def smallest_answer(record: Record, words: Wording) -> list[list[Run]]:
    """For page one: the smallest useful step, where the plan has more moves than it."""
    option = smallest_option(record)
    if option is None or option["moves"] >= len(record.plan["transfers"]):
        return []
    return [_smallest_sentence(record, option, ("answer.smallest", words))]


def _smallest_sentence(record: Record, option: Entry, text: tuple[str, Wording]) -> list[Run]:
    key, words = text
    return runs(
        words,
        key,
        n=str(option["moves"]),
        moves=moves_phrase(option["transfers"], record, words),
        saved=money_phrase(option["saved_yuan"], words.language),
    )


def _menu(record: Record, options: Sequence[Entry], words: Wording) -> Block:
    columns = [
        Column(head=words("options.approval"), share=38),
        Column(head=words("options.n"), share=11, figures=True),
        Column(head=words("options.moves"), share=64),
        Column(head=words("options.moved"), share=17, figures=True),
        Column(head=words("options.saved"), share=21, figures=True),
        Column(head=words("options.cost"), share=19, figures=True),
    ]
    rows: list[list[Cell]] = []
    before = ""
    for option in options:
        approval = words.of(option, "approval")
        rows.append(
            [
                approval if approval != before else "",
                str(option["moves"]),
                _moves(record, option, words),
                money_cell(option["moved_yuan"], words.language),
                money_cell(option["saved_yuan"] or None, words.language),
                money_cell(option["objective_yuan"], words.language),
            ]
        )
        before = approval
    return table(words("options.caption", unit=words("unit.table")), columns, rows)


def _moves(record: Record, plan: Entry, words: Wording) -> str:
    """The moves of a plan, a line each: from, to, amount in the unit of the table."""
    texts = (record, words)
    return "\n".join(
        f"{end_of(t, 'from', texts)} → {end_of(t, 'to', texts)} "
        f"{money_cell(t['amount_yuan'], words.language)}"
        for t in plan["transfers"]
    )


def _smallest(record: Record, words: Wording) -> list[Block]:
    option = smallest_option(record)
    if option is None:
        return []
    sentence = _smallest_sentence(record, option, ("options.smallest", words))
    sides = [plain(words("options.side", says=words.of(side, "says"))) for side in option["sides"]]
    return [paragraph(sentence), *([bullets(sides)] if sides else [])]


def _different(record: Record, words: Wording) -> list[Block]:
    plans = (record.options or {"different": ()})["different"]
    if not plans:
        return []
    columns = [
        Column(head=words("options.plan"), share=18),
        Column(head=words("options.moves"), share=98),
        Column(head=words("options.cost"), share=22, figures=True),
        Column(head=words("options.distance"), share=26, figures=True),
    ]
    rows: list[list[Cell]] = [
        [
            words("options.plan_n", n=str(place)),
            _moves(record, plan, words) or NOTHING,
            money_cell(plan["objective_yuan"], words.language),
            money_cell(plan["distance_yuan"], words.language),
        ]
        for place, plan in enumerate(plans, start=1)
    ]
    caption = words("options.different_caption", unit=words("unit.table"))
    return [paragraph(plain(words("options.different_intro"))), table(caption, columns, rows)]


def _frontier(record: Record, words: Wording) -> list[Block]:
    """How much of what is left unpaid goes away with how much money moved."""
    points = (record.options or {"frontier": ()})["frontier"]
    if len(points) < 2:
        return []
    heads = [money_cell(point["moved_yuan"], words.language) for point in points]
    columns = [
        Column(head=words("options.at_most"), share=34),
        *(Column(head=head, share=17, figures=True) for head in heads),
    ]
    fields = {"unpaid": "expected_unpaid_yuan", "sum": "objective_yuan"}
    rows: list[list[Cell]] = [
        [words(f"options.{key}"), *(money_cell(point[field], words.language) for point in points)]
        for key, field in fields.items()
    ]
    caption = words("options.frontier_caption", unit=words("unit.table"))
    return [paragraph(plain(words("options.frontier_intro"))), table(caption, columns, rows)]
