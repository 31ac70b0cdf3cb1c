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
    points,
    signed,
    value_of,
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
        moving = [cause for cause in causes if cause["accounts"] or any(cause["total"].values())]
        if moving:
            blocks += _chart(comparison, scenario, words)
            blocks.append(_cause_table(scenario, moving, words))
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
    return [picture(svg, (caption, words("causes.chart_note")), alt)]


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


def _cause_table(scenario: Entry, causes: Sequence[Entry], words: Wording) -> Block:
    rows: list[list[Cell]] = [
        [words.of(cause, "name"), _value(cause, words), *_effect(cause["total"], words)]
        for cause in causes
    ]
    rows.append([words("causes.sum"), "", *_effect(scenario["change"], words)])
    columns = [
        Column(head=words("causes.cause"), share=3.4),
        Column(head=words("causes.value"), share=2.4),
        *(Column(head=words(f"causes.{key}"), share=1.4, figures=True) for key in MEASURES),
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
        else NOTHING
        if not change[field]
        else money_change(change[field], words.language)
        for field in MEASURES.values()
    ]


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
