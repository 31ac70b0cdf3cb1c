"""A pools file is held against the document: every wrong name, column, unit and count is told."""

from __future__ import annotations

from pathlib import Path

import pytest
from demand_sample import TINY, tiny

from model.demand.pools import PoolBook, read_pools
from model.errors import InputError
from model.yamlfile import read_yaml

TEXT = (TINY / "pools.yaml").read_text(encoding="utf-8")


def _read(folder: Path, text: str) -> PoolBook:
    file = folder / "pools.yaml"
    file.write_text(text, encoding="utf-8")
    return read_pools(read_yaml(file, name="pools.yaml"), tiny().document)


def _replaced(old: str, new: str) -> str:
    assert TEXT.count(old) == 1, f"'{old}' must stand once in the tiny world's pools"
    return TEXT.replace(old, new)


def _line(text: str, fragment: str) -> int:
    """The line on which the fragment begins."""
    return text[: text.index(fragment)].count("\n") + 1


def _said(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        _read(folder, text)
    return [str(problem) for problem in caught.value.problems]


def test_the_pools_of_the_tiny_world_are_read_as_written(tmp_path: Path) -> None:
    book = _read(tmp_path, TEXT)
    assert list(book.pools) == ["factories", "courses", "institutes", "new_schools"]
    assert book.pool_of()["B5b"] == "institutes"
    assert book.pools["courses"].count.ceiling == 20
    assert book.shared(book.pools["factories"].covered) is book.assumptions["city_share"]
    own = book.pools["courses"].covered
    assert book.shared(own) is own
    assert "pools.factories.count.mean" in book.uncertain()
    assert "pools.courses.covered" not in book.uncertain()
    assert "pools.courses.covered" in book.figures()


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        (
            "mark: B, source: yearbook",
            "mark: B, source: yearbok",
            "mark: B, source: yearbok",
            "pools.factories.count.mean.source: there is no 'yearbok'. Did you mean 'yearbook'?",
        ),
        (
            "    factors: {weather: count}",
            "    factors: {wether: count}",
            "    factors: {wether: count}",
            "pools.factories.factors.wether: there is no 'wether'. Did you mean 'weather'?",
        ),
        (
            "    targets: [T1]",
            "    targets: [T9]",
            "    targets: [T9]",
            "pools.institutes.targets: there is no 'T9'. Known here: T1, T2.",
        ),
        (
            "value: {甲: 1, 乙: 3}",
            "value: {甲: 1, 丙: 3}",
            "          grade: {mix",
            "pools.factories.claims.B2a.columns.grade: there is no '丙'. Known here: 乙, 甲.",
        ),
        (
            "          newly_recognised: {fixed: true}",
            "          newly_recognized: {fixed: true}",
            "          newly_recognized",
            "pools.institutes.claims.B5a.columns.newly_recognized: there is no 'newly_recognized'."
            " Did you mean 'newly_recognised'?",
        ),
        (
            "      B7a:\n        columns:",
            "      B9z:\n        columns:",
            "      B9z:",
            "pools.new_schools.claims.B9z: there is no 'B9z'. Known here: B2a, B3a, B5a, B5b, B7a.",
        ),
        (
            "low: 200,\n                                 central: 300, high: 400",
            "low: 200元,\n                                 central: 300元, high: 400元",
            "          places:",
            "pools.new_schools.claims.B7a.columns.places: the column is a number, but the size is"
            " an amount of money. Leave the unit out.",
        ),
        (
            "low: 30万元, central: 40万元, high: 60万元",
            "low: 30, central: 40, high: 60",
            "          approved_yuan",
            "pools.courses.claims.B3a.columns.approved_yuan: the column is money, but the mean has"
            " no unit. Write for example 50万元, or name a money column in 'times'.",
        ),
        (
            "          newly_recognised: {fixed: true}",
            "          newly_recognised: {fixed: 1}",
            "          newly_recognised",
            "pools.institutes.claims.B5a.columns.newly_recognised: 1 does not fit a bool column."
            " Write true or false.",
        ),
        (
            "mark: assumed, why: 高于500万元门槛}, cv: 0.5}}",
            "mark: assumed, why: 高于500万元门槛}, cv: 0.5, times: floor_area}}",
            "          invested_yuan",
            "pools.factories.claims.B2a.columns.invested_yuan: no column 'floor_area' is drawn"
            " before this one. Known here: grade, green.",
        ),
    ],
)
def test_a_name_or_unit_that_does_not_fit_is_told_with_place_and_way_out(
    tmp_path: Path, old: str, new: str, at: str, said: str
) -> None:
    text = _replaced(old, new)
    assert f"pools.yaml:{_line(text, at)}: {said}" in _said(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        (
            "      spread: 0.2\n",
            "      spread: -0.2\n",
            "      spread: -0.2",
            "pools.factories.count.spread: -0.2 is not accepted. Write a number of 0 or more.",
        ),
        (
            "      ceiling: 20",
            "      ceiling: 20\n      floor: 25",
            "    count:\n      mean: {name_zh: 项目数",
            "pools.courses.count: 'floor' is above 'ceiling'",
        ),
        (
            "      ceiling: 20",
            "      ceiling: -1",
            "      ceiling: -1",
            "pools.courses.count.ceiling: -1 is not accepted. Write a number of 0 or more.",
        ),
        (
            "low: 3, central: 4, high: 6",
            "low: -3, central: 4, high: 6",
            "    count:\n      mean: {name_zh: 学校数",
            "pools.new_schools.count: a mean count is zero or more",
        ),
        (
            "low: 90%, central: 97%",
            "low: -90%, central: 97%",
            "    payment:\n      progress: {name_zh: 医疗支付进度",
            "accounts.health.payment: a payment progress is zero or more",
        ),
    ],
)
def test_a_count_or_progress_out_of_its_range_is_told(
    tmp_path: Path, old: str, new: str, at: str, said: str
) -> None:
    text = _replaced(old, new)
    assert _said(tmp_path, text) == [f"pools.yaml:{_line(text, at)}: {said}"]


@pytest.mark.parametrize("key", ["covered", "city_pays"])
def test_a_count_never_goes_without_its_share_in_the_city(tmp_path: Path, key: str) -> None:
    """Whole-city counts never meet city money unless both shares are written."""
    start = TEXT.index("  new_schools:")
    share = {"covered": "city_share", "city_pays": "city_part"}[key]
    text = TEXT[:start] + TEXT[start:].replace(f"    {key}: {share}\n", "")
    assert _said(tmp_path, text) == [
        f"pools.yaml:{_line(text, '  new_schools:')}: pools.new_schools.{key}:"
        f" the key '{key}' is missing. Add it; scenarios/FORMATS.md lists the keys of each file."
    ]


def test_a_shared_assumption_must_exist(tmp_path: Path) -> None:
    start = TEXT.index("  new_schools:")
    text = TEXT[:start] + TEXT[start:].replace("covered: city_share", "covered: city_shar")
    line = _line(text, "    covered: city_shar\n")
    assert _said(tmp_path, text) == [
        f"pools.yaml:{line}: pools.new_schools.covered: there is no 'city_shar'."
        " Did you mean 'city_share' or 'city_part'?"
    ]


def test_an_award_is_claimed_from_exactly_one_pool(tmp_path: Path) -> None:
    claim = "      B5a:\n        columns:\n          newly_recognised: {fixed: true}\n"
    pools = f"pools.yaml:{_line(TEXT, 'pools:')}: pools:"
    remedy = "Each costed award comes from exactly one pool."
    assert _said(tmp_path, _replaced(claim, "")) == [
        f"{pools} the award B5a is claimed from 0 pools. {remedy}"
    ]
    twice = TEXT.replace("    claims:\n      B7a:", f"    claims:\n{claim}      B7a:")
    assert _said(tmp_path, twice) == [f"{pools} the award B5a is claimed from 2 pools. {remedy}"]


def test_an_award_without_a_printed_amount_has_no_claims(tmp_path: Path) -> None:
    text = _replaced("      B7a:\n", "      B7b:\n        columns: {}\n      B7a:\n")
    assert _said(tmp_path, text) == [
        f"pools.yaml:{_line(text, '      B7b:')}: pools.new_schools.claims.B7b:"
        " the award has no printed amount, so no claims can be drawn."
        " Remove it; money for it is reserved in 'committed'."
    ]


def test_a_column_that_the_rule_needs_must_be_drawn(tmp_path: Path) -> None:
    start, end = TEXT.index("          green:"), TEXT.index("          invested_yuan:")
    text = TEXT[:start] + TEXT[end:]
    assert _said(tmp_path, text) == [
        f"pools.yaml:{_line(text, '      B2a:')}: pools.factories.claims.B2a:"
        " the rule needs the column 'green', which no attribute draws. Add it."
    ]


def test_an_unknown_section_is_told_with_the_nearest(tmp_path: Path) -> None:
    text = _replaced("factors:\n  weather", "factor:\n  weather")
    assert _said(tmp_path, text) == [
        f"pools.yaml:{_line(text, 'factor:')}: unknown key 'factor'. Did you mean 'factors'?"
    ]


def test_all_problems_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = _replaced("    targets: [T1]", "    targets: [T9]").replace("yearbook, area", "x, area")
    assert len(_said(tmp_path, text)) == 3
