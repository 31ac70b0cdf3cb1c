"""A random number belongs to its address: seed, name, slot and draw, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest
from demand_sample import ERRORS, SEED

from model.demand.streams import uniforms

N = 40_000
NOISE = ERRORS / N**0.5  # correlation of independent numbers stays within this


def _one(name: str, seed: int = SEED, n: int = N) -> np.ndarray:
    return uniforms(seed, name, 1, 0, n)[0]


def test_a_block_of_draws_is_a_piece_of_the_whole() -> None:
    whole = uniforms(SEED, "pool/award/column", 3, 0, 64)
    for first, count in ((0, 64), (0, 10), (4, 1), (8, 20), (60, 4)):
        piece = uniforms(SEED, "pool/award/column", 3, first, count)
        assert np.array_equal(piece, whole[:, first : first + count])


def test_more_applicants_keep_the_numbers_of_the_first() -> None:
    few, many = (uniforms(SEED, "pool", n, 8, 12) for n in (2, 50))
    assert np.array_equal(many[:2], few)


def test_no_slot_and_no_draw_give_an_empty_array() -> None:
    assert uniforms(SEED, "pool", 0, 0, 8).shape == (0, 8)
    assert uniforms(SEED, "pool", 2, 0, 0).shape == (2, 0)


def test_a_block_starts_at_a_multiple_of_four() -> None:
    with pytest.raises(ValueError, match="a block of draws must start at a multiple of 4"):
        uniforms(SEED, "pool", 1, 2, 4)


def test_numbers_are_uniform_in_zero_to_one() -> None:
    numbers = uniforms(SEED, "uniform", 8, 0, N // 8).ravel()
    assert numbers.min() >= 0
    assert numbers.max() < 1
    counts = np.histogram(numbers, bins=50, range=(0, 1))[0]
    surprise = float(np.sum((counts - N / 50) ** 2) / (N / 50))  # chi-square, 49 degrees
    assert 49 - ERRORS * 98**0.5 < surprise < 49 + ERRORS * 98**0.5
    assert abs(float(np.mean(numbers)) - 0.5) < ERRORS / (12 * N) ** 0.5


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("pool/count", SEED), ("pool/covered", SEED)),
        (("pool/a/x", SEED), ("pool/b/x", SEED)),
        (("pool/count", SEED), ("pool/count", SEED + 1)),
        (("pool/count", 1), ("pool/count", 11)),
    ],
)
def test_other_names_and_seeds_give_independent_numbers(
    one: tuple[str, int], other: tuple[str, int]
) -> None:
    assert abs(np.corrcoef(_one(*one), _one(*other))[0, 1]) < NOISE


def test_slots_are_independent_of_each_other_and_draws_of_the_next() -> None:
    slots = uniforms(SEED, "slots", 6, 0, N)
    apart = np.corrcoef(slots)[~np.eye(6, dtype=bool)]
    assert np.abs(apart).max() < NOISE
    for lag in (1, 2, 3, 4, 8):
        assert abs(np.corrcoef(slots[0, lag:], slots[0, :-lag])[0, 1]) < NOISE * 1.01
    across = uniforms(SEED, "slots", 2_000, 0, 40)
    assert abs(np.corrcoef(across[1:].ravel(), across[:-1].ravel())[0, 1]) < NOISE


def test_no_two_addresses_share_a_number() -> None:
    numbers = np.concatenate([_one(f"pool{i}/count", n=2_000) for i in range(10)])
    assert len(np.unique(numbers)) == len(numbers)
