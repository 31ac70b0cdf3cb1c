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


def from_polar(log_modulus: FloatArray, half_angle: FloatArray) -> ComplexArray:
    """exp(log_modulus + 2i half_angle); both arrays are used up.

    One tangent gives cosine and sine at a quarter of their cost.
    """
    tangent = np.tan(half_angle, out=half_angle)
    scale = np.exp(log_modulus, out=log_modulus)
    double = tangent * tangent
    double += 1
    np.divide(scale, double, out=double)
    double *= 2
    found = np.empty(len(scale), dtype=np.complex128)
    np.subtract(double, scale, out=found.real)
    np.multiply(double, tangent, out=found.imag)
    return found


def power_of_one_plus(below: FloatArray, beside: FloatArray, power: float) -> ComplexArray:
    """(1 + below + i beside) ** power, principal value; both arrays are used up."""
    square = below + 2
    square *= below
    square += beside * beside
    with np.errstate(divide="ignore"):  # a modulus of 0 has the logarithm -inf, as it should
        np.log1p(np.maximum(square, -1.0, out=square), out=square)
    square *= power / 2
    below += 1
    angle = np.arctan2(beside, below, out=beside)
    angle *= power / 2
    return from_polar(square, angle)
