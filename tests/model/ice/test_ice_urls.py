"""URLs of ICE servers, as RFC 7064, RFC 7065 and browsers take them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hms_doctor.model.ice.urls import IceUrl, NotAnIceUrl, Scheme, Transport, parse_ice_url

GOOD = [
    ("turn:turn-in.100ms.live", Scheme.TURN, "turn-in.100ms.live", 3478, Transport.UDP),
    ("turn:turn-in.100ms.live?transport=tcp", Scheme.TURN, "turn-in.100ms.live", 3478, Transport.TCP),
    ("turn:turn-in.100ms.live:443", Scheme.TURN, "turn-in.100ms.live", 443, Transport.UDP),
    ("turn:turn-in.100ms.live:443?transport=udp", Scheme.TURN, "turn-in.100ms.live", 443, Transport.UDP),
    ("TURN:host:443?transport=TCP", Scheme.TURN, "host", 443, Transport.TCP),
    ("turns:host", Scheme.TURNS, "host", 5349, Transport.TLS),
    ("turns:host:443?transport=tcp", Scheme.TURNS, "host", 443, Transport.TLS),
    ("stun:host", Scheme.STUN, "host", 3478, Transport.UDP),
    ("stuns:host", Scheme.STUNS, "host", 5349, Transport.TLS),
    ("turn:[2001:db8::7]:3478", Scheme.TURN, "2001:db8::7", 3478, Transport.UDP),
    ("turn:192.0.2.7", Scheme.TURN, "192.0.2.7", 3478, Transport.UDP),
]


@pytest.mark.parametrize(("text", "scheme", "host", "port", "transport"), GOOD)
def test_what_browsers_take(text: str, scheme: Scheme, host: str, port: int, transport: Transport) -> None:
    assert parse_ice_url(text) == IceUrl(text=text, scheme=scheme, host=host, port=port, transport=transport)


@pytest.mark.parametrize(
    ("text", "relays"), [("turn:h", True), ("turns:h", True), ("stun:h", False), ("stuns:h", False)]
)
def test_only_turn_relays(text: str, relays: bool) -> None:
    url = parse_ice_url(text)
    assert isinstance(url, IceUrl)
    assert url.relays is relays


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "scheme:host"),
        ("turn", "scheme:host"),
        ("turn:", "scheme:host"),
        ("turn://host", "no //"),
        ("turn:user:pass@host", "login"),
        ("http:host", "no scheme"),
        ("turn:host:0", "no port"),
        ("turn:host:65536", "no port"),
        ("turn:host:port", "scheme:host"),
        ("turn:2001:db8::7", "scheme:host"),
        ("turn:[::ffff:]:3478", "no IPv6"),
        ("turn:[1.2.3.4]", "no IPv6"),
        ("turn:host?transport=sctp", "neither"),
        ("turn:host?", "neither"),
        ("turn:host?transport=udp&x=1", "neither"),
        ("turns:host?transport=udp", "DTLS"),
        ("stun:host?transport=udp", "takes no"),
        ("turn:a b", "scheme:host"),
        ("turn:" + "a" * 254, "too long"),
        (" turn:host", "scheme:host"),
    ],
)
def test_what_browsers_refuse(text: str, why: str) -> None:
    refused = parse_ice_url(text)
    assert isinstance(refused, NotAnIceUrl)
    assert why in refused.why
    assert refused.text == text.replace("user:pass", "…")


@given(st.text(max_size=60) | st.from_regex(r"(turn|stun)s?:[^\n]{0,40}", fullmatch=True))
def test_any_text_is_read_without_raising(text: str) -> None:
    parse_ice_url(text)
