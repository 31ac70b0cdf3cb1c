"""The word for an account's risk, and the warnings that belong to it."""

from __future__ import annotations

from model.demand.breakeven import BreakEven
from model.demand.engine import Engine
from model.demand.exceeding import find_exceedance
from model.demand.ranges import Effect
from model.outcome import Judgement
from model.policy.awards import CostedAward
from model.risk import AccountRisk
from model.scenario import Scenario


def judge_account(
    scenario: Scenario,
    account: str,
    engine: Engine,
    effects: tuple[Effect, ...],
    break_evens: tuple[BreakEven, ...],
) -> Judgement:
    """The account's risk at the adopted budget, its verdict and its warnings."""
    spec = scenario.book.accounts[account]
    share = float(scenario.settings.allocation.worst_share)
    budget = scenario.budget_of(account)
    risk = engine.risk(account, budget, share)
    known = spec.evidence != "assumed"
    return Judgement(
        account=account,
        risk=risk,
        run_out=engine.run_out(account, budget),
        exceedance=find_exceedance(engine.look(engine.central, account), risk) if known else (),
        verdict=_verdict(scenario, risk) if known else "unknown",
        effects=tuple(effect for effect in effects if effect.account == account),
        break_evens=break_evens,
        warnings=_warnings(scenario, account),
    )


def _verdict(scenario: Scenario, risk: AccountRisk) -> str:
    marks = scenario.settings.verdicts
    # Both sides as floats: the float nearest to 3/10 lies below the fraction 3/10.
    if risk.gap_probability.value >= float(marks.short):
        return "short"
    if risk.gap_probability.value >= float(marks.tight):
        return "tight"
    return "idle" if risk.used_share_p50 < float(marks.idle_below) else "ample"


def _promises(n: int) -> str:
    return "1 promise" if n == 1 else f"{n} promises"


def _warnings(scenario: Scenario, account: str) -> tuple[tuple[str, str], ...]:
    spec = scenario.book.accounts[account]
    paying = scenario.account_of_award()
    open_promises = [
        award
        for award, entry in scenario.document.awards.items()
        if paying[award] == account
        and not isinstance(entry, CostedAward)
        and entry.cost_status != "other_payer"
    ]
    found = []
    reserve = spec.committed.reserve.at("central") if spec.committed is not None else 0
    if open_promises and reserve == 0:
        names = "、".join(scenario.document.awards[award].name_zh for award in open_promises)
        found.append(
            (
                f"本账户还要支付{len(open_promises)}项没有写明金额的事项（{names}），没有预留资金",
                f"it also pays {_promises(len(open_promises))} without a printed amount"
                f" ({', '.join(open_promises)}), unreserved",
            )
        )
    if spec.evidence == "assumed":
        found.append(
            (
                f"没有公开数据可以测算应兑现额：{spec.why}",
                "No published figure supports the demand on this account: "
                + (spec.why_en or spec.why),
            )
        )
    return tuple(found)
