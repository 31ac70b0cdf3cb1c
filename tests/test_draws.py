"""A year's demand is the same however it is drawn, and moves only as its inputs move."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from demand_sample import (
    FLAT,
    MATCH,
    SEED,
    SURE,
    UP_TO,
    account,
    assert_mean,
    assert_variance,
    book,
    draw,
    figure,
    load,
    pool,
    real,
    size,
    span,
    tiny,
)

from model.demand.draws import Demand, account_demand, committed_yuan
from model.demand.figures import plain
from model.demand.levels import with_value
from model.demand.microsim import payout_table
from model.demand.numbers import Numbers
from model.demand.pools import PoolBook
from model.demand.ranges import Question
from model.pipeline import make_question

PART = {"base_yuan": size("7万元", 1.2)}


def numbers(count: int) -> Numbers:
    return Numbers(span=span(count), names=())


def _question(count: int, name: str = "tiny") -> Question:
    asked = make_question(tiny() if name == "tiny" else real())
    return replace(asked, span=replace(asked.span, count=count))


def _draw(asked: Question, of: PoolBook | None = None, first: int = 0) -> Demand:
    years = replace(asked.span, first=first)
    return draw(of or asked.book, asked.awards, years, *asked.loads)


def _pieces(asked: Question, counts: tuple[int, ...]) -> list[Demand]:
    firsts = np.cumsum([0, *counts[:-1]]).tolist()
    return [
        _draw(replace(asked, span=replace(asked.span, count=count)), first=first)
        for first, count in zip(firsts, counts, strict=True)
    ]


@pytest.mark.parametrize("name", ["tiny", "real"])
def test_the_size_of_the_blocks_changes_nothing(name: str) -> None:
    whole = _draw(_question(60, name))
    pieces = _pieces(_question(60, name), (4, 36, 20))
    table = np.concatenate([piece.account_yuan for piece in pieces])
    assert np.array_equal(table, whole.account_yuan)
    for award in whole.award_yuan:
        for field in ("award_yuan", "award_claims"):
            parts = [getattr(piece, field)[award] for piece in pieces]
            assert np.array_equal(np.concatenate(parts), getattr(whole, field)[award])


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    """Also across the blocks in which a long run is drawn."""
    short, long = _draw(_question(50)), _draw(_question(2_500))
    assert np.array_equal(long.account_yuan[:50], short.account_yuan)
    late = _draw(_question(100), first=2_400)
    assert np.array_equal(long.account_yuan[2_400:], late.account_yuan)


def test_another_seed_draws_other_years_of_the_same_law() -> None:
    asked = _question(2_000)
    one = _draw(asked).column("building")
    other = _draw(replace(asked, span=replace(asked.span, seed=SEED + 1))).column("building")
    assert not np.array_equal(one, other)
    assert_mean(one - other, 0.0)
    assert abs(np.corrcoef(one, other)[0, 1]) < 5 / 2_000**0.5


def test_an_account_asks_for_the_sum_of_its_awards() -> None:
    asked = _question(200)
    found = _draw(asked)
    building = asked.load("building")
    assert building.awards == ("B2a", "B7a")
    total = sum(found.award_yuan[award] for award in building.awards)
    assert np.array_equal(found.column("building"), total)
    assert found.accounts == tuple(each.account for each in asked.loads)


def test_the_arrays_are_read_only() -> None:
    found = _draw(_question(8))
    for array in (found.account_yuan, found.award_yuan["B2a"], found.award_claims["B2a"]):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1


def test_only_the_pools_of_the_wanted_awards_are_drawn() -> None:
    asked = _question(40)
    part = draw(asked.book, asked.awards, asked.span, load("B2a", key="building"))
    assert list(part.award_yuan) == ["B2a"]
    assert np.array_equal(part.award_yuan["B2a"], _draw(asked).award_yuan["B2a"])


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("pools.factories.count.mean", 26.0),
        ("pools.institutes.count.mean", 10.5),
        ("pools.courses.count.mean", 15.0),
        ("pools.new_schools.count.mean", 5.0),
        ("assumptions.city_share", Fraction(7, 10)),
    ],
)
def test_more_applicants_never_lower_the_demand_of_a_draw(path: str, value: object) -> None:
    asked = _question(400)
    before, after = _draw(asked), _draw(asked, with_value(asked.book, path, value))
    assert (after.account_yuan >= before.account_yuan).all()
    assert (after.account_yuan > before.account_yuan).any()
    for award, claims in before.award_claims.items():
        assert (after.award_claims[award] >= claims).all()


def test_a_lower_cap_never_raises_the_demand_of_a_draw() -> None:
    asked, lower = _question(40, "real"), make_question(real("caps-down-20"))
    before = _draw(asked)
    after = draw(lower.book, lower.awards, asked.span, *lower.loads)
    changed = []
    for award, yuan in before.award_yuan.items():
        assert (after.award_yuan[award] <= yuan).all(), award
        if not np.array_equal(after.award_yuan[award], yuan):
            changed.append(award)
    assert "A19a" in changed
    assert all(getattr(asked.awards[award], "cap", None) is not None for award in changed)


def test_the_mean_of_an_award_is_its_count_times_its_mean_payout() -> None:
    """For every award of the real paper, the mean payout from applicants of other years."""
    asked = _question(1_000, "real")
    found = _draw(asked)
    pools = asked.book.pool_of()
    for award, yuan in found.award_yuan.items():
        other = span(40, first=100_000, seed=asked.span.seed)
        names = (pools[award], award)
        payouts = payout_table(asked.book, asked.awards[award], names, 40, other)
        each = payouts.mean(axis=0)  # applicants of one draw share its factors
        claims = found.award_claims[award]
        error = np.hypot(
            np.std(yuan, ddof=1) / len(yuan) ** 0.5,
            claims.mean() * np.std(each, ddof=1) / len(each) ** 0.5,
        )
        assert abs(yuan.mean() - claims.mean() * payouts.mean()) <= 5 * error, award
        assert yuan.any() or not claims.any(), award


def test_covered_thins_the_count_and_city_pays_cuts_each_payout() -> None:
    of = {"p": pool(30.0, {"X": PART}, covered=figure("100%"))}
    whole = draw(book(of), {"X": MATCH}, span(2_000))
    thin = draw(with_value(book(of), "pools.p.covered", Fraction(1, 3)), {"X": MATCH}, span(2_000))
    assert_mean(thin.award_claims["X"], 10.0)
    assert_mean(thin.award_yuan["X"], 700_000.0)
    half = draw(
        with_value(book(of), "pools.p.city_pays", Fraction(1, 2)), {"X": MATCH}, span(2_000)
    )
    assert np.array_equal(half.award_claims["X"], whole.award_claims["X"])
    lost = whole.award_yuan["X"] - 2 * half.award_yuan["X"]  # at most a yuan for each claim
    assert (lost >= 0).all()
    assert (lost <= whole.award_claims["X"]).all()


def test_a_payment_account_asks_for_its_appropriation_times_a_normal_progress() -> None:
    paying = account(payment={"progress": figure("93%"), "spread": 0.05})
    yuan = account_demand(paying, load(appropriation_yuan=1_000_000_000), {}, numbers(4_000))
    assert yuan.dtype == np.int64
    assert_mean(yuan, 930_000_000)
    assert_variance(yuan / 1e6, 50.0**2)
    assert_mean(yuan > 980_000_000, 0.158655)  # one standard deviation above
    still = account(payment={"progress": figure("93%"), "spread": 0.0})
    certain = account_demand(still, load(appropriation_yuan=1_000_000_001), {}, numbers(4))
    assert set(certain) == {930_000_000}


def test_a_payment_is_never_negative() -> None:
    paying = account(payment={"progress": figure("1%"), "spread": 1.0})
    yuan = account_demand(paying, load(appropriation_yuan=1_000_000), {}, numbers(400))
    assert yuan.min() == 0
    assert yuan.max() > 0


def test_a_payment_comes_on_top_of_the_claims() -> None:
    both = account(payment={"progress": figure("50%"), "spread": 0.0})
    claims = np.array([0, 3, 5, 7], dtype=np.int64)
    yuan = account_demand(both, load("X", appropriation_yuan=100), {"X": claims}, numbers(4))
    assert yuan.tolist() == [50, 53, 55, 57]


def test_payment_lag_moves_a_part_of_the_claims_to_the_next_year() -> None:
    late = account(payment_lag=figure("30%"), payment={"progress": figure("50%"), "spread": 0.0})
    claims = {"X": np.array([0, 3, 5, 7]), "Y": np.array([1, 0, 5, 100])}
    yuan = account_demand(late, load("X", "Y", appropriation_yuan=100), claims, numbers(4))
    assert yuan.tolist() == [50 + paid for paid in (0, 2, 7, 74)]  # 70 % of 1, 3, 10, 107


def test_what_is_committed_is_earlier_years_and_the_reserve() -> None:
    assert committed_yuan(account()) == 0
    both = {"earlier_years": figure("1万元", "2万元", "5万元"), "reserve": figure("3万元")}
    assert committed_yuan(account(committed=both)) == 50_000


def test_other_accounts_and_pools_do_not_change_the_numbers_of_one() -> None:
    """A random number belongs to the applicant, not to the run."""
    alone = book({"p": pool(5.0, {"X": SURE})})
    beside = book(
        {
            "q": pool(9.0, {"Y": PART}),
            "p": pool(5.0, {"X": SURE}),
            "r": pool(1.0, {"Z": {"approved_yuan": size("9万元", 1.0)}}),
        }
    )
    one = draw(alone, {"X": FLAT}, span(40))
    other = draw(beside, {"X": FLAT, "Y": MATCH, "Z": UP_TO}, span(40))
    assert np.array_equal(one.award_yuan["X"], other.award_yuan["X"])


def test_the_real_counts_stay_near_what_their_file_says() -> None:
    """For every pool without a bound: the mean count is mean x covered x take-up x factor."""
    asked = _question(1_000, "real")
    found = _draw(asked)
    checked = 0
    for entry in asked.book.pools.values():
        bounds = (entry.count.floor, entry.count.ceiling)
        if entry.count.certain or bounds != (None, None):
            continue
        expected = plain(entry.count.mean.at("central"))
        expected *= plain(asked.book.shared(entry.covered).at("central"))
        for key, on in entry.factors.items():
            steps = asked.book.factors[key].levels
            expected *= sum(s.times * s.weight for s in steps) if on == "count" else 1.0
        expected *= plain(entry.take_up.at("central")) if entry.take_up is not None else 1.0
        assert_mean(found.award_claims[next(iter(entry.claims))], expected)
        checked += 1
    assert checked > 20
