"""The report: the answers stand on page one, the words are the agreed ones, the bytes repeat."""

from __future__ import annotations

import doctest
import io
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from record_sample import (
    even_record,
    infeasible_record,
    reserve_record,
    sample_draws,
    sample_record,
    stress_record,
)

from model.errors import InputError
from model.report import numerals
from model.report.answers import basis_answers, move_answers, shortage_answers
from model.report.blocks import Run, with_error
from model.report.chapters import summary
from model.report.chapters.summary import summary_page
from model.report.numerals import Language
from model.report.pdf import (
    ReportError,
    compile_report,
    default_language,
    render_report,
    report_blocks,
    set_pages,
)
from model.report.record import Record, freeze_record, write_record
from model.report.sentences import assumed_may_move
from model.report.wording import LANGUAGES, Wording, read_wording

Make = Callable[[], dict[str, Any]]

# Words of the trade that a mayor should not have to look up; each has a plain one in the report.
FORBIDDEN = re.findall(
    r"\S+",
    """
    CVaR VaR 置信区间 置信水平 蒙特卡洛 蒙特卡罗 影子价格 对偶 分位数 百分位 标准差 方差 期望
    均值 概率分布 随机变量 随机过程 抽样误差 标准误 样本 条件风险 尾部 线性规划 目标函数 松弛
    决策变量 求解器 最优解 可行解 不可行 敏感性 灵敏度 弹性 基准情形 池 层级 超额认购 转移支付
    场景 情景变量 方案选项 需求 额度 指标 模型 参数 变量 迭代 收敛 p50 p80 p95 p99 alpha beta
    """,
)
# Parts of agreed words that a forbidden word would be found in.
AGREED = ("资金池", "申报主体池", "审批层级")


@cache
def _pdf(make: Make, language: Language) -> bytes:
    return compile_report(freeze_record(make()), language)


@cache
def _page(make: Make, language: Language, number: int) -> str:
    return _squeezed(PdfReader(io.BytesIO(_pdf(make, language))).pages[number].extract_text())


def _text(make: Make, language: Language) -> str:
    n_pages = len(PdfReader(io.BytesIO(_pdf(make, language))).pages)
    return "".join(_page(make, language, number) for number in range(n_pages))


def _squeezed(text: str) -> str:
    """Without blanks: the page sets a little air between Chinese and Latin letters."""
    return re.sub(r"\s+", "", text)


def _changed(change: Callable[[dict[str, Any]], object]) -> str:
    data = sample_record()
    change(data)
    reader = PdfReader(io.BytesIO(compile_report(freeze_record(data), "zh")))
    return "".join(_squeezed(page.extract_text()) for page in reader.pages)


def test_equal_records_give_equal_bytes() -> None:
    assert _pdf(sample_record, "zh") == compile_report(freeze_record(sample_record()), "zh")


def test_page_one_answers_the_four_questions_in_chinese() -> None:
    page = _page(sample_record, "zh", 0)
    for text in (
        "情景base",
        "能够判断的5个账户中，2个将出现缺口、1个偏紧、1个将有沉淀资金、1个充足；"
        "至少一个出现缺口的可能性81%。按建议调剂，平均每年少付由3,165万元变为2,025万元，上述可能性变为70%。",
        "服务业专项将出现缺口：产业创新平台（八）预计每年24.5个，达到17.5个时缺口的可能性过半。",
        "74%33%至99%",
        "交通设施将有沉淀资金：可用资金4.00亿元，平均每年余1.10亿元。",
        "共3笔预算调剂，合计1,900万元：从交通设施调1,300万元到工信专项、"
        "从交通设施调200万元到服务业专项，审批：市政府批准；"
        "从水利设施调400万元到服务业专项，审批：财政部门批准（待核）。",
        "只做1笔：从交通设施调1,300万元到工信专项，审批：市政府批准，平均每年少付减少580万元；上述3笔全做，减少1,140万元。",
        "只在中心假设下不会因调出而不够：交通设施，如果“年度支付进度”为98%，缺口可能性34%。",
        "任何一项假设取低值或高值，调出方的缺口可能性都低于5%的，只有400万元的调剂，平均每年少付减少240万元。",
        "先查清“市级承担比例”：查清此项，预计最多可少欠312万元。",
        "8项假设中，4项没有出处；2个账户（占预算13%）依据不足，无法判断，不调出也不调入。",
        "各账户每少付1元同等看待（权重都是1）",
        "最不利5%年份的平均缺口的1倍",
    ):
        assert text in page


def test_page_one_answers_in_english() -> None:
    page = _page(sample_record, "en", 0)
    for text in ("Which money may run out", "33% to 99%", "of any gap 81%"):
        assert _squeezed(text) in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [sample_record, infeasible_record, stress_record])
def test_the_answers_and_their_chart_share_page_one(make: Make, language: Language) -> None:
    words = read_wording(language)
    assert _squeezed(words("answer.chart_caption")) in _page(make, language, 0)
    assert _squeezed(words("paper.contents")) in _page(make, language, 1)


def test_every_chapter_holds_its_numbers() -> None:
    text = _text(sample_record, "zh")
    for part in (
        "文件所列各领域资金合计17.60亿元，扣除重复印列的5.90亿元，净额11.70亿元",
        "推断得出",
        "服务业的人才资金单独成为一笔，净额增加0.50亿元",
        "本账户还要支付2项未列金额的承诺",
        "A档技术改造项目A7a（七），按每年个数900",
        "先进制造业领域的资金最多比文件所列增加5%",
        "预算法第七十二条",
        "同一产品只按较高一级奖一次",
        "示例市统计公报",
        "偏冷",
        "换用另外10,000个没有参与选方案的模拟年份检验",
        "服务业专项不够的可能性不超过51.5%",
        "最小的一步，只做1笔",
        "上调一档最费钱的标准",
        "科技创新与科技补助：没有哪一个标准单独改动，能使缺口的可能性不超过5%",
        "放宽门槛增加的应兑现额，只能看作至少",
        "按这个比例兑付，95%的年份钱都够",
        "市级承担比例（估计）",
        "从交通设施调1,500万元到工信专项，审批：市政府批准",
        "9f" * 32,
        "20310301",
        "budgetrunscenarios/sample/base.yaml--draws10000--seed20310301",
    ):
        assert part in text


def test_only_the_agreed_words_are_printed() -> None:
    texts = [_text(make, "zh") for make in (sample_record, infeasible_record, even_record)]
    texts += [re.sub(r"{\w+}", "", text) for text in read_wording("zh").texts.values()]
    for text in texts:
        for word in AGREED:
            text = text.replace(word, "")
        assert [word for word in FORBIDDEN if word in text] == []


def test_the_terms_of_the_design_are_explained() -> None:
    text = _page(sample_record, "zh", 2)
    for term in ("资金池", "支出账户", "应兑现额", "资金缺口（超额申报）", "沉淀资金", "执行率"):
        assert term in text
    for term in ("模拟年份", "假设", "平衡点", "最不利5%年份的平均缺口", "备选方案"):
        assert term in text
    assert "查清此项，预计最多可少欠多少" in text
    assert "多安排100万元，预计少欠多少" in text


def test_the_letters_are_embedded_and_the_pages_tagged() -> None:
    reader = PdfReader(io.BytesIO(_pdf(sample_record, "zh")))
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts
    assert all("NotoSansCJK" in font for font in fonts)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "zh-CN"
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode("utf-8")
    assert "pdfaid:part>2<" in metadata.replace(" ", "")
    assert "pdfuaid:part" in metadata


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_standards_for_archives_and_for_everybody_are_kept(language: Language) -> None:
    """PDF/A-2a and PDF/UA-1: what the file says of itself, and what these demand of it."""
    reader = PdfReader(io.BytesIO(_pdf(sample_record, language)))
    root = reader.trailer["/Root"]
    metadata = re.sub(r"\s+", "", root["/Metadata"].get_data().decode("utf-8"))
    assert "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/Lang"] == {"zh": "zh-CN", "en": "en-GB"}[language]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    title = {"zh": "虚构样例", "en": "an invented sample"}[language]
    assert title in reader.metadata.title
    assert reader.metadata.creation_date.date().isoformat() == "2031-03-01"
    assert root["/OutputIntents"]


def test_every_chart_can_be_told_and_every_table_has_heads() -> None:
    reader = PdfReader(io.BytesIO(_pdf(sample_record, "zh")))
    told: dict[str, list[Any]] = {}
    _walk(reader.trailer["/Root"]["/StructTreeRoot"], told)
    blocks = report_blocks(freeze_record(sample_record()), read_wording("zh"))
    kinds = [block["kind"] for block in blocks]
    assert len(told["/Figure"]) >= kinds.count("figure")
    assert all(str(figure.get("/Alt", "")).strip() for figure in told["/Figure"])
    assert len(told["/Table"]) == kinds.count("table")
    assert len(told["/TH"]) >= 2 * kinds.count("table")


def _walk(node: Any, told: dict[str, list[Any]]) -> None:
    """Every element of the structure tree, by its kind."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            _walk(child, told)
    elif isinstance(node, dict) and ("/S" in node or "/K" in node):
        told.setdefault(str(node.get("/S")), []).append(node)
        if "/K" in node:
            _walk(node["/K"], told)


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_one_and_the_table_of_accounts_hold_the_numbers_of_the_record(
    language: Language,
) -> None:
    """Read back from the pages: nothing is lost or changed between record and print."""
    data = sample_record()
    one, text = _page(sample_record, language, 0), _text(sample_record, language)
    known = [a for a in data["accounts"] if a["evidence"] != "assumed"]
    for account in known:
        row = [
            numerals.money_cell(account[f"{field}_yuan"], language)
            for field in ("budget", "committed", "available")
        ]
        assert "".join(row) in text, account["id"]
        share = numerals.chance(account["gap_probability"], language)
        ends = [account[f"gap_probability_{end}"] for end in ("low", "high")]
        assert _squeezed(numerals.chance_range(*ends, language)) in text
        if account["verdict"] in {"short", "tight"}:
            assert _squeezed(share) in one
            assert _squeezed(numerals.chance_range(*ends, language)) in one
    for at in ("before", "after"):
        unpaid, *others = (
            _squeezed(numerals.money_phrase(data["plan"][at][f"{field}_yuan"], language))
            for field in ("expected_unpaid", "worst_share_unpaid", "expected_idle")
        )
        assert unpaid in one
        assert all(other in text for other in others)


def test_a_figure_of_the_paper_stands_beside_its_clause() -> None:
    text = _text(sample_record, "zh")
    for award in data_awards():
        assert re.search(_squeezed(award["name_zh"]) + re.escape(award["clause_zh"]), text)


def data_awards() -> list[dict[str, Any]]:
    return sample_record()["awards"]  # type: ignore[no-any-return]


_CHINESE = re.compile("[\u3400-\u9fff]")


@pytest.mark.usefixtures("undrawn")
def test_an_english_page_holds_no_chinese_where_everything_is_named_in_english() -> None:
    data = sample_record()
    data["manifest"]["document"]["glossary_en"] = {"个": "items", "家": "firms"}
    _name_everything(data)
    blocks = report_blocks(freeze_record(data), read_wording("en").with_glossary({}))
    assert [
        text for block in blocks[1:] for text in _texts_in(block) if _CHINESE.search(text)
    ] == []


def _name_everything(data: Any) -> None:
    """Every Chinese text that has an English sister in real records gets one here."""
    if isinstance(data, list):
        for row in data:
            _name_everything(row)
    elif isinstance(data, dict):
        for key in [key for key in data if key.endswith("_zh") and data[key]]:
            data.setdefault(key[:-2] + "en", f"name of {key}")
        for key in ("source", "unit", "area", "departments", "lead_departments", "kind"):
            if _CHINESE.search(str(data.get(key) or "")):
                data[key] = [] if isinstance(data[key], list) else ""
        for value in data.values():
            _name_everything(value)


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for key, part in value.items() if key != "svg" for text in _texts_in(part)]
    return [text for part in value for text in _texts_in(part)] if isinstance(value, list) else []


def test_a_glossary_puts_grades_units_and_amounts_into_english() -> None:
    words = read_wording("en").with_glossary({"国家级": "national", "家": "firms"})
    assert words.of({"unit_zh": "家"}, "unit") == "firms"
    assert words.of({"name_en": "amount of 国家级"}, "name") == "amount of national"
    assert words.value("国家级 1、市级 9") == "national 1, 市级 9"
    assert words.value("275万元") == "2.75m yuan"
    assert words.value_in_full("275万元") == "2.75 million yuan"
    assert words.value("5万元") == "50,000 yuan"
    assert words.value("16.6125亿元") == "1,661.25m yuan"
    assert words.told({"why_zh": "国家级极少", "why_en": "few"}, "why") == "few"
    zh = read_wording("zh").with_glossary({"国家级": "national"})
    assert zh.value("国家级 1、市级 9") == "国家级 1、市级 9"
    assert zh.told({"why_zh": "按惯例"}, "why") == "按惯例"


def test_a_reason_that_was_only_given_in_chinese_stays_whole_on_an_english_page() -> None:
    words = read_wording("en").with_glossary({"国家级": "national", "按惯例": "as usual"})
    assert words.told({"why_zh": "国家级极少", "why_en": ""}, "why") == "国家级极少"
    assert words.told({"why_zh": "按惯例"}, "why") == "as usual"
    assert words.told({"source": "市级文件"}, "source") == "市级文件"
    assert words.told({}, "why") == ""


def test_what_is_more_than_nothing_is_not_printed_as_nothing() -> None:
    entry = {"expected_unpaid_yuan": 4_000, "expected_unpaid_yuan_se": 12}
    assert with_error(entry, "expected_unpaid_yuan", read_wording("zh")) == "不足1"
    assert with_error(entry, "expected_unpaid_yuan", read_wording("en")) == "under 0.01"
    assert (
        with_error({"expected_unpaid_yuan": 0}, "expected_unpaid_yuan", read_wording("zh")) == "0"
    )


def test_chapters_are_bookmarks() -> None:
    reader = PdfReader(io.BytesIO(_pdf(sample_record, "zh")))
    titles = [entry["/Title"] for entry in reader.outline if not isinstance(entry, list)]
    assert titles[0] == "一页结论"
    assert any("哪里可能缺、哪里可能沉淀" in title for title in titles)
    assert len(titles) == 9


def test_an_impossible_plan_opens_with_the_clash() -> None:
    page = _page(infeasible_record, "zh", 0)
    clash = page.index("没有任何分配方案能同时满足全部约束条件")
    assert clash < page.index("哪些钱可能不够服务业")
    assert "工信专项不少于1.93亿元；总额不超过已批准预算。合计差130万元" in page
    assert "降低工信专项的最低保障，放宽130万元" in page
    assert "情景impossible（在base基础上改动1处）" in page
    assert "accounts.industry.floor" in _text(infeasible_record, "zh")


def _answers(make: Callable[[Record, Wording], list[list[Run]]], data: dict[str, Any]) -> str:
    answers = make(freeze_record(data), read_wording("zh"))
    return "".join(run["text"] for answer in answers for run in answer)


def test_the_first_line_says_when_unknown_accounts_may_move() -> None:
    data = sample_record()
    assert not assumed_may_move(freeze_record(data))
    data["plan"]["accounts"][3]["may_receive"] = True
    assert assumed_may_move(freeze_record(data))
    blocks = summary_page(freeze_record(data), read_wording("zh"))
    assert blocks[1]["style"] == "warning"
    assert blocks[1]["runs"][0]["text"].startswith("注意：本情景允许依据不足的账户调出、调入资金")
    assert "无法判断，但本情景允许其调剂" in _answers(basis_answers, data)


def test_what_no_transfer_can_mend_is_said_in_one_sentence() -> None:
    data = sample_record()
    for row in data["plan"]["accounts"]:
        row["may_receive"] = row["id"] != "services"
    services = next(a for a in data["accounts"] if a["id"] == "services")
    services["expected_unpaid_yuan"] = data["totals"]["expected_unpaid_yuan"] // 4
    said = "少付的钱有25%在服务业专项，没有一笔允许的预算调剂能补。"
    assert said in _answers(shortage_answers, data)
    services["expected_unpaid_yuan"] //= 2
    assert "没有一笔允许的" not in _answers(shortage_answers, data)


@pytest.mark.parametrize("n_words", [1, 40, 120])
def test_page_one_tells_the_same_in_both_languages(n_words: int) -> None:
    data = stress_record()
    data["manifest"]["question_en"] = "a long question " * n_words
    pages = [summary_page(freeze_record(data), read_wording(language)) for language in LANGUAGES]
    told = [
        [len(row["items"]) for block in page if block["kind"] == "answers" for row in block["rows"]]
        for page in pages
    ]
    assert told[0] == told[1]
    bars = [re.findall(r"\d+", page[-1]["alt"])[0] for page in pages]
    assert bars[0] == bars[1]


def test_weights_that_differ_are_named() -> None:
    data = sample_record()
    data["manifest"]["settings"].update(weights={"industry": 2, "services": 1}, worst_weight=0.5)
    text = _answers(basis_answers, data)
    assert "各账户每少付1元按权重看待（工信专项为2，其余为1）" in text
    assert "最不利5%年份的平均缺口的0.5倍" in text


def test_no_transfers_is_an_answer() -> None:
    data = sample_record()
    data["plan"]["transfers"] = []
    assert _answers(move_answers, data) == "在本情景的约束条件下，没有找到值得做的预算调剂。"


def test_more_transfers_than_fit_are_counted() -> None:
    data = sample_record()
    data["plan"]["transfers"] *= 2
    text = _answers(move_answers, data)
    assert text.startswith("共6笔预算调剂，合计3,800万元：从交通设施调1,300万元到工信专项")
    assert "；其余见第三章。" in text


def _strip_everything_optional(data: dict[str, Any]) -> None:
    for section in ("readings", "assumptions", "figures", "factors", "reconciliation", "domains"):
        data[section] = []
    data["overlap"] = {"links": [], "alternatives": []}
    data["totals"] = {key: data["totals"][key] for key in ("printed_yuan", "net_yuan")}
    data["totals"]["overlap_yuan"] = 0
    for account in data["accounts"]:
        account.update(break_evens=[], warnings=[], sensitivity=[], evidence="rules")
        account.update(gap_probability_low=None, gap_probability_high=None, verdict="ample")
        for key in [key for key in account if key.endswith("_se") or "p80" in key]:
            del account[key]
    data["plan"].update(transfers=[], limits=[], before={}, after={}, accounts=[])
    data["plan"]["givers_safe"] = None
    data["manifest"]["document"] = {"id": "x", "title_zh": "无日期文件", "date": None}
    data["manifest"].update(run_command=None, inputs=[])
    data["awards"] = []


def test_a_record_with_nothing_optional_still_prints() -> None:
    text = _changed(_strip_everything_optional)
    assert "没有哪一个被判为将出现缺口或偏紧" in text
    assert "无日期文件" in text


def test_text_of_a_record_is_never_markup() -> None:
    nasty = '#panic("x") $a^2$ *b* **c** <l> @r \\ {d} _e_ "'
    text = _changed(lambda d: d["accounts"][5].update(name_zh=nasty))
    assert _squeezed('#panic("x")$a^2$*b***c**<l>@r\\{d}_e_"将出现缺口') in text


def test_the_file_is_replaced_whole(tmp_path: Path) -> None:
    folder = write_record(tmp_path / "base", sample_record(), {}, sample_draws())
    out = tmp_path / "out" / "report.pdf"
    assert render_report(folder, None, out) == out
    assert out.read_bytes() == _pdf(sample_record, "zh")
    assert [path.name for path in out.parent.iterdir()] == ["report.pdf"]


@pytest.mark.parametrize(
    ("style", "message"),
    [
        ('#set text(font: "No Such Face")\nx', "unknown font family: no such face"),
        ("#missing", "unknown variable: missing"),
        ('#image("dot.svg")', "PDF/UA-1 error"),
    ],
)
def test_a_fault_of_style_is_told(tmp_path: Path, style: str, message: str) -> None:
    dot = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    (tmp_path / "dot.svg").write_text(dot, encoding="utf-8")
    text = f'#set document(title: "t")\n{style}'
    (tmp_path / "report.typ").write_text(text, encoding="utf-8")
    with pytest.raises(ReportError, match=f"reports/report.typ: .*{message}"):
        set_pages(tmp_path, datetime(2031, 3, 1, tzinfo=UTC))


def test_an_error_leaves_the_old_file(tmp_path: Path) -> None:
    out = tmp_path / "report.pdf"
    out.write_text("old", encoding="utf-8")
    with pytest.raises(InputError, match="no report in 'cn'"):
        render_report(freeze_record(sample_record()), "cn", out)  # type: ignore[arg-type]
    assert out.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["report.pdf"]


def test_the_record_says_which_language_is_its_own() -> None:
    data = sample_record()
    data["manifest"]["lang_default"] = "en"
    assert default_language(freeze_record(data)) == "en"
    assert default_language(freeze_record(sample_record())) == "zh"


def test_both_languages_have_the_same_keys_and_places() -> None:
    zh, en = (read_wording(language).texts for language in LANGUAGES)
    assert list(zh) == list(en)
    for key in zh:
        places = [set(re.findall(r"{(\w+)}", texts[key])) for texts in (zh, en)]
        assert places[0] == places[1], key


class _Noting(dict[str, str]):
    """Texts that remember which of them were read."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.read: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.read.add(key)
        return super().__getitem__(key)


# Words for what no record of these tests holds: marks and kinds of award by name; forecasts;
# values of changes, which tests/test_reasons.py reads.
_SPARE = (
    *("mark.", "kind.", "evidence.", "verdict.", "sentence.", "answer."),
    *("chart.printed_", "forecast.", "change."),
)


@pytest.fixture
def undrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Charts are made but not written out: these tests look at the words beside them."""
    for name in sorted(path.stem for path in Path(summary.__file__).parent.glob("*.py")):
        module = import_module(f"model.report.chapters.{name}")
        monkeypatch.setattr(module, "as_svg", lambda figure: "<svg/>", raising=False)


@pytest.mark.usefixtures("undrawn")
def test_every_text_of_a_chapter_is_printed_by_some_record() -> None:
    texts = _Noting(read_wording("zh").texts)
    words = Wording(language="zh", texts=texts)
    variants = [infeasible_record(), stress_record(), even_record(), reserve_record()]
    variants.append(sample_record())
    variants[-1]["options"]["menu"] = []
    changes = (_strip_everything_optional, _turn_everything_round, _leave_few_options)
    for change in (*changes, _set_everything, _set_the_even_aim, _break_even_never):
        variants.append(sample_record())
        change(variants[-1])
    for data in variants:
        report_blocks(freeze_record(data), words)
    unread = [key for key in texts if key not in texts.read and not key.startswith(_SPARE)]
    # The page style fills the first; money is printed twice in every record here.
    assert unread == ["paper.page", "money.none"]


def _set_everything(data: dict[str, Any]) -> None:
    """All settings, limits that are all worth easing, explanations by what they do to accounts."""
    data["manifest"]["settings"] |= {"objective": "least_unpaid", "assumed_may_move": True}
    data["manifest"]["settings"] |= {"movable_share": 0.1, "domains_may_rise": 0.05}
    data["manifest"]["settings"] |= {"overlap": "natural", "weights": {}}
    data["manifest"]["settings"] |= {"readings": {}, "paid_from": {}}
    for limit in data["plan"]["limits"]:
        limit["price"] = 100_000
    rival = data["overlap"]["alternatives"][0]
    changes = [("人才", 50_000_000), ("服务业专项", -50_000_000)]
    named = [{"id": zh, "name_zh": zh, "change_yuan": yuan} for zh, yuan in changes]
    points = data["options"]["frontier"]
    ends = [points[place]["expected_unpaid_yuan"] for place in (0, -1)]
    data["knowing"]["stochastic_solution_yuan"] = ends[0] - ends[1]
    data["options"]["different"][0]["transfers"][0]["to"] = "transport"  # has idle money
    data["overlap"].update(n_alternatives=5, n_exact_alternatives=3)
    data["overlap"]["alternatives"] = [{**rival, "accounts": named}, {**rival, "accounts": []}]
    data["assumptions"][0]["id"] = "accounts.no_such_account.payment.progress"


def _break_even_never(data: dict[str, Any]) -> None:
    """Break-evens that nothing brings about; and no transfer that is safe for who gives."""
    data["plan"]["givers_safe"]["transfers"] = []
    for account, bound in zip(data["accounts"], (0.0, None, None), strict=False):
        for entry in account["break_evens"][:1]:
            entry.update(count_at_5=bound, searched_to=40.0)


def _set_the_even_aim(data: dict[str, Any]) -> None:
    data["manifest"]["settings"].update(objective="even_payout", assumed_may_move=False)


def _turn_everything_round(data: dict[str, Any]) -> None:
    """What the sample holds one way, the other way."""
    data["plan"]["fresh"]["optimism_yuan"] = -data["plan"]["fresh"]["optimism_yuan"]
    data["plan"]["accounts"][3].update(may_receive=True)
    data["plan"]["accounts"][0].update(may_receive=False)
    data["knowing"].update(perfect_information_yuan=0, stochastic_solution_yuan=0)
    data["knowing"]["values"][0]["value_yuan"] = 40
    data["robust"].update(worth_changing=False, price_yuan=0)
    data["options"]["menu"] = []
    data["plan"]["limits"] = [
        {
            "name": "chance__industry",
            "family": "chance",
            "says_zh": "工信专项不少于3亿元",
            "amount_yuan": 300_000_000,
            "used_yuan": 300_000_000,
            "binding": True,
            "price": 0,
        }
    ]
    data["lines"][6].update(any_short_probability=None, pooled_gap_probability=None)
    data["assumptions"][0]["low"] = "A 2、B 8、C 25、D 65"
    data["overlap"]["alternatives"] = []
    data["overlap"]["inferred"] = False
    data["totals"]["adopted_yuan"] += 1_000_000
    data["totals"]["gap_probability"] = None
    for account in data["accounts"]:
        account["run_out_month_p10"] = None
        account["gap_high_assumption"] = account["gap_low_assumption"]
    data["manifest"]["based_on"] = None
    data["manifest"]["changes"] = [{"path": "seed", "old": 1, "new": 2, "place": "x.yaml:1"}]


def _leave_few_options(data: dict[str, Any]) -> None:
    data["options"]["menu"] = data["options"]["menu"][:1]
    data["plan"]["fresh"]["optimism_yuan"] = 3
    data["robust"]["same_as_usual"] = True
    for fund in data["funds"]:
        fund["account"] = None
    for award in data["awards"]:
        award["account"] = None


def test_a_wrong_key_is_told_with_its_neighbour() -> None:
    words = read_wording("zh")
    with pytest.raises(InputError, match=r"no text 'answer\.titel'\. Did you mean 'answer\.title'"):
        words("answer.titel")
    with pytest.raises(InputError, match=r"the text 'chart\.times' cannot be filled"):
        words("chart.times")


def test_a_name_without_english_stays_chinese() -> None:
    words = Wording(language="en", texts={})
    assert words.of({"name_zh": "人才"}, "name") == "人才"
    assert words.of({"name_zh": "人才", "name_en": "Talent"}, "name") == "Talent"


def test_the_examples_of_numerals_hold() -> None:
    result = doctest.testmod(numerals)
    assert result.failed == 0
    assert result.attempted == 18
