"""Which of its awards an applicant keeps where a scenario lets nobody hold several at once.

The paper is silent on stacking. An award here is all that one holder (an applicant, or one of its
projects) gets under it; of the awards in a group the holder keeps the one that gives most, and of
equals the one that comes first in the register.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.policy.exact import INT64_MAX, Ints, unbounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacking:
    """The awards of which a holder keeps one.

    Attributes:
        groups: each a set of awards; no award is in two of them.
        per_project: whether each named project is a holder of its own, instead of the applicant;
            a claim that names no project then stands alone.
    """

    groups: tuple[frozenset[str], ...] = ()
    per_project: bool = False


ALL = Stacking()


def keep_highest(groups: Sequence[Ints], holder: Ints, award: Ints, yuan: Ints) -> Ints:
    """For each row the first row of the award that its holder keeps; itself if that is its award.

    Args:
        groups: the numbers of the awards in each group.
        holder: the number of each row's holder; below 0 where the row stands alone.
        award: the number of each row's award.
        yuan: what each row is entitled to, whole yuan, 0 or more.
    """
    instead = np.arange(len(yuan), dtype=np.int64)
    for group in groups:
        rows = np.flatnonzero(np.isin(award, group) & (yuan > 0) & (holder >= 0))
        kept_at = _first_of_highest(holder[rows], award[rows], yuan[rows])
        cut = award[rows] != award[rows[kept_at]]
        instead[rows[cut]] = rows[kept_at[cut]]
    return instead


def _first_of_highest(holder: Ints, award: Ints, yuan: Ints) -> Ints:
    """For each row the first row of the award that gives its holder most."""
    if not len(yuan):
        return np.zeros(0, np.int64)
    pair = holder * (int(award.max()) + 1) + award
    _, first, of_row = np.unique(pair, return_index=True, return_inverse=True)
    amounts = yuan if int(yuan.max()) * len(yuan) <= INT64_MAX else unbounded(yuan)
    total = np.zeros(len(first), amounts.dtype)
    np.add.at(total, of_row, amounts)
    # By holder, the highest total first, of equals the one that comes first.
    order = np.array(
        sorted(range(len(first)), key=lambda at: (holder[first[at]], -total[at], first[at])),
        np.int64,
    )
    holders, begins = np.unique(holder[first[order]], return_index=True)
    best: Ints = first[order[begins]][np.searchsorted(holders, holder)]
    return best


def holders(applicant: Sequence[str], product: Sequence[str], *, per_project: bool) -> Ints:
    """The number of each row's holder; -1 where a project is asked for and none is named.

    Args:
        applicant, product: names by which two spellings are the same; blank where there is none.
    """
    numbers: dict[tuple[str, str], int] = {}
    if not per_project:
        named = [(name, "") for name in applicant]
    else:
        named = list(zip(applicant, product, strict=True))
    found = [
        -1 if per_project and not name[1] else numbers.setdefault(name, len(numbers))
        for name in named
    ]
    return np.array(found, np.int64)
