"""The plan that is best when some assumptions turn out at their worse end at the same time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product

from model.allocation.robust import RobustPlan, Worlds, find_robust
from model.demand.ranges import ENDS
from model.finding_out import Ends, LikeProblems


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Robustness:
    """The robust plan, and what it was made safe against.

    Attributes:
        at_once: how many assumptions may be at their low or high at the same time.
        among: the assumptions that may, strongest first.
        plan: worlds are named by the assumptions that have moved; () is all central.
    """

    at_once: int
    among: tuple[str, ...]
    plan: RobustPlan[Ends]


def find_robust_plan(
    likes: LikeProblems, strongest_first: Iterable[str], at_once: int, strongest: int
) -> Robustness:
    """The plan of least worst cost over every set of at most `at_once` assumptions at an end.

    Args:
        strongest_first: assumptions that touch accounts of the problem, by what they move.
        strongest: how many of them may move; the others stay central.

    Raises:
        InputError: no plan meets the limits.
    """
    among = tuple(strongest_first)[:strongest]
    worlds = Worlds(names=end_sets(among, at_once), world=likes.at)
    return Robustness(at_once=at_once, among=among, plan=find_robust(worlds))


def end_sets(assumptions: tuple[str, ...], at_once: int) -> tuple[Ends, ...]:
    """Every set of at most so many assumptions, each at its low or high; the empty one first.

    >>> end_sets(("a", "b"), 1)
    ((), (('a', 'low'),), (('a', 'high'),), (('b', 'low'),), (('b', 'high'),))
    """
    return tuple(
        tuple(zip(chosen, ends, strict=True))
        for size in range(at_once + 1)
        for chosen in combinations(assumptions, size)
        for ends in product(ENDS, repeat=size)
    )
