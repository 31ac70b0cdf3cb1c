"""An assumption at its low or high moves the accounts that it touches, the way it should."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from math import exp, factorial

import numpy as np
import pytest
from demand_sample import (
    ENGINES,
    FLAT,
    SURE,
    account,
    book,
    draw,
    engine,
    figure,
    pool,
    question,
    span,
    tiny,
)

from model.demand.engine import Engine
from model.demand.levels import at_level
from model.demand.question import Question
from model.demand.ranges import Effect, find_effects, find_worst_gaps
from model.pipeline import make_question

N = 400
SAME = 1e-9  # laws that are added up in another order differ by rounding


@cache
def _asked(name: str) -> tuple[Question, Engine, tuple[Effect, ...]]:
    """The tiny world as an engine sees it."""
    asked = make_question(tiny())
    asked = replace(asked, span=replace(asked.span, count=N))
    found = engine(name, asked)
    return asked, found, find_effects(asked, found)


def _effect(name: str, key: str, path: str, at: str) -> Effect:
    effects = _asked(name)[2]
    found = [e for e in effects if (e.account, e.assumption, e.at) == (key, path, at)]
    assert len(found) == 1, (key, path, at, len(found))
    return found[0]


def _ends(name: str, key: str, path: str) -> tuple[Effect, Effect]:
    return _effect(name, key, path, "low"), _effect(name, key, path, "high")


@pytest.mark.parametrize("name", ENGINES)
def test_every_assumption_has_a_low_and_a_high_on_every_account_that_it_touches(name: str) -> None:
    asked, _, effects = _asked(name)
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


@pytest.mark.parametrize("name", ENGINES)
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
def test_more_of_an_assumption_means_more_demand_and_no_smaller_gap(
    name: str, key: str, path: str
) -> None:
    low, high = _ends(name, key, path)
    asked, found, _ = _asked(name)
    view = found.look(asked, key)
    assert low.demand_mean_yuan <= view.mean_yuan * (1 + SAME)
    assert view.mean_yuan <= high.demand_mean_yuan * (1 + SAME)
    assert low.demand_mean_yuan < high.demand_mean_yuan
    central = view.gap(asked.money(key))
    assert low.gap_probability <= central + SAME <= high.gap_probability + 2 * SAME


@pytest.mark.parametrize("name", ENGINES)
def test_a_longer_payment_lag_lowers_the_demand_of_the_year(name: str) -> None:
    low, high = _ends(name, "research", "accounts.research.payment_lag")
    assert high.demand_mean_yuan == pytest.approx(0.8 * low.demand_mean_yuan, rel=1e-3)
    assert high.gap_probability < low.gap_probability


@pytest.mark.parametrize("name", ENGINES)
def test_money_already_bound_moves_the_gap_and_not_the_demand(name: str) -> None:
    low, high = _ends(name, "building", "accounts.building.committed.earlier_years")
    asked, found, _ = _asked(name)
    view = found.look(asked, "building")
    for effect, bound in ((low, 0), (high, 1_000_000)):
        assert effect.demand_mean_yuan == pytest.approx(view.mean_yuan, rel=SAME)
        assert effect.committed_yuan == bound
        assert effect.gap_probability == pytest.approx(view.gap(20_000_000 - bound), abs=SAME)
    assert low.gap_probability < high.gap_probability


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("key", ["building", "skills", "research"])
def test_a_high_that_equals_the_centre_changes_nothing(name: str, key: str) -> None:
    """city_part is 100 % at the centre and at its high."""
    asked, found, _ = _asked(name)
    view, effect = found.look(asked, key), _effect(name, key, "assumptions.city_part", "high")
    assert effect.demand_mean_yuan == pytest.approx(view.mean_yuan, rel=SAME)
    assert effect.gap_probability == pytest.approx(view.gap(asked.money(key)), abs=SAME)


@pytest.mark.parametrize("key", ["building", "research"])
def test_an_effect_is_the_run_with_that_assumption(key: str) -> None:
    asked = _asked("applicants")[0]
    path = "assumptions.city_share"
    moved = at_level(asked.book, path, "high")
    drawn = draw(moved, asked.awards, asked.span, *asked.loads).column(key)
    effect = _effect("applicants", key, path, "high")
    assert effect.demand_mean_yuan == drawn.mean()
    assert effect.gap_probability == np.mean(drawn > asked.money(key))


@pytest.mark.parametrize("key", ["building", "skills", "health"])
def test_a_law_with_an_assumption_moved_is_the_law_made_for_it(key: str) -> None:
    """What is kept from the central question never leaks into another."""
    asked, _, effects = _asked("exact")
    for effect in [e for e in effects if e.account == key]:
        moved = replace(asked, book=at_level(asked.book, effect.assumption, effect.at))
        fresh = engine("exact", moved).look(moved, key)
        assert effect.demand_mean_yuan == pytest.approx(fresh.mean_yuan, rel=SAME)
        assert effect.gap_probability == pytest.approx(fresh.gap(moved.money(key)), abs=1e-7)


@pytest.mark.parametrize("name", ENGINES)
def test_mean_and_gap_at_a_level_agree_with_their_closed_form(name: str) -> None:
    """Flat awards of 1 million and money for ten: P(Poisson > 10)."""
    of = book({"p": pool((4.0, 9.0, 16.0), {"X": SURE})})
    asked = question(of, {"X": FLAT}, 10_000_000, span(2_000))
    effects = find_effects(asked, engine(name, asked))
    assert [effect.at for effect in effects] == ["low", "high"]
    for effect, mean in zip(effects, (4.0, 16.0), strict=True):
        within = sum(exp(-mean) * mean**k / factorial(k) for k in range(11))
        exact = name == "exact"
        error = 1e-9 if exact else 5 * (mean / 2_000) ** 0.5
        assert effect.demand_mean_yuan / 1_000_000 == pytest.approx(mean, abs=error, rel=0)
        spread = 1e-9 if exact else 5 * (within * (1 - within) / 2_000) ** 0.5
        assert effect.gap_probability == pytest.approx(1 - within, abs=spread, rel=0)


@pytest.mark.parametrize("name", ENGINES)
def test_an_assumption_of_a_shared_pool_moves_only_its_own_award(name: str) -> None:
    columns = {"ok": {"yes": figure("20%", "50%", "80%")}}
    of = book(
        {"p": pool(9.0, {"X": columns, "Y": SURE})},
        accounts={"account": account(), "other": account()},
    )
    asked = question(of, {"X": FLAT, "Y": FLAT}, 10_000_000, span(2_000))
    found = engine(name, asked)
    effects = find_effects(asked, found)
    assert [(e.at, e.account) for e in effects] == [("low", "account"), ("high", "account")]
    alone = found.look_at_award(asked, "Y")
    for effect, share in zip(effects, (0.2, 0.8), strict=True):
        paid = (effect.demand_mean_yuan - alone) / 1e6
        assert paid == pytest.approx(share * 9, rel=0.05)


# --- the worst that one assumption does ---


@pytest.mark.parametrize("name", ENGINES)
def test_the_worst_gap_at_the_adopted_budget_is_the_worst_of_the_effects(name: str) -> None:
    asked, found, effects = _asked(name)
    worst = find_worst_gaps(asked, found, {key: [money] for key, money in asked.budgets.items()})
    assert {key for key, _ in worst} == {effect.account for effect in effects}
    for (key, money), each in worst.items():
        assert money == asked.budgets[key]
        chances = [effect.gap_probability for effect in effects if effect.account == key]
        assert each.gap_probability == max(chances)
        here = _effect(name, key, each.assumption, each.at)
        assert here.gap_probability == each.gap_probability


@pytest.mark.parametrize("name", ENGINES)
def test_an_account_that_gives_everything_is_short_at_its_worst_and_with_plenty_is_not(
    name: str,
) -> None:
    asked, found, _ = _asked(name)
    worst = find_worst_gaps(asked, found, {"skills": [0, 10**12]})
    assert worst["skills", 0].gap_probability > 0.9
    assert worst["skills", 10**12].gap_probability < 1e-6
    assert set(worst) == {("skills", 0), ("skills", 10**12)}
