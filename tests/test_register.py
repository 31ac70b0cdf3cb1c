"""A register is read cell by cell and exactly, or refused with every problem and its place."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.errors import InputError
from model.policy.awards import KINDS, Award
from model.register.cells import parse_money, parse_number, parse_rate, parse_yes_no
from model.register.register import Register, read_register

# The same examples in every run, however busy the machine.
STEADY = settings(deadline=None, derandomize=True)


def award(kind: str, columns: dict[str, Any] | None = None, **figures: Any) -> Award:
    described = {
        name: {"label_zh": name, **({"type": column} if isinstance(column, str) else column)}
        for name, column in (columns or {}).items()
    }
    status = "no_amount" if kind == "not_costed" else "costed"
    shape = {"cost_status": status, "name_zh": "奖", "clause": 1, "anchor": "奖", "kind": kind}
    payer = {"level": "city_stated", "says_zh": "市"}
    costed = {} if kind == "not_costed" else {"columns": described, "unit_zh": "家", "line": "D1"}
    return KINDS[kind].model_validate({**shape, "payer": payer, **costed, **figures})


AWARDS: dict[str, Award] = {
    "F1": award("flat", {"ok": "bool"}, requires=("ok",), amount="1元"),
    "G1": award(
        "grades",
        {"grade": "choice", "product": {"type": "text", "optional": True}},
        grades={"国家级“甲”": "3元", "省级（乙）": "2元"},
    ),
    "P1": award("approved", {"approved_yuan": "money"}, cap="100万元"),
    "R1": award(
        "rate_of_increase",
        {
            "now": "money",
            "before": "money",
            "revenue": {"type": "money", "optional": True},
            "large": "bool",
            "tech": "bool",
        },
        rate="10%",
        cap="500万元",
        current_column="now",
        previous_column="before",
        minimum_growth="15%",
        intensities=(
            {"when": "large", "of": "revenue", "at_least": "3%"},
            {"when": "tech", "of": "revenue", "at_least": "4%"},
        ),
    ),
    "I1": award(
        "insured_premium",
        {"insured": "money", "rate": "number"},
        insured_column="insured",
        premium_rate_column="rate",
        premium_rate_limit="2%",
        rate="70%",
        cap="50万元",
    ),
    "U1": award(
        "rate_up_to",
        {"paid": "money", "granted": {"type": "number", "optional": True}},
        base_column="paid",
        rate_column="granted",
        maximum_rate="65%",
        cap="500万元",
    ),
    "Q1": award("per_unit", {"teu": "number"}, units={"teu": "200元"}),
    "N1": award("not_costed"),
    "O1": award("not_costed", cost_status="other_payer"),
}


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "claims.csv"
    path.write_bytes(text.encode(encoding))
    return path


def read(folder: Path, text: str, encoding: str = "utf-8") -> Register:
    return read_register(write(folder, text, encoding), AWARDS)


def problems(folder: Path, text: str | bytes) -> list[str]:
    """Every problem, the path of the file cut to its name."""
    path = folder / "claims.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    try:
        found = read_register(path, AWARDS).problems
    except InputError as error:
        found = error.problems
    assert found
    return [str(problem).replace(str(path), "claims.csv") for problem in found]


# --- cells ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "fen"),
    [
        ("0", 0),
        ("1234567", 123_456_700),
        ("1234.5", 123_450),
        ("1,234,567.89", 123_456_789),
        ("１，２３４．５０", 123_450),
        (" 12 元 ", 1200),
        ("12万元", 12_000_000),
        ("0.123456万", 123_456),
        ("1.5亿元", 15_000_000_000),
        ("1.50000", 150),
        (".5", 50),
        ("+7", 700),
        ("-0", 0),
        ("10000000000000", 10**15),
        ("\u3000５００万元\u00a0", 500_000_000),
        ("\ufeff1\u200b2\u2060", 1200),
    ],
)
def test_money_is_read_to_the_fen(text, fen):
    assert parse_money(text) == fen


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("abc", "'abc' is not an amount of money. Write for example 1234567.89 or 123.45万元"),
        ("1,23", "'1,23' is not an amount of money. Write for example 1234567.89 or 123.45万元"),
        ("—", "'—' is not an amount of money. Write for example 1234567.89 or 123.45万元"),
        ("5%", "'5%' is not an amount of money. Write for example 1234567.89 or 123.45万元"),
        ("nan", "'nan' is not an amount of money. Write for example 1234567.89 or 123.45万元"),
        ("inf", "'inf' is not an amount of money. Write for example 1234567.89 or 123.45万元"),
        ("5\u200b5元元", "'5\\u200b5元元' is not an amount of money. Write for example 1234567.89"),
        ("=1+1", "'=1+1' is a formula without its result. Write the result"),
        ("#REF!", "'#REF!' is an error value. Mend the formula or write the result"),
        ("#DIV/0!", "'#DIV/0!' is an error value. Mend the formula or write the result"),
        ("1.2E+07", "'1.2E+07' is in scientific notation. Write all its digits"),
        ("-5", "'-5' is negative. Write an amount of zero or more"),
        ("0.005", "'0.005' is not a whole number of fen. Round it to two decimals"),
        (
            "10000000000000.01",
            "'10000000000000.01' is above 10,000,000,000,000 yuan. Check the unit",
        ),
        (
            "9" * 5000,
            f"'{'9' * 40}…' is not an amount of money. Write for example 1234567.89 or 123.45万元",
        ),
    ],
)
def test_what_is_no_money_is_told(text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}"):
        parse_money(text)


@STEADY
@given(fen=st.integers(0, 10**15))
def test_every_amount_that_is_written_is_read_back(fen):
    yuan, rest = divmod(fen, 100)
    assert parse_money(f"{yuan}.{rest:02}") == fen
    assert parse_money(f"{yuan:,}.{rest:02}元") == fen
    assert parse_money(f"{fen // 10**6}.{fen % 10**6:06}万元") == fen


@STEADY
@given(text=st.text(max_size=12))
def test_any_text_is_read_or_refused(text):
    for parse in (parse_money, parse_number, parse_rate, parse_yes_no):
        try:
            told = "" if parse(text) >= 0 else "below zero"
        except ValueError as error:
            told = str(error)
        assert told == "" or ". " in told


@pytest.mark.parametrize(
    ("parse", "text", "millionths"),
    [
        (parse_number, "49.9", 49_900_000),
        (parse_number, "1,000", 10**9),
        (parse_number, "1000000000000", 10**18),
        (parse_number, "0.000001", 1),
        (parse_rate, "0.015", 15_000),
        (parse_rate, "1.5%", 15_000),
        (parse_rate, "６５％", 650_000),
        (parse_rate, "1", 1_000_000),
    ],
)
def test_numbers_and_rates_are_read_to_the_millionth(parse, text, millionths):
    assert parse(text) == millionths


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (parse_number, "5亩", "'5亩' is not a number. Write for example 1234.5, without a unit"),
        (parse_number, "5%", "'5%' is not a number. Write for example 1234.5, without a unit"),
        (parse_number, "1e6", "'1e6' is in scientific notation. Write all its digits"),
        (parse_number, "0.0000001", "'0.0000001' has more than six decimals. Round it to six"),
        (
            parse_number,
            "1000000000001",
            "'1000000000001' is above 1,000,000,000,000. Check it",
        ),
        (parse_rate, "0.00001%", "'0.00001%' has more than six decimals. Round it to six"),
        (
            parse_yes_no,
            "maybe",
            "'maybe' is neither yes nor no. Write 是 or 否, true or false, 1 or 0",
        ),
    ],
)
def test_what_is_no_number_is_told(parse, text, message):
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        parse(text)


@pytest.mark.parametrize("text", ["是", "1", "true", "TRUE", " True ", "ＴＲＵＥ", "１"])
def test_yes_in_its_forms(text):
    assert parse_yes_no(text) == 1


@pytest.mark.parametrize("text", ["否", "0", "false", "False", "ｆａｌｓｅ", "０"])
def test_no_in_its_forms(text):
    assert parse_yes_no(text) == 0


# --- a good register --------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_register_is_read_by_award_with_its_cells_untouched(tmp_path, encoding, newline):
    text = newline.join(
        [
            "claim,applicant,award,approved_yuan,ok,note",
            " 1 ,甲公司,P1,１万元,无关,=1+1",
            "2,乙公司,F1,,是,",
            "3,甲公司,P1,20.50,,",
            "",
            ",,,,,",
            "",
        ]
    )
    register = read(tmp_path, text, encoding)
    assert list(register.header) == ["claim", "applicant", "award", "approved_yuan", "ok", "note"]
    assert register.rows[0] == [" 1 ", "甲公司", "P1", "１万元", "无关", "=1+1"]
    assert list(register.claim) == ["1", "2", "3"]
    assert list(register.parts) == ["P1", "F1"]
    assert register.parts["P1"].rows.tolist() == [0, 2]
    assert register.parts["P1"].columns["approved_yuan"].tolist() == [1_000_000, 2050]
    assert register.parts["F1"].columns["ok"].tolist() == [True]


def test_a_header_alone_is_a_register_without_claims(tmp_path):
    register = read(tmp_path, "claim,applicant,award\n")
    assert (list(register.rows), dict(register.parts)) == ([], {})


def test_grades_and_awards_are_found_whatever_their_width(tmp_path):
    text = "claim,applicant,award,grade\n1,甲,Ｇ１, 省级(乙) \n2,甲,G1,国家级“甲”\n"
    register = read(tmp_path, text)
    assert register.parts["G1"].columns["grade"].tolist() == [1, 0]
    assert list(register.product) == ["", ""]


def test_blank_optional_cells_are_not_given(tmp_path):
    text = "claim,applicant,award,paid,granted\n1,甲,U1,5,\n2,甲,U1,5,0\n3,甲,U1,5,　\n"
    columns = read(tmp_path, text).parts["U1"].columns
    assert columns["granted?given"].tolist() == [False, True, False]
    assert columns["granted"].dtype == np.int64


def test_an_optional_column_may_be_missing(tmp_path):
    text = "claim,applicant,award,now,before,large,tech\n1,甲,R1,2,1,否,否\n"
    assert "revenue" not in read(tmp_path, text).parts["R1"].columns


def test_columns_of_other_awards_are_not_read(tmp_path):
    text = "claim,applicant,award,ok,approved_yuan,grade\n1,甲,F1,1,不详,不详\n"
    assert read(tmp_path, text).parts["F1"].columns["ok"].tolist() == [True]


# --- files that are no register ---------------------------------------------------------------

SAVE = "In Excel choose Save As, 'CSV UTF-8 (Comma delimited)'."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "claims.csv: the file is empty. Its first row must name the columns."),
        (b"\xef\xbb\xbf", "claims.csv: the file is empty. Its first row must name the columns."),
        (b"\n , \n", "claims.csv: the file is empty. Its first row must name the columns."),
        (b"claim\n\xff\xff\n", f"claims.csv:2: the text is not UTF-8. {SAVE}"),
        ("claim,甲".encode("utf-16"), f"claims.csv: the text is UTF-16, not UTF-8. {SAVE}"),
        (b"claim\n1,\0", "claims.csv:2: a NUL byte: this is not a text file"),
        (
            b"PK\x03\x04rest",
            "claims.csv: the workbook is damaged (File is not a zip file)."
            " Open it in Excel and save it again as .xlsx.",
        ),
        (
            b"%PDF-1.7",
            "claims.csv: this is a PDF, not a register. Save it in Excel as .xlsx or as CSV UTF-8.",
        ),
        (
            b" <HTML><table>",
            "claims.csv: this is a web page, not a register."
            " Save it in Excel as .xlsx or as CSV UTF-8.",
        ),
        (
            b'claim,applicant,award\n1,"open\n2,b,c\n',
            "claims.csv:2: not valid CSV: unexpected end of data."
            " Close every quotation mark, and double those inside a cell.",
        ),
        (
            b'claim,applicant,award\n1,"a"b,c\n',
            "claims.csv:2: not valid CSV: ',' expected after '\"'."
            " Close every quotation mark, and double those inside a cell.",
        ),
        (
            b"claim;applicant;award\n1;2;3\n",
            "claims.csv:1: the column 'claim' (申报编号) is missing."
            " Separate the columns by commas.",
        ),
    ],
)
def test_what_is_no_register_is_refused(tmp_path, content, message):
    assert problems(tmp_path, content)[0] == message


def test_a_missing_file_and_a_folder_are_told(tmp_path):
    with pytest.raises(InputError, match="there is no such file"):
        read_register(tmp_path / "none.csv", AWARDS)
    with pytest.raises(InputError, match="this is a folder, not a file"):
        read_register(tmp_path, AWARDS)


# --- problems of rows and cells, with their place ---------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "Claims,applicant,applicant,award,reason\n1,甲,甲,P1,\n",
            [
                "claims.csv:1: the column 'reason' is one that the assessment writes."
                " Remove or rename it.",
                "claims.csv:1: the column 'applicant' occurs 2 times. Keep one of them.",
                "claims.csv:1: the column 'claim' (申报编号) is missing."
                " Is it the column 'claims'? Rename that one.",
            ],
        ),
        (
            "claim,applicant,award\n1,甲\n\n2,乙,F1,3\n3,丙,F1\n",
            [
                "claims.csv:1: the column 'ok' is missing; needed by F1. Add it to the header.",
                "claims.csv:2: the row has 2 cells, the header has 3."
                " Quote cells that hold a comma; add the cells that are missing.",
                "claims.csv:4: the row has 4 cells, the header has 3."
                " Quote cells that hold a comma; add the cells that are missing.",
            ],
        ),
        (
            "claim,applicant,award,ok\n,,,是\n1,甲,F2,是\n1,乙,N1,是\n2,乙,O1,是\n3,乙,ZZZZ,是\n",
            [
                "claims.csv:2: column 'claim' is empty. Give every claim a number or name.",
                "claims.csv:2: column 'applicant' is empty. Name the applicant.",
                "claims.csv:2: column 'award' is empty. Name the award, for example by its id.",
                "claims.csv:3: column 'award': there is no award 'F2'. Known here: F1, G1, I1, N1,"
                " O1, P1, Q1, R1, U1.",
                "claims.csv:4: column 'claim': '1' is already the claim of line 3."
                " Every claim needs a number or name of its own.",
                "claims.csv:4: column 'award': N1 (奖) has no printed amount,"
                " so there is nothing to assess. Remove the row.",
                "claims.csv:5: column 'award': O1 (奖) has no printed amount that the city pays,"
                " so there is nothing to assess. Remove the row.",
                "claims.csv:6: column 'award': there is no award 'ZZZZ'."
                " Known here: F1, G1, I1, N1, O1, P1, Q1, R1, U1.",
            ],
        ),
        (
            "claim,applicant,award,grade,approved_yuan,teu\n"
            "1,甲,G1,市级,,\n2,甲,P1,,,\n3,甲,P1,,-5,\n4,甲,Q1,,,5亩\n5,甲,G1, ,,\n",
            [
                "claims.csv:2: column 'grade': unknown grade '市级'."
                " The grades are: 国家级“甲”, 省级（乙）.",
                "claims.csv:3: column 'approved_yuan' is empty; award P1 needs it",
                "claims.csv:4: column 'approved_yuan': '-5' is negative."
                " Write an amount of zero or more.",
                "claims.csv:5: column 'teu': '5亩' is not a number."
                " Write for example 1234.5, without a unit.",
                "claims.csv:6: column 'grade' is empty; award G1 needs it",
            ],
        ),
        (
            "claim,applicant,award,paid,granted,insured,rate\n"
            "1,甲,U1,5,0.65,,\n2,甲,U1,5,165%,,\n3,甲,I1,,,5,1.5\n4,甲,I1,,,5,1.5%\n",
            [
                "claims.csv:3: column 'granted': '165%' is above the greatest rate, 100%."
                " Write for example 0.015 or 1.5%.",
                "claims.csv:4: column 'rate': '1.5' is above the greatest rate, 100%."
                " Write for example 0.015 or 1.5%.",
            ],
        ),
        (
            "claim,applicant,award,now,before,revenue,large,tech\n"
            "1,甲,R1,2,1,,是,是\n2,甲,R1,2,1,,否,是\n3,甲,R1,2,1,,否,否\n4,甲,R1,2,1,x,是,否\n",
            [
                "claims.csv:2: column 'revenue' is empty;"
                " award R1 needs it where large or tech is yes",
                "claims.csv:3: column 'revenue' is empty;"
                " award R1 needs it where large or tech is yes",
                "claims.csv:5: column 'revenue': 'x' is not an amount of money."
                " Write for example 1234567.89 or 123.45万元.",
            ],
        ),
        (
            "claim,applicant,award,now,befor,large,tech\n1,甲,R1,2,1,是,否\n2,甲,R1,2,1,是,否\n",
            [
                "claims.csv:1: the column 'before' is missing; needed by R1."
                " Is it the column 'befor'? Rename that one.",
                "claims.csv:1: the column 'revenue' is missing; needed by R1."
                " Add it to the header.",
            ],
        ),
    ],
)
def test_every_problem_is_told_with_its_place(tmp_path, text, expected):
    assert problems(tmp_path, text) == expected


def test_a_similar_award_is_suggested(tmp_path):
    awards = {f"A{n}x": AWARDS["F1"] for n in range(10, 30)}
    register = read_register(write(tmp_path, "claim,applicant,award,ok\n1,甲,A11,\n"), awards)
    assert register.problems[0].remedy.startswith("Did you mean 'A11x'")


@pytest.mark.parametrize("name", ["P1", "p1", " Ｐ１ ", "P1 核定补助", "P1核定补助", "核定 补助"])
def test_an_award_is_named_by_its_id_its_name_or_both(tmp_path, name):
    awards = {"P1": AWARDS["P1"].model_copy(update={"name_zh": "核定补助"})}
    path = write(tmp_path, f"claim,applicant,award,approved_yuan\n1,甲,{name},5\n")
    assert list(read_register(path, awards).award) == ["P1"]


@pytest.mark.parametrize("name", ["P11", "P1a", "P12核定", "1P1"])
def test_an_id_with_more_letters_is_another_award(tmp_path, name):
    register = read(tmp_path, f"claim,applicant,award,approved_yuan\n1,甲,{name},5\n")
    assert "there is no award" in register.problems[0].fact


def test_lines_are_counted_through_quoted_line_breaks(tmp_path):
    text = 'claim,"re\nmark",applicant,award,ok\n1,"a\nb\nc",甲,F1,是\n2,,乙,F1,对\n'
    assert problems(tmp_path, text) == [
        "claims.csv:6: column 'ok': '对' is neither yes nor no."
        " Write 是 or 否, true or false, 1 or 0.",
    ]


def test_a_wrong_cell_in_a_quoted_row_is_told_on_the_line_where_the_row_begins(tmp_path):
    text = 'claim,applicant,award,ok\n1,"甲\n乙",F1,对\n'
    assert problems(tmp_path, text)[0].startswith("claims.csv:2: column 'ok'")


def test_every_refused_row_is_kept_with_its_cells_and_problems(tmp_path):
    rows = "".join(f"{n},甲,F1,{'对' if n % 5 else '是'}\n" for n in range(1250))
    register = read(tmp_path, "claim,applicant,award,ok\n" + rows)
    assert (len(register.rows), len(register.refused)) == (250, 1000)
    assert list(register.refused[0].cells) == ["1", "甲", "F1", "对"]
    assert register.refused[0].place == f"{tmp_path / 'claims.csv'}:3"
    assert register.parts["F1"].rows.tolist() == list(range(250))
    assert list(register.claim[:3]) == ["0", "5", "10"]
    assert register.places[1] == f"{tmp_path / 'claims.csv'}:7"


def test_filing_dates_are_read_in_their_forms(tmp_path):
    days = ["2024-03-05", "2024/3/5", "2024年3月5日", "20240305", "2024.03.05", ""]
    rows = "".join(f"{n},甲,F1,是,{day}\n" for n, day in enumerate(days))
    filed = read(tmp_path, "claim,applicant,award,ok,filed\n" + rows).filed
    assert filed.dtype == np.dtype("datetime64[D]")
    assert [str(day) for day in filed] == ["2024-03-05"] * 5 + ["NaT"]


def test_a_day_that_is_none_is_told(tmp_path):
    text = "claim,applicant,award,ok,filed\n1,甲,F1,是,2024-02-30\n2,甲,F1,是,五月\n"
    text += "3,甲,F1,是,0204-03-05\n"
    assert problems(tmp_path, text) == [
        "claims.csv:2: column 'filed': '2024-02-30' is no day of the calendar. Check it.",
        "claims.csv:3: column 'filed': '五月' is not a date. Write for example 2024-03-05.",
        "claims.csv:4: column 'filed': '0204-03-05' is no day of the years 1990 to 2099."
        " Check the year.",
    ]


@STEADY
@given(content=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content, tmp_path_factory):
    path = tmp_path_factory.mktemp("bytes") / "claims.csv"
    path.write_bytes(b"claim,applicant,award,ok,grade\n" + content)
    try:
        read_or_refused = len(read_register(path, AWARDS).rows) + 1
    except InputError as error:
        read_or_refused = len(error.problems)
    assert read_or_refused


def test_rows_are_the_same_one_by_one_and_all_at_once(tmp_path):
    header = "claim,applicant,award,approved_yuan,note\n"
    plain = header + "".join(f"{n},甲{n},P1,{n},{'x' * (n % 3)}\r\n" for n in range(50))
    for text in (plain, plain + '50,"a,b",P1,1,"c""d"\n', plain + "51,甲,P1,1,\x1f\n"):
        register = read(tmp_path, text)
        assert [register.rows[at] for at in range(len(register.rows))] == list(register.rows)
        assert list(register.rows) == list(csv.reader(text.splitlines()))[1:]
        assert register.rows[1:3] == list(register.rows)[1:3]


def test_a_device_is_no_register():
    with pytest.raises(InputError, match="/dev/null: this is no file"):
        read_register(Path("/dev/null"), AWARDS)


# --- one sheet saved as CSV -------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Q1 海铁联运班列", "q1", "【虚构样例】Q1 海铁联运班列"])
def test_a_title_above_the_header_names_the_award_of_a_file_without_that_column(tmp_path, title):
    register = read(tmp_path, f"{title},,\n条款：某条,,\nclaim,applicant,teu\n1,甲,2\n")
    assert list(register.award) == ["Q1"]
    assert register.parts["Q1"].columns["teu"].tolist() == [2_000_000]
    assert "文件：没有“事项编号”列，按表头上方的标题认定为 Q1 的申报" in register.notes_zh
    assert len(register.set_aside) == 2


@pytest.mark.parametrize("above", ["海铁联运,,\n", "Q1 甲,,\nP1 乙,,\n", ""])
def test_no_award_or_two_above_the_header_are_not_guessed_from(tmp_path, above):
    line = 1 + above.count("\n")
    (problem,) = problems(tmp_path, f"{above}claim,applicant,teu\n1,甲,2\n")
    assert problem.startswith(f"claims.csv:{line}: the column 'award' (事项编号) is missing.")


def test_a_column_of_awards_counts_and_not_the_title(tmp_path):
    text = "Q1 海铁联运班列,,,\nclaim,applicant,award,approved_yuan\n1,甲,P1,5\n"
    register = read(tmp_path, text)
    assert list(register.award) == ["P1"]
    assert not [note for note in register.notes_zh if "标题" in note]
