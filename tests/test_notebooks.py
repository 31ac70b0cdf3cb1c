"""Each notebook runs from top to bottom, and what is shown beside it is the same code.

A notebook is kept twice: the percent script that people edit, and the executed ``.ipynb`` that a
reader opens. After a change of the script, or of figures that it shows, write the other anew:

    .venv/bin/python tests/test_notebooks.py
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
DRAWS = re.compile(r"^DRAWS = [0-9_]+$", re.MULTILINE)
FEW_DRAWS = "DRAWS = 100"
TIMEOUT_SECONDS = 120


def read_script(script: Path) -> NotebookNode:
    """The script's cells, numbered so that the same script gives the same file."""
    notebook = jupytext.read(script)
    for number, cell in enumerate(notebook.cells, start=1):
        cell["id"] = f"cell-{number:02d}"
    return notebook


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


def code_of(notebook: NotebookNode) -> list[str]:
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def pictures_of(notebook: NotebookNode) -> list[str]:
    outputs = [out for cell in notebook.cells for out in cell.get("outputs", ())]
    return [out.data["image/png"] for out in outputs if "image/png" in out.get("data", {})]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_a_notebook_runs_and_draws_its_charts(script: Path) -> None:
    notebook = read_script(script)
    changed = 0
    for cell in notebook.cells:
        cell.source, count = DRAWS.subn(FEW_DRAWS, cell.source)
        changed += count
    assert changed == 1, "the notebook says once how many draws it takes: DRAWS = 2_000"
    execute(notebook)
    shown = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    assert 0 < len(pictures_of(notebook)) <= len(pictures_of(shown))
    warned = [
        out.text for cell in notebook.cells for out in cell.get("outputs", ()) if "text" in out
    ]
    assert not [text for text in warned if "Warning" in text or "missing from" in text]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_executed_notebook_holds_the_code_of_its_script(script: Path) -> None:
    shown = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    assert code_of(shown) == code_of(read_script(script)), (
        f"run `.venv/bin/python tests/test_notebooks.py` to write {script.stem}.ipynb anew"
    )


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.stem)
def test_the_executed_notebook_is_whole_and_tells_nothing_of_a_machine(script: Path) -> None:
    text = script.with_suffix(".ipynb").read_text(encoding="utf-8")
    shown = nbformat.reads(text, as_version=4)
    nbformat.validate(shown)
    runs = [cell.execution_count for cell in shown.cells if cell.cell_type == "code"]
    assert runs == list(range(1, len(runs) + 1))
    kinds = {out.output_type for cell in shown.cells for out in cell.get("outputs", ())}
    assert kinds <= {"stream", "display_data", "execute_result"}
    assert not [name for cell in shown.cells for name in cell.metadata if name == "execution"]
    assert str(FOLDER.parent) not in text
    assert not re.search(r"(?<![\w.<])/(home|root|tmp|usr|work|Users)/", text)


def test_every_script_has_its_notebook_and_the_other_way_round() -> None:
    executed = sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    assert executed == [script.stem for script in SCRIPTS]
    assert SCRIPTS


def test_a_notebook_defines_nothing() -> None:
    """What a notebook needs belongs in the model, where it is tested."""
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    for script in SCRIPTS:
        code = ast.parse(script.read_text(encoding="utf-8"))
        assert not [node.name for node in ast.walk(code) if isinstance(node, defining)]


if __name__ == "__main__":
    for each in SCRIPTS:
        print(write_executed(each).name)
