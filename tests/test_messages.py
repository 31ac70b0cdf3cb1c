"""Every message that a person can be shown has been read in full by a test.

The code is searched for its messages; each of their parts must occur in the words that a test
expects. A message that nobody ran would print braces, name the wrong thing, or never be seen.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from test_changes import REFUSALS
from test_consistency import CASES
from test_scenario import BASES, DERIVED
from test_settings import EDITS
from test_yamlfile import COMPLAINTS

TESTS = Path(__file__).parent
MODEL = TESTS.parent / "model"
MODULES = (
    "agreement",
    "changes",
    "errors",
    "inputs",
    "money",
    "scenario",
    "settings",
    "strict",
    "yamlfile",
    "policy/awards",
    "policy/citations",
    "policy/consistency",
    "policy/document",
    "policy/funds",
)
TELLING = {"Problem", "refuse", "_problem", "_RefusedError", "ValueError", "OverlapError"}
TOLD_AS = {"fact", "remedy", "wrong", "twice", "instead", "amounts"}
TABLES = ("_FORMS", "_WAYS_OUT", "INSTEAD")


def parts(node: ast.AST) -> Iterator[str]:
    """The fixed parts of the texts inside an expression, long enough to be told apart."""
    for inside in ast.walk(node):
        if isinstance(inside, ast.Constant) and isinstance(inside.value, str):
            yield from (
                part.strip(" .'\"")
                for part in re.split(r"[{}]", inside.value)
                if len(part.strip(" .'\"")) >= 8 and " " in part.strip()
            )


def messages(module: str) -> set[str]:
    """The fixed parts of every message that a module can tell."""
    found: set[str] = set()
    for node in ast.walk(ast.parse((MODEL / f"{module}.py").read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in TELLING:
            for argument in [*node.args, *(word.value for word in node.keywords)]:
                found |= set(parts(argument))
        names = [getattr(target, "id", "") for target in getattr(node, "targets", [])]
        if isinstance(node, ast.Assign) and (TOLD_AS | set(TABLES)) & set(names):
            found |= set(parts(node.value))
    return found


@cache
def expected() -> str:
    """Every text that a test holds, in one."""
    texts = [
        node.value
        for path in sorted(TESTS.glob("test_*.py"))
        if path != Path(__file__)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    return "\n".join(texts)


@pytest.mark.parametrize("module", MODULES)
def test_every_part_of_every_message_is_expected_by_a_test(module):
    assert {part for part in messages(module) if part not in expected()} == set()


def test_the_search_finds_messages():
    assert "its sub-lines add up to" in messages("policy/consistency")
    assert "Write a whole number" in messages("strict")
    assert "exceed it by" in messages("policy/funds")
    assert sum(len(messages(module)) for module in MODULES) > 120


SHOWN = [
    *(text for _, texts in [*CASES.values(), *BASES.values(), *DERIVED.values()] for text in texts),
    *(text for _, text in [*COMPLAINTS.values(), *REFUSALS.values(), *EDITS.values()]),
]


def test_no_message_speaks_python():
    foreign = re.compile(
        r"\bNone\b|\bdict\b|(?<!!)\bstr\b|\bint\b|Fraction\(|<class|<built-in"
        r"|Input should|object at 0x|\bTrue\b|\bFalse\b|Traceback|!r"
    )
    assert [text for text in SHOWN if foreign.search(text)] == []


def test_every_message_names_its_file_and_nearly_every_one_its_line():
    lines = [line for text in SHOWN for line in text.splitlines()]
    assert [line for line in lines if not re.match(r"[\w.]+\.yaml(:\d+)?: \S", line)] == []
    without = [line for line in lines if not re.match(r"[\w.]+\.yaml:\d+: ", line)]
    assert len(without) <= 6


def test_every_message_ends_as_a_sentence_or_with_the_value_it_found():
    lines = [line for text in SHOWN for line in text.splitlines()]
    assert [line for line in lines if line.endswith(("..", " ", ",", ":", "?."))] == []
    unended = [line for line in lines if not line.endswith((".", "?"))]
    assert len(unended) < len(lines) / 5
