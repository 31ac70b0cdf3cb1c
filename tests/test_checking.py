"""`budget check` reads everything, solves nothing, and shows how the money adds up."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import edit

from model.checking import check_scenario, say_check
from model.errors import InputError

REAL = Path(__file__).parent.parent / "scenarios" / "jiaxing-2024" / "base.yaml"


def test_the_findings_of_the_tiny_world_in_full(tiny):
    found = check_scenario(tiny / "base.yaml", tiny / "paper.txt")
    assert say_check(found, as_json=False).splitlines() == [
        "示政发〔2031〕1号  情景 base：示例市的钱够不够？",
        "条款 8，预算条目 10，奖补事项 7（有金额 5，无金额 1，其他主体承担 1）",
        "印列合计 7,800万元 − 重复印列 2,500万元 = 净额 5,300万元"
        "（解释 natural，另有 4 种可成立的解释）",
        "资金池 6，支出账户 5，本情景预算 5,300万元",
        "  building                 500万元  建设资金（不含校舍）  L1、L1.1",
        "  skills                 1,000万元  技能人才资金  L1、L1.2、L3、L3.1",
        "  research               1,500万元  研究资金  L2、L2.1",
        "  parks                    300万元  园区资金  L2、L2.2",
        "  schools                1,500万元  校舍建设资金  L1、L1.1、L3、L3.2",
        "  health                   500万元  医疗资金  L3、L3.3",
        "申报主体池的数据 B 1，D 1，assumed 17",
        "全部 50 处引文和印列数字都在原文中找到",
    ]


def test_the_findings_in_english_in_full(tiny):
    found = check_scenario(tiny / "base.yaml", tiny / "paper.txt")
    assert say_check(found, as_json=False, language="en").splitlines() == [
        "Example City paper 2031 No. 1  scenario base: Does the money of Example City suffice?",
        "8 clauses, 10 lines, 7 awards (5 with an amount, 1 without, 1 paid by others)",
        "printed 78 million yuan − printed twice 25 million yuan = net 53 million yuan"
        " (explanation natural; 4 others would fit as well)",
        "6 funds, 5 accounts, budget of this scenario 53 million yuan",
        "  building                5 million yuan  building without schools  L1, L1.1",
        "  skills                 10 million yuan  skilled workers  L1, L1.2, L3, L3.1",
        "  research               15 million yuan  research  L2, L2.1",
        "  parks                   3 million yuan  parks  L2, L2.2",
        "  schools                15 million yuan  school buildings  L1, L1.1, L3, L3.2",
        "  health                  5 million yuan  health  L3, L3.3",
        "figures on pools: B 1, D 1, assumed 17",
        "all 50 quotes and printed figures were found in the paper",
    ]


def test_a_question_without_english_stands_as_it_is(tiny):
    edit(tiny / "base.yaml", "question_en: Does the money of Example City suffice?\n", "")
    found = check_scenario(tiny / "base.yaml", None)
    assert found["question_en"] == found["question"]


def test_changes_are_shown_old_and_new_with_their_place(tiny):
    found = check_scenario(tiny / "smaller.yaml", None)
    text = say_check(found, as_json=False)
    english = say_check(found, as_json=False, language="en")
    assert "budget of this scenario 47.7 million yuan" in english
    assert text.splitlines()[-1] == english.splitlines()[-1]
    assert f"  readings.B2a: A → B  ({tiny / 'smaller.yaml'}:7)" in text.splitlines()
    assert "本情景预算 4,770万元" in text
    assert "净额 5,300万元" in text
    assert "引文" not in text


def test_the_findings_as_json_say_the_same(tiny):
    found = check_scenario(tiny / "rival.yaml", None)
    assert json.loads(say_check(found, as_json=True)) == found
    assert found["overlap"] == "skills_in_research"
    assert found["net_yuan"] == found["printed_yuan"] - found["overlap_yuan"] == 53_000_000
    assert found["adopted_yuan"] == 47_700_000
    assert found["accounts"]["skills"] == ["skills", "research"]
    assert found["funds"]["research"] == {
        "name_zh": "研究资金",
        "name_en": "research",
        "lines": ["L2", "L2.1"],
        "account": "skills",
        "budget_yuan": 4_500_000,
    }
    assert found["awards"] == {"costed": 5, "no_amount": 1, "other_payer": 1}
    assert found["citations_found"] is None


def test_false_citations_are_problems(tiny):
    edit(tiny / "paper.txt", "给予每家50万元奖励", "给予每家60万元奖励")
    with pytest.raises(InputError, match=r"awards.B5a.anchor: '给予每家50万元奖励'"):
        check_scenario(tiny / "base.yaml", tiny / "paper.txt")


def test_the_reconciliation_of_the_real_paper():
    found = check_scenario(REAL, None)
    assert found["printed_yuan"] == 17_548_000_000
    assert found["overlap_yuan"] == 6_306_000_000
    assert found["net_yuan"] == found["adopted_yuan"] == 11_242_000_000
    assert (found["clauses"], found["lines"]) == (66, 32)
    assert found["awards"] == {"costed": 31, "no_amount": 33, "other_payer": 6}
    assert (len(found["funds"]), len(found["accounts"])) == (24, 23)


# --- it feels instant -----------------------------------------------------------------------------

HEAVY = ("scipy", "pandas", "matplotlib", "pulp", "highspy", "typst", "numpy")


def loaded_by(statement: str) -> set[str]:
    """The packages that a fresh interpreter holds after one statement."""
    code = f"{statement}; import sys; print(*{{name.split('.')[0] for name in sys.modules}})"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=REAL.parents[2],
    )
    return set(done.stdout.split())


@pytest.mark.parametrize(
    "statement", ["import model.scenario", "import model.cli", "import model.checking"]
)
def test_reading_a_scenario_imports_nothing_that_computes_or_draws(statement):
    assert loaded_by(statement) & set(HEAVY) == set()


def test_importing_the_package_imports_nothing_at_all():
    light = loaded_by("import model") - loaded_by("pass")
    assert light == {"model"}


def test_the_real_paper_is_checked_within_two_seconds_of_computing():
    code = (
        "import time; from pathlib import Path; from model.checking import check_scenario;"
        f"check_scenario(Path({str(REAL)!r}), None); print(time.process_time())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=REAL.parents[2],
    )
    assert float(done.stdout) < 2
