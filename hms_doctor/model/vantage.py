"""From where a thing was seen: the path a probe took, and the kind of place this machine is."""

from collections.abc import Mapping
from enum import StrEnum

from hms_doctor.model.quick_dataclass import dataclass


class Family(StrEnum):
    """Which address family a probe may use."""

    EITHER = "either"
    IPV4 = "ipv4"
    IPV6 = "ipv6"


class ProxyUse(StrEnum):
    """Whether a probe goes through the proxy that settings name."""

    AS_SET = "as set"
    DIRECT = "direct"
    FORCED = "in spite of NO_PROXY"


class Carrier(StrEnum):
    """What carries a probe to a TURN server."""

    AS_LISTED = "as listed"
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class TrustUse(StrEnum):
    """Whose root certificates a probe trusts."""

    AS_SET = "as set"
    PUBLIC = "public roots only"


@dataclass(frozen=True, kw_only=True, slots=True)
class Vantage:
    """What a probe varies; the default is what an app would do. Two probes with one difference are a counterfactual."""

    family: Family = Family.EITHER
    proxy: ProxyUse = ProxyUse.AS_SET
    trust: TrustUse = TrustUse.AS_SET
    port: int = 0  # 0: the port that the URL names
    carrier: Carrier = Carrier.AS_LISTED
    resolver: str = ""  # the address of a name server; empty: whom the settings name

    def __str__(self) -> str:
        told = []
        if self.family is not Family.EITHER:
            told.append({"ipv4": "over IPv4 alone", "ipv6": "over IPv6 alone"}[self.family.value])
        if self.proxy is ProxyUse.DIRECT:
            told.append("without the proxy")
        if self.proxy is ProxyUse.FORCED:
            told.append("through the proxy, in spite of NO_PROXY")
        if self.trust is TrustUse.PUBLIC:
            told.append("trusting public roots only")
        if self.carrier is not Carrier.AS_LISTED:
            told.append(f"over {self.carrier.value.upper()}")
        if self.port:
            told.append(f"on port {self.port}")
        if self.resolver:
            told.append(f"asking the name server {self.resolver}")
        return ", ".join(told) or "as an app would"


AS_AN_APP = Vantage()


def on_ci(environ: Mapping[str, str]) -> bool:
    """Whether a continuous-integration service runs us."""
    return environ.get("CI", "").lower() not in {"", "0", "false", "no"}


class Seat(StrEnum):
    """The kind of place this machine is: decides what may be blamed (``verdicts``: vantage)."""

    DESKTOP = "desktop"
    SSH = "ssh"
    CONTAINER = "container"
    WSL = "wsl"
    CI = "ci"
    REMOTE_DESKTOP = "remote-desktop"
