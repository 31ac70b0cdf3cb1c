"""What a linear programme says to the same claims, and how far it is from the closed form.

The closed forms of the rules are exact and fast; the programme knows only the limits and what the
rule wants. Claims that a rule treats alike stand as one, so that a hundred thousand claims are a
few variables; where too many differ, there is no second opinion.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from model.allocation.allotment import split_exactly
from model.allocation.asked import Asked
from model.allocation.lp_claims import pay_by_programme
from model.risk import FloatArray, IntArray

MOST_LEVELS = 400  # kinds of claims under a rule with a level: each may need a programme of its own
MOST_QUEUED = 2_000
MOST_YUAN = 10**11  # beyond it a solver, which counts in floats, no longer sees half a yuan
BY_AWARD = ("pro_rata", "priority", "flagship_first", "guaranteed", "smallest_ratio")


def apart_yuan(asked: Asked) -> float | None:
    """The greatest difference between the two, in yuan; None where the claims are too many
    or too large for a solver.

    Under the rules of `BY_AWARD` of what an award gets in all, else of what a claim gets.

    Raises:
        BudgetError: the programme has no optimum.
    """
    if asked.total() > MOST_YUAN:
        return None
    exact = np.array([float(part) for part in split_exactly(asked).fractions()])
    if asked.rule in BY_AWARD:
        sums = np.bincount(asked.award, exact, len(asked.awards))
        return _greatest(pay_by_programme(_by_award(asked)) - sums)
    if asked.rule == "first_come":
        many = len(exact) > MOST_QUEUED
        return None if many else _greatest(pay_by_programme(asked) - exact)
    first, counts = _kinds(asked)
    if len(first) > MOST_LEVELS:
        return None
    return _greatest(pay_by_programme(asked.only(first, asked.money_yuan), counts) - exact[first])


def _greatest(difference: FloatArray) -> float:
    return float(np.abs(difference).max(initial=0.0))


def _by_award(asked: Asked) -> Asked:
    """Each award as one claim: within an award these rules give everybody the same part."""
    positions = np.arange(len(asked.awards))
    sums = np.array(asked.by_award(asked.claims_yuan), np.int64)
    return replace(asked, claims_yuan=sums, award=positions, place=positions)


def _kinds(asked: Asked) -> tuple[IntArray, IntArray]:
    """The first claim of each award and amount, and how many there are of it."""
    pairs = np.stack([asked.award, asked.claims_yuan], axis=1)
    _, first, counts = np.unique(pairs, axis=0, return_index=True, return_counts=True)
    return first.astype(np.int64), counts.astype(np.int64)
