"""What the guides say is so: every path exists, every example runs and prints what is shown.

The blocks of output in both READMEs are written by the commands above them, and the map in
CONTRIBUTING.md by the modules. After a change of figures, wording or modules, write them anew:

    .venv/bin/python tests/test_docs.py
"""

from __future__ import annotations

import ast
import csv
import re
import shutil
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from guide_runs import (
    ROOT,
    code_cell,
    commands,
    fences,
    read,
    rows_under,
    with_outputs,
    write_files,
)

from model import cli
from model.scenario import Scenario, load_scenario

SCENARIOS = ROOT / "scenarios" / "jiaxing-2024"
READMES = ("README.md", "README.zh.md")
GUIDES = (*READMES, "CONTRIBUTING.md", "CHANGELOG.md")

# Files that a command or the reader writes.
WRITTEN = {
    *("my-question.yaml", "less-money.yaml", "claims.csv", "assessed.csv", "paper.txt"),
    *("comparison.json", "comparison.zh.pdf"),
}
RECORD = {
    *("record.json", "draws.npz", "report.zh.pdf", "report.en.pdf", "results.xlsx", "tables/*.csv"),
    "results.en.xlsx",
}


# --- the examples ---


def make_workspace(folder: Path, text: str) -> None:
    """The scenarios, and the files that the reader is asked to write, in an empty folder."""
    shutil.copytree(ROOT / "scenarios", folder / "scenarios")
    assert len(write_files(folder, text)) == len(fences(text, "yaml"))
    (register,) = fences(text, "csv")
    (folder / "claims.csv").write_text(register, encoding="utf-8")


def assessed_rows(folder: Path) -> list[str]:
    with (folder / "assessed.csv").open(encoding="utf-8-sig", newline="") as file:
        names = ("claim", "entitlement_yuan", "city_yuan", "reason")
        return [
            "| " + " | ".join(row[name] for name in names) + " |" for row in csv.DictReader(file)
        ]


def written_anew(texts: list[str]) -> list[str]:
    """The guides with every output, and the table of claims assessed, as they are now.

    They show the same commands (a test says so), so each is run once, in one folder.
    """
    head = "| claim | entitlement_yuan | city_yuan | reason |\n|---|---|---|---|\n"
    known: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_workspace(folder, texts[0])
        shown = [with_outputs(text, folder, known) for text in texts]
        assessed = "\n".join(assessed_rows(folder))
    parts = [text.split(head) for text in shown]
    return [a + head + assessed + re.sub(r"\A(?:\|.*\n)*", "\n", b) for a, b in parts]


def test_every_command_runs_and_prints_what_is_shown() -> None:
    texts = [read(name) for name in READMES]
    for name, text, anew in zip(READMES, texts, written_anew(texts), strict=True):
        assert text == anew, (
            f"{name}: run `.venv/bin/python tests/test_docs.py` to write the outputs anew,"
            " then read them"
        )


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(SCENARIOS / "base.yaml")


def changes_shown() -> list[str]:
    return [code_cell(row[0]) for row in rows_under(read("scenarios/README.md"), "| change |")]


@pytest.mark.parametrize("change", changes_shown())
def test_every_change_shown_loads_and_changes_something(change: str, tmp_path: Path) -> None:
    folder = shutil.copytree(SCENARIOS, tmp_path / "scenarios")
    scenario = folder / "one-change.yaml"
    scenario.write_text(f"question: q\nbased_on: base\nchanges:\n  {change}\n", encoding="utf-8")
    loaded = load_scenario(scenario)
    assert loaded.changes
    assert all(made.old != made.new for made in loaded.changes)


# --- what is named ---


def named_paths(text: str) -> Iterator[str]:
    """Everything in code or in a link that reads like a path of the repository."""
    pieces = [
        piece for block in re.findall(r"`+[^`]+`+", text) for piece in block.strip("`").split()
    ]
    pieces += re.findall(r"\]\(([^)#]+)[^)]*\)", text)
    for piece in pieces:
        path = piece.rstrip(".,;:").removeprefix("SCENARIO=")
        folders = r"(model|scenarios|tests|notebooks|reports|\.ci)/[\w./*<>-]*"
        files = r"[\w.*/-]+\.(md|toml|lock|yaml|csv|pdf|json|npz|ipynb|txt|py)"
        if re.fullmatch(rf"{folders}|{files}|Makefile|LICENSE|\.editorconfig", path):
            yield path


def exists(path: str) -> bool:
    if path in RECORD or Path(path).name in WRITTEN or path.startswith("reports/runs"):
        return True
    if "*" in path or "<" in path:
        return any(ROOT.glob(re.sub(r"<[^>]*>", "*", path)))
    return (ROOT / path).exists() or ("/" not in path and (SCENARIOS / path).exists())


@pytest.mark.parametrize("name", GUIDES)
def test_every_path_named_exists(name: str) -> None:
    paths = set(named_paths(read(name)))
    assert paths
    assert sorted(path for path in paths if not exists(path)) == []


def test_both_readmes_name_the_same_commands_and_files() -> None:
    texts = [read(name) for name in READMES]
    plain = [[line.replace("--lang zh", "--lang en") for line in commands(text)] for text in texts]
    assert plain[0] == plain[1]
    for kind in ("yaml", "csv"):
        assert fences(texts[0], kind) == fences(texts[1], kind)
    options = [sorted(set(re.findall(r"--[a-z]+", text))) for text in texts]
    assert options[0] == options[1]
    heads = (("| exit code |", "| 退出码 |"), ("| file |", "| 文件 |"))
    for pair in heads:
        first, second = (
            [re.findall(r"`[^`]+`|^\d+$", row[0]) for row in rows_under(text, head)]
            for text, head in zip(texts, pair, strict=True)
        )
        assert first == second, pair
    assert texts[0].count("\n## ") == texts[1].count("\n## ")


def test_every_option_and_target_named_exists() -> None:
    known = {
        option
        for command in typer.main.get_command(cli.app).commands.values()  # type: ignore[attr-defined]
        for parameter in command.params
        for option in parameter.opts
    }
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    for name in (*READMES, "CONTRIBUTING.md"):
        code = "\n".join(piece.strip("`") for piece in re.findall(r"`+[^`]+`+", read(name)))
        assert set(re.findall(r"(?<!\S)--[a-z-]+", code)) <= known, name
        assert set(re.findall(r"\bmake ([a-z]+)", code)) <= targets, name


@pytest.mark.parametrize("name", READMES)
def test_exit_codes_are_those_of_the_command(name: str) -> None:
    heading = "| exit code |" if name == READMES[0] else "| 退出码 |"
    shown = [int(row[0]) for row in rows_under(read(name), heading)]
    assert shown == [cli.DONE, cli.FAILED, cli.BAD_INPUT, cli.NO_PLAN, cli.INTERRUPTED]


@pytest.mark.parametrize("name", READMES)
def test_thresholds_and_counts_are_those_of_the_base(name: str, base: Scenario) -> None:
    text = read(name)
    heading = "| verdict |" if name == READMES[0] else "| 判断 | 意思"
    percents = re.findall(r"(\d+) ?%", " ".join(row[1] for row in rows_under(text, heading)))
    marks = base.settings.verdicts
    short, tight, idle = (int(mark * 100) for mark in (marks.short, marks.tight, marks.idle_below))
    assert [int(percent) for percent in percents] == [short, tight, tight, idle, tight]
    accounts = [base.book.accounts[account] for account in base.accounts]
    unknown = sum(account.evidence == "assumed" for account in accounts)
    told = re.search(r"(\d+) of the (\d+) accounts|(\d+) 个支出账户中有 (\d+) 个", text)
    assert told is not None
    assert {int(number) for number in told.groups() if number} == {unknown, len(accounts)}


# --- the guide for those who change the project ---


MAP_FOLDERS = {
    "model": "what joins the rooms below: reading a scenario, running it, the command",
    "model/policy": "what the document says: no chance, no solver",
    "model/register": "what was really applied for: the bureau's file as claims, nothing lost",
    "model/claims": "what each real claim is entitled to, and the workbooks that say so",
    "model/demand": "who may claim and how much: knows no limit on money, no solver",
    "model/allocation": "where the money should go: knows no applicant",
    "model/recording": "what a run found, in the fixed names of the record",
    "model/report": "from a saved record to a page: computes nothing",
    "model/report/drawing": "the charts, a module for each family of them",
    "model/report/chapters": "one module for each chapter of the report",
    "model/report/book": "the sheets of the results workbook, a module for each kind",
    "model/report/compare": "the pages, the chart and the workbook of a comparison",
}


def first_sentence(module: Path) -> str:
    """The opening sentence of a module's docstring, as one line."""
    said = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    opening = " ".join(said.split("\n\n")[0].split())
    return opening.replace("``", "`").replace("|", "\\|")


def written_map() -> str:
    """A table for each folder under model/, a row for each module, in its own words."""
    modules = [path for path in (ROOT / "model").rglob("*.py") if path.name != "__init__.py"]
    folders = {path.parent.relative_to(ROOT).as_posix() for path in modules}
    assert folders == set(MAP_FOLDERS), "say in MAP_FOLDERS what a new folder is for"
    tables = []
    for folder, says in MAP_FOLDERS.items():
        rows = [
            f"| `{module.relative_to(ROOT).as_posix()}` | {first_sentence(module)} |"
            for module in sorted(modules)
            if module.parent == ROOT / folder
        ]
        tables.append(
            "\n".join([f"`{folder}/`: {says}", "", "| module | says |", "|---|---|", *rows])
        )
    return "\n\n".join(tables)


def with_map(text: str) -> str:
    """The guide with the map as the modules themselves give it."""
    begin, end = text.index("`model/`: "), text.index("\nThe folders beside it:")
    return text[:begin] + written_map() + "\n" + text[end:]


def test_the_map_names_every_module_and_nothing_else() -> None:
    text = read("CONTRIBUTING.md")
    named = re.findall(r"^\| `(model/[\w/]+\.py)` \|", text, re.MULTILINE)
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "model").rglob("*.py")}
    assert sorted(named) == sorted(path for path in there if not path.endswith("__init__.py"))


def test_the_map_says_what_the_modules_say() -> None:
    text = read("CONTRIBUTING.md")
    assert with_map(text) == text, "run `.venv/bin/python tests/test_docs.py` to write it anew"


def test_the_changelog_begins_with_this_version_and_its_figures() -> None:
    project = tomllib.loads(read("pyproject.toml"))["project"]
    sections = re.split(r"^## ", read("CHANGELOG.md"), flags=re.MULTILINE)[1:]
    heads = [section.partition("\n")[0] for section in sections]
    released = [head for head in heads if not head.endswith(" (not yet released)")]
    assert released[0] == project["version"]
    assert len(heads) - len(released) <= 1
    assert heads[-len(released) :] == released
    for section in sections:
        titles = re.findall(r"^### (.+)$", section, re.MULTILINE)
        assert titles == ["Changed figures", "Changed code"]


if __name__ == "__main__":
    for each, written in zip(READMES, written_anew([read(name) for name in READMES]), strict=True):
        (ROOT / each).write_text(written, encoding="utf-8", newline="\n")
        print(each)
    guide = ROOT / "CONTRIBUTING.md"
    guide.write_text(with_map(read(guide.name)), encoding="utf-8", newline="\n")
