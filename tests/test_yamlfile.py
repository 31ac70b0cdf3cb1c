"""A YAML file is read as what it says, with the line of every value, or refused with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from model.errors import InputError
from model.yamlfile import Tree, read_text, read_yaml

REAL = Path(__file__).parent.parent / "scenarios"


def read(tmp_path: Path, content: str | bytes) -> Tree:
    path = tmp_path / "x.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_yaml(path, name="x.yaml")


def complaint(tmp_path: Path, content: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("5", 5),
        ("-5", -5),
        ("+5", 5),
        ("0", 0),
        ("0.5", 0.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("true", True),
        ("False", False),
        ("TRUE", True),
        ("null", None),
        ("~", None),
        ("", None),
        # All that a computer might take for something else stays the text that was written.
        ("no", "no"),
        ("yes", "yes"),
        ("on", "on"),
        ("tRUE", "tRUE"),
        ("010", "010"),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("12:30:00", "12:30:00"),
        ("1e3", "1e3"),
        ("1.5e3", "1.5e3"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        (".nan", ".nan"),
        ("2024-03-01", "2024-03-01"),
        ("1500万元", "1500万元"),
        ("10%", "10%"),
        ("2/3", "2/3"),
        ("1,500", "1,500"),
        ("'5'", "5"),
        ('"true"', "true"),
        ("''", ""),
        ("|-\n  5", "5"),
        (">-\n  5\n  6", "5 6"),
    ],
)
def test_a_word_means_what_a_person_reads(tmp_path, word, value):
    found = read(tmp_path, f"a: {word}\n").values["a"]
    assert found == value
    assert type(found) is type(value)


def test_a_folded_text_holds_no_character_that_nobody_typed(tmp_path):
    folded = read(tmp_path, "a: >-\n  half a\n  sentence; and\n  the rest\n").values["a"]
    assert folded == "half a sentence; and the rest"


def test_lists_become_tuples_and_keys_keep_their_order(tmp_path):
    tree = read(tmp_path, "b: [1, [2, x]]\na: {z: 1, y: 2}\n1: one\n")
    assert tree.values == {"b": (1, (2, "x")), "a": {"z": 1, "y": 2}, "1": "one"}
    assert list(tree.values["a"]) == ["z", "y"]


def test_every_value_has_its_line(tmp_path):
    tree = read(
        tmp_path,
        "# note\na: 1\nb:\n  c: [x,\n      y]\n  d:\n    - e: 1\n    - f: {g: 2,\n  h: 3}\n",
    )
    assert tree.places == {
        (): "x.yaml:2",
        ("a",): "x.yaml:2",
        ("b",): "x.yaml:3",
        ("b", "c"): "x.yaml:4",
        ("b", "c", 0): "x.yaml:4",
        ("b", "c", 1): "x.yaml:5",
        ("b", "d"): "x.yaml:6",
        ("b", "d", 0): "x.yaml:7",
        ("b", "d", 0, "e"): "x.yaml:7",
        ("b", "d", 1): "x.yaml:8",
        ("b", "d", 1, "f"): "x.yaml:8",
        ("b", "d", 1, "f", "g"): "x.yaml:8",
        ("b", "d", 1, "f", "h"): "x.yaml:9",
    }


def test_what_has_no_line_of_its_own_stands_where_the_nearest_value_around_it_does(tmp_path):
    tree = read(tmp_path, "a:\n  b: 1\n")
    assert tree.place(("a", "b")) == "x.yaml:2"
    assert tree.place(("a", "b", "c", "d")) == "x.yaml:2"
    assert tree.place(("a", "missing")) == "x.yaml:1"
    assert tree.place(("missing",)) == "x.yaml:1"
    assert Tree(name="x.yaml", values={}, places={}).place(("a",)) == "x.yaml"


def test_a_byte_order_mark_and_windows_lines_change_nothing(tmp_path):
    plain = read(tmp_path, "a: 1\nb: 2\n")
    assert read(tmp_path, b"\xef\xbb\xbfa: 1\r\nb: 2\r\n") == plain


LOOK = "Look at this line and at the one above it."
COMPLAINTS = {
    "two equal keys": (
        "a: 1\nb: 2\na: 3\n",
        "x.yaml:3: the key 'a' occurs twice in one mapping (first at x.yaml:1)."
        " Keep one of the two.",
    ),
    "equal keys in a nested mapping, of different types": (
        'a: {1: x, "1": y}\n',
        "x.yaml:1: the key '1' occurs twice in one mapping (first at x.yaml:1)."
        " Keep one of the two.",
    ),
    "several problems at once": (
        "a: {b: 1, b: {c: 2, c: 3}}\n? [1, 2]\n: x\nd: *e\n",
        "x.yaml:1: the key 'b' occurs twice in one mapping (first at x.yaml:1)."
        " Keep one of the two.\n"
        "x.yaml:1: the key 'c' occurs twice in one mapping (first at x.yaml:1)."
        " Keep one of the two.\n"
        "x.yaml:2: a key must be a single word. Put it in quotes.\n"
        "x.yaml:4: an alias (*e). Write the value out.",
    ),
    "a value that holds itself": (
        "a: &x {b: *x}\n",
        "x.yaml:1: an alias (*x). Write the value out.",
    ),
    "a tag": (
        "a: 1\nb: !!str 5\n",
        "x.yaml:2: a tag (!!str). Write the value without it.",
    ),
    "a tab before a key": (
        "a:\n\t- b\n",
        "x.yaml:2: not valid YAML: found character '\\t' that cannot start any token."
        " Use spaces, not tabs.",
    ),
    "a tab after a colon": (
        "a: 1\nb:\t2\n",
        "x.yaml:2: not valid YAML: found character '\\t' that cannot start any token."
        " Use spaces, not tabs.",
    ),
    "an odd first character": (
        "a: @b\n",
        "x.yaml:1: not valid YAML: found character '@' that cannot start any token."
        " Put the text in quotes.",
    ),
    "a colon in a text": (
        "a: 1\nb: c: d\n",
        "x.yaml:2: not valid YAML: mapping values are not allowed here."
        " Put a text that holds a colon in quotes.",
    ),
    "an unclosed bracket": (
        "a: [1,\n",
        f"x.yaml:2: not valid YAML: expected the node content, but found '<stream end>'. {LOOK}",
    ),
    "an unclosed quote": (
        "a: 'x\n",
        f"x.yaml:2: not valid YAML: found unexpected end of stream. {LOOK}",
    ),
    "a key too far in": (
        "a: 'x'\n b: 1\n",
        "x.yaml:2: not valid YAML: expected <block end>,"
        f" but found '<block mapping start>'. {LOOK}",
    ),
    "a control character": (
        "b: 1\na: \x07\n",
        "x.yaml:2: not valid YAML: a control character (number 7). Take it out.",
    ),
    "two documents": (
        "a: 1\n---\nb: 2\n",
        "x.yaml:2: a second document begins here. Take out the line '---'.",
    ),
    "an empty file": ("", "x.yaml: the file does not hold one mapping of keys to values"),
    "comments only": ("# a: 1\n", "x.yaml: the file does not hold one mapping of keys to values"),
    "a list": ("- a\n- b\n", "x.yaml: the file does not hold one mapping of keys to values"),
    "a word": ("abc\n", "x.yaml: the file does not hold one mapping of keys to values"),
    "not UTF-8": (
        b"\xef\xbb\xbfa: 1\nb: \xbc\xce\n",
        "x.yaml:2: not UTF-8 text. Save the file as UTF-8.",
    ),
}


@pytest.mark.parametrize("case", COMPLAINTS)
def test_a_bad_file_is_refused_with_its_line_and_a_way_out(tmp_path, case):
    content, message = COMPLAINTS[case]
    assert complaint(tmp_path, content) == message


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        read_yaml(tmp_path / "none.yaml", name="none.yaml")
    assert str(caught.value) == "none.yaml: there is no such file. Give the path of a YAML file."


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        read_yaml(tmp_path, name="folder")
    assert (
        str(caught.value) == "folder: this is a folder, not a file. Give the path of a YAML file."
    )


def test_a_file_is_called_by_its_path_unless_a_name_is_given(tmp_path):
    path = tmp_path / "a.yaml"
    path.write_text("a: 1\n", encoding="utf-8")
    assert read_yaml(path).places[("a",)] == f"{path}:1"
    assert read_text(path, "a", "") == "a: 1\n"


def test_a_name_too_long_for_a_file_is_refused(tmp_path):
    with pytest.raises(InputError) as caught:
        read_yaml(tmp_path / ("x" * 300), name="long")
    assert str(caught.value) == "long: cannot be read: File name too long"


def plain(value):
    """What an independent reader of YAML found, in the forms that this product uses."""
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return tuple(plain(part) for part in value)
    return value if value is None or isinstance(value, bool | int | float) else str(value)


@pytest.mark.parametrize(
    "path",
    sorted(REAL.glob("*/*.yaml")),
    ids=lambda path: path.name,
)
def test_the_real_files_read_the_same_with_another_reader_of_yaml(path):
    reader = YAML(typ="safe", pure=True)
    found = plain(reader.load(path.read_text(encoding="utf-8")))
    assert read_yaml(path).values == found


WORDS = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | WORDS,
    lambda inner: (
        st.lists(inner, max_size=3).map(tuple) | st.dictionaries(WORDS, inner, max_size=3)
    ),
    max_leaves=12,
)


def quoted(value) -> str:
    """A value written in flow style, every text in double quotes."""
    if isinstance(value, dict):
        pairs = (f"{quoted(key)}: {quoted(part)}" for key, part in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(quoted, value)) + "]"
    if isinstance(value, str):
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return {None: "null", True: "true", False: "false"}.get(value, str(value))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(WORDS, VALUES, min_size=1, max_size=4))
def test_whatever_is_written_is_read(tmp_path, values):
    text = "\n".join(f"{quoted(key)}: {quoted(value)}" for key, value in values.items())
    tree = read(tmp_path, text + "\n")
    assert tree.values == values
    for line, key in enumerate(values, start=1):
        assert tree.places[(key,)] == f"x.yaml:{line}"
