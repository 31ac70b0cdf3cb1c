"""Whatever a register is made of, it is read or refused in a sentence, and no row of it is lost."""

from __future__ import annotations

import csv
import importlib
import io
import re
import sys
from pathlib import Path

import pytest
from broken_registers import Broken, break_register
from demand_sample import TINY, tiny

from model.cli import main
from model.errors import InputError
from model.register.refusals_zh import refusal_zh
from model.register.register import Register, read_register

BASE = TINY / "base.yaml"
AT_ONCE, FEW, MANY = 50, 500, 10_000
COMMANDS = {
    "assess": ("model.assessing", ["--out", "out.csv"]),
    "allot": ("model.allotting", ["--out", "out.csv"]),
    "forecast": (
        "model.forecasting",
        ["--out", "out", "--as-of", "2031-09-30", "--draws", "16", "--lang", "zh"],
    ),
    "backtest": ("model.backtesting", ["--out", "out", "--lang", "zh"]),
}


def write(folder: Path, broken: Broken) -> Path:
    path = folder / f"register{broken.ending}"
    path.write_bytes(broken.data)
    return path


def read(path: Path, recipe: list[str]) -> Register | None:
    """The register, or None where it was refused with a sentence for each problem."""
    try:
        return read_register(path, tiny().document.awards)
    except InputError as error:
        for problem in error.problems:
            assert problem.place, recipe
            assert problem.fact, recipe
            assert "\n" not in problem.place, recipe
        return None


def numbers(register: Register) -> list[int]:
    """The number of each row that is accounted for."""
    places = [
        *register.places,
        *(row.place for row in register.refused),
        *(row.place for row in register.set_aside),
    ]
    return [int(match[0]) for place in places if (match := re.search(r"[0-9]+$", place))]


def check_rows(register: Register, broken: Broken) -> None:
    """Every row that holds anything is accounted for once, but for the header."""
    found = numbers(register)
    assert len(found) == register.n_read, broken.recipe
    if broken.filled is None:
        return
    assert len(found) == len(set(found)), broken.recipe
    lost = set(broken.filled) - set(found)
    # The header is one row, or two that stand together.
    assert lost, broken.recipe
    assert max(lost) - min(lost) <= 1, (broken.recipe, sorted(lost))


def check_columns(register: Register, recipe: list[str]) -> None:
    """One entry for each row in everything that others look at."""
    size = len(register.rows)
    for column in (register.claim, register.applicant, register.award, register.product):
        assert len(list(column)) == size, recipe
    assert len(register.filed) == len(register.places) == size, recipe
    assert sum(len(part.rows) for part in register.parts.values()) == size, recipe
    assert all(row.problems for row in register.refused), recipe
    for problem in register.problems:  # each has its Chinese wording for the output
        assert problem.fact not in refusal_zh(problem), (recipe, problem)
    assert all(row.reason_zh for row in register.set_aside), recipe
    assert len(set(register.claim)) == size, recipe


def check_seed(seed: int, folder: Path) -> bool:
    """Whether the register of a seed could be read."""
    broken = break_register(seed)
    register = read(write(folder, broken), broken.recipe)
    if register is not None:
        check_columns(register, broken.recipe)
        check_rows(register, broken)
    return register is not None


@pytest.mark.parametrize("begin", range(0, FEW, AT_ONCE))
def test_broken_registers_are_read_or_refused_and_no_row_is_lost(begin, tmp_path):
    n_read = sum(check_seed(seed, tmp_path) for seed in range(begin, begin + AT_ONCE))
    assert 0 < n_read < AT_ONCE  # else the breakage would be none, or hide everything


@pytest.mark.soak
@pytest.mark.parametrize("begin", range(FEW, FEW + MANY, 1000))
def test_ten_thousand_broken_registers(begin, tmp_path):
    for seed in range(begin, begin + 1000):
        check_seed(seed, tmp_path)


# --- the commands -----------------------------------------------------------------------------


def run(command: str, path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The exit code of a command on a register; an exception would fail the test."""
    module, options = COMMANDS[command]
    # The scenario is not what is broken here, and reading it takes most of the time.
    monkeypatch.setattr(importlib.import_module(module), "load_scenario", lambda *_: tiny())
    given = [str(folder / text) if text.startswith("out") else text for text in options]
    words = ["budget", command, str(path), "--scenario", str(BASE), *given]
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as left:
        main()
    assert isinstance(left.value.code, int)
    return left.value.code


def check_command(
    command: str,
    seed: int,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> int:
    """Done, or refused with a sentence and nothing written; and every row is in the output."""
    folder = folder / str(seed)
    folder.mkdir()
    broken = break_register(seed)
    path = write(folder, broken)
    code = run(command, path, folder, monkeypatch)
    told = capfd.readouterr()
    assert code in (0, 2), (broken.recipe, told.err)
    assert "Traceback" not in told.err, broken.recipe
    assert "panicked" not in told.err, broken.recipe
    out = [each for each in folder.iterdir() if each != path]
    if code == 2:
        assert told.err.strip(), broken.recipe
        assert not out, (broken.recipe, out)
    elif command == "assess":
        register = read(path, broken.recipe)
        assert register is not None, broken.recipe
        text = (folder / "out.csv").read_text(encoding="utf-8-sig")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) == 1 + register.n_read, broken.recipe
    return code


@pytest.mark.parametrize("command", COMMANDS)
def test_commands_end_in_a_sentence(command, tmp_path, monkeypatch, capfd):
    begin, number = {
        "assess": (0, 40),
        "allot": (1000, 25),
        "forecast": (2000, 6),
        "backtest": (3000, 6),
    }[command]
    codes = [
        check_command(command, seed, tmp_path, monkeypatch, capfd)
        for seed in range(begin, begin + number)
    ]
    assert set(codes) == {0, 2}


@pytest.mark.soak
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("begin", range(0, MANY, 1000))
def test_commands_end_in_a_sentence_ten_thousand_times(
    command, begin, tmp_path, monkeypatch, capfd
):
    step = 20 if command in ("forecast", "backtest") else 1  # each forecast takes its time
    for seed in range(begin, begin + 1000, step):
        check_command(command, seed, tmp_path, monkeypatch, capfd)
        for each in (tmp_path / str(seed)).iterdir():
            if each.is_file():
                each.unlink()
