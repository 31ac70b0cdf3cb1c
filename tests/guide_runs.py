"""What a guide shows, taken apart: its blocks, its tables, and what its commands print."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MOST_LINES = 14  # a longer output is shown by its beginning and its last line


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def fences(text: str, kind: str) -> list[str]:
    """The contents of the fenced blocks of one kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def rows_under(text: str, heading: str) -> list[list[str]]:
    """The cells of every row of the first table below a line of the text, without its head."""
    table = re.search(r"(?:^\|.*\n)+", text[text.index(heading) :], re.MULTILINE)
    assert table is not None, f"no table below '{heading}'"
    lines = table.group().splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def code_cell(cell: str) -> str:
    return cell.strip("`")


def commands(text: str) -> list[str]:
    """The commands of a guide that are run: those of `make` are not."""
    lines = [line for block in fences(text, "sh") for line in block.splitlines()]
    return [line for line in lines if not line.startswith("make ")]


def write_files(folder: Path, text: str) -> list[Path]:
    """The files that the reader is asked to write: YAML blocks that open with their path."""
    written = []
    for block in fences(text, "yaml"):
        if path := re.match(r"# (scenarios/\S+\.yaml)\n", block):
            written.append(folder / path[1])
            written[-1].parent.mkdir(parents=True, exist_ok=True)
            written[-1].write_text(block, encoding="utf-8")
    return written


def run_in(folder: Path, command: str, *, refused: bool = False) -> list[str]:
    """The lines that a command of a guide prints, run in a folder of its own.

    Args:
        refused: whether the guide shows that bad input is refused; what is told is then the output.
    """
    program, *words = command.split()
    assert program == ".venv/bin/budget", command
    python = [sys.executable, "-W", "error", "-c", "from model.cli import main; main()"]
    done = subprocess.run([*python, *words], cwd=folder, capture_output=True, check=False)
    assert done.returncode == (2 if refused else 0), f"{command}\n{done.stderr.decode()}"
    printed = done.stderr if refused else done.stdout
    return [line.rstrip() for line in printed.decode().splitlines()]


def shortened(lines: list[str]) -> list[str]:
    return lines if len(lines) <= MOST_LINES else [*lines[:8], "…", lines[-1]]


def with_outputs(text: str, folder: Path, known: dict[str, list[str]] | None = None) -> str:
    """The guide with every block of output as the last command above it prints it now.

    A block of kind ``text`` is an output, one of kind ``text refused`` what is told of bad input.

    Args:
        known: by command, outputs of the same folder; those of this guide are added.
    """
    known = {} if known is None else known
    parts = re.split(r"(^```(?:sh|text|text refused)\n.*?^```$)", text, flags=re.M | re.S)
    for place, part in enumerate(parts):
        if not part.startswith("```sh\n") or not commands(part):
            continue
        below = parts[place + 2] if place + 2 < len(parts) else ""
        kind = below.partition("\n")[0]
        *before, last = commands(part)
        for command in [*before, last]:
            if command not in known:
                refused = command == last and kind == "```text refused"
                known[command] = run_in(folder, command, refused=refused)
        if kind.startswith("```text"):
            parts[place + 2] = "\n".join([kind, *shortened(known[last]), "```"])
    return "".join(parts)
