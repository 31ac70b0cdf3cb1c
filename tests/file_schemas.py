"""The keys that a user may write, section by section, as the models themselves have them.

A section maps each key to its form in words and to what holds where it is left out.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from pydantic_core import PydanticUndefined

from model.allocation_settings import (
    ChanceLimits,
    DomainChance,
    JointChance,
    Part,
    PaymentRule,
    Reserve,
    Robustness,
)
from model.allotment_settings import AllotmentRule, AllotmentSettings
from model.claims_settings import ClaimsSettings
from model.demand import attributes, calendar, figures, pools
from model.forecast_settings import ForecastSettings
from model.inputs import Header
from model.money import format_money, format_rate
from model.policy import awards, document
from model.settings import (
    AllocationSettings,
    Approval,
    Approvals,
    Group,
    Settings,
    TransferWish,
    Verdicts,
)
from model.strict import Money, Rate, StrictModel, UnsignedRate

Keys = dict[str, tuple[str, str]]
PLAIN = {str: "text", int: "whole number", float: "number", bool: "`true` or `false`"}
NAMED: tuple[tuple[Any, str], ...] = (
    (Money, "money"),
    (Part, "rate up to 100%"),
    (UnsignedRate, "rate"),
    (Rate, "rate, also negative"),
    (Any, "any"),
)


def form_of(hint: Any) -> str:
    """A type in the words of the guide."""
    for known, word in NAMED:
        if hint == known:
            return word
    origin, parts = get_origin(hint), get_args(hint)
    if origin in BUILT:
        return BUILT[origin](parts)
    if hasattr(hint, "__metadata__"):
        return form_of(parts[0])
    for kind, word in ((figures.Figure, "figure"), (StrictModel, "group")):
        if isinstance(hint, type) and issubclass(hint, kind):
            return word
    return PLAIN.get(hint, "value")


def _one_of(parts: tuple[Any, ...]) -> str:
    some = [p for p in parts if p is not type(None) and not (p is int and float in parts)]
    return " or ".join(dict.fromkeys(map(form_of, some)))


def _list_of(parts: tuple[Any, ...]) -> str:
    one = form_of(parts[0])
    return f"list of {one}" if parts[-1] is Ellipsis else f"{len(parts)} × {one}"


BUILT: dict[Any, Callable[[tuple[Any, ...]], str]] = {
    Literal: lambda parts: " or ".join(f"`{word}`" for word in parts),
    Union: _one_of,
    types.UnionType: _one_of,
    tuple: _list_of,
    dict: lambda parts: f"{form_of(parts[1])}, by key",
}


def default_of(field: Any, form: str) -> str:
    """What holds where the key is left out, in the words of the guide."""
    if field.is_required():
        return "required"
    value = field.default
    if value is PydanticUndefined or value is None or value in ("", ()):
        return "—"
    if isinstance(value, StrictModel):
        return "as below"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Fraction):
        return f"`{format_rate(value)}`"
    if form == "money" and isinstance(value, int):
        return f"`{format_money(value)}`"
    if isinstance(value, tuple):
        return f"`[{', '.join(map(str, value))}]`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def keys_of(model: type[StrictModel], without: Iterable[str] = ()) -> Keys:
    """The keys of a model, in order, without those named."""
    hints = get_type_hints(model, include_extras=True)
    found = {}
    for name, field in model.model_fields.items():
        if name not in without:
            form = form_of(hints[name])
            found[field.alias or name] = (form, default_of(field, form))
    return found


def policy_keys() -> dict[str, Keys]:
    keys = {"document": keys_of(document.Title)}
    names = {"domains": "<id>", "clauses": "<number>"}
    for section, model in document.SECTIONS.items():
        keys[f"{section}.{names.get(section, '<id>')}"] = keys_of(model)
    keys["lines.<id>.fund"] = keys_of(document.FundName)
    keys["awards.<id>"] = keys_of(awards.Award)
    keys["awards.<id>, costed"] = keys_of(awards.CostedAward, awards.Award.model_fields)
    keys["….payer"] = keys_of(awards.Payer)
    keys["….columns.<name>"] = keys_of(awards.Column)
    keys["….readings.<letter>"] = keys_of(awards.Reading)
    for kind, model in awards.KINDS.items():
        parent = awards.CostedAward if issubclass(model, awards.CostedAward) else awards.Award
        keys[f"kind {kind}"] = keys_of(model, [*parent.model_fields, "kind"])
    keys["….intensities[]"] = keys_of(awards.Intensity)
    keys["….measures.<column>"] = keys_of(awards.Measure)
    return {section: found for section, found in keys.items() if found}


def pool_keys() -> dict[str, Keys]:
    return {
        "sources.<id>": keys_of(figures.Source),
        "a figure": keys_of(figures.Figure),
        "factors.<id>": keys_of(figures.Factor),
        "factors.<id>.levels[]": keys_of(figures.Factor.Step),
        "pools.<id>": keys_of(pools.Pool),
        "pools.<id>.count": keys_of(pools.Count),
        "pools.<id>.claims.<award>": keys_of(attributes.ClaimSpec),
        "….columns.<name>": keys_of(attributes.Attribute),
        "….size": keys_of(attributes.Size),
        "accounts.<id>": keys_of(pools.AccountSpec),
        "….payment": keys_of(pools.Payment),
        "….committed": keys_of(pools.Committed),
        "calendars.<id>": keys_of(calendar.Calendar),
    }


def scenario_keys() -> dict[str, Keys]:
    return {
        "any scenario": keys_of(Header),
        "a base": keys_of(Settings),
        "verdicts": keys_of(Verdicts),
        "transfers[]": keys_of(TransferWish),
        "allocation": keys_of(AllocationSettings),
        "allocation.payment.<account>": keys_of(PaymentRule),
        "allocation.chance_limits": keys_of(ChanceLimits),
        "….domains.<line>": keys_of(DomainChance),
        "….together": keys_of(JointChance),
        "allocation.reserve": keys_of(Reserve),
        "allocation.robust": keys_of(Robustness),
        "allocation.groups.<id>": keys_of(Group),
        "allocation.approvals": keys_of(Approvals),
        "….approvals.<case>": keys_of(Approval),
        "claims": keys_of(ClaimsSettings),
        "allotment": keys_of(AllotmentSettings),
        "forecast": keys_of(ForecastSettings),
        "allotment.rules.<account>": keys_of(AllotmentRule),
    }
