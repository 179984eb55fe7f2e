"""ICE server URLs: ``stun:``, ``stuns:`` (RFC 7064), ``turn:``, ``turns:`` (RFC 7065)."""

import re
from enum import StrEnum
from ipaddress import AddressValueError, IPv6Address
from typing import Final, TypeAlias

from hms_doctor.model.quick_dataclass import dataclass


class Scheme(StrEnum):
    """What the server is asked for, and whether TLS guards the way to it."""

    STUN = "stun"
    STUNS = "stuns"
    TURN = "turn"
    TURNS = "turns"


class Transport(StrEnum):
    """How the client reaches the server; a relay always forwards UDP (RFC 8656 section 3.1)."""

    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


@dataclass(frozen=True, kw_only=True, slots=True)
class IceUrl:
    """A URL that a browser would take; the port is the default one where the text names none."""

    text: str
    scheme: Scheme
    host: str  # an IPv6 literal without its brackets
    port: int
    transport: Transport

    @property
    def relays(self) -> bool:
        """Whether it names a TURN server."""
        return self.scheme in {Scheme.TURN, Scheme.TURNS}


@dataclass(frozen=True, kw_only=True, slots=True)
class NotAnIceUrl:
    """A text at which ``new RTCPeerConnection`` throws a SyntaxError, and why; a login in it is left out."""

    text: str
    why: str


ParsedIceUrl: TypeAlias = IceUrl | NotAnIceUrl

PLAIN_PORT: Final = 3478
USUAL_PORTS: Final = (PLAIN_PORT, 443)
"""Where TURN servers are met over UDP: 100ms's firewall page names both."""
TLS_PORT: Final = 5349
LAST_PORT: Final = 65535
LONGEST_HOST: Final = 253
_SHAPE: Final = re.compile(
    r"(?P<scheme>[A-Za-z]+):(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.~%-]+)(?::(?P<port>[0-9]{1,5}))?(?:\?(?P<query>.*))?",
)
_LOGIN: Final = re.compile(r"(?<=:)[^@]*@")


def parse_ice_url(text: str) -> ParsedIceUrl:
    """Read one URL of the list; never raises."""
    found = _SHAPE.fullmatch(text)
    if found is None:
        return NotAnIceUrl(text=_LOGIN.sub("…@", text), why=_why_no_shape(text))
    name = found["scheme"].lower()
    if name not in set(Scheme):
        return NotAnIceUrl(text=text, why=f"{name}: is no scheme of an ICE server")
    scheme = Scheme(name)
    host = found["host"].strip("[]")
    port = int(found["port"] or (TLS_PORT if scheme.endswith("s") else PLAIN_PORT))
    why = _why_bad_host(found["host"]) or _why_bad_port(port) or _why_bad_query(scheme, found["query"])
    if why:
        return NotAnIceUrl(text=text, why=why)
    return IceUrl(text=text, scheme=scheme, host=host, port=port, transport=_transport(scheme, found["query"] or ""))


def _transport(scheme: Scheme, query: str) -> Transport:
    if scheme.endswith("s"):
        return Transport.TLS
    return Transport.TCP if query.lower() == "transport=tcp" else Transport.UDP


def _why_no_shape(text: str) -> str:
    if "://" in text:
        return "an ICE URL has no // after its scheme"
    if "@" in text:
        return "an ICE URL holds no login"
    return "not of the form scheme:host, scheme:host:port"


def _why_bad_host(host: str) -> str:
    if len(host) > LONGEST_HOST:
        return "the host name is too long"
    if not host.startswith("["):
        return ""
    try:
        IPv6Address(host.strip("[]"))
    except AddressValueError:
        return "the brackets hold no IPv6 address"
    return ""


def _why_bad_port(port: int) -> str:
    return "" if 0 < port <= LAST_PORT else f"{port} is no port"


def _why_bad_query(scheme: Scheme, query: str | None) -> str:
    if query is None:
        return ""
    if scheme in {Scheme.STUN, Scheme.STUNS}:
        return f"a {scheme}: URL takes no ?{query}"
    if query.lower() not in {"transport=udp", "transport=tcp"}:
        return f"?{query} is neither ?transport=udp nor ?transport=tcp"
    if (scheme, query.lower()) == (Scheme.TURNS, "transport=udp"):
        return "turns: over UDP (DTLS) is tried by no browser"
    return ""
