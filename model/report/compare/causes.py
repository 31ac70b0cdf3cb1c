"""The causes of each difference: a chart, what each does to the total and to each account."""

from __future__ import annotations

from collections.abc import Sequence

from model.report.blocks import (
    Block,
    Cell,
    Column,
    bullets,
    heading,
    paragraph,
    picture,
    runs,
    table,
)
from model.report.canvas import as_svg
from model.report.compare.chart import Step, cause_steps
from model.report.compare.measures import (
    MEASURES,
    Entry,
    causes_of,
    has_others,
    points,
    signed,
    value_of,
    with_others,
)
from model.report.numerals import NOTHING, money_change, money_phrase
from model.report.wording import Wording

_STEPS = 9  # causes in a chart; the small ones are joined


def causes_chapter(comparison: Entry, words: Wording) -> list[Block]:
    """Each scenario with the causes of its difference, which add up."""
    first = comparison["scenarios"][0]
    blocks = [
        heading(1, words("causes.title")),
        paragraph(runs(words, "causes.intro", first=first["scenario"])),
    ]
    for scenario in comparison["scenarios"][1:]:
        blocks.append(heading(2, scenario["scenario"]))
        causes = causes_of(comparison, scenario)
        if _moving(comparison, scenario):
            blocks += _chart(comparison, scenario, words)
            blocks.append(_cause_table(comparison, scenario, words))
            blocks.append(_account_table(comparison, scenario, words))
        else:
            blocks.append(paragraph(runs(words, "causes.none", first=first["scenario"])))
        blocks += _remarks(causes, words)
    return blocks


def _chart(comparison: Entry, scenario: Entry, words: Wording) -> list[Block]:
    first = comparison["scenarios"][0]
    steps = _steps(causes_of(comparison, scenario), words)
    if not steps:
        return []
    before, after = (each["expected_unpaid_yuan"] for each in (first, scenario))
    ends = ((first["scenario"], before), (scenario["scenario"], after))
    said = [words("answer.cause", name=name, change=signed(y, words)) for name, y, _ in steps]
    alt = words(
        "causes.chart_alt",
        first=first["scenario"],
        scenario=scenario["scenario"],
        before=money_phrase(before, words.language),
        after=money_phrase(after, words.language),
        causes=words.join(said),
    )
    caption = words("causes.chart", scenario=scenario["scenario"])
    svg = as_svg(cause_steps(ends, steps, words))
    hatched = any(together for *_, together in steps)
    note = words("causes.chart_note_together" if hatched else "causes.chart_note")
    return [picture(svg, (caption, note), alt)]


def _steps(causes: Sequence[Entry], words: Wording) -> list[Step]:
    """The causes that move the unpaid money, in the order of the file; small ones are joined."""
    found: list[Step] = [
        (words.of(each, "name"), yuan, each["kind"] == "together")
        for each in causes
        if (yuan := each["total"]["expected_unpaid_yuan"])
    ]
    if len(found) <= _STEPS:
        return found
    kept = sorted(found, key=lambda step: -abs(step[1]))[: _STEPS - 1]
    rest = [step for step in found if step not in kept]
    joined = (words("causes.rest", n=str(len(rest))), sum(step[1] for step in rest), False)
    return [*(step for step in found if step in kept), joined]


def _moving(comparison: Entry, scenario: Entry) -> list[Entry]:
    """The causes that move any figure."""
    causes = causes_of(comparison, scenario)
    return [cause for cause in causes if cause["accounts"] or any(cause["total"].values())]


def _cause_table(comparison: Entry, scenario: Entry, words: Wording) -> Block:
    """What each cause does to the judged accounts together, and to the money of all others."""
    whole = with_others(comparison, scenario)["change"]
    parts = [(cause, with_others(comparison, cause)) for cause in _moving(comparison, scenario)]
    others = has_others(comparison) and any(part["others_yuan"] for _, part in parts)

    def effect(change: Entry) -> list[str]:
        rest = [_money(change["others_yuan"], words)] if others else []
        return [*_effect(change, words), *rest]

    rows: list[list[Cell]] = [
        [words.of(cause, "name"), _value(cause, words), *effect(part)] for cause, part in parts
    ]
    rows.append([words("causes.sum"), "", *effect(whole)])
    measures = [*MEASURES, "others"] if others else list(MEASURES)
    columns = [
        Column(head=words("causes.cause"), share=3.4),
        Column(head=words("causes.value"), share=2.0),
        *(Column(head=words(f"causes.{key}"), share=1.4, figures=True) for key in measures),
    ]
    return table(words("causes.caption", scenario=scenario["scenario"]), columns, rows)


def _value(cause: Entry, words: Wording) -> str:
    if cause["kind"] == "together":
        return ""
    return " → ".join(value_of(cause, end, words) for end in ("old", "new"))


def _effect(change: Entry, words: Wording) -> list[str]:
    return [
        points(change[field])
        if field == "gap_probability" and change[field]
        else _money(change[field], words)
        for field in MEASURES.values()
    ]


def _money(yuan: int, words: Wording) -> str:
    return money_change(yuan, words.language) if yuan else NOTHING


def _account_table(comparison: Entry, scenario: Entry, words: Wording) -> Block:
    names = {row["id"]: words.of(row, "name") for row in comparison["accounts"]}
    rows: list[list[Cell]] = [
        [names[row["id"]], words.of(cause, "name"), *_effect(row, words)]
        for account in names
        for cause in causes_of(comparison, scenario)
        for row in cause["accounts"]
        if row["id"] == account
    ]
    columns = [
        Column(head=words("causes.account"), share=2.2),
        Column(head=words("causes.cause"), share=3.6),
        *(Column(head=words(f"causes.{key}"), share=1.4, figures=True) for key in MEASURES),
    ]
    return table(words("causes.by_account", scenario=scenario["scenario"]), columns, rows)


def _remarks(causes: Sequence[Entry], words: Wording) -> list[Block]:
    """Changes that do not hold alone, and changes that touch none of the figures."""
    changes = [cause for cause in causes if cause["kind"] == "change"]
    tied = [words.of(cause, "name") for cause in changes if not cause["alone"]]
    still = [
        words.of(cause, "name")
        for cause in changes
        if cause["alone"] and not cause["accounts"] and not any(cause["total"].values())
    ]
    items = []
    if tied:
        items.append(runs(words, "causes.not_alone", names=words.join(tied)))
    if still:
        items.append(runs(words, "causes.only_plan", names=words.join(still)))
    return [bullets(items)] if items else []
