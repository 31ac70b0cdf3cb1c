"""Where the bands of the money map run: printed lines on the left, money counted once on the right.

Lengths are millimetres from the top of the drawing; nothing is drawn here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_LABEL = 3.6
_HEADING = 5.0
_THINNEST = 0.7
_GAP = 0.6
# With its title and caption it must stay on one page.
_TALLEST = 205.0

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A printed line, a fund, or the heading of a domain (then with height 0)."""

    id: str
    top: float
    height: float
    yuan: int
    times_printed: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """One fund as printed in one line: from (left, left + height) to the whole of its fund."""

    line: str
    fund: str
    left: float
    right: float
    height: float
    times_printed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """The whole map; `height` is the taller side."""

    domains: tuple[Node, ...]
    lines: tuple[Node, ...]
    funds: tuple[Node, ...]
    bands: tuple[Band, ...]
    height: float


def lay_out_flow(lines: Sequence[Entry], funds: Sequence[Entry]) -> Flow:
    """The map of lines without sub-lines and the funds they are made of.

    Heights are in proportion to the money, except that nothing is thinner than 0.7 mm.
    """
    leaves = printed_leaves(lines)
    times = times_printed(leaves)
    ordered = _in_order_of_lines(leaves, funds)
    scale = _scale(leaves, ordered)
    heads, left = _stack_lines(leaves, scale)
    right = _stack_funds(ordered, times, scale)
    height = max([node.top + max(node.height, _LABEL) for node in (*left, *right)], default=_LABEL)
    right = _centred(right, height)
    return Flow(
        domains=heads,
        lines=left,
        funds=right,
        bands=_bands(leaves, (left, right), scale),
        height=height,
    )


def printed_leaves(lines: Sequence[Entry]) -> list[Entry]:
    """The lines that have no sub-lines: together they hold every printed yuan once."""
    parents = {line.get("parent") for line in lines}
    return [line for line in lines if line["id"] not in parents]


def times_printed(leaves: Sequence[Entry]) -> dict[str, int]:
    """By fund, in how many of the lines its money is printed."""
    times: dict[str, int] = {}
    for line in leaves:
        for fund in line["funds"]:
            times[fund] = times.get(fund, 0) + 1
    return times


def fund_yuan(fund: Entry) -> int:
    """The printed money of a fund: a scenario may have changed its budget since."""
    return int(fund.get("printed_budget_yuan", fund["budget_yuan"]))


def _in_order_of_lines(leaves: Sequence[Entry], funds: Sequence[Entry]) -> list[Entry]:
    """Funds by the mean place of their lines, so that few bands cross."""
    places: dict[str, list[int]] = {}
    for place, line in enumerate(leaves):
        for fund in line["funds"]:
            places.setdefault(fund, []).append(place)
    shown = [fund for fund in funds if fund["id"] in places]
    return sorted(shown, key=lambda f: sum(places[f["id"]]) / len(places[f["id"]]))


def _slot(yuan: int, scale: float) -> float:
    return max(_LABEL, yuan * scale) + _GAP


def _side_heights(leaves: Sequence[Entry], funds: Sequence[Entry], scale: float) -> float:
    n_domains = len({line["domain"] for line in leaves})
    left = sum(_slot(line["printed_yuan"], scale) for line in leaves) + n_domains * _HEADING
    return max(left, sum(_slot(fund_yuan(fund), scale) for fund in funds))


def _scale(leaves: Sequence[Entry], funds: Sequence[Entry]) -> float:
    """Millimetres per yuan: as large as the page allows, not larger than the rows ask for."""
    target = min(_TALLEST, 1.45 * _side_heights(leaves, funds, 0.0))
    low, high = 0.0, target / max([line["printed_yuan"] for line in leaves] + [1])
    for _ in range(60):
        middle = (low + high) / 2
        if _side_heights(leaves, funds, middle) > target:
            high = middle
        else:
            low = middle
    return low


def _thick(yuan: int, scale: float) -> float:
    return max(_THINNEST, yuan * scale)


def _stack_lines(
    leaves: Sequence[Entry], scale: float
) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    heads: list[Node] = []
    nodes: list[Node] = []
    top = 0.0
    for domain in dict.fromkeys(line["domain"] for line in leaves):
        of_domain = [line for line in leaves if line["domain"] == domain]
        yuan = sum(line["printed_yuan"] for line in of_domain)
        heads.append(Node(id=domain, top=top, height=0.0, yuan=yuan))
        top += _HEADING
        for line in of_domain:
            height = _thick(line["printed_yuan"], scale)
            slot = _slot(line["printed_yuan"], scale)
            start = top + (slot - _GAP - height) / 2
            nodes.append(Node(id=line["id"], top=start, height=height, yuan=line["printed_yuan"]))
            top += slot
    return tuple(heads), tuple(nodes)


def _stack_funds(
    funds: Sequence[Entry], times: Mapping[str, int], scale: float
) -> tuple[Node, ...]:
    nodes = []
    top = 0.0
    for fund in funds:
        yuan = fund_yuan(fund)
        height, slot = _thick(yuan, scale), _slot(yuan, scale)
        nodes.append(
            Node(
                id=fund["id"],
                top=top + (slot - _GAP - height) / 2,
                height=height,
                yuan=yuan,
                times_printed=times[fund["id"]],
            )
        )
        top += slot
    return tuple(nodes)


def _centred(nodes: tuple[Node, ...], height: float) -> tuple[Node, ...]:
    """The shorter side spread over the full height, with equal room between its nodes."""
    if not nodes:
        return nodes
    used = nodes[-1].top + max(nodes[-1].height, _LABEL)
    room = max(0.0, height - used) / len(nodes)
    return tuple(
        Node(
            id=node.id,
            top=node.top + room * (place + 0.5),
            height=node.height,
            yuan=node.yuan,
            times_printed=node.times_printed,
        )
        for place, node in enumerate(nodes)
    )


def _bands(
    leaves: Sequence[Entry], sides: tuple[tuple[Node, ...], tuple[Node, ...]], scale: float
) -> tuple[Band, ...]:
    starts = {node.id: node for node in sides[0]}
    ends = {node.id: node for node in sides[1]}
    bands = []
    for line in leaves:
        left = starts[line["id"]].top
        for fund in sorted((f for f in line["funds"] if f in ends), key=lambda f: ends[f].top):
            end = ends[fund]
            height = _thick(end.yuan, scale)
            bands.append(
                Band(
                    line=line["id"],
                    fund=fund,
                    left=left,
                    right=end.top,
                    height=height,
                    times_printed=end.times_printed,
                )
            )
            left += height
    return tuple(bands)
