"""The results of a run as a workbook: a record, in sheets whose sums can be calculated again."""

from __future__ import annotations

from pathlib import Path

from model.report.book.accounts import accounts_sheet
from model.report.book.charts import add_charts
from model.report.book.choices import levers_sheet, options_sheet, prices_sheet
from model.report.book.grounds import assumptions_sheet, awards_sheet, readings_sheet
from model.report.book.money import funds_sheet, lines_sheet, reconciliation_sheet
from model.report.book.summary import summary_sheet
from model.report.numerals import Language
from model.report.record import Record
from model.report.wording import read_wording
from model.table_sheets import write_sheet
from model.workbook import Styles, new_book

FILES: dict[Language, str] = {"zh": "results.xlsx", "en": "results.en.xlsx"}  # side by side


def write_results(record: Record, language: Language, out: Path) -> Path:
    """The workbook of a record now lies at `out`; equal records give equal bytes.

    Money is in 万元 and 亿元, or in million yuan; a difference or a sum is a formula that holds
    its value, so that it can be read without calculating.

    Raises:
        InputError: the words cannot be read, or the file cannot be written.
    """
    glossary = record.manifest["document"].get("glossary_en") or {}
    words = read_wording(language, "book").with_glossary(glossary)
    sheets = [
        summary_sheet(record, words),
        None,  # the charts
        *(
            make(record, words)
            for make in (
                accounts_sheet,
                funds_sheet,
                lines_sheet,
                awards_sheet,
                options_sheet,
                prices_sheet,
                levers_sheet,
                readings_sheet,
                assumptions_sheet,
                reconciliation_sheet,
            )
        ),
    ]
    with new_book(out) as book:
        styles = Styles(book)
        for sheet in sheets:
            if sheet is None:
                add_charts(book, record, words, out)
            else:
                write_sheet(book.add_worksheet(sheet.name), sheet, styles, out, words("pages"))
    return out
