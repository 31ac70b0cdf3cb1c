"""The assessed register as CSV: every cell as it was, no formula, whole or not at all."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest
from test_entitlements import AWARDS, award, register

from model.claims.assessed_csv import write_assessed_csv
from model.claims.entitlements import Assessment, assess
from model.errors import InputError
from model.policy.awards import CostedAward
from model.register.register import read_register

ADDED = ["entitlement_yuan", "city_yuan", "reason", "status", "place"]


def written(
    source: Path, awards: dict[str, CostedAward], pays: dict[str, Fraction] | None = None
) -> list[list[str]]:
    """The rows of the file that an assessment of the register writes."""
    out = source.with_name("out.csv")
    claims = read_register(source, awards)
    write_assessed_csv(claims, assess(claims, awards, pays or {}), out)
    with out.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_rows_return_in_order_with_every_cell_as_it_was(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    cells = [
        ["claim", "note", "applicant", "award", "approved_yuan", ""],
        [" 2 ", "甲=乙", "甲\r\n公司", "E", "１万元", "  "],
        ["1", '引"号,', "乙", "E", "3,000.50", "末"],
    ]
    with source.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(cells)
    rows = written(source, AWARDS, {"E": Fraction(1, 2)})
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfclaim,note,")
    assert [row[:6] for row in rows] == cells
    told = "approved_yuan 3000.5元，计 3000元（不足1元舍去）。须人工核定：甲项；乙项"
    assert [row[6:] for row in rows] == [
        ADDED,
        ["10000", "5000", "approved_yuan 1万元。须人工核定：甲项；乙项", "已核算", "in.csv:2"],
        ["3000", "1500", told, "已核算", "in.csv:4"],
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv", "out.csv"]


def test_a_header_alone_writes_a_header_alone(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("claim,applicant,award\n", encoding="utf-8")
    assert written(tmp_path / "in.csv", AWARDS) == [["claim", "applicant", "award", *ADDED]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "＝"])
def test_no_cell_begins_like_a_formula(tmp_path: Path, start: str) -> None:
    label = {"type": "money", "label_zh": f"{start}额"}
    awards = {"E": award("approved", {"approved_yuan": label}, cap="60万元")}
    path = tmp_path / "in.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["claim", "applicant", "award", "approved_yuan", f"{start}备注"])
        writer.writerow(["1", f"{start}甲", "E", "5", f"{start}cmd"])
        writer.writerow(["2", f"{start}乙", "E", "多少", f"{start}cmd"])
    header, paid, refused = written(path, awards)
    assert header[4] == f"'{start}备注"
    assert (paid[1], paid[4], paid[7]) == (f"'{start}甲", f"'{start}cmd", f"'{start}额 5元")
    assert (refused[1], refused[4], refused[8]) == (f"'{start}乙", f"'{start}cmd", "未受理")


def test_a_refused_row_longer_than_the_header_keeps_its_cells(tmp_path: Path) -> None:
    path = tmp_path / "in.csv"
    text = "claim,applicant,award,approved_yuan\n1,甲,E,5\n2,乙,E,1,000,000\n"
    path.write_text(text, encoding="utf-8")
    header, _, refused = written(path, AWARDS)
    assert header[:7] == ["claim", "applicant", "award", "approved_yuan", "", "", *ADDED[:1]]
    assert refused[:6] == ["2", "乙", "E", "1", "000", "000"]


def test_a_place_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    claims = register(tmp_path, "1,甲,E,,5,,\n")
    found = assess(claims, AWARDS, {})
    with pytest.raises(InputError, match=r"cannot be written \(No such file or directory\)"):
        write_assessed_csv(claims, found, tmp_path / "none" / "out.csv")
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=r"cannot be written \(Is a directory\)"):
        write_assessed_csv(claims, found, tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["claims.csv", "folder"]


def test_an_interrupted_writing_leaves_the_old_file(tmp_path: Path) -> None:
    claims = register(tmp_path, "1,甲,E,,5,,\n2,甲,E,,5,,\n")
    found = assess(claims, AWARDS, {})
    out = tmp_path / "out.csv"
    out.write_text("old", encoding="utf-8")
    short = Assessment(
        entitlement_yuan=found.entitlement_yuan,
        city_yuan=found.city_yuan,
        outcome=found.outcome,
        reason=["only one"],
    )
    with pytest.raises(ValueError, match="zip"):
        write_assessed_csv(claims, short, out)
    assert out.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["claims.csv", "out.csv"]
