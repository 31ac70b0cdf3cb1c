"""Sections on how much may be asked for: more than some money, and by which month it is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from model.report.blocks import Block, heading, paragraph, picture, plain
from model.report.charts import as_svg, exceedance_curves, run_out_strip
from model.report.numerals import chance, money_phrase
from model.report.wording import Wording

Entry = Mapping[str, Any]
# More panels than this do not fit on a page.
_PANELS = 12


def exceedance_blocks(accounts: Sequence[Entry], words: Wording) -> list[Block]:
    """How likely a year asks for more than some money, a curve for each account that has one."""
    drawn = [account for account in accounts if account["exceedance"]][:_PANELS]
    if not drawn:
        return []
    rows = [
        words(
            "risk.exceedance_row",
            account=words.label(account, "name"),
            money=money_phrase(account["available_yuan"], words.language),
            chance=chance(account["gap_probability"], words.language),
        )
        for account in drawn
    ]
    alt = words("risk.exceedance_alt", rows=words("list.semicolon").join(rows))
    caption = (
        words("risk.exceedance_caption", unit=words("unit.table")),
        words("risk.exceedance_note"),
    )
    return [
        heading(2, words("risk.exceedance_title")),
        paragraph(plain(words("risk.exceedance_intro"))),
        picture(as_svg(exceedance_curves(drawn, words)), caption, alt),
    ]


def run_out_blocks(accounts: Sequence[Entry], words: Wording) -> list[Block]:
    """By the end of which month the money of each account may have run out."""
    if not accounts:
        return []
    said = run_out_sentence(accounts, words)
    alt = words("risk.run_out_alt", rows=said)
    caption = (words("risk.run_out_caption"), words("risk.run_out_note"))
    return [
        heading(2, words("risk.run_out_title")),
        paragraph(plain(said)),
        picture(as_svg(run_out_strip(accounts, words)), caption, alt),
    ]


def run_out_sentence(accounts: Sequence[Entry], words: Wording) -> str:
    """The month by whose end each account's money has run out in one year of ten."""
    rows = [
        words("risk.run_out_row", name=words.label(account, "name"), month=words(f"month.m{month}"))
        for account in accounts
        if (month := account["run_out_month_p10"]) is not None
    ]
    if not rows:
        return words("risk.run_out_none")
    return words("risk.run_out", rows=words("list.semicolon").join(rows))
