"""Estimates as a record writes them: money in whole yuan, chances to six decimals, `_se` beside."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from model.risk import AccountRisk, Estimate

Entry = dict[str, Any]


def estimate(name: str, value: Estimate) -> Entry:
    """The value under its name and its sampling error under ``name_se``."""
    if name.endswith("_yuan"):
        return {name: round(value.value), f"{name}_se": round(value.se)}
    return {name: round(value.value, 6), f"{name}_se": round(value.se, 6)}


def account_risk(risk: AccountRisk) -> Entry:
    """Every field of a risk, estimates with their errors, in the order of the record."""
    entry: Entry = {}
    for field in fields(AccountRisk):
        value = getattr(risk, field.name)
        entry |= estimate(field.name, value) if isinstance(value, Estimate) else {field.name: value}
    return entry
