"""What rows of one applicant or product keep together: caps over rows, and once-only rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from model.policy.awards import CostedAward
from model.policy.exact import INT64_MAX, Bools, Ints, unbounded
from model.policy.payouts import ceiling
from model.register.numbering import rows_of_each
from model.register.spelling import party
from model.register.texts import Texts, chosen, filled
from model.register.texts import group as codes


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """Who claims what, one text for each row in file order; a blank product is never matched."""

    award: Sequence[str]
    applicant: Sequence[str]
    product: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Entitlements after the rules over several rows of one applicant or one product.

    Attributes:
        yuan: what each row keeps.
        over_ceiling: where the applicant's total reached the award's ceiling and cut the row.
        first: the row that got the money of the same product; the row itself where there is none.
    """

    yuan: Ints
    over_ceiling: Bools
    first: Ints


def share_out(awards: Mapping[str, CostedAward], claimed: Claimed, yuan: Ints) -> Shares:
    """What each row keeps when caps and once-only rules hold over rows; in file order.

    A product (under one award, or under awards joined by `once_with`) is paid once, to the first
    row that is paid anything. An applicant's rows of an award with `cap_scope: applicant` keep at
    most its ceiling together. Names are compared without regard to width, case and outer space.

    Args:
        awards: every award that occurs.
        claimed: the rows.
        yuan: what each row is entitled to by itself.
    """
    award, keys = codes(claimed.award, str)
    rows_of = dict(zip(keys, rows_of_each(award, len(keys)), strict=True))
    kept, first = yuan.copy(), np.arange(len(yuan), dtype=np.int64)
    over = np.zeros(len(yuan), np.bool_)
    for group in once_groups(awards):
        own = [rows_of[key] for key in keys if key in group]
        rows = np.sort(np.concatenate([first[:0], *own]))
        rows = rows[kept[rows] > 0]
        product, names = codes(chosen(claimed.product, rows), party)
        known = filled(names)
        rows, product = rows[known[product]], product[known[product]]
        _, at, same = np.unique(product, return_index=True, return_inverse=True)
        first[rows] = rows[at][same]
        kept[rows[first[rows] != rows]] = 0
    for key, rows in rows_of.items():
        most = ceiling(awards[key]) if awards[key].cap_scope == "applicant" else None
        if most is not None:
            rows = rows[kept[rows] > 0]
            rows = rows[_may_be_cut(most, chosen(claimed.applicant, rows), kept[rows])]
            applicant, _ = codes(chosen(claimed.applicant, rows), party)
            cut = _within(most, applicant, kept[rows])
            over[rows] = cut < kept[rows]
            kept[rows] = cut
    for values in (kept, over, first):
        values.setflags(write=False)
    return Shares(yuan=kept, over_ceiling=over, first=first)


def once_groups(awards: Mapping[str, CostedAward]) -> list[set[str]]:
    """The awards under which one product is paid once, those joined by `once_with` together."""
    groups: list[set[str]] = []
    for key, award in awards.items():
        if award.cap_scope != "product" and not award.once_with:
            continue
        group = {key, *award.once_with}
        groups, apart = [g for g in groups if not g & group], [g for g in groups if g & group]
        groups.append(group.union(*apart))
    return groups


def _may_be_cut(most: int, owner: Sequence[str], yuan: Ints) -> Bools:
    """Which amounts may not fit under `most`: those of an owner with several, and too large ones.

    Where two spellings may be of one owner, all of them.
    """
    if not isinstance(owner, Texts) or (owner.odd() | owner.capital()).any():
        return np.ones(len(yuan), np.bool_)
    return owner.recurring() | (yuan > most)


def _within(most: int, owner: Ints, yuan: Ints) -> Ints:
    """Amounts cut so that each owner's keep at most `most` together, the first ones first."""
    order = np.argsort(owner, kind="stable")
    owner = owner[order]
    amounts = yuan[order] if most * len(yuan) <= INT64_MAX else unbounded(yuan[order])
    earlier = np.cumsum(amounts) - amounts
    begins = np.flatnonzero(np.diff(owner, prepend=-1))
    lengths = np.diff(begins, append=len(owner))
    before = earlier - np.repeat(earlier[begins], lengths)
    kept = np.empty_like(yuan)
    kept[order] = np.minimum(np.maximum(most - before, 0), amounts).astype(np.int64)
    return kept
