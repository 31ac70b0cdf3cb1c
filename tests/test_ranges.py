"""An assumption at its low or high moves the accounts that it touches, the way it should."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from demand_sample import (
    FLAT,
    SURE,
    account,
    assert_mean,
    book,
    draw,
    figure,
    pool,
    question,
    span,
    tiny,
)

from model.demand.draws import Demand
from model.demand.levels import at_level
from model.demand.ranges import Effect, Question, find_effects
from model.pipeline import make_question
from model.risk import gap_probability

N = 400


@cache
def _asked() -> tuple[Question, Demand, tuple[Effect, ...]]:
    """The tiny world, with more draws for the centre than for the ranges."""
    asked = make_question(tiny())
    asked = replace(asked, span=replace(asked.span, count=N))
    longer = replace(asked.span, count=N + 100)
    central = draw(asked.book, asked.awards, longer, *asked.loads)
    return asked, central, find_effects(asked, central)


def _effect(key: str, path: str, at: str) -> Effect:
    found = [e for e in _asked()[2] if (e.account, e.assumption, e.at) == (key, path, at)]
    assert len(found) == 1, (key, path, at, len(found))
    return found[0]


def test_every_assumption_has_a_low_and_a_high_on_every_account_that_it_touches() -> None:
    asked, _, effects = _asked()
    touched = {
        "assumptions.city_share": ["building", "research"],
        "assumptions.city_part": ["building", "skills", "research"],
        "pools.courses.count.mean": ["skills"],
        "pools.institutes.count.mean": ["research"],
        "accounts.health.payment.progress": ["health"],
        "accounts.building.committed.earlier_years": ["building"],
        "accounts.research.payment_lag": ["research"],
        "accounts.training.payment.progress": [],  # no account of its own in this scenario
    }
    for path, accounts in touched.items():
        for at in ("low", "high"):
            here = [e.account for e in effects if e.assumption == path and e.at == at]
            assert sorted(here) == sorted(accounts), path
    assert {e.assumption for e in effects} <= set(asked.book.uncertain())


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("building", "pools.factories.count.mean"),
        ("building", "assumptions.city_share"),
        ("building", "pools.factories.claims.B2a.columns.invested_yuan.size.mean"),
        ("building", "pools.factories.claims.B2a.columns.green.yes"),
        ("building", "pools.new_schools.claims.B7a.columns.places.size.mean"),
        ("skills", "pools.courses.claims.B3a.columns.approved_yuan.size.mean"),
        ("research", "assumptions.city_part"),
        ("health", "accounts.health.payment.progress"),
        ("parks", "accounts.parks.payment.progress"),
    ],
)
def test_more_of_an_assumption_means_more_demand_and_no_smaller_gap(key: str, path: str) -> None:
    low, high = _effect(key, path, "low"), _effect(key, path, "high")
    central = _asked()[1].column(key)[:N]
    assert low.demand_mean_yuan <= central.mean() <= high.demand_mean_yuan
    assert low.demand_mean_yuan < high.demand_mean_yuan
    assert low.gap_probability <= high.gap_probability


def test_a_longer_payment_lag_lowers_the_demand_of_the_year() -> None:
    low, high = (_effect("research", "accounts.research.payment_lag", at) for at in ("low", "high"))
    assert high.demand_mean_yuan == pytest.approx(0.8 * low.demand_mean_yuan, abs=1)


def test_money_already_bound_moves_the_gap_and_not_the_demand() -> None:
    path = "accounts.building.committed.earlier_years"
    low, high = (_effect("building", path, at) for at in ("low", "high"))
    central = _asked()[1].column("building")[:N]
    assert low.demand_mean_yuan == high.demand_mean_yuan == central.mean()
    assert (low.committed_yuan, high.committed_yuan) == (0, 1_000_000)
    assert low.gap_probability == np.mean(central > 20_000_000)
    assert high.gap_probability == np.mean(central > 19_000_000)


def test_a_high_that_equals_the_centre_changes_nothing_at_all() -> None:
    """city_part is 100 % at the centre and at its high."""
    asked, central, _ = _asked()
    for key in ("building", "skills", "research"):
        effect = _effect(key, "assumptions.city_part", "high")
        here = central.column(key)[:N]
        assert effect.demand_mean_yuan == here.mean()
        money = asked.budgets[key] - effect.committed_yuan
        assert effect.gap_probability == gap_probability(here, money).value


def test_an_effect_is_the_run_with_that_assumption() -> None:
    asked = _asked()[0]
    path = "assumptions.city_share"
    moved = at_level(asked.book, path, "high")
    for key in ("building", "research"):
        drawn = draw(moved, asked.awards, asked.span, *asked.loads).column(key)
        effect = _effect(key, path, "high")
        assert effect.demand_mean_yuan == drawn.mean()
        money = asked.budgets[key] - effect.committed_yuan
        assert effect.gap_probability == np.mean(drawn > money)


def test_the_mean_at_a_level_agrees_with_its_closed_form() -> None:
    of = book({"p": pool((4.0, 9.0, 25.0), {"X": SURE})})
    asked = question(of, {"X": FLAT}, 10_000_000, span(2_000))
    low, high = find_effects(asked, draw(of, {"X": FLAT}, span(2_000)))
    for effect, mean in ((low, 4.0), (high, 25.0)):
        error = 5 * (mean / 2_000) ** 0.5
        assert effect.demand_mean_yuan / 1_000_000 == pytest.approx(mean, abs=error)
    assert (low.at, high.at) == ("low", "high")


def test_an_assumption_of_a_shared_pool_moves_only_its_own_award() -> None:
    columns = {"ok": {"yes": figure("20%", "50%", "80%")}}
    of = book(
        {"p": pool(9.0, {"X": columns, "Y": SURE})},
        accounts={"account": account(), "other": account()},
    )
    awards = {"X": FLAT, "Y": FLAT}
    asked = question(of, awards, 10_000_000, span(400))
    central = draw(of, awards, span(400))
    effects = find_effects(asked, central)
    assert [(e.at, e.account) for e in effects] == [("low", "account"), ("high", "account")]
    alone = central.award_yuan["Y"].mean()
    claims = central.award_claims["X"].mean()
    for effect, share in zip(effects, (0.2, 0.8), strict=True):
        paid = (effect.demand_mean_yuan - alone) / 1e6
        assert paid == pytest.approx(share * claims, rel=0.1)
    assert_mean(central.award_claims["X"], 9.0)
