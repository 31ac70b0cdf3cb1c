"""Section on the options: few moves in whole amounts, each with its approval and its worth."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf
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
from model.report.chapters.frontier import frontier_blocks
from model.report.charts import as_svg, option_effects
from model.report.numerals import NOTHING, money_cell, money_phrase, percent
from model.report.record import Record
from model.report.sentences import end_of, moves_phrase, transfer_phrase
from model.report.wording import Wording

Entry = Mapping[str, Any]
# The chart of both sides grows by a row for each side: more options would fill the page.
_DRAWN = 6
# A further transfer that saves less than this part of what the best option saves is none to list.
_USEFUL = 0.01


def option_blocks(record: Record, words: Wording) -> list[Block]:
    """The menu, its smallest step with both sides, other plans, and money moved against unpaid."""
    if record.options is None:
        return []
    opening = [heading(2, words("options.title"))]
    rows = telling_options(record)
    if not rows:
        return [*opening, paragraph(plain(_why_none(record, words)))]
    return [
        *opening,
        paragraph(plain(words("options.intro"))),
        _menu(record, rows, words),
        *_smallest(record, words),
        *_effects(rows, words),
        *_different(record, words),
        *frontier_blocks(record, numbered(rows, words), words),
    ]


def _why_none(record: Record, words: Wording) -> str:
    """Why there is no option: nothing is gained, or whole steps do not reach what limits ask for.

    The steps are those of the options: whole 100万元, 10万元 for accounts below 2000万元.
    """
    if (record.options or {"menu": ()})["menu"]:
        return words("options.none")
    before = {row["id"]: row["before_yuan"] for row in record.plan["accounts"]}
    limits = record.plan.get("limits") or ()
    least, most = (
        {
            limit["name"].partition("__")[2]: limit["amount_yuan"]
            for limit in limits
            if limit["family"] == family and limit["name"].partition("__")[2] in before
        }
        for family in ("chance", "movable_share")
    )
    needed = sum(max(0, yuan - before[account]) for account, yuan in least.items())
    given = sum(
        yuan // (step := _step_of(before[account])) * step
        for account, yuan in most.items()
        if account not in least
    )
    if not least or needed <= given:
        return words("options.none_fits")
    needs, gives = (money_phrase(yuan, words.language) for yuan in (needed, given))
    return words("options.none_reaches", needs=needs, gives=gives)


def _step_of(budget_yuan: int) -> int:
    return 10 * WAN if budget_yuan < 2000 * WAN else 100 * WAN


def telling_options(record: Record) -> list[Entry]:
    """The options with moves, without those that a lighter approval or fewer moves give as well.

    As well is to a hundredth of what the best one saves.
    """
    menu = (record.options or {"menu": ()})["menu"]
    costs = [option["objective_yuan"] for option in menu]
    useful = _USEFUL * (max(costs) - min(costs)) if menu else 0.0
    idle = [option["objective_yuan"] for option in menu if not option["transfers"]]
    known, found = min(idle, default=inf), []  # limits may forbid to move nothing
    for option in menu:
        cost = option["objective_yuan"]
        if option["transfers"] and cost < known and cost <= known - useful:
            found.append(option)
            known = cost
    return found


def smallest_option(record: Record) -> Entry | None:
    """The best of the options with the fewest moves; None where no small step saves anything."""
    useful = [option for option in telling_options(record) if option["saved_yuan"] > 0]
    return min(useful, key=lambda o: (o["moves"], o["objective_yuan"]), default=None)


def smallest_answer(record: Record, words: Wording) -> list[list[Run]]:
    """For page one: the smallest useful step, where the plan has more moves than it.

    What both leave less unpaid in a mean year: the measure that the rest of page one speaks in.
    """
    option, moves = smallest_option(record), len(record.plan["transfers"])
    if option is None or option["moves"] >= moves:
        return []
    saved = _less_unpaid(option)
    ends = (record.plan.get("before") or {}, record.plan.get("after") or {})
    before, after = (end.get("expected_unpaid_yuan") for end in ends)
    if saved <= 0 or before is None or after is None:
        return []
    told = moves_phrase(option["transfers"], record, words)
    if _ends_of(record.plan["transfers"]) >= _ends_of(option["transfers"]):
        moved = [transfer_phrase(row, record, words) for row in option["transfers"]]
        told = words.join(moved) + words("answer.same_approval")
    said = runs(
        words,
        "answer.smallest",
        n=str(option["moves"]),
        moves=told,
        saved=money_phrase(saved, words.language),
        all=str(moves),
        whole=money_phrase(before - after, words.language),
    )
    return [said]


def _ends_of(transfers: Sequence[Entry]) -> set[tuple[str, str, str]]:
    """Who gives, who receives and who must agree, of each transfer."""
    return {(row["from"], row["to"], row["approval"]) for row in transfers}


def _less_unpaid(option: Entry) -> int:
    """By how much an option lowers the mean unpaid money of those who give and receive."""
    sides = option["sides"]
    return sum(row["unpaid_before_yuan"] - row["unpaid_after_yuan"] for row in sides)


def _smallest_sentence(record: Record, option: Entry, words: Wording) -> list[Run]:
    return runs(
        words,
        "options.smallest",
        n=str(option["moves"]),
        moves=moves_phrase(option["transfers"], record, words),
        saved=money_phrase(option["saved_yuan"], words.language),
        all=money_phrase(
            record.plan["objective_before"] - record.plan["objective_after"], words.language
        ),
    )


def numbered(options: Sequence[Entry], words: Wording) -> list[tuple[str, Entry]]:
    """The options, each with the name by which tables and charts call it."""
    return [(words("options.plan_n", n=str(n)), option) for n, option in enumerate(options, 1)]


def _menu(record: Record, options: Sequence[Entry], words: Wording) -> Block:
    columns = [
        Column(head=words("options.plan"), share=20),
        Column(head=words("options.approval"), share=32),
        Column(head=words("options.moves"), share=57),
        Column(head=words("options.moved"), share=16, figures=True),
        Column(head=words("options.saved"), share=20, figures=True),
        Column(head=words("options.unpaid_less"), share=19, figures=True),
        Column(head=words("options.cost"), share=19, figures=True),
    ]
    rows: list[list[Cell]] = []
    for name, option in numbered(options, words):
        approval = words.of(option, "approval")
        rows.append(
            [
                name,
                approval,
                _moves(record, option, words),
                money_cell(option["moved_yuan"], words.language),
                money_cell(option["saved_yuan"] or None, words.language),
                money_cell(_less_unpaid(option) or None, words.language),
                money_cell(option["objective_yuan"], words.language),
            ]
        )
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
    sentence = _smallest_sentence(record, option, words)
    sides = [plain(words("options.side", says=words.of(side, "says"))) for side in option["sides"]]
    return [paragraph(sentence), *([bullets(sides)] if sides else [])]


def _effects(options: Sequence[Entry], words: Wording) -> list[Block]:
    """Both sides of each option, before and after, with the chance of regret."""
    drawn = [(name, option) for name, option in numbered(options, words) if option["sides"]]
    drawn = drawn[:_DRAWN]
    if not drawn:
        return []
    told = [
        words("options.effect_row", option=name, says=words.of(side, "says"))
        for name, option in drawn
        for side in option["sides"]
    ]
    alt = words("options.effect_alt", rows=words("list.semicolon").join(told))
    caption = (
        words("options.effect_caption", unit=words("unit.table")),
        words("options.effect_note"),
    )
    return [picture(as_svg(option_effects(drawn, words)), caption, alt)]


def _different(record: Record, words: Wording) -> list[Block]:
    plans = (record.options or {"different": ()})["different"]
    if not plans:
        return []
    columns = [
        Column(head=words("options.plan"), share=20),
        Column(head=words("options.moves"), share=64),
        Column(head=words("options.approvals"), share=40),
        Column(head=words("options.cost"), share=22, figures=True),
        Column(head=words("options.kept"), share=24, figures=True),
        Column(head=words("options.distance"), share=26, figures=True),
    ]
    best = min(option["objective_yuan"] for option in telling_options(record))
    before = record.plan["objective_before"]
    rows: list[list[Cell]] = [
        [
            words("options.plan_n", n=str(place)),
            _moves(record, plan, words) or NOTHING,
            "\n".join(dict.fromkeys(words.of(move, "approval") for move in plan["transfers"])),
            money_cell(plan["objective_yuan"], words.language),
            percent((before - plan["objective_yuan"]) / (before - best) if best < before else None),
            money_cell(plan["distance_yuan"], words.language),
        ]
        for place, plan in enumerate(plans, start=len(telling_options(record)) + 1)
    ]
    caption = words("options.different_caption", unit=words("unit.table"))
    intro = paragraph(plain(words("options.different_intro")))
    return [intro, table(caption, columns, rows), *_to_the_idle(record, plans, words)]


def _to_the_idle(record: Record, plans: Sequence[Entry], words: Wording) -> list[Block]:
    """That some plans give to accounts that have idle money, where that is so."""
    idle = {a["id"]: words.of(a, "name") for a in record.accounts if a["verdict"] == "idle"}
    moves = [move for plan in plans for move in plan["transfers"]]
    found = dict.fromkeys(idle[move["to"]] for move in moves if move["to"] in idle)
    if not found:
        return []
    return [paragraph(plain(words("options.different_idle", list=words.join([*found]))), "note")]
