"""How wide the columns and how high the rows of a sheet must be, and how it goes onto paper."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

PAGES_ZH = "第 &P 页，共 &N 页"
LINE_HEIGHT, ROW_HEIGHT, HIGHEST_ROW = 14.0, 15.0, 400.0  # points; a spreadsheet allows 409
WIDEST_PAGE = 205.0  # letters on landscape A4: smaller print is not read
_ROOM = 2.0  # letters: the edge of a cell and the indent of a text
_UNIT = re.compile(r"(.+?)([（(][^（()）]*[)）])")
_BOLD = 1.2  # of a digit


def n_letters(text: str) -> float:
    """How wide a line of text is, in digits: a Chinese letter is two.

    >>> n_letters("预算"), n_letters("base")
    (4.0, 4.0)
    """
    extra = (len(text.encode("utf-8", "replace")) - len(text)) / 2  # three bytes, two digits
    return len(text) + extra


def n_lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of this width.

    >>> n_lines("一二三四五六七八", 30), n_lines("一二三四五六七八", 12), n_lines("一\\n二", 30)
    (1, 2, 2)
    """
    room = max(width - _ROOM, 2.0)
    if len(text) * 2 <= room and "\n" not in text:  # the common case, fast
        return 1
    return sum(max(1, math.ceil(n_letters(line) / room)) for line in text.split("\n"))


def height_of(lines: int) -> float | None:
    """The height of a row of so many lines, in points; None for one line, as it comes."""
    return None if lines <= 1 else min(lines * LINE_HEIGHT + 2.0, HIGHEST_ROW)


def width_of_text(text: str) -> float:
    """The width in which a text needs no more lines than it has."""
    return max(n_letters(line) for line in text.split("\n")) + _ROOM + 0.5


def width_of_head(head: str) -> float:
    """The width of a head in two lines, at the least six letters."""
    return max(n_letters(head) / 2, 6.0) + _ROOM + 1.0


def head_in_lines(head: str, width: float) -> str:
    """The head, its unit in a line of its own where not all of it fits into one.

    >>> head_in_lines("平均少付（万元）", 14), head_in_lines("平均少付（万元）", 20)
    ('平均少付\\n（万元）', '平均少付（万元）')
    """
    found = _UNIT.fullmatch(head)
    if found is None or n_letters(head) <= width - _ROOM:
        return head
    return f"{found.group(1).rstrip()}\n{found.group(2)}"


def width_of_number(shown: str) -> float:
    """The width that a number needs, as it is printed, also in bold."""
    return len(shown) * _BOLD + 1.5


def set_row_height(page: Any, row: int, cells: Sequence[tuple[str, float]]) -> None:
    """Makes a row as high as the highest of its texts, each in its width, needs.

    Spreadsheet programs do not all do so by themselves; without it lines lie upon each other.
    """
    height = height_of(max((n_lines(text, width) for text, width in cells), default=1))
    if height is not None:
        page.set_row(row, height)


def n_on_first_page(widths: Sequence[float]) -> int:
    """How many columns stand on the first of the pages beside each other, at the least one.

    >>> n_on_first_page([40.0] * 5), n_on_first_page([40.0] * 8)
    (5, 4)
    """
    room = sum(widths) / pages_across(widths) + 0.01
    n = sum(total <= room for total in accumulate(widths))
    return max(1, n)


def n_repeated(widths: Sequence[float]) -> int:
    """How many columns stand again on every further page across: none where there is none.

    A title must fit into them, and notes stand beside them, or both are cut off on those pages.
    """
    return 2 if pages_across(widths) > 1 else 0


def pages_across(widths: Sequence[float]) -> int:
    """How many pages beside each other a sheet needs, so that its print can be read."""
    return max(1, math.ceil(sum(widths) / WIDEST_PAGE))


def print_on_a4(page: Any, pages: str = PAGES_ZH, widths: Sequence[float] = ()) -> None:
    """Landscape, the sheet's name and the page number below; one page wide, or as many as needed.

    Args:
        pages: what the foot says, with &P and &N for page and pages.
        widths: those of the columns; on every further page across the first two stand again.
    """
    across = pages_across(widths)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(across, 0)
    if across > 1:
        page.print_across()
        page.repeat_columns(0, n_repeated(widths) - 1)
    page.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    page.set_footer(f"&L&A&R{pages}")
    page.hide_gridlines(2)
