"""A line to a TURN server on one path: a UDP socket, or a dialled stream with or without TLS."""

from collections.abc import Sequence
from dataclasses import field, replace
from ipaddress import ip_address
from typing import Final

from hms_doctor.model.check import Context
from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import Path, Stage, Unreached
from hms_doctor.model.ice.urls import PLAIN_PORT, Transport
from hms_doctor.model.network.server import CertificateFacts
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.times import utc_words
from hms_doctor.wire.connection.dial import DialFailed, Dialled, Target, dial
from hms_doctor.wire.connection.resolve import Address
from hms_doctor.wire.stun.message import SocketAddress
from hms_doctor.wire.turn.line import Line, StreamLine, open_datagrams

_STAGES: Final = {Operation.RESOLVE: Stage.RESOLVE, Operation.TLS: Stage.TLS}


@dataclass(frozen=True, kw_only=True)
class Opened:
    """A line that is there; who asked for it closes it."""

    line: Line
    first: Stage  # what a missing first answer means
    doors: tuple[SocketAddress, ...]  # where the same server may answer STUN over UDP
    via: str = ""
    steps: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class NotOpened:
    """The server was not met."""

    outcome: Unreached
    via: str = ""
    steps: dict[str, float] = field(default_factory=dict)


async def open_line(ctx: Context, path: Path, addresses: Sequence[Address]) -> Opened | NotOpened:
    """Open a socket to the first address, over UDP; streams are dialled by name."""
    ctx.waiting(f"{path.host}:{path.port}/{path.transport.value}", ctx.patience())
    if path.transport is Transport.UDP:
        line = await open_datagrams(addresses[0], path.port)
        if isinstance(line, Failure):
            return NotOpened(outcome=Unreached(stage=Stage.REACH, failure=line))
        return Opened(line=line, first=Stage.REACH, doors=(SocketAddress(ip=addresses[0].ip, port=path.port),))
    target = Target(host=path.host, port=path.port, protocol="turns" if path.transport is Transport.TLS else "turn")
    dialled = await dial(replace(ctx, vantage=replace(ctx.vantage, family=path.family)), target)
    if isinstance(dialled, DialFailed):
        return NotOpened(outcome=_undialled(dialled), via=dialled.via, steps=dict(dialled.steps))
    return Opened(
        line=StreamLine(dialled.stream),
        first=Stage.CHALLENGE,
        doors=_doors(dialled, path.port),
        via=dialled.via,
        steps=dict(dialled.steps),
    )


def _doors(dialled: Dialled, port: int) -> tuple[SocketAddress, ...]:
    """Guess the UDP ports of a server that was met over a stream: the same number, and those that 100ms names."""
    if dialled.via:
        return ()
    guesses = () if ip_address(dialled.address).is_loopback else (PLAIN_PORT, 443)
    return tuple(SocketAddress(ip=dialled.address, port=door) for door in dict.fromkeys((port, *guesses)))


def _undialled(failed: DialFailed) -> Unreached:
    stage = _STAGES.get(failed.failure.operation, Stage.REACH)
    return Unreached(stage=stage, failure=replace(failed.failure, detail=_detail(failed)))


def _detail(failed: DialFailed) -> str:
    """Say of a rejected certificate what the reader can check."""
    match failed.certificate:
        case CertificateFacts() as certificate if failed.failure.kind is Kind.TLS_EXPIRED:
            return f"on {utc_words(certificate.not_after)}"
        case CertificateFacts() as certificate if failed.failure.kind is Kind.TLS_NOT_YET_VALID:
            return f"before {utc_words(certificate.not_before)}"
        case CertificateFacts() as certificate if failed.failure.kind is Kind.TLS_WRONG_NAME:
            return f"for {', '.join(certificate.names[:3])}"
        case CertificateFacts() as certificate:
            return f"issued by {certificate.issuer}"
        case _:
            return failed.failure.detail
