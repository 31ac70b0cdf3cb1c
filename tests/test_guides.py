"""The guides beside what they explain: their commands run, their blocks and links are so.

After a change of figures or wording, write the outputs that they show anew:

    .venv/bin/python tests/test_guides.py
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import pytest
from guide_runs import ROOT, commands, fences, read, rows_under, with_outputs, write_files

from model.scenario import load_scenario
from model.yamlfile import read_yaml

GUIDES = tuple(
    sorted(
        path.relative_to(ROOT).as_posix()
        for folder in ("model", "scenarios", "reports", "notebooks")
        for path in (ROOT / folder).rglob("*.md")
        if not path.is_relative_to(ROOT / "reports" / "runs")
    )
)
ALL = ("README.md", "README.zh.md", "CONTRIBUTING.md", "CHANGELOG.md", *GUIDES)
CHINESE = {name.replace(".zh.md", ".md"): name for name in GUIDES if name.endswith(".zh.md")}
WITH_COMMANDS = tuple(
    name for name in GUIDES if commands(read(name)) and name not in CHINESE.values()
)
FIRST = ROOT / "scenarios" / "jiaxing-2024"
TUTORIAL = ROOT / "scenarios" / "tutorial"


def written_anew(text: str) -> str:
    with tempfile.TemporaryDirectory() as name:
        shutil.copytree(ROOT / "scenarios", Path(name) / "scenarios")
        write_files(Path(name), text)
        return with_outputs(text, Path(name))


def anchors(text: str) -> set[str]:
    """The names by which the headings of a page can be linked to, as code hosts make them."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S), re.M)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_every_command_runs_and_prints_what_is_shown(name: str) -> None:
    assert written_anew(read(name)) == read(name), (
        "run `.venv/bin/python tests/test_guides.py` to write the outputs anew, then read them"
    )


def blocks_of(text: str) -> list[str]:
    """The fenced blocks of a guide, each with its kind."""
    return re.findall(r"^```.*?^```$", text, re.MULTILINE | re.DOTALL)


def with_blocks(text: str, blocks: list[str]) -> str:
    """A guide with the blocks of its counterpart in the other language."""
    given = iter(blocks)
    return re.sub(r"^```.*?^```$", lambda _: next(given), text, flags=re.M | re.S)


@pytest.mark.parametrize("name", CHINESE)
def test_a_chinese_guide_shows_the_same_blocks_and_has_the_same_parts(name: str) -> None:
    english, chinese = read(name), read(CHINESE[name])
    assert blocks_of(english) == blocks_of(chinese)
    assert english.count("\n## ") == chinese.count("\n## ")


def test_both_guides_to_scenarios_list_the_same_changes() -> None:
    english = rows_under(read("scenarios/README.md"), "| change |")
    chinese = rows_under(read("scenarios/README.zh.md"), "| 改动 |")
    assert [row[0] for row in english] == [row[0] for row in chinese]


@pytest.mark.parametrize("name", ALL)
def test_every_link_leads_to_a_file_and_a_heading(name: str) -> None:
    text = re.sub(r"^```.*?^```$", "", read(name), flags=re.M | re.S)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, anchor = target.partition("#")
        if path.startswith("http"):
            continue
        file = (ROOT / name).parent / path if path else ROOT / name
        assert file.exists(), target
        assert not anchor or anchor in anchors(file.read_text(encoding="utf-8")), target


@pytest.mark.parametrize("name", GUIDES)
def test_every_file_named_in_code_exists(name: str) -> None:
    around = [(ROOT / name).parent, ROOT, ROOT / "scenarios" / "jiaxing-2024"]
    made = {path.name for path in write_targets(read(name))}
    pieces = {word for code in re.findall(r"`([^`\n]+)`", read(name)) for word in code.split()}
    files = {p for p in pieces if re.fullmatch(r"[\w.*/<>-]+\.(md|yaml|csv|txt|py|ipynb|typ)", p)}
    for file in files - {"assessed.csv", "claims.csv"}:
        pattern = re.sub(r"<[^>]*>", "*", file)
        known = Path(file).name in made or any(any(folder.glob(pattern)) for folder in around)
        assert known or file.startswith(("tables/", "reports/runs")), file


def write_targets(text: str) -> list[Path]:
    return [Path(found) for found in re.findall(r"^# (scenarios/\S+\.yaml)$", text, re.M)]


def questions() -> str:
    """A row for each scenario of the first paper: its file and what it asks."""
    rows = []
    for path in sorted(FIRST.glob("*.yaml")):
        asked = read_yaml(path).values
        if "question" in asked:
            rows.append(f"| `{path.name}` | {asked['question_en']} | {asked['question']} |")
    return "\n".join(["| file | question | 问题 |", "|---|---|---|", *rows]) + "\n"


def with_questions(text: str) -> str:
    table = re.search(r"^\| file \| question .*\n(?:\|.*\n)+", text, re.MULTILINE)
    assert table is not None
    return text.replace(table.group(), questions())


def test_every_scenario_is_listed_with_its_question_and_no_other() -> None:
    text = read("scenarios/README.md")
    assert with_questions(text) == text, "run `.venv/bin/python tests/test_guides.py`"


def test_every_complete_scenario_of_the_guide_loads_and_changes_something(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "scenarios", tmp_path / "scenarios")
    written = write_files(tmp_path, read("scenarios/README.md"))
    sound = [path for path in written if path.name != "mistyped.yaml"]
    assert len(sound) >= 4
    for path in sound:
        assert load_scenario(path).changes, path.name


def test_the_blocks_of_the_tutorial_are_parts_of_the_files_beside_it() -> None:
    text = (TUTORIAL / "README.md").read_text(encoding="utf-8")
    files = [TUTORIAL / "paper.txt", *TUTORIAL.rglob("*.yaml")]
    whole = {path: path.read_text(encoding="utf-8") for path in files}
    blocks = [*fences(text, "yaml"), *fences(text, "paper")]
    shown = [path for block in blocks for path, said in whole.items() if block in said]
    assert len(shown) == len(blocks), "a block is in no file, or in two"
    named = {"paper.txt", "policy.yaml", "Y2a.yaml", "pools.yaml", "base.yaml", "lower-cap.yaml"}
    assert {path.name for path in shown} == named


@pytest.mark.parametrize("name", ["README.md", "README.zh.md"])
def test_every_figure_in_the_words_of_the_tutorial_is_in_its_files_or_outputs(name: str) -> None:
    text = (TUTORIAL / name).read_text(encoding="utf-8")
    printed = "\n".join(fences(text, "text")).replace(",", "").split()
    numbers = {number for word in printed for number in re.findall(r"\d+", word)}
    for path in [TUTORIAL / "paper.txt", *TUTORIAL.rglob("*.yaml"), TUTORIAL / "register.csv"]:
        numbers |= set(re.findall(r"\d+", path.read_text(encoding="utf-8")))
    said = re.sub(r"^```.*?^```$", "", text, flags=re.M | re.S)
    figures = re.findall(r"(\d+)(?=万元|家| ?%)", said)
    assert len(figures) > 20
    assert sorted(set(figures) - numbers) == []


def test_the_tutorial_is_marked_as_invented_wherever_it_may_be_met() -> None:
    for path in TUTORIAL.rglob("*"):
        if path.is_file():
            said = path.read_text(encoding="utf-8")
            assert re.search(r"[Ii]nvented|虚构", said) or path.name == "lower-cap.yaml", path.name
    base = load_scenario(TUTORIAL / "base.yaml")
    assert "虚构样例" in base.document.title.short_zh
    assert "invented" in base.document.title.short_en
    assert all("虚构样例" in figure.why for figure in base.book.figures().values())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_guide_to_the_report_calls_its_parts_by_the_names_that_are_printed(
    language: str,
) -> None:
    name, head = {
        "en": ("reports/README.md", "| part |"),
        "zh": ("reports/README.zh.md", "| 部分 |"),
    }[language]
    words = read_yaml(ROOT / "reports" / f"wording.{language}.yaml").values
    printed = {text for group in words.values() for text in group.values()}
    parts = [row[0] for row in rows_under(read(name), head)]
    assert len(parts) > 20
    assert [part for part in parts if part not in printed] == []


def test_both_guides_to_the_report_have_the_same_parts() -> None:
    shapes = []
    for name in ("reports/README.md", "reports/README.zh.md"):
        text = read(name)
        tables = re.findall(r"(?:^\|.*\n)+", text, re.MULTILINE)
        questions = text.count("\n**")
        shapes.append(([table.count("\n") for table in tables], questions, text.count("\n## ")))
    assert shapes[0] == shapes[1]


if __name__ == "__main__":
    for each in WITH_COMMANDS:
        text = written_anew(read(each))
        text = with_questions(text) if each == "scenarios/README.md" else text
        (ROOT / each).write_text(text, encoding="utf-8", newline="\n")
        if each in CHINESE:
            chinese = with_blocks(read(CHINESE[each]), blocks_of(text))
            (ROOT / CHINESE[each]).write_text(chinese, encoding="utf-8", newline="\n")
        print(each)
