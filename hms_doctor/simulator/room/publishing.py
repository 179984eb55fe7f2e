"""A peer's publish connection on the media server's side: the client offers, its tracks are passed on, and reported."""

import asyncio
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from hms_doctor.model.json import JsonObject
from hms_doctor.simulator.room.gate import Gate
from hms_doctor.simulator.room.ice import IceAgent
from hms_doctor.simulator.room.link import Link
from hms_doctor.simulator.room.publication import Change, Publication
from hms_doctor.simulator.room.sdp_reading import Section, read
from hms_doctor.simulator.room.sdp_writing import CODECS, Line, write

if TYPE_CHECKING:
    from aiortc.rtp import AnyRtcpPacket, RtcpReceiverInfo, RtpPacket

Changed: TypeAlias = Callable[[Publication, Change], None]

REPORTED_EVERY: Final = 1.0  # seconds
_MOST_REPORTS: Final = 31  # RFC 3550, 6.4.2
_KEYFRAME_AT_MOST_EVERY: Final = 0.5
_CLOCKS: Final = {"audio": 48000, "video": 90000}


class _Stream:
    """What comes under one SSRC."""

    def __init__(self, publication: Publication) -> None:
        from aiortc.rtcrtpreceiver import StreamStatistics

        self.publication = publication
        self.counted: StreamStatistics = StreamStatistics(_CLOCKS[publication.kind])
        self.last_report = 0
        self.reported_at = 0.0
        self.keyframe_asked_at = 0.0

    def report(self, ssrc: int) -> "RtcpReceiverInfo":
        """Give the report block (RFC 3550, 6.4.1)."""
        from aiortc.rtp import RtcpReceiverInfo

        since = time.time() - self.reported_at if self.reported_at else 0.0
        return RtcpReceiverInfo(
            ssrc=ssrc,
            fraction_lost=min(self.counted.fraction_lost, 255),
            packets_lost=self.counted.packets_lost,
            highest_sequence=(self.counted.cycles + (self.counted.max_seq or 0)) & 0xFFFFFFFF,
            jitter=min(self.counted.jitter, 0xFFFFFFFF),
            lsr=self.last_report,
            dlsr=int(min(since, 65535) * 65536),
        )


class Publisher:
    """The connection; ``changed`` is told of tracks that came and went."""

    def __init__(self, agent: IceAgent, gate: Gate, owner: str, changed: Changed) -> None:
        self.publications: dict[str, Publication] = {}
        self.link = Link(agent, gate, self, lambda _text: "")
        self._owner = owner
        self._changed = changed
        self._ssrc = secrets.randbits(31)
        self._streams: dict[int, _Stream] = {}
        self._sections: tuple[tuple[Section, Publication], ...] = ()
        self._reporting = asyncio.create_task(self._report())

    @classmethod
    async def open(cls, gate: Gate, host: str, owner: str, changed: Changed) -> "Publisher":
        """Open the socket on this host; raises OSError."""
        agent = await IceAgent.listen(gate, host, controlling=False)
        return cls(agent, gate, owner, changed)

    def answer(self, offer: str, states: JsonObject) -> str:
        """Give the answer; raises UnreadableError, with nothing changed.

        ``states`` are the tracks by id as the request names them.
        """
        theirs = read(offer)
        self.link.meet(theirs, client=theirs.setup != "active")
        setup = "passive" if theirs.setup == "active" else "active"
        lines = tuple(_line(section) for section in theirs.sections)
        text = write(self.link.ours(setup), lines, self.link.next_version())
        self._take(theirs.sections, states)
        return text

    def _take(self, sections: tuple[Section, ...], states: JsonObject) -> None:
        """Note which tracks the description has, and tell of the difference."""
        left = {name: state for name, state in states.items() if isinstance(state, Mapping)}
        before = self.publications
        pairs = [(section, self._publication(section, left)) for section in sections if _carries(section)]
        self.publications = {publication.track_id: publication for _section, publication in pairs}
        self._sections = tuple(pairs)
        for name in before.keys() - self.publications.keys():
            self._changed(before[name], Change.GONE)
        for name in self.publications.keys() - before.keys():
            self._changed(self.publications[name], Change.CAME)

    def _publication(self, section: Section, left: dict[str, JsonObject]) -> Publication:
        """Find the state that belongs to a section: by the track's id, else by its kind (Firefox: another id)."""
        by_kind = (name for name, state in left.items() if state.get("type") == section.kind)
        name = section.track_id if section.track_id in left else next(by_kind, "")
        state = {**_unnamed(section), **left.pop(name, {}), "type": section.kind}
        publication = self.publications.get(str(state["track_id"])) or Publication(self._owner, state)
        for ssrc in section.ssrcs:
            self._listen(ssrc, publication)
        return publication

    def _listen(self, ssrc: int, publication: Publication) -> _Stream:
        stream = self._streams.get(ssrc)
        if stream is None or stream.publication is not publication:
            stream = self._streams[ssrc] = _Stream(publication)
            publication.wants_keyframe = lambda: self._ask_keyframe(ssrc)
        return stream

    def stands(self) -> None:
        """Nothing waits for it."""

    def hear_rtp(self, packet: "RtpPacket") -> None:
        """Count a packet and pass it on."""
        stream = self._streams.get(packet.ssrc) or self._first(packet)
        if stream:
            stream.counted.add(packet)
            stream.publication.pass_on(packet)

    def _first(self, packet: "RtpPacket") -> _Stream | None:
        """Find the section of an SSRC that no description named, by its payload type."""
        fitting = [publication for section, publication in self._sections if packet.payload_type in section.codecs]
        return self._listen(packet.ssrc, fitting[0]) if len(fitting) == 1 else None

    def hear_rtcp(self, packet: "AnyRtcpPacket") -> None:
        """Note the sender's clock, and pass it on."""
        from aiortc.rtp import RtcpSrPacket

        if isinstance(packet, RtcpSrPacket) and (stream := self._streams.get(packet.ssrc)):
            stream.last_report = packet.sender_info.ntp_timestamp >> 16 & 0xFFFFFFFF
            stream.reported_at = time.time()
            stream.publication.pass_on_clock(packet.sender_info)

    def _ask_keyframe(self, ssrc: int) -> None:
        from aiortc.rtp import RTCP_PSFB_PLI, RtcpPsfbPacket

        stream, now = self._streams[ssrc], time.monotonic()
        if now - stream.keyframe_asked_at > _KEYFRAME_AT_MOST_EVERY:
            stream.keyframe_asked_at = now
            self.link.send(bytes(RtcpPsfbPacket(fmt=RTCP_PSFB_PLI, ssrc=self._ssrc, media_ssrc=ssrc)), rtcp=True)

    async def _report(self) -> None:
        from aiortc.rtp import RtcpRrPacket

        while True:
            await asyncio.sleep(REPORTED_EVERY)
            if reports := list(islice(self._reports(), _MOST_REPORTS)):
                self.link.send(bytes(RtcpRrPacket(ssrc=self._ssrc, reports=reports)), rtcp=True)

    def _reports(self) -> "Iterator[RtcpReceiverInfo]":
        for ssrc, stream in self._streams.items():
            if stream.counted.packets_received:
                yield stream.report(ssrc)

    async def aclose(self) -> None:
        """Close the connection; its tracks are gone with it."""
        self._reporting.cancel()
        await asyncio.gather(self._reporting, return_exceptions=True)
        await self.link.aclose()


def _line(section: Section) -> Line:
    if section.kind == "application":
        return Line("application", section.mid)
    numbers = [number for number, name in section.codecs.items() if name == CODECS.get(section.kind)]
    direction = "recvonly" if section.direction in {"sendrecv", "sendonly"} else "inactive"
    return Line(section.kind, section.mid, direction, numbers[0] if numbers else 0)


def _carries(section: Section) -> bool:
    return _line(section).direction == "recvonly" and _line(section).payload_type != 0


def _unnamed(section: Section) -> JsonObject:
    return {
        "type": section.kind,
        "source": "regular",
        "description": "",
        "mute": False,
        "track_id": section.track_id or f"track-{section.mid}",
        "stream_id": section.stream_id or f"stream-{section.mid}",
    }
