"""Facts that the network tells: the endpoint, the server's clock, what init answered, the policy of the room."""

from collections.abc import Mapping
from typing import ClassVar
from urllib.parse import urlsplit

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret


@dataclass(frozen=True, kw_only=True)
class EndpointUrl:
    """An init endpoint of the right form; the path is always ``/init`` (hms-video-store: signal/init)."""

    url: str  # as typed by the user
    host: str
    port: int


@dataclass(frozen=True, kw_only=True)
class ServerTime:
    """A server's clock beside ours, both in seconds since 1970 UTC; the ``Date`` header has whole seconds."""

    absent: ClassVar[str] = "no server told its time"
    server: float
    here: float
    source: str  # the host that told

    @property
    def skew(self) -> float:
        """How many seconds this machine's clock runs ahead of the server's."""
        return self.here - self.server


@dataclass(frozen=True, kw_only=True)
class TokenAccepted:
    """The server took the token: our own lint of it is then at most a warning."""

    by: str


@dataclass(frozen=True, kw_only=True)
class SignallingUrl:
    """The websocket URL that init gave, without the query that carries the token."""

    absent: ClassVar[str] = "init named no signalling server"
    url: str
    peer_id: str
    token: Secret

    @property
    def host(self) -> str:
        """The server as people know it, with its port; a URL that cannot be read stands for itself."""
        try:
            authority = urlsplit(self.url).netloc.rpartition("@")[2]
        except ValueError:
            authority = ""
        return (authority or self.url)[:100]


@dataclass(frozen=True, kw_only=True)
class RolePolicy:
    """The role that the server gave us, from ``on-policy-change``."""

    role: str
    publishes: frozenset[str]  # of "audio", "video", "screen"
    known_roles: tuple[str, ...]
    raw: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class CertificateFacts:
    """What a server's certificate says of itself; times in seconds since 1970 UTC."""

    issuer: str
    subject: str
    names: tuple[str, ...]
    not_before: float
    not_after: float


@dataclass(frozen=True, kw_only=True)
class NoCertificate:
    """No certificate was seen, or none that can be read."""

    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class TlsFacts:
    """A finished handshake; ``trust`` says in words whose roots it was verified with."""

    version: str
    cipher: str
    trust: str
    ms: float
    certificate: CertificateFacts | NoCertificate


@dataclass(frozen=True, kw_only=True)
class NoTls:
    """A connection in the clear."""


@dataclass(frozen=True, kw_only=True)
class NoServerTime:
    """The server told no time, or none that can be read."""
