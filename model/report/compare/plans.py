"""The plan of each scenario, and how to run the comparison again."""

from __future__ import annotations

from model.report.blocks import Block, Cell, Column, heading, paragraph, runs, table
from model.report.compare.measures import Entry
from model.report.numerals import money_cell
from model.report.wording import Wording

_LEAST, _MARK = 0.01, "*"


def plans_chapter(comparison: Entry, words: Wording) -> list[Block]:
    """What each scenario would move, and what that saves."""
    rows: list[list[Cell]] = []
    for scenario in comparison["scenarios"]:
        plan = scenario["plan"]
        before, after = plan["objective_before_yuan"], plan["objective_after_yuan"]
        rows.append(
            [
                scenario["scenario"],
                _moves(plan, _safe(comparison, scenario["scenario"]), words),
                money_cell(before, words.language),
                money_cell(after, words.language),
                money_cell(None if after is None else before - after, words.language),
            ]
        )
    columns = [
        Column(head=words("plan.scenario"), share=2.0),
        Column(head=words("plan.transfers"), share=6.0),
        *(
            Column(head=words(f"plan.{key}"), share=1.4, figures=True)
            for key in ("before", "after", "saved")
        ),
    ]
    marked = any(_MARK in str(row[1]) for row in rows)
    return [
        heading(1, words("plan.title")),
        paragraph(runs(words, "plan.intro")),
        table(words("plan.caption"), columns, rows),
        *([paragraph(runs(words, "plan.marked"), "note")] if marked else []),
    ]


def _safe(comparison: Entry, scenario: str) -> set[str]:
    """The judged accounts whose chance of a gap is printed as below 1 % before anything moves."""
    return {
        row["id"]
        for row in comparison["accounts"]
        if row["scenario"] == scenario and row["judged"] and row["gap_probability"] < _LEAST
    }


def _moves(plan: Entry, safe: set[str], words: Wording) -> str:
    if plan["status"] != "optimal":
        return words("plan.infeasible")
    moves = [
        words(
            "plan.transfer",
            giver=words.of(each, "from"),
            receiver=words.of(each, "to") + (_MARK if each["to"] in safe else ""),
            money=money_cell(each["amount_yuan"], words.language),
        )
        for each in plan["transfers"]
    ]
    return words("list.semicolon").join(moves) if moves else words("none")


def rerun_section(comparison: Entry, words: Wording) -> list[Block]:
    """The command, the draws and the files."""
    manifest = comparison["manifest"]
    files = [f"{each['name']} {each['sha256'][:12]}" for each in manifest["inputs"]]
    said = runs(
        words,
        "again.draws",
        draws=f"{manifest['draws']:,}",
        seed=str(manifest["seed"]),
        version=str(manifest["product_version"]),
    )
    return [
        heading(2, words("again.title")),
        paragraph(said),
        {"kind": "code", "text": manifest["run_command"]},
        paragraph(runs(words, "again.files", files=words.join(files)), "note"),
    ]
