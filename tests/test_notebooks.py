"""Each notebook runs from top to bottom, and what is shown beside it is the same code.

A notebook is kept twice: the percent script that people edit, and the executed ``.ipynb`` that a
reader opens. After a change of a script, or of figures that it shows, write the other anew:

    .venv/bin/python tests/test_notebooks.py            # all of them
    .venv/bin/python tests/test_notebooks.py 01 06      # those whose names begin so
"""

from __future__ import annotations

import ast
import base64
import re
import sys
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
QUICK = SCRIPTS[:1]  # reads the paper and draws no year
TIMEOUT_SECONDS = 240
MOST_BYTES = 1_500_000  # of an executed notebook: a code host shows no larger ones
TITLE = re.compile(r"# (.+)")


def read_script(script: Path) -> NotebookNode:
    """The script's cells, numbered so that the same script gives the same file."""
    notebook = jupytext.read(script)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02d}"
    return notebook


def read_executed(script: Path) -> NotebookNode:
    """The executed notebook that lies beside a script."""
    return nbformat.read(script.with_suffix(".ipynb"), as_version=4)


def execute(notebook: NotebookNode) -> None:
    """Runs every cell in the folder of the notebooks; no clock is written down."""
    client = NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        startup_timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        record_timing=False,
        resources={"metadata": {"path": str(FOLDER)}},
    )
    client.execute()


def write_executed(script: Path) -> Path:
    """The executed notebook beside its script; nothing in it tells of the machine."""
    notebook = read_script(script)
    execute(notebook)
    notebook.metadata.pop("language_info", None)
    path = script.with_suffix(".ipynb")
    path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
    return path


def cells_of(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source) for cell in notebook.cells]


def outputs_of(notebook: NotebookNode) -> list[NotebookNode]:
    return [out for cell in notebook.cells for out in cell.get("outputs", ())]


def pictures_of(notebook: NotebookNode) -> list[bytes]:
    found = (out.get("data", {}).get("image/png") for out in outputs_of(notebook))
    return [base64.b64decode(picture) for picture in found if picture is not None]


def words_of(notebook: NotebookNode) -> list[str]:
    """Every text and table that the cells put out."""
    return [
        out.text if out.output_type == "stream" else out.data.get("text/html", "")
        for out in outputs_of(notebook)
    ]


def check_run(script: Path) -> None:
    """Running the script again says what its executed notebook says, and draws as many pictures."""
    notebook, shown = read_script(script), read_executed(script)
    execute(notebook)
    assert words_of(notebook) == words_of(shown), (
        f"run `.venv/bin/python tests/test_notebooks.py` to write {script.stem}.ipynb anew"
    )
    assert len(pictures_of(notebook)) == len(pictures_of(shown)) > 0


@pytest.mark.parametrize("script", QUICK, ids=lambda script: script.stem)
def test_the_first_notebook_runs_and_says_what_is_shown(script: Path) -> None:
    check_run(script)


@pytest.mark.soak
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_every_notebook_runs_and_says_what_is_shown(script: Path) -> None:
    check_run(script)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_executed_notebook_holds_the_cells_of_its_script(script: Path) -> None:
    assert cells_of(read_executed(script)) == cells_of(read_script(script)), (
        f"run `.venv/bin/python tests/test_notebooks.py` to write {script.stem}.ipynb anew"
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_executed_notebook_is_whole_and_tells_nothing_of_a_machine(script: Path) -> None:
    path = script.with_suffix(".ipynb")
    assert path.stat().st_size <= MOST_BYTES
    text, shown = path.read_text(encoding="utf-8"), read_executed(script)
    nbformat.validate(shown)
    runs = [cell.execution_count for cell in shown.cells if cell.cell_type == "code"]
    assert runs == list(range(1, len(runs) + 1))
    assert not [name for cell in shown.cells for name in cell.metadata if name == "execution"]
    assert str(FOLDER.parent) not in text
    assert not re.search(r"(?<![\w.<])/(home|root|tmp|usr|work|Users)/", text)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_executed_notebook_shows_pictures_and_no_complaint(script: Path) -> None:
    shown = read_executed(script)
    kinds = {(out.output_type, out.get("name", "stdout")) for out in outputs_of(shown)}
    assert kinds <= {("stream", "stdout"), ("display_data", "stdout"), ("execute_result", "stdout")}
    assert not [text for text in words_of(shown) if "Warning" in text or "Traceback" in text]
    pictures = pictures_of(shown)
    assert pictures
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)


def test_every_script_has_its_notebook_and_the_other_way_round() -> None:
    executed = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    assert executed == [script.stem for script in SCRIPTS]
    assert [stem[:2] for stem in executed] == ["01", "02", "03", "04", "05", "06"]


def test_the_notebooks_count_themselves_in_their_titles() -> None:
    """Each refers to others by number, so the numbers must be those of the files."""
    titles = [TITLE.match(cells_of(read_script(script))[0][1]) for script in SCRIPTS]
    assert "".join(title.group(1)[0] for title in titles if title) == "一二三四五六"


def test_a_notebook_defines_nothing() -> None:
    """What a notebook needs belongs in the model, where it is tested."""
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for script in SCRIPTS:
        code = ast.parse(script.read_text(encoding="utf-8"))
        assert not [node.lineno for node in ast.walk(code) if isinstance(node, defining)]


if __name__ == "__main__":
    for each in SCRIPTS:
        if each.name.startswith(tuple(sys.argv[1:]) or ("",)):
            print(write_executed(each).name)
