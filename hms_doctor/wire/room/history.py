"""What became of one transport, and when: ICE, then DTLS."""

import asyncio
from typing import TYPE_CHECKING

from hms_doctor.model.check import Clock
from hms_doctor.model.room.descriptions import Side
from hms_doctor.model.room.transports import (
    Dtls,
    DtlsFailed,
    DtlsNotReached,
    DtlsUp,
    DtlsWaiting,
    Ice,
    IceConnected,
    IceFailed,
    IceLost,
    IceWaiting,
    NoPair,
    Transport,
)
from hms_doctor.model.units import Milliseconds, Seconds
from hms_doctor.wire.room import inside

if TYPE_CHECKING:
    from aiortc import RTCDtlsTransport

_UP, _FAILED, _OVER = "connected", "failed", "closed"


class History:
    """Notes of one transport's changes; ``changed`` is set at each."""

    def __init__(self, clock: Clock, side: Side) -> None:
        self.changed = asyncio.Event()
        self._clock = clock
        self._side = side
        self._watched: list[RTCDtlsTransport] = []
        self._moments: dict[str, float] = {}
        self._lost: list[float] = []

    def watch(self, dtls: "RTCDtlsTransport") -> bool:
        """Watch a transport; false where one is watched already."""
        if self._watched:
            return False
        self._watched.append(dtls)
        dtls.transport.on("statechange", self._note)
        dtls.on("statechange", self._note)
        return True

    def begin(self) -> None:
        """Count the time from here: both descriptions stand."""
        self._moments.setdefault("begun", self._clock.monotonic())

    def lose(self) -> None:
        """Note that the selected pair fell silent."""
        self._lost.append(self._clock.monotonic())
        self.changed.set()

    def username(self) -> str:
        """Give our ICE username fragment, which candidates carry."""
        return inside.connection_of(self._watched[0].transport).local_username if self._watched else ""

    def transport(self) -> Transport:
        """Tell how it stands."""
        ours, theirs = inside.candidates(self._watched[0].transport) if self._watched else ((), ())
        return Transport(side=self._side, ice=self._ice(), dtls=self._dtls(), ours=ours, theirs=theirs)

    async def settled(self, ice: float, dtls: float) -> Transport:
        """Wait until media can pass, or one step failed, or took longer than its seconds."""
        for seconds, step in ((ice, IceWaiting), (dtls, DtlsWaiting)):
            until = self._clock.monotonic() + seconds
            while isinstance(self._ice(), step) or isinstance(self._dtls(), step):
                self.changed.clear()
                try:
                    async with asyncio.timeout(until - self._clock.monotonic()):
                        await self.changed.wait()
                except TimeoutError:
                    return self.transport()
        return self.transport()

    def _note(self) -> None:
        now = self._clock.monotonic()
        for dtls in self._watched:
            self._moments.setdefault(f"ice {dtls.transport.state}", now)
            self._moments.setdefault(f"dtls {dtls.state}", now)
            if dtls.transport.state == "completed" and "pair" not in self._moments:
                self._moments["pair"] = now
                self._pair = inside.selected_pair(dtls.transport)
        self.changed.set()

    def _since(self, moment: str) -> float:
        return self._clock.monotonic() - self._moments.get(moment, self._clock.monotonic())

    def _between(self, first: str, second: str) -> float:
        return max(0.0, self._moments[second] - self._moments.get(first, self._moments[second]))

    def _ice(self) -> Ice:
        pair = self._pair if "pair" in self._moments else NoPair()
        if "ice completed" not in self._moments:
            if "ice failed" in self._moments:
                return IceFailed(after=Seconds(self._between("begun", "ice failed")))
            return IceWaiting(waited=Seconds(self._since("begun")))
        gone = self._lost or [self._moments[name] for name in ("ice failed", "dtls closed") if name in self._moments]
        if gone:
            return IceLost(after=Seconds(gone[0] - self._moments["ice completed"]), pair=pair)
        return IceConnected(after=Milliseconds(1000 * self._between("begun", "ice completed")), pair=pair)

    def _dtls(self) -> Dtls:
        if "ice completed" not in self._moments:
            return DtlsNotReached()
        if "dtls connected" in self._moments:
            return DtlsUp(after=Milliseconds(1000 * self._between("ice completed", "dtls connected")))
        if "dtls failed" in self._moments:
            return DtlsFailed(why=self._why_failed())
        return DtlsWaiting(waited=Seconds(self._since("ice completed")))

    def _why_failed(self) -> str:
        if any(dtls.encrypted for dtls in self._watched):
            return "the certificate is not the one whose fingerprint stands in the description"
        return "the handshake ended in an error"
