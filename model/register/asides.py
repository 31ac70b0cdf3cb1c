"""Which rows of a sheet are no claims, though they stand among them, and how one knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np

from model.policy.exact import Bools, Ints
from model.register.cells import clean
from model.register.numbering import Words
from model.register.texts import Texts

TITLE = "表头以上的行"
UNITS = "单位行"
REPEATED = "重复的表头"
COUNTED = "栏次行"
EMPTY = "空行"
ONLY_NUMBER = "只有序号的空行"
SUBTOTAL = "小计、合计行"
EXAMPLE = "示例行"
FOOTER = "表尾说明"
OTHER_SHEET = "工作表“{name}”没有列名，不是申报表"
NO_AWARD = "工作表“{name}”没有奖补事项，也没有任何事项的数据列"

_SUBTOTAL = re.compile(r".{0,20}?(?:小计|合计|总计|共计|累计)(?:[(:].*)?")
_EXAMPLE = re.compile(r"[(\[【<]?(?:填写|填报|填表)?(?:示例|样例|例)[)\]】>]?(?:[:：0-9.].*)?")
_FOOTER = re.compile(
    r"(?:填表|填报|制表|审核|复核|经办|负责|联系|单位(?:\(盖章\)|盖章)|盖章|备注|注|说明|日期).{0,12}?:.*"
)
_STARTS = (
    "小",
    "合",
    "总",
    "共",
    "累",
    "示",
    "样",
    "例",
    "填",
    "(",
    "[",
    "【",
    "<",
    "（",
    "本",
    "当",
)


def doubtful(
    claim: Texts, applicant: Texts, front: Callable[[Ints], Texts], header: Sequence[str]
) -> Bools:
    """Which rows may be no claims: they lack a name, or begin as such rows begin.

    Args:
        claim, applicant: what names each row's claim and applicant.
        front: the first cells of rows of which it gets the positions.
        header: the cells above claim and applicant.
    """
    found = np.zeros(len(claim), np.bool_)
    for texts, above in zip((claim, applicant), header, strict=True):
        words = texts.word()
        found |= texts.blank(clean) | _begins(words)
        if above:
            part = above.encode()[:8]
            mask = np.uint64((1 << 8 * len(part)) - 1)
            found |= (words & mask) == np.uint64(int.from_bytes(part, "little"))
    odd = np.flatnonzero((claim.odd() | applicant.odd()) & ~found)
    columns = [front(odd), claim.take(odd), applicant.take(odd)]
    titles = list(map(clean, header))
    found[odd] = [_is_doubtful(list(map(clean, row)), titles) for row in zip(*columns, strict=True)]
    return found


def _is_doubtful(row: Sequence[str], titles: Sequence[str]) -> bool:
    """The same of a first cell, a claim and an applicant as people see them."""
    front, claim, applicant = row
    repeated = claim == titles[0] or applicant == titles[1]
    return not front or repeated or why_no_claim(row, claim, applicant) is not None


def _begins(words: Words) -> Bools:
    """Where a text begins as no name of a claim does, by its first three bytes."""
    table = np.zeros(1 << 24, np.bool_)
    for start in _STARTS:
        table[int.from_bytes(start.encode(), "little")] = True
    found: Bools = table[words & np.uint64(0xFFFFFF)]
    first = words & np.uint64(0xFF)
    for sign in b"([<":
        found |= first == sign
    return found


def why_no_claim(cells: Sequence[str], claim: str, applicant: str) -> str | None:
    """Why a row is no claim, in Chinese; None where it must be read as one.

    Args:
        cells: the cells of the row.
        claim, applicant: those that name its claim and its applicant, as people see them.
    """
    filled = [seen for cell in cells if (seen := clean(cell))]
    if not filled:
        return EMPTY
    if filled == [claim] and claim.isdecimal():
        return ONLY_NUMBER
    first, claim, applicant = ("".join(text.split()) for text in (filled[0], claim, applicant))
    if _EXAMPLE.fullmatch(first) or _EXAMPLE.fullmatch(claim) or _EXAMPLE.fullmatch(applicant):
        return EXAMPLE
    named = [text for text in (claim, applicant) if text]
    totals = [text for text in {first, *named} if _SUBTOTAL.fullmatch(text)]
    if totals and (len(named) < 2 or set(named) <= set(totals) or applicant in totals):
        return SUBTOTAL
    if len(named) < 2 and len(filled) <= 4 and _FOOTER.fullmatch(first):
        return FOOTER
    return None


def is_counted(cells: Sequence[str]) -> bool:
    """Whether a row below the header only counts the columns: 1, 2, 3."""
    filled = [seen.strip("()") for cell in cells if (seen := clean(cell))]
    return len(filled) > 2 and filled == [str(at + 1) for at in range(len(filled))]
