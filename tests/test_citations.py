"""Every phrase and figure that a policy file quotes stands in the paper, in the clause named."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import edit

from model.errors import InputError
from model.policy.citations import check_citations
from model.policy.document import read_document
from model.yamlfile import read_yaml

# 2 of the title, 2 for each of 10 lines, 8 clause titles, 10 departments, 7 awards,
# 1 printed figure and 2 targets.
QUOTED = 2 + 20 + 8 + 10 + 7 + 1 + 2
COPY = "Copy the phrase from the paper, or correct the clause number."


def found(tiny: Path) -> int:
    tree = read_yaml(tiny / "policy.yaml", name="policy.yaml")
    return check_citations(read_document(tree), tree, tiny / "paper.txt")


def complaints(tiny: Path) -> list[str]:
    with pytest.raises(InputError) as caught:
        found(tiny)
    return [str(problem).replace(f"{tiny}/", "") for problem in caught.value.problems]


def test_every_citation_is_found_and_counted(tiny):
    assert found(tiny) == QUOTED


def test_white_space_and_a_byte_order_mark_are_ignored(tiny):
    text = (tiny / "paper.txt").read_text(encoding="utf-8")
    spread = text.replace("建设项目资金2000万元", "建设项目\n　资金 2000 \n万元")
    assert spread != text
    (tiny / "paper.txt").write_text(spread, encoding="utf-8-sig")
    assert found(tiny) == QUOTED


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "anchor: 给予每家50万元奖励",
            "anchor: 给予每家60万元奖励",
            "policy.yaml:137: awards.B5a.anchor: '给予每家60万元奖励' does not occur in"
            f" clause 5 of paper.txt. {COPY}",
        ),
        (
            "anchor: 医疗资金500万元",
            "anchor: 医疗费500万元",
            "policy.yaml:61: lines.L3.3.anchor: '医疗费500万元' does not occur in"
            f" clause 6 of paper.txt. {COPY}",
        ),
        (
            "printed: 300万元, amount",
            "printed: 0.03亿元, amount",
            "policy.yaml:50: lines.L2.2.printed: '0.03亿元' does not occur in"
            f" clause 4 of paper.txt. {COPY}",
        ),
        (
            "title_zh: 支持研究机构",
            "title_zh: 支持研究院",
            "policy.yaml:29: clauses.5.title_zh: '支持研究院' does not occur in"
            f" clause 5 of paper.txt. {COPY}",
        ),
        (
            "departments: [市研究局]",
            "departments: [市科研局]",
            "policy.yaml:29: clauses.5.departments: '市科研局' does not occur in"
            f" clause 5 of paper.txt. {COPY}",
        ),
        (
            "anchor: 新增学位2000个",
            "anchor: 新增学位3000个",
            "policy.yaml:90: targets.T2.anchor: '新增学位3000个' does not occur in"
            f" paper.txt. {COPY}",
        ),
        (
            "source: clause 5, anchor",
            "source: clause 4, anchor",
            "policy.yaml:88: targets.T1.anchor: '力争新增研究机构10家' does not occur in"
            f" clause 4 of paper.txt. {COPY}",
        ),
        (
            "printed_figure: 80%",
            "printed_figure: 70%",
            "policy.yaml:195: awards.B8a.printed_figure: '70%' does not occur in"
            f" clause 8 of paper.txt. {COPY}",
        ),
        (
            "net_total_anchor: 支持总额约5300万元",
            "net_total_anchor: 总额约5300万元整",
            "policy.yaml:16: document.net_total_anchor: '总额约5300万元整' does not occur in"
            f" paper.txt. {COPY}",
        ),
        (
            "numeral_zh: （五）",
            "numeral_zh: （5）",
            "policy.yaml:29: clauses.5.numeral_zh: in paper.txt no line after the clause before it"
            " begins with '（5）'. Correct the numeral.",
        ),
    ],
)
def test_what_the_paper_does_not_say_is_told_with_its_line(tiny, old, new, message):
    edit(tiny / "policy.yaml", old, new)
    assert complaints(tiny) == [message]


def test_a_figure_of_another_clause_does_not_count(tiny):
    edit(tiny / "policy.yaml", "    clause: 2\n    name_zh", "    clause: 7\n    name_zh")
    assert complaints(tiny) == [
        "policy.yaml:97: awards.B2a.anchor: '分别给予200万元、100万元奖励' does not occur in"
        f" clause 7 of paper.txt. {COPY}"
    ]


def test_all_false_citations_are_told_at_once(tiny):
    edit(tiny / "paper.txt", "每个学位补助3000元，给予优秀教师奖励", "每个学位补助4000元")
    assert [message.split(": ")[1] for message in complaints(tiny)] == [
        "awards.B7a.anchor",
        "awards.B7b.anchor",
    ]


def test_a_text_that_is_not_there_is_refused(tiny):
    (tiny / "paper.txt").unlink()
    assert complaints(tiny) == ["paper.txt: there is no such file. Give the text of the paper."]


def test_a_text_in_another_encoding_is_refused(tiny):
    text = (tiny / "paper.txt").read_text(encoding="utf-8")
    (tiny / "paper.txt").write_bytes(text.encode("gb18030"))
    assert complaints(tiny) == ["paper.txt:1: not UTF-8 text. Save the file as UTF-8."]


def test_a_text_that_is_not_the_paper_at_all_is_told_clause_by_clause(tiny):
    (tiny / "paper.txt").write_text("# 说明\n没有条款\n", encoding="utf-8")
    told = "\n".join(complaints(tiny))
    assert "no line after the clause before it begins with" in told
