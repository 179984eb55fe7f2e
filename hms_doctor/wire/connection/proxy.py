"""Which proxy a connection goes through: pure, from what the settings say."""

from base64 import b64encode
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from typing import Final, TypeAlias
from urllib.parse import unquote, urlsplit

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret
from hms_doctor.model.settings import FixedProxy, NoProxy, ProxyChoice, ProxyFromEnvironment
from hms_doctor.model.vantage import ProxyUse

_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_PLAIN: Final = "http"


@dataclass(frozen=True, kw_only=True)
class Direct:
    """No proxy."""


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """A proxy that can be used; ``scheme`` is one of http, https, socks5, socks5h."""

    scheme: str
    host: str
    port: int
    user: Secret = Secret("")
    password: Secret = Secret("")

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @property
    def basic(self) -> Secret:
        """The value of ``Proxy-Authorization`` (RFC 7617), empty without a login."""
        if not self.user:
            return Secret("")
        login = f"{self.user.reveal()}:{self.password.reveal()}".encode()
        return Secret("Basic " + b64encode(login).decode("ascii"))


@dataclass(frozen=True, kw_only=True)
class Unusable:
    """A proxy is named that cannot be used; the reason repeats nothing of its URL but the scheme."""

    reason: str


Route: TypeAlias = Direct | Proxy | Unusable


def parse_proxy(url: str) -> Proxy:
    """Read a proxy's URL; a bare ``host:port`` is http. Raises ``ValueError`` with a sentence that shows no login."""
    try:
        parts = urlsplit(url.strip() if "://" in url else f"http://{url.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("the proxy's URL cannot be read; write it as http://host:port") from None
    if parts.scheme not in _PORTS:
        raise ValueError(f"a proxy must be http, https or socks5, not {parts.scheme[:20]}")
    if not host or any(c.isspace() for c in host):
        raise ValueError("the proxy's URL names no host; write it as http://host:port")
    return Proxy(
        scheme=parts.scheme,
        host=host,
        port=port or _PORTS[parts.scheme],
        user=Secret(unquote(parts.username or "")),
        password=Secret(unquote(parts.password or "")),
    )


def choose(choice: ProxyChoice, use: ProxyUse, protocol: str, host: str, port: int) -> Route:
    """Decide the way to a host for a protocol (http, https, ws, wss, turn, turns), as browsers do.

    Loopback never goes through a proxy. ``HTTPS_PROXY`` is for all that is tunnelled, ``HTTP_PROXY`` for plain http,
    ``ALL_PROXY`` for both; lower case goes before upper case. ``ProxyUse.FORCED`` passes over ``NO_PROXY``.
    """
    if use is ProxyUse.DIRECT or is_loopback(host):
        return Direct()
    match choice:
        case NoProxy():
            return Direct()
        case FixedProxy(url=url):
            return _read(url.reveal())
        case ProxyFromEnvironment(variables=variables):
            forced = use is ProxyUse.FORCED
            kept = {name: value for name, value in variables.items() if not (forced and name.upper() == "NO_PROXY")}
            return _from_environment(kept, protocol, host, port)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine (RFC 6761, 6.3; RFC 5735)."""
    name = host.strip("[]").rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        address = ip_address(name)
    except ValueError:
        return False
    return address.is_loopback


def exempt(no_proxy: str, host: str, port: int) -> bool:
    """Whether ``NO_PROXY`` names a host: names (and below them), ``*``, addresses, CIDR, each with a port or not."""
    entries = no_proxy.replace(",", " ").split()
    return any(_names(entry.lower(), host.strip("[]").rstrip(".").lower(), port) for entry in entries)


def _from_environment(variables: Mapping[str, str], protocol: str, host: str, port: int) -> Route:
    def value(name: str) -> str:
        return variables.get(name.lower(), "") or variables.get(name, "")

    # HTTP_PROXY is for plain http alone: a ws:// or turn: connection is tunnelled, as browsers do.
    if exempt(value("NO_PROXY"), host, port):
        return Direct()
    url = value("HTTP_PROXY" if protocol == _PLAIN else "HTTPS_PROXY") or value("ALL_PROXY")
    return _read(url) if url.strip() else Direct()


def _read(url: str) -> Route:
    try:
        return parse_proxy(url)
    except ValueError as error:
        return Unusable(reason=str(error))


def _names(entry: str, host: str, port: int) -> bool:
    if entry == "*":
        return True
    name, named_port = _apart(entry)
    if named_port not in {"", str(port)}:
        return False
    if "/" in name:
        return _in_network(name, host)
    name = name.removeprefix("*").removeprefix(".")
    return bool(name) and (host == name or host.endswith(f".{name}"))


def _apart(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, rest = entry[1:].partition("]")
        return name, rest.removeprefix(":")
    if entry.count(":") == 1:
        name, _, port = entry.partition(":")
        return name, port
    return entry, ""


def _in_network(network: str, host: str) -> bool:
    try:
        return ip_address(host) in ip_network(network, strict=False)
    except ValueError:
        return False
