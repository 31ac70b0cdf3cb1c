"""The word for an account follows its chance of a gap; its warnings follow what it rests on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from demand_sample import figure, tiny

from model.demand.applicants import ApplicantsEngine
from model.demand.draws import Demand
from model.demand.ranges import Effect
from model.judging import judge_account
from model.outcome import Judgement
from model.pipeline import make_question
from model.scenario import Scenario

MONEY = 19_500_000  # building: 20 million, half a million of it bound


def _judge(
    asked: np.ndarray,
    scenario: Scenario | None = None,
    key: str = "building",
    effects: tuple[Effect, ...] = (),
) -> Judgement:
    """The account when the years ask so much of it."""
    world = scenario or tiny()
    yuan = np.asarray(asked, dtype=np.int64).reshape(-1, 1)
    demand = Demand(accounts=(key,), account_yuan=yuan, award_yuan={}, award_claims={})
    years = ApplicantsEngine(central=make_question(world), demand=demand)
    return judge_account(world, key, years, effects, ())


def _short_in(n_short: int, n: int, rest: int = MONEY) -> np.ndarray:
    return np.array([MONEY + 1] * n_short + [rest] * (n - n_short))


@pytest.mark.parametrize(
    ("n_short", "n", "verdict"),
    [
        (100, 100, "short"),
        (50, 100, "short"),
        (49, 100, "tight"),
        (5, 100, "tight"),
        (1, 20, "tight"),
        (4, 100, "ample"),
        (0, 100, "ample"),
    ],
)
def test_the_chance_of_a_gap_gives_the_word(n_short: int, n: int, verdict: str) -> None:
    """Short from 50 %, tight from 5 %; money that is just enough is no gap."""
    assert _judge(_short_in(n_short, n)).verdict == verdict


@pytest.mark.parametrize("share", ["10%", "30%", "70%", "1/3"])
def test_a_threshold_includes_its_own_value(share: str) -> None:
    """Also where the float nearest to a share lies below it, as for 30 %."""
    marks = tiny().settings.verdicts.model_validate(
        {"short": share, "tight": "1%", "idle_below": "80%"}
    )
    scenario = replace(tiny(), settings=tiny().settings.model_copy(update={"verdicts": marks}))
    n_short = round(float(marks.short) * 300)
    assert _judge(_short_in(n_short, 300), scenario).verdict == "short"
    assert _judge(_short_in(n_short - 1, 300), scenario).verdict == "tight"
    later = marks.model_copy(update={"short": 2 * marks.short, "tight": marks.short})
    scenario = replace(tiny(), settings=tiny().settings.model_copy(update={"verdicts": later}))
    assert _judge(_short_in(n_short, 300), scenario).verdict == "tight"
    assert _judge(_short_in(n_short - 1, 300), scenario).verdict == "ample"


@pytest.mark.parametrize(
    ("asked", "verdict"),
    [(15_600_000, "ample"), (15_599_999, "idle"), (0, "idle")],
)
def test_money_lies_idle_when_half_of_the_years_leave_it(asked: int, verdict: str) -> None:
    """80 % of 19.5 million: what was bound before is no use that claims make of the money."""
    assert _judge(np.full(100, asked)).verdict == verdict


def test_a_tight_account_is_never_called_idle() -> None:
    assert _judge(_short_in(5, 100, rest=0)).verdict == "tight"


def test_an_account_without_evidence_has_no_verdict() -> None:
    found = _judge(np.full(100, 10**9), key="parks")
    assert found.verdict == "unknown"
    assert found.risk.gap_probability.value == 1.0
    ((zh, en),) = found.warnings
    why = tiny().book.accounts["parks"].why  # told in Chinese only
    assert why in zh
    assert en == f"No published figure supports the demand on this account: {why}"


def test_promises_without_an_amount_and_without_a_reserve_are_a_warning() -> None:
    ((zh, en),) = _judge(np.zeros(4)).warnings
    assert zh.startswith("本账户还要支付1项没有写明金额的事项（优秀教师奖励）")
    assert "B7b" in en
    assert "unreserved" in en


def test_a_reserve_takes_the_warning_away() -> None:
    spec = tiny().book.accounts["building"]
    assert spec.committed is not None
    reserve = type(spec.committed.reserve).model_validate(figure("0万元", "1元", "2元"))
    kept = spec.model_copy(
        update={"committed": spec.committed.model_copy(update={"reserve": reserve})}
    )
    accounts = {**tiny().book.accounts, "building": kept}
    scenario = replace(tiny(), book=replace(tiny().book, accounts=accounts))
    assert _judge(np.zeros(4), scenario).warnings == ()


@pytest.mark.parametrize("key", ["skills", "research", "health"])
def test_an_account_that_pays_only_printed_amounts_has_no_warning(key: str) -> None:
    assert _judge(np.zeros(4), key=key).warnings == ()


def test_the_range_reaches_from_the_least_to_the_largest_chance() -> None:
    def effect(key: str, at: str, chance: float) -> Effect:
        return Effect(
            account=key,
            assumption="a",
            at="low" if at == "low" else "high",
            gap_probability=chance,
            demand_mean_yuan=0.0,
            committed_yuan=0,
        )

    effects = (
        effect("building", "low", 0.1),
        effect("building", "high", 0.6),
        effect("skills", "high", 0.9),
    )
    years = _short_in(25, 100)
    found = _judge(years, effects=effects)
    assert found.gap_range == (0.1, 0.6)
    assert len(found.effects) == 2
    assert _judge(years, effects=effects[1:2]).gap_range == (0.25, 0.6)
    assert _judge(years).gap_range == (0.25, 0.25)
