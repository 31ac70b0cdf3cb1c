"""The charts: nothing runs off or overlaps, in both languages, and equal rows give equal text."""

from __future__ import annotations

import doctest
from itertools import pairwise
from typing import Any

import pytest
from figure_texts import boxes_of, off_or_over
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text as Label
from record_sample import sample_record, stress_record

from model.report import canvas
from model.report.chapters.drivers import strips_of
from model.report.chapters.options import telling_options
from model.report.charts import (
    as_png,
    as_svg,
    cost_swings,
    exceedance_curves,
    frontier_curve,
    money_bars,
    money_map,
    more_money,
    option_effects,
    plan_change,
    reading_ranges,
    risk_strip,
    run_out_strip,
    sensitivity_strips,
    shortened,
)
from model.report.drawing import money_map as the_map
from model.report.flow import lay_out_flow, printed_leaves, times_printed
from model.report.fonts import FAMILY
from model.report.numerals import Language
from model.report.record import Record, freeze_record
from model.report.sentences import judged
from model.report.wording import Wording, read_wording

KINDS = (
    *("bars", "map", "plan", "strips", "swings", "strip", "months", "curves", "options"),
    *("frontier", "worth", "readings"),
)


def _names(record: Record) -> dict[str, str]:
    entries = (*record.domains, *record.lines, *record.funds)
    return {entry["id"]: entry["name_zh"] for entry in entries}


def _figure(kind: str, data: dict[str, Any], language: Language) -> Figure:
    record, words = freeze_record(data), read_wording(language)
    if kind == "bars":
        return money_bars(judged(record.accounts), words)
    if kind == "map":
        return money_map(lay_out_flow(record.lines, record.funds), _names(record), words)
    if kind == "plan":
        return plan_change(record.plan["accounts"], words)
    if kind == "swings":
        return cost_swings(_swings(record), words)
    if kind in {"strip", "months", "curves"}:
        draw = {"strip": risk_strip, "months": run_out_strip, "curves": exceedance_curves}[kind]
        return draw(judged(record.accounts)[:9], words)
    if kind in {"options", "frontier", "worth", "readings"}:
        return _figure_of_choices(kind, record, words)
    account = record.accounts[5]
    return sensitivity_strips(account, strips_of(account, words), words)


def _figure_of_choices(kind: str, record: Record, words: Wording) -> Figure:
    assert record.options is not None
    options = [(str(n), option) for n, option in enumerate(telling_options(record), 1)]
    if kind == "options":
        return option_effects(options, words)
    if kind == "frontier":
        return frontier_curve(record.options["frontier"], options, words)
    if kind == "worth":
        return more_money([r for r in record.value_curves if r["more_yuan"] == 1_000_000], words)
    awards: dict[str, list[Any]] = {}
    for row in record.readings:
        awards.setdefault(row["award"], []).append(row)
    return reading_ranges([*awards.items()], words)


def _swings(record: Record) -> list[tuple[str, str, Any]]:
    assert record.knowing is not None
    return [(row["name_zh"], "（估计）", row) for row in record.knowing["tornado"]][:20]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("make", [sample_record, stress_record])
def test_no_text_runs_off_or_overlaps(kind: str, make: Any, language: Language) -> None:
    figure = _figure(kind, make(), language)
    assert len(boxes_of(figure)) > 6
    assert off_or_over(figure) == []


def test_a_text_that_runs_off_would_be_seen() -> None:
    figure = _figure("bars", sample_record(), "zh")
    figure.text(0.99, 0.5, "这一行字超出了图的右边", family=FAMILY)
    assert off_or_over(figure) != []


@pytest.mark.parametrize("kind", KINDS)
def test_no_letter_of_a_chart_is_smaller_than_seven_points(kind: str) -> None:
    figure = _figure(kind, stress_record(), "en")
    sizes = {label.get_size() for label in figure.findobj(Label) if label.get_text()}
    assert min(sizes) >= 7


@pytest.mark.parametrize("kind", KINDS)
def test_equal_rows_give_equal_svg_without_a_date(kind: str) -> None:
    one, two = (as_svg(_figure(kind, sample_record(), "zh")) for _ in range(2))
    assert one == two
    assert "<text" in one
    assert "Noto Sans CJK SC" in one
    assert "dc:date" not in one


def test_a_chart_is_also_a_picture_of_the_width_of_the_text() -> None:
    content = as_png(_figure("worth", sample_record(), "zh"), 100)
    assert content.startswith(b"\x89PNG")
    assert int.from_bytes(content[16:20], "big") == round(170 / 25.4 * 100)


def test_the_strip_prints_the_chance_and_the_break_evens_of_every_account() -> None:
    texts = [text for text, _ in boxes_of(_figure("strip", sample_record(), "zh"))]
    assert {"66%", "74%", "低于1%", "23.4", "9.6", "16.2", "产业创新平台"} <= set(texts)


def test_the_months_print_nothing_below_one_percent() -> None:
    texts = [text for text, _ in boxes_of(_figure("months", sample_record(), "zh"))]
    # transport and water never reach 2 %: dots, but for the 1 % of water in December
    assert texts.count("·") == 12 + 11 + 3 * 8
    assert {"74", "37", "19"} <= set(texts)


def test_the_curves_pass_through_the_points_of_the_record() -> None:
    data = sample_record()
    figure = _figure("curves", data, "zh")
    panel = figure.axes[3]  # the fourth judged account
    points = data["accounts"][5]["exceedance"]
    line = max(panel.lines, key=lambda line: len(line.get_xdata()))
    drawn = {*zip(line.get_xdata(), line.get_ydata(), strict=True)}
    assert {(p["amount_yuan"], 100 * p["chance"]) for p in points} <= drawn


def test_readings_are_drawn_from_the_one_that_is_used() -> None:
    axes = _figure("readings", sample_record(), "zh").axes[0]
    at = sorted(
        float(x) for line in axes.lines for x in line.get_xdata() if line.get_marker() == "o"
    )
    assert at == [0.0, 0.0, 2_500_000.0, 8_000_000.0]


def test_bars_leave_out_accounts_without_available_money() -> None:
    data = sample_record()
    data["accounts"][0]["available_yuan"] = 0
    text = as_svg(_figure("bars", data, "zh"))
    assert "交通设施" not in text
    assert "水利设施" in text


def test_strips_are_ordered_by_how_far_they_move_the_chance() -> None:
    record = freeze_record(sample_record())
    strips = strips_of(record.accounts[5], read_wording("zh"))
    assert strips[0] == ("市级承担比例", 0.055, 0.9987)
    widths = [high - low for _, low, high in strips]
    assert widths == sorted(widths, reverse=True)


def test_an_assumption_that_moves_nothing_is_not_drawn() -> None:
    data = sample_record()
    for row in data["accounts"][5]["sensitivity"]:
        if row["assumption"] == "lag":
            row["gap_probability"] = data["accounts"][5]["gap_probability"]
    strips = strips_of(freeze_record(data).accounts[5], read_wording("zh"))
    assert "跨年兑现比例" not in [name for name, _, _ in strips]


def _marks(figure: Figure) -> list[tuple[float, str]]:
    """Where the ends of the bars lie, and the shape that stands there, row by row."""
    lines = [line for line in figure.axes[0].lines if line.get_marker() not in {"None", ""}]
    return [(float(line.get_xdata()[0]), _shape(line.get_marker())) for line in lines]


def _shape(marker: Any) -> str:
    return str(marker.get_marker()) if hasattr(marker, "get_marker") else str(marker)


def test_a_bar_that_is_far_too_long_is_cut_with_an_arrow() -> None:
    marks = _marks(_figure("swings", sample_record(), "zh"))
    assert len(marks) == 2 * 7
    low, high = marks[:2]
    assert low == (98_000_000.0, "o")
    assert high[1] == ">"
    assert high[0] < 987_000_000
    assert [shape for _, shape in marks[2:]] == ["o"] * 12
    assert marks[2][0] == 121_000_000


def test_the_cost_at_both_ends_is_printed_where_a_bar_is_cut() -> None:
    texts = [text for text, _ in boxes_of(_figure("swings", sample_record(), "zh"))]
    assert {"98,700", "9,800", "中心假设 14,965", "市级承担比例（估计）"} <= set(texts)
    texts = [text for text, _ in boxes_of(_figure("swings", sample_record(), "en"))]
    assert {"987.00", "98.00", "central 149.65"} <= set(texts)


def test_a_cost_that_no_assumption_moves_can_be_drawn() -> None:
    data = sample_record()
    for row in data["knowing"]["tornado"]:
        row.update(cost_low_yuan=row["cost_central_yuan"], cost_high_yuan=row["cost_central_yuan"])
    assert off_or_over(_figure("swings", data, "zh")) == []


def test_the_map_counts_each_fund_once_and_each_line_as_printed() -> None:
    record = freeze_record(sample_record())
    flow = lay_out_flow(record.lines, record.funds)
    assert sum(node.yuan for node in flow.lines) == record.totals["printed_yuan"]
    assert sum(node.yuan for node in flow.funds) == record.totals["net_yuan"]
    assert {node.id: node.times_printed for node in flow.funds if node.times_printed > 1} == {
        "F1": 2,
        "F4": 2,
        "F5": 3,
    }
    assert times_printed(printed_leaves(record.lines))["F2"] == 1


@pytest.mark.parametrize("make", [sample_record, stress_record])
def test_the_nodes_of_the_map_do_not_overlap_and_fit_one_page(make: Any) -> None:
    record = freeze_record(make())
    flow = lay_out_flow(record.lines, record.funds)
    for side in (flow.lines, flow.funds):
        for above, below in pairwise(side):
            assert above.top + above.height < below.top
        assert side[-1].top + side[-1].height <= flow.height + 1e-6
    assert flow.height <= 206


def test_bands_are_as_wide_as_the_money() -> None:
    record = freeze_record(sample_record())
    flow = lay_out_flow(record.lines, record.funds)
    height = {(band.line, band.fund): band.height for band in flow.bands}
    assert height["D1.1", "F1"] == pytest.approx(2 * height["D1.2", "F2"])
    assert height["D5", "F1"] == height["D1.1", "F1"]


def test_the_examples_of_the_surface_hold() -> None:
    result = doctest.testmod(canvas)
    assert (result.failed, result.attempted) == (0, 1)


def test_a_long_name_is_cut_to_its_room() -> None:
    assert shortened("人才", 20, 8) == "人才"
    assert shortened("人才引育、人才服务等资金", 20, 8) == "人才引育、人…"


def test_names_take_two_lines_before_they_are_cut() -> None:
    canvas.canvas(10)  # the font is known from then on
    name = "share of the whole city's claims in the city's own charge"
    assert canvas.in_lines(name, 200, 7.5) == name
    assert canvas.in_lines(name, 45, 7.5).replace("\n", " ") == name
    cut = canvas.in_lines(name, 30, 7.5).split("\n")
    assert len(cut) == 2
    assert cut[1].endswith("…")
    assert all(canvas.letters_wide(line, 7.5) <= 30 for line in cut)
    assert canvas.in_lines("工信专项无金额事项预留", 15, 7.5) == "工信专项无\n金额事项…"
    assert canvas.in_lines("", 15, 7.5) == ""


def test_what_is_printed_more_often_is_clearly_darker_without_colours() -> None:
    looks = [the_map._look_of(times) for times in (1, 2, 3)]
    light = [
        sum(share * part for share, part in zip((0.3, 0.59, 0.11), to_rgb(c), strict=True))
        for c in (look["facecolor"] for look in looks)
    ]
    assert all(pale - dark > 0.15 for pale, dark in pairwise(light))
    assert [bool(look["hatch"]) for look in looks] == [False, True, False]


def test_before_is_seen_where_after_lies_on_it() -> None:
    data = sample_record()
    for row in data["plan"]["accounts"]:
        row["after"]["gap_probability"] = row["before"]["gap_probability"]
    figure = _figure("plan", data, "zh")
    dots = [line for line in figure.axes[1].lines if line.get_marker() == "o"]
    before, after = dots[::2], dots[1::2]
    assert [line.get_xdata()[0] for line in before] == [line.get_xdata()[0] for line in after]
    for ring, dot in zip(before, after, strict=True):
        assert ring.get_markersize() - ring.get_markeredgewidth() > dot.get_markersize() + 1.5
