"""Generating functions at complex points of the unit disc, fast and stable."""

from __future__ import annotations

from math import ceil, sqrt

import numpy as np
from numpy.typing import NDArray

from model.demand.moments import FloatArray

ComplexArray = NDArray[np.complex128]
_IN_CACHE = 1 << 17  # numbers worked on at a time


def power_series(coefficients: FloatArray, points: ComplexArray) -> ComplexArray:
    """The sum of coefficients[k] * z**k at points of the unit disc.

    Powers up to a width by repeated products, one matrix product for all blocks of that width,
    Horner's rule over the blocks.
    """
    width = min(ceil(sqrt(len(coefficients))), 256)
    n_blocks = ceil(len(coefficients) / width)
    padded = np.zeros(n_blocks * width)
    padded[: len(coefficients)] = coefficients
    table = padded.reshape(n_blocks, width)
    at_once = max(_IN_CACHE // max(width, n_blocks), 16)
    found = np.empty_like(points)
    for start in range(0, len(points), at_once):
        part = points[start : start + at_once]
        found[start : start + at_once] = _blocks(table, part)
    return found


def _blocks(table: FloatArray, points: ComplexArray) -> ComplexArray:
    powers = np.ones((table.shape[1], len(points)), dtype=np.complex128)
    for row in range(1, len(powers)):
        np.multiply(powers[row - 1], points, out=powers[row])
    blocks = (table @ powers.view(np.float64)).view(np.complex128)
    step = powers[-1] * points
    found = blocks[-1]
    for block in blocks[-2::-1]:
        found = found * step + block
    return found


def from_polar(log_modulus: FloatArray, angle: FloatArray) -> ComplexArray:
    """exp(log_modulus + i angle); one tangent gives cosine and sine at a quarter of their cost."""
    tangent = np.tan(angle / 2)
    scale = np.exp(log_modulus)
    half = scale / (tangent * tangent + 1)
    found = np.empty(len(angle), dtype=np.complex128)
    np.subtract(2 * half, scale, out=found.real)
    np.multiply(2 * half, tangent, out=found.imag)
    return found
