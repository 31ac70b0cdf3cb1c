"""A forecast in fixed names: totals of accounts, months and awards; no name of any applicant."""

from __future__ import annotations

from calendar import monthrange
from importlib.metadata import version

from model.foreseeing import SHARES, AccountForecast, AwardForecast, Forecast, MonthForecast
from model.recording.accounts import run_out
from model.recording.estimates import Entry
from model.recording.transfers import record_transfer

FORECAST_VERSION = 1


def record_forecast(forecast: Forecast) -> Entry:
    """Everything the forecast says: money in whole yuan, chances from 0 to 1."""
    scenario, seen = forecast.scenario, forecast.seen
    return {
        "forecast_version": FORECAST_VERSION,
        "product_version": version("policy-budget"),
        "scenario": scenario.name,
        "inputs": [{"name": name, "sha256": digest} for name, digest in scenario.inputs],
        "paper_year": scenario.document.title.year,
        "as_of": seen.as_of.isoformat(),
        "seed": scenario.settings.seed,
        "draws": forecast.draws,
        "sizes_like": scenario.settings.forecast.sizes_like,
        "claims": {
            "counted": sum(map(len, seen.months.values())),
            "later": seen.later,
            "other_year": seen.other_year,
            "undated": seen.undated,
        },
        "accounts": [_account(forecast, each) for each in forecast.accounts],
        "months": [_month(each, month) for each in forecast.accounts for month in each.months],
        "awards": [_award(forecast, each) for each in forecast.awards],
        "shocks": [
            {
                "times": dict(start.times),
                "weight_at_start": round(start.weight, 6),
                "weight_now": round(now.weight, 6),
            }
            for start, now in forecast.shocks
        ],
        "plan": {
            "status": forecast.replan.plan.status,
            "transfers": [
                record_transfer(scenario, each) for each in forecast.replan.plan.transfers
            ],
            "clashes": [
                {"short_yuan": clash.short_yuan, "limits": [e.says_zh for e in clash.limits]}
                for clash in forecast.replan.plan.clashes
            ],
        },
    }


def _account(forecast: Forecast, each: AccountForecast) -> Entry:
    scenario, replan = forecast.scenario, forecast.replan
    spec = scenario.book.accounts[each.account]
    low, high = each.gap_range
    after = replan.after[each.account]
    return {
        "id": each.account,
        "name_zh": spec.name_zh,
        "name_en": spec.name_en,
        "as_of_month": _months_passed(forecast),
        "only_claims": each.only_claims,
        "budget_yuan": each.risk.budget_yuan,
        "committed_yuan": each.risk.committed_yuan,
        "available_yuan": each.risk.available_yuan,
        "claims": each.claims,
        "claimed_yuan": each.claimed_yuan,
        "due_yuan": each.due_yuan,
        "year_mean_at_start_yuan": round(each.start.demand_mean_yuan.value),
        "year_sd_at_start_yuan": round(each.start.demand_sd_yuan.value),
        "year_mean_yuan": round(each.risk.demand_mean_yuan.value),
        "year_sd_yuan": round(each.risk.demand_sd_yuan.value),
        **{f"year_p{s:02}_yuan": yuan for s, yuan in zip(SHARES, each.year_yuan, strict=True)},
        "gap_probability_at_start": round(each.start.gap_probability.value, 6),
        "gap_probability": round(each.risk.gap_probability.value, 6),
        "gap_probability_low": round(low, 6),
        "gap_probability_high": round(high, 6),
        "expected_unpaid_yuan": round(each.risk.expected_unpaid_yuan.value),
        "expected_idle_yuan": round(each.risk.expected_idle_yuan.value),
        **run_out(each.run_out),
        "after_plan_yuan": after.budget_yuan,
        "gap_probability_after_plan": round(after.gap_probability.value, 6),
        "expected_unpaid_after_plan_yuan": round(after.expected_unpaid_yuan.value),
    }


def _months_passed(forecast: Forecast) -> float:
    """The end of the day as a place on an axis of months: 12 is the year's end."""
    day = forecast.seen.as_of
    return round(day.month - 1 + day.day / monthrange(day.year, day.month)[1], 4)


def _month(each: AccountForecast, month: MonthForecast) -> Entry:
    return {
        "account": each.account,
        "month": month.month,
        "known": month.known,
        **{f"p{s:02}_yuan": yuan for s, yuan in zip(SHARES, month.asked_yuan, strict=True)},
        "run_out_probability": round(each.run_out[month.month - 1], 6),
    }


def _award(forecast: Forecast, each: AwardForecast) -> Entry:
    award = forecast.scenario.document.costed()[each.award]
    pool = forecast.scenario.book.pool_of()[each.award]
    seen = each.mean_payout_seen
    return {
        "id": each.award,
        "name_zh": award.name_zh,
        "name_en": award.name_en,
        "account": forecast.scenario.account_of_award()[each.award],
        "pool": pool,
        "calendar": forecast.scenario.book.pools[pool].claims[each.award].calendar,
        "claims": each.claims,
        "claimed_yuan": each.claimed_yuan,
        "share_expected_by_now": round(each.share_come, 6),
        "claims_expected_by_now": round(each.expected_by_now, 4),
        "year_claims_at_start": round(each.year_at_start, 4),
        "year_claims_now": round(each.year_now, 4),
        "mean_payout_assumed_yuan": round(each.mean_payout_assumed),
        "mean_payout_seen_yuan": None if seen is None else round(seen),
        "size_weight_seen": round(each.size_weight, 6),
        "year_mean_now_yuan": round(each.year_yuan_now),
        "covered": each.covered,
        "beyond_bounds": each.beyond_bounds,
    }
