"""Roads for packets that behave as they are told, on a clock that hurries: two seconds of voice take none."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeAlias

from hms_doctor.model.failure import Failure, Kind, Operation
from hms_doctor.model.ice.relays import Proof
from hms_doctor.wire.turn.line import Arrival, Packet
from hms_doctor.wire.turn.track import Track

Fate: TypeAlias = Callable[[int], Sequence[float]]
"""Of the packet sent as the n-th: after how many seconds it comes back, and how often."""


class Road(Track):
    """Carries what it is given as its fate has it."""

    proof = Proof.HAIRPIN

    def __init__(self, fate: Fate, *, is_stream: bool = False) -> None:
        self.is_stream = is_stream
        self.sent: list[tuple[float, bytes]] = []
        self._fate = fate
        self._arrived: asyncio.Queue[Arrival] = asyncio.Queue()

    def send(self, payload: bytes) -> None:
        loop = asyncio.get_running_loop()
        for delay in self._fate(len(self.sent)):
            loop.call_later(delay, self.arrive, payload)
        self.sent.append((loop.time(), payload))

    def arrive(self, payload: bytes) -> None:
        self._arrived.put_nowait(Packet(data=payload, at=asyncio.get_running_loop().time()))

    def end(self, kind: Kind) -> None:
        """Let the line end, or a datagram be refused."""
        self._arrived.put_nowait(Failure(operation=Operation.BINDING, kind=kind))

    async def receive(self) -> Arrival:
        return await self._arrived.get()


def steady(seconds: float) -> Fate:
    return lambda _number: (seconds,)
