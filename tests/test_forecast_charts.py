"""The charts of forecasts: nothing runs off or overlaps, equal rows give equal text, all words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from figure_texts import boxes_of, off_or_over
from matplotlib.figure import Figure

from model.report.canvas import as_png, as_svg
from model.report.forecast_charts import calibration_chart, fan_charts
from model.report.numerals import Language
from model.report.wording import Wording, read_wording

SHARES = (5, 10, 25, 50, 75, 90, 95)
LONG_NAMES = (
    "名称特别长的一个支出账户用来检查是否越界",
    "an account with quite a long name in English",
)


def _account(key: str, **changes: Any) -> dict[str, Any]:
    return {
        "id": key,
        "name_zh": "技能",
        "name_en": "skills",
        "as_of_month": 5.5,
        "only_claims": True,
        "due_yuan": 50_000_000,
        "available_yuan": 120_000_000,
        "gap_probability": 0.004,
    } | changes


def _months(key: str, known: int) -> list[dict[str, Any]]:
    rows = []
    for month in range(1, 13):
        wide = 0 if month <= known else 2_000_000 * (month - known)
        middle = 10_000_000 * min(month, 12)
        yuan = {f"p{s:02}_yuan": round(middle + wide * (s - 50) / 50) for s in SHARES}
        rows.append({"account": key, "month": month, "known": month <= known, **yuan})
    return rows


def _fan(language: Language) -> Figure:
    accounts = [
        _account("a"),
        _account("b", name_zh=LONG_NAMES[0], name_en=LONG_NAMES[1], gap_probability=0.5),
        _account("c", only_claims=False, due_yuan=0, available_yuan=0),
        _account("d", as_of_month=12.0, due_yuan=120_000_000, gap_probability=0.999),
        _account("e", as_of_month=1.0, due_yuan=0, available_yuan=99_999_990_000),
    ]
    months = [row for key, known in zip("abcde", (5, 5, 0, 12, 1), strict=True)
              for row in _months(key, known)]  # fmt: skip
    return fan_charts(accounts, months, read_wording(language))


def _calibration(language: Language) -> Figure:
    stated = np.linspace(0, 1, 21)
    curve = [{"stated": x, "found": x**1.3} for x in stated.tolist()]
    coverage = [
        {"stated": stated, "found": found, "found_se": 0.04}
        for stated, found in ((0.5, 0.46), (0.8, 0.81), (0.95, 1.0))
    ]
    return calibration_chart(curve, coverage, read_wording(language))


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("make", [_fan, _calibration])
def test_no_text_runs_off_or_overlaps(make: Any, language: Language) -> None:
    figure = make(language)
    assert len(boxes_of(figure)) > 8
    assert off_or_over(figure) == []


@pytest.mark.parametrize("make", [_fan, _calibration])
def test_equal_rows_give_equal_files(make: Any) -> None:
    one, two = (as_svg(make("zh")) for _ in range(2))
    assert one == two
    assert "dc:date" not in one
    assert as_png(make("zh"), 50) == as_png(make("zh"), 50)


def test_facts_end_at_the_day_and_bands_begin_there() -> None:
    axes = _fan("zh").axes[0]
    middle, facts = axes.lines[0], axes.lines[1]
    assert facts.get_xdata()[-1] == middle.get_xdata()[0] == 5.5
    assert facts.get_ydata()[-1] == middle.get_ydata()[0] == 50_000_000
    (money,) = [line for line in axes.lines if line.get_linestyle() == "--"]
    assert set(money.get_ydata()) == {120_000_000}


def test_an_account_that_pays_by_progress_has_no_facts() -> None:
    """Nothing in a register says what was paid by progress: the bands begin with the year."""
    axes = _fan("zh").axes[2]
    assert axes.lines[0].get_xdata()[0] == 0
    assert list(axes.lines[1].get_xdata()) == [0]


class _Noting(dict[str, str]):
    """Texts that remember which of them were read."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.read.add(key)
        return super().__getitem__(key)


def test_every_word_of_a_forecast_is_printed_by_some_chart() -> None:
    texts = _Noting(read_wording("zh").texts)
    words = Wording(language="zh", texts=texts)
    fan_charts([_account("a")], _months("a", 5), words)
    calibration_chart([{"stated": 0.5, "found": 0.5}], [], words)
    wanted = {key for key in texts if key.startswith("forecast.")}
    assert wanted - texts.read == set()
    assert len(wanted) > 8
