"""Rows of one applicant and of one product share what an award gives once; the reasons say so."""

from __future__ import annotations

import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from model.claims.entitlements import (
    Assessment,
    Claimed,
    Shares,
    assess,
    share_out,
)
from model.claims.sharing import once_groups
from model.policy.awards import KINDS, CostedAward
from model.register.grid import packed
from model.register.register import Register, read_register
from model.register.texts import Texts

# The same examples in every run, however busy the machine.
STEADY = settings(deadline=None, derandomize=True)


def award(kind: str, columns: dict[str, Any], **figures: Any) -> CostedAward:
    described = {
        name: {"label_zh": name, **({"type": column} if isinstance(column, str) else column)}
        for name, column in columns.items()
    }
    shape = {"cost_status": "costed", "name_zh": "奖", "clause": 1, "anchor": "奖", "line": "D1"}
    payer = {"level": "city_stated", "says_zh": "市"}
    made = KINDS[kind].model_validate(
        {"kind": kind, "payer": payer, "unit_zh": "家", "columns": described, **shape, **figures}
    )
    assert isinstance(made, CostedAward)
    return made


PRODUCT = {"type": "text", "optional": True}
ONCE = award("flat", {"ok": "bool"}, requires=("ok",), amount="100万元", cap_scope="applicant")
EACH = award("approved", {"approved_yuan": "money"}, cap="60万元", person_checks=("甲项", "乙项"))
TOTAL = award("approved", {"approved_yuan": "money"}, cap="60万元", cap_scope="applicant")
HARDWARE = award(
    "grades",
    {"grade": "choice", "product": PRODUCT},
    grades={"国内": "150万元", "市内": "20万元"},
    cap_scope="product",
)
SOFTWARE = award(
    "grades",
    {"grade": "choice", "product": PRODUCT},
    grades={"省级": "50万元", "市级": "20万元"},
    cap_scope="product",
    once_with=("H",),
)
AWARDS = {"O": ONCE, "E": EACH, "T": TOTAL, "H": HARDWARE, "S": SOFTWARE}
HEADER = "claim,applicant,award,ok,approved_yuan,grade,product\n"


def shared(
    rows: list[tuple[str, str, str, int]], awards: dict[str, CostedAward] = AWARDS
) -> Shares:
    """Rows of award, applicant, product and yuan, shared out."""
    keys, applicants, products, yuan = (list(part) for part in zip(*rows, strict=True))
    claimed = Claimed(award=keys, applicant=applicants, product=products)
    return share_out(awards, claimed, np.array(yuan, np.int64))


def held(words: list[str]) -> Texts:
    """Texts as they come out of a file."""
    return packed([words])[0].texts(np.arange(len(words)))


def kept(*rows: tuple[str, str, str, int], awards: dict[str, CostedAward] = AWARDS) -> list[int]:
    yuan: list[int] = shared(list(rows), awards).yuan.tolist()
    return yuan


def register(folder: Path, lines: str) -> Register:
    path = folder / "claims.csv"
    path.write_text(HEADER + lines, encoding="utf-8")
    return read_register(path, AWARDS)


def assessed(folder: Path, lines: str, pays: dict[str, Fraction] | None = None) -> Assessment:
    return assess(register(folder, lines), AWARDS, pays or {})


# --- caps over an applicant -------------------------------------------------------------------


def test_an_applicants_rows_keep_the_cap_together_the_first_rows_first():
    rows = [("T", name, "", 400_000) for name in ("甲", "乙", "甲", "甲", "乙")]
    assert kept(*rows) == [400_000, 400_000, 200_000, 0, 200_000]


def test_a_flat_amount_for_each_applicant_is_paid_once():
    rows = [("O", name, "", yuan) for name, yuan in [("甲", 0), ("甲", 10**6), ("甲", 10**6)]]
    assert kept(*rows) == [0, 10**6, 0]


def test_a_cap_for_each_claim_is_not_added_up_over_rows():
    assert kept(("E", "甲", "", 600_000), ("E", "甲", "", 600_000)) == [600_000, 600_000]


def test_caps_of_two_awards_are_apart():
    assert kept(("T", "甲", "", 600_000), ("O", "甲", "", 10**6)) == [600_000, 10**6]


def test_an_applicants_name_is_the_same_in_any_width_case_and_space():
    rows = [("T", name, "", 600_000) for name in ("ABC公司", " ａｂｃ公司\u3000", "Abc公司")]
    assert kept(*rows) == [600_000, 0, 0]


def test_enormous_caps_do_not_wrap_around():
    most = 9 * 10**18
    awards = {"T": TOTAL.model_copy(update={"cap": most})}
    rows = [("T", "甲", "", yuan) for yuan in (most - 1, most, most, most)]
    rows.append(("T", "乙", "", most))
    assert kept(*rows, awards=awards) == [most - 1, 1, 0, 0, most]


# --- once for a product -----------------------------------------------------------------------


def test_a_product_is_paid_once_to_the_first_row_that_is_paid():
    rows = [("H", "甲", "X", 0), ("H", "甲", "X", 5), ("H", "乙", " ｘ ", 9), ("H", "甲", "Y", 7)]
    found = shared(rows)
    assert found.yuan.tolist() == [0, 5, 0, 7]
    assert found.first.tolist() == [0, 1, 1, 3]


def test_blank_products_are_never_matched():
    assert kept(("H", "甲", "", 5), ("H", "甲", " \u3000", 5), ("S", "甲", "", 5)) == [5, 5, 5]


def test_awards_joined_by_once_with_pay_a_product_once_in_either_order():
    assert kept(("H", "甲", "X", 5), ("S", "甲", "X", 7)) == [5, 0]
    assert kept(("S", "甲", "X", 7), ("H", "甲", "X", 5)) == [7, 0]


def test_awards_that_are_not_joined_each_pay_a_product_once():
    """The other reading: the software award stands by itself."""
    awards = AWARDS | {"S": SOFTWARE.model_copy(update={"once_with": ()})}
    rows = [("H", "甲", "X", 5), ("S", "甲", "X", 7), ("S", "甲", "X", 7)]
    assert kept(*rows, awards=awards) == [5, 7, 0]


def test_joined_awards_form_one_group_however_the_links_run():
    def linked(*others: str) -> CostedAward:
        return SOFTWARE.model_copy(update={"once_with": others})

    awards = {"A": linked("B"), "C": linked("D"), "E": linked(), "B": linked(), "D": linked("A")}
    assert once_groups(awards) == [{"E"}, {"A", "B", "C", "D"}]


def test_awards_of_other_scopes_take_no_notice_of_products():
    assert kept(("E", "甲", "X", 5), ("E", "甲", "X", 5), ("T", "甲", "X", 5)) == [5, 5, 5]


ROWS = st.lists(
    st.tuples(
        st.sampled_from(list(AWARDS)),
        st.sampled_from(["甲", "乙", "丙"]),
        st.sampled_from(["", "X", "Y"]),
        st.integers(0, 2_000_000),
    ),
    min_size=1,
    max_size=25,
)


@STEADY
@given(rows=ROWS)
def test_sharing_out_equals_the_rules_followed_row_by_row(rows):
    """A second calculation: a clerk with two lists, of products paid and of money given."""
    products: set[tuple[str, str]] = set()
    left: dict[tuple[str, str], int] = {}
    expected = []
    for key, applicant, product, yuan in rows:
        if key in ("H", "S") and product and yuan:
            yuan = 0 if ("H+S", product) in products else yuan
            products.add(("H+S", product))
        if key in ("O", "T"):
            room = left.setdefault((key, applicant), {"O": 10**6, "T": 600_000}[key])
            yuan = min(yuan, room)
            left[key, applicant] = room - yuan
        expected.append(yuan)
    assert kept(*rows) == expected
    keys, applicants, products, yuan = (list(part) for part in zip(*rows, strict=True))
    for named in (applicants, [f"{name}（集团）" for name in applicants]):
        of_file = Claimed(award=keys, applicant=held(named), product=held(products))
        assert share_out(AWARDS, of_file, np.array(yuan, np.int64)).yuan.tolist() == expected


def test_two_spellings_of_an_applicant_in_a_file_share_one_ceiling():
    claimed = Claimed(award=["O", "O"], applicant=held(["ab公司", "ＡＢ公司 "]), product=["", ""])
    assert share_out(AWARDS, claimed, np.array([900_000, 900_000])).yuan.tolist() == [
        900_000,
        100_000,
    ]


@STEADY
@given(rows=ROWS, names=st.permutations(["甲", "乙", "丙"]))
def test_relabelling_applicants_and_products_changes_nothing(rows, names):
    new = dict(zip(["甲", "乙", "丙"], names, strict=True))
    relabelled = [(key, new[who], what and what + "号", yuan) for key, who, what, yuan in rows]
    assert kept(*relabelled) == kept(*rows)


@STEADY
@given(rows=ROWS)
def test_nobody_gets_more_than_asked_or_than_the_cap_together(rows):
    found = shared(rows)
    totals: dict[tuple[str, str], int] = {}
    for (key, applicant, _, yuan), paid in zip(rows, found.yuan.tolist(), strict=True):
        assert 0 <= paid <= yuan
        totals[key, applicant] = totals.get((key, applicant), 0) + paid
    for (key, _), total in totals.items():
        assert total <= {"O": 10**6, "T": 600_000}.get(key, total)


# --- assessing --------------------------------------------------------------------------------


def test_assessment_with_reasons_in_full(tmp_path):
    lines = (
        "c1,甲,T,,400000,,\n"
        "c2,甲,T,,40万元,,\n"
        "c3,甲,T,,1,,\n"
        "c4,乙,E,,80万元,,\n"
        "c5,乙,O,否,,,\n"
        "c6,乙,O,是,,,\n"
        "c7,乙,O,是,,,\n"
        "c8,丙,H,,,国内,X1\n"
        "c9,丁,S,,,省级,ｘ1\n"
        "c10,丁,E,,0,,\n"
    )
    found = assessed(tmp_path, lines)
    assert list(zip(found.entitlement_yuan.tolist(), found.reason, strict=True)) == [
        (400_000, "approved_yuan 40万元"),
        (200_000, "approved_yuan 40万元；本申报主体累计已达上限 60万元，本笔核给 20万元"),
        (0, "approved_yuan 1元；本申报主体累计已达上限 60万元，本笔核给 0元"),
        (600_000, "approved_yuan 80万元，达上限 60万元。须人工核定：甲项；乙项"),
        (0, "“ok”为否，不符合条件"),
        (1_000_000, "定额 100万元"),
        (0, "定额 100万元；本申报主体累计已达上限 100万元，本笔核给 0元"),
        (1_500_000, "grade 国内：150万元"),
        (0, "grade 省级：50万元；同一产品已在申报 c8 核给，本笔核给 0元"),
        (0, "approved_yuan 0元"),
    ]


def test_the_citys_part_is_rounded_down_after_the_cap(tmp_path):
    lines = "1,甲,E,,99.99,,\n2,甲,T,,700000,,\n3,乙,O,是,,,\n"
    found = assessed(tmp_path, lines, {"E": Fraction(1, 2), "T": Fraction(2, 3)})
    assert found.entitlement_yuan.tolist() == [99, 600_000, 1_000_000]
    assert found.city_yuan.tolist() == [49, 400_000, 1_000_000]


def test_a_product_column_that_an_award_does_not_ask_for_is_not_compared(tmp_path):
    awards = AWARDS | {"P": TOTAL.model_copy(update={"cap_scope": "product"})}
    path = tmp_path / "claims.csv"
    path.write_text(HEADER + "1,甲,P,,5,,X\n2,甲,P,,5,,X\n", encoding="utf-8")
    assert assess(read_register(path, awards), awards, {}).entitlement_yuan.tolist() == [5, 5]


def test_a_register_without_claims_is_assessed(tmp_path):
    found = assessed(tmp_path, "")
    assert (found.entitlement_yuan.tolist(), list(found.reason)) == ([], [])


# --- laws over whole registers ----------------------------------------------------------------


@settings(STEADY, max_examples=30)
@given(
    amounts=st.lists(
        st.tuples(st.sampled_from(["甲", "乙"]), st.integers(0, 10**8)), min_size=1, max_size=8
    )
)
def test_an_applicants_total_is_the_capped_sum_whatever_the_order(amounts, tmp_path_factory):
    folder = tmp_path_factory.mktemp("laws")
    lines = [f"{n},{who},T,,{yuan},,\n" for n, (who, yuan) in enumerate(amounts)]
    for ordered in (lines, lines[::-1]):
        claims = register(folder, "".join(ordered))
        paid = assess(claims, AWARDS, {}).entitlement_yuan.tolist()
        for who in ("甲", "乙"):
            asked = sum(min(yuan, 600_000) for name, yuan in amounts if name == who)
            got = sum(
                yuan for name, yuan in zip(claims.applicant, paid, strict=True) if name == who
            )
            assert got == min(asked, 600_000)


def test_twenty_thousand_claims_take_no_more_than_seconds(tmp_path):
    """The bound is far above what it takes, because machines differ."""
    lines = "".join(
        f"{n},公司{n % 700},{'TEOHS'[n % 5]},是,{n}.5,"
        f"{'国内' if n % 5 == 3 else '省级'},P{n % 900}\n"
        for n in range(20_000)
    )
    begun = time.perf_counter()
    found = assessed(tmp_path, lines)
    assert time.perf_counter() - begun < 5
    assert len(found.reason) == 20_000
