"""The results workbook: its numbers are the record's, its formulas come to what they hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from record_sample import (
    even_record,
    infeasible_record,
    reserve_record,
    sample_record,
    stress_record,
)
from test_pdf import AGREED, FORBIDDEN
from workbook_cells import column_of, compute, parts, read

from model.neutral import FORMULA_STARTS
from model.report.numerals import Language
from model.report.record import freeze_record
from model.report.results_book import write_results
from model.report.wording import LANGUAGES, read_wording

Make = Callable[[], dict[str, Any]]
MAKES = (sample_record, reserve_record, infeasible_record, even_record, stress_record)
WAN, YI = 10_000, 100_000_000


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """The workbook of a record, each made once."""
    folder = tmp_path_factory.mktemp("books")

    def made(make: Make = sample_record, language: Language = "zh") -> Path:
        out = folder / f"{make.__name__}.{language}.xlsx"
        return out if out.exists() else write_results(freeze_record(make()), language, out)

    return made


def yuan(values: list[Any], unit: int = WAN) -> list[int | None]:
    return [None if value is None else round(value * unit) for value in values]


# --- the numbers are the record's -----------------------------------------------------------------


def test_every_sheet_is_there_in_both_languages(book: Callable[..., Path]) -> None:
    zh, en = (
        CalamineWorkbook.from_path(str(book(language=language))).sheet_names
        for language in LANGUAGES
    )
    assert zh == [
        *("汇总", "图", "支出账户", "资金池", "预算条目", "奖补事项", "备选方案", "多安排与放宽"),
        *("奖补标准", "解读口径", "假设", "核对"),
    ]
    assert len(en) == len(zh)
    assert not set(en) & set(zh)


def test_the_accounts_are_those_of_the_record_to_the_yuan(book: Callable[..., Path]) -> None:
    record = sample_record()
    by_id = {account["id"]: account for account in record["accounts"]}
    planned = {row["id"]: row for row in record["plan"]["accounts"]}
    ids = column_of(book(), "支出账户", "编号")[: len(by_id)]
    assert sorted(ids) == sorted(by_id)
    heads = {
        "预算（万元）": "budget_yuan",
        "以前年度及预留（万元）": "committed_yuan",
        "平均应兑现额（万元）": "demand_mean_yuan",
        "95%年份不超过（万元）": "demand_p95_yuan",
        "平均少付（万元）": "expected_unpaid_yuan",
        "平均沉淀（万元）": "expected_idle_yuan",
    }
    for head, field in heads.items():
        risk = field not in ("budget_yuan", "committed_yuan")
        expected = [
            None if risk and by_id[key]["verdict"] == "unknown" else by_id[key][field]
            for key in ids
        ]
        assert yuan(column_of(book(), "支出账户", head)[: len(ids)]) == expected, head
    chances = column_of(book(), "支出账户", "缺口可能性")[: len(ids)]
    known = [key for key in ids if by_id[key]["verdict"] != "unknown"]
    assert chances[: len(known)] == [by_id[key]["gap_probability"] for key in known]
    assert yuan(column_of(book(), "支出账户", "调剂后预算（万元）")[: len(ids)]) == [
        planned[key]["after_yuan"] for key in ids
    ]


def test_lines_funds_and_options_are_those_of_the_record(book: Callable[..., Path]) -> None:
    record = sample_record()
    lines, funds = record["lines"], record["funds"]
    found = column_of(book(), "预算条目", "印列金额（亿元）")
    assert yuan(found, YI)[: len(lines)] == [line["printed_yuan"] for line in lines]
    found = column_of(book(), "资金池", "预算（亿元）")
    assert yuan(found, YI)[: len(funds)] == [fund["budget_yuan"] for fund in funds]
    assert yuan(found, YI)[len(funds)] == sum(fund["budget_yuan"] for fund in funds)
    menu = record["options"]["menu"]
    found = column_of(book(), "备选方案", "预计少欠（万元）")
    assert yuan(found)[: len(menu)] == [option["saved_yuan"] for option in menu]


def test_english_money_is_in_million_yuan(book: Callable[..., Path]) -> None:
    record = sample_record()
    found = column_of(book(language="en"), "funds", "budget (million yuan)")
    money = [round(value * 1_000_000) for value in found[: len(record["funds"])]]
    assert money == [fund["budget_yuan"] for fund in record["funds"]]


def test_an_account_that_nobody_can_judge_shows_its_money_and_no_chance(
    book: Callable[..., Path],
) -> None:
    verdicts = column_of(book(), "支出账户", "判断")
    places = [place for place, verdict in enumerate(verdicts) if verdict == "无法判断"]
    assert places
    for head in ("缺口可能性", "平均少付（万元）", "平均应兑现额（万元）"):
        values = column_of(book(), "支出账户", head)
        assert [values[place] for place in places] == [None] * len(places), head
    money = column_of(book(), "支出账户", "预算（万元）")
    assert all(money[place] > 0 for place in places)


# --- formulas -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", MAKES)
def test_every_formula_holds_what_it_comes_to(
    book: Callable[..., Path], make: Make, language: Language
) -> None:
    path = book(make, language)
    values, formulas = read(path)
    assert len(formulas) > 60
    for place, text in formulas.items():
        assert compute(path, place) == pytest.approx(values[place], abs=1e-8), (place, text)


def test_an_auditor_finds_formulas_where_numbers_depend_on_each_other(
    book: Callable[..., Path],
) -> None:
    _, formulas = read(book())
    by_sheet = {sheet for sheet, _ in formulas}
    assert by_sheet == {
        *("汇总", "图", "支出账户", "资金池", "预算条目", "奖补事项", "备选方案", "多安排与放宽"),
        *("解读口径", "核对"),
    }
    first = next(
        c for (sheet, c), text in formulas.items() if sheet == "支出账户" and "MAX" in text
    )
    row = first[1:]
    assert formulas["支出账户", f"H{row}"] == f"MAX(0,F{row}-G{row})"
    assert formulas["支出账户", f"S{row}"] == f"ROUND(R{row}-F{row},8)"
    assert formulas["支出账户", f"V{row}"] == f"ROUND(U{row}-O{row},8)"


def test_the_reconciliation_is_calculated_from_its_own_rows(tmp_path: Path) -> None:
    record = sample_record()
    lines = [line for line in record["lines"] if line["parent"] is None]
    before = [{"label_zh": line["name_zh"], "amount_yuan": line["printed_yuan"]} for line in lines]
    record["reconciliation"] = [*before, *record["reconciliation"]]
    path = write_results(freeze_record(record), "zh", tmp_path / "results.xlsx")
    values, formulas = read(path)
    labels = {said: c[1:] for (sheet, c), said in values.items() if sheet == "核对" and c[0] == "A"}
    steps = record["reconciliation"]
    for entry in steps:
        row = labels[entry["label_zh"]]
        assert round(values["核对", f"B{row}"] * YI) == entry["amount_yuan"], entry
    sums = [
        entry["amount_yuan"]
        for entry in steps
        if ("核对", f"B{labels[entry['label_zh']]}") in formulas
    ]
    assert sums == [record["totals"]["printed_yuan"], record["totals"]["net_yuan"]]
    assert values["核对", f"B{labels['差额']}"] == 0.0


def test_lines_agree_with_their_sub_lines_and_with_their_funds(book: Callable[..., Path]) -> None:
    n = len(sample_record()["lines"])
    for head in ("与下级差额（亿元）", "与资金池差额（亿元）"):
        rests = [rest for rest in column_of(book(), "预算条目", head)[:n] if rest is not None]
        assert rests
        assert set(rests) == {0.0}, head


# --- safe, printable, the same every time ---------------------------------------------------------


def test_no_text_runs_as_a_formula(tmp_path: Path) -> None:
    record = sample_record()
    for account, start in zip(record["accounts"], FORMULA_STARTS, strict=False):
        account["name_zh"] = f"{start}1+1"
    record["manifest"]["question"] = "=cmd|' /C calc'!A0"
    record["awards"][0]["name_zh"] = '@SUM("x")'
    path = write_results(freeze_record(record), "zh", tmp_path / "results.xlsx")
    values, formulas = read(path)
    texts = [said for said in values.values() if isinstance(said, str)]
    assert "'=cmd|' /C calc'!A0" in texts
    assert [text for text in texts if text.startswith(FORMULA_STARTS)] == []
    assert all(
        re.fullmatch(r"[A-Z0-9(),:$!'\-/.\u4e00-\u9fff]+", text) for text in formulas.values()
    )


@pytest.mark.parametrize("make", [sample_record, infeasible_record])
def test_equal_records_give_equal_bytes(tmp_path: Path, make: Make) -> None:
    one, other = (
        write_results(freeze_record(make()), "zh", tmp_path / name).read_bytes()
        for name in ("one.xlsx", "other.xlsx")
    )
    assert one == other


def test_every_sheet_is_ready_to_print_and_long_tables_keep_their_heads(
    book: Callable[..., Path],
) -> None:
    found = parts(book())
    sheets = [name for name in found if name.startswith("xl/worksheets/sheet")]
    summary, charts = (f"xl/worksheets/sheet{number}.xml" for number in (1, 2))
    for name in sheets:
        assert 'paperSize="9"' in found[name], name
        turned = "portrait" if name == charts else "landscape"
        assert f'orientation="{turned}"' in found[name], name
        assert ('fitToHeight="0"' in found[name]) == (name not in (summary, charts)), name
        assert 'state="frozen"' in found[name], name
    # All but the three that hold several tables.
    assert found["xl/workbook.xml"].count("Print_Titles") == len(sheets) - 3
    assert found["xl/workbook.xml"].count("Print_Area") == len(sheets)


def test_native_charts_read_the_table_above_them_and_it_reads_the_accounts(
    book: Callable[..., Path],
) -> None:
    found = parts(book())
    charts = [found[name] for name in sorted(found) if re.match(r"xl/charts/chart\d", name)]
    cells = [re.findall(r"<c:f>'?(\w+)'?!\$(\w)\$(\d+):\$\w\$(\d+)</c:f>", each) for each in charts]
    assert [[(sheet, letter) for sheet, letter, *_ in each] for each in cells] == [
        [("图", "D"), ("图", "C"), ("图", "A"), ("图", "B")],
        [("图", "A"), ("图", "E"), ("图", "A"), ("图", "F")],
        [("备选方案", "A"), ("备选方案", "B")],
    ]
    n = sum(account["verdict"] != "unknown" for account in sample_record()["accounts"])
    assert {int(last) - int(first) + 1 for _, _, first, last in (*cells[0], *cells[1])} == {n}
    n_points = len(sample_record()["options"]["frontier"])
    assert {int(last) - int(first) + 1 for _, _, first, last in cells[2]} == {n_points}
    assert "<c:errBars>" in charts[0]
    _, formulas = read(book())
    row = cells[0][0][2]
    assert formulas["图", f"B{row}"].startswith("'支出账户'!L")
    assert formulas["图", f"E{row}"].startswith("'支出账户'!O")


def test_the_bars_of_a_range_reach_its_ends(book: Callable[..., Path]) -> None:
    record = sample_record()
    judged = [each for each in record["accounts"] if each["verdict"] != "unknown"]
    by_name = {each["name_zh"]: each for each in judged}
    values, _ = read(book())
    for row in range(4, 4 + len(judged)):
        account = by_name[values["图", f"A{row}"]]
        central, below, above = (values["图", f"{letter}{row}"] for letter in "BCD")
        assert central == account["gap_probability"]
        assert central - below == pytest.approx(account["gap_probability_low"])
        assert central + above == pytest.approx(account["gap_probability_high"])


def test_a_chance_is_printed_as_below_one_percent_and_its_cell_holds_the_number(
    book: Callable[..., Path],
) -> None:
    found = parts(book())
    assert (
        "[&lt;0.01]&quot;&lt;1%&quot;;[&gt;0.99]&quot;&gt;99%&quot;;0.0%" in found["xl/styles.xml"]
    )
    chances = column_of(book(), "支出账户", "缺口可能性")
    assert any(value is not None and value > 0.99 for value in chances) or any(
        value is not None and 0 < value < 0.01 for value in chances
    )


# --- words ----------------------------------------------------------------------------------------


def test_both_languages_say_the_same_things() -> None:
    zh, en = (read_wording(language, "book").texts for language in LANGUAGES)
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        places = [set(re.findall(r"{(\w+)}", each)) for each in (text, en[key])]
        assert places[0] == places[1], key


def test_only_the_agreed_words_are_printed(book: Callable[..., Path]) -> None:
    said = [value for value in read(book())[0].values() if isinstance(value, str)]
    for text in said:
        for word in AGREED:
            text = text.replace(word, "")
        assert [word for word in FORBIDDEN if word in text] == [], text


def test_every_word_is_used(book: Callable[..., Path]) -> None:
    said = "\n".join(
        str(value) for make in MAKES for value in read(book(make))[0].values()
    ) + "".join(parts(book()).values())
    spare = ("mark.", "kind.", "evidence.", "verdict.", "status.", "unit.", "move", "list.")
    missing = [
        key
        for key, text in read_wording("zh", "book").texts.items()
        if not key.startswith(spare) and not set("{&") & set(text) and text not in said
    ]
    assert missing == []
