"""The command as a user starts it: files, exit codes, words; whole or nothing; no traceback."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from demand_sample import REAL, TINY

from model.cli import main
from model.report.record import read_draws, read_record

Command = Callable[..., tuple[int, str, str]]
BUDGET = Path(sys.executable).with_name("budget")
DONE, BAD_INPUT, NO_PLAN, INTERRUPTED = 0, 2, 3, 130
FEW = ("--draws", "40", "--no-pdf", "--engine", "applicants")
TABLES = {
    *("accounts", "assumptions", "awards", "break_evens", "domains", "figures", "funds", "lines"),
    *("plan_accounts", "plan_limits", "plan_transfers", "readings", "reconciliation"),
    *("chances", "exceedance", "frontier", "levers", "options", "promised_ratios", "sensitivity"),
    *("calendars", "spreads", "step_prices", "value_curves"),
}


def _budget(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [BUDGET, *map(str, words)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=cwd,
        timeout=120,
        check=False,
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "Warning" not in done.stderr, done.stderr
    return done


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """The same command without a process of its own: exit code, stdout and stderr."""

    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["budget", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        assert isinstance(left.value.code, int)
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return run


def _bytes(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Two scenarios in one command: the folder, stdout and stderr."""
    out = tmp_path_factory.mktemp("full") / "runs"
    files = (TINY / "base.yaml", TINY / "smaller.yaml")
    done = _budget("run", *files, "--out", out, "--draws", 100, "--no-pdf")
    assert done.returncode == DONE, done.stderr
    return out, done.stdout, done.stderr


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A copy of the invented paper to be changed."""
    return shutil.copytree(TINY, tmp_path / "world")


# --- what a run leaves --------------------------------------------------------------------------


def test_two_scenarios_in_one_command_leave_two_whole_folders(full: tuple[Path, str, str]) -> None:
    out, _, _ = full
    assert sorted(path.name for path in out.iterdir()) == ["base", "smaller"]
    expected = {"record.json", "draws.npz"} | {f"tables/{name}.csv" for name in TABLES}
    for name in ("base", "smaller"):
        assert set(_bytes(out / name)) == expected
        assert read_record(out / name).manifest["scenario"] == name
        assert read_draws(out / name)["demand"].shape == (100, 5)


def test_the_screen_shows_progress_verdicts_and_the_paths_written(
    full: tuple[Path, str, str],
) -> None:
    out, told, progress = full
    assert progress.splitlines() == ["base ...", "smaller ..."]
    lines = told.splitlines()
    for name in ("base", "smaller"):
        assert str(out / name / "record.json") in lines
    assert sum(line.startswith("建设") and "%" in line for line in lines) == 2
    assert sum(line.startswith("预算调剂") for line in lines) >= 2
    assert "report" not in told


def test_the_same_run_elsewhere_gives_the_same_bytes_and_a_report_that_can_be_made_again(
    full: tuple[Path, str, str], tmp_path: Path, world: Path
) -> None:
    words = ("run", "base.yaml", "--draws", 100, "--out", tmp_path / "runs")
    done = _budget(*words, cwd=world)
    assert done.returncode == DONE
    written = tmp_path / "runs" / "base"
    found = _bytes(written)
    report, book = found.pop("report.zh.pdf"), found.pop("results.xlsx")
    assert report.startswith(b"%PDF-")
    assert found == _bytes(full[0] / "base")
    names = ("record.json", "report.zh.pdf", "results.xlsx")
    assert done.stdout.splitlines()[-3:] == [str(written / name) for name in names]
    saved = shutil.copytree(full[0] / "base", tmp_path / "saved")
    again = _budget("report", saved)
    told = "".join(f"{saved / name}\n" for name in names[1:])
    assert (again.returncode, again.stdout) == (DONE, told)
    assert (saved / "report.zh.pdf").read_bytes() == report
    assert (saved / "results.xlsx").read_bytes() == book


def test_draws_and_seed_come_from_the_command_line_and_a_newer_run_replaces_the_record(
    full: tuple[Path, str, str], tmp_path: Path, command: Command
) -> None:
    words = ("run", TINY / "base.yaml", "--no-pdf", "--out", tmp_path)
    code, told, _ = command(
        *words, "--draws", 40, "--seed", 5, "--engine", "applicants", "--lang", "en"
    )
    assert code == DONE
    assert "建设" not in told
    assert "building" in told
    assert read_record(tmp_path / "base").manifest["seed"] == 5
    first = read_draws(tmp_path / "base")["demand"]
    assert command(*words, "--draws", 44)[0] == DONE
    assert read_record(tmp_path / "base").manifest["draws"] == 44
    assert [path.name for path in tmp_path.iterdir()] == ["base"]
    long, short = (read_draws(path / "base")["demand"] for path in (full[0], tmp_path))
    assert np.array_equal(short, long[:44])
    assert not np.array_equal(first, short[:40])


# --- bad input: nothing is written, exit 2 ------------------------------------------------------


def test_a_bad_scenario_among_good_ones_stops_all_before_the_first_run(
    tmp_path: Path, world: Path
) -> None:
    (world / "bad.yaml").write_text("question: x\nbased_on: bass\n", encoding="utf-8")
    (world / "worse.yaml").write_text("question: x\nbased_on: base\nchange: {}\n", encoding="utf-8")
    files = (world / f"{name}.yaml" for name in ("base", "bad", "worse", "none"))
    done = _budget("run", *files, *FEW, "--out", tmp_path / "runs")
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    told = done.stderr.splitlines()
    assert told[0].startswith(f"{world / 'bad.yaml'}:2: based_on: there is no scenario 'bass'")
    assert told[1].startswith(f"{world / 'worse.yaml'}:3: ")
    assert "'change'" in told[1]
    assert told[2].startswith(f"{world / 'none.yaml'}: there is no such file")
    assert told[3:] == ["3 problems; nothing was written."]
    assert not (tmp_path / "runs").exists()


def test_two_scenarios_of_one_name_would_share_a_folder(
    tmp_path: Path, world: Path, command: Command
) -> None:
    files = (TINY / "base.yaml", world / "base.yaml")
    assert command("run", *files, *FEW, "--out", tmp_path / "runs") == (
        BAD_INPUT,
        "",
        "base: two scenarios of this name would share a folder. Rename one.\n"
        "1 problem; nothing was written.\n",
    )
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lang", "fr"), "--lang: there is no language 'fr'. Give zh or en."),
        (("--engine", "steam"), "--engine: there is no engine 'steam'. Give exact or applicants."),
        (("--draws", "3"), "--draws"),
        (("--draws", "many"), "--draws"),
        (("--seed", "-1"), "--seed"),
        (("--colour", "red"), "--colour"),
    ],
)
def test_a_wrong_option_is_told(
    tmp_path: Path, command: Command, words: tuple[str, str], said: str
) -> None:
    out = tmp_path / "runs"
    code, told, errors = command("run", TINY / "base.yaml", "--no-pdf", "--out", out, *words)
    assert (code, told) == (BAD_INPUT, "")
    assert said in errors
    assert not out.exists()


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path, command: Command) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    words = ("run", TINY / "base.yaml", *FEW, "--out", tmp_path / "file" / "runs")
    code, _, errors = command(*words)
    assert code == BAD_INPUT
    assert str(tmp_path / "file") in errors
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


def test_a_folder_that_is_no_record_is_not_replaced(tmp_path: Path, command: Command) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "thesis.txt").write_text("kept", encoding="utf-8")
    code, _, errors = command("run", TINY / "base.yaml", *FEW, "--out", tmp_path)
    assert code == BAD_INPUT
    assert "base: is already there and is not a record of a run" in errors
    assert _bytes(tmp_path) == {"base/thesis.txt": b"kept"}


def test_any_number_of_years_from_four_on_can_be_drawn(
    tmp_path: Path, world: Path, command: Command
) -> None:
    words = ("--no-pdf", "--engine", "applicants", "--out", tmp_path, "--draws", 42)
    assert command("run", world / "base.yaml", *words)[0] == DONE


def test_no_run_begins_where_a_file_stands_in_the_way_of_its_folder(
    tmp_path: Path, world: Path, command: Command
) -> None:
    (tmp_path / "thesis").write_bytes(b"kept")
    code, told, errors = command("run", world / "base.yaml", *FEW, "--out", tmp_path / "thesis")
    assert code == BAD_INPUT
    assert "thesis: is already there and is a file. Choose another folder" in errors
    assert "base ..." not in told
    assert (tmp_path / "thesis").read_bytes() == b"kept"


def test_a_report_needs_a_record(
    full: tuple[Path, str, str], tmp_path: Path, command: Command
) -> None:
    code, _, errors = command("report", tmp_path)
    assert code == BAD_INPUT
    assert "there is no such file. Name the folder that a run wrote" in errors
    code, _, errors = command("report", full[0])
    assert code == BAD_INPUT
    assert "It holds records of these scenarios: base, smaller." in errors
    damaged = shutil.copytree(full[0] / "base", tmp_path / "damaged")
    text = (damaged / "record.json").read_text(encoding="utf-8")
    (damaged / "record.json").write_text(text[: len(text) // 2], encoding="utf-8")
    code, _, errors = command("report", damaged)
    assert code == BAD_INPUT
    assert "damaged" in errors


# --- no plan: record and report all the same, exit 3 --------------------------------------------


def test_limits_that_clash_are_recorded_and_reported_with_exit_3(
    tmp_path: Path, world: Path, command: Command
) -> None:
    text = (
        "question: 保得住吗？\nbased_on: base\nchanges:\n"
        "  allocation.floors: {building: 2100万元, skills: 1000万元,"
        " research: 1500万元, health: 500万元}\n"
    )
    (world / "too-much.yaml").write_text(text, encoding="utf-8")
    words = ("--draws", 40, "--engine", "applicants", "--out", tmp_path / "runs", "--lang", "en")
    done = _budget("run", world / "too-much.yaml", *words)
    assert done.returncode == NO_PLAN
    written = tmp_path / "runs" / "too-much"
    plan = read_record(written).plan
    assert (plan["status"], plan["transfers"]) == ("infeasible", ())
    (clash,) = plan["clashes"]
    assert clash["short_yuan"] == 1_000_000
    assert [path.name for path in written.glob("*.pdf")] == ["report.en.pdf"]
    report = (written / "report.en.pdf").read_bytes()
    assert str(written / "report.en.pdf") in done.stdout.splitlines()
    assert command("report", written / "record.json", "--lang", "en")[0] == DONE
    assert (written / "report.en.pdf").read_bytes() == report


# --- interrupted: nothing half-written, exit 130 ------------------------------------------------


def _interrupt(out: Path) -> subprocess.Popen[str]:
    """A run of very many years, stopped as Ctrl-C does while it simulates."""
    # A child of a shell job may inherit "ignore"; a user at a terminal does not.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        running = subprocess.Popen(
            [BUDGET, "run", TINY / "base.yaml", "--draws", "2000000", "--out", str(out)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert running.stderr is not None
    assert running.stderr.readline() == "base ...\n"
    time.sleep(0.5)
    assert running.poll() is None
    running.send_signal(signal.SIGINT)
    return running


@pytest.mark.parametrize("earlier", [False, True])
def test_ctrl_c_in_the_middle_leaves_what_was_there_before(
    full: tuple[Path, str, str], tmp_path: Path, earlier: bool
) -> None:
    out = tmp_path / "runs"
    if earlier:
        shutil.copytree(full[0] / "base", out / "base")
    before = _bytes(tmp_path)
    running = _interrupt(out)
    told, errors = running.communicate(timeout=60)
    assert running.returncode == INTERRUPTED
    assert told == ""
    assert errors == "Interrupted; nothing half-done was left behind.\n"
    assert _bytes(tmp_path) == before
    assert bool(before) == earlier


# --- the first real paper -----------------------------------------------------------------------


def test_the_impossible_scenario_of_the_real_paper_is_short_by_exactly_1_3_million(
    tmp_path: Path, command: Command
) -> None:
    code, told, _ = command("run", REAL / "impossible.yaml", *FEW, "--out", tmp_path)
    assert code == NO_PLAN
    record = json.loads((tmp_path / "impossible" / "record.json").read_text(encoding="utf-8"))
    (clash,) = record["plan"]["clashes"]
    assert clash["short_yuan"] == 1_300_000
    assert "130万元" in told
