import pytest

from hms_doctor.model.json import JsonValue
from hms_doctor.model.room.candidates import (
    NoMoreCandidates,
    NotACandidate,
    Trickled,
    TrickleRead,
    UnreadableCandidate,
    hide_addresses,
    read_candidate,
    read_trickle,
)
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.transports import Candidate, CandidateType

HOST = "candidate:a+/1 1 UDP 2130706431 192.0.2.1 4711 typ host"


def test_a_candidate_is_read() -> None:
    expected = Candidate(type=CandidateType.HOST, protocol="udp", address="192.0.2.1", port=4711)
    assert read_candidate(HOST) == expected
    assert read_candidate(f"a={HOST} generation 0 ufrag x network-cost 10") == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "candidate:",
        "candidate:1 1 udp 1 192.0.2.1 5",
        "candidate:1 1 udp 1 192.0.2.1 65536 typ host",
        "candidate:1 1 udp 1 192.0.2.1 5 typ guest",
        "candidate:1 1 udp -1 192.0.2.1 5 typ host",
        "candidate:1 one udp 1 192.0.2.1 5 typ host",
        "candidate:§ 1 udp 1 192.0.2.1 5 typ host",
    ],
)
def test_what_breaks_the_grammar_is_none(text: str) -> None:
    assert read_candidate(text) == NotACandidate()


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"target": 0, "candidate": {"candidate": "", "sdpMid": "0"}}, NoMoreCandidates(side=Side.PUBLISH)),
        ({"target": 1, "candidate": None}, NoMoreCandidates(side=Side.SUBSCRIBE)),
        ({"target": 1}, UnreadableCandidate(side=Side.SUBSCRIBE, what="no candidate in it")),
        (None, UnreadableCandidate(side=Side.SUBSCRIBE, what="no candidate in it")),
        ({"target": "x", "candidate": []}, UnreadableCandidate(side=Side.SUBSCRIBE, what="no candidate in it")),
        ({"target": 0, "candidate": {}}, UnreadableCandidate(side=Side.PUBLISH, what="a candidate that is no text")),
        (
            {"target": 1, "candidate": {"candidate": HOST}},
            UnreadableCandidate(side=Side.SUBSCRIBE, what="a candidate that names no media section"),
        ),
        (
            {"target": 7, "candidate": {"candidate": "candidate: 192.0.2.1", "sdpMid": "0"}},
            UnreadableCandidate(side=Side.SUBSCRIBE, what="candidate: …"),
        ),
    ],
)
def test_what_is_trickled_is_told_apart(params: JsonValue, expected: TrickleRead) -> None:
    assert read_trickle(params) == expected


@pytest.mark.parametrize(
    ("init", "mid", "index"),
    [({"sdpMid": "0", "sdpMLineIndex": 1}, "0", 1), ({"sdpMid": "a"}, "a", 0), ({"sdpMLineIndex": 2}, "", 2)],
)
def test_a_section_is_named_in_either_way(init: dict[str, JsonValue], mid: str, index: int) -> None:
    read = read_trickle({"target": 0, "candidate": {"candidate": HOST, **init}})
    assert isinstance(read, Trickled)
    assert (read.side, read.mid, read.index) == (Side.PUBLISH, mid, index)
    assert read.text == HOST.removeprefix("candidate:")


def test_addresses_are_hidden() -> None:
    told = "candidate:1 1 udp 1 2001:db8::7 5 typ srflx raddr 10.0.0.1 rport 7 abc-1.local"
    assert hide_addresses(told) == "candidate:1 1 udp 1 … 5 typ srflx raddr … rport 7 …"
