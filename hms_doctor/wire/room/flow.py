"""Media, watched: what both sides counted, and whether the selected pairs still answer."""

import asyncio
from collections.abc import AsyncGenerator, Iterable
from typing import TYPE_CHECKING, Final

from hms_doctor.model.check import Context
from hms_doctor.model.quick_dataclass import dataclass
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.media import Figure, Measured, MediaFlow, NotTold, TrackFlow
from hms_doctor.model.room.transports import IceLost
from hms_doctor.model.units import BitsPerSecond, Milliseconds, Seconds
from hms_doctor.wire.media.heartbeat import Heartbeat
from hms_doctor.wire.room import inside
from hms_doctor.wire.room.link import Link
from hms_doctor.wire.room.visit import RoomVisit
from hms_doctor.wire.stamps import stamp

if TYPE_CHECKING:
    from aiortc import RTCRtpReceiver, RTCRtpSender, RTCStatsReport
    from aiortc.stats import RTCInboundRtpStreamStats, RTCRemoteInboundRtpStreamStats

_LOOK: Final = 0.25
_CLOCKS: Final = {"audio": 48_000, "video": 90_000}
"""RTP's clocks, in which RTCP tells jitter (RFC 7587, 4.1; RFC 7741, 4.1)."""
_SILENCE: Final = 2.5
"""Seconds without an answer on the selected pair after which it is lost; browsers say disconnected after as long."""
_BETWEEN_ASKS: Final = 0.4
_FRESH: Final = 0.6
"""Seconds for which an answer stands for a path that is there."""
_STALE: Final = 1.5
"""Seconds after which an answer speaks for a path no more."""
_KEPT: Final = 0.5
_STALL: Final = 0.4
"""Seconds for which our own loop stood still, after which a missing answer says nothing."""
_FIRST: Final = 2.0
"""Seconds more for our own first packets, on a machine that is busy with something else."""
_SETTLING: Final = 0.5
"""Seconds in which encoders are still being made."""


@dataclass(frozen=True, kw_only=True)
class _Counted:
    """Packets and octets of one track at one moment."""

    packets: int
    octets: int


class Watch:
    """One watch over the connections that stand."""

    def __init__(self, ctx: Context, visit: RoomVisit, links: tuple[Link, ...]) -> None:
        self._ctx = ctx
        self._visit = visit
        self._links = links
        self._lost: list[Side] = []
        self._there: dict[Side, float] = {}
        self._awaits_a_first_packet = False
        self._first: dict[str, _Counted] = {}

    async def watch(self, seconds: float) -> AsyncGenerator[MediaFlow, None]:
        """Give the flow now and then, for so many seconds, or as long as the run lasts."""
        began = self._ctx.clock.monotonic()
        until = began + min(seconds, max(0.0, self._ctx.remaining() - _KEPT))
        self._first = dict(self._count())
        async with Heartbeat() as heart:
            asking = [asyncio.create_task(self._ask(link, heart)) for link in self._links]
            try:
                settled = stamp() + _SETTLING
                while self._ctx.clock.monotonic() < until or self._is_in_doubt(until):
                    yield await self._flow(began, self._standstill(heart, settled))
                    left = until - self._ctx.clock.monotonic()
                    await asyncio.sleep(min(_LOOK, left) if left > 0 else _LOOK)
                yield await self._flow(began, self._standstill(heart, settled))
            finally:
                for task in asking:
                    task.cancel()
                await asyncio.gather(*asking, return_exceptions=True)

    def _standstill(self, heart: Heartbeat, settled: float) -> Milliseconds:
        """The longest time that we were late by ourselves, once encoders stand: our jitter is not the network's."""
        late = [stall.lasted for stall in heart.stalls(settled)]
        paces = [late for each in self._visit.sent for late in each.pace.late_after(settled)]
        return Milliseconds(1000 * max((0.0, *late, *paces)))

    def _is_in_doubt(self, at: float) -> bool:
        """Whether a pair may have fallen silent shortly before this moment, and there is time to find out."""
        silent = [link for link in self._links if link.side not in self._lost]
        return self._ctx.remaining() > _KEPT and (
            any(self._there.get(link.side, 0.0) < at - _FRESH for link in silent)
            or (self._awaits_a_first_packet and self._ctx.clock.monotonic() < at + _FIRST)
        )

    def _unanswered(self, began: float) -> Iterable[Side]:
        """Give the sides whose last answer is too old to speak for them, and not old enough to call them lost."""
        stale = self._ctx.clock.monotonic() - _STALE
        return (
            link.side
            for link in self._links
            if link.side not in self._lost and self._there.get(link.side, began) < stale
        )

    async def _ask(self, link: Link, heart: Heartbeat) -> None:
        while True:
            asked, began, heard = self._ctx.clock.monotonic(), stamp(), link.packets_heard()
            is_there = await link.is_answered(_SILENCE)
            stalled = any(stall.lasted > _STALL for stall in heart.stalls(began))
            is_over = isinstance(link.transport().ice, IceLost)  # the server ended DTLS
            if is_over or (not is_there and not stalled and link.packets_heard() == heard):
                link.history.lose()
                self._lost.append(link.side)
                return
            if is_there or link.packets_heard() != heard:
                self._there[link.side] = asked
            await asyncio.sleep(_BETWEEN_ASKS)

    def _count(self) -> Iterable[tuple[str, _Counted]]:
        for number, each in enumerate(self._visit.subscribe.tallies):
            yield f"in {number}", _Counted(packets=each.packets, octets=each.octets)

    async def _flow(self, began: float, standstill: Milliseconds) -> MediaFlow:
        watched = self._ctx.clock.monotonic() - began
        sent = [await self._sent(each.kind, each.sender, watched) for each in self._visit.sent]
        self._awaits_a_first_packet = any(not track.packets for track in sent)
        receivers = self._visit.subscribe.pc.getReceivers()
        pairs = zip(receivers, self._visit.subscribe.tallies, strict=False)
        received = [await self._received(f"in {n}", r, t, watched) for n, (r, t) in enumerate(pairs)]
        return MediaFlow(
            watched=Seconds(watched),
            captured=tuple(each.kind for each in self._visit.sent if each.pace.made),
            tracks=(*sent, *received),
            lost_midway=tuple(self._lost),
            unanswered=tuple(self._unanswered(began)),
            standstill=standstill,
        )

    async def _sent(self, kind: str, sender: "RTCRtpSender", watched: float) -> TrackFlow:
        from aiortc import RTCOutboundRtpStreamStats

        report = await sender.getStats()
        packets = octets = 0
        for stats in report.values():
            if isinstance(stats, RTCOutboundRtpStreamStats):
                packets, octets = stats.packetsSent, stats.bytesSent
        before = self._first.setdefault(f"out {kind}", _Counted(packets=packets, octets=octets))
        told = _told_by_the_server(report)
        return TrackFlow(
            side=Side.PUBLISH,
            kind=kind,
            packets=packets - before.packets,
            octets=octets - before.octets,
            bitrate=_rate(octets - before.octets, watched),
            round_trip=_round_trip(told),
            jitter=_jitter(kind, told),
            loss=_loss(told),
        )

    async def _received(self, name: str, receiver: "RTCRtpReceiver", tally: inside.Tally, watched: float) -> TrackFlow:
        from aiortc import RTCInboundRtpStreamStats

        before = self._first.setdefault(name, _Counted(packets=0, octets=0))
        told = [s for s in (await receiver.getStats()).values() if isinstance(s, RTCInboundRtpStreamStats)]
        return TrackFlow(
            side=Side.SUBSCRIBE,
            kind=tally.kind,
            packets=tally.packets - before.packets,
            octets=tally.octets - before.octets,
            bitrate=_rate(tally.octets - before.octets, watched),
            jitter=_jitter(tally.kind, told),
            loss=_loss(told),
        )


def _told_by_the_server(report: "RTCStatsReport") -> "list[RTCRemoteInboundRtpStreamStats]":
    from aiortc import RTCRemoteInboundRtpStreamStats

    return [stats for stats in report.values() if isinstance(stats, RTCRemoteInboundRtpStreamStats)]


def _rate(octets: int, watched: float) -> BitsPerSecond:
    return BitsPerSecond(8 * octets / watched if watched > 0 else 0.0)


def _round_trip(told: "list[RTCRemoteInboundRtpStreamStats]") -> Figure:
    # aiortc says None, against its own annotation, until a report answers one of ours (RFC 3550, 6.4.1).
    trips = [trip for stats in told if (trip := vars(stats)["roundTripTime"]) is not None]
    return Measured(value=1000 * max(0.0, trips[-1])) if trips else NotTold()


def _jitter(kind: str, told: "list[RTCRemoteInboundRtpStreamStats] | list[RTCInboundRtpStreamStats]") -> Figure:
    return Measured(value=1000 * told[-1].jitter / _CLOCKS[kind]) if told and kind in _CLOCKS else NotTold()


def _loss(told: "list[RTCRemoteInboundRtpStreamStats] | list[RTCInboundRtpStreamStats]") -> Figure:
    """Of all that was sent until the report; RTCP counts duplicates as negative losses (RFC 3550, 6.4.1)."""
    if not told:
        return NotTold()
    lost, received = max(0, told[-1].packetsLost), max(0, told[-1].packetsReceived)
    return Measured(value=100 * lost / (lost + received)) if lost + received else NotTold()
