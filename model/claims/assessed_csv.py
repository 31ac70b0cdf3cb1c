"""An assessed register as one CSV file: the rows as they were written, with what was found."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from model.claims.assessed_book import day_of, place_of, places_refused
from model.claims.entitlements import Assessment
from model.errors import refuse
from model.neutral import neutral_row
from model.register.refusals_zh import why_refused
from model.register.register import NAMING, WRITTEN, Register

STATUS, PLACE = "status", "place"
ASSESSED_ZH, REFUSED_ZH, ASIDE_ZH = "已核算", "未受理", "不计入"


def write_assessed_csv(register: Register, assessment: Assessment, out: Path) -> None:
    """The register's rows with five more columns: money, reason, status and place.

    First the claims, then the refused rows, then those set aside, each in the order of the file;
    UTF-8 with byte order mark, no cell runs as a formula. Written beside its place and moved
    there when complete.

    Raises:
        InputError: the file cannot be written.
    """
    write_rows(register, WRITTEN, _found(register, assessment), out)


def write_rows(
    register: Register, heads: Sequence[str], found: Iterable[Sequence[str]], out: Path
) -> None:
    """The register's rows with what was found of each, then the refused rows and those set aside.

    Args:
        heads: the columns of what was found, the reason last; the status and the place follow.
        found: the cells of these columns for each claim.

    Raises:
        InputError: the file cannot be written.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8-sig", newline="", errors="surrogatepass") as file:
            writer = csv.writer(file)
            header, rows = _own_columns(register)
            others = [cells for cells, *_ in _others(register)]
            width = max(len(header), *map(len, others)) if others else len(header)
            header = [*header, *[""] * (width - len(header)), *heads, STATUS, PLACE]
            writer.writerow(neutral_row(header))
            for row, told, place in zip(rows, found, register.places, strict=True):
                ending = [*told, ASSESSED_ZH, place_of(register, place)]
                writer.writerow(neutral_row([*_wide(row, width), *ending]))
            for cells, why, status, place in _others(register):
                blank = [""] * (len(heads) - 1)
                row = [*_wide(cells, width), *blank, why, status, place]
                writer.writerow(neutral_row(row))
        part.replace(out)
    except OSError as error:
        raise refuse(str(out), f"cannot be written ({error.strerror})") from None
    finally:
        part.unlink(missing_ok=True)


def _own_columns(register: Register) -> tuple[Sequence[str], Iterable[Sequence[str]]]:
    """The cells as they were written; where they are withheld, who claims what and when."""
    if register.header:
        return register.header, register.rows
    days = ("" if (day := day_of(one)) is None else day.isoformat() for one in register.filed)
    named = (register.claim, register.applicant, register.award, register.product, days)
    return (*NAMING, "product", "filed"), zip(*named, strict=True)


def _wide(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _found(register: Register, assessment: Assessment) -> Iterator[list[str]]:
    columns = (
        assessment.entitlement_yuan.tolist(),
        assessment.city_yuan.tolist(),
        assessment.reason,
    )
    for yuan, city, reason in zip(*columns, strict=True):
        yield [str(yuan), str(city), reason]


def _others(register: Register) -> Iterator[tuple[Sequence[str], str, str, str]]:
    for row in register.refused:
        yield row.cells, why_refused(row), REFUSED_ZH, places_refused(register, row)
    for other in register.set_aside:
        yield other.cells, other.reason_zh, ASIDE_ZH, place_of(register, other.place)
