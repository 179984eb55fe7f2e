"""Facts about ICE: the servers that were offered."""

from dataclasses import dataclass
from typing import ClassVar

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
