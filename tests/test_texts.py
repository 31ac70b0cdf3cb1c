"""Texts held as bytes are grouped, compared and looked at as if they were texts."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.register import texts as module
from model.register.cells import clean
from model.register.grid import packed
from model.register.texts import Coded, Texts, chain, chosen, filled, group, only

STEADY = settings(deadline=None, derandomize=True, max_examples=60)
WORDS = st.lists(
    st.one_of(
        st.sampled_from(["", "甲", "乙公司", "x" * 8, "x" * 9, "x" * 17, "嘉兴" * 9, "A1", "a1"]),
        st.text("ab甲乙 　Ａ\u200b", max_size=20),
    ),
    max_size=40,
)


def held(words: list[str]) -> Texts:
    cuts, _ = packed([words])
    return cuts.texts(np.arange(len(words)))


def numbered(words: list[str]) -> tuple[list[int], list[str]]:
    numbers: dict[str, int] = {}
    return [numbers.setdefault(word, len(numbers)) for word in words], list(numbers)


@STEADY
@given(words=WORDS)
def test_texts_are_grouped_as_a_dictionary_groups_them(words):
    codes, first = held(words).group()
    expected, kinds = numbered(words)
    assert codes.tolist() == expected
    assert [words[row] for row in first.tolist()] == kinds
    assert held(words).all_differ() == (len(kinds) == len(words))


@STEADY
@given(words=WORDS)
def test_likes_are_grouped_by_what_makes_them_alike(words):
    def same(word: str) -> str:
        return clean(word).casefold()

    expected, kinds = numbered([same(word) for word in words])
    for texts in (held(words), words):
        codes, found = group(texts, same)
        assert codes.tolist() == expected
        assert list(found) == kinds
    coded = Coded(np.array(numbered(words)[0], np.int64), numbered(words)[1])
    codes, found = group(coded, same)
    assert [found[code] for code in codes.tolist()] == [same(word) for word in words]


@STEADY
@given(words=WORDS)
def test_what_hides_or_is_not_plain_is_seen(words):
    texts = held(words)
    odd, capital, blank = texts.odd(), texts.capital(), texts.blank(clean)
    for at, word in enumerate(words):
        assert bool(blank[at]) == (clean(word) == "")
        assert bool(capital[at]) == any("A" <= sign <= "Z" for sign in word)
        if not odd[at]:
            assert clean(word) == word


@pytest.mark.parametrize("pool", [3, 70, 400, 9000])
def test_many_texts_of_few_or_many_kinds(pool):
    rng = random.Random(pool)
    words = [f"虚构企业{rng.randrange(pool):07}" for _ in range(9000)]
    codes, first = held(words).group()
    assert codes.tolist() == numbered(words)[0]
    assert len(first) == len(set(words))


def test_texts_that_share_a_key_are_still_told_apart(monkeypatch):
    """With nothing mixed in, long texts that end alike have one key."""
    monkeypatch.setattr(module, "MIX", np.uint64(0))
    words = ["first---same end", "second--same end", "first---same end"]
    assert not held(words).all_differ()  # unsure, so it says no
    codes, first = held(words).group()
    assert (codes.tolist(), first.tolist()) == ([0, 1, 0], [0, 1])


def test_texts_are_chosen_chained_and_blanked_as_lists_are():
    words = ["甲", "", "乙", "丙"]
    texts, rows = held(words), np.array([2, 0])
    coded = Coded(np.array([0, 1, 2, 3]), words)
    for column in (texts, coded, words):
        assert list(chosen(column, rows)) == ["乙", "甲"]
    assert list(texts[1:3]) == list(coded[1:3]) == ["", "乙"]
    assert texts[3] == coded[3] == "丙"
    assert list(chain([texts.take(rows), texts])) == ["乙", "甲", *words]
    asked = np.array([True, True, False, True])
    assert list(only(texts, asked)) == list(only(words, asked)) == ["甲", "", "", "丙"]
    assert filled(texts).tolist() == filled(words).tolist() == [True, False, True, True]
