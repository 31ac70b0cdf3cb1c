"""Error values of an old workbook are found wherever the compound file keeps its stream."""

from __future__ import annotations

import struct

import pytest

from model.register.archive import UnreadableError
from model.register.old_workbook import MAGIC, passed_over

END, FREE, TABLE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<2H", kind, len(data)) + data


def stream() -> bytes:
    """A workbook of a sheet with a constant error in B3 and a failed formula in C4, and a chart."""
    first, end = record(0x0809, bytes(16)), record(0x000A)
    constant = record(0x0205, struct.pack("<3H2B", 2, 1, 0, 0x17, 1))
    failed = struct.pack("<3H", 3, 2, 0) + bytes([2, 0, 0x07, 0, 0, 0, 0xFF, 0xFF]) + bytes(8)
    text = struct.pack("<3H", 4, 0, 0) + bytes([0, 0, 0, 0, 0, 0, 0xFF, 0xFF]) + bytes(8)
    # Style 1 is in percent: 0.25 as a float, 7 hundredths, minus one hundredth, and 3 in style 0.
    short = record(0x027E, struct.pack("<3HI", 5, 0, 1, 0x3FD00000))
    pairs = [(1, 7 << 2 | 3), (1, (-1 & 0x3FFFFFFF) << 2 | 3), (0, 3 << 2 | 2)]
    cells = b"".join(struct.pack("<HI", style, number) for style, number in pairs)
    many = record(0x00BD, struct.pack("<2H", 6, 2) + cells + struct.pack("<H", 4))
    plain = record(0x0203, struct.pack("<3Hd", 7, 0, 1, 0.015))
    shares = short + many + plain
    chart = first + record(0x0205, struct.pack("<3H2B", 9, 9, 0, 0x17, 1)) + end
    sheet = first + constant + record(0x0006, failed) + record(0x0006, text) + shares + chart + end
    names = [struct.pack("<I2B", 0, 0, kind) + b"\x01\x00S" for kind in (0, 2)]
    styles = record(0x041E, struct.pack("<H", 164) + b"\x04\x00\x000.0%")
    styles += record(0x00E0, struct.pack("<2H", 0, 0)) + record(0x00E0, struct.pack("<2H", 0, 164))
    size = len(first) + len(styles) + sum(len(record(0x0085, name)) for name in names) + len(end)
    names[0] = struct.pack("<I", size) + names[0][4:]
    return first + styles + b"".join(record(0x0085, name) for name in names) + end + sheet


def entry(name: str, begin: int, size: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return text.ljust(64, b"\0") + struct.pack("<H50x2I4x", len(text), begin, size)


def compound(*, small: bool, name: str = "Workbook") -> bytes:
    """A compound file with the stream in sectors of its own, or among the small ones."""
    data = stream() if small else stream().ljust(4096, b"\0")
    table = [TABLE, END, END]  # the table itself, the folder, the table of small sectors
    table += [at + 1 for at in range(3, 2 + -(-len(data) // 512))] + [END]
    n_small = -(-len(data) // 64)
    small_table = [*range(1, n_small), END] if small else []
    head = MAGIC + bytes(16) + struct.pack("<2H", 0x3E, 3) + struct.pack("<3H", 0xFFFE, 9, 6)
    head = head.ljust(44, b"\0") + struct.pack("<2I4x2I", 1, 1, 4096, 2) + struct.pack("<I", 1)
    head += struct.pack("<2I", END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    root = entry("Root Entry", 3 if small else END, n_small * 64 if small else 0)
    folder = root + entry(name, 0 if small else 3, len(data))

    def sector(numbers: list[int]) -> bytes:
        return struct.pack(f"<{len(numbers)}I", *numbers).ljust(512, b"\xff")

    parts = [sector(table), folder.ljust(512, b"\0"), sector(small_table)]
    return head + b"".join(parts) + data.ljust(-(-len(data) // 512) * 512, b"\0")


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("name", ["Workbook", "Book"])
def test_passed_over_are_found_by_sheet_row_and_column(small, name):
    assert passed_over(compound(small=small, name=name)) == [
        {
            (2, 1): "#REF!",
            (3, 2): "#DIV/0!",
            (5, 0): "25%",
            (6, 2): "7%",
            (6, 3): "-1%",
            (7, 0): "1.5%",
        }
    ]


@pytest.mark.parametrize(
    ("data", "fact"),
    [
        (MAGIC, "the workbook is damaged"),
        (MAGIC + bytes(600), "the workbook is damaged (sector size)"),
        (compound(small=False, name="Document"), "this is no workbook"),
        (compound(small=False, name="EncryptedPackage"), "the workbook is protected by a password"),
        (compound(small=False).replace(record(0x000A), record(0x0001)),
         "the workbook is damaged: a sheet breaks off"),
        (compound(small=False).replace(struct.pack("<2I", 4, 5), struct.pack("<2I", 4, 3)),
         "the workbook is damaged (a chain without end)"),
    ],
    ids=["cut", "sectors", "other", "password", "sheet", "chain"],
)  # fmt: skip
def test_what_is_no_sound_workbook_is_told(data, fact):
    with pytest.raises(UnreadableError) as caught:
        passed_over(data)
    assert caught.value.args[0].startswith(fact)
