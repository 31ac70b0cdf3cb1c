"""What is compared, and how a difference of it is printed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.chapters.changed import named_value
from model.report.numerals import money_phrase
from model.report.wording import Wording, read_wording

Entry = Mapping[str, Any]
MEASURES = {
    "available": "available_yuan",
    "demand": "demand_mean_yuan",
    "chance": "gap_probability",
    "unpaid": "expected_unpaid_yuan",
    "idle": "expected_idle_yuan",
}


def causes_of(comparison: Entry, scenario: Entry) -> list[Entry]:
    """The causes of one scenario's difference, what they do together last."""
    return [cause for cause in comparison["causes"] if cause["scenario"] == scenario["scenario"]]


def with_others(comparison: Entry, entry: Entry) -> Entry:
    """A scenario, its change, or what a cause does to it: money of the judged accounts by itself.

    The money of all other accounts, of whose claims nothing is known, is told as `others_yuan`.

    Args:
        entry: all accounts together; what belongs to each is looked up by `scenario` or `accounts`.
    """
    known = set(comparison["manifest"]["judged_accounts"])
    if "accounts" in entry:  # a cause
        rows, total = entry["accounts"], entry["total"]
        return _split(total, [row for row in rows if row["id"] in known])
    mine = [row for row in comparison["accounts"] if row["scenario"] == entry["scenario"]]
    mine = [row for row in mine if row["id"] in known]
    change = _split(entry["change"], [row["change"] for row in mine])
    return {**_split(entry, mine), "change": change}


def _split(total: Entry, judged: Sequence[Entry]) -> dict[str, Any]:
    held = sum(row["available_yuan"] for row in judged)
    others = total["available_yuan"] - held
    return {**total, "available_yuan": held, "others_yuan": others}


def has_others(comparison: Entry) -> bool:
    """Whether there are accounts that cannot be judged."""
    return any(not row["judged"] for row in comparison["accounts"])


def value_of(cause: Entry, end: str, words: Wording) -> str:
    """The `old` or the `new` value of a change; a dash where a scenario has no such line."""
    said = words.of(cause, end)
    if cause.get(f"{end}_zh") != cause.get(f"{end}_en"):  # the paper has a name for it
        return words.value(said)
    return named_value(said, {}, read_wording(words.language).with_glossary(words.glossary))


def signed(yuan: int, words: Wording) -> str:
    """An amount inside a sentence, with a plus sign before a rise."""
    return ("+" if yuan > 0 else "") + money_phrase(yuan, words.language)


def points(change: float) -> str:
    """A difference of chances in percentage points.

    >>> points(0.0321), points(-0.1), points(0.0002)
    ('+3.2', '-10.0', '0.0')
    """
    return f"{change * 100:+.1f}" if abs(change) >= 0.0005 else "0.0"
