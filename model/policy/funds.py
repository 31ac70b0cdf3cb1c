"""Printed lines and overlap links turned into funds, each sum of money counted once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from model.money import format_money
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


def derive_funds(document: Document, links: Iterable[str]) -> tuple[Fund, ...]:
    """The funds behind the lines without sub-lines, when exactly `links` hold.

    A line that is "the same" as another is merged with it. A line "inside" another is taken out
    of it, so that what remains of the outer line is a fund of its own. Funds of 0 yuan are left
    out.

    Raises:
        OverlapError: unequal lines said to be the same, a line inside two others or inside
            itself, or more money inside a line than it has.
    """
    chosen = [document.links[key] for key in links]
    leaves = [key for key, line in document.lines.items() if line.fund is not None]
    root = _merge_same(document, leaves, chosen)
    outer = _nesting(root, chosen)
    rest = {key: document.lines[key].amount for key in leaves if root[key] == key}
    for inner, around in outer.items():
        rest[around] -= document.lines[inner].amount
        if rest[around] < 0:
            short = format_money(-rest[around])
            raise OverlapError(f"the lines inside {around} exceed it by {short}")
    return tuple(
        _make_fund(document, key, rest[key], _holders(document, key, root, outer))
        for key in rest
        if rest[key] > 0
    )


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


def _holders(
    document: Document, key: str, root: Mapping[str, str], outer: Mapping[str, str]
) -> tuple[str, ...]:
    """Every line in which the own money of `key` is printed, in document order."""
    groups = {key}
    while key in outer:
        key = outer[key]
        groups.add(key)
    lines = {leaf for leaf, top in root.items() if top in groups}
    lines |= {parent for leaf in lines if (parent := document.lines[leaf].parent) is not None}
    return tuple(line for line in document.lines if line in lines)


def _make_fund(document: Document, key: str, yuan: int, lines: tuple[str, ...]) -> Fund:
    name = document.lines[key].fund
    assert name is not None  # only lines that name a fund reach this point
    return Fund(
        id=name.id,
        name_zh=name.name_zh,
        name_en=name.name_en,
        lines=lines,
        own_line=key,
        printed_yuan=yuan,
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


def find_alternatives(document: Document, tolerance_yuan: int) -> tuple[Alternative, ...]:
    """Every set of declared links that can hold together and fits the printed net total.

    The sums of all subsets are formed at once (2**n numbers for n links), then the few that fit
    are built as funds to see whether they hold. Nearest first, then fewest links, then by name.

    Args:
        tolerance_yuan: how far from the printed net total the rounding of the print allows.
    """
    keys = list(document.links)
    sums = np.zeros(1, dtype=np.int64)
    for key in keys:
        sums = np.concatenate([sums, sums + document.lines[document.links[key].line].amount])
    target = document.printed_yuan - document.title.net_total
    found = []
    for code in np.nonzero(np.abs(sums - target) <= tolerance_yuan)[0].tolist():
        links = tuple(key for bit, key in enumerate(keys) if code >> bit & 1)
        try:
            funds = derive_funds(document, links)
        except OverlapError:
            continue
        overlap = document.printed_yuan - sum(fund.printed_yuan for fund in funds)
        found.append(
            Alternative(links=links, overlap_yuan=overlap, difference_yuan=overlap - target)
        )
    return tuple(sorted(found, key=lambda a: (abs(a.difference_yuan), len(a.links), a.links)))
