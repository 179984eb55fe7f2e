"""What can be seen of a room, ready made for the tables."""

from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.media import Figure, Measured, MediaFlow, NotTold, TrackFlow
from hms_doctor.model.room.transports import (
    Candidate,
    CandidatePair,
    CandidateType,
    Dtls,
    DtlsNotReached,
    DtlsUp,
    Ice,
    IceConnected,
    Transport,
)
from hms_doctor.model.units import BitsPerSecond, Milliseconds, Seconds

HOST = Candidate(type=CandidateType.HOST, protocol="udp", address="192.0.2.2", port=4711)
SERVER = Candidate(type=CandidateType.HOST, protocol="udp", address="203.0.113.9", port=41000)
RELAY = Candidate(type=CandidateType.RELAY, protocol="udp", address="203.0.113.5", port=50000)
DIRECT = CandidatePair(local=HOST, remote=SERVER)
RELAYED = CandidatePair(local=RELAY, remote=SERVER)
CONNECTED = IceConnected(after=Milliseconds(40), pair=DIRECT)
UP = DtlsUp(after=Milliseconds(30))
NOT_REACHED = DtlsNotReached()


def transport(
    side: Side = Side.PUBLISH,
    ice: Ice = CONNECTED,
    dtls: Dtls = UP,
    ours: tuple[Candidate, ...] = (HOST, RELAY),
    theirs: tuple[Candidate, ...] = (SERVER,),
) -> Transport:
    return Transport(side=side, ice=ice, dtls=dtls, ours=ours, theirs=theirs)


def track(
    side: Side = Side.PUBLISH,
    kind: str = "audio",
    *,
    packets: int = 150,
    rtt: float = 12.0,
    jitter: float = 2.0,
    loss: float = 0.0,
) -> TrackFlow:
    """Make a track; a negative figure is one that nobody told."""

    def figure(value: float) -> Figure:
        return NotTold() if value < 0 else Measured(value=value)

    return TrackFlow(
        side=side,
        kind=kind,
        packets=packets,
        octets=packets * 100,
        bitrate=BitsPerSecond(32_000),
        round_trip=figure(rtt),
        jitter=figure(jitter),
        loss=figure(loss),
    )


def flow(
    *tracks: TrackFlow,
    captured: tuple[str, ...] = ("audio", "video"),
    lost: tuple[Side, ...] = (),
    unanswered: tuple[Side, ...] = (),
    watched: float = 3.0,
    standstill: float = 0.0,
) -> MediaFlow:
    return MediaFlow(
        watched=Seconds(watched),
        captured=captured,
        tracks=tracks,
        lost_midway=lost,
        unanswered=unanswered,
        standstill=Milliseconds(standstill),
    )
