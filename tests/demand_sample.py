"""Awards, pools and worlds small enough that their means and variances have a closed form."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from model import pipeline
from model.demand.draws import Demand, Load, draw_demand
from model.demand.engine import Engine
from model.demand.figures import Factor, Share
from model.demand.numbers import Span
from model.demand.pools import AccountSpec, Pool, PoolBook
from model.demand.question import Question
from model.policy.awards import KINDS, CostedAward
from model.scenario import Scenario, load_scenario

TESTS = Path(__file__).parent
TINY = TESTS / "tiny_world"
REAL = TESTS.parent / "scenarios" / "jiaxing-2024"
SEED = 20310102
MANY = 20_000  # draws of a count alone
ERRORS = 5  # standard errors allowed between a simulated value and its closed form
ENGINES = sorted(pipeline.ENGINES)


@cache
def tiny(name: str = "base") -> Scenario:
    """A scenario of the invented paper."""
    return load_scenario(TINY / f"{name}.yaml")


@cache
def real(name: str = "base") -> Scenario:
    """A scenario of the first real paper."""
    return load_scenario(REAL / f"{name}.yaml")


def figure(*levels: float | str | Mapping[str, float]) -> dict[str, Any]:
    """One value, or low, central and high, as a pools file writes them."""
    named = {"name_zh": "数", "name_en": "figure", "mark": "assumed", "why": "假设"}
    if len(levels) == 1:
        return named | {"value": levels[0]}
    return named | dict(zip(("low", "central", "high"), levels, strict=True))


def award(kind: str, columns: Mapping[str, str | Mapping[str, Any]], **figures: Any) -> CostedAward:
    """An invented award; a column is its type, or what the record takes."""
    described = {
        name: {"label_zh": name, **({"type": each} if isinstance(each, str) else each)}
        for name, each in columns.items()
    }
    shape = {"clause": 1, "name_zh": "奖", "anchor": "奖", "cost_status": "costed", "line": "D1"}
    payer = {"level": "city_stated", "says_zh": "市"}
    made = KINDS[kind].model_validate(
        {"kind": kind, "payer": payer, "unit_zh": "家", "columns": described, **shape, **figures}
    )
    assert isinstance(made, CostedAward)
    return made


FLAT = award("flat", {"ok": "bool"}, requires=("ok",), amount="100万元")
UP_TO = award("approved", {"approved_yuan": "money"}, cap="60万元")
MATCH = award("matching", {"base_yuan": "money"}, base_column="base_yuan", ratio="1/1")
SURE = {"ok": {"fixed": True}}


def size(mean: float | str, cv: float, **more: Any) -> dict[str, Any]:
    """A column drawn as a lognormal size."""
    return {"size": {"mean": figure(mean), "cv": cv, **more}}


def pool(
    mean: float | tuple[float, float, float],
    claims: Mapping[str, Mapping[str, Any]],
    *,
    count: Mapping[str, Any] | None = None,
    **more: Any,
) -> Pool:
    """A pool of `mean` applicants, all in the city's charge unless `covered` says otherwise."""
    levels = mean if isinstance(mean, tuple) else (mean,)
    words = {"name_zh": "池", "name_en": "pool", "unit_zh": "家", "area": "全市"}
    shares = {"covered": figure("100%"), "city_pays": figure("100%")}
    specs = {key: spec if "columns" in spec else {"columns": spec} for key, spec in claims.items()}
    counted = {"mean": figure(*levels), "spread": 0.0, **(count or {})}
    return Pool.model_validate({**words, **shares, "count": counted, "claims": specs, **more})


def account(**more: Any) -> AccountSpec:
    """An account without committed money, lag or payment unless given."""
    words = {"name_zh": "户", "name_en": "account", "department_zh": "局", "why": "假设"}
    return AccountSpec.model_validate({**words, "evidence": "rules", **more})


def factor(*levels: tuple[float, float]) -> Factor:
    """A shared shock of (times, weight) levels."""
    steps = tuple(
        {"name_zh": "档", "name_en": "level", "times": times, "weight": weight}
        for times, weight in levels
    )
    return Factor.model_validate({"name_zh": "因", "name_en": "f", "levels": steps, "why": "假设"})


def book(pools: Mapping[str, Pool], **parts: Any) -> PoolBook:
    """A book of these pools; one account, `account`, unless others are given."""
    shares = {key: Share.model_validate(figure(*v)) for key, v in parts.get("shares", {}).items()}
    return PoolBook(
        sources={},
        assumptions=shares,
        factors=parts.get("factors", {}),
        pools=pools,
        accounts=parts.get("accounts", {"account": account()}),
    )


def span(count: int, first: int = 0, seed: int = SEED) -> Span:
    """So many draws under the seed of the tests."""
    return Span(seed=seed, first=first, count=count)


def load(*awards: str, key: str = "account", appropriation_yuan: int = 0) -> Load:
    """What an account pays for."""
    return Load(account=key, awards=awards, appropriation_yuan=appropriation_yuan)


def draw(of: PoolBook, awards: Mapping[str, CostedAward], years: Span, *loads: Load) -> Demand:
    """The demand when one account pays all the awards, or as the loads say."""
    return draw_demand(of, awards, loads or (load(*awards),), years)


def question(
    of: PoolBook, awards: Mapping[str, CostedAward], money: int, years: Span, **more: int
) -> Question:
    """One account pays all the awards from so much money."""
    return Question(
        book=of,
        awards=awards,
        loads=(load(*awards, **more),),
        budgets={"account": money},
        span=years,
    )


def engine(name: str, asked: Question) -> Engine:
    """The engine of that name for the question."""
    return pipeline.ENGINES[name](asked)  # type: ignore[index]


def assert_mean(values: np.ndarray, expected: float) -> None:
    """The mean of the values lies within sampling error of the expected one."""
    error = float(np.std(values, ddof=1)) / len(values) ** 0.5
    found = float(np.mean(values))
    assert abs(found - expected) <= ERRORS * error, (found, expected, error)


def assert_variance(values: np.ndarray, expected: float) -> None:
    """The variance of the values lies within sampling error of the expected one."""
    squares = (values - np.mean(values)) ** 2
    assert_mean(squares, expected * (len(values) - 1) / len(values))
