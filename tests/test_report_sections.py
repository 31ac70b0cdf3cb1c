"""The sections on options, worth, figures that fit, limits and finding out, block by block."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from record_sample import even_record, infeasible_record, reserve_record, sample_record

from model.report.blocks import Block, pair
from model.report.chapters.fitting import fitting_blocks
from model.report.chapters.knowing import find_out_answer, knowing_blocks
from model.report.chapters.limits import chance_blocks, limit_blocks, may_move_blocks
from model.report.chapters.options import (
    option_blocks,
    smallest_answer,
    smallest_option,
    telling_options,
)
from model.report.chapters.plan import plan_chapter
from model.report.chapters.risk import risk_chapter
from model.report.chapters.summary import summary_page
from model.report.chapters.worth import worth_chapter
from model.report.givers import riskiest_giver
from model.report.record import Record, freeze_record
from model.report.sentences import end_of, estimate_phrase, is_even, judging_sentence
from model.report.wording import Wording, read_wording

ZH, EN = read_wording("zh"), read_wording("en")
Section = Callable[[Record, Wording], list[Block]]


def _record(change: Callable[[dict[str, Any]], object] | None = None) -> Record:
    data = sample_record()
    if change:
        change(data)
    return freeze_record(data)


def _tables(blocks: list[Block]) -> list[Block]:
    return [block for block in blocks if block["kind"] == "table"]


def _text(blocks: list[Block]) -> str:
    """All running text of the blocks, without tables and charts."""
    texts = [block.get("text", "") for block in blocks]
    for block in blocks:
        for content in [block.get("runs", []), *block.get("items", [])]:
            texts += [run["text"] for run in content]
    return "".join(texts)


# --- options ---


def test_an_option_is_listed_once_with_the_lightest_approval() -> None:
    found = telling_options(_record())
    assert [(o["approval"], o["moves"]) for o in found] == [
        ("across_departments", 1),
        ("across_domains", 1),
        ("across_domains", 2),
    ]


def test_an_option_that_saves_next_to_nothing_more_is_not_listed() -> None:
    def little(data: dict[str, Any]) -> None:
        menu = data["options"]["menu"]
        one = next(option for option in menu if option["transfers"])
        again = dict(one, transfers=one["transfers"] * 2, objective_yuan=one["objective_yuan"] - 9)
        menu.insert(menu.index(one) + 1, again)

    assert telling_options(_record(little)) == telling_options(_record())


def test_where_limits_forbid_to_move_nothing_the_dearest_option_counts_too() -> None:
    def bound(data: dict[str, Any]) -> None:
        menu = [option for option in data["options"]["menu"] if option["transfers"]]
        data["options"]["menu"] = menu[:1]

    assert len(telling_options(_record(bound))) == 1


def test_the_menu_names_each_approval_and_puts_each_move_on_a_line() -> None:
    menu = _tables(option_blocks(_record(), ZH))[0]
    assert [row[0] for row in menu["rows"]] == ["备选方案1", "备选方案2", "备选方案3"]
    assert [row[1] for row in menu["rows"]] == ["财政部门批准", "市政府批准", "市政府批准"]
    assert menu["rows"][2][2] == "交通设施 → 工信专项 1,300\n水利设施 → 服务业专项 400"
    assert menu["rows"][2][3:] == ["1,700", "590", "1,160", "11,565"]


def test_the_smallest_step_is_the_best_with_the_fewest_moves() -> None:
    option = smallest_option(_record())
    assert option is not None
    assert (option["moves"], option["saved_yuan"]) == (1, 19_800_000)
    text = _text(option_blocks(_record(), ZH))
    assert "最小的一步，只做1笔：从交通设施调1,300万元到工信专项，审批：市政府批准" in text
    assert "交通设施调出1,300万元" in text
    assert "工信专项调入1,300万元" in text


def test_page_one_names_the_smallest_step_only_beside_a_larger_plan() -> None:
    assert len(smallest_answer(_record(), ZH)) == 1
    alone = _record(lambda d: d["plan"].update(transfers=d["plan"]["transfers"][:1]))
    assert smallest_answer(alone, ZH) == []


@pytest.mark.parametrize(
    ("menu", "says"),
    [(0, "没有一个方案能满足全部约束条件"), (1, "没有哪一笔调剂能够少欠")],
)
def test_a_menu_without_moves_says_why(menu: int, says: str) -> None:
    record = _record(lambda d: d["options"].update(menu=d["options"]["menu"][:menu]))
    blocks = option_blocks(record, ZH)
    assert _tables(blocks) == []
    assert says in _text(blocks)
    assert smallest_answer(record, ZH) == []


def _asks_for_more(data: dict[str, Any], least: int) -> None:
    """A limit on a chance asks for so much money in one account; others may give 3,900万元."""
    data["options"]["menu"] = []
    data["plan"]["limits"] = [
        {"name": f"{family}__{account}", "family": family, "amount_yuan": yuan, "says_zh": "甲"}
        for family, account, yuan in (
            ("chance", "services", 40_000_000 + least),
            ("movable_share", "services", 9_000_000),
            ("movable_share", "transport", 35_400_000),
            ("movable_share", "water", 4_990_000),
        )
    ]


def test_where_whole_steps_do_not_reach_a_limit_the_sums_are_told() -> None:
    record = _record(lambda d: _asks_for_more(d, 39_500_000))
    text = _text(option_blocks(record, ZH))
    assert "至少要调入3,950万元" in text
    assert "合计最多只能调出3,900万元" in text
    record = _record(lambda d: _asks_for_more(d, 39_000_000))
    assert "没有一个方案能满足全部约束条件" in _text(option_blocks(record, ZH))


def test_a_record_without_options_has_no_section_on_them() -> None:
    assert option_blocks(_record(lambda d: d.update(options=None)), ZH) == []


def test_other_plans_and_the_frontier_stand_below_the_menu() -> None:
    _, different, frontier = _tables(option_blocks(_record(), EN))
    assert different["rows"][0][0] == "Option 4"
    assert different["rows"][0][2:] == ["approved by the city government", "118.90", "90%", "18.00"]
    assert frontier["heads"][1:3] == ["0.00", "3.00"]
    assert [row[1] for row in frontier["rows"]] == ["31.65", "149.65"]


def test_options_that_give_to_accounts_with_idle_money_are_marked() -> None:
    def wasteful(data: dict[str, Any]) -> None:
        data["options"]["different"][0]["transfers"][0]["to"] = "transport"

    said = "给本来就有沉淀资金的账户：交通设施。"
    assert said in _text(option_blocks(_record(wasteful), ZH))
    assert said not in _text(option_blocks(_record(), ZH))


def test_the_small_step_that_takes_no_less_is_no_safer() -> None:
    def known(data: dict[str, Any]) -> None:
        row = data["accounts"][0]["sensitivity"][0]
        row |= {"assumption": "accounts.transport.progress", "value": "98%"}

    record = _record(known)
    step = {"moves": 1, "transfers": [{"from": "transport", "amount_yuan": 15_000_000}]}
    less = {"moves": 1, "transfers": [{"from": "transport", "amount_yuan": 14_000_000}]}
    for option, told in ((step, True), (less, False), (None, False)):
        said = "".join(run["text"] for run in riskiest_giver(record, ZH, option)[0])
        assert ("只做1笔也不会更低" in said) is told


def test_planning_by_means_is_held_against_what_the_transfers_save() -> None:
    def alike(data: dict[str, Any]) -> None:
        data["knowing"]["stochastic_solution_yuan"] = 19_000_000

    said = "这正是全部调剂在选方案的模拟年份中所减少的金额"
    assert said in _text(knowing_blocks(_record(alike), ZH))
    assert said not in _text(knowing_blocks(_record(), ZH))


# --- what the plan must keep ---


def test_chances_are_held_against_their_limits_to_a_tenth() -> None:
    rows = _tables(chance_blocks(_record(), ZH))[0]["rows"]
    assert rows[0][1:] == ["51.5%", "50.3%", {"text": "50.7%", "beside": "±0.5"}]
    assert rows[1][1:] == ["5%", "1.8%", "低于1%"]
    assert chance_blocks(_record(lambda d: d.update(chances=[])), ZH) == []


def test_accounts_with_one_answer_share_a_row() -> None:
    rows = _tables(may_move_blocks(_record(), ZH))[0]["rows"]
    assert rows[1] == ["人才、教育支撑", "不调出也不调入", "依据不足，不调出也不调入"]
    assert len(rows) == 2


def test_years_that_chose_nothing_tell_what_was_promised_too_much() -> None:
    said = {1_300_000: "比原来的估计少130万元", -1_300_000: "多130万元", 10: "与原来的估计相同"}
    for yuan, text in said.items():
        record = _record(lambda d, yuan=yuan: d["plan"]["fresh"].update(optimism_yuan=yuan))
        assert text in _text(plan_chapter(record, ZH))


def test_an_error_of_a_fiftieth_or_more_stands_beside_its_estimate() -> None:
    entry = {"gap_yuan": 157_300_000, "gap_yuan_se": 4_600_000}
    assert estimate_phrase(entry, "gap_yuan", ZH) == "1.57亿元（±460万元）"
    assert estimate_phrase(entry | {"gap_yuan_se": 3_000_000}, "gap_yuan", ZH) == "1.57亿元"

    def unsure(data: dict[str, Any]) -> None:
        data["plan"]["before"]["worst_share_unpaid_yuan_se"] = 9_990_000

    for record, said in ((_record(unsure), True), (_record(), False)):
        tables = _tables(plan_chapter(record, ZH))
        total = next(t for t in tables if "各账户调剂前后" in t["caption"])["rows"][-1]
        assert ("±999" in str(total)) is said


def test_of_the_reserve_only_the_money_is_printed() -> None:
    record = freeze_record(reserve_record())
    blocks = plan_chapter(record, ZH)
    moves, _, accounts = _tables(blocks)[:3]
    assert moves["rows"][0][:3] == ["预备费", "工信专项", "2,000"]
    row = next(row for row in accounts["rows"] if row[0] == "预备费")
    assert row[1] == {"text": "10,000", "below": "8,000"}
    assert row[2:] == ["—"] * 5
    assert end_of(record.plan["transfers"][0], "from", (record, EN)) == "the general reserve"


# --- the most even plan ---


def test_the_most_even_plan_is_explained_and_has_no_prices() -> None:
    record = freeze_record(even_record())
    assert is_even(record)
    text = _text(plan_chapter(record, ZH))
    assert "让兑付比例最低的账户的平均兑付比例尽量高" in text
    assert "没有参与选方案" not in text.partition("缺口可能性的约束条件")[0]
    assert "本报告不列数字" in _text(worth_chapter(record, ZH))
    assert [block["text"] for block in worth_chapter(record, ZH) if block["kind"] == "heading"] == [
        "多安排钱、改标准，各有什么用",
        "一句话怎样理解，值多少钱",
        "改哪一个标准，钱就够用",
        "账户有95%把握兑付的比例",
    ]
    assert len(_tables(limit_blocks(record, ZH))[0]["heads"]) == 3
    assert "兑付比例最低" in judging_sentence(record, ZH)[0]["text"]


def test_the_objective_of_a_record_says_whether_the_plan_is_even() -> None:
    assert not is_even(_record())
    assert is_even(_record(lambda d: d["manifest"]["settings"].update(objective="even_payout")))
    least = _record(lambda d: d["manifest"]["settings"].update(objective="least_unpaid"))
    assert not is_even(least)


# --- worth ---


def test_the_curves_have_each_sum_before_and_after() -> None:
    curve = _tables(worth_chapter(_record(), ZH))[0]
    assert curve["heads"][1] == "调剂前\n100万元"
    assert curve["heads"][8] == "调剂后\n5,000万元"
    assert curve["rows"][4][:2] == ["服务业专项", "152"]
    assert curve["rows"][0][1:] == ["0"] * 8


def test_the_dearest_and_the_cheapest_steps_are_listed_and_the_free_ones_counted() -> None:
    dearest, cheapest = _tables(worth_chapter(_record(), ZH))[2:4]
    assert [row[5] for row in dearest["rows"]] == [
        *("+451", "+274", "+145", "+61", "+39", "+31", "+25", "+19")
    ]
    assert [row[5] for row in cheapest["rows"]] == ["+9", "+6", "+4", "+2"]
    assert dearest["rows"][0][:4] == [
        *("A5b 研发费用增量补助", "（五）", "第0档金额"),
        {"text": "300万元", "below": "400万元"},
    ]
    assert "有影响的标准14项；另有2项" in _text(worth_chapter(_record(), ZH))


def test_a_few_steps_stand_in_one_table() -> None:
    record = _record(lambda d: d.update(step_prices=d["step_prices"][:5]))
    captions = [block["caption"] for block in _tables(worth_chapter(record, ZH))]
    assert sum("上调一档" in caption for caption in captions) == 1


def test_the_least_sure_promise_comes_first() -> None:
    promises = _tables(worth_chapter(_record(), ZH))[-1]
    assert [row[3] for row in promises["rows"]] == ["45%", "66%", "100%"]


def test_a_promise_names_the_assumption_that_would_break_it() -> None:
    def worse(data: dict[str, Any]) -> None:
        services = next(a for a in data["accounts"] if a["id"] == "services")
        row = services["sensitivity"][1]
        row |= {"gap_probability": 1.0, "demand_mean_yuan": 9_990_000, "value": "80%"}
        services["budget_yuan"], services["committed_yuan"] = 5_000_000, 1_000_000

    rows = _tables(worth_chapter(_record(worse), ZH))[-1]["rows"]
    assert rows[0][4:] == ["市级承担比例为80%", {"text": "999", "below": "400"}]
    assert rows[-1][4:] == ["—", "—"]


def test_another_plan_is_told_with_what_it_costs_and_gains() -> None:
    def other(data: dict[str, Any]) -> None:
        data["robust"].update(worth_changing=False, price_yuan=0, gain_yuan=2_010_000)

    text = _text(knowing_blocks(_record(other), ZH))
    assert "最不利时按评判口径的合计可少201万元（占0.5%），中心假设下不多花；差别不大" in text
    assert "中心假设下多花26万元。" in _text(knowing_blocks(_record(), ZH))


def test_the_money_that_can_be_judged_stands_beside_what_a_domain_prints() -> None:
    domains = next(t for t in _tables(risk_chapter(_record(), ZH)) if "各领域" in t["caption"])
    assert [row[1:3] for row in domains["rows"][:2]] == [["60,000", "60,000"], ["35,000", "20,000"]]


def test_an_approval_that_was_just_named_is_not_named_again() -> None:
    def alike(data: dict[str, Any]) -> None:
        plans = (data["plan"], *data["options"]["menu"])
        for transfer in [row for plan in plans for row in plan["transfers"]]:
            transfer["approval"] = "across_departments"

    said = "".join(run["text"] for run in smallest_answer(_record(alike), ZH)[0])
    assert "审批同上述同一对账户" in said
    assert "审批：" not in said


def test_a_giver_at_risk_is_told_with_its_risk_before_it_gives() -> None:
    def known(data: dict[str, Any]) -> None:
        row = data["accounts"][0]["sensitivity"][0]
        row |= {"assumption": "accounts.transport.progress", "value": "98%"}
        row["gap_probability"] = 0.21

    said = "".join(run["text"] for run in riskiest_giver(_record(known), ZH)[0])
    assert "缺口可能性34%（调出前21%）" in said


def test_where_there_is_nothing_to_tell_there_is_no_chapter() -> None:
    names = ("value_curves", "readings", "step_prices", "levers", "promised_ratios")
    assert worth_chapter(_record(lambda d: d.update({name: [] for name in names})), ZH) == []


def test_an_impossible_plan_keeps_what_needs_no_plan() -> None:
    titles = [table["caption"] for table in _tables(worth_chapter(_impossible(), ZH))]
    assert len(titles) == 3
    assert titles[1].startswith("使资金够用的标准")
    assert chance_blocks(_impossible(), ZH) == knowing_blocks(_impossible(), ZH) == []


def _impossible() -> Record:
    return freeze_record(infeasible_record())


# --- figures that fit ---


def test_figures_that_fit_come_by_account_the_smallest_change_first() -> None:
    rows = _tables(fitting_blocks(_record(), ZH))[0]["rows"]
    assert [(row[0], row[2], row[3]) for row in rows] == [
        ("服务业专项", "（八）", "定额"),
        ("工信专项", "（七）", "A档金额"),
        ("工信专项", "（七）", "上限"),
    ]
    assert rows[0][4:] == [
        {"text": "200万元", "below": "110万元"},
        {"text": "74%", "below": "5%"},
        {"text": "4,900", "below": "2,700"},
    ]


def test_what_the_table_leaves_out_is_said_below_it() -> None:
    text = _text(fitting_blocks(_record(), ZH))
    assert "科技创新与科技补助：没有哪一个标准单独改动" in text
    assert "另有1项要降到现行的五分之一以下" in text
    assert "放宽门槛增加的应兑现额，只能看作至少" in text
    assert "改动较大" not in text


def _at_once(value: float) -> Record:
    def change(data: dict[str, Any]) -> None:
        data["levers"] = data["levers"][:1]
        data["levers"][0]["fitting"]["value"] = value

    return _record(change)


@pytest.mark.parametrize(
    ("value", "listed"),
    [(1_800_000, True), (1_790_000, False), (45_000_000, True), (46_000_000, False), (0, False)],
)
def test_a_figure_that_falls_below_a_fifth_is_left_out(value: int, listed: bool) -> None:
    blocks = fitting_blocks(_at_once(value), ZH)
    assert bool(_tables(blocks)) is listed
    assert ("等于取消" in _text(blocks)) is not listed


def test_at_most_ten_figures_are_listed() -> None:
    blocks = fitting_blocks(_record(lambda d: d.update(levers=d["levers"][:1] * 12)), ZH)
    assert len(_tables(blocks)[0]["rows"]) == 10
    assert "另有2项改动较大" in _text(blocks)


def test_accounts_that_are_neither_short_nor_tight_need_no_figure() -> None:
    def all_ample(data: dict[str, Any]) -> None:
        for account in data["accounts"]:
            account["verdict"] = "ample"

    assert fitting_blocks(_record(all_ample), ZH) == []


# --- what to find out ---


def test_what_to_find_out_is_ranked_with_its_mark_and_the_rest_is_nil() -> None:
    blocks = knowing_blocks(_record(), ZH)
    rows = _tables(blocks)[0]["rows"]
    assert rows == [
        ["市级承担比例", "40%", "50%", "80%", "估计", "312"],
        ["每年评定的A档项目数", "6个", "9个", "15个", "D", "45"],
    ]
    text = _text(blocks)
    assert "7项假设中，有5项查清了也不能再少欠，值为零" in text
    assert "平均每年最多也只能再少欠421万元" in text
    assert "平均每年要多欠87万元" in text


def test_assumptions_worth_next_to_nothing_are_counted_and_not_listed() -> None:
    def little(data: dict[str, Any]) -> None:
        for row in data["knowing"]["values"]:
            row["value_yuan"] = min(row["value_yuan"], 3_465)

    blocks = knowing_blocks(_record(little), ZH)
    assert _tables(blocks) == []
    assert "查清后少欠很少的2项没有列出" in _text(blocks)
    assert find_out_answer(_record(little), ZH) == []


def test_the_chart_of_assumptions_can_be_heard() -> None:
    chart = next(block for block in knowing_blocks(_record(), ZH) if block["kind"] == "figure")
    assert "市级承担比例（估计）：换用低值9,800万元，换用高值9.87亿元" in chart["alt"]
    assert "影响最大的7项假设" in chart["alt"]


def test_assumptions_that_move_no_cost_are_not_drawn() -> None:
    def still(data: dict[str, Any]) -> None:
        for row in data["knowing"]["tornado"]:
            row["swing_yuan"] = 0

    assert "figure" not in [block["kind"] for block in knowing_blocks(_record(still), ZH)]


def test_another_plan_for_wrong_assumptions_is_written_out() -> None:
    text = _text(knowing_blocks(_record(), ZH))
    assert "最不利的一端是：市级承担比例为80%、每年评定的A档项目数为15个" in text
    assert "从交通设施调1,500万元到工信专项，审批：市政府批准" in text
    same = _record(lambda d: d["robust"].update(same_as_usual=True))
    assert "那个方案的预算调剂" not in _text(knowing_blocks(same, ZH))
    assert "稳妥" not in _text(knowing_blocks(_record(lambda d: d["robust"].update(at_once=0)), ZH))


@pytest.mark.parametrize(
    ("times", "kept"), [(1, "短小先大"), (50, "短小大"), (60, "短"), (200, "")]
)
def test_page_one_gives_up_what_is_good_to_know_before_it_overflows(times: int, kept: str) -> None:
    record = _record(lambda d: d["manifest"].update(question="一个很长的问题" * times))
    answers = next(b for b in summary_page(record, ZH) if b["kind"] == "answers")
    text = "".join(_text([{"kind": "", "items": row["items"]}]) for row in answers["rows"])
    assert ("能够判断的5个账户中" in text) is ("短" in kept)
    assert ("只做1笔" in text) is ("小" in kept)
    assert ("先查清" in text) is ("先" in kept)
    assert ("影响最大的一项" in text) is ("大" in kept)


def test_what_does_not_change_is_printed_once() -> None:
    assert pair(["8%", "8%"]) == "8%"
    assert pair(["8%", "5%"]) == {"text": "8%", "below": "5%"}
