"""The record of a run: whole or not at all, checked when read, the same bytes every time."""

from __future__ import annotations

import doctest
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from record_sample import infeasible_record, sample_draws, sample_record

from model.errors import InputError
from model.report import cells, record
from model.report.record import freeze_record, read_draws, read_record, write_record


def _bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def _write(folder: Path, **changes: Any) -> Path:
    data = {**sample_record(), **changes}
    return write_record(folder, data, {"accounts": data["accounts"]}, sample_draws())


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    data = sample_record()
    read = read_record(_write(tmp_path / "base"))
    assert read == freeze_record(data)
    assert read.accounts[2]["name_zh"] == "科技创新与科技补助"
    assert read.plan["transfers"][0]["amount_yuan"] == 13_000_000


def test_a_record_cannot_be_changed() -> None:
    frozen = freeze_record(sample_record())
    with pytest.raises(TypeError):
        frozen.accounts[0]["budget_yuan"] = 1  # type: ignore[index]
    with pytest.raises(AttributeError):
        frozen.plan = {}  # type: ignore[misc]


def test_equal_records_are_equal_bytes(tmp_path: Path) -> None:
    one, two = _write(tmp_path / "one" / "base"), _write(tmp_path / "two" / "base")
    assert _bytes_of(one) == _bytes_of(two)
    assert sorted(_bytes_of(one)) == ["draws.npz", "record.json", "tables/accounts.csv"]


def test_the_json_is_readable_chinese_with_its_version_first(tmp_path: Path) -> None:
    text = (_write(tmp_path / "base") / "record.json").read_text(encoding="utf-8")
    assert text.startswith('{\n "record_version": 3,\n "manifest": {')
    assert "示例市" in text
    assert text.endswith("}\n")


def test_draws_come_back_exactly_and_read_only(tmp_path: Path) -> None:
    draws, written = read_draws(_write(tmp_path / "base")), sample_draws()
    assert np.array_equal(draws["demand"], written["demand"])
    assert list(draws["account_ids"]) == written["account_ids"]
    with pytest.raises(ValueError, match="read-only"):
        draws["demand"][0, 0] = 1


def test_a_newer_run_replaces_the_whole_folder(tmp_path: Path) -> None:
    folder = _write(tmp_path / "base")
    (folder / "report.pdf").write_text("of the old run", encoding="utf-8")
    write_record(folder, infeasible_record(), {}, sample_draws())
    assert read_record(folder).plan["status"] == "infeasible"
    assert sorted(_bytes_of(folder)) == ["draws.npz", "record.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["base"]


class _Interrupting:
    """A table that is stopped by the user after its first row."""

    columns = ("a",)

    def itertuples(self, index: bool, name: None) -> Any:
        yield (1,)
        raise KeyboardInterrupt


def test_an_interrupted_run_leaves_the_record_before_it(tmp_path: Path) -> None:
    folder = _write(tmp_path / "base")
    before = _bytes_of(folder)
    with pytest.raises(KeyboardInterrupt):
        write_record(folder, infeasible_record(), {"half": _Interrupting()}, sample_draws())
    assert _bytes_of(folder) == before
    assert [path.name for path in tmp_path.iterdir()] == ["base"]


def test_an_interrupted_first_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        write_record(tmp_path / "base", sample_record(), {"half": _Interrupting()}, {})
    assert list(tmp_path.iterdir()) == []


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "dear.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="letters: is already there and is not a record"):
        _write(tmp_path / "letters")
    assert (tmp_path / "letters" / "dear.txt").read_text(encoding="utf-8") == "mine"


def test_tables_open_in_excel_and_run_no_formula(tmp_path: Path) -> None:
    rows = [
        {"名称": "=HYPERLINK(1)", "万元": -5, "可": True, "空": None},
        {"名称": "@人才", "万元": 7, "可": False, "空": float("nan")},
        {"名称": "+86 573", "万元": 0, "可": True, "空": "-"},
    ]
    folder = write_record(
        tmp_path / "base", sample_record(), {"list": rows, "frame": pd.DataFrame(rows)}, {}
    )
    content = (folder / "tables" / "list.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines() == [
        "名称,万元,可,空",
        "'=HYPERLINK(1),-5,true,",
        "'@人才,7,false,",
        "'+86 573,0,true,'-",
    ]
    assert (folder / "tables" / "frame.csv").read_bytes() == content


def test_every_fault_of_a_record_is_told_at_once(tmp_path: Path) -> None:
    data = sample_record()
    del data["accounts"][0]["budget_yuan"]
    data["accounts"][1]["gap_probability"] = 1.5
    data["accounts"][2]["verdict"] = "shorts"
    data["accounts"][3]["run_out_month_p10"] = 13
    data["accounts"][4]["run_out_probability_by_month"] = falls = [0.5] * 11 + [0.4]
    data["accounts"][5]["exceedance"] = rises = [
        {"amount_yuan": 1, "chance": 0.5},
        {"amount_yuan": 2, "chance": 0.6},
    ]
    data["totals"]["net_yuan"] = 11.7
    del data["readings"]
    with pytest.raises(InputError) as caught:
        write_record(tmp_path / "base", data, {}, {})
    assert str(caught.value).splitlines() == [
        "record.json, totals.net_yuan: holds 11.7. It must hold whole yuan.",
        "record.json, accounts[0].budget_yuan: missing. It must hold whole yuan.",
        "record.json, accounts[1].gap_probability: holds 1.5. It must hold a number from 0 to 1.",
        "record.json, accounts[2].verdict: 'shorts' is not one of its words. Did you mean 'short'?",
        "record.json, accounts[3].run_out_month_p10: holds 13. It must hold a month from 1 to 12.",
        f"record.json, accounts[4].run_out_probability_by_month: holds {falls}."
        " It must hold twelve chances that never fall.",
        f"record.json, accounts[5].exceedance: holds {rises}."
        " It must hold rising amounts, each with a chance that never rises.",
        "record.json: 'readings' is missing. Run the scenario again to write a complete record.",
    ]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "damaged"),
        ("[]", "has no record_version"),
        ('{"record_version": true}', "has no record_version"),
        ('{"record_version": 3, "totals": NaN}', "damaged (NaN is not a number)"),
        ('{"record_version": 4}', "has record_version 4, this product reads up to 3"),
        ('{"record_version": 3}', "'manifest' is missing"),
    ],
)
def test_a_damaged_or_newer_record_is_refused(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "record.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_record(tmp_path)
    assert message in str(caught.value)
    assert str(tmp_path / "record.json") in str(caught.value)


def test_a_missing_record_names_those_one_level_below(tmp_path: Path) -> None:
    _write(tmp_path / "base")
    with pytest.raises(InputError, match="holds records of these scenarios: base"):
        read_record(tmp_path)
    with pytest.raises(InputError, match="Name the folder that a run wrote"):
        read_record(tmp_path / "nowhere")


def test_damaged_draws_are_refused(tmp_path: Path) -> None:
    folder = _write(tmp_path / "base")
    content = (folder / "draws.npz").read_bytes()
    (folder / "draws.npz").write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match="missing or damaged"):
        read_draws(folder)


def test_numbers_that_json_does_not_know_are_not_written(tmp_path: Path) -> None:
    totals = {**sample_record()["totals"], "gap_probability": float("nan")}
    with pytest.raises(ValueError, match="not JSON compliant"):
        _write(tmp_path / "base", totals=totals)
    assert list(tmp_path.iterdir()) == []


def test_more_fields_than_needed_do_no_harm(tmp_path: Path) -> None:
    folder = _write(tmp_path / "base")
    data = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    data["later"] = {"something": "new"}
    (folder / "record.json").write_text(json.dumps(data), encoding="utf-8")
    assert read_record(folder) == freeze_record(sample_record())


def test_the_examples_in_the_text_hold() -> None:
    assert doctest.testmod(cells).failed == 0
    assert doctest.testmod(cells).attempted == 1
    assert record.RECORD_VERSION == 3
