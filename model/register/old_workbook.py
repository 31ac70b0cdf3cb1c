"""Where an old workbook (.xls) holds error values and percentages, which its reader passes over."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping

from model.register.archive import UnreadableError, percent_of

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
_FORMAT, _STYLE, _NUMBER, _SHORT, _SHORTS = 0x041E, 0x00E0, 0x0203, 0x027E, 0x00BD
_PERCENT_FORMATS = (9, 10)  # built in
_NO_NUMBER = b"\xff\xff"  # at the end of the result of a formula
_LAST_SECTOR = 0xFFFFFFFA  # and above: no sector, but the end of a chain or a free one
_AGAIN = "Open it in Excel and save it again as .xlsx."

Texts = Mapping[tuple[int, int], str]


def passed_over(data: bytes) -> list[Texts]:
    """For each sheet, in the order of the workbook, its error values and percentages, as texts.

    The places are row and column, counted from 0.

    Raises:
        UnreadableError: damaged, protected, or no workbook.
    """
    try:
        stream = _stream(data, ("Workbook", "Book"))
        shares = _percent_styles(stream)
        return [_texts(stream, offset, shares) for offset in _sheets(stream)]
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


def _records(stream: bytes, at: int) -> Iterator[tuple[int, int, int]]:
    """The kind, the place and the length of each record up to the end of a part."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<2H", stream, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 1:  # not what lies in a chart
            yield kind, at + 4, length
        if kind == _END and depth <= 0:
            return
        at += 4 + length
    raise UnreadableError("the workbook is damaged: a sheet breaks off", _AGAIN)


def _sheets(stream: bytes) -> list[int]:
    """Where the worksheets begin; charts and macros are none."""
    found = []
    for kind, at, _ in _records(stream, 0):
        if kind == _SHEET:
            offset, _, what = struct.unpack_from("<I2B", stream, at)
            found += [offset] if what == 0 else []
    return found


def _percent_styles(stream: bytes) -> set[int]:
    """The numbers of the cell styles that show a number in percent."""
    formats, styles = set(_PERCENT_FORMATS), []
    for kind, at, length in _records(stream, 0):
        if kind == _FORMAT and b"%" in stream[at + 2 : at + length]:
            formats.add(struct.unpack_from("<H", stream, at)[0])
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<2H", stream, at)[1])
    return {number for number, style in enumerate(styles) if style in formats}


def _texts(stream: bytes, begin: int, shares: set[int]) -> Texts:
    """The error values and the percentages of the sheet that begins there."""
    found: dict[tuple[int, int], str] = {}
    for kind, at, length in _records(stream, begin):
        if kind in (_CONSTANT, _FORMULA):
            _take_error(stream, kind, at, found)
        if shares and kind in (_NUMBER, _FORMULA, _SHORT, _SHORTS):
            for row, column, style, number in _numbers(stream, kind, at, length):
                if style in shares and (row, column) not in found:
                    found[row, column] = percent_of(number)
    return found


def _take_error(stream: bytes, kind: int, at: int, found: dict[tuple[int, int], str]) -> None:
    row, column, _, value, second, code = struct.unpack_from("<3H3B", stream, at)
    if kind == _CONSTANT and second == 1:
        found[row, column] = ERRORS.get(value, "#ERROR!")
    elif kind == _FORMULA and value == 2 and stream[at + 12 : at + 14] == _NO_NUMBER:
        found[row, column] = ERRORS.get(code, "#ERROR!")


def _numbers(
    stream: bytes, kind: int, at: int, length: int
) -> Iterator[tuple[int, int, int, float]]:
    """The numbers of a record, each with row, column and style."""
    row, column = struct.unpack_from("<2H", stream, at)
    if kind == _SHORTS:
        for place in range((length - 6) // 6):
            style, short = struct.unpack_from("<HI", stream, at + 4 + 6 * place)
            yield row, column + place, style, _unshortened(short)
        return
    style = struct.unpack_from("<H", stream, at + 4)[0]
    if kind == _SHORT:
        yield row, column, style, _unshortened(struct.unpack_from("<I", stream, at + 6)[0])
    elif stream[at + 12 : at + 14] != _NO_NUMBER:
        yield row, column, style, struct.unpack_from("<d", stream, at + 6)[0]


def _unshortened(short: int) -> float:
    """A number of four bytes: a whole one or the upper half of a float, or a hundredth of it."""
    if short & 2:
        number = float((short >> 2) - ((short >> 31) << 30))
    else:
        number = struct.unpack("<d", struct.pack("<Q", (short & ~3) << 32))[0]
    return number / 100 if short & 1 else number
