"""What a scenario changes: each change by its name, with the value before and after."""

from __future__ import annotations

from model.changes import Change
from model.difference_names import name_of
from model.recording.estimates import Entry
from model.scenario import Scenario


def record_changes(scenario: Scenario) -> list[Entry]:
    """Every change of the files of a scenario, in their order; where it stands without the folder.

    A value that the paper names has `old_zh`, `old_en` and so on beside it.
    """
    return [
        {
            "path": change.path,
            **_names(scenario, change),
            "old": change.old,
            "new": change.new,
            **_named_values(scenario, change),
            "place": change.place.replace("\\", "/").rsplit("/", 1)[-1],
        }
        for change in scenario.changes
    ]


def _names(scenario: Scenario, change: Change) -> Entry:
    chinese, english = name_of(scenario, tuple(change.path.split(".")))
    return {"name_zh": chinese, "name_en": english}


def _named_values(scenario: Scenario, change: Change) -> Entry:
    """The names of the explanations of an overlap; other values speak for themselves."""
    if change.path != "overlap":
        return {}
    known = scenario.document.explanations
    named = {"old": known.get(change.old), "new": known.get(change.new)}
    return {
        f"{side}_{language}": getattr(explanation, f"name_{language}")
        for side, explanation in named.items()
        if explanation is not None
        for language in ("zh", "en")
    }
