"""What one claim of a pool is worth: its columns from random numbers, its payout from the rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from scipy import special

from model.demand.attributes import Attribute, Size
from model.demand.figures import plain
from model.demand.pools import ClaimSpec
from model.demand.streams import FloatArray
from model.policy.awards import CostedAward, Grades, PerUnit
from model.policy.rules import entitle

IntArray = NDArray[np.int64]
ColumnArray = NDArray[np.int64] | NDArray[np.bool_]
FEN = 100
MILLIONTHS = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Claims to be worked out: how many, their random numbers by column, their size factor.

    Attributes:
        numbers: column name -> uniform numbers in [0, 1), array[claim]; each column is asked once.
        size_factor: what a shared shock multiplies the size of each claim by, array[claim].
        draw: the draw that each claim belongs to, array[claim]; empty where there are none.
    """

    size: int
    numbers: Callable[[str], FloatArray]
    size_factor: FloatArray
    draw: IntArray = field(default_factory=lambda: np.zeros(0, dtype=np.int64))


def claim_payouts(award: CostedAward, spec: ClaimSpec, sample: Sample) -> IntArray:
    """What the rule gives each claim of the sample, in yuan, before the city's part is taken."""
    yuan = entitle(award, draw_columns(award, spec, sample)).yuan
    if spec.repeats is not None and (award.cap_scope != "claim") and pays_once(award):
        again = sample.numbers("repeats") < plain(spec.repeats.at("central"))
        yuan = np.where(again, 0, yuan)
    return yuan


def draw_columns(award: CostedAward, spec: ClaimSpec, sample: Sample) -> dict[str, ColumnArray]:
    """The columns of every claim of the sample, as `entitle` takes them."""
    values: dict[str, FloatArray] = {}
    for name, attribute in spec.columns.items():
        values[name] = _draw_column(name, attribute, award, sample, values)
    columns = {name: _as_column(award.columns[name].type, drawn) for name, drawn in values.items()}
    for name, column in award.columns.items():
        if column.type != "text" and name not in columns:
            columns[name] = np.zeros(sample.size, dtype=bool if column.type == "bool" else np.int64)
            columns[f"{name}?given"] = np.zeros(sample.size, dtype=bool)
    return columns


def pays_once(award: CostedAward) -> bool:
    """Whether a once-only rule is in force: once for each applicant, or once with another award."""
    return award.cap_scope == "applicant" or bool(award.once_with)


def _draw_column(
    name: str,
    attribute: Attribute,
    award: CostedAward,
    sample: Sample,
    earlier: Mapping[str, FloatArray],
) -> FloatArray:
    if attribute.fixed is not None:
        return np.full(sample.size, float(attribute.fixed))
    chance = sample.numbers(name)
    if attribute.yes is not None:
        return (chance < plain(attribute.yes.at("central"))).astype(float)
    if attribute.mix is not None:
        mix = attribute.mix.at("central")
        assert isinstance(award, Grades)
        edges = np.cumsum([mix.get(grade, 0.0) for grade in award.grades])
        codes = np.searchsorted(edges, chance * edges[-1], side="right")
        return np.minimum(codes, len(edges) - 1).astype(float)
    assert attribute.size is not None
    # A shared shock moves what is measured in money or units, never a rate.
    scaled = award.columns[name].type == "money" or isinstance(award, PerUnit)
    factor = sample.size_factor if scaled else np.ones(sample.size)
    return _draw_size(attribute.size, chance, factor, earlier)


def _draw_size(
    size: Size, chance: FloatArray, factor: FloatArray, earlier: Mapping[str, FloatArray]
) -> FloatArray:
    sigma = np.sqrt(np.log1p(size.cv**2))
    mean = plain(size.mean.at("central"))
    drawn = mean * np.exp(sigma * special.ndtri(chance) - sigma**2 / 2)
    if size.times is not None:
        drawn = earlier[size.times] * (drawn + 1 if size.plus_one else drawn)
    else:
        drawn = drawn * factor
    if size.at_least is not None or size.at_most is not None:
        drawn = np.clip(drawn, size.at_least, size.at_most)
    return drawn


def _as_column(kind: str, drawn: FloatArray) -> NDArray[np.int64] | NDArray[np.bool_]:
    if kind == "bool":
        return drawn > 0.5
    if kind == "choice":
        return drawn.astype(np.int64)
    if kind == "money":
        return np.rint(drawn).astype(np.int64) * FEN
    return np.rint(drawn * MILLIONTHS).astype(np.int64)


def city_part(yuan: IntArray, share: Fraction) -> IntArray:
    """The city's part, rounded down to the yuan."""
    return yuan if share == 1 else yuan * share.numerator // share.denominator
