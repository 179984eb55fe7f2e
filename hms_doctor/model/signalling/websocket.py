"""How a websocket can fail to open, and how an open one can end (RFC 6455)."""

from collections.abc import Mapping
from dataclasses import field
from typing import TypeAlias

from hms_doctor.model.failure import Failure
from hms_doctor.model.quick_dataclass import dataclass


@dataclass(frozen=True, kw_only=True)
class BadUrl:
    """A URL that no websocket can be opened to, and why."""

    why: str


@dataclass(frozen=True, kw_only=True)
class NotDialled:
    """The server was not reached: name, connection, proxy or TLS failed."""

    failure: Failure
    address: str = ""


@dataclass(frozen=True, kw_only=True)
class UpgradeRefused:
    """HTTP was answered, but not with 101 (RFC 6455, 4.1)."""

    status: int
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)  # names in lower case
    body: str = ""


@dataclass(frozen=True, kw_only=True)
class HandshakeSilent:
    """No whole answer to the upgrade within the step's time; ``begun``: some bytes came."""

    failure: Failure
    begun: bool = False


@dataclass(frozen=True, kw_only=True)
class RequestSwallowed:
    """No answer to the upgrade, nor to any request that fills a packet, while small ones are answered."""

    failure: Failure


@dataclass(frozen=True, kw_only=True)
class HandshakeLost:
    """The connection ended before an answer to the upgrade."""

    failure: Failure


@dataclass(frozen=True, kw_only=True)
class NotWebsocket:
    """What was answered is no websocket handshake."""

    detail: str


Unopened: TypeAlias = UpgradeRefused | HandshakeSilent | RequestSwallowed | HandshakeLost | NotWebsocket


@dataclass(frozen=True, kw_only=True)
class NotOpened:
    """No websocket came about; ``via`` is the proxy between, empty where there is none."""

    outcome: BadUrl | NotDialled | Unopened
    via: str = ""
    steps: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Closed:
    """The peer closed with a Close frame; 1005 where it named no code (RFC 6455, 7.1.5)."""

    code: int
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Broken:
    """The peer broke the protocol and we closed, with this code (1002, 1007, 1009)."""

    code: int
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """The connection ended without a Close frame (the browser's 1006)."""

    failure: Failure


Ended: TypeAlias = Closed | Broken | Lost


@dataclass(frozen=True, kw_only=True)
class Quiet:
    """Nothing came in this many seconds."""

    waited: float
