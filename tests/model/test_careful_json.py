"""JSON from strangers: a value or the place of a fault, never an exception."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.careful_json import DEEPEST, BrokenJson, NotUtf8, ObjectRead, OtherJson, kind_of, read_object


@given(st.dictionaries(st.text(), st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers())))
def test_every_object_reads_as_the_standard_library_reads_it(value: dict[str, object]) -> None:
    assert read_object(json.dumps(value).encode()) == ObjectRead(value=value)  # type: ignore[arg-type]


@given(st.binary())
def test_no_bytes_raise(raw: bytes) -> None:
    read_object(raw)


@given(st.text(alphabet='{}[]",:\\0123456789eE+-.truefalsn \n\ud800'))
def test_no_text_that_looks_like_json_raises(text: str) -> None:
    read_object(text.encode("utf-8", "surrogatepass"))


def test_bytes_that_are_no_text_are_located() -> None:
    assert read_object(b'{"a": "\xff"}') == NotUtf8(at=7)


@pytest.mark.parametrize(
    ("raw", "at", "why"),
    [
        (b"", 0, "expecting value"),
        (b"{'a': 1}", 1, "expecting property name enclosed in double quotes"),
        (b'{"a": 1,}', 8, "illegal trailing comma before end of object|expecting property name"),
        (b'{"a": 1} x', 9, "extra data"),
        (b'{"a" 1}', 5, "expecting ':' delimiter"),
        (b'{"a": "x\ny"}', 8, "invalid control character"),
        ('{"ä": ü}'.encode(), 7, "expecting value"),
        (b'{"NaN": 1, "b": NaN}', 16, "NaN is not JSON"),
        (b"NaN", 0, "NaN is not JSON"),
        (b'{"a": [1, -Infinity]}', 10, "-Infinity is not JSON"),
    ],
)
def test_what_is_no_json_is_located_in_bytes(raw: bytes, at: int, why: str) -> None:
    read = read_object(raw)
    assert isinstance(read, BrokenJson)
    assert not read.ends_early
    assert any(read.why.startswith(choice) for choice in why.split("|"))
    assert read.at in {at, at - 1}  # Python 3.13 points at the comma itself


@pytest.mark.parametrize("raw", [b'{"a": "x', b'{"a": 1', b'{"a"', b"{", b'{"a": tr', b'{"a": 1, ', b'{"a": [1,'])
def test_what_ends_early_is_said_to(raw: bytes) -> None:
    read = read_object(raw)
    assert isinstance(read, BrokenJson)
    assert read.ends_early


@pytest.mark.parametrize("depth", [DEEPEST + 1, 100_000])
def test_deep_nesting_is_a_fault_and_no_crash(depth: int) -> None:
    read = read_object(b'{"a":' + b"[" * (depth - 1) + b"]" * (depth - 1) + b"}")
    assert read == BrokenJson(at=4 + DEEPEST, why=f"nested deeper than {DEEPEST} levels")


def test_brackets_beside_each_other_and_in_texts_are_not_nested() -> None:
    wide = {"a": [[] for _ in range(500)], "b": "[" * 500 + '\\"' + "{" * 500}
    assert read_object(json.dumps(wide).encode()) == ObjectRead(value=wide)


@pytest.mark.parametrize(
    ("raw", "kind"), [(b"null", "null"), (b'"x"', "text"), (b"[1]", "a list"), (b"17", "a number")]
)
def test_json_that_is_no_object_is_named(raw: bytes, kind: str) -> None:
    assert read_object(raw) == OtherJson(kind=kind)


def test_a_name_that_stands_twice_is_told_and_the_last_counts() -> None:
    assert read_object(b'{"a": 1, "b": {"c": 1, "c": 2}, "a": 2}') == ObjectRead(
        value={"a": 2, "b": {"c": 2}}, repeated=("a",)
    )


def test_many_names_that_stand_twice_cost_no_time() -> None:
    read = read_object(b"{" + b",".join(b'"%d": 1' % (i // 2) for i in range(100_000)) + b"}")
    assert isinstance(read, ObjectRead)
    assert read.repeated


@pytest.mark.parametrize("digits", ["9" * 5000, "-" + "9" * 5000, "1e999", "-1e999"])
def test_numbers_beyond_every_machine_stay_numbers_that_json_can_say(digits: str) -> None:
    read = read_object(f'{{"exp": {digits}}}'.encode())
    assert isinstance(read, ObjectRead)
    assert json.loads(json.dumps(read.value, allow_nan=False)) == read.value


def test_lone_surrogates_are_kept_for_whoever_shows_them_to_escape() -> None:
    assert read_object(b'{"a": "\\ud800"}') == ObjectRead(value={"a": "\ud800"})


@pytest.mark.parametrize(("value", "kind"), [(True, "true or false"), (1.5, "a number"), ({}, "an object")])
def test_kinds_have_names(value: object, kind: str) -> None:
    assert kind_of(value) == kind
