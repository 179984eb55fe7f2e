"""Facts about ICE: the servers that were offered."""

import re
from typing import ClassVar, Final, TypeAlias

from hms_doctor.model.ice.urls import ParsedIceUrl, parse_ice_url
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret


@dataclass(frozen=True, kw_only=True)
class IceServer:
    """One entry of the list that init gives (``rtcConfiguration.ice_servers``), RFC 7064 and RFC 7065 URLs."""

    urls: tuple[str, ...]
    username: str = ""
    credential: Secret = Secret("")


@dataclass(frozen=True, kw_only=True)
class IceServers:
    """The list as a whole (seeded by ``--ice-server``, or yielded by ``init``)."""

    absent: ClassVar[str] = "no ICE servers known (they come with init, or from --ice-server)"
    servers: tuple[IceServer, ...]
    origin: str  # "init" or "the command line"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One URL of the list with the login that belongs to it."""

    url: ParsedIceUrl
    username: str
    credential: Secret


def offers(servers: IceServers) -> tuple[Offer, ...]:
    """Give every URL of the list once, in its order."""
    found = (
        Offer(url=parse_ice_url(text), username=server.username, credential=server.credential)
        for server in servers.servers
        for text in server.urls
    )
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, kw_only=True, slots=True)
class NoExpiry:
    """The username does not begin with a time: the login does not expire by itself, or does not say so."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ExpiresIn:
    """Seconds that a login had left on the server's clock when it was looked at; negative once expired."""

    seconds: float
    at: float  # seconds since 1970 UTC


Expiry: TypeAlias = NoExpiry | ExpiresIn

_REST_USERNAME: Final = re.compile(r"([0-9]{9,11})(?::.*)?", re.ASCII | re.DOTALL)


def expiry_of(username: str, now: float) -> Expiry:
    """Read the time with which a TURN REST username begins (100ms: ``<seconds since 1970>:``)."""
    found = _REST_USERNAME.fullmatch(username)
    return ExpiresIn(seconds=float(found[1]) - now, at=float(found[1])) if found else NoExpiry()
