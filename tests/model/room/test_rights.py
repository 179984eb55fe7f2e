from collections.abc import Mapping

import pytest

from hms_doctor.model.network.server import RolePolicy
from hms_doctor.model.room.joining import Peer
from hms_doctor.model.room.rights import heard_roles, needs_no_connection, sent_kinds, tracks_to_hear


def policy(publishes: frozenset[str], subscribe: object) -> RolePolicy:
    raw: Mapping[str, object] = {"known_roles": {"host": {"subscribeParams": subscribe}}}
    return RolePolicy(role="host", publishes=publishes, known_roles=("host",), raw=raw)


def peer(role: str, publishes: int) -> Peer:
    return Peer(id=f"{role}-{publishes}", name="", role=role, user_id="", publishes=publishes)


@pytest.mark.parametrize(
    "params", [None, [], {}, {"subscribeToRoles": "host"}, {"subscribeToRoles": None}, {"subscribeToRoles": [1]}]
)
def test_a_role_without_a_list_hears_nobody(params: object) -> None:
    assert heard_roles(policy(frozenset(), params)) == frozenset()
    assert needs_no_connection(policy(frozenset(), params), ("nonWebRTCDisableOffer",))


def test_who_sends_or_hears_needs_a_connection() -> None:
    hears = policy(frozenset(), {"subscribeToRoles": ["host"]})
    sends = policy(frozenset({"audio", "screen"}), {})
    flag = ("simulcast", "nonWebRTCDisableOffer")
    assert not needs_no_connection(hears, flag)
    assert not needs_no_connection(sends, flag)
    assert not needs_no_connection(policy(frozenset(), {}), ())


def test_a_screen_is_never_sent() -> None:
    assert sent_kinds(policy(frozenset({"screen", "video", "audio"}), {})) == ("audio", "video")
    assert sent_kinds(policy(frozenset({"screen"}), {})) == ()


def test_only_tracks_of_roles_that_we_hear_count() -> None:
    ours = policy(frozenset(), {"subscribeToRoles": ["guest", "host"]})
    assert tracks_to_hear(ours, (peer("guest", 2), peer("viewer", 3), peer("host", 1))) == 3
