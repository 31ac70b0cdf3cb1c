"""Random numbers with an address: the same seed, name, slot and draw give the same number always.

A random number belongs to the applicant (the slot in a pool and the draw), not to the call.
Therefore a scenario that changes nothing differs by exactly 0, a larger pool keeps the applicants
of the smaller one, and neither block size nor the number of workers changes a digit. Philox is
counter based: the address is its key and counter.
"""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BLOCK = 4  # a Philox counter step yields four doubles, so blocks of draws start at multiples of it


def uniforms(seed: int, name: str, n_slots: int, first_draw: int, n_draws: int) -> FloatArray:
    """Independent uniform numbers in [0, 1): array[slot, draw].

    Args:
        name: what the numbers are for, for example ``pool/award/column``.
        first_draw: a multiple of 4.

    Raises:
        ValueError: `first_draw` is not a multiple of 4.
    """
    if first_draw % BLOCK:
        raise ValueError("a block of draws must start at a multiple of 4")
    key = int.from_bytes(blake2b(f"{seed}/{name}".encode(), digest_size=8).digest(), "little")
    numbers = np.empty((n_slots, n_draws))
    for slot in range(n_slots):
        bits = np.random.Philox(key=np.array([key, slot], dtype=np.uint64))
        bits.advance(first_draw // BLOCK)
        numbers[slot] = np.random.Generator(bits).random(n_draws)
    return numbers
