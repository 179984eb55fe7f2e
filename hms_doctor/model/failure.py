"""What can go wrong on the wire, named in two steps: the operation that failed and the way it failed."""

from enum import StrEnum

from hms_doctor.model.quick_dataclass import dataclass


class Operation(StrEnum):
    """The step of a network exchange; the value is how people read it."""

    RESOLVE = "resolve"
    CONNECT = "connect"
    PROXY = "proxy"
    TLS = "tls"
    HTTP = "http"
    UPGRADE = "upgrade"
    POLICY = "policy"
    HOLD = "hold"
    BINDING = "binding"
    CHALLENGE = "challenge"
    ALLOCATE = "allocate"
    PERMISSION = "permission"
    ECHO = "echo"
    RELEASE = "release"


class Kind(StrEnum):
    """The way in which an operation failed."""

    NXDOMAIN = "the name does not exist"
    NO_ADDRESS = "the name has no address"
    SERVFAIL = "the name server answered with an error"
    UNRESOLVED = "no name server gave a usable answer"
    REFUSED = "connection refused"
    RESET = "connection reset"
    CLOSED = "connection closed"
    SILENT = "no answer"
    CUT_OFF = "cut off by the run's deadline"
    UNREACHABLE = "no route to the host"
    NO_NETWORK = "this machine has no route there"
    IPV6_ALONE = "an IPv4 address, and this machine has IPv6 alone"
    NOT_PERMITTED = "not permitted on this machine"
    PROHIBITED = "prohibited by a firewall"
    TLS_EXPIRED = "certificate expired"
    TLS_NOT_YET_VALID = "certificate not yet valid"
    TLS_WRONG_NAME = "certificate is for another name"
    TLS_UNKNOWN_ISSUER = "certificate's issuer is not trusted"
    TLS_SELF_SIGNED = "certificate is self-signed"
    TLS_REJECTED = "certificate rejected"
    TLS_PROTOCOL = "the server does not speak TLS here"
    TLS_HANDSHAKE = "TLS handshake failed"
    PROXY_AUTH = "the proxy wants a login"
    PROXY_REFUSED = "the proxy refused"
    PROXY_UPSTREAM = "the proxy could not reach the server"
    PROXY_LOGIN_FOREIGN = "the proxy wants a login that this program cannot make"
    PROXY_UNUSABLE = "this program cannot use the proxy"
    PROXY_PROTOCOL = "the proxy's answer is not HTTP"
    MALFORMED = "malformed answer"
    TOO_LARGE = "answer too large"
    STATUS = "unexpected status"
    OTHER = "failed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Failure:
    """One failed operation. ``detail`` is text for people (a status line, an errno's name), never a secret."""

    operation: Operation
    kind: Kind
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value} ({self.detail})" if self.detail else self.kind.value


ASKED = "this machine asks "
"""Stands in the detail of a failed look-up before the name servers that were asked."""
LEAST_SILENCE = 1.0
"""Seconds of silence that are needed to call a peer silent; less was our own deadline (``Kind.CUT_OFF``)."""


def was_asked_again(failure: Failure) -> bool:
    """Whether the failing step has been repeated already: a resolver asks each server more than once by itself."""
    return failure.operation is Operation.RESOLVE and failure.kind is Kind.SILENT


def silence(operation: Operation, waited: float, detail: str = "") -> Failure:
    """Name a time-out: the peer's silence when we waited long enough, else our own deadline."""
    kind = Kind.SILENT if waited >= LEAST_SILENCE else Kind.CUT_OFF
    return Failure(operation=operation, kind=kind, detail=detail or f"{waited:.1f} s")
