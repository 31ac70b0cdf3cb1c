"""A paper that contradicts itself is refused, each contradiction in full words at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from model.errors import InputError
from model.policy.consistency import check_document, read_checked
from model.policy.document import read_document
from model.yamlfile import read_yaml

REAL = sorted((Path(__file__).parent.parent / "scenarios").glob("*/policy.yaml"))

Case = tuple[tuple[str, str, str], list[str]]

# Each case: one edit of the tiny world (file, old, new), and everything that is then said.
CASES: dict[str, Case] = {
    "sub-lines that do not add up": (
        ("policy.yaml", "printed: 300万元, amount: 300万元", "printed: 301万元, amount: 301万元"),
        [
            (
                "policy.yaml:45: lines.L2.amount: its sub-lines add up to 1,801万元, the line"
                " prints 1,800万元. Correct the line or a sub-line against the paper."
            ),
        ],
    ),
    "an amount that is not the printed one": (
        ("policy.yaml", "printed: 500万元, amount: 500万元", "printed: 500万元, amount: 0.5亿元"),
        [
            (
                "policy.yaml:53: lines.L3.amount: its sub-lines add up to 7,500万元, the line"
                " prints 3,000万元. Correct the line or a sub-line against the paper."
            ),
            (
                "policy.yaml:61: lines.L3.3.printed: the paper prints 500万元, the amount is"
                " 5,000万元. Correct one of the two."
            ),
        ],
    ),
    "a printed amount that is none": (
        ("policy.yaml", "printed: 500万元, amount", "printed: 约500万元, amount"),
        [
            (
                "policy.yaml:61: lines.L3.3.printed: the paper prints 约500万元, the amount is"
                " 500万元. Correct one of the two."
            ),
        ],
    ),
    "a net total that is not the printed one": (
        ("policy.yaml", "net_total_printed: 5300万元", "net_total_printed: 5299万元"),
        [
            (
                "policy.yaml:15: document.net_total_printed: the paper prints 5299万元, the net"
                " total is 5,300万元. Correct one of the two."
            ),
        ],
    ),
    "a sub-line of no line": (
        (
            "policy.yaml",
            "parent: L3,\n         printed: 500万元",
            "parent: L33,\n         printed: 500万元",
        ),
        [
            (
                "policy.yaml:53: lines.L3.amount: its sub-lines add up to 2,500万元, the line"
                " prints 3,000万元. Correct the line or a sub-line against the paper."
            ),
            (
                "policy.yaml:60: lines.L3.3.parent: there is no line L33. Did you mean 'L3.3'"
                " or 'L3'?"
            ),
        ],
    ),
    "a sub-line of a sub-line": (
        (
            "policy.yaml",
            "parent: L3,\n         printed: 500万元",
            "parent: L3.1,\n         printed: 500万元",
        ),
        [
            (
                "policy.yaml:53: lines.L3.amount: its sub-lines add up to 2,500万元, the line"
                " prints 3,000万元. Correct the line or a sub-line against the paper."
            ),
            (
                "policy.yaml:55: lines.L3.1.amount: its sub-lines add up to 500万元, the line"
                " prints 1,000万元. Correct the line or a sub-line against the paper."
            ),
            (
                "policy.yaml:56: lines.L3.1.fund: it has sub-lines, so it names no fund. Take"
                " it out."
            ),
            (
                "policy.yaml:60: lines.L3.3.parent: its parent L3.1 is a sub-line itself. Name"
                " the domain's line."
            ),
        ],
    ),
    "a sub-line of itself": (
        (
            "policy.yaml",
            "parent: L3,\n         printed: 500万元",
            "parent: L3.3,\n         printed: 500万元",
        ),
        [
            (
                "policy.yaml:53: lines.L3.amount: its sub-lines add up to 2,500万元, the line"
                " prints 3,000万元. Correct the line or a sub-line against the paper."
            ),
            (
                "policy.yaml:60: lines.L3.3.parent: its parent L3.3 is a sub-line itself. Name"
                " the domain's line."
            ),
            (
                "policy.yaml:62: lines.L3.3.fund: it has sub-lines, so it names no fund. Take"
                " it out."
            ),
        ],
    ),
    "a sub-line in another domain": (
        ("policy.yaml", 'name_en: health, domain: "3"', 'name_en: health, domain: "2"'),
        [
            (
                "policy.yaml:60: lines.L3.3.domain: it lies in domain 2, its parent L3 in 3."
                " Correct one of the two."
            ),
        ],
    ),
    "a line in no domain": (
        ("policy.yaml", 'name_en: health, domain: "3"', 'name_en: health, domain: "4"'),
        [
            "policy.yaml:60: lines.L3.3.domain: there is no domain 4. Known here: 1, 2, 3.",
            (
                "policy.yaml:60: lines.L3.3.domain: it lies in domain 4, its parent L3 in 3."
                " Correct one of the two."
            ),
        ],
    ),
    "a domain as a number": (
        ("policy.yaml", 'name_en: health, domain: "3"', "name_en: health, domain: 3"),
        [
            (
                "policy.yaml:60: lines.L3.3.domain: 3 is not accepted. Write text; a number or"
                " a date goes in quotes."
            ),
        ],
    ),
    "a line of no clause": (
        (
            "policy.yaml",
            "clause: 6, parent: L3,\n         printed: 500万元",
            "clause: 60, parent: L3,\n         printed: 500万元",
        ),
        [
            "policy.yaml:60: lines.L3.3.clause: there is no clause 60. Did you mean '6'?",
        ],
    ),
    "a line without sub-lines or fund": (
        ("policy.yaml", ",\n         fund: {id: parks, name_zh: 园区资金, name_en: parks}", ""),
        [
            ("policy.yaml:49: lines.L2.2: it has no sub-lines. Name its fund: 'fund: {id: ...}'."),
        ],
    ),
    "a line with sub-lines and fund": (
        (
            "policy.yaml",
            "资金1800万元}",
            "资金1800万元,\n       fund: {id: x, name_zh: 研, name_en: y}}",
        ),
        [
            ("policy.yaml:46: lines.L2.fund: it has sub-lines, so it names no fund. Take it out."),
        ],
    ),
    "a fund named by two lines": (
        ("policy.yaml", "fund: {id: parks,", "fund: {id: health,"),
        [
            (
                "policy.yaml:51: lines.L2.2.fund.id: another line names the fund 'health' too."
                " Give each line's fund its own id."
            ),
            (
                "policy.yaml:62: lines.L3.3.fund.id: another line names the fund 'health' too."
                " Give each line's fund its own id."
            ),
        ],
    ),
    "an amount without a unit": (
        ("policy.yaml", "printed: 500万元, amount: 500万元", "printed: 500万元, amount: 500"),
        [
            (
                "policy.yaml:61: lines.L3.3.amount: no unit on the amount 500. Write for"
                " example 500万元."
            ),
        ],
    ),
    "a cap without a unit": (
        ("policy.yaml", "    cap: 60万元", "    cap: 60"),
        [
            (
                "policy.yaml:124: awards.B3a.cap: no unit on the amount 60. Write for example"
                " 60万元."
            ),
        ],
    ),
    "a clause in no domain": (
        ("policy.yaml", '（八）, domain: "3"', '（八）, domain: "8"'),
        [
            "policy.yaml:32: clauses.8.domain: there is no domain 8. Known here: 1, 2, 3.",
        ],
    ),
    "a clause too few": (
        ("policy.yaml", "n_clauses: 8", "n_clauses: 9"),
        [
            (
                "policy.yaml:24: clauses: the paper has 9 clauses; missing or beyond them: 9."
                " Correct the numbers, or document.n_clauses."
            ),
        ],
    ),
    "a clause without a number": (
        ("policy.yaml", "  8: {numeral_zh", "  eight: {numeral_zh"),
        [
            (
                "policy.yaml:32: clauses.eight: a clause is called by its number. Write for"
                " example '12:'."
            ),
        ],
    ),
    "a clause with a padded number": (
        ("policy.yaml", "  8: {numeral_zh", "  08: {numeral_zh"),
        [
            (
                "policy.yaml:32: clauses.08: a clause is called by its number. Write for"
                " example '12:'."
            ),
        ],
    ),
    "a link from no line": (
        ("policy.yaml", "K5: {line: L3.1, other: L1.1", "K5: {line: L3.9, other: L1.1"),
        [
            (
                "policy.yaml:72: links.K5.line: there is no line L3.9. Did you mean 'L3.3' or"
                " 'L3.2'?"
            ),
        ],
    ),
    "a link to no line": (
        ("policy.yaml", "K5: {line: L3.1, other: L1.1", "K5: {line: L3.1, other: L11"),
        [
            ("policy.yaml:72: links.K5.other: there is no line L11. Did you mean 'L1.1' or 'L1'?"),
        ],
    ),
    "a link of no relation": (
        ("policy.yaml", "relation: inside, reason_zh: 培训", "relation: in, reason_zh: 培训"),
        [
            ("policy.yaml:72: links.K5.relation: 'in' is not accepted. Write 'same' or 'inside'."),
        ],
    ),
    "an explanation by no link": (
        ("policy.yaml", "links: [K2, K4]", "links: [K2, K44]"),
        [
            (
                "policy.yaml:85: explanations.skills_in_research.links: there is no link K44."
                " Did you mean 'K4'?"
            ),
        ],
    ),
    "an explanation that cannot hold": (
        ("policy.yaml", "links: [K2, K4]", "links: [K4, K5]"),
        [
            (
                "policy.yaml:85: explanations.skills_in_research.links: these links cannot hold"
                " together: the lines inside L1.1 exceed it by 500万元. Correct one."
            ),
        ],
    ),
    "an explanation that leaves another total": (
        ("policy.yaml", "links: [K2, K4]", "links: [K2]"),
        [
            (
                "policy.yaml:85: explanations.skills_in_research.links: these links leave"
                " 6,800万元, the paper prints 5,300万元. Correct a line, a link or the"
                " explanation."
            ),
        ],
    ),
    "an award paid from no line": (
        ("policy.yaml", "    line: L1.1\n", "    line: L11\n"),
        [
            (
                "policy.yaml:113: awards.B2a.line: there is no line L11. Did you mean 'L1.1' or"
                " 'L1'?"
            ),
        ],
    ),
    "an award with no line as the alternative": (
        ("policy.yaml", "line_alternatives: [L2.1]", "line_alternatives: [L21]"),
        [
            (
                "policy.yaml:132: awards.B3a.line_alternatives: there is no line L21. Did you"
                " mean 'L2.1' or 'L2'?"
            ),
        ],
    ),
    "an award of no clause": (
        (
            "policy.yaml",
            "    clause: 8\n    name_zh: 检查费用八折",
            "    clause: 80\n    name_zh: 检查费用八折",
        ),
        [
            "policy.yaml:190: awards.B8a.clause: there is no clause 80. Did you mean '8'?",
        ],
    ),
    "a costed award without a line": (
        ("policy.yaml", "    line: L1.1\n", ""),
        [
            (
                "policy.yaml:94: awards.B2a: a costed award must name the line that pays it."
                " Add for example 'line: L1'."
            ),
        ],
    ),
    "an award of an unknown kind": (
        ("policy.yaml", "    kind: flat\n", "    kind: flaat\n"),
        [
            "policy.yaml:139: awards.B5a: unknown kind 'flaat'. Did you mean 'flat'?",
        ],
    ),
    "an award without a kind": (
        ("policy.yaml", "    kind: flat\n", ""),
        [
            (
                "policy.yaml:134: awards.B5a: no 'kind' of award. Known here: approved, flat,"
                " grades, insured_premium, matching, not_costed, per_unit, rate_of_increase,"
                " rate_up_to, stepped_rate."
            ),
        ],
    ),
    "an award once with none": (
        ("policy.yaml", "    amount: 50万元\n", "    amount: 50万元\n    once_with: [B5x]\n"),
        [
            (
                "policy.yaml:134: awards.B5a: the rule needs the column 'product', which"
                " 'columns' does not list. Add it with type text."
            ),
        ],
    ),
    "a rule without an amount": (
        (
            "policy.yaml",
            "    cost_status: costed\n    kind: flat\n",
            "    cost_status: no_amount\n    kind: flat\n",
        ),
        [
            (
                "policy.yaml:138: awards.B5a.cost_status: kind 'flat' contradicts cost_status"
                " 'no_amount'. Awards with a rule are costed; the others have kind not_costed."
            ),
        ],
    ),
    "an amount without a rule": (
        ("policy.yaml", "    cost_status: no_amount\n", "    cost_status: costed\n"),
        [
            (
                "policy.yaml:184: awards.B7b.cost_status: kind 'not_costed' contradicts"
                " cost_status 'costed'. Awards with a rule are costed; the others have kind"
                " not_costed."
            ),
        ],
    ),
    "an unknown key of an award": (
        ("policy.yaml", "    uplift: 10%\n", "    uplift: 10%\n    upliftt: 10%\n"),
        [
            (
                "policy.yaml:102: awards.B2a.upliftt: unknown key 'upliftt'. Did you mean"
                " 'uplift' or 'uplift_column'?"
            ),
        ],
    ),
    "an unknown type of column": (
        ("policy.yaml", "green: {type: bool", "green: {type: boolean"),
        [
            (
                "policy.yaml:108: awards.B2a.columns.green.type: 'boolean' is not accepted."
                " Write 'money', 'number', 'bool', 'choice' or 'text'."
            ),
        ],
    ),
    "a reading, not chosen, with a bad value": (
        ("policy.yaml", "sets: {uplift_within_cap: false}", "sets: {uplift_within_cap: no}"),
        [
            (
                "policy.yaml:117: awards.B2a.readings.B.sets.uplift_within_cap: 'no' is not"
                " accepted. Write true or false."
            ),
        ],
    ),
    "a reading, not chosen, with a bad rate": (
        ("policy.yaml", "sets: {ratio: 2/1}", "sets: {ratio: 2}"),
        [
            (
                "policy.yaml:166: awards.B5b.readings.B.sets.ratio: 2 is not a rate. Write for"
                " example 10% or 2/3."
            ),
        ],
    ),
    "a reading, not chosen, with an unknown key": (
        ("policy.yaml", "sets: {uplift_within_cap: false}", "sets: {uplift_in_cap: false}"),
        [
            (
                "policy.yaml:117: awards.B2a.readings.B.sets.uplift_in_cap: unknown key"
                " 'uplift_in_cap'. Did you mean 'uplift_within_cap' or 'uplift'?"
            ),
        ],
    ),
    "a reading, not chosen, with an unknown column": (
        ("policy.yaml", "sets: {uplift_within_cap: false}", "sets: {uplift_column: greens}"),
        [
            (
                "policy.yaml:117: awards.B2a.readings.B.sets: the rule needs the column"
                " 'greens', which 'columns' does not list. Add it with type bool."
            ),
        ],
    ),
    "a reading that sets what is printed": (
        ("policy.yaml", "sets: {uplift_within_cap: false}", "sets: {line: L2.1}"),
        [
            (
                "policy.yaml:117: awards.B2a.readings.B.sets.line: a reading sets figures of"
                " the award; this is what the paper prints. Take it out."
            ),
        ],
    ),
    "a chosen reading with an unknown key": (
        ("policy.yaml", "sets: {uplift_within_cap: true}", "sets: {uplift_in_cap: true}"),
        [
            (
                "policy.yaml:116: awards.B2a.uplift_in_cap: unknown key 'uplift_in_cap'. Did"
                " you mean 'uplift_within_cap' or 'uplift'?"
            ),
        ],
    ),
    "a chosen reading unlike the award": (
        ("policy.yaml", "default: true, sets: {ratio: 1/2}", "default: true, sets: {ratio: 1/3}"),
        [
            (
                "policy.yaml:156: awards.B5b.ratio: differs from what the default reading A"
                " sets. Correct one of the two."
            ),
        ],
    ),
    "readings without a default": (
        ("policy.yaml", "省级出2, default: true", "省级出2, default: false"),
        [
            (
                "policy.yaml:164: awards.B5b.readings: exactly one must be the default. Mark"
                " one 'default: true'."
            ),
        ],
    ),
    "readings with two defaults": (
        ("policy.yaml", "says_zh: 市级出2，省级出1,", "says_zh: 市级出2，省级出1, default: true,"),
        [
            (
                "policy.yaml:164: awards.B5b.readings: exactly one must be the default. Mark"
                " one 'default: true'."
            ),
        ],
    ),
    "a target of no award": (
        ("policy.yaml", "award: B5a, effect_zh", "award: B5x, effect_zh"),
        [
            (
                "policy.yaml:89: targets.T1.award: there is no award B5x. Did you mean 'B5b' or"
                " 'B5a'?"
            ),
        ],
    ),
    "a target from nowhere": (
        ("policy.yaml", "source: clause 5", "source: clause five"),
        [
            (
                "policy.yaml:88: targets.T1.source: 'clause five' is no part of a paper. Write"
                " 'clause 47', 'annex 14' or 'domain 2'."
            ),
        ],
    ),
    "a target from no clause": (
        ("policy.yaml", "source: clause 5", "source: clause 50"),
        [
            "policy.yaml:88: targets.T1.source: there is no clause 50. Did you mean '5'?",
        ],
    ),
    "an unknown section": (
        ("policy.yaml", "\nlinks:\n", "\nlinsk:\n"),
        [
            "policy.yaml:64: unknown key 'linsk'. Did you mean 'links' or 'lines'?",
        ],
    ),
    "a section that is a list": (
        ("policy.yaml", "\ntargets:\n", "\ntargets: []\ntargts:\n"),
        [
            (
                "policy.yaml:87: targets: this section holds no keys and values. Write for"
                " example '{id: {...}}', or leave the section out."
            ),
            "policy.yaml:88: unknown key 'targts'. Did you mean 'targets'?",
        ],
    ),
    "settings in the paper's file": (
        ("policy.yaml", "\nlinks:\n", "\nseed: 5\nlinks:\n"),
        [
            (
                "policy.yaml:64: unknown key 'seed'. Known here: awards, clauses, document,"
                " domains, explanations, lines, links, targets."
            ),
        ],
    ),
    "a missing key of the title": (
        ("policy.yaml", "  year: 2031", "  yaer: 2031"),
        [
            (
                "policy.yaml:5: document.year: the key 'year' is missing. Add it;"
                " scenarios/FORMATS.md lists the keys of each file."
            ),
            "policy.yaml:12: document.yaer: unknown key 'yaer'. Did you mean 'year'?",
        ],
    ),
    "an award twice": (
        ("policy.yaml", "  B8a:\n", "  B7b:\n"),
        [
            (
                "policy.yaml:189: the key 'B7b' occurs twice in one mapping (first at"
                " policy.yaml:180). Keep one of the two."
            ),
        ],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_contradiction_is_told_in_full_at_its_line(breaking, case):
    edit, messages = CASES[case]
    assert breaking(edit) == messages


def test_all_contradictions_are_told_at_once_in_the_order_of_the_file(breaking):
    names = ["an award paid from no line", "a sub-line in another domain", "a target of no award"]
    edits, messages = zip(*(CASES[name] for name in names), strict=True)
    together = [message for one in messages for message in one]
    assert breaking(*edits) == sorted(together, key=lambda text: int(text.split(":")[1]))


def test_faults_of_form_come_before_contradictions(breaking):
    form, sense = CASES["a cap without a unit"], CASES["a target of no award"]
    assert breaking(form[0], sense[0]) == form[1]


def test_explanations_are_judged_only_where_all_else_agrees(breaking):
    sense, overlap = CASES["a target of no award"], CASES["an explanation that cannot hold"]
    assert breaking(overlap[0], sense[0]) == sense[1]


@pytest.mark.parametrize("path", REAL, ids=lambda path: path.parent.name)
def test_the_real_papers_do_not_contradict_themselves(path):
    tree = read_yaml(path)
    assert check_document(read_document(tree), tree) == []
    assert read_checked(tree) == read_document(tree)


def test_a_contradiction_in_the_file_alone_is_told_without_a_scenario(tiny):
    path = tiny / "policy.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "clause: 8\n    name_zh", "clause: 80\n    name_zh"
    )
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_checked(read_yaml(path, name="policy.yaml"))
    assert [str(p) for p in caught.value.problems] == CASES["an award of no clause"][1]
