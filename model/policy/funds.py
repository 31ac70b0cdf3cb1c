"""Printed lines and overlap links turned into funds, each sum of money counted once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from model.money import format_money, last_digit
from model.policy.document import Document, Link


class OverlapError(ValueError):
    """A set of links that cannot hold together; the message says why, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fund:
    """One sum of money counted once.

    Attributes:
        lines: every printed line and sub-line that contains it, in the order of the document.
        own_line: the line whose own money it is; awards paid from that line are paid from it.
        printed_yuan: its size by the printed amounts.
    """

    id: str
    name_zh: str
    name_en: str
    lines: tuple[str, ...]
    own_line: str
    printed_yuan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Another set of declared links that fits the printed net total."""

    links: tuple[str, ...]
    overlap_yuan: int
    difference_yuan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Nest:
    """How lines contain each other, when some links hold.

    Attributes:
        members: for each line that stands for itself: the lines that are the same, itself first.
        outer: for a line inside another: that other one.
        rest: for each line that stands for itself: its yuan without the lines inside it.
    """

    members: Mapping[str, list[str]]
    outer: Mapping[str, str]
    rest: Mapping[str, int]

    def holders(self, key: str) -> list[str]:
        """The lines without sub-lines that hold the own money of `key`."""
        holders = list(self.members[key])
        while key in self.outer:
            key = self.outer[key]
            holders += self.members[key]
        return holders


def derive_funds(document: Document, links: Iterable[str]) -> tuple[Fund, ...]:
    """The funds behind the lines without sub-lines, when exactly `links` hold.

    A line that is "the same" as another is merged with it. A line "inside" another is taken out
    of it, so that what remains of the outer line is a fund of its own. Funds of 0 yuan are left
    out. The funds of every printed line add up to what it prints.

    Raises:
        OverlapError: unequal lines said to be the same, a line inside two others or inside
            itself, more money inside a line than it has, or the same money in two sub-lines of
            one line, which would then not be their sum.
    """
    nest = _nest(document, links)
    return tuple(_make_fund(document, nest, key) for key, yuan in nest.rest.items() if yuan > 0)


def _nest(document: Document, links: Iterable[str]) -> _Nest:
    chosen = [document.links[key] for key in links]
    leaves = [key for key, line in document.lines.items() if line.fund is not None]
    root = _merge_same(document, leaves, chosen)
    outer = _nesting(root, chosen)
    members: dict[str, list[str]] = {}
    for leaf in leaves:
        members.setdefault(root[leaf], []).append(leaf)
    rest = {key: document.lines[key].amount for key in members}
    for inner, around in outer.items():
        rest[around] -= document.lines[inner].amount
        if rest[around] < 0:
            short = format_money(-rest[around])
            raise OverlapError(f"the lines inside {around} exceed it by {short}")
    nest = _Nest(members=members, outer=outer, rest=rest)
    for key in members:
        if key in outer or len(members[key]) > 1:
            _refuse_twice_in_a_line(document, nest.holders(key))
    return nest


def _refuse_twice_in_a_line(document: Document, holders: list[str]) -> None:
    """Sub-lines add up to their line, so no two of them can hold the same money."""
    reached: dict[str, str] = {}
    for holder in holders:
        for line in document.lines_around(holder):
            if line in reached:
                twice = f"{reached[line]} and {holder} would hold the same money"
                raise OverlapError(f"{twice}, but {line} is their sum")
            reached[line] = holder


def _merge_same(document: Document, leaves: list[str], links: list[Link]) -> dict[str, str]:
    root = {key: key for key in leaves}
    for link in links:
        for end in (link.line, link.other):
            if end not in root:
                raise OverlapError(f"{end} has sub-lines; link its sub-lines instead")
        if link.relation == "same":
            if document.lines[link.line].amount != document.lines[link.other].amount:
                raise OverlapError(f"{link.line} and {link.other} print different amounts")
            first, second = sorted((root[link.line], root[link.other]), key=leaves.index)
            root = {key: first if value == second else value for key, value in root.items()}
    return root


def _nesting(root: Mapping[str, str], links: list[Link]) -> dict[str, str]:
    """For each merged line that lies inside another: that other one."""
    outer: dict[str, str] = {}
    for link in links:
        if link.relation == "inside":
            inner, around = root[link.line], root[link.other]
            if outer.get(inner, around) != around:
                raise OverlapError(f"{inner} cannot lie inside both {outer[inner]} and {around}")
            outer[inner] = around
    for start in outer:
        seen, key = {start}, outer[start]
        while key in outer and key not in seen:
            seen.add(key)
            key = outer[key]
        if key in seen:
            raise OverlapError(f"{start} would lie inside itself")
    return outer


def _make_fund(document: Document, nest: _Nest, key: str) -> Fund:
    name = document.lines[key].fund
    assert name is not None  # only lines that name a fund reach this point
    held = {line for leaf in nest.holders(key) for line in (leaf, *document.lines_around(leaf))}
    return Fund(
        id=name.id,
        name_zh=name.name_zh,
        name_en=name.name_en,
        lines=tuple(line for line in document.lines if line in held),
        own_line=key,
        printed_yuan=nest.rest[key],
    )


def line_funds(funds: Iterable[Fund], line: str) -> tuple[str, ...]:
    """The ids of the funds that a printed line is made of."""
    return tuple(fund.id for fund in funds if line in fund.lines)


def join_accounts(
    document: Document, funds: tuple[Fund, ...], paid_from: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Accounts: the funds that may pay the same costed awards without anybody's approval.

    Args:
        paid_from: for each award, the line that pays it.

    Returns:
        account id -> ids of its funds; an account is called after its first fund.
    """
    head = {fund.id: fund.id for fund in funds}
    order = list(head)
    for award in document.costed():
        joined = line_funds(funds, paid_from[award])
        heads = {head[fund] for fund in joined}
        if heads:
            first = min(heads, key=order.index)
            head = {fund: first if top in heads else top for fund, top in head.items()}
    return {
        account: tuple(fund for fund in order if head[fund] == account)
        for account in order
        if head[account] == account
    }


def print_rounding(document: Document) -> int:
    """How far the print may be from the net total, in yuan: five in its last printed digit.

    The net total and each sum that overlaps is rounded by up to half a digit, and some nine sums
    overlap in an explanation.
    """
    return 5 * last_digit(document.title.net_total_printed)


def find_alternatives(document: Document, tolerance_yuan: int) -> tuple[Alternative, ...]:
    """Every set of declared links that can hold together and fits the printed net total.

    A set with a link that takes out no money of its own, because others already say the same, is
    left out: it is another set told twice. Nearest first, then fewest links, then by name.

    Args:
        tolerance_yuan: how far from the printed net total the rounding of the print allows.
    """
    target = document.printed_yuan - document.title.net_total
    found = []
    for links, nominal in _fitting_sets(document, target, tolerance_yuan):
        try:
            nest = _nest(document, links)
        except OverlapError:
            continue
        overlap = document.printed_yuan - sum(nest.rest.values())
        if overlap == nominal:
            difference = overlap - target
            found.append(Alternative(links=links, overlap_yuan=overlap, difference_yuan=difference))
    return tuple(sorted(found, key=lambda a: (abs(a.difference_yuan), len(a.links), a.links)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subset:
    """Some links as bits of `code`, their amounts' sum, and the bits of links they exclude."""

    code: int
    yuan: int
    excludes: int


def _fitting_sets(
    document: Document, target: int, tolerance: int
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Sets of links whose amounts add up to about the target, and none of which excludes another.

    The links are split in two halves, and each subset of the one is matched by its sum with the
    subsets of the other: 2 * 2**(n/2) subsets instead of the 2**n of the whole.
    """
    keys = _possible_links(document)
    excludes = _exclusions(document, keys)
    amounts = [document.lines[document.links[key].line].amount for key in keys]
    half = len(keys) // 2
    left = _subsets(amounts, excludes, range(half))
    right = sorted(_subsets(amounts, excludes, range(half, len(keys))), key=lambda s: s.yuan)
    sums = [subset.yuan for subset in right]
    for one in left:
        first = bisect_left(sums, target - tolerance - one.yuan)
        last = bisect_right(sums, target + tolerance - one.yuan)
        for other in right[first:last]:
            if not one.excludes & other.code:
                code = one.code | other.code
                links = tuple(key for bit, key in enumerate(keys) if code >> bit & 1)
                yield links, one.yuan + other.yuan


def _subsets(amounts: list[int], excludes: list[int], bits: Iterable[int]) -> list[_Subset]:
    subsets = [_Subset(code=0, yuan=0, excludes=0)]
    for bit in bits:
        subsets += [
            _Subset(
                code=subset.code | 1 << bit,
                yuan=subset.yuan + amounts[bit],
                excludes=subset.excludes | excludes[bit],
            )
            for subset in subsets
            if not subset.excludes >> bit & 1
        ]
    return subsets


def _holds(document: Document, *links: str) -> bool:
    try:
        _nest(document, links)
    except OverlapError:
        return False
    return True


def _possible_links(document: Document) -> list[str]:
    """The links that hold alone; what is wrong with one alone no other link can mend."""
    return [key for key in document.links if _holds(document, key)]


def _exclusions(document: Document, keys: list[str]) -> list[int]:
    """For each link, the bits of the links with which it can hold in no set at all.

    Two links that contradict each other might still agree when a third one makes two of their
    lines the same; pairs with lines that some link could make the same are therefore spared.
    """
    same = {key: key for key in document.lines}
    for link in (document.links[key] for key in keys):
        if link.relation == "same":
            one, other = same[link.line], same[link.other]
            same = {key: one if top == other else top for key, top in same.items()}
    masks = [0] * len(keys)
    for second, later in enumerate(keys):
        for first, earlier in enumerate(keys[:second]):
            links = (document.links[earlier], document.links[later])
            ends = {end for link in links for end in (link.line, link.other)}
            apart = len({same[end] for end in ends}) == len(ends)
            if apart and not _holds(document, earlier, later):
                masks[first] |= 1 << second
                masks[second] |= 1 << first
    return masks
