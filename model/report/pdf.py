"""The report as a PDF: a record, set by the style in `reports/`, the same bytes every time."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from model.errors import BudgetError
from model.report.blocks import Block
from model.report.fonts import FAMILY, font_folder
from model.report.numerals import Language
from model.report.record import Record, read_record
from model.report.wording import Wording, read_wording, reports_folder

_INTRODUCED = {"table", "figure", "bullets", "code"}


class ReportError(BudgetError):
    """The report cannot be set although the record is sound: a fault of style or wording."""


def render_report(
    record: Record | str | Path, language: Language | None, out_path: str | Path
) -> Path:
    """The PDF of a record now lies at `out_path`; equal records give equal bytes.

    Args:
        record: the record, or the folder of one.
        language: ``zh`` or ``en``; the record's own default when None.
        out_path: the file to write; an older one is replaced only when the new one is complete.

    Raises:
        InputError: the record or the words cannot be read.
        ReportError: the page style does not compile without a warning.
    """
    known = record if isinstance(record, Record) else read_record(record)
    content = compile_report(known, language or default_language(known))
    target = Path(out_path)
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        part.write_bytes(content)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def default_language(record: Record) -> Language:
    """The language that the record asks for; Chinese where it does not say."""
    return "en" if record.manifest.get("lang_default") == "en" else "zh"


def compile_report(record: Record, language: Language) -> bytes:
    """The bytes of the PDF.

    Raises:
        InputError: the words cannot be read.
        ReportError: the page style does not compile without a warning.
    """
    words = read_wording(language).with_glossary(
        record.manifest["document"].get("glossary_en") or {}
    )
    return compile_blocks(
        report_blocks(record, words),
        _paper(record, words),
        fixed_time(record.manifest["document"]),
    )


def compile_blocks(blocks: list[Block], paper: dict[str, Any], moment: datetime) -> bytes:
    """The bytes of a PDF of these blocks.

    Args:
        paper: what the page as a whole needs: language, font, titles, the words of the foot.
        moment: the day in the file, so that the bytes never depend on the clock.

    Raises:
        ReportError: the page style does not compile without a warning.
    """
    with tempfile.TemporaryDirectory(prefix="report-") as name:
        root = Path(name)
        for path in sorted(reports_folder().glob("*.typ")):
            shutil.copyfile(path, root / path.name)
        placed = _with_picture_files(_keep_with_next(blocks), root)
        text = json.dumps({"paper": paper, "blocks": placed}, ensure_ascii=False)
        (root / "data.json").write_text(text, encoding="utf-8", newline="\n")
        return set_pages(root, moment)


def report_blocks(record: Record, words: Wording) -> list[Block]:
    """The whole report as data, page one first."""
    # Late: these draw, and matplotlib takes its time to load.
    from model.report.chapters.awards import awards_chapter
    from model.report.chapters.basis import basis_chapter, rerun_chapter
    from model.report.chapters.money import money_chapter
    from model.report.chapters.plan import plan_chapter
    from model.report.chapters.risk import risk_chapter
    from model.report.chapters.summary import contents_page, summary_page
    from model.report.chapters.worth import worth_chapter

    return [
        *summary_page(record, words),
        *contents_page(record, words),
        *money_chapter(record, words),
        *risk_chapter(record, words),
        *plan_chapter(record, words),
        *worth_chapter(record, words),
        *awards_chapter(record, words),
        *basis_chapter(record, words),
        *rerun_chapter(record, words),
    ]


def _keep_with_next(blocks: list[Block]) -> list[Block]:
    """The same blocks; a paragraph that introduces a table, chart or list stays on its page."""
    followers = [*(block["kind"] for block in blocks[1:]), ""]
    return [
        {**block, "sticky": block["kind"] == "paragraph" and after in _INTRODUCED}
        for block, after in zip(blocks, followers, strict=True)
    ]


def _with_picture_files(blocks: list[Block], root: Path) -> list[Block]:
    """The same blocks; each SVG now lies in a file that the page style can name."""
    result = []
    for place, block in enumerate(blocks):
        if "svg" in block:
            name = f"picture-{place}.svg"
            (root / name).write_text(block["svg"], encoding="utf-8", newline="\n")
            block = {**{k: v for k, v in block.items() if k != "svg"}, "image": name}
        result.append(block)
    return result


def _paper(record: Record, words: Wording) -> dict[str, Any]:
    from model.report.chapters.summary import scenario_phrase

    title = words.of(record.manifest["document"], "title")
    return {
        "language": words.language,
        "font": FAMILY,
        "title": title,
        "report": words("paper.kind"),
        "scenario": scenario_phrase(record, words),
        "page": words.texts["paper.page"],
    }


def fixed_time(document: Mapping[str, Any]) -> datetime:
    """The day of the document instead of the clock, so that the bytes never depend on today."""
    try:
        day = datetime.fromisoformat(str(document.get("date")))
    except ValueError:
        return datetime(2000, 1, 1, tzinfo=UTC)
    return day.replace(tzinfo=UTC)


def set_pages(root: Path, moment: datetime) -> bytes:
    """The PDF of `report.typ` in a folder that holds all it needs, dated `moment`.

    Raises:
        ReportError: it does not compile, or only with a warning.
    """
    import typst

    try:
        content, warnings = typst.compile_with_warnings(
            root / "report.typ",
            root=root,
            font_paths=[font_folder()],
            ignore_system_fonts=True,
            format="pdf",
            # Archive quality with tags (the text can be read aloud), and accessible to everybody.
            pdf_standards=["a-2a", "ua-1"],
            timestamp=moment,
        )
    except typst.TypstError as error:
        hints = "; ".join(error.hints or [])
        raise ReportError(f"reports/report.typ: {error.message} {hints}".strip()) from error
    if warnings:
        raise ReportError("reports/report.typ: " + "; ".join(w.message for w in warnings))
    if not isinstance(content, bytes):
        raise ReportError("reports/report.typ: the compiler returned no single PDF")
    return content
