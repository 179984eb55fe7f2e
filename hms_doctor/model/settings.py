"""What a run was asked to do: plain, frozen data made by the command line."""

from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum
from typing import ClassVar, TypeAlias

from hms_doctor.model.causes import Platform
from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.secret import Secret

PRODUCTION_ENDPOINT = "https://prod-init.100ms.live"
"""The init service that every SDK uses unless told otherwise (hms-video-store: signal/init)."""
PRODUCTION_AUTH_ENDPOINT = "https://auth.100ms.live/v2/token"
DIAGNOSTICS_TOKEN_URL = "https://api.100ms.live/v2/diagnostics/token"
DEFAULT_TIMEOUT = 30.0
STEP_SILENCE = 3.0
"""Seconds without an answer after which a step has failed."""


@dataclass(frozen=True, kw_only=True)
class SystemTrust:
    """The operating system's certificate store (and ``SSL_CERT_FILE``, ``SSL_CERT_DIR`` where set)."""


@dataclass(frozen=True, kw_only=True)
class CaFile:
    """Only the certificates of one PEM file."""

    path: str


Trust: TypeAlias = SystemTrust | CaFile


@dataclass(frozen=True, kw_only=True)
class NoProxy:
    """Every connection goes straight out."""


@dataclass(frozen=True, kw_only=True)
class ProxyFromEnvironment:
    """``HTTPS_PROXY``, ``ALL_PROXY``, ``NO_PROXY`` as they stood when the run began (upper or lower case)."""

    variables: Mapping[str, str] = field(default_factory=dict, repr=False)  # they may hold logins


@dataclass(frozen=True, kw_only=True)
class FixedProxy:
    """One proxy for everything but loopback; the URL may hold a login and is a secret."""

    url: Secret


ProxyChoice: TypeAlias = NoProxy | ProxyFromEnvironment | FixedProxy


@dataclass(frozen=True, kw_only=True)
class SystemResolver:
    """``getaddrinfo``, as every other program on this machine."""


@dataclass(frozen=True, kw_only=True)
class Nameserver:
    """One name server asked directly."""

    host: str
    port: int = 53


Resolver: TypeAlias = SystemResolver | Nameserver


@dataclass(frozen=True, kw_only=True)
class RealMachine:
    """Links and devices are those of this machine."""


@dataclass(frozen=True, kw_only=True)
class SimulatedMachine:
    """Links and devices are played by the simulator: the child process at ``script`` answers in their place.

    ``script`` is the JSON text that the device child is given; see ``devices.process``.
    """

    script: str


Machine: TypeAlias = RealMachine | SimulatedMachine


@dataclass(frozen=True, kw_only=True)
class Expectations:
    """What the user says the token should hold; empty strings where nothing was said (a fact seeded into a run)."""

    absent: ClassVar[str] = "nothing to compare with (--room-id, --role, --user-id)"
    room_id: str = ""
    role: str = ""
    user_id: str = ""


@dataclass(frozen=True, kw_only=True)
class AppSecret:
    """The secret that signs tokens (a fact seeded into a run)."""

    absent: ClassVar[str] = "no app secret given (--secret-file F or HMS_APP_SECRET)"
    value: Secret


@dataclass(frozen=True, kw_only=True)
class RoomCode:
    """A room code to be exchanged for a token (a fact seeded into a run)."""

    absent: ClassVar[str] = "no room code given (--room-code)"
    value: Secret


@dataclass(frozen=True, kw_only=True)
class DiagnosticsTokenWanted:
    """100ms's public diagnostics token may be fetched, as 100ms's own diagnostics do (a fact seeded into a run)."""

    absent: ClassVar[str] = "the diagnostics token is only for `network` at the production endpoint without a token"
    url: str = DIAGNOSTICS_TOKEN_URL


@dataclass(frozen=True, kw_only=True)
class Selection:
    """Which checks run: ids or prefixes of them."""

    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)  # prefix → why it is left out (CI, not this command's)


class MediaProof(StrEnum):
    """How far a relay is put to the test."""

    HANDFUL = "a handful of packets"  # enough to prove it: a plain ``check``
    LOOP = "a paced loop"  # voice for two seconds: ``network``
    LOAD = "a paced loop and bandwidth"  # ``--deep``


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that a check may know about what it was asked."""

    platform: Platform = Platform.ANY
    endpoint: str = PRODUCTION_ENDPOINT
    auth_endpoint: str = PRODUCTION_AUTH_ENDPOINT
    portal_url: str = ""  # where the captive-portal question is asked; empty: port 80 of the init host
    trust: Trust = SystemTrust()
    proxy: ProxyChoice = ProxyFromEnvironment()
    resolver: Resolver = SystemResolver()
    machine: Machine = RealMachine()
    timeout: float = DEFAULT_TIMEOUT
    deep: bool = False
    media: MediaProof = MediaProof.HANDFUL
    devices: DeviceWish = DeviceWish()
    hold: float = 0.0  # seconds to keep signalling open at least
    required: tuple[str, ...] = ()  # ids that must be there: a required Bluetooth device that is absent is a failure
