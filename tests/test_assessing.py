"""A register assessed under a scenario: every cell kept, exact yuan, the reading that was asked."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from demand_sample import REAL, TINY, real

from model.assessing import Manner, assess_register
from model.cli import main
from model.errors import InputError
from model.money import format_money
from model.row_progress import row_progress

BASE = REAL / "base.yaml"
BUDGET = Path(sys.executable).with_name("budget")
HEADER = (
    "claim,applicant,award,grade,first_unit,equipment_investment_yuan,energy_tce,co2_t,water_t,"
    "certified,provincial_award_yuan,product,note\n"
)
ROWS = (
    "c1,甲公司,A13a,一等奖,是,,,,,,,,备注\n"
    "c2,甲公司,A13a,一等奖,否,,,,,,,,\n"
    "c3,乙公司,A20a,,,10000000,500,0,0,true,,,\n"
    "c4,乙公司,A20a,,,6000万元,2000,0,0,1,,,\n"
    "c5,丙公司,A47,,,,,,,,1000001,,\n"
    "c6,丁公司,A21c,国内,,,,,,,,P1,\n"
    "c7,丁公司,A31,省级,,,,,,,,P1,\n"
    "c8,丁公司,A31,省级,,,,,,,,,\n"
)
# By hand from the clauses. c3: 500 t is less than a step above 200 t, so 8 % of 10 million.
# c4: 12 % of 60 million is above 4 million, of which c3 has used 0.8. c5: 1.5 x 1 000 001,
# rounded down. c7: the product of c6 again. c8: a blank product is never matched.
NATURAL = [1_000_000, 0, 800_000, 3_200_000, 1_500_001, 1_500_000, 0, 500_000]


def _register(folder: Path, text: str = HEADER + ROWS, encoding: str = "utf-8") -> Path:
    file = folder / "register.csv"
    file.write_text(text, encoding=encoding, newline="")
    return file


def _assess(
    folder: Path, *readings: str, encoding: str = "utf-8"
) -> tuple[str, list[dict[str, str]]]:
    """The sentence told, and the rows written."""
    out = folder / "out.csv"
    manner = Manner(readings=readings)
    done = assess_register(_register(folder, encoding=encoding), BASE, out, manner)
    assert done.problems == ()
    text = out.read_text(encoding="utf-8-sig")
    (told,) = done.summary_zh
    return told, list(csv.DictReader(text.splitlines()))


def _paid(rows: list[dict[str, str]], column: str = "entitlement_yuan") -> list[int]:
    return [int(row[column]) for row in rows]


def _in_city(entitled: list[int], awards: list[str]) -> list[int]:
    """The city's part of each entitlement by the shares of the scenario, rounded down."""
    book, pool_of = real().book, real().book.pool_of()
    shares = [book.shared(book.pools[pool_of[a]].city_pays).at("central") for a in awards]
    return [int(yuan * share) for yuan, share in zip(entitled, shares, strict=True)]


def test_every_claim_gets_what_the_clauses_say(tmp_path: Path) -> None:
    told, rows = _assess(tmp_path)
    assert _paid(rows) == NATURAL
    city = _in_city(NATURAL, [row["award"] for row in rows])
    assert _paid(rows, "city_yuan") == city
    assert city[4] == 750_000  # the districts pay the other half
    total, part = format_money(sum(NATURAL)), format_money(sum(city))
    assert told == f"{tmp_path / 'out.csv'}: 8 笔申报，应兑现 {total}，其中市级 {part}"


def test_the_columns_of_the_register_come_back_untouched_in_order(tmp_path: Path) -> None:
    _, rows = _assess(tmp_path)
    written = [",".join(list(row.values())[:-5]) for row in rows]
    assert written == ROWS.splitlines()
    added = ["entitlement_yuan", "city_yuan", "reason", "status", "place"]
    assert list(rows[0]) == [*HEADER.strip().split(","), *added]
    assert [row["place"] for row in rows] == [f"register.csv:{line}" for line in range(2, 10)]
    assert {row["status"] for row in rows} == {"已核算"}


def test_every_reason_is_chinese_with_the_figures(tmp_path: Path) -> None:
    _, rows = _assess(tmp_path)
    reasons = {row["claim"]: row["reason"] for row in rows}
    assert "8%" in reasons["c3"]
    assert "本申报主体累计已达上限 400万元，本笔核给 320万元" in reasons["c4"]
    assert "同一产品已在申报 c6 核给" in reasons["c7"]
    assert all(any("一" <= letter <= "龥" for letter in text) for text in reasons.values())


@pytest.mark.parametrize(
    ("readings", "changed"),
    [
        (("A20a=B",), {2: 875_000, 3: 3_125_000}),  # 0.75 step: 8.75 % of 10 million
        (("A47=B",), {4: 666_667}),
        (("A31=B",), {6: 500_000}),
        (("A47=C", "A31=B"), {4: 500_000, 6: 500_000}),
        (("A20a=A",), {}),
    ],
)
def test_another_reading_changes_its_award_only(
    tmp_path: Path, readings: tuple[str, ...], changed: dict[int, int]
) -> None:
    _, rows = _assess(tmp_path, *readings)
    assert _paid(rows) == [changed.get(place, yuan) for place, yuan in enumerate(NATURAL)]


def test_a_byte_order_mark_changes_nothing_and_the_result_has_one(tmp_path: Path) -> None:
    plain = _assess(tmp_path)[1]
    assert _assess(tmp_path, encoding="utf-8-sig")[1] == plain
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_the_figures_of_the_scenario_apply(tmp_path: Path) -> None:
    """All caps are a fifth lower: 3.2 million for the applicant of c3 and c4 together."""
    out = tmp_path / "out.csv"
    assess_register(_register(tmp_path), REAL / "caps-down-20.yaml", out)
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert _paid(rows)[2:4] == [800_000, 2_400_000]


def test_the_other_paper_has_its_own_awards(tmp_path: Path) -> None:
    text = "claim,applicant,award,provincial_award_yuan\nk1,甲,B5b,1000000\nk2,甲,B5b,9000000\n"
    out = tmp_path / "out.csv"
    for letter, paid in (("A", [500_000, 1_000_000]), ("B", [1_000_000, 1_000_000])):
        manner = Manner(readings=(f"B5b={letter}",))
        assess_register(_register(tmp_path, text), TINY / "base.yaml", out, manner)
        rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
        assert _paid(rows) == paid


def _refused(folder: Path, *readings: str, text: str = HEADER + ROWS) -> list[str]:
    """The problems for which a strict assessment writes nothing."""
    folder.mkdir(exist_ok=True)
    out = folder / "out.csv"
    manner, register = Manner(readings=readings, strict=True), _register(folder, text)
    with pytest.raises(InputError) as caught:
        assess_register(register, BASE, out, manner)
    assert not out.exists()
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("readings", "said"),
    [
        (("A20a",), ["--reading: 'A20a' is not award=letter. Write for example A1=B."]),
        (("=B", "A47="), ["--reading: '=B' is not award=letter. Write for example A1=B.",
                          "--reading: 'A47=' is not award=letter. Write for example A1=B."]),
        (("A47=B", "A47=C"), ["--reading: A47 is given twice. Keep one of the two."]),
    ],
)  # fmt: skip
def test_a_reading_that_is_not_one_is_told(
    tmp_path: Path, readings: tuple[str, ...], said: list[str]
) -> None:
    assert _refused(tmp_path, *readings) == said


def test_an_unknown_letter_or_award_is_told_with_what_is_known(tmp_path: Path) -> None:
    (letter,) = _refused(tmp_path, "A20a=Z")
    assert letter == ("command line: readings.A20a: there is no reading 'Z'. Known here: A, B, C.")
    (award,) = _refused(tmp_path, "A20=B")
    assert award.startswith("command line: readings.A20: there is no 'A20'. ")
    assert "A20a" in award


WRONG = HEADER + "c1,甲公司,A13a,特等奖,是,,,,,,,,\nc1,,A20a,,,,500,0,0,true,,,\n"


def test_problems_of_the_register_are_told_together(tmp_path: Path) -> None:
    told = _refused(tmp_path, text=WRONG)
    assert len(told) == 4
    place = tmp_path / "register.csv"
    assert told[0].startswith(f"{place}:2: ")
    assert all(problem.startswith(f"{place}:3: ") for problem in told[1:])


def test_the_register_itself_is_never_overwritten(tmp_path: Path) -> None:
    register = _register(tmp_path)
    before = register.read_bytes()
    with pytest.raises(InputError, match=r"this is the register itself\. Write to another file\."):
        assess_register(register, BASE, register)
    assert register.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "said"),
    [("out.pdf", "--out ends in '.pdf'"), ("out", "--out has no ending")],
)
def test_an_ending_that_cannot_be_written_is_told(tmp_path: Path, name: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        assess_register(_register(tmp_path), BASE, tmp_path / name)
    assert (
        str(caught.value) == f"{tmp_path / name}: {said}. Give a name that ends in .xlsx or .csv."
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["register.csv"]


def test_a_terminal_sees_a_bar_while_rows_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    with row_progress("register.csv") as tell:
        tell(500, 2000)
    with_bar = capsys.readouterr()
    assert with_bar.out == ""
    assert "读取 register.csv" in with_bar.err
    monkeypatch.setattr(sys.stderr, "isatty", lambda: False, raising=False)
    with row_progress("register.csv") as tell:
        tell(500, 2000)
    assert capsys.readouterr().err == ""


# --- rows that cannot be read -------------------------------------------------------------------


def test_refused_rows_are_in_the_output_with_their_cells_and_reasons(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    done = assess_register(_register(tmp_path, WRONG + ROWS.replace("c1,", "c0,")), BASE, out)
    assert done.summary_zh[1] == "读入 10 行 = 已核算 8 笔 + 未受理 2 行 + 不计入 0 行"
    assert len(done.problems) == 4
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert [row["status"] for row in rows] == ["已核算"] * 8 + ["未受理"] * 2
    assert _paid(rows[:8]) == NATURAL
    refused = rows[8]
    assert (refused["claim"], refused["grade"], refused["place"]) == (
        "c1", "特等奖", "register.csv:2",
    )  # fmt: skip
    grades = "省科技大奖、一等奖、二等奖、三等奖"
    assert refused["reason"] == f"“grade”列没有“特等奖”这一档次；可选：{grades}"
    assert refused["entitlement_yuan"] == refused["city_yuan"] == ""


def test_of_many_problems_the_first_200_are_told(tmp_path: Path) -> None:
    text = HEADER + "".join(f"c{row},甲公司,A13a,特等奖,是,,,,,,,,\n" for row in range(250))
    register = _register(tmp_path, text)
    done = assess_register(register, BASE, tmp_path / "out.csv")
    assert len(done.problems) == 201
    assert done.problems[-1] == f"{register}: and 50 more problems; the output names them all"
    told = _refused(tmp_path / "strict", text=text)
    assert len(told) == 201
    assert told[-1].endswith(": and 50 more problems. Mend the ones above and run again.")


# --- the command --------------------------------------------------------------------------------


def test_the_command_writes_the_file_and_says_so(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    readings = ("--reading", "A20a=B", "--reading", "A47=B")
    done = subprocess.run(
        [BUDGET, "assess", _register(tmp_path), "--scenario", BASE, "--out", out, *readings],
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    rows = list(csv.DictReader(out.read_text(encoding="utf-8-sig").splitlines()))
    assert _paid(rows)[2:5] == [875_000, 3_125_000, 666_667]
    assert done.stdout.startswith(f"{out}: 8 笔申报，")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--reading", "A20a=Z"), "there is no reading 'Z'"),
        (("--scenario", "none.yaml"), "there is no such file"),
        (("--out", "no/such/folder/out.csv"), "no/such/folder"),
    ],
)
def test_the_command_refuses_with_exit_2(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, str],
    said: str,
) -> None:
    options = {"--scenario": str(BASE), "--out": str(tmp_path / "out.csv")} | {words[0]: words[1]}
    given = [part for pair in options.items() for part in pair]
    monkeypatch.setattr(sys, "argv", ["budget", "assess", str(_register(tmp_path)), *given])
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert told.err.endswith("1 problem; nothing was written.\n")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["register.csv"]


def test_what_is_worth_knowing_of_the_file_is_said(tmp_path: Path) -> None:
    register = tmp_path / "register.csv"
    text = "申报编号,申报主体,事项编号,核定市级补助额,经办\n1,甲公司,A10a,5000,某人\n"
    register.write_bytes(text.encode("gb18030"))
    done = assess_register(register, BASE, tmp_path / "out.csv")
    assert done.summary_zh[1:] == (
        "文件不是 UTF-8 编码，已按 GB18030（国标码）读取",
        "文件：未识别的列（原样保留，不参与核算）：经办",
        "文件：列“核定市级补助额”未注明单位，按元读取",
    )
