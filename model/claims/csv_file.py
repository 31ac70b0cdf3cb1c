"""A CSV file as rows of untouched cells with their lines; what is no such file is refused."""

from __future__ import annotations

import codecs
import csv
import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from model.claims.grid import Cuts, Grid, packed
from model.claims.texts import PADDING, Store, find_bytes
from model.errors import refuse
from model.policy.exact import Ints

UTF8_REMEDY = "In Excel choose Save As, 'CSV UTF-8 (Comma delimited)'"
READ_AS_GB18030 = "文件不是 UTF-8 编码，已按 GB18030（国标码）读取"
_AT_ONCE = 1 << 18  # bytes that the processor can keep at hand
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
    cuts, first, lines = _cut_fast(text) or _cut_by_record(name, text)
    size = _without_empty_end(cuts, first)
    if not size:
        raise refuse(name, "the file is empty", "Its first row must name the columns.")
    return Grid(
        name=name,
        is_sheet=False,
        cuts=cuts,
        first=first[: size + 1],
        lines=lines[:size],
        notes_zh=notes,
    )


def _utf8(name: str, data: bytes) -> tuple[bytes, list[str]]:
    """The text in UTF-8 without byte order mark, padded; and what to tell of it."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(name, "the text is UTF-16, not UTF-8", f"{UTF8_REMEDY}.")
    if (at := data.find(b"\0")) >= 0:
        raise refuse(_place(name, data, at), "a NUL byte: this is not a text file")
    data = data.removeprefix(b"\xef\xbb\xbf")
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        for begin in range(0, len(data) + 1, 1 << 20):  # in parts, since the result is not kept
            decoder.decode(view[begin : begin + (1 << 20)], final=begin + (1 << 20) > len(data))
        return data + PADDING, []
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("gb18030").encode() + PADDING, [READ_AS_GB18030]
    except UnicodeError:
        place = _place(name, data, _first_wrong(data))
        raise refuse(place, "the text is not UTF-8", f"{UTF8_REMEDY}.") from None


def _first_wrong(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _place(name: str, data: bytes, position: int) -> str:
    line = data.count(b"\n", 0, position) + 1
    return f"{name}:{line}"


Cut = tuple[Cuts, Ints, Ints]


def _cut_fast(data: bytes) -> Cut | None:
    """The cells of plain CSV, found in all rows at once; None where each row must be looked at."""
    returns = b"\r" in data
    if returns and data.count(b"\r") != data.count(b"\r\n"):
        return None
    size = len(data) - len(PADDING)
    ends, last = _signs(data)
    quotes = find_bytes(data, lambda part: part == QUOTE) if b'"' in data else np.zeros(0, np.int64)
    if len(quotes) % 2:
        return None
    if len(quotes):  # a sign inside quotes separates nothing
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
        last = np.flatnonzero(np.frombuffer(data, np.uint8)[ends] == NEWLINE)
    if size and not data.endswith(b"\n" + PADDING):
        ends = np.append(ends, ends.dtype.type(size))  # the line feed of the padding
        last = np.append(last, len(ends) - 1)
    first = np.concatenate([np.zeros(1, np.int64), last + 1])
    cuts = Cuts(store=Store(data), ends=ends, returns=returns, sign=",")
    if len(quotes):
        unquoted = _unquoted(data, quotes, cuts)
        if unquoted is None:
            return None
        cuts = unquoted
    return cuts, first, _lines(data, ends[last].astype(np.int64), quoted=len(quotes) > 0)


def _signs(data: bytes) -> tuple[npt.NDArray[Any], Ints]:
    """The positions of all commas and line feeds, and which of them are line feeds."""
    view = np.frombuffer(data, np.uint8, len(data) - len(PADDING))
    kind = np.int32 if len(data) < 1 << 31 else np.int64
    parts = [view[begin : begin + _AT_ONCE] for begin in range(0, len(view), _AT_ONCE)]
    number = sum(np.count_nonzero((part == COMMA) | (part == NEWLINE)) for part in parts)
    ends = np.empty(number, kind)
    last, before = [np.zeros(0, np.int64)], 0
    for begin, part in zip(range(0, len(view), _AT_ONCE), parts, strict=True):
        breaks = part == NEWLINE
        found = np.flatnonzero(breaks | (part == COMMA))
        last.append(np.searchsorted(found, np.flatnonzero(breaks)) + before)
        np.add(found, begin, out=ends[before : before + len(found)], casting="unsafe")
        before += len(found)
    return ends, np.concatenate(last)


def _lines(data: bytes, ends: Ints, *, quoted: bool) -> Ints:
    """The line of the file on which each row begins."""
    if not quoted:
        return np.arange(1, len(ends) + 1)
    breaks = find_bytes(data, lambda part: part == NEWLINE)
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])[: len(ends)]
    return np.searchsorted(breaks, begins).astype(np.int64) + 1


def _unquoted(data: bytes, quotes: Ints, cuts: Cuts) -> Cuts | None:
    """The cells in quotes without them, doubled quotes made single.

    None where a quote stands where it may not.
    """
    cells = np.unique(np.searchsorted(cuts.ends, quotes))
    texts = cuts.texts(cells)
    begin, end = texts.begin + 1, texts.end - 1
    number = np.searchsorted(quotes, texts.end) - np.searchsorted(quotes, texts.begin)
    view = texts.store.bytes
    if not ((view[begin - 1] == QUOTE) & (view[end] == QUOTE) & (number >= 2)).all():
        return None
    text = data[: -len(PADDING)]
    added = bytearray(b"\n")
    for at in np.flatnonzero(number > 2).tolist():
        inner = data[begin[at] : end[at]]
        single = inner.replace(b'""', b"\1")
        if b'"' in single or b"\1" in inner:
            return None
        begin[at] = len(text) + len(added)
        end[at] = begin[at] + len(single)
        added += single.replace(b"\1", b'"') + b"\n"
    store = Store(text + bytes(added) + PADDING) if len(added) > 1 else cuts.store
    return replace(cuts, store=store, moved=(cells, begin, end))


def _cut_by_record(name: str, data: bytes) -> Cut:
    """All rows as the csv module reads them, one after another; what is not CSV is told."""
    text = data[: -len(PADDING)].decode()
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
    return *packed(rows), np.array(lines, np.int64)


def _without_empty_end(cuts: Cuts, first: Ints) -> int:
    """How many rows there are up to the last one that is not empty."""
    size = len(first) - 1
    while size and not any(map(str.strip, cuts.texts(np.arange(first[size - 1], first[size])))):
        size -= 1
    return size
