"""What is compared, and how a difference of it is printed."""

from __future__ import annotations

from collections.abc import Mapping
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
