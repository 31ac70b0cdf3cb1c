"""Reasons, sources and changes in the language of the reader, from the scenario to the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, get_args

import pytest
from demand_sample import REAL
from record_sample import sample_record

from model.allocation_settings import AllocationSettings, DomainChance, PaymentRule
from model.allotment_settings import AllotmentRule, AllotmentSettings
from model.claims_settings import ClaimsSettings
from model.recording.changed import record_changes
from model.recording.grounds import reasons
from model.report.blocks import Block
from model.report.chapters.basis import basis_chapter
from model.report.chapters.changed import change_blocks, in_words
from model.report.compare.measures import value_of
from model.report.record import Record, freeze_record
from model.report.wording import Wording, read_wording
from model.scenario import Scenario, load_scenario
from model.settings import Settings

ZH, EN = read_wording("zh"), read_wording("en")
SHARE = "assumptions.city_part"
WORDS_OF = (
    (AllocationSettings, "objective"),
    (AllotmentRule, "rule"),
    (AllotmentSettings, "not_fitting"),
    (ClaimsSettings, "per"),
    (ClaimsSettings, "stacking"),
    (DomainChance, "of"),
    (PaymentRule, "rule"),
    (Settings, "points"),
)


@cache
def _base(*changes: tuple[str, str]) -> Scenario:
    return load_scenario(REAL / "base.yaml", dict(changes))


def _record(change: Callable[[dict[str, Any]], object]) -> Record:
    data = sample_record()
    change(data)
    return freeze_record(data)


def _grounds(entry: dict[str, Any], words: Wording) -> str:
    """The small print of the first assumption of a report."""
    blocks = basis_chapter(_record(lambda d: d["assumptions"][0].update(entry)), words)
    caption = words("basis.assumptions_caption")
    table = next(b for b in blocks if b["kind"] == "table" and caption in b["caption"])
    return str(table["rows"][0][0]["small"])


def test_a_source_named_in_a_reason_is_told_by_its_title_in_both_languages() -> None:
    book = _base().book
    told = reasons(book, book.assumptions["city_part"], "why")
    source = book.sources["fdi_2023"]
    assert f"（{source.title_zh}）" in told["why_zh"]
    assert f"({source.title_en})" in told["why_en"]
    assert "fdi_2023" not in str(told)


def test_a_scenario_with_a_reason_in_chinese_only_is_told_in_chinese_on_an_english_page() -> None:
    book = _base((f"{SHARE}.why", "区级另有规定")).book
    told = reasons(book, book.assumptions["city_part"], "why")
    assert told == {"why_zh": "区级另有规定", "why_en": ""}
    assert _grounds(told, EN).endswith("区级另有规定")
    both = {"why_zh": "区级另有规定", "why_en": "the districts have a rule of their own"}
    assert _grounds(both, EN).endswith("he districts have a rule of their own")
    assert _grounds(both, ZH).endswith("区级另有规定")


def test_a_source_stands_with_its_area_year_and_check() -> None:
    read = {"area": "全市", "year": 2030, "checked": "2031-02-20", "why_zh": "", "why_en": ""}
    source = {"source": "示例市年鉴", "source_en": "yearbook of the sample city"}
    assert _grounds(read | source, ZH) == "示例市年鉴（全市、2030年、2031-02-20核对）"
    english = EN.with_glossary({"全市": "whole city"})
    told = "Yearbook of the sample city (whole city, 2030, checked 2031-02-20)"
    assert _grounds(read | source, english) == told
    assert _grounds({**read, "source": ""}, english) == "Whole city, 2030, checked 2031-02-20"


def _changes(table: list[Block]) -> list[list[str]]:
    return [row[:3] for row in table[1]["rows"]]


def test_changes_are_told_by_name_and_in_words() -> None:
    scenario = _base(("allocation.objective", "even_payout"), ("overlap", "schools_in_building"))
    made = record_changes(scenario)
    assert [each["path"] for each in made] == ["allocation.objective", "overlap"]
    record = _record(lambda d: d["manifest"].update(changes=made))
    assert _changes(change_blocks(record, EN)) == [
        ["Objective", "least money unpaid", "the most even payout"],
        [
            "Explanation of the overlap",
            "natural explanation",
            "school money inside education and health building",
        ],
    ]
    assert _changes(change_blocks(record, ZH))[0] == [
        "评判口径",
        "少付的钱最少",
        "兑付比例尽量均匀",
    ]


def test_a_changed_reason_stays_as_it_was_written() -> None:
    (made,) = record_changes(_base((f"{SHARE}.why", "市级全额承担，不用true")))
    assert made["name_en"].endswith("districts pay the rest: reason")
    record = _record(lambda d: d["manifest"].update(changes=[made]))
    assert _changes(change_blocks(record, EN))[0][2] == "市级全额承担，不用true"


@pytest.mark.parametrize(
    ("written", "english", "chinese"),
    [
        ("{}", "—", "—"),
        ("-", "—", "—"),
        ("{chance: 100%, accounts: []}", "chance: 100%, accounts: —", "可能性：100%，账户：—"),
        ("true", "yes", "是"),
        ("1.2亿元", "120m yuan", "1.2亿元"),
        (
            "{science: {rule: priority, order: [A5b, A5c]}}",
            "science (rule: in the order given, order: A5b, A5c)",
            "科技创新与科技补助（规则：按次序，次序：A5b，A5c）",
        ),
        (
            "[{from: water, to: services, amount: 500万元}]",
            "(from: water, to: services, amount: 5m yuan)",
            "（由：水利设施，到：服务业专项，金额：500万元）",
        ),
        (
            "{A: 2, B: 8} / {A: 5, B: 5}",
            "(A: 2, B: 8) / (A: 5, B: 5)",
            "（A：2，B：8） / （A：5，B：5）",
        ),
    ],
)
def test_a_value_of_a_scenario_is_told_in_words(written: str, english: str, chinese: str) -> None:
    def name(data: dict[str, Any]) -> None:
        for account in data["accounts"]:
            account["name_en"] = account["id"]

    record = _record(name)
    assert in_words(written, (record, EN)) == english
    assert in_words(written, (record, ZH)) == chinese


@pytest.mark.parametrize("words", [ZH, EN], ids=["zh", "en"])
def test_every_word_that_a_setting_may_be_is_told_in_the_words_of_the_report(
    words: Wording,
) -> None:
    for model, field in WORDS_OF:
        for word in get_args(model.model_fields[field].annotation):
            told = in_words(word, (_record(lambda _: None), words))
            assert told == words(f"change.{word}")
            assert not re.search("[a-z]_[a-z]", told)


def test_a_comparison_tells_values_in_words_too() -> None:
    words = read_wording("en", "compare")
    aim = {"old_zh": "least_unpaid", "old_en": "least_unpaid", "new_zh": "-", "new_en": "-"}
    assert value_of(aim, "old", words) == "least money unpaid"
    assert value_of(aim, "new", words) == "—"
    named = {"old_zh": "自然解释", "old_en": "all of it"}
    assert value_of(named, "old", words) == "all of it"
