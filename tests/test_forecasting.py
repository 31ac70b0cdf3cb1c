"""`budget forecast` and `budget backtest` as commands: files, sentences, and what is refused."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest
from demand_sample import TINY
from invented_registers import HEADER, row_of, write_year
from output_fields import BACKTEST, FORECAST, groups_of, misfits

from model.backtesting import backtest_registers
from model.cli import main
from model.errors import InputError
from model.forecasting import Forecasted, Wanted, forecast_register
from model.report.cells import cell_text
from model.report.forecast_words import (
    backtest_notes,
    forecast_headings,
    forecast_notes,
    forecast_row,
)
from model.report.wording import LANGUAGES, read_wording

BASE = TINY / "base.yaml"
FILES = ["fan.zh.png", "fan.zh.svg", "forecast.json"]
TABLES = ["accounts", "awards", "months", "shocks", "transfers"]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A register of one whole synthetic year."""
    path = tmp_path_factory.mktemp("register") / "claims.csv"
    write_year(path, draw=3)
    return path


@pytest.fixture(scope="module")
def july(year: Path) -> tuple[Path, Forecasted]:
    out = year.parent / "july"
    return out, ask(year, "2031-07-31", out)


def ask(register: Path, as_of: str, out: Path) -> Forecasted:
    """A forecast on few draws."""
    return forecast_register(register, BASE, Wanted(as_of=as_of, out=out, draws=100))


def record_of(folder: Path) -> dict[str, Any]:
    return json.loads((folder / "forecast.json").read_text(encoding="utf-8"))


def test_a_forecast_is_a_folder_of_totals_tables_and_charts(
    july: tuple[Path, Forecasted],
) -> None:
    out, done = july
    found = sorted(str(p.relative_to(out)) for p in out.rglob("*") if p.is_file())
    assert found == sorted([*FILES, *(f"tables/{name}.csv" for name in TABLES)])
    assert done.problems == ()
    record = record_of(out)
    assert record["forecast_version"] == 1
    assert record["as_of"] == "2031-07-31"
    assert [row["id"] for row in record["accounts"]] == ["building", "skills", "research", "health"]
    assert len(record["months"]) == 4 * 12


def test_a_forecast_holds_the_fields_that_the_guide_lists_and_no_other(
    july: tuple[Path, Forecasted],
) -> None:
    record = record_of(july[0])
    assert misfits(record, FORECAST) == []
    where_no_plan_is = {"plan.clashes[]"}
    assert {group for group, _ in groups_of(record, FORECAST)} == set(FORECAST) - where_no_plan_is


def test_no_applicant_is_in_the_output(july: tuple[Path, Forecasted]) -> None:
    for path in july[0].rglob("*"):
        if path.suffix in (".json", ".csv", ".svg"):
            assert "虚构企业" not in path.read_text(encoding="utf-8-sig"), path


def test_the_numbers_agree_with_each_other(july: tuple[Path, Forecasted]) -> None:
    record = record_of(july[0])
    awards = {row["id"]: row for row in record["awards"]}
    assert record["claims"]["counted"] == sum(row["claims"] for row in awards.values())
    for row in record["accounts"]:
        months = [m for m in record["months"] if m["account"] == row["id"]]
        assert [m["run_out_probability"] for m in months] == row["run_out_probability_by_month"]
        assert row["run_out_probability_by_month"][11] == row["gap_probability"]
        assert row["gap_probability_low"] <= row["gap_probability"] <= row["gap_probability_high"]
        quantiles = [row[f"year_p{s:02}_yuan"] for s in (5, 10, 25, 50, 75, 90, 95)]
        assert quantiles == sorted(quantiles)
        assert quantiles == [months[11][f"p{s:02}_yuan"] for s in (5, 10, 25, 50, 75, 90, 95)]
        known = [m["known"] for m in months]
        pays = row["id"] == "health"
        assert known == [not pays] * 7 + [False] * 5 if not pays else [False] * 12
        if not pays:
            assert months[6]["p05_yuan"] == months[6]["p95_yuan"] == row["due_yuan"]
    late = next(row for row in record["accounts"] if row["id"] == "research")
    assert late["due_yuan"] == late["claimed_yuan"] * 9 // 10  # a tenth is paid next year
    skills = next(row for row in record["accounts"] if row["id"] == "skills")
    assert skills["claimed_yuan"] == awards["B3a"]["claimed_yuan"]
    assert skills["claims"] == awards["B3a"]["claims"]
    assert sum(s["weight_now"] for s in record["shocks"]) == pytest.approx(1, abs=1e-5)


def test_the_plan_of_the_updated_year_is_stated(july: tuple[Path, Forecasted]) -> None:
    record, done = record_of(july[0]), july[1]
    assert record["plan"]["status"] == "optimal"
    moved = {row["id"]: row["after_plan_yuan"] - row["budget_yuan"] for row in record["accounts"]}
    for each in record["plan"]["transfers"]:
        moved[each["from"]] += each["amount_yuan"]
        moved[each["to"]] -= each["amount_yuan"]
    assert set(moved.values()) == {0}
    told = [note for note in done.notes if note.startswith("预算调剂")]
    assert len(told) == len(record["plan"]["transfers"])
    assert told or "没有值得做的预算调剂" in done.notes


def test_both_languages_say_the_same_things() -> None:
    zh, en = (read_wording(language, "forecast").texts for language in LANGUAGES)
    assert zh.keys() == en.keys()
    for key, text in zh.items():
        places = [set(re.findall(r"{(\w+)}", each)) for each in (text, en[key])]
        assert places[0] == places[1], key


def test_a_forecast_is_told_in_english_too(july: tuple[Path, Forecasted]) -> None:
    record, words = record_of(july[0]), read_wording("en", "forecast")
    told = [
        *forecast_headings(words),
        *(cell for row in record["accounts"] for cell in forecast_row(row, words)),
        *forecast_notes(record, words),
    ]
    assert [each for each in told if re.search(r"[\u4e00-\u9fff]", each)] == []
    building = forecast_row(record["accounts"][0], words)
    assert building[:2] == ("building", f"{record['accounts'][0]['claimed_yuan'] / 1e6:.2f}")
    first = record["plan"]["transfers"][0]
    moved = f"transfer {first['from_en']} → {first['to_en']} {first['amount_yuan'] / 1e6:g} million"
    notes = list(forecast_notes(record, words))
    assert notes[0].startswith(moved)
    assert f"claims counted until 2031-07-31: {record['claims']['counted']}" in notes
    assert "not counted, filed after 2031-07-31: 17" in notes


def test_every_row_left_out_is_told_with_its_reason(tmp_path: Path) -> None:
    rows = [
        row_of(1, "B3a", "2031-03-05", 400_000),
        row_of(2, "B3a", "2031-09-05", 400_000),
        row_of(3, "B3a", "2030-03-05", 400_000),
        row_of(4, "B3a", "", 400_000),
        row_of(5, "B3a", "2031-02-05", 400_000).replace("400000", "四十万元整吗"),
    ]
    register = tmp_path / "claims.csv"
    register.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    done = ask(register, "2031-06-30", tmp_path / "out")
    for words in (
        "截至2031-06-30计入1笔申报",
        "1笔申报在2031-06-30之后，不计入",
        "1笔申报不在2031年，不计入",
        "1笔申报没有申报日期，不知道是否已到，不计入",
        "1行无法读取，不计入",
    ):
        assert words in done.notes
    (problem,) = done.problems
    assert "四十万元整吗" in problem
    record = record_of(tmp_path / "out")
    assert record["register"]["rows_refused"] == 1
    assert record["draws"] == 100
    counted = record["claims"]
    assert sum(counted.values()) + record["register"]["rows_refused"] == len(rows)


def test_a_register_of_one_department_leaves_the_others_as_assumed(tmp_path: Path) -> None:
    register = tmp_path / "claims.csv"
    rows = [row_of(n, "B3a", "2031-02-05", 400_000) for n in range(1, 5)]
    register.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    done = ask(register, "2031-06-30", tmp_path / "out")
    told = "登记册里没有建设、研究的申报，视为未收录，这些账户仍按年初假设"
    assert told in done.notes
    record = record_of(tmp_path / "out")
    accounts = {row["id"]: row for row in record["accounts"]}
    for key in ("building", "research"):
        assert accounts[key]["gap_probability"] == accounts[key]["gap_probability_at_start"]
        assert not accounts[key]["only_claims"]
    assert accounts["skills"]["only_claims"]
    assert {row["id"] for row in record["awards"] if row["covered"]} == {"B3a"}


def test_a_count_beyond_its_bound_is_told_and_the_forecast_goes_on(tmp_path: Path) -> None:
    """Twenty courses at most; 23 have come."""
    rows = [row_of(n, "B3a", "2031-05-05", 100_000) for n in range(1, 24)]
    register = tmp_path / "claims.csv"
    register.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    done = ask(register, "2031-06-30", tmp_path / "out")
    (told,) = [note for note in done.notes if "超过假设的上限" in note]
    assert told.startswith("B3a 培训项目补助已有23笔申报，超过假设的上限（pools.courses.count）")
    skills = next(row for row in record_of(tmp_path / "out")["awards"] if row["id"] == "B3a")
    assert skills["beyond_bounds"]
    assert skills["year_claims_now"] > 23


@pytest.mark.parametrize(
    ("day", "fact"),
    [
        ("2031-13-01", "--as-of: '2031-13-01' is not a day. Write for example 2024-09-30."),
        ("yesterday", "--as-of: 'yesterday' is not a day. Write for example 2024-09-30."),
        (
            "2029-06-30",
            "claims.csv: no claim was filed in 2029, the year of --as-of; there are some of 2031."
            " Give a day of that year, or another register.",
        ),
    ],
)
def test_a_day_that_does_not_fit_is_refused(
    year: Path, tmp_path: Path, day: str, fact: str
) -> None:
    with pytest.raises(InputError) as caught:
        ask(year, day, tmp_path / "out")
    assert str(caught.value).replace(f"{year.parent}/", "") == fact
    assert list(tmp_path.iterdir()) == []


def test_a_register_without_days_is_refused(tmp_path: Path) -> None:
    register = tmp_path / "claims.csv"
    register.write_text(f"{HEADER}\n{row_of(1, 'B3a', '', 7)}\n", encoding="utf-8")
    words = "no claim that can be read has a filing date ('filed', 申报日期)."
    with pytest.raises(InputError) as caught:
        ask(register, "2031-06-30", tmp_path / "out")
    assert words in str(caught.value)
    with pytest.raises(InputError) as caught:
        backtest_registers([register], BASE, tmp_path / "out")
    assert words in str(caught.value)


@pytest.mark.parametrize("name", ["forecast", "backtest"])
def test_a_folder_of_something_else_is_left_alone(year: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "cat.txt").write_text("cat", encoding="utf-8")
    out = tmp_path / "photos"
    act = {
        "forecast": lambda: ask(year, "2031-06-30", out),
        "backtest": lambda: backtest_registers([year], BASE, out),
    }[name]
    with pytest.raises(InputError, match=f"is already there and is not a {name}"):
        act()
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["cat.txt"]


def command(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["budget", *map(str, words)])
    with pytest.raises(SystemExit) as left:
        main()
    return int(left.value.code or 0)


def test_the_command_prints_the_accounts_and_writes_the_same_bytes_again(
    year: Path,
    july: tuple[Path, Forecasted],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    words = ("--as-of", "2031-07-31", "--out", tmp_path / "out", "--draws", 100)
    assert command(monkeypatch, "forecast", year, "--scenario", BASE, *words) == 0
    printed = capsys.readouterr()
    first, again = (
        {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*.*")}
        for out in (july[0], tmp_path / "out")
    )
    assert first == again
    assert "支出账户" in printed.out
    assert "截至2031-07-31计入" in printed.out
    assert printed.err == ""


def test_a_year_without_a_plan_says_so_and_ends_with_its_own_code(
    year: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("base", "policy", "pools"):
        shutil.copy(TINY / f"{name}.yaml", tmp_path)
    scenario = tmp_path / "impossible.yaml"
    floors = "{building: 200亿元}"
    scenario.write_text(
        f"question: q\nbased_on: base\nchanges:\n  allocation.floors: {floors}\n",
        encoding="utf-8",
    )
    out = tmp_path / "out"
    words = ("--as-of", "2031-03-31", "--out", out, "--draws", 100)
    assert command(monkeypatch, "forecast", year, "--scenario", scenario, *words) == 3
    assert "没有方案满足全部约束条件，差" in capsys.readouterr().out
    record = record_of(out)
    assert record["plan"]["status"] == "infeasible"
    assert record["plan"]["clashes"]
    assert misfits(record, FORECAST) == []


def test_the_backtest_of_two_years_tells_coverage_and_refuted_counts(
    year: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    other = tmp_path / "later.csv"
    write_year(other, draw=5, year=2032)
    with other.open("a", encoding="utf-8") as file:
        for number in range(5_000, 5_060):  # far more courses than a ceiling of 20 a year
            file.write(row_of(number, "B3a", "2032-04-01", 100_000) + "\n")
    words = ("backtest", year, other, "--scenario", BASE, "--out", tmp_path / "out")
    assert command(monkeypatch, *words) == 0
    printed = capsys.readouterr().out
    record = json.loads((tmp_path / "out" / "backtest.json").read_text(encoding="utf-8"))
    assert misfits(record, BACKTEST) == []
    assert {group for group, _ in groups_of(record, BACKTEST)} == set(BACKTEST)
    assert [row["year"] for row in record["years"]] == [2031, 2032]
    counts = {row["award"]: row for row in record["counts"]}
    assert counts["B3a"]["rejected"]
    assert counts["B3a"]["high"] <= 40
    assert f"B3a 培训项目补助：共申报{sum(counts['B3a']['counts'])}笔，按假设应在" in printed
    assert "只有2年，以上比例的误差很大" in printed
    whole = [row for row in record["coverage"] if row["month"] is None]
    assert [row["stated"] for row in whole] == [0.5, 0.8, 0.95]
    tables = sorted(path.name for path in (tmp_path / "out" / "tables").iterdir())
    assert tables == [
        *("cases.csv", "counts.csv", "coverage.csv", "curve.csv", "months.csv"),
        *("sizes.csv", "years.csv"),
    ]
    assert sum(row["claims"] for row in record["months"]) == sum(
        row["claims"] for row in record["years"]
    )
    sizes = {row["award"]: row for row in record["sizes"]}
    assert sizes["B3a"]["rejected"]
    english = list(backtest_notes(record, read_wording("en", "forecast")))
    assert any(note.startswith("2032: ") and "the last one of 2032-" in note for note in english)
    claims, many = sum(counts["B3a"]["counts"]), counts["B3a"]
    assert any(f"{claims} claims, assumed between {many['low']} and" in note for note in english)
    assert english[-1] == "years compared: 2, so the shares above have a large error"
    assert len(english) == len(list(backtest_notes(record, read_wording("zh", "forecast"))))
    assert f"B3a 培训项目补助：{sizes['B3a']['claims']}笔共" in printed
    assert {case["month"] for case in record["cases"]} == set(range(1, 12))


def test_a_year_in_two_registers_is_refused(year: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        backtest_registers([year, year], BASE, tmp_path / "out")
    told = str(caught.value).replace(f"{year.parent}/", "")
    assert told == (
        "claims.csv: it has claims of 2031, and so has claims.csv. Give each year in one register."
    )


def test_a_name_that_a_spreadsheet_would_run_is_neutral_in_tables() -> None:
    assert cell_text("=1+1") == "'=1+1"
