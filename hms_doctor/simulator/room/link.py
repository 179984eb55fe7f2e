"""One peer connection on the media server's side: ICE, DTLS, SRTP and the data channel over one UDP socket."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol, cast

from hms_doctor.simulator.room.gate import Gate
from hms_doctor.simulator.room.ice import IceAgent
from hms_doctor.simulator.room.sdp_reading import Description
from hms_doctor.simulator.room.sdp_writing import Ours

if TYPE_CHECKING:
    from aiortc import RTCDataChannel
    from aiortc.rtcdtlstransport import RtpRouter
    from aiortc.rtcicetransport import RTCIceTransport
    from aiortc.rtp import AnyRtcpPacket, RtpPacket

CHANNEL: Final = "ion-sfu"
_FAREWELL: Final = 1.0  # seconds for everything that is said when a connection is closed
_WRONG: Final = ":".join(["00"] * 32)


class Hearer(Protocol):
    """Who takes what comes over SRTP."""

    def hear_rtp(self, packet: "RtpPacket") -> None:
        """Take one media packet."""

    def hear_rtcp(self, packet: "AnyRtcpPacket") -> None:
        """Take one report or request."""

    def stands(self) -> None:
        """Note that media can pass from now on."""


class _Router:
    """In the place of aiortc's router, which looks for senders and receivers of its own: all goes to the hearer."""

    def __init__(self, hearer: Hearer) -> None:
        self._hearer = hearer
        self.receivers: set[object] = set()

    def route_rtp(self, _packet: "RtpPacket") -> "_Router":
        return self

    def route_rtcp(self, _packet: "AnyRtcpPacket") -> "set[_Router]":
        return {self}

    async def _handle_rtp_packet(self, packet: "RtpPacket", arrival_time_ms: int) -> None:  # noqa: ARG002
        self._hearer.hear_rtp(packet)

    async def _handle_rtcp_packet(self, packet: "AnyRtcpPacket") -> None:
        self._hearer.hear_rtcp(packet)


class Link:
    """The connection; ``hear_channel`` takes the texts of the data channel and gives what is answered."""

    def __init__(self, agent: IceAgent, gate: Gate, hearer: Hearer, hear_channel: Callable[[str], str]) -> None:
        from aiortc import RTCCertificate, RTCDtlsTransport, RTCSctpTransport

        certificate = RTCCertificate.generateCertificate()
        self._agent = agent
        self._gate = gate
        self._hearer = hearer
        self._hear_channel = hear_channel
        self._dtls = RTCDtlsTransport(cast("RTCIceTransport", agent), [certificate])
        self._dtls._rtp_router = cast("RtpRouter", _Router(hearer))  # noqa: SLF001
        self._sctp = RTCSctpTransport(self._dtls)
        self._sctp.on("datachannel", self._listen)
        self._task: asyncio.Task[None] | None = None
        self._told_candidate = False
        self._version = 0
        self._closed = False

    @property
    def candidate(self) -> str:
        """Give the line of our one candidate."""
        return self._agent.candidate

    def next_version(self) -> int:
        """Count the descriptions made."""
        self._version += 1
        return self._version

    def ours(self, setup: str) -> Ours:
        """Give our end for a description; the candidate is left out of the first, since it is trickled then."""
        prints = {told.algorithm: told.value for told in self._dtls.getLocalParameters().fingerprints}
        fingerprint = prints["sha-256"] if self._gate.tells_truth else _WRONG
        candidate = self._agent.candidate if self._told_candidate else ""
        self._told_candidate = True
        return Ours(self._agent.local, fingerprint, setup, candidate)

    def meet(self, theirs: Description, *, client: bool) -> None:
        """Take the other side's description: the first begins everything; ``client``: ours opens DTLS."""
        self._agent.meet(theirs.credentials)
        if self._task is None and not self._closed:
            self._task = asyncio.create_task(self._establish(theirs, client=client))

    async def _establish(self, theirs: Description, *, client: bool) -> None:
        from aiortc import RTCDtlsFingerprint, RTCDtlsParameters, RTCSctpCapabilities

        await self._agent.connected.wait()
        self._dtls._set_role("client" if client else "server")  # noqa: SLF001
        prints = [RTCDtlsFingerprint(algorithm, value) for algorithm, value in theirs.fingerprints]
        await self._dtls.start(RTCDtlsParameters(fingerprints=prints))
        if self._dtls.state == "connected":
            self._gate.stands()
            self._hearer.stands()
            await self._sctp.start(RTCSctpCapabilities(maxMessageSize=65536), theirs.sctp_port)

    @property
    def stands(self) -> bool:
        """Whether media can pass."""
        return self._dtls.state == "connected"

    def send(self, data: bytes, *, rtcp: bool = False) -> None:
        """Protect and send one packet; before DTLS stands it is dropped."""
        if self._dtls.state == "connected":
            session = self._dtls._tx_srtp  # noqa: SLF001
            self._agent.transmit(session.protect_rtcp(data) if rtcp else session.protect(data))

    def open_channel(self) -> None:
        """Open the server's data channel as soon as it can be."""
        from aiortc import RTCDataChannel, RTCDataChannelParameters

        self._listen(RTCDataChannel(self._sctp, RTCDataChannelParameters(label=CHANNEL)))

    def _listen(self, channel: "RTCDataChannel") -> None:
        def hear(text: str | bytes) -> None:
            answer = self._hear_channel(text) if isinstance(text, str) else ""
            if answer and channel.readyState == "open":
                channel.send(answer)

        channel.on("message", hear)

    async def aclose(self) -> None:
        """Say goodbye over SCTP and DTLS, and close the socket; bounded."""
        self._closed = True
        try:
            async with asyncio.timeout(_FAREWELL):
                if self._task:
                    self._task.cancel()
                    await asyncio.gather(self._task, return_exceptions=True)
                await self._sctp.stop()
                await self._dtls.stop()
        except TimeoutError:
            pass
        finally:
            self._agent.close()
            self._sctp.remove_all_listeners()
            self._dtls.remove_all_listeners()
