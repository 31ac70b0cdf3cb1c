"""The chance that a year asks an account for more than some money, as points of a curve."""

from __future__ import annotations

from model.demand.engine import View
from model.money import WAN
from model.risk import AccountRisk

POINTS = 30
# So many standard deviations below the mean hardly any year asks for less.
_BELOW = 3.0


def find_exceedance(view: View, risk: AccountRisk) -> tuple[tuple[int, float], ...]:
    """About thirty sums in yuan, rising, each with the chance that the year asks for more.

    Evenly spaced whole 万元 from three standard deviations below the mean, but not below nothing,
    to as far above the 99 % as that lies above the 95 %; the available money where it lies between.
    """
    p95, p99 = round(risk.demand_p95_yuan.value), round(risk.demand_p99_yuan.value)
    low = max(0, round(risk.demand_mean_yuan.value - _BELOW * risk.demand_sd_yuan.value))
    high = p99 + max(p99 - p95, WAN)
    step = -(-(high - low) // (POINTS - 1) // WAN) * WAN
    first = low // WAN * WAN
    sums = {first + place * step for place in range(POINTS)}
    if first < risk.available_yuan < max(sums):
        sums.add(risk.available_yuan)
    return tuple((yuan, view.gap(yuan)) for yuan in sorted(sums))
