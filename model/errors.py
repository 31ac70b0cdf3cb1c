"""What is wrong with an input, told so that a person can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong: where it stands, what is wrong, what would be right."""

    place: str
    fact: str
    remedy: str = ""

    def __str__(self) -> str:
        text = f"{self.place}: {self.fact}"
        return f"{text}. {self.remedy}" if self.remedy else text


class BudgetError(Exception):
    """The root of every error that the product raises on purpose."""


class InputError(BudgetError):
    """Input that cannot be used; carries every problem found, in the order of the places."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def refuse(place: str, fact: str, remedy: str = "") -> InputError:
    """An error with a single problem."""
    return InputError([Problem(place=place, fact=fact, remedy=remedy)])


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """A sentence that names the nearest known words, or lists them when they are few."""
    words = sorted(set(known))
    near = get_close_matches(wrong, words, n=2, cutoff=0.6)
    if near:
        return "Did you mean " + " or ".join(f"'{word}'" for word in near) + "?"
    if 0 < len(words) <= 12:
        return "Known here: " + ", ".join(words) + "."
    return f"{len(words)} names are known here; none resembles it." if words else ""
