"""Makes the samples of `reports/samples/` anew, by the commands that a reader would give.

    .venv/bin/python tests/report_samples.py

A report in each language, its workbook, a comparison of three scenarios, and pictures of pages
for the READMEs. A test holds their texts to what is made now.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pypdfium2
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from model.comparing import compare_scenarios
from model.report.pdf import render_report
from model.report.record import read_record
from model.report.results_book import FILES
from model.running import Wish, run_scenarios

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "reports" / "samples"
SCENARIOS = ROOT / "scenarios" / "jiaxing-2024"
COMPARED = ("base", "budget-down-10", "foreign-capital-b")
# sample -> the page of it that is shown in a README, and as what
PICTURES = {
    "page-one.zh.png": ("report.zh.pdf", 0),
    "page-one.en.png": ("report.en.pdf", 0),
    "comparison.zh.png": ("comparison.zh.pdf", 0),
}
PIXELS_PER_POINT = 1.4


def make_samples(folder: Path) -> None:
    """Writes every sample into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        runs, compared = Path(name) / "runs", Path(name) / "compared"
        assert run_scenarios([SCENARIOS / "base.yaml"], Wish(out=runs))
        saved = read_record(runs / "base")
        render_report(saved, "zh", folder / "report.zh.pdf")
        render_report(saved, "en", folder / "report.en.pdf")
        shutil.copyfile(runs / "base" / FILES["zh"], folder / FILES["zh"])
        paths = [SCENARIOS / f"{scenario}.yaml" for scenario in COMPARED]
        for written in compare_scenarios(paths, compared, "zh"):
            if written.suffix != ".json":
                shutil.copyfile(written, folder / written.name)


def make_pictures(folder: Path) -> None:
    """Draws the pages that the READMEs show, from the samples of the same folder."""
    for picture, (sample, page) in PICTURES.items():
        with pypdfium2.PdfDocument(folder / sample) as document:
            image = document[page].render(scale=PIXELS_PER_POINT).to_pil()
        image.quantize(256).save(folder / picture, optimize=True)


def texts_of(sample: Path) -> list[str]:
    """What a sample says: page by page, or sheet by sheet."""
    if sample.suffix == ".pdf":
        return [page.extract_text() for page in PdfReader(sample).pages]
    book = CalamineWorkbook.from_path(str(sample))
    return [
        "\n".join("\t".join(map(str, row)) for row in book.get_sheet_by_name(name).to_python())
        for name in book.sheet_names
    ]


if __name__ == "__main__":
    shutil.rmtree(SAMPLES, ignore_errors=True)
    make_samples(SAMPLES)
    make_pictures(SAMPLES)
    for made in sorted(SAMPLES.iterdir()):
        print(made.relative_to(ROOT))
