"""The samples of reports say what a run says now, and their pictures show real pages."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from report_samples import PICTURES, PIXELS_PER_POINT, SAMPLES, make_samples, texts_of

REMAKE = "run `.venv/bin/python tests/report_samples.py`, then look at the pages that changed"
NAMES = sorted(path.name for path in SAMPLES.iterdir() if path.suffix in (".pdf", ".xlsx"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    make_samples(folder)
    return folder


def test_every_sample_is_made_by_the_script_and_no_other_lies_there(made: Path) -> None:
    assert sorted(path.name for path in made.iterdir()) == NAMES
    assert {path.name for path in SAMPLES.iterdir()} == {*NAMES, *PICTURES}


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_says_what_is_made_now(made: Path, name: str) -> None:
    assert texts_of(SAMPLES / name) == texts_of(made / name), REMAKE


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_is_the_page_that_it_shows(name: str) -> None:
    """To a shade or two: pictures hold few colours."""
    sample, page = PICTURES[name]
    with pypdfium2.PdfDocument(SAMPLES / sample) as document:
        shown = document[page].render(scale=PIXELS_PER_POINT).to_pil().convert("L")
    kept = Image.open(SAMPLES / name).convert("L")
    assert kept.size == shown.size, REMAKE
    one, other = kept.resize((60, 84)), shown.resize((60, 84))
    apart = [abs(a - b) for a, b in zip(one.tobytes(), other.tobytes(), strict=True)]
    assert max(apart) < 40, REMAKE
