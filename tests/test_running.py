"""The command as a user starts it: files, exit codes, words; whole or nothing; no traceback."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from demand_sample import REAL, TINY

from model.report.record import read_draws, read_record

BUDGET = Path(sys.executable).with_name("budget")
DONE, BAD_INPUT, NO_PLAN, INTERRUPTED = 0, 2, 3, 130
FEW = ("--draws", "40", "--no-pdf")
TABLES = {
    *("accounts", "assumptions", "awards", "break_evens", "domains", "figures", "funds", "lines"),
    *("plan_accounts", "plan_limits", "plan_transfers", "readings", "reconciliation"),
    "sensitivity",
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


def _bytes(folder: Path, *, pdf: bool = True) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and (pdf or path.suffix != ".pdf")
    }


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str, str]:
    """Two scenarios in one command, with their reports: the folder, stdout and stderr."""
    out = tmp_path_factory.mktemp("full") / "runs"
    done = _budget("run", TINY / "base.yaml", TINY / "smaller.yaml", "--out", out, "--draws", 100)
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
    expected = {"record.json", "draws.npz", "report.zh.pdf"}
    expected |= {f"tables/{name}.csv" for name in TABLES}
    for name in ("base", "smaller"):
        assert set(_bytes(out / name)) == expected
        assert read_record(out / name).manifest["scenario"] == name
        assert read_draws(out / name)["demand"].shape == (100, 5)
        assert (out / name / "report.zh.pdf").read_bytes().startswith(b"%PDF-")


def test_the_screen_shows_progress_verdicts_and_the_paths_written(
    full: tuple[Path, str, str],
) -> None:
    out, told, progress = full
    assert progress.splitlines() == ["base ...", "smaller ..."]
    lines = told.splitlines()
    for name in ("base", "smaller"):
        for file in ("record.json", "report.zh.pdf"):
            assert str(out / name / file) in lines
    assert sum("建设" in line and "万元" in line for line in lines) >= 2
    assert "需求" not in told


@pytest.fixture(scope="module")
def english(full: tuple[Path, str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run from another folder, with an English report: the folder of its record."""
    there = tmp_path_factory.mktemp("elsewhere")
    world = shutil.copytree(TINY, there / "world")
    words = ("run", "base.yaml", "--draws", 100, "--lang", "en", "--out", there / "runs")
    done = _budget(*words, cwd=world)
    assert done.returncode == DONE, done.stderr
    assert "建设" not in done.stdout
    return there / "runs" / "base"


def test_neither_folder_nor_language_changes_a_byte_of_the_record(
    full: tuple[Path, str, str], english: Path
) -> None:
    assert _bytes(english, pdf=False) == _bytes(full[0] / "base", pdf=False)
    assert [path.name for path in english.glob("*.pdf")] == ["report.en.pdf"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_saved_record_gives_the_same_report_again(
    full: tuple[Path, str, str], english: Path, tmp_path: Path, language: str
) -> None:
    """Also in the language that its run did not write."""
    saved = shutil.copytree(full[0] / "base", tmp_path / "base")
    (saved / "report.zh.pdf").unlink()
    done = _budget("report", saved, "--lang", language)
    assert done.returncode == DONE
    written = saved / f"report.{language}.pdf"
    assert done.stdout.strip() == str(written)
    source = {"zh": full[0] / "base", "en": english}[language]
    assert written.read_bytes() == (source / written.name).read_bytes()


def test_draws_and_seed_come_from_the_command_line_and_a_newer_run_replaces_the_record(
    full: tuple[Path, str, str], tmp_path: Path
) -> None:
    words = ("run", TINY / "base.yaml", "--no-pdf", "--out", tmp_path)
    done = _budget(*words, "--draws", 40, "--seed", 5)
    assert done.returncode == DONE
    assert "report" not in done.stdout
    first = read_draws(tmp_path / "base")["demand"]
    assert read_record(tmp_path / "base").manifest["seed"] == 5
    assert _budget(*words, "--draws", 44).returncode == DONE
    assert read_record(tmp_path / "base").manifest["draws"] == 44
    assert [path.name for path in tmp_path.iterdir()] == ["base"]
    long, short = (read_draws(path / "base")["demand"] for path in (full[0], tmp_path))
    assert np.array_equal(short, long[:44])
    assert not np.array_equal(first, short[:40])


# --- bad input: nothing is written, exit 2 ------------------------------------------------------


def _refused(out: Path, *words: object) -> str:
    done = _budget(*words, "--out", out)
    assert done.returncode == BAD_INPUT, done.stderr
    assert done.stdout == ""
    assert not out.exists()
    return done.stderr


def test_a_bad_scenario_among_good_ones_stops_all_before_the_first_run(
    tmp_path: Path, world: Path
) -> None:
    (world / "bad.yaml").write_text("question: x\nbased_on: bass\n", encoding="utf-8")
    (world / "worse.yaml").write_text("question: x\nbased_on: base\nchange: {}\n", encoding="utf-8")
    names = ("base", "bad", "worse", "none")
    words = ("run", *(world / f"{name}.yaml" for name in names))
    told = _refused(tmp_path / "runs", *words, *FEW).splitlines()
    assert told[0].startswith(f"{world / 'bad.yaml'}:2: based_on: there is no scenario 'bass'")
    assert told[1].startswith(f"{world / 'worse.yaml'}:3: ")
    assert "'change'" in told[1]
    assert told[2].startswith(f"{world / 'none.yaml'}: there is no such file")
    assert told[3:] == ["3 problems; nothing was written."]


def test_two_scenarios_of_one_name_would_share_a_folder(tmp_path: Path, world: Path) -> None:
    told = _refused(tmp_path / "runs", "run", TINY / "base.yaml", world / "base.yaml", *FEW)
    assert told.splitlines() == [
        "base: two scenarios of this name would share a folder. Rename one.",
        "1 problem; nothing was written.",
    ]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lang", "fr"), "--lang: there is no language 'fr'. Give zh or en."),
        (("--draws", "3"), "--draws"),
        (("--draws", "many"), "--draws"),
        (("--seed", "-1"), "--seed"),
        (("--colour", "red"), "--colour"),
    ],
)
def test_a_wrong_option_is_told(tmp_path: Path, words: tuple[str, str], said: str) -> None:
    assert said in _refused(tmp_path / "runs", "run", TINY / "base.yaml", "--no-pdf", *words)


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    done = _budget("run", TINY / "base.yaml", *FEW, "--out", tmp_path / "file" / "runs")
    assert done.returncode == BAD_INPUT
    assert str(tmp_path / "file") in done.stderr
    assert (tmp_path / "file").read_text(encoding="utf-8") == "kept"


def test_a_folder_that_is_no_record_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "thesis.txt").write_text("kept", encoding="utf-8")
    done = _budget("run", TINY / "base.yaml", *FEW, "--out", tmp_path)
    assert done.returncode == BAD_INPUT
    assert "base: is already there and is not a record of a run" in done.stderr
    assert _bytes(tmp_path) == {"base/thesis.txt": b"kept"}


def test_a_report_needs_a_record(full: tuple[Path, str, str], tmp_path: Path) -> None:
    done = _budget("report", tmp_path)
    assert done.returncode == BAD_INPUT
    assert "there is no such file. Name the folder that a run wrote" in done.stderr
    above = _budget("report", full[0])
    assert above.returncode == BAD_INPUT
    assert "It holds records of these scenarios: base, smaller." in above.stderr
    damaged = shutil.copytree(full[0] / "base", tmp_path / "damaged")
    text = (damaged / "record.json").read_text(encoding="utf-8")
    (damaged / "record.json").write_text(text[: len(text) // 2], encoding="utf-8")
    done = _budget("report", damaged)
    assert done.returncode == BAD_INPUT
    assert "damaged" in done.stderr


# --- no plan: record and report all the same, exit 3 --------------------------------------------


def test_limits_that_clash_are_recorded_and_reported_with_exit_3(
    tmp_path: Path, world: Path
) -> None:
    text = (
        "question: 保得住吗？\nbased_on: base\nchanges:\n"
        "  allocation.floors: {building: 2100万元, skills: 1000万元,"
        " research: 1500万元, health: 500万元}\n"
    )
    (world / "too-much.yaml").write_text(text, encoding="utf-8")
    done = _budget("run", world / "too-much.yaml", "--draws", 40, "--out", tmp_path / "runs")
    assert done.returncode == NO_PLAN
    written = tmp_path / "runs" / "too-much"
    plan = read_record(written).plan
    assert (plan["status"], plan["transfers"]) == ("infeasible", ())
    (clash,) = plan["clashes"]
    assert clash["short_yuan"] == 1_000_000
    assert (written / "report.zh.pdf").read_bytes().startswith(b"%PDF-")
    assert "100万元" in done.stdout
    assert str(written / "record.json") in done.stdout.splitlines()


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


def test_the_real_paper_runs_and_its_impossible_scenario_is_short_by_exactly_1_3_million(
    tmp_path: Path,
) -> None:
    words = ("run", REAL / "impossible.yaml", REAL / "base.yaml", *FEW)
    done = _budget(*words, "--out", tmp_path)
    assert done.returncode == NO_PLAN
    record = json.loads((tmp_path / "impossible" / "record.json").read_text(encoding="utf-8"))
    (clash,) = record["plan"]["clashes"]
    assert clash["short_yuan"] == 1_300_000
    assert "130万元" in done.stdout
    assert read_record(tmp_path / "base").plan["status"] == "optimal"  # the next one ran
