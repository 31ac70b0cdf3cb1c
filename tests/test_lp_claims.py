"""The programme over the claims says what the closed forms say; two solvers say the same."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pulp
import pytest

from model.allocation import lp_claims, second_opinion
from model.allocation.allotment import split_exactly
from model.allocation.asked import RULES, Asked, Award
from model.allocation.lp_claims import (
    add_claims_ceiling,
    add_claims_level,
    add_claims_money,
    new_claims,
    pay_by_programme,
)
from model.allocation.second_opinion import apart_yuan
from model.errors import BudgetError
from model.money import WAN
from model.risk import FloatArray

CLOSE_YUAN = 0.005  # the solver works with floats of 万元 and a tolerance of 1e-9 of them


def drawn(rule: str, seed: int) -> Asked:
    """Up to eight claims on three awards, some with a ceiling; the money reaches or not."""
    rng = np.random.default_rng([seed, RULES.index(rule)])
    n = int(rng.integers(1, 9))
    claims = rng.integers(0, 12, n) * rng.choice([1, 370, 10_007], n)
    total = int(claims.sum())
    awards = tuple(
        Award(
            id=f"w{number}",
            ceiling_yuan=int(rng.integers(0, total + 1)) if rng.random() < 0.5 else None,
            turn=int(rng.integers(0, 2)),
            weight=int(rng.integers(1, 4)),
        )
        for number in range(3)
    )
    return Asked(
        account="a",
        rule=rule,
        money_yuan=int(rng.integers(0, int(total * 1.2) + 1)),
        awards=awards,
        claims_yuan=claims,
        award=rng.integers(0, 3, n),
        place=rng.permutation(n),
        at_least=Fraction(1, 3),
    )


def exactly(asked: Asked) -> FloatArray:
    return np.array([float(part) for part in split_exactly(asked).fractions()])


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("rule", RULES)
def test_the_programme_pays_what_the_closed_form_pays(rule: str, seed: int) -> None:
    asked = drawn(rule, seed)
    np.testing.assert_allclose(pay_by_programme(asked), exactly(asked), rtol=0, atol=CLOSE_YUAN)


@pytest.mark.parametrize("rule", RULES)
def test_claims_alike_stand_as_one(rule: str) -> None:
    """Each claim three times: the second opinion joins them again, and is no further away."""
    asked = drawn(rule, 17)
    n = len(asked.award)
    thrice = replace(
        asked,
        money_yuan=2 * asked.money_yuan,
        claims_yuan=np.repeat(asked.claims_yuan, 3),
        award=np.repeat(asked.award, 3),
        place=np.arange(3 * n),
    )
    apart = apart_yuan(thrice)
    assert apart is not None
    assert apart < CLOSE_YUAN


def test_a_wrong_closed_form_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paid by equal losses where equal awards are meant, the two are far apart."""
    asked = replace(drawn("equal_awards", 3), awards=(Award(id="w"),) * 3)
    asked = replace(asked, money_yuan=asked.total() // 2)
    wrong = replace(asked, rule="equal_losses")
    monkeypatch.setattr(second_opinion, "split_exactly", lambda _: split_exactly(wrong))
    apart = apart_yuan(asked)
    assert apart is not None
    assert apart > 1


def test_there_is_no_second_opinion_on_too_many_kinds_of_claims() -> None:
    n = second_opinion.MOST_LEVELS + 1
    many = replace(
        drawn("equal_awards", 0),
        claims_yuan=np.arange(1, n + 1),
        award=np.zeros(n, np.int64),
        place=np.arange(n),
        money_yuan=n,
    )
    assert apart_yuan(many) is None
    assert apart_yuan(replace(many, rule="smallest_ratio")) is not None


# --- two solvers ---


def solved(lp: pulp.LpProblem, solver: str) -> float:
    engine = (
        pulp.HiGHS(msg=False, threads=1)
        if solver == "HiGHS"
        else pulp.COIN_CMD(msg=False, path=pulp.PULP_CBC_CMD.pulp_cbc_path)
    )
    lp.solve(engine)
    assert lp.sol_status == pulp.LpSolutionOptimal
    return float(pulp.value(lp.objective))


def first_level(asked: Asked) -> pulp.LpProblem:
    """The programme of the smallest payout ratio, before anybody is fixed."""
    most = asked.claims_yuan / WAN
    model = new_claims(asked, np.ones(len(most), np.int64), np.zeros(len(most)), most)
    add_claims_money(model)
    add_claims_ceiling(model)
    add_claims_level(model, np.zeros(len(most)), most)
    return model.lp


@pytest.mark.parametrize("seed", range(3))
def test_both_solvers_find_the_same_smallest_ratio(seed: int) -> None:
    asked = drawn("smallest_ratio", seed + 40)
    asked = asked.only(asked.claims_yuan > 0, asked.money_yuan)
    parts = exactly(asked) / asked.claims_yuan
    for solver in ("HiGHS", "CBC"):
        assert -solved(first_level(asked), solver) == pytest.approx(parts.min(), abs=1e-7), solver


def test_a_programme_without_an_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lp_claims.Live, "solve", lambda self: False)
    for rule in ("equal_awards", "first_come"):
        with pytest.raises(BudgetError, match="the programme of the claims has no optimum"):
            pay_by_programme(replace(drawn(rule, 1), claims_yuan=np.array([5]), award=np.array([0]),
                                     place=np.array([0])))  # fmt: skip


def test_a_level_that_nobody_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lp_claims.Live, "multiplier", lambda self, name: 0.0)
    asked = replace(
        drawn("equal_losses", 1),
        claims_yuan=np.array([5]),
        award=np.array([0]),
        place=np.array([0]),
    )
    with pytest.raises(BudgetError, match="the programme of the claims holds nobody at the level"):
        pay_by_programme(asked)
