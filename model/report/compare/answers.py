"""Page one of a comparison: what each scenario changes, mostly why, and what it would move."""

from __future__ import annotations

from model.report.blocks import Block, Run, plain, runs
from model.report.compare.measures import Entry, causes_of, signed
from model.report.numerals import chance, money_phrase
from model.report.wording import Wording

_NAMED = 3  # causes in a sentence; the rest are added up. Accounts in a sentence
_SEEN = 0.01  # a point: the least change of a chance that is told on page one


def answers(comparison: Entry, words: Wording) -> Block:
    """The answers, one row for each scenario."""
    rows = [
        {"label": scenario["scenario"], "items": _answers(comparison, scenario, words)}
        for scenario in comparison["scenarios"]
    ]
    return {"kind": "answers", "title": words("answer.title"), "rows": rows}


def _answers(comparison: Entry, scenario: Entry, words: Wording) -> list[list[Run]]:
    first = comparison["scenarios"][0]
    if scenario is first:
        said = runs(
            words,
            "answer.first",
            question=words.of(scenario, "question"),
            **_phrases(scenario, "", words),
        )
        return [said, _move(scenario, words)]
    question = plain(words.of(scenario, "question"))
    chances = _chances(comparison, scenario, words)
    if not any(scenario["change"].values()):
        same = _same_total(comparison, scenario, words)
        return [question, *chances, same, _move(scenario, words)]
    change = runs(
        words,
        "answer.change",
        first=first["scenario"],
        **{key: text for key, text in _phrases(first, "_before", words).items() if _told(key)},
        **{key: text for key, text in _phrases(scenario, "_after", words).items() if _told(key)},
    )
    causes = _cause_sentence(comparison, scenario, words)
    return [question, *chances, change, *causes, _move(scenario, words)]


def _same_total(comparison: Entry, scenario: Entry, words: Wording) -> list[Run]:
    """That nothing differs, or that accounts do although all of them together do not."""
    first = comparison["manifest"]["first"]
    moved = [
        words("answer.cause", name=words.of(row, "name"), change=signed(yuan, words))
        for row in comparison["accounts"]
        if row["scenario"] == scenario["scenario"] and (yuan := row["change"]["available_yuan"])
    ]
    if not moved:
        return runs(words, "answer.same", first=first)
    return runs(words, "answer.shifted", first=first, accounts=words.join(moved))


def _chances(comparison: Entry, scenario: Entry, words: Wording) -> list[list[Run]]:
    """The accounts whose chance of a gap moves most, each from what to what.

    A move that cannot be seen in whole percent is not told; nor is an account that one side lacks.
    """
    rows = {(row["scenario"], row["id"]): row for row in comparison["accounts"] if row["judged"]}
    moved = [
        (abs(row["change"]["gap_probability"]), rows[comparison["manifest"]["first"], account], row)
        for (label, account), row in rows.items()
        if label == scenario["scenario"]
    ]
    said = [
        words(
            "answer.chance_up" if new["change"]["gap_probability"] > 0 else "answer.chance_down",
            name=words.of(new, "name"),
            before=chance(old["gap_probability"], words.language),
            after=chance(new["gap_probability"], words.language),
        )
        for size, old, new in sorted(moved, key=lambda each: -each[0])
        if size >= _SEEN and old["present"] and new["present"]
    ]
    if not said:
        return [runs(words, "answer.no_chance")] if any(size for size, *_ in moved) else []
    return [runs(words, "answer.chances", accounts=words.join(said[:_NAMED]))]


def _told(key: str) -> bool:
    return not key.startswith("demand")


def _phrases(scenario: Entry, end: str, words: Wording) -> dict[str, str]:
    return {
        f"demand{end}": money_phrase(scenario["demand_mean_yuan"], words.language),
        f"unpaid{end}": money_phrase(scenario["expected_unpaid_yuan"], words.language),
        f"idle{end}": money_phrase(scenario["expected_idle_yuan"], words.language),
        f"chance{end}": chance(scenario["gap_probability"], words.language),
    }


def _cause_sentence(comparison: Entry, scenario: Entry, words: Wording) -> list[list[Run]]:
    """What moves the unpaid money most; the causes named and the rest add up.

    A single cause is the whole change over again, and is left to the chapter on causes.
    """
    found = [
        (words.of(cause, "name"), cause["total"]["expected_unpaid_yuan"])
        for cause in causes_of(comparison, scenario)
        if cause["total"]["expected_unpaid_yuan"]
    ]
    if len(found) < 2:
        return []
    found.sort(key=lambda each: -abs(each[1]))
    said = [
        words("answer.cause", name=name, change=signed(yuan, words))
        for name, yuan in found[:_NAMED]
    ]
    if rest := found[_NAMED:]:
        change = signed(sum(yuan for _, yuan in rest), words)
        said.append(words("answer.more", n=str(len(rest)), change=change))
    return [runs(words, "answer.causes", causes=words.join(said))]


def _move(scenario: Entry, words: Wording) -> list[Run]:
    plan = scenario["plan"]
    if plan["status"] != "optimal":
        return runs(words, "answer.no_plan")
    if not plan["transfers"]:
        return runs(words, "answer.no_move")
    total = sum(each["amount_yuan"] for each in plan["transfers"])
    n, phrase = str(len(plan["transfers"])), money_phrase(total, words.language)
    if plan["objective_after_yuan"] is None:  # an aim that is no cost saves no money
        return runs(words, "answer.move", n=n, total=phrase)
    saved = plan["objective_before_yuan"] - plan["objective_after_yuan"]
    saving = money_phrase(saved, words.language)
    return runs(words, "answer.move_saves", n=n, total=phrase, saved=saving)
