"""What must be known of a workbook's archive before it is read: its size, its damage, its errors.

The reader of workbooks passes over error values, over formulas without a result, over the sign of
a percentage and over the rest of a sheet that breaks off. They are looked for here, so that nothing
is lost.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from xml.parsers import expat

from model.register.sheet_process import text_of

MOST_BYTES = 512 << 20
MOST_RATIO = 400
SAFE_BYTES = 16 << 20

_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s[^>]*>")
_ERROR = re.compile(rb"""\bt\s*=\s*["']e["']""")
_CELL_AT = re.compile(rb"""\br\s*=\s*["']([A-Z]{1,3})([0-9]{1,7})["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v>([^<]*)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_NO_RESULT = re.compile(
    rb"<(?:\w+:)?f(?:\s[^>]*)?(?:/>|>([^<]*)</(?:\w+:)?f>)"
    rb"\s*(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_FORMAT = re.compile(rb"<(?:\w+:)?numFmt\s[^>]*>")
_STYLES = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_STYLE = re.compile(rb"<(?:\w+:)?xf\b[^>]*>")
_NO_NUMBER = re.compile(rb"""\bt\s*=\s*["'](?!n["'])""")
_DECIMAL = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,2})?")
_TEXT_CELL = re.compile(rb"""\bt\s*=\s*["'](?:str|inlineStr|s)["']""")

Texts = Mapping[tuple[int, int], str]


class UnreadableError(Exception):
    """Why a file is no workbook that can be read; the argument is the fact, then the remedy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What the reader of workbooks would pass over.

    Attributes:
        errors: by sheet, the error values, the formulas without result and the percentages, as
            texts by row and column counted from 0.
        n_rows: how many rows the sheets have together.
    """

    errors: Mapping[str, Texts]
    n_rows: int


def parts_of(data: bytes) -> dict[str, zipfile.ZipInfo]:
    """The parts of an .xlsx file, by the directory of the archive.

    Raises:
        UnreadableError: no workbook, or too large when unpacked.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, struct.error) as error:
        raise UnreadableError(f"the workbook is damaged ({error})", _AGAIN) from None
    _check_size(parts)
    names = {part.filename: part for part in parts}
    if "xl/workbook.xml" not in names:
        raise UnreadableError("this zip file is no .xlsx workbook", "Save it as .xlsx.")
    return names


def look_into(data: bytes, names: Mapping[str, zipfile.ZipInfo]) -> Findings:
    """Looks at every part of an .xlsx file.

    Raises:
        UnreadableError: damaged, not the size it states, or with a document type.
    """
    sheets = _sheet_parts(
        {
            name: _unpacked(data, part)
            for name, part in names.items()
            if name in ("xl/workbook.xml", "xl/_rels/workbook.xml.rels")
        }
    )
    errors: dict[str, Texts] = {}
    n_rows = 0
    styles = names.get("xl/styles.xml")
    shares = _percent_styles(_unpacked(data, styles)) if styles else []
    for name, part in names.items():
        if not name.startswith("xl/") or not name.endswith((".xml", ".rels")):
            continue
        text = _unpacked(data, part)
        _check_xml(name, text)
        if name in sheets:
            n_rows += text.count(b"<row ")
            errors[sheets[name]] = {**_percentages(text, shares), **_passed_over(text)}
    return Findings(errors=errors, n_rows=n_rows)


_AGAIN = "Open it in Excel and save it again as .xlsx."


def _check_size(parts: list[zipfile.ZipInfo]) -> None:
    """Refuses what would fill the memory, by the sizes that the directory of the archive states."""
    total = sum(part.file_size for part in parts)
    if total > MOST_BYTES or len(parts) > 10_000:
        fact = f"unpacked, the workbook would take {total:,} bytes in {len(parts):,} parts"
        remedy = f"At most {MOST_BYTES:,} bytes are read. Split it, or save it as CSV UTF-8."
        raise UnreadableError(fact, remedy)
    for part in parts:
        if part.file_size > max(SAFE_BYTES, MOST_RATIO * part.compress_size):
            fact = f"its part '{part.filename}' unpacks to {part.file_size:,} bytes"
            raise UnreadableError(f"{fact}, far more than a register would", _AGAIN)


def _unpacked(data: bytes, part: zipfile.ZipInfo) -> bytes:
    """The bytes of a part; never more than its stated size, which must be its true one."""
    at = part.header_offset
    name, extra = struct.unpack("<26x2H", data[at : at + 30].ljust(30, b"\0"))
    packed = data[at + 30 + name + extra : at + 30 + name + extra + part.compress_size]
    if part.flag_bits & 1:
        raise UnreadableError("the archive is protected by a password", _AGAIN)
    try:
        text = packed
        if part.compress_type == zipfile.ZIP_DEFLATED:
            text = zlib.decompressobj(-15).decompress(packed, part.file_size + 1)
        if len(text) != part.file_size or zlib.crc32(text) != part.CRC:
            raise zlib.error("wrong length or checksum")
    except zlib.error as error:
        fact = f"the workbook is damaged ({part.filename}: {error})"
        raise UnreadableError(fact, _AGAIN) from None
    return text


def _check_xml(name: str, text: bytes) -> None:
    """Refuses XML that is not well formed, or that declares entities."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise UnreadableError(f"its part '{name}' declares a document type", _AGAIN)
    try:
        expat.ParserCreate().Parse(text, True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableError(f"the workbook is damaged ({name}: {error})", _AGAIN) from None


def _sheet_parts(texts: Mapping[str, bytes]) -> dict[str, str]:
    """By part of the archive, the name of the sheet that it holds."""
    targets = {}
    for relation in _RELATION.findall(texts.get("xl/_rels/workbook.xml.rels", b"")):
        target = _attribute(relation, "Target").removeprefix("/xl/").removeprefix("/")
        targets[_attribute(relation, "Id")] = f"xl/{target}"
    found = {}
    for sheet in _SHEET.findall(texts["xl/workbook.xml"]):
        part = targets.get(_attribute(sheet, r"\w+:id"), "")
        found[part] = _attribute(sheet, "name")
    return found


def _attribute(tag: bytes, name: str) -> str:
    match = re.search(rf"""\s{name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag.decode(errors="replace"))
    text = (match[1] if match[1] is not None else match[2]) if match else ""
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'")):
        text = text.replace(entity, sign)
    return text.replace("&amp;", "&")


def _passed_over(sheet: bytes) -> Texts:
    """The error values and the formulas without a result in the XML of a sheet, by their cell."""
    found: dict[tuple[int, int], str] = {}
    quoted = b'"e"' in sheet or b"'e'" in sheet
    for match in _ERROR.finditer(sheet) if quoted else ():
        begin = sheet.rfind(b"<", 0, match.start())
        value = _VALUE.search(sheet, match.end(), match.end() + 4000)
        found[_cell(sheet, begin)] = value[1].decode(errors="replace") if value else "#ERROR!"
    if (b"<f" in sheet or b":f" in sheet) and _FORMULA.search(sheet):
        for match in _NO_RESULT.finditer(sheet):
            begin = max(
                sheet.rfind(b"<c ", 0, match.start()), sheet.rfind(b":c ", 0, match.start())
            )
            if not _TEXT_CELL.search(sheet, begin, sheet.find(b">", begin) + 1):
                formula = match[1].decode(errors="replace") if match[1] else ""
                found[_cell(sheet, begin)] = f"={formula}"
    return found


def _percent_styles(text: bytes) -> list[bytes]:
    """The numbers of the cell styles that show a number in percent."""
    formats = {b"9", b"10"}
    for tag in _FORMAT.findall(text):
        if "%" in _attribute(tag, "formatCode"):
            formats.add(_attribute(tag, "numFmtId").encode())
    block = _STYLES.search(text)
    tags = _STYLE.findall(block[0]) if block else []
    used = [_attribute(tag, "numFmtId").encode() for tag in tags]
    return [b"%d" % at for at, number in enumerate(used) if number in formats]


def _percentages(sheet: bytes, styles: list[bytes]) -> Texts:
    """The numbers of a sheet that are shown in percent, as people see them."""
    found: dict[tuple[int, int], str] = {}
    marks = [b'"%s"' % style for style in styles] + [b"'%s'" % style for style in styles]
    if not any(b"s=" + mark in sheet for mark in marks):
        return found
    cell = re.compile(
        rb"""<(?:\w+:)?c(\s[^>]*\bs\s*=\s*["'](?:%s)["'][^>]*)>""" % b"|".join(styles)
        + rb"(?:<(?:\w+:)?f[^>]*/>|<(?:\w+:)?f[^>]*>[^<]*</(?:\w+:)?f>)?"
        + rb"<(?:\w+:)?v>([^<]+)</(?:\w+:)?v>"
    )
    for match in cell.finditer(sheet):
        number = match[2].decode(errors="replace")
        if not _NO_NUMBER.search(match[1]) and _DECIMAL.fullmatch(number):
            found[_cell(sheet, match.start())] = percent_of(float(number))
    return found


def percent_of(number: float) -> str:
    """A number in percent: 0.015 is ``1.5%``."""
    try:
        return f"{(Decimal(text_of(number)) * 100).normalize():f}%"
    except ArithmeticError:
        return text_of(number)  # no number at all


def _cell(sheet: bytes, begin: int) -> tuple[int, int]:
    """Row and column, counted from 0, of the cell whose tag begins there."""
    at = _CELL_AT.search(sheet, begin, sheet.find(b">", begin) + 1)
    if at is None:
        raise UnreadableError("a cell with an error value tells no address", _AGAIN)
    column = 0
    for letter in at[1]:
        column = column * 26 + letter - ord("A") + 1
    return int(at[2]) - 1, column - 1
