"""The results workbook: its numbers are the record's, its formulas come to what they hold."""

from __future__ import annotations

import itertools
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
    ids = column_of(book(), "支出账户", "情景文件中的写法")[: len(by_id)]
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
    costs = [option["objective_yuan"] for option in menu]
    found = column_of(book(), "备选方案", "比不调剂少欠（万元）")
    assert yuan(found)[: len(menu)] == [costs[0] - cost for cost in costs]
    found = column_of(book(), "备选方案", "比上一行再少欠（万元）")
    pairs = list(itertools.pairwise(menu))
    assert yuan(found)[1 : len(menu)] == [
        one["objective_yuan"] - other["objective_yuan"]
        if one["approval"] == other["approval"]
        else None
        for one, other in pairs
    ]


def test_a_point_of_the_frontier_is_held_against_no_transfer_and_against_the_point_before(
    book: Callable[..., Path],
) -> None:
    points = sample_record()["options"]["frontier"]
    costs = [point["objective_yuan"] for point in points]
    values, _ = read(book())
    sums = {
        int(cell[1:]): value for (sheet, cell), value in values.items()
        if sheet == "备选方案" and cell[0] == "B"
    }  # fmt: skip
    head = next(row for row, value in sums.items() if value == "按评判口径的合计\n（万元）")
    rows = range(head + 1, head + 1 + len(points))
    assert yuan([values["备选方案", f"D{row}"] for row in rows]) == [
        costs[0] - cost for cost in costs
    ]
    assert yuan([values.get(("备选方案", f"E{row}")) for row in rows]) == [
        None,
        *(one - other for one, other in itertools.pairwise(costs)),
    ]


def test_claims_are_added_up_over_the_accounts_that_can_be_judged_and_money_over_all(
    book: Callable[..., Path],
) -> None:
    record = reserve_record()
    accounts = record["accounts"]
    known = [account for account in accounts if account["verdict"] != "unknown"]
    assert 0 < len(known) < len(accounts)
    values, _ = read(book(reserve_record))
    rows = {
        said: c[1:] for (sheet, c), said in values.items() if sheet == "支出账户" and c[0] == "A"
    }
    whole, part = rows["全部账户合计"], rows["其中：能够判断的账户"]
    assert int(part) == int(whole) + 1
    reserve = [row for row in record["plan"]["accounts"] if row["id"] == "reserve"]
    budgets = [account["budget_yuan"] for account in accounts]
    total = sum([*budgets, *(row["before_yuan"] for row in reserve)])
    assert round(values["支出账户", f"E{whole}"] * WAN) == total
    for letter, field in (
        ("E", "budget_yuan"),
        ("H", "demand_mean_yuan"),
        ("O", "expected_idle_yuan"),
    ):
        found = round(values["支出账户", f"{letter}{part}"] * WAN)
        assert found == sum(account[field] for account in known), field
    assert ("支出账户", f"H{whole}") not in values


def test_a_chance_changes_by_points_and_a_promise_is_the_one_of_the_report(
    book: Callable[..., Path],
) -> None:
    record = sample_record()
    before, after = (record["plan"][end]["gap_probability"] for end in ("before", "after"))
    found = column_of(book(), "汇总", "变化（百分点）")[0]
    assert found == pytest.approx(100 * (after - before), abs=1e-8)
    shares = column_of(book(), "多安排与放宽", "承诺比例")
    percents = [row["percent"] for row in record["promised_ratios"]]
    assert [round(100 * share) for share in shares[: len(percents)]] == percents


def test_assumptions_say_rates_in_percent_and_name_what_they_are_for(tmp_path: Path) -> None:
    record = sample_record()
    entry = record["assumptions"][0]
    entry |= {
        "id": "pools.x.growth_rate.mean",
        "unit": "",
        "low": 0.015,
        "central": 0.02,
        "high": 0.03,
    }
    entry |= {"awards": [record["awards"][0]["id"]]}
    other = record["assumptions"][1]
    other |= {"unit": "家", "low": 1, "central": 10_000, "high": 20_000}
    path = write_results(freeze_record(record), "zh", tmp_path / "results.xlsx")
    assert column_of(path, "假设", "低")[0] == "1.5%"
    assert column_of(path, "假设", "中")[1] == "10,000家"
    award = record["awards"][0]
    assert column_of(path, "假设", "用于")[0] == f"{award['id']} {award['name_zh']}"


def test_a_difference_rounded_to_nothing_has_no_sign(book: Callable[..., Path]) -> None:
    found = parts(book())
    pages = [text for name, text in found.items() if name.startswith("xl/worksheets/sheet")]
    assert sum("<formula>-0.004999995" in page for page in pages) >= 4
    assert 'formatCode="0.00;0.00"' in found["xl/styles.xml"]
    assert 'formatCode="+#,##0.00;-#,##0.00;0.00"' in found["xl/styles.xml"]


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
    assert formulas["支出账户", f"G{row}"] == f"MAX(0,E{row}-F{row})"
    assert formulas["支出账户", f"R{row}"] == f"ROUND(Q{row}-E{row},8)"
    assert formulas["支出账户", f"U{row}"] == f"ROUND(T{row}-N{row},8)"


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
        re.fullmatch(r"[A-Z0-9(),:$!'\-/*.\u4e00-\u9fff]+", text) for text in formulas.values()
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


def test_titles_and_notes_of_sheets_over_several_pages_are_not_cut_at_the_fold(
    book: Callable[..., Path],
) -> None:
    found = parts(book())
    values, _ = read(book())
    accounts = found["xl/worksheets/sheet3.xml"]
    assert 'fitToWidth="2"' in accounts
    assert 'mergeCell ref="A1:B1"' in accounts  # these stand again on the second page
    assert values["支出账户", "C2"].startswith("没有数据")
    assert ("支出账户", "A2") not in values
    ends = re.findall(r'mergeCell ref="C2:([A-Z]+)2"', accounts)
    assert ends
    assert ends[0] < "M"  # the first page holds half of the 23 columns


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
    assert formulas["图", f"B{row}"].startswith("'支出账户'!K")
    assert formulas["图", f"E{row}"].startswith("'支出账户'!N")


def test_the_bars_of_a_range_reach_its_ends(book: Callable[..., Path]) -> None:
    record = sample_record()
    judged = [each for each in record["accounts"] if each["verdict"] != "unknown"]
    by_name = {each["name_zh"]: each for each in judged}
    values, _ = read(book())
    for row in range(5, 5 + len(judged)):
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
