"""Where an old workbook (.xls) holds error values, which the reader of workbooks passes over."""

from __future__ import annotations

import struct
from collections.abc import Mapping

from model.claims.archive import UnreadableError

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
_BEGIN, _END, _SHEET, _FORMULA, _CONSTANT = 0x0809, 0x000A, 0x0085, 0x0006, 0x0205
_LAST_SECTOR = 0xFFFFFFFA  # and above: no sector, but the end of a chain or a free one
_AGAIN = "Open it in Excel and save it again as .xlsx."

Texts = Mapping[tuple[int, int], str]


def error_values(data: bytes) -> list[Texts]:
    """For each sheet, in the order of the workbook, its error values by row and column from 0.

    Raises:
        UnreadableError: damaged, protected, or no workbook.
    """
    try:
        stream = _stream(data, ("Workbook", "Book"))
        return [_errors(stream, offset) for offset in _sheets(stream)]
    except (struct.error, IndexError, OverflowError) as error:
        raise UnreadableError(f"the workbook is damaged ({error})", _AGAIN) from None


def _stream(data: bytes, names: tuple[str, ...]) -> bytes:
    """A stream of the compound file that the workbook is."""
    size = 1 << struct.unpack_from("<H", data, 30)[0]
    if not 512 <= size <= 4096:
        raise UnreadableError("the workbook is damaged (sector size)", _AGAIN)
    sectors = {"count": -(-len(data) // size) - 1, "size": size}
    table = _table(data, sectors)
    folder = _chain(data, sectors, table, struct.unpack_from("<I", data, 48)[0])
    entries = {}
    for at in range(0, len(folder) - 127, 128):
        length = struct.unpack_from("<H", folder, at + 64)[0]
        name = folder[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace")
        entries[name] = struct.unpack_from("<2I", folder, at + 116)
    if "EncryptedPackage" in entries:
        raise UnreadableError("the workbook is protected by a password", "Save it without one.")
    found = [entries[name] for name in names if name in entries]
    if not found:
        raise UnreadableError("this is no workbook", _AGAIN)
    begin, length = found[0]
    if length < struct.unpack_from("<I", data, 56)[0]:
        return _small_stream(data, sectors, table, entries, (begin, length))
    return _chain(data, sectors, table, begin)[:length]


def _small_stream(
    data: bytes,
    sectors: Mapping[str, int],
    table: list[int],
    entries: Mapping[str, tuple[int, int]],
    place: tuple[int, int],
) -> bytes:
    """A stream below 4 096 bytes: it lies in sectors of 64 bytes inside another stream."""
    begin, length = place
    small = _chain(data, sectors, table, entries["Root Entry"][0] if "Root Entry" in entries else 0)
    packed = _chain(data, sectors, table, struct.unpack_from("<I", data, 60)[0])
    of_small = list(struct.unpack_from(f"<{len(packed) // 4}I", packed))
    parts: list[bytes] = []
    while begin < _LAST_SECTOR and len(parts) <= len(of_small):
        parts.append(small[begin * 64 : begin * 64 + 64])
        begin = of_small[begin]
    return b"".join(parts)[:length]


def _table(data: bytes, sectors: Mapping[str, int]) -> list[int]:
    """The number of the sector that follows each sector."""
    size, each = sectors["size"], sectors["size"] // 4
    places = list(struct.unpack_from("<109I", data, 76))
    following, left = struct.unpack_from("<2I", data, 68)
    for _ in range(min(left, sectors["count"])):
        if following >= _LAST_SECTOR:
            break
        part = struct.unpack_from(f"<{each}I", data, size * (following + 1))
        places += part[:-1]
        following = part[-1]
    table: list[int] = []
    for place in places:
        if place < sectors["count"]:
            sector = data[size * (place + 1) : size * (place + 2)].ljust(size, b"\xff")
            table += struct.unpack(f"<{each}I", sector)
    return table


def _chain(data: bytes, sectors: Mapping[str, int], table: list[int], begin: int) -> bytes:
    """The bytes of a chain of sectors."""
    size = sectors["size"]
    parts: list[bytes] = []
    while begin < _LAST_SECTOR:
        if len(parts) > sectors["count"]:
            raise UnreadableError("the workbook is damaged (a chain without end)", _AGAIN)
        parts.append(data[size * (begin + 1) : size * (begin + 2)])
        begin = table[begin]
    return b"".join(parts)


def _sheets(stream: bytes) -> list[int]:
    """Where the worksheets begin; charts and macros are none."""
    offsets, at = [], 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        if kind == _SHEET:
            offset, _, what = struct.unpack_from("<I2B", stream, at + 4)
            offsets += [offset] if what == 0 else []
        if kind == _END:
            break
        at += 4 + length
    return offsets


def _errors(stream: bytes, at: int) -> Texts:
    """The error values of the sheet that begins there."""
    found: dict[tuple[int, int], str] = {}
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        if kind == _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return found
        elif kind in (_CONSTANT, _FORMULA) and depth == 1:
            row, column, _, value, second, code = struct.unpack_from("<3H3B", stream, at + 4)
            far = stream[at + 16 : at + 18]
            if kind == _CONSTANT and second == 1:
                found[row, column] = ERRORS.get(value, "#ERROR!")
            elif kind == _FORMULA and value == 2 and far == b"\xff\xff":
                found[row, column] = ERRORS.get(code, "#ERROR!")
        at += 4 + length
    raise UnreadableError("the workbook is damaged: a sheet breaks off", _AGAIN)
