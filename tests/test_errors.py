"""An error tells place, fact and way out, and all problems at once in a useful order."""

from __future__ import annotations

import pytest

from model.errors import BudgetError, InputError, Problem, did_you_mean, refuse


def told(*places: str) -> list[str]:
    error = InputError(Problem(place=place, fact="x") for place in places)
    return [problem.place for problem in error.problems]


def test_a_problem_reads_place_fact_way_out():
    problem = Problem(place="base.yaml:3", fact="no unit", remedy="Write 5元.")
    assert str(problem) == "base.yaml:3: no unit. Write 5元."


def test_a_problem_without_a_way_out_ends_with_the_fact():
    assert str(Problem(place="base.yaml:3", fact="no unit")) == "base.yaml:3: no unit"


def test_an_input_error_shows_every_problem_on_its_own_line():
    error = InputError([Problem(place="a:1", fact="x"), Problem(place="b:1", fact="y")])
    assert str(error) == "a:1: x\nb:1: y"
    assert isinstance(error, BudgetError)


def test_refuse_is_an_error_with_one_problem():
    assert refuse("a:1", "x", "Do y.").problems == (Problem(place="a:1", fact="x", remedy="Do y."),)


def test_lines_of_a_file_are_in_the_order_of_their_numbers_not_of_their_digits():
    assert told("a.yaml:10", "a.yaml:9", "a.yaml:100") == ["a.yaml:9", "a.yaml:10", "a.yaml:100"]


def test_files_stay_in_the_order_in_which_they_were_found_at_fault():
    assert told("z.yaml:2", "a.yaml:1", "z.yaml:1") == ["z.yaml:1", "z.yaml:2", "a.yaml:1"]


def test_what_concerns_a_whole_file_comes_after_its_lines():
    assert told("a.csv", "b.csv:1", "a.csv:7") == ["a.csv:7", "a.csv", "b.csv:1"]


def test_a_problem_told_twice_counts_once():
    assert told("a.yaml:1", "a.yaml:1") == ["a.yaml:1"]


@pytest.mark.parametrize(
    ("wrong", "known", "sentence"),
    [
        ("caps", ["cap", "rate"], "Did you mean 'cap'?"),
        ("L12", ["L1.2", "L2.1", "D9"], "Did you mean 'L1.2'?"),
        ("xyz", ["cap", "rate"], "Known here: cap, rate."),
        ("工业园区", ["工业园", "工业", "农业"], "Did you mean '工业园' or '工业'?"),
        ("xyz", [f"name{n}" for n in range(13)], "13 names are known here; none resembles it."),
        ("xyz", [], ""),
    ],
)
def test_a_wrong_word_is_answered_with_the_nearest_right_ones(wrong, known, sentence):
    assert did_you_mean(wrong, known) == sentence


def test_the_suggestion_does_not_depend_on_the_order_of_the_words():
    words = ["beta", "alpha", "gamma"]
    assert did_you_mean("q", words) == did_you_mean("q", reversed(words))
