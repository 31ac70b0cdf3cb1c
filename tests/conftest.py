"""What every test shares: numpy complains aloud, and a copy of the tiny world to break."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from model.errors import InputError
from model.scenario import load_scenario

TESTS = Path(__file__).parent

# A division by zero or an overflow is a fault here, never a number. Underflow to zero is not.
np.seterr(divide="raise", over="raise", invalid="raise")

Break = Callable[..., list[str]]


def edit(path: Path, old: str, new: str) -> None:
    """Replaces what occurs exactly once in a file, so that a test breaks what it means to break."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="session")
def needs_soffice() -> str:
    """The spreadsheet program; where there is none the test is counted as not run."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        pytest.skip("no soffice")
    return program


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tests that need a program that is not here are counted aloud, never passed over."""
    reasons: Counter[str] = Counter()
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2]).removeprefix("Skipped: ")
        reasons[reason] += reason.startswith("no ")
    for reason, count in sorted((+reasons).items()):
        terminalreporter.write_line(f"NOT RUN: {count} test{'s' * (count > 1)} ({reason})")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """The folder of a copy of the tiny world."""
    return Path(shutil.copytree(TESTS / "tiny_world", tmp_path / "tiny"))


@pytest.fixture
def breaking(tiny: Path) -> Break:
    """What the tiny world says after some edits: each problem in full, without its folder."""

    def break_it(*edits: tuple[str, str, str], scenario: str = "base.yaml") -> list[str]:
        for name, old, new in edits:
            edit(tiny / name, old, new)
        with pytest.raises(InputError) as caught:
            load_scenario(tiny / scenario)
        return [str(problem).replace(f"{tiny}/", "") for problem in caught.value.problems]

    return break_it
