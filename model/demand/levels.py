"""The pools with one assumption at its low or high, all others central."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from model.demand.figures import Figure, Level
from model.demand.pools import PoolBook


@dataclass(frozen=True, slots=True)
class LikeBooks:
    """Books with one figure at another level, each made once.

    Engines know what has changed by the identity of records: the same question asked twice must be
    made of the same records, or its laws would be worked out again.
    """

    made: dict[tuple[int, str, Level], tuple[PoolBook, PoolBook]] = field(default_factory=dict)

    def at(self, book: PoolBook, path: str, level: Level) -> PoolBook:
        """The book in which the figure at the path has this level."""
        key = (id(book), path, level)
        if key not in self.made:
            self.made[key] = (at_level(book, path, level), book)  # the book keeps its id taken
        return self.made[key][0]


def at_level(book: PoolBook, path: str, level: Level) -> PoolBook:
    """The book in which the figure at the dotted path has its low, central or high everywhere."""
    figure = book.figures()[path]
    return with_value(book, path, figure.at(level))


def with_value(book: PoolBook, path: str, value: object) -> PoolBook:
    """The book in which the figure at the dotted path has this value at every level."""
    section, *rest = path.split(".")
    parts = {name: getattr(book, name) for name in PoolBook.__slots__}
    parts[section] = _put(parts[section], rest, value)
    return PoolBook(**parts)


def _put(node: Any, path: list[str], value: object) -> Any:
    if not path:
        assert isinstance(node, Figure)
        bare = {"value": value, "low": None, "central": None, "high": None}
        return node.model_copy(update=bare)
    key, rest = path[0], path[1:]
    if isinstance(node, BaseModel):
        return node.model_copy(update={key: _put(getattr(node, key), rest, value)})
    return {name: _put(part, rest, value) if name == key else part for name, part in node.items()}


def pools_touched(book: PoolBook, path: str) -> tuple[str, ...]:
    """The pools whose claims change with the figure at the dotted path."""
    section, name = path.split(".")[:2]
    if section == "pools":
        return (name,)
    if section == "assumptions":
        return tuple(
            key for key, pool in book.pools.items() if name in (pool.covered, pool.city_pays)
        )
    return ()
