"""Broken registers without end: good rows of the invented paper, then spoilt by a seeded hand.

Each is a file's bytes, its ending, the recipe that made it (for the message of a failing test), and
where the breakage leaves it possible, the numbers of the rows that hold anything.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import xlsxwriter
import xlwt

Rows = list[list[Any]]
HEADER = [
    "申报编号", "申报主体", "事项编号", "申报日期", "评定档次", "是否绿色厂房", "投资额（万元）",
    "核定补助额", "是否当年新认定", "省级奖励", "新增学位数",
]  # fmt: skip
GRADES = ("甲", "乙", "丙")
ODD_TEXTS = (
    "", " ", "\u3000", "—", "/", "无", "待核", "N/A", "nan", "NaN", "inf", "-inf", "None", "null",
    "1e308", "1e999", "9" * 30, "9" * 5000, "-1", "-0", "+5", "0.1.2", "1,23", "1,234", "１２３",
    "12.345678901", "=1+1", "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-2+3", "#REF!", "#DIV/0!",
    "\u200b", "\ufeff5", "5\u00a0", "5\u200b0", "\u202e12", "a\tb", "a\nb", "a\rb", "\x07", "\x1f",
    "\x7f", "合计", "小 计", "示例", "备注：无", "序号", "申报编号", "16.61亿元", "5万", "5元元",
    "50%", "150%", "是", "否", "√", "×", "TRUE", "2024-02-30", "2024年3月", "20240305", "45356",
    "99999", "𝟙𝟚", "😀", "é", "\U0010ffff", "B2a", "b2a ", "B7b", "B99", "教育学位补助", '"', '""',
    "'", ",", ";", "<b>", "&amp;", "{{7*7}}", "%s%n", "../../x",
)  # fmt: skip
ODD_VALUES = (
    0, -1, 1.5, 1e-9, 1e15, 1e18, 1e300, 0.1 + 0.2, 1 / 3, True, False, 45356, 45356.75, -45356,
)  # fmt: skip


@dataclass(slots=True)
class Broken:
    """One broken register.

    Attributes:
        data, ending: the file.
        recipe: what was done, in order.
        filled: the numbers of the rows that hold anything, counted from 1; None where the file
            was spoilt as a whole and nobody can say.
    """

    data: bytes
    ending: str
    recipe: list[str] = field(default_factory=list)
    filled: list[int] | None = None


def break_register(seed: int) -> Broken:
    """The broken register of a seed; equal seeds give equal ones."""
    rng = random.Random(seed)
    rows = good_rows(rng)
    recipe = [f"seed {seed}", f"{len(rows) - 1} claims"]
    for _ in range(rng.choice([0, 1, 1, 2, 3, 6])):
        spoil = rng.choice(SPOILERS)
        recipe.append(spoil.__name__)
        spoil(rows, rng)
    write = rng.choice([write_csv] * 7 + [write_xlsx] * 2 + [write_xls])
    recipe.append(write.__name__)
    broken = write(rows, rng)
    if rng.random() < 0.3:
        damage = rng.choice(DAMAGES)
        recipe.append(damage.__name__)
        broken = Broken(data=damage(broken.data, rng), ending=broken.ending)
    broken.recipe = recipe
    return broken


def good_rows(rng: random.Random) -> Rows:
    """A header and some claims that could be assessed."""
    rows: Rows = [list(HEADER)]
    for number in range(rng.randrange(0, 12)):
        key = rng.choice(["B2a", "B3a", "B5a", "B5b", "B7a"])
        day = f"2031-{rng.randrange(1, 13):02}-{rng.randrange(1, 29):02}"
        row: list[Any] = [f"c{number}", f"虚构公司{rng.randrange(5)}", key, day, *[""] * 7]
        amount = rng.choice([str(rng.randrange(10**7)), rng.randrange(10**7), "12.5万元"])
        if key == "B2a":
            row[4:7] = [rng.choice(GRADES), rng.choice("是否"), amount]
        place = {"B3a": 7, "B5a": 8, "B5b": 9, "B7a": 10}.get(key)
        if place:
            row[place] = "是" if place == 8 else amount
        rows.append(row)
    return rows


# --- spoiling rows ----------------------------------------------------------------------------


def odd_cell(rows: Rows, rng: random.Random) -> None:
    """Any cell, also of the header, becomes something odd."""
    row = rng.choice(rows)
    if row:
        row[rng.randrange(len(row))] = rng.choice([*ODD_TEXTS, *ODD_VALUES])


def odd_column(rows: Rows, rng: random.Random) -> None:
    """A column is filled with one odd thing."""
    place, cell = rng.randrange(len(HEADER)), rng.choice([*ODD_TEXTS, *ODD_VALUES])
    for row in rows[1:]:
        if place < len(row):
            row[place] = cell


def lost_column(rows: Rows, rng: random.Random) -> None:
    """A column is gone."""
    place = rng.randrange(len(HEADER))
    for row in rows:
        del row[place : place + 1]


def doubled_column(rows: Rows, rng: random.Random) -> None:
    """A column stands twice."""
    place = rng.randrange(len(HEADER))
    for row in rows:
        row.extend(row[place : place + 1])


def shuffled_columns(rows: Rows, rng: random.Random) -> None:
    """The columns stand in another order."""
    order = rng.sample(range(len(HEADER)), len(HEADER))
    for at, row in enumerate(rows):
        rows[at] = [row[place] for place in order if place < len(row)]


def renamed_column(rows: Rows, rng: random.Random) -> None:
    """A column has another name."""
    names = [
        "award",
        "claim",
        "reason",
        "序号",
        "金额",
        "投资额（元）",
        "投资额（公顷）",
        "",
        "x" * 999,
    ]
    if rows and rows[0]:
        rows[0][rng.randrange(len(rows[0]))] = rng.choice(names)


def ragged_row(rows: Rows, rng: random.Random) -> None:
    """A row is longer or shorter than the others."""
    row = rng.choice(rows)
    if rng.random() < 0.5:
        row.append(rng.choice(["", "x", 5]))
    else:
        del row[rng.randrange(len(row) + 1) :]


def stray_row(rows: Rows, rng: random.Random) -> None:
    """A row that is no claim stands somewhere, also above the header."""
    strays: list[list[Any]] = [
        [], [""], ["单位：万元"], ["单位：元、万元"], ["合计", "", "", "", "", "", 5], list(HEADER),
        ["示例", "某公司", "B3a"], ["填表人：某人"], list(range(1, 12)), ["某市申报表"], [7],
        [""] * 6 + ["万元"],
    ]  # fmt: skip
    rows.insert(rng.randrange(len(rows) + 1), rng.choice(strays))


def repeated_row(rows: Rows, rng: random.Random) -> None:
    """A row stands twice."""
    rows.append(list(rng.choice(rows)))


def no_header(rows: Rows, rng: random.Random) -> None:
    """The first row is gone."""
    del rows[:1]
    rows.append(["end"])


SPOILERS: Sequence[Callable[[Rows, random.Random], None]] = (
    odd_cell, odd_cell, odd_cell, odd_cell, odd_column, lost_column, doubled_column,
    shuffled_columns, renamed_column, ragged_row, stray_row, stray_row, repeated_row, no_header,
)  # fmt: skip


# --- writing ----------------------------------------------------------------------------------


def numbers_of_filled(rows: Rows) -> list[int]:
    """The numbers of the rows that hold more than blank cells."""
    return [at for at, row in enumerate(rows, 1) if any(str(cell).strip() for cell in row)]


def write_csv(rows: Rows, rng: random.Random) -> Broken:
    """A CSV file in one of the usual encodings."""
    file = io.StringIO(newline="")
    quoting = rng.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    writer = csv.writer(file, quoting=quoting, lineterminator=rng.choice(["\n", "\r\n"]))
    lines = []
    for row in rows:
        # A cell may hold line breaks; the number of a row is the line on which it begins.
        lines.append(_n_lines(file.getvalue()) + 1)
        writer.writerow(row)
    encoding = rng.choice(["utf-8", "utf-8", "utf-8-sig", "gb18030"])
    filled = [lines[at - 1] for at in numbers_of_filled(rows)]
    return Broken(data=file.getvalue().encode(encoding), ending=".csv", filled=filled)


def _n_lines(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def write_xlsx(rows: Rows, rng: random.Random) -> Broken:
    """A workbook; now and then with a formula, a merged area and a second sheet."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet(rng.choice(["登记", "Sheet1", "B3a", "B2a 厂房", "B7b"]))
    formulas = rng.random() < 0.5
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if formulas and rng.random() < 0.03:
                sheet.write_formula(at, place, "=A1", None, rng.choice(["", 5, "#REF!", "x"]))
            elif isinstance(cell, str):
                sheet.write_string(at, place, cell[:32767])
            else:
                sheet.write(at, place, cell)
    more = rng.random() < 0.2
    if more:
        book.add_worksheet("说明").write_string(0, 0, "说明")
    book.close()
    filled = None if formulas or more else numbers_of_filled(rows)
    return Broken(data=file.getvalue(), ending=".xlsx", filled=filled)


def write_xls(rows: Rows, rng: random.Random) -> Broken:
    """An old workbook."""
    book = xlwt.Workbook()
    sheet = book.add_sheet(rng.choice(["登记", "B3a", "B2a 厂房"]))
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            sheet.write(at, place, cell[:32000] if isinstance(cell, str) else cell)
    file = io.BytesIO()
    book.save(file)
    return Broken(data=file.getvalue(), ending=".xls", filled=numbers_of_filled(rows))


# --- damaging files ---------------------------------------------------------------------------


def cut(data: bytes, rng: random.Random) -> bytes:
    """The file breaks off."""
    return data[: rng.randrange(len(data) + 1)]


def flipped(data: bytes, rng: random.Random) -> bytes:
    """A few bytes are others."""
    changed = bytearray(data)
    for _ in range(rng.choice([1, 2, 10]) if changed else 0):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def inserted(data: bytes, rng: random.Random) -> bytes:
    """Something stands in it that does not belong there."""
    at = rng.randrange(len(data) + 1)
    what = rng.choice(
        [b"\0", b'"', b"\xff", b"\xe4", b"\r", b"\n\n", b",,,", b"\xef\xbb\xbf", b"<"]
    )
    return data[:at] + what + data[at:]


def another_file(data: bytes, rng: random.Random) -> bytes:
    """A file of another kind has been given the name."""
    noise = bytes(rng.randrange(256) for _ in range(300))
    return rng.choice(
        [
            b"", b"%PDF-1.7\n1 0 obj", b"<html><table><tr><td>1</td></tr></table></html>",
            b"<?xml version='1.0'?><Workbook/>", b"PK\x03\x04", b"PK\x05\x06" + bytes(18),
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + noise * 5, b"\x1f\x8b\x08" + data, noise,
            "申报编号".encode("utf-16"), b"\n" * 9,
        ]
    )  # fmt: skip


def bomb(data: bytes, rng: random.Random) -> bytes:
    """An archive that unpacks to far more than it is."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", bytes(20 << 20))
    made = file.getvalue()
    # The directory may lie about it.
    size = (20 << 20).to_bytes(4, "little")
    return made.replace(size, (99).to_bytes(4, "little")) if rng.random() < 0.5 else made


def spoilt_part(data: bytes, rng: random.Random) -> bytes:
    """One part of a workbook is changed and the archive is sound."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return flipped(data, rng)
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(file, "w", 8) as new:
        chosen = rng.choice([e.filename for e in old.infolist() if e.filename.startswith("xl/")])
        for entry in old.infolist():
            text = old.read(entry)
            if entry.filename == chosen:
                text = rng.choice([flipped, inserted, cut, far_cell])(text, rng)
            new.writestr(entry.filename, text)
    return file.getvalue()


def far_cell(text: bytes, rng: random.Random) -> bytes:
    """A cell is said to stand at the far end of the sheet."""
    return text.replace(b'r="A1"', b'r="XFD1048576"', 1)


DAMAGES: Sequence[Callable[[bytes, random.Random], bytes]] = (
    cut, flipped, inserted, another_file, spoilt_part, spoilt_part, bomb,
)  # fmt: skip
