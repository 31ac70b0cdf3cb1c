"""Equal keys are numbered and found again as a dictionary does it."""

from __future__ import annotations

import numpy as np
import pytest

from model.register.numbering import numbered, recurring, rows_of_each


@pytest.mark.parametrize("kinds", [1, 2, 31, 256, 257, 5000])
@pytest.mark.parametrize("size", [0, 1, 20, 9000])
def test_keys_are_numbered_by_first_occurrence(kinds, size):
    rng = np.random.default_rng(kinds)
    keys = rng.integers(0, 2**64, kinds, dtype=np.uint64)[rng.integers(0, kinds, size)]
    numbers: dict[int, int] = {}
    expected = [numbers.setdefault(key, len(numbers)) for key in keys.tolist()]
    codes, first = numbered(keys)
    assert codes.tolist() == expected
    assert keys[first].tolist() == list(numbers)
    assert [rows.tolist() for rows in rows_of_each(codes, len(numbers))] == [
        [row for row, code in enumerate(expected) if code == each] for each in range(len(numbers))
    ]


@pytest.mark.parametrize("step", [1, 1 << 8, 1 << 40, 1 << 56])
def test_keys_that_recur_are_all_found_and_few_others(step):
    keys = np.arange(20_000, dtype=np.uint64) * np.uint64(step)
    keys[::100] = keys[1::100]
    _, places, counts = np.unique(keys, return_inverse=True, return_counts=True)
    found = recurring(keys)
    assert found[counts[places] > 1].all()
    if step < 1 << 49:  # of keys that differ at all
        assert found.mean() < 0.2
