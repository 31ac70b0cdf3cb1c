"""What is wrong with an input, told so that a person can mend it."""

from __future__ import annotations

import sys
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
    """Input that cannot be used; carries every problem found, file by file in order of the lines.

    Files come in the order in which they were found at fault; a problem told twice counts once.
    """

    def __init__(self, problems: Iterable[Problem]) -> None:
        found = tuple(dict.fromkeys(problems))
        files = list(dict.fromkeys(_file_and_line(problem.place)[0] for problem in found))

        def order(problem: Problem) -> tuple[int, int]:
            file, line = _file_and_line(problem.place)
            return files.index(file), line

        self.problems = tuple(sorted(found, key=order))
        super().__init__("\n".join(str(problem) for problem in self.problems))


def _file_and_line(place: str) -> tuple[str, int]:
    """The parts of a place like ``base.yaml:12``; where it names no line, one after all lines."""
    file, _, line = place.rpartition(":")
    return (file, int(line)) if file and line.isdecimal() else (place, sys.maxsize)


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
