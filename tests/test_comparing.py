"""`budget compare`: files, words and numbers of a comparison; whole or nothing."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from demand_sample import TINY
from output_fields import COMPARISON, groups_of, misfits
from pypdf import PdfReader
from test_pdf import AGREED, FORBIDDEN
from workbook_cells import column_of, compute, read

from model.cli import main
from model.comparing import compare_scenarios
from model.comparison import compare
from model.differences import read_source
from model.neutral import FORMULA_STARTS
from model.recording.comparison import make_comparison
from model.report.canvas import as_svg
from model.report.compare.accounts import accounts_chapter
from model.report.compare.answers import answers
from model.report.compare.book import write_comparison_book
from model.report.compare.chart import cause_steps
from model.report.compare.measures import MEASURES, causes_of, points, with_others
from model.report.compare.pages import compile_comparison
from model.report.compare.plans import plans_chapter
from model.report.numerals import Language, chance, money_phrase
from model.report.wording import LANGUAGES, read_wording

FILES = [TINY / f"{name}.yaml" for name in ("base", "smaller", "rival")]
FEW = 40


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("compared") / "out"
    assert [path.name for path in compare_scenarios(FILES, out, "zh", FEW)] == [
        *("comparison.json", "comparison.zh.pdf", "comparison.xlsx")
    ]
    return out


@cache
def record(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    return found


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _text(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return _squeezed("".join(page.extract_text() for page in pages))


# --- the files ------------------------------------------------------------------------------------


def test_the_record_holds_scenarios_accounts_and_causes(folder: Path) -> None:
    found = record(folder)
    assert found["comparison_version"] == 1
    assert found["manifest"]["first"] == "base"
    assert found["manifest"]["scenarios"] == ["base", "smaller", "rival"]
    assert found["manifest"]["draws"] == FEW
    assert found["manifest"]["run_command"] == (
        "budget compare base.yaml smaller.yaml rival.yaml --draws 40"
    )
    assert {cause["scenario"] for cause in found["causes"]} == {"smaller", "rival"}
    assert [c["kind"] for c in found["causes"] if c["scenario"] == "rival"][-1] == "together"
    for scenario in found["scenarios"][1:]:
        mine = [c["total"] for c in found["causes"] if c["scenario"] == scenario["scenario"]]
        for field, change in scenario["change"].items():
            assert sum(each[field] for each in mine) == pytest.approx(change, abs=1e-9)
    assert {path.name for path in folder.iterdir()} == {
        *("comparison.json", "comparison.zh.pdf", "comparison.xlsx")
    }


def test_the_record_holds_the_fields_that_the_guide_lists_and_no_other(folder: Path) -> None:
    assert misfits(record(folder), COMPARISON) == []
    assert {group for group, _ in groups_of(record(folder), COMPARISON)} == set(COMPARISON)


def test_equal_records_give_equal_bytes(folder: Path, tmp_path: Path) -> None:
    again = compile_comparison(record(folder), "zh")
    assert again == (folder / "comparison.zh.pdf").read_bytes()
    book = write_comparison_book(record(folder), "zh", tmp_path / "again.xlsx")
    assert book.read_bytes() == (folder / "comparison.xlsx").read_bytes()


def test_the_pages_hold_the_numbers_of_the_record(folder: Path) -> None:
    text = _text((folder / "comparison.zh.pdf").read_bytes())
    assert "情景对比" in text
    for cause in record(folder)["causes"]:
        if cause["accounts"]:
            assert _squeezed(cause["name_zh"]) in text, cause
    scenario = record(folder)["scenarios"][1]
    assert f"变为{money_phrase(scenario['expected_unpaid_yuan'], 'zh')}" in text
    for row in record(folder)["accounts"]:
        if row["judged"]:
            assert f"{round(row['demand_mean_yuan'] / 10_000):,}" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_languages_are_set_without_a_warning(folder: Path, language: Language) -> None:
    text = _text(compile_comparison(record(folder), language))
    words = read_wording(language, "compare")
    for key in ("answer.title", "tables.title", "causes.title", "plan.title", "together"):
        assert _squeezed(words(key)) in text, key


def test_only_the_agreed_words_are_printed(folder: Path) -> None:
    text = _text((folder / "comparison.zh.pdf").read_bytes())
    said = [
        value for value in read(folder / "comparison.xlsx")[0].values() if isinstance(value, str)
    ]
    for each in (text, *said, *read_wording("zh", "compare").texts.values()):
        for word in AGREED:
            each = each.replace(word, "")
        assert [word for word in FORBIDDEN if word in each] == []


def test_both_languages_say_the_same_things() -> None:
    zh, en = (read_wording(language, "compare").texts for language in LANGUAGES)
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        places = [set(re.findall(r"{(\w+)}", each)) for each in (text, en[key])]
        assert places[0] == places[1], key


# --- the workbook ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_formula_holds_what_it_comes_to(
    folder: Path, tmp_path: Path, language: Language
) -> None:
    path = write_comparison_book(record(folder), language, tmp_path / "book.xlsx")
    values, formulas = read(path)
    assert len(formulas) > 60
    for place, text in formulas.items():
        assert compute(path, place) == pytest.approx(values[place], abs=1e-8), (place, text)
    texts = [value for value in values.values() if isinstance(value, str)]
    assert [text for text in texts if text.startswith((*FORMULA_STARTS, "'"))] == []


def test_the_workbook_holds_the_differences_and_shows_that_causes_add_up(folder: Path) -> None:
    path, found = folder / "comparison.xlsx", record(folder)
    scenarios = found["scenarios"]
    unpaid = column_of(path, "对比", "平均少付（万元）")[: len(scenarios)]
    assert [round(value * 10_000) for value in unpaid] == [
        each["expected_unpaid_yuan"] for each in scenarios
    ]
    changes = column_of(path, "对比", "少付之差（万元）")[: len(scenarios)]
    assert [round(value * 10_000) for value in changes] == [
        each["change"]["expected_unpaid_yuan"] for each in scenarios
    ]
    names = column_of(path, "原因", "原因")
    effects = column_of(path, "原因", "少付之差（万元）")
    checks = [value for name, value in zip(names, effects, strict=True) if name == "核对"]
    assert checks == [0.0, 0.0]


# --- the chart ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chart_leads_from_one_total_to_the_other(language: Language) -> None:
    words = read_wording(language, "compare")
    ends = (("base", 10_000_000), ("rival", 16_000_000))
    steps = [("上限", -2_000_000, False), ("条件", 5_000_000, False), ("共同作用", 3_000_000, True)]
    svg = as_svg(cause_steps(ends, steps, words))
    for text in ("base", "rival", "上限", "共同作用"):
        assert text in svg
    shown = ("1,000", "-200", "+500", "+300", "1,600") if language == "zh" else ("10.00", "+5.00")
    for text in shown:
        assert f">{text}<" in svg.replace("\u2212", "-"), text
    assert svg == as_svg(cause_steps(ends, steps, words))


# --- what moves, and what may be added up ---------------------------------------------------------


def unlike(folder: Path) -> dict[str, Any]:
    """The comparison with one of its judged accounts known too little to be judged."""
    found: dict[str, Any] = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    lost = found["manifest"]["judged_accounts"].pop(0)
    risk = [field for field in MEASURES.values() if field != "available_yuan"]
    for row in found["accounts"]:
        if row["id"] == lost:
            row["judged"] = False
            for field in risk:
                row[field] = row["change"][field] = 0
    return found


def test_totals_count_judged_accounts_and_tell_the_money_of_all_others(folder: Path) -> None:
    found = unlike(folder)
    known = found["manifest"]["judged_accounts"]
    for scenario in found["scenarios"]:
        rows = [row for row in found["accounts"] if row["scenario"] == scenario["scenario"]]
        held = sum(row["available_yuan"] for row in rows if row["id"] in known)
        told = with_others(found, scenario)
        assert told["available_yuan"] == held
        assert told["others_yuan"] == scenario["available_yuan"] - held > 0
    for scenario in found["scenarios"][1:]:
        change = with_others(found, scenario)["change"]
        parts = [with_others(found, cause) for cause in causes_of(found, scenario)]
        for field in ("available_yuan", "others_yuan"):
            assert sum(part[field] for part in parts) == change[field], field
        assert change["others_yuan"] != 0


def test_the_table_of_money_has_a_total_for_each_kind_of_account(folder: Path) -> None:
    found, words = unlike(folder), read_wording("zh", "compare")
    tables = [block for block in accounts_chapter(found, words) if block["kind"] == "table"]
    heads = [row[0] for row in tables[0]["rows"]]
    n_known = len(found["manifest"]["judged_accounts"])
    assert heads[n_known] == "能够判断的账户合计"
    assert heads[-1] == "全部账户合计"
    for block in tables[1:]:
        assert len(block["rows"]) == n_known + 1


def test_the_workbook_tells_the_money_of_others_apart(folder: Path, tmp_path: Path) -> None:
    found = unlike(folder)
    path = write_comparison_book(found, "zh", tmp_path / "book.xlsx")
    others = column_of(path, "对比", "其余账户可用资金（万元）")
    held = column_of(path, "对比", "可用资金（万元）")
    for place, scenario in enumerate(found["scenarios"]):
        assert round(10_000 * (held[place] + others[place])) == scenario["available_yuan"]
        assert others[place] > 0
    values, formulas = read(path)
    for place, text in formulas.items():
        assert compute(path, place) == pytest.approx(values[place], abs=1e-8), (place, text)


def test_differences_of_chances_are_points(folder: Path) -> None:
    scenarios = record(folder)["scenarios"]
    found = column_of(folder / "comparison.xlsx", "对比", "可能性之差（百分点）")
    expected = [100 * each["change"]["gap_probability"] for each in scenarios]
    assert found[: len(scenarios)] == pytest.approx(expected, abs=1e-8)
    assert max(map(abs, expected)) > 1


def test_page_one_names_the_accounts_whose_chance_of_a_gap_moves_most(folder: Path) -> None:
    found, words = record(folder), read_wording("zh", "compare")
    rows = {(row["scenario"], row["id"]): row for row in found["accounts"] if row["judged"]}
    said = _squeezed("".join(str(row) for row in answers(found, words)["rows"]))
    told = 0
    for scenario in found["scenarios"][1:]:
        mine = [row for (label, _), row in rows.items() if label == scenario["scenario"]]
        most = max(mine, key=lambda row: abs(row["change"]["gap_probability"]))
        before = rows["base", most["id"]]["gap_probability"]
        if abs(most["change"]["gap_probability"]) < 0.01 or not most["present"]:
            continue
        way = "升至" if most["change"]["gap_probability"] > 0 else "降至"
        ends = [chance(each, "zh") for each in (before, most["gap_probability"])]
        assert f"{most['name_zh']}由{ends[0]}{way}{ends[1]}" in said
        told += 1
    assert told > 0


def test_a_chance_that_hardly_moves_is_told_as_such(folder: Path) -> None:
    found = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    for row in found["accounts"]:
        row["change"]["gap_probability"] = 0.004
    said = str(answers(found, read_wording("zh", "compare"))["rows"])
    assert "各账户资金缺口的可能性变化都不到1个百分点" in said


def test_money_moved_to_an_account_that_is_safe_is_marked(folder: Path) -> None:
    found = json.loads((folder / "comparison.json").read_text(encoding="utf-8"))
    plan = next(each for each in found["scenarios"] if each["plan"]["transfers"])
    receivers = {each["to"] for each in plan["plan"]["transfers"]}
    words = read_wording("zh", "compare")
    for risk, marks in ((0.5, False), (0.0, True)):
        for row in found["accounts"]:
            if row["scenario"] == plan["scenario"] and row["id"] in receivers:
                row["gap_probability"] = risk
        blocks = plans_chapter({**found, "scenarios": [plan]}, words)
        assert ("低于1%" in str(blocks)) == marks
        assert ("*" in str(blocks[2]["rows"])) == marks


def test_points_are_hundredths() -> None:
    assert [points(each) for each in (0.0321, -0.1, 0.0002, 1.0)] == [
        "+3.2",
        "-10.0",
        "0.0",
        "+100.0",
    ]


# --- the command ----------------------------------------------------------------------------------


Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    def run(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["budget", "compare", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        assert isinstance(left.value.code, int)
        told = capsys.readouterr()
        return left.value.code, told.out, told.err

    return run


def test_the_command_writes_three_files_and_names_them(tmp_path: Path, command: Command) -> None:
    out = tmp_path / "out"
    words = (FILES[0], FILES[0], "--out", out, "--draws", FEW, "--lang", "en")
    code, told, errors = command(*words)
    assert (code, errors) == (0, "base ...\nbase ...\n")
    names = ("comparison.json", "comparison.en.pdf", "comparison.en.xlsx")
    assert told.splitlines() == [str(out / name) for name in names]
    assert "differ" in _text((out / "comparison.en.pdf").read_bytes())


@pytest.mark.parametrize(
    ("files", "said"),
    [
        (["base.yaml"], "compare: one scenario has nothing to be compared with. Name two or more."),
        (["base.yaml", "none.yaml"], "none.yaml: there is no such file"),
    ],
)
def test_what_cannot_be_compared_is_told_and_nothing_is_written(
    tmp_path: Path, command: Command, files: list[str], said: str
) -> None:
    code, told, errors = command(*(TINY / name for name in files), "--out", tmp_path / "out")
    assert (code, told) == (2, "")
    assert said in errors
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_comparison_is_not_replaced(tmp_path: Path, command: Command) -> None:
    (tmp_path / "thesis.txt").write_text("kept", encoding="utf-8")
    code, _, errors = command(*FILES[:2], "--out", tmp_path)
    assert code == 2
    assert "is already there and is not a comparison of scenarios" in errors
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_an_infeasible_plan_is_told_and_the_rest_compared(tiny: Path) -> None:
    floors = "{building: 2100万元, skills: 1000万元, research: 1500万元, health: 500万元}"
    (tiny / "much.yaml").write_text(
        f"question: 保得住吗？\nbased_on: base\nchanges:\n  allocation.floors: {floors}\n", "utf-8"
    )
    sources = tuple(read_source(tiny / name) for name in ("base.yaml", "much.yaml"))
    found = make_comparison(compare(sources))
    assert found["scenarios"][1]["plan"]["status"] == "infeasible"
    text = _text(compile_comparison(found, "zh"))
    assert "没有方案满足全部约束条件" in text
    assert "至多影响假设区间、分配方案或判断：账户最低保留" in text
