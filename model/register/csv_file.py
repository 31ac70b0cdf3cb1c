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

from model.errors import refuse
from model.policy.exact import Ints
from model.register.grid import Cuts, Grid, packed
from model.register.store import (
    LINE_FEED,
    PADDING,
    QUOTE,
    RETURN,
    Bytes,
    Store,
    find_bytes,
    in_parts,
    padded,
    rare_bytes,
)

UTF8_REMEDY = "In Excel choose Save As, 'CSV UTF-8 (Comma delimited)'"
READ_AS_GB18030 = "文件不是 UTF-8 编码，已按 GB18030（国标码）读取"
COMMA = ord(",")

# The first bytes of characters of other than one and three bytes, or of which some are none.
_OF_OTHER_SIZE = np.zeros(256, np.bool_)
_OF_OTHER_SIZE[[*range(0xC0, 0xE1), 0xED, *range(0xF0, 0x100)]] = True


def read_csv(path: Path, data: Bytes) -> Grid:
    """The rows of a CSV file in UTF-8, with or without byte order mark, or else in GB18030.

    Empty rows at the end are left out. The separator is the comma.

    Args:
        path: for messages.
        data: what the file holds, padded.

    Raises:
        InputError: no text, not CSV, or empty.
    """
    name = str(path)
    text, rare, notes = _utf8(name, data)
    cuts, first, lines = _cut_fast(text, rare) or _cut_by_record(name, text)
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


def _utf8(name: str, data: Bytes) -> tuple[Bytes, Ints, list[str]]:
    """The text in UTF-8 without byte order mark, padded; its rare bytes; and what to tell of it."""
    start = data[:3].tobytes()
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refuse(name, "the text is UTF-16, not UTF-8", f"{UTF8_REMEDY}.")
    if start == b"\xef\xbb\xbf":
        data = data[3:]
    rare = rare_bytes(data)
    if len(nul := rare[data[rare] == 0]):
        raise refuse(_place(name, data, int(nul[0])), "a NUL byte: this is not a text file")
    if is_utf8(data, rare):
        return data, rare, []
    text = data[: -len(PADDING)].tobytes()
    try:
        data = padded(text.decode("gb18030").encode())
        return data, rare_bytes(data), [READ_AS_GB18030]
    except UnicodeError:
        place = _place(name, data, _first_wrong(text))
        raise refuse(place, "the text is not UTF-8", f"{UTF8_REMEDY}.") from None


def is_utf8(data: Bytes, rare: Ints) -> bool:
    """Whether the bytes are UTF-8; quickest where each character has one byte or three."""
    if _OF_OTHER_SIZE[data[rare]].any():
        return _decodes(data)
    more = 0  # bytes that belong to characters begun before
    for begin, part in in_parts(data):
        inside = data[begin : begin + len(part) + 2].view(np.int8) < -0x40  # 0x80 to 0xBF
        leads = part >= 0xC0
        number = np.count_nonzero(leads)
        more += int(2 * number - np.count_nonzero(inside[:-2]))
        if np.count_nonzero(leads & inside[1:-1] & inside[2:]) < number:
            return False
    return more == 0


def _decodes(data: Bytes) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for _, part in in_parts(data):  # in parts, since the result is not kept
            decoder.decode(part.data)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _first_wrong(data: bytes) -> int:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return 0


def _place(name: str, data: Bytes, position: int) -> str:
    line = int(np.count_nonzero(data[:position] == LINE_FEED)) + 1
    return f"{name}:{line}"


Cut = tuple[Cuts, Ints, Ints]


def _cut_fast(data: Bytes, rare: Ints) -> Cut | None:
    """The cells of plain CSV, found in all rows at once; None where each row must be looked at."""
    returns, quotes = (rare[data[rare] == sign] for sign in (RETURN, QUOTE))
    if (data[returns + 1] != LINE_FEED).any() or len(quotes) % 2:
        return None
    ends, breaks = _signs(data, quoted=len(quotes) > 0)
    last = _last(data, ends, breaks)
    first = np.concatenate([np.zeros(1, np.int64), last + 1])
    cuts = Cuts(store=Store(data, rare), ends=ends, returns=len(returns) > 0, sign=",")
    if len(quotes):
        unquoted = _unquoted(data, quotes, cuts)
        if unquoted is None:
            return None
        cuts = unquoted
    return cuts, first, _lines(data, ends[last].astype(np.int64), quoted=len(quotes) > 0)


def _signs(data: Bytes, *, quoted: bool) -> tuple[npt.NDArray[Any], int]:
    """The positions of all commas and line feeds, and how many are line feeds.

    A sign inside quotes is none of them: it separates nothing. The line feed of the padding is one
    where it ends the last line.
    """
    size = len(data) - len(PADDING)
    # Room for a file of nothing but signs: memory that is not written to is not used.
    ends = np.empty(size + 1, np.int32 if size < 1 << 31 else np.int64)
    number = breaks = 0
    inside = np.False_
    for begin, part in in_parts(data):
        feeds, commas = part == LINE_FEED, part == COMMA
        if quoted:
            within = np.logical_xor.accumulate(part == QUOTE) ^ inside
            inside = within[-1]
            feeds, commas = feeds & ~within, commas & ~within
        breaks += int(np.count_nonzero(feeds))
        found = np.flatnonzero(feeds | commas)
        own = ends[number : number + len(found)]
        own[:] = found
        np.add(own, begin, out=own)
        number += len(found)
    if size and data[size - 1] != LINE_FEED:
        ends[number] = size
        number, breaks = number + 1, breaks + 1
    return ends[:number], breaks


def _last(data: Bytes, ends: npt.NDArray[Any], breaks: int) -> Ints:
    """Which signs are line feeds; `breaks` says how many."""
    if breaks and len(ends) % breaks == 0:  # as it must be if all rows are of one width
        last = np.arange(len(ends) // breaks - 1, len(ends), len(ends) // breaks)
        if (data[ends[last]] == LINE_FEED).all():
            return last
    found = [np.zeros(0, np.int64)]
    for begin in range(0, len(ends), 1 << 16):
        signs = data[ends[begin : begin + (1 << 16)]]
        found.append(np.flatnonzero(signs == LINE_FEED) + begin)
    return np.concatenate(found)


def _lines(data: Bytes, ends: Ints, *, quoted: bool) -> Ints:
    """The line of the file on which each row begins."""
    if not quoted:
        return np.arange(1, len(ends) + 1)
    breaks = find_bytes(data, lambda part: part == LINE_FEED)
    begins = np.concatenate([np.zeros(1, np.int64), ends[:-1] + 1])[: len(ends)]
    return np.searchsorted(breaks, begins).astype(np.int64) + 1


def _unquoted(data: Bytes, quotes: Ints, cuts: Cuts) -> Cuts | None:
    """The cells in quotes without them, doubled quotes made single.

    None where a quote stands where it may not.
    """
    cells = np.unique(np.searchsorted(cuts.ends, quotes))
    texts = cuts.texts(cells)
    begin, end = texts.begin + 1, texts.end - 1
    number = np.searchsorted(quotes, texts.end) - np.searchsorted(quotes, texts.begin)
    if not ((data[begin - 1] == QUOTE) & (data[end] == QUOTE) & (number >= 2)).all():
        return None
    text = data[: -len(PADDING)].tobytes()
    added = bytearray(b"\n")
    for at in np.flatnonzero(number > 2).tolist():
        inner = text[begin[at] : end[at]]
        single = inner.replace(b'""', b"\1")
        if b'"' in single or b"\1" in inner:
            return None
        begin[at] = len(text) + len(added)
        end[at] = begin[at] + len(single)
        added += single.replace(b"\1", b'"') + b"\n"
    store = Store(padded(text + added)) if len(added) > 1 else cuts.store
    return replace(cuts, store=store, moved=(cells, begin, end))


def _cut_by_record(name: str, data: Bytes) -> Cut:
    """All rows as the csv module reads them, one after another; what is not CSV is told."""
    text = data[: -len(PADDING)].tobytes().decode()
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
