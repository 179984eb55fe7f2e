"""Surveys go through JSON and come back equal; anything else is refused."""

import json
from dataclasses import dataclass
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.devices.codec import LONGEST_LIST, LONGEST_TEXT, MalformedError, from_json, to_json
from hms_doctor.model.json import JsonValue


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Leaf:
    size: float
    colour: Colour


@dataclass(frozen=True)
class Stone:
    heavy: bool


@dataclass(frozen=True)
class Tree:
    name: str
    height: int
    parts: tuple[Leaf, ...]
    words: tuple[str, ...]
    below: Leaf | Stone


TREE = Tree(name="oak", height=7, parts=(Leaf(1.5, Colour.RED),), words=("a", "b"), below=Stone(heavy=True))
FORM = json.loads(json.dumps(to_json(TREE)))
TREES: tuple[type[Tree], ...] = (Tree,)


def test_a_value_comes_back_equal() -> None:
    assert from_json(FORM, TREES) == TREE


def test_each_dataclass_carries_its_name() -> None:
    assert FORM["is"] == "Tree"
    assert FORM["below"] == {"is": "Stone", "heavy": True}


def test_a_whole_number_will_do_for_a_fraction() -> None:
    leaves: tuple[type[Leaf], ...] = (Leaf,)
    assert from_json({"is": "Leaf", "size": 2, "colour": "blue"}, leaves) == Leaf(2.0, Colour.BLUE)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"is": "Bush"}, "the answer is none of Tree"),
        ({"is": ["Tree"]}, "the answer is none of Tree"),
        ({"extra": 1}, "other members than a Tree"),
        ({"name": 1}, "Tree.name is of another type"),
        ({"name": None}, "Tree.name is of another type"),
        ({"name": "x" * (LONGEST_TEXT + 1)}, "Tree.name is too long"),
        ({"height": True}, "Tree.height is of another type"),
        ({"height": 1.0}, "Tree.height is of another type"),
        ({"words": "ab"}, "Tree.words is no list"),
        ({"words": ["a"] * (LONGEST_LIST + 1)}, "too long"),
        ({"words": [1]}, "Tree.words is of another type"),
        ({"parts": [{"is": "Leaf", "size": 1.0, "colour": "green"}]}, "Leaf.colour is none of its words"),
        ({"parts": [{"is": "Leaf", "size": 1.0, "colour": ["red"]}]}, "Leaf.colour is none of its words"),
        ({"parts": [{"is": "Stone", "heavy": True}]}, "Tree.parts is none of Leaf"),
        ({"parts": [{"is": "Leaf", "size": float("nan"), "colour": "red"}]}, "Leaf.size is no number"),
        ({"below": {"is": "Tree"}}, "Tree.below is none of Leaf, Stone"),
        ({"below": 3}, "Tree.below is no object"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, JsonValue], told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        from_json({**FORM, **change}, TREES)


def test_a_missing_member_is_refused() -> None:
    with pytest.raises(MalformedError, match="other members"):
        from_json({name: value for name, value in FORM.items() if name != "words"}, TREES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["is", "name", "parts", "below"]) | st.text(), inner)
    ),
)


@given(JSON)
def test_no_json_breaks_the_reader(value: JsonValue) -> None:
    with pytest.raises(MalformedError):
        from_json(value, TREES)


def test_what_has_no_json_form_is_our_bug() -> None:
    with pytest.raises(TypeError):
        to_json({"a": 1})
