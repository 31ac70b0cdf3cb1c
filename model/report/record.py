"""The record of a run: written whole or not at all, and read back checked and frozen."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt

from model.errors import InputError, refuse
from model.report.cells import write_table
from model.report.record_fields import RECORD_VERSION, record_problems
from model.report.result_folder import refuse_others, replace_folder

Entry = Mapping[str, Any]
_FILE = "record.json"
_DRAWS = "draws.npz"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What a finished run found: money in whole yuan, chances from 0 to 1, nothing can be changed.

    Every group is a read-only mapping and every list a tuple, to any depth.
    """

    manifest: Entry
    totals: Entry
    lines: tuple[Entry, ...]
    domains: tuple[Entry, ...]
    funds: tuple[Entry, ...]
    overlap: Entry
    accounts: tuple[Entry, ...]
    awards: tuple[Entry, ...]
    readings: tuple[Entry, ...]
    levers: tuple[Entry, ...]
    promised_ratios: tuple[Entry, ...]
    assumptions: tuple[Entry, ...]
    figures: tuple[Entry, ...]
    factors: tuple[Entry, ...]
    calendars: tuple[Entry, ...]
    spreads: tuple[Entry, ...]
    plan: Entry
    chances: tuple[Entry, ...]
    value_curves: tuple[Entry, ...]
    step_prices: tuple[Entry, ...]
    options: Entry | None
    knowing: Entry | None
    robust: Entry | None
    reconciliation: tuple[Entry, ...]


def freeze_record(data: Entry, place: str = _FILE) -> Record:
    """The record that `data` describes, checked.

    Raises:
        InputError: every field that is missing or of the wrong kind, at once.
    """
    if problems := record_problems(data, place):
        raise InputError(problems)
    return Record(**{field.name: _frozen(data[field.name]) for field in fields(Record)})


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({key: _frozen(inner) for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_frozen(inner) for inner in value)
    return value


def write_record(
    folder: str | Path,
    record: Entry,
    tables: Mapping[str, Any],
    draws: Mapping[str, npt.ArrayLike],
) -> Path:
    """The folder now holds record.json, tables/*.csv and draws.npz, all of this run.

    Everything is written beside the folder first and moved into place in one step: an
    interruption leaves the record of the run before. Equal contents give equal bytes.

    Args:
        folder: where the record belongs; an older record there is replaced.
        record: the groups and lists of `Record`, in the order in which they should be printed.
        tables: by name, a DataFrame or a list of mappings; becomes ``tables/<name>.csv``.
        draws: by name, an array without objects.

    Raises:
        InputError: the record is incomplete, or `folder` holds something that is no record.
    """
    target = Path(folder)
    freeze_record(record)
    refuse_foreign(target)
    replace_folder(target, lambda part: _fill(part, record, tables, draws))
    return target


def _fill(
    folder: Path, record: Entry, tables: Mapping[str, Any], draws: Mapping[str, npt.ArrayLike]
) -> None:
    (folder / "tables").mkdir()
    (folder / _FILE).write_text(_json_text(record), encoding="utf-8", newline="\n")
    for name, table in tables.items():
        write_table(folder / "tables" / f"{name}.csv", table)
    _write_arrays(folder / _DRAWS, draws)


def refuse_foreign(target: Path) -> None:
    """Only a record, an empty folder or nothing at all may be replaced."""
    refuse_others(target, _FILE, "a record of a run")


def _json_text(record: Entry) -> str:
    whole = {"record_version": RECORD_VERSION, **record}
    return json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _write_arrays(path: Path, arrays: Mapping[str, npt.ArrayLike]) -> None:
    """An .npz without clock or order of its own: the zip entries carry one fixed date."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, array in arrays.items():
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as stream:
                np.lib.format.write_array(stream, np.asarray(array), allow_pickle=False)


def read_record(folder: str | Path) -> Record:
    """The record in a folder, checked and frozen.

    Raises:
        InputError: no record there, damaged, incomplete, or written by a newer version.
    """
    path = Path(folder) / _FILE
    try:
        data = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_constant)
    except (FileNotFoundError, NotADirectoryError):
        raise refuse(str(path), "there is no such file", _where_records_are(Path(folder))) from None
    except (ValueError, OSError) as error:
        raise refuse(
            str(path), f"damaged ({error})", "Run the scenario again to write it anew."
        ) from None
    _check_version(data, str(path))
    return freeze_record(data, str(path))


def _no_constant(word: str) -> float:
    raise ValueError(f"{word} is not a number")


def _check_version(data: Any, place: str) -> None:
    version = data.get("record_version") if isinstance(data, dict) else None
    if type(version) is not int or version < 1:
        fact, remedy = "has no record_version", "Run the scenario again to write it anew."
    elif version > RECORD_VERSION:
        fact = f"has record_version {version}, this product reads up to {RECORD_VERSION}"
        remedy = "Read it with the version that wrote it (manifest, product_version), or newer."
    else:
        return
    raise refuse(place, fact, remedy)


def _where_records_are(folder: Path) -> str:
    """The records one level below, for a reader who named the folder above them."""
    below: Iterable[Path] = sorted(folder.glob(f"*/{_FILE}")) if folder.is_dir() else ()
    names = ", ".join(path.parent.name for path in below)
    if names:
        return f"It holds records of these scenarios: {names}."
    return "Name the folder that a run wrote; it holds record.json."


def read_draws(folder: str | Path) -> Mapping[str, npt.NDArray[Any]]:
    """The joint draws of a record, by name, read-only.

    Raises:
        InputError: missing or damaged.
    """
    path = Path(folder) / _DRAWS
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise refuse(
            str(path), f"missing or damaged ({error})", "Run the scenario again to write it anew."
        ) from None
    for array in arrays.values():
        array.setflags(write=False)
    return MappingProxyType(arrays)
