"""A real spreadsheet program, where there is one: it calculates workbooks anew and saves them."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

# What a formula comes to is never taken from the file, so that a wrong value in it is found out.
_ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode"
 oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
# Every sheet as a CSV file of its own in UTF-8, cells as they are shown.
ALL_SHEETS = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1"


def convert(program: str, paths: Sequence[Path], kind: str, out: Path) -> list[Path]:
    """The workbooks as the program saves them, in the folder `out`, every formula calculated.

    Args:
        out: a new folder within the temporary folder of a test.
        kind: the ending, with a filter behind a colon where the ending alone does not tell.
    """
    profile = out.parent.parent / "spreadsheet-profile"  # one for all tests of a process
    settings = profile / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True)
        settings.write_text(_ALWAYS, encoding="utf-8")
    words = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless"]
    words += ["--convert-to", kind, "--outdir", str(out), *map(str, paths)]
    subprocess.run(words, check=True, capture_output=True, timeout=180)
    ending = kind.split(":")[0]
    found = [out / f"{path.stem}.{ending}" for path in paths]
    assert kind == ALL_SHEETS or all(path.exists() for path in found), found
    return found


def sheets_of(path: Path) -> dict[str, list[list[Any]]]:
    """Every value of every sheet; empty rows and columns at the ends do not count."""
    book = CalamineWorkbook.from_path(str(path))
    return {name: trimmed(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names}


def trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """The rows without what is empty behind or below."""
    found = []
    for row in rows:
        filled = [place for place, cell in enumerate(row) if cell not in ("", None)]
        found.append(row[: filled[-1] + 1] if filled else [])
    while found and not found[-1]:
        found.pop()
    return found
