"""The grammar of what is typed and posted, as a table."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.simulator.steering_words import (
    Faults,
    Misheard,
    Nothing,
    Play,
    Question,
    Quit,
    Start,
    Wish,
    moment_of,
    read_body,
    read_line,
    seconds_of,
)
from hms_doctor.simulator.switching import Named

ANN = Named(name="Ann")
SHARDS = (
    "ws-drop",
    "for",
    "after",
    "peer",
    "join",
    "join+5s",
    "20s",
    "0s",
    "everyone",
    '"',
    '"for"',
    "--for",
    "+",
    "quit",
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(SHARDS)


def _nested(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    names = st.sampled_from(("fault", "for", "after", "peer")) | st.text(max_size=5)
    return st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4)


@pytest.mark.parametrize(
    ("line", "wish"),
    [
        ("ws-drop", Play(fault="ws-drop")),
        ("  40102\r\n", Play(fault="40102")),
        ("ws-drop for 20s", Play(fault="ws-drop", lasts=20)),
        ("ws-drop for 500ms after 2m", Play(fault="ws-drop", lasts=0.5, after=120)),
        ("after 5s ws-drop for 20s", Play(fault="ws-drop", lasts=20, after=5)),
        ("--after 5s ws-drop --for 1.5s", Play(fault="ws-drop", lasts=1.5, after=5)),
        ("ws-drop for 20", Play(fault="ws-drop", lasts=20)),
        ("ws-drop FOR 1H", Play(fault="ws-drop", lasts=3600)),
        ("ws-drop for everyone", Play(fault="ws-drop")),
        ("ws-drop for everyone for 3s", Play(fault="ws-drop", lasts=3)),
        ("ws-drop for 3s for everyone", Play(fault="ws-drop", lasts=3)),
        ("ws-drop for 3s for 4s", Misheard(why="'for' stands there twice")),
        ('ws-drop for "everyone"', Misheard(why="'everyone' is no duration: write 500ms, 20s or 2m")),
        ("40102 peer Ann", Play(fault="40102", peers=ANN)),
        ("40102 peer Ann Lee for 2s", Play(fault="40102", peers=Named(name="Ann Lee"), lasts=2)),
        ('40102 peer "for Ann" for 2s', Play(fault="40102", peers=Named(name="for Ann"), lasts=2)),
        ("40102 peer O'Hara", Play(fault="40102", peers=Named(name="O'Hara"))),
        ("peer Ann after 1s 40102", Play(fault="40102", peers=ANN, after=1)),
        ("peer Ann after 1s", Misheard(why="which fault? `faults` lists them")),
        ("ws-drop after join", Play(fault="ws-drop", start=Start.JOIN)),
        ("ws-drop after join+5s", Play(fault="ws-drop", start=Start.JOIN, after=5)),
        ("ws-drop after 0s", Play(fault="ws-drop")),
        ("healthy", Play(fault="healthy")),
        ("healthy peer Ann", Play(fault="healthy", peers=ANN)),
        ("", Nothing()),
        ("   ", Nothing()),
        ("peers", Question.PEERS),
        ("STATUS", Question.STATUS),
        ("help", Question.HELP),
        ("?", Question.HELP),
        ("trust", Question.TRUST),
        ("faults", Faults()),
        ("faults turn", Faults(like="turn")),
        ("quit", Quit()),
        ("exit", Quit()),
        ("q", Quit()),
        ("for 20s", Misheard(why="which fault? `faults` lists them")),
        ("ws-drop for", Misheard(why="what comes after 'for' is missing")),
        ("ws-drop peer", Misheard(why="what comes after 'peer' is missing")),
        ("ws-drop for 0s", Misheard(why="nothing lasts no time: give `for` more than 0s")),
        ("ws-drop for 5y", Misheard(why="'5y' is no duration: write 500ms, 20s or 2m")),
        ("ws-drop for -5s", Misheard(why="'-5s' is no duration: write 500ms, 20s or 2m")),
        ("ws-drop for 25h", Misheard(why="25h is longer than a day")),
        ("ws-drop after join+x", Misheard(why="'x' is no duration: write 500ms, 20s or 2m")),
        ("ws-drop 40102", Misheard(why="one fault at a time: 'ws-drop' or '40102'")),
    ],
)
def test_a_line_is_read_into_one_wish(line: str, wish: Wish) -> None:
    assert read_line(line) == wish


@pytest.mark.parametrize(
    ("body", "wish"),
    [
        (b"ws-drop for 20s\n", Play(fault="ws-drop", lasts=20)),
        (b'"ws-drop for 20s"', Play(fault="ws-drop", lasts=20)),
        (b'{"fault": "ws-drop", "for": "20s", "after": "5s", "peer": "Ann"}', Play(
            fault="ws-drop", lasts=20, after=5, peers=ANN
        )),
        (b'{"fault": 40102, "for": 1.5}', Play(fault="40102", lasts=1.5)),
        (b'{"fault": "ws-drop", "after": "join+2s"}', Play(fault="ws-drop", after=2, start=Start.JOIN)),
        (b"", Nothing()),
        (b"{}", Misheard(why="which fault? `faults` lists them")),
        (b'{"fault": true}', Misheard(why="'fault' is no text")),
        (b'{"fault": null}', Misheard(why="'fault' is no text")),
        (b'{"fault": "ws-drop", "peer": ["Ann"]}', Misheard(why="'peer' is no text")),
        (b'{"fault": "ws-drop", "for": ""}', Misheard(why="what comes after 'for' is missing")),
        (b'{"fault": "ws-drop", "for": NaN}', Misheard(why="'nan' is no duration: write 500ms, 20s or 2m")),
        (b'{"fault": "ws-drop", "in": "5s"}', Misheard(
            why="there is no member 'in': fault, for, after and peer are read"
        )),
        (b"[1]", Misheard(why='the body is no JSON object like {"fault": "ws-drop", "for": "20s"}')),
        (b"{", Misheard(why="the body is neither JSON nor a line of text")),
        (b"[" * 100_000, Misheard(why="the body is neither JSON nor a line of text")),
        (b"\xff\xfe", Misheard(why="the body is neither JSON nor a line of text")),
    ],
)  # fmt: skip
def test_a_body_is_read_into_one_wish(body: bytes, wish: Wish) -> None:
    assert read_body(body) == wish


def test_a_name_survives_as_json_whatever_it_is() -> None:
    name = 'for "peer" \u202e\n\x1b[2J' * 3
    assert read_body(json.dumps({"fault": "40102", "peer": name}).encode()) == Play(
        fault="40102", peers=Named(name=name)
    )


def test_durations_and_moments() -> None:
    assert [seconds_of(text) for text in ("500ms", "5s", "2m", "2min", "1h", "7")] == [0.5, 5, 120, 120, 3600, 7]
    assert moment_of(" JOIN + 2s") == (Start.JOIN, 2)


@given(st.text(max_size=60) | st.lists(st.sampled_from(SHARDS), max_size=8).map(" ".join))
def test_whatever_is_typed_is_one_wish(line: str) -> None:
    assert isinstance(read_line(line), Wish)


@given(
    st.binary(max_size=60) | st.recursive(SCALARS, _nested, max_leaves=8).map(lambda told: json.dumps(told).encode())
)
def test_whatever_is_posted_is_one_wish(body: bytes) -> None:
    assert isinstance(read_body(body), Wish)
