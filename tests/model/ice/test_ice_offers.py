"""The list of ICE servers: its URLs once each, and the time in a TURN REST username."""

import pytest

from hms_doctor.model.ice.servers import ExpiresIn, IceServer, IceServers, NoExpiry, expiry_of, offers
from hms_doctor.model.secret import Secret


def test_every_url_is_offered_once_with_its_own_login() -> None:
    first = IceServer(urls=("turn:a", "turn:b"), username="u", credential=Secret("c"))
    second = IceServer(urls=("turn:a",), username="v", credential=Secret("c"))
    found = offers(IceServers(servers=(first, second, first), origin="init"))
    assert [(offer.url.text, offer.username) for offer in found] == [("turn:a", "u"), ("turn:b", "u"), ("turn:a", "v")]


@pytest.mark.parametrize(
    ("username", "left"),
    [("1716838705:", 5.0), ("1716838705:alice:b", 5.0), ("1716838705", 5.0), ("1716838600:", -100.0)],
)
def test_the_time_in_a_username(username: str, left: float) -> None:
    expiry = expiry_of(username, 1716838700.0)
    assert isinstance(expiry, ExpiresIn)
    assert expiry.seconds == left


@pytest.mark.parametrize("username", ["", "alice", "alice:1716838705", "17:x", "1716838705x", "٣" * 10])
def test_a_username_without_a_time(username: str) -> None:
    assert expiry_of(username, 0.0) == NoExpiry()
