"""Whether the subtotals and totals in a sheet are the sums of the rows above them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

import numpy as np

from model.money import format_money
from model.policy.awards import Award, CostedAward
from model.policy.exact import FEN, MILLIONTHS, Ints
from model.register import asides
from model.register.cells import clean
from model.register.columns import Parser, read_column
from model.register.parts import PartReader
from model.register.sections import Section

DIFFERS = "{place}：“{total}”与上面各行之和 {right} 不符"


def subtotal_notes(sections: Sequence[Section], awards: Mapping[str, Award]) -> list[str]:
    """A sentence for each total that is neither the sum since the last one nor that of all rows.

    Totals that are blank or no number, and columns with cells that cannot be read, are passed over.
    """
    return [
        DIFFERS.format(place=place, total=total, right=right)
        for section in sections
        if asides.SUBTOTAL in section.aside.values()
        for place, total, right in _wrong(section, awards)
    ]


def _wrong(section: Section, awards: Mapping[str, Award]) -> Iterator[tuple[str, str, str]]:
    """The place, the text and the right sum of each total of a sheet that does not add up."""
    totals = [at for at, why in sorted(section.aside.items()) if why == asides.SUBTOTAL]
    above = np.searchsorted(section.rows, totals).tolist()
    for position, reader, name in _amounts(section, awards):
        parser, money = reader.parser(name, position), reader.award.columns[name].type == "money"
        cells = read_column(section.grid.column(position, section.rows), parser)
        if cells.wrong:
            continue
        sums = [0, *accumulate(cells.values.tolist())]
        since = 0
        for at, row in zip(totals, above, strict=True):
            part, since = sums[row] - sums[since], row
            stated = _stated(section, at, position, parser)
            if stated is not None and stated not in (part, sums[row]):
                text = clean(section.grid.row(at)[position])
                yield section.grid.cell_place(at, position), text, _shown(part, money=money)


def _stated(section: Section, at: int, position: int, parser: Parser) -> int | None:
    """The amount in the row of a total; None where there is none."""
    if section.grid.widths[at] <= position:
        return None
    cells = read_column(section.grid.column(position, np.array([at], np.int64)), parser)
    return int(cells.values[0]) if cells.given[0] and not cells.wrong else None


def _shown(amount: int, *, money: bool) -> str:
    """An amount in fen or millionths as people write it."""
    if money and amount % FEN == 0:
        return format_money(amount // FEN)
    scale = FEN if money else MILLIONTHS
    whole, part = divmod(amount, scale)
    decimals = f".{part:0{len(str(scale)) - 1}}".rstrip("0").rstrip(".")
    return f"{whole:,}{decimals}{'元' if money else ''}"


def _amounts(
    section: Section, awards: Mapping[str, Award]
) -> Iterator[tuple[int, PartReader, str]]:
    """The columns of a sheet that hold amounts: their position, and who reads them."""
    nothing: Ints = np.zeros(0, np.int64)
    seen: set[int] = set()
    for key, award in awards.items():
        if not isinstance(award, CostedAward) or section.award not in (None, key):
            continue
        reader = PartReader(section, key, award, nothing, nothing)
        for name, column in award.columns.items():
            position = reader.position(name) if column.type in ("money", "number") else None
            if position is not None and position not in seen and not name.endswith("rate"):
                seen.add(position)
                yield position, reader, name
