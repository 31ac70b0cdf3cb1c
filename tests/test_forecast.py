"""The rest of a year whose claims until a day are known: closed forms, draws, the last day."""

from __future__ import annotations

import doctest
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import pytest
from demand_sample import (
    FLAT,
    SURE,
    UP_TO,
    account,
    assert_mean,
    assert_variance,
    book,
    factor,
    pool,
    question,
    size,
    span,
    tiny,
)
from synthetic_years import YEAR, synthetic_years

from model.demand import forecast
from model.demand.calendar import Calendar
from model.demand.exact import make_exact_engine
from model.demand.forecast import Evidence, blended, rest_of, share_come, weigh
from model.demand.forecast_engine import ForecastEngine, make_forecast_engine
from model.demand.payouts import payout_law
from model.demand.question import Question
from model.demand.ranges import find_effects
from model.demand.seen import Seen, month_end, seen_until
from model.errors import InputError
from model.pipeline import make_question
from model.reallocating import reallocate

WAN = 10_000
JUNE = date(YEAR, 6, 30)


def seen_of(claims: Mapping[str, tuple[int, int]], as_of: date = JUNE, month: int = 2) -> Seen:
    """So many claims of each award with so much city money each, all filed in one month."""
    return Seen(
        as_of=as_of,
        months={a: np.full(n, month, dtype=np.int64) for a, (n, _) in claims.items()},
        city_yuan={a: np.full(n, yuan, dtype=np.int64) for a, (n, yuan) in claims.items()},
    )


def flat_question(spread: float = 0.5, money: int = 1_200 * WAN, **more: object) -> Question:
    """Ten claims of 100 wan a year on average, evenly through the year."""
    made = book({"p": pool(10, {"A1": SURE}, count={"spread": spread}, **more)})
    return question(made, {"A1": FLAT}, money, span(2_000))


def engine_of(asked: Question, seen: Seen, sizes_like: float = 20.0) -> ForecastEngine:
    return make_forecast_engine(asked, seen, sizes_like)


def test_the_examples_hold() -> None:
    assert doctest.testmod(forecast).failed == 0


def test_the_year_is_the_facts_and_a_thinned_posterior_count() -> None:
    """Size 4, mean 10, 9 seen by half of the year: mean (4 + 9) / (4 / 10 + 1/2), half of it to
    come.
    """
    seen = seen_of({"A1": (9, 100 * WAN)})
    engine = engine_of(flat_question(), seen)
    come = (4 + 9) / (0.4 + 0.5) * 0.5
    risk = engine.risk("account", 1_200 * WAN, 0.05)
    assert risk.demand_mean_yuan.value == pytest.approx((9 + come) * 100 * WAN)
    variance = come + come**2 / 13
    assert risk.demand_sd_yuan.value == pytest.approx(variance**0.5 * 100 * WAN)
    assert engine.claims_mean(engine.central, "A1") == pytest.approx(9 + come)


def test_on_the_last_day_of_the_year_the_forecast_is_the_fact_exactly() -> None:
    asked = replace(make_question(tiny()), span=span(500))
    filed = synthetic_years(asked, span(1))[0]
    engine = engine_of(asked, seen_until(filed, date(YEAR, 12, 31)))
    for load in asked.loads:
        if not load.awards:
            continue
        claimed = sum(int(filed.city_yuan[filed.award == a].sum()) for a in load.awards)
        stays = 1 - (
            Fraction(0)
            if (lag := asked.book.accounts[load.account].payment_lag) is None
            else lag.at("central")
        )
        fact = claimed * stays.numerator // stays.denominator
        risk = engine.risk(load.account, claimed, 0.05)
        assert risk.demand_mean_yuan.value == fact
        assert risk.demand_sd_yuan.value == 0.0
        assert risk.demand_p50_yuan.value == risk.demand_p99_yuan.value == fact
        assert np.all(engine.years(asked, (load.account,))[:, 0] == fact)
        committed = asked.left(load.account, 0) * -1
        assert engine.risk(load.account, fact + committed, 0.05).gap_probability.value == 0.0
        short = engine.risk(load.account, fact + committed - 1, 0.05)
        assert short.gap_probability.value == pytest.approx(1.0)


def test_what_is_uncertain_shrinks_as_the_year_goes_on() -> None:
    asked = make_question(tiny())
    filed = synthetic_years(asked, span(1, first=8))[0]
    spreads = []
    for month in (0, 3, 6, 9, 11):
        engine = engine_of(asked, seen_until(filed, month_end(YEAR, month)))
        spreads.append(engine.risk("skills", 0, 0.05).demand_sd_yuan.value)
    assert spreads == sorted(spreads, reverse=True)
    assert spreads[-1] == 0.0


def test_nothing_seen_on_the_first_day_leaves_the_year_as_it_was_assumed() -> None:
    """But for the day itself, on which none of the claims of a 366th has come."""
    asked = make_question(tiny())
    start = make_exact_engine(asked)
    engine = engine_of(asked, seen_of({}, date(YEAR, 1, 1)))
    for key in ("building", "skills", "research"):
        one, other = (e.risk(key, 0, 0.05).demand_mean_yuan.value for e in (start, engine))
        assert other == pytest.approx(one, rel=0.01)


def test_what_the_register_does_not_cover_stays_as_it_was_assumed() -> None:
    """One account has claims in the register; the others keep their year, month by month."""
    asked = make_question(tiny())
    seen = replace(seen_of({"B3a": (9, 40 * WAN)}), covers=frozenset({"B3a"}))
    engine, start = engine_of(asked, seen), make_exact_engine(asked)
    for key in ("building", "research"):
        money = asked.budgets[key]
        one, other = (e.risk(key, money, 0.05) for e in (engine, start))
        assert one.demand_mean_yuan.value == pytest.approx(other.demand_mean_yuan.value)
        assert one.gap_probability.value == pytest.approx(other.gap_probability.value, abs=1e-9)
        assert engine.run_out(key, money) == pytest.approx(start.run_out(key, money), abs=1e-9)
    assert engine.risk("skills", 0, 0.05) != start.risk("skills", 0, 0.05)
    assert [s.weight for s in engine.book.shocks] == [s.weight for s in start.book.shocks]


def test_a_shock_is_weighed_by_how_likely_it_makes_the_counts() -> None:
    """Poisson 8 or 12 claims, half of them by now: 9 seen are likelier under the many."""
    claims = {"A1": SURE}
    made = book(
        {"p": pool(10, claims, factors={"f": "count"})},
        factors={"f": factor((0.8, 0.5), (1.2, 0.5))},
    )
    asked = question(made, {"A1": FLAT}, 0, span(2_000))
    shocks, _ = weigh(asked, seen_of({"A1": (9, 1)}))
    few, many = (np.exp(-mean) * mean**9 for mean in (4.0, 6.0))
    assert [shock.weight for shock in shocks] == pytest.approx(
        [few / (few + many), many / (few + many)]
    )


def test_joint_draws_have_the_laws_and_the_joint_shocks_they_come_from() -> None:
    """Two accounts under shocks that the counts have tied together: means, and the mean product."""
    pools = {
        "p": pool(10, {"A1": SURE}, factors={"f": "count", "g": "count"}),
        "q": pool(10, {"A2": SURE}, factors={"f": "count"}),
    }
    made = book(
        pools,
        factors={"f": factor((0.5, 0.5), (1.5, 0.5)), "g": factor((0.5, 0.5), (1.5, 0.5))},
        accounts={"account": account(), "other": account()},
    )
    asked = question(made, {"A1": FLAT, "A2": FLAT}, 0, span(20_000))
    one = replace(asked.loads[0], awards=("A1",))
    asked = replace(asked, loads=(one, replace(one, account="other", awards=("A2",))))
    asked = replace(asked, budgets={"account": 0, "other": 0})
    engine = engine_of(asked, seen_of({"A1": (4, 100 * WAN), "A2": (5, 100 * WAN)}))
    weights = [shock.weight for shock in engine.book.shocks]
    f_many, g_many = weights[2] + weights[3], weights[1] + weights[3]
    assert abs(weights[3] - f_many * g_many) > 0.02  # the shocks are no longer independent
    drawn = engine.years(asked, ("account", "other"))[:].astype(float)
    laws = [engine.book.part(asked, (award,)).laws for award in ("A1", "A2")]
    for column, each in enumerate(laws):
        mean = sum(w * law.mean_yuan for w, law in zip(weights, each, strict=True))
        assert_mean(drawn[:, column], mean)
    product = sum(w * a.mean_yuan * b.mean_yuan for w, a, b in zip(weights, *laws, strict=True))
    assert_mean(drawn[:, 0] * drawn[:, 1], product)
    by_award = engine.award_years(asked, ("A2", "A1"))[:]
    assert np.array_equal(by_award[:, ::-1], drawn.astype(np.int64))


def test_seen_sizes_weigh_as_their_number_against_the_assumed_ones() -> None:
    """5 claims of 60 wan seen, the assumed 30 wan count as 15: a claim to come is worth 37.5."""
    made = book({"p": pool(10, {"A1": {"approved_yuan": size("30万元", 0.0)}})})
    asked = question(made, {"A1": UP_TO}, 0, span(100))
    seen = seen_of({"A1": (5, 60 * WAN)})
    engine = engine_of(asked, seen, sizes_like=15.0)
    mean = engine.risk("account", 0, 0.05).demand_mean_yuan.value
    assert mean == pytest.approx((5 * 60 + 5 * 37.5) * WAN)
    unmoved = blended(payout_law(np.array([7])), None, 15.0)
    assert unmoved.yuan.tolist() == [7]
    only_seen = engine_of(asked, seen, sizes_like=0.0)
    assert only_seen.look_at_award(asked, "A1") == pytest.approx(10 * 60 * WAN)


def test_claims_of_the_same_applicants_are_known_by_award_and_weighed_together() -> None:
    """Applicants claim two awards; 4 claims of one and 2 of the other have come by June."""
    scenario = tiny()
    asked = make_question(scenario)
    seen = seen_of({"B5a": (4, 100 * WAN), "B5b": (2, 70 * WAN)})
    engine = engine_of(asked, seen)
    whole = rest_of(asked.book, ("B5a", "B5b"), 1.0, Evidence(seen=seen))
    assert whole.more == (0, 2)
    first, second = (engine.claims_mean(asked, award) for award in ("B5a", "B5b"))
    assert first == pytest.approx(second)  # every applicant claims both within the year
    together = engine.book.part(asked, ("B5a", "B5b")).laws[0]
    apart = [engine.book.part(asked, (award,)).laws[0] for award in ("B5a", "B5b")]
    assert together.mean_yuan == pytest.approx(sum(law.mean_yuan for law in apart), rel=1e-6)
    assert together.sd_yuan > sum(law.sd_yuan**2 for law in apart) ** 0.5


def test_draws_of_awards_with_the_same_applicants_hang_together_as_their_laws_do() -> None:
    """Mean and variance of each award and of their sum, where 4 and 2 claims have come."""
    asked = replace(make_question(tiny()), span=span(20_000))
    seen = seen_of({"B5a": (4, 100 * WAN), "B5b": (2, 70 * WAN)})
    engine = engine_of(asked, seen)
    drawn = engine.award_years(asked, ("B5a", "B5b"))[:].astype(float)
    for columns, awards in (((0,), ("B5a",)), ((1,), ("B5b",)), ((0, 1), ("B5a", "B5b"))):
        law = engine.book.part(asked, awards).laws[0]
        total = drawn[:, list(columns)].sum(axis=1)
        assert_mean(total, law.mean_yuan)
        assert_variance(total, law.sd_yuan**2)
    assert np.corrcoef(drawn.T)[0, 1] > 0.4
    few = replace(asked, span=span(4_000))
    assert np.array_equal(engine.award_years(few, ("B5a", "B5b"))[:], drawn[:4_000])


def test_the_whole_reallocation_runs_on_the_updated_year() -> None:
    scenario = tiny()
    asked = replace(make_question(scenario), span=span(100))
    filed = synthetic_years(asked, span(1, first=12))[0]
    engine = engine_of(asked, seen_until(filed, JUNE))
    found = reallocate(scenario, asked, engine, find_effects(asked, engine))
    assert found.plan.status == "optimal"
    assert found.prices is not None
    risks = dict(zip(found.problem.accounts, found.before[0], strict=True))
    for key in ("building", "skills", "research"):
        assert risks[key] == engine.risk(key, asked.budgets[key], found.problem.worst_share)
    assert found.plan.objective_after <= found.plan.objective_before


def test_a_month_that_is_over_is_a_fact_and_the_rest_rises_to_the_year() -> None:
    seen = seen_of({"A1": (9, 100 * WAN)}, date(YEAR, 6, 30), month=2)
    engine = engine_of(flat_question(), seen)
    months = [engine.through("account", month) for month in range(12)]
    assert [law.mean_yuan for law in months[:6]] == [0.0] * 2 + [9e6] * 4
    assert all(law.sd_yuan == 0 for law in months[:6])
    means = [law.mean_yuan for law in months]
    assert means == sorted(means)
    assert means[11] == pytest.approx(engine.risk("account", 0, 0.05).demand_mean_yuan.value)
    chances = engine.run_out("account", 850 * WAN)
    assert chances == pytest.approx([0.0] * 2 + [1.0] * 10)


def test_what_is_paid_by_progress_stays_as_assumed() -> None:
    asked = make_question(tiny())
    engine, start = engine_of(asked, seen_of({})), make_exact_engine(asked)
    money = asked.budgets["health"]
    assert engine.risk("health", money, 0.05) == start.risk("health", money, 0.05)
    assert engine.run_out("health", money) == start.run_out("health", money)
    half = engine.through("health", 5)
    assert half.mean_yuan == pytest.approx(engine.through("health", 11).mean_yuan / 2, rel=1e-6)


def test_claims_before_the_calendar_expects_any_are_the_first_of_the_year() -> None:
    """Ten for certain, all in December: 4 in March leave 6, not 10."""
    late = Calendar.model_validate(
        {"name_zh": "末", "name_en": "late", "mark": "assumed", "why": "假设"}
        | {"shares": (*["0%"] * 11, "100%")}
    )
    spec = {"A1": {"columns": SURE, "calendar": "late"}}
    made = replace(book({"p": pool(10, spec, count={"certain": True})}), calendars={"late": late})
    asked = question(made, {"A1": FLAT}, 0, span(100))
    seen = seen_of({"A1": (4, 100 * WAN)})
    assert share_come(made, "A1", seen) == 0
    assert engine_of(asked, seen).risk("account", 0, 0.05).demand_mean_yuan.value == 1_000 * WAN


def test_a_bound_that_the_facts_have_broken_holds_no_longer_and_is_told() -> None:
    asked = flat_question()
    bounded = pool(10, {"A1": SURE}, count={"spread": 0.5, "ceiling": 5})
    asked = replace(asked, book=replace(asked.book, pools={"p": bounded}))
    engine = engine_of(asked, seen_of({"A1": (9, 100 * WAN)}))
    assert engine.broken == {"p"}
    free = engine_of(flat_question(), seen_of({"A1": (9, 100 * WAN)}))
    assert free.broken == frozenset()
    assert engine.claims_mean(asked, "A1") == pytest.approx(free.claims_mean(free.central, "A1"))


def test_claims_that_are_assumed_not_to_come_are_refused() -> None:
    none = pool(0, {"A1": SURE})
    asked = flat_question()
    asked = replace(asked, book=replace(asked.book, pools={"p": none}))
    with pytest.raises(InputError) as caught:
        engine_of(asked, seen_of({"A1": (2, 100 * WAN)}))
    assert [str(problem) for problem in caught.value.problems] == [
        "pools.p: 2 of A1 ('池') have been claimed, but none are assumed to come."
        " Raise the mean, 'covered' or 'take_up' of pools.p in the scenario."
    ]


def test_the_low_end_of_an_assumption_is_weighed_by_the_same_facts() -> None:
    """The mean at its low moves the forecast less than it moves the assumption."""
    made = book({"p": pool((5, 10, 15), {"A1": SURE}, count={"spread": 0.5})})
    asked = question(made, {"A1": FLAT}, 0, span(100))
    engine, start = engine_of(asked, seen_of({"A1": (9, 100 * WAN)})), make_exact_engine(asked)
    path = "pools.p.count.mean"
    moved = replace(asked, book=engine.likes.at(made, path, "low"))
    before = 1 - start.claims_mean(moved, "A1") / start.claims_mean(asked, "A1")
    now = 1 - engine.claims_mean(moved, "A1") / engine.claims_mean(asked, "A1")
    assert before == pytest.approx(0.5)
    assert 0 < now < 0.25
