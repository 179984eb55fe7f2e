"""What a simulated 100ms does, said as data: the default is healthy, a fault changes one thing, two faults compose."""

from collections.abc import Callable, Mapping
from dataclasses import field
from enum import StrEnum
from typing import TypeAlias

from hms_doctor.model.devices.wish import DeviceWish
from hms_doctor.model.json import JsonObject
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.wish import Joining
from hms_doctor.model.settings import MediaProof
from hms_doctor.simulator.answers import JUDGING, PLAIN, Answer, Framing, InitAnswer, unchanged
from hms_doctor.simulator.room.script import RoomScript
from hms_doctor.simulator.steps import SayPolicy, SayRoomState, Step

INIT_NAME = "init.hms-doctor.test"
SIGNAL_NAME = "signal.hms-doctor.test"
TURN_NAME = "turn.hms-doctor.test"


def as_minted(token: str) -> str:
    """Leave a token as it is."""
    return token


def as_listed(urls: tuple[str, ...]) -> tuple[str, ...]:
    """Leave a list of ICE URLs as it is."""
    return urls


class DnsAnswer(StrEnum):
    """What the name server says about one name."""

    LOOPBACK = "A 127.0.0.1"
    DEAD_IPV6 = "A 127.0.0.1, and AAAA ::1 where nothing listens"
    EMPTY = "the name, but no address"
    NXDOMAIN = "NXDOMAIN"
    SERVFAIL = "SERVFAIL"
    SILENT = "silence"


@dataclass(frozen=True, kw_only=True)
class DnsScript:
    """The answers of the simulator's name server, by name; names not listed here get the loopback address."""

    answers: Mapping[str, DnsAnswer] = field(default_factory=dict)
    delay: float = 0.0  # seconds before any answer


class Certificate(StrEnum):
    """Which certificate a TLS port shows; all but the last three are the simulator's own CA's."""

    GOOD = "good"
    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    WRONG_NAME = "for another name"
    INTERCEPTED = "issued by an intercepting proxy"
    SELF_SIGNED = "self-signed"
    GARBAGE = "no certificate at all, but bytes in its place"


class Listener(StrEnum):
    """What is behind a TCP port."""

    TLS = "HTTP over TLS"
    PLAIN = "HTTP without TLS"
    SILENT = "accepts and says nothing"
    DROPPED = "connection attempts are dropped"
    REFUSED = "nothing listens"
    RESET = "accepts and resets"
    CLOSED = "accepts and closes"


@dataclass(frozen=True, kw_only=True)
class TlsScript:
    """One TCP port: what listens there, which certificate it shows and the newest TLS it speaks."""

    listener: Listener = Listener.TLS
    certificate: Certificate = Certificate.GOOD
    newest: str = "1.3"  # or "1.2"


@dataclass(frozen=True, kw_only=True)
class SharedPort:
    """Signalling is served on init's own port."""


@dataclass(frozen=True, kw_only=True)
class InitScript:
    """What ``/init`` says, after ``delay`` seconds, and in which framing."""

    answer: InitAnswer = JUDGING
    delay: float = 0.0
    framing: Framing = PLAIN


@dataclass(frozen=True, kw_only=True)
class UpgradeAccepted:
    """101, when the token in the query is good; else 401."""


@dataclass(frozen=True, kw_only=True)
class UpgradeSilent:
    """The request for the upgrade is read and never answered."""


Upgrade: TypeAlias = UpgradeAccepted | UpgradeSilent | Answer


@dataclass(frozen=True, kw_only=True)
class SignallingScript:
    """What the websocket does: where it is, how it answers the upgrade, what it says first, and whether it pongs."""

    host: str = ""  # empty: the address that the simulator is bound to
    port: SharedPort | TlsScript = SharedPort()
    upgrade: Upgrade = UpgradeAccepted()
    opening: tuple[Step, ...] = (SayPolicy(), SayRoomState())
    pongs: bool = True


class UdpPort(StrEnum):
    """What is behind the STUN and TURN server's UDP ports."""

    ANSWERS = "a server"
    SILENT = "swallows everything"
    REFUSED = "nothing listens"


class Speech(StrEnum):
    """What the TCP and TLS ports of TURN speak."""

    TURN = "TURN"
    HTTP = "HTTP"
    NOTHING = "reads the first request and closes"


class TurnLogin(StrEnum):
    """Which credentials the list of ICE servers carries."""

    GOOD = "good"
    WRONG = "made with another secret"
    EXPIRED = "their time passed an hour ago"
    BRIEF = "their time passes in two minutes"
    NONE = "none"


class Relaying(StrEnum):
    """What happens to packets for a peer."""

    FORWARDS = "forwarded"
    DROPS = "dropped"
    TIRES = "forwarded for a while, then dropped until the clients have been quiet"
    TIRES_OF_UDP = "the same for clients over UDP"


@dataclass(frozen=True, kw_only=True)
class TurnScript:
    """What the STUN and TURN server does: two UDP ports, TCP on the same numbers, and one port with TLS.

    ``word`` is the error code with which an authenticated Allocate is refused, ``permission`` that for permissions and
    channels (0: granted). ``mute`` names methods that get no answer ("BINDING", "ALLOCATE", …).
    """

    host: str = ""  # in the URLs; empty: the address that the simulator is bound to
    udp: UdpPort = UdpPort.ANSWERS
    tcp: TlsScript = TlsScript(listener=Listener.PLAIN)
    tls: TlsScript = TlsScript()
    speech: Speech = Speech.TURN
    login: TurnLogin = TurnLogin.GOOD
    word: int = 0
    permission: int = 0
    relaying: Relaying = Relaying.FORWARDS
    most_allocations: int = 1000
    mute: frozenset[str] = frozenset()
    delay: float = 0.0  # seconds before every answer
    reshape: Callable[[tuple[str, ...]], tuple[str, ...]] = as_listed  # of the URLs in the list


class Signature(StrEnum):
    """How a token is signed."""

    GOOD = "HS256 with the app secret"
    WRONG_SECRET = "HS256 with another secret"
    NONE = "alg none, no signature"
    RS256 = "RS256 with a throw-away key"


@dataclass(frozen=True, kw_only=True)
class TokenScript:
    """How the tokens handed out are minted: the claims after ``reshape``, signed, the text after ``mangle``."""

    reshape: Callable[[JsonObject], JsonObject] = unchanged
    signature: Signature = Signature.GOOD
    mangle: Callable[[str], str] = as_minted


NOT_FOUND = Answer(status=404, body=b"404 page not found\n", content_type="text/plain; charset=utf-8", everywhere=True)


@dataclass(frozen=True, kw_only=True)
class PortalScript:
    """What plain HTTP is answered: a healthy network lets the question through to a server that knows no such page."""

    answer: Answer = NOT_FOUND


@dataclass(frozen=True, kw_only=True)
class Scenario:
    """Everything in which one run of the simulator can differ from another."""

    endpoint: str = ""  # the init endpoint to announce, with {host} and {port}; empty: https://{host}:{port}
    host: str = ""  # the host in it; empty: the address that the simulator is bound to
    dns: DnsScript = DnsScript()
    tls: TlsScript = TlsScript()
    init: InitScript = InitScript()
    signalling: SignallingScript = SignallingScript()
    turn: TurnScript = TurnScript()
    token: TokenScript = TokenScript()
    portal: PortalScript = PortalScript()
    room: RoomScript = RoomScript()
    media: MediaProof = MediaProof.HANDFUL  # how far a doctor must look to meet what is played
    joins: Joining = Joining.STAYS_OUT  # whether a doctor must enter the room to meet what is played
    devices: DeviceWish = DeviceWish()  # what a doctor must do with devices to meet what is played
    machine: str = ""  # the script of SimulatedMachine; empty: every device is there and works
    clock_offset: float = 0.0  # seconds that the server's clock is ahead of this machine's
