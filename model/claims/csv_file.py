"""A CSV file as rows of untouched cells with their lines; what is no such file is refused."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np

from model.claims.grid import Grid, packed
from model.claims.texts import PADDING, Store, find_bytes
from model.errors import refuse
from model.policy.exact import Bools, Ints

UTF8_REMEDY = "In Excel choose Save As, 'CSV UTF-8 (Comma delimited)'"
READ_AS_GB18030 = "文件不是 UTF-8 编码，已按 GB18030（国标码）读取"
QUOTE, COMMA, NEWLINE, RETURN = (ord(sign) for sign in '",\n\r')


def read_csv(path: Path, data: bytes) -> Grid:
    """The rows of a CSV file in UTF-8, with or without byte order mark, or else in GB18030.

    Empty rows at the end are left out. The separator is the comma.

    Args:
        path: for messages.
        data: what the file holds.

    Raises:
        InputError: no text, not CSV, or empty.
    """
    name = str(path)
    text, notes = _utf8(name, data)
    cut = _cut_fast(text)
    begin, end, first, lines, store = cut if cut else _cut_by_record(name, text.decode())
    size = _without_empty_end(store, begin, end, first)
    if not size:
        raise refuse(name, "the file is empty", "Its first row must name the columns.")
    return Grid(
        name=name,
        is_sheet=False,
        store=store,
        begin=begin,
        end=end,
        first=first[: size + 1],
        lines=lines[:size],
        notes_zh=notes,
    )


def _utf8(name: str, data: bytes) -> tuple[bytes, list[str]]:
    """The text in UTF-8 without byte order mark, and what to tell of it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(name, "the text is UTF-16, not UTF-8", f"{UTF8_REMEDY}.")
    if (at := data.find(b"\0")) >= 0:
        raise refuse(_place(name, data, at), "a NUL byte: this is not a text file")
    data = data.removeprefix(b"\xef\xbb\xbf")
    try:
        data.decode()  # only to be sure that it is UTF-8
        return data, []
    except UnicodeDecodeError as error:
        place = _place(name, data, error.start)
    try:
        return data.decode("gb18030").encode(), [READ_AS_GB18030]
    except UnicodeError:
        raise refuse(place, "the text is not UTF-8", f"{UTF8_REMEDY}.") from None


def _place(name: str, data: bytes, position: int) -> str:
    line = data.count(b"\n", 0, position) + 1
    return f"{name}:{line}"


Cut = tuple[Ints, Ints, Ints, Ints, Store]


def _cut_fast(text: bytes) -> Cut | None:
    """The cells of plain CSV, found in all rows at once; None where each row must be looked at."""
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        return None
    data = text + PADDING
    size = len(text) + (0 if text.endswith(b"\n") or not text else 1)
    signs = np.zeros(256, np.bool_)
    signs[[COMMA, NEWLINE]] = True
    view = np.frombuffer(data, np.uint8)
    end = find_bytes(data, signs, size)
    marks = np.zeros(256, np.bool_)
    marks[QUOTE] = True
    quotes = find_bytes(data, marks, size) if b'"' in text else np.zeros(0, np.int64)
    if len(quotes):
        end = end[np.searchsorted(quotes, end) % 2 == 0]  # a sign inside quotes separates nothing
    last = np.flatnonzero(view[end] == NEWLINE)
    if len(quotes) % 2 or (len(end) and last[-1:].tolist() != [len(end) - 1]):
        return None
    begin = np.concatenate([np.zeros(1, np.int64), end[:-1] + 1])[: len(end)]
    first = np.concatenate([np.zeros(1, np.int64), last + 1])
    lines = _lines(data, end[last], quoted=len(quotes) > 0)
    end[last] -= (view[end[last] - 1] == RETURN) & (end[last] > begin[last])
    if len(quotes):
        unquoted = _unquoted(text, quotes, begin, end)
        if unquoted is None:
            return None
        text = unquoted
    return begin, end, first, lines, Store(text + PADDING)


def _lines(data: bytes, ends: Ints, *, quoted: bool) -> Ints:
    """The line of the file on which each row begins."""
    if not quoted:
        return np.arange(1, len(ends) + 1)
    marks = np.zeros(256, np.bool_)
    marks[NEWLINE] = True
    breaks = find_bytes(data, marks, len(data))
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])[: len(ends)]
    return np.searchsorted(breaks, begins).astype(np.int64) + 1


def _unquoted(text: bytes, quotes: Ints, begin: Ints, end: Ints) -> bytes | None:
    """Moves the ends of quoted cells inwards, in place; the text with doubled quotes made single.

    None where a quote stands where it may not.
    """
    number = np.searchsorted(quotes, end) - np.searchsorted(quotes, begin)
    cells = np.flatnonzero(number)
    view = np.frombuffer(text + PADDING, np.uint8)
    whole = (view[begin[cells]] == QUOTE) & (view[end[cells] - 1] == QUOTE) & (number[cells] >= 2)
    if not whole.all():
        return None
    begin[cells] += 1
    end[cells] -= 1
    added = bytearray(b"\n")
    for cell in cells[number[cells] > 2].tolist():
        inner = text[begin[cell] : end[cell]]
        single = inner.replace(b'""', b"\1")
        if b'"' in single or b"\1" in inner:
            return None
        begin[cell] = len(text) + len(added)
        end[cell] = begin[cell] + len(single)
        added += single.replace(b"\1", b'"') + b"\n"
    return text + bytes(added) if len(added) > 1 else text


def _cut_by_record(name: str, text: str) -> Cut:
    """All rows as the csv module reads them, one after another; what is not CSV is told."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    lines: list[int] = []
    begin = 1
    try:
        for row in reader:
            rows.append(row or [""])
            lines.append(begin)
            begin = reader.line_num + 1
    except csv.Error as error:
        remedy = "Close every quotation mark, and double those inside a cell."
        raise refuse(f"{name}:{begin}", f"not valid CSV: {error}", remedy) from None
    data, starts, ends, first = packed(rows)
    return starts, ends, first, np.array(lines, np.int64), Store(data)


def _without_empty_end(store: Store, begin: Ints, end: Ints, first: Ints) -> int:
    """How many rows there are up to the last one that is not empty."""
    filled: Bools = end > begin
    filled_cells = np.flatnonzero(filled)
    for cell in map(int, reversed(filled_cells)):
        if store.data[begin[cell] : end[cell]].decode().strip():
            return int(np.searchsorted(first, cell, "right"))
    return 0
