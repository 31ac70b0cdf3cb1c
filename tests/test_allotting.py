"""`budget allot` on the tiny world: rules by hand, limits told, nothing lost, nothing leaked."""

from __future__ import annotations

import csv
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from demand_sample import REAL
from demand_sample import tiny as tiny_scenario
from python_calamine import CalamineWorkbook

from model import account_payments
from model.account_claims import ask_accounts, queue_places, rule_of, whole_weights
from model.account_payments import pay
from model.allocation.asked import Asked
from model.allocation.whole_claims import Choice
from model.allotment_words import NOBODY_ZH, say_choice_zh, say_opinion_zh
from model.allotting import allot_register
from model.assessing import Assessed, Manner
from model.claiming import assess_claims
from model.cli import main
from model.errors import BudgetError, InputError
from model.register.register import read_register

# B5a gives 50万元 to a new institute, B5b half of a provincial award, at most 100万元; both from
# the account research. B3a (skills) is the amount approved, at most 60万元.
HEAD = "claim,applicant,award,filed,newly_recognised,provincial_award_yuan,approved_yuan\n"
ROWS = (
    "c1,甲研究所,B5a,2031-03-05,是,,\n"
    "c2,乙研究所,B5a,2031-02-01,是,,\n"
    "c3,丙公司,B5b,2031-01-10,,160万元,\n"
    "c4,丁公司,B5b,,,40万元,\n"
    "c5,戊公司,B3a,2031-04-01,,,30万元\n"
    "c6,己研究所,B5a,2031-01-01,否,,\n"
)
DUE = [500_000, 500_000, 800_000, 200_000, 300_000, 0]  # research is asked for 200万元
WAN = 10_000


@pytest.fixture
def world(tiny: Path) -> Path:
    """The tiny world with a register, and 100万元 for research instead of 1500万元."""
    (tiny / "claims.csv").write_text(HEAD + ROWS, encoding="utf-8")
    state(tiny, "funds.research.budget: 100万元")
    return tiny


def state(folder: Path, *changes: str) -> None:
    lines = "".join(f"  {change}\n" for change in changes)
    text = f"question: 钱不够时怎样付？\nbased_on: base\nchanges:\n{lines}"
    (folder / "short.yaml").write_text(text, encoding="utf-8")


def run(folder: Path, out: str = "out.csv", rule: str = "", **manner: Any) -> Assessed:
    paths = folder / "claims.csv", folder / "short.yaml", folder / out
    return allot_register(*paths, Manner(**manner), rule)


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def paid(folder: Path, rule: str = "") -> list[float]:
    """What is paid in 万元, by claim."""
    run(folder, rule=rule)
    return [int(row["paid_yuan"]) / WAN for row in rows(folder)]


# --- the rules ---


def test_without_a_rule_all_get_the_same_part_and_other_accounts_are_untouched(world: Path) -> None:
    done = run(world)
    written = rows(world)
    assert [int(row["city_yuan"]) for row in written] == DUE
    assert [int(row["paid_yuan"]) / WAN for row in written] == [25, 25, 40, 10, 30, 0]
    assert [row["account"] for row in written] == ["research"] * 4 + ["skills", "research"]
    assert [row["award_id"] for row in written] == [row["award"] for row in written]
    assert done.summary_zh == (
        f"{world / 'out.csv'}: 6 笔申报，应兑现（市级） 230万元，兑付 130万元，"
        "少付 100万元（4 笔）",
        "研究: 可用 100万元，应兑现 200万元，兑付 100万元",
    )
    assert done.problems == ()


BY_HAND = {
    "pro_rata": [25, 25, 40, 10, 30, 0],
    "smallest_ratio": [25, 25, 40, 10, 30, 0],
    "equal_awards": [26.6667, 26.6666, 26.6667, 20, 30, 0],
    "equal_losses": [23.3334, 23.3333, 53.3333, 0, 30, 0],
    "talmud": [25, 25, 40, 10, 30, 0],
    "first_come": [0, 20, 80, 0, 30, 0],  # c3 in January, then c2; c4 has no day and comes last
}


@pytest.mark.parametrize("rule", BY_HAND)
def test_one_rule_for_all_accounts_by_hand(world: Path, rule: str) -> None:
    assert paid(world, rule) == BY_HAND[rule]


SAID = {
    "{rule: priority, order: [B5b]}": [0, 0, 80, 20, 30, 0],
    "{rule: flagship_first, order: [B5a]}": [50, 50, 0, 0, 30, 0],
    "{rule: guaranteed, order: [B5a], at_least: 20%}": [40, 40, 16, 4, 30, 0],
    "{rule: equal_awards, weights: {B5b: 2}}": [20, 20, 40, 20, 30, 0],
}


@pytest.mark.parametrize("rule", SAID)
def test_a_rule_of_the_scenario_by_hand(world: Path, rule: str) -> None:
    state(world, "funds.research.budget: 100万元", f"allotment.rules: {{research: {rule}}}")
    assert paid(world) == SAID[rule]


def test_the_rule_of_the_allocation_holds_where_no_other_is_stated(world: Path) -> None:
    first = "{research: {rule: priority, order: [B5b]}}"
    state(world, "funds.research.budget: 100万元", f"allocation.payment: {first}")
    assert paid(world) == [0, 0, 80, 20, 30, 0]
    other = "allotment.rules: {research: {rule: equal_losses}}"
    state(world, "funds.research.budget: 100万元", f"allocation.payment: {first}", other)
    assert paid(world) == BY_HAND["equal_losses"]
    assert paid(world, "pro_rata") == BY_HAND["pro_rata"]


def test_committed_money_is_not_there_to_be_paid(world: Path) -> None:
    """Building has 50万元 of earlier years to settle: of its 60万元 only 10 are left."""
    text = HEAD.replace("\n", ",grade,green,invested_yuan\n") + "f,庚厂,B2a,,,,,乙,否,600万元\n"
    (world / "claims.csv").write_text(text, encoding="utf-8")
    state(world, "funds.building.budget: 0万元", "funds.schools.budget: 60万元")
    assert paid(world) == [10]
    state(
        world, "funds.building.budget: 0万元", "funds.schools.budget: 40万元"
    )  # less than is committed: nothing, not a debt
    assert paid(world) == [0]


# --- the limits ---


def test_a_ceiling_and_the_money_are_told_apart(world: Path) -> None:
    """B5a may have 60 of its 100; of 60 + 100 the account pays 100: 5/8 of everything."""
    ceiling = "allocation.award_ceilings: {B5a: 60万元}"
    state(world, "funds.research.budget: 100万元", ceiling)
    run(world)
    first, _, third, *_ = rows(world)
    assert [int(first[f"{name}_yuan"]) / WAN for name in ("paid", "cut", "cut_by_ceiling")] == [
        18.75,
        31.25,
        20,
    ]
    assert first["limit"] == "事项总额控制、账户可用资金"
    assert first["reason"] == (
        "B5a 总额控制 60万元，申报合计 100万元，少付 20万元；"
        "账户“研究”可用资金 100万元，申报合计 200万元，按比例，少付 11.25万元；"
        "应兑现 50万元，兑付 18.75万元（37.5%）"
    )
    assert third["limit"] == "账户可用资金"
    assert third["cut_by_ceiling_yuan"] == "0"
    assert paid(world, "smallest_ratio") == [25, 25, 40, 10, 30, 0]  # the ceiling does not bind


def test_a_claim_paid_whole_or_not_at_all_says_so(world: Path) -> None:
    """Pro rata gives B5a 50 of 100: one whole claim, that of the earlier day; B5b has its 50."""
    state(world, "funds.research.budget: 100万元", "allotment.indivisible: [B5a]")
    assert paid(world) == [0, 50, 40, 10, 30, 0]
    first = rows(world)[0]
    assert (first["cut_as_whole_yuan"], first["cut_by_money_yuan"]) == ("250000", "250000")
    assert first["limit"] == "账户可用资金、整笔兑付"
    assert "本事项整笔兑付，轮到本笔的钱不够整笔或未被选取，少付 25万元" in first["reason"]
    stop = "allotment.not_fitting: stop"
    state(world, "funds.research.budget: 100万元", "allotment.indivisible: [B5a]", stop)
    assert paid(world, "first_come") == [0, 0, 80, 0, 30, 0]


def test_claims_paid_in_full_and_claims_due_nothing_say_so(world: Path) -> None:
    run(world)
    *_, skilled, failed = rows(world)
    assert (skilled["limit"], skilled["reason"]) == ("", "足额兑付 30万元")
    assert failed["reason"] == "应兑现额（市级）为0元，不参与分配"


def test_an_award_that_no_account_pays_is_paid_nothing_and_says_why(world: Path) -> None:
    scenario = tiny_scenario()
    known = {k: v for k, v in scenario.settings.paid_from.items() if k != "B5b"}
    settings = scenario.settings.model_copy(update={"paid_from": known})
    scenario = replace(scenario, settings=settings)
    register = read_register(world / "claims.csv", scenario.document.awards)
    assessment = assess_claims(register, scenario)
    payments = pay(ask_accounts(scenario, register, assessment.city_yuan), assessment)
    assert payments.paid.tolist() == [500_000, 500_000, 0, 0, 300_000, 0]
    assert payments.told[2].limit == NOBODY_ZH
    assert payments.account[2] == ""


def test_how_whole_claims_were_chosen_is_told_with_the_distance_to_the_best() -> None:
    (one,) = ask_accounts(
        tiny_scenario(), read_register_of(["B5a", "B5b"]), np.array([500_000, 800_000])
    )
    found = account_payments.pay_account(one).found
    assert say_choice_zh(found) == ""
    chosen = replace(found, choice=Choice(way="chosen", pot_yuan=90_000, gap=0.00012))
    assert say_choice_zh(chosen) == (
        "整笔兑付的申报共用 9万元（按规则应得之和），选金额最多的组合，金额相同的选笔数最多的；"
        "与最好的组合相差不超过 0.0120%"
    )
    best = replace(found, choice=Choice(way="chosen", pot_yuan=90_000))
    assert say_choice_zh(best).endswith("没有更好的组合")
    queued = replace(found, choice=Choice(way="queued", pot_yuan=90_000))
    assert say_choice_zh(queued) == "整笔兑付的申报按次序逐笔判断"


SAID_IN_CHINESE = {
    "{rule: priority, order: [B5b]}": "同一次序的事项按同一比例；次序 B5b；"
    "整笔兑付 B5a；不够整笔时跳过，付后面的",
    "{rule: equal_awards, weights: {B5b: 2.5}}": "不超过本笔应兑现额；倍数 B5b 2.5；整笔兑付 B5a",
}


@pytest.mark.parametrize("rule", SAID_IN_CHINESE)
def test_the_rule_of_an_account_is_told_with_all_that_belongs_to_it(world: Path, rule: str) -> None:
    state(world, f"allotment.rules: {{research: {rule}}}", "allotment.indivisible: [B5a]")
    run(world, "out.xlsx")
    accounts = {row[0]: row for row in sheets(world / "out.xlsx")["汇总"]}
    assert accounts["research"][12].endswith(SAID_IN_CHINESE[rule])
    assert accounts["research"][13] == "情景的 allotment.rules"


def test_a_guaranteed_part_and_a_queue_that_stops_are_told(world: Path) -> None:
    said = "{rule: guaranteed, at_least: 20%}", "{rule: first_come}"
    for rule, words in zip(
        said, ("每笔先兑付应兑现额的20%", "不够整笔时停止，后面的不付"), strict=True
    ):
        whole = "" if "guaranteed" in rule else "B5a"
        state(
            world,
            f"allotment.rules: {{research: {rule}}}",
            f"allotment.indivisible: [{whole}]",
            "allotment.not_fitting: stop",
        )
        run(world, "out.xlsx")
        accounts = {row[0]: row for row in sheets(world / "out.xlsx")["汇总"]}
        assert words in accounts["research"][12]


def test_a_difference_of_the_programme_is_told_in_fractions_of_a_yuan() -> None:
    assert say_opinion_zh(None) == "未用另一种算法复核（申报种类多、金额大，或该算法没有结果）"
    assert say_opinion_zh(0.0) == "用另一种算法复核，结果一致"
    assert say_opinion_zh(0.0042) == "用另一种算法复核，结果一致（相差 0.004元）"


# --- what is written ---


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_workbook_holds_sums_awards_claims_and_every_other_row(world: Path) -> None:
    text = HEAD + ROWS + "c7,辛公司,B5b,2031-05-01,,很多,\n"
    (world / "claims.csv").write_text(text, encoding="utf-8")
    done = run(world, "out.xlsx")
    assert len(done.problems) == 1
    assert done.summary_zh[-1].startswith("读入 7 行 = 已核算 6 笔 + 未受理 1 行")
    found = sheets(world / "out.xlsx")
    assert list(found) == ["汇总", "事项", "兑付", "未受理", "不计入", "说明"]
    accounts = {row[0]: row for row in found["汇总"]}
    assert accounts["research"][3:11] == [5, 1e6, 0, 1e6, 2e6, 1e6, 1e6, 0]
    assert accounts["research"][11:] == [
        "50.00%",
        "按比例：每笔按同一比例兑付",
        "情景未写明，默认",
        "用另一种算法复核，结果一致",
    ]
    assert accounts["合计"][7:10] == [2.3e6, 1.3e6, 1e6]
    awards = {row[0]: row for row in found["事项"]}
    assert awards["B5a"][3:10] == [3, 0, 2, 0, 1e6, 5e5, 5e5]
    assert awards["合计"][7:10] == [2.3e6, 1.3e6, 1e6]
    claims = [row for row in found["兑付"] if str(row[1]).startswith("c")]
    assert [row[9] for row in claims] == [250_000, 250_000, 400_000, 100_000, 300_000, 0]
    assert any("c7" in str(cell) for row in found["未受理"] for cell in row)
    said = "".join(map(str, found["汇总"][3]))
    assert said == "读入 7 行 = 已核算 6 笔 + 未受理 1 行 + 不计入 0 行"
    notes = [row[0] for row in found["说明"]]
    assert any("向下取整" in note for note in notes)
    assert "先报先付" not in "".join(map(str, notes))


def test_the_sums_of_the_workbook_are_live_and_have_their_values(world: Path) -> None:
    run(world, "out.xlsx")
    with zipfile.ZipFile(world / "out.xlsx") as file:
        first, second = (file.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert "SUMIF('事项'!$C:$C,$A" in first
    assert "<f>SUMIF('兑付'!$D:$D,$A6,'兑付'!$J:$J)</f><v>500000</v>" in second
    assert "<f>SUM(I5:I7)</f><v>1300000</v>" in second


def test_a_register_without_claims_still_says_what_is_wrong(world: Path) -> None:
    (world / "claims.csv").write_text(HEAD + "c7,辛公司,B5b,,,很多,\n", encoding="utf-8")
    assert len(run(world, "out.xlsx").problems) == 1
    assert not any(row[0] == "合计" for row in sheets(world / "out.xlsx")["汇总"])


def test_who_queues_without_a_day_is_told(world: Path) -> None:
    run(world, "out.xlsx", "first_come")
    notes = [row[0] for row in sheets(world / "out.xlsx")["说明"]]
    assert "先报先付的账户中有 1 笔没有申报日期，排在有日期的之后" in notes


def test_the_same_register_gives_the_same_bytes(world: Path) -> None:
    for out in ("out.xlsx", "out.csv"):
        run(world, out, "talmud")
        first = (world / out).read_bytes()
        run(world, out, "talmud")
        assert (world / out).read_bytes() == first


def test_no_text_of_a_register_runs_as_a_formula(world: Path) -> None:
    text = HEAD + "=1+1,@甲,B5a,,是,,\n"
    (world / "claims.csv").write_text(text, encoding="utf-8")
    run(world)
    assert rows(world)[0]["claim"] == "'=1+1"
    run(world, "out.xlsx")
    with zipfile.ZipFile(world / "out.xlsx") as file:
        assert "1+1</f>" not in file.read("xl/worksheets/sheet3.xml").decode()


@pytest.mark.parametrize("out", ["out.csv", "out.xlsx"])
def test_codes_stand_for_names_everywhere(world: Path, out: str) -> None:
    run(world, out, anonymise=True)
    if out == "out.csv":
        text = (world / out).read_text(encoding="utf-8-sig")
    else:
        with zipfile.ZipFile(world / out) as file:
            text = "".join(file.read(name).decode() for name in file.namelist())
    for name in ("甲研究所", "丙公司", "戊公司"):
        assert name not in text
    assert "主体" in text


def test_the_sample_register_is_paid_within_every_limit_and_loses_no_row(tmp_path: Path) -> None:
    """A workbook of 31 sheets under less money, a ceiling, whole awards and four rules."""
    folder = Path(shutil.copytree(REAL, tmp_path / "city"))
    rules = (
        "{industry: {rule: first_come}, science: {rule: talmud}, opening_up: {rule: equal_losses}}"
    )
    state(
        folder,
        "funds.industry.budget: 9000万元",
        "funds.science.budget: 1.9亿元",
        "funds.opening_up.budget: 4500万元",
        "allocation.award_ceilings: {A19a: 3000万元}",
        "allotment.indivisible: [A22, A13a]",
        f"allotment.rules: {rules}",
    )
    register, out = folder / "sample-register.xlsx", tmp_path / "paid.csv"
    done = allot_register(register, folder / "short.yaml", out, Manner())
    with out.open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    claims = [row for row in written if row["status"] == "已核算"]
    assert done.summary_zh[-1].startswith(f"读入 {len(written)} 行 = 已核算 {len(claims)} 笔")
    for row in claims:
        due, paid_yuan = int(row["city_yuan"]), int(row["paid_yuan"])
        assert 0 <= paid_yuan <= due
        assert bool(row["limit"]) == (paid_yuan < due)
        if row["award_id"] in ("A22", "A13a"):
            assert paid_yuan in (0, due)
    by_account: dict[str, int] = {}
    for row in claims:
        by_account[row["account"]] = by_account.get(row["account"], 0) + int(row["paid_yuan"])
    assert by_account["industry"] <= 9000 * WAN - 4000 * WAN  # 4000万元 are committed
    assert by_account["opening_up"] == 4500 * WAN - 3500 * WAN
    ceiling = sum(int(row["paid_yuan"]) for row in claims if row["award_id"] == "A19a")
    assert ceiling <= 3000 * WAN


# --- what is refused ---


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            "priority",
            "--rule: the rule 'priority' needs more than its name."
            " State it in the scenario, under 'allotment.rules'.",
        ),
        ("talmut", "--rule: there is no rule 'talmut'. Did you mean 'talmud'?"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(world: Path, rule: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        run(world, rule=rule)
    assert [str(problem) for problem in caught.value.problems] == [message]
    assert not (world / "out.csv").exists()


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("out.pdf", "--out ends in '.pdf'. Give a name that ends in .xlsx or .csv."),
        ("out", "--out has no ending. Give a name that ends in .xlsx or .csv."),
        ("claims.csv", "this is the register itself. Write to another file."),
    ],
)
def test_a_place_that_cannot_be_written_is_refused(world: Path, out: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        run(world, out)
    assert str(caught.value.problems[0]) == f"{world / out}: {message}"
    assert (world / "claims.csv").read_text(encoding="utf-8") == HEAD + ROWS


def test_strict_writes_nothing_where_a_row_is_refused(world: Path) -> None:
    (world / "claims.csv").write_text(HEAD + ROWS + "c7,辛,B5b,,,很多,\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"claims\.csv:8"):
        run(world, strict=True)
    assert not (world / "out.csv").exists()


def test_payments_that_fail_a_check_are_never_written(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_payments, "faults", lambda found: ["a payment is negative"])
    with pytest.raises(BudgetError, match="'技能' do not pass their check: a payment is negative"):
        run(world)
    monkeypatch.undo()
    monkeypatch.setattr(account_payments, "apart_yuan", lambda asked: 3.5)
    with pytest.raises(BudgetError, match=r"'研究': the programme is 3\.50 yuan"):
        run(world)
    assert not (world / "out.csv").exists()


def test_a_solver_that_gives_up_stops_no_payment(
    world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def give_up(asked: Asked) -> float:
        raise BudgetError(f"no optimum for {asked.account}")

    monkeypatch.setattr(account_payments, "apart_yuan", give_up)
    run(world, "out.xlsx")
    accounts = {row[0]: row for row in sheets(world / "out.xlsx")["汇总"]}
    assert accounts["research"][14] == say_opinion_zh(None)


def test_the_command_tells_what_it_wrote_and_ends_well(
    world: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = [str(world / "claims.csv"), "--scenario", str(world / "short.yaml")]
    out = ["--out", str(world / "out.xlsx"), "--rule", "equal_losses", "--anonymise"]
    monkeypatch.setattr("sys.argv", ["budget", "allot", *words, *out])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 0
    assert "少付 100万元" in capsys.readouterr().out


# --- what is asked of the accounts ---


def test_the_queue_is_by_day_then_by_row_and_no_day_comes_last(world: Path) -> None:
    register = read_register(world / "claims.csv", tiny_scenario().document.awards)
    assert queue_places(register).tolist() == [3, 2, 1, 5, 4, 0]


def test_the_command_line_comes_first_and_keeps_the_weights_of_its_own_rule() -> None:
    scenario = tiny_scenario()
    said = {"rules": {"research": {"rule": "equal_awards", "weights": {"B5b": 2}}}}
    settings = scenario.settings
    allotment = type(settings.allotment).model_validate(said)
    scenario = replace(scenario, settings=settings.model_copy(update={"allotment": allotment}))
    assert rule_of(scenario, "research", "equal_awards")[0].weights == {"B5b": 2}
    assert rule_of(scenario, "research", "talmud")[0].weights == {}
    assert rule_of(scenario, "skills", "equal_awards")[0].weights == {}


def test_weights_become_whole_numbers_of_the_same_ratios() -> None:
    assert whole_weights({"a": 2.5, "b": 4, "c": 0.5, "d": 1}) == {"a": 5, "b": 8, "c": 1, "d": 2}
    assert whole_weights({}) == {}


def test_a_hundred_thousand_claims_are_the_same_as_a_few() -> None:
    """The claims of the example repeated with as much more money: each is paid alike, to a yuan."""
    scenario = tiny_scenario()
    rng = np.random.default_rng(4)
    claims = rng.choice([300_000, 500_000, 1_000_000], 100_000)
    (few,) = ask_accounts(
        scenario,
        read_register_of(["B5a", "B5b"]),
        np.array([500_000, 800_000]),
    )
    many = replace(
        few.asked,
        claims_yuan=claims,
        award=(claims == 500_000).astype(np.int64),
        place=np.arange(len(claims)),
        money_yuan=int(claims.sum()) // 2,
    )
    one = account_payments.pay_account(replace(few, asked=many, rows=np.arange(len(claims))))
    assert set(np.unique(one.found.paid_yuan - claims // 2).tolist()) <= {0, 1}
    assert len(one.told) == len(claims)


def read_register_of(awards: list[str]) -> Any:
    """A register of named awards, enough to ask an account."""

    filed = np.array(["NaT"] * len(awards), "datetime64[D]")
    return SimpleNamespace(award=awards, filed=filed)
