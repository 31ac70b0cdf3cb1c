"""The sample register is what its script makes: invented, marked, plausible, untidy as told."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from python_calamine import CalamineWorkbook
from sample_register import LAST_MONTH, MARK_ZH, PLACE, SCENARIO, WRONG, YEAR, make_sample

from model.claiming import assess_claims
from model.claims.entitlements import CUT, FAILED, OUTCOMES_ZH, PAID, TWICE, Assessment
from model.claims.sums import sum_awards
from model.demand.draws import committed_yuan
from model.register.register import Register, read_register
from model.scenario import Scenario, load_scenario

REMAKE = "run `.venv/bin/python tests/sample_register.py`, then look at what moved"


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(SCENARIO)


@pytest.fixture(scope="module")
def sample(base: Scenario) -> Register:
    return read_register(PLACE, base.document.awards)


@pytest.fixture(scope="module")
def found(sample: Register, base: Scenario) -> Assessment:
    return assess_claims(sample, base)


def cells(path: Path) -> dict[str, list[list[Any]]]:
    book = CalamineWorkbook.from_path(str(path))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_script_makes_it_again_cell_by_cell(tmp_path: Path) -> None:
    make_sample(tmp_path / "again.xlsx")
    assert cells(tmp_path / "again.xlsx") == cells(PLACE), REMAKE


def test_every_sheet_and_every_name_says_that_it_is_invented(sample: Register) -> None:
    assert {rows[0][0][: len(MARK_ZH)] for rows in cells(PLACE).values()} == {MARK_ZH}
    named = [*sample.applicant, *(name for name in sample.product if name)]
    assert {name[:2] for name in named} == {"虚构"}


def test_it_has_claims_of_every_award_from_january_to_september(
    sample: Register, base: Scenario
) -> None:
    assert len(sample.claim) >= 400
    counts = Counter(sample.award)
    assert set(counts) == set(base.document.costed())
    assert min(counts.values()) >= 1
    assert sample.filed.min() >= np.datetime64(f"{YEAR}-01-01")
    assert sample.filed.max() < np.datetime64(f"{YEAR}-{LAST_MONTH + 1:02d}-01")
    months = Counter(str(day)[5:7] for day in sample.filed)
    assert set(months) == {f"{month:02d}" for month in range(1, LAST_MONTH + 1)}


def test_no_pool_brings_more_claims_than_it_can(sample: Register, base: Scenario) -> None:
    counts = Counter(sample.award)
    for key, pool in base.book.pool_of().items():
        count = base.book.pools[pool].count
        most = round(count.mean.at("central")) if count.certain else count.ceiling
        assert most is None or counts[key] <= most, key


def test_five_rows_are_refused_each_for_its_own_reason(sample: Register) -> None:
    facts = [problem.fact for row in sample.refused for problem in row.problems]
    assert len(sample.refused) == len(WRONG) == 5
    assert facts == [
        "column '当年研发费用(万元)': '待核' is not an amount of money",
        "column '获奖等次': unknown grade '特等奖'",
        "column '生产性投入(不含土建)(万元)': '-2600' is negative",
        "column '申报主体' is empty",
        "column '申报日期': '2024-13-05' is no day of the calendar",
    ]


def test_examples_and_subtotals_are_set_aside(sample: Register, base: Scenario) -> None:
    reasons = Counter(row.reason_zh for row in sample.set_aside)
    assert reasons["示例行"] == len(base.document.costed())
    assert reasons["小计、合计行"] == 2


def test_untidy_cells_are_read_as_they_are_meant(sample: Register) -> None:
    def read(claim: str, column: str) -> int:
        row = list(sample.claim).index(claim)
        part = sample.parts[sample.award[row]]
        return int(part.columns[column][list(part.rows).index(row)])

    fen, millionths = 10_000 * 100, 1_000_000
    assert read("A10a-001", "approved_yuan") == 65.5 * fen  # ６５．５
    assert read("A10a-004", "approved_yuan") == 72 * fen  # 72万元
    assert read("A11a-002", "rd_current_yuan") == 1200 * fen  # 1,200
    assert read("A45a-004", "approved_rate") == 0.6 * millionths  # 60%
    assert read("A51a-003", "rice_wheat_mu") == 120 * millionths  # １２０
    days = {claim: str(day) for claim, day in zip(sample.claim, sample.filed, strict=True)}
    assert (days["A11a-005"], days["A11a-006"]) == ("2024-07-09", "2024-07-15")


def test_most_claims_are_paid_and_some_fail_in_every_way(found: Assessment) -> None:
    counts = Counter(found.outcome.tolist())
    assert sum(counts.values()) >= 400
    assert 0.05 < counts[FAILED] / sum(counts.values()) < 0.35
    assert all(counts[code] for code in (PAID, CUT, TWICE)), [OUTCOMES_ZH[code] for code in counts]


def test_what_it_asks_for_is_of_the_size_of_the_money(
    sample: Register, found: Assessment, base: Scenario
) -> None:
    """By September every account that pays by rules is asked for 1 % to 130 % of its money."""
    sums = sum_awards(sample.award, found.entitlement_yuan, found.city_yuan)
    account_of = base.account_of_award()
    asked: Counter[str] = Counter()
    for key, one in sums.items():
        account = account_of[key]
        assert account is not None
        asked[account] += one.city_yuan
    for account, yuan in asked.items():
        spec = base.book.accounts[account]
        if spec.evidence == "rules":
            assert 0.01 < yuan / (base.budget_of(account) - committed_yuan(spec)) < 1.3, account
