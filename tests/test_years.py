"""A table of years reads the same whether it is held or worked out while it is read."""

from __future__ import annotations

import doctest
from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from demand_sample import FLAT, SURE, book, engine, pool, question, span
from hypothesis import given
from hypothesis import strategies as st

from model import years
from model.demand.joint_draws import DrawnYears, years_of
from model.demand.lawbook import make_law_book
from model.years import Years, blocks, same_years, widened

N = 10


@cache
def drawn() -> DrawnYears:
    """Ten years of one account, worked out while they are read."""
    asked = question(book({"p": pool(9.0, {"X": SURE})}), {"X": FLAT}, 0, span(N))
    return years_of(make_law_book(asked), asked, ("account",), asked.span)


def held() -> np.ndarray:
    """The same years as an array."""
    return np.array(drawn()[0:N])


TABLES: dict[str, Callable[[], Years]] = {"held": held, "worked out": drawn}


def test_the_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(years).attempted >= 2
    assert doctest.testmod(years).failed == 0


@given(n_years=st.integers(0, 500), size=st.integers(1, 120))
def test_blocks_cover_every_year_once_and_in_order(n_years: int, size: int) -> None:
    parts = list(blocks(n_years, size))
    assert [year for part in parts for year in range(part.start, part.stop)] == list(range(n_years))
    assert all(0 < part.stop - part.start <= size for part in parts)
    assert all(part.step is None for part in parts)


def test_blocks_begin_where_a_table_can_be_read() -> None:
    """A slice begins at a multiple of 4, whatever the number of years."""
    assert years.BLOCK % 4 == 0
    starts = [part.start for part in blocks(3 * years.BLOCK + 1)]
    assert starts == [0, years.BLOCK, 2 * years.BLOCK, 3 * years.BLOCK]


def test_an_array_and_a_view_of_it_are_one_table() -> None:
    table = np.arange(8, dtype=np.int64).reshape(4, 2)
    assert same_years(table, table.view())


def test_equal_numbers_in_other_memory_are_another_table() -> None:
    table = np.arange(8, dtype=np.int64).reshape(4, 2)
    assert not same_years(table, table.copy())


def test_the_first_years_of_an_array_are_another_table() -> None:
    table = np.arange(8, dtype=np.int64).reshape(4, 2)
    assert not same_years(table, table[:2])


def test_a_table_worked_out_while_read_is_only_itself() -> None:
    asked = drawn().question
    other = years_of(make_law_book(asked), asked, ("account",), asked.span)
    assert same_years(drawn(), drawn())
    assert not same_years(drawn(), other)
    assert not same_years(drawn(), held())


@pytest.mark.parametrize("kind", TABLES)
def test_nobody_asks_for_anything_in_a_column_that_was_added(kind: str) -> None:
    table = TABLES[kind]()
    wider = widened(table, 2)
    assert (wider.shape, len(wider)) == ((N, 3), N)
    assert np.array_equal(wider[:][:, :1], table[:])
    assert not wider[:][:, 1:].any()


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("part", [slice(0, 4), slice(4, 9), slice(8, N), slice(4, 4)])
def test_a_wider_table_reads_the_same_in_whatever_slice(kind: str, part: slice) -> None:
    wider = widened(TABLES[kind](), 1)
    assert np.array_equal(wider[part], wider[:][part])
    assert wider[part].dtype == np.int64


@pytest.mark.parametrize("kind", TABLES)
def test_without_columns_more_it_is_the_table_itself(kind: str) -> None:
    table = TABLES[kind]()
    assert widened(table, 0) is table


def test_a_wider_array_is_held_and_a_wider_table_is_still_worked_out_while_read() -> None:
    assert isinstance(widened(held(), 1), np.ndarray)
    assert not isinstance(widened(drawn(), 1), np.ndarray)


def test_an_engine_that_holds_its_years_gives_those_that_are_worked_out() -> None:
    asked = drawn().question
    assert np.array_equal(engine("exact", asked).years(asked, ("account",)), held())
