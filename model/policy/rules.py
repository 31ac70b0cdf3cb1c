"""What an award pays its claims: pure, vectorised and exact to the yuan.

A rule knows the figures of an award and the columns of its claims, and nothing of chance, of
money available or of other claims. Units of the columns: money in fen, numbers in millionths,
yes/no as booleans, grades as the position in the award's list of grades. Thresholds include
their own value. The payout stays an exact fraction until it is rounded down to the yuan, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from model.policy.awards import CostedAward
from model.policy.conditions import Columns, Condition, conditions, first_failures
from model.policy.exact import Ints, floor_ratio
from model.policy.payouts import before_cap, ceiling

__all__ = [
    "Columns",
    "Condition",
    "Entitlement",
    "ceiling",
    "complete",
    "conditions",
    "entitle",
    "floor_ratio",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement:
    """What each claim is entitled to by itself, before rules over several claims.

    Attributes:
        yuan: whole yuan after the claim's own cap; 0 where a condition failed.
        outcome: 0 where all conditions hold, else 1 + the position in `conditions` of the first
            that failed.
    """

    yuan: Ints
    outcome: Ints


def entitle(award: CostedAward, columns: Columns) -> Entitlement:
    """The entitlement of every claim of one award.

    Args:
        award: the rule with the figures that hold (a reading or a scenario may have set them).
        columns: one array for each column of the award that is not text, all of one length. An
            optional column that is blank somewhere comes with ``<column>?given``; an optional
            column may be absent.

    Raises:
        TypeError: a column is not of whole numbers or booleans.
        ValueError: a needed column is absent, or lengths differ.
        OverflowError: a payout lies beyond int64.
    """
    filled, size = complete(award, columns)
    outcome = first_failures(award, filled, size)
    yuan = before_cap(award, filled, size).floor
    if (most := ceiling(award)) is not None:
        yuan = np.minimum(yuan, most)
    yuan = np.where(outcome == 0, yuan, 0)
    for values in (yuan, outcome):
        values.setflags(write=False)
    return Entitlement(yuan=yuan, outcome=outcome)


def complete(award: CostedAward, columns: Columns) -> tuple[dict[str, npt.NDArray[Any]], int]:
    """Every column of the award, checked, blanks as 0 or no; and the number of claims."""
    sizes = {len(values) for values in columns.values()}
    if len(sizes) != 1:
        raise ValueError(f"the columns must be of one length; found {sorted(sizes)}")
    size = sizes.pop()
    filled: dict[str, npt.NDArray[Any]] = {}
    for name, column in award.columns.items():
        if column.type == "text":
            continue
        dtype: Any = np.bool_ if column.type == "bool" else np.int64
        if name not in columns and not column.optional:
            raise ValueError(f"the rule needs the column '{name}'")
        values = columns.get(name, np.zeros(size, dtype))
        if values.dtype != dtype:
            raise TypeError(f"the column '{name}' must be {np.dtype(dtype)}, not {values.dtype}")
        given = columns.get(f"{name}?given", None if name in columns else np.zeros(size, np.bool_))
        filled[name] = values if given is None else np.where(given, values, np.zeros(1, dtype))
        if given is not None:
            filled[f"{name}?given"] = given
    return filled, size
