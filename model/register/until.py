"""A register as it stood at the end of a day: the claims filed later are not yet in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import TypeVar

import numpy as np

from model.register.register import Register

TextT = TypeVar("TextT")


def register_until(register: Register, day: date) -> Register:
    """The rows filed until the day, that day included, in their order; none without a day.

    What is refused or set aside stays as it is. A ceiling or a product that a later claim uses
    takes nothing from an earlier one then.
    """
    good = register.filed <= np.datetime64(day)  # NaT is on no side of any day
    rows = np.flatnonzero(good)
    new = np.cumsum(good) - 1
    parts = {}
    for key, part in register.parts.items():
        stay = good[part.rows]
        if stay.any():
            columns = {name: values[stay] for name, values in part.columns.items()}
            parts[key] = replace(part, rows=new[part.rows[stay]], columns=columns)

    def some(texts: Sequence[TextT]) -> list[TextT]:
        return [texts[row] for row in rows.tolist()]

    return replace(
        register,
        rows=some(register.rows),
        claim=some(register.claim),
        applicant=some(register.applicant),
        award=some(register.award),
        product=some(register.product),
        filed=register.filed[rows],
        places=some(register.places),
        parts=parts,
    )
