"""What aiortc and aioice do not tell in public: looked up here and nowhere else, so an update has one place to mend.

Every look is into an attribute that both have had for years; a look that fails costs a detail, never the visit.
"""

from typing import TYPE_CHECKING, Final

from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.transports import Candidate, CandidatePair, CandidateType, NoPair

if TYPE_CHECKING:
    from aioice import Connection
    from aioice.candidate import Candidate as IceCandidate
    from aioice.ice import StunProtocol
    from aiortc import RTCDtlsTransport, RTCIceTransport, RTCPeerConnection, RTCRtpReceiver, RTCRtpSender
    from aiortc.rtp import RtpPacket

REACHED_OVER: Final = "reached_over"
"""What we write on a relay's candidate: the library does not note how it speaks to a relay."""
_COMPONENT: Final = 1  # RTP and RTCP share it (RFC 5761)
_TYPES: Final = frozenset(CandidateType)
_LONGEST: Final = 100


@dataclass(kw_only=True)
class Tally:
    """What came in on one remote track: packets, and octets of their payload."""

    kind: str
    packets: int = 0
    octets: int = 0


def connection_of(ice: "RTCIceTransport") -> "Connection":
    """Give the aioice connection that does a transport's ICE."""
    return ice._connection  # noqa: SLF001


def transports_of(pc: "RTCPeerConnection") -> "tuple[RTCDtlsTransport, ...]":
    """Give the one transport of a connection that bundles everything; none before there is a description."""
    if pc.sctp is not None:
        return (pc.sctp.transport,)
    return tuple(transceiver.receiver.transport for transceiver in pc.getTransceivers()[:1])


def selected_pair(ice: "RTCIceTransport") -> CandidatePair | NoPair:
    """Give the pair that was nominated."""
    pair = connection_of(ice)._nominated.get(_COMPONENT)  # noqa: SLF001
    if pair is None:
        return NoPair()
    return CandidatePair(local=told(pair.local_candidate), remote=told(pair.remote_candidate))


def told(candidate: "IceCandidate") -> Candidate:
    """Give a candidate as the report has it."""
    kind = CandidateType(candidate.type) if candidate.type in _TYPES else CandidateType.HOST
    return Candidate(
        type=kind,
        protocol=candidate.transport.lower(),
        address=candidate.host[:_LONGEST],
        port=candidate.port,
        reached_over=vars(candidate).get(REACHED_OVER, ""),
    )


def candidates(ice: "RTCIceTransport") -> tuple[tuple[Candidate, ...], tuple[Candidate, ...]]:
    """Give our candidates and theirs."""
    connection = connection_of(ice)
    return tuple(map(told, connection.local_candidates)), tuple(map(told, connection.remote_candidates))


def host_protocols(connection: "Connection") -> "tuple[StunProtocol, ...]":
    """Give the sockets that host candidates stand for."""
    return tuple(p for p in connection._protocols if p.local_candidate.type == "host")  # noqa: SLF001


def list_late(connection: "Connection", candidate: "IceCandidate") -> None:
    """Add a candidate found after gathering was called done to those that are told."""
    connection._local_candidates.append(candidate)  # noqa: SLF001


def check_late(connection: "Connection", protocol: "StunProtocol") -> bool:
    """Check a late candidate against theirs (RFC 8838, 10); false where a path was found already, or all is over."""
    if connection._closing or connection._check_list_done:  # noqa: SLF001
        return False
    connection._protocols.append(protocol)  # noqa: SLF001
    known = set(map(id, connection._check_list))  # noqa: SLF001
    for remote in connection._remote_candidates:  # noqa: SLF001
        connection._pair_remote_candidate(remote)  # noqa: SLF001
    connection.sort_check_list()
    if connection._early_checks_done:  # noqa: SLF001
        for pair in [pair for pair in connection._check_list if id(pair) not in known]:  # noqa: SLF001
            connection.check_start_task(pair)
    return True


def has_sockets(dtls: "RTCDtlsTransport") -> bool:
    """Whether this machine has an address of its own that ICE uses; loopback is none."""
    return bool(host_protocols(connection_of(dtls.transport)))


async def begin_late(pc: "RTCPeerConnection") -> None:
    """Begin ICE where it was passed over: aiortc never looks again at a transport that had no candidate at first."""
    if any(dtls.transport.state == "new" for dtls in transports_of(pc)):
        await vars(type(pc))["_RTCPeerConnection__connect"](pc)


def give_back_relays(connection: "Connection") -> None:
    """Begin to delete every allocation at once; closing the connection then waits for all of them together."""
    for protocol in connection._protocols:  # noqa: SLF001
        if protocol.local_candidate.type == "relay":
            protocol.transport.close()


async def is_answered(ice: "RTCIceTransport") -> bool:
    """Ask for consent on the selected pair (RFC 7675); aioice itself notices silence only after half a minute."""
    from aioice.stun import TransactionError

    connection = connection_of(ice)
    pair = connection._nominated.get(_COMPONENT)  # noqa: SLF001
    if pair is None or connection.remote_password is None:
        return False
    request = connection.build_request(pair, nominate=False)
    try:
        await pair.protocol.request(
            request,
            pair.remote_addr,
            integrity_key=connection.remote_password.encode(),
        )
    except (TransactionError, ConnectionError):
        return False
    return True


def packets_heard(dtls: "RTCDtlsTransport") -> int:
    """Count the packets that came in on a transport, STUN's apart."""
    from aiortc import RTCTransportStats

    report = dtls._get_stats()  # noqa: SLF001
    return sum(stats.packetsReceived for stats in report.values() if isinstance(stats, RTCTransportStats))


def count(receiver: "RTCRtpReceiver") -> Tally:
    """Count what a receiver gets from now on; its own statistics know no octets."""
    counted, take = Tally(kind=receiver._track.kind if receiver._track else ""), receiver._handle_rtp_packet  # noqa: SLF001

    async def counting(packet: "RtpPacket", arrival_time_ms: int) -> None:
        counted.packets += 1
        counted.octets += len(packet.payload)
        await take(packet, arrival_time_ms=arrival_time_ms)

    vars(receiver)["_handle_rtp_packet"] = counting
    return counted


def stop_decoding(receiver: "RTCRtpReceiver") -> None:
    """End a receiver's decoder: it would cost a laptop its processor for no answer. Statistics and RTCP go on."""
    receiver._handle_disconnect()  # noqa: SLF001


def stream_of(sender: "RTCRtpSender") -> str:
    """Give the id of the stream that the description names a track's (``a=msid``)."""
    return sender._stream_id  # noqa: SLF001
