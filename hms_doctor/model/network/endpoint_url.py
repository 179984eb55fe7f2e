"""Reading an init endpoint: what the SDKs take, and the one thing that is wrong with what they do not."""

import re
from enum import Enum
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import Final, TypeAlias
from urllib.parse import SplitResult, urlsplit

from hms_doctor.model.network.server import EndpointUrl
from hms_doctor.model.quick_dataclass import dataclass

HTTPS_PORT: Final = 443
_SHOWN: Final = 100
_LONGEST_HOST: Final = 253  # RFC 1035, 2.3.4
_LAST_PORT: Final = 65535
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_HOST_AND_PORT = re.compile(r"[^/?#:]+:\d+(?:[/?#].*)?", re.DOTALL)


class Problem(Enum):
    """What is wrong with an endpoint."""

    EMPTY = "empty"
    BLANKS = "blanks"
    SCHEME = "scheme"
    USERINFO = "userinfo"
    PORT = "port"
    HOST = "host"


@dataclass(frozen=True, kw_only=True)
class UsableUrl:
    """The SDKs take it; ``notes`` say what of it has no effect or is unusual."""

    endpoint: EndpointUrl
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShoutingUrl:
    """A scheme with capital letters: right by RFC 3986, but the web SDK looks for ``https://`` as it stands."""

    endpoint: EndpointUrl
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class UnusableUrl:
    """No SDK can go there; ``summary`` says why in one line."""

    problem: Problem
    summary: str


ReadUrl: TypeAlias = UsableUrl | ShoutingUrl | UnusableUrl


class _UnusableError(ValueError):
    def __init__(self, problem: Problem, summary: str) -> None:
        super().__init__(summary)
        self.problem, self.summary = problem, summary


def read_endpoint(text: str) -> ReadUrl:
    """Read an endpoint as typed. Its path and query may be anything: the SDKs replace them by ``/init``."""
    try:
        _refuse_blanks(text)
        scheme = _scheme(text)
        parts = _split(text)
        _refuse_userinfo(parts)
        port = _port(parts)
        host = _host(parts)
    except _UnusableError as error:
        return UnusableUrl(problem=error.problem, summary=error.summary)
    endpoint = EndpointUrl(url=text, host=host, port=port)
    notes = tuple(_notes(parts, host))
    if scheme != "https":
        return ShoutingUrl(endpoint=endpoint, notes=notes)
    return UsableUrl(endpoint=endpoint, notes=notes)


def _refuse_blanks(text: str) -> None:
    if not text.strip():
        raise _UnusableError(Problem.EMPTY, "the endpoint is empty")
    if _CONTROLS.search(text):
        raise _UnusableError(Problem.BLANKS, "the endpoint holds a control character or a line break")
    if text != text.strip():
        raise _UnusableError(Problem.BLANKS, "there are blanks around the endpoint")
    if any(character.isspace() for character in text):
        raise _UnusableError(Problem.BLANKS, "the endpoint holds a blank")


def _scheme(text: str) -> str:
    """Give the scheme as it stands; it must be https, in whatever case, with its two slashes."""
    found = _SCHEME.match(text)
    if not found or _HOST_AND_PORT.fullmatch(text):
        raise _UnusableError(Problem.SCHEME, f"the endpoint has no https:// in front: {text[:_SHOWN]}")
    if found[1].lower() != "https":
        raise _UnusableError(Problem.SCHEME, f"the endpoint begins with {found[1][:20]}:, it must be https://")
    if not text[found.end() :].startswith("//"):
        raise _UnusableError(Problem.SCHEME, f"two slashes are missing after {found[0]}")
    return found[1]


def _split(text: str) -> SplitResult:
    try:
        return urlsplit(text.replace("\\", "/"))  # as browsers read it
    except ValueError:
        raise _UnusableError(
            Problem.HOST, "the endpoint's host has a bracket too many or no IPv6 address in it"
        ) from None


def _refuse_userinfo(parts: SplitResult) -> None:
    if "@" in parts.netloc:
        raise _UnusableError(Problem.USERINFO, "the endpoint holds a login (user@host), which browsers refuse")


def _port(parts: SplitResult) -> int:
    _, colon, digits = parts.netloc.rpartition("]")[2].partition(":")
    if not colon or not digits:
        return HTTPS_PORT
    if not (digits.isascii() and digits.isdecimal()):
        raise _UnusableError(Problem.PORT, f"the port is no number: {digits[:20]}")
    port = int(digits[:9])
    if not 0 < port <= _LAST_PORT:
        raise _UnusableError(Problem.PORT, f"the port {digits[:9]} is outside 1 to {_LAST_PORT}")
    return port


def _host(parts: SplitResult) -> str:
    if parts.netloc.startswith("["):
        return _literal(parts.netloc[1:].partition("]")[0])
    host = parts.netloc.partition(":")[0].lower()
    if not host:
        raise _UnusableError(Problem.HOST, "the endpoint names no host")
    if not host.isascii():
        host = _ascii(host)
    labels = host.removesuffix(".").split(".")
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise _UnusableError(Problem.HOST, f"this is no possible host name: {host[:_SHOWN]}")
    if labels[-1].isdecimal():
        return _ipv4(host)
    return host


def _literal(inside: str) -> str:
    try:
        return str(IPv6Address(inside.replace("%", "/")))  # a zone is no part of a URL in browsers
    except AddressValueError:
        raise _UnusableError(Problem.HOST, f"the brackets hold no IPv6 address: [{inside[:_SHOWN]}]") from None


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise _UnusableError(Problem.HOST, f"this is no possible international host name: {host[:_SHOWN]}") from None


def _ipv4(host: str) -> str:
    try:
        return str(IPv4Address(host))
    except AddressValueError:
        raise _UnusableError(Problem.HOST, f"this is no IPv4 address: {host[:_SHOWN]}") from None


def _notes(parts: SplitResult, host: str) -> list[str]:
    notes = []
    if parts.path not in {"", "/", "/init"} or parts.query or parts.fragment:
        notes.append("what stands after the host has no effect, the SDKs ask for /init")
    if host.startswith(("qa", "dev")) and host.endswith(".100ms.live"):
        notes.append("this is no production host; its tokens and rooms are its own")
    if host.startswith("xn--") or ".xn--" in host:
        notes.append(f"on the wire it is {host}")
    return notes
