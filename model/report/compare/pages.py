"""The PDF of a comparison: a record of it, in the style of the report."""

from __future__ import annotations

from model.report.blocks import Block
from model.report.compare.accounts import accounts_chapter
from model.report.compare.answers import answers
from model.report.compare.causes import causes_chapter
from model.report.compare.measures import Entry
from model.report.compare.plans import plans_chapter, rerun_section
from model.report.fonts import FAMILY
from model.report.numerals import Language
from model.report.pdf import compile_blocks, fixed_time
from model.report.wording import Wording, read_wording

_NAMED = 5  # scenarios in a running head


def compile_comparison(comparison: Entry, language: Language) -> bytes:
    """The bytes of the PDF of a comparison.

    Raises:
        InputError: the words cannot be read.
        ReportError: the page style does not compile without a warning.
    """
    words = read_wording(language, "compare")
    manifest = comparison["manifest"]
    paper = {
        "language": language,
        "font": FAMILY,
        "title": words.of(manifest["document"], "short"),
        "report": words("paper.kind"),
        "scenario": _scenarios(manifest, words),
        "page": words.texts["paper.page"],
    }
    return compile_blocks(
        comparison_blocks(comparison, words), paper, fixed_time(manifest["document"])
    )


def comparison_blocks(comparison: Entry, words: Wording) -> list[Block]:
    """The whole comparison as data, page one first."""
    manifest = comparison["manifest"]
    document = manifest["document"]
    dated = [str(document[key]) for key in ("id", "date") if document.get(key)]
    title = {
        "document": words.of(document, "title"),
        "dated": words.join(dated),
        "report": words("paper.kind"),
        "scenario": _scenarios(manifest, words),
        "question": words("paper.question"),
    }
    return [
        {"kind": "title", **title},
        answers(comparison, words),
        *accounts_chapter(comparison, words),
        *causes_chapter(comparison, words),
        *plans_chapter(comparison, words),
        *rerun_section(comparison, words),
    ]


def _scenarios(manifest: Entry, words: Wording) -> str:
    """The scenarios by name, as many as a running head holds."""
    names = list(manifest["scenarios"])
    if len(names) <= _NAMED:
        return words("paper.scenarios", names=words.join(names))
    return words("paper.scenarios_many", first=names[0], n=str(len(names) - 1))
