"""Who may claim and how much: counts, attributes, coverage and the money already bound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import Field, model_validator

from model.demand.attributes import Attribute, ClaimSpec, Size, misfits
from model.demand.calendar import Calendar, Reached, reached
from model.demand.figures import (
    Amount,
    AnyFigure,
    Factor,
    Number,
    Ratio,
    Share,
    Source,
    walk_figures,
)
from model.errors import InputError, Problem, did_you_mean
from model.policy.awards import Column, CostedAward, Grades
from model.policy.document import Document
from model.strict import StrictModel, read_model
from model.yamlfile import Tree

__all__ = [
    "AccountSpec",
    "Attribute",
    "ClaimSpec",
    "Committed",
    "Count",
    "Payment",
    "Pool",
    "PoolBook",
    "Size",
    "read_pools",
]


class Count(StrictModel):
    """How many claims the whole area of the pool brings in a year.

    The count is over-dispersed: its mean itself varies from year to year with the coefficient of
    variation `spread` (0 is a Poisson count). `floor` and `ceiling` bound the whole-area count.
    """

    mean: Number
    spread: float = Field(ge=0)
    floor: int | None = Field(default=None, ge=0)
    ceiling: int | None = Field(default=None, ge=0)
    certain: bool = Field(default=False, description="the mean, rounded, in every year")

    @model_validator(mode="after")
    def _bounds(self) -> Count:
        if self.mean.at("low") < 0:
            raise ValueError("a mean count is zero or more")
        if self.floor is not None and self.ceiling is not None and self.floor > self.ceiling:
            raise ValueError("'floor' is above 'ceiling'")
        return self


class Pool(StrictModel):
    """Firms or projects of one kind that might claim one or more awards."""

    name_zh: str
    name_en: str
    unit_zh: str
    area: str
    count: Count
    covered: Share | str = Field(description="share of the claims in the city's own charge")
    city_pays: Share | str = Field(description="the city's part of each payout")
    take_up: Share | None = None
    factors: dict[str, Literal["count", "size"]] = Field(default_factory=dict)
    targets: tuple[str, ...] = ()
    claims: dict[str, ClaimSpec]
    note_zh: str = ""


class Committed(StrictModel):
    """Money of an account that is bound before the first claim of the year."""

    earlier_years: Amount
    reserve: Amount


class Payment(StrictModel):
    """A year's payment without claims: the appropriation times a payment progress."""

    progress: Ratio
    spread: float = Field(ge=0, description="standard deviation of the progress between years")
    calendar: str | None = Field(default=None, description="its months; evenly if absent")

    @model_validator(mode="after")
    def _not_negative(self) -> Payment:
        if self.progress.at("low") < 0:
            raise ValueError("a payment progress is zero or more")
        return self


class AccountSpec(StrictModel):
    """What is known about the demand on an account."""

    name_zh: str
    name_en: str
    department_zh: str
    evidence: Literal["rules", "figures", "assumed"]
    payment: Payment | None = None
    committed: Committed | None = None
    payment_lag: Share | None = None
    why: str
    why_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolBook:
    """Everything that pools.yaml says, checked against the document."""

    sources: Mapping[str, Source]
    assumptions: Mapping[str, Share]
    factors: Mapping[str, Factor]
    pools: Mapping[str, Pool]
    accounts: Mapping[str, AccountSpec]
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def figures(self) -> dict[str, AnyFigure]:
        """Every figure by its dotted path, in the order of the file."""
        parts = {"assumptions": self.assumptions, "pools": self.pools, "accounts": self.accounts}
        return {
            path: figure for key, part in parts.items() for path, figure in walk_figures(part, key)
        }

    def uncertain(self) -> dict[str, AnyFigure]:
        """The figures with a low, central and high that differ."""
        return {path: figure for path, figure in self.figures().items() if figure.uncertain}

    def pool_of(self) -> dict[str, str]:
        """For each award, the pool its claims come from."""
        return {award: key for key, pool in self.pools.items() for award in pool.claims}

    def shared(self, value: Share | str) -> Share:
        """The share itself, or the shared assumption of that name."""
        return self.assumptions[value] if isinstance(value, str) else value

    def reached(self, calendar: str | None) -> Reached:
        """The share of the year that a calendar reaches by the end of each month."""
        return reached(None if calendar is None else self.calendars[calendar])

    def reached_by(self, award: str) -> Reached:
        """The share of an award's claims that has come in by the end of each month."""
        return self.reached(self.pools[self.pool_of()[award]].claims[award].calendar)


SECTIONS: dict[str, type[StrictModel]] = {
    "sources": Source,
    "assumptions": Share,
    "factors": Factor,
    "pools": Pool,
    "accounts": AccountSpec,
    "calendars": Calendar,
}


def read_pools(tree: Tree, document: Document) -> PoolBook:
    """The pools in the values of a pools file, checked against the document.

    Raises:
        InputError: every problem of form and of sense, each with its place.
    """
    problems = [
        Problem(
            place=tree.place((key,)),
            fact=f"unknown key '{key}'",
            remedy=did_you_mean(key, SECTIONS),
        )
        for key in tree.values
        if key not in SECTIONS
    ]
    parts: dict[str, dict[str, Any]] = {}
    for section, model in SECTIONS.items():
        parts[section] = {}
        for key, values in (tree.values.get(section) or {}).items():
            entry, found = read_model(model, values, tree, (section, key))
            problems += found
            parts[section][key] = entry
    if problems:
        raise InputError(problems)
    book = PoolBook(**parts)
    if sense := list(_check(book, document, tree)):
        raise InputError(sense)
    return book


def _check(book: PoolBook, document: Document, tree: Tree) -> list[Problem]:
    problems = [
        problem
        for path, figure in book.figures().items()
        if (problem := _known(tree, path + ".source", figure.source, book.sources)) is not None
    ]
    for key, pool in book.pools.items():
        for share in ("covered", "city_pays"):
            named = getattr(pool, share)
            name = named if isinstance(named, str) else None
            problems += _maybe(_known(tree, f"pools.{key}.{share}", name, book.assumptions))
        for factor in pool.factors:
            problems += _maybe(_known(tree, f"pools.{key}.factors.{factor}", factor, book.factors))
        for target in pool.targets:
            problems += _maybe(_known(tree, f"pools.{key}.targets", target, document.targets))
        for award, spec in pool.claims.items():
            problems += _check_claim(tree, f"pools.{key}.claims.{award}", award, spec, document)
    problems += _check_calendars(book, tree)
    counted = [award for pool in book.pools.values() for award in pool.claims]
    for award in document.costed():
        if counted.count(award) != 1:
            fact = f"pools: the award {award} is claimed from {counted.count(award)} pools"
            remedy = "Each costed award comes from exactly one pool."
            problems.append(Problem(place=tree.place(("pools",)), fact=fact, remedy=remedy))
    return problems


def _check_calendars(book: PoolBook, tree: Tree) -> Iterator[Problem]:
    named = {
        f"pools.{key}.claims.{award}.calendar": spec.calendar
        for key, pool in book.pools.items()
        for award, spec in pool.claims.items()
    }
    for key, account in book.accounts.items():
        if account.payment is not None:
            named[f"accounts.{key}.payment.calendar"] = account.payment.calendar
    for path, name in named.items():
        yield from _maybe(_known(tree, path, name, book.calendars))
    for key, calendar in book.calendars.items():
        path = f"calendars.{key}.source"
        yield from _maybe(_known(tree, path, calendar.source, book.sources))


def _check_claim(
    tree: Tree, path: str, award_id: str, spec: ClaimSpec, document: Document
) -> list[Problem]:
    costed = document.costed()
    if award_id in document.awards and award_id not in costed:
        fact = f"{path}: the award has no printed amount, so no claims can be drawn"
        remedy = "Remove it; money for it is reserved in 'committed'."
        return [Problem(place=tree.place(tuple(path.split("."))), fact=fact, remedy=remedy)]
    if award_id not in costed:
        return _maybe(_known(tree, path, award_id, costed))
    award = costed[award_id]
    needed = {name: column for name, column in award.columns.items() if column.type != "text"}
    problems = [
        problem
        for name in spec.columns
        if (problem := _known(tree, f"{path}.columns.{name}", name, needed)) is not None
    ]
    for name, column in needed.items():
        if name not in spec.columns and not column.optional:
            fact = f"{path}: the rule needs the column '{name}', which no attribute draws"
            problems.append(
                Problem(place=tree.place(tuple(path.split("."))), fact=fact, remedy="Add it.")
            )
    return problems + _check_attributes(tree, path, spec, award)


def _check_attributes(tree: Tree, path: str, spec: ClaimSpec, award: CostedAward) -> list[Problem]:
    problems: list[Problem] = []
    earlier: dict[str, Column] = {}
    for name, attribute in spec.columns.items():
        where = f"{path}.columns.{name}"
        problems += _check_mix(tree, where, attribute, award)
        column = award.columns.get(name)
        if column is not None and column.type != "text":
            place = tree.place(tuple(where.split(".")))
            problems += [
                Problem(place=place, fact=f"{where}: {fact}", remedy=remedy)
                for fact, remedy in misfits(attribute, column, earlier)
            ]
            earlier[name] = column
    return problems


def _check_mix(tree: Tree, path: str, attribute: Attribute, award: CostedAward) -> list[Problem]:
    if attribute.mix is None or not isinstance(award, Grades):
        return []
    mixes = (attribute.mix.at(level) for level in ("low", "central", "high"))
    wrong = {grade for mix in mixes for grade in mix if grade not in award.grades}
    return [p for grade in sorted(wrong) if (p := _known(tree, path, grade, award.grades))]


def _known(tree: Tree, path: str, name: str | None, known: Mapping[str, Any]) -> Problem | None:
    if name is None or name in known:
        return None
    return Problem(
        place=tree.place(tuple(path.split("."))),
        fact=f"{path}: there is no '{name}'",
        remedy=did_you_mean(name, known),
    )


def _maybe(problem: Problem | None) -> list[Problem]:
    return [] if problem is None else [problem]
