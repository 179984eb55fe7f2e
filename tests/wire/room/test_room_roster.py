import pytest

from hms_doctor.model.json import JsonValue
from hms_doctor.wire.room.roster import MOST_PEERS, Roster

ANN: dict[str, JsonValue] = {
    "peer_id": "a",
    "role": "host",
    "info": {"name": "Ann", "user_id": "u"},
    "tracks": {"t": {}},
}


def test_peers_come_and_go() -> None:
    roster = Roster("us")
    roster.take("room-state", {"peers": {"a": ANN}})
    roster.take("on-peer-join", {"peer_id": "b", "role": "guest", "info": {}})
    assert [(peer.id, peer.name, peer.role, peer.publishes) for peer in roster.others] == [
        ("a", "Ann", "host", 1),
        ("b", "", "guest", 0),
    ]
    roster.take("on-track-add", {"peer": {"peer_id": "b"}, "tracks": {"t1": {}, "t2": {}}})
    roster.take("on-track-remove", {"peer": {"peer_id": "b"}, "tracks": {"t1": {}}})
    assert [peer.publishes for peer in roster.others] == [1, 1]
    roster.take("on-peer-leave", {"peer_id": "a"})
    assert [peer.id for peer in roster.others] == ["b"]


def test_we_are_no_other_and_only_the_state_before_the_join_names_us() -> None:
    roster = Roster("us")
    roster.take("peer-list", {"peers": {"us": {"role": "host"}}})
    assert (roster.others, roster.names_us) == ((), False)
    roster.take("room-state", {"peers": {"us": {"role": "host"}}})
    assert (roster.others, roster.names_us) == ((), True)


@pytest.mark.parametrize(
    "params",
    [None, [], {"peers": []}, {"peers": {"x": 7}}, {"peer": "x", "tracks": 1}, {"peer_id": 7}, {"peer_id": ""}],
)  # fmt: skip
@pytest.mark.parametrize(
    "method", ["room-state", "peer-list", "on-peer-join", "on-peer-leave", "on-track-add", "on-track-remove", "else"]
)
def test_nonsense_is_taken_without_harm(method: str, params: JsonValue) -> None:
    roster = Roster("us")
    roster.take(method, params)
    assert all(peer.publishes == 0 for peer in roster.others)


def test_a_crowd_is_kept_within_bounds() -> None:
    roster = Roster("us")
    for number in range(MOST_PEERS + 10):
        roster.take("on-peer-join", {"peer_id": str(number), "tracks": {str(track): {} for track in range(100)}})
    assert len(roster.others) == MOST_PEERS
    assert roster.others[0].publishes == 64
