"""A folder of results: written whole or not at all, and never over something else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from model.errors import refuse


def replace_folder(target: Path, fill: Callable[[Path], None]) -> None:
    """The folder now holds what `fill` wrote into an empty one, and nothing else.

    All is written beside the folder first and moved into place in one step: an interruption leaves
    what was there before.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    try:
        part.mkdir()
        fill(part)
        _swap(part, target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


def _swap(part: Path, target: Path) -> None:
    """`part` becomes `target`; what was there before is deleted last, or put back."""
    if not target.exists():
        part.rename(target)
        return
    before = target.with_name(f".{target.name}.{os.getpid()}.before")
    shutil.rmtree(before, ignore_errors=True)
    target.rename(before)
    try:
        part.rename(target)
    except BaseException:
        before.rename(target)
        raise
    shutil.rmtree(before)


def refuse_others(target: Path, own_file: str, what: str) -> None:
    """Only results of the same kind, an empty folder or nothing at all may be replaced.

    Args:
        own_file: the file by which results of this kind are known.
        what: what they are called, for example ``a record of a run``.

    Raises:
        InputError: the folder holds something else, or would lie in what is no folder.
    """
    above = next(parent for parent in target.absolute().parents if parent.exists())
    if not above.is_dir():
        remedy = "Choose another folder, or move it away first."
        raise refuse(str(above), "is already there and is a file", remedy)
    if not target.exists():
        return
    if not target.is_dir() or (any(target.iterdir()) and not (target / own_file).is_file()):
        raise refuse(
            target.name,
            f"is already there and is not {what}",
            "Choose another folder, or move it away first.",
        )
